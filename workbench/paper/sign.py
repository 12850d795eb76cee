"""Pressing the seal in the three steps of the ledger protocol: prepare, sign the digest, fill.

Called by the seal worker, which keeps the result of each step in the ledger before it takes the
next. ``prepare`` needs no key, ``sign_digest`` no file, ``fill`` neither: so a press that was cut
off is finished from what is stored, and cannot make two different papers (seal design section 7).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asn1crypto import cms, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)

from workbench.paper.cms_form import build_cms, build_token, embedded_token, signer_certificate
from workbench.paper.evidence import Evidence
from workbench.paper.keys import DigestSigner
from workbench.paper.press_file import (
    EmptySignature,
    Front,
    Written,
    copy_front,
    disk_trouble,
    fill,
    is_prefix,
    open_writer,
    rebuild,
    sha256_of,
)
from workbench.paper.seal_art import SealArt, draw_seal, filed_seal
from workbench.paper.seal_mark import SealMark
from workbench.paper.seal_placement import frame_of, resolve_anchor, seal_rectangle
from workbench.paper.seam_seal import draw_seam
from workbench.paper.verification_code import PrintedCode, code_of, draw_code, free_place
from workbench.rules.moment import Moment, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import (
    TEST_SEAL_MARK,
    AnchorPlacement,
    Placement,
    Prepared,
    Seal,
)
from workbench.rules.words import _

__all__ = [
    "fill", "is_prefix", "prepare", "rebuild", "sha256_of", "sign_digest", "signature_level",
]  # fmt: skip

#: Hex digits kept for the signature value: room for RSA-3072 with a timestamp, the same for all.
RESERVED_HEX: Final = 16 * 1024
FIELD_NAME: Final = "Seal"
NO_EVIDENCE: Final = Evidence()


TokenOver = Callable[[bytes], Any | None]
"""A timestamp token over the SHA-256 of a signature; None where the press goes without."""


def prepare(
    frozen: Path,
    seal: Seal,
    placement: Placement | AnchorPlacement,
    staging: Path,
    moment: Moment,
    evidence: Evidence = NO_EVIDENCE,
    certificate_der: bytes = b"",
    seam: bool = False,
    look_up: LookUp | None = None,
    face: bytes = b"",
) -> Prepared:
    """Writes ``staging``: the frozen file, then the seal and an empty certification (P=1).

    Beside it stands ``<staging>.tail``, what was appended. ``staging`` must not exist and should
    lie in a folder of mode 0700: until ``fill`` it looks sealed and is not. ``moment`` becomes the
    file's own /M. ``seam``: a strip of the seal on every page's edge. ``look_up``: serial, code and
    QR code on the page of the seal, where that has room. ``face``: the mask of the organ's filed
    impression; without one the seal is drawn. On any trouble both files are removed.
    Refusals: ``seal_off_page``, ``no_such_page``, anchor and name refusals, ``not_sealable``.
    """
    where = placement
    if isinstance(where, AnchorPlacement):
        where = resolve_anchor(str(frozen), where)
    try:
        file = staging.open("x+b")
    except OSError as trouble:
        raise disk_trouble(trouble) from trouble
    tail = tail_beside(staging)
    try:
        with file:
            front = copy_front(frozen, file)
            writer = open_writer(file)
            evidence.write(writer, certificate_der)
            art = art_of(seal, face)
            if seam:
                draw_seam(writer, art)
            if look_up is not None:
                _draw_look_up(writer, frozen, where, art, look_up, front)
            empty = _empty_signature(front, seal, moment)
            digest, landed = _append_seal(writer, art, where, empty)
        tail.write_bytes(empty.tail)
    except BaseException as trouble:
        for left in (staging, tail):  # it looks sealed and is not: never left lying about
            left.unlink(missing_ok=True)
        if isinstance(trouble, OSError):
            raise disk_trouble(trouble) from trouble
        if isinstance(trouble, (PdfError, KeyError, TypeError)):
            raise _not_sealable() from trouble
        raise
    return Written(
        path=str(staging),
        tail_path=str(tail),
        digest=digest.document_digest,
        hole_start=digest.reserved_region_start,
        hole_end=digest.reserved_region_end,
        frozen_sha256=front.sha256,
        placement=landed,
        front=front,
    )


@dataclass(frozen=True, slots=True)
class LookUp:
    """What is printed for whoever looks a sealed page up: see ``verification_code``."""

    serial: int
    address: str = ""


def _draw_look_up(
    writer: IncrementalPdfFileWriter, frozen: Path, where: Placement, art: SealArt,
    look_up: LookUp, front: Front,
) -> None:  # fmt: skip
    page = _page_index(writer, where.page) + 1
    place = free_place(frozen, page, where, art.diameter_mm)
    if place is not None:
        code = code_of(front.sha256)
        draw_code(writer, page, PrintedCode(look_up.serial, code, look_up.address), place)


def art_of(seal: Seal, face: bytes) -> SealArt:
    """The seal as it is pressed: its filed impression where there is one, else drawn."""
    if face:
        return filed_seal(face, seal.diameter_mm)
    return draw_seal(seal.face_text, seal.bottom_text, seal.diameter_mm)


def tail_beside(staging: Path) -> Path:
    """Where what was appended to a staging file stands."""
    return staging.with_name(f"{staging.name}.tail")


def sign_digest(key: DigestSigner, digest: bytes, stamp: TokenOver | None = None) -> bytes:
    """The signature value (DER) for a stored document digest; PAdES B-B, or B-T with ``stamp``.

    The key signs once. Without a timestamp the result is the same every time; with one the caller
    stores it and never asks twice. Raises what the key and ``stamp`` raise.
    """
    signer = _KeySigner(key)
    info = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True))
    one = info["content"]["signer_infos"][0]
    signature = one["signature"].native
    token = None if stamp is None else stamp(hashlib.sha256(signature).digest())
    form = None if token is None else build_token(token)
    return build_cms(signer.signing_cert, one["signed_attrs"], signature, form)


def signature_level(value: bytes, evidence: Evidence = NO_EVIDENCE) -> str:
    """What the ledger stores: ``B-B``; ``B-T`` with a timestamp; ``B-LT`` where the file carries
    lists that speak of the seal's certificate and of the timestamp's."""
    data = cms.ContentInfo.load(value)["content"]
    token = embedded_token(data["signer_infos"][0])
    if token is None:
        return "B-B"
    both = (signer_certificate(data), signer_certificate(token["content"]))
    return "B-LT" if evidence.lists and all(map(evidence.speaks_of, both)) else "B-T"


class _KeySigner(Signer):
    """pyHanko's signer over our narrow door to the key: it hands over digests only."""

    def __init__(self, key: DigestSigner) -> None:
        super().__init__(signing_cert=x509.Certificate.load(key.certificate_der))
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        return self._key.sign(hashlib.new(digest_algorithm, data).digest())


