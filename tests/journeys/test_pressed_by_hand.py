"""I05: a title certificate carries the registration seal, which is of metal: pressed by hand.

From freezing to the archive by command line, with copies that are printed, pressed (drawn, because
paper cannot be had here) and scanned back. Domain 2.4 a, R44, R53, S167.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.journeys.hall import ARCHIVIST, CLERK, Hall
from tests.paper.scan_kit import Glass, Touch, kept, press, scanned, write
from workbench.rules.case import State as S

pytestmark = pytest.mark.long(25)
OFFICER = "chen.jing"
LINE = re.compile(r"No\. (\d+)  (\d)  (\w+)  ([0-9A-Z-]{13})  (.+)")


@pytest.fixture
def waiting(hall: Hall) -> str:
    """A title certificate that was asked for in one original and one duplicate."""
    case_no = hall.granted("I05", "real_estate")
    hall.forward()
    hall.run("freeze", case_no, "--originals", 1, "--duplicates", 1, "--as", OFFICER)
    return case_no


def copies(hall: Hall, verb: str, case_no: str, *words: object, code: int = 0) -> list[str]:
    hall.forward()
    said = hall.run("copies", verb, case_no, *words, "--as", hall.keeper(), code=code)
    return said.lines if code == 0 else [*said.lines, said.err]


def scan_of(hall: Hall, case_no: str, printed: Path, *touches: Touch) -> Path:
    """A scan of that printed copy, with the seal where the document wants it."""
    with hall.session(hall.keeper()) as room:
        task = next(one for one in room.seal_queue() if one.case.case_no == case_no)
    at = task.placement
    assert at is not None
    seal = press(at.x_mm + 1, at.y_mm - 2, 45 if task.diameter_mm > 42 else 42, tilt=4)
    done = [(at.page, one) for one in (seal, *touches)]
    glass = Glass(skew=0.8)
    pages = scanned(printed, done, glass, random.Random(5))
    return kept(pages, printed.with_name(f"scan-{printed.name}"), glass)


def test_a_title_certificate_is_pressed_by_hand_and_goes_its_way(
    hall: Hall, waiting: str, tmp_path: Path
) -> None:
    assert hall.press(waiting, code=1).err.startswith("The seal seal-registration has no key")
    numbered = [LINE.fullmatch(line) for line in copies(hall, "number", waiting)]
    assert [(m[2], m[3], m[5]) for m in numbered if m] == [
        ("1", "original", "to be printed"), ("2", "duplicate", "to be printed"),
    ]  # fmt: skip
    printed = [Path(line) for line in copies(hall, "print", waiting, "--out", tmp_path)]
    assert len(printed) == 2 and copies(hall, "print", waiting, "--out", tmp_path) == []
    early = copies(hall, "register", waiting, code=1)
    assert "has been scanned back" in early[-1]
    scans = [scan_of(hall, waiting, one) for one in printed]
    filed = copies(hall, "scan", waiting, *scans)
    assert [line.endswith("scanned back") for line in filed] == [True, True]
    assert copies(hall, "register", waiting) == [f"{waiting}  awaiting issue"]
    register = hall.ledger()
    assert [(one["state"], one["manner"], one["copy_kind"]) for one in register] == [
        ("RELEASED", "physical", "original"), ("RELEASED", "physical", "duplicate"),
    ]  # fmt: skip
    assert len({one["control_code"] for one in register}) == 2
    window = tmp_path / "document.pdf"
    hall.run("document", waiting, "--as", CLERK, "--out", window)
    assert window.read_bytes() == scans[0].read_bytes(), "the window sees the scan"
    hall.handed_over(waiting)
    hall.run("archive", waiting, "--as", ARCHIVIST)
    assert hall.path(waiting)[-1] == ("archive", ARCHIVIST, S.ARCHIVED)
    hall.check()


def test_a_copy_that_was_written_on_is_not_filed_without_words(
    hall: Hall, waiting: str, tmp_path: Path
) -> None:
    copies(hall, "number", waiting)
    printed = [Path(line) for line in copies(hall, "print", waiting, "--out", tmp_path)]
    changed = scan_of(hall, waiting, printed[0], write(60, 40))
    said = copies(hall, "scan", waiting, changed, code=1)
    assert "added at" in said[0] and "is not filed" in said[1]
    assert [one["state"] for one in hall.ledger()] == ["PREPARED", "PREPARED"]
    (filed,) = copies(hall, "scan", waiting, changed, "--note", "收件人签名")[1:]
    assert filed.endswith("scanned back")
    again = copies(hall, "scan", waiting, changed, code=1)
    assert "no copy of" in again[-1], "filed already"


def test_a_spoiled_copy_and_a_request_that_is_returned(
    hall: Hall, waiting: str, tmp_path: Path
) -> None:
    """T24 waits until every numbered copy is called back."""
    first, second = (LINE.fullmatch(line) for line in copies(hall, "number", waiting))
    assert first and second
    copies(hall, "print", waiting, "--out", tmp_path)
    (spoiled,) = copies(hall, "spoil", waiting, second[1], "--reason", "torn")
    assert spoiled.endswith("spoiled (Torn or soiled)")
    assert "no copy No. 99" in copies(hall, "spoil", waiting, 99, "--reason", "torn", code=1)[-1]
    assert len(copies(hall, "number", waiting)) == 2
    assert len(copies(hall, "list", waiting)) == 3, "the spoiled one stays to be seen"
    move = ("move", waiting, "return_stamping", "--field", "reason=layout", "--entry",
            'stamping_return={"reason":"layout","note":"x"}')  # fmt: skip
    refused = hall.run(*move, "--as", hall.keeper(), code=1)
    assert "numbered or printed" in refused.err
    for line in copies(hall, "list", waiting):
        found = LINE.fullmatch(line)
        assert found
        if not found[5].startswith("spoiled"):
            copies(hall, "spoil", waiting, found[1], "--reason", "recalled")
    hall.run(*move, "--as", hall.keeper())
    assert {one["state"] for one in hall.ledger()} == {"VOID"}
    hall.check()


def test_where_a_key_seals_nothing_is_numbered(hall: Hall) -> None:
    case_no = hall.frozen()
    said = hall.run("copies", "number", case_no, "--as", hall.keeper(), code=1)
    assert "is sealed with a key" in said.err
