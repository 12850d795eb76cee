"""``centre create|check|upgrade|restore``, ``backup``, ``plugin list|publish``, ``due``: for IT."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from workbench.commands import servers
from workbench.commands.surroundings import (
    SQLITE,
    WrongCall,
    add_centre,
    add_person,
    as_url,
    centre_url,
    database_of,
    on_server,
    print_json,
    session,
)
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, listed


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register these commands."""
    centre = commands.add_parser("centre", help=_("make or check a centre"))
    verbs = centre.add_subparsers(dest="verb", required=True)
    create = verbs.add_parser(
        "create", help=_("make a sample centre in a new SQLite file, or a centre on a server")
    )
    create.add_argument("url", metavar="URL")
    create.add_argument("--name", help=_("what the centre is called (server)"))
    create.add_argument("--content", type=Path, metavar="FOLDER",
                        help=_("the folder for its files, which every desk reaches (server)"))
    create.add_argument("--departments", type=Path, metavar="FILE",
                        help=_("its departments as CSV (server)"))
    create.add_argument("--passwords", type=Path, metavar="FILE",
                        help=_("where the first passwords are written (server)"))
    _add_installer(create)
    create.set_defaults(run=run_create)
    check = verbs.add_parser("check", help=_("prove that a centre is whole"))
    check.add_argument("url", metavar="URL")
    _add_installer(check)
    check.set_defaults(run=run_check)
    upgrade = verbs.add_parser("upgrade", help=_("bring a centre of an older version forward"))
    upgrade.add_argument("url", metavar="URL")
    _add_installer(upgrade)
    upgrade.set_defaults(run=run_upgrade)
    restore = verbs.add_parser("restore", help=_("make a centre from a backup, in an empty place"))
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("url", metavar="URL")
    restore.add_argument(
        "--in-spite", action="store_true", help=_("restore what there is of a damaged backup")
    )
    restore.add_argument("--content", type=Path, metavar="FOLDER",
                         help=_("where the files of the backup lie now (server)"))  # fmt: skip
    _add_installer(restore)
    restore.set_defaults(run=run_restore)
    backup = commands.add_parser("backup", help=_("copy a centre while it is in use"))
    backup.add_argument("file", type=Path, metavar="FILE")
    add_centre(backup)
    _add_installer(backup)
    backup.set_defaults(run=run_backup)
    plugin = commands.add_parser("plugin", help=_("list or publish department plugins"))
    plugin_verbs = plugin.add_subparsers(dest="verb", required=True)
    plugin_verbs.add_parser("list").set_defaults(run=run_plugin_list)
    publish = plugin_verbs.add_parser("publish")
    publish.add_argument("names", nargs="*", metavar="PLUGIN")
    add_centre(publish)
    add_person(publish)
    publish.set_defaults(run=run_publish)
    due = commands.add_parser("due", help=_("count working days"))
    due.add_argument("day", metavar="YYYY-MM-DD")
    due.add_argument("--working-days", type=int, required=True, metavar="N")
    due.add_argument("--json", action="store_true")
    due.set_defaults(run=run_due)


def _add_installer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="who", metavar="USER", help=_(
        "the server's own administrator; the password is asked for"))


def run_create(args: argparse.Namespace) -> int:
    """Make a sample centre; says where the passwords stand."""
    if on_server(args.url):
        return servers.run_create(args)
    from workbench.commands.founding import found_sample
    from workbench.commands.surroundings import PASSWORD_FILE

    _need_place_of_its_own(args.url)
    folder = found_sample(args.url)
    print(_("The centre stands in {folder}.").format(folder=folder))
    print(_("Passwords and PIN: {file}").format(file=folder / PASSWORD_FILE))
    return 0


def _need_place_of_its_own(address: str) -> None:
    """Keys, content and passwords lie beside the file: never among other things, nor by a slip."""
    if address.strip() and "://" not in address and not address.endswith(".db"):
        if Path(address).is_dir():
            as_folder = Path(address).absolute() / "centre.db"
            raise Refusal(
                "not_embedded",
                _("{place} is a folder; a centre is a file with its folder.").format(place=address),
                _("Name a SQLite file: {url}.").format(url=f"{SQLITE}{as_folder}"),
            )
        raise WrongCall(
            "centre_address",
            _("{text} is no address of a centre.").format(text=address),
            _("Name a SQLite file: {url}.").format(url="sqlite:////path/centre.db"),
        )
    file = database_of(address)
    others = file.parent.is_dir() and not file.exists() and any(file.parent.iterdir())
    if others:
        raise Refusal(
            "folder_in_use",
            _("The folder {place} is not empty: a centre keeps its keys, files and passwords "
              "beside {name}.").format(place=file.parent, name=file.name),
            _("Name a file in a folder of its own, which is made: {url}.").format(
                url=f"{SQLITE}{file.parent / 'centre' / 'centre.db'}"
            ),
        )  # fmt: skip


