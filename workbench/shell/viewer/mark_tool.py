"""Making marks with mouse and keys: what N, H, D and the fields' own buttons take up.

A :class:`~workbench.shell.viewer.strip_hands.HandTool` of every strip of a frame. Taken up, a frame
stands on the page in hand: drag another one, or move it with the arrow keys (Shift sizes it) and
take it with Enter; Escape puts the tool down. While nothing is being made, a click on a mark takes
it in hand and everything else is the strip's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QObject, QPoint, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent

from workbench.rules.material_marks import MarkKind, MaterialMark, NewMark
from workbench.rules.materials import Clip
from workbench.rules.moment import stamp
from workbench.rules.words import _
from workbench.shell.viewer.bundle import Bundle
from workbench.shell.viewer.mark_book import MarkBook, kind_word
from workbench.shell.viewer.mark_editor import MarkEditor
from workbench.shell.viewer.mark_layer import Draft, MarkLayer
from workbench.shell.viewer.sheets import unturned_point
from workbench.shell.viewer.strip_hands import PageStrip

KEYS: Final = {
    Qt.Key.Key_N: MarkKind.NOTE, Qt.Key.Key_H: MarkKind.HIGHLIGHT, Qt.Key.Key_D: MarkKind.DOUBT,
}  # fmt: skip
STEP: Final = 12
"""Pixels of an arrow key."""
LEAST: Final = 6
"""Pixels: what is dragged less is a click, and gets a frame of the usual size."""
USUAL: Final = (180, 44)
_ARROWS: Final = {
    Qt.Key.Key_Left: (-STEP, 0), Qt.Key.Key_Right: (STEP, 0),
    Qt.Key.Key_Up: (0, -STEP), Qt.Key.Key_Down: (0, STEP),
}  # fmt: skip


@dataclass(slots=True)
class _Box:
    """The frame on the page, in pixels of the glass."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


