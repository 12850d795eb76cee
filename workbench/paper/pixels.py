"""From a Pillow image of any mode to pixels a reader can trust. Used inside the child only.

Shared by ``image_pages`` (image files) and ``scan_pages`` (scans inside a PDF). What goes wrong
with plain ``convert``: 16-bit greys come out white, white text on a clear ground vanishes.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageStat

from workbench.paper.drawn import Drawn, Target, one_colour

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


def fitted(image: Image.Image, want: Target, turn: int, dark_ground: bool) -> Drawn:
    """The wished part of ``image`` (upright, whole page), turned clockwise, as RGB or grey."""
    box, size = _unturned(want, turn, image.size)
    gap = 1.0 if image.mode == "1" else _gap(box, size)
    scaled = scalable(image).resize(size, _filter(box, size), box=box, reducing_gap=gap)
    flat = flattened(scaled, dark_ground)
    if turn in _TURN:
        flat = flat.transpose(_TURN[turn])
    grey = flat.mode == "L"
    pixels = flat.tobytes()
    step = 1 if grey else 3
    return Drawn(
        flat.width, flat.height, flat.width * step, "GRAY8" if grey else "RGB888",
        want.page_width, want.page_height, one_colour(pixels, step), pixels,
    )  # fmt: skip


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
    """Averaging when made smaller, smooth when enlarged."""
    shrinks = (box[2] - box[0]) >= size[0]
    return Image.Resampling.HAMMING if shrinks else Image.Resampling.BICUBIC


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
