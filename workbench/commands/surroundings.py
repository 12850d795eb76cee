"""Where a command works: which centre, which folder, as whom. Called by every command of a centre."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import settings
from workbench.casework.ports import Centre, Session
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

SQLITE = "sqlite:///"


def add_centre(parser: argparse.ArgumentParser) -> None:
    """The option that names a centre; without it the demo centre of the data folder is meant."""
    parser.add_argument("--centre", metavar="URL", help=_("the centre; without it the demo centre"))


def add_person(parser: argparse.ArgumentParser) -> None:
    """``--as``: only on a SQLite file, whose owner can read all of it anyway."""
    parser.add_argument(
        "--as", dest="login", required=True, metavar="USER",
        help=_("act as this person; possible on a SQLite file only, whose owner can read it anyway"),
    )  # fmt: skip


def demo_folder(home: Path | str | None) -> Path:
    """The folder of the demo centre."""
    return settings.centre_folder("demo", home)


def demo_url(home: Path | str | None) -> str:
    """The demo centre's address."""
    return f"{SQLITE}{demo_folder(home) / 'centre.db'}"


def centre_url(args: argparse.Namespace) -> str:
    """The centre that a command means."""
    return str(args.centre) if getattr(args, "centre", None) else demo_url(args.home)


def folder_of(url: str) -> Path:
    """The folder beside an embedded centre: keys, content, exchange. Refusal for other addresses."""
    if not url.startswith(SQLITE):
        raise Refusal(
            "not_embedded",
            _("{url} is not an embedded centre.").format(url=url),
            _("Name a SQLite file: sqlite:////path/centre.db."),
        )
    return Path(url.removeprefix(SQLITE)).parent


def centre_exists(url: str) -> bool:
    """Whether the file of an embedded centre is there."""
    return Path(url.removeprefix(SQLITE)).exists()


def opened(args: argparse.Namespace) -> Centre:
    """The centre, opened. Outage where there is none."""
    from workbench.store import open_centre

    url = centre_url(args)
    if url.startswith(SQLITE) and not centre_exists(url):
        raise Outage(
            "no_centre",
            _("There is no centre at {url}.").format(url=url),
            _("Make one: workbench centre create URL, or workbench demo."),
        )
    centre = open_centre(url)
    args.at_end.callback(centre.close)
    return centre


def session(args: argparse.Namespace) -> Session:
    """A session as the person named by ``--as``; it is closed when the command ends."""
    return session_of(args, str(args.login))


def session_of(args: argparse.Namespace, login: str) -> Session:
    """A session as somebody whom the command names in another way."""
    room = opened(args).session_as(login)
    args.at_end.callback(room.close)
    return room


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def complain(text: str) -> None:
    """A line for the person at the keyboard, beside the output."""
    print(text, file=sys.stderr)
