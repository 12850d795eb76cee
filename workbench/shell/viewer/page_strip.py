"""All pages of one file in one continuous strip: scrolling, zooming, turning, marks and hits.

Used by the material viewer, the proof page and the seal desk. It paints what a
:class:`~workbench.shell.viewer.pictures.Pictures` keeps and says what it wishes next; it never
waits and never decodes. The base class knows the geometry and the painting; keys and mouse stand in
:mod:`workbench.shell.viewer.strip_hands`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from workbench.rules.materials import Clip, PageSize, TextHit
from workbench.rules.words import _
from workbench.shell.theme import Theme
from workbench.shell.viewer.marks import (
    Mark,
    box_on,
    clip_of,
    paint_hit,
    paint_mark,
    watermark,
)
from workbench.shell.viewer.pictures import BIG, TILE, Pictures, Wish, small
from workbench.shell.viewer.sheets import (
    GAP,
    LARGEST,
    MM_PER_PT,
    SMALLEST,
    Fit,
    Place,
    Sheets,
    next_zoom,
)

BASE_WIDTH: Final = 1200
"""Device pixels: how wide a page that is drawn in tiles is drawn whole beneath them."""


T = TypeVar("T")


def there(found: T | None) -> T:
    """Qt's typing allows ``None`` for parts that a scroll area always has."""
    assert found is not None
    return found


def _itself(page: int) -> int:
    return page


def _nothing(_page: int) -> str:
    return ""


