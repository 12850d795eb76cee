"""``user add|import|grant|revoke|password|own-password|list``: the accounts of a centre.

On a SQLite file its owner keeps them. On a server the security administrator does, who signs in
with ``--as``; the password is asked for, or read from a pipe's first line, or from the keyring.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.commands.offices import asked, office_of, server_of, signed_in, written
from workbench.commands.surroundings import (
    Commands,
    WrongCall,
    add_centre,
    complain,
    one_line,
    print_json,
    readable,
)
from workbench.rules.moment import Moment, at_local
from workbench.rules.people import NO_END, Post, Role, role_label
from workbench.rules.person_list import read_day, read_people
from workbench.rules.person_records import (
    STANDINGS,
    Grant,
    NewPerson,
    grant_fault,
    login_fault,
    password_fault,
)
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.store.people_office import PeopleOffice

ROLES: Final = tuple(one.value for one in Role)


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    user = commands.add_parser("user", help=_("people, their roles and their accounts"))
    verbs = user.add_subparsers(dest="verb", required=True)
    one = _verb(verbs, "add", _("add a person"), run_add)
    one.add_argument("login", metavar="LOGIN")
    one.add_argument("--name-zh", required=True, metavar="NAME")
    one.add_argument("--name-en", required=True, metavar="NAME")
    one.add_argument("--role", choices=ROLES, metavar="ROLE")
    _add_place(one)
    one.add_argument("--passwords", type=Path, metavar="FILE", help=_passwords_help())
    one.add_argument("--keeps-password", action="store_true", help=_(
        "the person works at another centre on the same server and keeps that password"))
    many = _verb(verbs, "import", _("add the people of a CSV file, all or none"), run_import)
    many.add_argument("file", type=Path, metavar="FILE")
    many.add_argument("--passwords", type=Path, required=True, metavar="FILE",
                      help=_passwords_help())  # fmt: skip
    more = _verb(verbs, "grant", _("give a person a role"), run_grant)
    more.add_argument("login", metavar="LOGIN")
    more.add_argument("role", choices=ROLES, metavar="ROLE")
    _add_place(more)
    less = _verb(verbs, "revoke", _("take a role, or everything, from a person"), run_revoke)
    less.add_argument("login", metavar="LOGIN")
    less.add_argument("role", choices=(*ROLES, "all"), metavar="ROLE|all")
    given = _verb(verbs, "password", _("give a person a new first password"), run_password)
    given.add_argument("login", metavar="LOGIN")
    given.add_argument("--passwords", type=Path, required=True, metavar="FILE",
                       help=_passwords_help())  # fmt: skip
    own = _verb(verbs, "own-password", _("change one's own password on a server"), run_own)
    own.set_defaults(own=True)
    listed = _verb(verbs, "list", _("people with their roles"), run_list)
    listed.add_argument("--json", action="store_true")


def _verb(
    verbs: Commands[argparse.ArgumentParser], name: str, text: str, run: object
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text)
    add_centre(parser)
    parser.add_argument("--as", dest="who", metavar="LOGIN", help=_(
        "sign in with this name: needed on a server, where the password is asked for"))
    parser.add_argument("--keyring", action="store_true", help=_(
        "take the password from the system keyring, where the desk has kept it"))
    parser.set_defaults(run=run)
    return parser


def _passwords_help() -> str:
    return _("a new file for the first passwords, readable by you alone; never shown anywhere else")


def _add_place(parser: argparse.ArgumentParser) -> None:
    """Where and for how long a role is held."""
    for name in ("department", "site", "window"):
        parser.add_argument(f"--{name}", metavar="CODE")
    parser.add_argument("--from", dest="start", metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="end", metavar="YYYY-MM-DD", help=_("the last day"))
    parser.add_argument("--post", choices=("A", "B"))
    parser.add_argument("--letter", default="", metavar="NUMBER")


# -- the verbs -----------------------------------------------------------------------------------


def run_add(args: argparse.Namespace) -> int:
    """One person, with a role if one is named."""
    _need_login(args.login)
    if bool(args.passwords) == bool(args.keeps_password):
        raise WrongCall(
            "passwords_file",
            _("It is not said where the first password is written."),
            _("Write it like {example}.").format(example="--passwords first-passwords.txt"),
        )
    grants = (_grant(args, Role(args.role)),) if args.role else ()
    person = NewPerson(
        args.login, args.name_zh, args.name_en, args.department, args.site, grants
    )  # fmt: skip
    office = office_of(args)
    if args.keeps_password:
        if server_of(args) is None:
            raise WrongCall(
                "passwords_file",
                _("On a SQLite file nobody has a password of another centre."),
                _("Write it like {example}.").format(example="--passwords first-passwords.txt"),
            )
        office.add([person], {})
    else:
        _add_all(office, [person], args.passwords)
    print(_("Added: {count}.").format(count=1))
    return 0


def run_import(args: argparse.Namespace) -> int:
    """All people of a file; with a single fault nobody is added. Exit 1 then."""
    raw = readable(args.file).read_bytes()
    office = office_of(args)
    people, faults = read_people(raw, office.departments(), office.logins())
    for fault in faults:
        print(one_line(str(fault)))
    if faults:
        complain(_("Nobody was added: {count} faults.").format(count=len(faults)))
        return 1
    _add_all(office, people, args.passwords)
    print(_("Added: {count}.").format(count=len(people)))
    return 0


def run_grant(args: argparse.Namespace) -> int:
    """One more role for a person."""
    office_of(args).grant(args.login, _grant(args, Role(args.role)))
    print(_("{who} has the role {role}.").format(
        who=one_line(args.login), role=role_label(Role(args.role))))  # fmt: skip
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """One role, or everything: then the login is locked and the person's sessions end."""
    everything = args.role == "all"
    office_of(args).revoke(args.login, None if everything else Role(args.role))
    if everything:
        print(_("{who} is revoked: no role, no sign-in.").format(who=one_line(args.login)))
    else:
        print(_("{who} no longer has the role {role}.").format(
            who=one_line(args.login), role=role_label(Role(args.role))))  # fmt: skip
    return 0


