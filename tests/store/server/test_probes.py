"""With psql and his own password nobody gets at more than his desk shows him.

Every probe of ``probes`` as every kind of post; then what time, transactions, prepared statements,
retries and settings could be abused for. Nothing may be changed by any of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest

from tests.bench.figures import FigureTable
from tests.store.server.probed_centre import KINDS, ProbedCentre
from tests.store.server.probes import PROBES, Probe, attempt, of_table
from tests.store.world import PROMISED
from workbench.rules.moment import HOUR
from workbench.store.server.table_policies import DECISIONS

pytestmark = [pytest.mark.long(20), pytest.mark.timeout(600)]
AIMED = ("{hidden", "{package}", "{operation}", "{sha256}")
"""Words of probes that need a case of which the person sees nothing; an organ head has none."""
NOT_CHANGED = ("pg_policy", "pg_proc", "pg_class", "pg_auth_members", "pg_trigger")


def every_table(centre: ProbedCentre) -> list[list[Probe]]:
    """What is tried on each table of the schema."""
    assert centre.world.server is not None
    rows = centre.world.server.admin.exec_driver_sql(
        "SELECT c.relname, min(a.attname), max(pg_get_serial_sequence('wb.' ||"
        " c.relname, a.attname))"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " AND NOT a.attisdropped WHERE c.relnamespace = 'wb'::regnamespace AND c.relkind = 'r'"
        " GROUP BY 1 ORDER BY 1"
    ).all()
    open_tables = {name for name, one in DECISIONS.items() if not one.closed}
    return [list(of_table(name, column, serial or "", name not in open_tables))
            for name, column, serial in rows]  # fmt: skip


def whole(centre: ProbedCentre) -> dict[str, str]:
    """Every table of the centre, its policies, verbs and groups: what no probe may change."""
    assert centre.world.server is not None
    sql = centre.world.server.admin.exec_driver_sql
    tables = sql("SELECT tablename FROM pg_tables WHERE schemaname = 'wb'").scalars().all()
    counted = "pg_class WHERE relkind IN ('r', 'v', 'i', 'S') AND relnamespace = 'wb'::regnamespace"
    asked = {name: f"wb.{name}" for name in tables} | {
        name: f"pg_catalog.{name}" for name in NOT_CHANGED if name != "pg_class"}  # fmt: skip
    found = {
        name: sql(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t").scalar()
        for name, table in asked.items()
    }
    found["pg_class"] = sql(
        "SELECT md5(string_agg(relname || coalesce(relacl::text, ''), '|' ORDER BY 1))"
        f" FROM (SELECT relname, relacl FROM {counted}) AS c"
    ).scalar()
    return {name: str(value) for name, value in found.items()}


def test_whatever_is_tried_as_whatever_post(
    centre: ProbedCentre, depth: int, counted: Callable[[str, int], None],
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    table = FigureTable("Probes", ("as", "tried", "refused", "nothing seen", "harmless"))
    tables, share = every_table(centre), 1 if depth > 1 else 4
    before, wrong = whole(centre), []
    for number, kind in enumerate(KINDS):
        login = centre.login(kind)
        # Each table comes to some of the posts; with --deep to all of them.
        probes = [*PROBES, *(one for some in tables[number % share :: share] for one in some)]
        target = centre.target(login)
        ways: Counter[str] = Counter()
        with centre.connect(login) as sql:
            try:
                seen = int(str(sql.execute(
                    "SELECT count(case_id) FROM wb.case_file").fetchall()[0][0]))  # fmt: skip
            except psycopg.errors.InsufficientPrivilege:
                seen = -1
            for probe in probes:
                if not target.hidden and any(word in one for one in probe.sql for word in AIMED):
                    continue
                came = attempt(sql, probe, target)
                if not came.fits(probe, seen):
                    wrong.append((kind, probe.name, came.state, came.said[:200], came.rows[:2]))
                ways["refused" if came.state else
                     "harmless" if probe.harmless else "nothing seen"] += 1  # fmt: skip
        assert ways.total() >= 40 and ways["refused"] >= 40, (kind, ways)
        table.add(kind, ways.total(), ways["refused"], ways["nothing seen"], ways["harmless"])
        counted("probes refused", ways["refused"] + ways["nothing seen"])
    assert wrong == [], "\n".join(str(one) for one in wrong)
    assert whole(centre) == before
    measured(table)


# -- time, transactions, what was prepared before --------------------------------------------------

SEEN = "SELECT case_id FROM wb.case_file ORDER BY 1"


def refused_with(
    sql: psycopg.Connection[tuple[object, ...]], statement: str, *values: object
) -> str:
    """SQLSTATE, or the code of the refusal; empty where nothing stood against it."""
    try:
        sql.execute(statement, values)
    except psycopg.Error as trouble:
        if sql.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            sql.execute("ROLLBACK")
        refused = trouble.sqlstate == "WB001"
        return str(trouble.diag.message_primary if refused else trouble.sqlstate)
    return ""


def takes_no_step(sql: psycopg.Connection[tuple[object, ...]], statement: str) -> bool:
    """Whether the step is refused: as an error, or as data where time had brought something."""
    try:
        (answer,) = sql.execute(statement).fetchall()[0]
    except psycopg.Error as trouble:
        return trouble.sqlstate == "WB001"
    return isinstance(answer, dict) and "refused" in answer and "case" not in answer


def take_letter(centre: ProbedCentre, login: str) -> None:
    """The person's letters are revoked; his sessions stay, as if the office were slow."""
    assert centre.world.server is not None
    for table in ("appointment", "authorisation"):
        centre.world.server.admin.exec_driver_sql(
            f"UPDATE wb.{table} SET revoked_at = %s WHERE login = %s",
            (centre.world.clock.now(), login),
        )


