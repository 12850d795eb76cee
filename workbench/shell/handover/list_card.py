"""One hand-over list N24 as a card: giver, time, cases with notes, who confirmed, and its buttons.

Made by :mod:`workbench.shell.handover.screen`, one for each list that concerns the person.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.rules.hand_over import LETTER_OVER, ON_LEAVE, SHIFT_OVER, HandoverLine
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label
from workbench.rules.words import N_, _, pick
from workbench.shell.workplace import Workplace

WHY = {
    SHIFT_OVER: N_("automatic: the grace time after the shift is over"),
    ON_LEAVE: N_("automatic: a leave has begun"),
    LETTER_OVER: N_("automatic: the appointment has ended"),
}


class ListCard(QFrame):
    """See the module. ``take_wanted`` carries the lines to be confirmed."""

    take_wanted = pyqtSignal(object)
    save_wanted = pyqtSignal(str)
    opened = pyqtSignal(str)

    def __init__(
        self, work: Workplace, lines: Sequence[HandoverLine], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.work = work
        self.lines = tuple(lines)
        self.list_id = self.lines[0].list_id
        self.to_take = tuple(line for line in self.lines if line.open and self._for_me(line))
        self.takes: list[QPushButton] = []
        self.setProperty("role", "card")
        space = work.theme.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.5), space(), space(1.5), space())
        column.setSpacing(space(0.75))
        column.addWidget(self._label(self.heading(), "title"))
        for line in self.lines:
            column.addLayout(self._line(line))
        column.addLayout(self._buttons())

    def heading(self) -> str:
        """Who handed over to whom and when, or why it happened by itself."""
        first, name_of = self.lines[0], self.work.name_of
        when = stamp(first.at)[:16]
        if first.automatic:
            return _("From {giver}, {when} ({why})").format(
                giver=name_of(first.from_login), when=when, why=_(WHY[first.why])
            )
        return _("From {giver} to {receiver}, {when}").format(
            giver=name_of(first.from_login), receiver=name_of(first.to_login), when=when
        )

    def _for_me(self, line: HandoverLine) -> bool:
        return line.to_login in ("", self.work.who.login)

    def _line(self, line: HandoverLine) -> QVBoxLayout:
        space = self.work.theme.space
        column = QVBoxLayout()
        column.setSpacing(space(0.25))
        row = QHBoxLayout()
        item = pick(line.item_zh, line.item_en)
        row.addWidget(self._label(f"{line.short_no} · {item}", ""), 1)
        if line in self.to_take:
            take = QPushButton(_("Take over"), self)
            take.setAccessibleName(_("Take over {number}").format(number=line.short_no))
            take.clicked.connect(lambda _on=False, one=line: self.take_wanted.emit((one,)))
            row.addWidget(take)
            self.takes.append(take)
        column.addLayout(row)
        column.addWidget(self._label(self._how_it_stood(line), "small"))
        if line.note:
            column.addWidget(self._label(_("Note of the giver: {text}").format(text=line.note), ""))
        return column

    def _how_it_stood(self, line: HandoverLine) -> str:
        words = [label(line.state)]
        if line.due_at is not None:
            words.append(
                _("{clock} due {when}").format(
                    clock=label(line.clock), when=stamp(line.due_at)[:16]
                )
            )
        if line.papers:
            words.append(_("papers go along"))
        words.append(self._confirmed(line))
        return " · ".join(words)

    def _confirmed(self, line: HandoverLine) -> str:
        if line.taken_by and line.taken_at is not None:
            return _("taken over by {name} at {when}").format(
                name=self.work.name_of(line.taken_by), when=stamp(line.taken_at)[:16]
            )
        return _("not confirmed yet") if line.open else _("not confirmed, moved on otherwise")

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.take_all = QPushButton(
            _("Take over all ({count})").format(count=len(self.to_take)), self
        )
        self.take_all.setProperty("role", "primary")
        self.take_all.setVisible(bool(self.to_take))
        self.take_all.setToolTip(_("You confirm in your own name; each case's log records it."))
        self.take_all.clicked.connect(lambda: self.take_wanted.emit(self.to_take))
        self.save = QPushButton(_("Save list as PDF …"), self)
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.list_id))
        row.addWidget(self.take_all)
        row.addWidget(self.save)
        row.addStretch(1)
        return row

    def _label(self, text: str, role: str) -> QLabel:
        made = QLabel(text, self)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setWordWrap(True)
        if role:
            made.setProperty("role", role)
        return made