def run_check(args: argparse.Namespace) -> int:
    """Exit 0 only if nothing is wrong. Each finding names what, and what to do."""
    if on_server(args.url):
        return servers.run_check(args)
    from workbench.store import check_centre

    findings = check_centre(as_url(args.url))
    for finding in findings:
        print(finding.text)
    wrong = [f for f in findings if f.wrong]
    if not wrong:
        print(_("The centre is whole."))
    return 1 if wrong else 0


def run_upgrade(args: argparse.Namespace) -> int:
    """Bring the file to this version; the copy made before stays beside it."""
    if on_server(args.url):
        return servers.run_upgrade(args)
    from workbench.store import upgrade_centre

    print(_("The centre is of this version. The copy made before: {copy}").format(
        copy=upgrade_centre(as_url(args.url))
    ))  # fmt: skip
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """A backup becomes a centre again. Exit 1 where something of it is not whole."""
    if on_server(args.url):
        return servers.run_restore(args)
    from workbench.store import restore_centre

    report = restore_centre(args.file, as_url(args.url), args.in_spite)
    print(report)
    return 1 if report.faults else 0


def run_backup(args: argparse.Namespace) -> int:
    """A copy of the database and a list of the content it needs."""
    if on_server(args.centre or ""):
        return servers.run_backup(args)
    from workbench.store import backup_centre

    report = backup_centre(centre_url(args), args.file)
    print(report)
    return 0


def run_plugin_list(args: argparse.Namespace) -> int:
    """Admitted plugins and the named faults of the others."""
    from workbench.hosting.host import open_host

    host = open_host()
    for one in (host.standard, *host.admitted.values()):
        print(f"{one.name}  {one.version}  {one.build}")
    for fault in host.faults:
        print(f"{fault.plugin} {fault.version}: {fault.message} {fault.remedy}".rstrip())
    return 1 if host.faults else 0


def run_publish(args: argparse.Namespace) -> int:
    """Write the items, templates and build of admitted plugins into the centre."""
    from workbench.hosting.host import open_host
    from workbench.hosting.publishing import publications

    room = session(args)
    found = publications(open_host(), args.names)
    unknown = sorted(set(args.names) - {one.plugin for one in found})
    if unknown:
        raise Refusal(
            "plugin_unknown",
            _("No plugin was admitted under the name {names}.").format(names=", ".join(unknown)),
            _("workbench plugin list names the plugins and the faults of the others."),
        )
    for one in found:
        print(room.publish(one))
    return 0


def read_date(text: str) -> date:
    """One way to write a day only: a week date in its place would be read as another day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise WrongCall(
            "bad_date",
            _("{text} is no date.").format(text=text),
            _("Write it like {example}.").format(example="2026-02-13"),
        )
    return day


def run_due(args: argparse.Namespace) -> int:
    """The last day of a period of working days, with the days counted and not."""
    from workbench.commands.founding import calendar

    day = read_date(args.day)
    if args.working_days < 0:
        raise WrongCall(
            "bad_number",
            _("A period has no negative length."),
            _("Write it like {example}.").format(example="--working-days 5"),
        )
    report = calendar().due_report(day, args.working_days)
    counted = [one.isoformat() for one in report.counted]
    skipped = [{"day": n.day.isoformat(), "why": n.reason} for n in report.not_counted]
    if args.json:
        print_json({"due": report.due.isoformat(), "counted": counted, "not_counted": skipped,
                    "provisional": report.provisional,
                    "years_without_calendar": list(report.unknown_years)})  # fmt: skip
        return 0
    print(report.due.isoformat())
    if report.unknown_years:
        text = _("Provisional: the holiday calendar of {years} is not here (not published yet, or "
                 "not loaded). In it weekends alone are left out, holidays are counted as worked.")
        print(text.format(years=listed(str(year) for year in report.unknown_years)))
    print(_("counted: {days}").format(days=" ".join(counted)))
    for one in skipped:
        print(f"  {one['day']}  {one['why']}")
    return 0
