"""The pictures of open materials: what is kept, and which one is asked for next.

Pixels come from the renderers by the two paper lanes, one at a time in each: whoever shows pages
says what it wishes, most urgent first, and the wish is looked up anew before every question. So a
fast scroll leaves no queue behind. Nothing is decoded in this process; a picture is put into an
image of its own memory, and the oldest images go when their bytes pass the limit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import Final

from PyQt6.QtCore import QElapsedTimer, QObject, pyqtSignal
from PyQt6.QtGui import QImage

from workbench.api.panes import as_image
from workbench.rules.materials import Clip, PagePicture
from workbench.shell.viewer.large_blocks import give_back_large_blocks

KEPT_BYTES: Final = 32 * 1024 * 1024
"""About sixteen grey pages at the width of a large screen, four in colour. What is wished for now
is kept beyond it."""
TILE: Final = 1280
"""Side of a tile in device pixels, for pages too large to be drawn whole."""
BIG: Final = 5_000_000
"""Device pixels of a page from which on it is drawn in tiles."""
SMALL_WIDTH: Final = 180
"""Device pixels: thumbnails, and what is shown of a page before its pixels have come."""
QUICK_MS: Final = 60.0
"""A page that comes as fast as this needs no small picture before it."""
WHOLE: Final = Clip(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture: ``width_px`` is the device width of the whole page as turned."""

    page: int
    turn: int
    width_px: int
    clip: Clip = WHOLE
    loosely: bool = field(default=True, compare=False)
    """Whether a scan may come larger than asked for: it comes sooner so, and each painting of it
    takes longer. A page that nobody waits for yet comes in its exact size."""


def small(page: int, turn: int) -> Wish:
    """The small picture of a page: thumbnail and first impression."""
    return Wish(page, turn, SMALL_WIDTH)


