"""One review point: what is checked, what the machine says, the officer's mark and reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.api.records import CheckAnswer
from workbench.rules.catalogue import ReviewPoint
from workbench.rules.clocks import Light
from workbench.rules.words import _, pick
from workbench.shell.icons import pixmap
from workbench.shell.theme import Theme

RESULTS: Final = ("pass", "doubt", "fail")
DOUBTFUL: Final = ("doubt", "fail")
"""The results that want a reason."""


class PointRow(QFrame):
    """A point with three buttons; doubt and fail ask for a reason."""

    changed = pyqtSignal()

    def __init__(
        self, theme: Theme, point: ReviewPoint, said: CheckAnswer | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.point = point
        self._theme = theme
        self.setProperty("role", "card")
        space = theme.space
        text = QLabel(pick(point.text_zh, point.text_en), self)
        text.setWordWrap(True)
        self.proof = QPushButton(_("Show proof"), self)
        self.proof.setProperty("role", "inline")
        self.proof.hide()
        head = QHBoxLayout()
        head.addWidget(text, 1)
        head.addWidget(self.proof, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.25), space(), space(1.25), space())
        column.setSpacing(space(0.75))
        column.addLayout(head)
        if said is not None:
            column.addLayout(self._machine(said))
        column.addLayout(self._marks())
        self.reason = QLineEdit(self)
        self.reason.setPlaceholderText(_("Reason for the doubt or the failure"))
        self.reason.setAccessibleName(_("Reason for the doubt or the failure"))
        self.reason.textChanged.connect(self.changed)
        self.reason.hide()
        column.addWidget(self.reason)

    def _machine(self, said: CheckAnswer) -> QHBoxLayout:
        ink, side = self._theme.ink, self._theme.icon_size()
        name, colour = {
            True: ("check", ink.lights[Light.GREEN]),
            False: ("cross", ink.danger),
            None: ("info", ink.quiet),
        }[said.ok]
        mark = QLabel(self)
        mark.setPixmap(pixmap(name, colour, side))
        mark.setFixedSize(QSize(side, side))
        mark.setAccessibleName(_("What the machine says"))
        text = QLabel(pick(said.text_zh, said.text_en), self)
        text.setProperty("role", "small")
        text.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(self._theme.space(0.75))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        return row

    def _marks(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._theme.space(0.5))
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        words = {"pass": _("Pass"), "doubt": _("Doubt"), "fail": _("Fail")}
        self.buttons: dict[str, QPushButton] = {}
        for result in RESULTS:
            button = QPushButton(words[result], self)
            button.setCheckable(True)
            button.setProperty("role", f"mark_{result}")
            button.clicked.connect(lambda on, one=result: self._marked(one, on))
            row.addWidget(button)
            self.buttons[result] = button
        row.addStretch(1)
        return row

    def allow(self, may: bool) -> None:
        """Whether the person may mark the point; others read how it was marked."""
        for button in self.buttons.values():
            button.setEnabled(may)
        self.reason.setReadOnly(not may)

    def offer_proof(self, show: Callable[[], None]) -> None:
        """There is a material that proves the point: turn the viewer to it."""
        self.proof.clicked.connect(show)
        self.proof.show()

    def value(self) -> dict[str, str]:
        """``result`` (empty while unmarked) and ``reason``, which a pass has none of."""
        result = next((code for code, one in self.buttons.items() if one.isChecked()), "")
        reason = self.reason.text().strip() if result in DOUBTFUL else ""
        return {"result": result, "reason": reason}

    def restore(self, value: Mapping[str, str]) -> None:
        """Mark it as it was marked before, or elsewhere: the focus stays where it is."""
        before = self.value()
        result, reason = value.get("result", ""), value.get("reason", "").strip()
        if result in DOUBTFUL and self.reason.text().strip() != reason:
            with QSignalBlocker(self.reason):
                self.reason.setText(reason)
        self._show_mark(result)
        if self.value() != before:
            self.changed.emit()

    def show_given(self, given: Any) -> None:
        """The mark that stands in the last opinion of the case."""
        body = given if isinstance(given, Mapping) else {"result": str(given)}
        self.restore({key: str(value) for key, value in body.items()})

    def _marked(self, result: str, on: bool) -> None:
        self._show_mark(result if on else "")
        if not self.reason.isHidden():
            self.reason.setFocus()
        self.changed.emit()

    def _show_mark(self, result: str) -> None:
        for code, button in self.buttons.items():
            button.setChecked(code == result)
        self.reason.setVisible(result in DOUBTFUL)
