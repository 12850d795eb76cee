"""What keeps the seal from being pressed: PIN, key, seal, shift, changed file.

Each says what and what to do next, and leaves no half press behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.casework.press_kit import WRONG, documents, nothing_pressed, tried
from tests.journeys.hall import Hall, run
from workbench.seal_pipe import SealWorker

pytestmark = pytest.mark.long(10)

# -- the PIN ---------------------------------------------------------------------------------------


@pytest.fixture
def worker(sealing: Hall) -> Iterator[SealWorker]:
    """The desk of whoever keeps the seal."""
    desk = SealWorker(sealing.folder, sealing.url, sealing.keeper())
    desk.start()
    yield desk
    desk.close()


def test_a_wrong_pin_is_counted_and_the_right_one_forgets_it(
    sealing: Hall, worker: SealWorker
) -> None:
    first, second = documents(sealing)
    assert [tried(worker, first, WRONG) for _turn in range(4)] == ["wrong_pin"] * 4
    nothing_pressed(sealing)
    assert tried(worker, first, sealing.pin) == ""
    assert [tried(worker, second, WRONG) for _turn in range(4)] == ["wrong_pin"] * 4
    assert tried(worker, second, sealing.pin) == ""


def test_five_wrong_pins_lock_the_desk_until_two_have_spoken(
    sealing: Hall, worker: SealWorker
) -> None:
    document, _other = documents(sealing)
    keeper = sealing.keeper()
    said = [tried(worker, document, WRONG) for _turn in range(5)]
    assert said == ["wrong_pin"] * 4 + ["seal_desk_locked"]
    assert tried(worker, document, sealing.pin) == "seal_desk_locked", "it comes too late"
    assert "locked" in sealing.press(sealing.waiting()[0], code=1).err
    nothing_pressed(sealing)
    refused = sealing.run("seal", "unlock", keeper, "--as", "sys.admin", code=1)
    assert refused.err.startswith("This step belongs to another post.")
    sealing.run("seal", "unlock", keeper, "--as", "sec.admin")
    assert tried(worker, document, sealing.pin) == ""
    again = sealing.run("seal", "unlock", keeper, "--as", "sec.admin", code=1)
    assert "is not locked" in again.err
    audited = [row[0] for row in sealing.sql("SELECT act FROM audit_line ORDER BY audit_id")]
    assert audited.count("wrong_pin") == 5
    assert audited[-1] == "seal_desk_unlocked"


def test_the_pin_stands_in_no_file_and_on_no_command_line(sealing: Hall) -> None:
    sealing.press(sealing.waiting()[0], apart=True)
    pin = sealing.pin.encode()
    kept = [
        path.name
        for path in sealing.folder.rglob("*")
        if path.is_file() and path.suffix in (".db", ".txt", ".json", ".db-wal")
        if b"\t" + pin in path.read_bytes() or b'"' + pin + b'"' in path.read_bytes()
    ]
    assert kept == ["sample-passwords.txt"], "only the sample centre's own note for its owner"


# -- the key ---------------------------------------------------------------------------------------


def test_the_key_file_is_gone(sealing: Hall) -> None:
    key = sealing.folder / "keys" / "seal-approval.p12"
    away = key.rename(key.with_suffix(".away"))
    case_no, _other = sealing.waiting()
    said = sealing.press(case_no, code=3)
    assert "seal-approval.p12 cannot be read" in said.err
    nothing_pressed(sealing)
    away.rename(key)
    sealing.press(case_no)


def test_a_damaged_key_file_is_no_wrong_pin(sealing: Hall) -> None:
    key = sealing.folder / "keys" / "seal-approval.p12"
    key.chmod(0o600)
    key.write_bytes(key.read_bytes()[:100])
    said = sealing.press(sealing.waiting()[0], code=3)
    assert "seal-approval.p12 is damaged" in said.err
    assert sealing.sql("SELECT count(*) FROM pin_failure") == [(0,)]
    nothing_pressed(sealing)


# -- the seal, the shift, the file -----------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("status = 'suspended'", "This seal is suspended."),
        ("status = 'lost'", "This seal has been reported lost."),
        ("valid_to = 1", "The validity of this seal has ended."),
        ("organ_name = '青云区人民政府'", "The seal belongs to another organ than the document."),
        ("kind = 'steel'", "青云区行政审批局 has no seal in use of the kind"),
    ],
)
def test_a_seal_that_is_not_fit_is_not_pressed(sealing: Hall, change: str, said: str) -> None:
    """Domain 2.4 (a) and (d): checked at the second of stamping, and the request stays (E21)."""
    sealing.sql(f"UPDATE seal SET {change} WHERE seal_id = 'seal-approval'")
    assert sealing.press(sealing.waiting()[0], code=1).err.startswith(said)
    nothing_pressed(sealing)


def test_who_is_not_on_custody_shift_presses_nothing(sealing: Hall) -> None:
    """V16: the deputy is told that he has not taken over, not that there is no document."""
    idle = next(one for one in ("lin.shu", "gao.yun") if one != sealing.keeper())
    case_no, _other = sealing.waiting()
    said = sealing.press(case_no, idle, code=1)
    assert said.err.startswith("You have not taken over the seal.")
    assert sealing.press(case_no, "xu.jie", code=1).err
    nothing_pressed(sealing)


def test_a_frozen_file_that_was_changed_is_refused_and_the_case_is_frozen(sealing: Hall) -> None:
    """One byte in the content store: T31, the case goes into quarantine by itself."""
    case_no, other = sealing.waiting()
    with sealing.session(sealing.keeper()) as room:
        task = next(one for one in room.seal_queue() if one.case.case_no == case_no)
    place = sealing.stored(task.sha256)
    place.chmod(0o600)
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    said = sealing.press(case_no, code=1)
    assert "does not match its fingerprint" in said.err
    assert sealing.state(case_no) == "quarantined"
    line = sealing.ledger()[-1]
    assert (line["state"], line["void_reason"]) == ("VOID", "content_broken")
    assert sealing.waiting() == [other]
    found = run("centre", "check", sealing.url)
    assert found.code == 1
    assert "does not match its fingerprint" in found.out


def test_a_request_that_was_returned_cannot_be_pressed_any_more(sealing: Hall) -> None:
    """T24: the custodian gives the document back with a reason; the flow goes on from there."""
    case_no, other = sealing.waiting()
    keeper = sealing.keeper()
    assert sealing.move(keeper, case_no, "return_stamping", code=1, reason="ugly").err
    sealing.move(keeper, case_no, "return_stamping", reason="wrong_date",
                 stamping_return={"reason": "wrong_date", "note": "tomorrow's"})  # fmt: skip
    assert sealing.press(case_no, code=1).err.startswith("No document awaits the seal.")
    assert sealing.waiting() == [other]
    sealing.forward()
    sealing.run("freeze", case_no, "--as", "zhang.wei")
    sealing.press(case_no)
    assert sealing.ledger()[-1]["document_id"].endswith("-2")


def test_keys_and_files_are_for_the_owner_alone(sealing: Hall) -> None:
    """Keys, staging and content are for the owner; nothing of them can be read by others."""
    sealing.press(sealing.waiting()[0])
    for name in ("keys", "staging", "content"):
        assert os.stat(sealing.folder / name).st_mode & 0o077 == 0, name
