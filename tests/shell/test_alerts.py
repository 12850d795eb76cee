"""Alerts: what is said when, as a table; and on a real desk with a double of the desktop beside it.

The double answers ``org.freedesktop.Notifications`` on a bus of the test's own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from tests.shell.desk_kit import NINE, SampleCentre, desk, settle, sign_in, stock, take_in
from tests.shell.private_bus import Helper, helper, private_bus
from tests.shell.screen_check import check
from workbench import settings
from workbench.rules import words
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.case import Case, State
from workbench.rules.case_view import (
    Worklist,
    WorklistFilter,
    WorklistOrder,
    WorklistQuery,
    WorklistRow,
)
from workbench.rules.clocks import ClockRun, Length, Light, start
from workbench.rules.moment import HOUR, MINUTE, SECOND, Moment
from workbench.rules.people import Role, User
from workbench.shell.alerts.alerts import KEY, Alerts
from workbench.shell.alerts.marks import number_icon
from workbench.shell.alerts.telling import (
    CLOCK,
    Alert,
    Standing,
    look,
    standing,
    what_to_say,
)
from workbench.shell.alerts.wording import body_of, summary, title_of
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.shell.main_window.window import MainWindow
from workbench.shell.theme import Theme, chinese_family

pytestmark = [pytest.mark.long(9), pytest.mark.timeout(120)]

CALENDAR = build_calendar(settings.load_calendar(), settings.load_office_hours())
TEN = Length(10, "office_minute")
ME = "zhang.wei"
IN_TIME_SECONDS = 5.0


def pushed(at: Moment) -> ClockRun:
    return start(CLOCK, at, TEN, CALENDAR)


def waits(*starts: Moment) -> Standing:
    """Cases 1, 2, 3 …, each pushed at its moment."""
    runs = {(number, 1): pushed(at) for number, at in enumerate(starts, start=1)}
    return Standing(len(runs), min(runs.values(), key=lambda r: r.due_at, default=None), runs)


# -- what is said when -----------------------------------------------------------------------------

A_DAY = (
    # moment, starts of the pushes, on duty | new, lights, urgent (None: nothing is said)
    ("what stands there at the first look is seen", 0, (-3 * MINUTE,), True, None),
    ("nothing has happened", 1 * SECOND, (-3 * MINUTE,), True, None),
    ("a push", 10 * SECOND, (-3 * MINUTE, 10 * SECOND), True, (1, {"green": 2}, False)),
    ("said once", 11 * SECOND, (-3 * MINUTE, 10 * SECOND), True, None),
    ("not yet five", 2 * MINUTE - 1, (-3 * MINUTE, 10 * SECOND), True, None),
    ("five minutes", 2 * MINUTE, (-3 * MINUTE, 10 * SECOND), True,
     (0, {"green": 1, "yellow": 1}, False)),
    ("not yet eight", 5 * MINUTE - 1, (-3 * MINUTE,), True, None),
    ("eight minutes", 5 * MINUTE, (-3 * MINUTE,), True, (0, {"orange": 1}, True)),
    ("ten minutes", 7 * MINUTE, (-3 * MINUTE,), True, (0, {"red": 1}, True)),
    ("accepted", 8 * MINUTE, (), True, None),
    ("two at once", 20 * MINUTE, (20 * MINUTE,) * 2, True, (2, {"green": 2}, False)),
    ("off duty nothing is said", 26 * MINUTE, (20 * MINUTE,) * 3, False, None),
    ("what came meanwhile is new when the shift begins", 28 * MINUTE, (20 * MINUTE,) * 3, True,
     (3, {"orange": 3}, True)),
)  # fmt: skip


def test_a_day_line_by_line() -> None:
    told = None
    for what, at, starts, on_duty, expected in A_DAY:
        now = waits(*(NINE + one for one in starts))
        told, alert = what_to_say(told, now, NINE + at, CALENDAR, on_duty)
        if expected is None:
            assert alert is None, what
            continue
        assert alert is not None, what
        new, lights, urgent = expected
        found = {grade.value: count for grade, count in alert.waiting.items() if count}
        assert (alert.new, found, alert.urgent) == (new, lights, urgent), what


def test_a_second_push_of_the_same_case_is_new_again() -> None:
    first = {(7, 1): pushed(NINE)}
    told, _none = what_to_say(None, Standing(1, None, first), NINE, CALENDAR, True)
    second = {(7, 2): replace(pushed(NINE + MINUTE), round=2)}
    _told, alert = what_to_say(told, Standing(1, None, second), NINE + MINUTE, CALENDAR, True)
    assert alert is not None and alert.new == 1


@pytest.mark.parametrize(
    ("alert", "title", "body"),
    [
        (Alert(1, {Light.GREEN: 1}, pushed(NINE)), "A new case waits in your pool",
         "1 case waits for acceptance: 09:30 left, until 09:10"),
        (Alert(2, {Light.GREEN: 2, Light.ORANGE: 1}, pushed(NINE - 8 * MINUTE)),
         "2 new cases wait in your pool",
         "3 cases wait for acceptance: 01:30 left for the first, until 09:02"),
        (Alert(0, {Light.YELLOW: 1, Light.RED: 2}, pushed(NINE - 5 * MINUTE)),
         "The time to accept is running out",
         "1 case waits for acceptance: 04:30 left, until 09:05\n2 cases: time is over"),
        (Alert(0, {Light.RED: 1}, None), "The time to accept is over", "1 case: time is over"),
    ],
)  # fmt: skip
def test_the_words_are_counts_and_times(alert: Alert, title: str, body: str) -> None:
    at = NINE + 30 * SECOND
    assert title_of(alert) == title
    # Before nine the office is closed: a push then begins to count at nine.
    if alert.nearest is not None and alert.nearest.started_at < NINE:
        body_at = body_of(alert, at, CALENDAR)
        assert body_at.count("\n") == body.count("\n")
    assert body_of(alert, at, CALENDAR) == body


# -- what an answer says ---------------------------------------------------------------------------

REP = User(ME, "张伟", "Zhang Wei", frozenset({Role.REPRESENTATIVE}), "market_supervision")


def test_only_an_answer_that_leaves_nothing_out_is_taken(sample: SampleCentre) -> None:
    """The inbox's own list is; a search, a filter, another order or a later page is not."""
    stock(sample, 3)
    opened = sample.open()
    session = opened.session_as(ME)
    who = session.who
    plain = WorklistQuery()
    found = session.worklist(plain)
    known = standing(who, plain, found)
    assert known is not None and known.count == 3 and len(known.pushed) == 3
    assert known.nearest is not None and known.nearest.started_at == NINE
    for other in (
        WorklistQuery(text="0001"), WorklistQuery(filter=WorklistFilter(items=("x",))),
        WorklistQuery(order=WorklistOrder.NUMBER), WorklistQuery(descending=True),
        WorklistQuery(cases=(1,)), WorklistQuery(offset=1), WorklistQuery(group="mine"),
    ):  # fmt: skip
        assert standing(who, other, found) is None, other
    # A page on which not every running clock stands says too little.
    short = replace(found, rows=found.rows[:2])
    assert standing(who, plain, short) is None
    # Asked by the desk itself the same is known.
    again, at = look(session, who)
    assert (again, at) == (known, session.moment())
    session.close()
    opened.close()


