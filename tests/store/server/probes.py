"""What a person with psql may try on a centre's server, and what each of it has to come to.

A probe is statements one after the other on one connection in autocommit; what counts is the first
error, or the rows of the last statement. ``{owner}`` and the other names in braces are those of
:class:`Target`. Run by ``test_probes`` as every kind of post, and by ``test_canaries``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

DENIED = "42501"
REFUSED = "WB001"
TELLING = (
    "changed_meanwhile",
    "wrong_state",
    "unknown_field",
    "unknown_entry",
    "not_held",
    "case_not_yet",
)
"""Refusals that would tell how a hidden case stands. Whoever keeps a seal is told who has pressed
a document that he names: it is the register's own answer to who comes second."""


@dataclass(frozen=True)
class Target:
    """What the probes of one person aim at. ``hidden``: a case that he sees nothing of; ``press``:
    the serial of another's press."""

    me: str
    owner: str
    user: str
    accounts: str
    group: str
    other: str
    database: str
    hidden: int
    hidden_no: str
    sha256: str
    operation: str
    package: str
    press: int


@dataclass(frozen=True)
class Probe:
    """``expected``: SQLSTATEs, of which one must come; ``empty``: no row, or nothing but NULL, 0
    and false; ``same``: the number of cases that the person sees anyway. ``harmless``: why it may
    come to anything, as long as nothing is changed."""

    name: str
    sql: tuple[str, ...]
    expected: tuple[str, ...] = (DENIED,)
    harmless: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it: SQLSTATE and everything said, or the rows."""

    state: str
    said: str
    rows: tuple[tuple[object, ...], ...] = ()
    code: str = ""

    def fits(self, probe: Probe, seen: int) -> bool:
        """Whether this is what had to come."""
        if self.code in TELLING:
            return False
        if self.state:
            return self.state in probe.expected or bool(probe.harmless)
        nothing = not any(any(row) for row in self.rows)
        return bool(probe.harmless) or (
            ("empty" in probe.expected and nothing)
            or ("same" in probe.expected and self.rows == ((seen,),))
        )


def attempt(sql: psycopg.Connection[tuple[object, ...]], probe: Probe, target: Target) -> Outcome:
    """Carry it out on a connection in autocommit and clear away what it set."""
    notices: list[str] = []

    def hear(one: psycopg.errors.Diagnostic) -> None:
        notices.append(f"{one.message_primary} {one.message_detail} {one.context}")

    sql.add_notice_handler(hear)
    rows: list[tuple[object, ...]] = []
    state, said, code = "", "", ""
    try:
        for text in probe.sql:
            statement = text
            for name, value in vars(target).items():
                statement = statement.replace("{" + name + "}", str(value))
            found = sql.execute(statement.encode("utf-8", "surrogateescape"))
            rows = found.fetchall() if found.description else []
    except psycopg.Error as trouble:
        diag = trouble.diag
        state = trouble.sqlstate or type(trouble).__name__
        code = str(diag.message_primary) if state == REFUSED else ""
        said = " ".join(
            str(one)
            for one in (
                trouble,
                diag.message_detail,
                diag.message_hint,
                diag.context,
                diag.internal_query,
            )
        )
        rows = []
    finally:
        sql.remove_notice_handler(hear)
        _clear(sql, probe)
    return Outcome(state, f"{said} {notices}", tuple(tuple(row) for row in rows), code)


def _clear(sql: psycopg.Connection[tuple[object, ...]], probe: Probe) -> None:
    if sql.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        sql.execute("ROLLBACK")
    if len(probe.sql) > 1 or probe.sql[0].startswith(("SET", "SELECT set_config")):
        sql.execute("RESET SESSION AUTHORIZATION")
        sql.execute("DISCARD ALL")


def of_table(table: str, column: str, serial: str, closed: bool) -> Iterator[Probe]:
    """Every way of writing that table directly, and reading it where nobody may."""
    name = f"wb.{table}"
    yield Probe(f"insert {table}", (f"INSERT INTO {name} DEFAULT VALUES",))
    yield Probe(f"update {table}", (f'UPDATE {name} SET "{column}" = "{column}"',))
    yield Probe(f"delete {table}", (f"DELETE FROM {name}",))
    yield Probe(f"truncate {table}", (f"TRUNCATE {name} CASCADE",))
    yield Probe(f"copy from {table}", (f"COPY {name} FROM STDIN",))
    yield Probe(f"lock rows of {table}", (f'SELECT "{column}" FROM {name} FOR UPDATE',))
    yield Probe(f"lock {table}", ("BEGIN", f"LOCK TABLE {name} IN EXCLUSIVE MODE"))
    yield Probe(f"trigger on {table}", (f"ALTER TABLE {name} DISABLE TRIGGER ALL",))
    if serial:
        yield Probe(f"nextval {table}", (f"SELECT nextval('{serial}')",))
        yield Probe(f"setval {table}", (f"SELECT setval('{serial}', 1)",))
    if closed:
        yield Probe(f"read {table}", (f"SELECT * FROM {name}",))
        yield Probe(f"copy out {table}", (f"COPY {name} TO STDOUT",))


def _becoming() -> Iterator[Probe]:
    for name in ("owner", "accounts", "other"):
        yield Probe(f"set role {name}", (f"SET ROLE {{{name}}}",))
        yield Probe(f"set_config role {name}", (f"SELECT set_config('role', '{{{name}}}', false)",))
        yield Probe(f"do set role {name}", (f"DO $$BEGIN EXECUTE 'SET ROLE {{{name}}}'; END$$",))
        yield Probe(f"grant {name} to me", (f"GRANT {{{name}}} TO {{me}}",))
        yield Probe(f"session authorization {name}", (f"SET SESSION AUTHORIZATION {{{name}}}",))
    yield Probe("set role superuser", ("SET ROLE cluster_admin",))
    yield Probe("session authorization superuser", ("SET SESSION AUTHORIZATION cluster_admin",))
    yield Probe("signal backends by group", ("GRANT pg_signal_backend TO {me}",))
    yield Probe("read all data by group", ("GRANT pg_read_all_data TO {me}",))
    yield Probe("hand the own group on", ("GRANT {group} TO wang",))
    yield Probe("hand the own name on", ("GRANT {me} TO wang",))
    yield Probe(
        "own group alone",
        ("SET ROLE {user}", "SELECT count(case_id) FROM wb.case_file"),
        (DENIED, "same", "empty"),
        "session_user stays who he is; fewer policies at most",
    )
    yield Probe("make a role", ("CREATE ROLE more LOGIN SUPERUSER",))
    yield Probe("make myself superuser", ("ALTER ROLE {me} SUPERUSER",))
    yield Probe("pass by policies", ("ALTER ROLE {me} BYPASSRLS",))
    yield Probe("another's password", ("ALTER ROLE cluster_admin PASSWORD 'x'",))
    yield Probe("a person's password", ("ALTER ROLE chen PASSWORD 'x'",))
    yield Probe("another's settings", ("ALTER ROLE chen SET search_path = x",))
    yield Probe("everybody's settings", ("ALTER ROLE ALL SET search_path = x",))
    yield Probe("the database's settings", ("ALTER DATABASE {database} SET search_path = x",))
    yield Probe("rename a role", ("ALTER ROLE chen RENAME TO chen2",))
    yield Probe("drop a role", ("DROP ROLE chen",))
    yield Probe("drop what the owner owns", ("DROP OWNED BY {owner}",))
    # From PostgreSQL 16 on it would drop the policies that name the group, for everybody in it.
    yield Probe("drop what a group has", ("DROP OWNED BY {group}",))
    yield Probe("drop what everybody has", ("DROP OWNED BY {user}",))
    yield Probe("the guard off", ("ALTER EVENT TRIGGER wb_definitions DISABLE",))
    yield Probe("the guard away", ("DROP EVENT TRIGGER wb_definitions",))
    yield Probe("reassign the owner's", ("REASSIGN OWNED BY {owner} TO {me}",))
    yield Probe(
        "own settings",
        ("ALTER ROLE {me} SET wb.api = '1'", "ALTER ROLE {me} RESET ALL"),
        (),
        "his own session's; each verb sets what it leans on",
    )


def _seeing_more() -> Iterator[Probe]:
    count = "SELECT count(case_id) FROM wb.case_file"
    every = "SELECT case_id FROM wb.case_file WHERE case_id = {hidden}"
    yield Probe("row security off", ("SET row_security = off", count))
    yield Probe("force nothing", ("ALTER TABLE wb.case_file NO FORCE ROW LEVEL SECURITY",))
    yield Probe("row security away", ("ALTER TABLE wb.case_file DISABLE ROW LEVEL SECURITY",))
    yield Probe("drop a policy", ("DROP POLICY anybody_sees ON wb.leave",))
    yield Probe("a policy of one's own", ("CREATE POLICY x ON wb.leave USING (true)",))
    yield Probe("alter a policy", ("ALTER POLICY anybody_sees ON wb.leave USING (true)",))
    for name, setting in (
        ("generic plans", "plan_cache_mode = force_generic_plan"),
        ("custom plans", "plan_cache_mode = force_custom_plan"),
        ("no index", "enable_indexscan = off"),
        ("no bitmap", "enable_bitmapscan = off"),
        ("no sequence", "enable_seqscan = off"),
        ("jit", "jit_above_cost = 0"),
        ("workers", "min_parallel_table_scan_size = 0"),
        ("path", "search_path = pg_temp, wb"),
        ("time zone", "TimeZone = 'Pacific/Kiritimati'"),
        ("api", "wb.api = '0'"),
        ("bodies", "check_function_bodies = off"),
        ("nulls", "transform_null_equals = on"),
        ("dates", "DateStyle = 'SQL, DMY'"),
        ("collapse", "from_collapse_limit = 1"),
    ):
        yield Probe(f"cases with {name}", (f"SET {setting}", count), ("same", DENIED))
    yield Probe("replica role", ("SET session_replication_role = replica",))
    yield Probe("large object rights", ("SET lo_compat_privileges = on",))
    yield Probe("system tables", ("SET allow_system_table_mods = on",))
    yield Probe("a hidden case", (every,), ("empty", DENIED))
    yield Probe(
        "a hidden case by place", ("SELECT case_id FROM wb.case_file WHERE ctid = '(0,1)'",)
    )
    yield Probe(
        "sampled",
        ("SELECT count(case_id) FROM wb.case_file TABLESAMPLE SYSTEM (100)",),
        ("same", DENIED),
    )
    for name, leak in (
        ("division", "1 / (case_id - {hidden}) > 99"),
        ("a cast", "CASE WHEN case_id = {hidden} THEN applicant_masked::int > 0 END"),
        ("a pattern", "CASE WHEN case_id = {hidden} THEN case_no ~ ('(' || case_no) END"),
        ("a setting", "set_config('x.y' || case_no, '', true) = '' AND case_id = {hidden}"),
        ("xml", "CASE WHEN case_id = {hidden} THEN xmlparse(CONTENT '<' || case_no) IS NULL END"),
        ("a date", "CASE WHEN case_id = {hidden} THEN case_no::date IS NULL END"),
        ("a substring", "left(case_no, 1 / (case_id::int - {hidden})) IS NULL"),
        ("an order", "case_id = {hidden} ORDER BY 1 / (case_id - {hidden})"),
    ):
        yield Probe(
            f"told by {name}",
            (f"SELECT case_id FROM wb.case_file WHERE {leak}",),
            ("empty", DENIED),
        )
    yield Probe(
        "told by a cast of content",
        ("SELECT body::int FROM wb.part_form WHERE case_id = {hidden}",),
        ("empty", DENIED),
    )
    yield Probe(
        "told by json",
        ("SELECT (body::jsonb -> 'x')::int FROM wb.part_opinions WHERE case_id = {hidden}",),
        ("empty", DENIED),
    )
    yield Probe(
        "joined",
        (
            "SELECT e.event_id FROM wb.event e FULL JOIN wb.case_file c USING (case_id)"
            " WHERE case_id = {hidden}",
        ),
        ("empty", DENIED),
    )
    yield Probe(
        "recursive",
        (
            "WITH RECURSIVE r AS (SELECT case_id FROM wb.event UNION SELECT r.case_id FROM r)"
            " SELECT case_id FROM r WHERE case_id = {hidden}",
        ),
        ("empty", DENIED),
    )
    yield Probe(
        "by a do block",
        (
            "DO $$BEGIN IF EXISTS (SELECT 1 FROM wb.case_file WHERE case_id = {hidden})"
            " THEN RAISE 'seen'; END IF; END$$",
        ),
        ("empty", DENIED),
    )
    yield Probe("by xml", ("SELECT query_to_xml('SELECT case_id FROM wb.case_file"
                           " WHERE case_id = {hidden}', true, false, '')::text LIKE '%row>%'",),
                ("empty", DENIED))  # fmt: skip
    yield Probe("by a cursor", ("BEGIN", f"DECLARE c CURSOR WITH HOLD FOR {every}", "COMMIT",
                                "FETCH ALL c"), ("empty", DENIED))  # fmt: skip
    yield Probe("by a prepared statement", (f"PREPARE p AS {every}", "EXECUTE p", "EXECUTE p",
                "EXECUTE p", "EXECUTE p", "EXECUTE p", "EXECUTE p"), ("empty", DENIED))  # fmt: skip
    yield Probe(
        "copy out",
        (f"COPY ({every.replace('case_id FROM', '1/(case_id-case_id) FROM')}) TO PROGRAM 'cat'",),
    )
    yield Probe("hidden columns", ("SELECT handlers, calls FROM wb.case_file",))
    yield Probe("hidden columns of the row", ("SELECT c FROM wb.case_file c",))
    yield Probe("hidden columns by json", ("SELECT to_jsonb(c) FROM wb.case_file c",))
    yield Probe("system columns", ("SELECT xmin FROM wb.case_file",))
    yield Probe("passwords", ("SELECT password_hash, salt FROM wb.app_user",))
    yield Probe("real identities", ("SELECT name, id_number FROM wb.applicant",))
    yield Probe("keys of files", ("SELECT key FROM wb.content_blob",))
    yield Probe("the clock", ("UPDATE wb.set_moment SET at = 0",))
    yield Probe(
        "a clock of one's own",
        (
            "CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint LANGUAGE sql AS"
            " 'SELECT 0::bigint'",
        ),
    )


def _making() -> Iterator[Probe]:
    for what in (
        "TABLE wb.x (a int)",
        "TABLE public.x (a int)",
        "TEMP TABLE x (a int)",
        "SCHEMA x",
        "TEMP VIEW x AS SELECT case_id FROM wb.case_file",
        "VIEW wb.x AS SELECT 1",
        "VIEW public.x AS SELECT case_id FROM wb.case_file",
        "TEMP SEQUENCE x",
        "FUNCTION public.x(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001"
        " AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'",
        "FUNCTION pg_temp.x(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001"
        " AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'",
        "FUNCTION pg_temp.who() RETURNS text LANGUAGE sql AS 'SELECT ''chen''::text'",
        "FUNCTION wb.who() RETURNS text LANGUAGE sql AS 'SELECT ''chen''::text'",
        "OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "OPERATOR wb.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "AGGREGATE public.x (int) (SFUNC = int4pl, STYPE = int)",
        "TYPE public.x AS (a int)",
        "DOMAIN pg_temp.x AS text",
        "CAST (text AS int) WITH INOUT AS IMPLICIT",
        "EXTENSION dblink",
        "EXTENSION postgres_fdw",
        "EXTENSION file_fdw",
        "EXTENSION plpython3u",
        "EXTENSION pgcrypto",
        "LANGUAGE plperlu",
        "EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION wb.refuse_change()",
        "TRIGGER x BEFORE INSERT ON wb.event EXECUTE FUNCTION wb.refuse_change()",
        "RULE x AS ON SELECT TO wb.seal DO INSTEAD SELECT 1",
        "INDEX ON wb.case_file (handlers)",
        "STATISTICS x ON login, role FROM wb.membership",
        "PUBLICATION x FOR TABLE wb.case_file",
        "SUBSCRIPTION x CONNECTION '' PUBLICATION x",
        "FOREIGN DATA WRAPPER x",
        "SERVER x FOREIGN DATA WRAPPER y",
        "DATABASE x TEMPLATE {database}",
        "TABLESPACE x LOCATION '/tmp'",
        "MATERIALIZED VIEW public.x AS SELECT 1",
    ):
        name = " ".join(what.split()[:3])
        yield Probe(f"create {name}", (f"CREATE {what}",), (
            DENIED, "42704", "0A000", "42P01", "58P01", "25006", "42602", "42501",
            "3F000"))  # fmt: skip
    yield Probe("rename a table", ("ALTER TABLE wb.event RENAME TO x",))
    yield Probe("own a table", ("ALTER TABLE wb.event OWNER TO {me}",))
    yield Probe("drop a table", ("DROP TABLE wb.event CASCADE",))
    yield Probe("drop a verb", ("DROP FUNCTION wb.tell()",))
    yield Probe("open a verb", ("ALTER FUNCTION wb.tell() RESET search_path",))
    yield Probe("leakproof", ("ALTER FUNCTION wb.moment() LEAKPROOF",))
    yield Probe("drop the schema", ("DROP SCHEMA wb CASCADE",))
    yield Probe("drop the database", ("DROP DATABASE {database}",), (DENIED, "55006"))
    yield Probe("comment", ("COMMENT ON TABLE wb.event IS 'x'",))
    yield Probe("comment on a role", ("COMMENT ON ROLE {user} IS 'x'",))
    yield Probe("grant a table", ("GRANT SELECT ON wb.applicant TO {me}",))
    yield Probe(
        "grant a verb",
        ("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA wb TO PUBLIC",),
        (DENIED,),
        "PostgreSQL only warns where there is nothing to hand on",
    )
    yield Probe(
        "default rights", ("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO {me}",)
    )
    yield Probe("cluster", ("CLUSTER wb.case_file",), (DENIED, "42704"))
    yield Probe("reindex", ("REINDEX TABLE wb.case_file",))


def _server() -> Iterator[Probe]:
    for statement in (
        "COPY (SELECT 1) TO PROGRAM 'true'", "COPY (SELECT 1) TO '/tmp/x'",
        "COPY wb.seal FROM '/etc/passwd'", "COPY wb.seal FROM PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_binary_file('PG_VERSION')",
        "SELECT pg_ls_dir('.')", "SELECT pg_ls_logdir()", "SELECT pg_ls_waldir()",
        "SELECT pg_stat_file('PG_VERSION')", "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/x')", "SELECT lo_create(0)", "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')", "SELECT lo_put(1, 0, 'x')", "SELECT lo_get(1)",
        "SELECT loread(0, 9)", "SELECT lowrite(0, 'x')", "SELECT lo_unlink(1)",
        "SELECT rolpassword FROM pg_authid", "SELECT passwd FROM pg_shadow",
        "SELECT * FROM pg_statistic", "SELECT * FROM pg_statistic_ext_data",
        "SELECT * FROM pg_hba_file_rules", "SELECT * FROM pg_file_settings",
        "SELECT * FROM pg_largeobject", "SELECT * FROM pg_user_mapping", "SELECT pg_reload_conf()",
        "SELECT pg_rotate_logfile()", "SELECT pg_promote()", "SELECT pg_switch_wal()",
        "SELECT pg_create_restore_point('x')", "SELECT pg_backup_start('x')",
        "SELECT pg_create_logical_replication_slot('x', 'pgoutput')",
        "SELECT pg_create_physical_replication_slot('x')", "SELECT pg_stat_reset()",
        "SELECT pg_stat_reset_shared('bgwriter')", "SELECT pg_current_logfile()",
        "SELECT pg_log_backend_memory_contexts(pg_backend_pid())", "ALTER SYSTEM SET fsync = off",
        "LOAD 'plpgsql'", "SET log_statement = 'all'", "SET log_min_messages = debug5",
        "SET temp_file_limit = -1", "CHECKPOINT", "SHOW data_directory", "SHOW hba_file",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cluster_admin'",
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'cluster_admin'",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'song'"
        " AND pid <> pg_backend_pid() AND usename <> session_user",
        "SELECT wb_accounts.standing('chen')", "SELECT wb_accounts.end_sessions('chen')",
        "SELECT wb_accounts.set_password('chen', 'x')", "SELECT wb_accounts.belong('chen', '{}')",
    ):  # fmt: skip
        states = (DENIED, "22023", "empty", "55006", "0A000", "58P01")
        yield Probe(statement.split(" FROM pg_stat_activity")[0], (statement,), states)
    yield Probe(
        "others' statements",
        (
            "SELECT count(*) FROM pg_stat_activity WHERE usename <> session_user"
            " AND query <> '<insufficient privilege>' AND query <> ''",
        ),
        ("empty",),
    )
    yield Probe(
        "others' addresses",
        ("SELECT count(client_addr) FROM pg_stat_activity WHERE usename <> session_user",),
        ("empty",),
    )
    yield Probe("statistics of values", (
        "SELECT count(*) FROM pg_stats WHERE schemaname = 'wb' AND tablename ~ '^(case_file|part_|"
        "event|task|applicant|private_draft|app_user|exchange_outbox|audit_|leave|recusal)'",),
        ("empty",))  # fmt: skip
    yield Probe("statistics of several", ("SELECT count(*) FROM pg_stats_ext",), ("empty",))
    yield Probe(
        "last numbers",
        ("SELECT count(last_value) FROM pg_sequences WHERE schemaname = 'wb'",),
        ("empty",),
    )
    yield Probe("prepared elsewhere", ("SELECT count(*) FROM pg_prepared_xacts",), ("empty",))
    yield Probe("two phases", ("BEGIN", "SELECT 1", "PREPARE TRANSACTION 'x'"),
                ("55000", "empty"), "no prepared transactions are allowed")  # fmt: skip
    yield Probe("advisory lock", ("SELECT pg_advisory_lock(1)", "SELECT pg_advisory_unlock_all()"),
                (), "nothing of a centre takes advisory locks")  # fmt: skip
    yield Probe("listening", ("LISTEN wb_all", "NOTIFY wb_all, 'x'", "UNLISTEN *"), (),
                "notifications carry nothing; a desk that hears one looks again")  # fmt: skip
    yield Probe(
        "a message into the log of writes",
        ("SELECT pg_logical_emit_message(false, 'x', 'y')",),
        (),
        "nobody reads it",
    )
    yield Probe("statistics anew", ("ANALYZE wb.case_file",), (DENIED,),
                "PostgreSQL warns and does nothing")  # fmt: skip
    yield Probe("sizes", ("SELECT pg_relation_size('wb.event')",), (DENIED,),
                "how many cases there are is no secret of the house")  # fmt: skip
    yield Probe("forget all", ("DISCARD ALL",), (), "his own session's")


def _forged() -> Iterator[Probe]:
    for call in (
        "record(NULL, NULL, 'chen', 1, 1, '{}', '[]')",
        "add_event({hidden}, 99, 'grant', 'chen', 1, 1, '{}', 'x')",
        "system_move(NULL, 'quarantine', 1, 1, '{}')",
        "settle(NULL, 1)",
        "insert_case(NULL)",
        "save_case(NULL, 'chen', 'grant')",
        "supervise({hidden}, 'x', 'x', 1, 1, 'chen')",
        "projected(NULL)",
        "write_entries({hidden}, '[]', 'chen', 1)",
        "add_identity({hidden}, '[]')",
        "write_entry('form', {hidden}, 'form', 'chen', 1, '', '', '{}', 'x')",
        "step(NULL, 'chen', 1, 'grant', '{}', '[]', NULL, '', true)",
        "judged(NULL, 'chen', 1, 'grant', '{}', '[]', false)",
        "judge_of(1, NULL, 'chen', 1, '{}', true)",
        "effects_of(1, NULL, 'x', 1, 1, '{}', '{}')",
        "judge_1(NULL, 'chen', 1, '{}', true)",
        "effects_1(NULL, 'chen', 1, 1, '{}', '{}')",
        "parts_of(NULL, 'chen', 1)",
        "sees(NULL, 'chen', 1)",
        "shown_entries({hidden}, '{form}')",
        "shown_events({hidden})",
        "case_numbered('{hidden_no}')",
        "content_readable('{sha256}', 'chen', 1)",
        "part_rows({hidden}, '{form}')",
        "add_ledger_step(1, 'VOID', 'chen', 1, '{}')",
        "ledger_save(NULL, 'VOID', 'x', 1, '{}')",
        "put_out('progress_feed', {hidden}, 1, '{}', 1)",
        "mark_changed({hidden})",
        "next_number('*', '20260302')",
        "done_now('', '{}', 'x', 'x', 1)",
        "add_audit('x', 'x', 1)",
        "account_audit('x', 'x')",
        "account_found('x', 'x')",
        "account_end_roles('chen', NULL)",
        "stand_in_letters('{}')",
        "lay_out_calendar(1, 'x', '{}')",
        "add_item('{}', '', '', 1)",
        "note_marks({hidden})",
        "known_operation('{operation}', 'chen', NULL)",
        "known_case('', 'chen', '{package}')",
        "content_freeze({hidden}, 'x', 'x')",
        "end_drafts({hidden}, 'chen', 'x', true)",
        "may_tell({hidden})",
        "answer_again(NULL, 'x', 'chen', 1)",
        "need_sight(NULL, 'chen', 1)",
    ):
        yield Probe(f"forged {call.split('(')[0]}", (f"SELECT wb.{call}",), (DENIED, "42883"))


def _verbs() -> Iterator[Probe]:
    """Verbs about what the person may not touch. No verb takes a name in place of his own."""
    unseen = (REFUSED, DENIED)
    for move in ("claim", "grant", "release", "push", "stamp", "archive", "quarantine", "nonsense"):
        for expected in ("NULL", "0", "999"):
            yield Probe(f"{move} expecting {expected}", (
                f"SELECT wb.make_move({{hidden}}, '{move}', '{{}}', '[]', {expected}, '')",
            ), unseen)  # fmt: skip
    yield Probe(
        "unknown field", ("SELECT wb.make_move({hidden}, 'claim', '{\"zz\": 1}', '[]')",), unseen
    )
    yield Probe(
        "another's operation",
        ("SELECT wb.make_move({hidden}, 'claim', '{}', '[]', NULL, '{operation}')",),
        unseen,
    )
    yield Probe(
        "another's package",
        ("SELECT wb.register('{\"item_code\": \"x\"}', '[]', 'x', '{package}', '')",),
        unseen,
    )
    yield Probe(
        "another's registration",
        ("SELECT wb.register('{}', '[]', 'x', '', '{operation}')",),
        unseen,
    )
    yield Probe("no such case", ("SELECT wb.make_move(-1, 'claim')",), unseen)
    yield Probe("opened", ("SELECT wb.case_view('{hidden_no}')",), ("empty", *unseen))
    yield Probe("its log", ("SELECT nullif(wb.case_log('{hidden_no}'), '[]')",), ("empty", *unseen))
    yield Probe(
        "a draft there", ("SELECT wb.keep_draft('{hidden_no}', 'grant', '{\"a\": \"b\"}')",), unseen
    )
    yield Probe("key of a file", ("SELECT wb.content_key('{sha256}')",), unseen)
    yield Probe("a file called broken", ("SELECT wb.content_broken('{sha256}')",), unseen)
    yield Probe("lines of a file", ("SELECT nullif(wb.seal_lines_of('{sha256}'), '[]')",),
                ("empty", *unseen))  # fmt: skip
    yield Probe("file of a message", ("SELECT wb.message_key(1, '{sha256}')",), ("empty", *unseen))
    yield Probe(
        "pointing to a file",
        (
            "SELECT wb.make_move({hidden}, 'push', '{}',"
            ' \'[{"kind": "material", "body": {"sha256": "{sha256}"}}]\')',
        ),
        unseen,
    )
    yield Probe("a press", ("SELECT wb.seal_reserve('{hidden_no}/D-1', {hidden},"
    " 'approval', 'x')",),
                unseen)  # fmt: skip
    yield Probe("another's press", ("SELECT wb.seal_void(1, 'lin', 'x')",), unseen)
    yield Probe("another's lease", ("SELECT wb.seal_take_lease(1, 'lin')",), (*unseen, "empty"))
    yield Probe(
        "another's signature",
        ("SELECT wb.seal_signed({press}, 'lin', 'x', '{sha256}', 'B-B')",),
        unseen,
    )
    yield Probe("another's leave", ("SELECT wb.enter_leave('liu', 1, 0, 'x')",), unseen)
    yield Probe("another to stand in", ("SELECT wb.name_stand_in('{\"department\": \"none\"}')",),
                unseen)  # fmt: skip
    yield Probe("another roster", ("SELECT wb.publish_shifts('none', '[]', 'x')",), unseen)
    yield Probe("a new password for another", ("SELECT wb.user_password('{me}', 'x')",), unseen)
    yield Probe("a role for myself", ("SELECT wb.user_grant('{me}', 'supervisor')",), unseen)
    yield Probe("myself revoked", ("SELECT wb.user_revoke('{me}')",), unseen)
    yield Probe("a plain password", ("SELECT wb.password_change('plain')",), unseen)
    yield Probe("of another", ("SELECT wb.explain('peng', '{hidden_no}') -> 'about' ->> 'state'",),
                ("empty", *unseen))  # fmt: skip
    yield Probe("of myself", ("SELECT wb.explain('{me}', '{hidden_no}') -> 'about' ->> 'state'",),
                ("empty", *unseen))  # fmt: skip
    yield Probe("messages of no slot", ("SELECT nullif(wb.claim_messages('none', ''), '[]')",),
                ("empty", *unseen))  # fmt: skip
    yield Probe("telling of a hidden case", (
        "LISTEN wb_all", "SELECT set_config('wb.changed', '{hidden}', false)", "SELECT wb.tell()"),
        ("empty", DENIED))  # fmt: skip
    yield Probe("an old desk", ("SET wb.api = '0'", "SELECT wb.make_move({hidden}, 'claim')"),
                unseen)  # fmt: skip
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        for verb in ("make_move({hidden}, 'claim')", "case_view('{hidden_no}')", "my_drafts()",
                     "register('{}', '[]', 'x')", "content_key('{sha256}')", "handovers()",
                     "explain('{me}', '{hidden_no}')"):  # fmt: skip
            yield Probe(
                f"{level} {verb.split('(')[0]}",
                (f"BEGIN ISOLATION LEVEL {level}", f"SELECT wb.{verb}"),
                ("25000", DENIED),
            )
    yield Probe(
        "isolation by default",
        (
            "SET default_transaction_isolation = 'repeatable read'",
            "SELECT wb.make_move({hidden}, 'claim')",
        ),
        ("25000", DENIED),
    )
    deep = "repeat('[', 20000) || repeat(']', 20000)"
    yield Probe("deep json", (f"SELECT wb.make_move({{hidden}}, 'claim', ({deep})::jsonb)",),
                (*unseen, "54001"))  # fmt: skip
    yield Probe("wide json", ("SELECT wb.make_move({hidden}, 'claim', (SELECT jsonb_object_agg("
                              "'f' || n, repeat('x', 100)) FROM generate_series(1, 20000) n))",),
                unseen)  # fmt: skip
    yield Probe("many entries", ("SELECT wb.make_move({hidden}, 'push', '{}', (SELECT jsonb_agg("
                "'{\"kind\": \"material\", \"body\": {}}'::jsonb) FROM"
                " generate_series(1, 9999)))",),
                unseen)  # fmt: skip
    for shape in ("'[]', '{}'", "'1', '1'", "'null', 'null'", "NULL, NULL", "'\"x\"', '\"x\"'"):
        yield Probe(f"arguments {shape}", (f"SELECT wb.make_move({{hidden}}, 'claim', {shape})",),
                    (*unseen, "22023"))  # fmt: skip
    yield Probe("a NUL", ("SELECT wb.case_view(E'\\u0000')",), ("22P05", "42601", "22021", DENIED))
    yield Probe("a NUL in json", ("SELECT wb.make_move({hidden}, 'claim', '{\"a\":"
    " \"\\u0000\"}')",),
                ("22P05", DENIED, REFUSED))  # fmt: skip
    yield Probe("no UTF-8", ("SELECT wb.case_view(E'\\xff\\xfe')",), ("22021", DENIED))
    yield Probe("no UTF-8 at all", ("SELECT '\udcff'",), ("22021",))


PROBES: tuple[Probe, ...] = (
    *_becoming(), *_seeing_more(), *_making(), *_server(), *_forged(), *_verbs(),
)  # fmt: skip
"""Everything but what is done to each table, see :func:`of_table`."""
