"""What the desk says beside its screens: banners, notices, a line in the status bar, refusals.

:class:`Notices` is the place lanes and screens speak to; the main window shows what it sends.
:class:`RefusalLine` is the text beside a control (house section 5: a refusal is never a pop-up).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from workbench.rules.refusals import Cancelled, Fault, Outage, Refusal, Trouble
from workbench.rules.words import _


class Notice(NamedTuple):
    """One banner. ``key`` is its identity: the same key replaces, so nothing piles up."""

    key: str
    kind: str
    """``info``, ``refusal``, ``outage`` or ``fault``."""
    text: str
    again: Callable[[], None] | None = None
    report: str = ""


OF_THE_LINE: Final = (
    "outage:server_", "outage:connection_", "outage:session_ended", "outage:store_busy",
)  # fmt: skip
"""Banners about reaching the centre; others, of a disk or a token, are another matter."""


class Notices(QObject):
    """Where everybody leaves what the user has to know. Lives as long as the session."""

    posted = pyqtSignal(object)
    """A :class:`Notice` for the banner area."""
    withdrawn = pyqtSignal(str)
    """The notice of that key no longer holds."""
    said = pyqtSignal(str)
    """A short line for the status bar and for screen readers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blame: Callable[[str], str | None] | None = None
        """Given a traceback, the plugin's name and version, or None. Set by ``app``."""
        self._standing: dict[str, Notice] = {}

    def standing(self) -> tuple[Notice, ...]:
        """What has been posted and not withdrawn: a rebuilt main window shows it again."""
        return tuple(self._standing.values())

    def post(self, notice: Notice) -> None:
        """Show a banner until it is withdrawn or closed."""
        self._standing[notice.key] = notice
        self.posted.emit(notice)

    def withdraw(self, key: str) -> None:
        """Take a banner away."""
        if self._standing.pop(key, None) is not None:
            self.withdrawn.emit(key)

    def line_is(self, back: bool) -> None:
        """Once the centre answers again, what was said of its line is over."""
        for key in [key for key in self._standing if back and key.startswith(OF_THE_LINE)]:
            self.withdraw(key)

    def say(self, text: str) -> None:
        """A short word of success in the status line: ``Accepted.``"""
        self.said.emit(text)

    def refuse(self, refusal: Refusal) -> None:
        """A refusal that belongs to no control."""
        self.post(Notice(f"refusal:{refusal.code}", "refusal", wording(refusal)))

    def outage(self, outage: Outage, again: Callable[[], None] | None) -> None:
        """Part of the world is not there; *try again* calls ``again``."""
        key, text = f"outage:{outage.code}", str(outage)
        if key.startswith(OF_THE_LINE):
            text = _("{said} The desk goes on by itself once the centre answers.").format(said=text)
        self.post(Notice(key, "outage", text, again))

    def fault(self, fault: Fault, report: str) -> None:
        """A bug. A plugin in the traceback is named, never shamed (glossary, fixed wording)."""
        plugin = self.blame(report) if self.blame is not None and report else None
        text = str(fault)
        if plugin:
            text = _("Plugin {plugin} has a fault. Please tell the information section.").format(
                plugin=plugin
            )
        self.post(Notice(f"fault:{fault.code}", "fault", text, report=report or str(fault)))


def wording(trouble: Trouble) -> str:
    """The fixed wording: what does not go and why, then what to do (glossary: never 拒绝)."""
    if not isinstance(trouble, Refusal):
        return str(trouble)
    if not trouble.remedy:
        return _("Not possible now: {why}").format(why=trouble.message)
    return _("Not possible now: {why} What you can do: {remedy}").format(
        why=trouble.message, remedy=trouble.remedy
    )


class RefusalLine(QLabel):
    """The line beside a control that says why not and what to do; hidden while there is nothing.

    Hand :meth:`show_trouble` to ``lanes`` as ``otherwise``; call :meth:`clear_trouble` when the
    user changes what was refused. ``code`` is the stable code, for tests.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = ""
        self.setProperty("role", "refusal")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(_("Why this is not possible"))
        self.hide()

    def show_trouble(self, trouble: Trouble) -> None:
        """Show a refusal; an outage or fault has its banner and is not repeated here."""
        if isinstance(trouble, (Cancelled, Outage, Fault)):
            return
        self.code = trouble.code
        text = wording(trouble)
        self.setText(text)
        self.setAccessibleDescription(text)
        self.show()

    def show_any(self, trouble: Trouble) -> None:
        """For windows without a banner area: an outage or a fault stands here too."""
        self.show_trouble(trouble)
        if isinstance(trouble, (Outage, Fault)):
            self.setText(str(trouble))
            self.setAccessibleDescription(str(trouble))
            self.show()

    def clear_trouble(self) -> None:
        """Nothing is refused any more."""
        self.code = ""
        self.setText("")
        self.hide()
