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
from datetime import datetime
from typing import Any, Final

from asn1crypto import pem, x509  # type: ignore[import-untyped]
from cryptography import x509 as certificates
from cryptography.exceptions import InvalidSignature
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
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from workbench.paper.cms_form import attribute, embedded_token, signer_certificate
from workbench.rules.moment import from_datetime
from workbench.rules.seal_custody import SealSeen

# What pyHanko would log about a bad file is in the reasons; its log lines would repeat it.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_WHOLE: Final = SignatureCoverageLevel.ENTIRE_FILE
_REVISION: Final = SignatureCoverageLevel.ENTIRE_REVISION


@dataclass(slots=True)
class Look:
    """What was found out about one signature. ``strict`` are demands on our own seals only."""

    seen: SealSeen
    document_timestamp: bool
    known: bool = False
    value: bytes = b""
    reasons: list[str] = field(default_factory=list)
    strict: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates of known seals or of the authorities that issued them, and of timestampers."""

    seals: tuple[Any, ...]
    timestamps: tuple[Any, ...]


def trust_of(seal_pems: tuple[str, ...], timestamp_pems: tuple[str, ...]) -> Trust:
    """Reads PEM texts; each may hold several certificates. ValueError for anything else."""
    return Trust(_certificates(seal_pems), _certificates((*seal_pems, *timestamp_pems)))


def _certificates(texts: tuple[str, ...]) -> tuple[Any, ...]:
    found = []
    for text in texts:
        for _kind, _headers, der in pem.unarmor(text.encode(), multiple=True):
            found.append(x509.Certificate.load(der, strict=True))
    return tuple(found)


def look_at_all(data: bytes, trust: Trust, at: datetime) -> list[Look]:
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
    looks = [_look(one, trust, at, names, kept) for one in filled]
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


def _look(one: Any, trust: Trust, at: datetime, names: set[str], kept: bool) -> Look:
    """Runs every check on one signature. ``kept``: the file carries validation data."""
    is_timestamp = one.sig_object_type == "/DocTimeStamp"
    signer = signer_certificate(one.signed_data)
    der = bytes(signer.dump())
    token = None if is_timestamp else embedded_token(one.signer_info)
    seen = SealSeen(
        field=str(one.field_name),
        signer=str(signer.subject.native.get("common_name", signer.subject.human_friendly)),
        certificate_sha256=hashlib.sha256(der).hexdigest(),
        level="DocTimeStamp" if is_timestamp else "B-T" if token is not None else "B-B",
        timestamp=_token_moment(token),
    )
    look = Look(seen, is_timestamp, value=bytes(one.pkcs7_content).rstrip(b"\0"))
    look.known = not is_timestamp and _is_known(der, trust.seals)
    context = _context(trust.timestamps, at)
    if is_timestamp:
        status: Any = asyncio.run(async_validate_pdf_timestamp(one, context))
    else:
        status = asyncio.run(async_validate_pdf_signature(one, _context(trust.seals, at), context))
    look.reasons.extend(_integrity_reasons(status, names, kept))
    if status.coverage is not _WHOLE:
        look.strict.append("coverage")
    if look.known:
        look.reasons.extend(_trust_reasons(one, status, token, trust, at))
    return look


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


def _trust_reasons(
    one: Any, status: Any, token: Any | None, trust: Trust, at: datetime
) -> list[str]:
    """AdES for a known signer, with time where there is one: was the certificate valid then?"""
    if token is not None:
        stamp = status.timestamp_validity
        if stamp is None or not _token_names_its_certificate(token):
            return ["timestamp-broken"]
        if not stamp.trusted:
            return ["timestamp-unknown"]
        signer = signer_certificate(one.signed_data)
        # The AdES engine lets an expired certificate pass when there is a timestamp of any date.
        if not signer.not_valid_before <= stamp.timestamp <= signer.not_valid_after:
            return ["certificate-not-valid"]
    spec = SignatureValidationSpec(
        cert_validation_policy=_policy(trust.seals),
        ts_cert_validation_policy=_policy(trust.timestamps),
    )
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True)
    check: Any = ades_basic_validation if token is None else ades_with_time_validation
    result = asyncio.run(
        check(one.signed_data, spec, timing_info=timing, raw_digest=one.compute_digest())
    )
    return [] if isinstance(result.ades_subindic, AdESPassed) else ["certificate-not-valid"]


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


def _is_known(der: bytes, known: tuple[Any, ...]) -> bool:
    """Pinned itself, or issued by a pinned authority (its signature on the certificate holds)."""
    certificate = certificates.load_der_x509_certificate(der)
    for root in known:
        root_der = bytes(root.dump())
        if root_der == der:
            return True
        if not root.ca:
            continue  # a pinned seal is itself and nobody else: it vouches for no other
        try:
            certificate.verify_directly_issued_by(certificates.load_der_x509_certificate(root_der))
        except (ValueError, TypeError, InvalidSignature):
            continue  # not by this one
        return True
    return False


def _context(roots: tuple[Any, ...], at: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(roots),
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=at,
        best_signature_time=at,
    )


def _policy(roots: tuple[Any, ...]) -> CertValidationPolicySpec:
    # No revocation lists are asked: a lost seal is known to the register, which has the last word.
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(roots)),
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
    )