MODES = ("auto", "force_generic_plan", "force_custom_plan")
"""How a session has its prepared statements planned."""
Asking = psycopg.Connection[tuple[object, ...]]


def prepare(sql: Asking, mode: str, centre: ProbedCentre) -> list[tuple[object, ...]]:
    """Everything asked so often that its plan is kept; the cases that a cursor holds."""
    sql.execute(f"SET plan_cache_mode = {mode}")
    sql.execute(f"PREPARE seen AS {SEEN}")
    sql.execute("PREPARE step AS SELECT wb.make_move($1, 'release')")
    sql.execute("PREPARE opened AS SELECT body FROM wb.part_form WHERE case_id = $1")
    sql.execute("PREPARE key AS SELECT wb.content_key($1)")
    for _turn in range(7):
        assert sql.execute("EXECUTE seen").fetchall()
        assert sql.execute(f"EXECUTE opened ({centre.cases[0].case_id})").fetchall()
        assert sql.execute(f"EXECUTE key ('{centre.shas[0]}')").fetchall()
    sql.execute(f"DECLARE kept CURSOR WITH HOLD FOR {SEEN}")
    return sql.execute("EXECUTE seen").fetchall()


@pytest.mark.parametrize("end", ["letter", "shift"])
def test_what_was_prepared_sees_nothing_afterwards(
    centre: ProbedCentre, end: str, counted: Callable[[str, int], None]
) -> None:
    """Prepared, planned and kept before; asked after the letter was taken or the shift ended."""
    case = centre.cases[0]
    with ExitStack() as sessions:
        asking = {mode: sessions.enter_context(centre.connect("zhang")) for mode in MODES}
        shown = {mode: prepare(sql, mode, centre) for mode, sql in asking.items()}
        if end == "letter":
            take_letter(centre, "zhang")
        else:
            centre.world.clock.forward(8 * HOUR)
        granted = centre.parts("zhang")
        wanted = [(centre.cases[key].case_id,) for key, parts in granted.items() if parts]
        for mode, sql in asking.items():
            assert sql.execute("EXECUTE seen").fetchall() == wanted, mode
            opened = sql.execute(f"EXECUTE opened ({case.case_id})").fetchall()
            assert bool(opened) is any(one.value == "form" for one in granted[0]), mode
            assert not opened, mode
            said = refused_with(sql, f"EXECUTE key ('{centre.shas[0]}')")
            assert said == "not_visible", mode
            assert takes_no_step(sql, f"EXECUTE step ({case.case_id})"), mode
            # What the cursor holds was shown to him before; it does not grow.
            assert sql.execute("FETCH ALL kept").fetchall() == shown[mode], mode
            counted("probes refused", 5)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_look_at_the_past_is_no_leave_to_act(
    centre: ProbedCentre, level: str, counted: Callable[[str, int], None]
) -> None:
    """A transaction opened before the revocation still sees the letter; no verb is taken in it."""
    case = centre.cases[0]
    before = whole(centre)
    for call in (
        f"make_move({case.case_id}, 'release')", f"case_view('{case.case_no}')",
        f"keep_draft('{case.case_no}', 'grant', '{{}}')", f"content_key('{centre.shas[0]}')",
        "register('{}', '[]', 'x')", "my_drafts()", "enter_leave('zhang', 1, 2, 'x')",
    ):  # fmt: skip
        with centre.connect("zhang") as sql:
            sql.execute(f"BEGIN ISOLATION LEVEL {level}")
            sql.execute(SEEN)
            assert refused_with(sql, f"SELECT wb.{call}") == "25000", call
    assert whole(centre) == before
    with centre.connect("zhang") as sql:
        sql.execute(f"BEGIN ISOLATION LEVEL {level}")
        shown = sql.execute(SEEN).fetchall()
        take_letter(centre, "zhang")
        centre._accept(3)
        # Nothing that came after his time: the old rows alone, which he had seen.
        assert sql.execute(SEEN).fetchall() == shown
        assert refused_with(sql, f"SELECT wb.make_move({case.case_id}, 'release')") == "25000"
        form = "SELECT 1 FROM wb.part_form WHERE case_id = %s"
        assert sql.execute(form, (case.case_id,)).fetchall() == []
    counted("probes refused", 9)


