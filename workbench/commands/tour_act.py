"""One act of the tour: what the desk cannot do for itself, and the custodian's own process.

A custodian's desk is opened only by a process that has loaded no department's code. So the act at
the seal desk is played by ``python -m workbench.commands.tour_act``, which gets what was seen so
far as JSON on its standard input and answers the same way. Called by ``commands.tour``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench import settings
from workbench.exchange.result_push import FolderPush, write_whole
from workbench.rules import words
from workbench.rules.moment import Moment
from workbench.rules.refusals import Fault, Trouble

if TYPE_CHECKING:
    from workbench.shell.desk_parts import Parts
    from workbench.shell.tour.backstage import Backstage, Seen

MORNING: Final = "morning"
AFTERNOON: Final = "late"
ANSWER: Final = "QY-2026-0001/M03.pdf"
"""The file that answers the correction notice: another applicant's signed lease."""


def play(out: Path, url: str, act: str, seen: Seen) -> None:
    """An act in this process."""
    from workbench.shell.tour.tour import drive

    drive(backstage(out, url), seen, act)


def play_apart(out: Path, url: str, act: str, seen: Seen) -> None:
    """An act in a process of its own. Raises Fault with what that process said."""
    call = [sys.executable, "-m", __name__, str(out), url, act, words.language()]
    child = subprocess.Popen(
        call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        answer, said = child.communicate(json.dumps(asdict(seen)).encode())
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if answer:
        for name, value in json.loads(answer).items():
            setattr(seen, name, value)
    if child.returncode:
        raise Fault("tour_act", f"{act}: {said.decode(errors='replace').strip()}")


def main(arguments: list[str]) -> int:
    """The child: an act between two pieces of JSON."""
    out, url, act, language = arguments
    words.use(settings.translations(language), language)
    from workbench.shell.tour.backstage import Seen

    seen = Seen(**json.load(sys.stdin))
    try:
        play(Path(out), url, act, seen)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        print(json.dumps(asdict(seen)))
    return 0


def backstage(out: Path, url: str) -> Backstage:
    """What the scenes are given."""
    from workbench.commands.surroundings import sample_passwords
    from workbench.shell.tour.backstage import Backstage

    folder = Path(url.removeprefix("sqlite:///")).parent
    packages = out / "packages"
    return Backstage(
        screenshots=out / "screenshots",
        packages=packages / MORNING,
        late_packages=packages / AFTERNOON,
        answer_file=packages / MORNING / ANSWER,
        passwords=sample_passwords(folder),
        parts=lambda: parts(folder, url),
        now=lambda: _moment(url),
        move_clock_to=lambda at: _move_clock(url, at),
        acknowledge=lambda case_no: _acknowledge(folder, case_no),
    )


def parts(folder: Path, url: str) -> Parts:
    """The desk's parts as ``app`` makes them, but nothing of the person's own machine is touched:
    neither his keyring nor the look that his desk was left in."""
    from workbench import app

    return app.parts(folder, url)._replace(keyring=None, keep_look=lambda _look: None)


def _moment(url: str) -> Moment:
    from workbench.store import open_centre

    centre = open_centre(url)
    try:
        return centre.moment()
    finally:
        centre.close()


def _move_clock(url: str, at: Moment) -> None:
    from workbench.store import open_centre

    centre = open_centre(url)
    try:
        centre.move_exercise_clock(at - centre.moment())
    finally:
        centre.close()


def _acknowledge(folder: Path, case_no: str) -> None:
    """As the supervising department: it has seen the pushed result and says so by a file."""
    exchange = FolderPush(folder / "exchange")
    pushed = exchange.results / f"{case_no}.json"
    told: dict[str, Any] = json.loads(pushed.read_text(encoding="utf-8"))
    said = {"case_no": case_no, "reference": f"SD-{case_no[-12:]}", "at": told["decided_at"]}
    target = exchange.acknowledgements / f"{case_no}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, json.dumps(said, ensure_ascii=False).encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
