"""What is asked of an application package before anything of it is written (T01, T02, S177).

Called by :mod:`workbench.casework.intake`; no session is needed, so the desk does this outside the
store lane. Everything wrong with a package is told in one refusal that names package and file.
No message repeats a name or a number of the applicant.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.rules.catalogue import ItemState, ItemVersion
from workbench.rules.identifiers import parse_citizen_number, parse_credit_code
from workbench.rules.intake_package import (
    MANIFEST,
    IntakeMaterial,
    IntakePackage,
    parse_package,
)
from workbench.rules.materials import SUFFIXES, Active, Inspection, Kind, active_word
from workbench.rules.refusals import Cancelled, Refusal
from workbench.rules.words import _, clauses, listed, pick

Inspect = Callable[[Path], Inspection]
"""Says whether one file can be taken in; ``paper.inspection.inspect_file`` in real life."""

HARMLESS: Final = frozenset({Active.FORM.value, Active.EXTERNAL_LINK.value})
"""Active content that is let in with a warning. Form fields and links do nothing by themselves and
stand in most forms that were filled in on a computer; everything else acts, and is refused."""
MANIFEST_BYTES: Final = 1_000_000
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One material file that may be taken in: its SHA-256 and size when it was looked at."""

    material: IntakeMaterial
    path: Path
    sha256: str
    size: int
    found: Inspection


@dataclass(frozen=True, slots=True)
class Checked:
    """A package that may be written, with what the clerk has to be told about it."""

    folder: str
    package: IntakePackage
    item: ItemVersion
    files: tuple[CheckedFile, ...]
    warnings: tuple[str, ...] = ()


def package_folders(folder: Path) -> tuple[Path, ...]:
    """The packages of a folder, by name: itself if it is one, else each folder inside it.

    Refusal ``no_packages`` where there is nothing to take in.
    """
    if (folder / MANIFEST).is_file():
        return (folder,)
    try:
        found = sorted(one for one in folder.iterdir() if one.is_dir() and one.name[0] != ".")
    except OSError as error:
        raise Refusal(
            "folder_unreadable",
            _("The folder {name} cannot be read.").format(name=folder.name),
            _("Check the name of the folder and your rights to it."),
        ) from error
    if not found:
        raise Refusal(
            "no_packages",
            _("There is no package in the folder {name}.").format(name=folder.name),
            _("Choose the folder that holds the package folders, each with a package.json."),
        )
    return tuple(found)


def check_package(
    folder: Path,
    catalogue: Mapping[str, ItemVersion],
    inspect: Inspect,
    cancelled: Callable[[], bool] = lambda: False,
) -> Checked:
    """Read and check one package; nothing is written anywhere.

    Raises Refusal (``package_unreadable``, ``package_shape``, ``item_unknown``, ``item_abolished``,
    ``item_not_active``, ``package_content``, ``file_…``) or Cancelled between two files.
    """
    package = parse_package(_manifest(folder), f"{folder.name}/{MANIFEST}")
    item = _item(folder.name, package, catalogue)
    _refuse(folder.name, [("package_content", text) for text in _content_faults(package, item)])
    files: list[CheckedFile] = []
    faults: list[tuple[str, str]] = []
    for material in package.materials:
        if cancelled():
            raise Cancelled
        try:
            files.append(check_file(folder / material.file, material, inspect))
        except Refusal as refusal:
            text = _("{file}: {reason}").format(file=material.file, reason=refusal.message)
            faults.append((refusal.code, text))
    _refuse(folder.name, faults)
    return Checked(folder.name, package, item, tuple(files), tuple(_warnings(files)))


def _refuse(folder: str, faults: list[tuple[str, str]]) -> None:
    if faults:
        raise Refusal(
            faults[0][0],
            _("{package} cannot be taken in: {faults}.").format(
                package=folder, faults=clauses(text.rstrip(".。") for _code, text in faults)
            ),
            _("Put this right and take the package in again; the other packages went on."),
        )


def _manifest(folder: Path) -> object:
    path = folder / MANIFEST
    why = _("{package}: there is no file package.json.")
    if path.is_file() and not path.is_symlink():
        why = _("{package}: package.json is not a JSON file of at most 1 MB.")
        try:
            if path.stat().st_size <= MANIFEST_BYTES:
                text = path.read_bytes().decode("utf-8-sig")
                loaded: object = json.loads(text, parse_constant=_no_number)
                return loaded
        except (OSError, ValueError, RecursionError):
            pass  # told below: whatever is wrong with the file, the clerk does the same
    raise Refusal(
        "package_unreadable",
        why.format(package=folder.name),
        _("Ask whoever made the package to make it again; the other packages went on."),
    )


def _no_number(word: str) -> object:
    """Python reads NaN and Infinity where JSON knows no such number."""
    raise ValueError(word)


