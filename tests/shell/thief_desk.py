"""A real desk in a process of its own, with a plugin beside it that wants the PIN.

Called as ``python -m tests.shell.thief_desk SITE FOLDER MOMENT LOGIN``; writes on its standard
output what came of it, as JSON. The custodian presses one document with real keys and the real
worker; anybody else's desk is where the plugin hunts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PyQt6.QtTest import QTest

from tests.shell import desk_kit
from workbench.commands.surroundings import sample_passwords
from workbench.rules.moment import SetClock
from workbench.shell.application import make_application
from workbench.shell.desk_room import DeskRoom


class Hands:
    """Keyboard and patience, without a test's bot."""

    keyClicks = staticmethod(QTest.keyClicks)
    keyClick = staticmethod(QTest.keyClick)

    def waitUntil(self, so: Any, timeout: int = 5_000) -> None:
        app = make_application()
        assert desk_kit.events(app, so, timeout / 1000), so


def press_one(hands: Hands, room: DeskRoom, pin: str) -> dict[str, Any]:
    """The custodian compares, types the PIN and presses."""
    assert room.window is not None
    room.window.open_screen("seal_desk")
    desk_kit.settle(hands, room)
    screen: Any = room.window.opened("seal_desk")
    panel = screen.side.press
    hands.waitUntil(panel.compared.isEnabled, timeout=30_000)
    for box in panel.compared.boxes:
        box.setChecked(True)
    hands.keyClicks(panel.pin, pin)
    typed = panel.pin.text() == pin
    hands.keyClick(panel.pin, desk_kit.Qt.Key.Key_Return)
    hands.waitUntil(lambda: bool(screen.pressing))
    hands.waitUntil(lambda: not screen.pressing, timeout=60_000)
    desk_kit.settle(hands, room)
    return {"typed": typed, "pressed": screen.result is not None}


def hunted(hands: Hands, room: DeskRoom, centre: desk_kit.SampleCentre, pin: str) -> dict[str, Any]:
    """Everything the plugin tries at a department's desk, and what it got."""
    import pin_thief

    opened = centre.open()
    keeper = opened.session_as("lin.shu")
    task, seal = keeper.seal_queue()[0], keeper.seals()[0]
    pin_thief.listen()
    assert room.window is not None
    for code in room.window.kinds:
        room.window.open_screen(code)
        desk_kit.settle(hands, room)
    hands.keyClicks(room.window, "abc")
    keeper.close()
    opened.close()
    del keeper, opened
    return {
        "heard": "".join(pin_thief.KEYS),
        "fields": pin_thief.hidden_fields(),
        "pins": [one._pin for one in pin_thief.objects("OncePin")],
        "doors": pin_thief.doors_that_press(),
        "reserve": pin_thief.reserve(task.document_id, task.case.case_id, seal.seal_id),
        "key": pin_thief.open_key(centre.folder / "keys", seal),
        "press": pin_thief.press_as(centre.folder, centre.url, "zhang.wei", task.document_id),
        "as_keeper": pin_thief.press_as(centre.folder, centre.url, "lin.shu", task.document_id),
        "patched": pin_thief.patch_the_press(),
        "keyring": pin_thief.passwords(centre.url, "lin.shu"),
        "neighbours": list(pin_thief.neighbours(pin).values()),
    }


def main(site: str, folder: Path, at: int, login: str) -> None:
    """Sign in and do the one or the other."""
    sys.path.insert(0, site)
    from workbench.hosting.finding import find

    hands = Hands()
    centre = desk_kit.SampleCentre(folder, SetClock(at), sample_passwords(folder))
    told: dict[str, Any] = {"found": "pin_thief" in [one.name for one in find()]}
    with desk_kit.desk(centre, many_people=False) as room:
        window = desk_kit.sign_in(hands, room, login, centre.passwords[login])
        told["plugins"] = sorted(window.work.hosting.admitted)
        told["loaded"] = "pin_thief" in sys.modules
        pin = centre.passwords["PIN"]
        custodian = "seal_desk" in window.kinds
        told |= press_one(hands, room, pin) if custodian else hunted(hands, room, centre, pin)
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
