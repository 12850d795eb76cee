"""Closing audit days: order, keys, the anchor that lags behind, and what is refused (S084, R90)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.store.audit_kit import (
    AUDITOR,
    DAYS,
    PASSPHRASE,
    Audited,
    busy_days,
    close,
    signer,
)
from tests.store.world import MONDAY, World, new_world
from workbench.casework.audit import close_days
from workbench.exchange.anchor_file import AnchorFile
from workbench.rules.audit_days import SignedDay, anchored, record_of
from workbench.rules.merkle import EMPTY
from workbench.rules.people import ADMINISTRATORS, Membership, Role, User
from workbench.rules.refusals import Outage, Refusal
from workbench.store import seeding
from workbench.vault.audit_key import AuditSigner, make_key, open_key, signature_fits

pytestmark = pytest.mark.long(9)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with work on Monday and Tuesday, made once."""
    folder = tmp_path_factory.mktemp("worked")
    with new_world(folder) as made:
        busy_days(made)
        made.centre.work().fold_log()
    return folder / "centre.db"


@pytest.fixture
def world(tmp_path: Path, worked: Path) -> Iterator[World]:
    """It is Thursday morning and nothing is closed."""
    (tmp_path / "centre").mkdir()
    with new_world(tmp_path / "centre", worked) as made:
        made.at(MONDAY + timedelta(days=3))
        yield made


@pytest.fixture
def key(world: World, tmp_path: Path) -> AuditSigner:
    return signer(world, tmp_path / "keys")


@pytest.fixture
def anchor(world: World, tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path / "anchor.jsonl", world.path.parent)


def records(anchor: AnchorFile) -> list[SignedDay]:
    found = [anchored(line) for line in anchor.lines()]
    assert None not in found
    return [one for one in found if one is not None]


