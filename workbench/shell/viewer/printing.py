"""Materials on paper or in a PDF, page by page, each with the case number at its foot.

Called by :mod:`workbench.shell.viewer.print_desk`. The pixels come from the renderer as they were
received, turned as they are shown; brightness, marks and the screen's watermark stay on the screen.
A page is drawn in the lane *ahead* and laid down band by band, each in a turn of the event loop of
its own, so that the window keeps answering. What is called off leaves no file behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PyQt6.QtCore import QMarginsF, QObject, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QFont, QFontMetricsF, QImage, QPagedPaintDevice, QPageLayout, QPainter

from workbench.rules.materials import PagePicture
from workbench.rules.words import _
from workbench.shell.viewer.bundle import Bundle, Leaf
from workbench.shell.viewer.pictures import Wish
from workbench.shell.viewer.sheets import turned
from workbench.shell.viewer.source import AGAIN_MS

DPI: Final = 300
"""Finer than a scan is, and what a printer of an office shows."""
MARGIN_MM: Final = 8.0
FOOT_MM: Final = 9.0
FOOT_POINTS: Final = 8
SEARCHABLE: Final = ("DejaVu Sans", "Arial", "WenQuanYi Micro Hei", "Droid Sans Fallback")
"""Tried before the desk's own family: text in Noto CJK comes out of Qt's PDF with figures that are
none and with radicals for characters, so that nobody could search a print for its number."""
BAND_PIXELS: Final = 450_000
"""So much of a page is laid down at once: some ten milliseconds, as it is packed on the way."""
_FORMATS: Final = {"RGB888": QImage.Format.Format_RGB888, "GRAY8": QImage.Format.Format_Grayscale8}


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below every page."""

    case_no: str
    who: str
    when: str
    font: QFont

    def left(self, name: str, page: int, pages: int) -> tuple[str, str, str]:
        """Before, in and after the name of the material; the name alone may be shortened."""
        count = _("page {page} of {pages}").format(page=page, pages=pages)
        before = f"{self.case_no} · " if self.case_no else ""
        return before, name, f" · {count}" if name else count

    def right(self) -> str:
        """Who printed it and when."""
        return _("Printed by {who}, {when}").format(who=self.who, when=self.when)


class Target(Protocol):
    """Where the pages go."""

    @property
    def device(self) -> QPagedPaintDevice:
        """What is painted on."""
        ...

    def keep(self, then: Callable[[str], None]) -> None:
        """All pages are laid down; ``then`` is told what went wrong, or nothing."""
        ...

    def drop(self) -> None:
        """Called off: nothing is to be left."""
        ...


