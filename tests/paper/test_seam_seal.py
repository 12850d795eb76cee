"""The seam seal: strips that make one seal again, on pages of every kind, in one revision."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.paper.seal_kit import (
    PIN,
    Bench,
    frozen_pdf,
    make_bench,
    nss_folder,
    open_key,
    pdfsig,
    poppler,
    said,
)
from workbench.paper import sign
from workbench.paper.prepress import check_clean
from workbench.paper.seal_art import draw_seal, preview_png
from workbench.paper.seam_seal import MOST_PAGES, strips
from workbench.rules.seal_custody import Placement, SealVerdict

DPI = 100
HERE = Placement(-1, 80, 150)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("seam"))


def sealed(bench: Bench, frozen: Path, folder: Path) -> Path:
    """Pressed with a seam, all three steps."""
    target = folder / "sealed.pdf"
    with open_key(Path(bench.made.p12_path), PIN) as key:
        prepared = sign.prepare(
            frozen, bench.seal, HERE, folder / "part", bench.now, seam=True
        )
        sign.fill(prepared, sign.sign_digest(key, prepared.digest), target)
    return target


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=900, max_value=1100))
def test_every_page_has_a_strip_and_every_group_one_whole_seal(pages: int, size: int) -> None:
    found = strips(pages, size)
    assert [one.page for one in found] == list(range(pages if pages > 1 else 0))
    begin = [at for at, one in enumerate(found) if one.first == 0]
    assert bool(begin) == bool(found)
    for at, after in pairwise([*begin, len(found)]):
        group = found[at:after]
        assert 2 <= len(group) <= MOST_PAGES
        assert group[-1].last == size
        assert all(one.last == two.first for one, two in pairwise(group))
        wide = [one.last - one.first for one in group]
        assert max(wide) - min(wide) <= 1, "leftover pixels are shared"


def fitted(png: Path, wanted: Image.Image) -> Image.Image:
    """The strip of that size at the page's right edge; a page is no whole number of pixels, so one
    pixel to either side is tried."""
    page = Image.open(png).convert("RGB")
    wide, high = wanted.size
    top = round((page.height - high) / 2)
    found = [
        page.crop((page.width - wide + dx, top + dy, page.width + dx, top + high + dy))
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    ]
    return min(found, key=lambda one: distance(one, wanted))


def mupdf(path: Path, page: int, target: Path) -> Path:
    said("mutool", "draw", "-r", str(DPI), "-o", target, path, str(page))
    return target


def whole(bench: Bench) -> Image.Image:
    """The seal as it is drawn, at the same resolution, on white."""
    art = draw_seal(bench.seal.face_text, bench.seal.bottom_text, bench.seal.diameter_mm)
    side = round(42 / 25.4 * DPI)
    seal = Image.open(io.BytesIO(preview_png(art))).resize((side, side), Image.Resampling.BOX)
    paper = Image.new("RGB", (side, side), "white")
    paper.paste(seal, (0, 0), seal)
    return paper


def distance(one: Image.Image, two: Image.Image) -> float:
    """Mean difference, 0 to 255."""
    grey = ImageChops.difference(one, two).convert("L").histogram()
    return sum(level * count for level, count in enumerate(grey)) / (one.width * one.height)


@pytest.mark.parametrize("pages", [2, 5, 7])
@pytest.mark.parametrize("renderer", [poppler, mupdf], ids=["poppler", "mupdf"])
def test_the_strips_make_the_whole_seal_again(
    bench: Bench, tmp_path: Path, pages: int, renderer: object
) -> None:
    file = sealed(bench, frozen_pdf(tmp_path / "frozen.pdf", pages=pages), tmp_path)
    seal = whole(bench)
    size_px = draw_seal(bench.seal.face_text, bench.seal.bottom_text, 42).size_px
    again = Image.new("RGB", seal.size, "white")
    for strip in strips(pages, size_px):
        name = tmp_path / f"{strip.page}.png"
        if renderer is poppler:
            poppler(file, strip.page + 1, DPI, name)
        else:
            mupdf(file, strip.page + 1, name)
        left, right = (round(one / size_px * seal.width) for one in (strip.first, strip.last))
        again.paste(fitted(name, seal.crop((left, 0, right, seal.height))), (left, 0))
    assert distance(again, seal) < distance(Image.new("RGB", seal.size, "white"), seal) / 3
    shifted = ImageChops.offset(again, 4, 0)
    assert distance(again, seal) < distance(shifted, seal) / 1.5


def red_columns(png: Path) -> tuple[int, int, int]:
    """First and last column with clear red from the right edge of the page, and its width."""
    red, green, _blue = Image.open(png).convert("RGB").split()
    strength = ImageChops.subtract(red, green).point([0] * 100 + [255] * 156)
    box = strength.crop((strength.width // 2, 0, strength.width, strength.height)).getbbox()
    assert box is not None, "no strip on the page"
    half = strength.width - strength.width // 2
    return half - box[2], half - box[0], strength.width


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40.0, 60.0, 560.0, 800.0)])
def test_the_strip_is_at_the_right_edge_that_is_seen(
    bench: Bench, tmp_path: Path, turn: int, crop: tuple[float, float, float, float] | None
) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf", pages=3, rotate=turn, crop=crop)
    file = sealed(bench, frozen, tmp_path)
    for page in (1, 2):
        begin, end, _wide = red_columns(poppler(file, page, DPI, tmp_path / f"{page}.png"))
        assert begin <= 2
        assert end == pytest.approx(42 / 3 / 25.4 * DPI, abs=2)


def test_pages_that_share_and_inherit_their_resources_keep_what_they_show(
    bench: Bench, tmp_path: Path
) -> None:
    """Resources on the tree, contents as a list, an unbalanced q, mixed sizes."""
    frozen = tmp_path / "frozen.pdf"
    with pikepdf.open(frozen_pdf(tmp_path / "plain.pdf", pages=3)) as document:
        first = document.pages[0].obj
        document.Root.Pages.Resources = document.make_indirect(
            pikepdf.Dictionary(dict(first.Resources))
        )
        for page in document.pages:
            page.contents_coalesce()
            page.contents_add(b"q 0.5 0 0 0.5 0 0 cm", prepend=True)
            del page.obj["/Resources"]
        document.pages[1].obj.MediaBox = pikepdf.Array([0, 0, 842, 1191])
        document.save(frozen)
    assert check_clean(frozen) == ()
    file = sealed(bench, frozen, tmp_path)
    with pymupdf.open(frozen) as before, pymupdf.open(file) as after:
        for one, two in zip(before, after, strict=True):
            assert one.get_text() == two.get_text()
            assert "Granted" in two.get_text()
    for page in (1, 2, 3):
        begin, end, _wide = red_columns(poppler(file, page, DPI, tmp_path / f"{page}.png"))
        assert begin <= 2
        if page < 3:
            assert end == pytest.approx(42 / 3 / 25.4 * DPI, abs=2)


def test_every_judge_calls_it_whole_and_unchanged(bench: Bench, tmp_path: Path) -> None:
    """Seal design section 3, way A: the only one of four that all of them accept."""
    file = sealed(bench, frozen_pdf(tmp_path / "frozen.pdf", pages=23), tmp_path)
    assert bench.judge(file.read_bytes()).verdict is SealVerdict.SEALED_INTACT
    text = pdfsig(file, nss_folder(tmp_path / "nss", bench.made.ca_pem))
    assert "Signature is Valid" in text
    assert "Total document signed" in text
    assert "unchanged" in said("mutool", "sign", "-v", file, needs=None)
    assert "No syntax or stream encoding errors" in said("qpdf", "--check", file)
    assert sign.is_prefix(tmp_path / "frozen.pdf", file)


def test_a_single_page_has_no_seam(bench: Bench, tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf", pages=1)
    file = sealed(bench, frozen, tmp_path)
    assert b"/Seam0" not in file.read_bytes()[frozen.stat().st_size :]