def run_password(args: argparse.Namespace) -> int:
    """A new first password for somebody else."""
    office = office_of(args)
    with written(args.passwords, [args.login]) as passwords:
        office.give_password(args.login, passwords[args.login])
    print(_("The new first password of {who} is in the file.").format(who=one_line(args.login)))
    return 0


def run_own(args: argparse.Namespace) -> int:
    """One's own new password; the first thing a new person does."""
    from workbench.store.server.accounts import change_password

    address = server_of(args)
    if address is None:
        raise Refusal(
            "server_only",
            _("On a SQLite file passwords are given by the owner of the file."),
            _("workbench user password LOGIN --passwords FILE"),
        )
    login, before, engine = signed_in(args, address)
    new = asked(_("New password: "))
    fault = password_fault(new, login, before)
    if fault:
        raise Refusal("password_weak", fault, _("Choose another password."))
    if sys.stdin.isatty() and asked(_("Once more: ")) != new:
        raise Refusal("password_weak", _("The two are not the same."), _("Type it again."))
    change_password(engine, address, login, new)
    print(_("The password is changed."))
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Everybody, with roles that are not over and how the login stands."""
    for one in office_of(args).people():
        if args.json:
            print_json({"login": one.login, "name_zh": one.name_zh, "name_en": one.name_en,
                        "department": one.department, "site": one.site,
                        "roles": list(one.roles), "standing": one.standing})  # fmt: skip
            continue
        roles = ", ".join(role_label(role) for role in one.roles) or "–"
        places = " ".join(filter(None, (one.department, one.site))) or "–"
        parts = (one.login, one.name_zh, places, roles, _(STANDINGS[one.standing]))
        print("  ".join(one_line(part) for part in parts))
    return 0


# -- roles and people -------------------------------------------------------------------------


def _need_login(login: str) -> None:
    fault = login_fault(login)
    if fault:
        raise WrongCall("login_form", fault, _("Choose another name."))


def _grant(args: argparse.Namespace, role: Role) -> Grant:
    start, end = _day(args.start), _day(args.end, 1)
    made = Grant(
        role, args.department, args.site, args.window, start, NO_END if end is None else end,
        Post(args.post) if args.post else None, args.letter.strip(),
    )  # fmt: skip
    fault = grant_fault(made)
    if fault:
        raise Refusal("grant_incomplete", fault, _("Complete the call; --help names the options."))
    return made


def _day(text: str | None, more: int = 0) -> Moment | None:
    if text is None:
        return None
    day = read_day(text)
    if day is None:
        raise WrongCall(
            "bad_date",
            _("{text} is no date.").format(text=text),
            _("Write it like {example}.").format(example="2026-02-13"),
        )
    return at_local(day + timedelta(days=more))


def _add_all(office: PeopleOffice, people: Iterable[NewPerson], file: Path) -> None:
    everybody = list(people)
    with written(file, [one.login for one in everybody]) as passwords:
        office.add(everybody, passwords)
