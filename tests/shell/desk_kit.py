"""A real sample centre with cases in it, and a whole desk on it: what the tests of the frame use.

Founding takes two seconds, so it is done once and copied for each test. The centre's clock is a
:class:`SetClock` that starts on its first working morning at nine.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

from workbench import app as story
from workbench import settings
from workbench.commands.founding import found_sample
from workbench.commands.surroundings import sample_passwords
from workbench.paper.renderer import Renderer
from workbench.rules import words
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.moment import MINUTE, Moment, SetClock, at_local
from workbench.shell.application import make_application
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.shell.main_window.window import MainWindow
from workbench.store import open_centre

NINE: Final = at_local(date(2026, 11, 23), 9)
"""A Monday, inside office hours; post A is on duty until 13:30."""
I01: Final = "11990101MB000111174000131901001"
I02: Final = "11990101MB000111174000131901002"
PLACE: Final = "青云区测试路1号"


@dataclass(frozen=True)
class SampleCentre:
    """A copy of the founded centre. ``clock`` is the centre's and can be moved."""

    folder: Path
    clock: SetClock
    passwords: dict[str, str]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'centre.db'}"

    def open(self) -> Any:
        """The centre, on its set clock."""
        return open_centre(self.url, self.clock)


def found(folder: Path, start: Moment = NINE) -> Path:
    """Found the sample centre once; tests copy it."""
    found_sample(f"sqlite:///{folder / 'centre.db'}", start)
    return folder


def copied(founded: Path, to: Path, at: Moment = NINE) -> SampleCentre:
    """A centre of one's own."""
    folder = to / "qingyun"
    shutil.copytree(founded, folder)
    return SampleCentre(folder, SetClock(at), sample_passwords(folder))


def take_in(session: Any, number: int, item_code: str = I01) -> Case:
    """Register, receive and push one case as the window clerk does, with one material."""
    data = b"one synthetic page %d" % number
    sha256 = session.put_content(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    registration = Move(
        "register",
        {"item_code": item_code, "situation": "standard", "channel": "window",
         "package_id": f"kit-{number}"},
        (
            NewEntry("form", {"applicant": {"kind": "person", "name": f"测试{number}"},
                              "values": {}, "delivery": {"manner": "pick_up"}}),
            NewEntry("material", {"code": "registration_form", "file": f"{number}.pdf",
                                  "sha256": sha256, "bytes": len(data), "kind": "pdf", "pages": 1}),
        ),
    )  # fmt: skip
    case = session.register(registration, "测*", f"kit-{number}")
    answers = [{"code": "registration_form", "answer": "handed_in"}]
    push = Move("push", {}, (NewEntry("checklist", {"answers": answers}),))
    for move in (Move("receive"), push):
        case = session.make_move(case.case_id, replace(move, expected_version=case.version))
    return case


def stock(centre: SampleCentre, count: int, apart_us: int = MINUTE) -> tuple[Case, ...]:
    """So many pushed cases, the oldest first, ``apart_us`` between two pushes."""
    opened = centre.open()
    session = opened.session_as("wang.fang")
    cases = []
    try:
        for number in range(count):
            cases.append(take_in(session, number))
            centre.clock.forward(apart_us)
    finally:
        session.close()
        opened.close()
    return tuple(cases)


def speak(language: str) -> None:
    """The language with the texts that are not merged into the one file yet."""
    known = settings.translations(language)
    folder = settings.resources_dir() / "translations" / "parts"
    texts: dict[str, str] = {}
    for part in sorted(folder.glob("*.po")) if language != "en" else ():
        texts.update(settings.read_po(part.read_text(encoding="utf-8")))
    if texts:
        known.add_fallback(settings._Phrasebook(texts))
        merged = settings._Phrasebook({**texts, **getattr(known, "_texts", {})})
        words.use(merged, language)
    else:
        words.use(known, language)


class LateRenderer(Renderer):
    """The real one; its process starts with the first page, because most tests look at none."""

    def start(self) -> None:
        """As little as a desk whose pages are asked for before its process was started."""


PLAIN = "/* plain */"
"""A sheet without rules. No sheet at all would end Qt's list of who is styled while windows of the
test still stand; as no event loop runs between tests, Qt forgets them then without taking them off,
and the next sheet styles what has died since: a crash in one of some fifteen runs."""


@contextmanager
def desk(
    centre: SampleCentre,
    look: Look | None = None,
    *,
    plugins: bool = True,
    many_people: bool = True,
    ahead: bool = False,
) -> Iterator[DeskRoom]:
    """The desk as ``app`` opens it, on the centre's set clock, closed in order at the end.

    ``many_people``: like the tour, one process plays several people; False keeps the check that
    a custodian's process has loaded no department's code, which the tests' own process has.
    ``ahead``: the processes that draw pages start soon after the window, as a user's do.
    """
    app = make_application()
    language = words.language()
    parts = story.parts(centre.folder, centre.url, without_plugins=not plugins)._replace(
        open_centre=centre.open,
        speak=speak,
        keep_look=lambda _look: None,
    )
    if not ahead:
        parts = parts._replace(new_renderer=LateRenderer)
    if many_people:
        parts = parts._replace(admit=lambda s, who: story.admitted(s, who, not plugins))
    room = DeskRoom(app, parts, look or Look("en"))
    try:
        room.start()
        yield room
    finally:
        stuck = room.end()
        app.setStyleSheet(PLAIN)
        words.use(settings.translations("en"), language)
        app.processEvents()
        assert stuck == ()


def sign_in(qtbot: Any, room: DeskRoom, login: str, password: str) -> MainWindow:
    """Type name and password and press Enter, as a person does."""
    window = room.sign_in
    assert window is not None
    window.login.clear()
    qtbot.keyClicks(window.login, login)
    qtbot.keyClicks(window.password, password)
    qtbot.keyClick(window.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: room.window is not None, timeout=15_000)
    assert room.window is not None
    settle(qtbot, room)
    return room.window


def settle(qtbot: Any, room: DeskRoom) -> None:
    """Until no lane has anything under way and every answer has been drawn."""
    quiet = 0

    def still() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if room.lanes.idle else 0
        return quiet > 3

    qtbot.waitUntil(still, timeout=20_000)


def kept_waiting() -> float:
    """Seconds for which this thread was ready to run and the machine was busy with others."""
    return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9


BLOCKED_MS = 200.0
"""A gap this long is work or a wait on the UI thread that belongs into a lane. Shorter ones are
figures, printed here and measured by the tour: what else runs on a machine makes them too."""


class Heartbeat(QObject):
    """Records the longest gap between two beats of a 5 ms timer: the event loop's stalls.

    Computing and waiting count; not the time in which other processes had the processor.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._last = time.monotonic() - kept_waiting()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def _beat(self) -> None:
        now = time.monotonic() - kept_waiting()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now

    def reset(self) -> None:
        """Forget the past: what comes now counts."""
        self.longest_ms = 0.0
        self._last = time.monotonic() - kept_waiting()


def picture(widget: QWidget, path: Path) -> None:
    """A screenshot, for looking at."""
    assert widget.grab().save(str(path))


def events(app: QApplication, until: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Run the event loop until something is so; for code without qtbot."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.002)
    return until()
