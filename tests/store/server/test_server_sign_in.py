"""Signing in at a server that asks for a password over TLS, and everything that is in the way.

A cluster of its own: SCRAM and TLS for everybody, and one database that demands a certificate.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, found
from tests.store.server.certificates import issue, make_authority
from tests.store.server.cluster import QUIET, Cluster, cluster
from workbench.rules import words
from workbench.rules.refusals import Outage, Refusal, Trouble
from workbench.settings import translations
from workbench.store.server import connecting, install
from workbench.store.server.accounts import change_password, found_logins
from workbench.store.server.address import ServerAddress, read_address
from workbench.store.server.connecting import plainly, retryable, sign_in
from workbench.store.server.server_words import OUTAGES, REFUSALS

PASSWORD, FIRST = "口令 correct-horse-9", "first-words-1"
HBA = """
host all cluster_admin 127.0.0.1/32 trust
hostssl guarded all 127.0.0.1/32 scram-sha-256 clientcert=verify-full
hostssl plain_words all 127.0.0.1/32 password
hostssl all all 127.0.0.1/32 scram-sha-256
hostnossl trusting all 127.0.0.1/32 trust
"""


@dataclass(frozen=True)
class Guarded:
    """A cluster behind TLS with the centre ``sealed`` and its user ``tls.user``."""

    cluster: Cluster
    folder: Path
    authority: Path

    def address(self, **changes: object) -> ServerAddress:
        base = ServerAddress("localhost", "sealed", port=self.cluster.port,
                             sslrootcert=str(self.authority))  # fmt: skip
        return replace(base, **changes)  # type: ignore[arg-type]

    def admin(self, statement: str, database: str = "postgres") -> None:
        engine = create_engine(self.cluster.url(database), isolation_level="AUTOCOMMIT",
                               poolclass=NullPool)  # fmt: skip
        with engine.connect() as sql:
            sql.exec_driver_sql(statement)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("certificates")
    # What was committed has to be there after the crash that one of the tests makes.
    with cluster(**{**QUIET, "synchronous_commit": "on"}) as made:
        authority = make_authority(folder, "authority")
        found(made, "sealed")
        _let_in(made, "tls.user")
        _close(made, folder, authority)
        one = Guarded(made, folder, authority)
        engine = sign_in(one.address(), "tls.user", FIRST)
        change_password(engine, one.address(), "tls.user", PASSWORD)
        engine.dispose()
        yield one


def _let_in(made: Cluster, login: str) -> None:
    with create_engine(made.url("sealed"), poolclass=NullPool).begin() as sql:
        install.as_owner(sql, ROLES)
        sql.exec_driver_sql(
            "INSERT INTO app_user (login, name_zh, name_en, failures) VALUES (%s, '某', 'N', 0)",
            (login,),
        )
        found_logins(sql, {login: FIRST})


def _close(made: Cluster, folder: Path, authority: Path) -> None:
    """From now on everybody but the test's own superuser signs in with TLS and a password."""
    certificate, key = issue(authority, "server", "localhost")
    data = made.folder / "data"
    owner = data.stat()
    for source, name in ((certificate, "server.crt"), (key, "server.key"), (authority, "ca.crt")):
        shutil.copy(source, data / name)
        os.chown(data / name, owner.st_uid, owner.st_gid)
        (data / name).chmod(0o600)
    (data / "pg_hba.conf").write_text(HBA)
    with (data / "postgresql.conf").open("a") as file:
        file.write("ssl = on\nssl_ca_file = 'ca.crt'\npassword_encryption = 'scram-sha-256'\n")
    made.stop()
    made.start()
    engine = create_engine(made.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as sql:
        for name in ("guarded", "plain_words", "trusting"):
            sql.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE sealed")


def trouble(address: ServerAddress, login: str = "tls.user", password: str = PASSWORD) -> Trouble:
    with pytest.raises(Trouble) as caught:
        sign_in(address, login, password).dispose()
    return caught.value


@contextmanager
def signed_in(address: ServerAddress, password: str = PASSWORD) -> Iterator[Engine]:
    engine = sign_in(address, "tls.user", password)
    try:
        yield engine
    finally:
        engine.dispose()


# -- the way in ----------------------------------------------------------------------------------


def test_signing_in_proves_the_server_and_binds_the_channel(guarded: Guarded) -> None:
    with signed_in(guarded.address()) as engine, engine.connect() as sql:
        told = sql.exec_driver_sql(
            "SELECT s.ssl, a.application_name, current_setting('statement_timeout'), "
            "current_setting('search_path'), current_setting('client_encoding') "
            "FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE pid = pg_backend_pid()"
        ).one()
        pgconn = sql.connection.dbapi_connection.pgconn  # type: ignore[union-attr]
        options = {one.keyword: one.val for one in pgconn.info}
    assert tuple(told) == (True, "workbench", "1min", "wb,pg_temp", "UTF8")
    assert (options[b"channel_binding"], options[b"sslmode"]) == (b"require", b"verify-full")
    kept = [options[name] for name in (b"keepalives_idle", b"keepalives_interval",
                                       b"keepalives_count", b"tcp_user_timeout")]  # fmt: skip
    assert kept == [b"10", b"3", b"3", b"15000"]


def test_a_wrong_password_is_told_like_an_unknown_name(guarded: Guarded) -> None:
    wrong = trouble(guarded.address(), password="no")
    unknown = trouble(guarded.address(), "nobody.here")
    assert isinstance(wrong, Refusal)
    assert (wrong.code, str(wrong)) == (unknown.code, str(unknown))
    assert str(wrong).startswith("Name and password do not belong together.")
    assert wrong.code == "wrong_password" and not retryable(wrong)


def test_another_authoritys_server_is_not_trusted(guarded: Guarded) -> None:
    stranger = make_authority(guarded.folder, "stranger")
    one = trouble(guarded.address(sslrootcert=str(stranger)))
    assert (one.code, isinstance(one, Outage), retryable(one)) == (
        "certificate_untrusted", True, False)  # fmt: skip
    missing = trouble(guarded.address(sslrootcert=str(guarded.folder / "nothing.crt")))
    assert missing.code == "certificate_root_missing"


def test_a_certificate_for_another_name_is_not_taken(guarded: Guarded) -> None:
    one = trouble(guarded.address(host="127.0.0.1"))
    assert one.code == "certificate_other_name"
    assert "127.0.0.1" in str(one)


def test_without_channel_binding_nothing_is_told(guarded: Guarded) -> None:
    """A server in between that asks for the password itself never gets it."""
    one = trouble(guarded.address(database="plain_words"))
    assert one.code == "binding_missing"
    with signed_in(guarded.address(database="plain_words", channel_binding="prefer")):
        pass


def test_without_encryption_nobody_comes_in(guarded: Guarded) -> None:
    one = trouble(guarded.address(sslmode="disable", channel_binding="disable"))
    assert one.code == "not_admitted"


def test_a_server_without_tls_is_left(postgres: Cluster, founded_server: str) -> None:
    one = trouble(ServerAddress("localhost", founded_server, port=postgres.port,
                                sslmode="require"), "zhang")  # fmt: skip
    assert one.code == "encryption_missing"


def test_a_certificate_is_asked_for_and_must_be_the_persons_own(guarded: Guarded) -> None:
    address = guarded.address(database="guarded")
    assert trouble(address).code == "client_certificate_missing"
    mine, key = issue(guarded.authority, "tls.user")
    his, his_key = issue(guarded.authority, "zhang")
    foreign, foreign_key = issue(make_authority(guarded.folder, "foreign"), "tls.user")
    with signed_in(replace(address, sslcert=str(mine), sslkey=str(key))):
        pass
    for certificate, its_key, code in (
        # The server itself says no more here than that name and password do not fit.
        (his, his_key, "wrong_password"),
        (foreign, foreign_key, "client_certificate_missing"),
        (mine, guarded.folder / "no.key", "client_certificate_unreadable"),
        (mine, his_key, "client_certificate_unreadable"),
    ):
        one = trouble(replace(address, sslcert=str(certificate), sslkey=str(its_key)))
        assert one.code == code, (certificate, str(one))
    good = replace(address, sslcert=str(mine), sslkey=str(key))
    assert trouble(good, password="no").code == "wrong_password"


# -- who is not let in ---------------------------------------------------------------------------


def test_who_is_locked_or_of_no_centre_is_told_so(guarded: Guarded) -> None:
    guarded.admin('ALTER ROLE "tls.user" NOLOGIN')
    try:
        one = trouble(guarded.address())
        assert (one.code, isinstance(one, Refusal)) == ("account_locked", True)
    finally:
        guarded.admin('ALTER ROLE "tls.user" LOGIN')
    guarded.admin(f"CREATE ROLE outsider LOGIN PASSWORD '{PASSWORD}'")
    guarded.admin("REVOKE CONNECT ON DATABASE sealed FROM PUBLIC")
    assert trouble(guarded.address(), "outsider").code == "not_of_this_centre"


def test_what_the_server_lacks_is_named(guarded: Guarded) -> None:
    missing = trouble(guarded.address(database="nowhere"))
    assert (missing.code, "nowhere" in str(missing)) == ("database_missing", True)
    guarded.admin('ALTER ROLE "tls.user" CONNECTION LIMIT 1')
    try:
        with signed_in(guarded.address()):
            crowded = trouble(guarded.address())
        assert (crowded.code, retryable(crowded)) == ("server_crowded", True)
    finally:
        guarded.admin('ALTER ROLE "tls.user" CONNECTION LIMIT -1')


def test_a_server_that_is_not_there(guarded: Guarded) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    one = trouble(guarded.address(port=port))
    assert (one.code, retryable(one)) == ("server_unreachable", True)
    name = trouble(guarded.address(host="no-such-host.invalid"))
    assert name.code == "server_name_unknown"


def test_a_server_that_takes_the_call_and_says_nothing(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    """Ten seconds and not for ever; without ``--deep`` the same wait is three."""
    assert connecting.CONNECT_SECONDS == 10
    if depth == 1:
        monkeypatch.setattr(connecting, "CONNECT_SECONDS", 3)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        began = time.monotonic()
        one = trouble(guarded.address(port=mute.getsockname()[1]))
    assert one.code == "server_unreachable"
    assert connecting.CONNECT_SECONDS / 2 < time.monotonic() - began < 25


# -- while one works -----------------------------------------------------------------------------


def fails(engine: Engine, address: ServerAddress, statement: str) -> Trouble:
    with pytest.raises(Trouble) as caught, plainly(address), engine.begin() as sql:
        sql.exec_driver_sql(statement)
    return caught.value


def test_a_connection_that_dies_in_a_statement_is_lost_and_comes_back(guarded: Guarded) -> None:
    address = guarded.address()
    with signed_in(address) as engine:
        ended = _while_it_sleeps(guarded, engine, "SELECT pg_terminate_backend(pid)")
        assert (ended.code, retryable(ended)) == ("session_ended", True)
        cancelled = _while_it_sleeps(guarded, engine, "SELECT pg_cancel_backend(pid)")
        assert cancelled.code == "statement_timeout"
        with plainly(address), engine.begin() as sql:
            assert sql.exec_driver_sql("SELECT session_user").scalar_one() == "tls.user"


def _while_it_sleeps(guarded: Guarded, engine: Engine, act: str) -> Trouble:
    def later() -> None:
        time.sleep(0.4)
        guarded.admin(f"{act} FROM pg_stat_activity WHERE usename = 'tls.user'")

    helper = threading.Thread(target=later)
    helper.start()
    try:
        return fails(engine, guarded.address(), "SELECT pg_sleep(20)")
    finally:
        helper.join()


def test_a_statement_that_takes_too_long_is_broken_off(guarded: Guarded) -> None:
    with signed_in(guarded.address()) as engine:
        one = fails(engine, guarded.address(),
                    "SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")  # fmt: skip
    assert one.code == "statement_timeout"


@pytest.mark.parametrize(
    ("state", "code", "again"),
    [
        ("53100", "disk_full", False), ("53200", "server_memory", True),
        ("25006", "server_read_only", True), ("40001", "store_busy", True),
        ("40P01", "store_busy", True), ("55P03", "store_busy", True),
        ("57P03", "server_starting", True), ("42501", "access_denied", False),
        ("08006", "connection_lost", True), ("XX001", "store_failed", False),
    ],
)  # fmt: skip
def test_what_a_server_says_is_worded(
    guarded: Guarded, state: str, code: str, again: bool
) -> None:
    """The state is the server's own; the words that went with it are not repeated."""
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'Wang 990101198001010014' USING ERRCODE = '{state}'; "
    with signed_in(guarded.address()) as engine:
        one = fails(engine, guarded.address(), f"{raised} END $$")
    assert (one.code, retryable(one)) == (code, again)
    assert "Wang" not in str(one)


def test_a_server_that_only_lets_read(guarded: Guarded) -> None:
    """As a stand-by answers; whoever writes there is told which server to look for."""
    with signed_in(guarded.address()) as engine:
        one = fails(engine, guarded.address(),
                    "SET TRANSACTION READ ONLY; SELECT wb.password_change('SCRAM-SHA-256$4096:"
                    + "A" * 22 + "==$" + "B" * 43 + "=:" + "C" * 43 + "=')")  # fmt: skip
    assert one.code == "server_read_only"


def test_a_crash_and_a_restart_are_told_apart_from_a_wrong_password(guarded: Guarded) -> None:
    address = guarded.address()
    with signed_in(address) as engine:
        with engine.connect() as held:
            held.exec_driver_sql("SELECT 1")
            guarded.cluster.stop("immediate")
            with pytest.raises(Trouble) as caught, plainly(address):
                held.exec_driver_sql("SELECT 1")
            assert caught.value.code in ("connection_lost", "session_ended")
            held.invalidate()
        assert trouble(address).code == "server_unreachable"
        guarded.cluster.start()
        with plainly(address), engine.begin() as sql:
            assert sql.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_a_refusal_of_the_database_is_worded_as_everywhere(guarded: Guarded) -> None:
    address = guarded.address()
    guarded.admin("GRANT EXECUTE ON FUNCTION wb.refuse(text, jsonb) TO PUBLIC", "sealed")
    with signed_in(address) as engine:
        for values, code, said in (
            ('{"now": "9:00", "last": "9:01"}', "clock_back", "clock shows 9:00"),
            ('{"day": "2026-12-31"}', "calendar_outside", "beyond 2026-12-31"),
            ('{"item": "X1"}', "item_unknown", "no item X1"),
            ('{"first": "reviewer", "second": "seal_custodian"}', "roles_exclude", "Reviewer and"),
            ('{"role": "security_admin"}', "role_held", "Security administrator"),
            ('{"move": "grant", "state": "draft"}', "wrong_state", "while the case is draft"),
            ("{}", "wrong_state", "– is not possible while"),
            ("[]", "newer_than_this", "newer_than_this"),
        ):  # fmt: skip
            one = fails(engine, address, f"SELECT wb.refuse('{code}', '{values}')")
            assert (one.code, isinstance(one, Refusal)) == (code, True)
            assert said in one.message


# -- the words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('致命错误:  用户 "wang" 的密码认证失败', "wrong_password"),
        ('致命错误:  不允许角色"wang" 进行登录', "account_locked"),
        ("致命错误:  客户端连接过多", "server_crowded"),
        ('致命错误:  数据库 "a" 不存在', "database_missing"),
        ("致命错误:  数据库系统正在关闭", "server_starting"),
        ("致命错误:  连接需要有效的客户端证书", "client_certificate_missing"),
        ('致命错误:  访问数据库 "a" 的权限不足', "not_of_this_centre"),
        ('致命错误:  没有适用于主机 "::1", 用户 "a", 数据库 "b", 无加密 的 pg_hba.conf 条目',
         "not_admitted"),
        ("FATAL:  the database system is starting up", "server_starting"),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
         "server_crowded"),
        ("something nobody has heard of", "store_failed"),
    ],
)  # fmt: skip
def test_a_server_that_speaks_chinese_is_understood(said: str, code: str) -> None:
    from workbench.store.server.server_words import code_of

    assert code_of(None, f"connection failed: {said}", signing_in=True) == code


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_trouble_has_words_and_a_remedy(language: str) -> None:
    from workbench.store.server.server_words import trouble_of

    before = words.language()
    words.use(translations(language), language)
    try:
        for code in (*OUTAGES, *REFUSALS, "wrong_password"):
            one = trouble_of(code, ServerAddress("db.example", "centre"), "said")
            assert one.message and one.remedy and "{" not in str(one)
            assert (language == "zh_CN") == any("\u4e00" <= char <= "\u9fff" for char in str(one))
    finally:
        words.use(translations(before), before)


