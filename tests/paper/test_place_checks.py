"""Where a seal may land (R54, R56): the checks before freezing and before the press."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pymupdf
import pytest
from PIL import Image

from tests.paper.seal_kit import MM, Bench, frozen_pdf, make_bench, poppler, press, red_box_mm
from tests.paper.test_compose import VALUES, every_template
from workbench.paper.compose import compose
from workbench.paper.keys import DigestSigner
from workbench.paper.place_checks import check_place, lines_of
from workbench.paper.pressing import PaperPress
from workbench.rules.catalogue import DocumentTemplate
from workbench.rules.catalogue_checks import used_names
from workbench.rules.composed_documents import refuse_unfit
from workbench.rules.moment import SystemClock
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Placement
from workbench.rules.seal_places import PLACE_FAULTS, refuse_misplaced

DATE = "2026年11月23日"
AXIS, BASE = 420.0, 600.0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("places"))


def letter(path: Path, body_at: float | None = 520.0, date: str = DATE, turn: int = 0,
           crop: tuple[float, float, float, float] | None = None) -> Path:  # fmt: skip
    """A page with a line of text, the organ's name and the date; y in points from the top."""
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        if body_at is not None:
            page.insert_text((90, body_at), "自2026年1月5日起生效。", fontname="china-s")
        for line, y in (("青云区行政审批局", BASE - 24), (date, BASE)):
            wide = pymupdf.get_text_length(line, fontname="china-s", fontsize=12)
            page.insert_text((AXIS - wide / 2, y), line, fontname="china-s", fontsize=12)
        if crop is not None:
            page.set_cropbox(pymupdf.Rect(*crop))
        page.set_rotation(turn)
        document.save(path)
    return path


def on_date(path: Path, right: float = 0.0, down: float = -8.0) -> Placement:
    """The seal's centre so many mm from the date as it is seen."""
    with pymupdf.open(path) as document:
        date = next(one for one in lines_of(document[0]) if one.text.startswith("2026年11月"))
    return Placement(1, date.middle[0] + right, date.middle[1] + down)


def filled(template: DocumentTemplate, text: str) -> dict[str, str]:
    signature = {one: VALUES[one] for one in ("organ_name", "issue_date")}
    return {one: VALUES.get(one, text) for one in used_names(template)} | signature


def test_long_texts_too_leave_the_seal_where_it_may_be(tmp_path: Path) -> None:
    """Short ones: ``test_compose``."""
    seen, text = 0, "测试值。" * 40
    for name, template in every_template():
        values = filled(template, text)
        made = compose(template, values, tmp_path / "made.pdf")
        assert made.place_faults == (), name
        seen += made.seal_at is not None
    assert seen > 20


@pytest.mark.parametrize(
    ("right", "down", "faults"),
    [
        (0.0, -8.0, ()),
        (0.0, 0.0, ()),
        (9.0, -8.0, ()),
        (12.0, -8.0, ("beside_date",)),
        (0.0, -17.0, ("beside_date",)),
        (0.0, 4.0, ("beside_date",)),
        (0.0, 25.0, ("beside_date", "far_below_text")),
    ],
)
def test_the_date_stands_in_the_lower_middle(
    tmp_path: Path, right: float, down: float, faults: tuple[str, ...]
) -> None:
    file = letter(tmp_path / "letter.pdf", body_at=550.0)
    assert check_place(file, on_date(file, right, down), 42, False) == faults


@pytest.mark.parametrize(("body_at", "faults"), [
    (540.0, ()), (505.0, ()), (420.0, ("far_below_text",)), (None, ("blank_page",)),
])  # fmt: skip
def test_the_seal_stands_close_below_a_text(
    tmp_path: Path, body_at: float | None, faults: tuple[str, ...]
) -> None:
    """The signature alone is no text: the last page must carry some of it (R56)."""
    file = letter(tmp_path / "letter.pdf", body_at=body_at)
    assert check_place(file, on_date(file), 42, False) == faults


