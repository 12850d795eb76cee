"""Drawing pages that look like what people bring to a window: cards, forms, contracts, plans.

Called by ``sample_scans``. Sizes are in mm and become pixels at the wished resolution; every page
says that it is a sample, none shows an emblem or a real form (3.5). Same input, same pixels.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from workbench.paper.compose_type import BOLD, face_bytes, runs_of, wrap
from workbench.rules.composed_documents import SAMPLE_MARK

INK: Final = (38, 38, 44)
PEN: Final = (24, 42, 120)
RED: Final = (206, 44, 52)
_PAPER: Final = (250, 249, 245)


class Leaf:
    """One sheet being drawn; coordinates in mm from the top left corner."""

    def __init__(self, dpi: int, width_mm: float = 210, height_mm: float = 297) -> None:
        self.scale = dpi / 25.4
        self.width_mm, self.height_mm = width_mm, height_mm
        size = (round(width_mm * self.scale), round(height_mm * self.scale))
        self.image = Image.new("RGB", size, _PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.text(width_mm / 2, height_mm - 12, SAMPLE_MARK, 3.2, (105, 105, 105), middle=True)

    def px(self, mm: float) -> int:
        return round(mm * self.scale)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        height: float = 4.2,
        colour: tuple[int, int, int] = INK,
        *,
        bold: bool = False,
        middle: bool = False,
    ) -> None:
        """One line, its top at ``y``; ``height`` is the type's em in mm."""
        runs = runs_of(text, height, bold)
        if middle:
            x -= sum(run.width for run in runs) / 2
        for run in runs:
            self.pen.text(
                (self.px(x), self.px(y)),
                run.text,
                fill=colour,
                font=_font(run.face, self.px(height)),
            )
            x += run.width

    def paragraph(self, x: float, y: float, text: str, width: float, height: float = 4.4) -> float:
        """Running text; gives back where the next line would begin."""
        for line in wrap("　　" + text, height, False, width):
            self.text(x, y, line, height)
            y += height * 1.75
        return y

    def box(self, x: float, y: float, width: float, height: float, line: float = 0.3) -> None:
        corners = (self.px(x), self.px(y), self.px(x + width), self.px(y + height))
        self.pen.rectangle(corners, outline=INK, width=max(1, self.px(line)))

    def line(self, x0: float, y0: float, x1: float, y1: float, line: float = 0.3) -> None:
        ends = (self.px(x0), self.px(y0), self.px(x1), self.px(y1))
        self.pen.line(ends, fill=INK, width=max(1, self.px(line)))

    def stamp(self, x: float, y: float, words: str = "样本", radius: float = 17) -> None:
        """A red, unevenly inked round mark that nobody takes for a seal of state."""
        side = self.px(2 * radius)
        mask = Image.new("L", (side, side), 0)
        pen = ImageDraw.Draw(mask)
        edge = self.px(0.6)
        pen.ellipse((edge, edge, side - edge, side - edge), outline=215, width=self.px(1.1))
        font = _font(BOLD, self.px(radius * 0.55))
        pen.text((side / 2, side / 2), words, fill=215, font=font, anchor="mm")
        worn = Image.frombytes("L", (64, 64), random.Random(words).randbytes(4096))
        worn = worn.filter(ImageFilter.GaussianBlur(2)).resize((side, side))
        mask = ImageChops.multiply(mask, worn.point(lambda level: min(255, int(level * 1.6))))
        self.image.paste(RED, (self.px(x - radius), self.px(y - radius)), mask)


@lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(face_bytes(face)), max(6, size))


def table(leaf: Leaf, y: float, rows: Sequence[tuple[str, str]], label: float = 46) -> float:
    """A ruled form filled in by pen; gives back the y below it."""
    for name, value in rows:
        lines = wrap(value, 4.4, False, 210 - 50 - label - 4) or [""]
        height = max(11.0, len(lines) * 6.6 + 4.4)
        leaf.box(25, y, label, height)
        leaf.box(25 + label, y, 160 - label, height)
        leaf.text(28, y + (height - 4) / 2 - 0.6, name, 4.0)
        for number, line in enumerate(lines):
            leaf.text(28 + label, y + 3 + number * 6.6, line, 4.4, PEN)
        y += height
    return y


def form_page(dpi: int, title: str, rows: Sequence[tuple[str, str]], signer: str) -> Image.Image:
    """An application form with a signature."""
    leaf = Leaf(dpi)
    leaf.text(105, 26, title, 8, bold=True, middle=True)
    y = table(leaf, 44, rows)
    leaf.text(25, y + 8, "本人承诺所填内容真实有效。", 4.2)
    leaf.text(112, y + 20, f"申请人签名：{signer}", 5, PEN)
    leaf.text(112, y + 29, "日期：2026年1月5日", 4.4, PEN)
    return leaf.image


