"""One authentication for a batch, the seal's own policy, a new PIN; and a PIN that nobody can read.

The key is open in the worker's memory only, for a counted number of presses, and never for long.
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

import workbench.seal_worker
from tests.casework.press_kit import SEAL, WRONG, desk, documents, nothing_pressed, tried
from tests.journeys.hall import Hall
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import MOST_IN_A_BATCH

pytestmark = pytest.mark.long(9)


def policy(hall: Hall, presses: int) -> None:
    hall.sql("UPDATE seal SET batch_limit = ? WHERE seal_id = ?", presses, SEAL)


def test_one_pin_for_several_presses_and_not_for_one_more(sealing: Hall) -> None:
    first, second = documents(sealing)
    with desk(sealing) as worker:
        assert tried(worker, first) == "pin_needed_again", "nothing is open yet"
        nothing_pressed(sealing)
        assert worker.open_key(SEAL, sealing.pin) == MOST_IN_A_BATCH
        assert [tried(worker, one) for one in (first, second)] == ["", ""]
        worker.close_key()
        assert tried(worker, second) in ("already_stamped", "pin_needed_again")
    assert [line["state"] for line in sealing.ledger()] == ["RELEASED", "RELEASED"]
    sealing.check()


def test_the_policy_of_the_seal_says_how_many(sealing: Hall) -> None:
    first, second = documents(sealing)
    with desk(sealing) as worker:
        policy(sealing, 2)
        assert worker.open_key(SEAL, sealing.pin) == 2
        worker.close_key()
        assert tried(worker, first) == "pin_needed_again", "closed is closed"
        policy(sealing, 1)
        with pytest.raises(Refusal) as refused:
            worker.open_key(SEAL, sealing.pin)
        assert refused.value.code == "pin_each_time"
        assert tried(worker, first, sealing.pin) == ""
        assert tried(worker, second) == "pin_needed_again", "the PIN was for that press alone"
    assert documents(sealing) == [second]


def test_a_key_that_nobody_uses_closes_by_itself(
    sealing: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = documents(sealing)
    monkeypatch.setattr(workbench.seal_worker, "IDLE", 0.2)
    with desk(sealing) as worker:
        worker.open_key(SEAL, sealing.pin)
        time.sleep(0.5)
        assert tried(worker, first) == "pin_needed_again"
    nothing_pressed(sealing)


def test_a_seal_that_was_suspended_meanwhile_closes_the_batch(sealing: Hall) -> None:
    first, _second = documents(sealing)
    with desk(sealing) as worker:
        worker.open_key(SEAL, sealing.pin)
        sealing.run("seal", "suspend", SEAL, "--reason", "the PIN was seen", "--as",
                    sealing.keeper())  # fmt: skip
        assert tried(worker, first) == "seal_suspended"
    nothing_pressed(sealing)


def test_a_wrong_pin_opens_no_batch_and_is_counted(sealing: Hall) -> None:
    with desk(sealing) as worker:
        said = []
        for _turn in range(6):
            with pytest.raises(Refusal) as refused:
                worker.open_key(SEAL, WRONG)
            said.append(refused.value.code)
    assert said == ["wrong_pin"] * 4 + ["seal_desk_locked"] * 2
    nothing_pressed(sealing)


def test_a_new_pin_is_the_only_one_from_then_on(sealing: Hall) -> None:
    document, _other = documents(sealing)
    with desk(sealing) as worker:
        with pytest.raises(Refusal) as refused:
            worker.change_pin(SEAL, WRONG, "97531086")
        assert refused.value.code == "wrong_pin"
        worker.change_pin(SEAL, sealing.pin, "97531086")
        assert tried(worker, document, sealing.pin) == "wrong_pin"
        assert tried(worker, document, "97531086") == ""


def test_a_seal_of_the_trade_is_named_where_an_organ_has_several(sealing: Hall) -> None:
    """S020: in many-seal mode the custodian says which one; another's is refused."""
    first, _second = documents(sealing)
    sealing.sql("UPDATE seal SET sole = 0 WHERE seal_id = ?", SEAL)
    columns = [row[1] for row in sealing.sql("PRAGMA table_info(seal)")]
    taken = ", ".join("'seal-other'" if one == "seal_id" else one for one in columns)
    sealing.sql(f"INSERT INTO seal ({', '.join(columns)}) SELECT {taken} FROM seal"
                " WHERE seal_id = ?", SEAL)  # fmt: skip
    with desk(sealing) as worker:
        assert tried(worker, first, sealing.pin) == "seal_choice_needed"
        assert tried(worker, first, sealing.pin, "seal-registration") == "seal_wrong_kind"
        assert tried(worker, first, sealing.pin, "seal-nowhere") == "seal_unknown"
        nothing_pressed(sealing)
        assert tried(worker, first, sealing.pin, SEAL) == ""


# -- nobody reads the PIN --------------------------------------------------------------------------


def test_a_plugin_gets_neither_the_worker_nor_its_pipe() -> None:
    """The room that plugins import names no seal worker, no pipe, no key and no PIN, and loading
    every module of it brings none in."""
    code = (
        "import pkgutil, sys, importlib, workbench.api as api\n"
        "for one in pkgutil.iter_modules(api.__path__):\n"
        "    if one.name != 'panes': importlib.import_module(f'workbench.api.{one.name}')\n"
        "bad = [m for m in sys.modules if m.startswith(('workbench.seal_', 'workbench.paper.key',"
        " 'workbench.paper.pressing', 'workbench.casework.sealing'))]\n"
        "from workbench.api import desk\n"
        "bad += [n for n in dir(desk.Desk) if 'pin' in n.lower().split('_') or 'press' in n]\n"
        "sys.exit(repr(bad) if bad else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_worker_loads_no_plugin_and_no_window() -> None:
    """House section 1: its own root, without shell, hosting, api and Qt."""
    code = (
        "import sys, workbench.seal_worker\n"
        "bad = [m for m in sys.modules if m.startswith(('workbench.hosting', 'workbench.api',"
        " 'workbench.shell', 'PyQt6', 'pluggy'))]\n"
        "sys.exit(repr(bad) if bad else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
