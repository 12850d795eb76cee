"""What accounts need of the cluster: the role that makes logins, three standings, a closed schema.

The functions of ``sql/accounts/`` belong to a role that may create roles and end sessions. They
stand in a schema of their own that only the owner's verbs reach, and run fixed statements. Run by
the installing role, which must be able to become every role of the centre. Called by ``install``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from workbench.store.server.role_names import RoleNames
from workbench.store.server.sql_texts import FOLDER, texts

SCHEMA: Final = "wb_accounts"
MARK: Final = "oneseal-workbench"
"""The comment on every group of a centre begins so; the centre's prefix follows."""


def lay_ground(sql: Connection, roles: RoleNames) -> None:
    """Roles, marks, schema. Each group is given with the right to hand it on (PostgreSQL 16)."""
    _make_roles(sql, roles)
    for group in (roles.user, roles.newcomer, roles.former, *roles.groups[2:]):
        sql.exec_driver_sql(f"COMMENT ON ROLE {group} IS '{MARK} {roles.prefix}'")
        sql.exec_driver_sql(f"GRANT {group} TO {roles.accounts} WITH ADMIN OPTION")
    sql.exec_driver_sql(f"GRANT pg_signal_backend TO {roles.accounts}")
    sql.exec_driver_sql(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {roles.accounts}")
    sql.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {roles.owner}")
    sql.exec_driver_sql(f"GRANT USAGE ON SCHEMA wb TO {roles.newcomer}")
    database = sql.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    sql.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {roles.user}, {roles.newcomer}")


def _make_roles(sql: Connection, roles: RoleNames) -> None:
    known = {str(row[0]) for row in sql.exec_driver_sql("SELECT rolname FROM pg_roles")}
    wanted = {roles.accounts: "CREATEROLE", roles.newcomer: "", roles.former: ""}
    for name, more in wanted.items():
        if name not in known:
            sql.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN {more}")


def take_in_hand(sql: Connection, roles: RoleNames) -> None:
    """The centre's own role can lock everybody's login and take every group back; as the installer.

    From PostgreSQL 16 on both belong to whoever gave them, and that is somebody else where the
    cluster came from an older version, or an administrator made a login or gave a group by hand.
    """
    for login in _made_by_others(sql, roles):
        sql.exec_driver_sql(
            f"GRANT {_quoted(login)} TO {roles.accounts}"
            " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"
        )
    for login, group, giver in _given_by_others(sql, roles):
        sql.exec_driver_sql(f"GRANT {group} TO {_quoted(login)} GRANTED BY {roles.accounts}")
        sql.exec_driver_sql(f"REVOKE {group} FROM {_quoted(login)} GRANTED BY {_quoted(giver)}")


def out_of_hands(sql: Connection, roles: RoleNames) -> list[str]:
    """The people of this centre whose login or groups its own role could not take back."""
    given = (login for login, _group, _giver in _given_by_others(sql, roles))
    return sorted({*_made_by_others(sql, roles), *given})


# The groups of a centre bear its mark, a person bears none.
_PEOPLE: Final = """
FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles p ON p.oid = m.member
JOIN pg_roles b ON b.oid = m.grantor
WHERE shobj_description(g.oid, 'pg_authid') = %s AND shobj_description(p.oid, 'pg_authid') IS NULL
    AND NOT p.rolsuper AND NOT p.rolcreaterole"""
_MADE_BY_OTHERS: Final = f"""
SELECT DISTINCT p.rolname {_PEOPLE}
    AND NOT pg_has_role(%s::name, p.oid, 'MEMBER WITH ADMIN OPTION')"""
_GIVEN_BY_OTHERS: Final = f"SELECT p.rolname, g.rolname, b.rolname {_PEOPLE} AND b.rolname <> %s"


def _made_by_others(sql: Connection, roles: RoleNames) -> list[str]:
    return [str(row[0]) for row in _asked(sql, roles, _MADE_BY_OTHERS)]


def _given_by_others(sql: Connection, roles: RoleNames) -> list[tuple[str, str, str]]:
    return [(str(a), str(b), str(c)) for a, b, c in _asked(sql, roles, _GIVEN_BY_OTHERS)]


def _asked(sql: Connection, roles: RoleNames, question: str) -> Sequence[Any]:
    if (sql.dialect.server_version_info or (0,)) < (16,):
        return ()
    return sql.exec_driver_sql(question, (f"{MARK} {roles.prefix}", roles.accounts)).all()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def renew_logins(sql: Connection, roles: RoleNames) -> None:
    """The functions over logins, as the role that owns them; to the end of the transaction."""
    sql.exec_driver_sql(f"SET LOCAL ROLE {roles.accounts}")
    sql.exec_driver_sql("SET LOCAL search_path = pg_catalog")
    for _name, text in texts(roles, FOLDER / "accounts"):
        sql.exec_driver_sql(text.replace("%", "%%"))
