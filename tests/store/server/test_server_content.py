"""The files of a centre on a server: encrypted in a folder, their keys with who sees the entry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from tests.store.server.centres import ServerCentre, ServerWorld, found, server_world
from tests.store.server.cluster import QUIET, cluster
from tests.store.server.twins import told
from tests.store.world import (
    MAJOR,
    NINE,
    OTHERS,
    PROMISED,
    REPRESENTATIVES,
    document_of,
    stamp_move,
)
from workbench.rules.case import Case, Move, NewEntry, State
from workbench.rules.moment import HOUR
from workbench.rules.refusals import Outage, Refusal
from workbench.store import case_rows
from workbench.store.content import BLOCK
from workbench.store.encrypted_content import MARKER, TAG, EncryptedContent
from workbench.store.server import connecting
from workbench.store.server.line import Line
from workbench.store.server.server_content import OWN_WAY
from workbench.store.server.server_session import ServerSession
from workbench.store.server.tables_server import content_blob, content_brought
from workbench.store.tables import PART_TABLES, audit_line, recusal

pytestmark = pytest.mark.long(17)

SECRET = "王小明 990101198001010014 "
LARGE = (SECRET * 80_000).encode()[: 2 * BLOCK + 12_345]
"""Two whole blocks and a short one."""
EVERYBODY = (*REPRESENTATIVES, *OTHERS)


class ContentWorld(ServerWorld):
    """The small centre; a file is known to have been brought by whoever points to it alone.

    ``apart``: every scan is another file.
    """

    apart: bool = False
    count: int = 0

    def file(self, text: str = "scan") -> str:
        """Brought by those who will point to it."""
        if self.apart and text == "scan":
            self.count += 1
            text = f"scan {self.count}"
        whose = {"frozen": ("zhang", "chen"), "prepared": ("lin",), "sealed": ("lin",)}
        bringing = whose.get(text.split(maxsplit=1)[0], ("wang",))
        return {self.as_(one).put_content(text.encode()) for one in bringing}.pop()

    @property
    def folder(self) -> Path:
        return self.path.parent / "share"

    @property
    def sql(self) -> Any:
        assert self.server is not None
        return self.server.admin

    def state(self, case: Case) -> State:
        found = case_rows.case_by_id(self.sql, case.case_id)
        assert found is not None
        return found.state

    def asked(self, login: str, call: str, *values: Any) -> tuple[str, Any]:
        """What that person gets with ``psql``: the answer, or a refusal's code or SQLSTATE."""
        assert self.server is not None
        self.server.set_moment(self.clock.now())
        try:
            sql = self.server.connection(login)
            return "", sql.exec_driver_sql(f"SELECT {call}", values).scalar_one()
        except DBAPIError as trouble:
            said: Any = trouble.orig
            if said.sqlstate == "WB001":
                return str(said.diag.message_primary), None
            return str(said.sqlstate), None

    def press(self, case: Case, login: str = "lin") -> Any:
        """T23 by the verbs, as the seal worker's session calls them."""

        def verb(name: str, *values: Any) -> Any:
            marks = ", ".join(["%s"] * len(values))
            code, answer = self.asked(login, f"wb.seal_{name}({marks})", *values)
            assert code == "", (name, code)
            return answer

        reserved = verb("reserve", document_of(case), case.case_id, "approval", "worker")
        serial = reserved["line"]["serial"]
        verb("prepared", serial, "worker", b"digest", 10, 20, 1, 105.0, 240.0,
             self.file(f"prepared {serial}"))  # fmt: skip
        sealed = self.file(f"sealed {serial}")
        verb("signed", serial, "worker", b"cms", sealed, "B-B")
        return verb("release", serial, "worker", *told(stamp_move(case, serial, sealed)), "")

    def new_session(self, login: str) -> ServerSession:
        """Another desk of the same person."""
        assert self.server is not None
        engine = connecting.make_engine(self.server.address, login, None)
        return ServerSession(Line(self.server.address, engine), self.centre.books, login)


