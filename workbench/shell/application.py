"""The Qt application itself: made, guarded against exceptions in slots, stopped by signals.

Called by ``app`` (and by the tour). An exception in a PyQt6 slot aborts the process unless
``sys.excepthook`` is set before the first widget (desk section 10, trap 2).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from PyQt6.QtCore import QLibraryInfo, QTimer, QTranslator
from PyQt6.QtWidgets import QApplication

from workbench import settings
from workbench.rules.refusals import Fault
from workbench.rules.words import _
from workbench.shell.lane_thread import claim_ui_thread
from workbench.shell.theme import set_locale

FRONTENDS = frozenset({"ibus", "compose", "xim", "none"})
"""Input methods that our Qt itself knows what to do with."""
LISTEN_MS = 250
"""How soon a signal is heard: Python runs its handlers only between two pieces of Python."""

PROGRAM = "oneseal-workbench"
STYLE = ("-style", "Fusion")
"""Said to Qt when it starts: setting it later makes Python know every style there is, 5 ms."""
MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")

SWITCH_SECONDS = 0.0002
"""How long a lane may keep the interpreter to itself while the windows wait for it: a twenty-fifth
of Python's own value, which a handful of turns adds up to a stall that is felt (issue 2: 50 ms)."""

ToldFault = Callable[[Fault, str, TracebackType | None], None]


def make_application() -> QApplication:
    """The application; on Linux with an input method frontend that our Qt can load."""
    if sys.platform == "linux":
        has_id = any(Path(file).exists() for file in MACHINE_IDS)
        os.environ.update(input_method(os.environ, has_id))
    sys.setswitchinterval(SWITCH_SECONDS)
    found = QApplication.instance()
    made = found if isinstance(found, QApplication) else QApplication([*sys.argv[:1], *STYLE])
    made.setApplicationName(PROGRAM)
    # By this a taskbar knows the window; a starter's file has the same name.
    made.setDesktopFileName(PROGRAM)
    made.setQuitOnLastWindowClosed(False)
    claim_ui_thread()
    return made


def input_method(environ: Mapping[str, str], has_machine_id: bool) -> dict[str, str]:
    """What to set before Qt starts, so that Chinese can be typed whatever the desktop prepared.

    The wheel carries the frontends of ibus and compose. fcitx's own, which a desktop names in
    ``QT_IM_MODULE``, is built for the distribution's Qt and cannot load into ours; fcitx5 answers
    to ibus too (desk section 9). Without a machine's id, as in a bare container, ibus would end the
    whole process.
    """
    if not has_machine_id:
        return {"QT_IM_MODULE": "compose", "QT_IM_MODULES": "compose"}
    asked = environ.get("QT_IM_MODULE", "")
    chosen = {"QT_IM_MODULE": asked if asked in FRONTENDS else "ibus"}
    # Qt's newer variable is a list that is tried one after the other, and comes first.
    listed = [one for one in environ.get("QT_IM_MODULES", "").split(";") if one]
    if listed and "ibus" not in listed:
        chosen["QT_IM_MODULES"] = ";".join((*listed, "ibus"))
    return chosen


class QtWords:
    """Qt's own texts (standard buttons, menus of text fields) in the language of the desk."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._translator: QTranslator | None = None

    def use(self, language: str) -> None:
        """``zh_CN`` loads Qt's own file; English is built in."""
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None
        set_locale(language)
        if language == "en":
            return
        translator = QTranslator(self._app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            self._app.installTranslator(translator)
            self._translator = translator


def catch_everything(tell: ToldFault) -> Callable[[], None]:
    """Set ``sys.excepthook``: a bug becomes a notice, not the end. Returns what undoes it."""
    before = sys.excepthook

    def caught(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(bug, Exception):
            before(kind, bug, trace)
            return
        import traceback

        report = "".join(traceback.format_exception(kind, bug, trace))
        settings.log("workbench.shell").error("uncaught in the desk:\n%s", report)
        fault = Fault(
            f"bug:{kind.__name__}",
            _("Something in the program went wrong."),
            _("Copy the report and send it to the system administrator."),
        )
        tell(fault, report, trace)

    sys.excepthook = caught

    def undo() -> None:
        sys.excepthook = before

    return undo


def hear_signals(app: QApplication) -> Callable[[], None]:
    """From now on a termination signal ends the desk in order. Returns what undoes it."""
    listening = QTimer()
    listening.timeout.connect(lambda: None)
    listening.start(LISTEN_MS)

    def asked_to_end(_number: int, _frame: Any) -> None:
        # Queued, so that it also counts when the event loop has not begun yet.
        QTimer.singleShot(0, app.quit)

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, asked_to_end) for number in numbers}

    def undo() -> None:
        listening.stop()
        for number, handler in before.items():
            signal.signal(number, handler)

    return undo


def run_until_quit(app: QApplication) -> int:
    """The event loop, until the last window is closed or a signal ends it; the exit code."""
    return app.exec()
