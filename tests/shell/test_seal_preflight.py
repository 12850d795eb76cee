"""The list before the first press, as the custodian reads it: each fault with its remedy (A10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QLabel

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, workplace
from tests.shell.seal_kit import PaperPress, opened_desk, stocked_centre, with_press
from workbench.casework.seal_register import signed_by_key
from workbench.commands.surroundings import sample_passwords
from workbench.paper.authority_lists import revoke
from workbench.paper.press_checks import PressPlace, preflight
from workbench.paper.test_authority import open_authority
from workbench.paper.timestamps import TimestampServer
from workbench.rules.clocks import Light
from workbench.rules.moment import DAY, HOUR, MINUTE, SECOND, SystemClock
from workbench.rules.people import CustodyShift
from workbench.rules.seal_balance import TokenUse
from workbench.rules.seal_custody import Placement, Prepared, Seal
from workbench.shell.icons import pixmap
from workbench.shell.seal_desk.press import WorkerLine
from workbench.shell.seal_desk.screen import SealDeskScreen
from workbench.shell.theme import Theme

pytestmark = pytest.mark.long(12)

SEAL = "seal-approval"
LOOKS = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stocked_centre(founded, tmp_path_factory.mktemp("preflight"), 1)


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


@dataclass(frozen=True)
class Line:
    """One line of the list as it is seen: its words with what to do, and the colour of its mark."""

    text: str
    light: Light

    @property
    def remedy(self) -> str:
        return self.text.partition("\n")[2]


def light_of(mark: QLabel, theme: Theme) -> Light:
    """Which of the three marks it is, pixel by pixel."""
    shown, size = mark.pixmap().toImage(), theme.icon_size()
    marks = ((Light.GREEN, "check"), (Light.ORANGE, "warning"), (Light.RED, "cross"))
    return next(light for light, name in marks
                if pixmap(name, theme.ink.lights[light], size).toImage() == shown)  # fmt: skip


def lines(screen: SealDeskScreen) -> dict[str, Line]:
    """Name -> line."""
    card, found = screen.side.checks, {}
    assert card.isVisible()
    for row in range(card.grid.rowCount()):
        pair = [card.grid.itemAtPosition(row, place) for place in (0, 1)]
        mark, words = [item.widget() if item is not None else None for item in pair]
        if isinstance(mark, QLabel) and isinstance(words, QLabel):
            name, _colon, said = words.text().partition(": ")
            found[name] = Line(said, light_of(mark, card.theme))
    return found


class Looking(PaperPress):
    """A worker without a key that looks for itself, as the real one does, at a place of the test's.

    What it found is what the desk is told, so a line on the screen is a line of the real look.
    """

    def __init__(self, centre: SampleCentre) -> None:
        super().__init__()
        home = centre.folder
        self.staging = home / "staging"
        self.staging.mkdir(mode=0o700, exist_ok=True)
        self.place = PressPlace(home / "keys", self.staging, "", _trust(home), (), None)
        self.use, self.signed = TokenUse(SEAL), 0
        self.change: Callable[[Seal], Seal] = lambda seal: seal
        with session_of(centre, "lin.shu") as session:
            self.all = {one.seal_id: one for one in session.seals()}

    def preflight(self, seal_id: str) -> tuple[WorkerLine, ...]:
        found = preflight(self.change(self.all[seal_id]), self.place, self.use, self.signed)
        return tuple(WorkerLine(one.code, one.text, one.passed is True, one.remedy,
                                one.passed is None) for one in found)  # fmt: skip


def _trust(home: Path) -> tuple[str, ...]:
    return tuple(one.read_text("ascii") for one in (home / "keys").glob("*ca*.pem"))


def in_token(seal: Seal) -> Seal:
    return replace(seal, key_place="pkcs11:QINGYUN")


def needing_time(seal: Seal) -> Seal:
    return replace(seal, needs_timestamp=True)


def no_key(look: Looking) -> None:
    (look.place.keys / f"{SEAL}.p12").unlink()


def open_key_file(look: Looking) -> None:
    (look.place.keys / f"{SEAL}.p12").chmod(0o644)


def no_token(look: Looking) -> None:
    look.place, look.change = replace(look.place, module="/nowhere/token.so"), in_token


def fewer_calls(look: Looking) -> None:
    look.use, look.signed = TokenUse(SEAL, calls=3), 4


def errors(look: Looking) -> None:
    look.use = TokenUse(SEAL, calls=5, errors_in_a_row=2)


def revoked(look: Looking) -> None:
    keys, now = look.place.keys, SystemClock().now()
    authority = open_authority(keys, sample_passwords(keys.parent)["AUTHORITY"])
    pem = (keys / f"{SEAL}.pem").read_bytes()
    revoke(keys, authority, pem, "key_compromise", now - HOUR, now)
    found = [path.read_bytes() for path in keys.glob("*.crl")]
    assert found
    look.place = replace(look.place, lists=tuple(found))


def dead_server(look: Looking) -> None:
    look.place = replace(look.place, tsa=TimestampServer("http://127.0.0.1:9/tsa"))


def dead_server_that_is_needed(look: Looking) -> None:
    dead_server(look)
    look.change = needing_time


def no_server(look: Looking) -> None:
    look.place = replace(look.place, tsa=None)


def clock_off(look: Looking) -> None:
    look.place = replace(look.place, off=400 * SECOND)


def open_folder(look: Looking) -> None:
    look.staging.chmod(0o755)


FAULTS = [
    (no_key, "Key", Light.RED, "not there", "Put the key file back"),
    (open_key_file, "Key", Light.RED, "others can read", "rights of the file mended"),
    (no_token, "Key", Light.RED, "token", ""),
    (fewer_calls, "Counter of the key", Light.RED, "3 times, but the register has 4",
     "hand it over"),
    (errors, "Counter of the key", Light.ORANGE, "errors in a row: 2", "Look at the token"),
    (revoked, "Revocation lists", Light.RED, "revoked", "needs a new certificate"),
    (dead_server, "Timestamp", Light.ORANGE, "does not answer", ""),
    (dead_server_that_is_needed, "Timestamp", Light.RED, "does not answer", ""),
    (no_server, "Timestamp", Light.ORANGE, "no timestamp server is set", "administrator"),
    (clock_off, "Clock", Light.RED, "differs from the server's by 400", "clock set"),
    (open_folder, "Disk", Light.RED, "others can look into the folder", "rights of the folder"),
]  # fmt: skip


@LOOKS
def test_each_fault_stands_in_the_list_with_its_remedy(
    qtbot: Any, stocked: Path, tmp_path: Path, dark: bool
) -> None:
    """Key, rights, counter, revocation, timestamp server, clock, disk: one after the other."""
    centre = copied(stocked, tmp_path, NINE + 5 * MINUTE)
    with workplace(centre, "lin.shu", dark=dark) as real:
        look = Looking(centre)
        screen = opened_desk(qtbot, with_press(real, look))
        qtbot.waitUntil(lambda: screen.ready is not None, timeout=5_000)
        settle(qtbot, real)
        good = look.place
        for number, (breaks, name, light, text, remedy) in enumerate(FAULTS):
            keys = copied(stocked, tmp_path / str(number)).folder / "keys"
            look.place, look.use, look.signed = replace(good, keys=keys), TokenUse(SEAL), 0
            look.change = lambda seal: seal
            look.staging.chmod(0o700)
            breaks(look)
            screen.side.check_again.click()
            settle(qtbot, real)
            line = lines(screen)[name]
            assert (text in line.text, line.light) == (True, light), (breaks.__name__, line)
            assert line.remedy and remedy in line.remedy, (breaks.__name__, line)
            stopped = not screen.side.press.compared.isEnabled()
            assert stopped is (light is Light.RED), breaks.__name__


@LOOKS
def test_seal_certificate_and_right_are_judged_by_the_desk_itself(
    qtbot: Any, waiting: SampleCentre, dark: bool
) -> None:
    """The state of the seal, thirty days before its end, its end, and whose the seal is now."""
    with workplace(waiting, "lin.shu", dark=dark) as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        qtbot.waitUntil(lambda: screen.ready is not None, timeout=5_000)
        settle(qtbot, real)
        facts = screen.facts
        assert facts is not None
        assert {one.light for one in lines(screen).values()} == {Light.GREEN}
        seal = facts.seal_for(facts.queue[0])
        assert seal is not None
        suspended = replace(seal, status=type(seal.status).SUSPENDED)
        held = (CustodyShift("lin.shu", 0, seal.valid_to + DAY, 0),)
        cases = (
            (replace(facts, seals=(suspended,)), "Seal", Light.RED, "security administrator"),
            (replace(facts, at=seal.valid_to - 30 * DAY, custody=held), "Certificate",
             Light.GREEN, ""),
            (replace(facts, at=seal.valid_to - 30 * DAY + 1, custody=held), "Certificate",
             Light.ORANGE, "renewed in time"),
            (replace(facts, at=seal.valid_to, custody=held), "Certificate", Light.RED, "renewed"),
            (replace(facts, custody=()), "Custody", Light.RED, "Take over custody"),
        )  # fmt: skip
        for changed, name, light, remedy in cases:
            screen.facts = changed
            screen.stamping.judge()
            line = lines(screen)[name]
            assert line.light is light and remedy in line.remedy, (name, line)
            stopped = not screen.side.press.compared.isEnabled()
            assert stopped is (light is Light.RED), name


def test_the_real_worker_holds_the_keys_counter_against_the_register(
    qtbot: Any, waiting: SampleCentre
) -> None:
    """A count that was put back is seen before the next press; counted right, it is a good line."""
    with workplace(waiting, "lin.shu") as work:
        screen = opened_desk(qtbot, work)
        qtbot.waitUntil(lambda: "Counter of the key" in lines(screen), timeout=20_000)
        settle(qtbot, work)
        assert lines(screen)["Counter of the key"] == Line("asked 0 times for 0 signatures",
                                                           Light.GREEN)  # fmt: skip
        with session_of(waiting, "lin.shu") as session:
            sign_uncounted(session)
            assert signed_by_key(session, SEAL) == 1
        screen.side.check_again.click()
        settle(qtbot, work)
        line = lines(screen)["Counter of the key"]
        assert line.light is Light.RED and "0 times, but the register has 1" in line.text
        assert not screen.side.press.compared.isEnabled()


def sign_uncounted(session: Any) -> None:
    """A press that came to its signature and broke off, and no call of the key was counted."""
    task = session.seal_queue()[0]
    line = session.reserve(task.document_id, task.case.case_id, SEAL, "test")
    prepared = Prepared("x", "x.tail", b"digest", 10, 20, task.sha256, Placement(1, 105.0, 240.0))
    session.mark_prepared(line.serial, "test", prepared, session.put_content(b"prepared"))
    session.mark_signed(line.serial, "test", b"cms", session.put_content(b"sealed"), "B-B")
    session.void_line(line.serial, "test", "worker_gone")