@pytest.fixture
def world(
    server: ServerCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ContentWorld]:
    """Its plain copies lie in a folder of the test, so that they can be looked for."""
    running = tmp_path / "running"
    running.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(running))
    with content_world(server, tmp_path) as made:
        yield made


@contextmanager
def content_world(server: ServerCentre, folder: Path) -> Iterator[ContentWorld]:
    """The centre with its folder founded."""
    with server_world(server, folder) as plain:
        world = ContentWorld(plain.path, plain.clock, plain.centre, server=server)
        try:
            yield world
        finally:
            for one in world.sessions.values():
                one.close()


def sha_of(world: ContentWorld, case: Case, table: str = "materials") -> str:
    """The hash of the case's newest file."""
    found = [one for part, one in PART_TABLES.items() if part.value == table]
    wanted = select(found[0].c.content_sha256).where(found[0].c.case_id == case.case_id)
    return str(world.sql.execute(wanted.order_by(found[0].c.entry_id.desc())).scalars().first())


def key_of(world: ContentWorld, sha256: str) -> bytes:
    wanted = select(content_blob.c.key).where(content_blob.c.sha256 == sha256)
    return bytes(world.sql.execute(wanted).scalar_one())


def test_a_file_comes_back_as_it_was_and_the_folder_alone_says_nothing(
    world: ContentWorld, tmp_path: Path
) -> None:
    world.pushed()
    case = world.move("wang", world.draft(), "attach_material", NewEntry(
        "material", {"code": "plan", "sha256": world.as_("wang").put_content(LARGE)}))  # fmt: skip
    sha256 = sha_of(world, case)
    place = world.as_("wang").content_path(sha256)
    assert place.read_bytes() == LARGE
    assert (place.name, place.parent.stat().st_mode & 0o777) == (sha256, 0o700)
    assert place.is_relative_to(tmp_path / "running")
    stored = [one for one in world.folder.rglob("*") if one.is_file()]
    assert {one.name for one in stored} == {MARKER, sha256, world.file("scan")}
    for one in stored:
        assert SECRET.encode()[:9] not in one.read_bytes()
    assert world.sql.execute(
        select(content_blob.c.bytes).where(content_blob.c.sha256 == sha256)
    ).scalar_one() == len(LARGE)


def test_every_desk_encrypts_alike(world: ContentWorld) -> None:
    """The same file brought twice is one file, one row, and two who have it."""
    sha256 = world.as_("wang").put_content(LARGE)
    place = world.folder / sha256[:2] / sha256
    before = (place.read_bytes(), place.stat().st_ino)
    path = world.folder / "again.pdf"
    path.write_bytes(LARGE)
    assert world.as_("hu").put_content(path) == sha256
    assert (place.read_bytes(), place.stat().st_ino) == before
    brought = world.sql.execute(select(content_brought.c.login)).scalars()
    assert sorted(brought) == ["hu", "wang"]
    place.unlink()
    world.as_("ma").put_content(LARGE)
    assert place.read_bytes() == before[0]


def test_the_key_is_for_who_sees_the_entry_now(world: ContentWorld) -> None:
    case = world.pushed()
    sha256 = sha_of(world, case)
    for login in ("zhang", "wang"):
        code, key = world.asked(login, "wb.content_key(%s)", sha256)
        assert (code, len(key)) == ("", 32), login
    for login in ("li", "chen", "hu", "lin", "tang", "sys", "aud", "song", "xu", "agent"):
        assert world.asked(login, "wb.content_key(%s)", sha256) == ("not_visible", None), login
        with pytest.raises(Refusal) as caught:
            world.as_(login).content_path(sha256)
        assert caught.value.code == "not_visible"
        assert world.asked(login, "wb.content_broken(%s)", sha256)[0] == "not_visible"
    # In the afternoon it is the other's turn; nobody is told whether a file is there at all.
    world.clock.forward(6 * HOUR)
    assert world.asked("zhang", "wb.content_key(%s)", sha256)[0] == "not_visible"
    assert world.asked("li", "wb.content_key(%s)", sha256)[0] == ""
    assert world.asked("li", "wb.content_key(%s)", "ab" * 32)[0] == "not_visible"
    assert world.asked("li", "wb.content_key(NULL)")[0] == "not_visible"


