"""Entering people, letters, shifts and seals: what fills a new centre and what administrators add.

Called by ``centre.create_centre`` with a whole :class:`CentreSeed`, and one by one by tests and by
administrators' commands. R90 and the custodian's exclusivity are enforced where a role is given,
so a person who holds both cannot exist.
"""

from __future__ import annotations

from sqlalchemy import delete, insert

from workbench.rules.centre_seed import CentreSeed
from workbench.rules.flow_words import SYSTEM
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    Department,
    Leave,
    Membership,
    Recusal,
    Role,
    User,
    role_conflicts,
)
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Seal
from workbench.rules.words import _
from workbench.store import people_rows, publishing, signing_in
from workbench.store.engine import Unit
from workbench.store.seal_step_effects import file_certificate
from workbench.store.tables import (
    app_user,
    appointment,
    authorisation,
    authorisation_item,
    authorisation_power,
    custody_shift,
    department,
    leave,
    pin_failure,
    recusal,
    seal,
    setting,
)


def fill(unit: Unit, seed: CentreSeed) -> None:
    """Everything that a new centre starts with, in the transaction that creates it."""
    for name, value in seed.settings.items():
        put_setting(unit, name, value)
    for office in seed.departments:
        add_department(unit, office)
    for user in seed.users:
        add_user(unit, user, seed.passwords.get(user.login))
    for membership in seed.memberships:
        add_membership(unit, membership)
    for letter in seed.appointments:
        add_appointment(unit, letter)
    for power in seed.authorisations:
        add_authorisation(unit, power)
    for shift in seed.shifts:
        people_rows.add_shift(unit.sql, shift)
    for away in seed.leaves:
        add_leave(unit, away)
    for custody in seed.custody:
        add_custody_shift(unit, custody)
    for one in seed.seals:
        add_seal(unit, one)
    for certificate in seed.certificates:
        file_certificate(unit, certificate)
    if seed.calendar_years:
        plan = {"years": list(seed.calendar_years), "office_hours": dict(seed.office_hours)}
        publishing.publish_calendar(unit, plan, SYSTEM)
    for publication in seed.publications:
        publishing.publish(unit, publication, SYSTEM)


def put_setting(unit: Unit, name: str, value: str) -> None:
    """A text that the centre keeps under a name; an older one is replaced."""
    unit.sql.execute(delete(setting).where(setting.c.name == name))
    unit.sql.execute(insert(setting).values(name=name, value=value))


def add_department(unit: Unit, one: Department) -> None:
    unit.sql.execute(insert(department).values(
        code=one.code, name_zh=one.name_zh, name_en=one.name_en, organ_name=one.organ_name,
        credit_code=one.credit_code, kind=one.kind.value, transferred_to=one.transferred_to,
        transferred_at=one.transferred_at,
    ))  # fmt: skip


def add_user(unit: Unit, user: User, password: str | None = None) -> None:
    """A person, without any role yet. The system's own name cannot be taken."""
    if user.login == SYSTEM or not user.login.strip():
        raise refusal("login_taken")
    unit.sql.execute(insert(app_user).values(
        login=user.login, name_zh=user.name_zh, name_en=user.name_en, department=user.department,
        site=user.site, failures=0,
    ))  # fmt: skip
    if password is not None:
        signing_in.set_password(unit, user.login, password)


def add_membership(unit: Unit, one: Membership) -> None:
    """A role for a time. Refusal ``roles_exclude`` where another role of the person forbids it."""
    held = [
        other.role
        for other in people_rows.memberships(unit.sql, one.login)
        if other.valid_from < one.valid_to and one.valid_from < other.valid_to
    ]
    letters = people_rows.appointments(unit.sql, appointment.c.login == one.login)
    # An appointment makes a representative, whatever the memberships say.
    if any(
        letter.revoked_at is None
        and letter.valid_from < one.valid_to
        and one.valid_from < letter.valid_to
        for letter in letters
    ):
        held.append(Role.REPRESENTATIVE)
    _refuse_conflict([*held, one.role])
    people_rows.add_membership(unit.sql, one)


def _refuse_conflict(roles: list[Role]) -> None:
    conflicts = role_conflicts(roles)
    if conflicts:
        raise Refusal(
            "roles_exclude",
            conflicts[0],
            _("Give one of the two roles to another person."),
        )


def add_appointment(unit: Unit, one: Appointment) -> None:
    """The appointment letter; being a representative excludes keeping the seal (3.6)."""
    held = [
        other.role
        for other in people_rows.memberships(unit.sql, one.login)
        if other.valid_from < one.valid_to and one.valid_from < other.valid_to
    ]
    _refuse_conflict([*held, Role.REPRESENTATIVE])
    unit.sql.execute(insert(appointment).values(
        login=one.login, department=one.department, post=one.post.value, letter_no=one.letter_no,
        valid_from=one.valid_from, valid_to=one.valid_to, revoked_at=one.revoked_at,
    ))  # fmt: skip


def add_authorisation(unit: Unit, one: Authorisation) -> None:
    """The authorisation letter with its items and powers."""
    made = unit.sql.execute(insert(authorisation).values(
        login=one.login, department=one.department, all_items=one.item_codes is None,
        letter_no=one.letter_no, valid_from=one.valid_from, valid_to=one.valid_to,
        revoked_at=one.revoked_at,
    )).inserted_primary_key  # fmt: skip
    assert made is not None
    number = int(made[0])
    for code in sorted(one.item_codes or ()):
        unit.sql.execute(
            insert(authorisation_item).values(authorisation_id=number, item_code=code)
        )
    for power in sorted(one.powers):
        unit.sql.execute(
            insert(authorisation_power).values(authorisation_id=number, power=power.value)
        )


def add_leave(unit: Unit, one: Leave) -> None:
    unit.sql.execute(insert(leave).values(
        login=one.login, start=one.start, end=one.end, reason_kind=one.reason_kind
    ))  # fmt: skip


def add_custody_shift(unit: Unit, one: CustodyShift) -> None:
    unit.sql.execute(insert(custody_shift).values(
        login=one.login, start=one.start, end=one.end, taken_over_at=one.taken_over_at
    ))  # fmt: skip


def add_recusal(unit: Unit, one: Recusal) -> None:
    """回避; from now on the person sees nothing of the case (V00)."""
    unit.sql.execute(insert(recusal).values(
        login=one.login, case_id=int(one.case_id), reason=one.reason, by=one.by, at=unit.now
    ))  # fmt: skip


def add_seal(unit: Unit, one: Seal) -> None:
    unit.sql.execute(insert(seal).values(
        seal_id=one.seal_id, kind=one.kind.value, organ_name=one.organ_name,
        face_text=one.face_text, bottom_text=one.bottom_text, diameter_mm=one.diameter_mm,
        status=one.status.value, valid_from=one.valid_from, valid_to=one.valid_to,
        certificate_sha256=one.certificate_sha256, sole=one.sole, category=one.category,
        place=one.place, box=one.box, key_place=one.key_place, daily_limit=one.daily_limit,
        face_sha256=one.face_sha256,
    ))  # fmt: skip


def unlock_seal_desk(unit: Unit, login: str) -> None:
    """Five wrong PINs are forgiven: an administrator's act, after asking the custodian why."""
    unit.sql.execute(delete(pin_failure).where(pin_failure.c.login == login))
