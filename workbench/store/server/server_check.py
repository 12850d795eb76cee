"""``workbench centre check`` for a server: is the database the guard that it should be?

Everything that would let somebody past the rules is a finding with its remedy: a table without
row-level security, a view that asks as its owner, a function that trusts its caller's search path,
a right to write, a verb, policy or rule that is not this version's, another clock, a server with a
known hole. Then the same questions about cases as on a file. Called by ``store.check_centre``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from workbench.rules.events import canonical
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _, listed
from workbench.store import centre_check
from workbench.store.centre_check import Finding
from workbench.store.engine import Unit
from workbench.store.server import accounts_ground, grants, install, policy_check
from workbench.store.server.role_names import RoleNames
from workbench.store.server.rule_rows import rule_rows

FIRST_SAFE_MINOR: Final = {14: 24, 15: 19, 16: 15, 17: 11, 18: 5}
"""From here on a role that is taken away is taken from plans that stand already (CVE-2026-14666,
fixed in August 2026). Before it a prepared statement went on showing rows to a revoked person."""

SHOWN: Final = 5

_TABLES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'wb' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 1"""
_VIEWS: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'wb' AND (c.relkind = 'm' OR c.relkind = 'v' AND NOT coalesce(
    c.reloptions @> '{security_invoker=true}' OR c.reloptions @> '{security_invoker=on}', false))
ORDER BY 1"""
_PATHS: Final = """
SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('wb', 'wb_accounts') AND p.prosecdef AND NOT EXISTS (
    SELECT 1 FROM unnest(p.proconfig) AS set WHERE set LIKE 'search\\_path=%%pg_temp')
ORDER BY 1"""
_WRITERS: Final = """
SELECT DISTINCT c.relname || ': ' || coalesce(r.rolname, 'PUBLIC') || ' ' || lower(g.privilege_type)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE n.nspname = 'wb' AND g.grantee <> c.relowner
    AND g.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')
ORDER BY 1"""
_PUBLIC: Final = """
SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('wb', 'wb_accounts')
    AND has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY 1"""
_FOREIGN: Final = """
SELECT name FROM (
    SELECT c.relname AS name, c.relowner AS owner, c.relnamespace AS room FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL SELECT p.proname, p.proowner, p.pronamespace FROM pg_proc p
) AS one JOIN pg_namespace n ON n.oid = one.room
WHERE n.nspname = 'wb' AND one.owner <> n.nspowner ORDER BY 1"""
_BODIES: Final = """
SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'wb'"""


def check_database(sql: Connection, roles: RoleNames) -> Iterator[Finding]:
    """What is wrong with the guard itself. Needs the installer's login."""
    yield from _version(sql)
    for code, query, text in (
        ("no_row_security", _TABLES, _("Tables without row-level security: {names}.")),
        ("view_as_owner", _VIEWS, _("Views that ask as their owner: {names}.")),
        ("search_path_open", _PATHS, _("Functions that trust their caller's path: {names}.")),
        ("write_granted", _WRITERS, _("Rights to write that nobody should have: {names}.")),
        ("verb_for_all", _PUBLIC, _("Functions that anybody may call: {names}.")),
    ):
        yield from _named(code, text, [str(one) for one in sql.exec_driver_sql(query).scalars()])
    if not grants.definitions_closed(sql):
        text = _("Anybody signed in may drop what his group is named in: the trigger {names} is "
                 "missing or off.")  # fmt: skip
        yield from _named("definitions_open", text, [grants.DEFINITIONS])
    text = _("Logins that the centre cannot lock: {names}.")
    yield from _named("login_out_of_hands", text, accounts_ground.out_of_hands(sql, roles))
    strange = foreign(sql)
    if strange:
        yield Finding("foreign_object", _foreign_words(strange))
    yield from _functions(sql, roles)
    other = policy_check.differences(sql, roles)
    yield from _named("policy_differs", _("Policies that are not this version's: {names}."), other)
    yield from _rules(sql)
    text = _("Of hidden texts the server keeps samples that it guesses from: {names}.")
    yield from _named("samples_kept", text, grants.kept_samples(sql))


