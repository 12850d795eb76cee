"""The roster manager's tools: lay out a pattern, change single shifts, see the faults, publish.

It holds no roster itself: it tells the screen what is wanted and shows what the screen found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PyQt6.QtCore import QDate, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.roster_desk import MOST_WEEKS, PATTERNS
from workbench.rules.moment import stamp
from workbench.rules.roster_faults import RosterFault
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card
from workbench.shell.theme import Theme


def pattern_words() -> dict[str, str]:
    """The patterns by code, as the manager calls them."""
    return {
        "half_days": _("half days in turn"),
        "days": _("day by day"),
        "weeks": _("A odd weeks, B even weeks"),
    }


class PlanPanel(Card):
    """See the module."""

    lay_out_wanted = pyqtSignal(str, object, int)
    """Pattern, first day, weeks."""
    give_wanted = pyqtSignal()
    take_wanted = pyqtSignal()
    publish_wanted = pyqtSignal(str)
    """The reason; empty where nothing is open."""
    discard_wanted = pyqtSignal()

    def __init__(self, theme: Theme, first: date, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Plan and publish"), parent)
        self.pattern = QComboBox(self)
        self.first = QDateEdit(QDate(first.year, first.month, first.day), self)
        self.weeks = QSpinBox(self)
        self.lay_out = QPushButton(_("Lay out"), self)
        self.give = QPushButton(_("Give to the other"), self)
        self.take = QPushButton(_("Take out"), self)
        self.state = QLabel(self)
        self.faults = QListWidget(self)
        self.reason = QLineEdit(self)
        self.publish = QPushButton(_("Publish"), self)
        self.discard = QPushButton(_("Discard the plan"), self)
        self.refusal = RefusalLine(self)
        self._open_faults = 0
        self._planned = False
        self._build()
        self.show_plan(None, ())
        self.show_chosen(False)

    def _build(self) -> None:
        for code in PATTERNS:
            self.pattern.addItem(pattern_words()[code], code)
        self.first.setCalendarPopup(True)
        self.first.setDisplayFormat("yyyy-MM-dd")
        self.weeks.setRange(1, MOST_WEEKS)
        self.weeks.setValue(4)
        self.weeks.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            (_("Pattern"), self.pattern), (_("First day"), self.first), (_("Weeks"), self.weeks),
        ):  # fmt: skip
            field.setAccessibleName(label)
            form.addRow(label, field)
        self.state.setWordWrap(True)
        self.faults.setAccessibleName(_("Faults of the plan"))
        self.faults.setWordWrap(True)
        self.faults.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.faults.setMinimumHeight(self.theme.row_height(2))
        self.reason.setAccessibleName(_("Why it is published with open faults"))
        self.reason.setPlaceholderText(_("Why it is published with open faults"))
        self.publish.setProperty("role", "primary")
        single, ends = QHBoxLayout(), QHBoxLayout()
        single.addWidget(self.give)
        single.addWidget(self.take)
        ends.addWidget(self.discard)
        ends.addWidget(self.publish)
        column: QVBoxLayout = self.column
        column.addLayout(form)
        column.addWidget(self.lay_out)
        column.addLayout(single)
        column.addWidget(self.state)
        column.addWidget(self.faults, 1)
        column.addWidget(self.reason)
        column.addWidget(self.refusal)
        # Takes the room of the faults while there are none.
        column.addStretch(0)
        column.addLayout(ends)
        self.lay_out.clicked.connect(self._lay_out)
        self.give.clicked.connect(self.give_wanted)
        self.take.clicked.connect(self.take_wanted)
        self.publish.clicked.connect(self._publish)
        self.discard.clicked.connect(self.discard_wanted)
        self.reason.textChanged.connect(self._look)

    def show_chosen(self, movable: bool) -> None:
        """Whether a shift that has not begun is in hand."""
        self.give.setEnabled(movable)
        self.take.setEnabled(movable)

    def show_plan(self, shifts: int | None, found: Sequence[str]) -> None:
        """A plan of so many shifts with its faults in words; ``None`` means there is no plan."""
        self._open_faults = len(found)
        self._planned = shifts is not None
        self.faults.clear()
        self.faults.addItems(list(found))
        self.faults.setVisible(bool(found))
        self.reason.setVisible(bool(found))
        if not found:
            self.reason.clear()
        self.state.setText(self._state_words(shifts))
        self._look()

    def _state_words(self, shifts: int | None) -> str:
        if shifts is None:
            return _("What you see is published. Lay out a pattern or choose a shift to change it.")
        if self._open_faults:
            text = _("Plan, not published; shifts: {n}, open faults: {m}")
            return text.format(n=shifts, m=self._open_faults)
        return _("Plan, not published, without a fault; shifts: {n}").format(n=shifts)

    def _look(self) -> None:
        reasoned = not self._open_faults or bool(self.reason.text().strip())
        self.publish.setEnabled(self._planned and reasoned)
        self.discard.setEnabled(self._planned)

    def _lay_out(self) -> None:
        day = self.first.date()
        chosen = date(day.year(), day.month(), day.day())
        self.lay_out_wanted.emit(str(self.pattern.currentData()), chosen, self.weeks.value())

    def _publish(self) -> None:
        self.publish_wanted.emit(self.reason.text().strip())


def fault_words(fault: RosterFault, names: Mapping[str, str]) -> str:
    """One fault with its day and the people's names in place of their logins."""
    text = fault.text
    for login in fault.logins:
        text = text.replace(login, names.get(login, login))
    day = stamp(fault.start)[:10]
    return text if day in text else f"{day}  {text}"
