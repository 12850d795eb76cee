"""What stands in a hidden case is nowhere to be had: not in rows, answers, errors, logs.

Every text of every case is a canary that names its case and part. After the work of all persons,
after races and all probes, everything that each person got is searched for canaries of parts that
``rules.visibility`` does not grant him at that moment. A second of truth: nothing is asked of the
policies or of SQL.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.store.server.probed_centre import KINDS, ProbedCentre
from tests.store.server.probes import PROBES, Probe, attempt
from workbench.rules.moment import HOUR

pytestmark = [pytest.mark.long(13), pytest.mark.timeout(600)]

CANARY = re.compile(r"CANARY-(\d+)-([a-z_]+)-(\d+)")
RECUSED = ("tang", "song")
"""Who is recused from a case, and who wrote it down: both see that line (V00)."""
DRAFTED = "zhang"
"""Who alone has a private draft in this centre (E06)."""


def columns(centre: ProbedCentre) -> list[tuple[str, str]]:
    """Every column of every table of the centre and of the catalogue's views of activity."""
    assert centre.world.server is not None
    rows = centre.world.server.admin.exec_driver_sql(
        "SELECT format('%%I.%%I', n.nspname, c.relname), quote_ident(a.attname)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE n.nspname = 'wb' AND c.relkind = 'r' OR n.nspname = 'pg_catalog' AND"
        " c.relkind = 'v'"
        " AND c.relname ~ '^pg_(stat|stats|prepared|locks|cursors|seclabels|sequences|settings)'"
        " ORDER BY 1, a.attnum"
    )
    return [(str(table), str(column)) for table, column in rows]


def everything_read(
    sql: psycopg.Connection[tuple[object, ...]], wanted: list[tuple[str, str]]
) -> Iterator[str]:
    """Every value of every column that the person may read, and what he is told where not."""
    may = {
        (table, column) for table, column in wanted
        if sql.execute("SELECT has_column_privilege(%s, %s, 'SELECT')", (
            table, column.strip('"'))).fetchall()[0][0]
    } if _uses(sql) else set()  # fmt: skip
    tables: dict[str, list[str]] = {}
    for table, column in wanted:
        tables.setdefault(table, [])
        if (table, column) in may:
            tables[table].append(column)
    for table, names in tables.items():
        yield said(sql, f"SELECT {', '.join(names) or '*'} FROM {table}")
        yield said(sql, f"SELECT body::int FROM {table}")
        yield said(sql, f"EXPLAIN (VERBOSE, ANALYZE) SELECT {', '.join(names) or '*'} FROM {table}")


def _uses(sql: psycopg.Connection[tuple[object, ...]]) -> bool:
    return bool(sql.execute("SELECT has_schema_privilege('wb', 'USAGE')").fetchall()[0][0])


def said(sql: psycopg.Connection[tuple[object, ...]], statement: str, *values: object) -> str:
    """Rows, error and notices of one statement, as one text."""
    notices: list[str] = []

    def hear(one: psycopg.errors.Diagnostic) -> None:
        notices.append(f"{one.message_primary} {one.message_detail} {one.context}")

    sql.add_notice_handler(hear)
    try:
        found = sql.execute(statement.encode(), values or None)
        text = str(found.fetchall()) if found.description else ""
    except psycopg.Error as trouble:
        diag = trouble.diag
        text = f"{trouble} {diag.message_detail} {diag.context} {diag.internal_query}"
    finally:
        sql.remove_notice_handler(hear)
    return f"{text} {notices}"


