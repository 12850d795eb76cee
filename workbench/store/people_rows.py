"""Rows of people, letters, shifts and custody to frozen records and back.

Called by ``dossiers``, ``seeding``, ``roster_room`` and ``catalogue_room``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, true

from workbench.rules.duty_roster import Roster
from workbench.rules.flow_words import SYSTEM
from workbench.rules.moment import Moment
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    Department,
    DepartmentKind,
    DutyShift,
    Leave,
    Membership,
    Place,
    Post,
    Power,
    Role,
    ShiftKind,
    User,
)
from workbench.rules.words import _, pick
from workbench.store.tables import (
    app_user,
    appointment,
    authorisation,
    authorisation_item,
    authorisation_power,
    custody_shift,
    department,
    duty_shift,
    leave,
    membership,
)

SHOWN_OF_A_PERSON: Final = tuple(
    app_user.c[name] for name in ("login", "name_zh", "name_en", "department", "site")
)
"""What everybody may know of everybody; on a server nothing else of the table can be read."""

# Every step of a case asks for these; they are put together once and not at each step.
_LOGINS: Final[Any] = bindparam("logins", expanding=True)
_CODES: Final[Any] = bindparam("codes", expanding=True)
_MEMBERSHIPS: Final = select(
    *(membership.c[one.name] for one in fields(Membership))
).order_by(membership.c.membership_id)
_MEMBERSHIPS_OF: Final = _MEMBERSHIPS.where(membership.c.login.in_(_LOGINS))
_APPOINTMENTS: Final = select(
    *(appointment.c[one.name] for one in fields(Appointment))
).order_by(appointment.c.appointment_id)
_APPOINTMENTS_THERE: Final = _APPOINTMENTS.where(appointment.c.department.in_(_CODES))
_AUTHORISATIONS_THERE: Final = (
    select(authorisation)
    .where(authorisation.c.department.in_(_CODES))
    .order_by(authorisation.c.authorisation_id)
)
_ITEMS_THERE, _POWERS_THERE = (
    select(held.c.authorisation_id, held.c[name])
    .join(authorisation, authorisation.c.authorisation_id == held.c.authorisation_id)
    .where(authorisation.c.department.in_(_CODES))
    for held, name in ((authorisation_item, "item_code"), (authorisation_power, "power"))
)
_SHIFTS: Final = select(*(duty_shift.c[one.name] for one in fields(DutyShift))).order_by(
    duty_shift.c.start, duty_shift.c.shift_id
)
_SHIFTS_THERE: Final = _SHIFTS.where(duty_shift.c.department.in_(_CODES))
_SHIFTS_SINCE: Final = _SHIFTS_THERE.where(duty_shift.c.end >= bindparam("since"))
_LEAVES: Final = select(leave.c.leave_id, *(leave.c[one.name] for one in fields(Leave)))
_LEAVES_OF: Final = _LEAVES.where(leave.c.login.in_(_LOGINS))
_CUSTODY: Final = select(
    *(custody_shift.c[one.name] for one in fields(CustodyShift))
).order_by(custody_shift.c.start)
_CUSTODY_OF: Final = _CUSTODY.where(custody_shift.c.login.in_(_LOGINS))
# Looked up at each of thousands of rows: the call of an enumeration takes its time.
_SHIFT_KINDS: Final = {one.value: one for one in ShiftKind}
_PLACES: Final = {one.value: one for one in Place}


def memberships(sql: Connection, *logins: str) -> tuple[Membership, ...]:
    """The roles of these persons at any time; of everybody where nobody is named."""
    rows = sql.execute(_MEMBERSHIPS_OF, {"logins": logins}) if logins else sql.execute(_MEMBERSHIPS)
    return tuple(Membership(row[0], Role(row[1]), *row[2:]) for row in rows.all())


def add_membership(sql: Connection, one: Membership) -> None:
    sql.execute(insert(membership).values(
        login=one.login, role=one.role.value, department=one.department, site=one.site,
        window=one.window, valid_from=one.valid_from, valid_to=one.valid_to,
    ))  # fmt: skip


def users(sql: Connection, at: Moment) -> tuple[User, ...]:
    """Everybody with the roles in force at the moment; an appointment makes a representative."""
    roles: dict[str, set[Role]] = {}
    for one in memberships(sql):
        if one.valid_from <= at < one.valid_to:
            roles.setdefault(one.login, set()).add(one.role)
    for letter in appointments(sql, true()):
        if letter.in_force(at):
            roles.setdefault(letter.login, set()).add(Role.REPRESENTATIVE)
    return tuple(
        User(row.login, row.name_zh, row.name_en, frozenset(roles.get(row.login, ())),
             row.department, row.site)
        for row in sql.execute(select(*SHOWN_OF_A_PERSON).order_by(app_user.c.login))
    )  # fmt: skip


def shown_name(sql: Connection, login: str) -> str:
    """What the screen calls a person; the system has a name too, an unknown login is itself."""
    if login == SYSTEM:
        return _("The system")
    columns = select(app_user.c.name_zh, app_user.c.name_en).where(app_user.c.login == login)
    row = sql.execute(columns).one_or_none()
    return pick(row.name_zh, row.name_en) if row else login


def departments(sql: Connection) -> tuple[Department, ...]:
    """All departments and street offices."""
    return tuple(
        Department(row.code, row.name_zh, row.name_en, row.organ_name, row.credit_code,
                   DepartmentKind(row.kind), row.transferred_to, row.transferred_at)
        for row in sql.execute(select(department).order_by(department.c.code))
    )  # fmt: skip


def appointments(sql: Connection, where: ColumnElement[bool]) -> tuple[Appointment, ...]:
    return _letters(sql.execute(_APPOINTMENTS.where(where)))


def _letters(rows: Iterable[Any]) -> tuple[Appointment, ...]:
    return tuple(Appointment(row[0], row[1], Post(row[2]), *row[3:]) for row in rows)


def _authorisations(sql: Connection, codes: list[str]) -> tuple[Authorisation, ...]:
    asked = {"codes": codes}
    items = _grouped(sql.execute(_ITEMS_THERE, asked).all())
    powers = _grouped(sql.execute(_POWERS_THERE, asked).all())
    return tuple(
        Authorisation(
            row.login, row.department,
            None if row.all_items else frozenset(items.get(row.authorisation_id, ())),
            frozenset(Power(one) for one in powers.get(row.authorisation_id, ())),
            row.letter_no, row.valid_from, row.valid_to, row.revoked_at,
        )
        for row in sql.execute(_AUTHORISATIONS_THERE, asked)
    )  # fmt: skip


def _grouped(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for letter, held in rows:
        found.setdefault(letter, []).append(held)
    return found


def shifts(sql: Connection, where: ColumnElement[bool]) -> tuple[DutyShift, ...]:
    return _turns(sql.execute(_SHIFTS.where(where)).all())


def _turns(rows: Iterable[Any]) -> tuple[DutyShift, ...]:
    return tuple(
        DutyShift(shift_id, department, login, start, end, _SHIFT_KINDS[kind], joint, created_by,
                  published_at, _PLACES[place])
        for shift_id, department, login, start, end, kind, joint, created_by, published_at, place
        in rows
    )  # fmt: skip


def add_shift(sql: Connection, one: DutyShift) -> None:
    sql.execute(insert(duty_shift).values(
        shift_id=one.shift_id, department=one.department, login=one.login, start=one.start,
        end=one.end, kind=one.kind.value, joint=one.joint, created_by=one.created_by,
        published_at=one.published_at, place=one.place.value,
    ))  # fmt: skip


def leaves(sql: Connection, logins: Iterable[str] | None = None) -> tuple[Leave, ...]:
    """Leaves in the order in which they were entered.

    On a server another person's are read as absences, without their reason (``wb.absences``): they
    are the roster manager's, but who is on duty now is known to everybody.
    """
    named = sorted(logins) if logins is not None else None
    told = sql.execute(_LEAVES) if named is None else sql.execute(_LEAVES_OF, {"logins": named})
    rows = {row[0]: tuple(row[1:]) for row in told}
    if sql.dialect.name == "postgresql":
        away = sql.exec_driver_sql("SELECT a.*, '' FROM wb.absences(%s) AS a", (named,))
        rows = {row[0]: tuple(row[1:]) for row in away} | rows
    return tuple(Leave(*rows[number]) for number in sorted(rows))


def custody_shifts(sql: Connection, where: ColumnElement[bool]) -> tuple[CustodyShift, ...]:
    return tuple(CustodyShift(*row) for row in sql.execute(_CUSTODY.where(where)))


def custody_of(sql: Connection, logins: Iterable[str]) -> tuple[CustodyShift, ...]:
    """The custody shifts of these persons, taken over or not."""
    rows = sql.execute(_CUSTODY_OF, {"logins": sorted(set(logins))})
    return tuple(CustodyShift(*row) for row in rows)


def roster(sql: Connection, codes: Iterable[str], since: Moment | None = None) -> Roster:
    """Letters, shifts and leaves of these departments; shifts that ended before ``since`` are
    left out, because no fact asks for them."""
    wanted = sorted(set(codes))
    there = {"codes": wanted}
    letters = _letters(sql.execute(_APPOINTMENTS_THERE, there))
    turns = (
        sql.execute(_SHIFTS_THERE, there) if since is None
        else sql.execute(_SHIFTS_SINCE, {"codes": wanted, "since": since})
    )  # fmt: skip
    return Roster(
        appointments=letters,
        authorisations=_authorisations(sql, wanted),
        shifts=_turns(turns.all()),
        leaves=leaves(sql, {one.login for one in letters}),
    )
