"""From the bytes of one file to one word: the strict verdict of seal design 0.3.

Runs in the verifier's own process (``verify_child``), which ``verify`` starts and limits. Whatever
goes wrong, the answer is never green, and never "no seal" where there is a trace of a signature.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from workbench.paper.cms_form import is_our_form
from workbench.paper.verify_envelope import (
    claimed_seal,
    find_envelope,
    quick_reason,
    signature_value,
)
from workbench.paper.verify_ofd import looks_like_zip, ofd_seals
from workbench.paper.verify_signatures import Look, Times, look_at_all
from workbench.paper.verify_trust import Trust, trust_of
from workbench.rules.moment import Moment, SystemClock
from workbench.rules.seal_checks import PASSES, all_checks
from workbench.rules.seal_custody import Check, SealSeen, SealVerdict

_MODIFIED: Final = frozenset(
    {
        "digest-mismatch",
        "coverage",
        "changed-after-signing",
        "contents-not-canonical",
        "cms-not-canonical",
        "several-signatures",
    }
)
_CANNOT: Final = frozenset({"timestamp-unknown", "timestamp-revoked"})
_TRACES: Final = re.compile(rb"/ByteRange|/Type\s{0,9}/Sig\b|/DocTimeStamp|/adbe\.pkcs7|/ETSI\.")
_READ: Final = Check("structure", True, PASSES["structure"])


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdict without the register, and the SHA-256 of exactly the bytes that were judged.

    ``checks`` are all of ``rules.seal_checks.CHECKS``; that of the register is still open.
    """

    verdict: SealVerdict
    reasons: tuple[str, ...]
    seals: tuple[SealSeen, ...]
    sha256: str
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which judging ends. ``known`` are the answers given, faults left out."""

    verdict: SealVerdict
    reasons: list[str]
    seals: list[SealSeen]
    known: tuple[Check, ...] = ()
    faults: tuple[str, ...] | None = None

    def finding(self, sha256: str) -> Finding:
        """With every check, and every reason once."""
        faults = self.reasons if self.faults is None else self.faults
        return Finding(
            self.verdict, tuple(dict.fromkeys(self.reasons)), tuple(self.seals), sha256,
            all_checks(self.known, faults),
        )  # fmt: skip


def judge(
    data: bytes,
    seal_pems: Iterable[str],
    timestamp_pems: Iterable[str],
    at: Moment,
    *,
    pins: Iterable[str] = (),
    lists: Iterable[bytes] = (),
    proven: bool = False,
) -> Finding:
    """Judges one file. ``at`` is the moment of reference for a signature without timestamp;
    ``proven`` says that the register vouches for it.

    ``seal_pems`` hold certificates of seals, which are known, and of authorities, which build
    chains only. ``pins`` are SHA-256 of further seals' certificates, ``lists`` revocation lists,
    DER or PEM. Raises ValueError only for a trust PEM that cannot be read.
    """
    trust = trust_of(seal_pems, timestamp_pems, pins, lists)
    times = Times.of(at, SystemClock().now(), proven)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        answer = _judged(data, trust, times)
    except MemoryError:
        raise
    except Exception:  # seal design section 6 (a): whatever breaks the reader is no valid seal
        answer = _unreadable(data)
    return answer.finding(sha256)


def _judged(data: bytes, trust: Trust, times: Times) -> Answer:
    if looks_like_zip(data):
        return _ofd(data)
    if b"%PDF-" not in data[:1024]:
        return Answer(SealVerdict.CANNOT_VERIFY, ["not-a-pdf"], [])
    reason = quick_reason(data)
    if reason is not None:
        claimed = claimed_seal(data)
        return Answer(_worst([reason]), [reason], [claimed] if claimed is not None else [])
    return _all_looks(data, look_at_all(data, trust, times))


def _unreadable(data: bytes) -> Answer:
    """A structure that breaks the reader: invalid if there is any trace of a signature."""
    if _TRACES.search(data):
        return Answer(SealVerdict.INVALID, ["structure-broken"], [])
    if b"/Encrypt" in data:
        return Answer(SealVerdict.CANNOT_VERIFY, ["encrypted"], [])
    return Answer(SealVerdict.CANNOT_VERIFY, ["file-damaged"], [])


def _all_looks(data: bytes, looks: list[Look]) -> Answer:
    seals = [look.seen for look in looks]
    if not [look for look in looks if not look.document_timestamp]:
        if looks or b"/ByteRange" in data or _signature_inside(data):
            return Answer(SealVerdict.INVALID, ["structure-broken"], seals)
        return Answer(SealVerdict.NO_SEAL, ["no-signature"], seals, (_READ,))
    reasons = [reason for look in looks for reason in look.reasons]
    strict = [reason for look in looks for reason in look.strict] + _form_reasons(data)
    known, kin = (any(getattr(look, name) for look in looks) for name in ("known", "kin"))
    if known or kin:
        reasons += strict
    answers = _answers(looks, strict, known)
    if reasons:
        return Answer(_worst(reasons), reasons, seals, answers)
    if known:
        return Answer(SealVerdict.SEALED_INTACT, ["all-checks-passed"], seals, answers, ())
    stranger = "signer-of-known-authority" if kin else "signer-unknown"
    return Answer(SealVerdict.SEALED_UNKNOWN_SIGNER, [stranger], seals, answers)


def _answers(looks: list[Look], strict: list[str], known: bool) -> tuple[Check, ...]:
    """What the looks tell, faults aside. Nobody demands our form of a stranger's signature."""
    missing = {check.name for check in all_checks((), strict) if check.passed is False}
    told = {name: Check(name, True, code) for name, code in PASSES.items() if name not in missing}
    if "whole-file" in missing:
        told.pop("form", None)  # there is no one hole whose form could be looked at
    if not known and not any(look.kin for look in looks):
        for name in (*missing, "certificate", "revocation", "timestamp"):
            told[name] = Check(name, None, "own-seals-only")
    told |= {check.name: check for look in looks for check in look.told}
    return tuple(check for check in told.values() if known or check.name != "signer")


