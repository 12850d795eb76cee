"""A desk in a process of its own, for the tests that kill it: opens a case and types an opinion.

Called as ``python -m tests.shell.typing_desk FOLDER MOMENT CASE_NO TEXT``. Says ``typed`` when the
last key is pressed, ``kept`` when the screen shows that the draft is kept, and then waits.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from tests.shell import desks_kit
from tests.shell.desk_kit import SampleCentre, events
from workbench.commands.surroundings import sample_passwords
from workbench.hosting.host import open_host
from workbench.rules.moment import SetClock
from workbench.shell.application import make_application
from workbench.shell.case.screen import CaseScreen

WAIT_S = 30.0


def main(folder: Path, at: int, case_no: str, text: str) -> None:
    """Type, say so, and stay until killed."""
    app = make_application()
    centre = SampleCentre(folder, SetClock(at), sample_passwords(folder))
    with desks_kit.workplace(centre, "zhang.wei") as bare:
        screen = CaseScreen(replace(bare, hosting=open_host(None, without_plugins=True)))
        screen.resize(1280, 800)
        screen.show()
        screen.open_case(case_no)
        steps = screen.parts.steps
        assert events(app, lambda: "submit_opinion" in steps.buttons, WAIT_S)
        steps.take("submit_opinion")
        assert steps.card is not None
        assert events(app, lambda: bare.lanes.idle, WAIT_S)
        field = steps.card.form.parts["opinion.reasons"].widget  # type: ignore[attr-defined]
        field.insertPlainText(text)
        print("typed", flush=True)
        kept = steps.card.kept
        assert events(app, lambda: "Only you" in kept.text(), WAIT_S)
        print("kept", flush=True)
        app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