class PictureCache:
    """Images by wish, oldest use first out, limited by bytes and never by count."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[Wish, QImage] = OrderedDict()
        self._whole: dict[tuple[int, int], set[int]] = {}
        """Page and turn -> the widths in which the whole of it is kept."""

    def get(self, wish: Wish) -> QImage | None:
        """The image, now the most recently used; ``None`` where it is not kept."""
        image = self._kept.get(wish)
        if image is not None:
            self._kept.move_to_end(wish)
        return image

    def __contains__(self, wish: object) -> bool:
        return wish in self._kept

    def put(self, wish: Wish, image: QImage) -> None:
        """Keep it, now the most recently used."""
        self._drop(wish)
        self._kept[wish] = image
        self.bytes += image.sizeInBytes()
        if wish.clip == WHOLE:
            self._whole.setdefault((wish.page, wish.turn), set()).add(wish.width_px)

    def trim(self, wished: Container[Wish] = ()) -> None:
        """Drop the longest unused until the bytes fit; the newest stays, and what is wished."""
        for wish in list(self._kept)[:-1] if self.bytes > self.most_bytes else ():
            if self.bytes <= self.most_bytes:
                return
            if wish not in wished:
                self._drop(wish)

    def _drop(self, wish: Wish) -> None:
        gone = self._kept.pop(wish, None)
        if gone is None:
            return
        self.bytes -= gone.sizeInBytes()
        if wish.clip == WHOLE:
            widths = self._whole[wish.page, wish.turn]
            widths.discard(wish.width_px)
            if not widths:
                del self._whole[wish.page, wish.turn]

    def best(self, page: int, turn: int) -> QImage | None:
        """The largest whole picture of that page that is there: better than white paper."""
        widths = self._whole.get((page, turn))
        return self._kept[Wish(page, turn, max(widths))] if widths else None

    def forget(self, whose: Callable[[int], bool] | None = None) -> None:
        """Drop everything, or every picture of those pages: the material was closed."""
        if whose is None:
            self._kept.clear()
            self._whole.clear()
            self.bytes = 0
            return
        for wish in [one for one in self._kept if whose(one.page)]:
            self._drop(wish)


Wishers = Callable[[], Iterable[Wish]]
Draw = Callable[[Wish, bool, Callable[[PagePicture], None], Callable[[], None]], None]
"""Wish, whether by the lane *ahead*, what to do with the picture, what to do without one."""


class Pictures(QObject):
    """Cache and queue in one. ``draw`` asks the renderer and calls back on the UI thread."""

    came = pyqtSignal(int)
    """A picture of that page is there."""
    idle = pyqtSignal()
    """Everything that was wished is there."""

    def __init__(
        self, draw: Draw, parent: QObject | None = None,
        ready: Callable[[int], bool] = lambda _page: True,
    ) -> None:  # fmt: skip
        """``ready``: whether a page can be drawn now; one that cannot is passed over."""
        super().__init__(parent)
        give_back_large_blocks()
        self._ready = ready
        self.cache = PictureCache()
        self.blank: set[int] = set()
        self.failed: set[int] = set()
        self._draw = draw
        self._wishers: list[Wishers] = []
        self._under_way: dict[bool, Wish] = {}
        self._held = False
        self._since = QElapsedTimer()
        self._since.start()
        self._asked_at: dict[bool, int] = {}
        self._takes = 2 * QUICK_MS
        self.ahead = False
        """Whether the lane *ahead* has the file open too."""

    def add_wisher(self, wisher: Wishers) -> None:
        """Whoever shows pages: called for its wishes, most urgent first. Order of adding counts."""
        self._wishers.append(wisher)

    def forget(self, whose: Callable[[int], bool]) -> None:
        """Nothing of those pages is shown any more, and no answer about them is waited for."""
        self.cache.forget(whose)
        for ahead in [one for one, wish in self._under_way.items() if whose(wish.page)]:
            del self._under_way[ahead]
        for pages in (self.blank, self.failed):
            pages.difference_update([one for one in pages if whose(one)])

    def hold(self) -> None:
        """Ask for nothing until :meth:`go_on`: the renderer is starting again."""
        self._held = True
        self._under_way.clear()

    def go_on(self) -> None:
        """Ask again."""
        self._held = False
        self.ask_next()

    def go_on_quietly(self) -> None:
        """Questions are possible again; the caller asks when it is ready."""
        self._held = False

    def ask_next(self) -> None:
        """Ask each free lane for the most urgent picture that is not there."""
        for ahead in (False, True) if self.ahead else (False,):
            if self._held or ahead in self._under_way:
                continue
            wish = self._most_urgent()
            if wish is None:
                if not self._under_way:
                    self.idle.emit()
                return
            self._under_way[ahead] = wish
            self._ask(wish, ahead)

    @property
    def quick(self) -> bool:
        """Whether pages have been coming so fast lately that one may wait for the sharp picture."""
        return self._takes < QUICK_MS

    def _ask(self, wish: Wish, ahead: bool) -> None:
        self._asked_at[ahead] = self._since.elapsed()
        self._draw(
            wish, ahead, lambda picture: self._arrived(wish, ahead, picture),
            lambda: self._lost(wish, ahead),
        )  # fmt: skip

    def _most_urgent(self) -> Wish | None:
        asked = self._under_way.values()
        for wisher in self._wishers:
            for wish in wisher():
                if wish in self.cache or wish in asked or wish.page in self.failed:
                    continue
                if self._ready(wish.page):
                    return wish
        return None

    def _arrived(self, wish: Wish, ahead: bool, picture: PagePicture) -> None:
        if wish.width_px > SMALL_WIDTH:
            took = self._since.elapsed() - self._asked_at.get(ahead, 0)
            self._takes = 0.6 * self._takes + 0.4 * took
        image = as_image(picture)
        if picture.format != "GRAY8":
            # RGB32 is what the screen is painted from: converting once keeps every repaint short.
            # Grey pages are a few milliseconds slower so, but four of them take the room of one.
            image = image.convertToFormat(QImage.Format.Format_RGB32)
        self.cache.put(wish, image)
        if self.cache.bytes > self.cache.most_bytes:
            self.cache.trim({one for wisher in self._wishers for one in wisher()})
        if picture.blank and wish.clip == WHOLE:
            self.blank.add(wish.page)
        self._under_way.pop(ahead, None)
        self.came.emit(wish.page)
        self.ask_next()

    def _lost(self, wish: Wish, ahead: bool) -> None:
        """The page cannot be drawn; its place says so and it is not asked for again."""
        self.failed.add(wish.page)
        self._under_way.pop(ahead, None)
        self.came.emit(wish.page)
        self.ask_next()
