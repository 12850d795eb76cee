"""A cold page of every usual kind of scan, in processor time, beside whoever else can draw it.

All are asked in turns inside one run. Ours counts the renderer's process and this one's part; what
the desk then paints is :data:`WIDE` pixels wide, and the picture may be up to half as wide again.
At the small depth the pages are smaller and fewer: it shows that the bench runs, not the figures.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import pymupdf
import pytest
from PyQt6.QtWidgets import QApplication

from tests.bench.figures import FigureTable
from tests.bench.page_peers import (
    PROGRAMS,
    Draw,
    installed,
    mupdf,
    ours,
    own_ms,
    pdfium,
    process_ms,
    program,
    qt_pdf,
)
from tests.bench.scan_kit import empty_pdf, grey_file, page, scan, scans_pdf, tall_page, wide_page
from workbench.paper.renderer import THUMBNAIL_PX, Renderer
from workbench.paper.sample_files import tiff_of
from workbench.rules.materials import Clip

pytestmark = [pytest.mark.timeout(600), pytest.mark.long(6)]
WIDE: Final = 1200
PEERS: Final = ("mutool", "pdftoppm", "QtPdf", "pypdfium2")


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    """A renderer whose process has loaded its libraries, as after the desk's first paint."""
    with Renderer() as one:
        one.start()
        yield one


def asked_in_turns(
    renderer: Renderer, path: Path, rounds: int, width: int, empty: Path
) -> dict[str, float]:
    """Median processor time of each; one page warms up and is dropped."""
    with ExitStack() as stack:
        draws: dict[str, Draw] = {
            "MuPDF": stack.enter_context(mupdf(path, width)),
            "ours": stack.enter_context(ours(renderer, path, width)),
            "QtPdf": stack.enter_context(qt_pdf(path, width)),
            "pypdfium2": stack.enter_context(pdfium(path, width)),
        }
        for name in PROGRAMS:
            if installed(name):
                draws[name] = stack.enter_context(program(name, path, width, empty))
        taken: dict[str, list[float]] = {name: [] for name in draws}
        for number in range(1, rounds + 2):
            for name, draw in draws.items():
                spent = draw(number)
                if number > 1:
                    taken[name].append(spent)
    return {name: median(each) for name, each in taken.items()}


