"""All pages of a bundle in one continuous strip: what is shown, and how it is painted.

Used by the material viewer, the proof page and the seal desk. It paints what a
:class:`~workbench.shell.viewer.pictures.Pictures` keeps; it never waits and never decodes. Where
things lie stands in :mod:`workbench.shell.viewer.strip_ground`, what is to be drawn next in
:mod:`workbench.shell.viewer.strip_wishes`, keys and mouse in
:mod:`workbench.shell.viewer.strip_hands`, what others lay over the pages in
:mod:`workbench.shell.viewer.strip_hooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PyQt6.QtWidgets import QWidget

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
from workbench.shell.viewer.pictures import Pictures
from workbench.shell.viewer.sheets import GAP, MM_PER_PT, Place
from workbench.shell.viewer.strip_ground import itself, nothing
from workbench.shell.viewer.strip_hooks import Overlay
from workbench.shell.viewer.strip_wishes import StripWishes


class StripView(StripWishes):
    """The strip without hands: what is shown, and painting it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.head_note: Callable[[int], str] = nothing
        """What stands in the band beside the name of the material that begins with the page."""
        self.number: Callable[[int], int] = itself
        """The number that a page has in its own material."""
        self.overlays: list[Overlay] = []
        """What others draw over the pages, the first one lowest."""
        self.marks: tuple[Mark, ...] = ()
        self._marks_on: tuple[int, ...] = ()
        self._watermark_text = ""
        self._watermark = watermark("", self.font(), 1.0)

    # -- what is shown ------------------------------------------------------------------------

    def show_pages(
        self, sizes: Sequence[PageSize], turns: Mapping[int, int], pictures: Pictures | None,
        keys: Sequence[int] | None = None, heads: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        """Show other pages from the first one on; no sizes show an empty strip. ``keys``: under
        which number the pictures of each page are kept, where it is not the page's own; ``heads``:
        page -> name of the material that begins with it."""
        if self.pictures is not None:
            self.pictures.came.disconnect(self._came)
        self.sizes, self.turns, self.pictures = tuple(sizes), turns, pictures
        self.keys = keys or range(1, len(self.sizes) + 1)
        self.heads = heads or {}
        self.hits, self.hit, self.shown_place = (), -1, None
        self.marks, self._marks_on = (), ()
        if pictures is not None:
            pictures.came.connect(self._came)
        self.page = 1
        self.lay_out()
        self.down.setValue(0)
        self.across.setValue(0)
        self._tell_page()

    def pages_moved(
        self, sizes: Sequence[PageSize], keys: Sequence[int], heads: Mapping[int, str]
    ) -> None:
        """Pages before, in or after what is seen have become more, fewer or other: what is seen
        stays where it is, what is found stays on its page, in hand stays what is."""
        old, now = self.keys, {key: page for page, key in enumerate(keys, start=1)}
        top = self.sheets.page_at(self.down.value() + GAP)
        below = self.down.value() - self.sheets.place(top).y if self.sizes else 0
        in_hand, self.sizes, self.keys, self.heads = self.page, tuple(sizes), keys, heads
        if not self.sizes or not old:
            self.lay_out()
            self._tell_page()
            return

        def moved(page: int) -> int:
            return now.get(old[page - 1], 0) if 1 <= page <= len(old) else 0

        self.hits = tuple(replace(hit, page=moved(hit.page)) for hit in self.hits)
        if self.shown_place is not None:
            self.shown_place = (moved(self.shown_place[0]), self.shown_place[1])
        self.lay_out()
        page = moved(top) or min(top, len(self.sizes))
        place = self.sheets.place(page)
        self.down.setValue(place.y + min(below, place.height))
        self._gone_to = (moved(in_hand) or page, self.down.value())
        self.page = 0
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

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self.pictures is not None:
            self.pictures.ask_next()

    def _came(self, key: int) -> None:
        if any(self.key(page) == key for page in self.seen()):
            self.glass.update()

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self.glass)
        painter.fillRect(self.glass.rect(), QColor(self.theme.ink.raised))
        painter.translate(-self.across.value(), -self.down.value())
        for page in self.seen():
            self._paint_page(painter, page)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        place, turn = self.sheets.place(page), self.turns.get(page, 0)
        box = QRectF(place.x, place.y, place.width, place.height)
        if page in self.heads:
            self._paint_head(painter, page, box)
        if self.words(page):
            self._paint_sheet(painter, page, box)
            return
        painter.setPen(QColor(self.theme.ink.line))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))
        painter.fillRect(box, QColor("#ffffff"))
        painter.save()
        straight = self.page_transform(page)
        if not straight.isIdentity():
            painter.setClipRect(box)
            painter.setTransform(straight, True)
        self._paint_picture(painter, page, place, box)
        self._paint_found(painter, page)
        for overlay in self.overlays:
            painter.save()
            overlay.paint(painter, place, page, turn)
            painter.restore()
        painter.restore()
        self._paint_watermark(painter, box)
        for mark, on_page in zip(self.marks, self._marks_on, strict=False):
            if on_page == page:
                self._paint_mark(painter, mark, page)

    def _paint_found(self, painter: QPainter, page: int) -> None:
        for number, hit in enumerate(self.hits):
            if hit.page == page:
                clip = Clip(hit.left, hit.top, hit.right, hit.bottom)
                paint_hit(painter, self.box_of(page, clip), number == self.hit)
        if self.shown_place is not None and self.shown_place[0] == page:
            paint_hit(painter, self.box_of(page, self.shown_place[1]), True)

    def _paint_watermark(self, painter: QPainter, box: QRectF) -> None:
        """Only where it can be seen: a page at 400 % is many times the window."""
        if self._watermark is None:
            return
        view = QRectF(self.across.value(), self.down.value(), self.glass.width(),
                      self.glass.height())  # fmt: skip
        seen = box.intersected(view)
        painter.drawTiledPixmap(seen, self._watermark, seen.topLeft() - box.topLeft())

    def _paint_head(self, painter: QPainter, page: int, box: QRectF) -> None:
        """The name of the material in a band above its first page."""
        ink = self.theme.ink
        font = self.theme.font(0, bold=True)
        high = self.sheets.head_of(page) - GAP
        view = QRectF(self.across.value() + GAP, 0, self.glass.width() - 2 * GAP, 0)
        left = max(min(box.left(), view.left()), 0)
        band = QRectF(left, box.top() - high - GAP / 2, max(box.width(), view.width()), high)
        painter.fillRect(band, QColor(ink.base))
        painter.fillRect(QRectF(band.left(), band.top(), 4, high), QColor(ink.accent))
        painter.setFont(font)
        painter.setPen(QColor(ink.text))
        room = QRectF(max(left, view.left()) + GAP, band.top(), view.width() - 2 * GAP, high)
        name, note = self.heads[page], self.head_note(page)
        small, middle = self.theme.font(-1), Qt.AlignmentFlag.AlignVCenter
        beside = QFontMetrics(small).horizontalAdvance(note) + 2 * GAP
        if note and QFontMetrics(font).horizontalAdvance(name) + beside < room.width():
            painter.setFont(small)
            painter.setPen(QColor(ink.quiet))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | middle), note)
            room.setWidth(room.width() - beside)
            painter.setFont(font)
            painter.setPen(QColor(ink.text))
        name = QFontMetrics(font).elidedText(
            name, Qt.TextElideMode.ElideMiddle, round(room.width())
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | middle), name)

    def _paint_sheet(self, painter: QPainter, page: int, box: QRectF) -> None:
        """What stands for a material that cannot be shown: why, in the colours of the window."""
        ink = self.theme.ink
        painter.fillRect(box, QColor(ink.base))
        painter.setPen(QPen(QColor(ink.line), 1, Qt.PenStyle.DashLine))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.setPen(QColor(ink.text))
        painter.setFont(self.theme.font())
        room = box.adjusted(2 * GAP, GAP, -2 * GAP, -GAP)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, int(flags), self.words(page))

    def _paint_mark(self, painter: QPainter, mark: Mark, page: int) -> None:
        size = self.sizes[page - 1]
        clip = clip_of(mark, size.width_pt * MM_PER_PT, size.height_pt * MM_PER_PT)
        place = self.sheets.place(page)
        box = box_on(place, clip, self.turns.get(page, 0))
        sheet = QRectF(place.x, place.y, place.width, place.height)
        paint_mark(painter, mark, box, sheet, self.theme.ink, self.theme.font(-1))

    def _paint_picture(self, painter: QPainter, page: int, place: Place, box: QRectF) -> None:
        if self.pictures is None:
            return
        tiles = list(self._tiles(page, place)) if self._in_tiles(place) else []
        kept = self.pictures.cache
        pieces = [(kept.get(wish), where) for wish, where in tiles]
        if not pieces or any(image is None for image, _where in pieces):
            image = kept.get(self._whole(page)) or self._best(page)
            if image is None:
                self._paint_words(painter, page, box)
                return
            self._paint_image(painter, page, image, box)
        for piece, where in pieces:
            if piece is not None:
                self._paint_image(painter, page, piece, where)
        if self.key(page) in self.pictures.blank:
            self._paint_words(painter, page, box)

    def _paint_image(self, painter: QPainter, page: int, image: QImage, box: QRectF) -> None:
        """One picture into its box; pixel by pixel where it has the box's size but for a line."""
        ratio = self.devicePixelRatioF()
        wide, high = box.width() * ratio, box.height() * ratio
        exact = abs(image.width() - wide) < 2 and abs(image.height() - high) < 2
        if self.look is not None:
            image = self.look.shown(image, self.key(page))
        straight = not painter.transform().isRotating()
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, not (exact and straight)
        )
        if exact:
            box = QRectF(box.left(), box.top(), image.width() / ratio, image.height() / ratio)
        painter.drawImage(box, image)

    def _paint_words(self, painter: QPainter, page: int, box: QRectF) -> None:
        """What stands on a page that has no picture, or nothing in its picture."""
        assert self.pictures is not None
        number = self.number(page)
        text = _("Page {page}").format(page=number)
        if self.key(page) in self.pictures.failed:
            text = _("Page {page} cannot be drawn.").format(page=number)
        elif self.key(page) in self.pictures.blank:
            text = _("Page {page} shows nothing: one colour all over.").format(page=number)
        painter.setPen(QColor("#5f6b7a"))
        painter.setFont(self.theme.font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
