"""A centre on a server with many cases that wait to be taken, in eight departments, and pgbench.

Cases are copies of one that really was registered and pushed, each with a chain of its own; the
representative is on duty in all eight departments, so that every connection may take every case.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.store.server.centres import ServerCentre
from tests.store.server.cluster import Cluster, binary
from tests.store.world import NINE, PROMISED
from workbench.rules.moment import DAY

DEPARTMENTS = tuple(f"take{number}" for number in range(8))
TAKER = "zhang"
PERSON = {"applicant": {"name": "王小明", "id_number": "990101198001010014"}}

COPIES = """
INSERT INTO wb.department SELECT d, d, d, 'o', 'c', 'department', NULL FROM unnest(%s::text[]) d;
INSERT INTO wb.appointment (login, department, post, letter_no, valid_from, valid_to)
SELECT %s, d, 'A', 'L', 0, 1::bigint << 52 FROM unnest(%s::text[]) d;
WITH letter AS (INSERT INTO wb.authorisation
    (login, department, all_items, letter_no, valid_from, valid_to)
    SELECT %s, d, true, 'L', 0, 1::bigint << 52 FROM unnest(%s::text[]) d
    RETURNING authorisation_id)
INSERT INTO wb.authorisation_power SELECT authorisation_id, 'accept' FROM letter;
INSERT INTO wb.duty_shift (shift_id, department, login, start, "end", kind, joint, created_by,
    published_at, place)
SELECT 'take-' || d, d, %s, s.start, s.start + %s, s.kind, s.joint, s.created_by, s.published_at,
    s.place
FROM unnest(%s::text[]) d, (SELECT * FROM wb.duty_shift WHERE login = %s AND start <= %s
    AND "end" > %s LIMIT 1) s;
"""

HAND = """
CREATE SCHEMA hand;
GRANT USAGE ON SCHEMA hand TO PUBLIC;
-- The same step without any table of rules: on duty, held by nobody else, chained, written.
CREATE FUNCTION hand.take(p_case bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp AS $$
DECLARE v case_file; v_now bigint; v_hash text;
BEGIN
    SELECT * INTO v FROM case_file WHERE case_id = p_case FOR UPDATE;
    v_now := wb.moment();
    IF NOT EXISTS (SELECT 1 FROM duty_shift s WHERE s.login = session_user
                   AND s.department = v.department AND s.start <= v_now AND s."end" > v_now)
        OR v.holder IS NOT NULL AND v.holder <> session_user THEN
        RETURN 'refused';
    END IF;
    v_hash := wb.event_hash(v.last_hash, v.version + 1, 'claim', session_user, v_now, v_now, '{}');
    INSERT INTO event (case_id, seq, kind, actor, effective_at, recorded_at, payload, prev_hash,
        hash)
    VALUES (p_case, v.version + 1, 'claim', session_user, v_now, v_now, '{}', v.last_hash, v_hash);
    UPDATE case_file SET holder = session_user, held_since = v_now, version = v.version + 1,
        last_hash = v_hash WHERE case_id = p_case;
    RETURN 'taken';
END $$;
"""


def waiting_cases(server: ServerCentre, number: int) -> None:
    """So many cases before the representative, their clocks running."""
    window = server.connection("wang")
    paper = {"code": "id_card", "file": "a.pdf", "pages": 1}
    entries = [{"kind": "form", "body": PERSON}, {"kind": "material", "body": paper}]
    fields = {"item_code": PROMISED.item_code, "channel": "window"}
    made = window.exec_driver_sql(
        "SELECT wb.register(%s, %s, '王**', 'one', '')", (json.dumps(fields), json.dumps(entries))
    ).scalar_one()["case"]
    answers = json.dumps([{"kind": "checklist", "body": {"answers": ["yes"]}}])
    window.exec_driver_sql("SELECT wb.make_move(%s, 'receive')", (made["case_id"],))
    window.exec_driver_sql(
        "SELECT wb.make_move(%s, 'push', '{}', %s)", (made["case_id"], answers)
    )
    names = list(DEPARTMENTS)
    server.admin.exec_driver_sql(COPIES.split(";\n", maxsplit=1)[0] + ";", (names,))
    for text, values in zip(
        [one + ";" for one in COPIES.strip().split(";\n")][1:],
        [(TAKER, names), (TAKER, names), (TAKER, 300 * DAY, names, TAKER, NINE, NINE)],
        strict=True,
    ):
        server.admin.exec_driver_sql(text, values)
    _copy(server, int(made["case_id"]), number, names)


def _copy(server: ServerCentre, case_id: int, number: int, departments: list[str]) -> None:
    """Case, events, clocks and entries of the one case, so many times under new numbers."""
    sql = server.admin
    for table, key in (("case_file", ""), ("event", "event_id"), ("clock_run", "run_id"),
                       ("part_form", "entry_id"), ("part_materials", "entry_id")):  # fmt: skip
        columns = [
            str(name) for name in sql.exec_driver_sql(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'wb'"
                " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
                (table,),
            ).scalars() if name not in ("case_id", key)
        ]  # fmt: skip
        new = {
            "case_no": "'take-' || n", "short_no": "'take-' || n", "package_id": "'take-' || n",
            "department": "(%s::text[])[1 + n %% 8]", "handlers": "'{}'", "calls": "'{}'",
        }  # fmt: skip
        values = [new.get(name, f't."{name}"') for name in columns]
        given = tuple([departments] if "department" in columns else [])
        listed = ", ".join(f'"{name}"' for name in columns)
        sql.exec_driver_sql(
            f"INSERT INTO wb.{table} (case_id, {listed}) SELECT {case_id} + n, {', '.join(values)}"
            f" FROM wb.{table} t, generate_series(1, {number}) n WHERE t.case_id = {case_id}",
            given,
        )
    sql.exec_driver_sql("VACUUM ANALYZE")


def tps(cluster: Cluster, database: str, login: str, script: Path | None, clients: int,
        seconds: int) -> float:  # fmt: skip
    """Transactions a second by pgbench's own count; no transaction may have failed."""
    program = ["-f", str(script)] if script else ["-b", "tpcb-like"]
    done = subprocess.run(
        [binary("pgbench"), "-h", "127.0.0.1", "-p", str(cluster.port), "-U", login, "-n", "-M",
         "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), *program, database],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "number of failed transactions: 0 " in done.stdout, done.stdout
    found = re.search(r"tps = ([\d.]+) \(without initial", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
