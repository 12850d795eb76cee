"""Copies pressed by hand: printed with their code, pressed, scanned back, compared (R53, S167)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from tests.paper.scan_kit import (
    Glass,
    Touch,
    any_glass,
    codes_on,
    erase,
    kept,
    press,
    scanned,
    write,
)
from tests.paper.seal_kit import frozen_pdf
from tests.paper.test_compose import VALUES, every_template
from tests.paper.test_place_checks import filled
from workbench.paper.compose import compose
from workbench.paper.printed_copy import print_copy
from workbench.paper.scanned_copy import compare_copy
from workbench.rules.composed_documents import Composed
from workbench.rules.copy_comparison import (
    CopyComparison,
    CopyMark,
    control_code_fault,
    new_control_code,
)
from workbench.rules.refusals import Refusal

pytestmark = pytest.mark.long(40)
PLAIN = Glass()


@dataclass(frozen=True)
class Copy:
    """A frozen document and one copy of it for the printer."""

    frozen: Path
    printed: Path
    composed: Composed
    mark: CopyMark

    def scan(
        self, target: Path, *touches: tuple[int, Touch], glass: Glass = PLAIN, seed: int = 1,
        pressed: bool = True,
    ) -> Path:  # fmt: skip
        at = self.composed.seal_at
        assert at is not None
        done = list(touches)
        if pressed:
            done.append((at.page, press(at.x_mm + 2, at.y_mm - 1.5, tilt=8)))
        return kept(scanned(self.printed, done, glass, random.Random(seed)), target, glass)

    def compared(self, scan: Path) -> CopyComparison:
        assert self.composed.seal_at is not None
        return compare_copy(
            scan, self.frozen, [self.mark.control_code], self.composed.seal_at, 42.0
        )


def a_copy(
    folder: Path, name: str, changed: dict[str, str] | None = None, text: str = "测试值。"
) -> Copy:
    """``changed``: what is printed says something else than what was frozen."""
    folder.mkdir(exist_ok=True)
    template = dict(every_template())[name]
    values = filled(template, text)
    composed = compose(template, values, folder / "frozen.pdf")
    compose(template, values | (changed or {}), folder / "other.pdf")
    mark = CopyMark(new_control_code(), 2, 3, "duplicate", "青审批〔2026〕0007号")
    print_copy(folder / "other.pdf", mark, folder / "printed.pdf")
    return Copy(folder / "frozen.pdf", folder / "printed.pdf", composed, mark)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A document of one page."""
    made = a_copy(tmp_path_factory.mktemp("sheet"), "N11_granting_decision")
    assert made.composed.pages == 1
    return made


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A letter of several pages."""
    folder = tmp_path_factory.mktemp("letter")
    made = a_copy(folder, "N11_granting_decision", text="测试值。" * 60)
    assert made.composed.pages > 1
    return made


@pytest.fixture(scope="module")
def leaves(letter: Copy) -> list[Image.Image]:
    """Its pages, pressed and scanned."""
    at = letter.composed.seal_at
    assert at is not None
    seal = (at.page, press(at.x_mm, at.y_mm))
    return scanned(letter.printed, [seal], PLAIN, random.Random(1))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.remedy
    return caught.value.code


# -- the printed copy -----------------------------------------------------------------------------


def test_the_pages_stay_as_they_are_and_say_which_copy_it_is(sheet: Copy) -> None:
    with pymupdf.open(sheet.frozen) as frozen, pymupdf.open(sheet.printed) as printed:
        assert printed.page_count == frozen.page_count
        for before, after in zip(frozen, printed, strict=True):
            assert after.get_text().replace("\n", "").startswith(
                before.get_text().replace("\n", "")[:40]
            )
            assert len(after.get_image_info()) == len(before.get_image_info()) + 3
    assert codes_on(sheet.printed) == (sheet.mark.control_code,)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_and_cut_pages_carry_their_codes_upright(tmp_path: Path, turn: int) -> None:
    frozen = tmp_path / "f.pdf"
    with pymupdf.open() as document:
        for _page in range(2):
            page = document.new_page(width=595, height=842)
            page.insert_text((250, 400), "in the middle")
            page.set_cropbox(pymupdf.Rect(20, 30, 580, 830))
            page.set_rotation(turn)
        document.save(frozen)
    mark = CopyMark(new_control_code(), 1, 1, "original", "D-1")
    print_copy(frozen, mark, tmp_path / "p.pdf")
    with pymupdf.open(tmp_path / "p.pdf") as printed:
        for page in printed:
            boxes = [pymupdf.Rect(one["bbox"]) * page.rotation_matrix
                     for one in page.get_image_info()]  # fmt: skip
            assert all(page.rect.contains(one) for one in boxes)
    assert codes_on(tmp_path / "p.pdf") == (mark.control_code,)


def test_a_page_without_room_is_refused_by_name(tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "f.pdf", pages=1)
    with pymupdf.open(frozen) as document:
        document[0].insert_text((50, 780), "in the corner of the page")
        document.saveIncr()
    mark = CopyMark(new_control_code(), 1, 1, "original", "D-1")
    assert refused(lambda: print_copy(frozen, mark, tmp_path / "p.pdf")) == "copy_no_room"
    assert not (tmp_path / "p.pdf").exists()


def test_control_codes_are_known_by_their_check_letter() -> None:
    """Every wrong letter, and every two neighbours exchanged."""
    codes = [new_control_code() for _code in range(200)]
    assert len(set(codes)) == 200
    for code in codes[:10]:
        assert control_code_fault(code) is None
        places = [place for place, letter in enumerate(code[:11]) if letter != "-"]
        for place in places:
            for letter in set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") - {code[place]}:
                assert control_code_fault(code[:place] + letter + code[place + 1 :]) == "check"
        for left, right in pairwise(places):
            one, other = code[left], code[right]
            turned = code[:left] + other + code[left + 1 : right] + one + code[right + 1 :]
            assert control_code_fault(turned) == ("check" if one != other else None)
    for text in ("", "K7Q2M", "K7Q2M-9XD4T", "k7q2m-9xd4t-c", "K7Q2M-9XDIT-C"):
        assert control_code_fault(text) == "form"


# -- good scans -------------------------------------------------------------------------------


def test_good_scans_raise_no_alarm(
    tmp_path: Path, pytestconfig: pytest.Config, counted: Callable[[str, int], None]
) -> None:
    """Skewed, shifted, turned, grey, coarse, compressed: as a careful clerk makes them."""
    dice, rounds = random.Random(20261123), 100 if pytestconfig.getoption("--deep") else 3
    names = [name for name, one in every_template() if one.seal_kind]
    for number in range(rounds):
        made, glass = a_copy(tmp_path / f"c{number}", dice.choice(names)), any_glass(dice)
        scan = made.scan(tmp_path / f"{number}.pdf", glass=glass, seed=number)
        found = made.compared(scan)
        assert found.same, (number, glass, found)
        assert found.seal_off_mm < 4 and found.dpi > 145
    counted("good scans compared without an alarm", rounds)


@pytest.mark.parametrize("ending", [".pdf", ".tif", ".jpg", ".png"])
def test_every_kind_of_scan_is_read(sheet: Copy, tmp_path: Path, ending: str) -> None:
    scan = sheet.scan(tmp_path / f"scan{ending}")
    assert sheet.compared(scan).same


def test_pages_may_lie_in_any_order(
    letter: Copy, leaves: list[Image.Image], tmp_path: Path
) -> None:
    found = letter.compared(kept(leaves[::-1], tmp_path / "s.tif", PLAIN))
    assert found.same and found.pages == letter.composed.pages


# -- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "glass"),
    [({"issue_date": "2026年1月8日"}, Glass(dpi=150, skew=1.1, turn=90)),
     ({"organ_name": "青云区行政审议局"}, Glass(dpi=300, skew=-0.7)),
     ({"document_no": "青审批〔2026〕0001号"}, Glass(skew=0.3, quality=70))],
)  # fmt: skip
def test_one_changed_character_is_seen(
    tmp_path: Path, changed: dict[str, str], glass: Glass
) -> None:
    """A digit of the date under the seal, a digit of the number, a character of the organ."""
    made = a_copy(tmp_path / "c", "N11_granting_decision", changed)
    ((name, _value),) = changed.items()
    assert VALUES[name] != changed[name]
    found = made.compared(made.scan(tmp_path / "s.pdf", glass=glass))
    assert not found.same
    assert 1 <= len(found.differences) <= 8, found.differences


def test_writing_and_wiping_are_seen_where_they_are(sheet: Copy, tmp_path: Path) -> None:
    glass = Glass(skew=1.4, quality=65)
    written = sheet.compared(sheet.scan(tmp_path / "a.pdf", (1, write(120, 60)), glass=glass))
    (found,) = [one for one in written.differences if one.kind == "added"]
    assert abs(found.x_mm - 120) < 2 and abs(found.y_mm - 57) < 2
    with pymupdf.open(sheet.frozen) as frozen:
        line = next(pymupdf.Rect(one[:4]) for one in frozen[0].get_text("blocks")[3:])
    left, top, right, bottom = (edge * 25.4 / 72 for edge in line)
    wiped = erase(left - 1, top - 1, right - left + 2, bottom - top + 2)
    gone = sheet.compared(sheet.scan(tmp_path / "b.pdf", (1, wiped), glass=glass))
    assert any(one.kind == "missing" and abs(one.y_mm - top) < 4 for one in gone.differences)


def test_a_seal_that_is_missing_elsewhere_or_too_small_is_said(
    sheet: Copy, tmp_path: Path
) -> None:
    at = sheet.composed.seal_at
    assert at is not None
    bare = sheet.compared(sheet.scan(tmp_path / "a.pdf", pressed=False))
    assert bare.seal_at is None and not bare.same
    off = sheet.scan(tmp_path / "b.pdf", (1, press(at.x_mm - 30, at.y_mm)), pressed=False)
    found = sheet.compared(off)
    assert abs(found.seal_off_mm - 30) < 3 and not found.same
    small = sheet.scan(tmp_path / "c.pdf", (1, press(at.x_mm, at.y_mm, 30)), pressed=False)
    assert sheet.compared(small).seal_at is None


def test_other_papers_are_refused_by_what_they_are(
    sheet: Copy, letter: Copy, leaves: list[Image.Image], tmp_path: Path
) -> None:
    other = kept(leaves[:1], tmp_path / "other.pdf", PLAIN)
    assert refused(lambda: sheet.compared(other)) == "scan_of_no_copy"
    foreign = scanned(sheet.printed, [], PLAIN, random.Random(2))
    mixed = kept([leaves[0], *foreign], tmp_path / "mixed.pdf", PLAIN)
    assert refused(lambda: letter.compared(mixed)) == "scan_other_copy"
    assert refused(lambda: letter.compared(other)) == "scan_page_missing"
    twice = kept([leaves[0], leaves[0]], tmp_path / "twice.pdf", PLAIN)
    assert refused(lambda: letter.compared(twice)) == "scan_page_twice"
    covered = sheet.scan(tmp_path / "covered.pdf", (1, erase(10, 265, 25, 25)))
    assert refused(lambda: sheet.compared(covered)) == "scan_no_code"
    bare = frozen_pdf(tmp_path / "bare.pdf", pages=1)
    assert refused(lambda: sheet.compared(bare)) == "scan_no_code"
    coarse = sheet.scan(tmp_path / "coarse.jpg", glass=Glass(dpi=110, noise=0))
    assert refused(lambda: sheet.compared(coarse)) == "scan_too_coarse"


def test_what_is_no_scan_is_refused(sheet: Copy, tmp_path: Path) -> None:
    """From outside: cut off, not a picture, too large, not there."""
    whole = sheet.scan(tmp_path / "s.pdf").read_bytes()
    spoilt = {"cut.pdf": whole[: len(whole) // 2], "text.pdf": b"hello", "empty.png": b"",
              "bomb.png": b"\x89PNG\r\n\x1a\n" + bytes(4000)}  # fmt: skip
    for name, data in spoilt.items():
        (tmp_path / name).write_bytes(data)
        code = refused(lambda: sheet.compared(tmp_path / name))  # noqa: B023
        assert code in {"scan_unreadable", "scan_no_code", "scan_page_missing"}, (name, code)
    Image.new("1", (9500, 9500), 1).save(tmp_path / "wide.png")
    assert refused(lambda: sheet.compared(tmp_path / "wide.png")) == "scan_too_large"
    assert refused(lambda: sheet.compared(tmp_path / "none.pdf")) == "scan_unreadable"
