"""The ink of a scanned page beside the ink of the page it came from: what was added, what is gone.

Both come as pictures of the same size at :data:`DPI`, the scan already laid over the page. The red
of the seal is not looked at: only the red channel is, in which red ink is as bright as paper and
black stays black, under the seal too. Small shifts of print and scan are followed tile by tile.
Called by ``scanned_copy``, in its child process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from workbench.rules.copy_comparison import Difference

DPI: Final = 150
_PX: Final = DPI / 25.4
#: The side of a tile, and how far its scan may be shifted, in pixels.
_TILE: Final = round(15 * _PX)
_SHIFT: Final = round(1.5 * _PX)
#: How much darker than the paper around it ink is.
_DARK: Final = 80
#: As little darker as this may be ink: hairlines, worn print.
_FAINT: Final = 25
#: Fewer inked pixels than these in a tile.
_LITTLE: Final = 400
#: Red ink that is a little dark is no black ink: this much redder than it is green or blue.
_RED: Final = 60
#: As bright as this in its red channel nothing black is.
_BLACK: Final = 130
#: Ink spreads: what lies this near to ink of the other picture is the same ink, in pixels.
_SPREAD: Final = 5
#: Fewer pixels than these together are the scanner's grain.
_GRAINS: Final = 8
#: Differences nearer than this are one, in pixels.
_NEAR: Final = round(4 * _PX)

Box = tuple[int, int, int, int]
Shift = tuple[int, int]


def red_ink(page: Image.Image) -> Image.Image:
    """Where a picture in colour is red, as 0 or 255."""
    red, green, blue = page.split()
    redness = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    return redness.point([0] * _RED + [255] * (256 - _RED))


def black_ink(page: Image.Image, darker_by: int = _DARK) -> Image.Image:
    """Where a picture in colour is dark beside the paper around it, as 0 or 255."""
    red = page.getchannel(0)
    paper = red.reduce(12).filter(ImageFilter.MaxFilter(5)).resize(red.size)
    dark = ImageChops.subtract(paper, red).point([0] * darker_by + [255] * (256 - darker_by))
    # Old red ink is dark, but never as dark as black under red.
    old = ImageChops.darker(red_ink(page), red.point([0] * _BLACK + [255] * (256 - _BLACK)))
    return ImageChops.subtract(dark, old)


@dataclass(frozen=True, slots=True)
class _Inked:
    """Ink of a page: what is ink beyond doubt, and what may be ink (hairlines, worn print)."""

    sure: Image.Image
    faint: Image.Image

    @classmethod
    def of(cls, page: Image.Image, left_out: Sequence[Box]) -> _Inked:
        both = black_ink(page), black_ink(page, _FAINT)
        # A scanner's glass and shadow: the outermost three millimetres belong to nobody.
        edge = round(3 * _PX)
        inside = Image.new("L", page.size, 0)
        inside.paste(255, (edge, edge, page.width - edge, page.height - edge))
        for box in left_out:
            inside.paste(0, box)
        return cls(*(ImageChops.darker(one, inside) for one in both))


def differences(
    page: int, frozen: Image.Image, scanned: Image.Image, left_out: Sequence[Box]
) -> tuple[Difference, ...]:
    """Places where the two are not the same page; ``left_out`` are boxes in pixels that nobody
    compares. Both pictures are in colour and of the same size."""
    wanted, found = _Inked.of(frozen, left_out), _Inked.of(scanned, left_out)
    added, missing = Image.new("L", frozen.size, 0), Image.new("L", frozen.size, 0)
    shifts: dict[tuple[int, int], Shift] = {}
    for box in _tiles(frozen.size):
        beside = {shifts.get((box[0] - _TILE, box[1]), (0, 0)),
                  shifts.get((box[0], box[1] - _TILE), (0, 0)), (0, 0)}  # fmt: skip
        shift = _shift(wanted.sure.crop(box), found.sure.crop(_wider(box, _SHIFT)), beside)
        shifts[box[0], box[1]] = shift
        there = _moved(box, shift)
        added.paste(_only(found.sure, there, wanted.faint, box), box)
        missing.paste(_only(wanted.sure, box, found.faint, there), box)
    return (*_boxes(page, added, "added"), *_boxes(page, missing, "missing"))


def _tiles(size: tuple[int, int]) -> Iterator[Box]:
    for top in range(0, size[1], _TILE):
        for left in range(0, size[0], _TILE):
            yield left, top, min(left + _TILE, size[0]), min(top + _TILE, size[1])


def _only(ink: Image.Image, here: Box, other: Image.Image, there: Box) -> Image.Image:
    """The ink of one tile that the other picture has not. The neighbourhood takes part, so that
    ink at the tile's edge has something to be near to."""
    more = ink.crop(_wider(here, _SPREAD))
    known = other.crop(_wider(there, _SPREAD)).filter(ImageFilter.MaxFilter(_SPREAD))
    left = ImageChops.subtract(more, known)
    middle = (_SPREAD, _SPREAD, left.width - _SPREAD, left.height - _SPREAD)
    return _without_grain(left.crop(middle))


