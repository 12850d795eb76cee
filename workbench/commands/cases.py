"""``intake``, ``cases``, ``case``, ``move``, ``explain``: any step of a case, by anybody's hand.

The same casework functions as the desk; what becomes of the result stands in ``results``.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.commands.surroundings import (
    Commands,
    WrongCall,
    add_centre,
    case_command,
    one_line,
    print_json,
    readable,
    seen,
    session,
    session_as,
    stopped_by_ctrl_c,
)
from workbench.rules.case import NewEntry
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import LOCAL, Moment, from_datetime, stamp, to_local
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, listed, pick

if TYPE_CHECKING:
    from workbench.casework.intake import PackageReport


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the commands that work on cases."""
    intake = case_command(
        commands, "intake", _("take in a folder of packages"), run_intake, one=False
    )
    intake.add_argument("folder", type=Path, metavar="FOLDER")
    intake.add_argument("--json", action="store_true")
    text = _("list the cases that a person sees")
    cases = case_command(commands, "cases", text, run_cases, one=False)
    cases.add_argument("--json", action="store_true")
    case_command(commands, "case", _("show what a person sees of one case"), run_case)
    move = case_command(commands, "move", _("take one step of a case"), run_move)
    move.add_argument("move", metavar="STEP")
    move.add_argument("--field", action="append", default=[], metavar="NAME=VALUE")
    move.add_argument("--entry", action="append", default=[], metavar="KIND=JSON")
    move.add_argument("--file", type=Path, metavar="FILE", help=_("a material file to add"))
    move.add_argument("--code", default="", metavar="CODE", help=_("which material the file is"))
    explain = commands.add_parser("explain", help=_("say why a person sees a case, or not"))
    explain.add_argument("user", metavar="USER")
    explain.add_argument("case_no", metavar="CASE_NO")
    explain.add_argument("--at", metavar="TIME", help=_("YYYY-MM-DDTHH:MM:SS, local time"))
    explain.add_argument("--json", action="store_true")
    add_centre(explain)
    explain.add_argument("--as", dest="login", metavar="USER", help=_(
        "on a server: who asks; without it the person asks about himself"))  # fmt: skip
    explain.set_defaults(run=run_explain)


def run_intake(args: argparse.Namespace) -> int:
    """Take in packages; exit 1 if any was not taken. Ctrl-C ends it after the package in hand."""
    from workbench.casework.intake import Outcome, intake_folder
    from workbench.paper.inspection import inspect_file

    with stopped_by_ctrl_c() as stopped:
        reports = intake_folder(session(args), args.folder, inspect_file, _progress, stopped)
    for report in reports:
        _tell_json(report) if args.json else _tell(report)
    bad = {Outcome.REFUSED, Outcome.CALLED_OFF}
    return 1 if any(report.outcome in bad for report in reports) else 0


def _tell(report: PackageReport) -> None:
    """One line, the outcome first, in the language of the session; warnings below it."""
    from workbench.casework.intake import Outcome, outcome_word

    text = report.text
    if report.outcome is Outcome.REFUSED and report.folder not in text:
        text = f"{report.folder}: {text}"
    line = f"{outcome_word(report.outcome)}  {report.case_no}  {text} {report.remedy}"
    print(one_line(line.rstrip()))
    for warning in report.warnings:
        print(one_line(f"  {warning}"))


def _tell_json(report: PackageReport) -> None:
    """For programs: ``outcome`` and ``code`` are the same in every language."""
    print_json({
        "package": report.folder, "outcome": report.outcome.value, "code": report.code or None,
        "case_no": report.case_no or None, "short_no": report.short_no or None,
        "text": report.text, "remedy": report.remedy, "warnings": list(report.warnings),
    })  # fmt: skip


