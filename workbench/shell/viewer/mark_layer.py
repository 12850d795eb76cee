"""Marks drawn over the pages: highlights, notes, doubts, links, and the one that is being made.

An :class:`~workbench.shell.viewer.strip_hooks.Overlay` of every strip of a frame. Their colours are
those of ink on paper: pages are white in the dark look too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from workbench.rules.material_marks import MarkKind, MaterialMark
from workbench.rules.materials import Clip
from workbench.shell.icons import pixmap
from workbench.shell.theme import Theme
from workbench.shell.viewer.bundle import Bundle
from workbench.shell.viewer.mark_book import MarkBook
from workbench.shell.viewer.marks import box_on
from workbench.shell.viewer.sheets import Place

INKS: Final = {
    MarkKind.NOTE: "#1f5a94",
    MarkKind.HIGHLIGHT: "#8a6d00",
    MarkKind.DOUBT: "#9c4600",
    MarkKind.LINK: "#00735c",
}
ICONS: Final = {kind: kind.value for kind in MarkKind}
PAPER: Final = "#ffffff"
MARKER: Final = "#fff0a8"
"""Of a marker pen: what is written beneath stays black on it."""


@dataclass(slots=True)
class Draft:
    """A mark that is being drawn: page of the strip and its place."""

    kind: MarkKind
    page: int
    place: Clip


class MarkLayer:
    """See the module. ``bundle`` is what is shown now."""

    def __init__(self, theme: Theme, book: MarkBook, bundle: Callable[[], Bundle | None]) -> None:
        self._theme = theme
        self._book = book
        self._bundle = bundle
        self.chosen = 0
        """The number of the mark in hand; 0 for none."""
        self.draft: Draft | None = None

    def on(self, page: int) -> list[MaterialMark]:
        """The marks on that page of the strip."""
        bundle = self._bundle()
        if bundle is None or not self._book.marks:
            return []
        leaf, local = bundle.at(page)
        return self._book.on_page(leaf.paper.sha256, local) if leaf.drawable else []

    def at(self, page: int, x: float, y: float, reach: tuple[float, float]) -> MaterialMark | None:
        """The topmost mark at a place of the page (fractions, as it lies in the file); ``reach``
        is how far beside it still counts, for small ones."""
        for one in reversed(self.on(page)):
            place = one.mark.place
            if (place.left - reach[0] <= x <= place.right + reach[0]
                    and place.top - reach[1] <= y <= place.bottom + reach[1]):  # fmt: skip
                return one
        return None

    def paint(self, painter: QPainter, place: Place, page: int, turn: int) -> None:
        """Called by the strip for each page that is seen."""
        for one in self.on(page):
            box = box_on(place, one.mark.place, turn)
            self._paint(painter, one.mark.kind, box, one.mark_id == self.chosen)
            if one.mark.kind is MarkKind.LINK and one.mark.text:
                self._name(painter, one.mark.text, box)
        if self.draft is not None and self.draft.page == page:
            box = box_on(place, self.draft.place, turn)
            self._paint(painter, self.draft.kind, box, True)

    def _paint(self, painter: QPainter, kind: MarkKind, box: QRectF, chosen: bool) -> None:
        ink = QColor(INKS[kind])
        if kind is MarkKind.HIGHLIGHT:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(box, QColor(MARKER))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            if chosen:
                painter.setPen(QPen(ink, 2))
                painter.drawRect(box)
            return
        veil = QColor(ink)
        veil.setAlpha(38 if chosen else 18)
        painter.fillRect(box, veil)
        dashes = Qt.PenStyle.DashLine if kind is MarkKind.DOUBT else Qt.PenStyle.SolidLine
        painter.setPen(QPen(ink, 3 if chosen else 1.5, dashes))
        painter.drawRect(box)
        self._badge(painter, kind, box)

    def _badge(self, painter: QPainter, kind: MarkKind, box: QRectF) -> None:
        """The icon at the upper left corner, white on the ink of its kind."""
        side = self._theme.icon_size()
        ground = QRectF(box.left() - side / 2 - 2, box.top() - side / 2 - 2, side + 4, side + 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INKS[kind]))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPixmap(ground.topLeft() + QPointF(2, 2), pixmap(ICONS[kind], PAPER, side))

    def _name(self, painter: QPainter, text: str, box: QRectF) -> None:
        """Which field is proved here, on the upper edge beside the chain."""
        painter.setFont(self._theme.font(-1))
        metrics = painter.fontMetrics()
        side = self._theme.icon_size()
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(round(box.width()), 80))
        plate = QRectF(box.left() + side / 2 + 4, box.top() - metrics.height(),
                       metrics.horizontalAdvance(text) + 8, metrics.height())  # fmt: skip
        painter.fillRect(plate, QColor(255, 255, 255, 215))
        painter.setPen(QColor(INKS[MarkKind.LINK]))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
