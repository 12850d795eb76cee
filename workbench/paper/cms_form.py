"""The one form in which this product writes a signature value, and the check that it is that form.

``sign`` builds it, ``verify_envelope`` rebuilds it from the parts and compares bytes. Everything
outside the signed attributes is thereby fixed: a version, an algorithm name, the set of
certificates, the shell of the timestamp. So one changed byte shows, even without the ledger.
"""

from __future__ import annotations

import hashlib
from typing import Any

from asn1crypto import algos, cms, core  # type: ignore[import-untyped]


def build_cms(certificate: Any, signed_attrs: Any, signature: bytes, token: Any | None) -> bytes:
    """DER of the signature value: one signer, one certificate, at most one timestamp token."""
    return bytes(_content_info("data", None, certificate, signed_attrs, signature, token).dump())


def build_token(token: Any) -> Any:
    """A timestamp token in our form: only the authority's own certificate, no unsigned parts.

    Nothing that the authority signed is touched; its certificate is named by hash in the signed
    attributes, so what remains cannot be changed unseen. Raises ValueError for a token that names
    no certificate of its own.
    """
    data = token["content"]
    info = data["signer_infos"][0]
    return _content_info(
        "tst_info",
        data["encap_content_info"]["content"],
        signer_certificate(data),
        info["signed_attrs"],
        info["signature"].native,
        None,
        digest=info["digest_algorithm"]["algorithm"].native,
    )


def is_our_form(der: bytes) -> bool:
    """Whether these are exactly the bytes that :func:`build_cms` makes of their own parts."""
    info = cms.ContentInfo.load(der, strict=True)
    data = info["content"]
    signer = data["signer_infos"][0]
    token = embedded_token(signer)
    rebuilt = build_cms(
        signer_certificate(data),
        signer["signed_attrs"],
        signer["signature"].native,
        build_token(token) if token is not None else None,
    )
    return rebuilt == der


def embedded_token(signer_info: Any) -> Any | None:
    """The timestamp token among the unsigned attributes, if there is exactly one."""
    attributes = signer_info["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return None
    tokens = [a for a in attributes if a["type"].native == "signature_time_stamp_token"]
    if len(tokens) != 1 or len(tokens[0]["values"]) != 1:
        return None
    return tokens[0]["values"][0]


def signer_certificate(data: Any) -> Any:
    """The certificate that the signer info points to. Raises ValueError when it is not there."""
    sid = data["signer_infos"][0]["sid"].chosen
    certificates = data["certificates"]
    if isinstance(certificates, core.Void) or not isinstance(sid, cms.IssuerAndSerialNumber):
        raise ValueError("the signature does not carry its certificate")
    for choice in certificates:
        certificate = choice.chosen
        same_serial = certificate.serial_number == sid["serial_number"].native
        if same_serial and certificate.issuer.dump() == sid["issuer"].dump():
            return certificate
    raise ValueError("the signature does not carry its certificate")


def attribute(signed_attrs: Any, name: str) -> Any | None:
    """The single value of a signed attribute, or None."""
    for entry in signed_attrs:
        if entry["type"].native == name and len(entry["values"]) == 1:
            return entry["values"][0]
    return None


def names_certificate(signed_attrs: Any, certificate_der: bytes) -> bool:
    """Whether the signed attributes name this certificate by its SHA-256 (ESS v2, PAdES)."""
    value = attribute(signed_attrs, "signing_certificate_v2")
    if value is None:
        return False
    named = value["certs"][0]
    if named["hash_algorithm"]["algorithm"].native != "sha256":
        return False
    return bool(named["cert_hash"].native == hashlib.sha256(certificate_der).digest())


def _content_info(
    kind: str,
    content: Any,
    certificate: Any,
    signed_attrs: Any,
    signature: bytes,
    token: Any | None,
    digest: str = "sha256",
) -> Any:
    issuer_and_serial = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer_and_serial}),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
        "signed_attrs": cms.CMSAttributes.load(signed_attrs.untag().dump()),
        "signature_algorithm": _algorithm(certificate, digest),
        "signature": signature,
    }
    if token is not None:
        signer["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
    encapsulated = {"content_type": kind}
    if content is not None:
        encapsulated["content"] = core.ParsableOctetString(bytes(content))
    data = {
        "version": "v1" if kind == "data" else "v3",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": digest})],
        "encap_content_info": encapsulated,
        "certificates": [cms.CertificateChoices(name="certificate", value=certificate)],
        "signer_infos": [cms.SignerInfo(signer)],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


def _algorithm(certificate: Any, digest: str) -> Any:
    kind = certificate.public_key.algorithm
    if kind == "rsa":
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    if kind == "ec":
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    raise ValueError(f"no signature form for a {kind} key")