def _named(code: str, text: str, names: list[str]) -> Iterator[Finding]:
    if names:
        remedy = _("Run workbench centre upgrade; nobody should work until then.")
        if code == "view_as_owner":
            remedy = _("Drop them as the server's administrator; nobody should work until then.")
        yield Finding(code, f"{text.format(names=_shown(names))} {remedy}")


def _shown(names: list[str]) -> str:
    return listed(names[:SHOWN] + (["…"] if len(names) > SHOWN else []))


def foreign(sql: Connection) -> list[str]:
    """What stands in the centre's schema and belongs to somebody else: no upgrade mends that."""
    return [str(one) for one in sql.exec_driver_sql(_FOREIGN).scalars()]


def _foreign_words(names: list[str]) -> str:
    text = _("In the centre's schema stands what is not the centre's: {names}.")
    return f"{text.format(names=_shown(names))} {_foreign_remedy()}"


def _foreign_remedy() -> str:
    return _("Drop it as the server's administrator, or move it to a schema of its own.")


def refuse_foreign(sql: Connection) -> None:
    """Refusal ``foreign_object``: said before an upgrade that would stumble over it."""
    names = foreign(sql)
    if names:
        text = _("In the centre's schema stands what is not the centre's: {names}.")
        raise Refusal("foreign_object", text.format(names=_shown(names)), _foreign_remedy())


def _version(sql: Connection) -> Iterator[Finding]:
    number = int(sql.exec_driver_sql("SHOW server_version_num").scalar_one())
    major, minor = divmod(number, 10_000)
    needed = FIRST_SAFE_MINOR.get(major)
    if major < min(FIRST_SAFE_MINOR) or (needed is not None and minor < needed):
        text = _("PostgreSQL {major}.{minor} shows revoked persons what they saw before "
                 "(CVE-2026-14666). Install {major}.{needed} or later.")  # fmt: skip
        shown = text.format(major=major, minor=minor, needed=needed or 0)
        yield Finding("server_hole", shown)


def _functions(sql: Connection, roles: RoleNames) -> Iterator[Finding]:
    wanted = install.wanted_functions(roles)
    there: dict[str, set[str]] = {}
    for name, body in sql.exec_driver_sql(_BODIES):
        there.setdefault(str(name), set()).add(str(body))
    if there.get("moment") != wanted["moment"]:
        text = _("The centre's clock is not the server's: wb.moment() was replaced.")
        yield Finding("clock_replaced", text)
    other = sorted(
        name for name in set(wanted) | set(there)
        if name != "moment" and wanted.get(name) != there.get(name)
    )  # fmt: skip
    yield from _named("verb_differs", _("Functions that are not this version's: {names}."), other)


def _rules(sql: Connection) -> Iterator[Finding]:
    other = []
    for table, rows in rule_rows():
        there = [dict(row) for row in sql.execute(select(table)).mappings()]
        if sorted(map(_sortable, there)) != sorted(map(_sortable, rows)):
            other.append(table.name)
    yield from _named("rules_differ", _("Rules that are not this version's: {names}."), other)


def _sortable(row: dict[str, Any]) -> str:
    return canonical(row)


def roles_of(sql: Connection) -> RoleNames:
    """The group roles of the centre in this database. Outage where there is no centre."""
    owner = sql.exec_driver_sql(
        "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'wb'"
    ).scalar_one_or_none()
    if owner is None or not str(owner).endswith("_owner"):
        raise Outage(
            "centre_foreign",
            _("The database is not a centre."),
            _("Check the address, or make the centre: workbench centre create."),
        )
    return RoleNames(str(owner).removesuffix("_owner"))


def check_server(engine: Engine) -> list[Finding]:
    """Everything found. ``engine`` signs in as whoever installs: nobody else may look at all."""
    with engine.connect() as sql, sql.begin():
        roles = roles_of(sql)
        sql.exec_driver_sql(f"SET LOCAL search_path = {install.SCHEMA}, pg_catalog")
        found = list(check_database(sql, roles))
        install.as_owner(sql, roles)
        now = int(sql.exec_driver_sql("SELECT wb.moment()").scalar_one())
        found += centre_check.check_rows(Unit(sql, now))
        sql.rollback()
    return found
