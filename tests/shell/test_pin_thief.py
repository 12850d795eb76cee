"""A plugin that tries to read the PIN: refused with the reason, nothing half-done (issue 5).

House section 1: no code of a department runs in a custodian's process or in his seal worker, and
at any other desk there is no PIN. What each attempt meets is tried here, not assumed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hosting.installing import install
from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of
from tests.shell.seal_kit import stocked_centre
from workbench.casework.seal_register import whole_ledger
from workbench.rules.moment import MINUTE
from workbench.rules.seal_custody import LedgerState
from workbench.seal_pipe import SealWorker, own_python

pytestmark = [pytest.mark.long(12), pytest.mark.timeout(120)]
THIEF = Path(__file__).parent / "pin_thief"
AT = NINE + 5 * MINUTE


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with a business licence awaiting the seal; copied for each test."""
    return stocked_centre(founded, tmp_path_factory.mktemp("stocked"), 1)


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, AT)


def at_the_desk(
    centre: SampleCentre, tmp_path: Path, login: str, project_root: Path
) -> tuple[dict[str, Any], str]:
    """What the desk tells in which that person works, the thief installed; what the thief noted."""
    site, notes = tmp_path / "site", tmp_path / "notes.txt"
    site.mkdir()
    install(site, THIEF)
    done = subprocess.run(
        [sys.executable, "-m", "tests.shell.thief_desk", site, centre.folder, str(AT), login],
        cwd=project_root, capture_output=True, text=True, check=False, timeout=100,
        env={**os.environ, "PIN_THIEF_NOTES": str(notes)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told, notes.read_text(encoding="utf-8") if notes.exists() else ""


def states(centre: SampleCentre) -> list[LedgerState]:
    with session_of(centre, "tang.bo") as session:
        return [one.state for one in whole_ledger(session)]


def test_at_the_custodians_desk_it_is_never_run(
    waiting: SampleCentre, tmp_path: Path, project_root: Path
) -> None:
    """Neither the desk nor the seal worker that it starts imports it; the press goes its way."""
    told, noted = at_the_desk(waiting, tmp_path, "lin.shu", project_root)
    assert told == {
        "found": True, "plugins": [], "loaded": False, "typed": True, "pressed": True,
    }  # fmt: skip
    assert noted == "", "no process of the custodian has run a line of it"


def test_at_a_departments_desk_it_runs_and_finds_no_pin(
    waiting: SampleCentre, tmp_path: Path, project_root: Path
) -> None:
    """While a custodian's worker stands beside it on the same machine, the PIN given."""
    with_pin = SealWorker(waiting.folder, waiting.url, "lin.shu")
    with_pin.start()
    try:
        with_pin.open_key("seal-approval", waiting.passwords["PIN"])
        told, noted = at_the_desk(waiting, tmp_path, "zhang.wei", project_root)
    finally:
        with_pin.close()
    assert told["loaded"] and noted, "it really ran there"
    assert (told["heard"], told["patched"]) == ("abc", True), "it hears this desk, and changes it"
    assert set(told["fields"]) <= {""}, "the desk's own sign-in, empty; no field for a PIN"
    assert (told["pins"], told["doors"]) == ([], [])
    assert told["reserve"] and set(told["reserve"]) <= {"not_your_role", "not_visible",
                                                        "no_seal_request"}, told  # fmt: skip
    assert told["key"] == "wrong_pin"
    assert told["press"] == "not_on_custody_shift", "his own worker presses nothing"
    assert told["as_keeper"] == "wrong_pin"
    assert waiting.passwords["PIN"] not in told["keyring"]
    assert told["neighbours"] and set(told["neighbours"]) <= {"nothing", "PermissionError"}
    assert states(waiting) == [], "no serial burned, nothing half-done"


# -- the processes that hold a PIN -----------------------------------------------------------------

HOLDER = """
import ctypes, os, resource, sys
from workbench.paper.limits import keep_memory_private
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # as any program of that user begins
secret = "".join(["pin-", "4711"])
if sys.argv[1] == "closed":
    keep_memory_private()
print("ready", flush=True)
sys.stdin.read()
"""
READER = """
import os, sys
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
for name in ("mem", "environ"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").close()
        print(name, "open")
    except OSError as trouble:
        print(name, type(trouble).__name__)
"""


@pytest.mark.parametrize(("kind", "said"), [("open", "open"), ("closed", "PermissionError")])
def test_another_program_of_the_same_user_does_not_read_its_memory(
    kind: str, said: str, project_root: Path
) -> None:
    """``open`` shows that the test can tell: any other process of that user is read."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, kind], cwd=project_root, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None and holder.stdout.readline() == "ready\n"
        read = subprocess.run([sys.executable, "-c", READER, str(holder.pid)], check=True,
                              capture_output=True, text=True).stdout  # fmt: skip
        assert holder.stdin is not None
        holder.stdin.close()
    assert read.splitlines() == [f"mem {said}", f"environ {said}"]


def test_the_seal_worker_closes_its_memory_and_dumps_no_core(waiting: SampleCentre) -> None:
    worker = SealWorker(waiting.folder, waiting.url, "lin.shu")
    worker.start()
    try:
        limits = Path(f"/proc/{worker.pid}/limits").read_text(encoding="ascii")
    finally:
        worker.close()
    (core,) = [one.split() for one in limits.splitlines() if one.startswith("Max core")]
    assert core[4:6] == ["0", "0"]


def test_a_module_laid_into_the_folder_where_the_desk_was_started_is_not_met(
    tmp_path: Path,
) -> None:
    """``json.py`` beside the desk: neither the worker nor a desk that starts again imports it."""
    (tmp_path / "json.py").write_text("raise SystemExit('the thief')\n", encoding="utf-8")
    for module, more in (("workbench.seal_worker", []), ("workbench", ["--version"])):
        done = subprocess.run([*own_python(module), *more], cwd=tmp_path, input="", check=False,
                              capture_output=True, text=True)  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
