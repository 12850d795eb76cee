"""手工用印: the copies of a document that is pressed by hand, and the one next step.

Stands where the press of the key stands. It shows and asks; what happens is
:class:`~workbench.shell.seal_desk.copies_run.CopiesRun`'s.
"""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import SealTask
from workbench.rules.paper_copies import (
    COPY_STATES,
    SPOIL_REASONS,
    copy_numbers,
    spoil_text,
    standing,
)
from workbench.rules.seal_custody import LedgerLine, LedgerState, Seal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.theme import Theme

S = LedgerState
_LINE = Qt.ItemDataRole.UserRole


def kind_of_copy(copy_kind: str) -> str:
    """正本 or 副本."""
    return _("Original") if copy_kind == "original" else _("Duplicate")


class CopiesPanel(QFrame):
    """See the module. ``step_wanted`` names the step: number, print, scan or register."""

    step_wanted = pyqtSignal(str)
    spoil_wanted = pyqtSignal(object, str)
    """The copy's line and the reason."""
    recall_wanted = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.heading = QLabel(_("Press by hand"), self)
        self.heading.setProperty("role", "title")
        self.seal = QLabel(self)
        self.seal.setWordWrap(True)
        self.table = QTreeWidget(self)
        self.steps = {
            "number": QPushButton(_("Number the copies"), self),
            "print": QPushButton(_("Print …"), self),
            "scan": QPushButton(_("Scan back …"), self),
            "register": QPushButton(_("Register the copies"), self),
        }
        self.reason = QComboBox(self)
        self.spoil = QPushButton(_("Record as spoiled"), self)
        self.recall = QPushButton(_("Call all copies back"), self)
        self.refusal = RefusalLine(self)
        self.said = QLabel(self)
        self.said.setProperty("role", "quiet")
        self.said.setWordWrap(True)
        self._task: SealTask | None = None
        self._ready = self._busy = False
        self._build(theme)

    def _build(self, theme: Theme) -> None:
        table = self.table
        table.setColumnCount(3)
        table.setHeaderLabels([_("Copy"), _("Control code"), _("State")])
        table.setRootIsDecorated(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAccessibleName(_("Copies of the document"))
        table.setWordWrap(True)
        # As high as its copies, so that the next step stands right below them.
        table.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        table.setMaximumHeight(theme.space(36))
        header = table.header()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.currentItemChanged.connect(self._look)
        # The reasons are long; the side of the desk is as wide as its cards, not as they are.
        self.reason.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.reason.setMinimumContentsLength(6)
        self.reason.setAccessibleName(_("Why the copy is spoiled"))
        self.reason.addItem(_("choose a reason"), "")
        for code, text in SPOIL_REASONS.items():
            if code != "recalled":
                self.reason.addItem(_(text), code)
        self.reason.currentIndexChanged.connect(self._look)
        for step, button in self.steps.items():
            button.clicked.connect(lambda _on, step=step: self.step_wanted.emit(step))
        self.spoil.clicked.connect(self._spoil)
        self.recall.clicked.connect(self.recall_wanted.emit)
        self.recall.setProperty("role", "link")
        spoiling = QHBoxLayout()
        spoiling.addWidget(self.reason, 1)
        spoiling.addWidget(self.spoil)
        column = QVBoxLayout(self)
        margin = theme.space(1.5)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.space())
        for widget in (self.heading, self.seal, table, self.said, self.refusal):
            column.addWidget(widget)
        for button in self.steps.values():
            column.addWidget(button)
        column.addLayout(spoiling)
        column.addWidget(self.recall, 0, Qt.AlignmentFlag.AlignLeft)

    # -- showing -----------------------------------------------------------------------------

    def show_task(self, task: SealTask, seal: Seal | None) -> None:
        """The copies of that document as they stand."""
        self._task = task
        if seal is not None:
            where = " · ".join(one for one in (seal.place, seal.box) if one)
            text = _("{seal}, {mm} mm").format(
                seal=f"{seal.organ_name} {seal.bottom_text}", mm=seal.diameter_mm
            )
            self.seal.setText(f"{text}\n{where}" if where else text)
        kept = self.line()
        self.table.clear()
        live = standing(task.copies)
        for number, kind in copy_numbers(task.originals, task.duplicates):
            self._add(number, kind, live.get(number))
        for line in task.copies:
            if line.state is S.VOID:
                self._add(line.copy_no, line.copy_kind, line)
        for row in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(row)
            found = item.data(0, _LINE) if item is not None else None
            if kept is not None and found is not None and found.serial == kept.serial:
                self.table.setCurrentItem(item)
        self._look()

    def _add(self, number: int, kind: str, line: LedgerLine | None) -> None:
        state = _("not numbered yet") if line is None else _(COPY_STATES[line.state])
        if line is not None and line.void_reason:
            state = f"{state} · {spoil_text(line.void_reason)}"
        name = _("{n} · {kind}").format(n=number, kind=kind_of_copy(kind))
        code = line.control_code if line is not None else ""
        item = QTreeWidgetItem([name, code, state])
        item.setData(0, _LINE, line)
        for column in range(3):
            item.setToolTip(column, item.text(column))
        if line is not None and line.state is S.VOID:
            item.setDisabled(True)
        self.table.addTopLevelItem(item)

    def line(self) -> LedgerLine | None:
        """The copy that is chosen in the table."""
        item = self.table.currentItem()
        return item.data(0, _LINE) if item is not None else None

    def allow(self, ready: bool) -> None:
        """Whether everything that the department asks to compare is ticked."""
        self._ready = ready
        self._look()

    def set_busy(self, busy: bool, said: str = "") -> None:
        """Something runs: nothing else is begun."""
        self._busy = busy
        self.said.setText(said)
        self._look()

    def next_step(self) -> str:
        """number, print, scan or register."""
        task = self._task
        if task is None:
            return ""
        live = standing(task.copies)
        wanted = [number for number, _kind in copy_numbers(task.originals, task.duplicates)]
        states = [live[number].state if number in live else None for number in wanted]
        for state, step in ((None, "number"), (S.RESERVED, "print"), (S.PREPARED, "scan")):
            if state in states:
                return step
        return "register"

    def _look(self) -> None:
        task, step = self._task, self.next_step()
        live = standing(task.copies) if task is not None else {}
        states = {one.state for one in live.values()}
        can = {
            "number": step == "number" and self._ready,
            "print": S.RESERVED in states, "scan": S.PREPARED in states,
            "register": step == "register",
        }  # fmt: skip
        for name, button in self.steps.items():
            button.setEnabled(can[name] and not self._busy)
            wanted = "primary" if name == step else ""
            if button.property("role") != wanted:
                button.setProperty("role", wanted)
                style = button.style()
                if style is not None:
                    style.unpolish(button)
                    style.polish(button)
        if not self._busy:
            lacking = step == "number" and not self._ready
            self.said.setText(_("Compare first: tick every line above.") if lacking else "")
        self.said.setVisible(bool(self.said.text()))
        line = self.line()
        open_ = line is not None and line.state not in (S.VOID, S.RELEASED)
        self.spoil.setEnabled(open_ and bool(self.reason.currentData()) and not self._busy)
        self.reason.setEnabled(open_ and not self._busy)
        self.recall.setVisible(bool(live))
        self.recall.setEnabled(not self._busy)

    def _spoil(self) -> None:
        line = self.line()
        if line is not None and self.spoil.isEnabled():
            self.spoil_wanted.emit(line, str(self.reason.currentData()))
            self.reason.setCurrentIndex(0)
