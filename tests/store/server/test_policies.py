"""The policies of a centre: what is generated stands in the database, and nothing lies open."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import create_engine, exc
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre
from tests.store.world import NINE, OTHERS, REPRESENTATIVES
from workbench.rules.case import Part
from workbench.rules.conditions import All, Condition, Either, Fact, Not, holds
from workbench.rules.moment import HOUR, MINUTE, Moment
from workbench.rules.visibility import DENYING, ROWS, granting
from workbench.store.server import grants
from workbench.store.server.policies import GROUPS, TABLE_OF, generated
from workbench.store.server.policy_check import differences
from workbench.store.server.policy_facts import FORMS, is_mark
from workbench.store.server.sight_terms import STATES, facts_of_rows, kinds_of, terms_for
from workbench.store.server.table_policies import DECISIONS
from workbench.store.tables import META

EVERYBODY = (*REPRESENTATIVES, *OTHERS)


def test_whoever_sees_a_part_sees_meta() -> None:
    """A part's policy asks the case row, which stands under the policies of meta."""
    assert all(Part.META in row.parts for row in ROWS if row.parts)
    for part in TABLE_OF:
        assert all(terms_for(Part.META, kind) for kind in GROUPS if terms_for(part, kind))


def test_every_row_belongs_to_somebody_and_every_fact_has_a_form() -> None:
    assert all(kinds_of(row) <= set(GROUPS) for row in ROWS if not row.denies)
    assert kinds_of(next(row for row in ROWS if row.row == "V27")) == {"user"}
    assert kinds_of(next(row for row in ROWS if row.row == "V19")) == {"organ_head"}
    for fact in facts_of_rows(ROWS):
        assert fact.name in ("role", "state_in") or fact.name in FORMS or is_mark(fact), fact


class Chance:
    """A case and a person made of facts alone."""

    at: Moment = 0

    def __init__(self, dice: random.Random) -> None:
        self.state = dice.choice(STATES)
        names = sorted(facts_of_rows(ROWS), key=lambda one: (one.name, one.arg))
        self.held = {one: dice.random() < 0.6 for one in names if one.name != "state_in"}
        duty, grace = Fact("on_duty"), Fact("own_claim_in_grace")
        self.held[grace] &= not self.held[duty]
        self.held[Fact("appointed")] |= (
            self.held[duty] or self.held[grace] or self.held[Fact("temporary")]
        )
        self.held[Fact("was_appointed")] |= self.held[Fact("appointed")]

    def fact(self, name: str, arg: str) -> bool:
        return self.state in arg.split(",") if name == "state_in" else self.held[Fact(name, arg)]

    def values(self, source: str) -> tuple[()]:
        return ()

    def latest_end(self, kind: object) -> None:
        return None


def _or(*conditions: Condition) -> Condition:
    return Either(conditions)


def test_the_alternatives_say_what_the_rows_say() -> None:
    """Simplified by truth tables: asked of 3,000 made-up cases, each part, all kinds together."""
    dice = random.Random(8)
    every = {
        part: _or(*(
            All((Fact("state_in", ",".join(sorted(term.states))), *sorted(term.facts, key=str),
                 *(Not(one) for one in sorted(term.absent, key=str))))
            for kind in GROUPS for term in terms_for(part, kind)
        ))
        for part in Part
    }  # fmt: skip
    seen = 0
    for _number in range(3_000):
        asked = Chance(dice)
        for part in Part:
            rows = _or(*(one.condition for one in granting(part)))
            granted = holds(rows, asked, {})
            assert holds(every[part], asked, {}) is granted, (part, asked.state, asked.held)
            seen += granted
    assert seen > 3_000


def test_the_policies_are_those_of_this_version(server: ServerCentre) -> None:
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.begin() as sql:
        assert differences(sql, ROLES) == []
    with engine.begin() as sql:
        sql.exec_driver_sql("DROP POLICY anybody_sees ON wb.leave")
        sql.exec_driver_sql("ALTER POLICY sees_archivist ON wb.event USING (true)")
        sql.exec_driver_sql("CREATE POLICY more ON wb.applicant FOR SELECT USING (true)")
        told = differences(sql, ROLES)
    assert {one.split(":")[0] for one in told} == {
        "leave.anybody_sees", "event.sees_archivist", "applicant.more",
    }  # fmt: skip
    engine.dispose()


