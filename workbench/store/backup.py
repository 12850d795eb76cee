"""``workbench backup FILE``: a consistent copy of the database while people go on working.

``VACUUM INTO`` takes the database as it stands at one moment. Files never change once they are
stored, so they are not copied into the database's copy: they go into a folder beside it, put if
absent, each checked on the way, with a list of what belongs to the backup. A third folder holds
what stands beside the database and is no secret: names and certificates, never a key. ``restore``
puts all of it together again in an empty place.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from workbench import settings
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store.centre import StoreCentre, open_centre
from workbench.store.centre_check import wanted_content
from workbench.store.content import ContentStore
from workbench.store.engine import outages


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied. ``missing`` names materials whose file is not whole in the centre itself."""

    file: Path
    content: Path
    files: int
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = _("Backup written: the database as {file}, {files} files in {folder}.").format(
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
            _copy_beside(centre.path.parent, beside_folder(target))
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
    copied = ContentStore(saved_content(target))
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


def _copy_beside(folder: Path, target: Path) -> None:
    for one in settings.public_files(folder):
        place = target / one.relative_to(folder)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(one, place)


def saved_content(file: Path) -> Path:
    """Where the files of that backup lie."""
    return file.with_name(file.name + ".content")


def beside_folder(file: Path) -> Path:
    """Where the names and certificates of that backup lie."""
    return file.with_name(file.name + ".beside")
