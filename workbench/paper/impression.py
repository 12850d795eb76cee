"""An organ's filed impression (印模): read from a picture, cleaned, cut to its true size.

The organ's own seal counts, not one that we draw (seal design section 4). PNG or TIFF at 600 dpi or
more, or SVG; the paper becomes transparent, the ink stays as it is, in its own shades. The picture
is opened in a process of its own with little memory and time: it comes from outside. Called by the
command line; ``seal_art`` makes from the result what the signer puts on a page.
"""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops, ImageStat

from workbench.paper.child import plain_environment
from workbench.paper.limits import arm_alarm, confine
from workbench.paper.seal_art import DPI
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LARGEST_MM, SMALLEST_MM
from workbench.rules.words import N_, _

MOST_BYTES: Final = 40 * 1024 * 1024
MOST_PIXELS: Final = 64_000_000
MEMORY_MB: Final = 2 * 1024
SECONDS: Final = 30.0
#: A seal is a circle (R45): its height and width differ by so much at most.
ROUND_WITHIN: Final = 0.02
#: Of the ink, what may lie outside that circle: dust of the scan.
DUST: Final = 0.005
_INK: Final = 64
#: Of the full ink: as red as this is paper that has yellowed, or the grain of the scanner.
_PAPER: Final = 0.15
_DRAWN_PX: Final = 2400
_ACTIVE: Final = re.compile(
    rb"<script|<!ENTITY|<foreignObject|href\s*=\s*[\"'](?!#|data:image/)", re.IGNORECASE
)

FAULTS: Final = {
    "impression_unreadable": (
        N_("The picture {name} cannot be read."),
        N_("Bring the impression as PNG, TIFF or SVG.")),
    "impression_too_large": (
        N_("The picture {name} is too large."),
        N_("Cut it to the seal: at most 40 MB and 64 million pixels.")),
    "impression_active": (
        N_("The drawing {name} contains scripts or refers to other files."),
        N_("Have it drawn again without them.")),
    "impression_not_red": (
        N_("The picture {name} shows no red seal."),
        N_("Scan the impression in colour, on white paper.")),
    "impression_not_round": (
        N_("The seal in {name} is not round: {wide} by {high} pixels."),
        N_("Cut away everything but the seal, and scan it straight.")),
    "impression_too_coarse": (
        N_("The seal in {name} has {dpi} dpi at {diameter} mm; 600 are needed."),
        N_("Scan it again at 600 dpi or more.")),
    "impression_diameter": (
        N_("A seal measures 35 to 45 mm, not {diameter}."),
        N_("Measure the filed impression.")),
}  # fmt: skip
"""Code -> what is wrong and what to do, as their sources."""


@dataclass(frozen=True, slots=True)
class Impression:
    """``mask_png``: the amount of ink, 8 bits a pixel, 600 dpi, exactly ``diameter_mm`` wide.

    ``dpi`` is what the picture had at that diameter.
    """

    mask_png: bytes
    diameter_mm: int
    dpi: int


def read_impression(path: Path, diameter_mm: int) -> Impression:
    """The impression in that picture. Refusals: the codes of :data:`FAULTS`."""
    if not SMALLEST_MM <= diameter_mm <= LARGEST_MM:
        raise _refusal("impression_diameter", path, diameter=diameter_mm)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refusal("impression_too_large", path)
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__, str(path.absolute()), str(diameter_mm)],
            capture_output=True, timeout=SECONDS, check=True, env=plain_environment(),
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as trouble:
        raise _refusal("impression_unreadable", path) from trouble
    if "fault" in said:
        raise _refusal(str(said["fault"]), path, **said["facts"])
    return Impression(base64.b64decode(said["mask"]), diameter_mm, int(said["dpi"]))


def _refusal(code: str, path: Path, **facts: Any) -> Refusal:
    text, remedy = FAULTS[code]
    return Refusal(code, _(text).format(name=path.name, **facts), _(remedy))


