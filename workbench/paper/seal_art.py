"""The seal's face: a red star, the organ's name round it, the purpose below (R45, R48, R49).

Drawn once in true millimetres at 600 dpi and kept as a 1-bit stencil; ``sign`` puts the stencil on
the page, the seal desk shows the preview. There is no national emblem here and no way to ask for
one (domain 3.5). Geometry: seal design section 4.
"""

from __future__ import annotations

import io
import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import DIAMETERS_MM
from workbench.rules.words import _
from workbench.settings import resources_dir

RED: Final = (214, 16, 24)
DPI: Final = 600
SEAL_FONT: Final = "NotoSerifSC-Bold-gb2312.otf"
_OVERSAMPLE: Final = 2
_RING_MM: Final = 1.2
_STAR_MM: Final = 6.5
_GAP_MM: Final = 0.9
_LINE_HEIGHT_MM: Final = 4.0
_LINE_STEP_MM: Final = 2.75
_NARROWEST_MM: Final = 2.4


@dataclass(frozen=True, slots=True)
class SealArt:
    """A drawn seal. ``stencil`` is zlib-packed, 1 bit a pixel, rows padded to bytes, 0 = ink."""

    diameter_mm: int
    size_px: int
    stencil: bytes
    mask_png: bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the ring text stands, in mm and degrees; made for one text and one diameter."""

    height: float
    width: float
    outer_radius: float
    span: float
    step: float


def lay_out(face_text: str, bottom_text: str, diameter_mm: int) -> Layout:
    """Ring geometry for this name. Raises Refusal ``seal_name_collides`` when it does not fit."""
    if diameter_mm not in DIAMETERS_MM:
        raise ValueError(f"a seal measures 42 or 45 mm, not {diameter_mm}")
    count = len(face_text)
    if count < 2:
        raise _collides(face_text)
    scale = diameter_mm / DIAMETERS_MM[0]
    height = (6.2 if count <= 14 else 5.6 if count <= 18 else 5.0) * scale
    outer = diameter_mm / 2 - (_RING_MM + _GAP_MM) * scale
    widest = 240.0 if bottom_text else 285.0
    span = min(max(18.5 * count, 180.0), widest)
    step = span / count
    width = min(0.86 * height, math.radians(step) * (outer - height) + 0.45 * scale)
    layout = Layout(height, width, outer, span, step)
    if width < _NARROWEST_MM * scale or _line_collides(bottom_text, layout, diameter_mm):
        raise _collides(face_text)
    return layout


def _line_collides(bottom_text: str, layout: Layout, diameter_mm: int) -> bool:
    """Whether the line under the star touches the ring or the ends of the ring text."""
    scale = diameter_mm / DIAMETERS_MM[0]
    half = len(bottom_text) * _LINE_STEP_MM * scale / 2
    middle = 0.262 * diameter_mm
    for y in (middle - _LINE_HEIGHT_MM * scale / 2, middle + _LINE_HEIGHT_MM * scale / 2):
        radius = math.hypot(half, y)
        from_top = 180 - math.degrees(math.atan2(half, y))
        if radius > diameter_mm / 2 - (_RING_MM + 0.4) * scale:
            return True
        if radius > layout.outer_radius - layout.height and from_top < layout.span / 2:
            return True
    return False


def _collides(name: str) -> Refusal:
    return Refusal(
        "seal_name_collides",
        _("The name {name} does not fit on the seal without touching.").format(name=name),
        _("Use the organ's standard short name."),
    )


@lru_cache(maxsize=16)
def draw_seal(face_text: str, bottom_text: str, diameter_mm: int) -> SealArt:
    """The seal at 600 dpi (42 mm = 992 pixels). Refuses ``seal_name_collides``, ``glyph_missing``.

    Kept for the process, so a batch draws and packs each seal once.
    """
    layout = lay_out(face_text, bottom_text, diameter_mm)
    size = round(diameter_mm / 25.4 * DPI)
    big = size * _OVERSAMPLE
    pen = _Pen(big / diameter_mm, diameter_mm)
    pen.require(face_text + bottom_text)
    pen.ring()
    pen.star()
    pen.arc(face_text, layout)
    pen.line(bottom_text)
    return _packed(pen.canvas.resize((size, size), Image.Resampling.BOX), diameter_mm)


@lru_cache(maxsize=16)
def filed_seal(mask_png: bytes, diameter_mm: int) -> SealArt:
    """The organ's filed impression (:mod:`.impression`), as it was filed and not drawn anew."""
    mask = Image.open(io.BytesIO(mask_png), formats=("PNG",)).convert("L")
    size = round(diameter_mm / 25.4 * DPI)
    if mask.size != (size, size):
        raise ValueError(f"an impression of {diameter_mm} mm has {size} pixels, not {mask.size}")
    return _packed(mask, diameter_mm)


