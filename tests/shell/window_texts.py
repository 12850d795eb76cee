"""Everything that a program beside the desk could read of its windows: for the search of canaries.

Texts of widgets and of what they show, the accessibility tree, the clipboard, files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PyQt6.QtCore import QAbstractItemModel, QAbstractListModel, QMetaType, QModelIndex, Qt
from PyQt6.QtWidgets import QAbstractItemView, QApplication, QPlainTextEdit, QTextEdit, QWidget

from tests.shell import accessible_tree

ROWS = 100
ROLES = (*range(0, 16), *range(Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 8))


def of_windows() -> Iterator[str]:
    """Every text property of every widget, seen or not, with tool tips, and every list's rows."""
    for window in QApplication.topLevelWidgets():
        for widget in (window, *window.findChildren(QWidget)):
            yield from _properties(widget)
            if isinstance(widget, QTextEdit | QPlainTextEdit):
                yield widget.toPlainText()
            model = widget.model() if isinstance(widget, QAbstractItemView) else None
            if model is not None:
                yield from _rows(model)


def _properties(widget: QWidget) -> Iterator[str]:
    meta = widget.metaObject()
    for number in range(meta.propertyCount() if meta is not None else 0):
        one = meta.property(number)  # type: ignore[union-attr]
        if one.metaType().id() == QMetaType.Type.QString.value:
            yield str(one.read(widget) or "")


def _rows(model: QAbstractItemModel) -> Iterator[str]:
    root = QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
    for row in range(min(model.rowCount(root), ROWS)):
        for column in range(columns):
            index = model.index(row, column, root)
            yield from (str(model.data(index, role)) for role in ROLES)


def of_accessibility() -> Iterator[str]:
    """What a screen reader gets of every window."""
    for window in QApplication.topLevelWidgets():
        yield from accessible_tree.texts(window)


def of_clipboard() -> Iterator[str]:
    """Both of them."""
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    yield clipboard.text()
    yield clipboard.text(clipboard.Mode.Selection)


def of_files(*folders: Path) -> Iterator[str]:
    """Names and bytes of every file."""
    for folder in folders:
        for file in folder.rglob("*"):
            yield str(file)
            if file.is_file():
                body = file.read_bytes()
                yield body.decode("latin-1")