def test_dates_in_full_width_and_chinese_numerals_are_found(tmp_path: Path) -> None:
    for written in ("２０２６年１１月２３日", "二〇二六年十一月二十三日", "2026 年 11 月 23 日"):
        file = letter(tmp_path / "letter.pdf", date=written)
        over = Placement(1, AXIS / MM, BASE / MM - 8)
        assert check_place(file, over, 42, False) == (), written
        assert check_place(file, replace(over, x_mm=60.0), 42, False) == ("beside_date",), written


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (60.0, 80.0, 560.0, 800.0)])
def test_turned_and_cut_pages_are_judged_as_they_are_seen(
    bench: Bench, tmp_path: Path, turn: int, crop: tuple[float, float, float, float] | None
) -> None:
    """What is said to be on the page is drawn there, whole, by both engines."""
    file = letter(tmp_path / "letter.pdf", turn=turn, crop=crop)
    with pymupdf.open(file) as document:
        seen = document[0].rect
    wide, high = seen.width / MM, seen.height / MM
    assert "off_page" in check_place(file, Placement(1, 20.9, high / 2), 42, False)
    assert "off_page" in check_place(file, Placement(1, wide - 20.9, high / 2), 42, False)
    assert "off_page" in check_place(file, Placement(1, wide / 2, high - 20.9), 42, False)
    at = on_date(file, 0.0, -4.0)
    middle = (at.x_mm, at.y_mm)
    assert "off_page" not in check_place(file, at, 42, False)
    sealed = press(bench, file, f"turn{turn}{bool(crop)}", at)
    with pymupdf.open(sealed) as document:
        document[0].get_pixmap(dpi=100).save(tmp_path / "mupdf.png")
    for png in (poppler(sealed, 1, 100, tmp_path / "poppler.png"), tmp_path / "mupdf.png"):
        left, top, right, bottom = red_box_mm(png, 100)
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(middle, abs=0.4)
        assert (right - left, bottom - top) == pytest.approx((42, 42), abs=0.6)


def test_a_date_in_a_table_is_not_the_signature(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_text((90, 300), "登记日期", fontname="china-s")
        page.insert_text((250, 300), DATE, fontname="china-s")
        document.save(tmp_path / "card.pdf")
    assert check_place(tmp_path / "card.pdf", Placement(1, 150, 200), 42, False) == ()


def test_a_page_that_is_empty_or_not_there_takes_no_seal(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page(width=595, height=842)
        document.save(tmp_path / "empty.pdf")
    assert check_place(tmp_path / "empty.pdf", Placement(1, 100, 100), 42, False) == ("blank_page",)
    two = frozen_pdf(tmp_path / "two.pdf")
    for page in (0, 3, -2):
        assert check_place(two, Placement(page, 100, 100), 42, False) == ("no_page",)


def test_a_scan_is_not_blank(tmp_path: Path) -> None:
    Image.new("RGB", (600, 800), "gray").save(tmp_path / "scan.png")
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_image(page.rect, filename=tmp_path / "scan.png")
        document.save(tmp_path / "scan.pdf")
    assert check_place(tmp_path / "scan.pdf", Placement(1, 100, 100), 42, False) == ()


def test_seal_and_seam_do_not_touch(tmp_path: Path) -> None:
    """Two pages have strips of 21 mm, thirty of 2.8 mm, in the middle of the right edge."""
    two, many = frozen_pdf(tmp_path / "two.pdf"), frozen_pdf(tmp_path / "many.pdf", pages=30)
    near = Placement(-1, 170, 150)
    assert check_place(two, near, 42, True) == ("touches_seam",)
    assert check_place(two, replace(near, y_mm=200), 42, True) == ()
    assert check_place(many, near, 42, True) == ()
    assert check_place(two, near, 42, False) == ()


def test_a_misplaced_seal_stops_the_freezing_and_the_press(bench: Bench, tmp_path: Path) -> None:
    file = letter(tmp_path / "letter.pdf")
    at = on_date(file, 15.0)
    worker = PaperPress(bench.trust, (), None)
    worker.key = cast(DigestSigner, SimpleNamespace(certificate_der=b""))
    staging = tmp_path / "staging.pdf"
    with pytest.raises(Refusal, match="lower middle") as refused:
        worker.prepare(file, bench.seal, at, staging, SystemClock().now(), seam=False, serial=1)
    assert refused.value.code == "seal_misplaced"
    assert not staging.exists()
    name, template = next(one for one in every_template() if one[0] == "N11_granting_decision")
    assert template.placement is not None, name
    moved = replace(template, placement=replace(template.placement, shift_x_mm=-40.0))
    with pytest.raises(Refusal, match="lower middle"):
        refuse_unfit(compose(moved, filled(template, "测试"), tmp_path / "moved.pdf"))


def test_every_reason_has_its_words() -> None:
    for code in PLACE_FAULTS:
        with pytest.raises(Refusal) as refused:
            refuse_misplaced((code,))
        assert PLACE_FAULTS[code] in refused.value.message
    refuse_misplaced(())
