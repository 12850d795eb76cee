"""The header: the screen's title, who one is, the duty line, and the switches of the desk."""

from __future__ import annotations

from PyQt6.QtCore import QSize, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from workbench.rules.clocks import Light
from workbench.rules.moment import Moment, stamp
from workbench.rules.words import _, pick
from workbench.shell.elided import ElidedLabel
from workbench.shell.icons import icon, pixmap
from workbench.shell.main_window.duty_line import (
    DutyFacts,
    duty_text,
    is_on_duty,
    post_text,
    read_duty,
)
from workbench.shell.workplace import Workplace

LOOK_AGAIN_MS = 5_000
SOON_MS = 100
"""By then a screen has drawn what another desk has done; nobody waits for the roster's line."""


def clock_text(at: Moment, server: str) -> str:
    """What the header says while the centre's moment is not the machine's. A centre on a file may
    run on an exercise clock; against a server's it is this computer's that is wrong."""
    day = stamp(at)[:16]
    if server:
        return _("Clock wrong here; centre: {day}").format(day=day)
    return _("Exercise clock: {day}").format(day=day)


class Header(QFrame):
    """See the module. The switches only ask; ``app`` rebuilds the window."""

    language_wanted = pyqtSignal()
    look_wanted = pyqtSignal()
    size_wanted = pyqtSignal()
    help_wanted = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.setProperty("role", "band")
        self._facts: DutyFacts | None = None
        self.heading = QLabel(self)
        self.heading.setProperty("role", "heading")
        self.person = QLabel(self)
        self.person.setProperty("role", "title")
        self.post = ElidedLabel(self)
        self.post.setProperty("role", "quiet")
        self.duty = ElidedLabel(self)
        self.duty.setProperty("role", "quiet")
        self.duty_mark = QLabel(self)
        self.duty_mark.setAccessibleName(_("On duty or not"))
        self.exercise = ElidedLabel(self)
        self.exercise.setProperty("role", "notice")
        self.exercise.setVisible(bool(work.clock_note))
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._show_duty)
        self._timer.start(LOOK_AGAIN_MS)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Read the roster again: a shift may have been published or ended."""
        self.work.lanes.ask(lambda: read_duty(self.work), then=self._take, scope=self, key="duty")

    def refresh_soon(self) -> None:
        """As :meth:`refresh`, once for many changes, when what they changed has been drawn."""
        if not self._soon.isActive():
            self._soon.start()

    def stop(self) -> None:
        """The window is about to go: nobody is asked any more."""
        self._timer.stop()
        self._soon.stop()

    def show_title(self, title: str) -> None:
        """The screen that is open."""
        self.heading.setText(title)

    def _take(self, facts: DutyFacts) -> None:
        self._facts = facts
        self._show_duty()

    def _show_duty(self) -> None:
        if self._facts is None:
            return
        work, at = self.work, self.work.clock.now()
        name = pick(work.who.name_zh, work.who.name_en)
        parts = (work.department_name(work.who.department), post_text(work.who, self._facts, at))
        line = duty_text(work, self._facts, at)
        self.person.setText(name)
        self.post.setText(" · ".join(part for part in parts if part))
        self.duty.setText(line)
        self.duty.setVisible(bool(line))
        self.exercise.setText(clock_text(at, work.centre.server) if work.clock_note else "")
        lit = is_on_duty(work.who, self._facts, at)
        colours = {True: work.theme.ink.lights[Light.GREEN], False: work.theme.ink.faint}
        side = work.theme.icon_size()
        self.duty_mark.setVisible(bool(line))
        self.duty_mark.setPixmap(pixmap("light_green" if lit else "stop", colours[lit], side))
        self.duty_mark.setToolTip(line)

    def _lay_out(self) -> None:
        space = self.work.theme.space
        who = QVBoxLayout()
        who.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(space(1))
        first.addStretch(1)
        first.addWidget(self.person)
        first.addWidget(self.post)
        second = QHBoxLayout()
        second.setSpacing(space(0.75))
        second.addStretch(1)
        second.addWidget(self.duty_mark)
        second.addWidget(self.duty)
        who.addLayout(first)
        who.addLayout(second)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(2), space(1), space(1.5), space(1))
        row.setSpacing(space(1.5))
        row.addWidget(self.heading)
        row.addStretch(1)
        row.addWidget(self.exercise)
        row.addLayout(who)
        for button in self._switches():
            row.addWidget(button)

    def _switches(self) -> tuple[QToolButton, ...]:
        look = "sun" if self.work.theme.dark else "moon"
        self.language = self._switch("language", _("Switch to Chinese or English"))
        self.language.clicked.connect(self.language_wanted)
        self.look = self._switch(look, _("Switch between light and dark"))
        self.look.clicked.connect(self.look_wanted)
        self.size_switch = self._switch("type_size", _("Change the type size"))
        self.size_switch.clicked.connect(self.size_wanted)
        self.help = self._switch("help", _("Keys of the keyboard (?)"))
        self.help.clicked.connect(self.help_wanted)
        return self.language, self.look, self.size_switch, self.help

    def _switch(self, name: str, text: str) -> QToolButton:
        theme = self.work.theme
        button = QToolButton(self)
        button.setIcon(icon(name, theme.ink.quiet, theme.icon_size()))
        button.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRaise(True)
        return button
