"""``roster leave``, ``roster stand-in``: absences, and the emergency authorisation (E04, E05)."""

from __future__ import annotations

import argparse
from datetime import datetime

from workbench.commands.surroundings import (
    Commands,
    WrongCall,
    add_centre,
    add_person,
    session,
)
from workbench.rules.moment import LOCAL, Moment, from_datetime, stamp
from workbench.rules.people import Power
from workbench.rules.stand_ins import StandIn
from workbench.rules.words import _


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    roster = commands.add_parser("roster", help=_("absences and stand-ins"))
    verbs = roster.add_subparsers(dest="verb", required=True)
    leave = verbs.add_parser("leave", help=_("enter a leave; claims go to the hand-over list"))
    leave.add_argument("person", metavar="PERSON")
    leave.add_argument("--reason", default="leave", metavar="KIND")
    leave.set_defaults(run=run_leave)
    stand_in = verbs.add_parser(
        "stand-in", help=_("name a stand-in while both representatives are away")
    )
    stand_in.add_argument("person", metavar="PERSON")
    stand_in.add_argument("--department", required=True, metavar="CODE")
    stand_in.add_argument("--items", required=True, nargs="+", metavar="ITEM")
    stand_in.add_argument(
        "--powers", nargs="+", choices=[p.value for p in Power], default=[p.value for p in Power]
    )
    stand_in.add_argument("--letter", required=True, metavar="NUMBER")
    stand_in.set_defaults(run=run_stand_in)
    for parser in (leave, stand_in):
        parser.add_argument("--from", dest="start", metavar="TIME", help=_("now, if not given"))
        parser.add_argument("--to", dest="end", required=True, metavar="TIME")
        add_centre(parser)
        add_person(parser)


def run_leave(args: argparse.Namespace) -> int:
    """E04: by the person himself or the roster manager."""
    room = session(args)
    start = moment_of(args.start) if args.start else room.moment()
    one = room.enter_leave(args.person, start, moment_of(args.end), args.reason)
    print(
        _("{who} is away from {start} to {end}.").format(
            who=one.login, start=stamp(one.start)[:16], end=stamp(one.end)[:16]
        )
    )
    return 0


def run_stand_in(args: argparse.Namespace) -> int:
    """E05: by the head of the organ, for named items, five working days at most."""
    room = session(args)
    start = moment_of(args.start) if args.start else room.moment()
    powers = frozenset(Power(one) for one in args.powers)
    one = StandIn(
        args.department, args.person, frozenset(args.items), powers, args.letter, start,
        moment_of(args.end),
    )  # fmt: skip
    shifts = room.name_stand_in(one)
    print(_("{who} stands in: {count} shifts.").format(who=one.login, count=shifts))
    return 0


def moment_of(text: str) -> Moment:
    """``YYYY-MM-DD HH:MM`` local. Wrong call ``time_unreadable``."""
    try:
        return from_datetime(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL))
    except ValueError as trouble:
        raise WrongCall(
            "time_unreadable",
            _("{text} is no time.").format(text=text),
            _("Write it like {example}.").format(example="2026-03-02 13:30"),
        ) from trouble
