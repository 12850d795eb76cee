"""One button a step, and one confirmation for each: the lower edge of the pane of I01.

Says under the buttons why a step is not open: in the words of the refusal, or which step comes
first. Asks nothing of the desk itself: it tells the pane which step was confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workbench.api import CaseView, State, words_of
from workbench.api.panes import wrapped

_ = words_of("market_supervision")


class StepBar(QWidget):
    """Buttons by step name; ``confirmed`` carries the name after the one confirmation."""

    confirmed = pyqtSignal(str)
    asked = pyqtSignal()
    """The confirmation stands there and has taken its room."""

    def __init__(self, steps: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = ""
        self._sayings: dict[str, str] = {}
        # The layout has to give the question its room first.
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self.asked)
        self.buttons: dict[str, QPushButton] = {}
        self.reason = wrapped(parent=self)
        self.reason.setAccessibleName(_("Why a step is not open"))
        self.reason.setProperty("role", "small")
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
        column.addLayout(row)
        column.addWidget(self.reason)
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
            why = "" if name in view.moves else why_shut(view, name)
            button.setToolTip(why)
            button.setAccessibleDescription(why)
            if why and name in sayings:
                reasons.append(why)
        # What forbids a step that would be next goes before what merely comes later.
        refused = [str(view.blocked[n]) for n in self.buttons if n in sayings and n in view.blocked]
        self.say((refused or reasons)[:1])
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
        self._settling.start()

    def _confirm(self) -> None:
        name = self._asking
        if name:
            self.waits()
            self.confirmed.emit(name)

    def stop_asking(self) -> None:
        """Back to the buttons without having done anything."""
        self._asking = ""
        self.asking.hide()


def why_shut(view: CaseView, name: str) -> str:
    """Why a step cannot be taken now: the refusal, or what comes first, in a sentence."""
    refusal = view.blocked.get(name)
    if refusal is not None:
        return str(refusal)
    if view.shown_state is State.PENDING_ACCEPTANCE:
        return _("Accept first; then review and decide.")
    if view.shown_state is State.AWAITING_CORRECTION:
        return _("The applicant has still to answer the correction notice; then it is accepted.")
    if view.shown_state is State.UNDER_REVIEW:
        return _("Accepted. Record the review, then decide.")
    if view.shown_state is State.PENDING_DECISION:
        return _("Accepted and reviewed. The decision is the next step.")
    return _("The case has gone on; these steps are done or not open in its present state.")
