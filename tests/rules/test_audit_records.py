"""Records of audit days and lines of anchors: one text each way, and every change shows."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from workbench import settings
from workbench.rules.audit_days import (
    Book,
    DayRecord,
    Entry,
    SignedDay,
    anchored,
    bounds,
    day_number,
    day_of,
    fingerprint,
    is_late,
    open_days,
    record_of,
)
from workbench.rules.audit_findings import (
    Break,
    BreakKind,
    Difference,
    DiffKind,
    break_finding,
    difference_finding,
)
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.events import sha256_text
from workbench.rules.merkle import leaf_hash
from workbench.rules.moment import at_local

KEY = "12" * 32
RECORD = DayRecord(
    date(2026, 3, 2), "ab" * 32, 5, 4, 1, 2, "cd" * 32, 1, "aud", fingerprint(KEY)
)


def signed() -> SignedDay:
    text = RECORD.text()
    return SignedDay("2026-03-02", text, sha256_text(text), "34" * 64, KEY)


def test_a_record_is_read_back_from_its_own_text_only() -> None:
    text = RECORD.text()
    assert record_of(text) == RECORD
    for other in (text + " ", text.replace(":5", ": 5"), text[:-1], "[]", "7", "",
                  text.replace("oneseal-audit-day/1", "oneseal-audit-day/2"),
                  text.replace("2026-03-02", "20260302")):  # fmt: skip
        assert record_of(other) is None, other


def test_a_line_of_an_anchor_proves_itself() -> None:
    line = signed().anchor_line()
    assert anchored(line) == signed()
    for part in ('"day":"2026-03-02"', RECORD.root, fingerprint(KEY)):
        assert part in line
        assert anchored(line.replace(part, part[::-1])) is None
    for bad in ("", "{}", "null", line[:-1], f" {line}"):
        assert anchored(bad) is None


@given(st.integers(0, 4_102_444_800_000_000))
def test_a_moment_belongs_to_one_local_day(at: int) -> None:
    low, high = bounds(day_of(day_number(at)))
    assert low <= at < high


def test_midnight_is_local() -> None:
    day = date(2026, 3, 2)
    assert day_of(day_number(at_local(day))) == day
    assert day_of(day_number(at_local(day) - 1)) == date(2026, 3, 1)


def test_open_days_end_with_yesterday_ten_minutes_after_midnight() -> None:
    monday = date(2026, 3, 2)
    assert open_days(None, at_local(monday)) == ()
    assert open_days(monday, at_local(monday, 23, 59)) == ()
    assert open_days(monday, at_local(date(2026, 3, 3), 0, 9)) == ()
    assert open_days(monday, at_local(date(2026, 3, 3), 0, 10)) == (monday,)
    assert open_days(monday, at_local(date(2026, 3, 5), 9))[-1] == date(2026, 3, 4)


def test_a_day_is_late_once_more_than_two_working_days_have_begun() -> None:
    """The Spring Festival of 2026 is from 15 to 23 February; the 14th and 28th are worked."""
    days = build_calendar(settings.load_calendar(), settings.load_office_hours())
    friday = date(2026, 2, 13)
    late = {
        day: is_late(friday, at_local(date(2026, *day), 9), days)
        for day in ((2, 14), (2, 16), (2, 23), (2, 24), (2, 25))
    }
    assert [day for day, is_so in late.items() if is_so] == [(2, 25)]
    assert is_late(date(2090, 1, 2), at_local(date(2090, 1, 7)), days), "beyond the calendar"
    assert not is_late(date(2090, 1, 2), at_local(date(2090, 1, 6)), days)


def test_a_leaf_is_its_four_fields() -> None:
    one = Entry(Book.EVENT, "A-1", 3, "ab" * 32)
    assert one.leaf() == leaf_hash(b"event\nA-1\n3\n" + b"ab" * 32)
    others = {Entry(Book.LEDGER, "A-1", 3, "ab" * 32), Entry(Book.EVENT, "A-1", 4, "ab" * 32)}
    assert one.leaf() not in {other.leaf() for other in others}


def test_every_finding_names_its_place() -> None:
    for kind in BreakKind:
        for book, place in ((Book.EVENT, "case A-1, step 3"), (Book.LEDGER, "press A-1, step 3")):
            assert place in break_finding(Break(kind, book, "A-1", 3)).text
    for what in DiffKind:
        entry = Entry(Book.EVENT, "A-1", 3, "")
        said = difference_finding("2026-03-02", Difference("", what, entry)).text
        assert said.startswith("2026-03-02: case A-1")
