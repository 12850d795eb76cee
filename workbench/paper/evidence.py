"""What a sealed file carries so that it can be verified years later: authorities and their lists.

Written into the signed revision itself (level B-LT; seal design 0.2: the only such form that every
verifier calls a whole file). A list goes in only while it speaks of the moment of the press.
Called by the seal worker, once a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.dss import DocumentSecurityStore

from workbench.paper.verify_revocation import RevocationList, is_list_of, read_lists
from workbench.paper.verify_trust import issuers, trust_of
from workbench.rules.moment import SECOND, Moment


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates of authorities (asn1crypto) and, of each, the newest list that speaks of now."""

    authorities: tuple[Any, ...] = ()
    lists: tuple[RevocationList, ...] = ()

    def speaks_of(self, certificate: Any) -> bool:
        """Whether a list here says how that certificate stands; a pinned one needs none."""
        der = bytes(certificate.dump())
        if any(bytes(one.dump()) == der for one in self.authorities):
            return True
        found = issuers(der, self.authorities)
        return any(is_list_of(one, found) for one in self.lists)

    def write(self, writer: Any, certificate_der: bytes) -> None:
        """Into the revision that is being written, the seal's own certificate beside them."""
        if not self.lists:
            return
        own = x509.Certificate.load(certificate_der)
        lists = [
            crl.CertificateList.load(one.public_bytes(Encoding.DER)) for one in self.lists
        ]
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=[*self.authorities, own], crls=lists
        )


def gather(
    seal_pems: Sequence[str], timestamp_pems: Sequence[str], lists: Iterable[bytes],
    certificate_der: bytes, now: Moment,
) -> Evidence:  # fmt: skip
    """What belongs to a seal with that certificate and to the timestamps of this centre."""
    trust = trust_of(seal_pems, timestamp_pems)
    stampers = trust_of((), timestamp_pems).timestamps
    wanted = {bytes(one.dump()): one for one in (*trust.issuers_of(certificate_der), *stampers)}
    authorities = tuple(wanted.values())
    at, known = datetime.fromtimestamp(now / SECOND, tz=UTC), read_lists(lists)
    newest = (_newest(known, authority, at) for authority in authorities)
    return Evidence(authorities, tuple(one for one in newest if one is not None))


def _newest(
    lists: Sequence[RevocationList], authority: Any, at: datetime
) -> RevocationList | None:
    speaking = [
        one for one in lists
        if one.last_update_utc <= at <= (one.next_update_utc or one.last_update_utc)
        and is_list_of(one, (authority,))
    ]  # fmt: skip
    return max(speaking, key=lambda one: one.last_update_utc, default=None)
