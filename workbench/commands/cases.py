"""``intake``, ``cases``, ``case``, ``move``, ``freeze``, ``press``, ``archive``, ``explain``.

Every step of a case can be taken from the command line, by the same casework functions as the desk.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.casework import archive as archiving
from workbench.casework import issuing, result
from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.commands.surroundings import (
    add_centre,
    add_person,
    centre_url,
    folder_of,
    opened,
    print_json,
    session,
)
from workbench.rules.case import NewEntry
from workbench.rules.case_view import CaseView, WorklistQuery
from workbench.rules.moment import LOCAL, Moment, from_datetime, stamp
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, pick

Commands = argparse._SubParsersAction


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the commands that work on cases."""
    intake = _case_command(commands, "intake", _("take in a folder of packages"), run_intake)
    intake.add_argument("folder", type=Path, metavar="FOLDER")
    cases = _case_command(commands, "cases", _("list the cases that a person sees"), run_cases)
    cases.add_argument("--json", action="store_true")
    show = _case_command(commands, "case", _("show what a person sees of one case"), run_case)
    show.add_argument("case_no", metavar="CASE_NO")
    move = _case_command(commands, "move", _("take one step of a case"), run_move)
    move.add_argument("case_no", metavar="CASE_NO")
    move.add_argument("move", metavar="STEP")
    move.add_argument("--field", action="append", default=[], metavar="NAME=VALUE")
    move.add_argument("--entry", action="append", default=[], metavar="KIND=JSON")
    move.add_argument("--file", type=Path, metavar="FILE", help=_("a material file to add"))
    move.add_argument("--code", default="", metavar="CODE", help=_("which material the file is"))
    freeze = _case_command(commands, "freeze", _("compose and freeze the result"), run_freeze)
    freeze.add_argument("case_no", metavar="CASE_NO")
    freeze.add_argument("--template", default="", metavar="CODE")
    press = _case_command(commands, "press", _("press the seal on a frozen document"), run_press)
    press.add_argument("case_no", metavar="CASE_NO")
    acknowledge = _case_command(
        commands, "acknowledge", _("take in the acknowledgement file"), run_acknowledge
    )
    acknowledge.add_argument("case_no", metavar="CASE_NO")
    archive = _case_command(commands, "archive", _("form the archive package"), run_archive)
    archive.add_argument("case_no", metavar="CASE_NO")
    explain = commands.add_parser("explain", help=_("say why a person sees a case, or not"))
    explain.add_argument("user", metavar="USER")
    explain.add_argument("case_no", metavar="CASE_NO")
    explain.add_argument("--at", metavar="TIME", help=_("YYYY-MM-DDTHH:MM:SS, local time"))
    explain.add_argument("--json", action="store_true")
    add_centre(explain)
    explain.set_defaults(run=run_explain)


def _case_command(
    commands: Commands[argparse.ArgumentParser], name: str, text: str, run: Any
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    add_centre(parser)
    add_person(parser)
    parser.set_defaults(run=run)
    return parser


def seen(room: Session, case_no: str) -> CaseView:
    """The case as the person sees it; a refusal where he sees nothing of it."""
    view = room.case_view(case_no)
    if view is None:
        raise Refusal(
            "not_visible",
            _("You are not on duty, or the case is outside your post."),
            _("workbench explain USER CASE_NO says which rule holds."),
        )
    return view


def run_intake(args: argparse.Namespace) -> int:
    """Take in packages; exit 1 if any was not taken."""
    from workbench.casework.intake import Outcome, intake_folder
    from workbench.paper.inspection import inspect_file

    reports = intake_folder(session(args), args.folder, inspect_file)
    for report in reports:
        print(f"{report.outcome.value}  {report.case_no}  {report.text} {report.remedy}".rstrip())
        for warning in report.warnings:
            print(f"  {warning}")
    bad = {Outcome.REFUSED, Outcome.CALLED_OFF}
    return 1 if any(report.outcome in bad for report in reports) else 0


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
            })  # fmt: skip
        else:
            due = stamp(row.clock.due_at) if row.clock else "-"
            state = label(row.shown_state.value)
            print(f"{row.case.case_no}  {state}  {pick(row.item_zh, row.item_en)}  {due}")
    if not found.rows and not args.json:
        print(found.empty_because)
    return 0