def row(number: int, state: State, run: ClockRun | None, holder: str | None = None) -> WorklistRow:
    case = Case(
        case_id=number, case_no=f"{number}", short_no=f"{number}", item_code="i", item_version=1,
        department="market_supervision", state=state, applicant_masked="测*", channel="window",
        site="", registrar="", version=1, last_hash="", holder=holder,
    )  # fmt: skip
    return WorklistRow(case, "事项", "Item", state, run, (NINE, number))


def test_cases_that_somebody_else_holds_do_not_call() -> None:
    rows = (
        row(1, State.PENDING_ACCEPTANCE, pushed(NINE), "chen.jing"),
        row(2, State.PENDING_ACCEPTANCE, pushed(NINE), ME),
        row(3, State.UNDER_REVIEW, start("promised", NINE, Length(1, "working_day"), CALENDAR)),
    )
    counts = {"pool": 3, "mine": 1, State.PENDING_ACCEPTANCE.value: 2}
    known = standing(REP, WorklistQuery(), Worklist(rows, 3, NINE, counts))
    assert known is not None and known.count == 3
    assert set(known.pushed) == {(2, 1)}


def test_what_can_still_be_reached_is_nearer_than_what_is_over() -> None:
    late = start("promised", NINE - 14 * 24 * HOUR, Length(1, "working_day"), CALENDAR)
    rows = (
        row(1, State.UNDER_REVIEW, late),
        row(2, State.PENDING_ACCEPTANCE, pushed(NINE)),
    )
    counts = {"pool": 2, State.PENDING_ACCEPTANCE.value: 1}
    known = standing(REP, WorklistQuery(), Worklist(rows, 2, NINE, counts))
    assert known is not None
    said = summary(known, NINE, CALENDAR, pool=True)
    assert said == "2 cases in your pool; 10:00 left for the first"
    gone = replace(known, nearest=late)
    assert summary(gone, NINE, CALENDAR, pool=True).endswith("the first is overdue")


