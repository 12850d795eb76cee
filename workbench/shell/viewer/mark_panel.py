"""The list of all marks of a case beside the pages: who, where, what; from here one goes there.

Made by :mod:`workbench.shell.viewer.tool_box`; key M. Enter goes to the place, F2 rewords, Delete
takes away; the last two for one's own marks only.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.material_marks import MarkKind, MaterialMark
from workbench.rules.moment import stamp
from workbench.rules.words import _
from workbench.shell.case.flow_layout import FlowLayout
from workbench.shell.icons import icon
from workbench.shell.theme import Theme
from workbench.shell.viewer.mark_book import MarkBook, kind_word

_MARK = Qt.ItemDataRole.UserRole


class MarkPanel(QFrame):
    """Hidden until it is wanted."""

    wanted = pyqtSignal(object)
    """Go to the place of that :class:`MaterialMark`."""
    reword = pyqtSignal(object)
    opened = pyqtSignal()
    closed = pyqtSignal()

    def __init__(
        self, theme: Theme, book: MarkBook, name_of: Callable[[str], str],
        first_of: Callable[[str], int], parent: QWidget,
    ) -> None:  # fmt: skip
        """``name_of`` gives the name of the material with that hash, ``first_of`` the number of
        its first page among all."""
        super().__init__(parent)
        self._theme, self._book, self._name_of, self._first_of = theme, book, name_of, first_of
        self.setProperty("role", "band")
        space = theme.space
        self.head = QLabel(_("Marks"), self)
        self.head.setProperty("role", "title")
        self.none = QLabel(_("No mark yet. N: note, H: highlight, D: doubt."), self)
        self.none.setProperty("role", "quiet")
        self.none.setWordWrap(True)
        self.lines = QListWidget(self)
        self.lines.setWordWrap(True)
        self.lines.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.setMinimumHeight(space(3))
        self.lines.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.lines.setAccessibleName(_("Marks"))
        self.lines.itemActivated.connect(lambda _item: self._go())
        self.lines.itemClicked.connect(lambda _item: self._go())
        self.lines.currentItemChanged.connect(lambda *_items: self._show_buttons())
        self.change = QPushButton(_("Reword"), self)
        self.remove = QPushButton(_("Remove"), self)
        self.change.setToolTip(_("{what} ({keys})").format(what=_("Reword"), keys="F2"))
        self.remove.setToolTip(_("{what} ({keys})").format(what=_("Remove"), keys="Del"))
        self.change.clicked.connect(self._reword)
        self.remove.clicked.connect(self._remove)
        # In one line where there is room: beside two halves the panel is small.
        above = FlowLayout(space(0.75))
        for part in (self.head, self.change, self.remove):
            above.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(), space(), space(), space())
        column.setSpacing(space(0.75))
        column.addLayout(above)
        column.addWidget(self.none)
        column.addWidget(self.lines, 1)
        self.setMinimumWidth(space(18))
        self.setMaximumWidth(space(27))
        book.changed.connect(self.show_marks)
        self.show_marks()
        self.hide()

    def show_marks(self) -> None:
        """The list anew; the line in hand stays in hand."""
        before = self.current()
        self.lines.clear()
        ink = self._theme.ink.text
        for one in sorted(self._book.marks, key=self._order):
            item = QListWidgetItem(icon(one.mark.kind.value, ink, self._theme.icon_size()),
                                   self._line(one))  # fmt: skip
            item.setData(_MARK, one)
            self.lines.addItem(item)
            if before is not None and one.mark_id == before.mark_id:
                self.lines.setCurrentItem(item)
        some = bool(self._book.marks)
        self.lines.setVisible(some)
        self.none.setVisible(not some)
        self._show_buttons()

    def _order(self, mark: MaterialMark) -> tuple[int, str, int, float]:
        place = mark.mark
        return self._first_of(place.sha256), place.sha256, place.page, place.place.top

    def _line(self, mark: MaterialMark) -> str:
        who = self._book.work.name_of(mark.made_by)
        where = _("{material}, page {page}").format(
            material=self._name_of(mark.mark.sha256), page=mark.mark.page
        )
        said = mark.mark.text or kind_word(mark.mark.kind)
        return f"{said}\n{where}\n{who} · {stamp(mark.made_at)[:16]}"

    def current(self) -> MaterialMark | None:
        """The mark of the line in hand."""
        item = self.lines.currentItem()
        found = item.data(_MARK) if item is not None else None
        return found if isinstance(found, MaterialMark) else None

    def choose(self, mark: MaterialMark) -> None:
        """Its line in hand, without going there."""
        for row in range(self.lines.count()):
            item = self.lines.item(row)
            if item is not None and item.data(_MARK) == mark:
                self.lines.setCurrentItem(item)

    def _show_buttons(self) -> None:
        mark = self.current()
        own = mark is not None and self._book.own(mark)
        self.remove.setVisible(own)
        self.change.setVisible(own and mark is not None and mark.mark.kind is not MarkKind.LINK)

    # -- what is done from here ----------------------------------------------------------------

    def begin(self) -> None:
        """Show it with the list under the keys, or close it."""
        if self.isVisible():
            self.shut()
            return
        self.show()
        self.opened.emit()
        self.lines.setFocus()
        if self.lines.currentRow() < 0:
            self.lines.setCurrentRow(0)

    def shut(self) -> None:
        """Hide it."""
        self.hide()
        self.closed.emit()

    def _go(self) -> None:
        mark = self.current()
        if mark is not None:
            self.wanted.emit(mark)

    def _reword(self) -> None:
        mark = self.current()
        if mark is not None and not self.change.isHidden():
            self.reword.emit(mark)

    def _remove(self) -> None:
        mark = self.current()
        if mark is not None and not self.remove.isHidden():
            self._book.remove(mark)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Return: self._go, Qt.Key.Key_Enter: self._go, Qt.Key.Key_F2: self._reword,
            Qt.Key.Key_Delete: self._remove, Qt.Key.Key_Escape: self.shut,
        }  # fmt: skip
        act = acts.get(Qt.Key(event.key())) if event is not None else None
        if act is not None:
            act()
            return
        super().keyPressEvent(event)
