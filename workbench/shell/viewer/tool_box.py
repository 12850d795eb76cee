"""What a frame of pages offers beside reading: marks, look, loupe, printing. One box a frame.

Made by :mod:`workbench.shell.viewer.material_frame` at the end of its building; the case screen
tells it which case is open. It adds rows and a panel of its own to the frame and keys to its
strips; the frame knows nothing of them. A frame without a case (the proof page) prints and looks,
and marks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from workbench.rules.case import Part
from workbench.rules.case_view import CaseView
from workbench.rules.material_marks import MarkKind, MaterialMark
from workbench.rules.words import _
from workbench.shell.viewer.bundle import KEYS, Bundle, Leaf
from workbench.shell.viewer.look import PageLook
from workbench.shell.viewer.look_panel import LookPanel
from workbench.shell.viewer.mark_book import MarkBook, kind_word
from workbench.shell.viewer.mark_editor import MarkEditor
from workbench.shell.viewer.mark_layer import MarkLayer
from workbench.shell.viewer.mark_panel import MarkPanel
from workbench.shell.viewer.mark_tool import MarkTool
from workbench.shell.viewer.print_desk import PrintDesk

if TYPE_CHECKING:
    from workbench.shell.viewer.material_frame import MaterialFrame


class ToolBox(QObject):
    """See the module."""

    links_changed = pyqtSignal()
    """Other places prove the fields of the form than before."""
    field_wanted = pyqtSignal(str)
    """The chain of that field was clicked on its page."""

    def __init__(self, frame: MaterialFrame) -> None:
        super().__init__(frame)
        self.frame = frame
        self.work = frame.work

    def build(self) -> Iterator[None]:
        """Make the parts, in slices (:mod:`workbench.shell.building`)."""
        work, frame = self.work, self.frame
        self.book = MarkBook(work, frame)
        self.layer = MarkLayer(work.theme, self.book, self.bundle)
        self.editor = MarkEditor(work.theme, frame)
        self.tool = MarkTool(self.book, self.layer, self.editor, self.bundle, self)
        yield
        self.look = PageLook(self.bundle, self)
        self.look_panel = LookPanel(work.theme, self.look, self._key, frame)
        yield
        self.panel = MarkPanel(work.theme, self.book, self._material_name, self._first_page, frame)
        yield
        self.printing = PrintDesk(work, frame)
        self.printing.bundle = self.bundle
        self.printing.leaf = self._leaf_in_hand
        self._place()
        self._connect()
        self._make_keys()

    def bundle(self) -> Bundle | None:
        """What is shown now."""
        return self.frame.bundle

    # -- building ------------------------------------------------------------------------------

    def _place(self) -> None:
        column = self.frame.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.printing)
        column.insertWidget(2, self.look_panel)
        self.frame.across.addWidget(self.panel)

    def _connect(self) -> None:
        for strip in self.frame.strips:
            if self.layer not in strip.overlays:
                # Both halves may share one list.
                strip.overlays.append(self.layer)
            strip.look = self.look
            strip.tool = self.tool
            strip.loupe.put_away.connect(lambda: self.frame.tools.loupe.setChecked(False))
            strip.page_changed.connect(lambda _page: self.look_panel.show_setting())
        self.frame.source_opened.connect(self.look_panel.show_setting)
        self.book.changed.connect(self._marks_changed)
        self.look.changed.connect(self._paint)
        self.tool.said.connect(self.work.notices.say)
        self.tool.chosen.connect(self._clicked)
        self.panel.wanted.connect(self.show_mark)
        self.panel.reword.connect(self._reword)
        for row in (self.panel, self.look_panel):
            row.closed.connect(self._back)
        tools = self.frame.tools
        self.panel.opened.connect(lambda: self.make_room(self.panel))
        tools.thumbs.toggled.connect(lambda _on: self.make_room(self.frame.thumbs))
        tools.print.clicked.connect(self.printing.begin)
        tools.lamp.clicked.connect(self.look_panel.begin)
        tools.marks.clicked.connect(self.panel.begin)
        tools.loupe.toggled.connect(self._fix_loupe)

    def _make_keys(self) -> None:
        shortcut = QShortcut(QKeySequence("Ctrl+P"), self.frame)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(self.printing.begin)
        for strip in self.frame.strips:
            for keys, act in (
                ("I", self.look_panel.begin), ("S", self.look_panel.turn_straight),
                ("M", self.panel.begin),
            ):  # fmt: skip
                one = QShortcut(QKeySequence(keys), strip)
                one.setContext(Qt.ShortcutContext.WidgetShortcut)
                one.activated.connect(act)

    def make_room(self, newest: QWidget | None = None) -> None:
        """Small pages and marks share one place where both are too wide beside the pages: the
        ``newest`` stays, else the marks. No window grows beyond its screen because of them."""
        frame, both = self.frame, (self.frame.thumbs, self.panel)
        if any(one.isHidden() for one in both):
            return
        wide = sum(max(one.minimumWidth(), one.minimumSizeHint().width()) for one in both)
        if wide + frame.halves.minimumSizeHint().width() <= frame.width():
            return
        if newest is frame.thumbs:
            self.panel.hide()
        else:
            frame.tools.thumbs.setChecked(False)

    # -- what screens call ---------------------------------------------------------------------

    def show_case(self, view: CaseView | None) -> None:
        """The case whose materials are shown, or ``None``; asks for its marks again."""
        seen = view is not None and Part.MATERIALS in view.parts
        number = view.case.case_no if view is not None and seen else ""
        self.printing.case_no = number
        self.book.show_case(number)

    def let_go(self) -> None:
        """The pages are closed: nothing of them stays here either."""
        self.printing.let_go()
        if not self.editor.isHidden():
            self.editor.drop()
        self.tool.put_down()
        self.look.forget()

    def show_mark(self, mark: MaterialMark) -> None:
        """Turn to the place of a mark and take it in hand."""
        leaf = self._leaf_with(mark.mark.sha256)
        if leaf is None or leaf.paper.entry is None:
            self.work.notices.say(_("The file with this mark is not among the materials shown."))
            return
        self.tool.choose(mark)
        if self.frame.entry != leaf.paper.entry or self.frame.own_viewer is not None:
            self.frame.choose(leaf.paper.entry)
        self.frame.go_to(mark.mark.page, mark.mark.place)
        self._paint()

    def link(self, field: str, label: str) -> None:
        """Let one drag on a page say what proves that field."""
        entry = self.frame.entry
        if self.frame.own_viewer is not None and entry is not None:
            # A department's own viewer has no pages of ours to drag on.
            self.frame.choose(entry)
        self.tool.begin(MarkKind.LINK, self.frame.hand, field, label)

    # -- inside --------------------------------------------------------------------------------

    def _key(self) -> int:
        strip = self.frame.hand
        return strip.key(strip.page) if strip.sizes else 0

    def _leaf_with(self, sha256: str) -> Leaf | None:
        bundle = self.bundle()
        leaves = bundle.leaves if bundle is not None else ()
        return next((one for one in leaves if one.paper.sha256 == sha256), None)

    def _leaf_in_hand(self) -> Leaf | None:
        bundle, entry = self.bundle(), self.frame.entry
        return bundle.leaf_for(entry) if bundle is not None and entry is not None else None

    def _material_name(self, sha256: str) -> str:
        leaf = self._leaf_with(sha256)
        return leaf.paper.name if leaf is not None else _("a file that is not shown")

    def _first_page(self, sha256: str) -> int:
        leaf = self._leaf_with(sha256)
        return leaf.first if leaf is not None else KEYS

    def _paint(self) -> None:
        for strip in self.frame.strips:
            strip.glass.update()
            strip.loupe.update()

    def _marks_changed(self) -> None:
        self.links_changed.emit()
        self._paint()

    def _clicked(self, mark: MaterialMark) -> None:
        self.panel.choose(mark)
        if mark.mark.kind is MarkKind.LINK:
            self.field_wanted.emit(mark.mark.field)
        self.work.notices.say(self.tool.words_of(mark).replace("\n", " · "))
        self._paint()

    def _reword(self, mark: MaterialMark) -> None:
        """The field stands beside the list, at the height of the line."""
        at = QPoint(self.panel.x() - self.editor.width() - 8, self.panel.y() + 60)
        must = mark.mark.kind in (MarkKind.DOUBT, MarkKind.NOTE)
        self.editor.ask(
            kind_word(mark.mark.kind), mark.mark.text,
            lambda text: self.book.reword(mark, text), _nothing, at, self.panel.lines, must=must,
        )  # fmt: skip

    def _back(self) -> None:
        self.frame.hand.setFocus()

    def _fix_loupe(self, on: bool) -> None:
        for strip in self.frame.strips:
            strip.loupe.fix(on and strip is self.frame.hand)
        if on:
            self.frame.hand.setFocus()


def _nothing() -> None:
    """Escape in the field: the words stay as they were."""
