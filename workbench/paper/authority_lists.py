"""The revocation list of the test authority: what is on it, and the next one.

The list in ``authority.crl`` is the only record of what is revoked: a new one is the old one and
more, with the next number, good for seven days. Called by ``commands`` (``seal authority``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from workbench.paper.key_file import write_over
from workbench.paper.test_authority import Authority, when
from workbench.paper.verify_revocation import read_lists
from workbench.rules.moment import Moment, from_datetime
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

LIST_NAME: Final = "authority.crl"
GOOD_FOR: Final = timedelta(days=7)
REASONS: Final = {
    "key_compromise": x509.ReasonFlags.key_compromise,
    "superseded": x509.ReasonFlags.superseded,
    "cessation_of_operation": x509.ReasonFlags.cessation_of_operation,
    "affiliation_changed": x509.ReasonFlags.affiliation_changed,
}
"""Why a seal's certificate is revoked: key in wrong hands, renewed, closed, renamed (R57)."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """One line of the list. ``reason`` is a word of :data:`REASONS`, or empty."""

    serial: int
    at: Moment
    reason: str


@dataclass(frozen=True, slots=True)
class AuthorityList:
    """What the newest list says; ``number`` 0 where there is none yet."""

    number: int = 0
    made: Moment = 0
    next_one: Moment = 0
    revoked: tuple[Revoked, ...] = ()


def read_authority_list(folder: Path) -> AuthorityList:
    """The list in the folder of keys; it is public. Outage ``list_damaged``."""
    place = folder / LIST_NAME
    if not place.exists():
        return AuthorityList()
    try:
        (found,) = read_lists((place.read_bytes(),))
        number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except (OSError, ValueError, x509.ExtensionNotFound) as trouble:
        raise Outage(
            "list_damaged",
            _("The revocation list {name} is damaged.").format(name=LIST_NAME),
            _("Bring it back from a backup: it alone says what is revoked."),
        ) from trouble
    return AuthorityList(
        number,
        from_datetime(found.last_update_utc),
        from_datetime(found.next_update_utc or found.last_update_utc),
        tuple(
            Revoked(one.serial_number, from_datetime(one.revocation_date_utc), _reason(one))
            for one in found
        ),
    )


def publish_list(
    folder: Path, authority: Authority, now: Moment, more: Sequence[Revoked] = ()
) -> AuthorityList:
    """Write the next list: all that was revoked before, and ``more``."""
    before = read_authority_list(folder)
    book = (
        x509.CertificateRevocationListBuilder()
        .last_update(when(now))
        .next_update(when(now) + GOOD_FOR)
        .add_extension(x509.CRLNumber(before.number + 1), critical=False)
    )
    for one in (*before.revoked, *more):
        book = book.add_revoked_certificate(_line(one))
    write_over(folder / LIST_NAME, authority.sign_list(book))
    return read_authority_list(folder)


def revoke(
    folder: Path, authority: Authority, certificate_pem: bytes, reason: str, at: Moment, now: Moment
) -> AuthorityList:
    """Put a certificate on the list, revoked from ``at`` on, which may lie in the past.

    Refusal ``not_issued_here``, ``already_revoked``, ``revoked_ahead`` for a moment to come.
    """
    serial = _serial_of(certificate_pem, authority)
    if any(one.serial == serial for one in read_authority_list(folder).revoked):
        raise Refusal(
            "already_revoked",
            _("This certificate is on the revocation list already."),
            _("workbench seal authority list-revoked shows since when and why."),
        )
    if at > now:
        raise Refusal(
            "revoked_ahead",
            _("A certificate is revoked from now on, or from a moment that has passed."),
            _("Give an earlier time."),
        )
    return publish_list(folder, authority, now, (Revoked(serial, at, reason),))


def _serial_of(certificate_pem: bytes, authority: Authority) -> int:
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature) as trouble:
        raise Refusal(
            "not_issued_here",
            _("This is no certificate of this test authority."),
            _("Only whoever issued a certificate revokes it."),
        ) from trouble
    return certificate.serial_number


def _line(one: Revoked) -> x509.RevokedCertificate:
    line = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(when(one.at))
    if one.reason:
        line = line.add_extension(x509.CRLReason(REASONS[one.reason]), critical=False)
    return line.build()


def _reason(line: x509.RevokedCertificate) -> str:
    try:
        given = line.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return ""
    return next((word for word, flag in REASONS.items() if flag is given), "")