def test_without_shifts_the_number_is_what_one_holds_and_nobody_is_called() -> None:
    reviewer = replace(REP, roles=frozenset({Role.REVIEWER}), login="ma.chao")
    rows = (row(1, State.PENDING_ACCEPTANCE, pushed(NINE)),)
    counts = {"pool": 1, "mine": 0, State.PENDING_ACCEPTANCE.value: 1}
    known = standing(reviewer, WorklistQuery(), Worklist(rows, 1, NINE, counts))
    assert known is not None and known.count == 0 and not known.pushed
    assert summary(known, NINE, CALENDAR, pool=False) == "Nothing waits for you"


# -- on a real desk --------------------------------------------------------------------------------


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    """The double of the desktop, on the bus that the desk will find."""
    with private_bus() as environment:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        with helper("desktop_double.py", environment) as made:
            assert made.wait() == ["up"]
            yield made


def alerts_of(qtbot: Any, window: MainWindow) -> Alerts:
    qtbot.waitUntil(lambda: window.findChild(Alerts) is not None, timeout=10_000)
    found = window.findChild(Alerts)
    assert isinstance(found, Alerts)
    return found


def comes(qtbot: Any, desktop: Helper) -> tuple[list[Any], float]:
    """The next call at the double, and how long it took."""
    begun, heard = time.monotonic(), []

    def there() -> bool:
        heard.append(desktop.heard())
        return heard[-1] is not None

    qtbot.waitUntil(there, timeout=15_000)
    return heard[-1], time.monotonic() - begun


