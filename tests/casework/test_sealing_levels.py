"""What a seal can prove later: its level with a timestamp server, without, and with one that lies.

Decision note 027: away lowers the level or stops the press, as the seal's policy says; lying stops
it always.
"""

from __future__ import annotations

import pytest

from tests.casework.press_kit import (
    SEAL,
    desk,
    documents,
    know,
    nothing_pressed,
    revoke_seal,
    tried,
    void_reasons,
)
from tests.journeys.hall import Hall, run
from tests.paper.seal_kit import nss_folder, pdfsig, said
from tests.paper.timestamp_authority import LIES, Authority
from workbench.rules.seal_preflight import PreflightLine
from workbench.seal_pipe import SealWorker

pytestmark = pytest.mark.long(14)


def needs_timestamp(hall: Hall) -> None:
    hall.sql("UPDATE seal SET needs_timestamp = 1 WHERE seal_id = ?", SEAL)


def level(hall: Hall) -> str:
    """Of the newest press, as the register of use shows it."""
    line = hall.ledger()[-1]
    assert line["state"] == "RELEASED"
    return str(line["level"])


def lines(worker: SealWorker) -> dict[str, PreflightLine]:
    return {one.code: one for one in worker.preflight(SEAL)}


def test_with_lists_and_a_timestamp_all_proofs_are_in_the_signed_revision(
    sealing: Hall, authority: Authority, tmp_path: object
) -> None:
    """B-LT in one revision: every outside tool still calls the whole file signed (S059)."""
    case_no, _other = sealing.waiting()
    with authority.answering() as url:
        know(sealing, authority, url)
        assert sealing.press(case_no).out.split()[-1] == "B-LT"
    assert level(sealing) == "B-LT"
    sealed = sealing.stored(sealing.ledger()[-1]["sha256_after"])
    (found,) = run("verify", sealed, "--centre", sealing.url, "--json").records
    assert found["verdict"] == "sealed-intact"
    assert found["seals"][0]["level"] == "B-LT"
    assert sealed.read_bytes().count(b"%%EOF") == 2, "the approved revision, and the sealed one"
    ca = (sealing.folder / "keys" / "authority-ca.pem").read_text(encoding="ascii")
    text = pdfsig(sealed, nss_folder(sealing.folder / "nss", ca))
    assert "Total document signed" in text
    assert "Certificate Validation: Certificate is Trusted." in text
    assert "unchanged since signing" in said("mutool", "sign", "-v", sealed)
    sealing.check()


def test_a_server_that_is_away_lowers_the_level_where_the_policy_allows_it(
    sealing: Hall, authority: Authority
) -> None:
    first, other = sealing.waiting()
    know(sealing, authority, "http://127.0.0.1:9/tsa")
    needs_timestamp(sealing)
    refused = sealing.press(first, code=3)
    assert refused.err.startswith("The timestamp server does not answer or refuses.")
    assert void_reasons(sealing) == ["timestamp_unreachable"]
    nothing_pressed(sealing)
    sealing.sql("UPDATE seal SET needs_timestamp = 0 WHERE seal_id = ?", SEAL)
    assert sealing.press(first).out.split()[-1] == "B-B"
    assert level(sealing) == "B-B"
    with authority.answering() as url:  # it is back, and its own list is not at hand
        know(sealing, authority, url)
        (sealing.folder / "keys" / "timestamp-test.crl").unlink()
        assert sealing.press(other).out.split()[-1] == "B-T"


def test_without_a_server_a_seal_that_needs_one_is_not_pressed(sealing: Hall) -> None:
    needs_timestamp(sealing)
    assert "no server is set" in sealing.press(sealing.waiting()[0], code=3).err
    assert void_reasons(sealing) == ["timestamp_needed"]
    nothing_pressed(sealing)


def test_a_server_that_lies_stops_the_press_whatever_the_policy_is(
    sealing: Hall, authority: Authority
) -> None:
    """The key has signed and is counted; the signature goes nowhere."""
    document, _other = documents(sealing)
    for lie in LIES:
        with authority.answering(lie) as url:
            know(sealing, authority, url)
            with desk(sealing) as worker:
                assert tried(worker, document, sealing.pin) == "timestamp_untrue", LIES[lie]
    assert void_reasons(sealing) == ["timestamp_untrue"] * len(LIES)
    nothing_pressed(sealing)
    know(sealing, authority)
    with desk(sealing) as worker:
        assert tried(worker, document, sealing.pin) == ""
    calls = sealing.sql("SELECT calls FROM token_use WHERE seal_id = ?", SEAL)
    assert calls == [(len(LIES) + 1,)]
    sealing.check()


# -- the look before the first press ---------------------------------------------------------------


def test_all_is_well_before_the_first_press(sealing: Hall, authority: Authority) -> None:
    with authority.answering() as url:
        know(sealing, authority, url)
        with desk(sealing) as worker:
            found = lines(worker)
    assert list(found) == ["key", "counter", "revocation", "timestamp", "clock", "staging"]
    wrong = {code: one for code, one in found.items() if one.passed is False}
    assert wrong == {}
    assert all(one.text for one in found.values())


def test_each_fault_is_found_before_a_pin_is_asked_and_says_what_to_do(
    sealing: Hall, authority: Authority
) -> None:
    key = sealing.folder / "keys" / f"{SEAL}.p12"
    key.rename(key.with_suffix(".away"))
    revoke_seal(sealing)
    needs_timestamp(sealing)
    know(sealing, authority, "http://127.0.0.1:9/tsa")
    with desk(sealing) as worker:
        found = lines(worker)
        for code in ("key", "revocation", "timestamp"):
            assert found[code].passed is False and found[code].remedy, code
        (sealing.folder / "staging").chmod(0o755)
        # The folder is mended by whoever opens it next; what is not ours to mend is named.
        assert lines(worker)["staging"].passed is not False
    assert sealing.ledger() == []


def test_a_timestamp_server_whose_clock_is_off_is_named(
    sealing: Hall, authority: Authority
) -> None:
    with authority.answering("clock") as url:
        know(sealing, authority, url)
        with desk(sealing) as worker:
            line = lines(worker)["timestamp"]
    assert line.passed is False
    assert "differ by" in line.text and line.remedy