def _packed(mask: Image.Image, diameter_mm: int) -> SealArt:
    ink = mask.point([0 if level >= 128 else 255 for level in range(256)], mode="1")
    buffer = io.BytesIO()
    mask.save(buffer, "PNG", dpi=(DPI, DPI))
    return SealArt(diameter_mm, mask.width, zlib.compress(ink.tobytes(), 9), buffer.getvalue())


def preview_png(art: SealArt) -> bytes:
    """The seal in its red on a transparent ground, for the desk. PNG with its true resolution."""
    mask = Image.open(io.BytesIO(art.mask_png)).convert("L")
    picture = Image.new("RGBA", mask.size, (*RED, 0))
    picture.putalpha(mask)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(DPI, DPI))
    return buffer.getvalue()


class _Pen:
    """Draws on one canvas; ``scale`` is pixels per millimetre, the origin is the centre."""

    def __init__(self, scale: float, diameter_mm: int) -> None:
        self.scale = scale
        self.relative = diameter_mm / DIAMETERS_MM[0]
        self.size = round(scale * diameter_mm)
        self.middle = self.size / 2
        self.canvas = Image.new("L", (self.size, self.size), 0)
        self.brush = ImageDraw.Draw(self.canvas)
        self.font = ImageFont.truetype(str(resources_dir() / "fonts" / SEAL_FONT), round(8 * scale))

    def require(self, text: str) -> None:
        """Refuses a character that the seal font lacks: it would be drawn as an empty box."""
        blank = self.font.getmask("\uffff").getbbox(), bytes(self.font.getmask("\uffff"))
        for sign in text:
            drawn = self.font.getmask(sign)
            if (drawn.getbbox(), bytes(drawn)) == blank or drawn.getbbox() is None:
                raise Refusal(
                    "glyph_missing",
                    _("The seal font has no character {sign}.").format(sign=sign),
                    _("Seal names use the characters of GB 2312."),
                )

    def ring(self) -> None:
        width = round(_RING_MM * self.relative * self.scale)
        self.brush.ellipse((0, 0, self.size - 1, self.size - 1), outline=255, width=width)

    def star(self) -> None:
        outer = _STAR_MM * self.relative * self.scale
        points = []
        for index in range(10):
            radius = outer if index % 2 == 0 else outer * 0.382
            angle = math.radians(-90 + 36 * index)
            points.append(
                (self.middle + radius * math.cos(angle), self.middle + radius * math.sin(angle))
            )
        self.brush.polygon(points, fill=255)

    def arc(self, text: str, layout: Layout) -> None:
        radius = (layout.outer_radius - layout.height / 2) * self.scale
        for index, sign in enumerate(text):
            angle = -layout.span / 2 + layout.step * (index + 0.5)
            stamp = self._sign(sign, layout.width, layout.height)
            turned = stamp.rotate(-angle, resample=Image.Resampling.BICUBIC, expand=True)
            x = self.middle + radius * math.sin(math.radians(angle))
            y = self.middle - radius * math.cos(math.radians(angle))
            self._paste(turned, x, y)

    def line(self, text: str) -> None:
        step = _LINE_STEP_MM * self.relative
        y = self.middle + 0.262 * self.size
        for index, sign in enumerate(text):
            x = self.middle + (index - (len(text) - 1) / 2) * step * self.scale
            stamp = self._sign(sign, step * 0.92, _LINE_HEIGHT_MM * self.relative)
            self._paste(stamp, x, y)

    def _sign(self, sign: str, width_mm: float, height_mm: float) -> Image.Image:
        """One character on its em square, squeezed to the cell."""
        em = round(8 * self.scale)
        cell = Image.new("L", (em, em), 0)
        ImageDraw.Draw(cell).text((em / 2, em / 2), sign, font=self.font, fill=255, anchor="mm")
        box = (max(1, round(width_mm * self.scale)), max(1, round(height_mm * self.scale)))
        return cell.resize(box, Image.Resampling.LANCZOS)

    def _paste(self, stamp: Image.Image, x: float, y: float) -> None:
        corner = (round(x - stamp.width / 2), round(y - stamp.height / 2))
        self.canvas.paste(255, corner, stamp)
