"""The pipe between the desk and the seal worker: one JSON object a line, both ways.

The desk's end is :class:`SealWorker`; the worker's end is :mod:`workbench.seal_worker`, a process
of its own. The PIN crosses this pipe; the desk keeps it no longer than the call, the worker no
longer than one press or one batch. The child gets no PIN on its command line, in its environment or
in a file. When the pipe closes, the worker finishes the press in hand and exits.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final

from workbench.rules.refusals import Fault, Outage, Refusal, Trouble
from workbench.rules.seal_custody import Placement, Pressed
from workbench.rules.seal_preflight import PreflightLine
from workbench.rules.words import _, language

KINDS: Final[Mapping[str, type[Trouble]]] = {
    "Refusal": Refusal, "Outage": Outage, "Fault": Fault,
}  # fmt: skip


_START: Final = (
    "import runpy, sys; root, module = sys.argv[1:3]; del sys.argv[1:3]; "
    "root in sys.path or sys.path.insert(0, root); "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)


def own_python(module: str) -> list[str]:
    """The command that runs a module of ours in a new process, where a PIN may be given.

    ``-P`` and not ``-m``: of the folder in which somebody started the desk nothing is imported, so
    a ``json.py`` that was laid there is not met by the process that holds the PIN.
    """
    root = str(Path(__file__).resolve().parents[1])
    return [sys.executable, "-P", "-c", _START, root, module]


def write_line(stream: IO[str], message: Mapping[str, Any]) -> None:
    """One message, flushed: the other end may be waiting for it."""
    stream.write(json.dumps(message, ensure_ascii=False) + "\n")
    stream.flush()


def trouble_message(trouble: Trouble) -> dict[str, Any]:
    """A trouble as a message; the receiver raises it again as what it was."""
    kind = next((k for k, v in KINDS.items() if isinstance(trouble, v)), "Fault")
    return {
        "trouble": kind,
        "code": trouble.code,
        "message": trouble.message,
        "remedy": trouble.remedy,
    }


def pressed_message(pressed: Pressed) -> dict[str, Any]:
    """A finished press as a message."""
    at = pressed.placement
    return {
        "pressed": {
            "serial": pressed.serial,
            "document_id": pressed.document_id,
            "sha256_before": pressed.sha256_before,
            "sha256_after": pressed.sha256_after,
            "level": pressed.level,
            "at": [at.page, at.x_mm, at.y_mm],
        }
    }


def _pressed(found: Mapping[str, Any]) -> Pressed:
    page, x_mm, y_mm = found["at"]
    return Pressed(
        int(found["serial"]),
        str(found["document_id"]),
        str(found["sha256_before"]),
        str(found["sha256_after"]),
        str(found["level"]),
        Placement(int(page), float(x_mm), float(y_mm)),
    )


class SealWorker:
    """The desk's handle on its seal worker. Calls block: for a lane, never for the UI thread."""

    def __init__(self, folder: Path, centre_url: str, login: str, password: str = "") -> None:
        """``password`` is the custodian's own, where the centre is on a server: the worker signs in
        there as he himself, and gets it over the pipe alone."""
        self._hello = {
            "folder": str(folder),
            "centre": centre_url,
            "login": login,
            "password": password,
            "language": language(),
        }
        self._child: subprocess.Popen[str] | None = None
        self._one_at_a_time = threading.Lock()

    def start(self) -> tuple[str, ...]:
        """Start the worker and let it recover what an earlier one left; says what it did."""
        with self._one_at_a_time:
            return self._start()

    def _start(self) -> tuple[str, ...]:
        self._child = subprocess.Popen(
            own_python("workbench.seal_worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        answer = self._ask(self._hello, lambda step: None)
        return tuple(answer.get("recovered", ()))

    def press(
        self, document_id: str, pin: str, on_step: Callable[[str], None], seal_id: str = ""
    ) -> Pressed:
        """Press the seal on a frozen document; ``pin`` is empty while the key is open.

        ``seal_id`` names the seal where an organ has several. Raises what the worker raised, or
        Outage.
        """
        message = {"press": document_id, "pin": pin, "seal": seal_id}
        return _pressed(self._tell(message, on_step)["pressed"])

    def open_key(self, seal_id: str, pin: str) -> int:
        """One authentication for a batch; for how many presses. Refusal ``pin_each_time``."""
        return int(self._tell({"open": seal_id, "pin": pin})["open"])

    def close_key(self) -> None:
        """The batch is over. A worker that is gone holds no key."""
        if self._child is not None and self._child.poll() is None:
            self._tell({"close_key": True})

    def preflight(self, seal_id: str) -> tuple[PreflightLine, ...]:
        """What the worker finds before the first press, without a PIN."""
        found = self._tell({"preflight": seal_id})["preflight"]
        return tuple(PreflightLine(**one) for one in found)

    def change_pin(self, seal_id: str, old: str, new: str) -> None:
        """A new PIN for the seal's key."""
        self._tell({"change_pin": seal_id, "old": old, "new": new})

    def _tell(
        self, message: Mapping[str, Any], on_step: Callable[[str], None] = lambda step: None
    ) -> Mapping[str, Any]:
        """The answer of the worker, which is started where it does not run."""
        with self._one_at_a_time:
            if self._child is None or self._child.poll() is not None:
                self.close()
                self._start()
            return self._ask(message, on_step)

    def close(self) -> None:
        """Close the pipe; the worker finishes the press in hand and exits."""
        child, self._child = self._child, None
        if child is not None:
            _let_go(child)

    @property
    def pid(self) -> int | None:
        """The worker's process number, for the page of running parts and for tests."""
        return self._child.pid if self._child else None

    def _ask(
        self, message: Mapping[str, Any], on_step: Callable[[str], None]
    ) -> Mapping[str, Any]:
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise _gone()
        try:
            write_line(child.stdin, message)
        except OSError as error:
            self.close()
            raise _gone() from error
        for line in child.stdout:
            found: dict[str, Any] = json.loads(line)
            if "step" in found:
                on_step(str(found["step"]))
                continue
            if "trouble" in found:
                kind = KINDS.get(str(found["trouble"]), Fault)
                raise kind(str(found["code"]), str(found["message"]), str(found["remedy"]))
            return found
        # The worker is dead: the next press starts another one.
        self.close()
        raise _gone()


def _let_go(child: subprocess.Popen[str]) -> None:
    """Close both ends; a worker that died meanwhile leaves a broken pipe and nothing else."""
    if child.stdin:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    child.wait(timeout=60)
    if child.stdout:
        child.stdout.close()


def _gone() -> Outage:
    return Outage(
        "seal_worker_gone",
        _("The seal worker has stopped."),
        _("Press again: the register shows whether the seal was pressed, and it is pressed once."),
    )
