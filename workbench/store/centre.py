"""One centre on one SQLite file: creating it, opening it, signing in (``casework.ports.Centre``).

Called by ``app``, the command line and the seal worker. The centre's clock is the machine's, moved
by the setting ``clock_offset_us`` in a sample centre (exercise time). A newer or older schema, a
damaged file, a file that cannot be written: each is an Outage that says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select, union

from workbench.rules.centre_seed import CentreSeed
from workbench.rules.moment import Clock, Moment, OffsetClock, SystemClock
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, LedgerState
from workbench.rules.words import _
from workbench.store import ledger_rows, schema, seeding, signing_in
from workbench.store.audit_look import AuditLogOf
from workbench.store.content import ContentStore
from workbench.store.engine import Unit, Work, database_path, make_engine, missing_outage, outages
from workbench.store.ledger_rows import L
from workbench.store.moves import Books
from workbench.store.session import StoreSession
from workbench.store.shelf import Shelf
from workbench.store.tables import app_user, setting
from workbench.store.tables_seal import seal, seal_certificate

OFFSET: Final = "clock_offset_us"


class StoreCentre:
    """A centre that is open; sessions share its published records and its clock."""

    def __init__(self, path: Path, engine: Engine, clock: Clock) -> None:
        self.path = path
        self._engine = engine
        self._clock = clock
        self.books = Books(Shelf(), ContentStore(content_folder(path)))

    def sign_in(self, login: str, password: str) -> StoreSession:
        """Refusal ``wrong_password`` or ``locked``; a failure is counted even though it refuses."""
        with self.administration() as unit:
            refused = signing_in.refused_sign_in(unit, login, password)
        if refused is not None:
            raise refused
        session = self._session(login)
        session.signed_in = True
        return session

    def session_as(self, login: str) -> StoreSession:
        """Without password: whoever can open the file can read it anyway. Refusal for nobody."""
        with self.administration(writing=False) as unit:
            known = unit.sql.execute(select(app_user.c.login).where(app_user.c.login == login))
            if known.first() is None:
                raise refusal("person_unknown", login=login)
        return self._session(login)

    def sealed_files(self) -> tuple[LedgerLine, ...]:
        """The released and void lines of the ledger: what ``verify`` compares files with."""
        ended = (LedgerState.RELEASED.value, LedgerState.VOID.value)
        with self.administration(writing=False) as unit:
            rows = ledger_rows.lines(unit, L.state.in_(ended))
            return tuple(ledger_rows.line_of(row) for row in rows)

    def seal_pins(self) -> tuple[str, ...]:
        """SHA-256 of every certificate that a seal of the register has or had."""
        had, has = seal_certificate.c.sha256, seal.c.certificate_sha256
        with self.administration(writing=False) as unit:
            rows = unit.sql.execute(union(select(had), select(has).where(has != "")))
            return tuple(row[0] for row in rows)

    @contextmanager
    def administration(self, writing: bool = True) -> Iterator[Unit]:
        """One transaction beside any session: for ``seeding`` and checks; commits at its end."""
        work = self.work()
        try:
            with work.write() if writing else work.read() as unit:
                yield unit
        finally:
            work.close()

    @contextmanager
    def audit_log(self) -> Iterator[AuditLogOf]:
        """One consistent look at all three logs, for the check of them; nothing is written."""
        with self.administration(writing=False) as unit:
            yield AuditLogOf(unit.sql, unit.now)

    def moment(self) -> Moment:
        """The centre's moment."""
        return self._clock.now()

    def move_exercise_clock(self, span: int) -> Moment:
        """Set the exercise clock ``span`` microseconds forward; the moment it then shows.

        Holds for centres opened from now on. Refusal ``no_exercise_clock`` in a centre that keeps
        real time, ``clock_back`` for a negative span: what is recorded must stay in the past.
        """
        with self.administration() as unit:
            kept = unit.sql.execute(
                select(setting.c.value).where(setting.c.name == OFFSET)
            ).scalar_one_or_none()
            if kept is None or not isinstance(self._clock, OffsetClock):
                raise Refusal(
                    "no_exercise_clock",
                    _("This centre keeps real time; its clock cannot be moved."),
                    _("Use a sample centre: workbench demo."),
                )
            if span < 0:
                raise Refusal("clock_back", _("The exercise clock can only be set forward."))
            moved = int(kept) + span
            seeding.put_setting(unit, OFFSET, str(moved))
        self._clock = OffsetClock(moved)
        return self._clock.now()

    def vacuum_into(self, target: Path) -> None:
        """A consistent copy of the database as it stands now; writers go on meanwhile."""
        with outages(self.path), self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (str(target),)).close()

    def work(self) -> Work:
        """A connection of its own, with its transactions."""
        return Work(self._engine, self.path, self._clock.now)

    def _session(self, login: str) -> StoreSession:
        return StoreSession(self.work(), self.books, login)

    def close(self) -> None:
        """Close every connection that is still pooled."""
        self._engine.dispose()


def content_folder(path: Path) -> Path:
    """Where the files of the centre behind that database stand."""
    return path.parent / "content"


def create_centre(url: str, seed: CentreSeed, clock: Clock | None = None) -> None:
    """A new centre, filled, or nothing at all. Refusal ``centre_exists`` where one is already."""
    path = database_path(url)
    if path.exists():
        raise Refusal(
            "centre_exists",
            _("There is already a centre at {place}.").format(place=path),
            _("Open it, or choose another place for the new one."),
        )
    with outages(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = path.with_name(path.name + ".building")
    _remove(building)
    try:
        _build(building, seed, clock or _clock_for(seed.settings.get(OFFSET, "0")))
        with outages(path):
            content_folder(path).mkdir(mode=0o700, exist_ok=True)
            building.rename(path)
    finally:
        _remove(building)


def _build(path: Path, seed: CentreSeed, clock: Clock) -> None:
    """The whole database under a passing name, so that no half of it is ever taken for a centre."""
    with outages(path):
        path.touch(mode=0o600)
    engine = make_engine(path)
    try:
        schema.create(engine, path)
        work = Work(engine, path, clock.now)
        try:
            with work.write() as unit:
                seeding.fill(unit, seed)
            work.fold_log()
        finally:
            work.close()
    finally:
        engine.dispose()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", ".gate", ".turn"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _clock_for(offset: str) -> Clock:
    return OffsetClock(int(offset)) if int(offset) else SystemClock()


def open_centre(url: str, clock: Clock | None = None) -> StoreCentre:
    """The centre at that address. Outage where it is missing, damaged, newer, older, read-only."""
    path = database_path(url)
    if not path.is_file():
        raise missing_outage(path)
    engine = make_engine(path)
    try:
        schema.refuse_unfit(engine, path)
        found = clock or _clock_for(_offset(engine, path))
    except BaseException:
        engine.dispose()
        raise
    return StoreCentre(path, engine, found)


def upgrade_centre(url: str) -> Path:
    """Bring an older centre forward; the copy made before stands at the returned path."""
    path = database_path(url)
    if not path.is_file():
        raise missing_outage(path)
    engine = make_engine(path)
    try:
        return schema.upgrade(engine, path)
    finally:
        engine.dispose()


def _offset(engine: Engine, path: Path) -> str:
    with outages(path), engine.connect() as connection, connection.begin():
        wanted = select(setting.c.value).where(setting.c.name == OFFSET)
        return str(connection.execute(wanted).scalar_one_or_none() or "0")


