"""Whom a verification knows: the certificates of seals, of authorities and of timestampers.

A seal is known by its own certificate only: one that was given, or whose SHA-256 the register
names. An authority builds chains and signs revocation lists; it vouches for no seal, because it
issues certificates to other seals too (decision note 026). Called by ``verify_signatures``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509  # type: ignore[import-untyped]
from cryptography import x509 as certificates
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from workbench.paper.verify_revocation import RevocationList, read_lists


@dataclass(frozen=True, slots=True)
class Trust:
    """``pins`` are SHA-256 of known seals' certificates; ``timestamps`` hold all authorities, for
    one may issue both. ``lists`` are revocation lists as they came, not yet checked."""

    pins: frozenset[str]
    seals: tuple[Any, ...]
    authorities: tuple[Any, ...]
    timestamps: tuple[Any, ...]
    lists: tuple[RevocationList, ...]

    def knows(self, der: bytes) -> bool:
        """Whether this very certificate is a known seal's."""
        return sha256_of_der(der) in self.pins

    def issuers_of(self, der: bytes) -> tuple[Any, ...]:
        """The known authorities whose signature the certificate carries."""
        return issuers(der, self.authorities)

    def roots_for(self, signer: Any) -> tuple[Any, ...]:
        """What a chain may end in: the known issuer, or the seal itself where none is at hand."""
        der = bytes(signer.dump())
        return self.issuers_of(der) or ((signer,) if self.knows(der) else self.authorities)


def trust_of(
    seal_pems: Iterable[str],
    timestamp_pems: Iterable[str],
    pins: Iterable[str] = (),
    lists: Iterable[bytes] = (),
) -> Trust:
    """Reads PEM texts; each may hold several certificates. ValueError for anything else."""
    given = _certificates(seal_pems)
    seals = tuple(one for one in given if not one.ca)
    authorities = tuple(one for one in given if one.ca)
    own = {sha256_of_der(bytes(one.dump())) for one in seals}
    stampers = (*authorities, *_certificates(timestamp_pems))
    return Trust(frozenset(own | set(pins)), seals, authorities, stampers, read_lists(lists))


def issuers(der: bytes, authorities: Iterable[Any]) -> tuple[Any, ...]:
    """Those of the authorities whose name and signature a certificate carries."""
    child, found = certificates.load_der_x509_certificate(der), []
    for one in authorities:
        try:
            child.verify_directly_issued_by(
                certificates.load_der_x509_certificate(bytes(one.dump()))
            )
        except (ValueError, TypeError, InvalidSignature):
            continue  # not by this one
        found.append(one)
    return tuple(found)


def sha256_of_der(der: bytes) -> str:
    """Lower-case SHA-256, as the register names a certificate."""
    return hashlib.sha256(der).hexdigest()


def context(roots: tuple[Any, ...], at: datetime) -> ValidationContext:
    """pyHanko's context for one moment; it never fetches anything."""
    return ValidationContext(
        trust_roots=list(roots),
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=at,
        best_signature_time=at,
    )


def policy(roots: tuple[Any, ...]) -> CertValidationPolicySpec:
    """Chains without revocation: ``verify_revocation`` asks the lists, old ones too."""
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(roots)),
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
    )


def _certificates(texts: Iterable[str]) -> tuple[Any, ...]:
    found = []
    for text in texts:
        for _kind, _headers, der in pem.unarmor(text.encode(), multiple=True):
            found.append(x509.Certificate.load(der, strict=True))
    return tuple(found)


def only_authorities(texts: Iterable[str]) -> tuple[str, ...]:
    """PEM of the authorities among these certificates: for a verdict that knows one seal only."""
    return tuple(
        pem.armor("CERTIFICATE", bytes(one.dump())).decode("ascii")
        for one in _certificates(texts)
        if one.ca
    )
