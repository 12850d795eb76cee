"""The ink of a scanned page beside the ink of the page it came from: what was added, what is gone.

Both come as pictures of the same size at :data:`DPI`, the scan already laid over the page. The red
of the seal is not looked at: only the red channel is, in which red ink is as bright as paper and
black stays black, under the seal too. Small shifts of print and scan are followed tile by tile.
Called by ``scanned_copy``, in its child process.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from workbench.rules.copy_comparison import Difference

DPI: Final = 200
_PX: Final = DPI / 25.4
#: The side of a tile, and how far its scan may be shifted, in pixels.
_TILE: Final = round(15 * _PX)
_SHIFT: Final = round(1.5 * _PX)
_AROUND: Final = round(4 * _PX)
#: How much darker than the paper around it ink is.
_DARK: Final = 80
#: As little darker as this may be ink: hairlines, worn print.
_FAINT: Final = 25
#: Fewer inked pixels than these in a tile do not tell where it belongs.
_LITTLE: Final = 700
#: How far a tile may be off what its neighbours say, in pixels.
_BEND: Final = 4
#: Red ink that is a little dark is no black ink: this much redder than it is green or blue.
_RED: Final = 60
#: As bright as this in its red channel nothing black is; nor a hairline that runs over red ink.
_BLACK: Final = 130
_BLACK_LINE: Final = 165
#: Fewer pixels than these together are the scanner's grain.
_GRAINS: Final = 16
#: Eight of the twenty-five pixels around, as a mean.
_COMPANY: Final = 255 * 8 // 25
#: Differences nearer than this are one: four millimetres in pixels, to be divided by four.
_NEAR: Final = round(_PX) * 4
_ANY: Final = [0] + [255] * 255

Box = tuple[int, int, int, int]
Shift = tuple[int, int]


def red_ink(page: Image.Image) -> Image.Image:
    """Where a picture in colour is red, as 0 or 255."""
    red, green, blue = page.split()
    redness = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    return redness.point([0] * _RED + [255] * (256 - _RED))


def black_ink(page: Image.Image, darker_by: int = _DARK, as_bright: int = _BLACK) -> Image.Image:
    """Where a picture in colour is dark beside the paper around it, as 0 or 255; ``as_bright`` in
    its red channel, what is red is red ink."""
    red = page.getchannel(0)
    paper = red.reduce(12).filter(ImageFilter.MaxFilter(5)).resize(red.size)
    dark = ImageChops.subtract(paper, red).point([0] * darker_by + [255] * (256 - darker_by))
    # Old red ink is dark, but never as dark as black under red. Colours of a compressed picture
    # are coarser than its light: beside red ink stand dark pixels that have lost their red.
    old = ImageChops.darker(
        _spread(red_ink(page), 3), red.point([0] * as_bright + [255] * (256 - as_bright))
    )
    return ImageChops.subtract(dark, old)


@dataclass(frozen=True, slots=True)
class _Inked:
    """Ink of a page: what is ink beyond doubt, and what may be ink (hairlines, worn print)."""

    sure: Image.Image
    faint: Image.Image

    @classmethod
    def of(cls, page: Image.Image, left_out: Sequence[Box]) -> _Inked:
        both = black_ink(page), black_ink(page, _FAINT, _BLACK_LINE)
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
    near_wanted, near_found = _spread(wanted.faint), _spread(found.faint)
    added, missing = Image.new("L", frozen.size, 0), Image.new("L", frozen.size, 0)
    tiles = list(_tiles(frozen.size))
    full = _full_tiles(tiles, wanted.sure, found.sure)
    for box in tiles:
        shift = _expected(box, full)
        if wanted.sure.crop(box).getbbox() is not None:
            shift = _Match(wanted.sure, found.sure, box).near(shift, _BEND)
        there = _moved(box, shift)
        added.paste(ImageChops.subtract(found.sure.crop(there), near_wanted.crop(box)), box)
        missing.paste(ImageChops.subtract(wanted.sure.crop(box), near_found.crop(there)), box)
    return (
        *_boxes(page, _without_grain(added), "added"),
        *_boxes(page, _without_grain(missing), "missing"),
    )


def _full_tiles(tiles: Sequence[Box], wanted: Image.Image, found: Image.Image) -> dict[Box, Shift]:
    """How far the scan is shifted where there is ink enough to tell, each from its neighbours."""
    known: dict[Box, Shift] = {}
    for box in tiles:
        if wanted.crop(box).histogram()[255] < _LITTLE:
            continue
        match = _Match(wanted, found, box)
        starts = {(0, 0), *list(known.values())[-1:], _expected(box, known)}
        known[box] = min((match.near(one, _SHIFT) for one in starts), key=match.cost)
    return known


def _expected(box: Box, known: Mapping[Box, Shift]) -> Shift:
    """The shift of a tile by those of the tiles around it: paper bends little."""
    near = sorted(known, key=lambda one: math.dist(one[:2], box[:2]))[:5]
    if not near:
        return 0, 0
    return (
        round(statistics.median(known[one][0] for one in near)),
        round(statistics.median(known[one][1] for one in near)),
    )


def _tiles(size: tuple[int, int]) -> Iterator[Box]:
    for top in range(0, size[1], _TILE):
        for left in range(0, size[0], _TILE):
            yield left, top, min(left + _TILE, size[0]), min(top + _TILE, size[1])


def _spread(ink: Image.Image, by: int = 1) -> Image.Image:
    """The ink and so many pixels around it. (A filter of maxima is five times slower; what goes
    round the edges does no harm, because nobody looks at them.)"""
    for x, y in ((1, 0), (0, 1)) * by:
        beside = ImageChops.lighter(ImageChops.offset(ink, x, y), ImageChops.offset(ink, -x, -y))
        ink = ImageChops.lighter(ink, beside)
    return ink


class _Match:
    """One tile, with what stands around it (a sliver of a letter alone fits anywhere), over the
    scan at any shift."""

    def __init__(self, wanted: Image.Image, found: Image.Image, box: Box) -> None:
        around = _wider(box, _AROUND)
        self._tile = wanted.crop(around)
        self._here = found.crop(_wider(around, 2 * _SHIFT))
        # A line fits along itself anywhere: what is as good nearby is better.
        self._way = max(1, self._tile.histogram()[255] // 100)
        self._known: dict[Shift, int] = {}

    def cost(self, at: Shift) -> int:
        """Pixels that differ at that shift, and a little for the way there."""
        if at not in self._known:
            left, top = at[0] + 2 * _SHIFT, at[1] + 2 * _SHIFT
            box = (left, top, left + self._tile.width, top + self._tile.height)
            covered = ImageChops.difference(self._here.crop(box), self._tile)
            way = abs(at[0]) + abs(at[1])
            self._known[at] = covered.histogram()[255] + self._way * way
        return self._known[at]

    def near(self, start: Shift, reach: int) -> Shift:
        """Downhill from there, no further than ``reach`` pixels."""
        found = start
        for step in (3, 1):
            while True:
                beside = [
                    (x, y)
                    for x in (found[0] - step, found[0], found[0] + step)
                    for y in (found[1] - step, found[1], found[1] + step)
                    if max(abs(x - start[0]), abs(y - start[1])) <= reach
                    and max(abs(x), abs(y)) <= 2 * _SHIFT
                ]
                better = min(beside, key=self.cost)
                if self.cost(better) >= self.cost(found):
                    break
                found = better
        return found


def _without_grain(ink: Image.Image) -> Image.Image:
    """Single pixels are the scanner's; a stroke has company."""
    company = ink.filter(ImageFilter.BoxBlur(2)).point([0] * _COMPANY + [255] * (256 - _COMPANY))
    return ImageChops.darker(ink, company)


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
    # In two steps, because a single pixel is nothing in the mean of a whole cell.
    coarse = ink.reduce(4).point(_ANY).reduce(cell // 4).point(_ANY)
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
