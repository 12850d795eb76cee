"""What others may lay over the pages of a strip, and how they may change the look of a picture.

The strip (:mod:`workbench.shell.viewer.page_strip`) knows nothing of notes, of links or of a lamp
for faint writing: it calls an :class:`Overlay` for each page that is seen, and hands every picture
to a :class:`Look` before it is painted. Pages count from 1 as in the strip; a place on a page is in
fractions of the page as it lies in the file, without a turn of the viewer's.
"""

from __future__ import annotations

from typing import Protocol

from PyQt6.QtGui import QImage, QPainter

from workbench.shell.viewer.sheets import Place


class Overlay(Protocol):
    """Something drawn over the pages that are seen."""

    def paint(self, painter: QPainter, place: Place, page: int, turn: int) -> None:
        """Draw what belongs to that page. The painter counts as :class:`Place` does (pixels of the
        whole strip); :func:`~workbench.shell.viewer.marks.box_on` turns a part of the page into
        such a box. What is changed of the painter is put back by the strip. Called for every
        repaint: a millisecond is long."""


class Look(Protocol):
    """How pictures are shown: brighter, stronger in contrast, put straight."""

    def shown(self, image: QImage, key: int) -> QImage:
        """The picture as it is to be painted. Called for every repaint, so what was computed is
        kept (``image.cacheKey()`` names the picture); ``key`` names the page."""

    def lean(self, key: int) -> float:
        """By how many degrees clockwise the page is turned around its middle before it is painted,
        so that a leaning scan stands straight; everything that lies on the page turns with it."""
