"""A centre with very many cases inside PostgreSQL, written by a few statements.

Forty-three departments of Zipf's sizes, three hundred people, a quarter of shifts, two per cent of
the cases open, about five events a case: a city after some years. The rows are what moves would
have left, but for the hashes of the log. Called by ``test_server_inbox``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate
from typing import Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre
from tests.store.server.cluster import Cluster
from tests.store.world import LONG_AGO, MONDAY, NINE, ORGAN, ORGANS, item, seed
from workbench.rules.centre_seed import CentreSeed
from workbench.rules.moment import DAY, HOUR, MINUTE, at_local
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    Department,
    DutyShift,
    Membership,
    Post,
    Power,
    Role,
    User,
)
from workbench.rules.publication import Publication
from workbench.store import seeding
from workbench.store.columns import NO_DUE
from workbench.store.engine import Unit
from workbench.store.server import install

DEPARTMENTS: Final = tuple(f"d{number:02d}" for number in range(43))
SIZES: Final = tuple(accumulate(1 / (number + 1) for number in range(len(DEPARTMENTS))))
SITES: Final = ("hall", "branch", "village")
OPEN_SHARE: Final = 0.02

STATES: Final = (
    # state, weight, how many steps of the path, its clock
    ("pending_acceptance", 10, 1, "acceptance_response"),
    ("awaiting_correction", 8, 1, "applicant_correction"),
    ("under_review", 34, 2, "promised"), ("pending_decision", 14, 2, "promised"),
    ("suspended", 4, 2, "promised"), ("awaiting_opinions", 4, 2, "promised"),
    ("granted", 5, 3, "promised"), ("preparing_result", 5, 3, "promised"),
    ("pending_seal", 8, 3, "seal"), ("pending_issue", 5, 4, "delivery"),
    ("issued", 3, 4, "promised"),
)  # fmt: skip
ENDED: Final = (
    ("archived", 70, 5, "promised"), ("closed", 20, 5, "promised"), ("withdrawn", 4, 2, "promised"),
    ("not_accepted", 3, 2, "promised"), ("returned", 3, 1, "promised"),
)  # fmt: skip
PATH: Final = ("register", "accept", "grant", "stamp", "close")
ACTORS: Final = ("c.registrar", "c.rep", "c.rep", "c.custodian", "'system'")

SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文斌辉力志永健世广义兴良海山仁波宁贵福生龙元全胜学祥才发武新"
    "利清飞彬富顺信子轩浩宇晨曦雨欣怡佳琪梓涵思远嘉诺若彤安然可馨一诗语博俊泽瑞"
)
_MOMENT: Final = (
    "CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint LANGUAGE plpgsql VOLATILE "
    f"AS $$ BEGIN RETURN {NINE}; END $$"
)
"""The clock stands; as quick to read as a real centre's."""
BULKY: Final = ("case_file", "event", "clock_run", "task", "applicant")


# -- the people ---------------------------------------------------------------------------------


def people() -> CentreSeed:
    """Four representatives and two reviewers a department, and forty-two others."""
    reps = {f"{code}{post}": code for code in DEPARTMENTS for post in "abcd"}
    letters = tuple(
        Appointment(who, code, Post.A if who[-1] in "ac" else Post.B, f"A-{who}", LONG_AGO)
        for who, code in reps.items()
    )
    posts = _posts()
    return seed(
        departments=tuple(Department(c, c, c, ORGAN, ORGANS["market"]) for c in DEPARTMENTS),
        users=tuple(User(one, f"{one}某", one, frozenset()) for one in (*reps, *posts, "song")),
        passwords={},
        memberships=tuple(Membership(who, role, place, site, None, LONG_AGO)
                          for who, (role, place, site) in posts.items()),
        appointments=letters,
        authorisations=tuple(
            Authorisation(x.login, x.department, None, frozenset(Power), "S", LONG_AGO)
            for x in letters
        ),
        shifts=tuple(_shifts(reps)),
        custody=tuple(CustodyShift(f"seal{n}", LONG_AGO, NINE + DAY, LONG_AGO) for n in range(8)),
        publications=(Publication("standard", "1.0", "development", (), tuple(
            item(number, "market", department_code=code)
            for number, code in enumerate(DEPARTMENTS)
        )),),
    )  # fmt: skip