class StripView(QAbstractScrollArea):
    """The strip without hands: geometry, painting, and what is to be drawn next."""

    page_changed = pyqtSignal(int)
    zoom_changed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.down = there(self.verticalScrollBar())
        self.across = there(self.horizontalScrollBar())
        self.glass = there(self.viewport())
        self.fit = Fit.WIDTH
        self.zoom = 1.0
        self.page = 1
        self.pictures: Pictures | None = None
        self.key: Callable[[int], int] = _itself
        """Page -> the number under which its pictures are kept."""
        self.turns: Mapping[int, int] = {}
        self.heads: Mapping[int, str] = {}
        """Page -> the name of the material that begins with it."""
        self.words: Callable[[int], str] = _nothing
        """What stands on a page that is there instead of a picture."""
        self.sizes: tuple[PageSize, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self._marks_on: tuple[int, ...] = ()
        self.hits: tuple[TextHit, ...] = ()
        self.hit = -1
        self.shown_place: tuple[int, Clip] | None = None
        self._watermark_text = ""
        self._watermark = watermark("", self.font(), 1.0)
        self.sheets = Sheets((), {}, self.fit, 1.0, 100, 100)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Pages"))
        self.glass.setAutoFillBackground(False)

    # -- what is shown ------------------------------------------------------------------------

    def show_pages(
        self, sizes: Sequence[PageSize], turns: Mapping[int, int], pictures: Pictures | None,
        key: Callable[[int], int] | None = None,
    ) -> None:  # fmt: skip
        """Show another file from its first page on; no sizes show an empty strip."""
        self.key = key or _itself
        if self.pictures is not None:
            self.pictures.came.disconnect(self._came)
        self.sizes, self.turns, self.pictures = tuple(sizes), turns, pictures
        self.hits, self.hit, self.shown_place = (), -1, None
        self.marks, self._marks_on = (), ()
        if pictures is not None:
            pictures.came.connect(self._came)
        self.page = 1
        self.lay_out()
        self.down.setValue(0)
        self.across.setValue(0)
        self._tell_page()

    def pages_moved(self, sizes: Sequence[PageSize], heads: Mapping[int, str]) -> None:
        """Pages before, in or after what is seen have become more, fewer or other: what is seen
        stays where it is."""
        key = self.key(self.page) if self.sizes else 0
        below = self.down.value() - self.sheets.place(self.page).y if self.sizes else 0
        self.sizes, self.heads = tuple(sizes), heads
        self.lay_out()
        page = next((n for n in range(1, len(self.sizes) + 1) if self.key(n) == key), self.page)
        self.down.setValue(self.sheets.place(page).y + below)
        self._tell_page()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Circles and boxes in millimetres, such as where the seal lands."""
        last = len(self.sizes)
        self.marks = tuple(marks)
        self._marks_on = tuple(last if mark.page == -1 else mark.page for mark in marks)
        self.glass.update()

    def set_hits(self, hits: Sequence[TextHit], current: int = -1) -> None:
        """Found places; ``current`` is the one in hand."""
        self.hits, self.hit = tuple(hits), current
        if 0 <= current < len(self.hits):
            found = self.hits[current]
            clip = Clip(found.left, found.top, found.right, found.bottom)
            self.bring_into_view(found.page, clip)
        self.glass.update()

    def set_watermark(self, text: str) -> None:
        """Who looks, and when: laid over every page on the screen, never into a file."""
        if text != self._watermark_text:
            self._watermark_text = text
            font = self.theme.font(1)
            self._watermark = watermark(text, font, self.devicePixelRatioF())
            self.glass.update()

    def mark_place(self, page: int, clip: Clip | None) -> None:
        """Turn to the page and frame a place on it."""
        self.shown_place = (page, clip) if clip is not None else None
        if clip is None:
            self.go_to(page)
        else:
            self.bring_into_view(page, clip)
        self.glass.update()

    # -- going about --------------------------------------------------------------------------

    def go_to(self, page: int) -> None:
        """The upper edge of that page at the upper edge of the strip."""
        if self.sizes:
            self.down.setValue(self.sheets.place(page).y - GAP)

    def bring_into_view(self, page: int, clip: Clip) -> None:
        """Scroll so that the place can be seen, in the upper third where scrolling is needed."""
        if not self.sizes:
            return
        box = box_on(self.sheets.place(page), clip, self.turns.get(page, 0))
        across, down = self.across, self.down
        high, wide = self.glass.height(), self.glass.width()
        if not down.value() + GAP <= box.top() <= down.value() + high - box.height() - GAP:
            down.setValue(round(box.top() - high / 3))
        if not across.value() <= box.left() <= across.value() + wide - box.width():
            across.setValue(round(box.center().x() - wide / 2))

    def set_fit(self, fit: Fit) -> None:
        """Fit the width or the whole page; the page in hand stays."""
        self.fit = fit
        self._keeping(QPoint(self.glass.width() // 2, GAP), self.lay_out)
        if fit is Fit.PAGE:
            self.go_to(self.page)
        self.zoom_changed.emit()

    def set_zoom(self, zoom: float, around: QPoint | None = None) -> None:
        """Show pages at ``zoom`` (1.0 true size); the point of the viewport stays where it is."""
        self.fit, self.zoom = Fit.FREE, min(max(zoom, SMALLEST), LARGEST)
        middle = around or QPoint(self.glass.width() // 2, self.glass.height() // 2)
        self._keeping(middle, self.lay_out)
        self.zoom_changed.emit()

    def zoom_by_step(self, up: bool, around: QPoint | None = None) -> None:
        """One step larger or smaller."""
        self.set_zoom(next_zoom(self.shown_zoom(), up), around)

    def shown_zoom(self) -> float:
        """How large the page in hand is shown; 1.0 is its true size."""
        return self.sheets.zoom_of(self.page)

    def turned_anew(self) -> None:
        """A page was turned: lay out again, the page in hand stays in hand."""
        page = self.page
        self.lay_out()
        self.go_to(page)

    # -- geometry -----------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Compute all places again and the scroll bars with them."""
        view = self.glass.size()
        zoom = self.zoom
        head = self.fontMetrics().height() + 2 * GAP
        self.sheets = Sheets(
            self.sizes, self.turns, self.fit, zoom, view.width(), view.height(),
            dict.fromkeys(self.heads, head),
        )  # fmt: skip
        down, across = self.down, self.across
        down.setRange(0, max(self.sheets.height - view.height(), 0))
        down.setPageStep(max(view.height() - 60, 40))
        down.setSingleStep(48)
        across.setRange(0, max(self.sheets.width - view.width(), 0))
        across.setPageStep(max(view.width() - 60, 40))
        across.setSingleStep(48)
        self.glass.update()

    def _keeping(self, at: QPoint, change: Callable[[], None]) -> None:
        """Do ``change`` so that what lies under ``at`` stays under it."""
        down, across = self.down, self.across
        x, y = at.x() + across.value(), at.y() + down.value()
        if not self.sizes:
            self.lay_out()
            return
        page = self.sheets.page_at(y)
        old = self.sheets.place(page)
        right, below = (x - old.x) / old.width, (y - old.y) / old.height
        change()
        new = self.sheets.place(page)
        down.setValue(round(new.y + below * new.height - at.y()))
        across.setValue(round(new.x + right * new.width - at.x()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._keeping(QPoint(self.glass.width() // 2, GAP), self.lay_out)
        self.zoom_changed.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.glass.update()
        self._tell_page()

    def _tell_page(self) -> None:
        """The page in hand is the one that crosses the upper third."""
        line = self.down.value() + self.glass.height() // 3
        page = min(self.sheets.page_at(line), max(len(self.sizes), 1))
        text = _("Page {page} of {pages}").format(page=page, pages=len(self.sizes))
        self.setAccessibleDescription(text if self.sizes else "")
        if page != self.page:
            self.page = page
            self.page_changed.emit(page)
        if self.pictures is not None:
            self.pictures.ask_next()

    # -- wishes -------------------------------------------------------------------------------

    def wishes(self) -> Iterator[Wish]:
        """What is to be drawn, most urgent first: what is seen small, then sharp, then near."""
        if self.pictures is None or not self.sizes or not self.isVisible():
            return
        seen = self._seen()
        for page in seen:
            turn = self.turns.get(page, 0)
            if self.pictures.cache.best(self.key(page), turn) is None:
                yield small(self.key(page), turn)
        for page in sorted(seen, key=lambda one: abs(one - self.page)):
            yield from self._sharp(page)
        for page in (seen[-1] + 1, seen[-1] + 2, seen[0] - 1):
            if 1 <= page <= len(self.sizes):
                yield self._whole(page)

    def _seen(self) -> range:
        top = self.down.value()
        return self.sheets.between(top, top + self.glass.height())

    def _device_size(self, place: Place) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(round(place.width * ratio), 1), max(round(place.height * ratio), 1)

    def _whole(self, page: int) -> Wish:
        wide, high = self._device_size(self.sheets.place(page))
        if wide * high > BIG:
            wide = min(wide, BASE_WIDTH)
        return Wish(self.key(page), self.turns.get(page, 0), wide)

    def _sharp(self, page: int) -> Iterator[Wish]:
        place = self.sheets.place(page)
        yield self._whole(page)
        if self._in_tiles(place):
            yield from (wish for wish, _box in self._tiles(page, place))

    def _in_tiles(self, place: Place) -> bool:
        wide, high = self._device_size(place)
        return wide * high > BIG

    def _tiles(self, page: int, place: Place) -> Iterator[tuple[Wish, QRectF]]:
        """The tiles of the page that can be seen, and where they lie in the strip."""
        wide, high = self._device_size(place)
        ratio = self.devicePixelRatioF()
        left = max(self.across.value() - place.x, 0) * ratio
        top = max(self.down.value() - place.y, 0) * ratio
        right = min(left + self.glass.width() * ratio, wide - 1)
        bottom = min(top + self.glass.height() * ratio, high - 1)
        turn = self.turns.get(page, 0)
        for row in range(int(top) // TILE, int(bottom) // TILE + 1):
            for column in range(int(left) // TILE, int(right) // TILE + 1):
                x0, y0 = column * TILE, row * TILE
                x1, y1 = min(x0 + TILE, wide), min(y0 + TILE, high)
                clip = Clip(x0 / wide, y0 / high, x1 / wide, y1 / high)
                yield Wish(self.key(page), turn, wide, clip), box_on(place, clip, 0)

    def _came(self, key: int) -> None:
        if any(self.key(page) == key for page in self._seen()):
            self.glass.update()

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self.glass)
        painter.fillRect(self.glass.rect(), QColor(self.theme.ink.raised))
        across, down = self.across.value(), self.down.value()
        painter.translate(-across, -down)
        for page in self._seen():
            self._paint_page(painter, page)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        place, turn = self.sheets.place(page), self.turns.get(page, 0)
        box = QRectF(place.x, place.y, place.width, place.height)
        if page in self.heads:
            self._paint_head(painter, page, box)
        painter.setPen(QColor(self.theme.ink.line))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))
        painter.fillRect(box, QColor("#ffffff"))
        self._paint_picture(painter, page, place, box)
        for number, hit in enumerate(self.hits):
            if hit.page == page:
                clip = Clip(hit.left, hit.top, hit.right, hit.bottom)
                paint_hit(painter, box_on(place, clip, turn), number == self.hit)
        if self.shown_place is not None and self.shown_place[0] == page:
            paint_hit(painter, box_on(place, self.shown_place[1], turn), True)
        if self._watermark is not None:
            painter.drawTiledPixmap(box, self._watermark, QPointF(0, 0))
        for mark, on_page in zip(self.marks, self._marks_on, strict=False):
            if on_page == page:
                self._paint_mark(painter, mark, page)

    def _paint_head(self, painter: QPainter, page: int, box: QRectF) -> None:
        """The name of the material above its first page."""
        painter.setFont(self.theme.font(0, bold=True))
        painter.setPen(QColor(self.theme.ink.text))
        high = self.fontMetrics().height() + GAP
        room = QRectF(box.left(), box.top() - high - GAP / 2, max(box.width(), 200), high)
        name = self.fontMetrics().elidedText(
            self.heads[page], Qt.TextElideMode.ElideMiddle, round(room.width())
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(flags), name)

    def _paint_mark(self, painter: QPainter, mark: Mark, page: int) -> None:
        size = self.sizes[page - 1]
        clip = clip_of(mark, size.width_pt * MM_PER_PT, size.height_pt * MM_PER_PT)
        place = self.sheets.place(page)
        box = box_on(place, clip, self.turns.get(page, 0))
        sheet = QRectF(place.x, place.y, place.width, place.height)
        paint_mark(painter, mark, box, sheet, self.theme.ink, self.theme.font(-1))

    def _paint_picture(self, painter: QPainter, page: int, place: Place, box: QRectF) -> None:
        assert self.pictures is not None
        kept = self.pictures.cache
        image = kept.get(self._whole(page)) or kept.best(self.key(page), self.turns.get(page, 0))
        if image is None:
            self._paint_words(painter, page, box)
            return
        exact = (image.width(), image.height()) == self._device_size(place)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
        painter.drawImage(box, image)
        if self._in_tiles(place):
            for wish, where in self._tiles(page, place):
                tile = self.pictures.cache.get(wish)
                if tile is not None:
                    painter.drawImage(where, tile)
        if self.key(page) in self.pictures.blank:
            self._paint_words(painter, page, box)

    def _paint_words(self, painter: QPainter, page: int, box: QRectF) -> None:
        """What stands on a page that has no picture, or nothing in its picture."""
        assert self.pictures is not None
        text = self.words(page) or _("Page {page}").format(page=page)
        if self.key(page) in self.pictures.failed:
            text = _("Page {page} cannot be drawn.").format(page=page)
        elif self.key(page) in self.pictures.blank:
            text = _("Page {page} shows nothing: one colour all over.").format(page=page)
        painter.setPen(QColor("#5f6b7a"))
        painter.setFont(self.theme.font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
