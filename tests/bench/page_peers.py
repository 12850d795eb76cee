"""Who draws the same page beside us: one way of asking each for a cold page, in processor time.

Peers are used where they are installed and told as absent where not; none is needed for the
product. Whatever runs as a program of its own pays for its start as well: that is measured with an
empty page and taken off.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pymupdf
import pypdfium2
from PyQt6.QtCore import QSize
from PyQt6.QtPdf import QPdfDocument

from workbench.paper.renderer import Renderer

Draw = Callable[[int], float]
"""Page from 1 -> milliseconds of processor time that drawing it took."""
PROGRAMS: dict[str, Callable[[Path, int, int], list[str]]] = {
    "mutool": lambda path, page, width: [
        "mutool", "draw", "-q", "-F", "pnm", "-w", str(width), "-o", "-", str(path), str(page)
    ],
    "pdftoppm": lambda path, page, width: [
        "pdftoppm", "-f", str(page), "-l", str(page), "-scale-to-x", str(width),
        "-scale-to-y", "-1", str(path),
    ],
}  # fmt: skip


def process_ms(pid: int) -> float:
    """Processor time of another process up to now: its own clock, exact to less than 1 ms."""
    return time.clock_gettime_ns(~pid << 3 | 2) / 1e6


def own_ms() -> float:
    """Processor time of this process up to now."""
    return time.process_time_ns() / 1e6


@contextmanager
def ours(renderer: Renderer, path: Path, width: int) -> Iterator[Draw]:
    """The viewer's question: the renderer's process and this one's part of it together."""
    opened = renderer.open(path)

    def draw(page: int) -> float:
        pid = renderer.child_pid
        assert pid is not None
        begun = own_ms() + process_ms(pid)
        picture = renderer.page(opened.handle, page, width, loosely=True)
        assert not picture.blank and picture.page_width >= width - 1
        return own_ms() + process_ms(pid) - begun

    yield draw
    renderer.close(opened.handle)


@contextmanager
def mupdf(path: Path, width: int) -> Iterator[Draw]:
    """PyMuPDF in this process, its store of decoded pictures emptied before each page."""
    with pymupdf.open(path) as file:

        def draw(page: int) -> float:
            pymupdf.TOOLS.store_shrink(100)
            return _own(lambda: _pixmap(file, page, width))

        yield draw
    pymupdf.TOOLS.store_shrink(100)


def _pixmap(file: pymupdf.Document, page: int, width: int) -> pymupdf.Pixmap:
    loaded = file.load_page(page - 1)
    scale = width / loaded.rect.width
    return loaded.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)


@contextmanager
def pdfium(path: Path, width: int) -> Iterator[Draw]:
    """pypdfium2 in this process."""
    file = pypdfium2.PdfDocument(path)

    def one(page: int) -> None:
        loaded = file[page - 1]
        loaded.render(scale=width / loaded.get_width()).close()
        loaded.close()

    yield lambda page: _own(lambda: one(page))
    file.close()


@contextmanager
def qt_pdf(path: Path, width: int) -> Iterator[Draw]:
    """QtPdf in this process."""
    file = QPdfDocument(None)
    file.load(str(path))

    def one(page: int) -> None:
        size = file.pagePointSize(page - 1)
        high = round(width * size.height() / size.width())
        assert not file.render(page - 1, QSize(width, high)).isNull()

    yield lambda page: _own(lambda: one(page))
    file.close()


@contextmanager
def program(name: str, path: Path, width: int, empty: Path) -> Iterator[Draw]:
    """A program of its own for each page, less what it needs for a page with nothing on it."""
    start = median(_run(PROGRAMS[name](empty, 1, 100)) for _turn in range(3))
    yield lambda page: max(_run(PROGRAMS[name](path, page, width)) - start, 0.01)


def installed(name: str) -> bool:
    """Whether that program is on this machine."""
    return shutil.which(name) is not None


def _own(act: Callable[[], Any]) -> float:
    begun = own_ms()
    act()
    return own_ms() - begun


def _run(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3
