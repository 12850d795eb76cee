"""The desk as a screen reader meets it: AT-SPI from another process, on a real X screen.

Signing in, opening a case and pressing a button are done through AT-SPI alone (and Enter by the
keyboard of the screen): what works here works for somebody who sees nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.shell import desks_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.private_bus import Helper, ended, helper, private_bus

pytestmark = [pytest.mark.long(5), pytest.mark.timeout(120)]

LAUNCHERS: Final = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
TIME: Final = 20.0
ME: Final = "zhang.wei"


@pytest.fixture
def reader(
    sample: SampleCentre, real_screen: dict[str, str], tmp_path: Path, project_root: Path
) -> Iterator[Helper]:
    """A screen reader beside a desk that stands at its sign-in window, with one case in it."""
    desks_kit.take_in(sample, tmp_path / "in")
    launcher = next((one for one in LAUNCHERS if Path(one).exists()), None)
    assert launcher, "no accessibility bus: install the package at-spi2-core"
    with private_bus() as bus:
        environment = {**bus, **real_screen, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus["DBUS_SESSION_BUS_ADDRESS"]
        words = [launcher, "--launch-immediately"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        beside = subprocess.Popen(words, env=environment, text=True, **quiet)  # type: ignore[call-overload]
        with ended(beside):
            call = [sys.executable, "-m", "tests.shell.standing_desk", str(sample.folder),
                    str(sample.clock.now())]  # fmt: skip
            desk = subprocess.Popen(call, env=environment, cwd=project_root, text=True)
            with ended(desk), helper("screen_reader.py", environment) as made:
                yield made


def until(what: Callable[[], Any], said: Callable[[], str] | str) -> Any:
    """Ask until there is an answer."""
    end = time.monotonic() + TIME
    while not (found := what()):
        assert time.monotonic() < end, said if isinstance(said, str) else said()
        time.sleep(0.1)
    return found


def is_there(reader: Helper, name: str) -> None:
    def shows() -> bool:
        return bool(reader.ask({"do": "there", "name": name}))

    until(shows, lambda: f"{name} does not show, but {reader.ask({'do': 'names'})}")


def nothing_is_nameless(reader: Helper, least: int) -> None:
    """So many things can take the keyboard, and each of them says what it is."""
    until(lambda: reader.ask({"do": "focusable"}) >= least, "too little can take the keyboard")
    assert reader.ask({"do": "nameless"}) == []


def test_a_whole_case_is_reached_by_ear(
    reader: Helper, sample: SampleCentre, real_screen: dict[str, str]
) -> None:
    is_there(reader, "Sign-in name")
    nothing_is_nameless(reader, 4)
    assert reader.ask({"do": "type", "name": "Sign-in name", "role": "text", "text": ME})
    secret = {"name": "Password", "role": "password text", "text": sample.passwords[ME]}
    assert reader.ask({"do": "type", **secret})
    assert reader.ask({"do": "press", "name": "Sign in", "role": "push button"})

    # The inbox: every cell of its first line speaks, the clock with its light in words.
    is_there(reader, "Groups of cases")
    cells = until(lambda: reader.ask({"do": "cells", "row": 0}), "the list does not speak")
    assert len(cells) >= 5 and all(cells), cells
    assert any("in time" in cell and "due 2026-11-23" in cell for cell in cells), cells
    nothing_is_nameless(reader, 10)

    # The case with the viewer in it, opened by the keyboard.
    assert reader.ask({"do": "focus", "name": "Cases", "role": "table"})
    subprocess.run(["xdotool", "key", "Home", "Return"], env=real_screen, check=True)
    is_there(reader, "Accept")
    is_there(reader, "Next page")
    nothing_is_nameless(reader, 20)

    # And a button does what it says: the way back.
    assert reader.ask({"do": "press", "name": "Inbox"})
    is_there(reader, "Groups of cases")