def test_one_s_own_step_again_shows_no_later_case(centre: ProbedCentre) -> None:
    """A retry is answered with what the step left; who no longer sees the case gets no more."""
    world, case = centre.world, centre.cases[0]
    call = "SELECT wb.make_move(%s, 'release', '{}', '[]', NULL, %s) -> 'case' ->> 'version'"
    with centre.connect("zhang") as sql:
        (version,) = sql.execute(call, (case.case_id, "op-1")).fetchall()[0]
        assert sql.execute(call, (case.case_id, "op-1")).fetchall() == [(version,)]
        take_letter(centre, "zhang")
        left = sql.execute(call, (case.case_id, "op-1")).fetchall()
        assert left == [(version,)], "as it was left"
        assert world.server is not None
        world.server.admin.exec_driver_sql(
            "INSERT INTO wb.recusal VALUES ('zhang', %s, 'kin', 'song', 1)", (case.case_id,)
        )
        world.clock.forward(5 * HOUR)
        world.move("li", case, "claim")
        assert not centre.parts("zhang")[0]
        assert refused_with(sql, call, case.case_id, "op-1") == "recused"
    with centre.connect("li") as sql:
        assert refused_with(sql, call, case.case_id, "op-1") == "operation_reused"
        assert refused_with(sql, call, centre.cases[1].case_id, "op-1") == "operation_reused"
    with centre.connect("wang") as sql:
        again = "SELECT wb.register('{}', '[]', 'x', '', 'operation-3') -> 'case' ->> 'case_no'"
        assert sql.execute(again).fetchall()[0][0] == centre.cases[3].case_no


def test_which_channel_rings_tells_nothing_of_a_hidden_case(centre: ProbedCentre) -> None:
    """wb.tell tells of one's own steps alone, whatever stands in the setting."""
    hidden = centre.cases[1]
    with centre.connect("li") as sql:
        for one in ("market", "estate", "civil"):
            name = sql.execute("SELECT 'wb_' || left(md5(%s), 16)", (one,)).fetchall()[0][0]
            sql.execute(f'LISTEN "{name}"')
        sql.execute("LISTEN wb_all")
        for value in (str(hidden.case_id), "-1", "x", "9" * 30, ""):
            sql.execute("SELECT set_config('wb.changed', %s, false)", (value,))
            sql.execute("SELECT wb.tell()")
        assert list(sql.notifies(timeout=0.2)) == []