def _posts() -> dict[str, tuple[Role, str | None, str | None]]:
    found: dict[str, tuple[Role, str | None, str | None]] = {}
    for number, code in enumerate(DEPARTMENTS):
        for turn in "xy":
            found[f"rev{number}{turn}"] = (Role.REVIEWER, code, None)
    for number in range(16):
        found[f"win{number}"] = (Role.WINDOW_ACCEPTOR, None, SITES[number % 3])
    for role, name, many in (
        (Role.SUPERVISOR, "sup", 10), (Role.SEAL_CUSTODIAN, "seal", 8), (Role.ARCHIVIST, "arc", 8)
    ):  # fmt: skip
        found |= {f"{name}{number}": (role, None, None) for number in range(many)}
    return found


def _shifts(reps: dict[str, str]) -> Iterator[DutyShift]:
    """Six weeks of half-days, three behind and three ahead."""
    for number in range(-21, 21):
        day = MONDAY + timedelta(days=number)
        if day.weekday() < 5:
            for who, code in reps.items():
                first, last = ((8, 30), (13, 30)) if who[-1] in "ac" else ((13, 30), (17, 30))
                yield DutyShift(
                    f"{who}-{day}", code, who, at_local(day, *first), at_local(day, *last),
                    created_by="song", published_at=LONG_AGO,
                )  # fmt: skip


def _logins(sql: Connection, wanted: CentreSeed) -> None:
    """Every person signs in as himself, in the groups of his posts."""
    groups = {one.login: {ROLES.kind("representative")} for one in wanted.appointments}
    for row in wanted.memberships:
        groups.setdefault(row.login, set()).add(ROLES.kind(row.role.value))
    for login, of in groups.items():
        sql.exec_driver_sql(f"CREATE ROLE {login} LOGIN IN ROLE {ROLES.user}, {', '.join(of)}")


# -- the cases ----------------------------------------------------------------------------------


def _array(values: object, kind: str) -> str:
    listed = ", ".join(f"'{one}'" if kind == "text" else str(one) for one in values)  # type: ignore[attr-defined]
    return f"(ARRAY[{listed}]::{kind}[])"


def _draws(size: int) -> str:
    """One row a case with everything that chance decides."""
    both = (*STATES, *ENDED)
    weights = {
        "open": tuple(accumulate(one[1] for one in STATES)),
        "ended": tuple(accumulate(one[1] for one in ENDED)),
    }
    chosen = (
        f"CASE WHEN open THEN width_bucket(r_state * 100, {_array(weights['open'][:-1], 'float8')})"
        f" ELSE {len(STATES)} + width_bucket(r_state * 100,"
        f" {_array(weights['ended'][:-1], 'float8')}) END"
    )
    return f"""CREATE TEMP TABLE draw AS
WITH thrown AS MATERIALIZED (
    SELECT g AS case_id, random() < {OPEN_SHARE} AS open, random() AS r_state,
        width_bucket(random() * {SIZES[-1]}, {_array(SIZES[:-1], 'float8')}) AS d,
        random() AS r_begun, random() AS r_due, random() AS r_rep, random() AS r_held,
        (random() * 7.999)::int % 8 AS seal, floor(random() * {size} * 0.7)::bigint AS person
    FROM generate_series(1, {size}) g
), chosen AS (SELECT *, 1 + {chosen} AS s FROM thrown)
SELECT case_id, open, d, seal, person, r_held,
    {_array([one[0] for one in both], 'text')}[s] AS state,
    {_array([one[2] for one in both], 'int')}[s] AS steps,
    {_array([one[3] for one in both], 'text')}[s] AS clock,
    {NINE} - (CASE WHEN open THEN r_begun * 20 ELSE 20 + r_begun * 700 END * {DAY})::bigint
        AS begun,
    CASE WHEN open THEN {NINE} + (r_due * 12.1 * {DAY})::bigint - {2 * HOUR} END AS due,
    'd' || lpad(d::text, 2, '0') || (ARRAY['a', 'b', 'c', 'd'])[1 + (r_rep * 3.99)::int % 4] AS rep,
    'rev' || d || (ARRAY['x', 'y'])[1 + case_id % 2] AS reviewer,
    'win' || case_id % 16 AS registrar, 'seal' || seal AS custodian
FROM chosen"""


