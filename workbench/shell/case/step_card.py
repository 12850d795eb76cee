"""The card of one step: what it does, what it asks, one confirmation, and why it is not possible.

Shown by :mod:`workbench.shell.case.steps` under the step buttons. Never a pop-up: the scans stay in
sight while the reason is written. Ctrl+Enter confirms, Escape closes; what was typed stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.rules.case_view import CaseView
from workbench.rules.moment import to_local
from workbench.rules.private_drafts import PrivateDraft
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.case.form_choice import form_for
from workbench.shell.case.mover import Mover, Wanted
from workbench.shell.case.step_forms import StepForm
from workbench.shell.case.step_words import sentence as what_it_does
from workbench.shell.case.step_words import verb
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace


class StepCard(QFrame):
    """One step in hand."""

    moved = pyqtSignal(str, object)
    """The step was made; the case as it is now, or ``None``."""
    closed = pyqtSignal()
    discarded = pyqtSignal()
    """The user does not want the draft back: the form is to begin anew."""
    race_lost = pyqtSignal()
    """Somebody else was faster: the screen asks for the case as it is now."""

    def __init__(
        self,
        work: Workplace,
        view: CaseView,
        move: str,
        parent: QWidget,
        points: Mapping[str, Mapping[str, str]] | None = None,
        draft: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.work = work
        self.view = view
        self.move_name = move
        self.under_way = False
        """The step is being made: what was typed is neither a draft any more nor spent yet."""
        self._mover = Mover(work, self)
        self.setProperty("role", "card")
        space = work.theme.space
        title = QLabel(verb(move), self)
        title.setProperty("role", "title")
        sentence = QLabel(what_it_does(move), self)
        sentence.setProperty("role", "quiet")
        sentence.setWordWrap(True)
        sentence.setVisible(bool(sentence.text()))
        self.form: StepForm = form_for(work, view, move, self, points)
        self.form.restore(draft or {})
        self.form.changed.connect(self._changed)
        self.lacking = QLabel(self)
        self.lacking.setProperty("role", "quiet")
        self.lacking.setWordWrap(True)
        self.kept = QLabel(self)
        self.kept.setProperty("role", "small")
        self.kept.setWordWrap(True)
        self.kept.hide()
        self.discard = QPushButton(_("Discard draft"), self)
        self.discard.setProperty("role", "link")
        self.discard.clicked.connect(self.discarded)
        self.discard.hide()
        self.refusal = RefusalLine(self)
        self.confirm = QPushButton(verb(move), self)
        self.confirm.setProperty("role", "primary")
        self.confirm.setAutoDefault(True)
        self.confirm.setToolTip(_("Ctrl+Enter"))
        self.cancel = QPushButton(_("Close form"), self)
        self.confirm.clicked.connect(self.confirm_now)
        self.cancel.clicked.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.5), space(1.25), space(1.5), space(1.25))
        column.setSpacing(space())
        for one in (title, sentence, self.form, self.kept, self.refusal, self.lacking):
            column.addWidget(one)
        buttons = QHBoxLayout()
        buttons.addWidget(self.confirm)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        column.addLayout(buttons)
        enter = QShortcut(QKeySequence("Ctrl+Return"), self)
        enter.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        enter.activated.connect(self.confirm_now)
        self._show_lacking(False)

    def begin(self) -> None:
        """Put the keyboard on the first field, or on the confirmation where nothing is asked."""
        if self.form.is_empty():
            self.confirm.setFocus()
        else:
            self.form.begin()

    def confirm_now(self) -> None:
        """Make the step, unless something is still to be filled in."""
        lacking = self.form.missing()
        if lacking:
            self._show_lacking(True)
            return
        if not self.confirm.isEnabled():
            return
        self.refusal.clear_trouble()
        self.confirm.setEnabled(False)
        self.under_way = True
        form = self.form
        wanted = Wanted(
            self.view, self.move_name, form.fields(), form.entries(), form.file()
        )
        self._mover.make(wanted, self._made, self.show_trouble, self._over)

    def show_trouble(self, trouble: Trouble) -> None:
        """Why not, in plain words beside the button; what was typed stays."""
        self.refusal.show_trouble(trouble)
        if isinstance(trouble, Refusal) and trouble.code in ("changed_meanwhile", "wrong_state"):
            self.race_lost.emit()

    def show_case(self, view: CaseView) -> None:
        """The case has moved on meanwhile: try on the new version; say so where it is closed."""
        self.view = view
        blocked = view.blocked.get(self.move_name)
        possible = self.move_name in view.moves
        self.confirm.setEnabled(possible)
        if blocked is not None and not self.refusal.code:
            self.refusal.show_trouble(blocked)

    def draft(self) -> dict[str, str]:
        """What was typed."""
        return self.form.draft()

    def keepable(self) -> dict[str, str]:
        """What of it the centre may keep: no path of this computer."""
        return self.form.keepable()

    def put_back(self, draft: PrivateDraft) -> None:
        """Fill in what the same person had typed before."""
        self.form.restore(draft.texts)
        at = to_local(draft.at)
        self.show_kept(
            _("What you wrote on {day} at {time} is back.").format(
                day=f"{at:%m-%d}", time=f"{at:%H:%M}"
            )
        )
        self.discard.show()

    def show_kept(self, text: str) -> None:
        """A quiet word about the draft; it takes no place while there is none."""
        self.kept.setText(text)
        self.kept.setVisible(bool(text))

    def _made(self, view: CaseView | None) -> None:
        self.moved.emit(self.move_name, view)

    def _over(self) -> None:
        self.under_way = False
        self.confirm.setEnabled(self.move_name in self.view.moves)

    def _changed(self) -> None:
        if self.lacking.isVisible():
            self._show_lacking(bool(self.form.missing()))
        if self.refusal.code not in ("", "changed_meanwhile"):
            self.refusal.clear_trouble()

    def _show_lacking(self, shown: bool) -> None:
        self.lacking.setText(self.form.missing())
        self.lacking.setVisible(shown and bool(self.lacking.text()))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)
