"""A revocation list that came in as a file: whose is it, does its signature hold, how old is it?

Called by whoever has ``exchange.revocation_lists`` take lists in (commands, the seal worker).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from asn1crypto import pem, x509  # type: ignore[import-untyped]
from cryptography import x509 as forms

from workbench.paper.verify_revocation import RevocationList, is_list_of, read_lists
from workbench.paper.verify_trust import sha256_of_der
from workbench.rules.moment import SECOND, Moment, from_datetime, stamp
from workbench.rules.refusals import Refusal
from workbench.rules.revocation_news import ReadList
from workbench.rules.words import _

#: How far another clock may be ahead of ours.
AHEAD: Final = 300 * SECOND


def list_reader(authority_pems: Iterable[str], now: Moment) -> Callable[[bytes], ReadList]:
    """Reads one list, DER or PEM, signed by one of these authorities.

    Refusal ``list_damaged``, ``list_unknown_authority``, ``list_ahead``.
    """
    known = tuple(_authorities(authority_pems))

    def read(blob: bytes) -> ReadList:
        found = read_lists((blob,))
        if len(found) != 1:
            raise Refusal(
                "list_damaged",
                _("This is no revocation list, or a damaged one."),
                _("Fetch it again from the authority."),
            )
        return _read(found[0], known, now)

    return read


def _read(one: RevocationList, known: tuple[Any, ...], now: Moment) -> ReadList:
    signer = next((authority for authority in known if is_list_of(one, (authority,))), None)
    if signer is None:
        raise Refusal(
            "list_unknown_authority",
            _("No authority that this centre knows has signed it."),
            _("The authority's certificate belongs into the folder keys of the centre, as PEM."),
        )
    made = from_datetime(one.last_update_utc)
    if made > now + AHEAD:
        raise Refusal(
            "list_ahead",
            _("It says that it was made at {time}, which is still to come.").format(
                time=stamp(made)
            ),
            _("Check the clock of this machine."),
        )
    return ReadList(
        authority=sha256_of_der(bytes(signer.dump())),
        issuer=one.issuer.rfc4514_string(),
        number=_number(one),
        made=made,
        next_one=from_datetime(one.next_update_utc or one.last_update_utc),
    )


def _number(one: RevocationList) -> int:
    try:
        return one.extensions.get_extension_for_class(forms.CRLNumber).value.crl_number
    except forms.ExtensionNotFound:
        return -1


def _authorities(texts: Iterable[str]) -> Iterable[Any]:
    for text in texts:
        for _kind, _headers, der in pem.unarmor(text.encode(), multiple=True):
            certificate = x509.Certificate.load(der)
            if certificate.ca:
                yield certificate