def test_a_recused_person_loses_the_key_and_the_plain_copy(world: ContentWorld) -> None:
    case = world.pushed()
    sha256 = sha_of(world, case)
    place = world.as_("zhang").content_path(sha256)
    world.sql.execute(insert(recusal).values(
        case_id=case.case_id, login="zhang", reason="kin", by="tang", at=NINE))  # fmt: skip
    with pytest.raises(Refusal) as caught:
        world.as_("zhang").content_path(sha256)
    assert caught.value.code == "not_visible"
    assert not place.exists()


def test_the_key_follows_the_policies_of_the_parts(
    world: ContentWorld, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Whoever can select an entry that points to the file gets its key; the seal's files too."""
    people = EVERYBODY if depth > 1 else sorted({*EVERYBODY[::2], "lin"})
    world.apart = True
    for make in (world.draft, world.pushed, world.accepted, world.reviewed, world.granted,
                 world.awaiting_seal):  # fmt: skip
        make()
        if make not in (world.granted, world.awaiting_seal):
            make(MAJOR)
    world.press(world.awaiting_seal())
    files = sorted(world.sql.execute(select(content_blob.c.sha256)).scalars())
    presses = set(world.sql.exec_driver_sql(
        "SELECT prepared_sha256 FROM ledger_line UNION SELECT sha256_after FROM ledger_line"
    ).scalars())  # fmt: skip
    assert world.server is not None
    opened = 0
    for login in people:
        keeps = any(one[0].value == "seal_custodian" for one in OTHERS.get(login, ()))
        for sha256 in files:
            seen = any(
                world.server.connection(login).exec_driver_sql(
                    f"SELECT 1 FROM wb.{table.name} WHERE content_sha256 = %s", (sha256,)
                ).first()
                for table in PART_TABLES.values()
            )  # fmt: skip
            code, _key = world.asked(login, "wb.content_key(%s)", sha256)
            assert (code == "") == (seen or (keeps and sha256 in presses)), (login, sha256, code)
            opened += code == ""
    assert 30 < opened < len(people) * len(files) / 2
    counted("files asked for", len(people) * len(files))


def test_every_part_is_looked_at(world: ContentWorld) -> None:
    text = world.sql.exec_driver_sql("SELECT pg_get_functiondef('wb.content_uses'::regproc)")
    written = text.scalar_one()
    assert [one.name for one in PART_TABLES.values() if f"wb.{one.name} " not in written] == []


def test_a_hash_alone_gets_nobody_a_key(world: ContentWorld) -> None:
    """Who points an entry to a file must have the bytes, or read them anyway."""
    sha256 = sha_of(world, world.pushed())
    form = NewEntry("form", {"applicant": {"name": "王小明", "id_number": "990101198001010014"}})
    stolen = NewEntry("material", {"code": "id_card", "file": "a.pdf", "sha256": sha256})
    step = Move("register", {"item_code": PROMISED.item_code, "channel": "window"}, (form, stolen))
    with pytest.raises(Refusal) as caught:
        world.as_("hu").register(step, "王**", "p-1")
    assert caught.value.code == "content_missing"
    # What no kind's check has looked at counts for nothing.
    sly = replace(form, body={**form.body, "sha256": sha256})
    world.as_("hu").register(replace(step, entries=(sly,)), "王**", "p-2")
    assert world.asked("hu", "wb.content_key(%s)", sha256)[0] == "not_visible"
    assert world.as_("hu").put_content(b"scan") == sha256
    world.as_("hu").register(step, "王**", "p-3")
    assert world.asked("hu", "wb.content_key(%s)", sha256)[0] == ""


def test_a_custodian_types_no_hash_into_the_register(world: ContentWorld) -> None:
    scan = sha_of(world, world.pushed())
    case = world.awaiting_seal()
    answer = world.asked("lin", "wb.seal_reserve(%s, %s, %s, %s)", f"{case.case_no}/D-1",
                         case.case_id, "approval", "worker")  # fmt: skip
    serial = answer[1]["line"]["serial"]
    given = (serial, "worker", b"d", 1, 2, 1, 105.0, 240.0, scan)
    marks = ", ".join(["%s"] * len(given))
    assert world.asked("lin", f"wb.seal_prepared({marks})", *given)[0] == "prepared_missing"
    world.sql.exec_driver_sql("UPDATE ledger_line SET sha256_after = %s", (scan,))
    assert world.asked("lin", "wb.content_key(%s)", scan)[0] == "not_visible"


def test_who_may_bring_a_file_and_under_which_key(world: ContentWorld) -> None:
    sha256 = world.file("scan")
    for login in ("sys", "aud", "song", "tang"):
        with pytest.raises(Refusal) as caught:
            world.as_(login).put_content(b"other")
        assert caught.value.code == "not_your_role", login
    put = "wb.content_put(%s, %s, %s)"
    assert world.asked("zhang", put, sha256, 4, b"k" * 32)[0] == "content_key_differs"
    for given in ((sha256, 4, b"short"), (sha256, -1, b"k" * 32), ("x", 1, b"k" * 32),
                  (None, 1, b"k" * 32), (sha256, None, b"k" * 32), (sha256, 1, None)):  # fmt: skip
        assert world.asked("zhang", put, *given)[0] == "content_form"
    for call in ("(SELECT key FROM wb.content_blob LIMIT 1)",
                 "(SELECT login FROM wb.content_brought LIMIT 1)",
                 "wb.content_readable('x', 'zhang', 1)", "wb.content_seen('x', 'zhang', 1)",
                 "wb.content_freeze(1, 'x', 'zhang')", "wb.content_at_hand('x')"):  # fmt: skip
        assert world.asked("wang", call)[0] == "42501", call


def test_the_past_releases_no_key(world: ContentWorld) -> None:
    """A snapshot from before a recusal must not outlive it."""
    case = world.pushed()
    assert world.server is not None
    sql = world.server.connection("zhang")
    sql.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ")
    sql.exec_driver_sql("SELECT count(*) FROM wb.case_file")
    assert world.asked("zhang", "wb.content_key(%s)", sha_of(world, case))[0] == "25000"
    sql.exec_driver_sql("ROLLBACK")


def flip(at: int) -> Callable[[bytes], bytes]:
    def bad(data: bytes) -> bytes:
        place = at % len(data)
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    return bad


SEALED = 8 + BLOCK + TAG
BAD: dict[str, Callable[[bytes], bytes]] = {
    "magic": flip(0), "version": flip(7), "first block": flip(8), "first tag": flip(SEALED - 1),
    "second block": flip(SEALED), "last block": flip(-TAG - 1), "last byte": flip(-1),
    "cut at a block": lambda data: data[: SEALED + BLOCK + TAG],
    "cut in a block": lambda data: data[:-500], "cut to one": lambda data: data[:SEALED],
    "longer": lambda data: data + b"x", "block twice": lambda data: data + data[8:SEALED],
    "blocks swapped": lambda data: data[:8] + data[SEALED : SEALED + BLOCK + TAG]
    + data[8:SEALED] + data[SEALED + BLOCK + TAG :],
    "empty": lambda data: b"", "header alone": lambda data: data[:8], "plain": lambda data: LARGE,
}  # fmt: skip


def test_a_broken_file_is_named_and_its_case_frozen_and_nothing_else(
    world: ContentWorld, counted: Callable[[str, int], None]
) -> None:
    """T31. One bit anywhere, a cut, another file, no file: found, named, written down by whom."""
    other = world.pushed()
    bad: dict[str, Callable[[Path], None]] = {
        **{name: lambda place, one=one: rewrite(place, one(place.read_bytes()))  # type: ignore[misc]
           for name, one in BAD.items()},
        "another's": lambda place: rewrite(place, encrypted(world, "scan")),
        "missing": lambda place: place.unlink(),
    }  # fmt: skip
    for number, (name, spoil) in enumerate(bad.items()):
        world.sql.exec_driver_sql("DELETE FROM wb.content_brought")
        data = LARGE[:-1] + bytes([number])
        sha256 = world.as_("wang").put_content(data)
        paper = {"code": f"plan_{number}", "sha256": sha256}
        cases = [world.move("wang", world.draft(), "attach_material", NewEntry("material", paper))
                 for _twice in range(2)]  # fmt: skip
        cases = [world.move("wang", one, "receive") for one in cases]
        place = world.folder / sha256[:2] / sha256
        spoil(place)
        with pytest.raises(Refusal) as caught:
            world.as_("wang").content_path(sha256)
        assert (caught.value.code, f"plan_{number}" in caught.value.message) == (
            "content_broken", True), name  # fmt: skip
        assert [world.state(one) for one in cases] == [State.QUARANTINED] * 2, name
        assert world.state(other) is State.PENDING_ACCEPTANCE
        last = case_rows.events_of(world.sql, cases[0].case_id)[-1]
        assert (last.actor, json.loads(last.payload)) == (
            "system", {"finding": f"content_broken:{sha256}", "found_by": "wang"})  # fmt: skip
        assert list((world.path.parent / "running").glob(f"*/{sha256}")) == []
        # Whoever brings the good bytes again heals the store.
        assert world.as_("zhang").put_content(data) == sha256
        assert EncryptedContent(world.folder, "").sound(sha256, key_of(world, sha256))
    lines = world.sql.execute(select(audit_line.c.actor, audit_line.c.detail).where(
        audit_line.c.act == "content_broken")).all()  # fmt: skip
    assert [(one.actor, one.detail[65:]) for one in lines] == [("wang", "2")] * len(bad)
    counted("files spoiled", len(bad))


def rewrite(place: Path, data: bytes) -> None:
    place.chmod(0o600)
    place.write_bytes(data)


def encrypted(world: ContentWorld, text: str) -> bytes:
    sha256 = world.file(text)
    return (world.folder / sha256[:2] / sha256).read_bytes()


def test_good_bytes_brought_again_are_read_again(world: ContentWorld) -> None:
    case = world.pushed()
    sha256 = sha_of(world, case)
    rewrite(world.folder / sha256[:2] / sha256, b"nonsense")
    assert world.as_("hu").put_content(b"scan") == sha256
    assert world.as_("zhang").content_path(sha256).read_bytes() == b"scan"
    assert world.state(case) is State.PENDING_ACCEPTANCE


def test_a_changed_plain_copy_is_never_handed_out(world: ContentWorld) -> None:
    """Who reads the file may have been taken over by it: each look checks every byte anew."""
    sha256 = sha_of(world, world.pushed())
    place = world.as_("zhang").content_path(sha256)
    place.write_bytes(b"scam")
    assert world.as_("zhang").content_path(sha256).read_bytes() == b"scan"
    place.unlink()
    assert world.as_("zhang").content_path(sha256).read_bytes() == b"scan"


def test_a_slip_of_the_network_freezes_no_case(
    world: ContentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.pushed()
    sha256 = sha_of(world, case)
    place, read = world.folder / sha256[:2] / sha256, EncryptedContent.read_into
    whole = place.read_bytes()
    rewrite(place, whole[:-3])

    def and_then_whole(*given: Any) -> None:
        try:
            read(*given)
        finally:
            rewrite(place, whole)

    monkeypatch.setattr(EncryptedContent, "read_into", and_then_whole)
    assert world.as_("zhang").content_path(sha256).read_bytes() == b"scan"
    assert world.state(case) is State.PENDING_ACCEPTANCE


@pytest.mark.parametrize("how", ["away", "empty", "another centre's"])
def test_a_folder_that_is_away_freezes_no_case(world: ContentWorld, how: str) -> None:
    case = world.pushed()
    sha256 = sha_of(world, case)
    world.folder.rename(world.folder.with_name("elsewhere"))
    if how != "away":
        world.folder.mkdir()
    if how == "another centre's":
        EncryptedContent(world.folder, "another").found()
    for doing in (lambda: world.as_("zhang").content_path(sha256), lambda: world.file("new")):
        with pytest.raises(Outage) as caught:
            doing()
        assert caught.value.code == "content_unreachable"
    assert world.state(case) is State.PENDING_ACCEPTANCE
    assert world.sql.execute(select(content_blob.c.sha256)).scalars().all() == [sha256]


def test_a_desk_may_reach_the_folder_another_way(
    world: ContentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = sha_of(world, world.pushed())
    there = world.folder.with_name("mounted elsewhere")
    world.folder.rename(there)
    monkeypatch.setenv(OWN_WAY, str(there))
    with_environment = world.new_session("zhang")
    assert with_environment.content_path(sha256).read_bytes() == b"scan"
    with_environment.close()
    monkeypatch.setenv(OWN_WAY, "/nowhere")
    given = world.new_session("zhang")
    given.content_given = there
    assert given.content_path(sha256).read_bytes() == b"scan"
    given.close()


def test_a_centre_without_a_folder_says_so(world: ContentWorld) -> None:
    world.sql.exec_driver_sql("DELETE FROM setting WHERE name = 'content_mark'")
    with pytest.raises(Outage) as caught:
        world.as_("wang").put_content(b"scan")
    assert caught.value.code == "content_not_set_up"


def test_two_desks_bring_the_same_file_at_once(world: ContentWorld) -> None:
    """Whoever comes second finds it there; nobody is refused and nothing is left half-written."""
    desks = [world.new_session(one) for one in ("wang", "hu", "zhang", "ma")]
    start = threading.Barrier(len(desks))
    answers: list[set[str]] = [set() for _turn in range(6)]
    troubles: list[BaseException] = []

    def bring(desk: ServerSession) -> None:
        for turn, said in enumerate(answers):
            start.wait()
            try:
                said.add(desk.put_content(bytes([turn]) * (BLOCK + 7)))
            except BaseException as trouble:
                troubles.append(trouble)

    working = [threading.Thread(target=bring, args=(one,)) for one in desks]
    for one in working:
        one.start()
    for one in working:
        one.join()
    for desk in desks:
        desk.close()
    assert (troubles, [len(one) for one in answers]) == ([], [1] * 6)
    stored = {one.name for one in world.folder.rglob("*") if one.is_file()}
    assert stored == {MARKER, *(next(iter(one)) for one in answers)}
    for sha256 in stored - {MARKER}:
        assert EncryptedContent(world.folder, "").sound(sha256, key_of(world, sha256))


FULL = """
import resource, sys
from pathlib import Path
from workbench.rules.refusals import Outage
from workbench.store.content import ContentStore
from workbench.store.moves import Books
from workbench.store.server import connecting
from workbench.store.server.address import ServerAddress
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession
from workbench.store.shelf import Shelf
address = ServerAddress("127.0.0.1", sys.argv[2], port=int(sys.argv[1]), sslmode="disable",
                        channel_binding="disable")
engine = connecting.make_engine(address, sys.argv[3], None)
session = ServerSession(Line(address, engine), Books(Shelf(), ContentStore(Path("none"))), "x")
session.moment()
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
try:
    if sys.argv[4] == "put":
        session.put_content(b"x" * 4_000_000)
    else:
        print(session.content_path(sys.argv[4]))
except Outage as outage:
    print(outage.code, outage.message)
session.close()
"""


@pytest.mark.parametrize("doing", ["put", "read"])
def test_a_full_disk_keeps_nothing_half_done(
    world: ContentWorld, tmp_path: Path, doing: str
) -> None:
    """A real limit of the system on file sizes, in a child process."""
    body = {"code": "plan", "sha256": world.as_("wang").put_content(b"y" * 4_000_000)}
    world.move("wang", world.draft(), "attach_material", NewEntry("material", body))
    before = sorted(world.folder.rglob("*"))
    rows = world.sql.execute(select(content_blob.c.sha256)).scalars().all()
    assert world.server is not None
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(world.server.cluster.port), world.server.name, "wang",
         "put" if doing == "put" else body["sha256"]],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert done.stdout.startswith("disk_full"), done.stdout + done.stderr
    assert sorted(world.folder.rglob("*")) == before
    assert world.sql.execute(select(content_blob.c.sha256)).scalars().all() == rows
    assert list((tmp_path / "running").rglob("*")) == []


def test_nothing_plain_is_left_when_the_session_ends(world: ContentWorld, tmp_path: Path) -> None:
    sha256 = sha_of(world, world.pushed())
    session = world.new_session("zhang")
    session.content_path(sha256)
    left = {one.name for one in (tmp_path / "running").glob("*/*")}
    assert left == {sha256, "in-use"}
    session.close()
    assert list((tmp_path / "running").rglob("*")) == []


def test_the_key_stands_in_no_log_no_statistics_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that writes down every statement with what it carries, and counts them all."""
    loud = {"log_statement": "all", "log_min_duration_statement": "0",
            "shared_preload_libraries": "pg_stat_statements",
            "pg_stat_statements.track": "all", "track_activity_query_size": "16384"}  # fmt: skip
    with cluster(**{**QUIET, **loud}) as postgres:
        server = ServerCentre(postgres, found(postgres, "founded"))
        with content_world(server, tmp_path) as world:
            world.sql.exec_driver_sql("CREATE EXTENSION pg_stat_statements SCHEMA public")
            sha256 = sha_of(world, world.pushed())
            assert world.as_("zhang").content_path(sha256).read_bytes() == b"scan"
            put = (sha256, 4, b"k" * 32)
            refused = ""
            try:
                server.connection("zhang").exec_driver_sql(
                    "SELECT wb.content_put(%s, %s, %s)", put)
            except DBAPIError as trouble:
                refused = str(trouble.orig)
            key = world.sql.exec_driver_sql("SELECT key FROM content_blob").scalar_one()
            statistics = " ".join(
                str(one) for view in ("pg_stat_activity", "public.pg_stat_statements",
                                      "pg_stats", "pg_prepared_statements")
                for one in world.sql.exec_driver_sql(f"SELECT * FROM {view}")
            )  # fmt: skip
            log = (postgres.folder / "log").read_text(encoding="utf-8", errors="replace")
        server.close()
    assert "content_put" in log and "content_key" in log and "content_put" in statistics
    assert "content_key_differs" in refused
    for text in (log, statistics, refused, caplog.text):
        for one in (key, b"k" * 32):
            assert one.hex() not in text.lower() and repr(one)[2:-1] not in text
    assert "王小明" not in log, "nor does what a step carries"


def test_a_stored_file_shows_no_key(tmp_path: Path) -> None:
    files = EncryptedContent(tmp_path, "m")
    files.found()
    stored = files.put(b"scan")
    assert stored.key.hex() not in repr(stored) and repr(stored.key) not in f"{stored}"