def verbs_about(centre: ProbedCentre) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every verb that answers something, about every case and file."""
    for key, case in enumerate(centre.cases):
        for verb in ("case_view", "case_log"):
            yield f"SELECT wb.{verb}(%s)", (case.case_no,)
        yield "SELECT wb.case_view(%s)", (case.short_no,)
        yield "SELECT wb.content_key(%s)", (centre.shas[key],)
        yield "SELECT wb.seal_lines_of(%s)", (centre.shas[key],)
        yield "SELECT wb.explain(session_user::text, %s)", (case.case_no,)
        yield "SELECT wb.explain('peng', %s, 1)", (case.case_no,)
        yield "SELECT wb.register('{}', '[]', 'x', %s)", (f"package-of-{key}",)
        for move in ("claim", "grant", "stamp", "push"):
            for version in (None, 0, 99):
                yield "SELECT wb.make_move(%s, %s, '{\"zz\": 1}', '[]', %s, %s)", (
                    case.case_id, move, version, f"operation-{key}")  # fmt: skip
        yield "SELECT wb.make_move(%s, 'nothing')", (case.case_id,)
        yield (
            "SELECT wb.seal_reserve(%s, %s, 'approval', 'x')",
            (f"{case.case_no}/D-1", case.case_id),
        )
    for call in ("handovers()", "my_drafts()", "seal_queue('')", "user_list()", "slot_states()",
                 "my_channels()", "absences(NULL)", "account_names()",
                 *(f"claim_messages('{slot}', 'x')" for slot in (
                     "supervision_feed", "progress_feed", "notification_port",
                     "archive_sink"))):  # fmt: skip
        yield f"SELECT wb.{call}", ()


def leaked(centre: ProbedCentre, login: str, texts: list[str], seen: Counter[str]) -> list[str]:
    """Canaries in these texts that the person may not have got."""
    parts = {key: {one.value for one in found} for key, found in centre.parts(login).items()}
    found = []
    for text in texts:
        for one in CANARY.finditer(text):
            key, part = int(one[1]), one[2]
            mine = (part == "draft" and login == DRAFTED) or (
                part == "recusal" and login in RECUSED
            )
            if mine or part in parts[key]:
                seen[part] += 1
            else:
                found.append(f"{login}: {one[0]} in {text[max(0, one.start() - 200) : one.end()]}")
    return found


def gathered(
    centre: ProbedCentre, login: str, wanted: list[tuple[str, str]], probes: tuple[Probe, ...]
) -> list[str]:
    """Everything that one person can get in one sitting."""
    with centre.connect(login) as sql:
        sql.execute("SET plpgsql.print_strict_params = on")
        sql.execute("SET client_min_messages = debug1")
        texts = list(everything_read(sql, wanted))
        texts += [said(sql, statement, *values) for statement, values in verbs_about(centre)]
        sql.execute("RESET client_min_messages")
        target = centre.target(login)
        for probe in probes:
            came = attempt(sql, probe, target)
            texts.append(f"{came.said} {came.rows}")
    return texts


def race(centre: ProbedCentre) -> dict[str, list[str]]:
    """Everybody reaches for every case at once; what each was told."""
    told: dict[str, list[str]] = {}

    def reach(login: str) -> None:
        with centre.connect(login) as sql:
            told[login] = [
                said(
                    sql,
                    "SELECT wb.make_move(%s, 'claim', '{}', '[]', %s)",
                    one.case_id,
                    one.version,
                )
                for one in centre.cases
            ]

    hands = [threading.Thread(target=reach, args=(centre.login(kind),)) for kind in KINDS]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    return told


def test_no_canary_sings_for_who_may_not_hear_it(
    centre: ProbedCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    share = 1 if depth > 1 else 16
    wanted, seen, found, texts = columns(centre), Counter[str](), [], 0
    for afternoon in (False, True):
        if afternoon:
            centre.world.clock.forward(5 * HOUR)
            for login, told in race(centre).items():
                found += leaked(centre, login, told, seen)
        for number, kind in enumerate(KINDS):
            if depth == 1 and number % 4 != 2 * afternoon:
                continue
            login = centre.login(kind)
            probes = PROBES[(number + afternoon) % share :: share]
            got = gathered(centre, login, wanted, probes)
            found += leaked(centre, login, got, seen)
            texts += len(got)
    assert found == [], "\n".join(found[:10])
    # The search does find canaries: those that the persons may see.
    assert {"meta", "form", "materials", "opinions", "document", "draft"} <= set(seen)
    counted("captured texts without a foreign canary", texts)


def test_what_goes_outside_and_what_the_server_writes_down_is_free_of_content(
    centre: ProbedCentre,
) -> None:
    """Messages for outside systems, the server's log and audit lines: codes, never content."""
    server = centre.world.server
    assert server is not None
    log = server.cluster.folder / "log"
    # What somebody may see he can make the server complain of by hand, as other tests do.
    before = len(log.read_bytes())
    for kind in KINDS:
        with centre.connect(centre.login(kind)) as sql:
            for statement, values in verbs_about(centre):
                said(sql, statement, *values)
    for table, column in (("exchange_outbox", "body"), ("audit_line", "detail")):
        rows = server.admin.exec_driver_sql(f"SELECT {column} FROM wb.{table}").scalars().all()
        assert rows
        assert [one for one in rows if CANARY.search(str(one))] == []
    written = log.read_bytes()[before:].decode(errors="replace")
    assert "ERROR" in written
    assert [line for line in written.splitlines() if CANARY.search(line)] == []


def test_stored_files_are_encrypted_and_their_names_are_hashes(
    centre: ProbedCentre, tmp_path: Path
) -> None:
    """Whoever reaches the shared folder finds neither content nor names."""
    files = [one for one in (tmp_path / "share").rglob("*") if one.is_file()]
    assert files
    for one in files:
        assert b"CANARY" not in one.read_bytes() and "CANARY" not in one.name
