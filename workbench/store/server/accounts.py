"""Accounts of a centre on a server: kept by the security administrator through the server's verbs.

Who may do it, and which roles exclude each other, the server decides (``sql/50_accounts.sql``). A
password leaves this machine as a SCRAM verifier only, so it stands in no log of the server. Called
by the command line, the desk's sign-in, and whoever founds a centre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine

from workbench.rules.people import Role
from workbench.rules.person_records import Grant, ListedPerson, NewPerson
from workbench.rules.refusals import Refusal
from workbench.store.people_office import in_row
from workbench.store.server.address import ServerAddress
from workbench.store.server.connecting import plainly

SCRAM: Final = b"scram-sha-256"


def verifier(sql: Connection, login: str, password: str) -> str:
    """What the server keeps instead of the password (RFC 5803), with a salt of its own."""
    driver: Any = sql.connection.dbapi_connection
    made: bytes = driver.pgconn.encrypt_password(password.encode(), login.encode(), SCRAM)
    return made.decode("ascii")


def must_change(engine: Engine, address: ServerAddress) -> bool:
    """Whether who signed in still bears the password he was given: it gives no right at all."""
    with plainly(address), engine.begin() as sql:
        return bool(sql.exec_driver_sql("SELECT wb.password_must_change()").scalar_one())


def change_password(engine: Engine, address: ServerAddress, login: str, password: str) -> None:
    """One's own new password; from the commit on one has what one's roles give."""
    with plainly(address), engine.begin() as sql:
        sql.exec_driver_sql(
            "SELECT wb.password_change(%s)", (verifier(sql, login, password),)
        )


def found_logins(sql: Connection, passwords: Mapping[str, str]) -> None:
    """The first logins of a new centre, in the transaction that founds it, as its owner."""
    for login, password in passwords.items():
        sql.exec_driver_sql(
            "SELECT wb.account_found(%s, %s)", (login, verifier(sql, login, password))
        )


class ServerOffice:
    """``store.people_office.PeopleOffice`` of a security administrator's connection."""

    def __init__(self, engine: Engine, address: ServerAddress) -> None:
        self._engine = engine
        self._address = address

    def departments(self) -> frozenset[str]:
        """The codes of the centre's departments."""
        return self._names("department")

    def logins(self) -> frozenset[str]:
        """The sign-in names in use."""
        return self._names("login")

    def _names(self, what: str) -> frozenset[str]:
        asked = "SELECT name FROM wb.account_names() WHERE what = %s"
        with plainly(self._address), self._engine.begin() as sql:
            return frozenset(sql.exec_driver_sql(asked, (what,)).scalars())

    def people(self) -> tuple[ListedPerson, ...]:
        """Everybody, by sign-in name."""
        with plainly(self._address), self._engine.begin() as sql:
            rows = sql.exec_driver_sql("SELECT * FROM wb.user_list()").all()
        return tuple(
            ListedPerson(row.login, row.name_zh, row.name_en, row.department, row.site,
                         tuple(Role(one) for one in row.roles), row.standing)
            for row in rows
        )  # fmt: skip

    def add(self, people: Sequence[NewPerson], passwords: Mapping[str, str]) -> None:
        """All of them or none; without a password the one of another centre is kept."""
        with plainly(self._address), self._engine.begin() as sql:
            for person in people:
                try:
                    with plainly(self._address):
                        _add(sql, person, passwords.get(person.login))
                except Refusal as trouble:
                    raise in_row(person, trouble) from trouble

    def grant(self, login: str, one: Grant) -> None:
        """One more role."""
        with plainly(self._address), self._engine.begin() as sql:
            _grant(sql, login, one)

    def revoke(self, login: str, role: Role | None) -> int:
        """One role, or everything; how many sessions were found after it and ended.

        A session can begin in the moment before the revocation is committed. It gives nothing,
        because every right is asked of the tables; the second call ends it.
        """
        with plainly(self._address):
            with self._engine.begin() as sql:
                sql.exec_driver_sql("SELECT wb.user_revoke(%s, %s)", (login, role or "all"))
            if role is not None:
                return 0
            with self._engine.begin() as sql:
                return _end_sessions(sql, login)

    def give_password(self, login: str, password: str) -> None:
        """A new first password: what gives a login, or gives it back. His sessions end."""
        with plainly(self._address), self._engine.begin() as sql:
            sql.exec_driver_sql(
                "SELECT wb.user_password(%s, %s)", (login, verifier(sql, login, password))
            )

    def close(self) -> None:
        """Give back the connection."""
        self._engine.dispose()


def _end_sessions(sql: Connection, login: str) -> int:
    return int(sql.exec_driver_sql("SELECT wb.user_end_sessions(%s)", (login,)).scalar_one())


def _add(sql: Connection, person: NewPerson, password: str | None) -> None:
    made = verifier(sql, person.login, password) if password is not None else None
    sql.exec_driver_sql(
        "SELECT wb.user_add(%s, %s, %s, %s, %s, %s)",
        (person.login, person.name_zh, person.name_en, person.department, person.site, made),
    )
    for grant in person.grants:
        _grant(sql, person.login, grant)


def _grant(sql: Connection, login: str, one: Grant) -> None:
    sql.exec_driver_sql(
        "SELECT wb.user_grant(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (login, one.role.value, one.department, one.site, one.window, one.valid_from,
         one.valid_to, one.post.value if one.post else None, one.letter_no or None),
    )  # fmt: skip
