"""How a due time came about: start, limit, pauses and what each gave back, every day that counted.

Shown when somebody clicks a clock: no yellow or red card that nobody can explain (A11).
"""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.rules.clock_table import (
    CALENDAR_DAY,
    OFFICE_MINUTE,
    WORKING_DAY,
    clock_label,
)
from workbench.rules.clocks import ClockRun, explain
from workbench.rules.moment import MINUTE, stamp
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.rules.working_days import Calendar
from workbench.shell.inbox.time_left import time_left
from workbench.shell.notices import wording
from workbench.shell.workplace import Workplace


class ClockPage(QDialog):
    """One clock explained. Escape closes it."""

    def __init__(self, work: Workplace, run: ClockRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(clock_label(run.name))
        space = work.theme.space
        head = QLabel(clock_label(run.name), self)
        head.setProperty("role", "heading")
        self.text = QLabel(explanation(work, run), self)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setWidget(self.text)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        shut = QPushButton(_("Close"), self)
        shut.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(3), space(2.5), space(3), space(2.5))
        column.setSpacing(space(1.5))
        column.addWidget(head)
        column.addWidget(area, 1)
        column.addWidget(shut, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(space(58), space(46))


def explanation(work: Workplace, run: ClockRun) -> str:
    """The whole computation, line by line, in the language in use."""
    calendar: Calendar = work.calendar
    lines = [
        _("Began: {time}").format(time=stamp(run.started_at)),
        _("Length: {length}").format(length=_length(run)),
    ]
    try:
        made = explain(run, calendar)
        left = time_left(run, work.clock.now(), calendar)
    except Refusal as refusal:
        return "\n".join([*lines, wording(refusal)])
    for held, gain in zip(run.pauses, made.given_back, strict=False):
        lines.append(
            _("Paused: {start} to {end}; given back: {gain}").format(
                start=stamp(held.start), end=stamp(held.end), gain=_gain(run.unit, gain)
            )
        )
    if run.paused_at is not None:
        lines.append(_("Paused since: {time}").format(time=stamp(run.paused_at)))
    lines.append(_("Due: {time}").format(time=stamp(run.due_at)))
    if run.stopped_at is not None:
        lines.append(_("Stopped: {time}").format(time=stamp(run.stopped_at)))
    else:
        lines.append(_("Now: {left}, {word}").format(left=left.counted(), word=left.word))
    report = made.report
    if report is not None:
        counted = "  ".join(f"{day:%m-%d}" for day in report.counted)
        lines += ["", _("Working days counted: {days}").format(days=counted or "–")]
        for one in report.not_counted:
            lines.append(_("Not counted: {day}, {reason}").format(
                day=f"{one.day:%m-%d}", reason=one.reason))  # fmt: skip
    elif run.unit == OFFICE_MINUTE:
        lines += ["", _("Only minutes in office hours count.")]
    lines += ["", _("Calendar: {version}").format(version=calendar.version)]
    if run.provisional:
        lines.append(_("Provisional: the yearly holiday notice is not loaded yet."))
    return "\n".join(lines)


def _length(run: ClockRun) -> str:
    texts = {
        OFFICE_MINUTE: _("{n} office minutes"),
        WORKING_DAY: _("{n} working days"),
        CALENDAR_DAY: _("{n} calendar days"),
    }
    return texts.get(run.unit, _("{n} months")).format(n=run.length)


def _gain(unit: str, gain: int) -> str:
    if unit == OFFICE_MINUTE:
        return _("{n} office minutes").format(n=gain // MINUTE)
    return _("{n} days").format(n=gain)


