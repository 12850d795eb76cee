"""Scans of the viewer's benches: pages with type, seal, grain and skew, packed as scanners pack."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw, ImageFont

from tests.paper.made_files import FAX, SCAN_KINDS, scan_data
from workbench.paper.compose_type import REGULAR, face_bytes
from workbench.paper.sample_applications import GREY
from workbench.paper.sample_files import Encoded, Look, encode, pdf_of, scanned, written
from workbench.paper.sample_pages import letter_page

WORDS = "兹委托经办人代为提交材料、签收文书、领取证照并办理其他有关登记事项，样本文字仅供演示。" * 3


def page(dpi: int, mode: str, number: int = 1) -> Image.Image:
    """A written page with a red mark, scanned a little crooked."""
    clean = letter_page(dpi, f"委托书（第{number}页）", [WORDS] * 6, "李青川")
    return scanned(clean, Look(mode, dpi, 0.8 - number % 4 * 0.5), number)


def tall_page(dpi: int) -> Image.Image:
    """An A3 sheet of ``dpi``, upright: the same page with larger type."""
    return page(round(dpi * 2**0.5), "colour")


def wide_page(dpi: int) -> Image.Image:
    """An A3 sheet, lying: two such pages side by side, in colour."""
    left = page(dpi, "colour")
    sheet = Image.new("RGB", (left.width * 2, left.height))
    sheet.paste(left, (0, 0))
    sheet.paste(left, (left.width, 0))
    return sheet


@dataclass(frozen=True, slots=True)
class Scan:
    """One page as it stands in a PDF: the dictionary's entries and the bytes."""

    entries: str
    data: bytes
    width: int
    height: int
    dpi: int


def scan(image: Image.Image, kind: str, dpi: int) -> Scan:
    """``kind``: ``colour``, ``grey``, ``fax`` or ``jpx``."""
    if kind == "jpx":
        out = io.BytesIO()
        image.save(out, "JPEG2000", quality_mode="rates", quality_layers=[20], irreversible=True)
        return Scan(SCAN_KINDS["jpx"], out.getvalue(), *image.size, dpi)
    if kind == "fax":
        entries = FAX.replace("{more}", "").format(w=image.width, h=image.height)
        entries += "/ColorSpace/DeviceGray"
        return Scan(entries, scan_data(image, "fax"), *image.size, dpi)
    return Scan(SCAN_KINDS[kind], encode(image, dpi, 85).data, *image.size, dpi)


def scans_pdf(path: Path, scans: Sequence[Scan]) -> Path:
    """A PDF whose every page is one scan; each page has a picture object of its own."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for one in scans:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        wide, high = (round(side * 72 / one.dpi, 2) for side in (one.width, one.height))
        content = f"q {wide} 0 0 {high} 0 0 cm /Im0 Do Q".encode()
        head = f"<</Type/XObject/Subtype/Image/Width {one.width}/Height {one.height}{one.entries}"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide} {high}]/Contents {number + 1} 0 R"
            f"/Resources<</XObject<</Im0 {number + 2} 0 R>>>>>>".encode(),
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
            f"{head}/Length {len(one.data)}>>\nstream\n".encode() + one.data + b"\nendstream",
        ]
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    path.write_bytes(written(objects))
    return path


def grey_file(path: Path, pages: int, dpi: int) -> Path:
    """A thick file of grey scans; every page has its own bytes, four of them are drawn."""
    four = [encode(page(dpi, "grey", number), dpi, 85) for number in range(4)]
    path.write_bytes(pdf_of([four[number % 4] for number in range(pages)]))
    return path


def empty_pdf(path: Path) -> Path:
    """A page with nothing on it."""
    with pymupdf.open() as file:
        file.new_page(width=72, height=72)
        file.save(path)
    return path


def make_thick_file(path: Path, pages: int = 300, dpi: int = 100) -> Path:
    """A thick bundle as one PDF: every page is its own grey scan with its own page number."""
    font = ImageFont.truetype(io.BytesIO(face_bytes(REGULAR)), round(dpi * 0.24))
    leaves: list[Encoded] = []
    for number in range(1, pages + 1):
        leaf = _thick_base(number % 4, dpi).copy()
        pen = ImageDraw.Draw(leaf)
        pen.text((leaf.width - dpi, dpi * 0.5), f"第 {number} 页", fill=40, font=font, anchor="mm")
        leaves.append(encode(leaf, dpi, 55))
    path.write_bytes(pdf_of(leaves))
    return path


@lru_cache(maxsize=8)
def _thick_base(kind: int, dpi: int) -> Image.Image:
    lines = [f"样本卷宗第{kind + 1}类内容，仅供演示翻页使用，不含任何真实信息。"] * (3 + kind)
    page = letter_page(dpi, "样本卷宗", lines, "演示", stamped=False)
    return scanned(page, Look(GREY.mode, dpi, (kind - 1.5) * 0.6), kind)
