"""Accounts on a server: who may keep them, what they give, and that a revoked person is gone.

The cluster of these tests asks for no password; the one of ``test_server_sign_in`` does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import text

from tests.store.server.accounts_world import (
    FIRST,
    OWN,
    Accounts,
    accounts_of,
    second_centre,
)
from tests.store.server.centres import ROLES, ServerCentre
from tests.store.server.cluster import Cluster
from workbench.rules.people import NO_END, Post, Role, role_conflicts
from workbench.rules.person_records import Grant, NewPerson
from workbench.rules.refusals import Refusal, Trouble
from workbench.store.server.accounts import change_password, must_change, verifier
from workbench.store.server.accounts_ground import out_of_hands, take_in_hand
from workbench.store.server.connecting import plainly
from workbench.store.server.role_names import RoleNames

pytestmark = pytest.mark.long(16)

VERBS = {
    "user_add(text,text,text,text,text,text)", "user_password(text,text)", "user_list()",
    "user_grant(text,text,text,text,text,bigint,bigint,text,text)", "user_revoke(text,text)",
    "user_end_sessions(text)", "account_names()", "password_change(text)",
    "password_must_change()",
}  # fmt: skip
CALLS = (
    "SELECT wb.user_add('new.one', '新', 'New', NULL, NULL, 'x')",
    "SELECT wb.user_password('zhang', 'x')",
    "SELECT wb.user_grant('zhang', 'reviewer', 'market')",
    "SELECT wb.user_revoke('zhang')",
    "SELECT wb.user_end_sessions('zhang')",
    "SELECT * FROM wb.account_names()",
)


@pytest.fixture
def accounts(server: ServerCentre) -> Iterator[Accounts]:
    with accounts_of(server) as made:
        yield made


def refused(act: object, *given: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*given)  # type: ignore[operator]
    return caught.value


def person(login: str, *grants: Grant) -> NewPerson:
    return NewPerson(login, "王小明", "Wang Xiaoming", "market", None, grants)


REVIEWER = Grant(Role.REVIEWER, "market")


def added(accounts: Accounts, word: str, *grants: Grant) -> str:
    """Somebody who has signed in once and changed his password."""
    login = accounts.name(word)
    accounts.office().add([person(login, *grants)], {login: FIRST})
    change_password(accounts.engine(login, FIRST), accounts.address, login, OWN)
    return login


def groups(accounts: Accounts, login: str) -> set[str]:
    asked = (
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "JOIN pg_roles p ON p.oid = m.member WHERE p.rolname = :login"
    )
    rows = accounts.server.admin.execute(text(asked), {"login": login})
    return {str(row[0]).removeprefix(f"{accounts.roles.prefix}_") for row in rows}


# -- adding and giving roles ---------------------------------------------------------------------


def test_a_new_person_has_nothing_until_the_password_is_changed(accounts: Accounts) -> None:
    login = accounts.name("ming")
    accounts.office().add([person(login, REVIEWER)], {login: FIRST})
    engine = accounts.engine(login, FIRST)
    assert must_change(engine, accounts.address)
    assert groups(accounts, login) == {"newcomer"}
    for call in CALLS:
        assert accounts.code(login, call) == "access_denied", call
    for table in ("app_user", "case_file", "membership", "event"):
        assert accounts.code(login, f"SELECT * FROM wb.{table}") == "access_denied", table
    change_password(engine, accounts.address, login, OWN)
    assert not must_change(engine, accounts.address)
    assert groups(accounts, login) == {"user", "reviewer"}
    (listed,) = [one for one in accounts.office().people() if one.login == login]
    assert (listed.roles, listed.standing, listed.name_zh) == (
        (Role.REVIEWER,), "user", "王小明")  # fmt: skip


def test_each_act_leaves_a_line_of_audit(accounts: Accounts) -> None:
    login = added(accounts, "lined", REVIEWER)
    office = accounts.office()
    office.grant(login, Grant(Role.SURVEYOR))
    office.revoke(login, Role.SURVEYOR)
    office.give_password(login, FIRST)
    office.revoke(login, None)
    rows = accounts.server.admin.execute(text(
        "SELECT act, detail, actor FROM wb.audit_line WHERE detail LIKE :who ORDER BY audit_id"
    ), {"who": f"{login}%"}).all()  # fmt: skip
    sec = accounts.security
    assert [tuple(row) for row in rows] == [
        ("user_added", login, sec), ("role_granted", f"{login} reviewer market", sec),
        ("password_changed", login, login), ("role_granted", f"{login} surveyor", sec),
        ("role_revoked", f"{login} surveyor", sec), ("password_given", login, sec),
        ("user_revoked", login, sec),
    ]  # fmt: skip


def test_a_representative_gets_a_letter(accounts: Accounts) -> None:
    login = added(accounts, "rep")
    office = accounts.office()
    bare = Grant(Role.REPRESENTATIVE, "market")
    assert refused(office.grant, login, bare).code == "letter_incomplete"
    letter = Grant(Role.REPRESENTATIVE, "market", post=Post.A, letter_no="任〔2026〕7号")
    office.grant(login, letter)
    assert groups(accounts, login) == {"user", "representative"}
    assert refused(office.grant, login, letter).code == "role_held"
    office.revoke(login, Role.REPRESENTATIVE)
    assert groups(accounts, login) == {"user"}
    office.grant(login, letter)


def test_what_cannot_be_granted_is_named(accounts: Accounts) -> None:
    login = added(accounts, "odd", REVIEWER)
    office = accounts.office()
    past = Grant(Role.SURVEYOR, valid_from=5, valid_to=6)
    for given, code in (
        (Grant(Role.SURVEYOR, "nowhere"), "office_unknown"), (REVIEWER, "role_held"),
        (past, "span_backwards"), (Grant(Role.SEAL_CUSTODIAN), "roles_exclude"),
    ):  # fmt: skip
        assert refused(office.grant, login, given).code == code
    assert refused(office.grant, "nobody.here", REVIEWER).code == "person_unknown"
    assert refused(office.revoke, login, Role.ARCHIVIST).code == "role_not_held"
    assert accounts.code(accounts.security, "SELECT wb.user_grant(%s, 'king')", login) == (
        "role_unknown")  # fmt: skip
    said = refused(office.grant, login, Grant(Role.SEAL_CUSTODIAN)).message
    assert said == (
        "Reviewer and Seal custodian: who keeps the seal may not work on what is sealed.")


def test_every_pair_of_roles_meets_where_the_rules_let_it(
    accounts: Accounts, counted: object
) -> None:
    """R90 and 3.6: the database and ``rules.people`` say the same of all pairs."""
    office = accounts.office()
    times = {"valid_from": accounts_now(accounts), "valid_to": NO_END}
    wrong = []
    for number, (first, second) in enumerate(product(Role, repeat=2)):
        if first is second:
            continue
        login = accounts.name(f"pair{number}")
        office.add([person(login, grant_of(first, times))], {login: FIRST})
        try:
            office.grant(login, grant_of(second, times))
            met = True
        except Refusal as trouble:
            assert trouble.code == "roles_exclude"
            assert trouble.message == role_conflicts((first, second))[0]
            met = False
        if met == bool(role_conflicts((first, second))):
            wrong.append((first, second))
    assert wrong == []
    counted("pairs of roles given on a server", len(Role) * (len(Role) - 1))  # type: ignore[operator]


def accounts_now(accounts: Accounts) -> int:
    return int(accounts.server.admin.execute(text("SELECT wb.moment()")).scalar_one())


def grant_of(role: Role, times: dict[str, int]) -> Grant:
    return Grant(role, "market", "hall", post=Post.A, letter_no="7", **times)


def test_a_role_that_is_over_excludes_nothing(accounts: Accounts) -> None:
    login = added(accounts, "moved", Grant(Role.SEAL_CUSTODIAN))
    office = accounts.office()
    assert refused(office.grant, login, REVIEWER).code == "roles_exclude"
    office.revoke(login, Role.SEAL_CUSTODIAN)
    office.grant(login, REVIEWER)
    assert groups(accounts, login) == {"user", "reviewer"}


def test_two_who_grant_at_once_cannot_make_what_excludes_itself(accounts: Accounts) -> None:
    """Each sees a person without the other's role; the second waits, looks again, is refused."""
    login = added(accounts, "raced")
    other = accounts.name("sec2")
    accounts.found((other, "security_admin"))
    one = accounts.engine(accounts.security)
    with plainly(accounts.address), one.connect() as first:
        first.exec_driver_sql("SELECT wb.user_grant(%s, 'reviewer', 'market')", (login,))
        said: list[str] = []
        for level in ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"):
            engine = accounts.engine(other).execution_options(isolation_level=level)

            def late(engine: object = engine) -> None:
                try:
                    with plainly(accounts.address), engine.begin() as sql:  # type: ignore[attr-defined]
                        sql.exec_driver_sql("SELECT 1")
                        sql.exec_driver_sql("SELECT wb.user_grant(%s, 'seal_custodian')", (login,))
                    said.append("given")
                except Trouble as trouble:
                    said.append(trouble.code)

            threading.Thread(target=late).start()
        time.sleep(0.5)
        assert said == []
        first.commit()
    give_up = time.monotonic() + 10
    while len(said) < 3 and time.monotonic() < give_up:
        time.sleep(0.02)
    assert sorted(said) == ["roles_exclude", "store_busy", "store_busy"]


