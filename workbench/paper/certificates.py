"""Test keys: how a centre gets one, and how the seal worker opens it for one press or one batch.

The key is an encrypted PKCS#12 file with a certificate of a throw-away test authority. Everything
in it is called TEST / 演示: it is never a legally valid e-seal (R57). The open key offers one thing
only, "digest in, signature out", so that a token or an SKF device can take its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from asn1crypto import pkcs12 as pkcs12_form  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from workbench.rules.moment import SECOND, Moment
from workbench.rules.refusals import Fault, Outage, Refusal
from workbench.rules.seal_custody import TEST_SEAL_MARK, KeyMade
from workbench.rules.words import _

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Slows guessing of a short PIN; opening takes about a tenth of a second.
_KDF_ROUNDS: Final = 200_000
_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL
)
_TRUST_BYTES: Final = 1_000_000


def only_certificates(path: Path) -> str:
    """The certificates of a PEM file, as PEM, without keys and remarks that stand beside them.

    ValueError where there is none, one is damaged, or the file has over a megabyte.
    """
    with path.open("rb") as file:
        found = _CERTIFICATE.findall(file.read(_TRUST_BYTES))
    if not found:
        raise ValueError("no certificate")
    return "".join(
        x509.load_pem_x509_certificate(one).public_bytes(serialization.Encoding.PEM).decode()
        for one in found
    )


class DigestSigner(Protocol):
    """The whole door to a private key: a certificate, and a signature for a SHA-256 digest."""

    @property
    def certificate_der(self) -> bytes:
        """The signer's certificate."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over a SHA-256 digest of 32 bytes."""
        ...


class SealKey:
    """A private key that was unlocked with its PIN and forgets it when closed."""

    def __init__(self, private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._private: rsa.RSAPrivateKey | None = private
        self._certificate_der = certificate.public_bytes(serialization.Encoding.DER)
        self.certificate_sha256 = certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def certificate_der(self) -> bytes:
        return self._certificate_der

    def sign(self, digest: bytes) -> bytes:
        if self._private is None:
            raise Fault("key_closed", _("The seal key was used after it had been closed."))
        return self._private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def close(self) -> None:
        """Drops the key; later calls of :meth:`sign` raise Fault ``key_closed``."""
        self._private = None


def make_test_key(
    folder: Path,
    passphrase: str,
    organ: str,
    seal_id: str,
    *,
    valid_from: Moment,
    valid_to: Moment,
    bits: int = 2048,
) -> KeyMade:
    """Makes ``<seal_id>.p12`` and ``<seal_id>-ca.pem`` in ``folder`` (mode 0700, files 0600).

    The authority's key exists only during this call. Raises Refusal ``key_exists``: a key is never
    overwritten, because sealed documents depend on its certificate.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{seal_id}.p12"
    authority_key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    authority = _authority_certificate(authority_key, seal_id, valid_from, valid_to)
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    certificate = _seal_certificate(
        key.public_key(), organ, seal_id, authority, authority_key, valid_from, valid_to
    )
    lock = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_KDF_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    packed = pkcs12.serialize_key_and_certificates(
        seal_id.encode(), key, certificate, [authority], lock
    )
    ca_pem = authority.public_bytes(serialization.Encoding.PEM).decode()
    _write_new(target, packed)
    _write_new(folder / f"{seal_id}-ca.pem", ca_pem.encode())
    return KeyMade(
        p12_path=str(target),
        ca_pem=ca_pem,
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        certificate_sha256=certificate.fingerprint(hashes.SHA256()).hex(),
    )


@contextmanager
def open_key(p12: Path, passphrase: str) -> Iterator[SealKey]:
    """The key for one press or one batch; parsed once, forgotten at the end.

    Refusal ``wrong_pin``; Outage ``key_file_missing`` or ``key_file_damaged``, naming the file.
    """
    try:
        packed = p12.read_bytes()
    except OSError as trouble:
        raise Outage(
            "key_file_missing",
            _("The key file {name} cannot be read.").format(name=p12.name),
            _("Bring the key back to where it was, or have the seal made again."),
        ) from trouble
    key = SealKey(*_unpacked(packed, passphrase, p12.name))
    try:
        yield key
    finally:
        key.close()


def _unpacked(
    packed: bytes, passphrase: str, name: str
) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """Key and certificate. A file that is no PKCS#12 must not be counted as a wrong PIN."""
    damaged = Outage(
        "key_file_damaged",
        _("The key file {name} is damaged.").format(name=name),
        _("Bring it back from a backup, or have the seal made again."),
    )
    try:
        pkcs12_form.Pfx.load(packed, strict=True)["auth_safe"]["content"].native  # noqa: B018
    except (ValueError, TypeError, KeyError) as trouble:
        raise damaged from trouble
    try:
        private, certificate, _more = pkcs12.load_key_and_certificates(packed, passphrase.encode())
    except ValueError as trouble:
        raise Refusal(
            "wrong_pin", _("The PIN is wrong."), _("Five wrong PINs lock the seal desk.")
        ) from trouble
    if not isinstance(private, rsa.RSAPrivateKey) or certificate is None:
        raise damaged
    return private, certificate


def _write_new(target: Path, content: bytes) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as trouble:
        raise Refusal(
            "key_exists",
            _("There is already a key file {name}.").format(name=target.name),
            _("A new key needs a new seal number."),
        ) from trouble
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"TEST {TEST_SEAL_MARK}"),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _builder(valid_from: Moment, valid_to: Moment) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(_EPOCH + timedelta(seconds=valid_from // SECOND))
        .not_valid_after(_EPOCH + timedelta(seconds=valid_to // SECOND))
    )


def _usage(*, sign: bool, certify: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=sign,
        key_cert_sign=certify,
        crl_sign=certify,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_certificate(
    key: rsa.RSAPrivateKey, seal_id: str, valid_from: Moment, valid_to: Moment
) -> x509.Certificate:
    name = _name(f"TEST CA 演示 {seal_id}")
    return (
        _builder(valid_from, valid_to)
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False, certify=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _seal_certificate(
    public: rsa.RSAPublicKey,
    organ: str,
    seal_id: str,
    authority: x509.Certificate,
    authority_key: rsa.RSAPrivateKey,
    valid_from: Moment,
    valid_to: Moment,
) -> x509.Certificate:
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(valid_from, valid_to)
        .subject_name(_name(f"TEST 演示 {organ} {seal_id}"))
        .issuer_name(authority.subject)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True, certify=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
