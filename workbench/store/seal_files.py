"""What belongs to a seal beside its state: certificates, filed impressions, how its organ works.

Everybody reads these (certificates are public); the organ's head and the security administrator
change them. Called through a session on a file; a server reads with the same questions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_balance import SealCertificate, SealFace
from workbench.rules.seal_custody import SealKind, SealStatus
from workbench.rules.seal_states import AskState, SealMode
from workbench.store.content_room import broken
from workbench.store.encrypted_content import BrokenContentError, encrypted, plain_into
from workbench.store.engine import Unit
from workbench.store.opened_content import OpenedContent
from workbench.store.seat import Seat
from workbench.store.tables_seal import (
    issuing_organ,
    seal,
    seal_certificate,
    seal_change,
    seal_face,
    seal_picture,
)

OWNERS: Final = (Role.ORGAN_HEAD, Role.SECURITY_ADMIN)
SEE_FACES: Final = (Role.SEAL_CUSTODIAN, *OWNERS)


class SealFilesOf(Seat):
    """Certificates, faces and modes of the register."""

    _faces: OpenedContent | None = None

    def seal_certificates(self) -> tuple[SealCertificate, ...]:
        """Every certificate of every seal, the old ones too."""
        with self._work.read() as unit:
            return certificates(unit)

    def seal_faces(self, seal_id: str) -> tuple[SealFace, ...]:
        """The filed impressions of a seal, newest last."""
        with self._work.read() as unit:
            return faces(unit, seal_id)

    def add_seal_face_picture(self, source: Path) -> str:
        """Store the picture encrypted, its key in the register; the SHA-256 of the picture."""
        stored, content = encrypted(source)
        with self._work.write() as unit:
            self._need_role(unit, SEE_FACES)
            p = seal_picture.c
            if unit.sql.execute(select(p.sha256).where(p.sha256 == stored.sha256)).first() is None:
                unit.sql.execute(insert(seal_picture).values(
                    sha256=stored.sha256, stored_sha256=self._books.content.put(content),
                    key=stored.key,
                ))  # fmt: skip
        return stored.sha256

    def seal_face_path(self, seal_id: str, version: int = 0) -> Path:
        """A plain copy in memory until the session ends, for who keeps or owns seals."""
        with self._work.read() as unit:
            self._need_role(unit, SEE_FACES)
            sha256 = face_of(unit, seal_id, version)
            found = unit.sql.execute(
                select(seal_picture).where(seal_picture.c.sha256 == sha256)
            ).one()
        if self._faces is None:
            self._faces = OpenedContent()
        try:
            return self._faces.known(sha256) or self._faces.keep(
                sha256, lambda target: self._picture_into(found, target)
            )
        except BrokenContentError as trouble:
            raise broken(seal_id) from trouble

    def _picture_into(self, found: Row[tuple[str, str, bytes]], target: BinaryIO) -> None:
        place = self._books.content.place(found.stored_sha256)
        if not place.is_file():
            raise BrokenContentError(found.sha256)
        plain_into(BytesIO(place.read_bytes()), found.sha256, found.key, target)

    def close(self) -> None:
        """Give back the connection; nothing plain stays behind."""
        if self._faces is not None:
            self._faces.close()
            self._faces = None
        super().close()

    def seal_modes(self) -> Mapping[str, SealMode]:
        """Organ name -> how it works."""
        with self._work.read() as unit:
            return modes(unit)

    def set_seal_mode(self, organ_name: str, mode: SealMode) -> None:
        """How an issuing organ works; one seal only while no second one is in use (S166)."""
        with self._work.write() as unit:
            self._need_role(unit, OWNERS)
            _refuse_twins(unit, organ_name, mode)
            organ, s = issuing_organ.c, seal.c
            unit.sql.execute(delete(issuing_organ).where(organ.organ_name == organ_name))
            unit.sql.execute(insert(issuing_organ).values(
                organ_name=organ_name, seal_mode=mode.value
            ))  # fmt: skip
            sole = mode is SealMode.ONE_SEAL
            try:
                unit.sql.execute(update(seal).where(s.organ_name == organ_name).values(sole=sole))
            except IntegrityError as second:
                raise refusal("seal_twin", other=organ_name) from second
            self._audit(unit, "seal_mode", f"{organ_name} {mode.value}")


def _refuse_twins(unit: Unit, organ_name: str, mode: SealMode) -> None:
    s = seal.c
    active = unit.sql.execute(
        select(s.seal_id).where(
            s.organ_name == organ_name, s.kind == SealKind.APPROVAL_SPECIAL.value,
            s.status == SealStatus.ACTIVE.value,
        ).order_by(s.seal_id)
    ).scalars().all()  # fmt: skip
    if mode is SealMode.ONE_SEAL and len(active) > 1:
        raise refusal("seal_twin", other=active[1])


def certificates(unit: Unit) -> tuple[SealCertificate, ...]:
    """Every certificate of the register, by seal and by age."""
    c = seal_certificate.c
    asked = select(c.sha256, c.seal_id, c.pem, c.valid_from, c.valid_to)
    rows = unit.sql.execute(asked.order_by(c.seal_id, c.valid_from, c.sha256))
    return tuple(SealCertificate(*row) for row in rows)


def faces(unit: Unit, seal_id: str) -> tuple[SealFace, ...]:
    """The filed impressions of one seal, newest last."""
    c = seal_face.c
    asked = select(c.seal_id, c.version, c.sha256, c.diameter_mm, c.asked_by, c.confirmed_by,
                   c.entered_at)  # fmt: skip
    rows = unit.sql.execute(asked.where(c.seal_id == seal_id).order_by(c.version))
    return tuple(SealFace(*row) for row in rows)


def face_of(unit: Unit, seal_id: str, version: int) -> str:
    """SHA-256 of that impression: 0 the newest, one more than the newest the one that waits.

    Refusal ``seal_face_unknown``.
    """
    f, c = seal_face.c, seal_change.c
    newest = unit.sql.execute(
        select(func.max(f.version)).where(f.seal_id == seal_id)
    ).scalar() or 0  # fmt: skip
    if version == newest + 1:
        waits = select(c.form).where(
            c.seal_id == seal_id, c.step == "new_face", c.state == AskState.ASKED.value
        )
        form = unit.sql.execute(waits).scalar()
        found = json.loads(form)["sha256"] if form else None
    else:
        same = (f.seal_id == seal_id) & (f.version == (version or newest))
        found = unit.sql.execute(select(f.sha256).where(same)).scalar()
    if found is None:
        raise refusal("seal_face_unknown", seal_id=seal_id)
    return str(found)


def modes(unit: Unit) -> dict[str, SealMode]:
    """Organs that have a line of their own; the others work with one seal."""
    c = issuing_organ.c
    rows = unit.sql.execute(select(c.organ_name, c.seal_mode).order_by(c.organ_name))
    return {row.organ_name: SealMode(row.seal_mode) for row in rows}
