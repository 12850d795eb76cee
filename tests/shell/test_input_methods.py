"""Typing Chinese: which input method the desk takes, and with ``--deep`` real typing through one.

Debian's fcitx frontend cannot load into our Qt, which then types Latin letters without a word; ibus
is in the wheel and works with both (desk section 9).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.shell.desk_kit import SampleCentre
from tests.shell.private_bus import ended, private_bus
from workbench.shell.application import input_method

pytestmark = [pytest.mark.long(2), pytest.mark.timeout(120)]

WAIT = 20.0


@pytest.mark.parametrize(
    ("given", "has_id", "chosen"),
    [
        ({}, True, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "fcitx"}, True, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "fcitx5"}, True, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "ibus"}, True, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "compose"}, True, {"QT_IM_MODULE": "compose"}),
        ({"QT_IM_MODULES": "wayland;fcitx"}, True,
         {"QT_IM_MODULE": "ibus", "QT_IM_MODULES": "wayland;fcitx;ibus"}),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus"}, True, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "fcitx", "QT_IM_MODULES": "fcitx"}, False,
         {"QT_IM_MODULE": "compose", "QT_IM_MODULES": "compose"}),
    ],
)  # fmt: skip
def test_what_is_taken_where_the_desktop_asks_for_it(
    given: dict[str, str], has_id: bool, chosen: dict[str, str]
) -> None:
    assert input_method(given, has_id) == chosen


LOADED = """
from pathlib import Path
from PyQt6.QtWidgets import QLineEdit
from workbench.shell.application import make_application
app = make_application()
field = QLineEdit()
field.show()
field.setFocus()
app.processEvents()
maps = Path("/proc/self/maps").read_text()
print(*sorted({line.rpartition("/")[2] for line in maps.splitlines() if "inputcontext" in line}))
"""


@pytest.mark.parametrize(
    "given", [{"QT_IM_MODULE": "fcitx"}, {"QT_IM_MODULES": "fcitx"}], ids=["old", "list"]
)
def test_on_a_desktop_of_fcitx_the_frontend_of_ibus_is_loaded(
    real_screen: dict[str, str], given: dict[str, str]
) -> None:
    out = subprocess.run(
        [sys.executable, "-c", LOADED], env={**real_screen, **given}, capture_output=True,
        text=True, check=True,
    ).stdout  # fmt: skip
    # It is asked first; where no ibus runs, as here, Qt goes on to the next.
    assert "libibusplatforminputcontextplugin.so" in out.split()


TYPING = """
import sys
from pathlib import Path
from tests.shell import desk_kit
from workbench.commands.surroundings import sample_passwords
from workbench.rules.moment import SetClock
from workbench.shell.application import hear_signals, make_application
app = make_application()
deaf = hear_signals(app)
folder = Path(sys.argv[1])
centre = desk_kit.SampleCentre(folder, SetClock(desk_kit.NINE), sample_passwords(folder))
with desk_kit.desk(centre) as room:
    room.sign_in.login.setText("zhang.wei")
    room.sign_in.password.setText(centre.passwords["zhang.wei"])
    room.sign_in.button.click()
    there = lambda: room.window is not None and room.window.opened("inbox") and room.lanes.idle
    assert desk_kit.events(app, there, 20)
    search = room.window.opened("inbox").search
    search.textChanged.connect(lambda text: print("text", text, flush=True))
    room.window.activateWindow()
    search.setFocus()
    assert desk_kit.events(app, search.hasFocus, 20)
    print("ready", flush=True)
    app.exec()
deaf()
"""


def test_chinese_is_typed_into_the_search_through_ibus(
    pytestconfig: pytest.Config, sample: SampleCentre, real_screen: dict[str, str],
    tmp_path: Path, project_root: Path,
) -> None:  # fmt: skip
    """Real keys on a real screen: n i h a o and the space bar become two Chinese characters.

    ibus with its Pinyin brings forty packages, so the small depth goes without it.
    """
    if not pytestconfig.getoption("--deep"):
        assert input_method({"QT_IM_MODULE": "fcitx"}, True)["QT_IM_MODULE"] == "ibus"
        return
    assert shutil.which("ibus-daemon"), "install the packages ibus and ibus-libpinyin"
    with private_bus() as bus:
        environment = {
            **bus, **real_screen, "QT_IM_MODULE": "fcitx", "HOME": str(tmp_path),
            "DBUS_SESSION_BUS_ADDRESS": bus["DBUS_SESSION_BUS_ADDRESS"],
            "XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path),
            "PYTHONPATH": str(project_root),
        }  # fmt: skip
        quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        words = ["ibus-daemon", "--xim", "--panel=disable", "--emoji-extension=disable"]
        with ended(subprocess.Popen(words, env=environment, text=True, **quiet)):
            until(lambda: takes_pinyin(environment), "ibus does not take its Pinyin")
            desk = subprocess.Popen(
                [sys.executable, "-c", TYPING, str(sample.folder)], env=environment, text=True,
                cwd=project_root, stdout=subprocess.PIPE,
            )  # fmt: skip
            with ended(desk):
                assert desk.stdout is not None
                assert desk.stdout.readline() == "ready\n"
                keys = ["n", "i", "h", "a", "o", "space"]
                subprocess.run(["xdotool", "key", "--delay", "120", *keys], env=environment,
                               check=True)  # fmt: skip
                assert desk.stdout.readline() == "text 你好\n"


def takes_pinyin(environment: dict[str, str]) -> bool:
    """Ask for it, and look which engine there is: the asking itself says no where no panel runs."""
    for more in (["libpinyin"], []):
        out = subprocess.run(
            ["ibus", "engine", *more], env=environment, check=False, text=True, capture_output=True
        ).stdout
    return "libpinyin" in out


def until(what: Callable[[], bool], said: str) -> None:
    end = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < end, said
        time.sleep(0.2)
