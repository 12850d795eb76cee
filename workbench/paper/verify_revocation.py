"""Revocation lists (RFC 5280) as files: had this certificate been revoked when it was used?

Lists come from the centre's folder and out of the sealed file itself; none is fetched. A list
counts only with the signature of the certificate's own issuer. Called by ``verify_signatures``.

pyHanko's AdES engine answers the same for one fresh list, and a test holds the two together; it
knows no "not checked" and no list that is too old, which a person has to be told (seal design 1.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from asn1crypto import pem  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from workbench.rules.moment import from_datetime, stamp
from workbench.rules.seal_custody import Check

RevocationList = x509.CertificateRevocationList
#: RFC 3161, section 4: after these a timestamp that is older than the revocation stays good.
_HARMLESS: Final = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)


def read_lists(blobs: Iterable[bytes]) -> tuple[RevocationList, ...]:
    """DER or PEM. What cannot be read is no list: the answer is then "not checked"."""
    found = []
    for blob in blobs:
        try:
            whole = pem.unarmor(blob, multiple=True) if pem.detect(blob) else [("", {}, blob)]
            found += [x509.load_der_x509_crl(der) for _kind, _headers, der in whole]
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
    return tuple(found)


def revocation(
    certificate: Any,
    issuers: tuple[Any, ...],
    lists: Iterable[RevocationList],
    at: datetime,
    *,
    proven: bool,
    latest: datetime,
) -> Check:
    """Whether a certificate was revoked at ``at``, the moment of its use.

    ``proven``: a trusted timestamp or the register says that it was used then. Without that a
    certificate that is revoked at any time is refused: its thief could claim any moment. Lists
    from after ``latest`` are ignored. Not passed: ``certificate-revoked``; open: no list of the
    issuer, or none that speaks of that moment.
    """
    own = x509.load_der_x509_certificate(bytes(certificate.dump()))
    usable = [one for one in lists if is_list_of(one, issuers) and one.last_update_utc <= latest]
    if not usable:
        return Check("revocation", None, "revocation-not-checked")
    revoked = _revoked_at(own, usable)
    if revoked is not None:
        if proven and at < revoked:
            return Check("revocation", True, "revoked-later", _told(revoked))
        return Check("revocation", False, "certificate-revoked", _told(revoked))
    # A list may leave out certificates that have ended: what it does not say proves nothing then.
    speaking = [one for one in usable if _end(one) >= at and _begin(one) <= own.not_valid_after_utc]
    if speaking:
        return Check("revocation", True, "not-revoked", _told(max(map(_begin, speaking))))
    return Check("revocation", None, "revocation-list-old", _told(max(map(_end, usable))))


def stamper_revoked(
    certificate: Any, issuers: tuple[Any, ...], lists: Iterable[RevocationList], at: datetime
) -> bool:
    """Whether a timestamp of ``at`` lost its worth with its authority's certificate (RFC 3161)."""
    own = x509.load_der_x509_certificate(bytes(certificate.dump()))
    for one in lists:
        entry = one.get_revoked_certificate_by_serial_number(own.serial_number)
        if entry is None or not is_list_of(one, issuers):
            continue
        if _reason(entry) not in _HARMLESS or entry.revocation_date_utc <= at:
            return True
    return False


def is_list_of(one: RevocationList, issuers: tuple[Any, ...]) -> bool:
    """A whole list, about all certificates and reasons, that one of these issuers signed."""
    try:
        for extension in one.extensions:
            if isinstance(extension.value, x509.DeltaCRLIndicator):
                return False
            if isinstance(extension.value, x509.IssuingDistributionPoint):
                return False
            if extension.critical and isinstance(extension.value, x509.UnrecognizedExtension):
                return False
        return any(_signed(one, issuer) for issuer in issuers)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _signed(one: RevocationList, issuer: Any) -> bool:
    authority = x509.load_der_x509_certificate(bytes(issuer.dump()))
    if authority.subject != one.issuer:
        return False
    try:
        if not authority.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign:
            return False
    except x509.ExtensionNotFound:
        pass  # RFC 5280: an authority that names no use may do either
    return one.is_signature_valid(authority.public_key())  # type: ignore[arg-type]


def _revoked_at(own: x509.Certificate, usable: list[RevocationList]) -> datetime | None:
    """The earliest moment from which the certificate is not to be trusted, or None.

    A certificate on hold counts as revoked while the newest list says so; every other entry holds
    for ever, on whichever list it stands.
    """
    newest, found = max(usable, key=_begin), []
    for one in usable:
        entry = one.get_revoked_certificate_by_serial_number(own.serial_number)
        if entry is None:
            continue
        if _reason(entry) is x509.ReasonFlags.certificate_hold and one is not newest:
            continue
        found += [entry.revocation_date_utc, *_invalid_since(entry)]
    return min(found, default=None)


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def _invalid_since(entry: x509.RevokedCertificate) -> list[datetime]:
    """The moment from which the key is believed to be in other hands, where the list names it."""
    try:
        value = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    except x509.ExtensionNotFound:
        return []
    return [value.invalidity_date_utc]


def _begin(one: RevocationList) -> datetime:
    return one.last_update_utc


def _end(one: RevocationList) -> datetime:
    """A list that does not say when the next one comes is good for its own moment only."""
    return one.next_update_utc or one.last_update_utc


def _told(when: datetime) -> str:
    return stamp(from_datetime(when))
