"""The list of materials: what the item asks for, what is there, and every file to be opened.

Left in the case screen. Choosing a file shows it in the viewer. A line whose material is missing
says so; word and mark go together, so colour alone decides nothing.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QResizeEvent
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.rules.case import PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.clocks import Light
from workbench.rules.words import _
from workbench.shell.case.material_lines import Held, extra_files, held_word, lines_of, need_word
from workbench.shell.icons import icon
from workbench.shell.theme import Theme

ENTRY: Final = Qt.ItemDataRole.UserRole
MARKS: Final = {
    Held.GIVEN: "check",
    Held.MISSING: "cross",
    Held.MAY_FOLLOW: "clock",
    Held.SHARED: "refresh",
    Held.NOT_NEEDED: "circle",
}


class MaterialDelegate(QStyledItemDelegate):
    """Mark, name in as many lines as it needs, and a quieter line below: nothing is cut off."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def _boxes(self, room: QRect, text: str) -> tuple[QRect, QRect, QRect]:
        """Where mark, name and note stand in an entry that begins at ``room``'s upper left."""
        space, side = self._theme.space, self._theme.icon_size()
        name, _line, note = text.partition("\n")
        left = room.left() + space(1.25) + side + space(1.25)
        wide = max(room.right() - space(1.25) - left, 40)
        flags = int(Qt.TextFlag.TextWordWrap)
        top = room.top() + space(1)
        first = QFontMetrics(self._theme.font()).boundingRect(0, 0, wide, 10_000, flags, name)
        second = QFontMetrics(self._theme.font(-1)).boundingRect(0, 0, wide, 10_000, flags, note)
        mark = QRect(room.left() + space(1.25), top + space(0.25), side, side)
        name_box = QRect(left, top, wide, first.height())
        below = top + first.height() + space(0.25)
        return mark, name_box, QRect(left, below, wide, second.height())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        view = self._view.viewport()
        wide = view.width() if view is not None else 200
        _mark, _name, note = self._boxes(QRect(0, 0, wide, 0), str(index.data()))
        return QSize(wide, note.bottom() + self._theme.space(1))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        ink = self._theme.ink
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(ink.chosen))
        mark, name_box, note_box = self._boxes(option.rect, str(index.data()))
        name, _line, note = str(index.data()).partition("\n")
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QIcon):
            picture.paint(painter, mark)
        flags = int(Qt.TextFlag.TextWordWrap)
        painter.setFont(self._theme.font())
        painter.setPen(QColor(ink.on_chosen if chosen else ink.text))
        painter.drawText(name_box, flags, name)
        painter.setFont(self._theme.font(-1))
        painter.setPen(QColor(ink.on_chosen if chosen else ink.quiet))
        painter.drawText(note_box, flags, note)


class MaterialList(QListWidget):
    """One entry a file, one for each line of the list without a file."""

    chosen = pyqtSignal(object)
    """The :class:`PartEntry` to show."""
    missing_chosen = pyqtSignal(str)
    """The words for a line without a file."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: object = None
        self.setAccessibleName(_("Materials"))
        self.setItemDelegate(MaterialDelegate(theme, self))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.currentItemChanged.connect(self._changed)

    def show_case(self, view: CaseView | None) -> None:
        """List the materials; the chosen one stays chosen, at first the first one with a file."""
        lines = lines_of(view) if view is not None else ()
        extra = extra_files(view) if view is not None else ()
        shown = (view.case.case_no if view is not None else "", lines, extra)
        if shown == self._shown:
            return
        same_case = isinstance(self._shown, tuple) and self._shown[0] == shown[0]
        kept = self.current_entry() if same_case else None
        self._shown = shown
        self.blockSignals(True)
        self.clear()
        for line in lines:
            for number, entry in enumerate(line.entries, start=1):
                again = f" ({number})" if len(line.entries) > 1 else ""
                note = _pages(entry)
                self._add(f"{line.name()}{again}", note, Held.GIVEN, entry)
            if not line.entries:
                note = f"{held_word(line.held)} · {need_word(line.spec)}"
                self._add(line.name(), note, line.held, None)
        for entry in extra:
            note = _pages(entry)
            self._add(str(entry.body.get("file", "")), note, Held.GIVEN, entry)
        self.blockSignals(False)
        self._choose(kept)

    def current_entry(self) -> PartEntry | None:
        """The file that is chosen."""
        item = self.currentItem()
        found = item.data(ENTRY) if item is not None else None
        return found if isinstance(found, PartEntry) else None

    def choose_entry(self, entry: PartEntry) -> bool:
        """Choose that file; ``False`` where it is not in the list."""
        for row in range(self.count()):
            item = self.item(row)
            found = item.data(ENTRY) if item is not None else None
            if isinstance(found, PartEntry) and found.sha256 == entry.sha256:
                self.setCurrentRow(row)
                return True
        return False

    def step(self, by: int) -> None:
        """The next or previous line with a file."""
        row = self.currentRow() + by
        while 0 <= row < self.count():
            item = self.item(row)
            if item is not None and item.data(ENTRY) is not None:
                self.setCurrentRow(row)
                return
            row += by

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lines break anew at once: Qt waits, and entries lie on each other until then."""
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _add(self, name: str, note: str, held: Held, entry: PartEntry | None) -> None:
        ink = self._theme.ink
        colours = {Held.GIVEN: ink.lights[Light.GREEN], Held.MISSING: ink.danger}
        mark = icon(MARKS[held], colours.get(held, ink.quiet), self._theme.icon_size())
        item = QListWidgetItem(mark, f"{name}\n{note}")
        item.setData(ENTRY, entry)
        item.setToolTip(f"{name}\n{note}")
        self.addItem(item)

    def _choose(self, kept: PartEntry | None) -> None:
        if kept is not None and self.choose_entry(kept):
            return
        for row in range(self.count()):
            item = self.item(row)
            if item is not None and item.data(ENTRY) is not None:
                self.setCurrentRow(row)
                return

    def _changed(self, now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if now is None:
            return
        entry = now.data(ENTRY)
        if isinstance(entry, PartEntry):
            self.chosen.emit(entry)
        else:
            self.missing_chosen.emit(now.text())


def _pages(entry: PartEntry) -> str:
    """How many pages the file has."""
    pages = entry.body.get("pages", "?")
    return _("1 page") if pages == 1 else _("{pages} pages").format(pages=pages)
