"""``slot list|on|off|deliver|take-lists``: the outside systems of a centre, for its system
administrator."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench import settings
from workbench.casework.ports import Session
from workbench.commands.surroundings import (
    Commands,
    add_centre,
    add_person,
    centre_url,
    folder_of,
    hand_over,
    print_json,
    session,
)
from workbench.exchange.adapters import FOLDERS, own_folder
from workbench.rules.moment import SystemClock, stamp
from workbench.rules.outside import SLOTS, stands
from workbench.rules.refusals import Refusal
from workbench.rules.words import _


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    slot = commands.add_parser("slot", help=_("the outside systems of the centre"))
    verbs = slot.add_subparsers(dest="verb", required=True)
    listed = verbs.add_parser("list", help=_("say of every outside system how it stands"))
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=run_list)
    on = verbs.add_parser("on", help=_("switch an outside system on"))
    on.add_argument("slot", metavar="SLOT")
    on.add_argument(
        "--folder", type=Path, metavar="DIR",
        help=_("where its files go; without it the centre's exchange folder"),
    )  # fmt: skip
    on.set_defaults(run=run_on)
    off = verbs.add_parser("off", help=_("switch it off; what waits is kept"))
    off.add_argument("slot", metavar="SLOT")
    off.set_defaults(run=run_off)
    deliver = verbs.add_parser("deliver", help=_("hand over now what waits"))
    deliver.set_defaults(run=run_deliver)
    lists = verbs.add_parser("take-lists", help=_("take in revocation lists that were dropped"))
    lists.set_defaults(run=run_take_lists)
    for parser in (listed, on, off, deliver, lists):
        add_centre(parser)
    for parser in (listed, on, off, deliver):
        add_person(parser)


def run_list(args: argparse.Namespace) -> int:
    """Every slot of the requirements, also those without an adapter."""
    _show(session(args), args.json)
    return 0


def run_on(args: argparse.Namespace) -> int:
    """From now on what waits and what comes is written into the folder."""
    room = session(args)
    folder = _folder(args)
    room.switch_slot(args.slot, str(folder))
    print(_("{slot} is on: {folder}").format(slot=args.slot, folder=folder))
    return 0


def _folder(args: argparse.Namespace) -> Path:
    """Its own is made; one that was named must be there, else lines go where nobody looks."""
    if args.folder is None:
        own = folder_of(centre_url(args)) / "exchange"
        known = own_folder(own, args.slot) if args.slot in FOLDERS else own
        return settings.private_folder(known)
    folder = Path(args.folder).expanduser().resolve()
    if not folder.is_dir():
        raise Refusal(
            "slot_folder_missing",
            _("The folder {place} is not there.").format(place=folder),
            _("Make it first, with write permission for all who work at this centre."),
        )
    return folder


def run_off(args: argparse.Namespace) -> int:
    """Nothing is written any more; the outbox goes on collecting, in order."""
    session(args).switch_slot(args.slot, "")
    print(_("{slot} is off; what waits is kept.").format(slot=args.slot))
    return 0


def run_deliver(args: argparse.Namespace) -> int:
    """Try every slot that is on, also those that have just failed. Exit 1 where one fails."""
    room = session(args)
    print(_("{count} messages handed over.").format(count=hand_over(room, force=True)))
    stuck = [one for one in room.slot_states() if one.on and one.trouble]
    for one in stuck:
        print(f"{one.code}: {one.trouble}")
    return 1 if stuck else 0


def run_take_lists(args: argparse.Namespace) -> int:
    """For a schedule: nobody signs in, a list proves itself. Exit 1 where one was left."""
    from workbench.exchange.revocation_lists import take_lists
    from workbench.paper.revocation_files import list_reader

    home = folder_of(centre_url(args))
    known = (*settings.seal_authorities(home), *settings.timestamp_authorities(home))
    drop = settings.list_drop(home)
    news = take_lists(drop, home / "keys", list_reader(known, SystemClock().now()))
    for one in news:
        if one.read is not None and not one.trouble:
            print(_("{file}: in use, {issuer}, good until {time}.").format(
                file=one.file, issuer=one.read.issuer, time=stamp(one.read.next_one)
            ))  # fmt: skip
        else:
            print(f"{one.file}: {one.trouble}")
    if not news:
        print(_("No new revocation list in {folder}.").format(folder=drop))
    return 1 if any(one.trouble for one in news) else 0


def _show(room: Session, as_json: bool) -> None:
    states = {one.code: one for one in room.slot_states()}
    for slot in SLOTS:
        state = states.get(slot.code)
        if as_json:
            print_json({
                "slot": slot.code, "way": slot.way.value, "on": state.on if state else None,
                "folder": state.folder if state else None,
                "waiting": state.waiting if state else None, "sent": state.sent if state else None,
                "trouble": state.trouble if state else None,
            })  # fmt: skip
        else:
            print(f"{slot.code}  {slot.label()}  {stands(slot, state)}  {slot.words()}")
            if state is not None and state.trouble:
                print(f"  {state.trouble}")