class PrintJob(QObject):
    """One run over the pages of some materials. It ends with ``ended`` in every case."""

    moved = pyqtSignal(int, int)
    """Pages that are done, and pages in all as far as they are known."""
    ended = pyqtSignal(str)
    """What went wrong, or nothing; not sent after :meth:`cancel`."""

    def __init__(
        self, bundle: Bundle, leaves: Sequence[Leaf], target: Target, foot: Foot | None,
        wanted: Callable[[], bool], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """``wanted``: whether the pages may still be shown; asked before each one. Without a foot
        the pages are laid down at their true size and with nothing else: copies to be pressed."""
        super().__init__(parent)
        self.left_out: list[str] = []
        """Names of the materials of which no page could be printed."""
        self.pages = 0
        """How many pages were laid down."""
        self.over = False
        self._bundle, self._leaves, self._target, self._foot = bundle, tuple(leaves), target, foot
        self._wanted = wanted
        self._painter = QPainter()
        self._at, self._page = 0, 1
        self._asked = 0
        bundle.leaf_changed.connect(self._leaf_changed)
        bundle.interrupted.connect(self._interrupted)
        bundle.laid_out.connect(self._laid_out)

    def start(self) -> None:
        """Begin; everything else comes by the event loop."""
        self._next()

    def cancel(self) -> None:
        """Call it off: what was laid down is thrown away."""
        if self.over:
            return
        self._stop()
        self._target.drop()

    def all_pages(self) -> int:
        """How many pages there are, as far as the files are open."""
        return sum(len(leaf.sizes) for leaf in self._leaves if leaf.refused is None)

    # -- from page to page ---------------------------------------------------------------------

    def _next(self) -> None:
        if self.over:
            return
        if not self._wanted():
            self.cancel()
            self.ended.emit(_("The case was closed; nothing was printed."))
            return
        while self._at < len(self._leaves):
            leaf = self._leaves[self._at]
            if leaf.refused is not None or (leaf.file is not None and not leaf.file.sizes):
                self.left_out.append(leaf.paper.name)
            elif not leaf.drawable:
                if not leaf.asked:
                    self._bundle.open(leaf)
                return
            elif self._page <= len(leaf.sizes):
                self._ask(leaf)
                return
            self._at, self._page = self._at + 1, 1
        self._finish()

    def _leaf_changed(self, leaf: Leaf) -> None:
        waiting = self._at < len(self._leaves) and leaf is self._leaves[self._at]
        if waiting and not self._asked and not self.over:
            self._next()

    def _laid_out(self) -> None:
        """A material may have gone from the case meanwhile: what is left of it is left out."""
        leaf = self._leaves[self._at] if self._at < len(self._leaves) else None
        if leaf is not None and leaf not in self._bundle.leaves and not self.over:
            self.left_out.append(leaf.paper.name)
            self._at, self._page, self._asked = self._at + 1, 1, 0
            QTimer.singleShot(0, self._next)

    def _ask(self, leaf: Leaf) -> None:
        self._asked += 1
        mine, page = self._asked, self._page
        self._turn_sheet(leaf)
        wide = max(round(self._room(leaf).width()), 1)

        def drawn(picture: PagePicture | None) -> None:
            if mine == self._asked and not self.over:
                self._lay_down(leaf, picture)

        wish = Wish(page, leaf.turns.get(page, 0), wide)
        leaf.source.draw(wish, True, drawn, lambda: drawn(None))

    def _interrupted(self, _trouble: object) -> None:
        """The renderer ended: it starts again by itself, and the page is asked for once more."""
        if self._asked and not self.over:
            QTimer.singleShot(2 * AGAIN_MS, self._next)

    # -- one page ------------------------------------------------------------------------------

    def _turn_sheet(self, leaf: Leaf) -> None:
        wide, high = turned(leaf.sizes[self._page - 1], leaf.turns.get(self._page, 0))
        upright = QPageLayout.Orientation.Portrait
        lying = QPageLayout.Orientation.Landscape
        device = self._target.device
        margin = MARGIN_MM if self._foot is not None else 0.0
        device.setPageMargins(QMarginsF(*(margin,) * 4), QPageLayout.Unit.Millimeter)
        device.setPageOrientation(lying if wide > high else upright)

    def _sheet(self) -> QRectF:
        """The part of the sheet that may be printed on, in dots; all of it without a foot, where
        a printer's own margin is cut off and not made room for."""
        layout = self._target.device.pageLayout()
        rect = layout.paintRectPixels(self._dpi())
        if self._foot is not None:
            return QRectF(0, 0, rect.width(), rect.height())
        full = layout.fullRectPixels(self._dpi())
        return QRectF(-rect.x(), -rect.y(), full.width(), full.height())

    def _dpi(self) -> int:
        return max(self._target.device.logicalDpiX(), 1)

    def _room(self, leaf: Leaf) -> QRectF:
        """Where the page lies on the sheet, in dots: its true size, or smaller so that it fits."""
        dpi, sheet = self._dpi(), self._sheet()
        wide, high = turned(leaf.sizes[self._page - 1], leaf.turns.get(self._page, 0))
        foot = FOOT_MM if self._foot is not None else 0.0
        room = sheet.adjusted(0, 0, 0, -foot / 25.4 * dpi)
        scale = min(dpi / 72.0, room.width() / wide, room.height() / high)
        box = QRectF(0, 0, wide * scale, high * scale)
        box.moveCenter(room.center())
        return box

    def _lay_down(self, leaf: Leaf, picture: PagePicture | None) -> None:
        if not self._painter.isActive():
            if not self._painter.begin(self._target.device):
                self.cancel()
                self.ended.emit(_("The printer or the file cannot be written to."))
                return
        elif not self._target.device.newPage():
            self.cancel()
            self.ended.emit(_("The printer or the file cannot be written to."))
            return
        if picture is None:
            words = _("Page {page} cannot be drawn.").format(page=self._page)
            if self._foot is not None:
                self._painter.setFont(self._foot.font)
            self._painter.drawText(self._room(leaf), Qt.AlignmentFlag.AlignCenter, words)
            self._page_done(leaf)
            return
        self._band(leaf, picture, 0)

    def _band(self, leaf: Leaf, picture: PagePicture, top: int) -> None:
        if self.over:
            return
        rows = max(BAND_PIXELS // max(picture.width, 1), 1)
        # Two rows more than its share: neighbours overlap, so that no hairline shows between them.
        end = min(top + rows + 2, picture.height)
        step = picture.stride
        data = picture.data[top * step : end * step]
        band = QImage(data, picture.width, end - top, step, _FORMATS[picture.format])
        room = self._room(leaf)
        dots = room.height() / picture.height
        place = QRectF(room.x(), room.y() + top * dots, room.width(), (end - top) * dots)
        self._painter.drawImage(place, band)
        if end < picture.height:
            QTimer.singleShot(0, lambda: self._band(leaf, picture, top + rows))
        else:
            self._page_done(leaf)

    def _page_done(self, leaf: Leaf) -> None:
        if self._foot is not None:
            self._write_foot(leaf, self._foot)
        self.pages += 1
        self._page += 1
        self._asked = 0
        self.moved.emit(self.pages, max(self.all_pages(), self.pages))
        QTimer.singleShot(0, self._next)

    def _write_foot(self, leaf: Leaf, foot: Foot) -> None:
        sheet = self._sheet()
        font = QFont([*SEARCHABLE, foot.font.family()])
        font.setPointSizeF(FOOT_POINTS)
        metrics = QFontMetricsF(font, self._target.device)
        line = QRectF(sheet.left(), sheet.bottom() - metrics.height(), sheet.width(),
                      metrics.height())  # fmt: skip
        self._painter.setFont(font)
        right = foot.right()
        before, name, after = foot.left(leaf.paper.name, self._page, len(leaf.sizes))
        spent = sum(metrics.horizontalAdvance(one) for one in (before, after, right, "    "))
        name = metrics.elidedText(
            name, Qt.TextElideMode.ElideMiddle, max(line.width() - spent, 0)
        )
        self._painter.drawText(line, Qt.AlignmentFlag.AlignLeft, f"{before}{name}{after}")
        self._painter.drawText(line, Qt.AlignmentFlag.AlignRight, right)

    # -- the end -------------------------------------------------------------------------------

    def _stop(self) -> None:
        self.over = True
        self._bundle.leaf_changed.disconnect(self._leaf_changed)
        self._bundle.interrupted.disconnect(self._interrupted)
        self._bundle.laid_out.disconnect(self._laid_out)
        if self._painter.isActive():
            self._painter.end()

    def _finish(self) -> None:
        self._stop()
        if not self.pages:
            self._target.drop()
            self.ended.emit(_("There was no page that can be printed."))
            return
        self._target.keep(self.ended.emit)
