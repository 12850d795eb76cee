"""The marks on the materials of the case in hand: asked for, made, reworded, taken away.

Made by :mod:`workbench.shell.viewer.tool_box`. The store is asked again with every refresh of the
case; what is the same again changes nothing on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.material_marks import MarkKind, MaterialMark, NewMark
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.shell.notices import wording
from workbench.shell.workplace import Workplace


class MarkBook(QObject):
    """All marks of one case."""

    changed = pyqtSignal()
    made = pyqtSignal(object)
    """The :class:`MaterialMark` that has just been put up here."""

    def __init__(self, work: Workplace, owner: QWidget) -> None:
        super().__init__(owner)
        self.work = work
        self.case_no = ""
        self.marks: tuple[MaterialMark, ...] = ()
        self._owner = owner
        self._on: dict[tuple[str, int], list[MaterialMark]] = {}

    def show_case(self, case_no: str) -> None:
        """Ask for that case's marks; an empty number lets all of them go."""
        if case_no != self.case_no:
            self.case_no = case_no
            self._take(())
        if not case_no:
            return
        session = self.work.session
        self.work.lanes.ask(
            lambda: session.material_marks(case_no), then=lambda found: self._came(case_no, found),
            otherwise=_silent, scope=self._owner, key="marks",
        )  # fmt: skip

    def _came(self, case_no: str, marks: tuple[MaterialMark, ...]) -> None:
        if case_no == self.case_no:
            self._take(marks)

    def _take(self, marks: tuple[MaterialMark, ...]) -> None:
        if marks == self.marks:
            return
        self.marks = marks
        self._on = {}
        for one in marks:
            self._on.setdefault((one.mark.sha256, one.mark.page), []).append(one)
        self.changed.emit()

    # -- reading -------------------------------------------------------------------------------

    def on_page(self, sha256: str, page: int) -> list[MaterialMark]:
        """Those on that page of that file, in the order in which they were made."""
        return self._on.get((sha256, page), [])

    def own(self, mark: MaterialMark) -> bool:
        """Whether it may be changed here: it is one's own."""
        return mark.made_by == self.work.who.login

    def links(self) -> Mapping[str, MaterialMark]:
        """Path of a form field -> the place that proves it."""
        return {one.mark.field: one for one in self.marks if one.mark.kind is MarkKind.LINK}

    # -- changing ------------------------------------------------------------------------------

    def make(self, mark: NewMark) -> None:
        """Put it up; it is seen once the centre has it."""
        session, case_no = self.work.session, self.case_no

        def kept(made: MaterialMark) -> None:
            if case_no == self.case_no:
                self.made.emit(made)
                self.show_case(case_no)

        self._change(lambda: session.make_material_mark(case_no, mark), kept)

    def reword(self, mark: MaterialMark, text: str) -> None:
        """Other words for one's own mark."""
        session, number = self.work.session, mark.mark_id
        self._change(lambda: session.reword_material_mark(number, text), self._again)

    def remove(self, mark: MaterialMark) -> None:
        """Take one's own mark away."""
        session, number = self.work.session, mark.mark_id
        self._change(lambda: session.remove_material_mark(number), self._again)

    def _again(self, _answer: object) -> None:
        self.show_case(self.case_no)

    def _change(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        self.work.lanes.change(
            work, then=then, otherwise=self._refused, scope=self._owner, label=_("Mark"),
        )  # fmt: skip

    def _refused(self, trouble: Trouble) -> None:
        self.work.notices.say(wording(trouble))


def _silent(_trouble: Trouble) -> None:
    """The case itself says what is the matter; the marks stay until they are asked for again."""


def kind_word(kind: MarkKind) -> str:
    """What a mark is called."""
    return {
        MarkKind.NOTE: _("Note"),
        MarkKind.HIGHLIGHT: _("Highlight"),
        MarkKind.DOUBT: _("Doubt"),
        MarkKind.LINK: _("Proof of a field"),
    }[kind]
