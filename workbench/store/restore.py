"""``workbench centre restore FILE URL``: a backup becomes a centre again, in an empty place.

The copy is checked wholly before anything takes the centre's name: the database file, every chain,
every press, every stored file. A backup of an older version is brought forward on the way; the
backup itself is never written to. Keys are in no backup, so the report names those to be brought.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import SealStatus
from workbench.rules.words import _, listed
from workbench.store import schema
from workbench.store.backup import beside_folder, saved_content
from workbench.store.centre import content_folder, open_centre
from workbench.store.centre_check import Finding, check_open
from workbench.store.content import ContentStore
from workbench.store.engine import database_path, make_engine, outages
from workbench.store.tables import case_file, seal

IN_USE: Final = (SealStatus.ACTIVE, SealStatus.SUSPENDED, SealStatus.ACTIVE_FOR_LEGACY)
SHOWN: Final = 5
"""So many faults are named in a refusal; the command prints all that it restored in spite of."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What stands again. ``faults`` were accepted by the caller; ``keys`` must be brought."""

    place: Path
    cases: int
    files: int
    faults: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = _("Restored to {place}: {cases} cases, {files} files.")
        lines = [text.format(place=self.place, cases=self.cases, files=self.files), *self.faults]
        if self.keys:
            missing = _("A backup holds no keys. Bring these from where their keeper has them: "
                        "{names}.")  # fmt: skip
            lines.append(missing.format(names=listed(self.keys)))
        return "\n".join(lines)


def restore_centre(file: str | Path, url: str, in_spite: bool = False) -> RestoreReport:
    """A new centre at ``url`` from a backup, or nothing at all.

    Refusal ``centre_exists`` or ``centre_rests`` where the place is not empty, ``backup_missing``,
    ``backup_not_whole`` with the faults; ``in_spite`` restores what there is all the same. Outage
    where the copy is no centre, damaged, or newer than this program.
    """
    source, path = Path(file).expanduser().resolve(), database_path(url)
    _refuse_place(path)
    if not source.is_file():
        raise Refusal(
            "backup_missing",
            _("There is no backup at {place}.").format(place=source),
            _("Check the name: the file that workbench backup wrote."),
        )
    passing = path.with_name(path.name + ".restoring")
    with outages(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove(passing)
    try:
        return _restored(source, path, passing, in_spite)
    finally:
        _remove(passing)


def _restored(source: Path, path: Path, passing: Path, in_spite: bool) -> RestoreReport:
    saved = ContentStore(saved_content(source))
    _copy_database(source, passing)
    _bring_forward(passing)
    centre = open_centre(str(passing))
    try:
        wrong = [one for one in check_open(centre, saved) if one.wrong]
        if wrong and not in_spite:
            raise not_whole(wrong)
        with centre.administration(writing=False) as unit:
            cases = unit.sql.execute(select(func.count()).select_from(case_file)).scalar_one()
            used = select(seal.c.seal_id).where(
                seal.c.status.in_([one.value for one in IN_USE]), seal.c.key_place == "pkcs12"
            )
            seals = unit.sql.execute(used.order_by(seal.c.seal_id)).scalars().all()
        files = _bring_files(saved, path)
        work = centre.work()
        work.fold_log()
        work.close()
    finally:
        centre.close()
    with outages(path):
        _bring_beside(beside_folder(source), path.parent)
        passing.rename(path)
    keys = [f"keys/{one}.p12" for one in seals]
    lacking = tuple(one for one in keys if not (path.parent / one).exists())
    return RestoreReport(path, cases, files, tuple(one.text for one in wrong), lacking)


def _refuse_place(path: Path) -> None:
    if path.exists():
        raise Refusal(
            "centre_exists",
            _("There is already a centre at {place}.").format(place=path),
            _("Restore into an empty place, check it, then take it into use."),
        )
    # SQLite would take an old log for the new file's own and write its pages over it.
    for ending in ("-wal", "-shm", "-journal"):
        left = path.with_name(path.name + ending)
        if left.exists():
            raise Refusal(
                "centre_rests",
                _("A rest of an earlier database stands there: {place}.").format(place=left),
                _("Move it away and keep it, then restore again."),
            )


def _copy_database(source: Path, passing: Path) -> None:
    """By SQLite itself, so that a damaged file is told and a log beside the backup is counted."""
    logged = source.with_name(source.name + "-wal").exists()
    reading = f"{source.as_uri()}?{'mode=ro' if logged else 'immutable=1'}"
    with (
        outages(source),
        closing(sqlite3.connect(reading, uri=True)) as one,
        closing(sqlite3.connect(passing)) as other,
    ):
        one.backup(other)
    with outages(passing):
        passing.chmod(0o600)


def _bring_forward(passing: Path) -> None:
    engine = make_engine(passing)
    try:
        schema.bring_forward(engine, passing)
    finally:
        engine.dispose()


def _bring_files(saved: ContentStore, path: Path) -> int:
    target = ContentStore(content_folder(path))
    with outages(path):
        target.folder.mkdir(mode=0o700, exist_ok=True)
    names = [one for one in saved.every() if saved.sound(one)]
    for sha256 in names:
        target.put(saved.place(sha256))
    return len(names)


def _bring_beside(saved: Path, folder: Path) -> None:
    """Names and certificates; what stands there already is never written over."""
    for one in sorted(saved.rglob("*")):
        place = folder / one.relative_to(saved)
        if one.is_file() and not place.exists():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(one, place)


def not_whole(wrong: list[Finding]) -> Refusal:
    """What is said where a backup has faults and nobody asked for what there is of it."""
    named = " ".join(one.text for one in wrong[:SHOWN])
    return Refusal(
        "backup_not_whole",
        _("The backup is not whole, {count} faults: {named}").format(
            count=len(wrong), named=named
        ),
        _("Take an older backup that is whole, or restore what there is with --in-spite."),
    )


def _remove(passing: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", ".gate", ".turn"):
        passing.with_name(passing.name + ending).unlink(missing_ok=True)
