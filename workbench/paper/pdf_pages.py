"""One open PDF inside the child: sizes, drawing, searching, examining. PyMuPDF, one thread.

MuPDF's habits that matter here: it opens broken files with 0 pages and no exception; a page list
that runs in a circle shows only when the later page is loaded; it leaves out what it cannot
decode and says so only in its warnings; ``load_page`` may raise any of several exception types.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pymupdf
from pymupdf import mupdf

from workbench.paper.drawn import (
    WHOLE,
    Box,
    Drawn,
    Found,
    Memory,
    Note,
    PageTrouble,
    Target,
    one_colour,
    target,
)
from workbench.paper.pdf_findings import active_content, signature_fields
from workbench.paper.picture_parts import LastScan
from workbench.paper.raw_streams import RawStreams
from workbench.paper.scan_pages import draw_scan
from workbench.rules.materials import Active, Clip, Kind, PageSize, PaperLimits

_CHECK_WIDTH: Final = 200
"""Pixels: enough to see that a page is not blank; a scan decodes at an eighth for it."""
_EMPTY_STORE_AFTER: Final = 4
"""Pages drawn until decoded images are forgotten: 60 scans held 342 MB without it. Zooming on one
page stays quick, and the engine's own count of what it holds cannot be asked."""
_HARMLESS: Final = ("workaround", "PDF stream Length incorrect", "... repeated")
"""Beginnings of engine warnings that change nothing on the page."""
_END_WITHIN: Final = 2_048
"""Bytes at the end in which ``%%EOF`` is looked for; readers find it in the last 1,024."""
_LARGE_PT: Final = 3_400.0
"""A0 is 3,370 points high: what is larger is told to be shown reduced."""


