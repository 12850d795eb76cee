"""The content store of a centre on a server: a folder that all desks reach, every file encrypted.

A file bears the SHA-256 of its plain bytes as its name and is encrypted with a key of its own,
made from those bytes; the keys are kept in the database, so the folder alone says nothing (decision
note 018). Blocks of 1 MiB are sealed one by one (AES-256-GCM), so that memory stays small and a
file that was cut is found. Called by ``server.server_content``.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _
from workbench.store.content import BLOCK, ContentStore, incoming
from workbench.store.engine import outages

MAGIC: Final = b"OSWBLOB1"
TAG: Final = 16
LABEL: Final = b"oneseal-workbench content key 1"
"""With it the plain bytes become their key; never changed, or no file would open any more."""
MARKER: Final = "oneseal-content.txt"
"""Tells the folder of this centre from an empty mount point and from another centre's folder."""


class Stored(NamedTuple):
    """What the database is told of a file: name, plain bytes, key of 32 bytes."""

    sha256: str
    size: int
    key: bytes

    def __repr__(self) -> str:
        # A key in a traceback would stand in a report.
        return f"Stored({self.sha256}, {self.size})"


class BrokenContentError(Exception):
    """The file is not there, or not what was stored. The store itself answers."""


class EncryptedContent:
    """One folder. ``mark`` is what its marker file must say."""

    def __init__(self, folder: Path, mark: str) -> None:
        self.folder, self.mark = folder, mark
        self._names = ContentStore(folder)

    def found(self) -> None:
        """Make the folder and its marker. OSError where that cannot be; another mark is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), (self.folder / MARKER).open("x", encoding="ascii") as made:
            made.write(f"{self.mark}\n")

    def check(self) -> None:
        """Outage ``content_unreachable`` where this is not the folder of this centre."""
        try:
            said = (self.folder / MARKER).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            said = ""
        if not said or said != self.mark:
            raise Outage(
                "content_unreachable",
                _("The folder with the centre's files cannot be reached: {folder}.").format(
                    folder=self.folder
                ),
                _("Check the network drive; then tell the system administrator."),
            )

    def put(self, source: Path | bytes) -> Stored:
        """Store the bytes unless they lie there whole. Outage ``disk_full``; nothing half-written.

        Refusal ``file_changed`` where the file is still being written by somebody.
        """
        self.check()
        with outages(self.folder):
            stored = _fingerprint(source)
            place = self._names.place(stored.sha256)
            if not self.sound(stored.sha256, stored.key):
                with incoming(self.folder) as passing:
                    _encrypt(source, stored, passing.file)
                    self._make_room(place.parent)
                    passing.keep_as(place, self._mode() & 0o444)
            return stored

    def read_into(self, sha256: str, key: bytes, target: BinaryIO) -> None:
        """Write the plain bytes, checked. BrokenContentError; Outage where the folder is away."""
        try:
            source = self._names.place(sha256).open("rb")
        except FileNotFoundError as trouble:
            self.check()
            raise BrokenContentError(sha256) from trouble
        with source:
            plain_into(source, sha256, key, target)

    def sound(self, sha256: str, key: bytes) -> bool:
        """Whether the file is there, opens with that key and has exactly these bytes."""
        try:
            with open(os.devnull, "wb") as nowhere:
                self.read_into(sha256, key, nowhere)
        except BrokenContentError:
            return False
        return True

    def place(self, sha256: str) -> Path:
        """Where the encrypted file lies, whether it is there or not."""
        return self._names.place(sha256)

    def every(self) -> Iterator[str]:
        """The names of all files, in order."""
        return self._names.every()

    def _make_room(self, folder: Path) -> None:
        """The new folder is as open to the other desks as the centre's folder is."""
        with suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(self._mode())

    def _mode(self) -> int:
        return stat.S_IMODE(self.folder.stat().st_mode)


def encrypted(source: Path | bytes) -> tuple[Stored, bytes]:
    """A small file whole: its name and key, and the bytes to be kept, in the same form."""
    stored, made = _fingerprint(source), BytesIO()
    _encrypt(source, stored, made)
    return stored, made.getvalue()


def plain_into(source: BinaryIO, sha256: str, key: bytes, target: BinaryIO) -> None:
    """Write the plain bytes of one, checked. BrokenContentError."""
    digest = hashlib.sha256()
    for block in _decrypted(source, sha256, key):
        digest.update(block)
        target.write(block)
    if digest.hexdigest() != sha256:
        raise BrokenContentError(sha256)


def _opened(source: Path | bytes) -> BinaryIO:
    return BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _fingerprint(source: Path | bytes) -> Stored:
    digest, key, size = hashlib.sha256(), hmac.new(LABEL, digestmod="sha256"), 0
    with _opened(source) as opened:
        while block := opened.read(BLOCK):
            digest.update(block)
            key.update(block)
            size += len(block)
    return Stored(digest.hexdigest(), size, key.digest())


def _encrypt(source: Path | bytes, stored: Stored, target: BinaryIO) -> None:
    box, about, digest = AESGCM(stored.key), _about(stored.sha256), hashlib.sha256()
    target.write(MAGIC)
    with _opened(source) as opened:
        for nonce, block in _blocks(opened, BLOCK):
            digest.update(block)
            target.write(box.encrypt(nonce, block, about))
    if digest.hexdigest() != stored.sha256:
        raise Refusal(
            "file_changed",
            _("The file was changed while it was being stored."),
            _("Wait until the file is complete, then add it again."),
        )


def _decrypted(source: BinaryIO, sha256: str, key: bytes) -> Iterator[bytes]:
    if source.read(len(MAGIC)) != MAGIC:
        raise BrokenContentError(sha256)
    box, about = AESGCM(key), _about(sha256)
    for nonce, block in _blocks(source, BLOCK + TAG):
        try:
            yield box.decrypt(nonce, block, about)
        except (InvalidTag, ValueError) as trouble:
            raise BrokenContentError(sha256) from trouble


def _blocks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each block with its nonce: a counter and whether it is the last. One at least, if empty."""
    number, block = 0, source.read(size)
    while True:
        following = source.read(size)
        yield number.to_bytes(11, "big") + (b"\0" if following else b"\1"), block
        if not following:
            return
        number, block = number + 1, following


def _about(sha256: str) -> bytes:
    """What every block is bound to besides its key: the form and the name of the file."""
    return MAGIC + bytes.fromhex(sha256)
