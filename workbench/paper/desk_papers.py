"""What the register of seals on the desk asks of this room: impressions, faces, certificates.

``app`` hands it to the desk (``shell.seal_desk.papers.SealPapers``); everything runs off the UI
thread, and a picture from outside is opened in a process of its own (:mod:`.impression`). The
libraries are loaded with the first question: a desk that opens asks none.
"""

from __future__ import annotations

from pathlib import Path

from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Outage
from workbench.rules.seal_custody import DIAMETERS_MM, Seal
from workbench.rules.seal_papers import Face, SaidCertificate
from workbench.rules.words import _


class DeskPapers:
    """See the module."""

    def impression(self, picture: Path, diameter_mm: int) -> Face:
        """The impression in a picture, cleaned. Refusals of ``impression.read_impression``."""
        from workbench.paper.impression import read_impression

        found = read_impression(picture, diameter_mm)
        return Face(found.mask_png, diameter_mm, found.dpi)

    def drawn(self, seal: Seal) -> Face | None:
        """The face that is drawn for a seal without a filed impression; None for other sizes."""
        from workbench.paper.seal_art import draw_seal

        if seal.diameter_mm not in DIAMETERS_MM:
            return None
        art = draw_seal(seal.face_text, seal.bottom_text, seal.diameter_mm)
        return Face(art.mask_png, seal.diameter_mm)

    def ruler_page(self, face: Face, seal_id: str, target: Path) -> None:
        """The page on which the size is measured, as PDF. Outage where it cannot be written."""
        from workbench.paper.ruler_page import ruler_page
        from workbench.paper.seal_art import filed_seal

        try:
            ruler_page(filed_seal(face.mask_png, face.diameter_mm), seal_id, target)
        except (OSError, RuntimeError) as trouble:
            raise Outage(
                "file_not_written",
                _("The file {name} cannot be written.").format(name=target.name),
                _("Choose another folder, or make room on the disk."),
            ) from trouble

    def certificate(self, pem: str) -> SaidCertificate:
        """What it says. Refusal ``seal_certificate_unread`` where it is none."""
        from workbench.paper.certificates import seen_in

        try:
            one = seen_in(pem.encode("ascii"))[0]
        except (ValueError, IndexError) as trouble:
            raise refusal("seal_certificate_unread") from trouble
        return SaidCertificate(pem, one.sha256, one.subject, one.valid_from, one.valid_to, one.bits)
