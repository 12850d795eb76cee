"""One open image file inside the child: TIFF, JPEG, PNG, GIF, WebP, BMP. Pillow, one thread.

A multi-page TIFF is pages; an animated picture is its first frame, and says so. The stated size
is checked before anything is decoded. Pillow raises nearly any exception type on a fuzzed file,
so each is told as damage; only being out of memory is told apart.
"""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path
from typing import IO, Final

from PIL import Image, ImageFile, ImageOps

from workbench.paper.drawn import Box, Drawn, Found, Memory, Note, PageTrouble, Target, target
from workbench.paper.picture_parts import LastScan
from workbench.paper.pixels import fitted, needs_dark_ground
from workbench.rules.materials import Clip, Kind, PageSize, PaperLimits

_FORMATS: Final = {
    Kind.TIFF: ("TIFF",),
    Kind.JPEG: ("JPEG", "MPO"),
    Kind.PNG: ("PNG",),
    Kind.GIF: ("GIF",),
    Kind.WEBP: ("WEBP",),
    Kind.BMP: ("BMP",),
}
_DPI_RANGE: Final = (36.0, 2_540.0)
_PAGE_INCHES: Final = 60.0
_A4_LONG_INCHES: Final = 11.69
_TRANSPOSED: Final = (5, 6, 7, 8)
_ORIENTATION: Final = 0x0112


