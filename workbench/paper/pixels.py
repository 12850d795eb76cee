"""From a Pillow image of any mode to pixels a reader can trust. Used inside the child only.

Shared by ``image_pages`` (image files) and ``scan_pages`` (scans inside a PDF). What goes wrong
with plain ``convert``: 16-bit greys come out white, white text on a clear ground vanishes.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageStat

from workbench.paper.drawn import Drawn, Memory, Target, one_colour

_WHITE: Final = (255, 255, 255)
_DARK: Final = (64, 64, 64)
_LIGHT_FROM: Final = 200
"""Mean lightness of the visible marks from which they need a dark ground (0..255)."""

_TURN: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns against the clock, the desk turns with it."""

_LOOSEST: Final = 1.5
"""How much wider than wished a page may be handed over: the desk paints it smaller in 2 to 3 ms,
scaling it here takes 8 to 20. Beyond it thin strokes would be lost in the painting."""
_OBLONG: Final = 0.02
"""How far the pixels may be from square for that: a picture must keep the page's proportions."""
_AROUND: Final = 4
"""Pixels around a part that belong to its edges when it is scaled."""
_HEAD: Final = 64
"""More bytes than the head of a PPM file has."""


def fitted(
    image: Image.Image, want: Target, turn: int, dark_ground: bool, into: Memory | None = None
) -> Drawn:
    """The wished part of ``image`` (upright, whole page), turned clockwise, as RGB or grey; in
    ``into``, where that is given and large enough."""
    times = _near_enough(image.size, want, turn)
    if times:
        scaled = scalable(image)
        scaled = scaled.reduce(times) if times > 1 else scaled
    else:
        scaled = _resized(image, want, turn)
    flat = flattened(scaled, dark_ground)
    if turn in _TURN:
        flat = flat.transpose(_TURN[turn])
    grey = flat.mode == "L"
    step = 1 if grey else 3
    pixels, at = _packed(flat, step, into)
    page = (want.page_width, want.page_height) if not times else flat.size
    return Drawn(
        flat.width, flat.height, flat.width * step, "GRAY8" if grey else "RGB888",
        *page, one_colour(pixels, step), pixels, at,
    )  # fmt: skip


class _Rows:
    """Where Pillow writes a picture to: straight into the memory, without a copy in between."""

    def __init__(self, into: memoryview) -> None:
        self._into = into
        self.end = 0

    def write(self, data: bytes) -> int:
        self._into[self.end : self.end + len(data)] = data
        self.end += len(data)
        return len(data)


def _packed(flat: Image.Image, step: int, into: Memory | None) -> tuple[bytes | memoryview, int]:
    """The pixels without gaps, and where they begin in ``into``; -1 where they are not in it.

    Written as a PPM file, which is a short head and then the pixels: that is Pillow's open way of
    giving them out row by row; ``tobytes`` copies them twice, into memory that is new each time.
    """
    size = flat.width * flat.height * step
    if into is None or len(into) < size + _HEAD:
        return flat.tobytes(), -1
    view = memoryview(into)
    rows = _Rows(view)
    flat.save(rows, "PPM")  # type: ignore[arg-type]  # it asks for no more than ``write``
    return view[rows.end - size : rows.end], rows.end - size


