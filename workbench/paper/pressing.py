"""The paper side of a press (:class:`workbench.casework.sealing.Presser`), with what it needs open.

The seal worker holds one of these for its life: the authorities and lists of the centre, the
timestamp server, the key while it is open, and a verifier's process that is asked again and again,
because its start takes longer than everything else in a press.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.paper import sign
from workbench.paper.evidence import Evidence, gather
from workbench.paper.keys import DigestSigner
from workbench.paper.place_checks import check_place
from workbench.paper.prepress import check_clean, clean_text
from workbench.paper.press_certificate import refuse_unfit_certificate
from workbench.paper.timestamps import Stamping, TimestampServer
from workbench.paper.verifier import Verifier
from workbench.paper.verify import verify_file
from workbench.paper.verify_trust import only_authorities
from workbench.rules.moment import Moment, SystemClock
from workbench.rules.refusals import Fault, Outage
from workbench.rules.seal_custody import Placement, Prepared, Seal, SealVerdict
from workbench.rules.seal_places import refuse_misplaced
from workbench.rules.words import _

log = logging.getLogger("workbench.paper.pressing")


@dataclass
class PaperPress:
    """``trust`` and ``timestamp_trust`` are PEM texts, ``lists`` revocation lists as files;
    ``address`` is the centre's page of verification, for the code on the page."""

    trust: Sequence[str]
    timestamp_trust: Sequence[str]
    tsa: TimestampServer | None
    lists: Sequence[bytes] = ()
    address: str = ""
    key: DigestSigner | None = field(default=None, repr=False)
    face: bytes = field(default=b"", repr=False)
    evidence: Evidence = field(default_factory=Evidence, repr=False)
    verifier: Verifier | None = field(default=None, repr=False)

    def open(self, key: DigestSigner, face: bytes = b"") -> None:
        """From now on this key signs, and ``face`` is what it draws (the mask of the organ's filed
        impression, else empty); what its files carry as evidence is found out once.

        Refusal ``certificate_expired``, ``certificate_revoked``: nothing sealed with it would hold.
        """
        now = SystemClock().now()
        refuse_unfit_certificate(key.certificate_der, self.trust, self.lists, now)
        self.evidence = gather(
            self.trust, self.timestamp_trust, self.lists, key.certificate_der, now
        )
        self.key, self.face = key, face

    def forget(self) -> None:
        """No key any more."""
        self.key = None

    def make_ready(self) -> None:
        """Have a verifier waiting."""
        if self.verifier is None or not self.verifier.alive:
            self.close()
            try:
                self.verifier = Verifier()
            except OSError as trouble:
                log.warning("no verifier could be started ahead: %s", trouble)

    def close(self) -> None:
        """Send a waiting verifier away."""
        if self.verifier is not None:
            self.verifier.close()
            self.verifier = None

    def gate(self, frozen: Path) -> tuple[str, ...]:
        return tuple(clean_text(code) for code in check_clean(frozen))

    def prepare(
        self, frozen: Path, seal: Seal, at: Placement, staging: Path, moment: Moment, *,
        seam: bool, serial: int,
    ) -> Prepared:  # fmt: skip
        refuse_misplaced(check_place(frozen, at, seal.diameter_mm, seam))
        return sign.prepare(
            frozen, seal, at, staging, moment, self.evidence, self._open_key().certificate_der,
            seam, sign.LookUp(serial, self.address), self.face,
        )

    def rebuild(self, frozen: Path, prepared: Prepared) -> None:
        sign.rebuild(frozen, prepared)

    def sign(self, seal: Seal, digest: bytes) -> bytes:
        """With a timestamp where the centre has a server: its clock is held to this machine's."""
        if self.tsa is None:
            if seal.needs_timestamp:
                raise Outage(
                    "timestamp_needed",
                    _("This seal is pressed with a timestamp only, and no server is set."),
                    _("Have the administrator set the timestamp server of the centre."),
                )
            return sign.sign_digest(self._open_key(), digest)
        stamping = Stamping(
            self.tsa, self.timestamp_trust, SystemClock().now(), seal.needs_timestamp
        )
        return sign.sign_digest(self._open_key(), digest, stamping.token_over)

    def level(self, value: bytes) -> str:
        return sign.signature_level(value, self.evidence)

    def fill(self, prepared: Prepared, value: bytes, target: Path) -> str:
        return sign.fill(prepared, value, target)

    def faults(self, seal: Seal, frozen: Path, sealed: Path) -> tuple[str, ...]:
        """Judged strictly, and by nobody's certificate but this seal's."""
        found = verify_file(
            sealed, only_authorities(self.trust), timestamp_pems=self.timestamp_trust,
            pins=(seal.certificate_sha256,), revocation_lists=self.lists, ready=self.verifier,
        )  # fmt: skip
        if found.verdict is not SealVerdict.SEALED_INTACT:
            self.close()  # the next one is judged by a process that has seen nothing odd
            return found.reasons or (found.verdict.value,)
        return () if sign.is_prefix(frozen, sealed) else ("not-a-prefix",)

    def _open_key(self) -> DigestSigner:
        if self.key is None:
            raise Fault("no_key", _("The key of the seal is not open."))
        return self.key