_CASES: Final = f"""INSERT INTO wb.case_file (
    case_id, case_no, short_no, item_code, item_version, department, state, applicant_masked,
    channel, site, registrar, version, last_hash, situation, holder, held_since, reviewer,
    received_at, pushed_at, accepted_at, decided_at, decided_by, due_at, due_clock, immediate,
    exercise, sort_due, settle_at, settle_to, settle_due, package_id, registered_at,
    handlers, calls)
SELECT c.case_id, i.item_code || c.day || lpad(c.case_id::text, 7, '0'),
    'SJ-' || c.day || '-' || lpad((c.case_id / 300 + 1)::text, 4, '0'), i.item_code, 1,
    'd' || lpad(c.d::text, 2, '0'), c.state, '王**', 'window',
    (ARRAY['hall', 'branch', 'village'])[1 + c.case_id % 16 % 3], c.registrar, c.steps,
    lpad(c.case_id::text, 64, '0'), '',
    CASE WHEN c.state = 'under_review' AND c.r_held < 0.4 THEN c.reviewer END,
    CASE WHEN c.state = 'under_review' AND c.r_held < 0.4 THEN c.begun END,
    CASE WHEN c.steps >= 2 AND c.r_held < 0.9 THEN c.reviewer END,
    c.begun, c.begun + {10 * MINUTE}, CASE WHEN c.steps >= 2 THEN c.begun + {HOUR} END,
    CASE WHEN c.steps >= 3 THEN c.begun + {8 * HOUR} END, CASE WHEN c.steps >= 3 THEN c.rep END,
    c.due, CASE WHEN c.open THEN c.clock END, c.r_held < 0.1, false, coalesce(c.due, {NO_DUE}),
    CASE WHEN c.state = 'pending_acceptance' THEN c.due END,
    CASE WHEN c.state = 'pending_acceptance' THEN 'under_review' END,
    CASE WHEN c.state = 'pending_acceptance' THEN c.due + {9 * DAY} END,
    'P-' || c.case_id, c.begun,
    ARRAY(SELECT DISTINCT one FROM unnest((ARRAY[c.registrar, c.rep, c.rep, c.custodian,
        'system'])[1:c.steps]) one ORDER BY one),
    CASE WHEN c.steps >= 4 THEN ARRAY['did:stamp:' || c.custodian]
        WHEN c.state = 'pending_seal' THEN ARRAY['any:seal_request', 'open:seal_request']
        WHEN c.state = 'awaiting_opinions' THEN ARRAY['any:opinion', 'open:opinion']
        ELSE '{{}}' END
FROM (SELECT *, to_char(date '{MONDAY}' - (case_id % 300)::int, 'YYYYMMDD') AS day FROM draw) c
JOIN wb.item_version i
    ON i.department = 'd' || lpad(c.d::text, 2, '0')
ORDER BY c.case_id"""

_EVENTS: Final = f"""INSERT INTO wb.event (
    case_id, seq, kind, actor, effective_at, recorded_at, payload, prev_hash, hash)
SELECT c.case_id, s, {_array(PATH, 'text')}[s], (ARRAY[{', '.join(ACTORS)}])[s],
    c.begun + s * {HOUR}, c.begun + s * {HOUR}, '{{}}',
    lpad((c.case_id * 10 + s - 1)::text, 64, '0'), lpad((c.case_id * 10 + s)::text, 64, '0')
FROM draw c, generate_series(1, c.steps) s"""

