"""The loupe over a strip: three times as large, in real pixels of the scan, not in enlarged ones.

Part of :mod:`workbench.shell.viewer.strip_hands`. It wishes tiles of the page at three times its
size like the strip wishes pages; until they have come it shows what there is. It follows the mouse,
or the arrow keys (Shift: larger steps), while L is held or the button is down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from workbench.rules.materials import Clip
from workbench.rules.words import _
from workbench.shell.viewer.pictures import Wish

if TYPE_CHECKING:
    from workbench.shell.viewer.page_strip import StripView

TIMES: Final = 3
WIDE, HIGH = 380, 260
TILE: Final = 640
"""Device pixels of a tile: two to four of them fill the loupe."""
STEP, LEAP = 12, 60
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class Loupe(QWidget):
    """Hidden until it is held."""

    put_away = pyqtSignal()
    """Escape: the button is up again."""

    def __init__(self, strip: StripView, glass: QWidget) -> None:
        super().__init__(glass)
        self._strip = strip
        self._at = QPoint()
        self._held = self._fixed = False
        self.setAccessibleName(_("Loupe"))
        # The mouse goes through to the pages: the loupe must not catch what it follows.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(WIDE, HIGH)
        self.hide()

    # -- holding and moving --------------------------------------------------------------------

    def hold(self) -> None:
        """L is down."""
        self._held = True
        self._appear()

    def release(self) -> None:
        """L is up again, or the focus has gone."""
        self._held = False
        self.setVisible(self._fixed)

    def fix(self, on: bool) -> None:
        """The button: it stays until the button is up again."""
        self._fixed = on
        if on:
            self._appear()
        else:
            self.setVisible(self._held)

    def _appear(self) -> None:
        glass = self._strip.glass
        here = glass.mapFromGlobal(glass.cursor().pos())
        inside = self.isVisible() or glass.rect().contains(self._at)
        if glass.rect().contains(here):
            self._at = here
        elif not inside or self._at.isNull():
            self._at = glass.rect().center()
        self._move_there()
        self.show()
        self.raise_()
        self._ask()

    def follow(self, at: QPoint) -> None:
        """The mouse is there now."""
        if self.isVisible():
            self._at = QPoint(at)
            self._move_there()
            self._ask()

    def key(self, event: QKeyEvent) -> bool:
        """Arrow keys move it while it is there; Escape puts it away."""
        if not self.isVisible():
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._fixed = self._held = False
            self.hide()
            self.put_away.emit()
            return True
        way = _ARROWS.get(Qt.Key(event.key()))
        if way is None:
            return False
        far = LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        room = self._strip.glass.rect()
        self._at = QPoint(
            min(max(self._at.x() + way[0] * far, room.left()), room.right()),
            min(max(self._at.y() + way[1] * far, room.top()), room.bottom()),
        )
        self._move_there()
        self._ask()
        return True

    def _move_there(self) -> None:
        self.move(self._at - QPoint(WIDE // 2, HIGH // 2))
        self.update()

    def _ask(self) -> None:
        if self._strip.pictures is not None:
            self._strip.pictures.ask_next()

    # -- what lies under it --------------------------------------------------------------------

    def _page(self) -> tuple[int, QPointF] | None:
        """The page under the middle, and the middle on it in fractions of the page as shown."""
        strip = self._strip
        if not strip.sizes:
            return None
        at = QPointF(self._at) + QPointF(strip.across.value(), strip.down.value())
        page = strip.sheets.page_at(round(at.y()))
        place = strip.sheets.place(page)
        back, _possible = strip.page_transform(page).inverted()
        at = back.map(at)
        return page, QPointF((at.x() - place.x) / place.width, (at.y() - place.y) / place.height)

    def _large(self, page: int) -> tuple[int, int]:
        """The page in device pixels as the loupe shows it."""
        wide, high = self._strip.device_size(self._strip.sheets.place(page))
        return wide * TIMES, high * TIMES

    def _tiles(self) -> Iterator[tuple[Wish, Clip]]:
        found = self._page()
        if found is None:
            return
        page, middle = found
        wide, high = self._large(page)
        ratio = self.devicePixelRatioF()
        # A page that is put straight lies aslant in its tiles: the whole circle around counts.
        reach_x = reach_y = max(WIDE, HIGH) / 2 * ratio
        if self._strip.page_transform(page).isIdentity():
            reach_x, reach_y = WIDE / 2 * ratio, HIGH / 2 * ratio
        left, right = middle.x() * wide - reach_x, middle.x() * wide + reach_x
        top, bottom = middle.y() * high - reach_y, middle.y() * high + reach_y
        turn = self._strip.turns.get(page, 0)
        for row in range(int(max(top, 0)) // TILE, int(max(min(bottom, high - 1), 0)) // TILE + 1):
            for column in range(
                int(max(left, 0)) // TILE, int(max(min(right, wide - 1), 0)) // TILE + 1
            ):
                x0, y0 = column * TILE, row * TILE
                x1, y1 = min(x0 + TILE, wide), min(y0 + TILE, high)
                clip = Clip(x0 / wide, y0 / high, x1 / wide, y1 / high)
                yield Wish(self._strip.key(page), turn, wide, clip), clip

    def wishes(self) -> Iterator[Wish]:
        """The tiles under it."""
        if self.isVisible():
            yield from (wish for wish, _clip in self._tiles())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        found = self._page()
        strip = self._strip
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QPainterPath()
        edge.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.setClipPath(edge)
        painter.fillRect(self.rect(), QColor(strip.theme.ink.raised))
        if found is not None and strip.pictures is not None:
            self._paint_page(painter, *found)
        tile = strip._watermark
        if tile is not None:
            # What is large is photographed soonest: it says who looks, as the page below it does.
            side = tile.deviceIndependentSize()
            shift = QPointF((side.width() - WIDE) / 2, (side.height() - HIGH) / 2)
            painter.drawTiledPixmap(QRectF(self.rect()), tile, shift)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(strip.theme.ink.accent), 2))
        painter.drawPath(edge)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int, middle: QPointF) -> None:
        strip = self._strip
        assert strip.pictures is not None
        cache, key = strip.pictures.cache, strip.key(page)
        place = strip.sheets.place(page)
        wide, high = place.width * TIMES, place.height * TIMES
        painter.save()
        painter.translate(QRectF(QRect(0, 0, WIDE, HIGH)).center())
        lean = strip.look.lean(key) if strip.look is not None else 0.0
        painter.rotate(lean)
        painter.translate(-middle.x() * wide, -middle.y() * high)
        whole = QRectF(0, 0, wide, high)
        painter.fillRect(whole, QColor("#ffffff"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        under = cache.best(key, strip.turns.get(page, 0))
        if under is not None:
            painter.drawImage(whole, self._looked(under, key))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, bool(lean))
        for wish, clip in self._tiles():
            tile = cache.get(wish)
            if tile is not None:
                box = QRectF(clip.left * wide, clip.top * high, (clip.right - clip.left) * wide,
                             (clip.bottom - clip.top) * high)  # fmt: skip
                painter.drawImage(box, self._looked(tile, key))
        painter.restore()

    def _looked(self, image: QImage, key: int) -> QImage:
        look = self._strip.look
        return image if look is None else look.shown(image, key)
