"""The register of seal use 用印台账: every serial, voided ones too, searchable (R53, N23).

Lines come page by page as they are; nothing can be changed here. A line can be opened: its sealed
file is shown on the seal desk. Where its document is not issued yet, the custodian may ask for it
to be voided (``voiding``). The whole answer goes to paper or to a table program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QModelIndex, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.moment import stamp
from workbench.rules.seal_balance import LEDGER_PAGE, LedgerAsk, LedgerPage
from workbench.rules.seal_custody import Seal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card, use_rows
from workbench.shell.seal_desk.lazy_tab import LazyTab
from workbench.shell.seal_desk.reading import read_all, read_page
from workbench.shell.seal_desk.register_csv import write_csv
from workbench.shell.seal_desk.register_filters import RegisterFilters
from workbench.shell.seal_desk.register_model import RegisterModel
from workbench.shell.seal_desk.register_paper import Paper, RegisterPaper
from workbench.shell.seal_desk.register_paper import cells as paper_cells
from workbench.shell.seal_desk.voiding import VoidPanel
from workbench.shell.side_area import SideArea
from workbench.shell.workplace import Workplace


class RegisterTab(LazyTab):
    """Filters, count, table, the chosen line beside it."""

    open_wanted = pyqtSignal(object)
    """A :class:`LedgerLine` whose sealed file is to be shown."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.model = RegisterModel(work, self)
        self.filters = RegisterFilters(work, self)
        self.search = self.filters.search
        self.count = QLabel(self)
        self.count.setProperty("role", "quiet")
        self.paper = QPushButton(_("On paper (PDF) …"), self)
        self.csv = QPushButton(_("As a table (CSV) …"), self)
        self.refusal = RefusalLine(self)
        self.table = QTableView(self)
        self.empty = QLabel(_("No line of the register is found."), self)
        self.beside = SideArea(self)
        self.details = Card(work.theme, _("Line of the register"), self.beside.viewport())
        self.void = VoidPanel(work, self)
        self._seals: tuple[Seal, ...] = ()
        self._asking_more = False
        self._build()
        self._connect()

    def _build(self) -> None:
        theme = self.work.theme
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Register of seal use"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setDefaultSectionSize(theme.row_height())
            columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            columns.setResizeContentsPrecision(50)
            columns.setStretchLastSection(True)
            columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._lay_out()

    def _lay_out(self) -> None:
        theme = self.work.theme
        self.beside.hide()
        self.empty.setProperty("role", "quiet")
        self.empty.hide()
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        row.addWidget(self.paper)
        row.addWidget(self.csv)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.beside)
        split.setStretchFactor(0, 1)
        split.setSizes([theme.space(100), theme.space(44)])
        self.beside.hold(self.details, theme.space(34))
        self.details.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(), 0, 0)
        column.setSpacing(theme.space(0.75))
        column.addWidget(self.filters)
        column.addLayout(row)
        column.addWidget(self.refusal)
        column.addWidget(self.empty)
        column.addWidget(split, 1)
        column.addWidget(self.void)

    def _connect(self) -> None:
        self.filters.changed.connect(self._asked_anew)
        self.model.more_wanted.connect(self._more)
        self.table.activated.connect(self._opened)
        self.paper.clicked.connect(self._to_paper)
        self.csv.clicked.connect(self._to_csv)
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(self._chosen)

    # -- asking ------------------------------------------------------------------------------

    def ask(self) -> None:
        """As many lines as were loaded, so that who reads line 500 stays there."""
        self._ask(max(LEDGER_PAGE, self.model.rowCount()))

    def _asked_anew(self) -> None:
        self.void.show_line(None)
        self._ask(LEDGER_PAGE)

    def _ask(self, wanted: int) -> None:
        session, ask = self.work.session, self.filters.asked()
        self.refusal.clear_trouble()

        def asking() -> tuple[LedgerPage, tuple[Seal, ...]]:
            return read_page(session, ask, wanted), session.seals()

        self.work.lanes.ask(
            asking, then=self._show, otherwise=self.refusal.show_trouble, scope=self,
            key="register", label=_("Register of seal use"),
        )  # fmt: skip

    def _show(self, found: tuple[LedgerPage, tuple[Seal, ...]]) -> None:
        page, seals = found
        if seals != self._seals:
            self._seals = seals
            self.filters.show_seals(seals)
        self.model.show_lines(page.lines, page.more)
        self._tell(page.total)
        self._choose_again()

    def _more(self) -> None:
        if self._asking_more or not self.model.lines:
            return
        self._asking_more = True
        session = self.work.session
        ask = replace(self.filters.asked(), before=self.model.lines[-1].serial)
        self.work.lanes.ask(
            lambda: session.ledger_page(ask), then=self._add, otherwise=self.refusal.show_trouble,
            after=self._more_came, scope=self, key="register",
        )  # fmt: skip

    def _add(self, page: LedgerPage) -> None:
        self.model.add_lines(page.lines, page.more)

    def _more_came(self) -> None:
        self._asking_more = False

    # -- choosing ----------------------------------------------------------------------------

    def _choose_again(self) -> None:
        """A model that was filled anew has no line chosen."""
        row = self.model.row_of(self.void.line.serial if self.void.line is not None else None)
        if row is not None:
            self.table.selectRow(row)
        else:
            self._show_chosen(-1)

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen(now.row() if now.isValid() else -1)

    def _show_chosen(self, row: int) -> None:
        line = self.model.lines[row] if 0 <= row < len(self.model.lines) else None
        self.beside.setVisible(line is not None)
        if line is not None:
            self.details.show_rows(use_rows(self.work, line))
        self.void.show_line(line)

    def _tell(self, total: int) -> None:
        self.count.setText(_("Lines: {n}").format(n=total))
        self.empty.setVisible(not total)
        for button in (self.paper, self.csv):
            button.setEnabled(total > 0)

    def _opened(self, index: QModelIndex) -> None:
        line = self.model.lines[index.row()]
        if line.sha256_after:
            self.open_wanted.emit(line)

    # -- for a rebuilt window ------------------------------------------------------------------

    def keep(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.filters.keep()

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Ask it again."""
        self.filters.restore(kept)

    # -- paper and table -----------------------------------------------------------------------

    def _to_paper(self) -> None:
        path = self._path("pdf", _("PDF files (*.pdf)"))
        if path is None:
            return
        ask, work = self.filters.asked(), self.work
        paper = self._heading(ask)

        def write() -> Path:
            lines = read_all(work.session, ask, work.lanes.in_store)
            rows = [paper_cells(line, work.name_of) for line in lines]
            RegisterPaper(paper, rows).write(path)
            return path

        work.lanes.errand(
            write, then=self._written, otherwise=self.refusal.show_trouble, scope=self,
            label=_("Register of seal use on paper"),
        )  # fmt: skip

    def _to_csv(self) -> None:
        path = self._path("csv", _("Tables (*.csv)"))
        if path is None:
            return
        ask, work = self.filters.asked(), self.work

        def write() -> Path:
            write_csv(path, read_all(work.session, ask, work.lanes.in_store), work.name_of)
            return path

        work.lanes.errand(
            write, then=self._written, otherwise=self.refusal.show_trouble, scope=self,
            label=_("Register of seal use as a table"),
        )  # fmt: skip

    def _path(self, ending: str, kinds: str) -> Path | None:
        self.refusal.clear_trouble()
        day = stamp(self.work.clock.now())[:10]
        name = _("register-of-seal-use-{day}").format(day=day)
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Register of seal use"), str(Path.home() / f"{name}.{ending}"), kinds
        )
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(f".{ending}")

    def _heading(self, ask: LedgerAsk) -> Paper:
        organs = sorted({one.organ_name for one in self._seals
                         if ask.seal_id in ("", one.seal_id)})  # fmt: skip
        since = stamp(ask.since)[:10] if ask.since is not None else ""
        until = stamp((ask.until or self.work.clock.now() + 1) - 1)[:10]
        span = _("{first} to {last}").format(first=since, last=until) if since else (
            _("up to {last}").format(last=until))  # fmt: skip
        printed = _("Printed at {time} by {who}").format(
            time=stamp(self.work.clock.now())[:16], who=self.work.name_of(self.work.who.login)
        )
        organ = organs[0] if len(organs) == 1 else self.work.centre.name
        return Paper(organ, span, printed, self.work.theme.family)

    def _written(self, path: Path) -> None:
        self.work.notices.say(_("Written: {path}").format(path=path))
