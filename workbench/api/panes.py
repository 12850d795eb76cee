"""The two widgets a department may bring, and pixels as a ``QImage``: the only Qt of this room.

Subclassed by plugins, in modules that their entry module does not import; created by the shell
when a case is first shown. A pane is a plain widget: what it wants done it asks its desk.
"""

from __future__ import annotations

from typing import ClassVar

from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from workbench.api.desk import Desk, PictureSource
from workbench.rules.case import PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.materials import PagePicture

__all__ = ["CasePane", "MaterialViewer", "as_image", "scrolled", "wrapped"]


class CasePane(QWidget):
    """An approval pane (审批面板). One object lives as long as the case stays open in it."""

    own_steps: ClassVar[frozenset[str]] = frozenset()
    """Names of moves for which the pane has buttons of its own: the desk's row of steps then keeps
    them behind *More steps*, so that no button stands there twice."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def show_case(self, view: CaseView) -> None:
        """Show the case, at first and after every change of it. Overriding panes keep what the
        user has typed. Called on the UI thread; must return within 50 ms."""

    def unsaved(self) -> bool:
        """Whether the user has typed something that closing would lose."""
        return False


class MaterialViewer(QWidget):
    """Shows one material. The standard toolbar (zoom, rotate, pages) belongs to the shell."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def show_material(self, entry: PartEntry, pictures: PictureSource) -> None:
        """Show this material; ``entry.body`` holds ``code, file, sha256, bytes, kind, pages``."""

    def show_page(self, page: int) -> None:
        """Turn to ``page`` (from 1); asked by the shell's toolbar and by panes."""


def as_image(picture: PagePicture) -> QImage:
    """The picture as an image of its own memory, so the record may be dropped."""
    kinds = {"RGB888": QImage.Format.Format_RGB888, "GRAY8": QImage.Format.Format_Grayscale8}
    kind = kinds[picture.format]
    return QImage(picture.data, picture.width, picture.height, picture.stride, kind).copy()


def wrapped(text: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that breaks its lines, so that no translation is wider than the pane."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    return label


def scrolled(inside: QWidget) -> QScrollArea:
    """The widget in a frameless area that scrolls when the pane is small or the type large."""
    area = scroll_area()
    area.setWidget(inside)
    return area


def scroll_area(parent: QWidget | None = None) -> QScrollArea:
    """Such an area, still empty. What is made in its ``viewport()`` from the start, and then given
    to ``setWidget``, is styled once: Qt styles anew whatever moves into another widget."""
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    return area
