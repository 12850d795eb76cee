"""``workbench centre check``: is everything whole, and what to do where it is not.

The file, the schema and its triggers, every case's chain, projections, every press, every stored
file. Each finding is a sentence with its remedy; only ``wrong`` ones make the check fail. Nothing
is changed. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from workbench.rules.events import first_break
from workbench.rules.moment import SECOND, stamp
from workbench.rules.refusals import Trouble
from workbench.rules.words import _, clauses, listed
from workbench.store import case_rows, ledger_rows, triggers
from workbench.store.centre import OFFSET, StoreCentre, open_centre
from workbench.store.content import ContentStore
from workbench.store.engine import Unit
from workbench.store.entry_rows import WITH_CONTENT
from workbench.store.ledger_rows import L
from workbench.store.moves import clock_is_back
from workbench.store.settled import settles
from workbench.store.tables import (
    PART_TABLES,
    calendar,
    case_file,
    event,
    seal_picture,
    setting,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the check has to say."""

    code: str
    text: str
    wrong: bool = True


def check_centre(url: str) -> list[Finding]:
    """Everything found; a centre that cannot be opened is itself the one finding."""
    try:
        centre = open_centre(url)
    except Trouble as trouble:
        return [Finding(trouble.code, str(trouble))]
    try:
        return check_open(centre, centre.books.content)
    finally:
        centre.close()


def check_open(centre: StoreCentre, content: ContentStore) -> list[Finding]:
    """The same of a centre that is open, with its files in that store; ``restore`` asks it too."""
    try:
        with centre.administration(writing=False) as unit:
            return [*_file(unit), *check_rows(unit), *_contents(unit, content)]
    except Trouble as trouble:
        return [Finding(trouble.code, str(trouble))]


def check_rows(unit: Unit) -> Iterator[Finding]:
    """Clock, calendar, cases and presses: what is asked alike of a file and of a server."""
    yield from _clock(unit)
    yield from _calendar(unit)
    yield from _cases(unit)
    yield from _presses(unit)


def _file(unit: Unit) -> Iterator[Finding]:
    said = unit.sql.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    if list(said) != ["ok"]:
        text = _("The database file is damaged: {said}. Restore the newest backup.")
        yield Finding("centre_damaged", text.format(said=clauses(map(str, said))))
    for row in unit.sql.exec_driver_sql("PRAGMA foreign_key_check").all():
        text = _("Table {name} points to something that is not there. Restore the newest backup.")
        yield Finding("dangling_reference", text.format(name=row[0]))
    lost = triggers.missing(unit.sql)
    if lost:
        text = _("Protection against changing the log is missing: {names}. Run the upgrade again.")
        yield Finding("triggers_missing", text.format(names=listed(lost)))


def _clock(unit: Unit) -> Iterator[Finding]:
    last = clock_is_back(unit, event.c.seq > 0)
    if last is not None:
        text = _("The clock shows {now}, the last step was recorded at {last}. Set it right.")
        yield Finding("clock_back", text.format(now=stamp(unit.now), last=stamp(last)))
    wanted = select(setting.c.value).where(setting.c.name == OFFSET)
    offset = int(unit.sql.execute(wanted).scalar_one_or_none() or 0)
    if offset:
        text = _("Exercise time: this centre's clock is moved by {seconds} s; it shows {now}.")
        shown = text.format(seconds=offset // SECOND, now=stamp(unit.now))
        yield Finding("exercise_clock", shown, wrong=False)


def _calendar(unit: Unit) -> Iterator[Finding]:
    if unit.sql.execute(select(calendar.c.calendar_id)).first() is None:
        yield Finding("calendar_missing", _("No working-day calendar has been published."))


def _cases(unit: Unit) -> Iterator[Finding]:
    """Chain and projection of every case; the row must say what the log proves."""
    wanted = select(case_file.c.case_id, case_file.c.settle_at).order_by(case_file.c.case_id)
    for case_id, settle_at in unit.sql.execute(wanted).all():
        case = case_rows.case_by_id(unit.sql, case_id)
        if case is None:
            continue
        events = case_rows.events_of(unit.sql, case_id)
        broken = first_break(case.case_no, events)
        if broken is not None:
            text = _("The log of case {case_no} does not fit together at step {seq}.")
            yield Finding("chain_broken", text.format(case_no=case.case_no, seq=broken))
        last = events[-1] if events else None
        if last is None or (case.version, case.last_hash) != (last.seq, last.hash):
            text = _("Case {case_no} does not stand where its log ends.")
            yield Finding("row_differs", text.format(case_no=case.case_no))
        clocks = case_rows.clocks_of(unit.sql, case_id)
        deemed = settles(case.state.value, clocks, case_rows.tasks_of(unit.sql, case_id))
        if (deemed.at if deemed else None) != settle_at:
            text = _("Case {case_no} has another due moment than its clocks say.")
            yield Finding("row_differs", text.format(case_no=case.case_no))


def _presses(unit: Unit) -> Iterator[Finding]:
    for row in ledger_rows.lines(unit, L.serial > 0):
        if ledger_rows.first_break(unit, row.serial) is not None:
            text = _("The history of press {serial} does not fit together.")
            yield Finding("ledger_broken", text.format(serial=row.serial))


def _contents(unit: Unit, content: ContentStore) -> Iterator[Finding]:
    """Every file that an entry or a press points to is there, byte for byte."""
    for sha256, name in wanted_content(unit).items():
        if not content.has(sha256):
            text = _("The file of “{name}” is missing. Bring it back from a backup.")
            yield Finding("content_missing", text.format(name=name))
        elif not content.sound(sha256):
            text = _("The file of “{name}” does not match its fingerprint. Bring it back from a "
                     "backup.")  # fmt: skip
            yield Finding("content_broken", text.format(name=name))


def wanted_content(unit: Unit) -> dict[str, str]:
    """SHA-256 of every file that must be in the content store, with what it is called."""
    found: dict[str, str] = {}
    for table in PART_TABLES.values():
        columns = (table.c.content_sha256, table.c.code, table.c.kind, case_file.c.case_no)
        joined = table.join(case_file, case_file.c.case_id == table.c.case_id)
        rows = select(*columns).select_from(joined).where(
            table.c.kind.in_(WITH_CONTENT),
            table.c.content_sha256 != "",
        )
        for sha256, code, kind, case_no in unit.sql.execute(rows):
            found[sha256] = f"{case_no} {code or kind}"
    for row in ledger_rows.lines(unit, (L.prepared_sha256 != "") & (L.state == "SIGNED")):
        found[row.prepared_sha256] = f"{row.case_no} {row.serial}"
    for row in unit.sql.execute(select(seal_picture.c.stored_sha256)):
        found[row.stored_sha256] = _("impression of a seal")
    return found