# -- who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [one.value for one in Role if one is not Role.SECURITY_ADMIN])
def test_nobody_else_keeps_accounts(accounts: Accounts, role: str) -> None:
    login = accounts.name("other")
    accounts.found((login, role))
    for call in CALLS:
        assert accounts.code(login, call) == "security_admin_only", call
    own = f"SELECT wb.user_grant('{login}', 'security_admin')"
    assert accounts.code(login, own) == "security_admin_only"
    listing = accounts.code(login, "SELECT * FROM wb.user_list()")
    assert listing == ("" if role == "audit_admin" else "security_admin_only")


def test_nobody_gives_himself_anything(accounts: Accounts) -> None:
    me = accounts.security
    for call in (
        "SELECT wb.user_grant(%s, 'reviewer', 'market')", "SELECT wb.user_revoke(%s)",
        "SELECT wb.user_revoke(%s, 'security_admin')", "SELECT wb.user_password(%s, 'x')",
    ):  # fmt: skip
        assert accounts.code(me, call, me) == "own_account", call


def test_an_administrator_whose_term_is_over_is_nobody(accounts: Accounts) -> None:
    accounts.server.admin.execute(text(
        "UPDATE wb.membership SET valid_to = wb.moment() WHERE login = :who"),
        {"who": accounts.security})  # fmt: skip
    for call in CALLS:
        assert accounts.code(accounts.security, call) == "security_admin_only"


