"""Working days, office minutes and due moments inside PostgreSQL: the same answers as the rules."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import pytest
from sqlalchemy import Connection

from tests.store.server.centres import ServerCentre
from tests.store.world import ITEMS, NINE
from workbench import settings
from workbench.rules.clock_table import CLOCKS, UNITS
from workbench.rules.due_times import Length, Pause, day_end, due_at
from workbench.rules.moment import DAY, MINUTE, Moment, at_local, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.suspension import SUSPENSION_KINDS, latest_end, too_long
from workbench.rules.working_days import Calendar
from workbench.store import publishing
from workbench.store.clock_lengths import limit_for
from workbench.store.engine import Unit
from workbench.store.shelf import Shelf

pytestmark = pytest.mark.long(4)

TRIED: Final = """
CREATE FUNCTION wb.tried(p_question text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_answer jsonb;
    v_values text;
BEGIN
    EXECUTE 'SELECT to_jsonb(' || p_question || ')' INTO v_answer;
    RETURN jsonb_build_array('answer', v_answer);
EXCEPTION WHEN SQLSTATE 'WB001' THEN
    GET STACKED DIAGNOSTICS v_values = PG_EXCEPTION_DETAIL;
    RETURN jsonb_build_array(SQLERRM, v_values::jsonb);
END $$
"""
SAID: Final = {
    "calendar_outside": "The calendar does not reach beyond {day}.",
    "limit_wrong": "A limit of {length} {unit} cannot be counted.",
}
SHUT_AND_OPEN: Final = {
    "default": [["08:30", "12:00"], ["13:30", "17:00"]],
    "overrides": [
        {"day": "2026-03-07", "hours": [["09:00", "12:00"]]},
        {"day": "2026-03-10", "hours": []},
        {"day": "2026-03-11", "hours": [["00:00", "11:00"], ["11:30", "24:00"]]},
        {"day": "2026-03-12", "hours": [["00:00", "06:00"]]},
    ],
}
"""An open Saturday, a working day that stays shut, one that is open until the next begins."""
TYPHOON: Final = [{"day": "2026-06-03", "zh": "台风", "en": "typhoon", "source": "notice 1"}]

Asked = tuple[str, Callable[[], Any]]
"""A question in SQL and the same one to the rules."""


def published(server: ServerCentre) -> Calendar:
    """The calendar in force."""
    return Shelf().calendar(server.admin)


def publish_another(sql: Connection) -> None:
    """A calendar with unusual days comes into force."""
    plan = {"years": list(settings.load_calendar()), "office_hours": SHUT_AND_OPEN,
            "closures": TYPHOON}  # fmt: skip
    publishing.publish_calendar(Unit(sql, NINE), plan, "sys")


@pytest.fixture(params=["shipped", "unusual"])
def calendar(server: ServerCentre, request: pytest.FixtureRequest) -> Iterator[Calendar]:
    """What is in force, as the rules have it; the server answers from its rows."""
    server.admin.exec_driver_sql(TRIED)
    if request.param == "unusual":
        publish_another(server.admin)
    yield published(server)


def check(server: ServerCentre, asked: Sequence[Asked]) -> int:
    """Both give the same to every question, refusals and their texts included."""
    rows = server.admin.exec_driver_sql(
        "SELECT wb.tried(q) FROM unnest(%s::text[]) WITH ORDINALITY AS a(q, n) ORDER BY n",
        ([question for question, _rule in asked],),
    ).scalars()
    answers = list(rows)
    wrong = [
        (question, wanted, told(*got))
        for (question, rule), got in zip(asked, answers, strict=True)
        if (wanted := answer_of(rule)) != told(*got)
    ]
    assert not wrong, wrong[:5]
    return len(answers)


def told(code: str, values: Any) -> tuple[str, Any]:
    """The server's answer, or its refusal with the words a person reads."""
    return (code, values) if code == "answer" else (code, SAID[code].format(**values))


def answer_of(rule: Callable[[], Any]) -> tuple[str, Any]:
    """The rules' answer in the same shape."""
    try:
        answer = rule()
    except Refusal as no:
        return no.code, no.message
    return "answer", answer.isoformat() if isinstance(answer, date) else answer


def moments(dice: random.Random, calendar: Calendar) -> Iterator[Moment]:
    """Endless: anywhere, at the very edge of opening and closing, at midnights, outside."""
    first, last = at_local(calendar.first), at_local(calendar.last) + DAY
    near = at_local(date(2026, 2, 1))
    while True:
        span = dice.choice(calendar.spans)
        yield dice.choice((
            dice.randrange(first, last), dice.randrange(near, near + 200 * DAY),
            dice.randrange(near, near + 200 * DAY), span.start, span.end,
            span.start + dice.choice((-1, 1)), span.end + dice.choice((-1, 1)),
            at_local(to_local(span.start).date()) + dice.choice((-1, 0, 1)),
            dice.choice((first, last)) + dice.randrange(-3 * DAY, 3 * DAY),
            dice.choice((first, last)) + dice.choice((-1, 0, 1)),
        ))  # fmt: skip


def days(dice: random.Random, calendar: Calendar) -> Iterator[date]:
    """Endless: anywhere, month ends, days with a note of their own, just outside."""
    noted = sorted(calendar.notes)
    reach = (calendar.last - calendar.first).days
    while True:
        day = calendar.first + timedelta(days=dice.randrange(reach))
        yield dice.choice((
            day, day.replace(day=1) - timedelta(days=1), dice.choice(noted),
            dice.choice(noted) + timedelta(days=dice.choice((-1, 1))),
            calendar.first + timedelta(days=dice.randrange(-2, 3)),
            calendar.last + timedelta(days=dice.randrange(-2, 3)),
        ))  # fmt: skip


def day_questions(dice: random.Random, calendar: Calendar, rounds: int) -> Iterator[Asked]:
    day_of = days(dice, calendar)
    for _round in range(rounds):
        day, other, count = next(day_of), next(day_of), dice.choice((0, 1, 5, 20, 260, 1500))
        yield f"wb.working_ordinal('{day}')", partial(calendar.working_day_ordinal, day)
        yield (f"wb.add_working_days('{day}', {count})",
               partial(calendar.add_working_days, day, count))  # fmt: skip
        yield (f"wb.working_days_between('{day}', '{other}')",
               partial(calendar.working_days_between, day, other))  # fmt: skip
        yield f"wb.office_start('{day}')", partial(calendar.office_start, day)
        yield f"wb.office_end('{day}')", partial(calendar.office_end, day)
        yield f"wb.day_start('{day}')", partial(at_local, day)
        yield f"wb.day_end('{day}')", partial(day_end, day)
        yield (f"wb.is_provisional('{day}', '{other}')",
               partial(calendar.is_provisional, day, other))  # fmt: skip


def minute_questions(dice: random.Random, calendar: Calendar, rounds: int) -> Iterator[Asked]:
    at_of = moments(dice, calendar)
    for _round in range(rounds):
        at, other = next(at_of), next(at_of)
        span = dice.choice((0, 1, 10 * MINUTE, 210 * MINUTE, 420 * MINUTE,
                            dice.randrange(40 * DAY), 900 * DAY))  # fmt: skip
        yield f"wb.local_date({at})", partial(local_day, at)
        yield f"wb.office_elapsed({at}, {other})", partial(calendar.office_elapsed, at, other)
        yield f"wb.add_office_time({at}, {span})", partial(calendar.add_office_time, at, span)


def local_day(at: Moment) -> date:
    return to_local(at).date()


def pauses(
    dice: random.Random, at: Moment, limit: Length, calendar: Calendar
) -> tuple[Pause, ...]:
    """Up to four one after another, often from opening or to closing, or just at the due moment."""
    made: list[Pause] = []
    begun = at
    for _number in range(dice.choice((0, 0, 1, 2, 4))):
        code, due = answer_of(partial(due_at, at, limit, calendar, tuple(made)))
        low = begun + dice.choice((0, 1, dice.randrange(9 * DAY), dice.randrange(60 * MINUTE)))
        if dice.random() < 0.4:
            low = at_local(local_day(low)) + dice.choice((0, 510, 720, 810, 1020)) * MINUTE
        if code == "answer" and dice.random() < 0.3:
            low = due + dice.choice((-1, 0, 0, 1))
        high = low + dice.choice((0, 1, dice.randrange(15 * DAY), 7 * DAY, 210 * MINUTE,
                                  510 * MINUTE, 5 * DAY + 510 * MINUTE))  # fmt: skip
        made.append(Pause(low, high))
        begun = high
    return tuple(made)


def due_questions(dice: random.Random, calendar: Calendar, rounds: int) -> Iterator[Asked]:
    at_of = moments(dice, calendar)
    for _round in range(rounds):
        at, unit = next(at_of), dice.choice((*UNITS, *UNITS, *UNITS, "fortnight"))
        length = dice.choice((1, 2, 3, 10, 30, dice.randrange(1, 400), dice.choice((0, -1, 2500))))
        limit = Length(length, unit)
        held = pauses(dice, at, limit, calendar)
        spans = json.dumps([[one.start, one.end] for one in held])
        yield (f"wb.due_at({at}, {length}, '{unit}', '{spans}')",
               partial(due_at, at, limit, calendar, held))  # fmt: skip


def procedure_questions(dice: random.Random, calendar: Calendar, rounds: int) -> Iterator[Asked]:
    at_of = moments(dice, calendar)
    for _round in range(rounds):
        at, kind = next(at_of), dice.choice(SUSPENSION_KINDS)
        yield f"wb.latest_end('{kind}', {at})", partial(latest_end, kind, at, calendar)
        yield f"wb.too_long('{kind}', {at})", partial(too_long, kind, at, calendar)
        yield f"wb.latest_end('holiday', {at})", partial(latest_end, "holiday", at, calendar)


@pytest.mark.parametrize(
    ("questions", "rounds"),
    [(day_questions, 200), (minute_questions, 400), (due_questions, 1500),
     (procedure_questions, 150)],
)  # fmt: skip
def test_the_server_counts_as_the_rules_do(
    server: ServerCentre, calendar: Calendar, depth: int, counted: Callable[[str, int], None],
    questions: Callable[..., Iterator[Asked]], rounds: int,
) -> None:  # fmt: skip
    asked = list(questions(random.Random(rounds), calendar, rounds * depth))
    refused = sum(answer_of(rule)[0] != "answer" for _question, rule in asked)
    counted("due times, alike in PL/pgSQL and Python", check(server, asked))
    assert 0 < refused < len(asked) / 2, "edges of the calendar are asked for, and not them alone"


def test_a_calendar_stands_as_rows(server: ServerCentre, calendar: Calendar) -> None:
    newest = "WHERE calendar_id = (SELECT max(calendar_id) FROM wb.calendar)"
    read = server.admin.exec_driver_sql
    spans = read(f"SELECT start_at, end_at, before_us FROM wb.office_span {newest} ORDER BY 1")
    assert [tuple(row) for row in spans] == [
        (one.start, one.end, one.before_us) for one in calendar.spans
    ]
    worked = read(f"SELECT day FROM wb.working_day {newest} ORDER BY ordinal").scalars()
    assert tuple(worked) == calendar.days
    assert read("SELECT wb.calendar_version()").scalar_one() == calendar.version


def test_each_item_version_brings_its_lengths(server: ServerCentre) -> None:
    rows = server.admin.exec_driver_sql(
        "SELECT item_code, version, clock, length, unit FROM wb.item_limit"
    )
    limits = {
        (item.item_code, item.version, name): limit_for(name, item)
        for item in ITEMS for name in CLOCKS
    }  # fmt: skip
    assert {tuple(row[:3]): Length(*row[3:]) for row in rows} == {
        key: limit for key, limit in limits.items() if limit is not None
    }


def test_a_push_before_closing_is_due_after_the_next_opening(server: ServerCentre) -> None:
    """E09."""
    friday = at_local(date(2026, 3, 6), 16, 55)
    due = server.admin.exec_driver_sql(
        "SELECT wb.due_at(%s, 10, 'office_minute')", (friday,)
    ).scalar_one()
    assert due == at_local(date(2026, 3, 9), 8, 35)


def test_a_newer_calendar_counts_at_once(server: ServerCentre) -> None:
    question = "SELECT wb.due_at(%s, 1, 'working_day')"
    tuesday = at_local(date(2026, 6, 2), 10)
    before = server.admin.exec_driver_sql(question, (tuesday,)).scalar_one()
    publish_another(server.admin)
    after = server.admin.exec_driver_sql(question, (tuesday,)).scalar_one()
    assert (before, after) == (
        at_local(date(2026, 6, 3), 17), at_local(date(2026, 6, 4), 17)
    )  # fmt: skip


def test_without_a_calendar_nothing_is_counted(server: ServerCentre) -> None:
    server.admin.exec_driver_sql(TRIED)
    # What only grows can be emptied by nobody but a superuser who first stops its guard.
    server.admin.exec_driver_sql("SET session_replication_role = replica")
    server.admin.exec_driver_sql("DELETE FROM wb.calendar")
    server.admin.exec_driver_sql("SET session_replication_role = origin")
    answer = server.admin.exec_driver_sql(
        "SELECT wb.tried(%s)", (f"wb.due_at({NINE}, 1, 'working_day')",)
    ).scalar_one()
    assert answer == ["calendar_missing", {}]
