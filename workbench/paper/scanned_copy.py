"""A pressed copy, scanned back: which copy it is, and whether it is the frozen document (R53).

PDF, TIFF, JPEG or PNG, read in a process of its own with little memory and time, because it comes
from outside. The two codes that ``printed_copy`` has put on each page say which copy and which
page it is, which way up it lies and how large a millimetre is; by them the scan is laid over the
page. Called by ``hand_copies``.
"""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageSequence

from workbench.paper.child import plain_environment
from workbench.paper.limits import arm_alarm, confine
from workbench.paper.printed_copy import code_places, marked_places
from workbench.rules.copy_comparison import CopyComparison, Difference, control_code_fault
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Placement
from workbench.rules.words import N_, _

MOST_BYTES: Final = 200 * 1024 * 1024
MOST_PIXELS: Final = 80_000_000
MOST_PAGES: Final = 60
MEMORY_MB: Final = 2 * 1024
SECONDS: Final = 180.0
LEAST_DPI: Final = 140
"""What a scan at 150 dpi measures, when the glass is not quite true."""
_PDF_DPI: Final = 200

FAULTS: Final = {
    "scan_unreadable": (
        N_("The scan {name} cannot be read."),
        N_("Bring it as PDF, TIFF, JPEG or PNG.")),
    "scan_too_large": (
        N_("The scan {name} is too large."),
        N_("At most 200 MB, 60 pages and 80 million pixels a page: scan at 300 dpi.")),
    "scan_no_code": (
        N_("Page {page} of the scan {name} shows no control code, or only one of its two."),
        N_("Scan the whole page at 150 dpi or more; nothing may lie over the codes.")),
    "scan_of_no_copy": (
        N_("The scan {name} shows the copy {found}; no copy of this document with that code waits "
           "for its scan."),
        N_("Scan a copy that was printed here and has not been scanned back.")),
    "scan_other_copy": (
        N_("The scan {name} shows the copy {found}, not {wanted}."),
        N_("Scan each copy into a file of its own.")),
    "scan_page_missing": (
        N_("Page {page} of the copy is not in the scan {name}."),
        N_("Scan every page of the copy.")),
    "scan_page_twice": (
        N_("Page {page} of the copy is in the scan {name} more than once."),
        N_("Scan every page once.")),
    "scan_too_coarse": (
        N_("The scan {name} has {dpi} dpi."),
        N_("Scan again at 150 dpi or more, in colour.")),
}  # fmt: skip
"""Code -> what is wrong and what to do, as their sources."""


def compare_copy(
    scan: Path, frozen: Path, codes: Iterable[str], seal_at: Placement, diameter_mm: float
) -> CopyComparison:
    """The scan of one of the copies with these codes beside the frozen document. Refusals:
    :data:`FAULTS`."""
    said = _asked(scan, {
        "frozen": str(frozen.absolute()), "codes": list(codes), "seal_at": asdict(seal_at),
        "diameter_mm": diameter_mm,
    })  # fmt: skip
    at = said["seal_at"]
    return CopyComparison(
        said["code"], said["pages"], tuple(Difference(**one) for one in said["differences"]),
        Placement(**at) if at else None, said["seal_off_mm"], said["dpi"],
    )  # fmt: skip


def _asked(scan: Path, question: dict[str, Any]) -> dict[str, Any]:
    try:
        if scan.stat().st_size > MOST_BYTES:
            raise _refusal("scan_too_large", scan)
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__, str(scan.absolute())],
            input=json.dumps(question).encode(), capture_output=True, timeout=SECONDS, check=True,
            env=plain_environment(),
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as trouble:
        raise _refusal("scan_unreadable", scan) from trouble
    if "fault" in said:
        raise _refusal(str(said["fault"]), scan, **said["facts"])
    return said


def _refusal(code: str, scan: Path, **facts: Any) -> Refusal:
    text, remedy = FAULTS[code]
    return Refusal(code, _(text).format(name=scan.name, **facts), _(remedy))


