"""The seal's own composition root: a process of its own that alone opens the key (house section 1).

Started by the desk of a signed-in custodian (:mod:`workbench.seal_pipe`); loads store, paper and
casework.sealing, no shell and no plugin. It logs into the centre as the custodian, takes the PIN
over the pipe for one press, finishes the press in hand and exits when the pipe closes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from workbench import settings
from workbench.casework.ports import Session
from workbench.casework.sealing import press, recover, task_of
from workbench.paper import sign
from workbench.paper.certificates import DigestSigner, open_key
from workbench.paper.timestamps import TimestampServer
from workbench.paper.verify import start_child, verify_file
from workbench.rules import words
from workbench.rules.case_view import SealTask
from workbench.rules.moment import Moment
from workbench.rules.refusals import Fault, Refusal, Trouble
from workbench.rules.seal_custody import (
    Placement,
    Prepared,
    Seal,
    SealKind,
    SealStatus,
    SealVerdict,
    refusal_text,
)
from workbench.rules.words import _
from workbench.seal_pipe import pressed_message, trouble_message, write_line
from workbench.store import open_any

log = logging.getLogger("workbench.seal_worker")


@dataclass
class PaperPress:
    """The paper side of a press (:class:`workbench.casework.sealing.Presser`)."""

    trust: tuple[str, ...]
    timestamp_trust: tuple[str, ...]
    tsa: TimestampServer | None
    key: DigestSigner | None = field(default=None, repr=False)
    verifier: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def make_ready(self) -> None:
        """Have a verifier waiting: its start takes longer than everything else in a press."""
        if self.verifier is None or self.verifier.poll() is not None:
            try:
                self.verifier = start_child()
            except OSError as trouble:
                log.warning("no verifier could be started ahead: %s", trouble)

    def close(self) -> None:
        """Send a waiting verifier away."""
        if self.verifier is not None:
            with self.verifier as idle:
                idle.kill()
            self.verifier = None

    def prepare(
        self, frozen: Path, seal: Seal, at: Placement, staging: Path, moment: Moment
    ) -> Prepared:
        return sign.prepare(frozen, seal, at, staging, moment)

    def sign(self, digest: bytes) -> bytes:
        if self.key is None:
            raise Fault("no_key", _("The key of the seal is not open."))
        return sign.sign_digest(self.key, digest, self.tsa)

    def level(self, value: bytes) -> str:
        return sign.signature_level(value)

    def fill(self, prepared: Prepared, value: bytes, target: Path) -> str:
        return sign.fill(prepared, value, target)

    def faults(self, frozen: Path, sealed: Path, sha256: str) -> tuple[str, ...]:
        ready, self.verifier = self.verifier, None
        found = verify_file(sealed, self.trust, timestamp_pems=self.timestamp_trust, ready=ready)
        if found.verdict is not SealVerdict.SEALED_INTACT:
            return found.reasons or (found.verdict.value,)
        return () if sign.is_prefix(frozen, sealed) else ("not-a-prefix",)


@dataclass
class Worker:
    """One custodian's session and where his key lies."""

    session: Session
    folder: Path
    paper: PaperPress
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def staging(self) -> Path:
        return settings.private_folder(self.folder / "staging")

    def recover(self) -> tuple[str, ...]:
        """Finish or void what earlier workers left behind."""
        return recover(self.session, self.paper, self.staging, self.owner)

    def press(self, document_id: str, pin: str, out: IO[str]) -> dict[str, Any]:
        """One press: wrong PINs are counted here, because a software key never locks itself.

        What an earlier worker left behind is settled first: its lease may have run out since.
        """
        if self.session.seal_desk_locked():
            raise _locked()
        self.recover()
        task = task_of(self.session, document_id)
        seal = self._seal(task)
        with self._opened_key(seal, pin) as key:
            self.paper.key = key
            try:
                done = press(
                    self.session, self.paper, task, seal, _place(task), self.staging, self.owner,
                    lambda step: write_line(out, {"step": step}),
                )  # fmt: skip
            finally:
                self.paper.key = None
        return pressed_message(done)

    @contextlib.contextmanager
    def _opened_key(self, seal: Seal, pin: str) -> Any:
        try:
            opened = open_key(self.folder / "keys" / f"{seal.seal_id}.p12", pin)
            key = opened.__enter__()
        except Refusal as refusal:
            if refusal.code == "wrong_pin" and self.session.note_wrong_pin() >= WRONG_PINS:
                raise _locked() from refusal
            raise
        self.session.clear_wrong_pins()
        try:
            yield key
        finally:
            opened.__exit__(None, None, None)

    def _seal(self, task: SealTask) -> Seal:
        wanted = SealKind(task.seal_kind)
        fitting = [one for one in self.session.seals() if one.kind is wanted]
        active = [one for one in fitting if one.status is SealStatus.ACTIVE]
        if active:
            return active[0]
        code = f"seal_{fitting[0].status.value}" if fitting else "no_active_seal"
        raise Refusal(
            code,
            refusal_text(code)
            if fitting
            else _("No seal of the kind that the document needs is in use."),
            _("Ask the keeper of the register of seals."),
        )


WRONG_PINS = 5
"""Five wrong PINs in a row lock the seal desk."""


def _locked() -> Refusal:
    return Refusal(
        "seal_desk_locked",
        _("Five wrong PINs in a row: the seal desk is locked."),
        _("The security administrator unlocks it after the two of you have spoken."),
    )


def _place(task: SealTask) -> Placement:
    if task.placement is None:
        raise Refusal(
            "no_seal_place",
            _("The frozen document does not say where the seal lands."),
            _("Return the request; the document has to be composed again."),
        )
    return task.placement


def _session(hello: Mapping[str, Any]) -> Session:
    """The custodian's own session: at a server with his password, on a file without."""
    centre, login = open_any(str(hello["centre"])), str(hello["login"])
    password = str(hello.get("password") or "")
    return centre.sign_in(login, password) if password else centre.session_as(login)


def open_worker(hello: Mapping[str, Any]) -> Worker:
    """Everything the worker needs, from the desk's first message."""
    words.use(settings.translations(str(hello["language"])), str(hello["language"]))
    home = Path(str(hello["folder"]))
    session = _session(hello)
    url = settings.timestamp_server(home)
    paper = PaperPress(
        settings.seal_authorities(home),
        settings.timestamp_authorities(home),
        TimestampServer(url) if url else None,
    )
    return Worker(session, home, paper)


def serve(inward: IO[str], outward: IO[str]) -> None:
    """Answer messages until the pipe closes."""
    worker: Worker | None = None
    for line in inward:
        message = json.loads(line)
        try:
            if worker is None:
                worker = open_worker(message)
                write_line(outward, {"recovered": worker.recover()})
            else:
                answer = worker.press(str(message["press"]), str(message["pin"]), outward)
                write_line(outward, answer)
        except Trouble as trouble:
            write_line(outward, trouble_message(trouble))
        except Exception as error:
            log.exception("a press broke off")
            fault = Fault("seal_worker_fault", f"{type(error).__name__}")
            write_line(outward, trouble_message(fault))
        if worker is not None:
            worker.paper.make_ready()
    if worker is not None:
        worker.paper.close()
        worker.session.close()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
