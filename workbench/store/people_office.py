"""Keeping accounts: what the command line asks for, and the office of a centre on a SQLite file.

On a file there is nobody to ask for leave: whoever owns the file can write all of it, so its owner
keeps the accounts. On a server the security administrator does (``server.accounts``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import delete, select, update

from workbench.rules.flow_words import SYSTEM
from workbench.rules.moment import Moment
from workbench.rules.people import Appointment, Membership, Role, User, role_label
from workbench.rules.person_records import Grant, ListedPerson, NewPerson
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store import people_rows, seeding, signing_in
from workbench.store.centre import StoreCentre
from workbench.store.engine import Unit
from workbench.store.seat import audit
from workbench.store.tables import app_user, appointment, authorisation, membership


class PeopleOffice(Protocol):
    """Where people are added, given roles and revoked. Every verb is one transaction."""

    def departments(self) -> frozenset[str]:
        """The codes of the centre's departments."""

    def logins(self) -> frozenset[str]:
        """The sign-in names in use."""

    def people(self) -> tuple[ListedPerson, ...]:
        """Everybody, by sign-in name."""

    def add(self, people: Sequence[NewPerson], passwords: Mapping[str, str]) -> None:
        """All of them or none; who has no password there keeps one that he has elsewhere."""

    def grant(self, login: str, one: Grant) -> None:
        """One more role."""

    def revoke(self, login: str, role: Role | None) -> int:
        """One role, or everything; how many sessions were ended after it."""

    def give_password(self, login: str, password: str) -> None:
        """A new first password."""

    def close(self) -> None:
        """Give back the connection."""


def in_row(person: NewPerson, trouble: Refusal) -> Refusal:
    """The refusal with the row of the list that it concerns; as it is where there is no list."""
    if not person.row:
        return trouble
    text = _("Row {row}: {text}").format(row=person.row, text=trouble.message)
    return Refusal(trouble.code, text, trouble.remedy)


class FileOffice:
    """The accounts of a centre on a SQLite file."""

    def __init__(self, centre: StoreCentre) -> None:
        self._centre = centre

    def departments(self) -> frozenset[str]:
        """See :class:`PeopleOffice`."""
        with self._centre.administration(writing=False) as unit:
            return frozenset(one.code for one in people_rows.departments(unit.sql))

    def logins(self) -> frozenset[str]:
        """See :class:`PeopleOffice`."""
        with self._centre.administration(writing=False) as unit:
            return frozenset(unit.sql.execute(select(app_user.c.login)).scalars())

    def people(self) -> tuple[ListedPerson, ...]:
        """See :class:`PeopleOffice`."""
        with self._centre.administration(writing=False) as unit:
            roles = _roles(unit)
            rows = unit.sql.execute(select(app_user).order_by(app_user.c.login)).all()
            return tuple(
                ListedPerson(row.login, row.name_zh, row.name_en, row.department, row.site,
                             tuple(sorted(roles.get(row.login, ()))), _standing(row, unit.now))
                for row in rows
            )  # fmt: skip

    def add(self, people: Sequence[NewPerson], passwords: Mapping[str, str]) -> None:
        """See :class:`PeopleOffice`."""
        with self._centre.administration() as unit:
            for person in people:
                try:
                    _add(unit, person, passwords.get(person.login))
                except Refusal as trouble:
                    raise in_row(person, trouble) from trouble

    def grant(self, login: str, one: Grant) -> None:
        """See :class:`PeopleOffice`."""
        with self._centre.administration() as unit:
            _need_person(unit, login)
            _grant(unit, login, one)

    def revoke(self, login: str, role: Role | None) -> int:
        """See :class:`PeopleOffice`. An open desk of his is left without any right."""
        with self._centre.administration() as unit:
            _need_person(unit, login)
            if role is not None and role not in _roles(unit).get(login, set()):
                raise refusal("role_not_held", role=role_label(role))
            _end_roles(unit, login, role)
            if role is None:
                unit.sql.execute(
                    update(app_user).where(app_user.c.login == login)
                    .values(salt=None, password_hash=None)
                )  # fmt: skip
            act = "user_revoked" if role is None else "role_revoked"
            audit(unit, SYSTEM, act, f"{login} {role or ''}".rstrip(), unit.now)
        return 0

    def give_password(self, login: str, password: str) -> None:
        """See :class:`PeopleOffice`."""
        with self._centre.administration() as unit:
            _need_person(unit, login)
            signing_in.set_password(unit, login, password)
            audit(unit, SYSTEM, "password_given", login, unit.now)

    def close(self) -> None:
        """See :class:`PeopleOffice`."""
        self._centre.close()