def run_case(args: argparse.Namespace) -> int:
    """The granted parts of one case, as JSON; content only where the part is granted."""
    view = seen(session(args), args.case_no)
    print_json({
        "case_no": view.case.case_no, "state": view.shown_state.value, "version": view.case.version,
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
    entries = [NewEntry(kind, body) for kind, body in map(_pair, args.entry)]
    if args.file:
        entries.append(_material(room, args.file, args.code))
    case = propose(room, view.case, args.move, fields, entries)
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0


def _pair(text: str) -> tuple[str, Any]:
    name, _equals, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _material(room: Session, path: Path, code: str) -> NewEntry:
    from workbench.paper.inspection import inspect_file

    found = inspect_file(path)
    if not found.accepted:
        raise Refusal("file_refused", f"{path.name}: {found.reason}")
    sha256 = room.put_content(path)
    body = {"code": code, "file": path.name, "sha256": sha256, "bytes": path.stat().st_size,
            "kind": str(found.kind), "pages": found.pages}  # fmt: skip
    return NewEntry("material", body)


def run_freeze(args: argparse.Namespace) -> int:
    """Compose the result, freeze it, ask for the seal."""
    from workbench.paper.compose import compose
    from workbench.paper.prepress import check_clean

    room = session(args)
    view = seen(room, args.case_no)
    granted = all(e.body.get("result") != "refused" for e in view.of_kind("decision"))
    choices = result.templates_for(view.item, granted)
    template = next((t for t in choices if args.template in ("", t.code)), None)
    if template is None:
        raise Refusal(
            "template_missing",
            _("No document template was chosen."),
            ", ".join(t.code for t in choices),
        )
    with tempfile.TemporaryDirectory(prefix="oneseal-") as folder:
        draft = result.compose_draft(room, view, template, Path(folder), compose)
        case = result.freeze(room, view, draft, check_clean)
    print(f"{case.case_no}  {label(case.state.value)}  {draft.document_no}")
    return 0


def run_press(args: argparse.Namespace) -> int:
    """Press the seal; the PIN is asked for, or read from a pipe's first line, and never kept."""
    from workbench.seal_pipe import SealWorker

    room = session(args)
    url = centre_url(args)
    tasks = [t for t in room.seal_queue() if t.case.case_no == args.case_no]
    if not tasks:
        raise Refusal("no_seal_request", _("No document awaits the seal."), _("Refresh the queue."))
    pin = getpass.getpass(_("PIN: ")) if sys.stdin.isatty() else sys.stdin.readline().strip()
    worker = SealWorker(folder_of(url), url, args.login)
    try:
        worker.start()
        done = worker.press(tasks[0].document_id, pin, lambda step: None)
    finally:
        worker.close()
    print(f"{done.document_id}  No. {done.serial}  {done.sha256_after}  {done.level}")
    return 0


def run_acknowledge(args: argparse.Namespace) -> int:
    """T26: the acknowledgement file of the supervising department."""
    from workbench.exchange.result_push import FolderPush

    room = session(args)
    out = FolderPush(folder_of(centre_url(args)) / "exchange")
    case = issuing.take_acknowledgement(room, seen(room, args.case_no), out)
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0


def run_archive(args: argparse.Namespace) -> int:
    """T27: form and test the package."""
    room = session(args)
    case = archiving.archive(room, seen(room, args.case_no))
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0


def run_explain(args: argparse.Namespace) -> int:
    """Rule rows, parts, reasons; no content. Works for whoever owns the SQLite file."""
    centre = opened(args)
    room = centre.session_as(args.user)
    found = room.explain(args.user, args.case_no, _moment(args.at))
    if found is None:
        raise Refusal("no_such_case", _("There is no case {no}.").format(no=args.case_no))
    if args.json:
        rows = [{"row": r.row, "why": r.why} for r in found.rows]
        print_json({"rows": rows, "parts": sorted(found.parts)})
        return 0
    for row in found.rows:
        print(f"{row.row}: {row.why}")
    if not found.parts:
        print(_("Nothing of the case is visible: no row grants a part."))
    else:
        print(_("Parts: {parts}").format(parts=", ".join(sorted(found.parts))))
    return 0


def _moment(text: str | None) -> Moment | None:
    if text is None:
        return None
    try:
        return from_datetime(datetime.fromisoformat(text).replace(tzinfo=LOCAL))
    except ValueError as error:
        raise Refusal(
            "bad_time", _("{text} is no time.").format(text=text), "2026-11-23T13:29:59"
        ) from error
