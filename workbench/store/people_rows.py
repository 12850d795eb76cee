"""Rows of people, letters, shifts and custody to frozen records and back.

Called by ``dossiers``, ``seeding``, ``roster_room`` and ``catalogue_room``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, insert, select, true

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


def memberships(sql: Connection, *logins: str) -> tuple[Membership, ...]:
    """The roles of these persons at any time; of everybody where nobody is named."""
    wanted = select(membership).order_by(membership.c.membership_id)
    if logins:
        wanted = wanted.where(membership.c.login.in_(logins))
    return tuple(
        Membership(row.login, Role(row.role), row.department, row.site, row.window,
                   row.valid_from, row.valid_to)
        for row in sql.execute(wanted)
    )  # fmt: skip


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
                   DepartmentKind(row.kind), row.transferred_to)
        for row in sql.execute(select(department).order_by(department.c.code))
    )  # fmt: skip


def appointments(sql: Connection, where: ColumnElement[bool]) -> tuple[Appointment, ...]:
    wanted = select(appointment).where(where).order_by(appointment.c.appointment_id)
    return tuple(
        Appointment(row.login, row.department, Post(row.post), row.letter_no, row.valid_from,
                    row.valid_to, row.revoked_at)
        for row in sql.execute(wanted)
    )  # fmt: skip


def authorisations(sql: Connection, where: ColumnElement[bool]) -> tuple[Authorisation, ...]:
    letters = sql.execute(
        select(authorisation).where(where).order_by(authorisation.c.authorisation_id)
    ).all()
    ids = [row.authorisation_id for row in letters]
    items = _grouped(sql, authorisation_item, "item_code", ids)
    powers = _grouped(sql, authorisation_power, "power", ids)
    return tuple(
        Authorisation(
            row.login, row.department,
            None if row.all_items else frozenset(items.get(row.authorisation_id, ())),
            frozenset(Power(one) for one in powers.get(row.authorisation_id, ())),
            row.letter_no, row.valid_from, row.valid_to, row.revoked_at,
        )
        for row in letters
    )  # fmt: skip


def _grouped(sql: Connection, table: Any, column: str, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    wanted = select(table).where(table.c.authorisation_id.in_(ids))
    for row in sql.execute(wanted):
        found.setdefault(row.authorisation_id, []).append(getattr(row, column))
    return found


def shifts(sql: Connection, where: ColumnElement[bool]) -> tuple[DutyShift, ...]:
    wanted = select(duty_shift).where(where).order_by(duty_shift.c.start, duty_shift.c.shift_id)
    return tuple(
        DutyShift(row.shift_id, row.department, row.login, row.start, row.end,
                  ShiftKind(row.kind), row.joint, row.created_by, row.published_at,
                  Place(row.place))
        for row in sql.execute(wanted)
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
    columns = ("leave_id", "login", "start", "end", "reason_kind")
    wanted = select(*(leave.c[name] for name in columns))
    named = sorted(logins) if logins is not None else None
    if named is not None:
        wanted = wanted.where(leave.c.login.in_(named))
    rows = {row[0]: tuple(row[1:]) for row in sql.execute(wanted)}
    if sql.dialect.name == "postgresql":
        told = sql.exec_driver_sql("SELECT a.*, '' FROM wb.absences(%s) AS a", (named,))
        rows = {row[0]: tuple(row[1:]) for row in told} | rows
    return tuple(Leave(*rows[number]) for number in sorted(rows))


def custody_shifts(sql: Connection, where: ColumnElement[bool]) -> tuple[CustodyShift, ...]:
    wanted = select(custody_shift).where(where).order_by(custody_shift.c.start)
    return tuple(
        CustodyShift(row.login, row.start, row.end, row.taken_over_at)
        for row in sql.execute(wanted)
    )


def roster(sql: Connection, codes: Iterable[str], since: Moment | None = None) -> Roster:
    """Letters, shifts and leaves of these departments; shifts that ended before ``since`` are
    left out, because no fact asks for them."""
    wanted = sorted(set(codes))
    letters = appointments(sql, appointment.c.department.in_(wanted))
    recent = duty_shift.c.end >= since if since is not None else true()
    return Roster(
        appointments=letters,
        authorisations=authorisations(sql, authorisation.c.department.in_(wanted)),
        shifts=shifts(sql, duty_shift.c.department.in_(wanted) & recent),
        leaves=leaves(sql, {one.login for one in letters}),
    )
