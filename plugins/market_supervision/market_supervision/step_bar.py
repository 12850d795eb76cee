"""One button a step, and one confirmation for each: the lower edge of the pane of I01.

Says beside the button why a step is not open, in the words of the refusal. Asks nothing of the
desk itself: it tells the pane which step was confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workbench.api import CaseView, words_of
from workbench.api.panes import wrapped

_ = words_of("market_supervision")


class StepBar(QWidget):
    """Buttons by step name; ``confirmed`` carries the name after the one confirmation."""

    confirmed = pyqtSignal(str)

    def __init__(self, steps: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = ""
        self._sayings: dict[str, str] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.reason = wrapped(parent=self)
        self.reason.setAccessibleName(_("Why a step is not open"))
        row = QHBoxLayout()
        for name, label in steps.items():
            self.buttons[name] = self._step_button(name, label)
            row.addWidget(self.buttons[name])
        row.addStretch(1)
        self.asking = QFrame(self)
        self.question = wrapped(parent=self.asking)
        self.yes = QPushButton(_("&Confirm"), self.asking)
        self.yes.setProperty("role", "primary")
        self.back = QPushButton(_("&Back"), self.asking)
        self.yes.clicked.connect(self._confirm)
        self.back.clicked.connect(self.stop_asking)
        self._fill_question()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.reason)
        column.addLayout(row)
        column.addWidget(self.asking)
        self.stop_asking()

    def _step_button(self, name: str, label: str) -> QPushButton:
        button = QPushButton(label, self)
        button.setAccessibleName(label.replace("&", ""))
        button.clicked.connect(lambda: self._ask(name))
        if name != "refuse":
            # Only the step that is open looks like the next one: a shut one is pale anyway.
            button.setProperty("role", "primary")
        return button

    def _fill_question(self) -> None:
        self.asking.setFrameShape(QFrame.Shape.StyledPanel)
        row = QHBoxLayout(self.asking)
        row.addWidget(self.question, 1)
        row.addWidget(self.yes)
        row.addWidget(self.back)

    def show_steps(self, view: CaseView, sayings: Mapping[str, str]) -> None:
        """``sayings`` are the sentences to confirm, by step; a step without one is hidden."""
        self._sayings = dict(sayings)
        reasons = []
        for name, button in self.buttons.items():
            button.setVisible(name in sayings)
            button.setEnabled(name in view.moves)
            refusal = view.blocked.get(name)
            if name in sayings and name not in view.moves and refusal is not None:
                reasons.append(str(refusal))
        self.say(list(dict.fromkeys(reasons)))
        changed = sayings.get(self._asking) != self.question.text()
        if self._asking and (changed or self._asking not in view.moves):
            self.stop_asking()

    def say(self, sentences: Sequence[str]) -> None:
        """Show why, one sentence a line."""
        self.reason.setText("\n".join(sentences))
        self.reason.setVisible(bool(sentences))

    def waits(self) -> None:
        """A step was asked for: nothing can be pressed until the case is shown again."""
        self.stop_asking()
        for button in self.buttons.values():
            button.setEnabled(False)

    def _ask(self, name: str) -> None:
        self._asking = name
        self.question.setText(self._sayings[name])
        self.asking.show()
        self.yes.setFocus()

    def _confirm(self) -> None:
        name = self._asking
        if name:
            self.waits()
            self.confirmed.emit(name)

    def stop_asking(self) -> None:
        """Back to the buttons without having done anything."""
        self._asking = ""
        self.asking.hide()