def test_the_verbs_are_nobody_elses(accounts: Accounts) -> None:
    """PUBLIC may call none; the inner functions are the owner's alone."""
    rows = accounts.server.admin.execute(text(
        "SELECT p.oid::regprocedure::text, p.prosecdef, p.proconfig::text, n.nspname, "
        "has_function_privilege('public', p.oid, 'EXECUTE'), "
        "has_function_privilege('founded_user', p.oid, 'EXECUTE') "
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'wb_accounts' OR n.nspname = 'wb' AND (p.proname LIKE 'user\\_%' "
        "OR p.proname LIKE 'account\\_%' OR p.proname LIKE 'password\\_%')"
    )).all()  # fmt: skip
    assert len(rows) > 20
    by_user = set()
    for name, definer, config, schema, public, user in rows:
        assert not public, name
        assert "pg_temp" in config and "search_path" in config, name
        if user:
            by_user.add(name.removeprefix("wb."))
            assert definer and schema == "wb"
    assert by_user == VERBS
    login = added(accounts, "plain", REVIEWER)
    for call in (
        "SELECT wb.account_open('zhang', 'x')", "SELECT wb.account_found('zhang', 'x')",
        "SELECT wb_accounts.set_password('zhang', 'x')", "CREATE ROLE mine LOGIN",
        f"GRANT founded_reviewer TO \"{login}\"", "SET ROLE founded_accounts",
        "SET SESSION AUTHORIZATION zhang", "ALTER ROLE zhang PASSWORD 'x'",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cluster_admin'",
    ):  # fmt: skip
        assert accounts.code(login, call) == "access_denied", call


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("Zhang", "login_form"), ("1st", "login_form"), ("a b", "login_form"), ("", "login_form"),
        ("x" * 32, "login_form"), ("a\"; DROP ROLE zhang; --", "login_form"), ("张", "login_form"),
        ("pg_me", "login_taken"), ("founded_me", "login_taken"), ("founded", "login_taken"),
        ("system", "login_taken"), ("public", "login_taken"), ("cluster_admin", "login_taken"),
        ("postgres_exporter", "login_taken"), ("zhang", "person_exists"),
    ],
)  # fmt: skip
def test_names_that_cannot_be_given(accounts: Accounts, login: str, code: str) -> None:
    accounts.server.admin.execute(text(
        "DROP ROLE IF EXISTS postgres_exporter"))  # fmt: skip
    accounts.server.admin.execute(text("CREATE ROLE postgres_exporter LOGIN IN ROLE pg_monitor"))
    try:
        assert refused(accounts.office().add, [person(login)], {login: FIRST}).code == code
        known = {one.login for one in accounts.office().people()}
        assert login == "zhang" or login not in known
    finally:
        accounts.server.admin.execute(text("DROP ROLE postgres_exporter"))


