"""The seal's key in an encrypted PKCS#12 file (:class:`workbench.paper.keys.KeyStore`).

Also how files come into the folder of keys: new ones never over old ones, replaced ones whole.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from asn1crypto import pkcs12 as pkcs12_form  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12

from workbench.paper.key_refusals import key_closed, key_exists, wrong_pin
from workbench.rules.disk_words import cause
from workbench.rules.refusals import Outage
from workbench.rules.words import _

#: Slows guessing of a short PIN; opening takes about a tenth of a second.
_KDF_ROUNDS: Final = 200_000
_DER: Final = serialization.Encoding.DER


class FileKey:
    """A private key that was unlocked with its PIN and forgets it when closed."""

    def __init__(self, private: rsa.RSAPrivateKey, certificates: tuple[bytes, ...]) -> None:
        self._private: rsa.RSAPrivateKey | None = private
        self.public = private.public_key()
        self.certificates = certificates

    def sign(self, digest: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over a SHA-256 digest of 32 bytes. Fault ``key_closed``."""
        if self._private is None:
            raise key_closed()
        return self._private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def close(self) -> None:
        """Drops the key; later calls of :meth:`sign` raise Fault ``key_closed``."""
        self._private = None


class KeyFile:
    """One key in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def make(self, pin: str, bits: int = 2048) -> None:
        """A new key in a new file, without a certificate yet. Refusal ``key_exists``."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        write_new(self._path, packed(private, pin, (), self._path.stem))

    @contextmanager
    def open(self, pin: str) -> Iterator[FileKey]:
        """The key until the end of the block.

        Refusal ``wrong_pin``; Outage ``key_file_missing`` or ``key_file_damaged``.
        """
        private, certificates = self.read(pin)
        key = FileKey(private, tuple(one.public_bytes(_DER) for one in certificates))
        try:
            yield key
        finally:
            key.close()

    def put_certificate(self, pin: str, der: bytes) -> None:
        """Keeps the certificate in the file too, in front of older ones."""
        private, before = self.read(pin)
        fresh = x509.load_der_x509_certificate(der)
        kept = (fresh, *(one for one in before if one != fresh))
        write_over(self._path, packed(private, pin, kept, self._path.stem))

    def change_pin(self, old: str, new: str) -> None:
        """Locks the file with the new PIN, whole or not at all. Refusal ``wrong_pin``."""
        private, certificates = self.read(old)
        write_over(self._path, packed(private, new, certificates, self._path.stem))

    def read(self, pin: str) -> tuple[rsa.RSAPrivateKey, tuple[x509.Certificate, ...]]:
        """The key and its certificates, its own one first; none before one was put in.

        Refusal ``wrong_pin``; Outage ``key_file_missing`` or ``key_file_damaged``, naming the file.
        """
        try:
            content = self._path.read_bytes()
        except OSError as trouble:
            raise Outage(
                "key_file_missing",
                _("The key file {name} cannot be read.").format(name=self._path.name),
                _("Bring the key back to where it was, or have the seal made again."),
            ) from trouble
        return self._unpacked(content, pin)

    def _unpacked(
        self, content: bytes, pin: str
    ) -> tuple[rsa.RSAPrivateKey, tuple[x509.Certificate, ...]]:
        """A file that is no PKCS#12 must not be counted as a wrong PIN."""
        try:
            pkcs12_form.Pfx.load(content, strict=True)["auth_safe"]["content"].native  # noqa: B018
        except (ValueError, TypeError, KeyError) as trouble:
            raise self._damaged() from trouble
        try:
            private, own, more = pkcs12.load_key_and_certificates(content, pin.encode())
        except ValueError as trouble:
            raise wrong_pin() from trouble
        if not isinstance(private, rsa.RSAPrivateKey):
            raise self._damaged()
        return private, tuple(one for one in (own, *more) if one is not None)

    def _damaged(self) -> Outage:
        return Outage(
            "key_file_damaged",
            _("The key file {name} is damaged.").format(name=self._path.name),
            _("Bring it back from a backup, or have the seal made again."),
        )


def packed(
    private: rsa.RSAPrivateKey, pin: str, certificates: tuple[x509.Certificate, ...], name: str
) -> bytes:
    """The encrypted PKCS#12 of a key with its own certificate first, if it has one."""
    lock = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_KDF_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(pin.encode())
    )
    own = certificates[0] if certificates else None
    return pkcs12.serialize_key_and_certificates(
        name.encode(), private, own, certificates[1:] or None, lock
    )


def write_new(target: Path, content: bytes) -> None:
    """A new file of the folder of keys (mode 0700, files 0600). Refusal ``key_exists``; Outage
    ``key_unwritable``."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        raise _unwritable(target, trouble) from trouble
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as trouble:
        raise key_exists(target.name) from trouble
    except OSError as trouble:
        raise _unwritable(target, trouble) from trouble
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as trouble:
        target.unlink(missing_ok=True)
        raise _unwritable(target, trouble) from trouble


def write_over(target: Path, content: bytes) -> None:
    """Replaces a file of the folder of keys, whole or not at all. Outage ``key_unwritable``."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    write_new(beside, content)
    try:
        beside.replace(target)
    except OSError as trouble:
        beside.unlink(missing_ok=True)
        raise _unwritable(target, trouble) from trouble


def _unwritable(target: Path, trouble: OSError) -> Outage:
    return Outage(
        "key_unwritable",
        _("{place} cannot be written: {why}.").format(place=target.name, why=cause(trouble)),
        _("Make room or rights for it; what was there stays."),
    )
