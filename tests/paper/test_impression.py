"""The organ's filed impression: read, cleaned, true to the millimetre; what is none is refused."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.paper.seal_kit import poppler, red_box_mm
from workbench.paper.impression import FAULTS, read_impression
from workbench.paper.ruler_page import ruler_page
from workbench.paper.seal_art import draw_seal, filed_seal, preview_png
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import DEMO_BOTTOM_TEXT, DEMO_RING_TEXT

MM = 42


def stamped(dpi: int = 600, paper: int = 250, margin: int = 90) -> Image.Image:
    """A seal pressed on paper that is not quite white, scanned with some noise."""
    art = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, MM)
    side = round(MM / 25.4 * dpi)
    seal = Image.open(io.BytesIO(preview_png(art))).resize((side, side))
    page = Image.new("RGB", (side + 2 * margin, side + 2 * margin), (paper, paper, paper - 6))
    page.paste(seal, (margin, margin), seal)
    noise = Image.frombytes("L", page.size, random.Random(1).randbytes(page.width * page.height))
    grain = noise.point([level // 24 for level in range(256)])
    return ImageChops.subtract(page, Image.merge("RGB", (grain,) * 3)).filter(
        ImageFilter.GaussianBlur(0.6)
    )


def kept(picture: Image.Image, path: Path, **more: object) -> Path:
    picture.save(path, **more)
    return path


def code(path: Path, diameter: int = MM) -> str:
    with pytest.raises(Refusal) as caught:
        read_impression(path, diameter)
    assert caught.value.message
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize(("name", "dpi"), [("seal.png", 600), ("seal.tif", 600), ("x.png", 1200)])
def test_a_scan_becomes_the_seal_at_its_true_size(tmp_path: Path, name: str, dpi: int) -> None:
    found = read_impression(kept(stamped(dpi), tmp_path / name), MM)
    assert found.dpi == pytest.approx(dpi, rel=0.02)
    art = filed_seal(found.mask_png, MM)
    drawn = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, MM)
    assert art.size_px == drawn.size_px
    one, two = (Image.open(io.BytesIO(each.mask_png)) for each in (art, drawn))
    grey = ImageChops.difference(one, two).histogram()
    assert sum(level * count for level, count in enumerate(grey)) / art.size_px**2 < 12
    clear = Image.open(io.BytesIO(preview_png(art)))
    assert clear.getpixel((5, 5))[3] == 0, "the paper is gone"


def test_a_drawing_becomes_the_seal(tmp_path: Path) -> None:
    path = tmp_path / "seal.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44">'
        '<circle cx="22" cy="22" r="20.4" fill="none" stroke="#d61018" stroke-width="1.2"/>'
        '<path d="M22 14 L26 30 L14 20 L30 20 L18 30 Z" fill="#d61018"/></svg>',
        encoding="utf-8",
    )
    found = read_impression(path, 45)
    mask = Image.open(io.BytesIO(found.mask_png))
    assert mask.size == (round(45 / 25.4 * 600),) * 2
    assert mask.getpixel((mask.width // 2, mask.height // 2)) > 200


def test_what_is_no_impression_is_refused_by_its_reason(tmp_path: Path) -> None:
    good = stamped()
    oval = good.resize((good.width, round(good.height * 1.08)))
    grey = good.convert("L").convert("RGB")
    square = Image.new("RGB", (1200, 1200), "white")
    ImageDraw.Draw(square).rectangle((100, 100, 1100, 1100), fill=(214, 16, 24))
    found = {
        code(kept(stamped(300), tmp_path / "coarse.png")): "coarse",
        code(kept(oval, tmp_path / "oval.png")): "oval",
        code(kept(grey, tmp_path / "grey.png")): "grey",
        code(kept(good, tmp_path / "seal.jpg")): "a JPEG",
        code(kept(good, tmp_path / "thin.png"), 60): "60 mm",
    }
    assert set(found) == {
        "impression_too_coarse", "impression_not_round", "impression_not_red",
        "impression_unreadable", "impression_diameter",
    }  # fmt: skip
    assert code(kept(square, tmp_path / "square.png")) == "impression_not_round"
    assert code(kept(Image.new("RGB", (9000, 9000)), tmp_path / "big.png")) in FAULTS
    assert code(tmp_path / "missing.png") == "impression_unreadable"


@pytest.mark.parametrize(
    "inside",
    [
        '<script>alert(1)</script>', '<image href="file:///etc/passwd"/>',
        "<image xlink:href='http://example.invalid/x.png'/>", "<foreignObject/>",
    ],
)  # fmt: skip
def test_a_drawing_that_would_fetch_or_run_something_is_refused(
    tmp_path: Path, inside: str
) -> None:
    path = tmp_path / "bad.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>', encoding="utf-8")
    assert code(path) == "impression_active"


def test_a_broken_picture_ends_as_a_refusal(tmp_path: Path) -> None:
    whole = kept(stamped(), tmp_path / "whole.png").read_bytes()
    for cut in (0, 8, 60, len(whole) // 2):
        (tmp_path / "cut.png").write_bytes(whole[:cut])
        assert code(tmp_path / "cut.png") == "impression_unreadable"


@pytest.mark.parametrize("diameter", [42, 45])
def test_the_ruler_page_shows_the_seal_in_its_true_size(tmp_path: Path, diameter: int) -> None:
    art = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, diameter)
    page = tmp_path / "ruler.pdf"
    ruler_page(art, "seal-1", page)
    left, top, right, bottom = red_box_mm(poppler(page, 1, 300, tmp_path / "r.png"), 300)
    assert right - left == pytest.approx(diameter, abs=0.2)
    assert bottom - top == pytest.approx(diameter, abs=0.2)
