"""What the time column says of a clock at a moment: light, word and seconds. Used by the model."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.rules.clock_table import OFFICE_MINUTE, WORKING_DAY, clock_label
from workbench.rules.clocks import ClockRun, Light, light, remaining
from workbench.rules.moment import DAY, SECOND, Moment, stamp, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.rules.working_days import Calendar


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """One cell: ``text`` counts down, ``word`` says the light, ``clock`` names the clock."""

    light: Light
    text: str
    word: str
    clock: str
    due: str
    """``YYYY-MM-DD HH:MM:SS``, local."""
    runs: bool = True
    """Whether ``text`` is time that is left, not a word or what it is over by."""

    def counted(self) -> str:
        """Where no heading says *time left*: a bare 09:47 reads as a time of day."""
        return _("{text} left").format(text=self.text) if self.runs else self.text

    def due_line(self, today: str) -> str:
        """For lists in which no second is drawn: the clock and when it ends, overdue if so."""
        line = _("{clock} · due {due}").format(clock=self.clock, due=self.due_short(today))
        return f"{line} · {self.word}" if self.light is Light.RED else line

    def due_short(self, today: str) -> str:
        """The hour alone where it is due today, the day before it otherwise."""
        day, _space, hour = self.due.partition(" ")
        return hour[:5] if day == today else f"{day[5:]} {hour[:5]}"

    def spoken(self) -> str:
        """The whole cell for a screen reader."""
        return _("{clock}: {text}, {word}, due {due}").format(
            clock=self.clock, text=self.text, word=self.word, due=self.due
        )


def time_left(run: ClockRun, now: Moment, calendar: Calendar) -> TimeLeft:
    """What to show of that clock now (domain 3.4, rule 4)."""
    shown = light(run, now, calendar)
    left = remaining(run, now, calendar)
    text = left.text(run.unit)
    if left.late and run.stopped_at is None:
        text = _over(run, now, calendar)
    name, due = clock_label(run.name), stamp(run.due_at)
    return TimeLeft(shown, text, light_word(shown), name, due, not left.late)


def light_word(shown: Light) -> str:
    """The word beside the colour (glossary 5.4: due soon, overdue)."""
    words = {
        Light.GREEN: _("in time"),
        Light.YELLOW: _("due soon"),
        Light.ORANGE: _("very soon"),
        Light.RED: _("overdue"),
        Light.PAUSED: _("stopped by law"),
        Light.STOPPED: _("clock ended"),
    }
    return words[shown]


def _over(run: ClockRun, now: Moment, calendar: Calendar) -> str:
    """How far past its limit a clock is: a bare *overdue* makes nobody hurry."""
    try:
        if run.unit == OFFICE_MINUTE:
            minutes, seconds = divmod(calendar.office_elapsed(run.due_at, now) // SECOND, 60)
            hours, rest = divmod(minutes, 60)
            if hours:
                return _("{hours} h {minutes} min over").format(hours=hours, minutes=rest)
            return f"+{minutes:02d}:{seconds:02d}"
        if run.unit == WORKING_DAY:
            first, last = to_local(run.due_at).date(), to_local(now).date()
            days = calendar.working_days_between(first, last)
            if days:
                return _("{days} wd over").format(days=days)
            return _("over since {day}").format(day=f"{first:%m-%d}")
    except Refusal:
        return _("overdue")
    return _("{days} d over").format(days=(now - run.due_at) // DAY)