def test_cold_pages(
    qapp: QApplication, tmp_path: Path, renderer: Renderer, depth: int,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    """The five usual kinds: at most so much of MuPDF, and ahead of all."""
    deep = depth > 1
    rounds = 7 if deep else 2
    part = 1 if deep else 3
    empty = empty_pdf(tmp_path / "empty.pdf")
    columns = ("page", "MuPDF ms", "ours ms", "ours", *PEERS, "aim", "reached")
    table = FigureTable(f"Cold page at {WIDE // part} px, processor time to MuPDF's", columns)
    a4, a3 = 300 // part, 600 // part
    kinds = (
        (f"A4 {a4} dpi colour JPEG", lambda: scan(page(a4, "colour"), "colour", a4), 0.5),
        (f"A4 {200 // part} dpi grey JPEG",
         lambda: scan(page(200 // part, "grey"), "grey", 200 // part), 0.5),
        (f"A4 {a4} dpi G4", lambda: scan(page(a4, "bilevel"), "fax", a4), 0.5),
        (f"A4 {a4} dpi JPX", lambda: scan(page(a4, "colour"), "jpx", a4), 0.5),
        (f"A3 {a3} dpi colour JPEG", lambda: scan(tall_page(a3), "colour", a3), 0.8),
        (f"A3 {a3} dpi, lying", lambda: scan(wide_page(a3), "colour", a3), 0.8),
    )  # fmt: skip
    for name, make, aim in kinds:
        path = scans_pdf(tmp_path / "scan.pdf", [make()] * (rounds + 1))
        taken = asked_in_turns(renderer, path, rounds, WIDE // part, empty)
        to = {peer: taken[peer] / taken["MuPDF"] for peer in taken}
        ahead = all(taken["ours"] < taken[peer] * (1.1 if "JPX" in name else 1)
                    for peer in taken if peer != "ours")  # fmt: skip
        others = [f"{to[peer]:.2f}" if peer in to else "absent" for peer in PEERS]
        said = "yes" if to["ours"] <= aim and ahead else "no"
        table.add(name, taken["MuPDF"], taken["ours"], f"{to['ours']:.2f}", *others, aim, said)
    table.notes.append(
        "Reached: at most the aim, and less than every peer (JPX: at most 1.1 of each). Programs "
        "are counted without their start, which is measured with an empty page."
    )
    measured(table)


def test_thumbnails_files_and_tiles(
    tmp_path: Path, renderer: Renderer, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Thumbnails, pictures that are files of their own, and the next part at 400 %, against MuPDF.

    MuPDF keeps the decoded page for the parts, as it would in a viewer; nothing else is warm.
    """
    deep = depth > 1
    columns = ("what", "MuPDF ms", "ours ms", "ours", "aim", "reached")
    table = FigureTable("Thumbnails, files and parts of scans, processor time", columns)
    count, dpi = (100, 200) if deep else (10, 60)
    thick = grey_file(tmp_path / "thick.pdf", count + 1, dpi)
    _row(table, f"{count} thumbnails of {dpi} dpi grey pages, two lanes, wall time",
         _thumbnails(renderer, thick, count), 0.6)  # fmt: skip
    rounds, a4 = (8, 300) if deep else (3, 100)
    jpeg, g4 = tmp_path / "a.jpg", tmp_path / "a.tif"
    page(a4, "colour").save(jpeg, quality=85, dpi=(a4, a4))
    sheets = [page(a4, "bilevel", number) for number in range(2 if deep else 1)] * 12
    g4.write_bytes(tiff_of(sheets, a4))
    _row(table, f"A4 {a4} dpi colour JPEG file", _both(renderer, jpeg, [1] * rounds, WIDE), 0.5)
    last = range(len(sheets), len(sheets) - rounds, -1)
    _row(table, f"late pages of a G4 TIFF of {len(sheets)} pages",
         _both(renderer, g4, last, WIDE), 0.5)  # fmt: skip
    table.notes.append(
        "The two lanes need two free cores: their processes run at a lower priority than MuPDF "
        "here, so on a busy machine the first line says nothing."
    )
    scans = scans_pdf(tmp_path / "tiles.pdf", [scan(page(a4, "colour"), "colour", a4)])
    _row(table, "next part of 1200 x 900 at 400 %", _parts(renderer, scans, rounds), 0.5)
    measured(table)


Taken = dict[str, list[float]]


def _both(renderer: Renderer, path: Path, pages: Iterable[int], width: int) -> Taken:
    """Each page by both in turn; the first warms up and is dropped."""
    taken: Taken = {"MuPDF": [], "ours": []}
    with mupdf(path, width) as bare, ours(renderer, path, width) as own:
        for number, each in enumerate(pages):
            spent = {"MuPDF": bare(each), "ours": own(each)}
            for name in taken if number else ():
                taken[name].append(spent[name])
    return taken


def _thumbnails(renderer: Renderer, path: Path, count: int) -> Taken:
    """Wall time of all thumbnails together: by the two renderers that the viewer has, each in a
    thread of its own, and by MuPDF one after the other."""
    with Renderer() as ahead, ThreadPoolExecutor(2) as lanes:
        ahead.start()
        files = [(one, one.open(path).handle) for one in (renderer, ahead)]

        def lane(which: int) -> None:
            one, handle = files[which]
            for number in range(1 + which, count + 1, 2):
                assert not one.thumbnail(handle, number).blank

        taken: Taken = {"MuPDF": [], "ours": []}
        with mupdf(path, THUMBNAIL_PX) as bare:
            for _turn in range(3):
                begun = time.perf_counter_ns()
                list(lanes.map(lane, (0, 1)))
                taken["ours"].append((time.perf_counter_ns() - begun) / 1e6)
                begun = time.perf_counter_ns()
                for number in range(1, count + 1):
                    bare(number)
                taken["MuPDF"].append((time.perf_counter_ns() - begun) / 1e6)
        renderer.close(files[0][1])
    return taken


def _parts(renderer: Renderer, path: Path, rounds: int) -> Taken:
    """One part after the other of one page whose first part has been drawn."""
    wide = 3_174  # A4 at four times its true size on a screen of 96 dots an inch
    across, down = 1_200 / wide, 900 / (wide * 2**0.5)
    taken: Taken = {"MuPDF": [], "ours": []}
    opened = renderer.open(path)
    pid = renderer.child_pid
    assert pid is not None
    with pymupdf.open(path) as file:
        loaded = file.load_page(0)
        matrix = pymupdf.Matrix(wide / loaded.rect.width, wide / loaded.rect.width)
        for number in range(rounds + 1):
            x, y = number % 3 * 0.2, number * 0.6 / (rounds + 1)
            clip = Clip(x, y, x + across, y + down)
            begun = own_ms() + process_ms(pid)
            assert renderer.page(opened.handle, 1, wide, 0, clip).width in (1_200, 1_201)
            spent = own_ms() + process_ms(pid) - begun
            box = pymupdf.Rect(clip.left, clip.top, clip.right, clip.bottom)
            box = box * pymupdf.Matrix(loaded.rect.width, loaded.rect.height)
            begun = own_ms()
            loaded.get_pixmap(matrix=matrix, clip=box, alpha=False)
            if number:
                taken["MuPDF"].append(own_ms() - begun)
                taken["ours"].append(spent)
    renderer.close(opened.handle)
    return taken


def _row(
    table: FigureTable,
    name: str,
    taken: Taken,
    aim: float,
) -> None:
    bare, own = median(taken["MuPDF"]), median(taken["ours"])
    table.add(name, bare, own, f"{own / bare:.2f}", aim, "yes" if own <= aim * bare else "no")


def test_random_jumps(
    tmp_path: Path, renderer: Renderer, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Anywhere in a thick scan: wall time from the question to the pixels in this process."""
    pages, dpi, jumps = (300, 200, 300) if depth > 1 else (40, 60, 20)
    opened = renderer.open(grey_file(tmp_path / "thick.pdf", pages, dpi))
    dice, taken = random.Random(4), []
    for _jump in range(jumps):
        begun = time.perf_counter_ns()
        picture = renderer.page(opened.handle, dice.randint(1, pages), WIDE, loosely=True)
        taken.append((time.perf_counter_ns() - begun) / 1e6)
        assert picture.page_width >= WIDE
    columns = ("pages", "median ms", "p99 ms", "longest ms", "aim", "reached")
    table = FigureTable(f"Random jump in a {dpi} dpi grey scan, wall time, cold", columns)
    middle, late = median(taken), quantiles(taken, n=100)[98]
    said = "yes" if middle < 60 and late < 150 else "no"
    table.add(f"{pages}", middle, late, max(taken), "60 and 150", said)
    measured(table)