class PdfDocument:
    """A PDF open for drawing."""

    kind = Kind.PDF.value

    def __init__(self, path: Path, password: str | None, limits: PaperLimits) -> None:
        """Open it. Raises PageTrouble: damaged, needs-password, no-pages, too-many-pages …"""
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        # plain device colours as other readers show them: with profiles a dark grey 25 of a
        # bilevel or grey scan comes out as 64, and the quick way would differ from the engine
        pymupdf.TOOLS.set_icc(False)
        self._limits = limits
        self._sizes: list[PageSize] | None = None
        self._lately: set[int] = set()
        self._part = LastScan()
        self._file = _open(path)
        try:
            _unlock(self._file, password)
            self._pages = self._count()
            self._raw = RawStreams(path, not (self._file.is_repaired or _protected(self._file)))
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Give the file back and forget its decoded images."""
        self._raw.close()
        self._file.close()
        pymupdf.TOOLS.store_shrink(100)

    def sizes(self) -> list[PageSize]:
        """The size of every page as shown. Raises PageTrouble for a page that cannot be read."""
        if self._sizes is None:
            self._sizes = [self._size(number) for number in range(1, self._pages + 1)]
        return self._sizes

    def draw(
        self, page: int, width_px: int, turn: int, clip: Clip, loosely: bool = False,
        into: Memory | None = None,
    ) -> Drawn:  # fmt: skip
        """Draw ``page`` white-grounded as RGB, a scan as it is. Raises PageTrouble."""
        loaded = self._load(page)
        size = _shown_size(loaded, page, self._limits.max_page_pt)
        most = self._limits.max_picture_pixels
        want = target(size, width_px, turn, clip, most, most if loosely else 0)
        fast = self._quickly(loaded, page, want, turn, into)
        if fast is not None:
            return fast
        area = pymupdf.IRect(want.left, want.top, want.left + want.width, want.top + want.height)
        picture = pymupdf.Pixmap(pymupdf.csRGB, area, False)
        picture.clear_with(255)
        matrix = _matrix(loaded.rect, turn, want.page_width, want.page_height)
        try:
            with _told("page-damaged", page):
                _run(loaded, picture, matrix)
        finally:
            self._tidy(page)
        pixels = picture.samples_mv
        return Drawn(
            want.width, want.height, picture.stride, "RGB888", want.page_width, want.page_height,
            one_colour(pixels, 3), pixels, owner=picture,
        )  # fmt: skip

    def density(self, page: int) -> float:
        """Pixels to a point of the largest image on ``page``; 0.0 without one."""
        loaded, best, found = self._load(page), 0, 0.0
        for image in loaded.get_images(full=True):
            pixels = image[2] * image[3]
            for box in loaded.get_image_rects(image[0]) if pixels > best else ():
                if not box.is_empty:
                    best = pixels
                    found = max(image[2:4]) / max(box.width, box.height)
        return float(found)

    def _quickly(
        self, loaded: Any, page: int, want: Target, turn: int, into: Memory | None
    ) -> Drawn | None:
        """The page as a scan, or None where it is none or the engine has to say what is wrong."""
        try:
            return draw_scan(
                self._file, loaded, want, turn, self._limits.max_pixels, self._part, into, self._raw
            )
        except MemoryError:
            raise
        except Exception as err:
            trouble = _trouble(err, "page-damaged", page)
            if isinstance(trouble, MemoryError):
                raise trouble from err
            return None

    def search(self, words: str, first: int, last: int, most: int) -> list[tuple[int, Box]]:
        """Places of ``words``, ignoring case, as fractions of the page as shown."""
        hits: list[tuple[int, Box]] = []
        for number in range(max(1, first), min(last, self._pages) + 1):
            page = self._load(number)
            size = _shown_size(page, number, self._limits.max_page_pt)
            for place in self._places(page, words, number):
                shown = (place * page.rotation_matrix).normalize()
                hits.append((number, _fractions(shown, size)))
                if len(hits) >= most:
                    return hits
        return hits

    def examine(self, check_seconds: float) -> Found:
        """Load every page, draw as many as time allows, look for active content.

        Raises PageTrouble, also ``truncated``: what is left of a file that breaks off opens as if
        it were whole, with pages missing, because the engine makes a new list of its objects.
        """
        if self._file.is_repaired and not _has_end(Path(self._file.name)):
            raise PageTrouble("truncated")
        deadline = time.monotonic() + check_seconds
        sizes = self.sizes()
        found = self.brief(check_seconds / 2)
        pymupdf.TOOLS.reset_mupdf_warnings()
        blank: list[int] = []
        doubtful: list[int] = []
        for number in range(1, self._pages + 1):
            if number > 1 and time.monotonic() > deadline:
                found.notes.append(Note("not-all-checked", {"number": number - 1}))
                break
            picture = self.draw(number, _CHECK_WIDTH, 0, WHOLE)
            if _worrying(pymupdf.TOOLS.mupdf_warnings()):
                doubtful.append(number)
            if picture.blank:
                blank.append(number)
        large = [n for n, size in enumerate(sizes, 1) if _longest(size) > _LARGE_PT]
        for code, pages in (
            ("blank-pages", blank), ("pages-doubtful", doubtful), ("large-pages", large),
        ):  # fmt: skip
            if pages:
                found.notes.append(Note(code, {"pages": _list(pages)}))
        return found

    def brief(self, seconds: float) -> Found:
        """Active content, signature fields and dynamic forms, looked for at most ``seconds``."""
        active, complete = active_content(self._file, seconds)
        found = Found(self._pages, [], active)
        if self._file.is_repaired:
            found.notes.append(Note("repaired"))
        if not complete:
            found.notes.append(Note("not-all-searched"))
        if Active.XFA in active:
            found.notes.append(Note("xfa"))
        signed = signature_fields(self._file)
        if signed:
            found.notes.append(Note("has-signature", {"number": signed}))
        return found

    def _places(self, page: Any, words: str, number: int) -> list[Any]:
        with _told("page-damaged", number):
            return list(page.search_for(words))

    def _tidy(self, page: int) -> None:
        self._lately.add(page)
        if len(self._lately) > _EMPTY_STORE_AFTER:
            pymupdf.TOOLS.store_shrink(100)
            self._lately = {page}

    def _count(self) -> int:
        with _told("no-pages", 1):
            pages = int(self._file.page_count)
        if pages < 1:
            raise PageTrouble("no-pages")
        if pages > self._limits.max_pages:
            raise PageTrouble("too-many-pages", limit=self._limits.max_pages)
        return pages

    def _load(self, number: int) -> Any:
        if not 1 <= number <= self._pages:
            raise PageTrouble("no-such-page", page=number, pages=self._pages)
        with _told("page-damaged", number):
            return self._file.load_page(number - 1)

    def _size(self, number: int) -> PageSize:
        return _shown_size(self._load(number), number, self._limits.max_page_pt)


def _has_end(path: Path) -> bool:
    """Whether the end mark of a PDF stands where a whole file has it."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END_WITHIN, 0))
        return b"%%EOF" in file.read()


