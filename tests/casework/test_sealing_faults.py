"""What breaks while the seal is pressed: key, token, certificate, disk, memory, policy.

Refused with the reason; nothing half-done: no staging, no live line, the queue as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.casework.press_kit import (
    SEAL,
    desk,
    documents,
    nothing_pressed,
    revoke_seal,
    tried,
    void_reasons,
)
from tests.journeys.hall import Hall
from tests.paper.seal_kit import PIN, make_test_key
from tests.paper.token_kit import SoftToken
from tests.store.server.test_server_full_disk import SmallDisk, small_disk
from workbench.paper.pressing import PaperPress
from workbench.rules.moment import DAY, SystemClock

pytestmark = pytest.mark.long(16)


def put_key(hall: Hall, *, pin: str, begin: int, end: int, entered: bool) -> None:
    """Another key file in the place of the seal's; ``entered``: the register names it too."""
    keys = hall.folder / "keys"
    made = make_test_key(
        hall.folder / "other", pin, "青云区行政审批局", SEAL, valid_from=begin, valid_to=end
    )
    (keys / f"{SEAL}.p12").unlink()
    shutil.copy(made.p12_path, keys / f"{SEAL}.p12")
    if entered:
        hall.sql("UPDATE seal SET certificate_sha256 = ? WHERE seal_id = ?",
                 made.certificate_sha256, SEAL)  # fmt: skip


# -- the key and its certificate -------------------------------------------------------------------


def test_the_key_of_another_seal_presses_nothing(sealing: Hall) -> None:
    """Neither another file under its name, nor the other seal's own file."""
    now = SystemClock().now()
    document, _other = documents(sealing)
    keys = sealing.folder / "keys"
    own = (keys / f"{SEAL}.p12").read_bytes()
    put_key(sealing, pin=sealing.pin, begin=now - DAY, end=now + DAY, entered=False)
    with desk(sealing) as worker:
        assert tried(worker, document, sealing.pin) == "key_of_another_seal"
        sealing.another_key("seal-other")
        shutil.copy(keys / "seal-other.p12", keys / f"{SEAL}.p12")
        assert tried(worker, document, sealing.pin) == "key_of_another_seal"
        nothing_pressed(sealing)
        (keys / f"{SEAL}.p12").write_bytes(own)
        assert tried(worker, document, sealing.pin) == ""


def test_a_certificate_that_has_ended_presses_nothing(sealing: Hall) -> None:
    """Its own end, whatever the register says of the seal."""
    now = SystemClock().now()
    put_key(sealing, pin=sealing.pin, begin=now - 3 * DAY, end=now - DAY, entered=True)
    with desk(sealing) as worker:
        assert tried(worker, documents(sealing)[0], sealing.pin) == "certificate_expired"
        assert tried(worker, documents(sealing)[0]) == "pin_needed_again", "no key stays open"
    nothing_pressed(sealing)
    assert sealing.ledger() == [], "known before a serial is burned"


def test_a_certificate_on_the_revocation_list_presses_nothing(sealing: Hall) -> None:
    revoke_seal(sealing)
    with desk(sealing) as worker:
        assert tried(worker, documents(sealing)[0], sealing.pin) == "certificate_revoked"
    nothing_pressed(sealing)
    assert sealing.ledger() == []


# -- the token -------------------------------------------------------------------------------------


def test_a_token_signs_and_its_count_is_never_below_the_ledger(held: Hall) -> None:
    first, second = documents(held)
    with desk(held) as worker:
        assert worker.open_key(SEAL, PIN) > 1
        assert [tried(worker, one) for one in (first, second)] == ["", ""]
    assert [line["state"] for line in held.ledger()] == ["RELEASED", "RELEASED"]
    assert held.sql("SELECT calls FROM token_use WHERE seal_id = ?", SEAL) == [(2,)]
    held.check()


def test_a_token_pulled_out_in_the_middle_of_a_press(held: Hall, token: SoftToken) -> None:
    """Opened, then gone before it is asked to sign; put in again, the same document is pressed."""
    document, _other = documents(held)
    with desk(held) as worker:
        worker.open_key(SEAL, PIN)
        with token.pulled_out():
            assert tried(worker, document) == "token_gone"
            nothing_pressed(held)
        assert void_reasons(held) == ["token_gone"]
        assert tried(worker, document, PIN) == ""
    assert held.sql("SELECT calls, errors_in_a_row FROM token_use") == [(2, 0)]


def test_the_third_error_of_the_token_in_a_row_suspends_the_seal(
    held: Hall, token: SoftToken
) -> None:
    document, _other = documents(held)
    with desk(held) as worker:
        with token.pulled_out():
            said = [tried(worker, document, PIN) for _turn in range(4)]
        assert said == ["token_gone", "token_gone", "seal_suspended_by_errors", "seal_suspended"]
        assert tried(worker, document, PIN) == "seal_suspended", "the token is back, the seal not"
    nothing_pressed(held)
    held.run("seal", "resume", SEAL, "--reason", "looked at", "--as", "han.lei")
    with desk(held) as worker:
        assert tried(worker, document, PIN) == ""


def test_a_wrong_pin_of_the_token_locks_the_desk_at_five(held: Hall) -> None:
    """SoftHSM never locks, so the count is the centre's own (seal design 1.3)."""
    document, _other = documents(held)
    with desk(held) as worker:
        said = [tried(worker, document, "135790") for _turn in range(5)]
        assert said == ["wrong_pin"] * 4 + ["seal_desk_locked"]
        assert tried(worker, document, PIN) == "seal_desk_locked"
    nothing_pressed(held)


