"""``seal import-register`` and ``seal totals``: a whole list of seals, and how many there are.

The list is all or nothing: one wrong row, and no seal is entered (S020, S165).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.commands.surroundings import (
    Commands,
    add_centre,
    add_person,
    complain,
    one_line,
    print_json,
    readable,
    session,
)
from workbench.rules.seal_list import read_seals, totals
from workbench.rules.seal_states import AskState, status_word
from workbench.rules.words import _


def add(verbs: Commands[argparse.ArgumentParser]) -> None:
    """Register these among the verbs of ``seal``."""
    many = verbs.add_parser(
        "import-register", help=_("enter the seals of a CSV file, all or none")
    )
    many.add_argument("file", type=Path, metavar="FILE")
    many.add_argument("--reason", required=True, metavar="TEXT", help=_("filed with the change"))
    many.set_defaults(run=run_import)
    counted = verbs.add_parser("totals", help=_("count the seals by category and state"))
    counted.add_argument("--json", action="store_true")
    counted.set_defaults(run=run_totals)
    for parser in (many, counted):
        add_centre(parser)
        add_person(parser)


def run_import(args: argparse.Namespace) -> int:
    """Exit 1 with every fault of the list. Seals in use wait for the second person (R55)."""
    room = session(args)
    listed, faults = read_seals(readable(args.file).read_bytes(), room.moment())
    for fault in faults:
        complain(one_line(str(fault)))
    if faults:
        complain(_("No seal was entered."))
        return 1
    made = room.import_seals(listed, args.reason)
    print(_("{count} seals entered.").format(count=len(listed)))
    waiting = [str(one.change_id) for one in made if one.state is AskState.ASKED]
    if waiting:
        print(_("{count} wait for the second person who brings them into use:").format(
            count=len(waiting)
        ))  # fmt: skip
        print(f"workbench seal confirm {' '.join(waiting)} --as USER")
    return 0


def run_totals(args: argparse.Namespace) -> int:
    """A line a category, and the sum."""
    found = totals(session(args).seals())
    for one in found:
        states = {state.value: number for state, number in one.by_status.items()}
        if args.json:
            print_json({"category": one.category, "count": one.count, "by_status": states})
            continue
        shown = ", ".join(
            f"{status_word(state)} {one.by_status[state]}"
            for state in sorted(one.by_status, key=lambda state: state.value)
        )
        named = one.category or _("(no category)")
        print(one_line(f"{named}  {one.count}  {shown}"))
    if not args.json:
        print(_("{count} seals in {categories} categories").format(
            count=sum(one.count for one in found),
            categories=sum(bool(one.category) for one in found),
        ))  # fmt: skip
    return 0