def _item(folder: str, package: IntakePackage, catalogue: Mapping[str, ItemVersion]) -> ItemVersion:
    item = catalogue.get(package.item_code)
    if item is None:
        raise Refusal(
            "item_unknown",
            _("{package}: the catalogue has no item {code}.").format(
                package=folder, code=package.item_code
            ),
            _("Check the item code, or have the item published first."),
        )
    if item.state is ItemState.ABOLISHED:
        raise not_required(folder, item)
    if item.state is not ItemState.ACTIVE:
        raise Refusal(
            "item_not_active",
            _("{package}: {item} cannot be applied for at present.").format(
                package=folder, item=pick(item.name_zh, item.name_en)
            ),
            _("Look in the catalogue for the item in force."),
        )
    return item


def not_required(folder: str, item: ItemVersion) -> Refusal:
    """R07, S177: the immediate notice that nothing has to be applied for any more."""
    return Refusal(
        "item_abolished",
        _("{package}: no application is required. {item} was abolished: {reason}.").format(
            package=folder,
            item=pick(item.name_zh, item.name_en),
            reason=pick(item.abolished_reason, item.abolished_reason_en).rstrip("。.")
            or item.abolished_on,
        ),
        _("Tell the applicant at once that nothing has to be applied for; give the papers back."),
    )


def _content_faults(package: IntakePackage, item: ItemVersion) -> Iterator[str]:
    """What only the item version can tell: situation, material codes, agent, form fields."""
    situations = {one.code for one in item.situations}
    if situations and package.situation not in situations:
        yield _("the situation must be one of {list}").format(list=listed(sorted(situations)))
    # R06: nothing may be taken that the item does not ask for.
    known = {one.code for one in item.materials}
    for code in sorted({m.code for m in package.materials} - known):
        yield _("the item asks for no material {code}").format(code=code)
    agent = package.applicant.agent
    if agent is not None and not item.agent_allowed:
        yield _("the item does not allow an agent")
    if agent is not None and agent.authority not in {m.code for m in package.materials}:
        yield _("the agent's authority is not among the materials")
    yield from _form_faults(package, item)


def _form_faults(package: IntakePackage, item: ItemVersion) -> Iterator[str]:
    fields = {one.code: one for one in item.form}
    for code, text in package.form:
        field = fields.get(code)
        if field is None:
            yield _("the form has no field {code}").format(code=code)
        elif text and field.kind in ("id_number", "credit_code"):
            check = parse_citizen_number if field.kind == "id_number" else parse_credit_code
            try:
                check(text)
            except Refusal as refusal:
                yield _("form field {code}: {reason}").format(code=code, reason=refusal.message)
        elif text and field.choices and text not in {one.code for one in field.choices}:
            yield _("form field {code}: this choice does not exist").format(code=code)


def check_file(path: Path, material: IntakeMaterial, inspect: Inspect) -> CheckedFile:
    """One file: there, plain, whole, of a kind that is taken, named by its kind, as stated.

    Raises Refusal ``file_missing``, ``file_foreign``, ``file_refused``, ``file_misnamed``,
    ``file_active`` or ``file_differs``.
    """
    try:
        kind = path.lstat()
    except OSError as error:
        raise _file("file_missing", _("the file is missing from the package")) from error
    # A link may lead anywhere on this machine; what it leads to was never handed in.
    if not stat.S_ISREG(kind.st_mode):
        raise _file("file_foreign", _("this is a link or a folder, not a file of the package"))
    found = inspect(path)
    if not found.accepted:
        raise _file("file_refused", found.reason)
    if not _well_named(path, found.kind):
        raise _file("file_misnamed", _("its name does not fit its content, which is {kind}").format(
            kind=found.kind.upper()))  # fmt: skip
    acting = [code for code in found.active_content if code not in HARMLESS]
    if acting:
        words = listed(active_word(code) for code in acting)
        raise _file("file_active", _("it holds active content: {what}").format(what=words))
    sha256, size = digest(path)
    if material.sha256 and material.sha256 != sha256:
        raise _file("file_differs", _("it is not the file that the package states (SHA-256)"))
    return CheckedFile(material, path, sha256, size, found)


def _file(code: str, message: str) -> Refusal:
    return Refusal(code, message)


def _well_named(path: Path, kind: str) -> bool:
    return path.suffix.lower().lstrip(".") in SUFFIXES.get(Kind(kind), ())


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 and number of bytes of a file, read in blocks."""
    running, size = hashlib.sha256(), 0
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            running.update(block)
            size += len(block)
    return running.hexdigest(), size


def _warnings(files: list[CheckedFile]) -> Iterator[str]:
    for file in files:
        name = file.material.file
        for text in file.found.warnings:
            yield _("{file}: {reason}").format(file=name, reason=text)
        if file.found.active_content:
            words = listed(active_word(code) for code in file.found.active_content)
            yield _("{file}: has {what}; it is shown as pixels only").format(file=name, what=words)
