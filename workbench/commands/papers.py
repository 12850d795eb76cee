"""``inspect`` and ``render``: what the product says of a file, without any screen."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from workbench.commands.surroundings import one_line, print_json, readable
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, clauses

OF_THE_PICTURE = frozenset({"paper.cannot-write", "paper.would-overwrite"})
"""Refusals of drawing that speak of the place to write to, not of the file to draw."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register both commands."""
    inspect = commands.add_parser("inspect", help=_("say what a file is and whether it is taken"))
    inspect.add_argument("files", nargs="+", type=Path, metavar="FILE")
    inspect.add_argument("--password", metavar="P")
    inspect.add_argument("--json", action="store_true")
    inspect.set_defaults(run=run_inspect)
    render = commands.add_parser("render", help=_("draw one page of a file as PNG"))
    render.add_argument("file", type=Path, metavar="FILE")
    render.add_argument("--page", type=int, default=1, metavar="N")
    render.add_argument("--dpi", type=int, default=100, metavar="D")
    render.add_argument("--out", type=Path, required=True, metavar="PNG")
    render.add_argument("--password", metavar="P")
    render.set_defaults(run=run_render)


def run_inspect(args: argparse.Namespace) -> int:
    """Exit 0 only if every file is accepted."""
    from workbench.paper.inspection import inspect_file

    accepted = True
    for path in args.files:
        found = inspect_file(path, args.password)
        accepted = accepted and found.accepted
        if args.json:
            print_json(dataclasses.asdict(found))
        else:
            word = _("taken") if found.accepted else _("not taken")
            notes = clauses(filter(None, (found.reason, *found.warnings, *found.active_content)))
            line = f"{found.file}: {word} {found.kind} {found.pages} {notes}"
            print(one_line(line.rstrip()))
    return 0 if accepted else 1


def run_render(args: argparse.Namespace) -> int:
    """Draw one page into a PNG file."""
    from workbench.paper.inspection import render_page

    try:
        render_page(readable(args.file), args.page, args.dpi, args.out, args.password)
    except Refusal as no:
        name = args.out if no.code in OF_THE_PICTURE else args.file
        text = _("{file}: {reason}").format(file=name, reason=no.message)
        raise no if no.code == "file_missing" else Refusal(no.code, text, no.remedy) from no
    return 0
