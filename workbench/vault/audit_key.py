"""The audit administrator's own signing key: made, kept locked in a file, opened for one sitting.

Ed25519. The private half is locked with a passphrase (scrypt, AES-256-GCM) in a file of the person
alone; the centre knows the public half only. It has nothing to do with the seal (R90), and the
passphrase is asked for each time and stored nowhere. Called by ``app`` and the command line.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.rules.audit_days import fingerprint
from workbench.rules.disk_words import cause
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

FORM: Final = "oneseal-audit-key/1"
LEAST: Final = 12
"""Characters of a passphrase."""
_COST, _BLOCKS, _LANES, _MEMORY = 1 << 16, 8, 1, 128 << 20


@dataclass(frozen=True, slots=True)
class MadeKey:
    """Where the locked key stands, and its public half, 64 hex digits."""

    path: Path
    public_key: str


class AuditSigner:
    """An open key (``casework.audit.Signer``)."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_key = private.public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> str:
        """Ed25519 over the text's UTF-8 bytes, 128 hex digits."""
        return self._private.sign(text.encode()).hex()


def make_key(folder: Path, passphrase: str) -> MadeKey:
    """A new key, locked, in a file of its own. Refusal ``passphrase_short``; Outage."""
    if len(passphrase) < LEAST:
        raise Refusal(
            "passphrase_short",
            _("The passphrase has fewer than {count} characters.").format(count=LEAST),
            _("Choose a longer one; several words are easy to keep in mind."),
        )
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    lock = AESGCM(_stretched(passphrase, salt))
    locked = lock.encrypt(nonce, private.private_bytes_raw(), public)
    text = json.dumps({
        "form": FORM, "public_key": public.hex(), "salt": salt.hex(), "nonce": nonce.hex(),
        "locked": locked.hex(),
    })  # fmt: skip
    place = key_file(folder, public.hex())
    try:
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as trouble:
        raise Outage(
            "audit_key_unwritable",
            _("The key file cannot be written: {said}.").format(said=cause(trouble)),
            _("Make room on the disk and try again; nothing was registered."),
        ) from trouble
    return MadeKey(place, public.hex())


def key_file(folder: Path, public_key: str) -> Path:
    """Where the locked key of that public half stands; its name tells of no person."""
    return folder / f"{fingerprint(public_key)[:16]}.json"


def open_key(folder: Path, public_key: str, passphrase: str) -> AuditSigner:
    """Unlock the key. Refusal ``audit_key_file`` where it is not here, ``passphrase_wrong``."""
    place = key_file(folder, public_key)
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        salt, nonce, locked = (bytes.fromhex(kept[one]) for one in ("salt", "nonce", "locked"))
        public = bytes.fromhex(public_key)
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        raise Refusal(
            "audit_key_file",
            _("Your key file {name} is not here, or damaged.").format(name=place),
            _("Bring it from where you keep it, or make a new key: workbench audit new-key URL "
              "--as USER."),
        ) from trouble  # fmt: skip
    try:
        private = AESGCM(_stretched(passphrase, salt)).decrypt(nonce, locked, public)
    except (InvalidTag, ValueError) as trouble:
        raise Refusal(
            "passphrase_wrong",
            _("The passphrase does not open your key."),
            _("Check the keyboard, then try again."),
        ) from trouble
    return AuditSigner(Ed25519PrivateKey.from_private_bytes(private))


def signature_fits(public_key: str, signature: str, text: str) -> bool:
    """Whether that key signed exactly this text; ``False`` for what is no key or signature."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _stretched(passphrase: str, salt: bytes) -> bytes:
    """The slow hash of a passphrase: 64 MB and about a fifth of a second."""
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=_COST, r=_BLOCKS, p=_LANES, maxmem=_MEMORY, dklen=32
    )