def push_one(sample: SampleCentre, number: int) -> Case:
    opened = sample.open()
    session = opened.session_as("wang.fang")
    try:
        return take_in(session, number)
    finally:
        session.close()
        opened.close()


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_a_push_five_and_eight_minutes_reach_the_desktop_while_minimised(
    qtbot: Any, sample: SampleCentre, desktop: Helper, depth: int
) -> None:
    """With ``--deep`` its five seconds are waited for; else it asks again when the clock moves."""
    with desk(sample) as room:
        window = sign_in(qtbot, room, ME, sample.passwords[ME])
        alerts = alerts_of(qtbot, window)
        settle(qtbot, room)
        window.open_screen("plugins")
        window.showMinimized()
        case = push_one(sample, 1)
        (verb, number, *said), took = comes(qtbot, desktop)
        assert took < IN_TIME_SECONDS, took
        program, replaced, _icon, title, body, actions, hints, _time = said
        assert (verb, program, replaced) == ("Notify", "oneseal-workbench", 0)
        assert title == "A new case waits in your pool"
        assert body.startswith("1 case waits for acceptance: 09:") or "10:00 left" in body
        assert hints["urgency"] == 1 and hints["suppress-sound"] and actions[0] == "default"
        for minutes, urgency in ((5, 1), (8, 2)):
            assert alerts.bell is not None
            alerts.bell.setChecked(minutes == 8)
            sample.clock.forward(NINE + minutes * MINUTE - sample.clock.now())
            if depth == 1:
                alerts._again.timeout.emit()
            (verb, number, *said), took = comes(qtbot, desktop)
            # The clock of a test stands still, so the desk learns of it at its next question.
            assert took < IN_TIME_SECONDS + 0.5, took
            assert (verb, said[1], said[6]["urgency"]) == ("Notify", number, urgency)
            assert said[3] == "The time to accept is running out"
            sounds = "sound-name" in said[6], "suppress-sound" in said[6]
            assert sounds == (minutes == 8, minutes == 5), "only by who wants it, from then on"
            for secret in (case.case_no, case.short_no, "测", case.item_code):
                assert secret not in json.dumps(said, ensure_ascii=False)
        assert window.isMinimized()
        desktop.say(["click", number])
        qtbot.waitUntil(lambda: window.pages.currentWidget() is window.opened("inbox"))
        assert not window.isMinimized()
        assert alerts.bell is not None and alerts.bell.text().startswith("1 · 0")
        # Nothing waits for acceptance any more: what stood on the desktop is taken away.
        sample.clock.forward(3 * MINUTE)
        alerts._again.timeout.emit()
        heard, _took = comes(qtbot, desktop)
        assert heard == ["CloseNotification", number]


def test_the_end_is_called_at_its_second_and_stays_until_it_is_seen(
    qtbot: Any, sample: SampleCentre, desktop: Helper
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, ME, sample.passwords[ME])
        alerts_of(qtbot, window)
        settle(qtbot, room)
        push_one(sample, 1)
        assert comes(qtbot, desktop)[0][0] == "Notify"
        # The desk counts on by itself from the centre's last answer: one second before the end.
        sample.clock.forward(10 * MINUTE - SECOND)
        qtbot.keyClick(window, Qt.Key.Key_F5)
        (verb, _number, *said), _took = comes(qtbot, desktop)
        assert (verb, said[6]["urgency"]) == ("Notify", 2)
        (verb, number, *said), took = comes(qtbot, desktop)
        assert took < 1.5 and (verb, said[3]) == ("Notify", "The time to accept is over")
        assert said[4] == "1 case: time is over"
        sample.clock.forward(MINUTE)
        qtbot.keyClick(window, Qt.Key.Key_F5)
        settle(qtbot, room)
        assert desktop.heard() is None
    # With the window goes what it has said.
    assert comes(qtbot, desktop)[0] == ["CloseNotification", number]


def test_whoever_is_off_duty_hears_nothing_until_his_shift_begins(
    qtbot: Any, sample: SampleCentre, desktop: Helper
) -> None:
    """Post B has the desk open in the morning; his shift is in the afternoon."""
    sample.clock.forward(4 * HOUR + 25 * MINUTE)
    login = "li.na"
    with desk(sample) as room:
        window = sign_in(qtbot, room, login, sample.passwords[login])
        alerts = alerts_of(qtbot, window)
        settle(qtbot, room)
        push_one(sample, 1)
        qtbot.keyClick(window, Qt.Key.Key_F5)
        settle(qtbot, room)
        qtbot.wait(600)
        assert desktop.heard() is None
        sample.clock.forward(6 * MINUTE)
        qtbot.keyClick(window, Qt.Key.Key_F5)
        (verb, _number, *said), _took = comes(qtbot, desktop)
        assert verb == "Notify" and said[3] == "A new case waits in your pool"
        assert alerts.standing.count == 1


