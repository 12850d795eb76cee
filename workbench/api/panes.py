"""The two widgets a department may bring, and pixels as a ``QImage``: the only Qt of this room.

Subclassed by plugins, in modules that their entry module does not import; created by the shell
when a case is first shown. A pane is a plain widget: what it wants done it asks its desk. A
:class:`FieldChain` beside a field leads to the place of the scans that proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol, runtime_checkable

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtGui import QImage, QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from workbench.api.desk import Desk, PictureSource
from workbench.rules.case import PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.materials import PagePicture

__all__ = [
    "CasePane",
    "FieldChain",
    "MaterialViewer",
    "as_image",
    "scroll_area",
    "scrolled",
    "wrapped",
]


class CasePane(QWidget):
    """An approval pane (审批面板). One object lives as long as the case stays open in it."""

    own_steps: ClassVar[frozenset[str]] = frozenset()
    """Names of moves for which the pane has buttons of its own: the desk's row of steps then keeps
    them behind *More steps*, so that no button stands there twice."""

    takes_marks: ClassVar[bool] = False
    """Whether :meth:`mark_point` is there: the checklist beside the pages then offers pass, doubt
    and fail of its own; otherwise it shows the marks and says that they are made in the pane."""

    marked = pyqtSignal()
    """To be emitted when a mark or its reason has changed: the checklist asks for
    :meth:`review_results` again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def show_case(self, view: CaseView) -> None:
        """Show the case, at first and after every change of it. Overriding panes keep what the
        user has typed. Called on the UI thread; must return within 50 ms."""

    def unsaved(self) -> bool:
        """Whether the user has typed something that closing would lose."""
        return False

    def review_results(self) -> Mapping[str, Mapping[str, str]]:
        """How the review points are marked now: point code to ``result`` (``pass``, ``doubt``,
        ``fail``) and ``reason``, unmarked ones left out. Called often: it must be quick."""
        return {}

    def mark_point(self, code: str, result: str, reason: str = "") -> None:
        """Mark that point as the user has marked it in the checklist; an empty ``result`` takes
        the mark back. Only called with :attr:`takes_marks`, and only while the step
        ``submit_opinion`` is open to him. Leaves the focus where it is; emits :attr:`marked`."""


class MaterialViewer(QWidget):
    """Shows one material. The standard toolbar (zoom, rotate, pages) belongs to the shell."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def show_material(self, entry: PartEntry, pictures: PictureSource) -> None:
        """Show this material; ``entry.body`` holds ``code, file, sha256, bytes, kind, pages``."""

    def show_page(self, page: int) -> None:
        """Turn to ``page`` (from 1); asked by the shell's toolbar and by panes."""


@runtime_checkable
class ChainGiver(Protocol):
    """What of the shell stands around panes and gives the buttons of :class:`FieldChain`."""

    def field_chain(self, field: str, label: str, value: QWidget, parent: QWidget) -> QWidget:
        """The button that goes to the place of the scans that proves ``field``."""
        ...


class FieldChain(QWidget):
    """The place for the chain button of a form field: one drag on a page says where the field is
    proved, and the button goes there from then on, as Ctrl+J does in ``value``.

    The shell puts its own button in, so look and keys are those of the standard pane. Where there
    is no shell with pages around it (a test, the window's desk) it stays empty.
    """

    def __init__(self, field: str, label: str, value: QWidget, parent: QWidget) -> None:
        """``field`` is the code of a form field, ``label`` its name as it is shown, ``value`` the
        widget in which it is shown."""
        super().__init__(parent)
        self.field, self.label, self._value = field, label, value
        self.button: QWidget | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._fill()

    def _fill(self) -> None:
        above = self.parentWidget()
        while above is not None and self.button is None:
            if isinstance(above, ChainGiver):
                self.button = above.field_chain(self.field, self.label, self._value, self)
                self._row.addWidget(self.button)
            above = above.parentWidget()

    def showEvent(self, a0: QShowEvent | None) -> None:
        """What was made without a parent has one by now."""
        if self.button is None:
            self._fill()
            if self.button is not None:
                self.button.show()
        super().showEvent(a0)

    def minimumSizeHint(self) -> QSize:
        """No room at all while there is no button."""
        return super().minimumSizeHint() if self.button is not None else QSize(0, 0)


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