def test_every_open_day_is_closed_in_order_and_anchored(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    standing = world.as_(AUDITOR).audit_standing()
    assert [(one.day, one.late) for one in standing.open_days] == [
        (DAYS[0], True), (DAYS[1], False), (DAYS[2], False),
    ]  # fmt: skip
    assert close(world, key, anchor) == [str(one) for one in DAYS]
    after = world.as_(AUDITOR).audit_standing()
    assert after.open_days == ()
    assert list(after.closed) == records(anchor)[::-1]
    empty = record_of(after.closed[0].record)
    assert empty is not None
    assert (empty.root, empty.events, empty.cases) == (EMPTY.hex(), 0, 4)
    assert close(world, key, anchor) == []


def test_the_list_turns_red_after_two_working_days(world: World) -> None:
    """Closed on Friday or Monday it is not late, whatever the weekend counts."""
    def late(day_number: int) -> bool:
        world.at(MONDAY + timedelta(days=day_number))
        return world.as_(AUDITOR).audit_standing().open_days[0].late

    assert [late(number) for number in (3, 4)] == [True, True]
    thursday = [one for one in world.as_(AUDITOR).audit_standing().open_days
                if one.day == MONDAY + timedelta(days=3)]  # fmt: skip
    assert not thursday[0].late
    world.at(MONDAY + timedelta(days=7))
    standing = world.as_(AUDITOR).audit_standing().open_days
    assert {one.day.isoformat(): one.late for one in standing}["2026-03-05"] is False
    world.at(MONDAY + timedelta(days=9))
    standing = world.as_(AUDITOR).audit_standing().open_days
    assert {one.day.isoformat(): one.late for one in standing}["2026-03-05"] is True


def test_today_and_the_minutes_after_midnight_stay_open(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    close(world, key, anchor)
    thursday = MONDAY + timedelta(days=3)
    with pytest.raises(Refusal) as caught:
        close(world, key, anchor, thursday)
    assert caught.value.code == "day_not_over"
    world.at(thursday + timedelta(days=1), 0, 9)
    with pytest.raises(Refusal) as caught:
        close(world, key, anchor, thursday)
    assert caught.value.code == "day_not_over"
    world.at(thursday + timedelta(days=1), 0, 10)
    assert close(world, key, anchor, thursday) == [str(thursday)]


def test_no_day_is_left_out_and_none_is_closed_twice(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    def refused(day: date) -> Refusal:
        with pytest.raises(Refusal) as caught:
            close(world, key, anchor, day)
        return caught.value

    early = refused(DAYS[1])
    assert (early.code, str(DAYS[0]) in early.remedy) == ("day_order", True)
    assert close(world, key, anchor, DAYS[0]) == [str(DAYS[0])]
    again = refused(DAYS[0])
    assert (again.code, str(DAYS[1]) in again.remedy) == ("day_order", True)
    assert len(anchor.lines()) == 1


@pytest.mark.parametrize("login", ["sys", "lin", "tang", "zhang"])
def test_nobody_else_comes_in(world: World, login: str) -> None:
    room = world.as_(login)
    for ask in (room.audit_standing, room.signed_days, lambda: room.add_audit_key("ab" * 32),
                lambda: room.draft_day(DAYS[0])):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            ask()
        assert caught.value.code == "not_your_role"


def test_a_day_needs_ones_own_registered_key(
    world: World, anchor: AnchorFile, tmp_path: Path
) -> None:
    (tmp_path / "keys").mkdir()
    stranger = open_key(tmp_path / "keys", make_key(tmp_path / "keys", PASSPHRASE).public_key,
                        PASSPHRASE)  # fmt: skip
    for prepared in (False, True):
        if prepared:
            signer(world, tmp_path / "keys")
        with pytest.raises(Refusal) as caught:
            close(world, stranger, anchor)
        assert caught.value.code == "audit_key_missing"
    assert anchor.lines() == ()


def test_a_new_key_ends_the_older_one_and_both_are_filed(
    world: World, key: AuditSigner, anchor: AnchorFile, tmp_path: Path
) -> None:
    close(world, key, anchor, DAYS[0])
    world.clock.forward(1_000_000)
    newer = signer(world, tmp_path / "keys")
    with pytest.raises(Refusal) as caught:
        close(world, key, anchor)
    assert caught.value.code == "audit_key_missing"
    close(world, newer, anchor)
    base = sqlite3.connect(world.path)
    filed = base.execute("SELECT actor FROM audit_line WHERE act = 'audit_key_added'").fetchall()
    assert filed == [(AUDITOR,), (AUDITOR,)]
    base.close()
    assert Audited(tmp_path).wrong() == {}
    with pytest.raises(Refusal) as caught:
        world.as_(AUDITOR).add_audit_key(newer.public_key)
    assert caught.value.code == "audit_key_known"


def test_a_changed_log_is_not_signed(world: World, key: AuditSigner, anchor: AnchorFile) -> None:
    base = sqlite3.connect(world.path, isolation_level=None)
    base.execute("DROP TRIGGER event_no_update")
    base.execute("UPDATE event SET actor = 'li' WHERE case_id = 2 AND seq = 2")
    base.close()
    with pytest.raises(Refusal) as caught:
        close(world, key, anchor)
    assert caught.value.code == "log_unsound"
    assert "step 2 does not fit the log" in caught.value.message
    assert anchor.lines() == ()


def test_what_changes_while_it_is_being_signed_is_not_kept(
    world: World, key: AuditSigner
) -> None:
    room = world.as_(AUDITOR)
    record = room.draft_day(DAYS[0])
    base = sqlite3.connect(world.path, isolation_level=None)
    base.execute("DROP TRIGGER audit_line_no_update")
    base.execute("UPDATE audit_line SET detail = 'x' WHERE act = 'publish_shifts'")
    base.close()
    text = record.text()
    with pytest.raises(Refusal) as caught:
        room.keep_day(SignedDay(str(DAYS[0]), text, "", key.sign(text), key.public_key))
    assert caught.value.code == "day_changed"
    assert room.signed_days() == ()


def test_of_two_who_close_the_same_day_one_is_told(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    room = world.as_(AUDITOR)
    text = room.draft_day(DAYS[0]).text()
    close(world, key, anchor, DAYS[0])
    with pytest.raises(Refusal) as caught:
        room.keep_day(SignedDay(str(DAYS[0]), text, "", key.sign(text), key.public_key))
    assert caught.value.code == "day_order"


def test_an_anchor_that_lags_behind_is_caught_up(
    world: World, key: AuditSigner, anchor: AnchorFile, tmp_path: Path
) -> None:
    """The stick was pulled out after the day had been kept; a second stick begins with all."""
    class Pulled(AnchorFile):
        def append(self, lines: object) -> None:
            if lines:
                raise Outage("anchor_unwritable", "the stick is gone")

    with pytest.raises(Outage):
        close(world, key, Pulled(anchor.path), DAYS[0])
    assert len(world.as_(AUDITOR).signed_days()) == 1
    done = close_days(world.as_(AUDITOR), key, anchor, signature_fits)
    assert (done.caught_up, len(done.days)) == (1, 2)
    second = AnchorFile(tmp_path / "second.jsonl", world.path.parent)
    assert close_days(world.as_(AUDITOR), key, second, signature_fits).caught_up == 3
    assert second.lines() == anchor.lines()


def test_with_an_anchor_that_says_something_else_nothing_is_signed(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    close(world, key, anchor, DAYS[0])
    good = anchor.path.read_text("utf-8")
    for bad in (good.replace("events", "evants"), good + "half a li", good + good):
        anchor.path.write_text(bad, encoding="utf-8")
        with pytest.raises(Refusal) as caught:
            close(world, key, anchor)
        assert caught.value.code == "anchor_differs"
    assert len(world.as_(AUDITOR).signed_days()) == 1


def test_an_anchor_beside_the_database_is_refused(world: World, key: AuditSigner) -> None:
    inside = AnchorFile(world.path.parent / "anchor.jsonl", world.path.parent)
    with pytest.raises(Refusal) as caught:
        close(world, key, inside)
    assert caught.value.code == "anchor_inside"
    assert world.as_(AUDITOR).signed_days() == ()


def test_an_anchor_that_cannot_be_written_is_told_before_anything_is_signed(
    world: World, key: AuditSigner, tmp_path: Path
) -> None:
    gone = AnchorFile(tmp_path / "no such stick" / "anchor.jsonl", world.path.parent)
    with pytest.raises(Outage) as caught:
        close(world, key, gone)
    assert caught.value.code == "anchor_unwritable"
    assert world.as_(AUDITOR).signed_days() == ()


def test_calling_it_off_ends_after_the_day_in_hand(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    done = close_days(world.as_(AUDITOR), key, anchor, signature_fits,
                      stopped=lambda: len(anchor.lines()) == 2)  # fmt: skip
    assert len(done.days) == len(anchor.lines()) == 2


def test_a_record_that_cannot_be_read_stops_the_closing(
    world: World, key: AuditSigner, anchor: AnchorFile
) -> None:
    close(world, key, anchor, DAYS[0])
    base = sqlite3.connect(world.path, isolation_level=None)
    base.execute("DROP TRIGGER audit_day_no_update")
    base.execute("UPDATE audit_day SET record = 'x'")
    base.close()
    with pytest.raises(Refusal) as caught:
        world.as_(AUDITOR).audit_standing()
    assert caught.value.code == "audit_days_unsound"


# -- the three administrators (R90) ----------------------------------------------------------------


@pytest.mark.parametrize("admin", sorted(ADMINISTRATORS))
def test_an_administrator_is_given_no_other_role(world: World, admin: Role) -> None:
    """Refused where the role is given, whichever of the two comes first."""
    def give(login: str, role: Role) -> None:
        seeding.add_membership(unit, Membership(login, role, "market", "hall", None, unit.now))

    with world.centre.administration() as unit:
        seeding.add_user(unit, User("admin", "新", "New", frozenset()))
        give("admin", admin)
        for place, other in enumerate(one for one in Role if one is not admin):
            seeding.add_user(unit, User(f"new{place}", "新", "New", frozenset()))
            give(f"new{place}", other)
            for login, role in (("admin", other), (f"new{place}", admin)):
                with pytest.raises(Refusal) as caught:
                    give(login, role)
                assert caught.value.code == "roles_exclude"


def test_administrators_see_no_case(world: World) -> None:
    """What is closed and signed tells numbers and hashes; a case stays unseen (V21)."""
    case = world.draft()
    for login in (AUDITOR, "sys"):
        room = world.as_(login)
        assert room.case_view(case.case_no) is None
        assert room.events_of(case.case_no) == ()
