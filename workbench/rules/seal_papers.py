"""What a person is shown of a seal's papers before they are filed: its impression, its certificate.

Pure records. ``paper`` reads them out of files, the seal desk shows them, the store files them.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from workbench.rules.moment import Moment


@dataclass(frozen=True, slots=True)
class Face:
    """A seal's face: ``mask_png`` is the amount of ink, 8 bits a pixel, 600 dpi, as wide as the
    seal. ``dpi`` is what the picture had that it was read from, 0 where it was not read now."""

    mask_png: bytes
    diameter_mm: int
    dpi: int = 0

    @property
    def sha256(self) -> str:
        """By which the register names the picture once it is filed."""
        return sha256(self.mask_png).hexdigest()


@dataclass(frozen=True, slots=True)
class SaidCertificate:
    """What a certificate says; ``sha256`` as the register names it, ``bits`` of its key."""

    pem: str
    sha256: str
    subject: str
    valid_from: Moment
    valid_to: Moment
    bits: int
