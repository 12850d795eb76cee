"""The quick ways of large scans: handed over loosely, zoomed in by parts, read where they stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from PIL import Image, ImageChops, ImageStat

from tests.paper import made_files
from workbench.paper import image_pages, raw_streams, scan_pages
from workbench.paper.drawn import Document, Drawn
from workbench.paper.image_pages import ImageDocument
from workbench.paper.pdf_pages import PdfDocument
from workbench.paper.renderer import Renderer
from workbench.rules.materials import LIMITS, Clip, Kind

WHOLE = Clip(0, 0, 1, 1)
LEFT, RIGHT = Clip(0, 0.2, 0.3, 0.5), Clip(0.3, 0.2, 0.6, 0.5)


@pytest.fixture(autouse=True)
def _engine_colours() -> Iterator[None]:
    yield
    pymupdf.TOOLS.set_icc(True)


@lru_cache(maxsize=4)
def noisy(size: tuple[int, int] = (900, 1200)) -> Image.Image:
    """Every part of it looks different; as JPEG it is large enough to be read in place."""
    page = made_files.corner_picture(size)
    grain = Image.effect_noise(size, 60)
    return ImageChops.add(page, Image.merge("RGB", (grain, grain, grain)), 1, -128)


def as_image(drawn: Drawn) -> Image.Image:
    mode = "RGB" if drawn.format == "RGB888" else "L"
    size = (drawn.width, drawn.height)
    raw = Image.frombuffer(mode, size, bytes(drawn.pixels), "raw", mode, drawn.stride, 1)
    return raw.convert("RGB")


def unlike(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.fixture(params=["pdf", "fax pdf", "jpeg", "turned jpeg", "g4 tiff", "png", "gif"])
def scan(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Document]:
    """The same page as every kind of file that is decoded whole before a part can be shown."""
    document = _document(request.param, tmp_path)
    yield document
    document.close()


def _document(kind: str, folder: Path) -> Document:
    picture = noisy()
    if kind.endswith("pdf"):
        made = "fax" if kind.startswith("fax") else "colour"
        return PdfDocument(made_files.scan_pdf(folder / "s.pdf", picture, 0, made), None, LIMITS)
    if kind == "jpeg":
        picture.save(folder / "s.jpg", quality=90)
        return ImageDocument(folder / "s.jpg", Kind.JPEG, LIMITS)
    if kind == "turned jpeg":
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(folder / "s.jpg", quality=90, exif=exif)
        return ImageDocument(folder / "s.jpg", Kind.JPEG, LIMITS)
    if kind == "g4 tiff":
        picture.convert("1").save(folder / "s.tif", compression="group4", dpi=(144, 144))
        return ImageDocument(folder / "s.tif", Kind.TIFF, LIMITS)
    picture.quantize(16).save(folder / f"s.{kind}")
    return ImageDocument(folder / f"s.{kind}", Kind.PNG if kind == "png" else Kind.GIF, LIMITS)


def test_the_part_beside_a_part_is_there_without_decoding_again(
    scan: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dragging at high zoom: the next tile shows what it would show by itself, at once."""
    alone = as_image(scan.draw(1, 3_000, 90, RIGHT))
    scan.draw(1, 200, 0, WHOLE)  # a whole page lets go what was kept
    scan.draw(1, 3_000, 90, LEFT)

    decoded: list[object] = []
    for place, name in ((scan_pages, "_decoded"), (image_pages.ImageDocument, "_decoded")):
        monkeypatch.setattr(place, name, _watching(getattr(place, name), decoded))
    assert unlike(as_image(scan.draw(1, 3_000, 90, RIGHT)), alone) == 0
    assert not decoded
    scan.draw(1, 200, 0, WHOLE)
    assert len(decoded) == 1


def _watching(real: Callable[..., object], seen: list[object]) -> Callable[..., object]:
    def watched(*asked: object) -> object:
        seen.append(asked)
        return real(*asked)

    return watched


def test_no_other_page_s_part_is_shown(tmp_path: Path) -> None:
    file = made_files.tiff(tmp_path / "t.tif", 3)
    document = ImageDocument(file, Kind.TIFF, LIMITS)
    fresh = ImageDocument(file, Kind.TIFF, LIMITS)
    for page in (1, 3, 2, 3):
        shown = as_image(document.draw(page, 2_400, 0, LEFT))
        fresh.draw(page, 100, 0, WHOLE)
        assert unlike(shown, as_image(fresh.draw(page, 2_400, 0, LEFT))) == 0
    document.close()
    fresh.close()


@pytest.mark.parametrize(("first", "turn", "then"), [(780, 0, 1_600), (1_000, 90, 1_000)])
def test_a_larger_zoom_is_not_served_from_a_smaller_decoding(
    tmp_path: Path, first: int, turn: int, then: int
) -> None:
    """The part of a JPEG decoded by half must not be blown up when more is wished: a page as wide
    lying is smaller than one standing."""
    noisy((1_600, 2_200)).save(tmp_path / "s.jpg", quality=90, dpi=(300, 300))
    document = ImageDocument(tmp_path / "s.jpg", Kind.JPEG, LIMITS)
    document.draw(1, first, turn, LEFT)
    shown = as_image(document.draw(1, then, 0, LEFT))
    document.draw(1, 100, 0, WHOLE)
    assert unlike(shown, as_image(document.draw(1, then, 0, LEFT))) == 0
    document.close()