def _form_reasons(data: bytes) -> list[str]:
    """Demands on the bytes of our own seals, outside what the signature itself covers."""
    envelope = find_envelope(data)
    if envelope is None:
        return ["coverage"]
    value = signature_value(data, envelope)
    if value is None:
        return ["contents-not-canonical"]
    try:
        ours = is_our_form(value)
    except (ValueError, TypeError, KeyError):
        ours = False  # a stranger's may be whole in another form
    return [] if ours else ["cms-not-canonical"]


def _signature_inside(data: bytes) -> bool:
    """Whether any object, packed or not and used or not, is a signature."""
    import pikepdf  # a tenth of the verifier's start, and only unsealed files come here

    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
        return any(
            isinstance(thing, pikepdf.Dictionary)
            and ("/ByteRange" in thing or str(thing.get("/Type")) in ("/Sig", "/DocTimeStamp"))
            for thing in document.objects
        )


def _worst(reasons: list[str]) -> SealVerdict:
    if any(reason in _MODIFIED for reason in reasons):
        return SealVerdict.MODIFIED
    if all(reason in _CANNOT for reason in reasons):
        return SealVerdict.CANNOT_VERIFY
    return SealVerdict.INVALID


def _ofd(data: bytes) -> Answer:
    count = ofd_seals(data)
    if count is None:
        return Answer(SealVerdict.CANNOT_VERIFY, ["not-a-pdf"], [])
    if count == 0:
        return Answer(SealVerdict.NO_SEAL, ["no-signature"], [], (_READ,))
    seen = [SealSeen(f"OFD {n + 1}", "", "", "GB/T 38540") for n in range(count)]
    return Answer(SealVerdict.CANNOT_VERIFY, ["ofd-seal"], seen)
