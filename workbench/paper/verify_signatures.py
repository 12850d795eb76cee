"""Every signature of a PDF, looked at with pyHanko: intact, whole, unchanged, by whom, when.

Called by ``verify_judge``. Reasons only accumulate; an exception anywhere is a reason too. Whether
the whole file may be called intact is decided one floor up.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import ades_basic_validation, ades_with_time_validation
from pyhanko.sign.validation.pdf_embedded import read_certification_data
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from workbench.paper.cms_form import attribute, embedded_token, signer_certificate
from workbench.paper.verify_revocation import read_lists, revocation, stamper_revoked
from workbench.paper.verify_trust import Trust, context, issuers, policy, sha256_of_der
from workbench.rules.moment import SECOND, Moment, from_datetime, stamp
from workbench.rules.seal_custody import Check, SealSeen

# What pyHanko would log about a bad file is in the reasons; its log lines would repeat it.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_WHOLE: Final = SignatureCoverageLevel.ENTIRE_FILE
_REVISION: Final = SignatureCoverageLevel.ENTIRE_REVISION


@dataclass(slots=True)
class Look:
    """What was found out about one signature. ``strict`` are demands on our own seals only.

    ``known``: the certificate is a known seal's. ``kin``: it is not, but a known authority issued
    it. ``told`` answers the questions of trust for both.
    """

    seen: SealSeen
    document_timestamp: bool
    known: bool = False
    kin: bool = False
    value: bytes = b""
    reasons: list[str] = field(default_factory=list)
    strict: list[str] = field(default_factory=list)
    told: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """``at``: when a signature without a timestamp counts as made. ``proven``: the register says
    so. ``latest``: what lies after it has not been yet, a slow clock allowed for."""

    at: datetime
    latest: datetime
    proven: bool

    @classmethod
    def of(cls, at: Moment, now: Moment, proven: bool) -> Times:
        """Both in microseconds; a clock may be five minutes slow."""
        latest = max(at, now) + 300 * SECOND
        used, last = (datetime.fromtimestamp(one / SECOND, tz=UTC) for one in (at, latest))
        return cls(used, last, proven)


def look_at_all(data: bytes, trust: Trust, times: Times) -> list[Look]:
    """One Look for each signature, oldest first; a signature in two fields is two Looks with one
    ``value``. Raises whatever pyHanko raises on a broken structure."""
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    filled = [
        EmbeddedPdfSignature(reader, node, name)
        for name, _value, node in enumerate_sig_fields(reader, filled_status=True)
    ]
    names = {str(one.field_name) for one in filled}
    stamped = any(one.sig_object_type == "/DocTimeStamp" for one in filled)
    kept = stamped or "/DSS" in reader.root
    looks = [_look(one, trust, times, names, kept) for one in filled]
    strict = _certification_reasons(reader, filled)
    for look in looks:
        look.strict.extend(strict)
    return looks


def _certification_reasons(reader: PdfFileReader, filled: list[Any]) -> list[str]:
    """The demand that the file is certified once with P=1 and carries nothing else."""
    if len(filled) != 1:
        return ["several-signatures"]
    mark = read_certification_data(reader)
    certified = mark is not None and mark.permission is MDPPerm.NO_CHANGES
    if not certified or filled[0].docmdp_level is not MDPPerm.NO_CHANGES:
        return ["not-certified-p1"]
    return []


def _look(one: Any, trust: Trust, times: Times, names: set[str], kept: bool) -> Look:
    """Runs every check on one signature. ``kept``: the file carries validation data."""
    is_timestamp = one.sig_object_type == "/DocTimeStamp"
    signer = signer_certificate(one.signed_data)
    der = bytes(signer.dump())
    token = None if is_timestamp else embedded_token(one.signer_info)
    stampers = context(trust.timestamps, times.at)
    if is_timestamp:
        status: Any = asyncio.run(async_validate_pdf_timestamp(one, stampers))
    else:
        seals = context(trust.roots_for(signer), times.at)
        status = asyncio.run(async_validate_pdf_signature(one, seals, stampers))
    whole = status.coverage is _WHOLE
    seen = SealSeen(
        field=str(one.field_name),
        signer=str(signer.subject.native.get("common_name", signer.subject.human_friendly)),
        certificate_sha256=sha256_of_der(der),
        level=_level(is_timestamp, token, whole and "/DSS" in one.reader.root),
        timestamp=_token_moment(token),
    )
    look = Look(seen, is_timestamp, value=bytes(one.pkcs7_content).rstrip(b"\0"))
    look.known = not is_timestamp and trust.knows(der)
    look.kin = not is_timestamp and not look.known and bool(trust.issuers_of(der))
    look.reasons.extend(_integrity_reasons(status, names, kept))
    if not whole:
        look.strict.append("coverage")
    if look.known or look.kin:
        look.told = tuple(_trust_checks(one, status, token, trust, times))
        look.reasons.extend(check.reason for check in look.told if check.passed is False)
    return look


def _level(is_timestamp: bool, token: Any | None, with_data: bool) -> str:
    """B-LT where the validation data stand in the signed revision, with a timestamp."""
    if is_timestamp:
        return "DocTimeStamp"
    if token is None:
        return "B-B"
    return "B-LT" if with_data else "B-T"


def _integrity_reasons(status: Any, names: set[str], kept: bool) -> list[str]:
    """Reasons that hold for anybody's signature."""
    reasons = []
    if not status.intact:
        reasons.append("digest-mismatch")
    elif not status.valid:
        reasons.append("signature-broken")
    if status.coverage not in (_WHOLE, _REVISION):
        reasons.append("coverage")
    elif status.coverage is _REVISION and not _allowed_update(status, names, kept):
        reasons.append("changed-after-signing")
    if getattr(status, "docmdp_ok", True) is False:
        reasons.append("changed-after-signing")
    stamp = getattr(status, "timestamp_validity", None)
    if stamp is not None and not (stamp.intact and stamp.valid):
        reasons.append("timestamp-broken")
    return reasons


