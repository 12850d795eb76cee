"""The roster screen: a week of one department for everybody concerned, a plan for its manager.

Loaded by the main window through ``screens.SCREENS``. Representatives, supervisors and window
officers look; only the roster manager gets the panel that lays out and publishes (domain 4.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.casework.roster_desk import (
    RosterDraft,
    draft_of,
    faults,
    give_to,
    lay_out,
    monday_of,
    pair_of,
    planned,
    publish,
    take_out,
)
from workbench.rules.catalogue import ItemVersion
from workbench.rules.duty_roster import Roster
from workbench.rules.moment import Moment, to_local
from workbench.rules.people import DepartmentKind, Role
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.roster_faults import RosterFault
from workbench.rules.words import _
from workbench.shell.roster.plan_panel import PlanPanel, fault_words
from workbench.shell.roster.week import on_duty_text, week_of
from workbench.shell.roster.week_grid import WeekGrid
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

MINUTE_MS: Final = 20_000
"""How often the line for now is drawn anew."""
WITH_A_ROSTER: Final = (DepartmentKind.DEPARTMENT, DepartmentKind.STREET_OFFICE)


@dataclass(frozen=True, slots=True)
class _Read:
    department: str
    roster: Roster
    items: tuple[ItemVersion, ...]
    at: Moment


class RosterScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        today = to_local(work.clock.now()).date()
        self.monday = monday_of(today)
        self.manages = work.who.has(Role.ROSTER_MANAGER)
        self.draft: RosterDraft | None = None
        self.found: tuple[RosterFault, ...] = ()
        self._read: _Read | None = None
        self.department = QComboBox(self)
        self.before = QPushButton(_("Week before"), self)
        self.this_week = QPushButton(_("This week"), self)
        self.after = QPushButton(_("Week after"), self)
        self.span = QLabel(self)
        self.duty = QLabel(self)
        self.grid = WeekGrid(work, self)
        self.legend = QLabel(self)
        self.plan = PlanPanel(work.theme, self.monday + timedelta(days=7), self)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(MINUTE_MS)
        self._timer.timeout.connect(self._draw)
        self._timer.start()

    # -- what the main window calls ----------------------------------------------------------

    def title(self) -> str:
        return _("Duty roster")

    def refresh(self) -> None:
        department = self._code()
        if not department:
            return
        session = self.work.session

        def read() -> _Read:
            items = session.items() if self.manages else ()
            return _Read(department, session.roster([department]), items, session.moment())

        self.work.lanes.ask(read, then=self._show, scope=self, key="roster")

    def may_leave(self) -> bool:
        return self.draft is None

    def keep(self) -> Mapping[str, Any]:
        return {"department": self._code(), "monday": self.monday.isoformat(), "draft": self.draft}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.monday = date.fromisoformat(str(kept.get("monday", self.monday.isoformat())))
        place = self.department.findData(kept.get("department", ""))
        if place >= 0:
            self.department.setCurrentIndex(place)
        draft = kept.get("draft")
        self.draft = draft if isinstance(draft, RosterDraft) else None
        self.refresh()

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Alt+Left, Alt+Right", _("Week before, week after")),
            ("Alt+Home", _("This week")),
            (_("Arrow keys"), _("From shift to shift")),
        )

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        for code, found in self.work.departments.items():
            if found.kind in WITH_A_ROSTER and found.transferred_to is None:
                self.department.addItem(self.work.department_name(code), code)
        own = self.department.findData(self.work.who.department)
        self.department.setCurrentIndex(max(own, 0))
        self.department.setAccessibleName(_("Department"))
        for button, keys in (
            (self.before, "Alt+Left"), (self.this_week, "Alt+Home"), (self.after, "Alt+Right"),
        ):  # fmt: skip
            button.setShortcut(keys)
            button.setToolTip(keys)
        self.span.setProperty("role", "title")
        self.duty.setWordWrap(True)
        self.legend.setProperty("role", "quiet")
        self.legend.setWordWrap(True)
        self.legend.setText(
            _("Dark: post A; light: post B; dashed: planned, not published; hatched: leave")
        )
        top = QHBoxLayout()
        for widget in (self.department, self.before, self.this_week, self.after, self.span):
            top.addWidget(widget)
        top.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(space())
        left.addWidget(self.duty)
        left.addWidget(self.grid, 1)
        left.addWidget(self.legend)
        middle = QHBoxLayout()
        middle.setSpacing(space(2))
        middle.addLayout(left, 1)
        middle.addWidget(self.plan)
        self.plan.setVisible(self.manages)
        self.plan.setFixedWidth(space(40))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        column.setSpacing(space())
        column.addLayout(top)
        column.addLayout(middle, 1)
        self._connect()

    def _connect(self) -> None:
        self.department.currentIndexChanged.connect(self._other_department)
        self.before.clicked.connect(lambda: self._go(-7))
        self.after.clicked.connect(lambda: self._go(7))
        self.this_week.clicked.connect(lambda: self._go(0))
        self.grid.chosen.connect(self._chosen)
        self.plan.lay_out_wanted.connect(self._lay_out)
        self.plan.give_wanted.connect(self._give)
        self.plan.take_wanted.connect(self._take)
        self.plan.publish_wanted.connect(self._publish)
        self.plan.discard_wanted.connect(self._discard)

    # -- showing -----------------------------------------------------------------------------

    def _code(self) -> str:
        return str(self.department.currentData() or "")

    def _other_department(self) -> None:
        self.draft = None
        self._read = None
        self.refresh()

    def _go(self, days: int) -> None:
        today = monday_of(to_local(self.work.clock.now()).date())
        self.monday = self.monday + timedelta(days=days) if days else today
        self._draw()

    def _show(self, read: _Read) -> None:
        if read.department != self._code():
            return
        self._read = read
        self.work.clock.set(read.at)
        self._check()
        self._draw()

    def _names(self) -> dict[str, str]:
        return {login: self.work.name_of(login) for login in self.work.people}

    def _draw(self) -> None:
        read = self._read
        if read is None:
            return
        at = self.work.clock.now()
        roster = planned(read.roster, self.draft, at) if self.draft else read.roster
        calendar = self.work.calendar
        self.grid.show_week(week_of(roster, read.department, self.monday, calendar, at), at)
        last = self.monday + timedelta(days=6)
        self.span.setText(
            _("Week {n}: {first} to {last}").format(
                n=self.monday.isocalendar().week,
                first=self.monday.isoformat(),
                last=f"{last:%m-%d}",
            )
        )
        text, alarm = on_duty_text(read.roster, read.department, calendar, at, self._names())
        self.duty.setText(text)
        if self.duty.property("role") != ("refusal" if alarm else "title"):
            self.duty.setProperty("role", "refusal" if alarm else "title")
            style = self.duty.style()
            if style is not None:
                style.unpolish(self.duty)
                style.polish(self.duty)
        self._chosen(self.grid.key)

    def _chosen(self, key: str) -> None:
        bar = self.grid.week.bar(key) if self.grid.week is not None and key else None
        self.plan.show_chosen(bar is not None and bar.movable and not bar.leave)

    # -- planning ----------------------------------------------------------------------------

    def _check(self) -> None:
        """Faults of the plan, on the UI thread: a few weeks take milliseconds."""
        read, draft = self._read, self.draft
        if read is None or not self.manages:
            return
        if draft is None or draft.department != read.department:
            self.draft, self.found = None, ()
            self.plan.show_plan(None, ())
            return
        at = self.work.clock.now()
        self.found = faults(read.roster, draft, self.work.calendar, read.items, at)
        names = self._names()
        new = sum(1 for shift in draft.shifts if shift.published_at is None)
        self.plan.show_plan(new, [fault_words(fault, names) for fault in self.found])

    def _plan(self, draft: RosterDraft, show: date | None = None) -> None:
        self.draft = draft
        self.plan.refusal.clear_trouble()
        if show is not None:
            self.monday = monday_of(show)
        self._check()
        self._draw()

    def _lay_out(self, pattern: str, first: date, weeks: int) -> None:
        read = self._read
        if read is None:
            return
        at, me = self.work.clock.now(), self.work.who.login
        try:
            pair = pair_of(read.roster, read.department, at, me)
            draft = lay_out(read.roster, pair, pattern, first, weeks, self.work.calendar, at)
        except Refusal as refusal:
            self.plan.refusal.show_trouble(refusal)
            return
        self._plan(draft, first)

    def _in_hand(self) -> RosterDraft | None:
        read = self._read
        if read is None or not self.grid.key:
            return None
        at, me = self.work.clock.now(), self.work.who.login
        return self.draft or draft_of(read.roster, read.department, at, me)

    def _give(self) -> None:
        read, draft = self._read, self._in_hand()
        if read is None or draft is None:
            return
        key = self.grid.key
        try:
            pair = pair_of(read.roster, read.department, self.work.clock.now(), draft.manager)
        except Refusal as refusal:
            self.plan.refusal.show_trouble(refusal)
            return
        held = next((s.login for s in draft.shifts if s.shift_id == key), "")
        self._plan(give_to(draft, key, pair.post_b if held == pair.post_a else pair.post_a))

    def _take(self) -> None:
        draft = self._in_hand()
        if draft is not None:
            self._plan(take_out(draft, self.grid.key))

    def _discard(self) -> None:
        self.draft = None
        self.plan.refusal.clear_trouble()
        self._check()
        self._draw()

    def _publish(self, reason: str) -> None:
        draft = self.draft
        if draft is None:
            return
        session, found = self.work.session, self.found
        self.work.lanes.change(
            lambda: publish(session, draft, found, reason),
            then=lambda _none: self._published(),
            otherwise=self._not_published,
            scope=self,
            label=_("Publishing the roster"),
        )

    def _not_published(self, trouble: Trouble) -> None:
        self.plan.refusal.show_trouble(trouble)
        if trouble.code == "roster_faults":
            # The centre found more than this desk did: then a reason is asked for all the same.
            self.plan.reason.show()

    def _published(self) -> None:
        self.draft = None
        self.plan.refusal.clear_trouble()
        self.work.notices.say(_("The roster is published."))
        self.refresh()
