"""The ground of a strip of pages: what lies where, and how one gets from one place to another.

Everything of :class:`~workbench.shell.viewer.page_strip.StripView` that neither paints nor wishes.
The page in hand is the one that crosses a line near the upper edge; a page that somebody went to is
in hand until the strip is scrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTransform
from PyQt6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from workbench.rules.materials import Clip, PageSize, TextHit
from workbench.rules.words import _
from workbench.shell.theme import Theme
from workbench.shell.viewer.marks import box_on
from workbench.shell.viewer.pictures import Pictures
from workbench.shell.viewer.sheets import (
    FINEST,
    GAP,
    PX_PER_PT,
    SMALLEST,
    Fit,
    Place,
    Sheets,
    next_zoom,
    unturned_point,
)
from workbench.shell.viewer.strip_hooks import Look

LINE: Final = 160
"""So many pixels below the upper edge lies the line that the page in hand crosses. It stays where
it is when a bar above the strip makes it lower, or bar and page would take turns."""

T = TypeVar("T")


def there(found: T | None) -> T:
    """Qt's typing allows ``None`` for parts that a scroll area always has."""
    assert found is not None
    return found


def itself(page: int) -> int:
    """In one file a page of the strip is that page of the file."""
    return page


def nothing(_page: int) -> str:
    """In one file no words stand on or above a page."""
    return ""


