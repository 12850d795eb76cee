"""One week of one department's roster as plain records: what the grid draws, in which lane, when.

No widget here, so a test can ask what a Tuesday shows. Called by the roster screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.rules.duty_roster import (
    Roster,
    is_published,
    representatives_on_duty,
    shift_at,
)
from workbench.rules.moment import HOUR, Moment, at_local, stamp, to_local
from workbench.rules.people import Post
from workbench.rules.words import _
from workbench.rules.working_days import ONE_DAY, Calendar, DayKind

DAYS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One shift or leave in one day: from ``start`` to ``end``, in the lane of its post."""

    key: str
    day: int
    post: Post
    login: str
    start: Moment
    end: Moment
    leave: bool = False
    draft: bool = False
    """Laid out but not published yet: it gives no right."""
    movable: bool = False
    """Not begun, so the roster manager may change it."""

    def hours(self) -> str:
        """``08:30-13:30``."""
        return f"{stamp(self.start)[11:16]}-{stamp(self.end)[11:16]}"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from ``monday``; ``open_from`` and ``open_to`` are hours of the shown day."""

    monday: date
    bars: tuple[Bar, ...]
    spans: tuple[tuple[tuple[Moment, Moment], ...], ...]
    """Office hours day by day; empty where the office is shut."""
    notes: tuple[str, ...]
    open_from: int
    open_to: int
    calendar_end: bool = False

    def day(self, number: int) -> date:
        """The date of a day, 0 for Monday."""
        return self.monday + timedelta(days=number)

    def bar(self, key: str) -> Bar | None:
        """The bar of that key."""
        return next((one for one in self.bars if one.key == key), None)


def week_of(roster: Roster, department: str, monday: date, calendar: Calendar, at: Moment) -> Week:
    """The bars of a week. Days without a loaded calendar have no office hours."""
    posts = posts_of(roster, department)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    known = [day if calendar.first <= day <= calendar.last else None for day in days]
    spans = tuple(
        tuple((s.start, s.end) for s in calendar.day_spans(day)) if day else () for day in known
    )
    bars = tuple(_bars(roster, department, posts, days, at))
    edges = [_hour(at) for bar in bars for at in (bar.start, bar.end) if not bar.leave]
    first = min([8, *(int(edge) for edge in edges)])
    last = max([18, *(int(edge + 0.99) for edge in edges)])
    notes = tuple(_note(calendar, day) if day else "" for day in known)
    return Week(monday, bars, spans, notes, first, last, None in known)


def posts_of(roster: Roster, department: str) -> Mapping[str, Post]:
    """Login to post, the standing one before an emergency one."""
    found: dict[str, Post] = {}
    for letter in roster.appointments:
        if letter.department == department:
            held = found.get(letter.login)
            if held is None or held is Post.TEMP:
                found[letter.login] = letter.post
    return found


def _bars(
    roster: Roster, department: str, posts: Mapping[str, Post], days: list[date], at: Moment
) -> Iterator[Bar]:
    for number, day in enumerate(days):
        start, end = at_local(day), at_local(day + ONE_DAY)
        for shift in roster.shifts:
            if shift.department == department and shift.start < end and shift.end > start:
                yield Bar(
                    shift.shift_id, number, posts.get(shift.login, Post.TEMP), shift.login,
                    max(shift.start, start), min(shift.end, end),
                    draft=not is_published(shift, at), movable=shift.start > at,
                )  # fmt: skip
        for place, leave in enumerate(roster.leaves):
            if leave.login in posts and leave.start < end and leave.end > start:
                yield Bar(
                    f"leave-{place}-{number}", number, posts[leave.login], leave.login,
                    max(leave.start, start), min(leave.end, end), leave=True,
                )  # fmt: skip


def _hour(at: Moment) -> float:
    local = to_local(at)
    return local.hour + local.minute / 60 if (local.hour, local.minute) != (0, 0) else 8.0


def _note(calendar: Calendar, day: date) -> str:
    words = {
        DayKind.ADJUSTED_WORKDAY: _("adjusted working day"),
        DayKind.STATUTORY_HOLIDAY: _("public holiday"),
        DayKind.CLOSURE: _("closed for a reason"),
    }
    return words.get(calendar.kind(day), "")


def on_duty_text(
    roster: Roster, department: str, calendar: Calendar, at: Moment, names: Mapping[str, str]
) -> tuple[str, bool]:
    """Who is on duty now and until when; true where that is an alarm (V23)."""
    logins = representatives_on_duty(roster, department, at)
    if logins:
        posts = posts_of(roster, department)
        told = [
            _("{who} (post {post}, until {time})").format(
                who=names.get(login, login),
                post=posts.get(login, Post.TEMP).value,
                time=_until(roster, login, department, at),
            )
            for login in logins
        ]
        return _("On duty now: {list}").format(list=_(", ").join(told)), False
    if _is_open(calendar, at):
        return _("Nobody on duty now, although the office is open."), True
    return _("The office is closed now; nobody has to be on duty."), False


def _is_open(calendar: Calendar, at: Moment) -> bool:
    return calendar.first <= to_local(at).date() <= calendar.last and calendar.is_open(at)


def _until(roster: Roster, login: str, department: str, at: Moment) -> str:
    shift = shift_at(roster, login, department, at)
    return stamp(shift.end)[11:16] if shift is not None else "?"


def fraction(week: Week, day: int, at: Moment) -> float:
    """Where a moment lies in the shown day: 0 at its top, 1 at its bottom."""
    top = at_local(week.day(day)) + week.open_from * HOUR
    return (at - top) / ((week.open_to - week.open_from) * HOUR)
