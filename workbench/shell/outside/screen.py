"""The page of outside systems: every slot of the requirements, how it stands, what is missing.

Loaded through ``screens.SCREENS`` for system administrators. It only shows; switching is a command,
because it names a folder that all who work at the centre must be able to write.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from workbench.rules.outside import SLOTS, Slot, SlotState, Way, short_state, stands
from workbench.rules.words import _
from workbench.shell.plain_table import PlainTable
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

MARKS: Final = {
    Way.ALWAYS: "check", Way.HAND: "person", Way.NONE: "circle", Way.LEFT_OUT: "cross",
}  # fmt: skip


def mark_of(slot: Slot, state: SlotState | None) -> str:
    """The icon of the state: working, switched off, in trouble, by hand, nothing there."""
    if state is None:
        return MARKS[slot.way]
    if not state.on:
        return "pause"
    return "warning" if state.trouble else "check"


class OutsideScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._states: dict[str, SlotState] = {}
        self.note = QLabel(
            _("Everything works with all of them off. What would go out is kept in order "
              "until its slot is switched on: workbench slot on SLOT --as USER."), self,
        )  # fmt: skip
        self.note.setProperty("role", "quiet")
        self.note.setWordWrap(True)
        headings = (_("Outside system"), _("State"), _("Waiting"), _("What works"))
        self.table = PlainTable(work.theme, headings, 3, self)
        self.table.setRowCount(len(SLOTS))
        self.table.setAccessibleName(_("Outside systems"))
        self.detail = QLabel(self)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setAccessibleName(_("State"))
        self._lay_out()
        self.table.currentCellChanged.connect(lambda row, *_rest: self._show_detail(row))

    def title(self) -> str:
        return _("Outside systems")

    def refresh(self) -> None:
        session = self.work.session
        self.work.lanes.ask(
            session.slot_states, then=self._show, scope=self, key="slots",
            label=_("Outside systems"),
        )  # fmt: skip

    def _show(self, states: tuple[SlotState, ...]) -> None:
        self._states = {one.code: one for one in states}
        for row, slot in enumerate(SLOTS):
            self._fill(row, slot, self._states.get(slot.code))
        self._show_detail(max(self.table.currentRow(), 0))

    def _fill(self, row: int, slot: Slot, state: SlotState | None) -> None:
        waiting = str(state.waiting) if state is not None else ""
        texts = (slot.label(), short_state(slot, state), waiting, slot.words())
        self.table.fill(row, texts, 1, mark_of(slot, state))

    def _show_detail(self, row: int) -> None:
        if self._states and 0 <= row < len(SLOTS):
            slot = SLOTS[row]
            state = self._states.get(slot.code)
            name = f"{slot.label()} · {slot.code}" if state is not None else slot.label()
            trouble = state.trouble if state is not None else ""
            said = (name, slot.words(), stands(slot, state), trouble)
            self.detail.setText("\n".join(filter(None, said)))

    def _lay_out(self) -> None:
        space = self.work.theme.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.5), space(1.5), space(1.5), space(1.5))
        column.setSpacing(space(1.5))
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(self.detail)
