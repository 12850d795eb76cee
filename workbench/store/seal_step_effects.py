"""What a step of a seal comes to: state and box, a certificate, a filed impression, limits (R55).

A certificate travels whole in the form, so that the second person confirms the very one that was
asked for; what it says of its time is read out of it and never typed. Called by ``seal_states`` in
the transaction that files the change; a server does the same in ``sql/73_seal_step_effects.sql``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cryptography import x509
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.rules.moment import Moment, from_datetime
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_balance import SealCertificate
from workbench.rules.seal_custody import Seal, SealStatus
from workbench.rules.seal_states import SealStep, SealStepAsked
from workbench.store.engine import Unit
from workbench.store.tables_seal import seal, seal_certificate, seal_face, seal_picture

Form = Mapping[str, str]


def with_certificate(form: Form) -> dict[str, str]:
    """The form with the certificate in one way of writing, and the time it is valid, in
    microseconds. One that cannot be read stays as it is: it is refused when the step is judged."""
    der = _der(form.get("pem", ""))
    try:
        found = x509.load_der_x509_certificate(der)
    except ValueError:
        return dict(form)
    begin, end = found.not_valid_before_utc, found.not_valid_after_utc
    return {
        **form, "pem": _pem(der), "valid_from": str(from_datetime(begin)),
        "valid_to": str(from_datetime(end)),
    }  # fmt: skip


def asked_with_certificate(asked: SealStepAsked) -> SealStepAsked:
    """What is asked for, its certificate read (:func:`with_certificate`)."""
    return replace(asked, form=with_certificate(asked.form)) if "pem" in asked.form else asked


def entry_form(pem: str) -> dict[str, str]:
    """The form of entering a seal: with its first certificate, or empty where none is given."""
    return with_certificate({"pem": pem, "sha256": sha256_of(pem)}) if pem.strip() else {}


def sha256_of(pem: str) -> str:
    """SHA-256 of the certificate's bytes, 64 hex digits."""
    return hashlib.sha256(_der(pem)).hexdigest()


def _der(pem: str) -> bytes:
    """The bytes between the lines of a PEM file; nothing where it is none."""
    lines = pem.replace("-----BEGIN CERTIFICATE-----", "").partition("-----END")[0]
    try:
        return base64.b64decode("".join(lines.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _pem(der: bytes) -> str:
    lines = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def judge(unit: Unit, found: Seal, step: SealStep, form: Form) -> None:
    """Refusal where what the form brings cannot be filed: asked for and again when confirmed."""
    if step.code == "new_certificate":
        need_certificate(unit, found.seal_id, form)
    if step.code == "new_face":
        p = seal_picture.c
        known = select(p.sha256).where(p.sha256 == form["sha256"])
        if unit.sql.execute(known).first() is None:
            raise refusal("seal_picture_missing")


def need_certificate(unit: Unit, seal_id: str, form: Form) -> SealCertificate:
    """The certificate of a form. Refusal where it is another one, over, or another seal's."""
    read = with_certificate(form)
    if not _der(form["pem"]) or "valid_from" not in read:
        raise refusal("seal_certificate_unread")
    made = SealCertificate(
        form["sha256"], seal_id, read["pem"], int(read["valid_from"]), int(read["valid_to"])
    )
    if sha256_of(form["pem"]) != made.sha256 or read != dict(form):
        raise refusal("seal_certificate_differs")
    if made.valid_to <= unit.now:
        raise refusal("seal_certificate_expired")
    c = seal_certificate.c
    filed = unit.sql.execute(select(c.seal_id).where(c.sha256 == made.sha256)).scalar()
    if filed is not None and filed != seal_id:
        raise refusal("seal_certificate_taken", other=filed)
    return made


def carry_out(
    unit: Unit, found: Seal, step: SealStep, form: Form, after: SealStatus, asked_by: str,
    confirmed_by: str,
) -> None:  # fmt: skip
    """Write what a step comes to; the partial unique index has the last word (S166)."""
    judge(unit, found, step, form)
    values: dict[str, Any] = {"status": after.value}
    if "box" in step.needs:
        values["box"] = form["box"]
    if step.code == "new_certificate":
        values |= file_certificate(unit, need_certificate(unit, found.seal_id, form))
    if step.code == "new_face":
        values |= _file_face(unit, found.seal_id, form, asked_by, confirmed_by)
    if step.code == "new_policy":
        values |= _policy(form)
    try:
        unit.sql.execute(update(seal).where(seal.c.seal_id == found.seal_id).values(values))
    except IntegrityError as second:
        raise refusal("seal_twin", other=found.organ_name) from second


def file_certificate(unit: Unit, made: SealCertificate) -> dict[str, str | Moment]:
    """File it, unless it is there; what the seal's own line says of it from now on."""
    c = seal_certificate.c
    if unit.sql.execute(select(c.sha256).where(c.sha256 == made.sha256)).first() is None:
        unit.sql.execute(insert(seal_certificate).values(
            sha256=made.sha256, seal_id=made.seal_id, pem=made.pem, valid_from=made.valid_from,
            valid_to=made.valid_to, entered_at=unit.now,
        ))  # fmt: skip
    return {
        "certificate_sha256": made.sha256, "valid_from": made.valid_from, "valid_to": made.valid_to,
    }  # fmt: skip


def _file_face(
    unit: Unit, seal_id: str, form: Form, asked_by: str, confirmed_by: str
) -> dict[str, str | int]:
    f = seal_face.c
    newest = unit.sql.execute(select(func.max(f.version)).where(f.seal_id == seal_id)).scalar()
    size = int(form["diameter_mm"])
    unit.sql.execute(insert(seal_face).values(
        seal_id=seal_id, version=(newest or 0) + 1, sha256=form["sha256"], diameter_mm=size,
        asked_by=asked_by, confirmed_by=confirmed_by, entered_at=unit.now,
    ))  # fmt: skip
    return {"face_sha256": form["sha256"], "diameter_mm": size}


def _policy(form: Form) -> dict[str, int | bool]:
    return {
        "daily_limit": int(form["daily_limit"]), "batch_limit": int(form["batch_limit"]),
        "needs_timestamp": form["needs_timestamp"] == "yes",
    }  # fmt: skip
