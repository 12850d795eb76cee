"""Millimetres on the screen are millimetres on the page, however the page is turned or cut."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from tests.paper.seal_kit import (
    MM,
    Bench,
    frozen_pdf,
    make_bench,
    poppler,
    press,
    red_box_mm,
    said,
)
from workbench.paper.seal_art import draw_seal, preview_png
from workbench.paper.seal_placement import PageFrame, frame_of, resolve_anchor, seal_rectangle
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import AnchorPlacement, PageRule, Placement

DPI = 300


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("placement"))


def upright_likeness(bench: Bench, png: Path, left: float, top: float) -> float:
    """Mean difference (0 to 255) between the page and the seal as drawn, at the same place."""
    art = draw_seal(bench.seal.face_text, bench.seal.bottom_text, bench.seal.diameter_mm)
    side = round(42 / 25.4 * DPI)
    target = bench.folder / "preview.png"
    target.write_bytes(preview_png(art))
    drawn = Image.new("RGB", (side, side), "white")
    seal = Image.open(target).resize((side, side))
    drawn.paste(seal, (0, 0), seal)
    corner = (round(left / 25.4 * DPI), round(top / 25.4 * DPI))
    page = Image.open(png).convert("RGB").crop((*corner, corner[0] + side, corner[1] + side))
    grey = ImageChops.difference(page, drawn).convert("L").histogram()
    return sum(level * count for level, count in enumerate(grey)) / (side * side)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40.0, 60.0, 560.0, 800.0)])
def test_poppler_sees_42_mm_upright_where_it_was_asked(
    bench: Bench, tmp_path: Path, turn: int, crop: tuple[float, float, float, float] | None
) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf", rotate=turn, crop=crop)
    name = f"turn{turn}{'c' if crop else ''}"
    sealed = press(bench, frozen, name, Placement(-1, 70.0, 95.5))
    png = poppler(sealed, 2, DPI, tmp_path / "page.png")
    left, top, right, bottom = red_box_mm(png, DPI)
    assert right - left == pytest.approx(42, abs=0.3)
    assert bottom - top == pytest.approx(42, abs=0.3)
    assert (left + right) / 2 == pytest.approx(70.0, abs=0.3)
    assert (top + bottom) / 2 == pytest.approx(95.5, abs=0.3)
    assert upright_likeness(bench, png, left, top) < 12


def test_pdfium_and_mupdf_agree_with_poppler(bench: Bench, tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf", pages=1, rotate=90, crop=(10, 20, 500, 700))
    sealed = press(bench, frozen, "others", Placement(1, 100.0, 60.0))
    with pymupdf.open(sealed) as document:
        document[0].get_pixmap(dpi=DPI).save(tmp_path / "mupdf.png")
    document = pypdfium2.PdfDocument(sealed)
    document.init_forms()
    document[0].render(scale=DPI / 72, may_draw_forms=True).to_pil().save(tmp_path / "pdfium.png")
    document.close()
    for name in ("mupdf.png", "pdfium.png"):
        left, top, right, bottom = red_box_mm(tmp_path / name, DPI)
        assert (left + right) / 2 == pytest.approx(100.0, abs=0.3), name
        assert (top + bottom) / 2 == pytest.approx(60.0, abs=0.3), name
        assert right - left == pytest.approx(42, abs=0.3), name


def test_at_100_dpi_the_page_changes_within_the_circle_and_nowhere_else(
    bench: Bench, tmp_path: Path
) -> None:
    """Rendered before and after the press by poppler and MuPDF, and compared pixel by pixel."""
    frozen = frozen_pdf(tmp_path / "frozen.pdf", pages=1)
    sealed = press(bench, frozen, "compared", Placement(1, 70.0, 95.5))
    for engine in ("poppler", "mupdf"):
        pages = []
        for file in (frozen, sealed):
            png = tmp_path / f"{engine}-{file.stem}.png"
            if engine == "poppler":
                poppler(file, 1, 100, png)
            else:
                said("mutool", "draw", "-r", "100", "-o", png, file, "1")
            pages.append(Image.open(png).convert("RGB"))
        # A page with a blended seal may be smoothed by a shade more elsewhere; nobody sees it.
        changed = ImageChops.difference(*pages).convert("L").point([0] * 17 + [255] * 239)
        box = changed.getbbox()
        assert box is not None, engine
        left, top, right, bottom = (edge / 100 * 25.4 for edge in box)
        assert (left, right) == pytest.approx((70 - 21, 70 + 21), abs=0.6), engine
        assert (top, bottom) == pytest.approx((95.5 - 21, 95.5 + 21), abs=0.6), engine


def test_45_mm_seal_measures_45_mm(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, diameter=45)
    sealed = press(bench, frozen_pdf(tmp_path / "f.pdf"), "large", Placement(1, 100, 150))
    left, top, right, bottom = red_box_mm(poppler(sealed, 1, DPI, tmp_path / "p.png"), DPI)
    assert right - left == pytest.approx(45, abs=0.3)
    assert bottom - top == pytest.approx(45, abs=0.3)


@pytest.mark.parametrize("engine", ["poppler", "mupdf"])
def test_black_text_stays_black_under_the_seal(bench: Bench, tmp_path: Path, engine: str) -> None:
    frozen = tmp_path / "black.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_text((100, 700), "text")
        page.draw_rect(pymupdf.Rect(290, 390, 310, 410), fill=(0, 0, 0))
        document.save(frozen)
    middle = Placement(1, 300 / MM, 400 / MM)
    sealed = press(bench, frozen, f"black-{engine}", middle)
    png = tmp_path / "page.png"
    if engine == "poppler":
        poppler(sealed, 1, 144, png)
    else:
        with pymupdf.open(sealed) as document:
            document[0].get_pixmap(dpi=144).save(png)
    picture = Image.open(png).convert("RGB")
    under_star = picture.getpixel((600, 800))
    beside = picture.getpixel((600, 772))
    assert isinstance(under_star, tuple) and max(under_star) < 30, "the star hides the print"
    assert isinstance(beside, tuple)
    assert beside == pytest.approx((214, 16, 24), abs=3), "the star is red beside it"


@pytest.mark.parametrize(("x", "y"), [(20, 100), (100, 20.9), (195, 100), (100, 290)])
def test_seal_over_the_edge_is_refused(bench: Bench, tmp_path: Path, x: float, y: float) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf")
    with pytest.raises(Refusal) as refused:
        press(bench, frozen, f"edge{x}-{y}", Placement(1, x, y))
    assert refused.value.code == "seal_off_page"
    assert not (bench.folder / f"edge{x}-{y}.staging").exists()


@pytest.mark.parametrize("page", [0, 3, -2])
def test_page_that_is_not_there_is_refused(bench: Bench, tmp_path: Path, page: int) -> None:
    with pytest.raises(Refusal) as refused:
        press(bench, frozen_pdf(tmp_path / "f.pdf"), f"page{page}", Placement(page, 100, 100))
    assert refused.value.code == "no_such_page"


def test_large_unit_pages_keep_millimetres() -> None:
    frame = PageFrame(0, 0, 300, 400, 0, user_unit=2.0)
    assert frame.size_mm == pytest.approx((600 / MM, 800 / MM))
    x0, y0, x1, y1 = seal_rectangle(frame, Placement(1, 100, 100), 42)
    assert (x1 - x0) * 2 / MM == pytest.approx(42)
    assert (x0 + x1) / 2 * 2 / MM == pytest.approx(100)
    assert (400 - (y0 + y1) / 2) * 2 / MM == pytest.approx(100)


def test_frame_is_inherited_and_cut_to_the_sheet(tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf", pages=1)
    with pikepdf.open(frozen) as document:
        page = document.pages[0].obj
        del page["/MediaBox"]
        del page["/Rotate"]
        document.Root.Pages["/MediaBox"] = [0, 0, 595, 842]
        document.Root.Pages["/Rotate"] = -90
        page["/CropBox"] = [-50, 700, 300, 20]
        frame = frame_of(page)
    assert (frame.x0, frame.y0, frame.x1, frame.y1, frame.turn) == (0, 20, 300, 700, 270)


def anchored(path: Path, lines: list[str], pages: int = 2, turn: int = 0) -> Path:
    with pymupdf.open() as document:
        for _number in range(pages):
            page = document.new_page(width=595, height=842)
            for index, line in enumerate(lines):
                page.insert_text((300, 500 + 40 * index), line, fontname="china-s", fontsize=12)
            page.set_rotation(turn)
        document.save(path)
    return path


@pytest.mark.parametrize("needle", ["(盖章)", "（盖章）", "（ 盖 章 ）"])
def test_anchor_is_found_in_either_bracket(tmp_path: Path, needle: str) -> None:
    frozen = anchored(tmp_path / "a.pdf", ["准予许可", "（盖章）"])
    where = resolve_anchor(str(frozen), AnchorPlacement(needle, PageRule.LAST_PAGE, 5.0, -3.0))
    assert where.page == 2
    assert where.x_mm == pytest.approx((300 + 24) / MM + 5.0, abs=2.5)
    assert where.y_mm == pytest.approx(536 / MM - 3.0, abs=2.5)


def test_anchor_on_a_turned_page_is_where_it_is_seen(tmp_path: Path) -> None:
    straight = resolve_anchor(
        str(anchored(tmp_path / "a.pdf", ["盖章处"])),
        AnchorPlacement("盖章处", PageRule.FIRST_PAGE, 0, 0),
    )
    turned = resolve_anchor(
        str(anchored(tmp_path / "b.pdf", ["盖章处"], turn=90)),
        AnchorPlacement("盖章处", PageRule.FIRST_PAGE, 0, 0),
    )
    assert turned.x_mm == pytest.approx(842 / MM - straight.y_mm, abs=0.1)
    assert turned.y_mm == pytest.approx(straight.x_mm, abs=0.1)


def test_anchor_that_stands_twice_is_refused(tmp_path: Path) -> None:
    frozen = anchored(tmp_path / "a.pdf", ["（盖章）", "(盖章)"])
    with pytest.raises(Refusal) as refused:
        resolve_anchor(str(frozen), AnchorPlacement("(盖章)", PageRule.LAST_PAGE, 0, 0))
    assert refused.value.code == "anchor_ambiguous"


def test_anchor_that_is_missing_is_refused(tmp_path: Path) -> None:
    frozen = anchored(tmp_path / "a.pdf", ["准予许可"])
    with pytest.raises(Refusal) as refused:
        resolve_anchor(str(frozen), AnchorPlacement("(盖章)", PageRule.LAST_WITH_TEXT, 0, 0))
    assert refused.value.code == "anchor_missing"


def test_anchored_seal_lands_on_the_text(bench: Bench, tmp_path: Path) -> None:
    frozen = anchored(tmp_path / "a.pdf", ["二〇二六年十一月二十二日"], pages=1)
    anchor = AnchorPlacement("二〇二六年十一月二十二日", PageRule.LAST_PAGE, 0, 0)
    sealed = press(bench, frozen, "anchored", anchor)
    where = resolve_anchor(str(frozen), anchor)
    left, top, right, bottom = red_box_mm(poppler(sealed, 1, 150, tmp_path / "p.png"), 150)
    assert (left + right) / 2 == pytest.approx(where.x_mm, abs=0.4)
    assert (top + bottom) / 2 == pytest.approx(where.y_mm, abs=0.4)
