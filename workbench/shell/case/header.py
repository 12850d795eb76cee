"""The head of the case screen: number, item, applicant, state, the clock that counts, who holds it.

The seconds are drawn from the centre's moment without asking anybody; a click on a clock shows how
its due time came about (domain 7.4, A11).
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.rules.case_view import CaseView
from workbench.rules.clocks import ClockRun, Light
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label as code_label
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, heading, pick
from workbench.shell.icons import badge, icon
from workbench.shell.inbox.time_left import TimeLeft, time_left
from workbench.shell.inbox.trail_bar import AlongList
from workbench.shell.theme import light_icon, status_colour, status_icon
from workbench.shell.workplace import Workplace

TICK_MS: Final = 1_000


class CaseHeader(QFrame):
    """One line of facts, one of quieter ones."""

    clock_wanted = pyqtSignal(object)
    """The :class:`ClockRun` to explain."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.view: CaseView | None = None
        self._words = ("", "")
        """What stands under the clock, in one line and in two."""
        self._spare = 0
        """By how much the head may be narrower than the words in it are now."""
        self.setProperty("role", "band")
        space = work.theme.space
        self.number = self._label("heading")
        self.mark = QLabel(self)
        self.state = self._label("title")
        self.item = self._label("title")
        self.item.setWordWrap(True)
        self.quiet = self._label("quiet")
        self.quiet.setWordWrap(True)
        self.clock = QPushButton(self)
        self.clock.setToolTip(_("How this time came about"))
        self.clock.clicked.connect(self._clock_clicked)
        self.clock_name = self._label("small")
        self.clock_name.setAlignment(Qt.AlignmentFlag.AlignRight)
        first = QHBoxLayout()
        first.setSpacing(space(1.25))
        first.addWidget(self.number)
        first.addWidget(self.mark)
        first.addWidget(self.state)
        first.addSpacing(space())
        first.addWidget(self.item, 1)
        self.along = AlongList(work, self)
        first.addWidget(self.along)
        left = QVBoxLayout()
        left.setSpacing(space(0.5))
        left.addLayout(first)
        left.addWidget(self.quiet)
        right = self._right = QVBoxLayout()
        right.setSpacing(space(0.25))
        right.addWidget(self.clock, 0, Qt.AlignmentFlag.AlignRight)
        right.addWidget(self.clock_name, 0, Qt.AlignmentFlag.AlignRight)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(space(2), space(1.25), space(2), space(1.25))
        row.setSpacing(space(2))
        row.addLayout(left, 1)
        row.addLayout(right)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def _label(self, role: str) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", role)
        return label

    def show_case(self, view: CaseView | None) -> None:
        """Show the case, or nothing."""
        self.view = view
        self.along.show_place(view.case.case_no if view is not None else "")
        if view is None:
            self._words = ("", "")
            for one in (self.number, self.state, self.item, self.quiet, self.clock_name):
                one.setText("")
            self.mark.clear()
            self.clock.hide()
            return
        case, side = view.case, self.work.theme.icon_size()
        self.number.setText(case.short_no)
        self.number.setToolTip(case.case_no)
        ground = status_colour(view.shown_state)
        self.mark.setPixmap(badge(status_icon(view.shown_state), ground, round(side * 1.2)))
        self.mark.setAccessibleName(_("State"))
        self.state.setText(heading(code_label(view.shown_state.value)))
        self.item.setText(pick(view.item.name_zh, view.item.name_en))
        self.quiet.setText(" · ".join(self._facts(view)))
        self.tick()

    def tick(self) -> None:
        """Another second."""
        left = self._left()
        self.clock.setVisible(left is not None)
        self.clock_name.setVisible(left is not None)
        if left is None:
            return
        ink = self.work.theme.ink
        side = self.work.theme.icon_size()
        self.clock.setText(left.counted())
        self.clock.setIcon(icon(light_icon(left.light), ink.lights[left.light], side))
        self.clock.setIconSize(QSize(side, side))
        self._dress("clock_red" if left.light is Light.RED else "clock")
        self.clock.setAccessibleName(left.spoken())
        facts = {"clock": left.clock, "word": left.word, "due": left.due}
        self._words = (
            _("{clock}, {word}, due {due}").format(**facts),
            _("{clock}, {word},\ndue {due}").format(**facts),
        )
        self._say_words()

    def _say_words(self) -> None:
        """In one line where there is room: height is scarcer than width on old screens."""
        if self.clock_name.isHidden():
            self._spare = 0
            return
        one_line, two_lines = self._words
        said = self.clock_name.fontMetrics()
        button = self.clock.minimumSizeHint().width()
        long = max(button, said.horizontalAdvance(one_line))
        short = max(button, *(said.horizontalAdvance(one) for one in two_lines.split("\n")))
        rest = self._row.minimumSize().width() - self._right.minimumSize().width()
        fits = rest + long <= self.width()
        self._spare = long - short if fits else 0
        self.clock_name.setText(one_line if fits else two_lines)

    def minimumSizeHint(self) -> QSize:
        """As with the due time in a line of its own, which is what a narrow window gets."""
        least = super().minimumSizeHint()
        return QSize(least.width() - self._spare, least.height())

    def event(self, event: QEvent | None) -> bool:
        """Whatever becomes wider or narrower in the head: the clock's words follow."""
        done = super().event(event)
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._say_words()
        return done

    def _dress(self, role: str) -> None:
        """The sheet is asked again only where the role has changed."""
        if self.clock.property("role") != role:
            self.clock.setProperty("role", role)
            style = self.clock.style()
            if style is not None:
                style.unpolish(self.clock)
                style.polish(self.clock)

    def run(self) -> ClockRun | None:
        """The clock that runs out next; where none runs, the last that was stopped is not shown."""
        if self.view is None:
            return None
        running = [one for one in self.view.clocks if one.stopped_at is None]
        return min(running, key=lambda one: one.due_at, default=None)

    def _left(self) -> TimeLeft | None:
        run = self.run()
        if run is None or self.work.calendar is None:
            return None
        try:
            return time_left(run, self.work.clock.now(), self.work.calendar)
        except Refusal:
            # Beyond the last loaded calendar year: no figure is better than a wrong one.
            return None

    def _clock_clicked(self) -> None:
        run = self.run()
        if run is not None:
            self.clock_wanted.emit(run)

    def _facts(self, view: CaseView) -> list[str]:
        case = view.case
        facts = [
            _("Applicant {name}").format(name=case.applicant_masked),
            self.work.department_name(case.department),
        ]
        if case.situation:
            facts.append(_situation(view))
        if case.holder:
            name = self.work.name_of(case.holder)
            held = _("held by {name}").format(name=name)
            if case.held_since is not None:
                held = _("held by {name} since {time}").format(
                    name=name, time=stamp(case.held_since)[11:]
                )
            facts.append(held)
        else:
            facts.append(_("held by nobody"))
        if view.open_by:
            facts.append(self.work.opened_by(view.open_by))
        if case.reviewer:
            facts.append(_("reviewer {name}").format(name=self.work.name_of(case.reviewer)))
        if case.acceptance_kind in ("deemed", "statutory_silence"):
            facts.append(_("deemed accepted by lapse of time"))
        if case.origin_no:
            facts.append(_("taken over from case {number}").format(number=case.origin_no))
        if case.follow_up_no:
            facts.append(_("goes on as case {number}").format(number=case.follow_up_no))
        if case.exercise:
            facts.append(_("exercise case"))
        return facts


def _situation(view: CaseView) -> str:
    found = next((s for s in view.item.situations if s.code == view.case.situation), None)
    return pick(found.name_zh, found.name_en) if found is not None else view.case.situation
