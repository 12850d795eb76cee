"""Is this paper sealed, by us, and unchanged? One answer for one file (seal design 0.3, S059).

The command line, the seal worker and the desk ask here. The file is opened only in a child process
with limited time and memory; the register is asked here, so the child needs no database.
"""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from workbench.paper.sign import sha256_of
from workbench.paper.verifier import Verifier
from workbench.rules.materials import LIMITS
from workbench.rules.moment import Moment, SystemClock, stamp
from workbench.rules.seal_checks import CHECKS, all_checks, check_text, reason_text
from workbench.rules.seal_custody import (
    Check,
    LedgerLine,
    LedgerState,
    SealSeen,
    SealVerdict,
    Verification,
)
from workbench.rules.words import _

#: Seconds for one file, start of the child included; megabytes of address space.
TIME_LIMIT: Final = 15.0
MEMORY_MB: Final = 3 * 1024
_NOTHING_TO_COMPARE: Final = (SealVerdict.NO_SEAL, SealVerdict.CANNOT_VERIFY)
_ENDED_SINCE: Final = (("certificate-not-valid",), ("certificate-revoked",))

RegisterLookup = Callable[[str], LedgerLine | None]


def verify_file(
    path: Path,
    trust_pems: Sequence[str],
    register_lookup: RegisterLookup | None = None,
    *,
    timestamp_pems: Sequence[str] = (),
    pins: Iterable[str] = (),
    revocation_lists: Sequence[bytes] = (),
    at: Moment | None = None,
    time_limit: float = TIME_LIMIT,
    ready: Verifier | None = None,
) -> Verification:
    """Judges one file, in a process of its own or in one that is ``ready``.

    One that is ready has judged other files: it is for files that we have just made ourselves.

    ``trust_pems`` are PEM texts of the known seals' certificates and of their authorities: a seal
    is known by its own, never by its authority's. ``pins`` are SHA-256 of further certificates of
    seals, as the register has them. ``timestamp_pems`` are those of timestamp authorities,
    ``revocation_lists`` DER or PEM. ``register_lookup`` finds a ledger line by the SHA-256 of the
    whole file; with it, only a RELEASED line lets the file be intact. ``at`` (default: now) is the
    moment of reference for a signature without a timestamp; where the certificate has ended or was
    revoked by then, the ledger's moment of release counts instead.
    Anything unexpected gives ``cannot-verify`` or ``invalid``, never an intact seal.
    """
    reason = _unfit(path)
    if reason:
        return _stopped(path, reason)
    request = {
        "path": str(path.absolute()),
        "seal_pems": tuple(trust_pems),
        "timestamp_pems": tuple(timestamp_pems),
        "pins": tuple(pins),
        "lists": [base64.b64encode(one).decode() for one in revocation_lists],
        "at": SystemClock().now() if at is None else at,
        "proven": False,
        "memory_mb": MEMORY_MB,
        "seconds": time_limit,
    }
    line = None
    if register_lookup is not None:
        try:
            line = register_lookup(sha256_of(path))
        except OSError:
            return _stopped(path, "file-missing", compared=False)
    found = _ask_child(path, request, ready)
    if found.reasons in _ENDED_SINCE and line is not None and line.released_at:
        # Ended or revoked since: the ledger proves that the seal was there before.
        proved = {**request, "at": line.released_at, "proven": True}
        found = _ask_child(path, proved, ready)
    if register_lookup is None or found.verdict in _NOTHING_TO_COMPARE:
        return _with_register(found, None, register_lookup is not None)
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
    answered = _with_register(found, Check("register", False, reason), True)
    if line is not None and reason == "register-match":
        serial = f"{line.serial}, {stamp(line.released_at or line.reserved_at)}"
        answered = _with_register(found, Check("register", True, "register-has-it", serial), True)
    return replace(answered, verdict=verdict, reasons=reasons, compared_with_register=True)


def _with_register(found: Verification, said: Check | None, asked: bool) -> Verification:
    """The same, with the register's answer, or why there is none."""
    none = Check("register", None, "register-no-seal" if asked else "register-not-asked")
    others = tuple(check for check in found.checks if check.name != "register")
    return replace(found, checks=(*others, said or none))


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
        "checks": [_check_json(check) for check in found.checks],
    }


def _check_json(check: Check) -> dict[str, Any]:
    """``passed`` is null where the question could not or need not be asked."""
    return {
        "check": check.name,
        "question": _(CHECKS[check.name]),
        "passed": check.passed,
        "reason": check_text(check),
    }


def _seal_json(seal: SealSeen) -> dict[str, Any]:
    row = asdict(seal)
    row["timestamp"] = None if seal.timestamp is None else stamp(seal.timestamp)
    return row


def _ask_child(path: Path, request: dict[str, Any], ready: Verifier | None) -> Verification:
    try:
        if ready is not None and ready.alive:
            said = ready.ask(request, request["seconds"])
            if said:  # else it had died of something before: a fresh one decides
                return _read_answer(path, said)
        with Verifier() as fresh:
            return _read_answer(path, fresh.ask(request, request["seconds"]))
    except TimeoutError:
        return _stopped(path, "took-too-long")


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
            checks=tuple(Check(**check) for check in answer["checks"]),
        )
    except (ValueError, KeyError, TypeError):
        return _stopped(path, "checker-died")


def _stopped(path: Path, reason: str, compared: bool = False) -> Verification:
    checks = all_checks((), (reason,))
    return Verification(
        str(path), SealVerdict.CANNOT_VERIFY, (reason,), (), compared, checks=checks
    )
