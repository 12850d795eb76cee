"""The seal's own composition root: a process of its own that alone opens the key (house section 1).

Started by the desk of a signed-in custodian (:mod:`workbench.seal_pipe`); loads store, paper and
casework.sealing, no shell and no plugin. It logs into the centre as the custodian, takes the PIN
over the pipe for one press or for one batch, finishes the press in hand and exits when the pipe
closes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from workbench import settings
from workbench.casework.paper_stamping import key_seal
from workbench.casework.ports import Session
from workbench.casework.press_recovery import recover
from workbench.casework.seal_choice import task_of
from workbench.casework.seal_register import signed_by_key
from workbench.casework.sealing import note_key_trouble, press
from workbench.exchange.revocation_lists import take_lists
from workbench.paper.keys import change_seal_pin, open_seal_key
from workbench.paper.limits import keep_memory_private
from workbench.paper.press_checks import PressPlace, preflight
from workbench.paper.pressing import PaperPress
from workbench.paper.revocation_files import list_reader
from workbench.paper.timestamps import TimestampServer
from workbench.rules import words
from workbench.rules.case_view import SealTask
from workbench.rules.moment import SystemClock
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Fault, Outage, Refusal, Trouble
from workbench.rules.seal_custody import MOST_IN_A_BATCH, Placement, Seal
from workbench.rules.words import _
from workbench.seal_pipe import pressed_message, trouble_message, write_line
from workbench.store import open_any

log = logging.getLogger("workbench.seal_worker")

WRONG_PINS: Final = 5
"""Five wrong PINs in a row lock the seal desk."""
IDLE: Final = 600.0
"""Seconds after which a key that is open for a batch is closed by itself."""


@dataclass
class HeldKey:
    """A key that is open for a batch: of which seal, for how many presses, since when unused."""

    seal: Seal
    left: int
    closing: contextlib.ExitStack
    used: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether it is used up, or has stood idle for too long."""
        return self.left < 1 or time.monotonic() - self.used >= IDLE


@dataclass
class Worker:
    """One custodian's worker on one centre. Closed by the end of the pipe."""

    session: Session
    folder: Path
    paper: PaperPress
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    held: HeldKey | None = field(default=None, repr=False)
    turn: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Whoever works with the key: the message in hand, or the clock that closes an idle one."""
    bell: threading.Timer | None = field(default=None, repr=False)

    @property
    def staging(self) -> Path:
        return settings.private_folder(self.folder / "staging")

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def recover(self) -> tuple[str, ...]:
        """Finish or void what earlier workers left behind."""
        return recover(self.session, self.paper, self.staging, self.owner)

    def press(
        self, document_id: str, pin: str, out: IO[str], seal_id: str = ""
    ) -> dict[str, Any]:
        """One press, with the PIN or with the key that is open for a batch.

        What an earlier worker left behind is settled first: its lease may have run out since.
        """
        self._refuse_locked()
        self.recover()
        task = task_of(self.session, document_id)
        seal = key_seal(self.session, task, seal_id)
        with self._key_for(seal, pin):
            done = press(
                self.session, self.paper, task, seal, _place(task), self.staging, self.owner,
                lambda step: _tell(out, step),
            )  # fmt: skip
        return pressed_message(done)

    def open_key(self, seal_id: str, pin: str) -> dict[str, Any]:
        """One authentication for several presses, as many as the seal's policy allows."""
        self._refuse_locked()
        self.close_key()
        seal = self._seal(seal_id)
        if seal.batch_limit < 2:
            raise Refusal(
                "pin_each_time",
                _("The seal {seal_id} asks for its PIN at every press.").format(seal_id=seal_id),
                _("Press one document after the other."),
            )
        closing = contextlib.ExitStack()
        closing.enter_context(self._opened(seal, pin))
        self.held = HeldKey(seal, min(seal.batch_limit, MOST_IN_A_BATCH), closing)
        self._wind()
        return {"open": self.held.left}

    def close_key(self) -> dict[str, Any]:
        """The batch is over; nothing happens where no key is open."""
        held, self.held = self.held, None
        if self.bell is not None:
            self.bell.cancel()
        if held is not None:
            held.closing.close()
        return {"closed": held is not None}

    def _wind(self) -> None:
        """Nobody has to ask for an idle key to be closed: it closes by itself."""
        if self.bell is not None:
            self.bell.cancel()
        self.bell = threading.Timer(IDLE, self._close_used_up)
        self.bell.daemon = True
        self.bell.start()

    def _close_used_up(self) -> None:
        with self.turn:
            if self.held is not None and self.held.over:
                self.close_key()

    def preflight(self, seal_id: str) -> dict[str, Any]:
        """What can be looked at without a PIN."""
        off = self.session.moment() - SystemClock().now()
        module = settings.pkcs11_module(self.folder)
        paper = self.paper
        place = PressPlace(
            self.keys, self.staging, module, tuple(paper.trust), tuple(paper.lists), paper.tsa, off,
            served=bool(self.session.second_sign_in()),
        )
        use, signed = self.session.token_use(seal_id), signed_by_key(self.session, seal_id)
        lines = preflight(self._seal(seal_id), place, use, signed)
        return {"preflight": [asdict(one) for one in lines]}

    def change_pin(self, seal_id: str, old: str, new: str) -> dict[str, Any]:
        """A new PIN for the key; a wrong old one is counted like any other."""
        self._refuse_locked()
        self.close_key()
        seal, module = self._seal(seal_id), settings.pkcs11_module(self.folder)
        with self._counting(seal):
            change_seal_pin(seal, self.keys, old, new, module)
        return {"changed": True}

    @contextlib.contextmanager
    def _key_for(self, seal: Seal, pin: str) -> Any:
        """The key of the batch, or the one that this PIN opens for this press alone."""
        held = self.held
        if pin:
            self.close_key()
            with self._opened(seal, pin):
                yield
            return
        if held is None or held.over or held.seal != seal:
            self.close_key()
            raise Refusal(
                "pin_needed_again",
                _("The key is closed: the batch is used up, or it stood idle too long."),
                _("Enter the PIN again."),
            )
        held.left -= 1
        try:
            yield
        finally:
            held.used = time.monotonic()
            self._wind()
            self._close_used_up()

    @contextlib.contextmanager
    def _opened(self, seal: Seal, pin: str) -> Any:
        """The key is closed again at the end of the block, whatever ended it."""
        module = settings.pkcs11_module(self.folder)
        with contextlib.ExitStack() as closing:
            with self._counting(seal):
                key = closing.enter_context(open_seal_key(seal, self.keys, pin, module))
            closing.callback(self.paper.forget)
            self.paper.open(key, self._face(seal))
            yield

    def _face(self, seal: Seal) -> bytes:
        """The organ's filed impression, where two persons have filed one."""
        if not seal.face_sha256:
            return b""
        return self.session.seal_face_path(seal.seal_id).read_bytes()

    @contextlib.contextmanager
    def _counting(self, seal: Seal) -> Any:
        """Wrong PINs are counted here, because a software key never locks itself."""
        try:
            yield
        except Trouble as trouble:
            if trouble.code == "wrong_pin" and self.session.note_wrong_pin() >= WRONG_PINS:
                raise _locked() from trouble
            note_key_trouble(self.session, seal, trouble)
            raise
        self.session.clear_wrong_pins()

    def _refuse_locked(self) -> None:
        if self.session.seal_desk_locked():
            self.close_key()
            raise _locked()

    def _seal(self, seal_id: str) -> Seal:
        found = next((one for one in self.session.seals() if one.seal_id == seal_id), None)
        if found is None:
            raise refusal("seal_unknown", seal_id=seal_id)
        return found


