"""Where the accounts of a centre are kept, as whom, and where first passwords are written.

Called by ``people``.
"""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.commands.surroundings import WrongCall, opened
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.store.people_office import PeopleOffice
    from workbench.store.server.address import ServerAddress
    from workbench.store.server.connecting import Engine

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters and digits that look alike on paper."""


def office_of(args: argparse.Namespace) -> PeopleOffice:
    """The office of the centre that the call means, until the command ends."""
    address = server_of(args)
    office: PeopleOffice
    if address is None:
        from workbench.store import StoreCentre
        from workbench.store.people_office import FileOffice

        centre = opened(args)
        assert isinstance(centre, StoreCentre)
        office = FileOffice(centre)
    else:
        from workbench.store.server.accounts import ServerOffice, must_change

        login, _password, engine = signed_in(args, address)
        if must_change(engine, address):
            raise Refusal(
                "password_first",
                _("You still have the password that you were given."),
                _("Change it first: workbench user own-password --centre {url} --as {who}").format(
                    url=address.shown, who=login
                ),
            )
        office = ServerOffice(engine, address)
    return office


def server_of(args: argparse.Namespace) -> ServerAddress | None:
    """The server that the call names; ``None`` for a centre on a file."""
    from workbench.store.server.address import is_server, read_address

    given = args.centre or ""
    return read_address(given) if is_server(given) else None


def signed_in(args: argparse.Namespace, address: ServerAddress) -> tuple[str, str, Engine]:
    """Login, password, and a connection that stands until the command ends."""
    from workbench.store.server.connecting import sign_in

    login = args.who or address.login
    if not login:
        raise WrongCall(
            "who_missing",
            _("On a server somebody signs in."),
            _("Write it like {example}.").format(example="--as chen.jing"),
        )
    password = _kept(args, address, login) or asked(_("Password: "))
    engine = sign_in(address, login, password)
    args.at_end.callback(engine.dispose)
    return login, password, engine


def _kept(args: argparse.Namespace, address: ServerAddress, login: str) -> str | None:
    if not args.keyring:
        return None
    from workbench.vault.passwords import PasswordVault

    found = PasswordVault(address.shown).get(login)
    if found is None:
        raise Outage(
            "keyring",
            _("The system keyring has no password of {who} for this centre.").format(who=login),
            _("Leave out --keyring; the password is asked for."),
        )
    return found


def asked(question: str) -> str:
    """A password from the keyboard without an echo, or the next line of a pipe."""
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def written(file: Path, logins: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """New passwords, on the disk before anybody bears one; the file goes where nobody does.

    After an outage it stays: whether the server kept what it was told is not known then.
    """
    passwords = {login: _new_password() for login in logins}
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as trouble:
        raise Refusal(
            "file_exists",
            _("There is already a file {name}.").format(name=file),
            _("Give another name; nothing is written over."),
        ) from trouble
    try:
        with open(handle, "w", encoding="utf-8") as out:
            out.writelines(f"{login}\t{word}\n" for login, word in passwords.items())
            out.flush()
            os.fsync(out.fileno())
        yield passwords
    except Refusal:
        file.unlink(missing_ok=True)
        raise


def _new_password() -> str:
    """Four groups of five letters and digits, about 99 bits; to be typed once from paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(5)) for _group in range(4))
