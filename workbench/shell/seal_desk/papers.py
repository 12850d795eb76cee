"""What the register of seals asks of the room of paper. ``app`` hands in what fulfils it.

Everything here is called in the *errands* lane: a picture of an impression is opened in a process
of its own, which takes a second or two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from workbench.rules.seal_custody import Seal
from workbench.rules.seal_papers import Face, SaidCertificate


class SealPapers(Protocol):
    """See the module."""

    def impression(self, picture: Path, diameter_mm: int) -> Face:
        """The impression in a PNG, TIFF or SVG, cleaned and cut to its size. Raises Refusal."""
        ...

    def drawn(self, seal: Seal) -> Face | None:
        """The face of a seal without a filed impression. Raises Refusal; None where none is."""
        ...

    def ruler_page(self, face: Face, seal_id: str, target: Path) -> None:
        """The face between rulers as PDF, to be printed and measured. Raises Outage."""
        ...

    def certificate(self, pem: str) -> SaidCertificate:
        """What a certificate in PEM form says. Raises Refusal ``seal_certificate_unread``."""
        ...
