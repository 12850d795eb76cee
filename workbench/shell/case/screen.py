"""The case screen: scans left, the department's pane right, steps under it, timeline below.

Loaded by the main window through ``screens.SCREENS``. The case is asked for again when something
changed anywhere and at least every five seconds, because the end of a shift changes what may be
seen without any change in the database: then the content closes, and what was typed stays (E06).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from workbench.rules.case import Part, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.clocks import ClockRun
from workbench.rules.materials import Clip
from workbench.rules.refusal_texts import refusal
from workbench.rules.words import _
from workbench.shell.building import Slices, in_slices
from workbench.shell.case.case_layout import CaseLayout
from workbench.shell.case.clock_page import ClockPage
from workbench.shell.case.desk import CaseDesk, open_desk
from workbench.shell.case.desk_counter import counter_for
from workbench.shell.case.field_links import go_to_proof, show_field
from workbench.shell.case.open_note import OpenNote
from workbench.shell.case.proof import ProofPage
from workbench.shell.case.step_forms import File
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

ASK_AGAIN_MS: Final = 5_000


class CaseScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.case_no = ""
        self.view: CaseView | None = None
        self.proof: ProofPage | None = None
        self._parts = CaseLayout(work, self._points, self)
        self._desk: CaseDesk | None = None
        self._close_desk: Callable[[], None] = _nothing
        self._note = OpenNote(work, self)
        self._kept: Mapping[str, Any] = {}
        self._showing: Slices | None = None
        self._again = QTimer(self)
        self._again.setInterval(ASK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self._building = Slices(self._build(), self)

    @property
    def parts(self) -> CaseLayout:
        """What stands on the screen; what is not built yet is built now."""
        self._building.finish()
        return self._parts

    def building(self) -> Iterator[None]:
        """Build on before the first case is opened."""
        return self._building.steps()

    # -- what the main window calls ------------------------------------------------------------

    def title(self) -> str:
        """The number stands in the case's own head; a name never stands in a title."""
        return _("Case")

    def open_case(self, case_no: str) -> None:
        """Show that case."""
        if case_no != self.case_no:
            self._leave()
            self.case_no = case_no
            self.parts.show_words(_("Opening …"))
        self.refresh()

    def refresh(self) -> None:
        """Ask for the case as it is now; what is typed and where one stands is kept."""
        if not self.case_no:
            return
        session, number = self.work.session, self.case_no
        self.work.lanes.ask(
            lambda: session.case_view(number), then=self._answered, scope=self, key="case",
            label=_("Opening the case …"),
        )  # fmt: skip

    def keep(self) -> Mapping[str, Any]:
        """Case, drafts, material and tab, for a rebuilt screen."""
        if self._showing is not None:
            self._showing.finish()
        self.parts.steps.put_away()
        entry = self.parts.materials.current_entry()
        return {
            "case_no": self.case_no,
            "drafts": dict(self.parts.steps.drafts),
            "material": entry.sha256 if entry is not None else "",
            "page": self.parts.frame.local_page(),
            "tab": self.parts.tabs.currentIndex(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back what :meth:`keep` gave."""
        self._kept = kept
        self.parts.steps.drafts.update(kept.get("drafts", {}))
        self.parts.tabs.setCurrentIndex(int(kept.get("tab", 0)))
        if kept.get("case_no"):
            self.open_case(str(kept["case_no"]))

    def put_down(self) -> None:
        """The proof page has a copy of the draft on the disk, the clipboard one of the form."""
        if self.case_no:
            self.parts.pane.forget_copied()
        if self.proof is not None:
            self.proof.reject()
            self.proof = None

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        """The keys of this screen."""
        return (
            ("Ctrl+Shift+A", _("Accept")),
            ("Ctrl+Shift+C", _("Correction notice")),
            ("Ctrl+Shift+O", _("Submit opinion")),
            ("Ctrl+Shift+G / Ctrl+Shift+J", _("Grant / refuse")),
            ("Ctrl+Shift+D", _("Result document")),
            ("Ctrl+Shift+L / Ctrl+Shift+K", _("Claim / release")),
            ("Ctrl+Enter", _("Confirm the step in hand")),
            ("Ctrl+Shift+PgDn / PgUp", _("Next / previous case of the list")),
            ("Alt+PgDn / Alt+PgUp", _("Next / previous material")),
            ("Ctrl+PgDn / Ctrl+PgUp", _("Next / previous page")),
            ("PgDn / PgUp / Space", _("On / back by what is seen")),
            ("Home / End", _("First / last page of all materials")),
            ("F6", _("Next part of the screen")),
            ("+ - 0 1", _("Larger, smaller, true size, pixel by pixel")),
            ("W P R", _("Fit width, fit page, turn")),
            ("B / Shift+B", _("Two materials side by side / linked")),
            ("T", _("Small pages")),
            ("Ctrl+F / F3", _("Find in all materials / next place")),
            ("G", _("Go to page")),
            ("N / H / D", _("Note, highlight, doubt on the page")),
            ("M", _("Marks")),
            ("1 2 3 / Del", _("Pass, doubt, fail on a review point of the list / take back")),
            ("L", _("Loupe, while it is held")),
            ("I / S", _("Brightness and contrast / put straight")),
            ("Ctrl+P", _("Print")),
            ("Ctrl+J", _("Go to the place that proves the field")),
            ("Ctrl+Shift+B", _("Copy the form's fields")),
        )

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> Iterator[None]:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._parts)
        yield from self._parts.build()
        yield
        self._connect(self._parts)
        self._keys(self._parts)
        yield
        self._parts.show_words(_("No case is open. Open one from the inbox."))

    def _connect(self, parts: CaseLayout) -> None:
        parts.materials.chosen.connect(self._show_material)
        parts.materials.missing_chosen.connect(parts.frame.show_message)
        parts.frame.in_hand.connect(self._in_hand)
        parts.frame.material_wanted.connect(parts.materials.step)
        parts.pane.marked.connect(self._point_marked)
        parts.materials.point_marked.connect(self._mark_point)
        parts.links.wanted.connect(lambda field: show_field(parts.right, field))
        parts.header.clock_wanted.connect(self._explain_clock)
        parts.steps.moved.connect(lambda _move, view: self._answered(view))
        parts.steps.race_lost.connect(self.refresh)
        parts.steps.proof_wanted.connect(self.open_proof)
        parts.talk.sent.connect(self._answered)
        parts.add_file.connect(self.add_file)

    def _keys(self, parts: CaseLayout) -> None:
        for keys, act in (
            ("F5", self.refresh),
            ("F6", parts.focus_next_part),
            ("Alt+PgDown", lambda: parts.materials.step(1)),
            ("Alt+PgUp", lambda: parts.materials.step(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(act)
        proof = QShortcut(QKeySequence("Ctrl+J"), parts)
        proof.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        proof.activated.connect(lambda: go_to_proof(parts))

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._again.start()
        if self.view is not None:
            self.refresh()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._again.stop()
        self._note.gone()
        if self._building.done:
            self.parts.steps.keep_now()

    # -- answers -------------------------------------------------------------------------------

    def _answered(self, view: CaseView | None) -> None:
        before, self.view = self.view, view
        if before is not None and view is not None and view.case.origin_no == before.case.case_no:
            self.view = before
            self.work.signposts.open_case(view.case.case_no)
            return
        if view is not None and view.case.case_no != self.case_no:
            self.view = before
            return
        if view is None:
            self._shut(before)
            return
        self.work.clock.set(view.at)
        self._note.shown(view)
        if before is not None and _lost_content(before, view):
            self._close_content()
        self._show(view)
        if before is None or before.case.case_no != view.case.case_no:
            self.work.signposts.retitle()

    def _show(self, view: CaseView) -> None:
        if self._desk is None:
            self._desk, self._close_desk = open_desk(counter_for(self))
        self._stop_showing()
        self._showing = in_slices(self._shown(view, self._desk), self)

    def _shown(self, view: CaseView, desk: CaseDesk) -> Iterator[None]:
        yield from self.parts.show_case(view, desk)
        if self._kept:
            self._stand_as_before()

    def _stop_showing(self) -> None:
        """What is still being shown is given up: something newer comes, or nothing."""
        if self._showing is not None:
            self._showing.drop()
            self._showing = None

    def _stand_as_before(self) -> None:
        kept, self._kept = self._kept, {}
        for entry in self.view.entries.get(Part.MATERIALS, ()) if self.view is not None else ():
            if entry.sha256 == kept.get("material"):
                self.parts.materials.choose_entry(entry)
                self.parts.frame.go_to(int(kept.get("page", 1)))

    def _shut(self, before: CaseView | None) -> None:
        """Nothing of the case may be seen any more: close it, say why, keep what was typed."""
        why = str(refusal("not_visible"))
        self._note.gone()
        draft = self.parts.steps.draft_text()
        self._close_content()
        self.parts.show_words(why, draft)
        if before is not None:
            self.work.notices.say(_("The case was closed: {why}").format(why=why))
        self.work.signposts.retitle()

    def _close_content(self) -> None:
        """Pixels, pane and desk go; nothing of what was shown stays in a widget."""
        self._stop_showing()
        self._close_desk()
        self._desk = None
        if self.proof is not None:
            self.proof.reject()
            self.proof = None
        self.parts.close_content()

    def _leave(self) -> None:
        self._note.gone()
        # No button of the one case stands there while the other comes in.
        self.parts.steps.show_case(None)
        self._close_content()
        self.view = None

    # -- what screen and pane do ---------------------------------------------------------------

    def desk(self) -> CaseDesk:
        """The desk of the case in hand."""
        assert self._desk is not None
        return self._desk

    def _points(self) -> Mapping[str, Mapping[str, str]]:
        return self.parts.pane.review_results()

    def _show_material(self, entry: PartEntry) -> None:
        if self.view is None or self._desk is None:
            return
        viewer, beside = self.parts.pane.viewer_for(self.view, entry, self._desk)
        self.parts.show_beside(self.view, beside)
        self.parts.frame.choose(entry, viewer)

    def _point_marked(self) -> None:
        """The checklist beside the scans says what the pane says."""
        if self.view is not None:
            self.parts.show_checklist(self.view)

    def _mark_point(self, code: str, result: str, reason: str) -> None:
        """Marked beside the scan: the pane has the mark, and the list shows what the pane has."""
        self.parts.pane.mark_point(code, result, reason)
        self._point_marked()

    def _in_hand(self, entry: PartEntry) -> None:
        """The strip was scrolled to another material: the list says so."""
        self.parts.materials.mark(entry)
        if self.view is not None:
            self.parts.show_beside(self.view, self.parts.pane.beside(self.view, entry))

    def show_page(self, entry: PartEntry, page: int, place: Clip | None) -> None:
        """Turn the viewer to that page of that material."""
        if self.parts.materials.current_entry() != entry:
            self.parts.materials.choose_entry(entry)
        self.parts.frame.go_to(page, place)

    def open_proof(self) -> ProofPage | None:
        """The proof page of the composed document."""
        if self.view is None:
            return None
        if self.proof is not None:
            self.proof.reject()
        self.proof = ProofPage(self.work, self.view, self)
        self.proof.frozen.connect(self._answered)
        self.proof.refused.connect(lambda _trouble: self.refresh())
        self.proof.show()
        return self.proof

    def add_file(self, file: File) -> None:
        """Take in one more file for a line of the list (window, before acceptance)."""
        if self.view is not None:
            self.parts.take_in(self.view, file, self._answered)

    def _explain_clock(self, run: ClockRun) -> None:
        ClockPage(self.work, run, self).open()


def _nothing() -> None:
    """There is no desk to close yet."""


def _lost_content(before: CaseView, now: CaseView) -> bool:
    """Whether something that was shown may not be shown any more (V04, V08)."""
    return before.case.case_no == now.case.case_no and bool(before.parts - now.parts)