@pytest.mark.parametrize(("width", "turn"), [(90, 0), (333, 90), (601, 0), (900, 90), (1_300, 0)])
def test_loosely_is_never_smaller_nor_much_larger_nor_other(
    scan: Document, width: int, turn: int
) -> None:
    """What the desk paints smaller shows the page: same proportions, at most half as wide again."""
    exact = scan.draw(1, width, turn, WHOLE)
    loose = scan.draw(1, width, turn, WHOLE, True)
    assert exact.page_width == width
    assert width <= loose.width == loose.page_width <= 1.5 * width
    assert loose.height / loose.width == pytest.approx(exact.height / exact.width, rel=0.02)
    small = as_image(loose).resize((30, 40)), as_image(exact).resize((30, 40))
    assert unlike(*small) < 5


def test_loosely_keeps_the_limit_and_the_proportions(tmp_path: Path) -> None:
    """Not beyond the shared memory; a fax of 204 by 98 dots an inch is not handed over squat."""
    file = made_files.scan_pdf(tmp_path / "s.pdf", noisy())
    document = PdfDocument(file, None, replace(LIMITS, max_picture_pixels=450_000))
    loose = document.draw(1, 700, 0, WHOLE, True)
    assert loose.width * loose.height <= 450_000
    document.close()
    squat = made_files.corner_picture((1_728, 1_100)).convert("1")
    squat.save(tmp_path / "f.tif", compression="group4", dpi=(204, 98))
    fax = ImageDocument(tmp_path / "f.tif", Kind.TIFF, LIMITS)
    shown = fax.draw(1, 700, 0, WHOLE, True)
    assert (shown.width, shown.height) == (700, round(700 * (1_100 / 98) / (1_728 / 204)))
    fax.close()


def test_the_desk_gets_loosely_what_it_asked_so(tmp_path: Path) -> None:
    """Through the process and its memory: larger than asked only on request, and whole."""
    file = made_files.scan_pdf(tmp_path / "s.pdf", noisy())
    with Renderer() as renderer:
        opened = renderer.open(file)
        exact = renderer.page(opened.handle, 1, 700)
        loose = renderer.page(opened.handle, 1, 700, loosely=True)
        part = renderer.page(opened.handle, 1, 700, 0, RIGHT, True)
    assert (exact.width, loose.width, loose.page_width) == (700, 900, 900)
    assert len(loose.data) == loose.stride * loose.height
    whole = Image.frombytes("RGB", (loose.width, loose.height), loose.data)
    assert unlike(whole, noisy_as_jpeg(tmp_path)) < 1
    assert part.page_width == 700 and part.width < 300


def noisy_as_jpeg(folder: Path) -> Image.Image:
    """The picture that stands in the PDF, decoded by the engine."""
    with pymupdf.open(folder / "s.pdf") as file:
        data = file.extract_image(file[0].get_images()[0][0])["image"]
    (folder / "out.jpg").write_bytes(data)
    with Image.open(folder / "out.jpg") as picture:
        return picture.convert("RGB")


def _plain(file: Path, _folder: Path) -> Path:
    return file


def _encrypted(file: Path, folder: Path) -> Path:
    with pikepdf.open(file) as pdf:
        pdf.save(folder / "e.pdf", encryption=pikepdf.Encryption(user="", owner="x"))
    return folder / "e.pdf"


def _wrong_length(file: Path, folder: Path) -> Path:
    data = file.read_bytes()
    at = data.rindex(b"/Length ") + 8
    end = data.index(b">>", at)
    number = str(int(data[at:end]) - 1_234).rjust(end - at).encode()
    (folder / "w.pdf").write_bytes(data[:at] + number + data[end:])
    return folder / "w.pdf"


def _no_table(file: Path, folder: Path) -> Path:
    data = file.read_bytes()
    (folder / "n.pdf").write_bytes(data[: data.rindex(b"xref\n0 ")] + b"%%EOF\n")
    return folder / "n.pdf"


@pytest.mark.parametrize("spoil", [_plain, _encrypted, _wrong_length, _no_table])
def test_a_picture_read_in_place_is_what_the_engine_reads(tmp_path: Path, spoil: object) -> None:
    """Only where the file is plain; anything else is left to the engine, with the same page."""
    file = made_files.scan_pdf(tmp_path / "s.pdf", noisy())
    assert file.stat().st_size > raw_streams._LEAST
    file = spoil(file, tmp_path)  # type: ignore[operator]
    document = PdfDocument(file, None, LIMITS)
    quick = as_image(document.draw(1, 400, 0, WHOLE))
    document.close()
    with pymupdf.open(file) as other:
        page = other[0]
        scale = 400 / page.rect.width
        pixels = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale))
    theirs = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    assert unlike(quick.resize((60, 80)), theirs.resize((60, 80))) < 3


def test_a_file_replaced_or_gone_while_open_still_shows_its_own_pages(tmp_path: Path) -> None:
    """What was opened is what is shown: never a mixture with what took its name."""
    file = made_files.scan_pdf(tmp_path / "s.pdf", noisy())
    document = PdfDocument(file, None, LIMITS)
    before = as_image(document.draw(1, 400, 0, WHOLE))
    other = made_files.scan_pdf(tmp_path / "o.pdf", noisy().transpose(Image.Transpose.ROTATE_180))
    os.replace(other, file)
    assert unlike(as_image(document.draw(1, 400, 0, WHOLE)), before) == 0
    file.unlink()
    again = as_image(document.draw(1, 401, 0, WHOLE))
    document.close()
    assert unlike(again.resize((60, 80)), before.resize((60, 80))) < 3
