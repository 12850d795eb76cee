"""Suspending and resuming a seal by the real commands: who may, what is filed, what it stops."""

from __future__ import annotations

import pytest

from tests.journeys.hall import CUSTODIAN, HEAD, WINDOW, Hall
from workbench.rules.seal_custody import SealStatus

SEAL = "seal-approval"


def change(hall: Hall, verb: str, who: str, code: int = 0, seal: str = SEAL) -> str:
    said = hall.run("seal", verb, seal, "--reason", "the PIN was seen", "--as", who, code=code)
    return said.err if code else said.out


def test_a_suspended_seal_presses_nothing_until_its_organ_resumes_it(sealing: Hall) -> None:
    """R57: suspended, resumed, both filed with who, when and why; the request stays."""
    case_no, _other = sealing.waiting()
    assert "use suspended" in change(sealing, "suspend", CUSTODIAN)
    assert sealing.press(case_no, code=1).err.startswith("This seal is suspended.")
    assert "another post" in change(sealing, "resume", CUSTODIAN, code=1)
    change(sealing, "resume", HEAD)
    assert sealing.press(case_no).out.split()[-1] == "B-B"
    history = sealing.run("seal", "state", SEAL, "--as", WINDOW).lines
    assert history[0] == f"{SEAL}  in use"
    assert [line.split("  ")[2:] for line in history[1:]] == [
        ["use suspended", CUSTODIAN, "the PIN was seen"], ["in use", HEAD, "the PIN was seen"],
    ]  # fmt: skip
    sealing.check()


@pytest.mark.parametrize("who", [WINDOW, "sys.admin", "zhang.wei"])
def test_who_does_not_answer_for_the_seal_changes_nothing(hall: Hall, who: str) -> None:
    assert "another post" in change(hall, "suspend", who, code=1)
    assert hall.run("seal", "state", SEAL, "--as", who).lines == [f"{SEAL}  in use"]


def test_only_what_is_so_can_be_changed(hall: Hall) -> None:
    assert "“bring back into use” is not possible" in change(hall, "resume", "sec.admin", code=1)
    change(hall, "suspend", "sec.admin")
    assert "“suspend its use” is not possible" in change(hall, "suspend", "sec.admin", code=1)
    assert "has no seal missing" in change(hall, "suspend", HEAD, code=1, seal="missing")
    assert "has no seal missing" in hall.run("seal", "state", "missing", "--as", HEAD, code=1).err
    said = hall.run("seal", "resume", SEAL, "--reason", "  ", "--as", HEAD, code=1)
    assert said.err.startswith("The reason is missing.")
    assert len(hall.run("seal", "state", SEAL, "--as", HEAD).lines) == 2


def test_it_comes_back_to_the_state_that_was_interrupted(hall: Hall) -> None:
    """A seal kept for old cases only (S172) does not come back as a seal for all."""
    hall.sql("UPDATE seal SET status = 'active_for_legacy' WHERE seal_id = ?", SEAL)
    change(hall, "suspend", HEAD)
    change(hall, "resume", HEAD)
    with hall.session(HEAD) as room:
        (found,) = (one for one in room.seals() if one.seal_id == SEAL)
        assert found.status is SealStatus.ACTIVE_FOR_LEGACY


def test_a_second_seal_of_the_kind_is_not_brought_into_use(hall: Hall) -> None:
    """S166: one active seal a kind and organ."""
    change(hall, "suspend", HEAD)
    hall.sql(
        "INSERT INTO seal (seal_id, kind, organ_name, face_text, bottom_text, diameter_mm, status, "
        "valid_from, valid_to, certificate_sha256, sole) SELECT 'seal-new', kind, organ_name, "
        "face_text, bottom_text, diameter_mm, 'active', valid_from, valid_to, "
        "certificate_sha256, false FROM seal "
        "WHERE seal_id = ?", SEAL,
    )  # fmt: skip
    assert "seal-new of the same kind" in change(hall, "resume", HEAD, code=1)
    change(hall, "suspend", HEAD, seal="seal-new")
    assert "in use" in change(hall, "resume", HEAD)