# -- disk, memory, library -------------------------------------------------------------------------


@pytest.fixture
def full(sealing: Hall) -> Iterator[SmallDisk]:
    """The staging folder is on a disk of its own, which is full."""
    place = sealing.folder / "staging"
    with small_disk(place, 1) as disk:
        disk.fill()
        yield disk


def test_a_full_disk_is_told_and_nothing_is_half_done(sealing: Hall, full: SmallDisk) -> None:
    document, _other = documents(sealing)
    with desk(sealing) as worker:
        assert tried(worker, document, sealing.pin) == "staging_unwritable"
        assert {one.code: one.passed for one in worker.preflight(SEAL)}["staging"] is None
        assert [one.name for one in full.place.iterdir()] == ["filler"]
        assert void_reasons(sealing) == ["staging_unwritable"]
        full.empty()
        assert tried(worker, document, sealing.pin) == ""


@pytest.mark.parametrize(
    ("step", "error"),
    [("gate", MemoryError()), ("prepare", ValueError("x")), ("sign", OSError(5, "broken")),
     ("fill", MemoryError()), ("faults", ValueError("x")), ("level", OSError(5, "broken"))],
)  # fmt: skip
def test_whatever_breaks_inside_a_step_ends_in_a_void_line_with_the_reason(
    sealing: Hall, step: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no room here raises by itself: memory, disk, a library."""
    document, _other = documents(sealing)

    def breaks(*_given: Any) -> Any:
        raise error

    with desk(sealing) as worker, monkeypatch.context() as patch:
        patch.setattr(PaperPress, step, breaks)
        assert tried(worker, document, sealing.pin) == "press_broke_off"
        nothing_pressed(sealing)
        assert void_reasons(sealing) == ["press_broke_off"]
        patch.undo()
        assert tried(worker, document, sealing.pin) == ""


# -- the file, the seal's policy, the person -------------------------------------------------------


def test_a_file_that_changes_between_look_and_copy_is_not_signed(
    sealing: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte after the gate: what was hashed while it was copied is not what was approved."""
    document, _other = documents(sealing)
    gate = PaperPress.gate

    def late(self: PaperPress, frozen: Path) -> tuple[str, ...]:
        said = gate(self, frozen)
        data = frozen.read_bytes()
        frozen.chmod(0o600)
        frozen.write_bytes(data.replace(b"OneSeal Workbench", b"OneSeal Workbenck", 1))
        return said

    with desk(sealing) as worker, monkeypatch.context() as patch:
        patch.setattr(PaperPress, "gate", late)
        assert tried(worker, document, sealing.pin) == "frozen_file_changed"
    assert void_reasons(sealing) == ["frozen_file_changed"]
    assert sealing.sql("SELECT count(*) FROM token_use") == [(0,)], "the key was never asked"
    assert list((sealing.folder / "staging").iterdir()) == []


def test_a_file_with_a_form_is_stopped_by_the_gate_of_the_press(
    sealing: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate before freezing was missed: the one at the press has the last word."""
    document, _other = documents(sealing)
    monkeypatch.setattr("workbench.paper.pressing.check_clean", lambda _file: ("form",))
    with desk(sealing) as worker:
        assert tried(worker, document, sealing.pin) == "not_clean"
    nothing_pressed(sealing)
    assert void_reasons(sealing) == ["not_clean"]


def test_the_daily_limit_of_a_seal(sealing: Hall) -> None:
    first, second = documents(sealing)
    sealing.sql("UPDATE seal SET daily_limit = 1 WHERE seal_id = ?", SEAL)
    with desk(sealing) as worker:
        assert [tried(worker, one, sealing.pin) for one in (first, second)] == [
            "", "seal_daily_limit",
        ]  # fmt: skip
    assert documents(sealing) == [second]


def test_a_document_that_needs_another_seal_is_not_pressed_with_this_one(sealing: Hall) -> None:
    """Domain 2.4 a: a title certificate carries the registration seal, never the special one."""
    document, _other = documents(sealing)
    sealing.sql("UPDATE task SET data = replace(data, 'approval_special',"
                " 'real_estate_registration_special')")  # fmt: skip
    with desk(sealing) as worker:
        assert tried(worker, document, sealing.pin, SEAL) == "seal_wrong_kind"
    nothing_pressed(sealing)


def test_whoever_decided_the_case_does_not_press_the_seal_on_it(sealing: Hall) -> None:
    """Section 3.6: the representative who granted it keeps the seal, too, and holds it now."""
    document, _other = documents(sealing)
    now = sealing.now()
    decider = "zhang.wei"
    sealing.sql("INSERT INTO membership (login, role, valid_from, valid_to)"
                " VALUES (?, 'seal_custodian', ?, ?)", decider, now - DAY, now + DAY)  # fmt: skip
    sealing.sql("INSERT INTO custody_shift (login, start, end, taken_over_at) VALUES (?, ?, ?, ?)",
                decider, now - 1, now + DAY, now - 1)  # fmt: skip
    with desk(sealing, decider) as worker:
        code = tried(worker, document, sealing.pin)
    assert code == "separation"
    nothing_pressed(sealing)
