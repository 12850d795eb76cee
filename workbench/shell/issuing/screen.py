"""The issuing window's screen (V17, T25, T26): list, sealed page, verdict, receipt, closing.

Loaded by the main window through ``screens.SCREENS``. Verbs are those of ``casework.issuing``; the
supervising department's end and the verifier come through ``work.doors``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.issuing import Receipt, close, issue, take_acknowledgement
from workbench.casework.ports import Session
from workbench.rules.case import Case, Part, State
from workbench.rules.case_view import CaseView, Worklist, WorklistQuery, WorklistRow
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.seal_custody import Verification
from workbench.rules.words import _, pick
from workbench.shell.icons import as_icon, badge
from workbench.shell.inbox.time_left import time_left
from workbench.shell.issuing.receipt_form import ReceiptForm, delivery_rows
from workbench.shell.issuing.verdict import VerdictCard
from workbench.shell.notices import RefusalLine
from workbench.shell.screens import Screen
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.page import DocumentPage
from workbench.shell.side_area import SideArea
from workbench.shell.theme import status_colour, status_icon
from workbench.shell.workplace import Workplace

CASE_NO = Qt.ItemDataRole.UserRole
HERE = (State.PENDING_ISSUE, State.ISSUED)


class IssuingScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.view: CaseView | None = None
        self.rows: tuple[WorklistRow, ...] = ()
        theme = work.theme
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._left = QWidget(self._split)
        self.count = QLabel(self._left)
        self.list = QListWidget(self._left)
        self.empty = QLabel(self._left)
        self.page = DocumentPage(work, _("The sealed document"), self._split)
        self._side = SideArea(self._split)
        self._panel = QWidget(self._side.viewport())
        self.about = Card(theme, _("Result"), self._panel)
        self.verdict = VerdictCard(theme, self._panel)
        self.receipt = ReceiptForm(theme, self._panel)
        self.closing = Card(theme, _("After the hand-over"), self._panel)
        self.take = QPushButton(_("Take in the acknowledgement"), self.closing)
        self.end = QPushButton(_("Close the case"), self.closing)
        self.lacking = QLabel(self.closing)
        """Why the case cannot be closed yet, under the button."""
        self.refusal = RefusalLine(self.closing)
        self._filling = False
        self._wanted = ""
        self._build()
        self._show_nothing()

    # -- what the main window calls ----------------------------------------------------------

    @classmethod
    def first_question(cls, session: Session) -> None:
        """The list itself."""
        session.worklist(WorklistQuery())

    def title(self) -> str:
        return _("Issuing")

    def refresh(self) -> None:
        session = self.work.session
        self.work.lanes.ask(
            lambda: session.worklist(WorklistQuery()), then=self._show, scope=self, key="list"
        )

    def open_case(self, case_no: str) -> None:
        self._wanted = case_no
        self.refresh()

    def may_leave(self) -> bool:
        form = self.receipt
        return not (form.identity.text() or form.tracking.text() or form.first_witness.text())

    def keep(self) -> Mapping[str, Any]:
        return {"case_no": self.view.case.case_no if self.view else ""}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self._wanted = str(kept.get("case_no", ""))

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Up, Down", _("Choose a result")),
            ("Enter", _("In the receipt: hand over")),
        )

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        self.count.setProperty("role", "title")
        self.count.setWordWrap(True)
        self.empty.setProperty("role", "quiet")
        self.empty.setWordWrap(True)
        self.list.setAccessibleName(_("Results to hand over"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side_length = self.work.theme.icon_size()
        self.list.setIconSize(QSize(side_length, side_length))
        left, panel, side, split = self._left, self._panel, self._side, self._split
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        parts: tuple[QWidget, ...] = (self.count, self.empty, self.list)
        for widget in parts:
            column.addWidget(widget)
        column.setStretchFactor(self.list, 1)
        # Takes the room of the list while there is nothing to list.
        column.addStretch(0)
        self.lacking.setProperty("role", "quiet")
        self.lacking.setWordWrap(True)
        after: tuple[QWidget, ...] = (self.take, self.end, self.lacking, self.refusal)
        for widget in after:
            self.closing.column.addWidget(widget)
        for button in (self.take, self.end):
            button.setProperty("role", "primary")

        cards = QVBoxLayout(panel)
        cards.setContentsMargins(space(), 0, space(), 0)
        cards.setSpacing(space())
        for card in (self.about, self.verdict, self.receipt, self.closing, self.verdict.checks):
            cards.addWidget(card)
        cards.addStretch(1)
        side.hold(panel, space(36))
        thirds: tuple[tuple[QWidget, int], ...] = ((left, 2), (self.page, 5), (side, 3))
        for widget, part in thirds:
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, part)
        split.setChildrenCollapsible(False)
        split.setSizes([space(32), space(70), space(46)])
        left.setMinimumWidth(space(22))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        whole.addWidget(split, 1)
        self.list.currentItemChanged.connect(self._current)
        self.receipt.hand_over_wanted.connect(self._hand_over)
        self.take.clicked.connect(self._take)
        self.end.clicked.connect(self._close)

    # -- showing -----------------------------------------------------------------------------

    def _show(self, found: Worklist) -> None:
        self.work.clock.set(found.at)
        self.rows = tuple(row for row in found.rows if row.shown_state in HERE)
        before = self._wanted or (self.view.case.case_no if self.view else "")
        self._wanted = ""
        self._filling = True
        self.list.clear()
        for row in self.rows:
            self.list.addItem(self._item(row))
        self._filling = False
        self.count.setText(_("To hand over and to close: {n}").format(n=len(self.rows)))
        self.empty.setText(found.empty_because or _("Nothing is to be handed over."))
        self.empty.setVisible(not self.rows)
        self.list.setVisible(bool(self.rows))
        numbers = [row.case.case_no for row in self.rows]
        if not numbers:
            self._show_nothing()
        else:
            self.list.setCurrentRow(numbers.index(before) if before in numbers else 0)

    def _item(self, row: WorklistRow) -> QListWidgetItem:
        lines = [pick(row.item_zh, row.item_en), row.case.short_no, label(row.shown_state.value)]
        if row.clock is not None:
            left = time_left(row.clock, self.work.clock.now(), self.work.calendar)
            today = stamp(self.work.clock.now())[:10]
            lines[2] = f"{lines[2]} · {left.due_line(today)}"
        item = QListWidgetItem("\n".join(lines))
        item.setData(CASE_NO, row.case.case_no)
        mark = badge(
            status_icon(row.shown_state), status_colour(row.shown_state),
            self.work.theme.icon_size(),
        )  # fmt: skip
        item.setIcon(as_icon(mark))
        return item

    def _current(self) -> None:
        item = self.list.currentItem()
        if self._filling or item is None:
            return
        case_no, session = str(item.data(CASE_NO)), self.work.session
        if self.view is not None and self.view.case.case_no != case_no:
            self.receipt.reset()
        self.work.lanes.ask(
            lambda: session.case_view(case_no), then=self._show_view, scope=self, key="view"
        )

    def _show_nothing(self) -> None:
        self.view = None
        self.page.clear()
        self.verdict.checks.hide()
        for one in (self.about, self.verdict, self.receipt, self.closing, self.page, self._side):
            one.hide()

    def _show_view(self, view: CaseView | None) -> None:
        if view is None:
            self._show_nothing()
            return
        self.view = view
        sealed = view.last(Part.DOCUMENT, "sealed_document")
        sha256 = str(sealed.body.get("sha256", "")) if sealed else ""
        fresh = sha256 != self.page.sha256
        self.page.show_document(sha256)
        self.page.caption.setText(f"{pick(view.item.name_zh, view.item.name_en)}")
        self._show_cards(view)
        if fresh:
            document = view.last(Part.DOCUMENT, "document")
            values = document.body.get("values", {}) if document is not None else {}
            self.receipt.suggest_receiver(str(values.get("applicant_name", "")))
            if sealed is not None and sealed.body.get("manner") == "physical":
                number = sealed.body.get("document_no")
                others = [one.body for one in view.of(Part.DOCUMENT, "sealed_copy")]
                same = [one for one in others if one.get("document_no") == number]
                self.verdict.show_by_hand([sealed.body, *same])
            else:
                self._verify(sha256)

    def _show_cards(self, view: CaseView) -> None:
        sealed = view.last(Part.DOCUMENT, "sealed_document")
        delivery = view.last(Part.DELIVERY, "delivery")
        acknowledged = view.last(Part.DELIVERY, "acknowledgement")
        rows = [
            (_("Case"), view.case.short_no),
            (_("Document number"), view.case.document_no or _("not stated")),
            (_("Applicant"), view.case.applicant_masked),
        ]
        if sealed is not None:
            rows.append((_("Serial of the stamping"), str(sealed.body.get("serial", ""))))
        self.about.show_rows(rows)
        issued = view.shown_state is State.ISSUED
        for one in (self.about, self.verdict, self.page, self._side):
            one.show()
        self.receipt.setVisible(not issued)
        self.closing.setVisible(issued)
        self.refusal.clear_trouble()
        if delivery is not None:
            self.closing.show_rows(delivery_rows(delivery.body, acknowledged is not None))
        self.take.setEnabled(issued and acknowledged is None)
        self.take.setVisible(issued and acknowledged is None)
        self.end.setEnabled(issued and "close" in view.moves)
        blocked = view.blocked.get("close")
        words = "" if self.end.isEnabled() or blocked is None else str(blocked)
        self.lacking.setText(words)
        self.lacking.setVisible(bool(words))
        for say in (self.end.setToolTip, self.end.setAccessibleDescription):
            say(words)

    def _verify(self, sha256: str) -> None:
        verify, session = self.work.doors.verify, self.work.session
        if verify is None or not sha256:
            self.verdict.wait(_("Not verified at this desk."))
            return
        self.verdict.wait(_("Being verified …"))
        self.work.lanes.ask(
            lambda: session.content_path(sha256),
            then=lambda path: self._verify_file(verify, path, sha256),
            otherwise=self._not_verified,
            scope=self,
            key="path",
        )

    def _verify_file(
        self, verify: Callable[[Path], Verification], path: Path, sha256: str
    ) -> None:
        def show(found: Verification) -> None:
            # Another case may be in hand by now, one that was pressed by hand.
            if self.page.sha256 == sha256:
                self.verdict.show_verification(found)

        self.work.lanes.errand(
            lambda: verify(path),
            then=show,
            otherwise=self._not_verified,
            scope=self,
            key="verify",
        )

    def _not_verified(self, trouble: Trouble) -> None:
        self.verdict.wait(trouble.message)

    # -- acting ------------------------------------------------------------------------------

    def _hand_over(self, receipt: Receipt) -> None:
        view, out, session = self.view, self.work.doors.results, self.work.session
        if view is None:
            return
        if out is None:
            self.receipt.refusal.show_trouble(_no_exchange())
            return
        results = out
        self.work.lanes.change(
            lambda: issue(session, view, receipt, results),
            then=self._handed_over,
            otherwise=self.receipt.refusal.show_trouble,
            scope=self,
            label=_("Handing over"),
        )

    def _handed_over(self, case: Case) -> None:
        self.receipt.reset()
        self.work.notices.say(_("Handed over: {number}.").format(number=case.short_no))
        self.refresh()

    def _take(self) -> None:
        view, out, session = self.view, self.work.doors.results, self.work.session
        if view is None:
            return
        if out is None:
            self.refusal.show_trouble(_no_exchange())
            return
        results = out
        self.work.lanes.change(
            lambda: take_acknowledgement(session, view, results),
            then=lambda _case: self.refresh(),
            otherwise=self.refusal.show_trouble,
            scope=self,
            label=_("Taking in the acknowledgement"),
        )

    def _close(self) -> None:
        view, session = self.view, self.work.session
        if view is None:
            return
        self.work.lanes.change(
            lambda: close(session, view.case),
            then=self._closed,
            otherwise=self.refusal.show_trouble,
            scope=self,
            label=_("Closing the case"),
        )

    def _closed(self, case: Case) -> None:
        self.work.notices.say(_("Closed: {number}.").format(number=case.short_no))
        self.view = None
        self.refresh()


def _no_exchange() -> Refusal:
    return Refusal(
        "no_exchange",
        _("This desk has no way to the supervising department."),
        _("Tell the system administrator."),
    )