def _allowed_update(status: Any, names: set[str], kept: bool) -> bool:
    """What may follow a signature: validation data, timestamps, more signatures, nothing else.

    "No change" after a shorter revision means bytes that mean nothing yet: they are refused, and
    so is a filled form value, which pyHanko by itself lets pass. It also takes objects that nothing
    refers to for validation data: where the file has none (not ``kept``), they are refused.
    """
    result = status.diff_result
    if not isinstance(result, DiffResult):
        return False
    if result.modification_level is ModificationLevel.LTA_UPDATES:
        return kept
    filling = result.modification_level is ModificationLevel.FORM_FILLING
    return filling and set(result.changed_form_fields) <= names


def _trust_checks(
    one: Any, status: Any, token: Any | None, trust: Trust, times: Times
) -> list[Check]:
    """Time, certificate and revocation, for a known signer; ends with the first that fails."""
    signer = signer_certificate(one.signed_data)
    lists = (*trust.lists, *_lists_inside(one, status))
    used, proven, told = times.at, times.proven, [Check("timestamp", None, "no-timestamp")]
    if token is not None:
        validity = status.timestamp_validity
        reason = _token_reason(one, validity, token, trust, times, lists)
        if reason:
            return [Check("timestamp", False, reason)]
        used, proven = validity.timestamp, True
        told = [Check("timestamp", True, "timestamp-good", stamp(from_datetime(used)))]
    if not _valid_then(one, signer, token, trust, times.at, used):
        return [*told, Check("certificate", False, "certificate-not-valid")]
    told.append(Check("certificate", True, "certificate-valid", stamp(from_datetime(used))))
    issued_by = trust.issuers_of(bytes(signer.dump()))
    found = revocation(signer, issued_by, lists, used, proven=proven, latest=times.latest)
    return [*told, found]


def _valid_then(
    one: Any, signer: Any, token: Any | None, trust: Trust, at: datetime, used: datetime
) -> bool:
    """AdES, with time where there is one: was the certificate valid when it was used?"""
    # The AdES engine lets an expired certificate pass when there is a timestamp of any date, and
    # asks no date at all of a certificate that is its own root.
    if not signer.not_valid_before <= used <= signer.not_valid_after:
        return False
    spec = SignatureValidationSpec(
        cert_validation_policy=policy(trust.roots_for(signer)),
        ts_cert_validation_policy=policy(trust.timestamps),
    )
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True)
    check: Any = ades_basic_validation if token is None else ades_with_time_validation
    result = asyncio.run(
        check(one.signed_data, spec, timing_info=timing, raw_digest=one.compute_digest())
    )
    return isinstance(result.ades_subindic, AdESPassed)


def _token_reason(
    one: Any, validity: Any, token: Any, trust: Trust, times: Times, lists: tuple[Any, ...]
) -> str:
    """What is wrong with the timestamp, or nothing: it must be of this very signature value."""
    if validity is None or not _token_names_its_certificate(token) or not _is_over(one, token):
        return "timestamp-broken"
    if validity.timestamp > times.latest:
        return "timestamp-future"
    if not validity.trusted:
        return "timestamp-unknown"
    stamper = signer_certificate(token["content"])
    issued_by = issuers(bytes(stamper.dump()), trust.timestamps)
    if stamper_revoked(stamper, issued_by, lists, validity.timestamp):
        return "timestamp-revoked"
    return ""


def _is_over(one: Any, token: Any) -> bool:
    """Whether the token's imprint is SHA-256 of this signature: else it is another file's."""
    imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        return False
    value = hashlib.sha256(one.signer_info["signature"].native).digest()
    return bool(imprint["hashed_message"].native == value)


def _lists_inside(one: Any, status: Any) -> tuple[Any, ...]:
    """The revocation lists that were sealed in with the file (B-LT): of its own revision only."""
    root = one.reader.root
    if status.coverage is not _WHOLE or "/DSS" not in root or "/CRLs" not in root["/DSS"]:
        return ()
    return read_lists(part.get_object().data for part in root["/DSS"]["/CRLs"])


def _token_names_its_certificate(token: Any) -> bool:
    """RFC 3161: the token's signed attributes hold a hash of the authority's certificate."""
    data = token["content"]
    der = bytes(signer_certificate(data).dump())
    attributes = data["signer_infos"][0]["signed_attrs"]
    newer = attribute(attributes, "signing_certificate_v2")
    if newer is not None:
        named = newer["certs"][0]
        algorithm = named["hash_algorithm"]["algorithm"].native
        return bool(hashlib.new(algorithm, der).digest() == named["cert_hash"].native)
    older = attribute(attributes, "signing_certificate")
    if older is None:
        return False
    digest = hashlib.sha1(der, usedforsecurity=False).digest()
    return bool(older["certs"][0]["cert_hash"].native == digest)


def _token_moment(token: Any | None) -> int | None:
    if token is None:
        return None
    content = token["content"]["encap_content_info"]["content"].parsed
    return from_datetime(content["gen_time"].native)
