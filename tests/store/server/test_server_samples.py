"""Samples that PostgreSQL once took of hidden texts are noticed by the check and forgotten by the
upgrade, and so is a verb of an older version."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre, server_world
from workbench.store.server import grants, install, server_check

pytestmark = pytest.mark.long(8)


def check(server: ServerCentre) -> dict[str, str]:
    """Code and text of what is wrong with the guard."""
    with transaction(server) as sql:
        sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
        return {one.code: one.text for one in server_check.check_database(sql, ROLES)}


def transaction(server: ServerCentre) -> AbstractContextManager[Connection]:
    return create_engine(server.cluster.url(server.name), poolclass=NullPool).begin()


def guessed(server: ServerCentre, text: str) -> int:
    """How many rows PostgreSQL expects that sort before it: what it tells of its samples."""
    plan = server.admin.exec_driver_sql(
        f"EXPLAIN (FORMAT json) SELECT 1 FROM wb.part_form WHERE body < '{text}'"
    ).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def sampled_once(server: ServerCentre, folder: Path) -> None:
    """As a database stands that was analysed before the column was known to be content."""
    with server_world(server, folder) as world:
        for _number in range(20):
            world.draft()
    sql, column = server.admin, "ALTER TABLE wb.part_form ALTER COLUMN body SET STATISTICS"
    assert grants.kept_samples(sql) == []
    sql.exec_driver_sql(f"{column} -1")
    assert grants.kept_samples(sql) == ["part_form.body"], "the next ANALYZE would take some"
    sql.exec_driver_sql("ANALYZE wb.part_form")
    assert guessed(server, "a") != guessed(server, "~"), "so a guess tells of the texts"
    sql.exec_driver_sql(f"{column} 0")
    sql.exec_driver_sql("ANALYZE wb.part_form")


def test_what_an_older_version_left_is_noticed_and_goes_with_the_upgrade(
    server: ServerCentre, tmp_path: Path
) -> None:
    sampled_once(server, tmp_path)
    sql = server.admin
    # The same name with other values would stand beside the new verb.
    older = "wb.seal_void(p_serial bigint, p_owner text, p_reason text)"
    sql.exec_driver_sql(f"CREATE FUNCTION {older} RETURNS text LANGUAGE sql AS $$ SELECT '' $$")
    sql.exec_driver_sql(f"ALTER FUNCTION wb.seal_void(bigint, text, text) OWNER TO {ROLES.owner}")
    found = check(server)
    for code, name in (("samples_kept", "part_form.body"), ("verb_differs", "seal_void")):
        assert name in found[code] and "workbench centre upgrade" in found[code]
    with transaction(server) as installing:
        install.upgrade(installing, ROLES)
    assert grants.kept_samples(sql) == []
    assert guessed(server, "a") == guessed(server, "~")
    left = "SELECT count(*) FROM pg_proc WHERE proname = 'seal_void'"
    assert sql.exec_driver_sql(left).scalar_one() == 1
