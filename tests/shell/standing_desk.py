"""A whole desk in a process of its own on a real X screen, for those who meet it from outside.

Called as ``python -m tests.shell.standing_desk FOLDER MOMENT``; stays until it is ended. Its clock
stands, so nothing becomes overdue while a test looks.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.shell import desk_kit
from workbench.commands.surroundings import sample_passwords
from workbench.rules.moment import SetClock
from workbench.shell.application import hear_signals, make_application


def main(folder: Path, at: int) -> None:
    """Open it at the sign-in window and run."""
    app = make_application()
    deaf = hear_signals(app)
    centre = desk_kit.SampleCentre(folder, SetClock(at), sample_passwords(folder))
    with desk_kit.desk(centre):
        app.exec()
    deaf()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
