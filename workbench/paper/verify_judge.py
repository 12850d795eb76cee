"""From the bytes of one file to one word: the strict verdict of seal design 0.3.

``verify`` runs this in a child process; the seal worker calls it in its own, on files that it has
just made. Whatever goes wrong, the answer is never green.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from workbench.paper.cms_form import is_our_form
from workbench.paper.verify_envelope import (
    claimed_seal,
    find_envelope,
    quick_reason,
    signature_value,
)
from workbench.paper.verify_ofd import looks_like_zip, ofd_seals
from workbench.paper.verify_signatures import Look, Trust, look_at_all, trust_of
from workbench.rules.moment import SECOND, Moment
from workbench.rules.seal_custody import SealSeen, SealVerdict

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
_CANNOT: Final = frozenset({"timestamp-unknown"})
_TRACES: Final = re.compile(rb"/ByteRange|/Type\s{0,9}/Sig\b|/DocTimeStamp|/adbe\.pkcs7|/ETSI\.")


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdict without the register, and the SHA-256 of exactly the bytes that were judged."""

    verdict: SealVerdict
    reasons: tuple[str, ...]
    seals: tuple[SealSeen, ...]
    sha256: str


def judge(
    data: bytes, seal_pems: tuple[str, ...], timestamp_pems: tuple[str, ...], at: Moment
) -> Finding:
    """Judges one file. ``at`` is the moment of reference for a signature without timestamp.

    Raises ValueError only for a trust PEM that cannot be read.
    """
    trust = trust_of(seal_pems, timestamp_pems)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        verdict, reasons, seals = _judged(data, trust, at)
    except MemoryError:
        raise
    except Exception:  # seal design section 6 (a): whatever breaks the reader is no valid seal
        verdict, reasons, seals = _unreadable(data)
    return Finding(verdict, tuple(dict.fromkeys(reasons)), tuple(seals), sha256)


Answer = tuple[SealVerdict, list[str], list[SealSeen]]


def _judged(data: bytes, trust: Trust, at: Moment) -> Answer:
    if looks_like_zip(data):
        return _ofd(data)
    if b"%PDF-" not in data[:1024]:
        return SealVerdict.CANNOT_VERIFY, ["not-a-pdf"], []
    reason = quick_reason(data)
    if reason is not None:
        claimed = claimed_seal(data)
        return _worst([reason]), [reason], [claimed] if claimed is not None else []
    reference = datetime.fromtimestamp(at / SECOND, tz=UTC)
    return _all_looks(data, look_at_all(data, trust, reference))


def _unreadable(data: bytes) -> Answer:
    """A structure that breaks the reader: invalid if there is any trace of a signature."""
    if _TRACES.search(data):
        return SealVerdict.INVALID, ["structure-broken"], []
    if b"/Encrypt" in data:
        return SealVerdict.CANNOT_VERIFY, ["encrypted"], []
    return SealVerdict.CANNOT_VERIFY, ["file-damaged"], []


def _all_looks(data: bytes, looks: list[Look]) -> Answer:
    seals = [look.seen for look in looks]
    if not [look for look in looks if not look.document_timestamp]:
        if looks or b"/ByteRange" in data:
            return SealVerdict.INVALID, ["structure-broken"], seals
        return SealVerdict.NO_SEAL, ["no-signature"], seals
    reasons = [reason for look in looks for reason in look.reasons]
    known = any(look.known for look in looks)
    if known:
        reasons += [reason for look in looks for reason in look.strict]
        reasons += _form_reasons(data)
    if reasons:
        return _worst(reasons), reasons, seals
    if known:
        return SealVerdict.SEALED_INTACT, ["all-checks-passed"], seals
    return SealVerdict.SEALED_UNKNOWN_SIGNER, ["signer-unknown"], seals


def _form_reasons(data: bytes) -> list[str]:
    """Demands on the bytes of our own seals, outside what the signature itself covers."""
    envelope = find_envelope(data)
    if envelope is None:
        return ["coverage"]
    value = signature_value(data, envelope)
    if value is None:
        return ["contents-not-canonical"]
    return [] if is_our_form(value) else ["cms-not-canonical"]


def _worst(reasons: list[str]) -> SealVerdict:
    if any(reason in _MODIFIED for reason in reasons):
        return SealVerdict.MODIFIED
    if all(reason in _CANNOT for reason in reasons):
        return SealVerdict.CANNOT_VERIFY
    return SealVerdict.INVALID


def _ofd(data: bytes) -> Answer:
    count = ofd_seals(data)
    if count is None:
        return SealVerdict.CANNOT_VERIFY, ["not-a-pdf"], []
    if count == 0:
        return SealVerdict.NO_SEAL, ["no-signature"], []
    seen = [SealSeen(f"OFD {n + 1}", "", "", "GB/T 38540") for n in range(count)]
    return SealVerdict.CANNOT_VERIFY, ["ofd-seal"], seen