def _standing(row: object, now: Moment) -> str:
    locked = getattr(row, "locked_until", None)
    if getattr(row, "password_hash", None) is None:
        return "free"
    return "locked" if locked is not None and now < locked else "user"


def _need_person(unit: Unit, login: str) -> None:
    known = select(app_user.c.login).where(app_user.c.login == login)
    if unit.sql.execute(known).first() is None:
        raise refusal("person_unknown", login=login)


def _need_department(unit: Unit, code: str | None) -> None:
    if code is not None and code not in {one.code for one in people_rows.departments(unit.sql)}:
        raise refusal("office_unknown", department=code)


def _add(unit: Unit, person: NewPerson, password: str | None) -> None:
    known = select(app_user.c.login).where(app_user.c.login == person.login)
    if unit.sql.execute(known).first() is not None:
        raise refusal("person_exists", login=person.login)
    _need_department(unit, person.department)
    one = User(person.login, person.name_zh, person.name_en, frozenset(), person.department,
               person.site)  # fmt: skip
    seeding.add_user(unit, one, password)
    audit(unit, SYSTEM, "user_added", person.login, unit.now)
    for grant in person.grants:
        _grant(unit, person.login, grant)


def _grant(unit: Unit, login: str, one: Grant) -> None:
    """R90 and 3.6 are asked in ``seeding``, where every role comes through."""
    start = unit.now if one.valid_from is None else one.valid_from
    _need_department(unit, one.department)
    if start >= one.valid_to or one.valid_to <= unit.now:
        raise refusal("span_backwards")
    if one.role is Role.REPRESENTATIVE:
        _appoint(unit, login, one, start)
    else:
        made = Membership(login, one.role, one.department, one.site, one.window, start,
                          one.valid_to)  # fmt: skip
        if any(_same(made, held) for held in people_rows.memberships(unit.sql, login)):
            raise refusal("role_held", role=role_label(one.role))
        seeding.add_membership(unit, made)
    detail = " ".join(filter(None, (login, one.role, one.department, one.site)))
    audit(unit, SYSTEM, "role_granted", detail, unit.now)


def _same(one: Membership, other: Membership) -> bool:
    return (
        (one.role, one.department, one.site, one.window)
        == (other.role, other.department, other.site, other.window)
        and one.valid_from < other.valid_to
        and other.valid_from < one.valid_to
    )


def _appoint(unit: Unit, login: str, one: Grant, start: Moment) -> None:
    if one.department is None or one.post is None or not one.letter_no.strip():
        raise refusal("letter_incomplete")
    mine = (appointment.c.login == login) & (appointment.c.department == one.department)
    for held in people_rows.appointments(unit.sql, mine):
        if held.revoked_at is None and held.valid_from < one.valid_to and start < held.valid_to:
            raise refusal("role_held", role=role_label(one.role))
    seeding.add_appointment(unit, Appointment(
        login, one.department, one.post, one.letter_no, start, one.valid_to
    ))  # fmt: skip


def _roles(unit: Unit) -> dict[str, set[Role]]:
    """The roles that are not over yet, of everybody."""
    found: dict[str, set[Role]] = {}
    for one in people_rows.memberships(unit.sql):
        if unit.now < one.valid_to:
            found.setdefault(one.login, set()).add(one.role)
    open_letters = (appointment.c.valid_to > unit.now) & (
        appointment.c.revoked_at.is_(None) | (appointment.c.revoked_at > unit.now)
    )
    for letter in people_rows.appointments(unit.sql, open_letters):
        found.setdefault(letter.login, set()).add(Role.REPRESENTATIVE)
    return found


def _end_roles(unit: Unit, login: str, role: Role | None) -> None:
    """Roles that have begun end now, others never begin; letters are revoked (V08)."""
    mine = membership.c.login == login
    if role is not None:
        mine &= membership.c.role == role.value
    unit.sql.execute(delete(membership).where(mine, membership.c.valid_from >= unit.now))
    unit.sql.execute(
        update(membership).where(mine, membership.c.valid_to > unit.now).values(valid_to=unit.now)
    )
    if role in (None, Role.REPRESENTATIVE):
        for table in (appointment, authorisation):
            unit.sql.execute(
                update(table)
                .where(table.c.login == login, table.c.valid_to > unit.now,
                       table.c.revoked_at.is_(None))
                .values(revoked_at=unit.now)
            )  # fmt: skip
