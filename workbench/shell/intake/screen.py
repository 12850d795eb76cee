"""The window officer's screen (T01-T03, T08, T09, T28): folders of packages in, own cases below.

Loaded by the main window through ``screens.SCREENS``. The registrar of every case is the signed-in
clerk; nothing in a package can change that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.intake import PackageReport
from workbench.casework.intake_check import CheckedFile, Inspect
from workbench.casework.moving import new_operation
from workbench.casework.window_desk import (
    answer_demand,
    look_at,
    material_of_demand,
    say,
    send_answer,
    withdraw,
)
from workbench.rules.case import Case
from workbench.rules.case_view import CaseView, Worklist, WorklistQuery
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.shell.intake.batch import IntakeBatch
from workbench.shell.intake.case_panel import CasePanel
from workbench.shell.intake.own_cases import OwnCases
from workbench.shell.intake.reports import ReportList
from workbench.shell.notices import RefusalLine
from workbench.shell.screens import Screen
from workbench.shell.side_area import SideArea
from workbench.shell.workplace import Workplace


class IntakeScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.batch: IntakeBatch | None = None
        self.pick_folder: Callable[[], str] = self._ask_for_folder
        self.begin = QPushButton(_("Take in packages …"), self)
        self.cancel = QPushButton(_("Cancel"), self)
        self.progress = QProgressBar(self)
        self.refusal = RefusalLine(self)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._left = QWidget(self._split)
        self.reports = ReportList(work.theme, self._left)
        self.cases = OwnCases(work, self._left)
        self._right = SideArea(self._split)
        self.panel = CasePanel(work, self._right.viewport())
        self._build()
        self._connect()

    # -- what the main window calls ----------------------------------------------------------

    def title(self) -> str:
        return _("Intake")

    def refresh(self) -> None:
        session, words = self.work.session, self.cases.search.text().strip()
        self.work.lanes.ask(
            lambda: session.worklist(WorklistQuery(text=words)),
            then=self._show,
            scope=self,
            key="list",
        )

    def open_case(self, case_no: str) -> None:
        self.cases.wanted = case_no
        self.refresh()

    def may_leave(self) -> bool:
        return self.batch is None and not self.panel.message.toPlainText().strip()

    def keep(self) -> Mapping[str, Any]:
        view = self.panel.view
        return {
            "case_no": view.case.case_no if view else "",
            "search": self.cases.search.text(),
            "message": self.panel.message.toPlainText(),
            "reports": tuple(self.reports.reports),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.cases.wanted = str(kept.get("case_no", ""))
        self.cases.search.setText(str(kept.get("search", "")))
        for report in kept.get("reports", ()):
            self._reported(report)

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+O", _("Take in a folder of packages")),
            ("Esc", _("Cancel the intake")),
            ("Up, Down", _("Choose a case")),
        )

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        self.begin.setProperty("role", "primary")
        self.begin.setShortcut("Ctrl+O")
        self.begin.setToolTip("Ctrl+O")
        self.cancel.setShortcut("Esc")
        self.cancel.setToolTip("Esc")
        self.progress.setAccessibleName(_("Progress of the intake"))
        self.progress.setTextVisible(True)
        self._idle()
        top = QHBoxLayout()
        for widget in (self.begin, self.progress, self.cancel):
            top.addWidget(widget)
        top.setStretchFactor(self.progress, 1)
        top.addStretch(0)
        left, right, split = self._left, self._right, self._split
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, space(), 0)
        column.setSpacing(space())
        column.addWidget(self.reports, 2)
        column.addWidget(self.cases, 3)
        self.reports.hide()
        right.hold(self.panel, space(48))
        split.addWidget(left)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([space(75), space(70)])
        left.setMinimumWidth(space(42))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        whole.setSpacing(space())
        whole.addLayout(top)
        whole.addWidget(self.refusal)
        whole.addWidget(split, 1)

    def _connect(self) -> None:
        self.begin.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._cancel)
        self.cases.searched.connect(self.refresh)
        self.cases.chosen.connect(self._ask_for)
        self.reports.case_wanted.connect(self.open_case)
        self.panel.file_wanted.connect(self._add_file)
        self.panel.answer_wanted.connect(self._send_answer)
        self.panel.withdraw_wanted.connect(self._withdraw)
        self.panel.message_wanted.connect(self._say)

    # -- taking in ---------------------------------------------------------------------------

    def _ask_for_folder(self) -> str:
        return QFileDialog.getExistingDirectory(self, _("Folder with packages"))

    def _begin(self) -> None:
        folder = self.pick_folder()
        if folder:
            self.take_in(Path(folder))

    def take_in(self, folder: Path) -> None:
        """Take in every package of the folder, with progress and cancel."""
        if self.batch is not None:
            return
        self.refusal.clear_trouble()
        self.reports.clear()
        self.reports.show()
        self.batch = IntakeBatch(self.work, folder, self._inspect(), self)
        self.batch.progressed.connect(self._progressed)
        self.batch.reported.connect(self._reported)
        self.batch.failed.connect(self._unusable)
        self.batch.ended.connect(self._ended)
        self.begin.setEnabled(False)
        self.cancel.setVisible(True)
        self.cancel.setEnabled(True)
        self.progress.setRange(0, 0)
        self.progress.setFormat("")
        self.progress.setVisible(True)
        self.batch.begin()

    def _inspect(self) -> Inspect:
        if self.work.doors.inspect is not None:
            return self.work.doors.inspect
        from workbench.paper.inspection import inspect_file

        return inspect_file

    def _idle(self) -> None:
        self.begin.setEnabled(True)
        self.cancel.setVisible(False)
        self.progress.setVisible(False)

    def _cancel(self) -> None:
        if self.batch is not None:
            self.batch.call_off()
            self.cancel.setEnabled(False)

    def _progressed(self, done: int, total: int, name: str) -> None:
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.progress.setFormat(
            _("{n} of {total} · {name}").format(n=min(done + 1, total), total=total, name=name)
        )

    def _reported(self, report: PackageReport) -> None:
        self.reports.show()
        self.reports.add(report)

    def _unusable(self, trouble: Trouble) -> None:
        self.reports.hide()
        self.refusal.show_trouble(trouble)

    def _ended(self) -> None:
        self._idle()
        batch, self.batch = self.batch, None
        if batch is not None:
            batch.deleteLater()
        if self.reports.reports:
            self.work.notices.say(self.reports.sum.text())
        self.refresh()

    # -- own cases ---------------------------------------------------------------------------

    def _show(self, found: Worklist) -> None:
        self.work.clock.set(found.at)
        view = self.panel.view
        self.cases.show_list(found, view.case.case_no if view else "")

    def _ask_for(self, case_no: str) -> None:
        session = self.work.session
        self.work.lanes.ask(
            lambda: session.case_view(case_no), then=self.panel.show_case, scope=self, key="view"
        )

    def _change(
        self, work: Callable[[], Case], said: str, line: RefusalLine, after: Callable[[], None]
    ) -> None:
        """One change of the case in hand; success is said, a refusal stands beside its control."""

        def done(_case: Case) -> None:
            line.clear_trouble()
            after()
            self.work.notices.say(said)
            self.refresh()

        self.work.lanes.change(work, then=done, otherwise=line.show_trouble, scope=self, label=said)

    def _add_file(self, number: int, path: Path) -> None:
        view, line = self.panel.view, self.panel.answer_refusal
        if view is None:
            return
        material, inspect = material_of_demand(view, number), self._inspect()
        self.work.lanes.errand(
            lambda: look_at(path, material, inspect),
            then=lambda file: self._answer(view, number, file),
            otherwise=line.show_trouble,
            scope=self,
            label=_("Looking at the file"),
        )

    def _answer(self, view: CaseView, number: int, file: CheckedFile) -> None:
        session, operation = self.work.session, new_operation()
        said = _("Demand {no} is answered.").format(no=number)
        self._change(
            lambda: answer_demand(session, view.case, number, file, operation),
            said,
            self.panel.answer_refusal,
            lambda: None,
        )

    def _send_answer(self) -> None:
        view, session = self.panel.view, self.work.session
        if view is not None:
            said, line = _("The answer is with the department."), self.panel.answer_refusal
            self._change(lambda: send_answer(session, view.case), said, line, lambda: None)

    def _withdraw(self, request: str) -> None:
        view, session = self.panel.view, self.work.session
        if view is not None:
            said, line = _("The application is withdrawn."), self.panel.ending_refusal
            self._change(
                lambda: withdraw(session, view.case, request),
                said,
                line,
                self.panel.request.clear,
            )

    def _say(self, text: str) -> None:
        view, session, operation = self.panel.view, self.work.session, new_operation()
        if view is not None:
            said, line = _("Message sent."), self.panel.talk_refusal
            self._change(
                lambda: say(session, view.case, text, operation),
                said,
                line,
                self.panel.message.clear,
            )
