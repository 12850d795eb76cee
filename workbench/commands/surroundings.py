"""Where a command works: which centre, which folder, as whom. Called by every command."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import settings
from workbench.rules.refusals import Outage, Refusal, Trouble
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.casework.ports import Centre, Session
    from workbench.rules.case_view import CaseView

Commands = argparse._SubParsersAction
SQLITE = "sqlite:///"
PASSWORD_FILE = "sample-passwords.txt"


class WrongCall(Refusal):
    """A word of the call is not written as it has to be: exit code 2, and how to write it."""


def add_centre(parser: argparse.ArgumentParser) -> None:
    """The option that names a centre; without it the demo centre of the data folder is meant."""
    parser.add_argument("--centre", metavar="URL", help=_("the centre; without it the demo centre"))


def add_person(parser: argparse.ArgumentParser) -> None:
    """``--as``: signs in on a server; on a SQLite file its owner can read all of it anyway."""
    parser.add_argument(
        "--as", dest="login", required=True, metavar="USER",
        help=_("act as this person; on a server the password is asked for, "
               "on a SQLite file its owner can read it anyway"),
    )  # fmt: skip


def case_command(
    commands: Commands[argparse.ArgumentParser], name: str, text: str, run: Any, one: bool = True
) -> argparse.ArgumentParser:
    """A command of one person at a centre; ``one``: it is about the case that is named."""
    parser = commands.add_parser(name, help=text)
    if one:
        parser.add_argument("case_no", metavar="CASE_NO")
    add_centre(parser)
    add_person(parser)
    parser.set_defaults(run=run)
    return parser


@contextmanager
def stopped_by_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Inside, Ctrl-C only answers the question that is handed out: what has been done is told."""
    asked = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_heard: asked.set())
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def demo_folder(home: Path | str | None) -> Path:
    """The folder of the demo centre."""
    return settings.centre_folder("demo", home)


def demo_url(home: Path | str | None) -> str:
    """The demo centre's address."""
    return f"{SQLITE}{demo_folder(home) / 'centre.db'}"


def centre_url(args: argparse.Namespace) -> str:
    """The centre that a command means."""
    given = getattr(args, "centre", None)
    return demo_url(args.home) if given is None else as_url(str(given))


def as_url(text: str) -> str:
    """An address of a centre: a plain path means the SQLite file there."""
    if "://" not in text and text.strip():
        return f"{SQLITE}{Path(text).expanduser().absolute()}"
    if on_server(text) or (text.startswith(SQLITE) and len(text) > len(SQLITE)):
        return text
    raise Refusal(
        "not_embedded",
        _("{url} is not an embedded centre.").format(url=text.partition("://")[0].strip() + "://"),
        _("Name a SQLite file: sqlite:////path/centre.db."),
    )


def on_server(url: str) -> bool:
    """Whether the address names a centre on a server; the database library is not loaded."""
    return url.partition(":")[0] in ("postgresql", "postgres")


def folder_of(url: str) -> Path:
    """The folder of this desk for the centre: keys, exchange. Beside an embedded centre's file."""
    if on_server(url):
        from workbench.store.server.address import read_address

        address = read_address(url)
        return settings.centre_folder(f"{address.host.strip('/').replace('/', '-')}-"
                                      f"{address.database}")  # fmt: skip
    return database_of(url).parent


def database_of(url: str) -> Path:
    """The file of an embedded centre, whether it is there or not. Refusal for a server's."""
    if on_server(url):
        raise Refusal(
            "server_not_here",
            _("This command works on the file of an embedded centre, not on a server."),
            _("On the server use PostgreSQL's own tools; docs/it-guide.md says which."),
        )
    return Path(as_url(url).removeprefix(SQLITE)).absolute()


def sample_passwords(folder: Path) -> dict[str, str]:
    """Login to password of a sample centre, the test key's PIN under ``PIN``, and the passphrase of
    the test authority under ``AUTHORITY``."""
    place = folder / PASSWORD_FILE
    if not place.exists():
        return {}
    lines = place.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if "\t" in line)


def centre_exists(url: str) -> bool:
    """Whether the file of an embedded centre is there; a server is asked when it is opened."""
    return on_server(url) or database_of(url).exists()


def opened(args: argparse.Namespace) -> Centre:
    """The centre, opened until the command ends. Outage where there is none."""
    from workbench.store import open_any

    url = centre_url(args)
    if not centre_exists(url):
        raise Outage(
            "no_centre",
            _("There is no centre at {url}.").format(url=url),
            _("Make one: workbench centre create URL, or workbench demo."),
        )
    centre = open_any(url)
    args.at_end.callback(centre.close)
    return centre


def sign_in(args: argparse.Namespace, login: str) -> Session:
    """A session at a server, with the password from the keyboard, a pipe or the keyring."""
    from workbench.commands.offices import asked

    room = opened(args).sign_in(login, asked(_("Password of {login}: ").format(login=login)))
    args.at_end.callback(room.close)
    return room


def session(args: argparse.Namespace) -> Session:
    """A session as the person named by ``--as``; it is closed when the command ends."""
    return session_as(args, str(args.login))


def session_as(args: argparse.Namespace, login: str) -> Session:
    """A session as somebody whom the command names in another way."""
    if on_server(centre_url(args)):
        return sign_in(args, login)
    room = opened(args).session_as(login)
    args.at_end.callback(room.close)
    args.at_end.callback(_tell_outside, room)
    return room


def hand_over(room: Session, force: bool = False) -> int:
    """Hand what waits to the outside systems that are on; how many messages went out."""
    from workbench.casework.outside import Handover
    from workbench.exchange.adapters import port_of

    return Handover(room, port_of, force=force).run()


def _tell_outside(room: Session) -> None:
    """At the end of every command: its own step is done by then and is not undone by this."""
    try:
        hand_over(room)
    except Trouble as trouble:
        complain(str(trouble))


def seen(room: Session, case_no: str) -> CaseView:
    """The case as the person sees it; a refusal where he sees nothing of it."""
    view = room.case_view(case_no)
    if view is None:
        from workbench.rules.refusal_texts import refusal

        told = refusal("not_visible")
        raise Refusal(
            told.code, told.message, _("workbench explain USER CASE_NO says which rule holds.")
        )
    return view


def readable(path: Path) -> Path:
    """A file that the command was given. Refusal ``file_missing`` that names it."""
    if not path.is_file():
        raise Refusal(
            "file_missing",
            _("There is no file {name}.").format(name=path),
            _("Check the name; a folder is no file."),
        )
    return path


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line; what the output cannot hold is written as ``\\u…``."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        line = json.dumps(value, default=str)
    print(line)


def one_line(text: str) -> str:
    """A text for the terminal: a name in it neither breaks the line nor steers the screen."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else char
        for char in text
    )


def complain(text: str) -> None:
    """A line for the person at the keyboard, beside the output."""
    print(text, file=sys.stderr)
