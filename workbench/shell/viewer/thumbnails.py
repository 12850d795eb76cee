"""The small pages beside the strip: a list with keys of its own, drawn from the same pictures.

Under the first page of each material stands its name, under the others their number in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QPainter, QPen
from PyQt6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.rules.words import _
from workbench.shell.theme import Theme
from workbench.shell.viewer.bundle import Bundle
from workbench.shell.viewer.pictures import Wish, small

SIDE: Final = 84
"""Width of a thumbnail in device-independent pixels at the desk's usual type size."""


class ThumbnailModel(QAbstractListModel):
    """One row a page of the bundle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.count = 0
        self._bundle: Bundle | None = None

    def show(self, bundle: Bundle | None) -> None:
        """The pages of those materials."""
        self.beginResetModel()
        self._bundle = bundle
        self.count = bundle.page_count() if bundle is not None else 0
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return self.count

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._bundle is None or not 0 <= index.row() < self._bundle.page_count():
            return None
        leaf, local = self._bundle.at(index.row() + 1)
        name = leaf.paper.name
        if role == Qt.ItemDataRole.DisplayRole:
            return name if name and local == 1 else str(local)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            page = _("Page {page}").format(page=local)
            return f"{name} · {page}" if name else page
        return None


class ThumbnailDelegate(QStyledItemDelegate):
    """Draws a page small, upright or turned as in the strip, and its number below."""

    def __init__(self, theme: Theme, parent: Thumbnails) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        side = round(SIDE * self._theme.scale)
        return QSize(side + self._theme.space(2), round(side * 1.414) + self._theme.space(3.5))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        ink = self._theme.ink
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(ink.chosen))
        side = round(SIDE * self._theme.scale)
        room = QRect(
            option.rect.center().x() - side // 2,
            option.rect.top() + self._theme.space(0.75),
            side,
            round(side * 1.414),
        )
        image = self._list.picture_of(index.row() + 1)
        box = room
        if image is not None:
            size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            box = QRect(0, 0, size.width(), size.height())
            box.moveCenter(room.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, image)
        elif self._list.is_sheet(index.row() + 1):
            # What cannot be shown is as low as its sheet, and empty pages are white.
            box = QRect(room.left(), room.center().y() - side // 5, side, side * 2 // 5)
            painter.fillRect(box, QColor(ink.base))
            painter.setPen(QColor(ink.quiet))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "–")
        else:
            painter.fillRect(box, QColor("#ffffff"))
        painter.setPen(QPen(QColor(ink.accent if chosen else ink.line), 2 if chosen else 1))
        painter.drawRect(box)
        painter.setPen(QColor(ink.on_chosen if chosen else ink.quiet))
        painter.setFont(self._theme.font(-1))
        below = QRect(option.rect.left(), room.bottom() + 2, option.rect.width(),
                      option.rect.bottom() - room.bottom() - 2)  # fmt: skip
        text = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, below.width() - self._theme.space()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)


class Thumbnails(QListView):
    """All pages small. Choosing one turns the strip to it."""

    page_chosen = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bundle: Bundle | None = None
        self._pages = ThumbnailModel(self)
        self.setModel(self._pages)
        self.setItemDelegate(ThumbnailDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Pages, small"))
        self.setMinimumWidth(round(SIDE * theme.scale) + theme.space(4.5))
        self.setMaximumWidth(round(SIDE * theme.scale) + theme.space(4.5))
        self.clicked.connect(lambda index: self.page_chosen.emit(index.row() + 1))
        self.activated.connect(lambda index: self.page_chosen.emit(index.row() + 1))
        bar = self.verticalScrollBar()
        if bar is not None:
            bar.valueChanged.connect(self._scrolled)

    def show_bundle(self, bundle: Bundle | None) -> None:
        """Show the pages of those materials; ``None`` shows none."""
        self._bundle = bundle
        self._pages.show(bundle)
        if bundle is not None:
            bundle.pictures.came.connect(self._came)

    def pages_moved(self) -> None:
        """Pages have become more or fewer: the one that is marked is marked anew by the strip."""
        bar = self.verticalScrollBar()
        before = bar.value() if bar is not None else 0
        self._pages.show(self._bundle)
        if bar is not None:
            bar.setValue(before)

    def show_page(self, page: int) -> None:
        """The strip has turned to that page: mark it here too."""
        index = self._pages.index(page - 1)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def picture_of(self, page: int) -> QImage | None:
        """The small picture of the page, or ``None`` until it has come."""
        if self._bundle is None or not 1 <= page <= self._bundle.page_count():
            return None
        return self._bundle.pictures.cache.get(self._small(self._bundle, page))

    def is_sheet(self, page: int) -> bool:
        """Whether only words stand for the page."""
        return self._bundle is not None and bool(self._bundle.words_on(page))

    def wishes(self) -> Iterator[Wish]:
        """Small pictures of what is seen and of a few pages below."""
        bundle = self._bundle
        if bundle is None or not self.isVisible() or not self._pages.count:
            return
        first, last = self._seen_rows()
        for row in range(first, min(last + 3, self._pages.count - 1) + 1):
            yield self._small(bundle, row + 1)

    @staticmethod
    def _small(bundle: Bundle, page: int) -> Wish:
        return small(bundle.keys[page - 1], bundle.turns.get(page, 0))

    def _seen_rows(self) -> tuple[int, int]:
        view = self.viewport()
        assert view is not None
        top = self.indexAt(view.rect().topLeft())
        bottom = self.indexAt(view.rect().bottomLeft())
        first = max(top.row(), 0)
        last = bottom.row() if bottom.isValid() else self._pages.count - 1
        return first, min(last, first + 40)

    def _scrolled(self) -> None:
        if self._bundle is not None:
            self._bundle.pictures.ask_next()

    def _came(self, key: int) -> None:
        page = self._bundle.page_of(key) if self._bundle is not None else 0
        if page:
            self.update(self._pages.index(page - 1))