_CLOCKS: Final = f"""INSERT INTO wb.clock_run (
    case_id, name, round, started_at, unit, length, due_at, stopped_at, paused_us, provisional,
    pauses, calendar_version)
SELECT c.case_id, c.clock, 1, c.begun, 'working_day', 9, coalesce(c.due, c.begun + {12 * DAY}),
    CASE WHEN NOT c.open THEN c.begun + {9 * DAY} END, 0, false, '[]', ''
FROM draw c"""

_TASKS: Final = """INSERT INTO wb.task (
    case_id, kind, no, state, department, opened_at, data, unmet, planned_end, document_id)
SELECT c.case_id, k.kind, 1, 'open',
    CASE WHEN k.kind = 'opinion' THEN 'd' || lpad(((c.d + 1) % 43)::text, 2, '0') END, c.begun,
    CASE WHEN k.kind = 'opinion' THEN '{}' ELSE '{"document_id":"' || c.case_id
        || '/D","seal_kind":"approval_special"}' END, 0, 0, c.case_id || '/D'
FROM draw c JOIN (VALUES ('pending_seal', 'seal_request'), ('awaiting_opinions', 'opinion'))
    AS k(state, kind) ON k.state = c.state"""

_APPLICANTS: Final = f"""INSERT INTO wb.applicant (case_id, name, id_number)
SELECT c.case_id, CASE WHEN c.case_id % 3 = 0 THEN '青云' ELSE '' END
        || substr('{SURNAMES}', 1 + (c.person % {len(SURNAMES)})::int, 1)
        || substr('{GIVEN}', 1 + (c.person / {len(SURNAMES)} % {len(GIVEN)})::int, 1)
        || substr('{GIVEN}', 1 + (c.person * 7919 / 31 % {len(GIVEN)})::int, 1)
        || CASE WHEN c.case_id % 3 = 0 THEN '贸易有限公司' ELSE '' END,
    '990101' || to_char(date '1950-01-01' + (c.person % 20000)::int, 'YYYYMMDD')
        || lpad((c.person / 20000)::text, 3, '0') || 'X'
FROM draw c"""


def fill(sql: Connection, size: int) -> None:
    """Write the cases, the same each time; the indexes are made anew when all rows stand."""
    sql.exec_driver_sql("SET LOCAL session_replication_role = replica")
    sql.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")
    sql.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
    sql.exec_driver_sql("SELECT setseed(0.42)")
    sql.exec_driver_sql(_draws(size).replace("%", "%%"))
    indexes = sql.exec_driver_sql(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'wb'"
        " AND i.tablename = ANY (%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint k"
        " WHERE k.conname = i.indexname)", (list(BULKY),),
    ).all()  # fmt: skip
    for name, _text in indexes:
        sql.exec_driver_sql(f"DROP INDEX wb.{name}")
    for text in (_CASES, _EVENTS, _CLOCKS, _TASKS, _APPLICANTS):
        sql.exec_driver_sql(text.replace("%", "%%"))
    for _name, text in indexes:
        sql.exec_driver_sql(text.replace("%", "%%"))
    sql.exec_driver_sql("DROP TABLE draw")


@contextmanager
def crowded_server(cluster: Cluster, size: int) -> Iterator[ServerCentre]:
    """A centre with that many cases on a Monday at nine, the morning shifts on duty."""
    name = f"crowd_{size}"
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = create_engine(cluster.url(name), poolclass=NullPool)
    wanted = people()
    with engine.begin() as sql:
        install.make(sql, ROLES)
        sql.exec_driver_sql(_MOMENT)
        seeding.fill(Unit(sql, NINE), wanted)
        sql.exec_driver_sql("RESET ROLE")
        _logins(sql, wanted)
        fill(sql, size)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        sql.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    made = ServerCentre(cluster, name)
    try:
        yield made
    finally:
        made.close()
        with admin.connect() as sql:
            sql.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            rows = sql.exec_driver_sql(
                "SELECT rolname FROM pg_roles WHERE rolcanlogin AND pg_has_role(oid, %s, 'member')"
                " AND NOT rolsuper", (ROLES.user,),
            )  # fmt: skip
            for login in rows.scalars().all():
                sql.exec_driver_sql(f"DROP ROLE {login}")
        admin.dispose()
