"""The quick, raw look at a signature: the hole in the file, its bytes, digest and RSA value.

Called first by ``verify_judge``. It only ever condemns: whatever it cannot read it leaves to the
full check. It needs no PDF parser, so a flipped byte is found in less than a millisecond.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from workbench.paper.cms_form import (
    attribute,
    embedded_token,
    names_certificate,
    signer_certificate,
)
from workbench.rules.seal_custody import SealSeen

_RANGE: Final = re.compile(
    rb"/ByteRange\s{0,9}\[\s{0,9}(\d{1,12})\s{1,9}(\d{1,12})\s{1,9}(\d{1,12})\s{1,9}(\d{1,12})\s{0,99}\]"
)
_UPPER: Final = re.compile(rb"[0-9A-F]+")
_LOWER: Final = re.compile(rb"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The one signature hole of a file, delimiters included; the rest is signed."""

    start: int
    end: int


def find_envelope(data: bytes) -> Envelope | None:
    """The hole, when the file has exactly one /ByteRange and it reaches from first to last byte."""
    found = list(_RANGE.finditer(data))
    if len(found) != 1:
        return None
    first, length, second, rest = (int(part) for part in found[0].groups())
    if first != 0 or not length < second or second + rest != len(data):
        return None
    return Envelope(length, second)


def signature_value(data: bytes, envelope: Envelope) -> bytes | None:
    """DER of the signature value, or None unless the hole is in canonical form.

    Canonical: ``<``, hex digits of one letter case, a DER value of exact length, zeros, ``>``.
    """
    hole = data[envelope.start : envelope.end]
    digits = hole[1:-1]
    if hole[:1] != b"<" or hole[-1:] != b">" or len(digits) % 2:
        return None
    if not (_UPPER.fullmatch(digits) or _LOWER.fullmatch(digits)):
        return None
    packed = bytes.fromhex(digits.decode("ascii"))
    length = _der_length(packed)
    if length is None or packed[length:].strip(b"\0"):
        return None
    return packed[:length]


def _der_length(packed: bytes) -> int | None:
    """Header and body of the first DER value; None unless its length is in the shortest form."""
    if len(packed) < 2 or packed[0] != 0x30:
        return None
    if packed[1] < 0x80:
        total = 2 + packed[1]
    else:
        count = packed[1] & 0x7F
        body = int.from_bytes(packed[2 : 2 + count])
        if not 1 <= count <= 4 or body < 0x80 or packed[2] == 0:
            return None
        total = 2 + count + body
    return total if total <= len(packed) else None


def quick_reason(data: bytes) -> str | None:
    """A reason why the single signature of this file is certainly broken, or None."""
    envelope = find_envelope(data)
    if envelope is None:
        return None
    value = signature_value(data, envelope)
    if value is None:
        hole = data[envelope.start : envelope.end]
        empty = not hole.strip(b"<>0")
        return "empty-signature" if empty else "contents-not-canonical"
    seen = hashlib.sha256(data[: envelope.start])
    seen.update(data[envelope.end :])
    try:
        return _cms_reason(value, seen.digest())
    except Exception:  # not a form that this quick look knows: the full check decides
        return None


def claimed_seal(data: bytes) -> SealSeen | None:
    """Whose seal a broken file claims to carry: for the reader's information, proves nothing."""
    envelope = find_envelope(data)
    value = None if envelope is None else signature_value(data, envelope)
    if value is None:
        return None
    try:
        info = cms.ContentInfo.load(value)["content"]
        certificate = signer_certificate(info)
        stamped = embedded_token(info["signer_infos"][0]) is not None
        return SealSeen(
            field="",
            signer=str(certificate.subject.native.get("common_name", "")),
            certificate_sha256=hashlib.sha256(bytes(certificate.dump())).hexdigest(),
            level="B-T" if stamped else "B-B",
        )
    except Exception:  # what cannot be read claims nothing
        return None


def _cms_reason(value: bytes, digest: bytes) -> str | None:
    info = cms.ContentInfo.load(value, strict=True)["content"]
    signer = info["signer_infos"][0]
    if signer["digest_algorithm"]["algorithm"].native != "sha256":
        return None
    attributes = signer["signed_attrs"]
    named = attribute(attributes, "message_digest")
    if named is None:
        return None
    if named.native != digest:
        return "digest-mismatch"
    certificate = signer_certificate(info)
    der = bytes(certificate.dump())
    if not _signature_holds(der, signer, attributes):
        return "signature-broken"
    pinned = attribute(attributes, "signing_certificate_v2")
    if pinned is None or pinned["certs"][0]["hash_algorithm"]["algorithm"].native != "sha256":
        return None
    return None if names_certificate(attributes, der) else "signature-broken"


def _signature_holds(certificate_der: bytes, signer: Any, attributes: Any) -> bool:
    """RSA PKCS#1 v1.5 with SHA-256 only; other kinds count as not yet disproved."""
    public = x509.load_der_x509_certificate(certificate_der).public_key()
    algorithm = signer["signature_algorithm"]["algorithm"].native
    if not isinstance(public, rsa.RSAPublicKey) or algorithm != "sha256_rsa":
        return True
    try:
        public.verify(
            signer["signature"].native,
            attributes.untag().dump(),
            padding.PKCS1v15(),
            hashes.SHA256(),
        )
    except InvalidSignature:
        return False
    return True
