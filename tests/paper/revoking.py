"""A test authority that outlives the making of a key: it writes revocation lists for it.

Used by the tests of verification; ``kept_bench`` is a seal whose authority can still sign.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import crl, pem
from asn1crypto import x509 as forms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tests.paper.seal_kit import PIN, Bench, make_bench

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Issuer:
    """An authority with its key."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(PEM).decode()

    def list(
        self,
        revoked: Iterable[tuple[int, datetime]] = (),
        *,
        begins: datetime | None = None,
        days: float = 7,
        reason: x509.ReasonFlags | None = None,
        key: rsa.RSAPrivateKey | None = None,
        extra: Iterable[x509.ExtensionType] = (),
    ) -> bytes:
        """DER of a list of these serial numbers with the moments from which they are revoked."""
        begin = begins or datetime.now(UTC) - HOUR
        book = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(begin)
            .next_update(begin + timedelta(days=days))
            .add_extension(x509.CRLNumber(int(begin.timestamp())), False)
        )
        for serial, when in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), False)
            book = book.add_revoked_certificate(entry.build())
        for one in extra:
            book = book.add_extension(one, True)
        signed = book.sign(key or self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)


def make_issuer(name: str = "TEST CA 演示 kept") -> Issuer:
    """A self-signed authority, valid for years on both sides of now."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        x509.CertificateBuilder().subject_name(called).issuer_name(called)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - 900 * DAY).not_valid_after(now + 3_000 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return Issuer(key, certificate)


def kept_bench(folder: Path, issuer: Issuer, name: str = "seal-1", days: int = 900) -> Bench:
    """A seal whose certificate this authority issued."""
    bench = make_bench(folder)
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST 演示 {name}")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder().subject_name(called).issuer_name(issuer.certificate.subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - 90 * DAY).not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer.key, hashes.SHA256())
    )  # fmt: skip
    lock = serialization.BestAvailableEncryption(PIN.encode())
    place = folder / f"{name}.p12"
    place.write_bytes(
        pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, lock)
    )
    sha256 = certificate.fingerprint(hashes.SHA256()).hex()
    made = replace(
        bench.made, p12_path=str(place), ca_pem=issuer.pem,
        certificate_pem=certificate.public_bytes(PEM).decode(), certificate_sha256=sha256,
    )  # fmt: skip
    seal = replace(bench.seal, certificate_sha256=sha256)
    return replace(bench, made=made, seal=seal)


def serial_of(bench: Bench) -> int:
    """The serial number of the seal's certificate."""
    return x509.load_pem_x509_certificate(bench.made.certificate_pem.encode()).serial_number


def with_lists_inside(frozen: Path, pems: Iterable[str], lists: Iterable[bytes]) -> bytes:
    """The frozen file as it is just before the seal of level B-LT lands: with its proofs."""
    whole = [forms.Certificate.load(der) for text in pems
             for _kind, _headers, der in pem.unarmor(text.encode(), multiple=True)]  # fmt: skip
    packed = io.BytesIO(frozen.read_bytes())
    writer = IncrementalPdfFileWriter(packed)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=whole, crls=[crl.CertificateList.load(one) for one in lists]
    )
    writer.write_in_place()
    return packed.getvalue()


