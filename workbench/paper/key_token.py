"""The seal's key in a token behind PKCS#11: made in it, never out of it, the PIN every time.

A :class:`workbench.paper.keys.KeyStore`. The key is a private RSA key whose label is the seal's
number. It is made with ``CKA_ALWAYS_AUTHENTICATE``: the token itself asks for the PIN at every
signature (seal design section 0.5). A signature has a session of its own, because a PIN that was
refused leaves the operation open, and because a login holds for every session of the process while
one is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from asn1crypto import x509 as forms  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import rsa
from pkcs11 import Attribute, CertificateType, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as told

from workbench.paper.key_refusals import key_closed, key_exists, no_key
from workbench.paper.token_session import TokenPlace, in_session
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

#: DER of a DigestInfo for SHA-256 up to the digest (RFC 8017, 9.2): what PKCS#1 v1.5 signs.
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
_DIGEST_BYTES: Final = 32


class TokenKey:
    """A key that stays in its token.

    The PIN is held here alone, and overwritten by :meth:`close`; the copies that the library
    makes for each call are freed, not overwritten.
    """

    def __init__(
        self, place: TokenPlace, seal_id: str, pin: str, public: rsa.RSAPublicKey,
        certificates: tuple[bytes, ...],
    ) -> None:  # fmt: skip
        self._place = place
        self._seal_id = seal_id
        self._pin = bytearray(pin.encode())
        self.public = public
        self.certificates = certificates

    def sign(self, digest: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over a SHA-256 digest of 32 bytes, in a session of its own.

        Outage ``token_gone``, ``token_error``; Refusal ``wrong_pin``, ``token_locked``; Fault
        ``key_closed``; ValueError for a digest of another length.
        """
        if not self._pin:
            raise key_closed()
        if len(digest) != _DIGEST_BYTES:
            raise ValueError(f"a digest of {_DIGEST_BYTES} bytes is signed, not of {len(digest)}")
        pin = self._pin.decode()

        def work(session: Any) -> bytes:
            key = _private(session, self._seal_id, self._place)
            asks = pin if key[Attribute.ALWAYS_AUTHENTICATE] else None
            return bytes(key.sign(_DIGEST_INFO + digest, mechanism=Mechanism.RSA_PKCS, pin=asks))

        return in_session(self._place, pin, work)

    def close(self) -> None:
        """Overwrites the PIN; later calls of :meth:`sign` raise Fault ``key_closed``."""
        self._pin[:] = bytes(len(self._pin))
        self._pin.clear()

    def __repr__(self) -> str:
        return f"TokenKey({self._place.label!r}, {self._seal_id!r})"


class KeyToken:
    """The key of one seal in one token."""

    def __init__(self, place: TokenPlace, seal_id: str) -> None:
        self._place = place
        self._seal_id = seal_id

    def make(self, pin: str, bits: int = 2048) -> None:
        """Has the token make the key, not to be taken out of it. Refusal ``key_exists``."""

        def work(session: Any) -> None:
            if any(session.get_objects(self._wanted(ObjectClass.PRIVATE_KEY))):
                raise key_exists(f"{self._place.label}:{self._seal_id}")
            session.generate_keypair(
                KeyType.RSA, bits, store=True, label=self._seal_id, id=self._seal_id.encode(),
                private_template={
                    Attribute.ALWAYS_AUTHENTICATE: True, Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                },
            )  # fmt: skip

        in_session(self._place, pin, work, write=True)

    @contextmanager
    def open(self, pin: str) -> Iterator[TokenKey]:
        """The key until the end of the block; a wrong PIN shows here, before anything is signed.

        Refusal ``wrong_pin``, ``token_locked``, ``no_key``; Outage ``token_gone``,
        ``token_error``, ``token_module``.
        """
        public, certificates = in_session(
            self._place, pin,
            lambda session: (_public_half(_private(session, self._seal_id, self._place)),
                             self._certificates(session)),
        )  # fmt: skip
        key = TokenKey(self._place, self._seal_id, pin, public, certificates)
        try:
            yield key
        finally:
            key.close()

    def put_certificate(self, pin: str, der: bytes) -> None:
        """Stores the certificate as an object beside the key."""
        form = forms.Certificate.load(der)

        def work(session: Any) -> None:
            if der in self._certificates(session):
                return
            session.create_object({
                **self._wanted(ObjectClass.CERTIFICATE), Attribute.TOKEN: True,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.ID: self._seal_id.encode(),
                Attribute.SUBJECT: form.subject.dump(), Attribute.ISSUER: form.issuer.dump(),
                Attribute.SERIAL_NUMBER: form["tbs_certificate"]["serial_number"].dump(),
                Attribute.VALUE: der,
            })  # fmt: skip

        in_session(self._place, pin, work, write=True)

    def change_pin(self, old: str, new: str) -> None:
        """The token's own change of PIN: for every key in it. Refusal ``wrong_pin``,
        ``token_locked``, ``pin_not_accepted``."""

        def work(session: Any) -> None:
            try:
                session.set_pin(old, new)
            except (told.PinInvalid, told.PinLenRange, told.PinTooWeak) as trouble:
                raise Refusal(
                    "pin_not_accepted",
                    _("The token {label} does not accept this new PIN.").format(
                        label=self._place.label
                    ),
                    _("Its maker says which PINs it takes; the old PIN holds on."),
                ) from trouble

        in_session(self._place, old, work, write=True)

    def _wanted(self, kind: ObjectClass) -> dict[Attribute, Any]:
        return {Attribute.CLASS: kind, Attribute.LABEL: self._seal_id}

    def _certificates(self, session: Any) -> tuple[bytes, ...]:
        found = session.get_objects(self._wanted(ObjectClass.CERTIFICATE))
        return tuple(bytes(one[Attribute.VALUE]) for one in found)


def _private(session: Any, seal_id: str, place: TokenPlace) -> Any:
    try:
        return session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=seal_id)
    except told.NoSuchKey as trouble:
        raise no_key(seal_id, place.label) from trouble


def _public_half(private: Any) -> rsa.RSAPublicKey:
    """Both numbers are no secret, and stand in the private object too."""
    modulus = int.from_bytes(private[Attribute.MODULUS], "big")
    exponent = int.from_bytes(private[Attribute.PUBLIC_EXPONENT], "big")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()
