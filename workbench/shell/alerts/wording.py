"""The words of alerts: counts and times only, never a name or a number of a case
(domain 2.10).

Anybody may look at the screen that shows a call. Called by :mod:`workbench.shell.alerts.alerts`.
"""

from __future__ import annotations

from workbench.rules.clocks import ClockRun, Light, remaining
from workbench.rules.moment import Moment, to_local
from workbench.rules.words import _
from workbench.rules.working_days import Calendar
from workbench.shell.alerts.telling import Alert, Standing


def title_of(alert: Alert) -> str:
    """The first line of a call: what has just happened."""
    if alert.new == 1:
        return _("A new case waits in your pool")
    if alert.new:
        return _("{count} new cases wait in your pool").format(count=alert.new)
    late = alert.waiting.get(Light.RED, 0)
    if late and alert.nearest is None:
        return _("The time to accept is over")
    return _("The time to accept is running out")


def body_of(alert: Alert, at: Moment, calendar: Calendar) -> str:
    """How things stand: this call stands in place of the one before, so it says all of it."""
    lines = []
    late = alert.waiting.get(Light.RED, 0)
    waiting = sum(alert.waiting.values()) - late
    if alert.nearest is not None:
        left, until = time_left(alert.nearest, at, calendar), _hour(alert.nearest)
        if waiting == 1:
            text = _("1 case waits for acceptance: {left} left, until {time}")
        else:
            text = _("{count} cases wait for acceptance: {left} left for the first, until {time}")
        lines.append(text.format(count=waiting, left=left, time=until))
    if late:
        text = _("1 case: time is over") if late == 1 else _("{count} cases: time is over")
        lines.append(text.format(count=late))
    return "\n".join(lines)


def summary(now: Standing, at: Moment, calendar: Calendar, pool: bool) -> str:
    """The tray's tooltip: how many wait, and how long is left for the first."""
    if not now.count:
        return _("Nothing waits for you") if not pool else _("Nothing waits in your pool")
    if pool:
        text = _("1 case in your pool") if now.count == 1 else _("{count} cases in your pool")
    else:
        text = _("1 case held by you") if now.count == 1 else _("{count} cases held by you")
    said = text.format(count=now.count)
    if now.nearest is None:
        return said
    if now.nearest.due_at <= at:
        return _("{said}; the first is overdue").format(said=said)
    left = time_left(now.nearest, at, calendar)
    return _("{said}; {left} left for the first").format(said=said, left=left)


def short_summary(now: Standing, at: Moment, calendar: Calendar) -> str:
    """For the status line: the number, and what is left for the first."""
    if now.nearest is None or not now.count:
        return str(now.count)
    return f"{now.count} · {time_left(now.nearest, at, calendar)}"


def time_left(run: ClockRun, at: Moment, calendar: Calendar) -> str:
    """``09:41`` for minutes, ``3 wd 2 h`` for days; ``overdue``."""
    return remaining(run, at, calendar).text(run.unit)


def _hour(run: ClockRun) -> str:
    return f"{to_local(run.due_at):%H:%M}"
