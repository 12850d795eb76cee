"""The test authority of a centre: it issues certificates to test seals and lists revoked ones.

Everything it signs is called TEST / 演示: it is never a certification body of R57, and no seal of
it is a legally valid e-seal. Its key is kept in ``authority.p12`` under a passphrase of its own,
its certificate in ``authority-ca.pem``, its list in ``authority.crl``. Centres of before have one
``<seal_id>-ca.pem`` for each seal, whose key is gone: they can be verified, and revoke nothing.
Called by ``commands`` (founding, ``seal authority``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from workbench.paper.key_file import KeyFile, packed, write_new
from workbench.rules.moment import SECOND, Moment
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import TEST_SEAL_MARK, KeyMade
from workbench.rules.words import _

KEY_NAME, CERTIFICATE_NAME = "authority.p12", "authority-ca.pem"
LEAST_PASSPHRASE: Final = 12
"""Characters: whoever has it makes seals that verify, so it is longer than a PIN."""
LEAST_BITS: Final = 2048
_PEM: Final = serialization.Encoding.PEM
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Authority:
    """An open authority: its certificate, and what it signs."""

    def __init__(self, private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._private = private
        self.certificate = certificate

    @property
    def pem(self) -> str:
        """Its certificate."""
        return self.certificate.public_bytes(_PEM).decode()

    def keep(self, folder: Path, passphrase: str) -> None:
        """Its key and certificate into the folder of keys. Refusal ``key_exists``,
        ``passphrase_short``."""
        if len(passphrase) < LEAST_PASSPHRASE:
            raise Refusal(
                "passphrase_short",
                _("The passphrase has fewer than {count} characters.").format(
                    count=LEAST_PASSPHRASE
                ),
                _("Choose a longer one; several words are easy to keep in mind."),
            )
        content = packed(self._private, passphrase, (self.certificate,), "authority")
        write_new(folder / KEY_NAME, content)
        write_new(folder / CERTIFICATE_NAME, self.pem.encode())

    def issue(
        self, public: rsa.RSAPublicKey, called: str, valid_from: Moment, valid_to: Moment
    ) -> x509.Certificate:
        """A certificate for a seal. Refusal ``beyond_authority`` where it would outlive this one.

        ``called`` is its common name, at most 64 characters of it; the TEST mark is put in front.
        """
        if when(valid_to) > self.certificate.not_valid_after_utc:
            raise Refusal(
                "beyond_authority",
                _("The certificate of the test authority ends before that: {day}.").format(
                    day=self.certificate.not_valid_after_utc.date()
                ),
                _("Choose fewer days."),
            )
        issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._private.public_key())
        marked = called if called.startswith("TEST 演示") else f"TEST 演示 {called}"
        return (
            _builder(valid_from, valid_to)
            .subject_name(_name(marked))
            .issuer_name(self.certificate.subject)
            .public_key(public)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign=True, certify=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(issuer_id, critical=False)
            .sign(self._private, hashes.SHA256())
        )

    def answer(self, request: bytes, valid_from: Moment, valid_to: Moment) -> str:
        """The certificate (PEM) for a request (PKCS#10, PEM).

        Refusal ``request_bad`` where it is none, is not signed by its own key, or its key is no
        RSA key of 2048 bits or more; ``beyond_authority``.
        """
        try:
            asked = x509.load_pem_x509_csr(request)
            public = asked.public_key()
            sound = asked.is_signature_valid
        except ValueError as trouble:
            raise _request_bad() from trouble
        if not sound or not isinstance(public, rsa.RSAPublicKey) or public.key_size < LEAST_BITS:
            raise _request_bad()
        names = asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        called = str(names[0].value) if names else ""
        return self.issue(public, called, valid_from, valid_to).public_bytes(_PEM).decode()

    def sign_list(self, book: x509.CertificateRevocationListBuilder) -> bytes:
        """DER of a list of this authority; the caller has filled it but for the issuer."""
        issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._private.public_key())
        whole = book.issuer_name(self.certificate.subject).add_extension(issuer_id, critical=False)
        return whole.sign(self._private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def new_authority(
    called: str, *, valid_from: Moment, valid_to: Moment, bits: int = LEAST_BITS
) -> Authority:
    """A new authority, in memory until :meth:`Authority.keep`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = _name(f"TEST CA 演示 {called}")
    certificate = (
        _builder(valid_from, valid_to)
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False, certify=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def open_authority(folder: Path, passphrase: str) -> Authority:
    """The authority of that folder of keys. Refusal ``no_authority``, ``passphrase_wrong``;
    Outage ``key_file_damaged``."""
    place = folder / KEY_NAME
    if not place.is_file():
        raise Refusal(
            "no_authority",
            _("This centre keeps no test authority."),
            _("Found one: workbench seal authority new."),
        )
    try:
        private, certificates = KeyFile(place).read(passphrase)
    except Refusal as refusal:
        raise Refusal(
            "passphrase_wrong",
            _("The passphrase does not open the test authority."),
            _("Check the keyboard, then try again."),
        ) from refusal
    return Authority(private, certificates[0])


def make_test_key(
    folder: Path,
    pin: str,
    organ: str,
    seal_id: str,
    authority: Authority,
    *,
    valid_from: Moment,
    valid_to: Moment,
    bits: int = LEAST_BITS,
) -> KeyMade:
    """Makes ``<seal_id>.p12`` and ``<seal_id>.pem`` in ``folder`` (mode 0700, files 0600).

    The certificate in the PEM file is what a verification knows the seal by. Raises Refusal
    ``key_exists``: a key is never overwritten, because sealed documents depend on it.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    own = authority.issue(key.public_key(), f"{organ} {seal_id}", valid_from, valid_to)
    target = folder / f"{seal_id}.p12"
    write_new(target, packed(key, pin, (own, authority.certificate), seal_id))
    pem = own.public_bytes(_PEM).decode()
    write_new(folder / f"{seal_id}.pem", pem.encode())
    return KeyMade(
        p12_path=str(target),
        ca_pem=authority.pem,
        certificate_pem=pem,
        certificate_sha256=own.fingerprint(hashes.SHA256()).hex(),
    )


def when(moment: Moment) -> datetime:
    """A moment as the certificates write it: whole seconds, UTC."""
    return _EPOCH + timedelta(seconds=moment // SECOND)


def _request_bad() -> Refusal:
    return Refusal(
        "request_bad",
        _("This is no sound request for a certificate of an RSA key of 2048 bits or more."),
        _("Make one: workbench seal key request."),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"TEST {TEST_SEAL_MARK}"),
        x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
    ])  # fmt: skip


def _builder(valid_from: Moment, valid_to: Moment) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(when(valid_from))
        .not_valid_after(when(valid_to))
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