# -- in the child -------------------------------------------------------------------------------


class _NotOneError(Exception):
    """What is wrong with the scan: a code of :data:`FAULTS` and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class _Seen:
    """One code on a scanned page: its words, its centre, and how far it is turned, in pixels."""

    code: str
    page: int
    centre: complex
    turn: float


def _pages(data: bytes) -> Iterator[Image.Image]:
    """The pages of the scan in colour, one at a time."""
    if data[:1024].lstrip().startswith(b"%PDF"):
        yield from _pdf_pages(data)
        return
    with Image.open(io.BytesIO(data), formats=("TIFF", "JPEG", "PNG")) as picture:
        if getattr(picture, "n_frames", 1) > MOST_PAGES:
            raise _NotOneError("scan_too_large")
        for frame in ImageSequence.Iterator(picture):
            if frame.width * frame.height > MOST_PIXELS:
                raise _NotOneError("scan_too_large")
            yield frame.convert("RGB")


def _pdf_pages(data: bytes) -> Iterator[Image.Image]:
    import pymupdf

    with pymupdf.open(stream=data, filetype="pdf") as document:
        if document.page_count > MOST_PAGES or document.needs_pass:
            raise _NotOneError("scan_too_large" if not document.needs_pass else "scan_unreadable")
        for page in document:
            if page.rect.width * page.rect.height * (_PDF_DPI / 72) ** 2 > MOST_PIXELS:
                raise _NotOneError("scan_too_large")
            drawn = page.get_pixmap(dpi=_dpi_of(page), alpha=False)
            yield Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)


def _dpi_of(page: Any) -> int:
    """What the pictures of the page have, as far as it is of use; drawing more shows no more."""
    has = [one["width"] / max(one["bbox"][2] - one["bbox"][0], 1) * 72
           for one in page.get_image_info()]  # fmt: skip
    return round(min(max(has, default=_PDF_DPI), _PDF_DPI))


def _codes(page: Image.Image) -> list[_Seen]:
    """The control codes of a page, whichever way it lies."""
    import zxingcpp

    found = []
    grey = page.convert("L")
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for one in zxingcpp.read_barcodes(grey, formats=wanted):
        code, _slash, number = one.text.partition("/")
        if control_code_fault(code) or not number.isdecimal():
            continue
        at = one.position
        corners = [complex(c.x, c.y) for c in
                   (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]  # fmt: skip
        side = corners[1] - corners[0]
        found.append(_Seen(code, int(number), sum(corners) / 4, math.atan2(side.imag, side.real)))
    return found


def _pair(page: Image.Image, number: int) -> tuple[_Seen, _Seen]:
    """The two codes of a page, the lower left one first as the page is to be read."""
    seen = _codes(page)
    if len(seen) != 2 or (seen[0].code, seen[0].page) != (seen[1].code, seen[1].page):
        raise _NotOneError("scan_no_code", page=number)
    # Turned back upright the second one lies to the right of the first and above it.
    way = (seen[1].centre - seen[0].centre) * complex(
        math.cos(-seen[0].turn), math.sin(-seen[0].turn)
    )
    return (seen[0], seen[1]) if way.real > 0 else (seen[1], seen[0])


def _laid_over(
    page: Image.Image, pair: tuple[_Seen, _Seen], wide_mm: float, high_mm: float, dpi: int
) -> tuple[Image.Image, float]:
    """The scanned page as the frozen one lies, at ``dpi``; how many dpi the scan had."""
    low, up = (complex(*one) for one in code_places(wide_mm, high_mm))
    # A millimetre of the page, turned and scaled, in pixels of the scan.
    scale = (pair[1].centre - pair[0].centre) / (up - low)
    had = abs(scale) * 25.4
    fewer = max(1, int(had / dpi / 1.2))
    small = page.reduce(fewer) if fewer > 1 else page
    step = scale / fewer * 25.4 / dpi
    begin = (pair[0].centre - low * scale) / fewer
    affine = (step.real, -step.imag, begin.real, step.imag, step.real, begin.imag)
    size = (round(wide_mm / 25.4 * dpi), round(high_mm / 25.4 * dpi))
    laid = small.transform(
        size, Image.Transform.AFFINE, affine, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
    )
    return laid, had


def _compared(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    import pymupdf

    from workbench.paper.ink_compare import DPI, differences, red_ink
    from workbench.paper.pressed_seal import find_seal

    asked, dpi, code = question["seal_at"], 100_000.0, ""
    found: list[Difference] = []
    seals: dict[int, tuple[float, float]] = {}
    with pymupdf.open(question["frozen"]) as frozen:
        count = frozen.page_count
        wanted_page = count if asked["page"] == -1 else int(asked["page"])
        left = set(range(1, count + 1))
        for number, page in enumerate(_pages(data), start=1):
            pair = _pair(page, number)
            this, code = pair[0].page, code or _expected(pair[0], question["codes"])
            _refuse_other(pair[0], code, left, count)
            left.remove(this)
            drawn = frozen[this - 1].get_pixmap(dpi=DPI, alpha=False)
            flat = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
            wide, high = flat.width * 25.4 / DPI, flat.height * 25.4 / DPI
            laid, had = _laid_over(page, pair, wide, high, DPI)
            dpi = min(dpi, had)
            if had < LEAST_DPI:
                raise _NotOneError("scan_too_coarse", dpi=round(had))
            laid = laid.resize(flat.size) if laid.size != flat.size else laid
            marks = [tuple(round(edge / 25.4 * DPI) for edge in box)
                     for box in marked_places(wide, high)]  # fmt: skip
            found += differences(this, flat, laid, marks)  # type: ignore[arg-type]
            place = find_seal(
                red_ink(laid), DPI / 25.4, question["diameter_mm"], (asked["x_mm"], asked["y_mm"])
            )
            if place is not None:
                seals[this] = place
    if left:
        raise _NotOneError("scan_page_missing", page=min(left))
    at = _seal(seals, wanted_page)
    off = 999.0
    if at is not None and at["page"] == wanted_page:
        off = math.dist((at["x_mm"], at["y_mm"]), (asked["x_mm"], asked["y_mm"]))
    return {
        "code": code, "pages": count, "differences": [asdict(one) for one in found], "seal_at": at,
        "seal_off_mm": round(off, 1), "dpi": round(dpi),
    }  # fmt: skip


def _seal(seals: dict[int, tuple[float, float]], wanted: int) -> dict[str, Any] | None:
    """The seal on its page, else on the first page that has one."""
    if not seals:
        return None
    page = wanted if wanted in seals else min(seals)
    return {"page": page, "x_mm": round(seals[page][0], 1), "y_mm": round(seals[page][1], 1)}


def _expected(seen: _Seen, codes: list[str]) -> str:
    """The first page says which of the copies it is; the others have to be of the same."""
    if seen.code not in codes:
        raise _NotOneError("scan_of_no_copy", found=seen.code)
    return seen.code


def _refuse_other(seen: _Seen, wanted: str, left: set[int], count: int) -> None:
    if seen.code != wanted:
        raise _NotOneError("scan_other_copy", found=seen.code, wanted=wanted)
    if seen.page in left:
        return
    raise _NotOneError(
        "scan_page_twice" if seen.page <= count else "scan_other_copy",
        page=seen.page, found=seen.code, wanted=wanted,
    )  # fmt: skip


def main() -> None:
    """The child: one scan, one answer."""
    question = json.loads(sys.stdin.buffer.read())
    confine(MEMORY_MB)
    arm_alarm(SECONDS)
    try:
        said = _compared(Path(sys.argv[1]).read_bytes(), question)
    except _NotOneError as fault:
        said = {"fault": fault.code, "facts": fault.facts}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