# -- addresses -----------------------------------------------------------------------------------


def test_addresses_are_read() -> None:
    one = read_address("postgresql://chen.jing@db.example.org/centre")
    assert one == ServerAddress("db.example.org", "centre", "chen.jing")
    assert (one.sslmode, one.channel_binding, one.shown) == (
        "verify-full", "require", "postgresql://db.example.org/centre")  # fmt: skip
    full = read_address(
        "postgresql://db:6432/%E5%A4%A7%E5%8E%85?sslmode=verify-ca&sslrootcert=/c/ca.crt"
        "&sslcert=a.crt&sslkey=a.key&application_name=drill&channel_binding=prefer"
    )
    assert full == ServerAddress("db", "大厅", None, 6432, "verify-ca", "/c/ca.crt", "a.crt",
                                 "a.key", "prefer", "drill")  # fmt: skip
    assert read_address(full.shown).database == "大厅"
    for host in ("localhost", "127.0.0.1", "[::1]", "%2Fvar%2Frun%2Fpostgresql"):
        local = read_address(f"postgresql://{host}:5433/centre")
        assert (local.sslmode, local.port) == ("prefer", 5433), host
        assert read_address(local.shown) == local
    assert read_address("postgresql://%2Frun%2Fpg/c").host == "/run/pg"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://db", "server_address"), ("postgresql://db/", "server_address"),
        ("postgresql:///centre", "server_address"), ("postgresql://db:x/c", "server_address"),
        ("postgresql://db/a/b", "server_address"), ("postgresql://[::1/c", "server_address"),
        ("mysql://db/c", "server_address"), ("postgresql://db/c?sslmode", "server_address"),
        ("postgresql://db/c?sslcert=a", "server_address"),
        ("postgresql://me:secret@db/c", "password_in_address"),
        ("postgresql://me:@db/c", "password_in_address"),
        ("postgresql://db/c?password=secret", "password_in_address"),
        ("postgresql://db/c?sslmode=allow", "address_option"),
        ("postgresql://db/c?target_session_attrs=any", "address_option"),
        ("postgresql://db/c?options=-c%20x", "address_option"),
    ],
)  # fmt: skip
def test_addresses_that_are_none(address: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_address(address)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)