# -- in the child -------------------------------------------------------------------------------


class _NotOneError(Exception):
    """What is wrong with the picture: a code of :data:`FAULTS` and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def cleaned(data: bytes, diameter_mm: int) -> tuple[Image.Image, int]:
    """The mask of the ink, square and at 600 dpi, and the dpi that the picture had."""
    ink, drawn = _ink(data)
    box = ink.point([0] * _INK + [255] * (256 - _INK)).getbbox()
    if box is None or ImageStat.Stat(ink.crop(box)).mean[0] < 4:
        raise _NotOneError("impression_not_red")
    wide, high = box[2] - box[0], box[3] - box[1]
    if abs(wide - high) > ROUND_WITHIN * max(wide, high) or _outside(ink.crop(box)) > DUST:
        raise _NotOneError("impression_not_round", wide=wide, high=high)
    dpi = round(max(wide, high) / diameter_mm * 25.4)
    if dpi < DPI * (1 - ROUND_WITHIN) and not drawn:
        raise _NotOneError("impression_too_coarse", dpi=dpi, diameter=diameter_mm)
    side = round(diameter_mm / 25.4 * DPI)
    return ink.crop(box).resize((side, side), Image.Resampling.LANCZOS), dpi


def _ink(data: bytes) -> tuple[Image.Image, bool]:
    """How much red there is at each pixel, 0 to 255; whether it was drawn and not scanned."""
    drawn = b"<svg" in data[:4096].lower()
    picture = _svg(data) if drawn else Image.open(io.BytesIO(data), formats=("PNG", "TIFF"))
    if picture.width * picture.height > MOST_PIXELS:
        raise _NotOneError("impression_too_large")
    whole = picture.convert("RGBA")
    red, green, blue, alpha = whole.split()
    others = ImageChops.add(green, blue, scale=2.0)
    ink = ImageChops.multiply(ImageChops.subtract(red, others), alpha)
    # The reddest tenth of a percent is full ink, whatever the scanner made of it.
    counts, left = ink.histogram(), ink.width * ink.height // 1000
    full = 255
    while full > _INK and left > 0:
        left -= counts[full]
        full -= 1
    none = round(full * _PAPER)
    shades = [255 * max(0, level - none) // (full - none) for level in range(256)]
    return ink.point([min(255, shade) for shade in shades]), drawn


def _svg(data: bytes) -> Image.Image:
    if _ACTIVE.search(data):
        raise _NotOneError("impression_active")
    import pymupdf

    with pymupdf.open(stream=data, filetype="svg") as document:
        page = document[0]
        scale = _DRAWN_PX / max(page.rect.width, page.rect.height)
        drawn = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=True)
        return Image.frombytes("RGBA", (drawn.width, drawn.height), drawn.samples)


def _outside(square: Image.Image) -> float:
    """The share of the ink that lies outside the circle in that square."""
    from PIL import ImageDraw

    corners = Image.new("L", square.size, 255)
    ImageDraw.Draw(corners).ellipse((-1, -1, square.width, square.height), fill=0)
    everything = ImageStat.Stat(square).sum[0]
    return float(ImageStat.Stat(square, corners.convert("1")).sum[0] / max(everything, 1.0))


def main() -> None:
    """The child: one picture, one answer."""
    path, diameter_mm = Path(sys.argv[1]), int(sys.argv[2])
    confine(MEMORY_MB)
    arm_alarm(SECONDS)
    try:
        mask, dpi = cleaned(path.read_bytes(), diameter_mm)
    except _NotOneError as fault:
        print(json.dumps({"fault": fault.code, "facts": fault.facts}))
        return
    out = io.BytesIO()
    mask.save(out, "PNG", dpi=(DPI, DPI))
    print(json.dumps({"mask": base64.b64encode(out.getvalue()).decode(), "dpi": dpi}))


if __name__ == "__main__":
    main()
