"""``workbench backup FILE``: a consistent copy of the database while people go on working.

``VACUUM INTO`` takes the database as it stands at one moment. Files never change once they are
stored, so they are not copied into the database's copy: they go into a folder beside it, put if
absent, each checked on the way, with a list of what belongs to the backup. ``restore_centre`` puts
both together again into an empty place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store.centre import StoreCentre, content_folder, open_centre
from workbench.store.centre_check import check_centre, wanted_content
from workbench.store.content import ContentStore
from workbench.store.engine import database_path, outages


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied. ``missing`` names materials whose file is not whole in the centre itself."""

    file: Path
    content: Path
    files: int
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = _("Backup written: {file} and {files} files in {folder}.").format(
            file=self.file, files=self.files, folder=self.content
        )
        if not self.missing:
            return text
        lost = _("Not whole in the centre, so not in the backup: {names}.")
        return f"{text} {lost.format(names=', '.join(self.missing))}"


def backup_centre(url: str, file: str | Path) -> BackupReport:
    """Copy the centre to ``file`` and ``file``.content. Refusal where the file is there already."""
    target = Path(file).expanduser().resolve()
    if target.exists():
        raise Refusal(
            "backup_exists",
            _("The file {name} is there already.").format(name=target.name),
            _("Give another name; a backup is never written over."),
        )
    centre = open_centre(url)
    try:
        return _copy(centre, target)
    finally:
        centre.close()


def _copy(centre: StoreCentre, target: Path) -> BackupReport:
    passing = target.with_name(target.name + ".writing")
    passing.unlink(missing_ok=True)
    try:
        with outages(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            centre.vacuum_into(passing)
        report = _copy_files(centre, target)
        with outages(target):
            passing.chmod(0o600)
            passing.rename(target)
        return report
    finally:
        passing.unlink(missing_ok=True)


def _copy_files(centre: StoreCentre, target: Path) -> BackupReport:
    """Files that were added after the database's copy are not needed by it."""
    with centre.administration(writing=False) as unit:
        wanted = wanted_content(unit)
    source = centre.books.content
    copied = ContentStore(target.with_name(target.name + ".content"))
    missing = []
    for sha256, name in wanted.items():
        if not source.sound(sha256):
            missing.append(name)
        elif not copied.has(sha256):
            copied.put(source.place(sha256))
    with outages(target):
        copied.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        listed = "".join(f"{sha256}\n" for sha256 in sorted(wanted))
        (copied.folder / "LIST").write_text(listed, encoding="ascii")
    return BackupReport(target, copied.folder, len(wanted) - len(missing), tuple(missing))


def restore_centre(file: str | Path, url: str) -> tuple[str, ...]:
    """A new centre at ``url`` from a backup; returns what the check still finds wrong."""
    source, path = Path(file).expanduser().resolve(), database_path(url)
    if path.exists():
        raise Refusal(
            "centre_exists",
            _("There is already a centre at {place}.").format(place=path),
            _("Restore into an empty place, check it, then take it into use."),
        )
    with outages(source):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        saved = ContentStore(source.with_name(source.name + ".content"))
        target = ContentStore(content_folder(path))
        target.folder.mkdir(mode=0o700, exist_ok=True)
        for sha256 in saved.every():
            target.put(saved.place(sha256))
        passing = path.with_name(path.name + ".restoring")
        passing.write_bytes(source.read_bytes())
        passing.chmod(0o600)
        passing.rename(path)
    return tuple(one.text for one in check_centre(url) if one.wrong)