class ImageDocument:
    """An image file open for drawing."""

    def __init__(self, path: Path, kind: Kind, limits: PaperLimits) -> None:
        """Open it and count its pages. Raises PageTrouble."""
        self.kind = kind.value
        self._kind = kind
        self._limits = limits
        Image.MAX_IMAGE_PIXELS = limits.max_pixels
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        warnings.simplefilter("ignore")  # in this child: a bomb is refused by size below
        self._grounds: dict[int, bool] = {}
        self._part = LastScan()
        self._file = path.open("rb")
        try:
            self._image = self._open()
        except BaseException:
            self._file.close()
            raise
        try:
            self._check_size(self._image)
            self._pages = self._count()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        self._image.close()
        self._file.close()

    def sizes(self) -> list[PageSize]:
        """The size of every page as shown, by its stated resolution or a sensible one."""
        return [self._size(self._frame(number)) for number in range(1, self._pages + 1)]

    def draw(
        self, page: int, width_px: int, turn: int, clip: Clip, loosely: bool = False,
        into: Memory | None = None,
    ) -> Drawn:  # fmt: skip
        """Draw ``page`` turned clockwise by ``turn``. Raises PageTrouble."""
        frame = self._frame(page)
        most = self._limits.max_picture_pixels
        want = target(self._size(frame), width_px, turn, clip, most, most if loosely else 0)
        image = self._part.of(page, want)
        if image is None:
            image = self._decoded(page, _least(want, turn, _lies(frame, self._kind)))
            self._part.keep(page, want, image)
        dark = self._grounds.get(page)
        if dark is None:
            dark = self._grounds[page] = needs_dark_ground(image)
        try:
            return fitted(image, want, turn, dark, into)
        except (OSError, ValueError, TypeError) as err:
            raise PageTrouble("page-damaged", page=page) from err

    def density(self, page: int) -> float:
        """Pixels to a point of ``page``."""
        frame = self._frame(page)
        size = self._size(frame)
        return max(frame.size) / max(size.width_pt, size.height_pt)

    def search(self, words: str, first: int, last: int, most: int) -> list[tuple[int, Box]]:
        """Nothing: an image holds no text."""
        return []

    def examine(self, check_seconds: float) -> Found:
        """Decode page after page as far as time allows. Raises PageTrouble for a bad one."""
        deadline = time.monotonic() + check_seconds
        found = self.brief(check_seconds)
        blank: list[str] = []
        for number in range(1, self._pages + 1):
            if number > 1 and time.monotonic() > deadline:
                found.notes.append(Note("not-all-checked", {"number": number - 1}))
                break
            image = self._decoded(number, None)
            if needs_dark_ground(image):
                found.notes.append(Note("light-on-clear"))
            elif _flat(image):
                blank.append(str(number))
        if blank:
            found.notes.append(Note("blank-pages", {"pages": ", ".join(blank[:20])}))
        return found

    def brief(self, seconds: float) -> Found:
        """What the open file says about itself."""
        found = Found(self._pages)
        try:
            animated = self._kind is not Kind.TIFF and getattr(self._image, "is_animated", False)
        except MemoryError:
            raise
        except Exception:
            # the second picture is looked for, and what stands there is damaged
            found.notes.append(Note("repaired"))
            return found
        if animated:
            found.notes.append(Note("animated"))
        return found

    def _open(self) -> Image.Image:
        """The file from its beginning, through a second handle: also one that is gone or was
        replaced since it was opened."""
        self._file.seek(0)
        again = os.fdopen(os.dup(self._file.fileno()), "rb")
        try:
            return self._read(again)
        except BaseException:
            again.close()
            raise

    def _read(self, again: IO[bytes]) -> Image.Image:
        try:
            return Image.open(again, formats=_FORMATS[self._kind])
        except MemoryError:
            raise
        except Image.DecompressionBombError as err:
            raise self._too_large() from err
        except Exception as err:
            raise PageTrouble("damaged") from err

    def _count(self) -> int:
        """Pages of a TIFF by walking its directories; every other kind shows one picture."""
        if self._kind is not Kind.TIFF:
            return 1
        pages = 0
        while pages <= self._limits.max_pages:
            try:
                self._image.seek(pages)
            except EOFError:
                break
            except MemoryError:
                raise
            except Exception as err:
                raise PageTrouble("page-damaged", page=pages + 1) from err
            self._check_size(self._image)
            pages += 1
        if pages > self._limits.max_pages:
            raise PageTrouble("too-many-pages", limit=self._limits.max_pages)
        if pages < 1:
            raise PageTrouble("no-pages")
        return pages

    def _frame(self, number: int) -> Image.Image:
        """The file standing at page ``number``, not decoded."""
        if not 1 <= number <= self._pages:
            raise PageTrouble("no-such-page", page=number, pages=self._pages)
        try:
            self._image.seek(number - 1)
        except MemoryError:
            raise
        except Exception as err:
            raise PageTrouble("page-damaged", page=number) from err
        self._check_size(self._image)
        return self._image

    def _decoded(self, number: int, at_least: tuple[int, int] | None) -> Image.Image:
        """Page ``number`` decoded and upright; a JPEG only as finely as ``at_least`` asks.

        The file is opened anew: a decoded Pillow image cannot be decoded a second time at
        another scale, and keeps its memory.
        """
        self._image.close()
        self._image = self._open()
        frame = self._frame(number)
        if at_least is not None and self._kind is Kind.JPEG:
            frame.draft(None, at_least)
        try:
            as_held = self._kind is Kind.TIFF or _orientation(frame) == 1
            frame.load()
            return frame if as_held else ImageOps.exif_transpose(frame)
        except MemoryError:
            raise
        except Exception as err:
            code = "truncated" if "truncated" in str(err) else "page-damaged"
            raise PageTrouble(code, page=number) from err

    def _check_size(self, image: Image.Image) -> None:
        if image.width * image.height > self._limits.max_pixels:
            raise self._too_large()
        if image.width < 1 or image.height < 1:
            raise PageTrouble("damaged")

    def _too_large(self) -> PageTrouble:
        return PageTrouble("too-many-pixels", limit=self._limits.max_pixels // 1_000_000)

    def _size(self, frame: Image.Image) -> PageSize:
        """Points of the page as shown. Pillow swaps a TIFF's sides itself, no other kind's."""
        wide, high = frame.size
        across, down = _resolution(frame)
        if _lies(frame, self._kind):
            wide, high, across, down = high, wide, down, across
        return PageSize(wide * 72.0 / across, high * 72.0 / down, 0)


def _lies(frame: Image.Image, kind: Kind) -> bool:
    """Whether the pixels lie on their side, so that the page as shown has them stood up."""
    return kind is not Kind.TIFF and _orientation(frame) in _TRANSPOSED


def _least(want: Target, turn: int, lies: bool) -> tuple[int, int]:
    """How many pixels, as they lie in the file, are needed for what is wished."""
    sides = (want.page_width, want.page_height)
    return sides[::-1] if (turn in (90, 270)) != lies else sides


def _resolution(frame: Image.Image) -> tuple[float, float]:
    """Stated dpi across and down, or one that makes the long side that of an A4 sheet."""
    stated = frame.info.get("dpi") or frame.info.get("resolution")
    long = max(frame.size)
    guess = min(max(long / _A4_LONG_INCHES, 72.0), 600.0)
    if not isinstance(stated, tuple) or len(stated) != 2:
        return guess, guess
    try:
        across, down = float(stated[0]), float(stated[1])
    except (TypeError, ValueError, ZeroDivisionError):
        return guess, guess
    low, high = _DPI_RANGE
    sensible = low <= across <= high and low <= down <= high and 1 / 3 <= across / down <= 3
    if not sensible or frame.width / across > _PAGE_INCHES or frame.height / down > _PAGE_INCHES:
        return guess, guess
    return across, down


def _orientation(frame: Image.Image) -> int:
    """The Exif orientation, 1 where there is none or it cannot be read.

    Asking a PNG without the chunk would decode all of it in search of one after the pixels.
    """
    if frame.format == "PNG" and "exif" not in frame.info:
        return 1
    try:
        value = frame.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        return 1
    return value if isinstance(value, int) else 1


def _flat(image: Image.Image) -> bool:
    """Whether every pixel has the same colour."""
    bands = image.getextrema()
    pairs = bands if isinstance(bands[0], tuple) else (bands,)
    return all(isinstance(pair, tuple) and pair[0] == pair[1] for pair in pairs)
