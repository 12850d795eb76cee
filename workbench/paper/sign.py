"""Pressing the seal in the three steps of the ledger protocol: prepare, sign the digest, fill.

Called by the seal worker, which keeps the result of each step in the ledger before it takes the
next. ``prepare`` needs no key, ``sign_digest`` no file, ``fill`` neither: so a press that was cut
off is finished from what is stored, and cannot make two different papers (seal design section 7).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
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
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps import TimeStamper

from workbench.paper.certificates import DigestSigner
from workbench.paper.cms_form import build_cms, build_token, embedded_token
from workbench.paper.seal_art import draw_seal
from workbench.paper.seal_mark import SealMark
from workbench.paper.seal_placement import frame_of, resolve_anchor, seal_rectangle
from workbench.paper.timestamps import timestamp_for
from workbench.rules.disk_words import cause
from workbench.rules.moment import Moment, to_local
from workbench.rules.refusals import Fault, Outage, Refusal
from workbench.rules.seal_custody import (
    TEST_SEAL_MARK,
    AnchorPlacement,
    Placement,
    Prepared,
    Seal,
)
from workbench.rules.words import _

#: Hex digits kept for the signature value: room for RSA-3072 with a timestamp, the same for all.
RESERVED_HEX: Final = 16 * 1024
FIELD_NAME: Final = "Seal"
_CHUNK: Final = 1024 * 1024


def prepare(
    frozen: Path,
    seal: Seal,
    placement: Placement | AnchorPlacement,
    staging: Path,
    moment: Moment,
) -> Prepared:
    """Writes ``staging``: the frozen file, then the seal and an empty certification (P=1).

    ``staging`` must not exist and should lie in a folder of mode 0700: until ``fill`` it looks
    sealed and is not. ``moment`` becomes the file's own /M. On any trouble the file is removed.
    Refusals: ``seal_off_page``, ``no_such_page``, anchor and name refusals, ``not_sealable``.
    """
    where = placement
    if isinstance(where, AnchorPlacement):
        where = resolve_anchor(str(frozen), where)
    try:
        file = staging.open("x+b")
    except OSError as trouble:
        raise _disk(trouble) from trouble
    try:
        with file:
            before = _copy(frozen, file)
            digest, landed = _append_seal(file, seal, where, moment)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as trouble:
        staging.unlink(missing_ok=True)  # it looks sealed and is not: never left lying about
        if isinstance(trouble, OSError):
            raise _disk(trouble) from trouble
        if isinstance(trouble, (PdfError, KeyError, TypeError)):
            raise _not_sealable() from trouble
        raise
    return Prepared(
        path=str(staging),
        digest=digest.document_digest,
        hole_start=digest.reserved_region_start,
        hole_end=digest.reserved_region_end,
        frozen_sha256=before,
        placement=landed,
    )


def sign_digest(key: DigestSigner, digest: bytes, tsa: TimeStamper | None = None) -> bytes:
    """The signature value (DER) for a stored document digest; PAdES B-B, or B-T with ``tsa``.

    Without a timestamp the result is the same every time. With one the caller stores it and never
    asks twice. Raises Outage ``timestamp_unreachable``.
    """
    signer = _KeySigner(key)
    info = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True))
    one = info["content"]["signer_infos"][0]
    token = None
    if tsa is not None:
        imprint = hashlib.sha256(one["signature"].native).digest()
        token = build_token(timestamp_for(tsa, imprint))
    return build_cms(signer.signing_cert, one["signed_attrs"], one["signature"].native, token)


def signature_level(value: bytes) -> str:
    """``B-T`` when the signature value holds a timestamp, else ``B-B``: what the ledger stores."""
    info = cms.ContentInfo.load(value)["content"]["signer_infos"][0]
    return "B-B" if embedded_token(info) is None else "B-T"


def fill(prepared: Prepared, value: bytes, target: Path) -> str:
    """Puts the signature value into the hole and writes ``target``; returns its SHA-256.

    May be called again with the same arguments: it makes the same bytes. Raises Fault
    ``prepared_file_changed`` when the prepared file is not the one whose digest was signed.
    """
    room = prepared.hole_end - prepared.hole_start - 2
    digits = value.hex().upper().encode("ascii")
    if len(digits) > room:
        raise Fault("signature_too_long", _("The signature value does not fit into the file."))
    try:
        if _digest_around(Path(prepared.path), prepared) != prepared.digest:
            raise Fault(
                "prepared_file_changed", _("The prepared file is not the one that was signed.")
            )
        shutil.copyfile(prepared.path, target)
        with target.open("r+b") as file:
            file.seek(prepared.hole_start)
            file.write(b"<" + digits.ljust(room, b"0") + b">")
            file.flush()
            os.fsync(file.fileno())
        return sha256_of(target)
    except OSError as trouble:
        target.unlink(missing_ok=True)
        raise _disk(trouble) from trouble


def is_prefix(frozen: Path, sealed: Path) -> bool:
    """Whether the sealed file begins with every byte of the approved one."""
    with frozen.open("rb") as first, sealed.open("rb") as second:
        while chunk := first.read(_CHUNK):
            if second.read(len(chunk)) != chunk:
                return False
    return True


def sha256_of(path: Path) -> str:
    """Lower-case SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _KeySigner(Signer):
    """pyHanko's signer over our narrow door to the key: it hands over digests only."""

    def __init__(self, key: DigestSigner) -> None:
        super().__init__(signing_cert=x509.Certificate.load(key.certificate_der))
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        return self._key.sign(hashlib.new(digest_algorithm, data).digest())


