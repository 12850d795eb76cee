"""The groups beside the inbox with their counters: all, mine, pool, and each state that has cases.

The counters come with the rows in one answer, so they cannot disagree with the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PyQt6.QtCore import QModelIndex, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.rules.case import State
from workbench.rules.refusal_words import label
from workbench.rules.words import _, heading
from workbench.shell.icons import icon
from workbench.shell.theme import Theme, status_icon

FIRST: Final = ("all", "mine", "pool")
_ICONS: Final = {"all": "inbox", "mine": "mine", "pool": "person"}
CODE: Final = Qt.ItemDataRole.UserRole
COUNT: Final = Qt.ItemDataRole.UserRole + 1


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
    """A short list; ``chosen`` carries the code of the group."""

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[tuple[str, int], ...] = ()
        self.setAccessibleName(_("Groups of cases"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.setItemDelegate(CounterDelegate(self))
        self.show_counts({}, "all", 0)
        self.currentItemChanged.connect(self._told)

    def group(self) -> str:
        """The code of the group that is chosen."""
        item = self.currentItem()
        return str(item.data(CODE)) if item is not None else "all"

    def show_counts(self, counts: Mapping[str, int], group: str, total: int) -> None:
        """Put up the groups and counters of an answer about ``group``; the choice is kept."""
        lines = [(code, counts.get(code, 0)) for code in FIRST]
        lines += [(s.value, counts[s.value]) for s in State if counts.get(s.value)]
        if group not in dict(lines):
            lines.append((group, total))
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        self.blockSignals(True)
        chosen = self.group()
        self.clear()
        for code, count in lines:
            self._add(code, count)
            if code == chosen:
                self.setCurrentRow(self.count() - 1)
        if self.currentRow() < 0:
            self.setCurrentRow(0)
        self.blockSignals(False)
        self._fit_width([group_label(code) for code, _count in lines])

    def _fit_width(self, names: list[str]) -> None:
        """Room for the longest name beside its mark and a counter of five digits."""
        self.ensurePolished()
        metrics, space = self.fontMetrics(), self._theme.space
        text = max(metrics.horizontalAdvance(name) for name in names)
        beside = metrics.horizontalAdvance("0" * 7) + self._theme.icon_size() + space(4)
        self.setFixedWidth(max(space(24), text + beside))

    def _add(self, code: str, count: int) -> None:
        name = _ICONS.get(code) or status_icon(State(code))
        drawn = icon(name, self._theme.ink.quiet, self._theme.icon_size())
        item = QListWidgetItem(drawn, group_label(code))
        item.setData(CODE, code)
        item.setData(COUNT, count)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, counted(code, count))
        item.setSizeHint(QSize(0, self._theme.row_height()))
        self.addItem(item)

    def _told(self, now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if now is not None:
            self.chosen.emit(str(now.data(CODE)))


def group_label(code: str) -> str:
    """What the group is called."""
    named = {"all": _("All I see"), "mine": _("Held by me"), "pool": _("Work pool")}
    return named.get(code) or heading(label(code))


def counted(code: str, count: int) -> str:
    """The group and how many cases it has."""
    text = _("{group}: 1 case") if count == 1 else _("{group}: {count} cases")
    return text.format(group=group_label(code), count=count)
