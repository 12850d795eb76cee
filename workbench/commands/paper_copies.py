"""``copies list|number|print|scan|spoil|register``: copies that are pressed by hand (R44, R53).

The same casework as the seal desk; for centres without a desk at the seal, and for the journeys.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.casework import paper_stamping, seal_choice
from workbench.casework.ports import Session
from workbench.commands.surroundings import Commands, case_command, session
from workbench.rules.case_view import SealTask
from workbench.rules.copy_comparison import CopyComparison
from workbench.rules.paper_copies import COPY_STATES, SPOIL_REASONS, spoil_text, standing
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, LedgerState, Seal
from workbench.rules.words import _


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    copies = commands.add_parser("copies", help=_("copies that are pressed by hand"))
    verbs = copies.add_subparsers(dest="verb", required=True)
    case_command(verbs, "list", _("list the copies of a document"), run_list)
    case_command(verbs, "number", _("give every copy a serial and a control code"), run_number)
    printed = case_command(verbs, "print", _("write the copies for the printer"), run_print)
    printed.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    scan = case_command(verbs, "scan", _("compare scans with the document, file them"), run_scan)
    scan.add_argument("scans", type=Path, nargs="+", metavar="SCAN")
    scan.add_argument(
        "--note", default="", metavar="TEXT", help=_("what is to be said of a scan that differs")
    )
    spoil = case_command(verbs, "spoil", _("record a copy as spoiled"), run_spoil)
    spoil.add_argument("serial", type=int, metavar="SERIAL")
    spoil.add_argument("--reason", required=True, choices=tuple(SPOIL_REASONS))
    case_command(
        verbs, "register", _("register the copies: the document is sealed"), run_register
    )


def _task(args: argparse.Namespace) -> tuple[Session, SealTask, Seal]:
    room = session(args)
    task = seal_choice.task_of_case(room, args.case_no)
    seal = paper_stamping.hand_seal(room, task)
    if seal is None:
        raise Refusal(
            "seal_has_key",
            _("{document} is sealed with a key, not by hand.").format(document=task.document_no),
            _("Press it: workbench press CASE_NO."),
        )
    return room, task, seal


def _show(line: LedgerLine) -> None:
    state = _(COPY_STATES[line.state])
    if line.void_reason:
        state = f"{state} ({spoil_text(line.void_reason)})"
    kind = {"original": _("original"), "duplicate": _("duplicate")}[line.copy_kind]
    print(f"No. {line.serial}  {line.copy_no}  {kind}  {line.control_code}  {state}")


def run_list(args: argparse.Namespace) -> int:
    """Every copy, spoiled ones too."""
    for line in _task(args)[1].copies:
        _show(line)
    return 0


def run_number(args: argparse.Namespace) -> int:
    """Number what has no number yet."""
    for line in paper_stamping.number_copies(*_task(args)):
        _show(line)
    return 0


def run_print(args: argparse.Namespace) -> int:
    """One file for the printer for each copy that was not printed yet."""
    from workbench.paper.hand_copies import HandCopies

    room, task, _seal = _task(args)
    args.out.mkdir(parents=True, exist_ok=True)
    for line in standing(task.copies).values():
        if line.state is LedgerState.RESERVED:
            print(paper_stamping.copy_for_printing(room, HandCopies(), task, line, args.out))
    return 0


def run_scan(args: argparse.Namespace) -> int:
    """File each scan that is the copy it says it is; 1 where one was not filed."""
    from workbench.paper.hand_copies import HandCopies

    room, task, _seal = _task(args)
    left, frozen = 0, room.content_path(task.sha256)
    for scan in args.scans:
        back = paper_stamping.read_back(HandCopies(), task, frozen, scan)
        for sentence in _differences(back.comparison):
            print(f"{scan.name}: {sentence}")
        if not back.comparison.same and not args.note.strip():
            left += 1
            print(_("{name} is not filed: say with --note what the difference is, or record the "
                    "copy as spoiled.").format(name=scan.name))  # fmt: skip
            continue
        _show(paper_stamping.file_copy(room, task, back, args.note))
    return 1 if left else 0


def _differences(found: CopyComparison) -> list[str]:
    kinds = {"added": _("added"), "missing": _("missing")}
    said = [
        _("page {page}: {kind} at {x:.0f} mm, {y:.0f} mm, {w:.0f} × {h:.0f} mm").format(
            page=one.page, kind=kinds[one.kind], x=one.x_mm, y=one.y_mm, w=one.width_mm,
            h=one.height_mm,
        )
        for one in found.differences
    ]  # fmt: skip
    if found.seal_at is None:
        return [*said, _("there is no seal on it")]
    if not found.same and not said:
        said.append(_("the seal is {off:.0f} mm off its place").format(off=found.seal_off_mm))
    return said


def run_spoil(args: argparse.Namespace) -> int:
    """A numbered copy that is not used; the next ``number`` gives another."""
    room, task, _seal = _task(args)
    line = next((one for one in task.copies if one.serial == args.serial), None)
    if line is None:
        raise Refusal(
            "copy_unknown",
            _("{document} has no copy No. {serial}.").format(
                document=task.document_no, serial=args.serial
            ),
            _("List the copies: workbench copies list CASE_NO."),
        )
    _show(paper_stamping.spoil_copy(room, line, args.reason))
    return 0


def run_register(args: argparse.Namespace) -> int:
    """T23 for what was pressed by hand."""
    room, task, _seal = _task(args)
    case = paper_stamping.register_copies(room, task)
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0