def _progress(done: int, total: int, name: str) -> None:
    """One line that is written over, where a person looks at it."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\x1b[K{done}/{total}  {name}", end=end, file=sys.stderr, flush=True)


def run_cases(args: argparse.Namespace) -> int:
    """The worklist, most urgent first."""
    found = session(args).worklist(WorklistQuery())
    for row in found.rows:
        if args.json:
            print_json({
                "case_no": row.case.case_no, "short_no": row.case.short_no,
                "item": pick(row.item_zh, row.item_en), "state": row.shown_state.value,
                "applicant": row.case.applicant_masked,
                "due": stamp(row.clock.due_at) if row.clock else None,
                "clock": row.clock.name if row.clock else None,
                "asks": row.asks or None,
            })  # fmt: skip
        else:
            due = stamp(row.clock.due_at) if row.clock else "-"
            state = label(row.shown_state.value)
            if row.asks:
                state = f"{state} · {label(row.asks)}"
            print(f"{row.case.case_no}  {state}  {pick(row.item_zh, row.item_en)}  {due}")
    if not found.rows and not args.json:
        print(found.empty_because)
    return 0


def run_case(args: argparse.Namespace) -> int:
    """The granted parts of one case, as JSON; content only where the part is granted."""
    view = seen(session(args), args.case_no)
    print_json({
        "case_no": view.case.case_no, "state": view.shown_state.value, "version": view.case.version,
        "origin": view.case.origin_no, "follow_up": view.case.follow_up_no,
        "parts": sorted(view.parts), "moves": list(view.moves),
        "blocked": {move: trouble.code for move, trouble in view.blocked.items()},
        "clocks": [{"name": c.name, "due": stamp(c.due_at)} for c in view.clocks],
        "entries": {
            part.value: [{"kind": e.kind, "author": e.author, "at": stamp(e.at)} for e in entries]
            for part, entries in view.entries.items()
        },
        "events": [
            {"seq": e.seq, "kind": e.kind, "actor": e.actor, "time": stamp(e.effective_at)}
            for e in view.events
        ],
    })  # fmt: skip
    return 0


def run_move(args: argparse.Namespace) -> int:
    """One step: fields are codes (JSON where it parses as such), entries are content."""
    room = session(args)
    view = seen(room, args.case_no)
    fields = dict(_pair(text) for text in args.field)
    entries = [_entry(text) for text in args.entry]
    if args.file:
        entries.append(_material(room, args.file, args.code))
    case = propose(room, view.case, args.move, fields, entries)
    print(f"{case.case_no}  {label(case.state.value)}")
    if case.follow_up_no:
        print(_("It goes on as case {number}.").format(number=case.follow_up_no))
    return 0


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise WrongCall(
            "pair_form",
            _("“{text}” is no NAME=VALUE.").format(text=text),
            _("Write it like {example}.").format(example="--field days=5"),
        )
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _entry(text: str) -> NewEntry:
    kind, body = _pair(text)
    if not isinstance(body, dict):
        raise WrongCall(
            "entry_form",
            _("The content of {kind} is no JSON object.").format(kind=kind),
            _("Write it like {example}.").format(
                example='--entry opinion=\'{"conclusion":"grant","reasons":"..."}\''
            ),
        )
    return NewEntry(kind, body)


def _material(room: Session, path: Path, code: str) -> NewEntry:
    from workbench.paper.inspection import inspect_file

    found = inspect_file(readable(path))
    if not found.accepted:
        raise Refusal("file_refused", f"{path.name}: {found.reason}", _("Scan the material again."))
    sha256 = room.put_content(path)
    body = {"code": code, "file": path.name, "sha256": sha256, "bytes": path.stat().st_size,
            "kind": str(found.kind), "pages": found.pages}  # fmt: skip
    return NewEntry("material", body)


def run_explain(args: argparse.Namespace) -> int:
    """Rule rows, parts, reasons; no content. Works for whoever owns the SQLite file; on a server
    for oneself, or for who may ask about others (``--as``)."""
    room = session_as(args, args.login or args.user)
    found = room.explain(args.user, args.case_no, _moment(args.at))
    if found is None:
        raise Refusal(
            "no_such_case",
            _("There is no case {no}.").format(no=args.case_no),
            _("workbench cases --as USER lists the cases that a person sees."),
        )
    if args.json:
        print_json({
            "rows": [{"row": one.row, "why": _(one.why)} for one in found.rows],
            "parts": sorted(found.parts),
            "reasons": [{"row": one.row, "why": one.why} for one in found.reasons],
        })  # fmt: skip
        return 0
    if not found.parts:
        print(_("Nothing of the case is visible. Why:"))
        for reason in found.reasons:
            print(f"{reason.row}: {reason.why}" if reason.row else reason.why)
        return 0
    for row in found.rows:
        print(f"{row.row}: " + _(row.why))
    print(_("Parts: {parts}").format(parts=listed(sorted(found.parts))))
    return 0


def _moment(text: str | None) -> Moment | None:
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
        moment = from_datetime(told if told.tzinfo else told.replace(tzinfo=LOCAL))
        to_local(moment)  # the first and the last day of all years have no local time
        return moment
    except (ValueError, OverflowError) as error:
        raise WrongCall(
            "bad_time",
            _("{text} is no time.").format(text=text),
            _("Write it like {example}.").format(example="2026-11-23T13:29:59"),
        ) from error