class StripGround(QAbstractScrollArea):
    """Geometry and going about."""

    page_changed = pyqtSignal(int)
    zoom_changed = pyqtSignal()
    moved = pyqtSignal()
    """Something else is seen: scrolled, zoomed, laid out anew."""
    taken = pyqtSignal()
    """It has come under the keys."""
    pixels_wanted = pyqtSignal(int)
    """That page is to be shown pixel by pixel."""
    left = pyqtSignal()
    """Escape, while :attr:`may_be_left`."""

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
        self.keys: Sequence[int] = ()
        """For each page the number under which its pictures are kept."""
        self.turns: Mapping[int, int] = {}
        self.heads: Mapping[int, str] = {}
        """Page -> the name of the material that begins with it."""
        self.sizes: tuple[PageSize, ...] = ()
        self.look: Look | None = None
        self.hits: tuple[TextHit, ...] = ()
        self.hit = -1
        self.shown_place: tuple[int, Clip] | None = None
        self.sheets = Sheets((), {}, self.fit, 1.0, 100, 100)
        self.may_be_left = False
        self._gone_to: tuple[int, int] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Pages"))
        self.glass.setAutoFillBackground(False)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.taken.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape and self.may_be_left:
            event.accept()
            self.left.emit()
            return
        super().keyPressEvent(event)

    # -- going about --------------------------------------------------------------------------

    def go_to(self, page: int) -> None:
        """The upper edge of that page, or the name above it, at the upper edge of the strip."""
        if not self.sizes:
            return
        page = min(max(page, 1), len(self.sizes))
        self._gone_to = None
        top = self.sheets.place(page).y - GAP - self.sheets.head_of(page)
        self.down.setValue(top)
        self._gone_to = (page, self.down.value())
        self._tell_page()

    def bring_into_view(self, page: int, clip: Clip) -> None:
        """Scroll so that the place can be seen, in the upper third where scrolling is needed."""
        if not self.sizes:
            return
        box = self.page_transform(page).mapRect(self.box_of(page, clip))
        across, down = self.across, self.down
        high, wide = self.glass.height(), self.glass.width()
        self._gone_to = None
        if not down.value() + GAP <= box.top() <= down.value() + high - box.height() - GAP:
            down.setValue(round(box.top() - high / 3))
        if not across.value() <= box.left() <= across.value() + wide - box.width():
            across.setValue(round(box.center().x() - wide / 2))
        self._gone_to = (page, down.value())
        self._tell_page()

    def set_fit(self, fit: Fit) -> None:
        """Fit the width or the whole page; the page in hand stays."""
        page = self.page
        self.fit = fit
        self._keeping(QPoint(self.glass.width() // 2, GAP), self.lay_out)
        if fit is Fit.PAGE:
            self.go_to(page)
        self.zoom_changed.emit()

    def set_zoom(self, zoom: float, around: QPoint | None = None) -> None:
        """Show pages at ``zoom`` (1.0 true size); the point of the viewport stays where it is."""
        self.fit, self.zoom = Fit.FREE, min(max(zoom, SMALLEST), FINEST)
        middle = around or QPoint(self.glass.width() // 2, self.glass.height() // 2)
        self._keeping(middle, self.lay_out)
        self.zoom_changed.emit()

    def zoom_by_step(self, up: bool, around: QPoint | None = None) -> None:
        """One step larger or smaller."""
        self.set_zoom(next_zoom(self.shown_zoom(), up), around)

    def pixel_zoom(self) -> None:
        """Show each pixel of the scan as one pixel of the screen; whoever knows the file says how
        fine it is, by :meth:`show_pixels`."""
        if self.sizes:
            self.pixels_wanted.emit(self.page)

    def show_pixels(self, density: float) -> None:
        """So many pixels of the scan to a point of the page in hand are so many of the screen."""
        self.set_zoom(density / PX_PER_PT / self.devicePixelRatioF())

    def shown_zoom(self) -> float:
        """How large the page in hand is shown; 1.0 is its true size."""
        return self.sheets.zoom_of(self.page)

    def turned_anew(self) -> None:
        """A page was turned: lay out again, the page in hand stays in hand."""
        page = self.page
        self.lay_out()
        self.go_to(page)

    def position(self) -> float:
        """What stands at the upper edge, in pages: 3.25 is a quarter down the third page."""
        return self.sheets.position_of(self.down.value())

    def go_to_position(self, position: float) -> None:
        """Bring that to the upper edge."""
        self.down.setValue(self.sheets.height_of(position))

    def key(self, page: int) -> int:
        """Under which number the pictures of that page are kept."""
        return self.keys[page - 1] if 1 <= page <= len(self.keys) else 0

    # -- places -------------------------------------------------------------------------------

    def box_of(self, page: int, clip: Clip) -> QRectF:
        """A part of that page as a rectangle of the strip, before the page is put straight."""
        return box_on(self.sheets.place(page), clip, self.turns.get(page, 0))

    def page_transform(self, page: int) -> QTransform:
        """How a page that is put straight lies in the strip: turned a little around its middle."""
        lean = self.look.lean(self.key(page)) if self.look is not None else 0.0
        if not lean:
            return QTransform()
        place = self.sheets.place(page)
        x, y = place.x + place.width / 2, place.y + place.height / 2
        return QTransform().translate(x, y).rotate(lean).translate(-x, -y)

    def place_at(self, point: QPoint | QPointF) -> tuple[int, float, float] | None:
        """The page under a point of the viewport, and the place on it in fractions of the page as
        it lies in the file; ``None`` beside the pages."""
        if not self.sizes:
            return None
        at = QPointF(point) + QPointF(self.across.value(), self.down.value())
        page = self.sheets.page_at(round(at.y()))
        place = self.sheets.place(page)
        back, _known = self.page_transform(page).inverted()
        at = back.map(at)
        x, y = (at.x() - place.x) / place.width, (at.y() - place.y) / place.height
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        return page, *unturned_point(x, y, self.turns.get(page, 0))

    # -- geometry -----------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Compute all places again and the scroll bars with them."""
        view = self.glass.size()
        head = self.fontMetrics().height() + 2 * GAP
        self.sheets = Sheets(
            self.sizes, self.turns, self.fit, self.zoom, view.width(), view.height(),
            dict.fromkeys(self.heads, head),
        )  # fmt: skip
        down, across = self.down, self.across
        self._gone_to = None
        down.setRange(0, max(self.sheets.height - view.height(), 0))
        down.setPageStep(max(view.height() - 60, 40))
        down.setSingleStep(48)
        across.setRange(0, max(self.sheets.width - view.width(), 0))
        across.setPageStep(max(view.width() - 60, 40))
        across.setSingleStep(48)
        self.glass.update()
        self.moved.emit()

    def _keeping(self, at: QPoint, change: Callable[[], None]) -> None:
        """Do ``change`` so that what lies under ``at`` stays under it, and in hand what is."""
        down, across = self.down, self.across
        if not self.sizes:
            self.lay_out()
            return
        x, y = at.x() + across.value(), at.y() + down.value()
        gone_to = self._gone_to[0] if self._gone_to is not None else 0
        page = self.sheets.page_at(y)
        old = self.sheets.place(page)
        right, below = (x - old.x) / old.width, (y - old.y) / old.height
        change()
        new = self.sheets.place(page)
        down.setValue(round(new.y + below * new.height - at.y()))
        across.setValue(round(new.x + right * new.width - at.x()))
        if gone_to:
            self._gone_to = (gone_to, down.value())
            self._tell_page()

    def seen(self) -> range:
        """The pages of which something is seen."""
        top = self.down.value()
        return self.sheets.between(top, top + self.glass.height())

    def device_size(self, place: Place) -> tuple[int, int]:
        """Width and height of a page in pixels of the screen."""
        ratio = self.devicePixelRatioF()
        return max(round(place.width * ratio), 1), max(round(place.height * ratio), 1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._keeping(QPoint(self.glass.width() // 2, GAP), self.lay_out)
        self.zoom_changed.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.glass.update()
        self._tell_page()
        self.moved.emit()

    def _page_in_hand(self) -> int:
        if self._gone_to is not None and self._gone_to[1] == self.down.value():
            return self._gone_to[0]
        self._gone_to = None
        line = self.down.value() + min(LINE, self.glass.height() // 3)
        return min(self.sheets.page_at(line), max(len(self.sizes), 1))

    def _tell_page(self) -> None:
        page = self._page_in_hand()
        text = _("Page {page} of {pages}").format(page=page, pages=len(self.sizes))
        self.setAccessibleDescription(text if self.sizes else "")
        if page != self.page:
            self.page = page
            self.page_changed.emit(page)
        if self.pictures is not None:
            self.pictures.ask_next()