def test_a_person_with_more_than_a_centre_is_not_touched(accounts: Accounts) -> None:
    """Who was made a database administrator too: his password is not the centre's to give."""
    login = added(accounts, "mighty", REVIEWER)
    accounts.server.admin.execute(text(f'GRANT pg_write_server_files TO "{login}"'))
    try:
        for act in (lambda o: o.give_password(login, FIRST), lambda o: o.grant(login, REVIEWER)):
            assert refused(act, accounts.office()).code in ("login_taken", "role_held")
    finally:
        accounts.server.admin.execute(text(f'REVOKE pg_write_server_files FROM "{login}"'))


def test_only_verifiers_are_taken(accounts: Accounts) -> None:
    for given in ("plain words", "", "md5" + "a" * 32, "SCRAM-SHA-256$1:x$y:z", None):
        for statement in ("SELECT wb.password_change(%s)",
                          "SELECT wb.user_add('n.n', '新', 'N', NULL, NULL, %s)"):  # fmt: skip
            assert accounts.code(accounts.security, statement, given) == "verifier_form"


# -- revoking ------------------------------------------------------------------------------------


def test_a_revoked_persons_sessions_end_within_a_second(accounts: Accounts) -> None:
    login = added(accounts, "gone", REVIEWER)
    engines = [accounts.engine(login) for _ in range(3)]
    open_ones = [engine.connect() for engine in engines]
    for one in open_ones:
        one.exec_driver_sql("SELECT 1")
    began = time.monotonic()
    accounts.office().revoke(login, None)
    codes = []
    for one in open_ones:
        with pytest.raises(Trouble) as caught, plainly(accounts.address):
            while time.monotonic() < began + 5:
                one.exec_driver_sql("SELECT 1")
                time.sleep(0.01)
        codes.append(caught.value.code)
    assert time.monotonic() - began < 1.0
    assert set(codes) <= {"session_ended", "connection_lost"}
    for one in open_ones:
        one.invalidate()
        one.close()


