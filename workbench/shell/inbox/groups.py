"""The groups beside the inbox with their counters: all, mine, pool, and each state that has cases.

The counters come with the rows in one answer, so they cannot disagree with the list. Saved views
stand under them with a heading; F2 changes an own one, Del asks to remove it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PyQt6.QtCore import QModelIndex, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.rules.case import State
from workbench.rules.refusal_words import label
from workbench.rules.saved_views import SavedView
from workbench.rules.words import _, heading
from workbench.shell.icons import icon
from workbench.shell.theme import Theme, status_icon

FIRST: Final = ("all", "mine", "pool")
_ICONS: Final = {"all": "inbox", "mine": "mine", "pool": "person"}
CODE: Final = Qt.ItemDataRole.UserRole
COUNT: Final = Qt.ItemDataRole.UserRole + 1
VIEW: Final = "view:"
"""Before the number of a saved view in the code of its line."""


class CounterDelegate(QStyledItemDelegate):
    """A group's name on the left as usual, its counter on the right."""

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        super().paint(painter, option, index)
        count = index.data(COUNT)
        if painter is None or count is None:
            return
        place = option.rect.adjusted(0, 0, -option.fontMetrics.averageCharWidth() * 2, 0)
        painter.setPen(option.palette.text().color())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, right, str(count))


class GroupList(QListWidget):
    """A short list; ``chosen`` carries the code of a group, ``view_chosen`` the number of a view.

    While a view is chosen its group's counter is shown as any other's, and its own is the total.
    """

    chosen = pyqtSignal(str)
    view_chosen = pyqtSignal(int)
    change_wanted = pyqtSignal(int)
    """A view is to be renamed, shared or removed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: object = None
        self._views: tuple[SavedView, ...] = ()
        self._counts: tuple[Mapping[str, int], str, int] = ({}, "all", 0)
        self._own = ""
        self.setAccessibleName(_("Groups of cases"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.setItemDelegate(CounterDelegate(self))
        self.show_counts({}, "all", 0)
        self.currentItemChanged.connect(self._told)

    def group(self) -> str:
        """The code of the group that is listed; a view has one too."""
        view = self.view()
        return view.group if view is not None else self.code()

    def code(self) -> str:
        """The code of the line that is chosen."""
        item = self.currentItem()
        return str(item.data(CODE)) if item is not None else "all"

    def view(self) -> SavedView | None:
        """The view that is chosen."""
        number = self.code().removeprefix(VIEW)
        return next((one for one in self._views if str(one.view_id) == number), None)

    def show_views(self, views: Sequence[SavedView], own: str) -> None:
        """Put up these views; ``own`` is the person whose views may be changed."""
        self._views, self._own = tuple(views), own
        self._fill()

    def show_counts(self, counts: Mapping[str, int], group: str, total: int) -> None:
        """Put up the groups and counters of an answer about ``group``; the choice is kept."""
        self._counts = (counts, group, total)
        self._fill()

    def choose(self, code: str) -> None:
        """Choose that line without a word to anybody."""
        self.blockSignals(True)
        for row in range(self.count()):
            item = self.item(row)
            if item is not None and item.data(CODE) == code:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def _lines(self) -> list[tuple[str, int | None]]:
        counts, group, total = self._counts
        lines: list[tuple[str, int | None]] = [(code, counts.get(code, 0)) for code in FIRST]
        lines += [(s.value, counts[s.value]) for s in State if counts.get(s.value)]
        if group not in dict(lines):
            lines.append((group, total))
        if self._views:
            lines.append(("", None))
        chosen = self.code()
        for view in self._views:
            code = f"{VIEW}{view.view_id}"
            lines.append((code, total if code == chosen else None))
        return lines

    def _fill(self) -> None:
        lines = self._lines()
        if (lines, self._views) == self._shown:
            return
        self._shown = (lines, self._views)
        chosen = self.code()
        self.blockSignals(True)
        self.clear()
        for code, count in lines:
            self._add(code, count)
        self.choose(chosen)
        self.blockSignals(True)
        if self.currentRow() < 0:
            self.choose(self._counts[1])
        self.blockSignals(False)
        self._fit_width([group_label(code) for code, count in lines if count is not None
                         and not code.startswith(VIEW)])  # fmt: skip

    def _fit_width(self, names: list[str]) -> None:
        """Room for the longest name beside its mark and a counter of five digits."""
        self.ensurePolished()
        metrics, space = self.fontMetrics(), self._theme.space
        text = max(metrics.horizontalAdvance(name) for name in names)
        beside = metrics.horizontalAdvance("0" * 7) + self._theme.icon_size() + space(4)
        self.setFixedWidth(max(space(24), text + beside))

    def _add(self, code: str, count: int | None) -> None:
        item = QListWidgetItem()
        item.setData(CODE, code)
        item.setSizeHint(QSize(0, self._theme.row_height()))
        if not code:
            item.setText(_("Saved views"))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(self._theme.font(-1, bold=True))
        elif code.startswith(VIEW):
            self._dress_view(item, code, count)
        else:
            name = _ICONS.get(code) or status_icon(State(code))
            item.setIcon(icon(name, self._theme.ink.quiet, self._theme.icon_size()))
            item.setText(group_label(code))
            item.setData(COUNT, count)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, counted(code, count or 0))
        self.addItem(item)

    def _dress_view(self, item: QListWidgetItem, code: str, count: int | None) -> None:
        view = next(one for one in self._views if f"{VIEW}{one.view_id}" == code)
        own = view.owner == self._own
        mark = "person" if view.shared else "search"
        item.setIcon(icon(mark, self._theme.ink.quiet, self._theme.icon_size()))
        item.setText(view.name)
        item.setData(COUNT, count)
        if own and view.shared:
            said = _("View {name}, shared by you; F2 changes it").format(name=view.name)
        elif own:
            said = _("View {name}, your own; F2 changes it").format(name=view.name)
        else:
            said = _("View {name}, shared in your department").format(name=view.name)
        item.setToolTip(said)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        view = self.view()
        keys = (Qt.Key.Key_F2, Qt.Key.Key_Delete)
        if event is not None and event.key() in keys and view is not None:
            if view.owner == self._own:
                self.change_wanted.emit(view.view_id)
            return
        super().keyPressEvent(event)

    def _told(self, now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if now is None:
            return
        view = self.view()
        if view is not None:
            self.view_chosen.emit(view.view_id)
        elif now.data(CODE):
            self.chosen.emit(str(now.data(CODE)))


def group_label(code: str) -> str:
    """What the group is called."""
    named = {"all": _("All I see"), "mine": _("Held by me"), "pool": _("Work pool")}
    return named.get(code) or heading(label(code))


def counted(code: str, count: int) -> str:
    """The group and how many cases it has."""
    text = _("{group}: 1 case") if count == 1 else _("{group}: {count} cases")
    return text.format(group=group_label(code), count=count)
