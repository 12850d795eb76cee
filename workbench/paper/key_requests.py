"""A certificate for a key: asked for with PKCS#10, and put where the key and a verifier find it.

Works for every store of keys, because the request is signed through the same narrow door as a
document. Called by ``commands`` (``seal key request`` and ``install``).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from asn1crypto import algos, csr, keys, pem  # type: ignore[import-untyped]
from asn1crypto import x509 as forms
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from workbench.paper.key_file import write_new
from workbench.paper.keys import KeyStore
from workbench.rules.refusals import Refusal
from workbench.rules.words import _


def request_for(store: KeyStore, pin: str, organ: str, seal_id: str) -> bytes:
    """PEM of a request for the key of a seal; names say TEST 演示. Refusals of the store."""
    with store.open(pin) as key:
        public = key.public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        asked = csr.CertificationRequestInfo({
            "version": "v1",
            "subject": forms.Name.build({"common_name": f"TEST 演示 {organ} {seal_id}"[:64]}),
            "subject_pk_info": keys.PublicKeyInfo.load(public),
            "attributes": csr.CRIAttributes([]),
        })  # fmt: skip
        signature = key.sign(hashlib.sha256(asked.dump()).digest())
    whole = csr.CertificationRequest({
        "certification_request_info": asked,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
        "signature": signature,
    })  # fmt: skip
    return bytes(pem.armor("CERTIFICATE REQUEST", whole.dump()))


def install_certificate(
    store: KeyStore, pin: str, keys_folder: Path, seal_id: str, content: bytes
) -> Path:
    """Keep the certificate with the key, and as ``<seal_id>.pem`` for whoever verifies.

    Where that file holds an older certificate it stays, for what was sealed with it, and the new
    one becomes ``<seal_id>-2.pem`` and so on. Returns the file. Refusal ``not_a_certificate``,
    ``certificate_of_another_key``, and those of the store.
    """
    certificate = _certificate(content)
    with store.open(pin) as key:
        fits = certificate.public_key() == key.public
    if not fits:
        raise Refusal(
            "certificate_of_another_key",
            _("This certificate belongs to another key than the one of seal {seal}.").format(
                seal=seal_id
            ),
            _("Ask for one with workbench seal key request, and install the answer."),
        )
    store.put_certificate(pin, certificate.public_bytes(serialization.Encoding.DER))
    return _put_beside(keys_folder, seal_id, certificate)


def _put_beside(folder: Path, seal_id: str, certificate: x509.Certificate) -> Path:
    text = certificate.public_bytes(serialization.Encoding.PEM)
    place, number = folder / f"{seal_id}.pem", 1
    while place.exists():
        if place.read_bytes() == text:
            return place
        number += 1
        place = folder / f"{seal_id}-{number}.pem"
    write_new(place, text)
    return place


def _certificate(content: bytes) -> x509.Certificate:
    """The first one of the file that is no authority's."""
    try:
        found = x509.load_pem_x509_certificates(content)
    except ValueError as trouble:
        raise _none() from trouble
    own = [one for one in found if not _is_authority(one)]
    if not own:
        raise _none()
    return own[0]


def _is_authority(one: x509.Certificate) -> bool:
    try:
        return bool(one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _none() -> Refusal:
    return Refusal(
        "not_a_certificate",
        _("This file holds no certificate of a seal in PEM form."),
        _("Install the file that the authority gave back."),
    )
