"""Turning pages: the renderer's client beside PyMuPDF called directly, in the same run.

The client pays for a process of its own that opens every untrusted file; it earns that back by
decoding scans itself, only as large as they are shown. Every page is drawn once: cold.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pymupdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from tests.bench.figures import FigureTable, in_turns, ratio
from tests.bench.scan_kit import make_thick_file
from workbench.paper.renderer import THUMBNAIL_PX, Renderer
from workbench.paper.sample_files import encode, pdf_of

WIDE: Final = 1200
COLD: Final = 8
THICK: Final = 300


def scan(dpi: int, grey: bool) -> Image.Image:
    """An A4 page as a scanner sees it: lines of type, a red seal, paper grain."""
    size = (round(8.27 * dpi), round(11.69 * dpi))
    page = Image.new("RGB", size, (248, 246, 240))
    pen = ImageDraw.Draw(page)
    for line in range(40):
        top = dpi * (1.2 + line * 0.22)
        for word in range(9):
            left = dpi * (0.9 + word * 0.72 + line % 3 * 0.05)
            pen.rectangle((left, top, left + dpi * 0.55, top + dpi * 0.09), fill=(40, 40, 48))
    pen.ellipse((dpi * 4, dpi * 7, dpi * 5.65, dpi * 8.65), outline=(190, 30, 35), width=dpi // 20)
    grain = Image.effect_noise(size, 18)
    if grey:
        return ImageChops.add(page.convert("L"), grain, 1, -128)
    return ImageChops.add(page, Image.merge("RGB", (grain, grain, grain)), 1, -128)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file a kind; the pages of a file are alike, but each is an object of its own."""
    folder = tmp_path_factory.mktemp("scans")
    colour, grey = scan(300, grey=False), scan(200, grey=True)
    made = {name: folder / f"{name}.pdf" for name in ("colour", "grey", "thick")}
    made["colour"].write_bytes(pdf_of([encode(colour, 300, 85)] * (COLD + 1)))
    made["grey"].write_bytes(pdf_of([encode(grey, 200, 85)] * (COLD + 1)))
    made["g4"] = folder / "g4.tif"
    bilevel = colour.convert("1", dither=Image.Dither.NONE)
    bilevel.save(made["g4"], compression="group4", dpi=(300, 300), save_all=True,
                 append_images=[bilevel] * COLD)  # fmt: skip
    make_thick_file(made["thick"], THICK, 100)
    return made


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    """A renderer whose process has loaded its libraries, as after the desk's first paint."""
    with Renderer() as one:
        one.start()
        yield one


def bare(file: pymupdf.Document, number: int, width: int) -> pymupdf.Pixmap:
    """What PyMuPDF needs for the same page, its memory of pictures emptied first."""
    pymupdf.TOOLS.store_shrink(100)
    page = file.load_page(number - 1)
    scale = width / page.rect.width
    return page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)


def turning(
    renderer: Renderer, path: Path, numbers: list[int], width: int
) -> tuple[dict[str, float], int]:
    """Milliseconds a page of both, each page drawn once; bytes of the last picture."""
    opened = renderer.open(path)
    ours, theirs, size = iter(numbers), iter(numbers), 0

    def draw() -> None:
        nonlocal size
        picture = renderer.page(opened.handle, next(ours), width)
        assert abs(picture.width - width) <= 1
        assert not picture.blank
        size = len(picture.data)

    with pymupdf.open(path) as file:
        assert opened.pages == file.page_count
        taken = in_turns(
            len(numbers) - 1, ours=draw, bare=lambda: bare(file, next(theirs), width)
        )
    renderer.close(opened.handle)
    return taken, size


def resident_mb(pid: int | None) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {pid} says nothing of its memory")


def test_page_turn(
    papers: dict[str, Path], renderer: Renderer, depth: int,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    """Cold pages, a random jump in a thick bundle, thumbnails; then how large the child grew."""
    columns = ("page", "bare ms", "ours ms", "ratio", "handed over")
    table = FigureTable(f"Page turn at {WIDE} px, cold, wall time", columns)
    deep = depth > 1
    dice, first = random.Random(7), list(range(1, COLD + 2 if deep else 4))
    jumps = dice.sample(range(1, THICK + 1), 16 if deep else 4)
    small = list(range(1, 41 if deep else 11))
    more = 100 if deep else 20
    kinds = (
        ("A4 300 dpi colour JPEG", "colour", first, WIDE),
        ("A4 200 dpi grey JPEG", "grey", first, WIDE),
        ("A4 300 dpi G4 (TIFF)", "g4", first, WIDE),
        (f"random jump in {THICK} pages", "thick", jumps, WIDE),
        (f"thumbnail {THUMBNAIL_PX} px", "thick", small, THUMBNAIL_PX),
    )  # fmt: skip
    for name, kind, numbers, width in kinds:
        taken, size = turning(renderer, papers[kind], numbers, width)
        table.add(name, taken["bare"], taken["ours"], ratio(taken, "ours", "bare"),
                  f"{size / 1e6:.2f} MB")  # fmt: skip
    begun = resident_mb(renderer.child_pid)
    opened = renderer.open(papers["thick"])
    for number in dice.sample(range(1, THICK + 1), more):
        assert renderer.page(opened.handle, number, WIDE).page_width == WIDE
    table.notes.append(
        f"Renderer process: {begun:.0f} MB after the pages above, "
        f"{resident_mb(renderer.child_pid):.0f} MB after {more} pages more."
    )
    measured(table)