def test_a_revoked_person_cannot_come_back(accounts: Accounts) -> None:
    login = added(accounts, "former", REVIEWER, Grant(Role.SURVEYOR))
    accounts.office().revoke(login, None)
    with pytest.raises(Refusal) as caught:
        accounts.engine(login)
    assert caught.value.code == "account_locked"
    assert groups(accounts, login) == {"former"}
    (listed,) = [one for one in accounts.office().people() if one.login == login]
    assert (listed.roles, listed.standing) == ((), "former")
    assert refused(accounts.office().add, [person(login)], {login: FIRST}).code == "person_exists"
    accounts.office().give_password(login, FIRST)
    change_password(accounts.engine(login, FIRST), accounts.address, login, OWN)
    assert groups(accounts, login) == {"user"}


def test_only_revoked_sessions_can_be_ended(accounts: Accounts) -> None:
    login = added(accounts, "busy")
    call = "SELECT wb.user_end_sessions(%s)"
    assert accounts.code(accounts.security, call, login) == "account_in_use"
    assert accounts.code(accounts.security, call, "cluster_admin") == "account_in_use"


def test_who_works_at_two_centres_loses_only_one(
    accounts: Accounts, postgres: Cluster
) -> None:
    login = added(accounts, "shared", REVIEWER)
    place = second_centre(postgres, f"second_{accounts.number}", RoleNames("second"))
    try:
        with accounts_of(place, RoleNames("second")) as other:
            with_password = {login: FIRST}
            office = other.office()
            here = NewPerson(login, "王", "Wang")
            assert refused(office.add, [here], with_password).code == "login_elsewhere"
            office.add([here], {})
            office.grant(login, Grant(Role.SURVEYOR))
            assert refused(office.give_password, login, FIRST).code == "login_elsewhere"
            engine = other.engine(login)
            with engine.connect() as kept:
                kept.exec_driver_sql("SELECT 1")
                accounts.office().revoke(login, None)
                kept.exec_driver_sql("SELECT 1")
            assert other.code(login, "SELECT wb.password_must_change()") == ""
            office.revoke(login, None)
            with pytest.raises(Refusal) as caught:
                other.engine(login)
            assert caught.value.code == "account_locked"
    finally:
        place.close()
        accounts.server.admin.exec_driver_sql(f"DROP DATABASE {place.name} WITH (FORCE)")


def test_a_login_that_nobody_recorded_is_named_and_taken_in_hand(accounts: Accounts) -> None:
    """As after the move from PostgreSQL 15 to a newer one, which asks who made a login."""
    login = added(accounts, "moved", REVIEWER)
    sql = accounts.server.admin
    newer = (sql.dialect.server_version_info or (0,)) >= (16,)
    sql.exec_driver_sql(f'REVOKE "{login}" FROM {ROLES.accounts}')
    assert (login in out_of_hands(sql, ROLES)) is newer
    take_in_hand(sql, ROLES)
    assert out_of_hands(sql, ROLES) == []
    accounts.office().revoke(login, None)
    with pytest.raises(Refusal) as caught:
        accounts.engine(login)
    assert caught.value.code == "account_locked"
    # Nobody signs in with it now, and still it is his to get back.
    sql.exec_driver_sql(f'REVOKE "{login}" FROM {ROLES.accounts}')
    assert (login in out_of_hands(sql, ROLES)) is newer
    take_in_hand(sql, ROLES)
    accounts.office().give_password(login, FIRST)
    accounts.engine(login, FIRST).dispose()


def test_verifiers_differ_and_hold_no_password(accounts: Accounts) -> None:
    with accounts.engine(accounts.security).connect() as sql:
        made = {verifier(sql, "zhang", "口令-password-1") for _ in range(3)}
    assert len(made) == 3
    assert all("password" not in one and one.startswith("SCRAM-SHA-256$") for one in made)
