"""The bytes of one press: what is copied once, hashed once and written once, however big it is.

The file that is signed begins with every byte of the frozen one, so the hash of the frozen bytes is
also the beginning of the digest that is signed and of the hash of the sealed file. What the seal
adds is the *tail*: with it and the frozen file a press that was cut off is finished (seal design
sections 2 and 7). Called by ``sign``.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject

from workbench.rules.disk_words import cause
from workbench.rules.refusals import Fault, Outage
from workbench.rules.seal_custody import Prepared
from workbench.rules.words import _

_CHUNK: Final = 1024 * 1024


@dataclass(slots=True)
class Front:
    """The frozen bytes at the beginning of a file: their hash, open to go on, and how many."""

    hashed: Any = field(default_factory=hashlib.sha256)
    length: int = 0

    @property
    def sha256(self) -> str:
        return str(self.hashed.hexdigest())


@dataclass(frozen=True, slots=True)
class Written(Prepared):
    """A prepared file that this process has just written: its front need not be read again."""

    front: Front = field(default_factory=Front, repr=False, compare=False)


class EmptySignature(SignatureObject):
    """pyHanko's placeholder; it hashes what was appended and takes the rest from the front."""

    def __init__(self, front: Front, **options: Any) -> None:
        super().__init__(**options)
        self._front = front
        self.tail = b""

    def fill(self, writer: Any, *_options: Any, **_more: Any) -> Any:
        """pyHanko's coroutine: appends in place, fills the /ByteRange, gives the digest."""
        writer.digest_aware_write = True
        output = writer.prev.stream
        writer.write_in_place()
        end = output.tell()
        start, stop = self.contents.offsets
        self.byte_range.fill_offsets(output, start, stop, end)
        output.seek(self._front.length)
        self.tail = output.read()
        hashed = self._front.hashed.copy()
        hashed.update(self.tail[: start - self._front.length])
        hashed.update(self.tail[stop - self._front.length :])
        yield PreparedByteRangeDigest(hashed.digest(), start, stop), output


def copy_front(frozen: Path, target: Any) -> Front:
    """Copies into the open file, hashing on the way; the file stands at its end afterwards."""
    front = Front()
    with frozen.open("rb") as file:
        while chunk := file.read(_CHUNK):
            front.hashed.update(chunk)
            front.length += len(chunk)
            target.write(chunk)
    target.flush()
    return front


def open_writer(file: Any) -> IncrementalPdfFileWriter:
    """pyHanko's writer over the copied front."""
    file.seek(0)
    return IncrementalPdfFileWriter(file)


def rebuild(frozen: Path, prepared: Prepared) -> None:
    """Writes ``prepared.path`` again from the frozen file and the kept tail.

    Raises Outage where the disk is full. Whether it is the file that was signed, ``fill`` says.
    """
    target = Path(prepared.path)
    try:
        with target.open("wb") as file:
            copy_front(frozen, file)
            file.write(Path(prepared.tail_path).read_bytes())
    except OSError as trouble:
        target.unlink(missing_ok=True)
        raise disk_trouble(trouble) from trouble


def fill(prepared: Prepared, value: bytes, target: Path) -> str:
    """Puts the signature value into the hole and moves the file to ``target``; its SHA-256.

    On the disk before it returns. Raises Fault ``prepared_file_changed`` when it is not the file
    whose digest was signed, ``signature_too_long``; Outage where the disk is full.
    """
    room = prepared.hole_end - prepared.hole_start - 2
    digits = value.hex().upper().encode("ascii")
    if len(digits) > room:
        raise Fault("signature_too_long", _("The signature value does not fit into the file."))
    hole = b"<" + digits.ljust(room, b"0") + b">"
    try:
        with Path(prepared.path).open("r+b") as file:
            around, whole = _both_hashes(file, prepared, hole)
            if around != prepared.digest:
                raise Fault(
                    "prepared_file_changed", _("The prepared file is not the one that was signed.")
                )
            file.seek(prepared.hole_start)
            file.write(hole)
            file.flush()
            os.fsync(file.fileno())
        Path(prepared.path).replace(target)
    except OSError as trouble:
        raise disk_trouble(trouble) from trouble
    return whole


def _both_hashes(file: Any, prepared: Prepared, hole: bytes) -> tuple[bytes, str]:
    """The digest around the hole as the file stands, and the SHA-256 that it will have."""
    front = prepared.front if isinstance(prepared, Written) else Front()
    file.seek(front.length)
    around = front.hashed.copy()
    _feed(file, prepared.hole_start - front.length, around)
    whole = around.copy()
    whole.update(hole)
    file.seek(prepared.hole_end)
    _feed(file, None, around, whole)
    return around.digest(), whole.hexdigest()


def _feed(file: Any, count: int | None, *hashes: Any) -> None:
    """The next ``count`` bytes (or all that are left) into every hash."""
    while count is None or count > 0:
        chunk = file.read(_CHUNK if count is None else min(_CHUNK, count))
        if not chunk:
            return
        for one in hashes:
            one.update(chunk)
        if count is not None:
            count -= len(chunk)


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


def disk_trouble(trouble: OSError) -> Outage:
    """What a full or unwritable disk is called."""
    return Outage(
        "staging_unwritable",
        _("The sealed file cannot be written: {why}.").format(why=cause(trouble)),
        _("Make room on the disk and try again; nothing has been sealed."),
    )
