"""The door to a seal's private key, wherever it is kept: a digest goes in, a signature comes out.

Everything here is called TEST / 演示: no key of these is one of a legally valid e-seal (R57).
``Seal.key_place`` says where the key is: ``pkcs12`` is the encrypted file ``<seal_id>.p12``
(:mod:`.key_file`), ``pkcs11:LABEL`` the token with that label (:mod:`.key_token`). A domestic token
(SKF, GM/T 0016) joins as a third :class:`KeyStore` in :func:`store_of`; nothing outside this file
asks where a key is. RSA only, and no ECDSA: a press that was cut off counts on equal bytes when a
digest is signed twice (seal design section 7). Called by the seal worker and the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import rsa

from workbench.paper.certificates import certificates_beside, fitting_certificate
from workbench.paper.key_file import KeyFile
from workbench.paper.key_refusals import key_of_another_seal, no_key, refuse_short_pin
from workbench.rules.seal_custody import Seal

PKCS12: Final = "pkcs12"
PKCS11: Final = "pkcs11"


class DigestSigner(Protocol):
    """The whole door to a private key: a certificate, and a signature for a SHA-256 digest."""

    @property
    def certificate_der(self) -> bytes:
        """The signer's certificate."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over a SHA-256 digest of 32 bytes."""
        ...


class OpenKey(Protocol):
    """A key that its store has unlocked, and the certificates that the store has for it."""

    @property
    def public(self) -> rsa.RSAPublicKey: ...

    @property
    def certificates(self) -> tuple[bytes, ...]: ...

    def sign(self, digest: bytes) -> bytes: ...


class KeyStore(Protocol):
    """Where a key is kept. Refusals and Outages: see :func:`open_seal_key`."""

    def make(self, pin: str) -> None:
        """A new RSA-2048 key. Refusal ``key_exists``: none is ever overwritten."""
        ...

    def open(self, pin: str) -> AbstractContextManager[OpenKey]:
        """The key until the end of the block."""
        ...

    def put_certificate(self, pin: str, der: bytes) -> None:
        """Keep a certificate of this key beside it."""
        ...

    def change_pin(self, old: str, new: str) -> None:
        """From now on the new PIN opens the store. Refusal ``pin_not_accepted``."""
        ...


@dataclass(frozen=True, slots=True)
class SealSigner:
    """An open key with the one certificate that it signs for (:class:`DigestSigner`)."""

    certificate_der: bytes
    key: OpenKey

    def sign(self, digest: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over a SHA-256 digest of 32 bytes."""
        return self.key.sign(digest)


def store_of(seal_id: str, key_place: str, keys_folder: Path, module: str = "") -> KeyStore:
    """The store that a ``Seal.key_place`` names; ``module`` is the PKCS#11 module's file.

    Refusal ``no_key`` for a seal of metal alone, and for a word that is no store.
    """
    kind, _colon, label = key_place.partition(":")
    if kind == PKCS12:
        return KeyFile(keys_folder / f"{seal_id}.p12")
    if kind == PKCS11 and label:
        # A centre without a token does not load the library for it.
        from workbench.paper.key_token import KeyToken
        from workbench.paper.token_session import TokenPlace

        return KeyToken(TokenPlace(module, label), seal_id)
    raise no_key(seal_id, key_place)


@contextmanager
def open_seal_key(
    seal: Seal, keys_folder: Path, pin: str, module: str = ""
) -> Iterator[DigestSigner]:
    """The seal's key for one press or one batch; forgotten at the end of the block.

    The certificate is the one that the register names, from the store or from ``<seal_id>*.pem``.
    Refusal ``wrong_pin``, ``token_locked``, ``key_of_another_seal``, ``no_key``; Outage
    ``key_file_missing``, ``key_file_damaged``, ``token_gone``, ``token_error``, ``token_module``.
    A token is asked for the PIN here already, and again at each signature, which may raise its
    Refusals and Outages too; Fault ``key_closed`` after the end of the block.
    """
    store = store_of(seal.seal_id, seal.key_place, keys_folder, module)
    with store.open(pin) as key:
        known = (*key.certificates, *certificates_beside(keys_folder, seal.seal_id))
        der = fitting_certificate(known, seal.certificate_sha256, key.public)
        if der is None:
            raise key_of_another_seal(seal.seal_id)
        yield SealSigner(der, key)


def change_seal_pin(seal: Seal, keys_folder: Path, old: str, new: str, module: str = "") -> None:
    """A new PIN of six characters or more, for every key of that file or token.

    Refusal ``pin_short`` besides those of :func:`open_seal_key`; ``pin_not_accepted`` by a token
    that has rules of its own. The old PIN holds on then.
    """
    refuse_short_pin(new)
    store_of(seal.seal_id, seal.key_place, keys_folder, module).change_pin(old, new)
