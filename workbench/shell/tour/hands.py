"""Hands and eyes of the tour: real key and mouse events on real widgets, waiting by conditions.

Nothing sleeps for a fixed time. A wait runs the event loop until what is waited for is so, fails
with a Fault that names the step after its time-out, and ends at once on an interrupt.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from PyQt6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PyQt6.QtGui import QInputMethodEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from workbench.rules.refusals import Fault
from workbench.shell.notices import RefusalLine
from workbench.shell.tour.heartbeat import Heartbeat

W = TypeVar("W", bound=QWidget)
PATIENCE: Final = 90.0
"""Seconds until the tour gives up waiting."""
LOOK_MS: Final = 5
EVENTS: Final[Any] = QTest
"""The stubs of PyQt6 take these static functions for methods."""
MNEMONIC: Final = re.compile(r"\(&?[A-Z]\)$|&(?=\w)")
"""The letter behind a Chinese label, and the mark before an English one."""


class Hands:
    """See the module. ``step`` is said in every failure."""

    def __init__(self, app: QApplication, heart: Heartbeat) -> None:
        self.app = app
        self.heart = heart
        self.step = ""
        self.interrupted = False

    def begin(self, step: str) -> None:
        """The next step of the tour."""
        self.step = self.heart.step = step

    # -- waiting -------------------------------------------------------------------------------

    def wait(self, true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Run the event loop until it is so. Fault ``tour_waited`` after the time-out."""
        loop, clock = QEventLoop(), QTimer()
        failed: list[BaseException] = []
        came = [False]
        end = time.monotonic() + seconds

        def look() -> None:
            # An exception in a slot would go to the desk's own hook: carry it out by hand.
            try:
                came[0] = self.interrupted or true()
                if came[0] or time.monotonic() > end:
                    loop.quit()
            except Exception as bug:
                failed.append(bug)
                loop.quit()

        clock.timeout.connect(look)
        clock.start(LOOK_MS)
        loop.exec()
        clock.stop()
        self._answer()
        if failed:
            raise failed[0]
        if not came[0]:
            self._give_up(f"waited {seconds:.0f} s in vain for: {what}")

    def _give_up(self, what: str) -> None:
        """Say what was wanted, and every refusal that stands on the screen."""
        said = [
            line.text() for top in self.app.topLevelWidgets() if top.isVisible()
            for line in top.findChildren(RefusalLine) if line.isVisible()
        ]  # fmt: skip
        raise Fault("tour_waited", "\n".join([f"{self.step}: {what}", *said]))

    def _answer(self) -> None:
        if self.interrupted:
            raise KeyboardInterrupt

    def turn(self, times: int = 3) -> None:
        """A few turns of the event loop, so that what was asked for is drawn."""
        left = [times]

        def count() -> bool:
            left[0] -= 1
            return left[0] < 0

        self.wait(count, "a few turns of the event loop")

    # -- finding -------------------------------------------------------------------------------

    def find(self, kind: type[W], name: str, within: QWidget) -> W:
        """The visible widget with that accessible name, object name or text."""
        found: list[W] = []

        def there() -> bool:
            found[:] = [
                one for one in within.findChildren(kind)
                if one.isVisible() and name in _names(one)
            ]  # fmt: skip
            return bool(found)

        self.wait(there, f"{kind.__name__} {name!r}")
        return found[0]

    def reveal(self, widget: QWidget) -> None:
        """Scroll so that the widget can be seen."""
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget, 8, 8)
            above = above.parentWidget()

    # -- acting --------------------------------------------------------------------------------

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """One click with the left button on a control that can be used."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled(), f"usable: {_said(widget)}")
        # What has just come in is laid out first; only then its middle is where it looks to be.
        self.turn()
        self.reveal(widget)
        self.turn(1)
        if at is None and isinstance(widget, QCheckBox):
            # The far end of a wide check box is not part of it.
            at = QPoint(8, widget.height() // 2)
        place = at if at is not None else widget.rect().center()
        EVENTS.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)

    def press_key(
        self,
        widget: QWidget,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """One key."""
        EVENTS.keyClick(widget, key, modifier)

    def type(self, widget: QWidget, text: str) -> None:
        """Write: Latin key by key, Chinese as an input method commits it."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled(), f"usable: {_said(widget)}")
        self.reveal(widget)
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        if text.isascii():
            EVENTS.keyClicks(widget, text)
            return
        self._commit(widget, text)

    def _commit(self, widget: QWidget, text: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(text)
        self.app.sendEvent(widget, event)

    def write_over(self, edit: QLineEdit, text: str) -> None:
        """Replace what stands in a line."""
        edit.setFocus(Qt.FocusReason.MouseFocusReason)
        EVENTS.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.type(edit, text)

    def choose(self, box: QComboBox, code: object) -> None:
        """Go to an entry of a list by the arrow keys."""
        wanted = box.findData(code)
        if wanted < 0:
            raise Fault("tour_choice", f"{self.step}: {_said(box)} has no entry {code!r}")
        self.wait(box.isEnabled, f"usable: {_said(box)}")
        self.reveal(box)
        box.setFocus(Qt.FocusReason.MouseFocusReason)
        while box.currentIndex() != wanted:
            step = Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up
            before = box.currentIndex()
            EVENTS.keyClick(box, step)
            if box.currentIndex() == before:
                raise Fault("tour_choice", f"{self.step}: {_said(box)} does not move")

    def click_tab(self, tabs: QTabWidget, page: QWidget) -> None:
        """Turn to a page by its tab."""
        bar = tabs.tabBar()
        assert bar is not None
        self.click(bar, bar.tabRect(tabs.indexOf(page)).center())
        self.wait(lambda: tabs.currentWidget() is page, "the page behind the tab")

    def choose_row(self, view: QAbstractItemView, row: int, *, twice: bool = False) -> None:
        """Click a line of a list or table; twice opens it."""
        model = view.model()
        self.wait(lambda: model is not None and model.rowCount() > row, f"line {row}")
        assert model is not None
        index = model.index(row, 0)
        view.scrollTo(index)
        viewport = view.viewport()
        assert viewport is not None
        place = view.visualRect(index).center()
        EVENTS.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
        if twice:
            EVENTS.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)

    def choose_item(self, box: QListWidget, code: object) -> None:
        """Click the entry of a list that stands for something with that code."""

        def row() -> int:
            found = (at for at in range(box.count()) if _code_of(box, at) == code)
            return next(found, -1)

        self.wait(lambda: row() >= 0, f"{_said(box)}: {code}")
        self.choose_row(box, row())

    def choose_path(self, button: QAbstractButton, path: Path) -> None:
        """Press a button that opens a file dialog, and type the path into the dialog.

        Opening Qt's own file dialog is not work of the desk, so the heartbeat rests meanwhile.
        """
        clock = QTimer()
        end = time.monotonic() + PATIENCE

        def look() -> None:
            dialog = self.app.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                return
            if self.interrupted or time.monotonic() > end:
                dialog.reject()
                return
            edit = dialog.findChild(QLineEdit, "fileNameEdit")
            if edit is not None and edit.isVisible():
                clock.stop()
                edit.clear()
                # In one piece: key by key the dialog would complete every folder on the way.
                self._commit(edit, str(path))
                EVENTS.keyClick(edit, Qt.Key.Key_Return)

        clock.timeout.connect(look)
        clock.start(LOOK_MS)
        with self.heart.resting():
            self.click(button)
        clock.stop()
        self._answer()


def _code_of(box: QListWidget, row: int) -> object:
    item = box.item(row)
    return item.data(Qt.ItemDataRole.UserRole) if item is not None else None


def _names(widget: QWidget) -> tuple[str, ...]:
    names = [widget.accessibleName(), widget.objectName()]
    if isinstance(widget, QAbstractButton | QLabel):
        names.append(widget.text())
    return tuple(MNEMONIC.sub("", name).strip() for name in names)


def _said(widget: QWidget) -> str:
    return next((name for name in reversed(_names(widget)) if name), type(widget).__name__)
