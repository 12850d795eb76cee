"""Scans as they come back from a desk: printed, pressed by hand with red ink, laid on a glass.

The paper and the press cannot be had here, so they are drawn; named as such.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pymupdf
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from workbench.paper.seal_art import draw_seal, preview_png
from workbench.rules.seal_custody import DEMO_BOTTOM_TEXT, DEMO_RING_TEXT

Touch = Callable[[Image.Image, float], None]
"""What happens to one printed page before it is scanned; the number is pixels a millimetre."""


@dataclass(frozen=True)
class Glass:
    """How a page lies on the scanner, and what the scanner makes of it."""

    dpi: int = 150
    skew: float = 0.0
    scale: float = 1.0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    turn: int = 0
    quality: int = 80
    noise: float = 6.0
    paper: tuple[int, int, int] = (252, 251, 247)
    contrast: float = 0.95


def any_glass(dice: random.Random) -> Glass:
    """A scan as a careful clerk makes it, and no better."""
    return Glass(
        dpi=dice.choice((150, 200, 300)), skew=dice.uniform(-2, 2), scale=dice.uniform(0.99, 1.01),
        shift_mm=(dice.uniform(-3, 3), dice.uniform(-3, 3)), turn=dice.choice((0, 0, 90, 180, 270)),
        quality=dice.randrange(60, 95), noise=dice.uniform(0, 12),
        paper=dice.choice(((255, 255, 255), (236, 236, 236), (250, 244, 224))),
        contrast=dice.uniform(0.85, 1.0),
    )  # fmt: skip


@cache
def _face(diameter_mm: int, px: int) -> Image.Image:
    # Of sizes that are never drawn (30 mm) the picture is a smaller one of 42 mm.
    art = draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 45 if diameter_mm == 45 else 42)
    with Image.open(io.BytesIO(preview_png(art))) as picture:
        return picture.convert("RGBA").resize((px, px), Image.Resampling.LANCZOS)


def press(
    x_mm: float, y_mm: float, diameter_mm: int = 42, tilt: float = 0.0, ink: float = 0.85
) -> Touch:
    """The seal in red ink over whatever stands there; ``ink`` is how well it was inked."""

    def touch(page: Image.Image, px_mm: float) -> None:
        side = round(diameter_mm * px_mm)
        face = _face(diameter_mm, side).rotate(tilt, Image.Resampling.BICUBIC)
        shade = Image.new("RGB", face.size, (205, 30, 38))
        alpha = face.getchannel("A").point([round(value * ink) for value in range(256)])
        over = Image.new("RGB", page.size, "white")
        place = (round((x_mm - diameter_mm / 2) * px_mm), round((y_mm - diameter_mm / 2) * px_mm))
        over.paste(shade, place, alpha)
        page.paste(ImageChops.multiply(page, over))

    return touch


def write(x_mm: float, y_mm: float, wide_mm: float = 12.0) -> Touch:
    """A stroke and a hook with a ball pen."""

    def touch(page: Image.Image, px_mm: float) -> None:
        pen = ImageDraw.Draw(page)
        points = [(x_mm, y_mm), (x_mm + wide_mm, y_mm - 3), (x_mm + wide_mm / 2, y_mm + 4)]
        pen.line([(x * px_mm, y * px_mm) for x, y in points], fill=(30, 30, 60),
                 width=max(2, round(0.5 * px_mm)))  # fmt: skip

    return touch


def erase(x_mm: float, y_mm: float, wide_mm: float, high_mm: float) -> Touch:
    """A strip of white."""

    def touch(page: Image.Image, px_mm: float) -> None:
        box = [edge * px_mm for edge in (x_mm, y_mm, x_mm + wide_mm, y_mm + high_mm)]
        ImageDraw.Draw(page).rectangle(box, fill="white")

    return touch


def scanned(
    printed: Path, touches: Sequence[tuple[int, Touch]], glass: Glass, dice: random.Random
) -> list[Image.Image]:
    """The pages of a printed copy as the scanner gives them; ``touches``: page from 1, what."""
    pages = []
    with pymupdf.open(printed) as document:
        for number, page in enumerate(document, start=1):
            drawn = page.get_pixmap(dpi=glass.dpi, alpha=False)
            paper = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
            for on, touch in touches:
                if on == number:
                    touch(paper, glass.dpi / 25.4)
            pages.append(_on_glass(paper, glass, dice))
    return pages


def codes_on(printed: Path) -> tuple[str, ...]:
    """The control codes on the pages of a copy, each once; they have to say the page's number."""
    found = []
    with pymupdf.open(printed) as document:
        for number, page in enumerate(document, start=1):
            drawn = page.get_pixmap(dpi=200, alpha=False)
            paper = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
            for one in zxingcpp.read_barcodes(paper):
                code, _slash, said = one.text.partition("/")
                assert int(said) == number
                found.append(code)
    return tuple(dict.fromkeys(found))


def _on_glass(paper: Image.Image, glass: Glass, dice: random.Random) -> Image.Image:
    px = glass.dpi / 25.4
    size = (round(paper.width * glass.scale), round(paper.height * glass.scale))
    sheet = Image.new("RGB", (size[0] + round(10 * px), size[1] + round(10 * px)), "white")
    left, top = (round((5 + shift) * px) for shift in glass.shift_mm)
    sheet.paste(paper.resize(size, Image.Resampling.BICUBIC), (left, top))
    sheet = sheet.rotate(glass.skew, Image.Resampling.BICUBIC, fillcolor="white")
    if glass.turn:
        sheet = sheet.rotate(glass.turn, expand=True)
    sheet = ImageChops.multiply(sheet, Image.new("RGB", sheet.size, glass.paper))
    sheet = ImageEnhance.Contrast(sheet.filter(ImageFilter.GaussianBlur(0.6))).enhance(
        glass.contrast
    )
    if glass.noise:
        grain = Image.frombytes("L", sheet.size, dice.randbytes(sheet.width * sheet.height))
        grain = grain.point([round(128 + (v - 128) * glass.noise / 128) for v in range(256)])
        # Screen-like: brighter and darker than the middle by the grain.
        sheet = ImageChops.add(sheet, Image.merge("RGB", (grain,) * 3), scale=1.0, offset=-128)
    return sheet


def kept(pages: Sequence[Image.Image], target: Path, glass: Glass) -> Path:
    """The scan as a file: PDF and TIFF hold all pages, JPEG and PNG the only one."""
    ending, dpi = target.suffix, (glass.dpi, glass.dpi)
    # A picture remembers how it was saved last, and the next kind of file stumbles over it.
    pages = [page.copy() for page in pages]
    if ending in (".jpg", ".png"):
        (page,) = pages
        page.save(target, quality=glass.quality, dpi=dpi)
    elif ending == ".tif":
        pages[0].save(target, save_all=True, append_images=pages[1:], dpi=dpi,
                      compression="tiff_deflate")  # fmt: skip
    else:
        with pymupdf.open() as document:
            for page in pages:
                packed = io.BytesIO()
                page.save(packed, "JPEG", quality=glass.quality, dpi=dpi)
                sheet = document.new_page(width=page.width * 72 / glass.dpi,
                                          height=page.height * 72 / glass.dpi)  # fmt: skip
                sheet.insert_image(sheet.rect, stream=packed.getvalue())
            document.save(target)
    return target