def _near_enough(size: tuple[int, int], want: Target, turn: int) -> int:
    """By how much the sides are to be divided so that the picture may be handed over as it comes
    out; 0 where it has to be scaled."""
    if not want.room or not want.whole:
        return 0
    wide, high = want.page_width, want.page_height
    if turn in (90, 270):
        wide, high = high, wide
    times = min(size[0] // wide, size[1] // high)
    if times < 1:
        return 0
    across, down = -(-size[0] // times), -(-size[1] // times)
    larger, oblong = across / wide, (across / wide) / (down / high)
    fits = larger <= _LOOSEST and abs(oblong - 1) <= _OBLONG and across * down <= want.room
    return times if fits else 0


def _resized(image: Image.Image, want: Target, turn: int) -> Image.Image:
    """The wished part, scaled to its size; of a picture in a costly mode only that part is read."""
    box, size = _unturned(want, turn, image.size)
    gap = 1.0 if image.mode == "1" else _gap(box, size)
    if not want.whole and image.mode not in ("L", "RGB", "RGBA"):
        left, top = max(0, int(box[0]) - _AROUND), max(0, int(box[1]) - _AROUND)
        right = min(image.width, int(box[2]) + _AROUND)
        image = image.crop((left, top, right, min(image.height, int(box[3]) + _AROUND)))
        box = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    return scalable(image).resize(size, _filter(box, size), box=box, reducing_gap=gap)


def scalable(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be scaled smoothly, cheap modes kept."""
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _eight_bits(image)
    if "transparency" in image.info and image.mode in ("P", "RGB", "L"):
        return image.convert("RGBA")
    if image.mode == "P":
        return image.convert("RGB")
    if image.mode in ("LA", "PA", "La", "RGBa"):
        return image.convert("RGBA")
    return image


def flattened(image: Image.Image, dark_ground: bool) -> Image.Image:
    """Grey or RGB with no transparency left, on a white or a dark ground."""
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, _DARK if dark_ground else _WHITE)
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def needs_dark_ground(image: Image.Image) -> bool:
    """Whether what is visible of a partly clear image is light: on white it would vanish."""
    small = scalable(image)
    if small.mode != "RGBA":
        return False
    if max(small.size) > 1_000:
        small = small.resize(_within(small.size, 1_000), reducing_gap=2.0)
    alpha = small.getchannel("A")
    low, high = alpha.getextrema()
    if not isinstance(low, (int, float)) or low > 0 or high == 0:
        return False
    seen = alpha.point(lambda value: 255 if value > 64 else 0)
    if seen.getbbox() is None:
        return True
    return ImageStat.Stat(small.convert("RGB").convert("L"), mask=seen).mean[0] >= _LIGHT_FROM


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep greys scaled to 8 bits: 16-bit by its full range, others by what they hold."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    low, high = image.getextrema()
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return image.convert("L")
    if image.mode == "I" and low >= 0 and high > 255:
        low, high = 0, 65_535 if high <= 65_535 else high
    if low >= 0 and 1 < high <= 255:
        low, high = 0, 255
    scale = 255.0 / (high - low) if high > low else 1.0
    return image.point(lambda value: value * scale - low * scale).convert("L")


def _filter(box: tuple[float, float, float, float], size: tuple[int, int]) -> Image.Resampling:
    """Averaging when made smaller, smooth when enlarged: by the two nearest, as the engine does it,
    because four cost a third more and nobody sees it on a scan."""
    shrinks = (box[2] - box[0]) >= size[0]
    return Image.Resampling.HAMMING if shrinks else Image.Resampling.BILINEAR


def _gap(box: tuple[float, float, float, float], size: tuple[int, int]) -> float | None:
    """Halving first pays only for a strong reduction; a drafted JPEG is near its size already."""
    return 2.0 if (box[2] - box[0]) > 3 * size[0] else None


def _within(size: tuple[int, int], most: int) -> tuple[int, int]:
    scale = most / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _unturned(
    want: Target, turn: int, size: tuple[int, int]
) -> tuple[tuple[float, float, float, float], tuple[int, int]]:
    """The wished part in the image's own upright pixels, and its output size before turning."""
    x0, y0 = want.left / want.page_width, want.top / want.page_height
    x1 = min(1.0, (want.left + want.width) / want.page_width)
    y1 = min(1.0, (want.top + want.height) / want.page_height)
    if turn == 90:
        x0, y0, x1, y1 = y0, 1 - x1, y1, 1 - x0
    elif turn == 180:
        x0, y0, x1, y1 = 1 - x1, 1 - y1, 1 - x0, 1 - y0
    elif turn == 270:
        x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
    out = (want.height, want.width) if turn in (90, 270) else (want.width, want.height)
    wide, high = size
    box = (max(0.0, x0 * wide), max(0.0, y0 * high), min(wide, x1 * wide), min(high, y1 * high))
    return box, out