def test_every_table_is_decided_and_guarded(server: ServerCentre) -> None:
    assert set(META.tables) == set(DECISIONS)
    rows = server.admin.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'wb'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT relrowsecurity"
    )
    assert set(rows.scalars()) <= {"set_moment"}
    views = server.admin.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'wb'::regnamespace AND relkind = 'v' "
        "AND NOT coalesce(reloptions @> '{security_invoker=true}', false)"
    )
    assert views.scalars().all() == []
    tables = {table for table, _name in generated(ROLES)}
    closed = {name for name, decision in DECISIONS.items() if decision.closed}
    nobodys = {"applicant", "operation", "case_counter", "seal_picture"}
    assert closed == nobodys and not closed & tables
    assert tables | closed == set(DECISIONS)


def test_nothing_is_granted_but_reading_and_what_is_named(server: ServerCentre) -> None:
    granted = server.admin.exec_driver_sql(
        "SELECT DISTINCT privilege_type, grantee FROM information_schema.table_privileges "
        "WHERE table_schema = 'wb' AND grantee <> %s", (ROLES.owner,),
    )  # fmt: skip
    assert {tuple(row) for row in granted} == {("SELECT", ROLES.user)}
    open_to_all = server.admin.exec_driver_sql(
        "SELECT p.proname FROM pg_proc p, aclexplode(coalesce(p.proacl, "
        "acldefault('f', p.proowner))) a WHERE p.pronamespace = 'wb'::regnamespace "
        "AND a.grantee = 0 AND p.proname <> 'moment'"
    )
    assert open_to_all.scalars().all() == []


def test_definer_functions_have_a_search_path(server: ServerCentre) -> None:
    rows = server.admin.exec_driver_sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'wb'::regnamespace AND prosecdef "
        "AND NOT EXISTS (SELECT 1 FROM unnest(proconfig) c WHERE c LIKE %s)",
        ("search_path=%pg_temp",),
    )
    assert rows.scalars().all() == []


def _shut(server: ServerCentre) -> None:
    """A copied database does not bring along who may do what to the database itself."""
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.begin() as sql:
        grants.close_database(sql, ROLES)
    engine.dispose()


REFUSED = (
    "SELECT handlers FROM wb.case_file", "SELECT * FROM wb.case_file",
    "SELECT package_id FROM wb.case_file", "SELECT 1 FROM wb.case_file WHERE calls <> '{}'",
    "SELECT password_hash FROM wb.app_user", "SELECT name FROM wb.applicant",
    "SELECT last FROM wb.case_counter", "SELECT actor FROM wb.operation",
    "SELECT move FROM wb.flow_row", "DELETE FROM wb.duty_shift", "TRUNCATE wb.event",
    "INSERT INTO wb.recusal VALUES ('li', 1, 'x', 'x', 1)",
    "UPDATE wb.case_file SET state = 'closed'", "SELECT wb.note_marks(1)",
    "SELECT wb.calls_of(1)", "SELECT wb.present('li', 'market', 1)", "SELECT lo_create(0)",
    "CREATE TEMP TABLE t (a int)", "CREATE TABLE wb.t (a int)", "CREATE TABLE public.t (a int)",
    "CREATE SCHEMA mine", "SET ROLE founded_owner", "ALTER TABLE wb.event DISABLE TRIGGER ALL",
    "ALTER POLICY anybody_sees ON wb.leave USING (true)",
)  # fmt: skip


@pytest.mark.parametrize("login", ["zhang", "tang", "sys"])
def test_what_is_refused(server: ServerCentre, login: str) -> None:
    _shut(server)
    for statement in REFUSED:
        with pytest.raises(exc.ProgrammingError) as refused:
            server.connection(login).exec_driver_sql(statement)
        assert getattr(refused.value.orig, "sqlstate", "") == "42501", statement


def test_no_row_security_can_be_switched_off(server: ServerCentre) -> None:
    mine = server.connection("zhang")
    mine.exec_driver_sql("SET row_security = off")
    with pytest.raises(exc.ProgrammingError, match="row-level security"):
        mine.exec_driver_sql("SELECT case_id FROM wb.case_file")