def letter_page(
    dpi: int, title: str, paragraphs: Sequence[str], signer: str, *, stamped: bool = True
) -> Image.Image:
    """A contract, promise, rule or consent: running text, signature, stamp."""
    leaf = Leaf(dpi)
    leaf.text(105, 28, title, 7.4, bold=True, middle=True)
    y = 48.0
    for paragraph in paragraphs:
        y = leaf.paragraph(26, y, paragraph, 158) + 2
    leaf.text(118, y + 14, signer, 4.8, PEN)
    leaf.text(118, y + 23, "2026年1月4日", 4.4)
    if stamped:
        leaf.stamp(140, y + 22)
    return leaf.image


def card_page(dpi: int, name: str, sex: str, birth: str, address: str, number: str) -> Image.Image:
    """Both sides of a made-up card on one sheet, as a copier gives them."""
    leaf = Leaf(dpi)
    for top in (50.0, 125.0):
        shape = (leaf.px(62), leaf.px(top), leaf.px(148), leaf.px(top + 54))
        leaf.pen.rounded_rectangle(
            shape,
            radius=leaf.px(3),
            fill=(226, 236, 240),
            outline=(90, 110, 120),
            width=leaf.px(0.3),
        )
    lines = [("姓 名", name), ("性 别", sex), ("出 生", birth)]
    for place, (label, value) in enumerate(lines):
        leaf.text(66, 56 + place * 7.5, label, 2.8, (60, 110, 150))
        leaf.text(77, 55.4 + place * 7.5, value, 3.6)
    leaf.text(66, 79, "住 址", 2.8, (60, 110, 150))
    for place, line in enumerate(wrap(address, 3.2, False, 40)):
        leaf.text(77, 78.4 + place * 4.6, line, 3.2)
    leaf.text(66, 96, "号 码", 2.8, (60, 110, 150))
    leaf.text(80, 95, number, 4.2)
    leaf.pen.rectangle(
        (leaf.px(122), leaf.px(57), leaf.px(143), leaf.px(83)), fill=(190, 200, 206), outline=INK
    )
    leaf.pen.ellipse((leaf.px(128), leaf.px(61), leaf.px(137), leaf.px(71)), fill=(150, 150, 155))
    leaf.pen.pieslice(
        (leaf.px(124), leaf.px(71), leaf.px(141), leaf.px(95)), 180, 360, fill=(120, 125, 135)
    )
    leaf.text(105, 140, "演示证件", 7, bold=True, middle=True)
    leaf.text(105, 156, "签发单位：青云区（虚构）", 3.4, middle=True)
    leaf.text(105, 165, "有效期限：2016.01.01—2036.01.01", 3.4, middle=True)
    leaf.text(70, 200, "与原件核对一致", 4.6, PEN)
    return leaf.image


def floor_plan(dpi: int, title: str, rooms: Sequence[str]) -> Image.Image:
    """A floor plan: rooms in a row of two, doors, a scale bar."""
    leaf = Leaf(dpi)
    leaf.text(105, 26, title, 7, bold=True, middle=True)
    leaf.box(30, 45, 150, 190, 0.9)
    step = 190 / max(1, (len(rooms) + 1) // 2)
    for place, room in enumerate(rooms):
        x, y = 30 + 75 * (place % 2), 45 + step * (place // 2)
        leaf.box(x, y, 75, step, 0.5)
        leaf.text(x + 37, y + step / 2 - 6, room, 4.6, middle=True)
        leaf.text(x + 37, y + step / 2 + 2, f"{7.5:.1f} × {step / 10:.1f} m", 3.4, middle=True)
        leaf.pen.rectangle(
            (leaf.px(x + 30), leaf.px(y - 0.6), leaf.px(x + 42), leaf.px(y + 0.6)), fill=_PAPER
        )
    leaf.line(30, 250, 80, 250, 0.6)
    leaf.text(30, 252, "0        5 m", 3.6)
    return leaf.image


def title_plan(dpi: int, unit_no: str, location: str) -> Image.Image:
    """The plan page of a title certificate: a parcel with its sides, neighbours and north."""
    leaf = Leaf(dpi)
    leaf.text(105, 24, "宗 地 图", 7.4, bold=True, middle=True)
    leaf.text(25, 40, f"不动产单元号：{unit_no}", 4)
    leaf.text(25, 48, f"坐落：{location}", 4)
    leaf.box(25, 58, 160, 190)
    corners = [(60, 90), (148, 98), (156, 190), (96, 206), (54, 172)]
    for number, (x, y) in enumerate(corners):
        x1, y1 = corners[(number + 1) % len(corners)]
        leaf.line(x, y, x1, y1, 0.7)
        leaf.text(x - 6, y - 6, f"J{number + 1}", 3.6)
        side = ((x1 - x) ** 2 + (y1 - y) ** 2) ** 0.5 / 4
        leaf.text((x + x1) / 2 + 2, (y + y1) / 2 - 2, f"{side:.2f}", 3.4, RED)
    leaf.text(92, 142, "3幢", 6)
    leaf.line(172, 66, 172, 84, 0.6)
    leaf.text(170, 60, "北", 4)
    leaf.stamp(158, 228)
    return leaf.image