def _append_seal(file: Any, seal: Seal, where: Placement, moment: Moment) -> tuple[Any, Placement]:
    """One incremental update in place; returns pyHanko's digest record and the real page."""
    writer = IncrementalPdfFileWriter(file)
    index = _page_index(writer, where.page)
    page = writer.find_page_for_modification(index)[0].get_object()
    frame = frame_of(page)
    rectangle = seal_rectangle(frame, where, seal.diameter_mm)
    art = draw_seal(seal.face_text, seal.bottom_text, seal.diameter_mm)
    spec = fields.SigFieldSpec(
        FIELD_NAME,
        on_page=index,
        box=tuple(round(value) for value in rectangle),  # type: ignore[arg-type]
    )
    steps: Any = PdfCMSEmbedder(new_field_spec=spec).write_cms(FIELD_NAME, writer)
    next(steps)
    setup = SigObjSetup(
        sig_placeholder=_empty_signature(seal, moment),
        mdp_setup=SigMDPSetup("sha256", certify=True, docmdp_perms=fields.MDPPerm.NO_CHANGES),
        appearance_setup=SealMark(art, rectangle, frame.turn),  # type: ignore[arg-type]
    )
    steps.send(setup)
    digest, _output = steps.send(SigIOSetup("sha256", in_place=True, chunk_size=_CHUNK))
    return digest, Placement(index + 1, where.x_mm, where.y_mm)


def _empty_signature(seal: Seal, moment: Moment) -> SignatureObject:
    return SignatureObject(
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


def _copy(source: Path, target: Any) -> str:
    """Copies into the open file and returns the SHA-256 of what was copied."""
    seen = hashlib.sha256()
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
            target.write(chunk)
    target.seek(0)
    return seen.hexdigest()


def _digest_around(path: Path, prepared: Prepared) -> bytes:
    seen = hashlib.sha256()
    with path.open("rb") as file:
        left = prepared.hole_start
        while left and (chunk := file.read(min(_CHUNK, left))):
            seen.update(chunk)
            left -= len(chunk)
        file.seek(prepared.hole_end)
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
    return seen.digest()


def _disk(trouble: OSError) -> Outage:
    return Outage(
        "staging_unwritable",
        _("The sealed file cannot be written: {why}.").format(why=cause(trouble)),
        _("Make room on the disk and try again; nothing has been sealed."),
    )


def _not_sealable() -> Refusal:
    return Refusal(
        "not_sealable",
        _("This file cannot be sealed: its structure is damaged."),
        _("Have the document made again."),
    )