def test_without_a_desktop_the_window_says_it_itself(
    qtbot: Any, sample: SampleCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    kept: list[Look] = []
    words.use(settings.translations("zh_CN"), "zh_CN")
    with desk(sample, Look("zh_CN", dark=True)) as room:
        window = sign_in(qtbot, room, ME, sample.passwords[ME])
        alerts = alerts_of(qtbot, window)
        settle(qtbot, room)
        room.parts = room.parts._replace(keep_look=kept.append)
        assert alerts.marks.tray is None and alerts.bell is not None
        before = image_of(window)
        push_one(sample, 1)
        qtbot.waitUntil(lambda: any(n.key == KEY for n in room.notices.standing()), timeout=6_000)
        told = next(n for n in room.notices.standing() if n.key == KEY)
        assert told.text.startswith("部门办件池有新办件\n1 件待受理，剩余 ")
        assert image_of(window) != before, "the number on the window's icon"
        assert alerts.bell.text().startswith("1 · ")
        assert "提醒响铃：关" in alerts.bell.accessibleName()
        settle(qtbot, room)
        assert check(window, "zh_CN") == []
        # The sound is off until somebody wants it, and stays as chosen.
        rung: list[bool] = []
        monkeypatch.setattr(QApplication, "beep", lambda: rung.append(True))
        qtbot.mouseClick(alerts.bell, Qt.MouseButton.LeftButton)
        assert kept[-1].sound and room.look.sound
        push_one(sample, 2)
        qtbot.waitUntil(lambda: bool(rung), timeout=6_000)
        assert "提醒响铃：开" in alerts.bell.toolTip()


def test_a_shown_inbox_is_not_asked_beside(qtbot: Any, sample: SampleCentre) -> None:
    """While the inbox stands there its answers serve both: no second question."""
    stock(sample, 2)
    with desk(sample) as room:
        window = sign_in(qtbot, room, ME, sample.passwords[ME])
        alerts = alerts_of(qtbot, window)
        qtbot.waitUntil(lambda: alerts.standing.count == 2, timeout=6_000)
        settle(qtbot, room)
        asked = count_questions(room)
        for _time in range(3):
            qtbot.keyClick(window, Qt.Key.Key_F5)
            settle(qtbot, room)
        assert asked == ["all"] * 3
        window.open_screen("plugins")
        alerts._again.timeout.emit()
        settle(qtbot, room)
        assert asked == ["all"] * 3 + ["pool"]


def count_questions(room: DeskRoom) -> list[str]:
    """From now on the groups of all questions for the worklist, in the order they are put."""
    assert room._opened is not None
    session, asked = room._opened.session, []
    real = type(session).worklist

    def counting(query: WorklistQuery) -> Worklist:
        asked.append(query.group)
        return real(session, query)

    session.worklist = counting  # type: ignore[method-assign]
    return asked


def image_of(window: MainWindow) -> QImage:
    return window.windowIcon().pixmap(32, 32).toImage()


@pytest.mark.parametrize("dark", [False, True])
def test_the_number_can_be_read_on_the_smallest_icon(qtbot: Any, dark: bool) -> None:
    """Each number looks different from each other one, and hurry from calm."""
    theme = Theme(dark, chinese_family(settings.resources_dir() / "fonts"))
    drawn = {
        (count, hurry): number_icon(theme, count, hurry).pixmap(16, 16).toImage()
        for count in (0, 1, 7, 12, 99)
        for hurry in (False, True)
        if count or not hurry
    }
    images = list(drawn.values())
    for place, one in enumerate(images):
        assert all(one != other for other in images[place + 1 :])
    corner = drawn[1, True].copy(QRect(6, 6, 10, 10))
    colours = {corner.pixelColor(x, y).name() for x in range(10) for y in range(10)}
    assert theme.ink.danger in colours
