"""The row with which the look of a material is changed: two sliders, three switches, reset.

Made by :mod:`workbench.shell.viewer.tool_box`; key I, Escape closes it. It shows the setting of the
material in hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.case.flow_layout import FlowLayout
from workbench.shell.theme import Theme
from workbench.shell.viewer.look import MOST, PLAIN, PageLook


class LookPanel(QFrame):
    """Hidden until it is wanted."""

    closed = pyqtSignal()

    def __init__(
        self, theme: Theme, look: PageLook, key: Callable[[], int], parent: QWidget
    ) -> None:
        """``key`` names the page in hand."""
        super().__init__(parent)
        self._look, self._key = look, key
        self.setProperty("role", "band")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(), theme.space(0.5), theme.space(), theme.space(0.5))
        # What does not fit beside goes on below: half a frame is narrow, and so are old screens.
        row = FlowLayout(theme.space())
        column.addLayout(row)
        self.brightness = self._slider(row, theme, _("Brightness"))
        self.contrast = self._slider(row, theme, _("Contrast"))
        self.grey = self._switch(row, _("Grey"))
        self.inverted = self._switch(row, _("Inverted"))
        self.straight = self._switch(row, _("Straight"))
        self.straight.setToolTip(_("{what} ({keys})").format(what=_("Straight"), keys="S"))
        self.reset = QPushButton(_("Reset"), self)
        shut = QPushButton(_("Close"), self)
        self.reset.clicked.connect(self._set_plain)
        shut.clicked.connect(self.shut)
        row.addWidget(self.reset)
        row.addWidget(shut)
        self.hide()

    def _slider(self, row: FlowLayout, theme: Theme, name: str) -> QSlider:
        both = QWidget(self)
        beside = QHBoxLayout(both)
        beside.setContentsMargins(0, 0, 0, 0)
        label = QLabel(name, both)
        label.setProperty("role", "quiet")
        slider = QSlider(Qt.Orientation.Horizontal, both)
        slider.setRange(-MOST, MOST)
        slider.setSingleStep(5)
        slider.setPageStep(20)
        slider.setFixedWidth(theme.space(11))
        slider.setAccessibleName(name)
        slider.valueChanged.connect(self._changed)
        beside.addWidget(label)
        beside.addWidget(slider)
        row.addWidget(both)
        return slider

    def _switch(self, row: FlowLayout, name: str) -> QCheckBox:
        switch = QCheckBox(name, self)
        switch.toggled.connect(self._changed)
        row.addWidget(switch)
        return switch

    def begin(self) -> None:
        """Show the row, or close it where it has the focus already."""
        if self.isVisible() and self.isAncestorOf(self.focusWidget() or self):
            self.shut()
            return
        self.show_setting()
        self.show()
        self.brightness.setFocus()

    def shut(self) -> None:
        """Hide the row; the setting stays."""
        self.hide()
        self.closed.emit()

    def show_setting(self) -> None:
        """Another page is in hand: show how its material is set."""
        now = self._look.setting(self._key())
        parts: tuple[tuple[QSlider, int], ...] = (
            (self.brightness, now.brightness), (self.contrast, now.contrast),
        )  # fmt: skip
        switches = (
            (self.grey, now.grey), (self.inverted, now.inverted), (self.straight, now.straight),
        )  # fmt: skip
        for slider, value in parts:
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        for switch, on in switches:
            switch.blockSignals(True)
            switch.setChecked(on)
            switch.blockSignals(False)

    def turn_straight(self) -> None:
        """Put the material in hand straight, or show it as it was scanned."""
        now = self._look.setting(self._key())
        self._look.set(self._key(), replace(now, straight=not now.straight))
        self.show_setting()

    def _changed(self) -> None:
        now = self._look.setting(self._key())
        self._look.set(self._key(), replace(
            now, brightness=self.brightness.value(), contrast=self.contrast.value(),
            grey=self.grey.isChecked(), inverted=self.inverted.isChecked(),
            straight=self.straight.isChecked(),
        ))  # fmt: skip

    def _set_plain(self) -> None:
        self._look.set(self._key(), PLAIN)
        self.show_setting()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.shut()
            return
        super().keyPressEvent(event)