def _shift(tile: Image.Image, here: Image.Image, beside: set[Shift]) -> Shift:
    """The shift, in pixels, at which the scan covers the tile best."""
    known: dict[Shift, int] = {}

    def cost(at: Shift) -> int:
        if at not in known:
            left, top = at[0] + _SHIFT, at[1] + _SHIFT
            part = here.crop((left, top, left + tile.width, top + tile.height))
            known[at] = ImageChops.difference(part, tile).histogram()[255]
        return known[at]

    inked = tile.histogram()[255]
    if inked == 0 or here.getbbox() is None:
        return min(beside)
    if inked < _LITTLE:
        # Little ink leads nowhere downhill: look everywhere.
        every = range(-_SHIFT, _SHIFT + 1, 3)
        beside = beside | {(x, y) for x in every for y in every}
        return _downhill(min(beside, key=cost), 1, cost)
    return min((_downhill(_downhill(one, 3, cost), 1, cost) for one in beside), key=cost)


def _downhill(at: Shift, step: int, cost: Callable[[Shift], int]) -> Shift:
    while True:
        beside = [
            (x, y)
            for x in (at[0] - step, at[0], at[0] + step)
            for y in (at[1] - step, at[1], at[1] + step)
            if abs(x) <= _SHIFT and abs(y) <= _SHIFT
        ]
        better = min(beside, key=cost)
        if cost(better) >= cost(at):
            return at
        at = better


def _without_grain(ink: Image.Image) -> Image.Image:
    """Single pixels and hairlines are the scanner's; a stroke has neighbours."""
    return ink.filter(ImageFilter.MedianFilter(3))


def _wider(box: Box, by: int) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _moved(box: Box, by: tuple[int, int]) -> Box:
    return box[0] + by[0], box[1] + by[1], box[2] + by[0], box[3] + by[1]


def _boxes(page: int, ink: Image.Image, kind: str) -> Iterator[Difference]:
    """The differences of one kind: ink that is near to other ink is one place."""
    for left, top, right, bottom in _places(ink):
        yield Difference(
            page, round(left / _PX, 1), round(top / _PX, 1), round((right - left) / _PX, 1),
            round((bottom - top) / _PX, 1), kind,
        )  # fmt: skip


def _places(ink: Image.Image) -> list[Box]:
    """Boxes around ink, in pixels. Cells of a coarse grid that touch are joined."""
    if ink.getbbox() is None:
        return []
    cell = _NEAR
    coarse = ink.filter(ImageFilter.MaxFilter(9)).reduce(cell).point([0] + [255] * 255)
    cells = {
        (at % coarse.width, at // coarse.width)
        for at, value in enumerate(coarse.tobytes()) if value
    }  # fmt: skip
    found = []
    while cells:
        group = _joined(cells)
        box = (
            min(x for x, _y in group) * cell, min(y for _x, y in group) * cell,
            (max(x for x, _y in group) + 1) * cell, (max(y for _x, y in group) + 1) * cell,
        )  # fmt: skip
        part = ink.crop(box)
        inner = part.getbbox()
        if inner is not None and part.histogram()[255] >= _GRAINS:
            found.append((box[0] + inner[0], box[1] + inner[1], box[0] + inner[2],
                          box[1] + inner[3]))  # fmt: skip
    return found


def _joined(cells: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """One group of touching cells, taken out of them."""
    group, open_ = set(), [cells.pop()]
    while open_:
        x, y = open_.pop()
        group.add((x, y))
        for beside in [(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]:
            if beside in cells:
                cells.remove(beside)
                open_.append(beside)
    return group
