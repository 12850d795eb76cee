"""The seal's face: true size, the right red, names that do not fit are refused."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from workbench.paper.seal_art import RED, SealArt, draw_seal, lay_out, preview_png
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import DEMO_BOTTOM_TEXT, DEMO_RING_TEXT


def ink_at(art: SealArt, x_mm: float, y_mm: float) -> bool:
    """Whether the stencil prints at this point, in mm from the centre."""
    middle = art.size_px / 2
    x = round(middle + x_mm / 25.4 * 600)
    y = round(middle + y_mm / 25.4 * 600)
    picture = Image.frombytes("1", (art.size_px, art.size_px), zlib.decompress(art.stencil))
    return picture.getpixel((min(x, art.size_px - 1), min(y, art.size_px - 1))) == 0


@pytest.mark.parametrize("diameter", [42, 45])
def test_seal_has_its_true_size_at_600_dpi(diameter: int) -> None:
    art = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, diameter)
    assert art.size_px == round(diameter / 25.4 * 600)
    mask = Image.open(io.BytesIO(art.mask_png))
    assert mask.getbbox() == (0, 0, art.size_px, art.size_px)
    assert mask.info["dpi"] == pytest.approx((600, 600), abs=0.1)


def test_seal_has_ring_star_and_words_and_nothing_between() -> None:
    art = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 42)
    assert ink_at(art, 0, 0), "the star is filled"
    assert ink_at(art, 0, -6.2), "the star points up"
    assert not ink_at(art, 0, 6.2), "the star stands upright"
    assert ink_at(art, 20.4, 0) and ink_at(art, 0, 20.4), "the ring is closed"
    assert not ink_at(art, 19.4, 0) or not ink_at(art, 19.3, 1), "the ring is 1.2 mm wide"
    below = [ink_at(art, x / 10, 11.0) for x in range(-96, 97)]
    assert 40 < sum(below) < 150, "seven characters stand under the star"
    assert not any(ink_at(art, x / 10, 16.5) for x in range(-60, 61)), "nothing below them"


def test_preview_is_red_on_a_transparent_ground() -> None:
    art = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 42)
    picture = Image.open(io.BytesIO(preview_png(art)))
    centre = picture.getpixel((art.size_px // 2, art.size_px // 2))
    corner = picture.getpixel((0, 0))
    assert centre == (*RED, 255)
    assert isinstance(corner, tuple) and corner[3] == 0


@pytest.mark.parametrize("count", [8, 12, 14, 18, 23])
def test_name_of_usual_length_fits(count: int) -> None:
    layout = lay_out("中" * count, DEMO_BOTTOM_TEXT, 42)
    assert layout.span <= 240
    assert layout.outer_radius < 21 - 1.2


@pytest.mark.parametrize(
    ("name", "bottom"), [("中" * 40, DEMO_BOTTOM_TEXT), ("中" * 12, "中" * 16), ("中", "")]
)
def test_name_that_collides_is_refused(name: str, bottom: str) -> None:
    with pytest.raises(Refusal) as refused:
        draw_seal(name, bottom, 42)
    assert refused.value.code == "seal_name_collides"


def test_character_without_glyph_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        draw_seal("青云区\U00020000局演示专用", DEMO_BOTTOM_TEXT, 42)
    assert refused.value.code == "glyph_missing"


def test_other_diameters_do_not_exist() -> None:
    with pytest.raises(ValueError, match="42 or 45"):
        draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 40)


def test_the_same_seal_is_drawn_once() -> None:
    first = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 45)
    assert draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 45) is first
    assert len(first.stencil) < 30_000