def _append_seal(
    writer: IncrementalPdfFileWriter, art: SealArt, where: Placement, empty: EmptySignature
) -> tuple[Any, Placement]:
    """One incremental update in place; returns pyHanko's digest record and the real page."""
    index = _page_index(writer, where.page)
    page = writer.find_page_for_modification(index)[0].get_object()
    frame = frame_of(page)
    rectangle = seal_rectangle(frame, where, art.diameter_mm)
    spec = fields.SigFieldSpec(
        FIELD_NAME,
        on_page=index,
        box=tuple(round(value) for value in rectangle),  # type: ignore[arg-type]
    )
    steps: Any = PdfCMSEmbedder(new_field_spec=spec).write_cms(FIELD_NAME, writer)
    next(steps)
    setup = SigObjSetup(
        sig_placeholder=empty,
        mdp_setup=SigMDPSetup("sha256", certify=True, docmdp_perms=fields.MDPPerm.NO_CHANGES),
        appearance_setup=SealMark(art, rectangle, frame.turn),  # type: ignore[arg-type]
    )
    steps.send(setup)
    digest, _output = steps.send(SigIOSetup("sha256", in_place=True))
    return digest, Placement(index + 1, where.x_mm, where.y_mm)


def _empty_signature(front: Front, seal: Seal, moment: Moment) -> EmptySignature:
    return EmptySignature(
        front,
        timestamp=to_local(moment).replace(microsecond=0),
        subfilter=fields.SigSeedSubFilter.PADES,
        name=f"{seal.organ_name} {TEST_SEAL_MARK}",
        reason=TEST_SEAL_MARK,
        bytes_reserved=RESERVED_HEX,
    )


def _page_index(writer: IncrementalPdfFileWriter, page: int) -> int:
    count = int(writer.root["/Pages"]["/Count"])
    index = count - 1 if page == -1 else page - 1
    if not 0 <= index < count:
        raise Refusal(
            "no_such_page",
            _("The document has no page {page}.").format(page=page),
            _("Place the seal on one of its {count} pages.").format(count=count),
        )
    return index


def _not_sealable() -> Refusal:
    return Refusal(
        "not_sealable",
        _("This file cannot be sealed: its structure is damaged."),
        _("Have the document made again."),
    )
