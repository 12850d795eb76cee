"""How crooked a scanned page lies, seen from its own lines. Called by ``renderer_process``.

The page is turned little by little; when its lines stand level, the rows of the picture are either
full of ink or empty, and neighbouring rows differ most (the same for columns, which tell a page of
tables or upright script). Where no angle stands out nothing is claimed.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from workbench.paper.drawn import Drawn

WIDE: Final = 800
"""Pixels of the page's width that are looked at: 0.1 degree is 1.4 pixels across it."""
_COARSE: Final = 320
_MOST: Final = 7.0
"""Degrees: a sheet that lies more crooked was laid so, and the feeder of a scanner cannot."""
_LEAST: Final = 0.15
"""Degrees from which on turning helps the eye more than it blurs the type."""
_STEP: Final = 0.5
_STANDS_OUT: Final = 4.0
"""How many times the usual difference the best angle must reach. Text and forms reach 6 to 300, a
single line of type or a photograph 1.5 to 3.5."""
_MARGIN: Final = 0.04
"""Of each side: the shadow along a scan's edge is level when the page is not."""
_FAINT: Final = 40
"""Levels below the paper around it from which on something is ink."""
_ROWS, _COLUMNS = 0, 1


def skew_of(page: Drawn) -> float:
    """Degrees clockwise by which the page is to be turned to stand level, 0.0 where unsure.

    -7.0 to 7.0 in steps of 0.1; 0.1 itself counts as level. ``page`` is a picture of the whole
    page, about :data:`WIDE` pixels wide.
    """
    mode = "L" if page.format == "GRAY8" else "RGB"
    size = (page.width, page.height)
    seen = Image.frombuffer(mode, size, bytes(page.pixels), "raw", mode, page.stride, 1)
    fine = _ink(seen.convert("L"))
    if fine is None:
        return 0.0
    high = max(1, round(fine.height * _COARSE / fine.width))
    coarse = fine.resize((_COARSE, high), Image.Resampling.BOX)
    about, along = _about(coarse)
    if about is None:
        return 0.0
    told = {tenth: _differences(fine, about + tenth / 10)[along] for tenth in range(-5, 6)}
    best = round(about + max(told, key=lambda tenth: told[tenth]) / 10, 1)
    return best if _LEAST < abs(best) <= _MOST else 0.0


def _ink(grey: Image.Image) -> Image.Image | None:
    """What is darker than the paper around it, white on black; None for too small a picture."""
    across, down = round(grey.width * _MARGIN), round(grey.height * _MARGIN)
    cut = grey.crop((across, down, grey.width - across, grey.height - down))
    if min(cut.size) < 64:
        return None
    small = cut.reduce(16).filter(ImageFilter.MaxFilter(5))
    paper = small.resize(cut.size, Image.Resampling.BILINEAR)
    darker = ImageChops.subtract(paper, cut)
    return darker.point([min(255, max(0, level - _FAINT) * 3) for level in range(256)])


def _about(ink: Image.Image) -> tuple[float | None, int]:
    """The angle that stands out among steps of half a degree, and by rows or columns."""
    steps = round((_MOST + 1.0) / _STEP)
    angles = [step * _STEP for step in range(-steps, steps + 1)]
    told = [_differences(ink, angle) for angle in angles]
    found: list[tuple[float, float, int]] = []
    for along in (_ROWS, _COLUMNS):
        values = [one[along] for one in told]
        usual = sorted(values)[len(values) // 2]
        top = max(values)
        if usual > 0:
            found.append((top / usual, angles[values.index(top)], along))
    if not found or max(found)[0] < _STANDS_OUT:
        return None, _ROWS
    _times, angle, along = max(found)
    return angle, along


def _differences(ink: Image.Image, angle: float) -> tuple[float, float]:
    """How much neighbouring rows, and neighbouring columns, differ when turned by ``angle``."""
    turned = ink.rotate(-angle, Image.Resampling.NEAREST) if angle else ink
    wide, high = turned.size
    rows = turned.convert("F").resize((1, high), Image.Resampling.BOX)
    columns = turned.convert("F").resize((wide, 1), Image.Resampling.BOX)
    return _roughness(rows), _roughness(columns)


def _roughness(line: Image.Image) -> float:
    levels = array("f", line.tobytes())
    return sum((one - other) ** 2 for one, other in pairwise(levels))
