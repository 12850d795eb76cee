"""A lamp for faint scans: brighter, stronger, grey, inverted, put straight. On the screen only.

Kept per material as long as the desk is open, like a turn. The strips hand every picture through
:class:`PageLook` before they paint it (:mod:`workbench.shell.viewer.strip_hooks`). A picture is
computed once for a setting, by one look-up of all its bytes in a table of 256; what does not fit
into a frame is shown as it was and follows in the next one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QImage

from workbench.shell.viewer.bundle import KEYS, Bundle, Leaf

MOST: Final = 100
"""Brightness and contrast go from minus this to this."""
FRAME_SECONDS: Final = 0.006
"""Computing in one frame ends with the picture that passes this, so that dragging stays smooth."""
PART_BYTES: Final = 256 * 1024
KEPT_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """How the pages of one material are shown."""

    brightness: int = 0
    contrast: int = 0
    grey: bool = False
    inverted: bool = False
    straight: bool = False
    """Each page turned by the few degrees by which its lines lean."""

    @property
    def pixels_stay(self) -> bool:
        """Whether the pixels are shown as they came."""
        return not (self.brightness or self.contrast or self.grey or self.inverted)


PLAIN: Final = Setting()


@lru_cache(maxsize=64)
def table(setting: Setting) -> bytes:
    """What becomes of each of the 256 values of a colour."""
    contrast = setting.contrast / MOST
    gain = 1 / (1 - 0.9 * contrast) if contrast > 0 else 1 + 0.8 * contrast
    lift = setting.brightness / MOST * 128
    # Brightness first: so a faint grey is brought under the middle that contrast spreads from.
    values = [round((value + lift - 128) * gain + 128) for value in range(256)]
    kept = [min(max(value, 0), 255) for value in values]
    return bytes(255 - value for value in kept) if setting.inverted else bytes(kept)


def adjusted(image: QImage, setting: Setting) -> QImage:
    """Another picture of the same size, in the format that the screen is painted from."""
    kind = QImage.Format.Format_Grayscale8 if setting.grey else QImage.Format.Format_RGB32
    plain, values = image.convertToFormat(kind), table(setting)
    made = QImage(plain.size(), kind)
    source, target = plain.constBits(), made.bits()
    assert source is not None and target is not None
    size = plain.sizeInBytes()
    source.setsize(size)
    target.setsize(size)
    # Qt's pointers are buffers, which their typing does not say.
    read, written = memoryview(cast(bytearray, source)), memoryview(cast(bytearray, target))
    # In parts that stay near the processor: twice as fast as the whole at once.
    for begin in range(0, size, PART_BYTES):
        end = min(begin + PART_BYTES, size)
        written[begin:end] = bytes(read[begin:end]).translate(values)
    return made.convertToFormat(QImage.Format.Format_RGB32)


class PageLook(QObject):
    """The look of every material of a frame; a :class:`~workbench.shell.viewer.strip_hooks.Look`.

    Keys are those of the bundle's pictures.
    """

    changed = pyqtSignal()
    """Something is to be painted anew."""

    def __init__(self, bundle: Callable[[], Bundle | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bundle = bundle
        self._settings: dict[str, Setting] = {}
        self._leans: dict[tuple[str, int], float] = {}
        self._asked: set[tuple[str, int]] = set()
        self._kept: OrderedDict[int, tuple[Setting, QImage]] = OrderedDict()
        self._bytes = 0
        self._spent = 0.0
        self._again = False
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._next_frame)

    # -- setting -------------------------------------------------------------------------------

    def setting(self, key: int) -> Setting:
        """How the material with that page is shown."""
        return self._settings.get(self._material(key), PLAIN)

    def set(self, key: int, setting: Setting) -> None:
        """Show the material with that page so from now on."""
        self._settings[self._material(key)] = setting
        self.changed.emit()

    def forget(self) -> None:
        """The pages may not be shown any more: no pixel of them stays, the settings do."""
        self._kept.clear()
        self._bytes = 0
        self._asked.clear()

    def _material(self, key: int) -> str:
        leaf = self._leaf(key)
        return "" if leaf is None else leaf.paper.sha256 or f"#{leaf.number}"

    def _leaf(self, key: int) -> Leaf | None:
        bundle = self._bundle()
        leaves = bundle.leaves if bundle is not None else ()
        return next((one for one in leaves if one.number == key // KEYS), None)

    # -- what the strip asks for each picture ---------------------------------------------------

    def shown(self, image: QImage, key: int) -> QImage:
        """The picture as it is to be painted."""
        setting = self.setting(key)
        if setting.pixels_stay:
            return image
        name = image.cacheKey()
        kept = self._kept.get(name)
        if kept is not None and kept[0] == setting:
            self._kept.move_to_end(name)
            return kept[1]
        if self._spent >= FRAME_SECONDS:
            self._again = True
            return kept[1] if kept is not None else image
        if not self._turn.isActive():
            self._turn.start(0)
        began = time.perf_counter()
        made = adjusted(image, setting)
        self._spent += time.perf_counter() - began
        self._keep(name, setting, made)
        return made

    def _keep(self, name: int, setting: Setting, made: QImage) -> None:
        old = self._kept.pop(name, None)
        self._bytes += made.sizeInBytes() - (old[1].sizeInBytes() if old is not None else 0)
        self._kept[name] = (setting, made)
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _name, gone = self._kept.popitem(last=False)
            self._bytes -= gone[1].sizeInBytes()

    def _next_frame(self) -> None:
        self._spent = 0.0
        if self._again:
            self._again = False
            self.changed.emit()

    def lean(self, key: int) -> float:
        """By how many degrees clockwise the page is turned; asked once for each page."""
        if not self.setting(key).straight:
            return 0.0
        place = (self._material(key), key % KEYS)
        if place not in self._leans:
            self._ask(key, place)
        return self._leans.get(place, 0.0)

    def _ask(self, key: int, place: tuple[str, int]) -> None:
        leaf = self._leaf(key)
        if leaf is None or place in self._asked or not leaf.drawable:
            return
        self._asked.add(place)

        def known(degrees: float) -> None:
            self._leans[place] = degrees
            if degrees:
                self.changed.emit()

        leaf.source.lean(place[1], known)
