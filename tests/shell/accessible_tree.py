"""The accessibility tree as Qt hands it to screen readers; PyQt6 brings no QAccessible.

Qt's own functions are called through their C++ interface, whose order of virtual functions stays
the same for all of Qt 6. A bus for screen readers is not needed, so it works on every platform.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import PyQt6
from PyQt6 import sip
from PyQt6.QtWidgets import QWidget

IS_VALID, CHILD, CHILD_COUNT, TEXT = 2, 9, 10, 12
"""Places in the table of virtual functions of QAccessibleInterface; a destructor takes two."""
NAME, DESCRIPTION, VALUE, HELP = range(4)
MOST: Final = 2_000
"""Children of one node: a list may say that it has as many as the centre has cases."""


class _Text(ctypes.Structure):
    """QString: where its shared block is, where its letters are, how many."""

    _fields_ = (("block", ctypes.c_void_p), ("letters", ctypes.c_void_p),
                ("size", ctypes.c_ssize_t))  # fmt: skip


def _library() -> Any:
    folder = Path(PyQt6.__file__).parent / "Qt6" / "lib"
    return ctypes.CDLL(str(next(folder.glob("libQt6Gui.so*"))))


def _virtual(node: int, place: int, result: Any, *arguments: Any) -> Any:
    table = ctypes.cast(node, ctypes.POINTER(ctypes.c_void_p))[0]
    entry = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[place]
    kinds = [ctypes.c_int for _one in arguments]
    return ctypes.CFUNCTYPE(result, ctypes.c_void_p, *kinds)(entry)(node, *arguments)


def _string(text: _Text) -> str:
    if not text.letters or not text.size:
        return ""
    return ctypes.string_at(text.letters, text.size * 2).decode("utf-16-le", "replace")


def texts(window: QWidget) -> Iterator[str]:
    """Name, description, value and help of the window and of everything in it."""
    ask = _library()._ZN11QAccessible24queryAccessibleInterfaceEP7QObject
    ask.restype, ask.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
    found = ask(sip.unwrapinstance(window))
    if found:
        yield from _below(found)


def _below(node: int) -> Iterator[str]:
    if not _virtual(node, IS_VALID, ctypes.c_bool):
        return
    for kind in (NAME, DESCRIPTION, VALUE, HELP):
        yield _string(_virtual(node, TEXT, _Text, kind))
    for number in range(min(_virtual(node, CHILD_COUNT, ctypes.c_int), MOST)):
        child = _virtual(node, CHILD, ctypes.c_void_p, number)
        if child:
            yield from _below(child)
