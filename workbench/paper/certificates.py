"""Certificates in PEM files, read and chosen for a key. Called by ``keys`` and ``commands``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from workbench.rules.moment import Moment, from_datetime
from workbench.rules.refusals import Outage
from workbench.rules.words import _

_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL
)
_TRUST_BYTES: Final = 1_000_000


def only_certificates(path: Path) -> str:
    """The certificates of a PEM file, as PEM, without keys and remarks that stand beside them.

    ValueError where there is none, one is damaged, or the file has over a megabyte.
    """
    with path.open("rb") as file:
        found = _CERTIFICATE.findall(file.read(_TRUST_BYTES))
    if not found:
        raise ValueError("no certificate")
    return "".join(
        x509.load_pem_x509_certificate(one).public_bytes(serialization.Encoding.PEM).decode()
        for one in found
    )


def certificates_beside(keys_folder: Path, seal_id: str) -> tuple[bytes, ...]:
    """DER of the certificates in ``<seal_id>*.pem`` of the folder of keys, damaged ones left out.

    Other seals whose number begins alike may be among them: the caller knows which one it wants.
    """
    found: list[bytes] = []
    beginning = sorted(one for one in keys_folder.glob("*.pem") if one.name.startswith(seal_id))
    for path in beginning:
        try:
            certificates = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            continue
        found += [one.public_bytes(serialization.Encoding.DER) for one in certificates]
    return tuple(found)


def fitting_certificate(
    known: Iterable[bytes], sha256: str, public: rsa.RSAPublicKey
) -> bytes | None:
    """The certificate with that SHA-256, if it is one of this public key; None where none is."""
    for der in known:
        if hashlib.sha256(der).hexdigest() == sha256:
            certificate = x509.load_der_x509_certificate(der)
            return der if certificate.public_key() == public else None
    return None


@dataclass(frozen=True, slots=True)
class SeenCertificate:
    """What a person is told of a certificate; ``sha256`` as the register names it."""

    subject: str
    valid_from: Moment
    valid_to: Moment
    bits: int
    sha256: str


def seen_certificates(path: Path) -> tuple[SeenCertificate, ...]:
    """Those of a PEM file. Outage ``certificate_damaged``, naming it."""
    try:
        return seen_in(path.read_bytes())
    except (OSError, ValueError) as trouble:
        raise Outage(
            "certificate_damaged",
            _("The certificate {name} cannot be read.").format(name=path.name),
            _("Bring it back from a backup, or install it again."),
        ) from trouble


def seen_in(pem: bytes) -> tuple[SeenCertificate, ...]:
    """Those of a text in PEM form. ValueError where there is none, or one is damaged."""
    return tuple(
        SeenCertificate(
            ", ".join(str(part.value) for part in one.subject),
            from_datetime(one.not_valid_before_utc),
            from_datetime(one.not_valid_after_utc),
            getattr(one.public_key(), "key_size", 0),
            one.fingerprint(hashes.SHA256()).hex(),
        )
        for one in x509.load_pem_x509_certificates(pem)
    )
