"""A centre on a server from the command line: made, checked, brought forward, saved, restored.

Called by ``centre`` and ``surroundings`` for addresses that name a server. A password is asked for
without an echo, read from a pipe, or taken from the system keyring; it is never an argument.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench import settings
from workbench.commands.offices import asked, written
from workbench.commands.surroundings import WrongCall
from workbench.rules.centre_seed import CentreSeed
from workbench.rules.moment import SystemClock
from workbench.rules.people import Department, DepartmentKind, Membership, Role, User
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.store.server.address import ServerAddress

ADMINISTRATORS: Final = {
    "system.admin": (Role.SYSTEM_ADMIN, "系统管理员", "System administrator"),
    "security.admin": (Role.SECURITY_ADMIN, "安全管理员", "Security administrator"),
    "audit.admin": (Role.AUDIT_ADMIN, "审计管理员", "Audit administrator"),
}
"""The first three persons of a new centre: they exclude each other (R90) and see no case."""

COLUMNS: Final = ("code", "name_zh", "name_en", "organ_name", "credit_code", "kind")


def installer_of(args: argparse.Namespace, url: str) -> tuple[ServerAddress, str, str]:
    """Address, login and password of whoever installs; asked for where it is not given."""
    from workbench.store.server.address import read_address

    address = read_address(url)
    login = args.who or address.login
    if not login:
        raise WrongCall(
            "who_missing",
            _("On a server somebody signs in."),
            _("Write it like {example}.").format(example="--as postgres"),
        )
    return address, login, asked(_("Password of {login}: ").format(login=login))


def run_create(args: argparse.Namespace) -> int:
    """Make the centre with its departments and first three administrators."""
    from workbench.store.server.founding import create_on_server

    for name in ("content", "departments", "passwords"):
        if getattr(args, name) is None:
            raise WrongCall(
                "option_missing",
                _("A centre on a server needs --{name}.").format(name=name),
                _("Write it like {example}.").format(
                    example="--content /srv/oneseal --departments departments.csv"
                    " --passwords first-passwords.txt"
                ),
            )
    departments = read_departments(args.departments)
    address, login, password = installer_of(args, args.url)
    with written(args.passwords, ADMINISTRATORS) as words:
        create_on_server(
            address, login, password, first_seed(args.name or address.database, departments, words),
            args.content,
        )  # fmt: skip
    print(_("The centre stands at {place}.").format(place=address.shown))
    print(_("First passwords, to be changed at once: {file}").format(file=args.passwords))
    return 0


def first_seed(
    name: str, departments: tuple[Department, ...], passwords: Mapping[str, str]
) -> CentreSeed:
    """An empty centre: three administrators, departments, the shipped calendar, all plugins."""
    from workbench.commands.founding import shipped

    now = SystemClock().now()
    return CentreSeed(
        settings={"name_zh": name, "name_en": name},
        departments=departments,
        users=tuple(
            User(login, zh, en, frozenset()) for login, (_role, zh, en) in ADMINISTRATORS.items()
        ),
        passwords=passwords,
        memberships=tuple(
            Membership(login, role, None, None, None, now)
            for login, (role, _zh, _en) in ADMINISTRATORS.items()
        ),
        appointments=(), authorisations=(), shifts=(), custody=(),
        publications=shipped(),
        calendar_years=tuple(settings.load_calendar()),
        office_hours=settings.load_office_hours(),
    )  # fmt: skip


def read_departments(file: Path) -> tuple[Department, ...]:
    """Departments from a CSV file. Refusal with the row where something is missing."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as trouble:
        raise Refusal(
            "file_missing", _("There is no file {name}.").format(name=file),
            _("Give a CSV file with the columns {columns}.").format(columns=", ".join(COLUMNS)),
        ) from trouble  # fmt: skip
    return tuple(_department(file, row, cells) for row, cells in _rows(file, text))


def _rows(file: Path, text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS[:4] if name not in (reader.fieldnames or ())]
    if missing:
        raise Refusal(
            "departments_columns",
            _("{name} lacks the columns {columns}.").format(
                name=file.name, columns=", ".join(missing)
            ),
            _("The first row names the columns: {columns}.").format(columns=", ".join(COLUMNS)),
        )
    for row, cells in enumerate(reader, start=2):
        yield row, {name: (cells.get(name) or "").strip() for name in COLUMNS}


def _department(file: Path, row: int, cells: Mapping[str, str]) -> Department:
    lacking = [name for name in COLUMNS[:4] if not cells[name]]
    kinds = [one.value for one in DepartmentKind]
    if lacking or cells["kind"] not in ("", *kinds):
        raise Refusal(
            "departments_row",
            _("{name}, row {row}: {columns} cannot be read.").format(
                name=file.name, row=row, columns=", ".join(lacking or ["kind"])
            ),
            _("Fill in the row; kind is one of {kinds}.").format(kinds=", ".join(kinds)),
        )
    kind = DepartmentKind(cells["kind"]) if cells["kind"] else next(iter(DepartmentKind))
    return Department(
        cells["code"], cells["name_zh"], cells["name_en"], cells["organ_name"],
        cells["credit_code"], kind,
    )  # fmt: skip


def run_check(args: argparse.Namespace) -> int:
    """Exit 0 only if nothing is wrong with guard, cases and presses."""
    from workbench.store.server.founding import check_on_server

    findings = check_on_server(*installer_of(args, args.url))
    for finding in findings:
        print(finding.text)
    if any(one.wrong for one in findings):
        return 1
    print(_("The centre is whole."))
    return 0


def run_upgrade(args: argparse.Namespace) -> int:
    """Schema, verbs, rules and policies of this version."""
    from workbench.store.server.founding import upgrade_on_server

    upgrade_on_server(*installer_of(args, args.url))
    print(_("The centre is of this version."))
    return 0


def run_backup(args: argparse.Namespace) -> int:
    """Tables and sign-ins in one file; the folder of the files is named."""
    from workbench.store.server.server_backup import backup_on_server

    print(backup_on_server(*installer_of(args, args.centre), args.file))
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """A backup becomes a centre in an empty or new database. Exit 1 where not all is whole."""
    from workbench.store.server.server_restore import restore_on_server

    who = installer_of(args, args.url)
    report = restore_on_server(args.file, *who, content=args.content, in_spite=args.in_spite)
    print(report)
    return 1 if report.faults else 0
