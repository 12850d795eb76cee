"""The seal's own certificate in the moment before a press: not ended, and on no revocation list.

The register's dates and states are the store's to judge; this is what the authority says. Called by
``pressing`` when a key is opened and by the look before the first press.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from asn1crypto import x509  # type: ignore[import-untyped]

from workbench.paper.verify_revocation import read_lists, revocation
from workbench.paper.verify_trust import trust_of
from workbench.rules.moment import SECOND, Moment, from_datetime, stamp
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Check
from workbench.rules.words import _


def refuse_unfit_certificate(
    der: bytes, authority_pems: Sequence[str], lists: Iterable[bytes], now: Moment
) -> None:
    """Refusal ``certificate_expired`` (or not begun), ``certificate_revoked``. No list, no word."""
    own = x509.Certificate.load(der)
    begin, end = from_datetime(own.not_valid_before), from_datetime(own.not_valid_after)
    if not begin <= now < end:
        raise Refusal(
            "certificate_expired",
            _("The certificate of the seal is valid from {begin} to {end} only.").format(
                begin=stamp(begin), end=stamp(end)
            ),
            _("Have a new certificate entered, and this machine's clock checked."),
        )
    if revocation_now(der, authority_pems, lists, now).passed is False:
        raise Refusal(
            "certificate_revoked",
            _("The certificate of the seal is on a revocation list."),
            _("Nothing sealed with it would hold: report it and have the seal suspended."),
        )


def revocation_now(
    der: bytes, authority_pems: Sequence[str], lists: Iterable[bytes], now: Moment
) -> Check:
    """What the lists at hand say of the certificate now."""
    at = datetime.fromtimestamp(now / SECOND, tz=UTC)
    issuers = trust_of(authority_pems, ()).issuers_of(der)
    return revocation(
        x509.Certificate.load(der), issuers, read_lists(lists), at, proven=False, latest=at
    )
