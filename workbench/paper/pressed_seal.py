"""Where on a scanned page a round red seal was pressed by hand, and whether one was.

A seal is a ring (R45): most of its directions from the centre meet red where the ring has to be.
Called by ``scanned_copy``, in its child process.
"""

from __future__ import annotations

import math
from typing import Final

from PIL import Image, ImageFilter

#: Cells of one millimetre; directions of ten degrees.
_CELL_MM: Final = 1.0
_TURNS: Final = 36
#: A ring that is worn or badly inked still shows in so many of its directions.
_ENOUGH: Final = 0.6
#: How far the pressed ring may be from the register's diameter, in cells: ink spreads.
_REACH: Final = (-2, -1, 0, 1)


def find_seal(
    red: Image.Image, px_per_mm: float, diameter_mm: float, expected: tuple[float, float]
) -> tuple[float, float] | None:
    """The centre in mm of the ring that shows best, the one nearer to ``expected`` (mm) where two
    show as well; ``None`` where no ring of that size is. ``red`` is 0 or 255."""
    wide, high = round(red.width / px_per_mm), round(red.height / px_per_mm)
    cells = red.filter(ImageFilter.MaxFilter(3)).resize((wide, high), Image.Resampling.BOX)
    inked = bytes(value > 24 for value in cells.tobytes())
    if sum(inked) < math.pi * diameter_mm * _ENOUGH:
        return None
    ring = _ring(diameter_mm / 2)

    def shown(x: int, y: int) -> float:
        met = 0
        for turn in ring:
            met += any(
                0 <= x + i < wide and 0 <= y + j < high and inked[(y + j) * wide + x + i]
                for i, j in turn
            )
        return met / _TURNS

    box = cells.getbbox()
    assert box is not None
    half = round(diameter_mm / 2)
    columns = range(max(half // 2, box[0]), min(wide, box[2]), 2)
    rows = range(max(half // 2, box[1]), min(high, box[3]), 2)

    def rank(place: tuple[int, int]) -> tuple[float, float]:
        return shown(*place), -math.dist(place, expected)

    coarse = max(((x, y) for x in columns for y in rows), key=rank, default=None)
    if coarse is None:
        return None
    beside = [(coarse[0] + i, coarse[1] + j) for i in (-2, -1, 0, 1, 2) for j in (-2, -1, 0, 1, 2)]
    best = max(shown(*place) for place in beside)
    if best < _ENOUGH:
        return None
    # Several neighbours show the ring as well: its centre is in their middle.
    equal = [place for place in beside if shown(*place) == best]
    middle = [sum(place[axis] for place in equal) / len(equal) + _CELL_MM / 2 for axis in (0, 1)]
    return middle[0], middle[1]


def _ring(radius: float) -> list[list[tuple[int, int]]]:
    """For each direction the cells where the ring may be."""
    return [
        [
            (round((radius + reach) * math.cos(angle)), round((radius + reach) * math.sin(angle)))
            for reach in _REACH
        ]
        for angle in (2 * math.pi * turn / _TURNS for turn in range(_TURNS))
    ]
