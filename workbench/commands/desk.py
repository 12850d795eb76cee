"""``run`` and ``demo``: opening the desk, on a centre of one's own or on a fresh sample centre."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from workbench.commands.surroundings import (
    add_centre,
    centre_exists,
    centre_url,
    complain,
    demo_url,
    folder_of,
    sample_passwords,
)
from workbench.rules.refusals import Outage
from workbench.rules.words import _


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the two commands."""
    run = commands.add_parser("run", help=_("open the desk"))
    add_centre(run)
    run.add_argument("--without-plugins", action="store_true", help=_("safe start"))
    run.set_defaults(run=run_desk_command)
    demo = commands.add_parser("demo", help=_("make a fresh sample centre and show it"))
    demo.add_argument("--tour", action="store_true",
                      help=_("drive one case through all windows and keep pictures"))  # fmt: skip
    demo.add_argument("--out", type=Path, default=Path("demo-output"), metavar="DIR")
    demo.set_defaults(run=run_demo)


def run_desk_command(args: argparse.Namespace) -> int:
    """Open the desk. Without ``--centre`` the demo centre is meant, made when it is missing."""
    _need_screen()
    url = centre_url(args)
    if args.centre is None and not centre_exists(url):
        found_with_cases(url)
    return _open(url, bool(args.without_plugins), args.home)


def run_demo(args: argparse.Namespace) -> int:
    """A fresh sample centre inside ``--out``; with ``--tour`` one case travels through it."""
    if args.tour:
        from workbench.commands.tour import run_tour

        return run_tour(args.out)
    _need_screen()
    url = demo_url(args.out)
    if not centre_exists(url):
        found_with_cases(url)
    return _open(url, False, args.home)


def _open(url: str, without_plugins: bool, home: str | None) -> int:
    _print_passwords(folder_of(url))
    from workbench.app import run_desk

    own = Path(home) if home is not None else None
    return run_desk(folder_of(url), url, without_plugins=without_plugins, own=own)


def found_with_cases(url: str) -> Path:
    """Found the sample centre and let the window clerk take in the sample packages."""
    from workbench.casework.intake import intake_folder
    from workbench.commands.founding import found_sample
    from workbench.paper.inspection import inspect_file
    from workbench.paper.sample_scans import make_sample_packages
    from workbench.store import open_centre

    complain(_("Making the sample centre and its scans; this takes a little while the first time."))
    folder = found_sample(url)
    packages = folder / "packages"
    make_sample_packages(packages)
    centre = open_centre(url)
    try:
        room = centre.session_as("wang.fang")
        intake_folder(room, packages, inspect_file)
        room.close()
    finally:
        centre.close()
    return folder


def _print_passwords(folder: Path) -> None:
    words = sample_passwords(folder)
    if not words:
        return
    print(_("Sample centre: sign in with one of these names."))
    for login, word in words.items():
        print(f"  {login:<12} {word}")
    sys.stdout.flush()


def _need_screen() -> None:
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform == "linux" and not has_screen and "QT_QPA_PLATFORM" not in os.environ:
        raise Outage(
            "no_screen",
            _("There is no screen to open the desk on."),
            _("Use workbench demo --tour, or sh installer/run.sh, which brings a virtual screen."),
        )