def _tell(out: IO[str], step: str) -> None:
    """A desk that is gone hears nothing any more; the press in hand is finished all the same."""
    with contextlib.suppress(OSError):
        write_line(out, {"step": step})


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


def _take_lists(home: Path) -> None:
    """Revocation lists that were dropped since: what is wrong with one never stops a press."""
    known = (*settings.seal_authorities(home), *settings.timestamp_authorities(home))
    try:
        read = list_reader(known, SystemClock().now())
        news = take_lists(settings.list_drop(home), home / "keys", read)
    except Outage as trouble:
        log.warning("no revocation list was taken in: %s", trouble)
        return
    for one in news:
        if one.trouble:
            log.warning("revocation list %s: %s", one.file, one.trouble)


def open_worker(hello: Mapping[str, Any]) -> Worker:
    """Everything the worker needs, from the desk's first message."""
    words.use(settings.translations(str(hello["language"])), str(hello["language"]))
    home = Path(str(hello["folder"]))
    session = _session(hello)
    _take_lists(home)
    url = settings.timestamp_server(home)
    paper = PaperPress(
        settings.seal_authorities(home),
        settings.timestamp_authorities(home),
        TimestampServer(url) if url else None,
        settings.revocation_lists(home),
        settings.verify_address(home),
    )
    return Worker(session, home, paper)


def answer(worker: Worker, message: Mapping[str, Any], out: IO[str]) -> dict[str, Any]:
    """What one message of the desk comes to. Raises Trouble."""
    if "press" in message:
        return worker.press(
            str(message["press"]), str(message["pin"]), out, str(message.get("seal") or "")
        )
    if "open" in message:
        return worker.open_key(str(message["open"]), str(message["pin"]))
    if "preflight" in message:
        return worker.preflight(str(message["preflight"]))
    if "change_pin" in message:
        return worker.change_pin(
            str(message["change_pin"]), str(message["old"]), str(message["new"])
        )
    return worker.close_key()


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
                with worker.turn:
                    told = answer(worker, message, outward)
                write_line(outward, told)
        except Trouble as trouble:
            write_line(outward, trouble_message(trouble))
        except Exception as error:
            log.exception("a press broke off")
            fault = Fault("seal_worker_fault", f"{type(error).__name__}")
            write_line(outward, trouble_message(fault))
        if worker is not None:
            worker.paper.make_ready()
    if worker is not None:
        worker.close_key()
        worker.paper.close()
        worker.session.close()


if __name__ == "__main__":
    keep_memory_private()
    serve(sys.stdin, sys.stdout)