def test_guesses_of_the_planner_do_not_spell_out_content(centre: ProbedCentre) -> None:
    """EXPLAIN tells how many rows are expected below a text: with samples of the texts it could be
    halved down to each of them."""
    assert centre.world.server is not None
    admin = centre.world.server.admin.exec_driver_sql
    admin("INSERT INTO wb.part_form (case_id, kind, author, at, code, content_sha256, body, sha256)"
          " SELECT case_id, 'form', 'wang', 0, '', '', repeat(chr(97 + mod(n, 26)), 3) || n, 'x'"
          " FROM wb.case_file, generate_series(1, 2000) n")  # fmt: skip
    admin("ANALYZE wb.part_form")
    columns = ("body", "payload", "data", "texts")
    kept = admin(
        "SELECT DISTINCT tablename, attname FROM pg_catalog.pg_stats WHERE schemaname = 'wb'"
        " AND attname IN ('body', 'payload', 'data', 'texts')"
    ).all()
    assert kept == [], columns
    with centre.connect("sys") as sql:
        guesses = {
            str(sql.execute(
                f"EXPLAIN (COSTS ON) SELECT 1 FROM wb.part_form WHERE body < '{one}'"
            ).fetchall()) .replace(f"'{one}'", "")
            for one in ("a", "ccc", "mmm", "zzz")
        }  # fmt: skip
    assert len(guesses) == 1


def test_nobody_who_was_revoked_comes_in_again(centre: ProbedCentre) -> None:
    """Everything taken at once: the open session ends, and the password opens nothing."""
    login = centre.names["revoked"]
    with centre.connect(login) as sql:
        assert sql.execute("SELECT 1").fetchall() == [(1,)]
        centre.accounts.office().revoke(login, None)
        with pytest.raises(psycopg.OperationalError):
            sql.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        centre.connect(login)


def test_a_newcomer_gets_nothing_by_a_password_of_his_own_making(centre: ProbedCentre) -> None:
    """ALTER ROLE sets one's own password past the centre: he still has not changed it there."""
    login = centre.names["newcomer"]
    with centre.connect(login) as sql:
        sql.execute(f"ALTER ROLE \"{login}\" PASSWORD 'past the centre'")
        for table in ("case_file", "app_user", "setting"):
            assert refused_with(sql, f"SELECT 1 FROM wb.{table}") == "42501"
        assert refused_with(sql, "SELECT wb.hello()") == "42501"
        assert sql.execute("SELECT wb.password_must_change()").fetchall() == [(True,)]


def test_settings_of_one_s_own_change_nothing_that_is_kept(
    centre: ProbedCentre, counted: Callable[[str, int], None]
) -> None:
    """Whatever a person sets for himself: steps, stamps and hashes come out as ever."""
    strange = {
        "TimeZone": "Pacific/Kiritimati", "DateStyle": "SQL, DMY", "IntervalStyle": "sql_standard",
        "bytea_output": "escape", "extra_float_digits": "-15", "transform_null_equals": "on",
        "quote_all_identifiers": "on", "standard_conforming_strings": "off",
        "array_nulls": "off", "enable_indexscan": "off", "plpgsql.variable_conflict": "",
        "xmlbinary": "hex", "default_text_search_config": "simple",
    }  # fmt: skip
    world = centre.world
    assert world.server is not None
    sql = world.server.admin
    given = [(name, value) for name, value in strange.items() if value]
    for login in ("wang", "zhang", "ma", "lin", "xu"):
        for name, value in given:
            sql.exec_driver_sql(f"ALTER ROLE {login} SET {name} = '{value}'")
    try:
        for one in world.sessions.values():
            one.close()
        world.sessions.clear()
        case = len(centre.cases)
        centre._case(PROMISED)
        centre._sealed(case)
        assert world.check() == []
    finally:
        for login in ("wang", "zhang", "ma", "lin", "xu"):
            sql.exec_driver_sql(f"ALTER ROLE {login} RESET ALL")
    counted("probes refused", len(given))
