"""Is this paper sealed, by us, and unchanged? One answer for one file (seal design 0.3, S059).

The command line, the seal worker and the desk ask here. The file is opened only in a child process
with limited time and memory; the register is asked here, so the child needs no database.
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from workbench.paper.child import plain_environment
from workbench.paper.sign import sha256_of
from workbench.rules.materials import LIMITS
from workbench.rules.moment import Moment, SystemClock, stamp
from workbench.rules.seal_custody import (
    LedgerLine,
    LedgerState,
    SealSeen,
    SealVerdict,
    Verification,
    reason_text,
)

#: Seconds for one file, start of the child included; megabytes of address space.
TIME_LIMIT: Final = 15.0
MEMORY_MB: Final = 3 * 1024
_NOTHING_TO_COMPARE: Final = (SealVerdict.NO_SEAL, SealVerdict.CANNOT_VERIFY)

RegisterLookup = Callable[[str], LedgerLine | None]


def verify_file(
    path: Path,
    trust_pems: Sequence[str],
    register_lookup: RegisterLookup | None = None,
    *,
    timestamp_pems: Sequence[str] = (),
    at: Moment | None = None,
    time_limit: float = TIME_LIMIT,
    ready: subprocess.Popen[bytes] | None = None,
) -> Verification:
    """Judges one file; ``ready`` is a child that :func:`start_child` started beforehand.

    ``trust_pems`` are PEM texts of the known seals' certificates or of their authority;
    ``timestamp_pems`` those of timestamp authorities. ``register_lookup`` finds a ledger line by
    the SHA-256 of the whole file; with it, only a RELEASED line lets the file be intact. ``at``
    (default: now) is the moment of reference for a signature without a timestamp; where the
    certificate has ended by then, the ledger's moment of release counts instead.
    Anything unexpected gives ``cannot-verify`` or ``invalid``, never an intact seal.
    """
    reason = _unfit(path)
    if reason:
        return _stopped(path, reason)
    moment = SystemClock().now() if at is None else at
    pems, stamps = tuple(trust_pems), tuple(timestamp_pems)
    line = None
    if register_lookup is not None:
        try:
            line = register_lookup(sha256_of(path))
        except OSError:
            return _stopped(path, "file-missing", compared=False)
    found = _ask_child(path, pems, stamps, moment, time_limit, ready)
    if found.reasons == ("certificate-not-valid",) and line is not None and line.released_at:
        # The certificate has ended since: the ledger proves that the seal was there before.
        found = _ask_child(path, pems, stamps, line.released_at, time_limit)
    if register_lookup is None or found.verdict in _NOTHING_TO_COMPARE:
        return found
    return compare_with_register(found, line)


def _unfit(path: Path) -> str:
    """Why the file is not even opened: a pipe would keep us waiting, a device never ends."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return "file-missing"
    if not stat.S_ISREG(found.st_mode):
        return "file-missing"
    return "too-much-memory" if found.st_size > LIMITS.max_bytes else ""


def compare_with_register(found: Verification, line: LedgerLine | None) -> Verification:
    """The ledger's word on a file: it can only lower a verdict, never raise it."""
    reason = _register_reason(found, line)
    verdict = found.verdict
    if verdict is SealVerdict.SEALED_INTACT and reason != "register-match":
        verdict = SealVerdict.INVALID
    reasons = (*found.reasons, reason) if verdict is found.verdict else (reason,)
    return Verification(found.file, verdict, reasons, found.seals, True, found.sha256)


def _register_reason(found: Verification, line: LedgerLine | None) -> str:
    if line is None:
        return "register-unknown"
    if line.state is LedgerState.VOID:
        return "register-void"
    if line.state is not LedgerState.RELEASED or line.sha256_after != found.sha256:
        return "register-differs"
    return "register-match"


def verification_json(found: Verification) -> dict[str, Any]:
    """What ``workbench verify --json`` prints for one file; plain types only."""
    return {
        "file": found.file,
        "verdict": found.verdict.value,
        "reasons": [reason_text(code) for code in found.reasons],
        "seals": [_seal_json(seal) for seal in found.seals],
        "compared_with_register": found.compared_with_register,
    }


def _seal_json(seal: SealSeen) -> dict[str, Any]:
    row = asdict(seal)
    row["timestamp"] = None if seal.timestamp is None else stamp(seal.timestamp)
    return row


def start_child() -> subprocess.Popen[bytes]:
    """A verifier's process that has loaded its libraries and waits for its one request.

    Loading costs more than judging, so the seal worker starts one before it is needed. Whoever
    starts one asks it or kills it.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "workbench.paper.verify_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=plain_environment(),
    )


def _ask_child(
    path: Path,
    seal_pems: tuple[str, ...],
    timestamp_pems: tuple[str, ...],
    at: Moment,
    time_limit: float,
    ready: subprocess.Popen[bytes] | None = None,
) -> Verification:
    request = {
        "path": str(path.absolute()),
        "seal_pems": seal_pems,
        "timestamp_pems": timestamp_pems,
        "at": at,
        "memory_mb": MEMORY_MB,
        "seconds": time_limit,
    }
    waiting = ready is not None and ready.poll() is None
    with ready if ready is not None and waiting else start_child() as child:
        try:
            said, _nothing = child.communicate(json.dumps(request).encode(), time_limit)
        except subprocess.TimeoutExpired:
            child.kill()
            return _stopped(path, "took-too-long")
    return _read_answer(path, said)


def _read_answer(path: Path, said: bytes) -> Verification:
    """A child that died or babbled is no verdict."""
    try:
        answer = json.loads(said)
        return Verification(
            file=str(path),
            verdict=SealVerdict(answer["verdict"]),
            reasons=tuple(str(reason) for reason in answer["reasons"]),
            seals=tuple(SealSeen(**seal) for seal in answer["seals"]),
            compared_with_register=False,
            sha256=str(answer["sha256"]),
        )
    except (ValueError, KeyError, TypeError):
        return _stopped(path, "checker-died")


def _stopped(path: Path, reason: str, compared: bool = False) -> Verification:
    return Verification(str(path), SealVerdict.CANNOT_VERIFY, (reason,), (), compared)