def _open(path: Path) -> Any:
    name = str(path)
    with _told("damaged", 1):
        if any("\ud800" <= char <= "\udfff" for char in name):
            # MuPDF takes names in UTF-8 only; older scanners name files in GBK.
            return pymupdf.open(stream=path.read_bytes(), filetype="pdf")
        return pymupdf.open(filename=name, filetype="pdf")


def _protected(file: Any) -> bool:
    """Whether what stands in the file is encrypted."""
    return bool((file.metadata or {}).get("encryption"))


def _unlock(file: Any, password: str | None) -> None:
    """Open the protection. MuPDF takes damaged protection for a missing password."""
    if not file.needs_pass:
        return
    if password is None:
        raise PageTrouble("locked-or-damaged")
    if not file.authenticate(password):
        raise PageTrouble("wrong-password")


@contextmanager
def _told(code: str, page: int) -> Iterator[None]:
    """Whatever the engine raises inside, as ours."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as err:
        raise _trouble(err, code, page) from err


def _trouble(err: Exception, code: str, page: int) -> PageTrouble | MemoryError:
    """MuPDF's exception as ours. Its out-of-memory says only ``malloc … failed``."""
    text = str(err)
    if "alloc" in text and "failed" in text:
        return MemoryError(text)
    if "cycle in page tree" in text:
        return PageTrouble("page-loop", page=page)
    return PageTrouble(code, page=page)


def _shown_size(page: Any, number: int, most_pt: float) -> PageSize:
    box = page.rect
    if not (0.1 < box.width <= most_pt and 0.1 < box.height <= most_pt):
        raise PageTrouble("page-size", page=number)
    return PageSize(float(box.width), float(box.height), int(page.rotation))


def _matrix(rect: Any, turn: int, page_width: int, page_height: int) -> Any:
    """From the page as shown to the turned picture. ``Matrix(90)`` turns clockwise on screen."""
    turned = pymupdf.Matrix(turn)
    box = rect * turned
    to_corner = pymupdf.Matrix(1, 0, 0, 1, -box.x0, -box.y0)
    return turned * to_corner * pymupdf.Matrix(page_width / box.width, page_height / box.height)


def _run(page: Any, picture: Any, matrix: Any) -> None:
    """Draw page, annotations and widgets straight into the part that is wanted."""
    device = mupdf.fz_new_draw_device(mupdf.FzMatrix(), picture.this)
    try:
        mupdf.fz_run_page(page.this, device, mupdf.FzMatrix(*matrix), mupdf.FzCookie())
    finally:
        mupdf.fz_close_device(device)


def _worrying(warned: str) -> bool:
    """Whether the engine left something out. Out of memory is told apart: it can be mended."""
    lines = [line for line in warned.splitlines() if line and not line.startswith(_HARMLESS)]
    if any("alloc" in line and "failed" in line for line in lines):
        raise MemoryError(lines[0])
    return bool(lines)


def _longest(size: PageSize) -> float:
    return max(size.width_pt, size.height_pt)


def _fractions(box: Any, size: PageSize) -> Box:
    return (
        max(0.0, box.x0 / size.width_pt),
        max(0.0, box.y0 / size.height_pt),
        min(1.0, box.x1 / size.width_pt),
        min(1.0, box.y1 / size.height_pt),
    )


def _list(numbers: list[int]) -> str:
    """``1, 3, 7`` and an ellipsis after the twentieth."""
    shown = ", ".join(str(number) for number in numbers[:20])
    return f"{shown} …" if len(numbers) > 20 else shown