def test_people_tables(server: ServerCentre) -> None:
    """Each person sees his own leaves; the roster manager all; drafts and audit stay where they
    belong."""
    sql = server.admin.exec_driver_sql
    for login in ("zhang", "li"):
        sql("INSERT INTO wb.leave (login, start, \"end\", reason_kind) VALUES (%s, 1, 2, 'x')",
            (login,))  # fmt: skip
    sql("INSERT INTO wb.audit_line (at, actor, act, detail) VALUES (1, 'zhang', 'x', 'x')")
    sql("UPDATE wb.duty_shift SET published_at = NULL WHERE login = 'li'")
    seen = {
        (login, table): server.connection(login).exec_driver_sql(
            f"SELECT count(*) FROM wb.{table}").scalar_one()
        for login in EVERYBODY for table in ("leave", "audit_line", "department", "exchange_slot")
    }  # fmt: skip
    assert {one for one in EVERYBODY if seen[one, "leave"]} == {"zhang", "li", "song"}
    assert seen["song", "leave"] == 2 and seen["zhang", "leave"] == 1
    assert {one for one in EVERYBODY if seen[one, "audit_line"]} == {"aud"}
    assert all(seen[one, "department"] == 3 for one in EVERYBODY)
    plans = "SELECT count(*) FROM wb.duty_shift WHERE login = 'li'"
    assert server.connection("li").exec_driver_sql(plans).scalar_one() == 0
    assert server.connection("song").exec_driver_sql(plans).scalar_one() > 0
    names = server.connection("zhang").exec_driver_sql("SELECT login, name_zh FROM wb.app_user")
    assert len(names.all()) == len(EVERYBODY)


def test_who_is_on_leave_has_no_grace_after_the_shift(server: ServerCentre) -> None:
    """V06: a quarter of an hour after the end, but not into a leave that begins there."""
    ends = NINE + 4 * HOUR + 30 * MINUTE
    server.set_moment(ends + 14 * MINUTE)
    mine = server.connection("zhang").exec_driver_sql
    assert mine("SELECT wb.my_grace()").scalar_one() == ["market"]
    server.admin.exec_driver_sql(
        'INSERT INTO wb.leave (login, start, "end", reason_kind) VALUES (%s, %s, %s, %s)',
        ("zhang", ends, ends + HOUR, "x"),
    )
    assert mine("SELECT wb.my_grace()").scalar_one() == []


def test_a_post_without_its_row_opens_nothing(server: ServerCentre) -> None:
    """The group only chooses which policies are planned; what holds is in the table."""
    server.admin.exec_driver_sql(f"GRANT {ROLES.kind('audit_admin')} TO zhao")
    server.admin.exec_driver_sql(
        "INSERT INTO wb.audit_line (at, actor, act, detail) VALUES (1, 'zhang', 'x', 'x')"
    )
    try:
        count = server.connection("zhao").exec_driver_sql("SELECT count(*) FROM wb.audit_line")
        assert count.scalar_one() == 0
    finally:
        server.admin.exec_driver_sql(f"REVOKE {ROLES.kind('audit_admin')} FROM zhao")


def test_renewing_changes_nothing(server: ServerCentre) -> None:
    """An upgrade to the same version leaves policies and grants as they were."""
    told = (
        "SELECT (SELECT count(*) FROM pg_policies WHERE schemaname = 'wb'), "
        "(SELECT md5(string_agg(relacl::text, ' ' ORDER BY relname)) FROM pg_class "
        "WHERE relnamespace = 'wb'::regnamespace AND relkind = 'r' AND relname <> 'set_moment')"
    )
    before = server.admin.exec_driver_sql(told).one()
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.begin() as sql:
        sql.exec_driver_sql(f"SET LOCAL ROLE {ROLES.owner}")
        grants.write_sight(sql, ROLES)
    engine.dispose()
    assert tuple(server.admin.exec_driver_sql(told).one()) == tuple(before)


def test_the_denying_rows_are_asked_wherever_they_can_matter() -> None:
    """V00 stands in every policy of meta, V24 where a quarantined case could be granted at all to
    somebody who may not see it; another denying row would have to be thought about."""
    assert [row.row for row in DENYING] == ["V00", "V24"]
    metas = {name: text for (table, name), text in generated(ROLES).items() if table == "case_file"}
    assert metas
    for name, text in metas.items():
        kind = "user" if name == "anybody_sees" else name.removeprefix("sees_")
        terms = terms_for(Part.META, kind)
        spared = ({"supervisor", "audit_admin"} & {fact.arg for fact in one.facts} for one in terms)
        open_to = [one for one, who in zip(terms, spared, strict=True)
                   if "quarantined" in one.states and not who]  # fmt: skip
        assert "my_recusals" in text
        assert ("AND NOT ((state = 'quarantined'" in text) == bool(open_to), name