class MarkTool(QObject):
    """See the module."""

    chosen = pyqtSignal(object)
    """The :class:`MaterialMark` that was clicked."""
    said = pyqtSignal(str)

    def __init__(
        self, book: MarkBook, layer: MarkLayer, editor: MarkEditor,
        bundle: Callable[[], Bundle | None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.book, self.layer, self.editor, self._bundle = book, layer, editor, bundle
        self.kind: MarkKind | None = None
        self._field = self._label = ""
        self._strip: PageStrip | None = None
        self._box: _Box | None = None
        self._from: QPoint | None = None

    # -- taking up and putting down ------------------------------------------------------------

    def begin(self, kind: MarkKind, strip: PageStrip, field: str = "", label: str = "") -> None:
        """Take it up for a mark of that kind; a link names its field."""
        if not self.book.case_no or not strip.sizes:
            self.said.emit(_("Marks are made on the materials of an open case."))
            return
        self.put_down()
        self.kind, self._field, self._label, self._strip = kind, field, label, strip
        strip.glass.setCursor(Qt.CursorShape.CrossCursor)
        strip.setFocus()
        rect = strip.glass.rect()
        self._frame_around(QPointF(rect.center()), strip)
        self.said.emit(_("{kind}: drag a frame, or move it with the arrow keys and press Enter; "
                         "Escape ends it.").format(kind=self._title()))  # fmt: skip

    def put_down(self) -> None:
        """Escape, or it is done."""
        strip, self._strip = self._strip, None
        self.kind, self._box, self._from = None, None, None
        self.layer.draft = None
        if strip is not None:
            strip.glass.unsetCursor()
            strip.glass.update()

    def busy(self) -> bool:
        """Whether it is taken up."""
        return self.kind is not None

    def _title(self) -> str:
        assert self.kind is not None
        return self._label or kind_word(self.kind)

    # -- mouse ---------------------------------------------------------------------------------

    def press(self, strip: PageStrip, at: QPoint) -> bool:
        """The beginning of a frame, or a click on a mark."""
        if self.kind is not None:
            if strip.place_at(at) is None:
                return False
            self._strip, self._from = strip, at
            return True
        mark = self.mark_at(strip, at)
        if mark is None:
            return False
        self.choose(mark)
        self.chosen.emit(mark)
        return True

    def drag(self, strip: PageStrip, at: QPoint) -> None:
        """The frame grows to there."""
        begun = self._from
        if begun is None or self.kind is None:
            return
        found = strip.place_at(begun)
        if found is None:
            return
        a, b = QPointF(begun), QPointF(at)
        self._box = _Box(found[0], min(a.x(), b.x()), min(a.y(), b.y()), max(a.x(), b.x()),
                         max(a.y(), b.y()))  # fmt: skip
        self._show(strip)

    def release(self, strip: PageStrip, at: QPoint) -> None:
        """The frame is drawn."""
        begun, self._from = self._from, None
        if begun is None or self.kind is None:
            return
        if (at - begun).manhattanLength() < LEAST:
            self._frame_around(QPointF(at), strip)
        else:
            self.drag_end(strip, begun, at)
        self._take(strip)

    def drag_end(self, strip: PageStrip, begun: QPoint, at: QPoint) -> None:
        """The last move may have come without a drag of its own."""
        self._from = begun
        self.drag(strip, at)
        self._from = None

    def mark_at(self, strip: PageStrip, at: QPoint) -> MaterialMark | None:
        """The mark under that point of the glass."""
        found = strip.place_at(at)
        if found is None:
            return None
        page, x, y = found
        place = strip.sheets.place(page)
        return self.layer.at(page, x, y, (8 / place.width, 8 / place.height))

    def choose(self, mark: MaterialMark | None) -> None:
        """Take it in hand: its frame is drawn stronger."""
        self.layer.chosen = mark.mark_id if mark is not None else 0

    def tip(self, strip: PageStrip, at: QPoint) -> str:
        """Who said what at that place."""
        mark = self.mark_at(strip, at)
        return self.words_of(mark) if mark is not None else ""

    def words_of(self, mark: MaterialMark) -> str:
        """A mark in words: what, by whom, when."""
        who = self.book.work.name_of(mark.made_by)
        head = _("{kind} · {who} · {time}").format(
            kind=kind_word(mark.mark.kind), who=who, time=stamp(mark.made_at)[:16]
        )
        return f"{head}\n{mark.mark.text}" if mark.mark.text else head

    # -- keys ----------------------------------------------------------------------------------

    def key(self, strip: PageStrip, event: QKeyEvent) -> bool:
        """N, H and D take it up; then arrows, Enter and Escape are its."""
        bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if bare == Qt.KeyboardModifier.NoModifier and key in KEYS:
            self.begin(KEYS[key], strip)
            return True
        if self.kind is None or self._box is None:
            return False
        if key is Qt.Key.Key_Escape:
            self.put_down()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(strip)
            return True
        way = _ARROWS.get(key)
        if way is None or bare & Qt.KeyboardModifier.ControlModifier:
            return False
        self._move(strip, *way, bool(bare & Qt.KeyboardModifier.ShiftModifier))
        return True

    def _move(self, strip: PageStrip, x: int, y: int, size: bool) -> None:
        box = self._box
        assert box is not None
        if size:
            box.right = max(box.right + x, box.left + STEP)
            box.bottom = max(box.bottom + y, box.top + STEP)
        else:
            box.left, box.right = box.left + x, box.right + x
            box.top, box.bottom = box.top + y, box.bottom + y
        self._show(strip)

    # -- the frame -----------------------------------------------------------------------------

    def _frame_around(self, middle: QPointF, strip: PageStrip) -> None:
        """A frame of the usual size, in the middle third of what is seen of the page in hand."""
        found = strip.place_at(middle)
        page = found[0] if found is not None else strip.page
        wide, high = USUAL
        self._box = _Box(page, middle.x() - wide / 2, middle.y() - high / 2,
                         middle.x() + wide / 2, middle.y() + high / 2)  # fmt: skip
        self._show(strip)

    def _show(self, strip: PageStrip) -> None:
        box = self._box
        if box is None or self.kind is None:
            return
        self.layer.draft = Draft(self.kind, box.page, self._clip(strip, box))
        strip.glass.update()

    @staticmethod
    def _clip(strip: PageStrip, box: _Box) -> Clip:
        """The frame as a part of the page as it lies in the file."""
        place, turn = strip.sheets.place(box.page), strip.turns.get(box.page, 0)
        back, _possible = strip.page_transform(box.page).inverted()
        found: list[tuple[float, float]] = []
        for x, y in ((box.left, box.top), (box.right, box.bottom)):
            at = back.map(QPointF(x + strip.across.value(), y + strip.down.value()))
            right = min(max((at.x() - place.x) / place.width, 0.0), 1.0)
            below = min(max((at.y() - place.y) / place.height, 0.0), 1.0)
            found.append(unturned_point(right, below, turn))
        (x0, y0), (x1, y1) = found
        return Clip(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    # -- taking --------------------------------------------------------------------------------

    def _take(self, strip: PageStrip) -> None:
        """The place stands: words are asked for where the kind has some."""
        bundle, draft, kind = self._bundle(), self.layer.draft, self.kind
        if bundle is None or draft is None or kind is None:
            self.put_down()
            return
        leaf, local = bundle.at(draft.page)
        if not leaf.drawable or not leaf.paper.sha256:
            self.said.emit(_("Marks are made on pages that are shown."))
            self.put_down()
            return
        new = NewMark(leaf.paper.sha256, local, draft.place, kind, self._label, self._field)
        if kind in (MarkKind.HIGHLIGHT, MarkKind.LINK):
            self.put_down()
            self.book.make(new)
            return
        title, box = self._title(), strip.box_of(draft.page, draft.place)
        corner = QPointF(box.left() - strip.across.value(), box.bottom() - strip.down.value() + 6)
        room = self.editor.parentWidget()
        at = strip.glass.mapTo(room, corner.toPoint()) if room is not None else corner.toPoint()
        self.kind = None
        self.editor.ask(
            title, "", lambda text: self._write(new, text), self.put_down, at, strip,
            must=True,
        )  # fmt: skip

    def _write(self, new: NewMark, text: str) -> None:
        self.put_down()
        kept = NewMark(new.sha256, new.page, new.place, new.kind, text, new.field)
        self.book.make(kept)
