"""``freeze``, ``press``, ``document``, ``issue``, ``acknowledge``, ``archive``: the result.

Beside :mod:`workbench.commands.cases`; the same casework functions as the desk.
"""

from __future__ import annotations

import argparse
import getpass
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from workbench import settings
from workbench.casework import archive as archiving
from workbench.casework import issuing, paper_stamping, result, seal_choice
from workbench.commands.surroundings import (
    Commands,
    case_command,
    centre_url,
    folder_of,
    seen,
    session,
)
from workbench.exchange.result_push import FolderPush
from workbench.rules.case import Part
from workbench.rules.disk_words import cause
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the commands that work on results."""
    text = _("compose and freeze the result")
    freeze = case_command(commands, "freeze", text, run_freeze)
    freeze.add_argument("--template", default="", metavar="CODE")
    by_hand = _("how many are pressed by hand, where the seal has no key")
    freeze.add_argument("--originals", type=int, default=1, metavar="N", help=by_hand)
    freeze.add_argument("--duplicates", type=int, default=0, metavar="N", help=by_hand)
    case_command(commands, "press", _("press the seal on a frozen document"), run_press)
    document = case_command(
        commands, "document", _("write the sealed or frozen document to a file"), run_document
    )
    document.add_argument("--out", type=Path, required=True, metavar="PDF")
    issue = case_command(commands, "issue", _("record the hand-over of the result"), run_issue)
    issue.add_argument("--receiver", required=True, metavar="NAME")
    issue.add_argument("--relation", default="applicant", metavar="RELATION")
    issue.add_argument("--manner", choices=issuing.MANNERS, default="direct")
    issue.add_argument(
        "--identity", default="", metavar="TEXT", help=_("how the receiver is known")
    )
    issue.add_argument("--tracking-no", default="", metavar="NO")
    text = _("take in the acknowledgement file")
    case_command(commands, "acknowledge", text, run_acknowledge)
    archive = case_command(commands, "archive", _("form the archive package"), run_archive)
    archive.add_argument("--out", type=Path, metavar="ZIP", help=_("write the package there too"))


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
    with settings.plain_folder() as folder:
        draft = result.compose_draft(room, view, template, Path(folder), compose)
        by_hand = result.pressed_by_hand(room, view.item, template)
        copies = (args.originals, args.duplicates) if by_hand else None
        case = result.freeze(room, view, draft, check_clean, copies)
    print(f"{case.case_no}  {label(case.state.value)}  {draft.document_no}")
    return 0


def run_press(args: argparse.Namespace) -> int:
    """Press the seal; the PIN is asked for, or read from a pipe's first line, and never kept."""
    from workbench.seal_pipe import SealWorker

    room = session(args)
    task = seal_choice.task_of_case(room, args.case_no)
    paper_stamping.key_seal(room, task)
    pin = getpass.getpass(_("PIN: ")) if sys.stdin.isatty() else sys.stdin.readline().strip()
    url = centre_url(args)
    worker = SealWorker(folder_of(url), url, args.login, room.second_sign_in())
    try:
        worker.start()
        done = worker.press(task.document_id, pin, lambda step: None)
    finally:
        worker.close()
    print(f"{done.document_id}  No. {done.serial}  {done.sha256_after}  {done.level}")
    return 0


def run_document(args: argparse.Namespace) -> int:
    """The newest sealed document, or the frozen one where none is sealed yet, as a file."""
    room = session(args)
    view = seen(room, args.case_no)
    found = view.last(Part.DOCUMENT, "sealed_document") or view.last(Part.DOCUMENT, "document")
    if found is None:
        raise Refusal(
            "no_document",
            _("The case has no document that {person} may see.").format(person=args.login),
            _("The document is composed and frozen after the decision."),
        )
    source = room.content_path(str(found.body["sha256"]))
    write_file(args.out, lambda target: shutil.copyfile(source, target))
    print(f"{args.out}  {label(found.kind)}")
    return 0


def refuse_existing(target: Path) -> None:
    """A command never writes over a file. Refusal ``file_exists``."""
    if target.exists():
        raise Refusal(
            "file_exists",
            _("The file {name} is there already.").format(name=target),
            _("Give another name."),
        )


def write_file(target: Path, write: Callable[[Path], object]) -> None:
    """A new file, whole or not there. Outage ``not_written`` names it."""
    refuse_existing(target)
    try:
        write(target)
    except OSError as trouble:
        target.unlink(missing_ok=True)
        raise Outage(
            "not_written",
            _("{name} cannot be written: {why}.").format(name=target, why=cause(trouble)),
            _("Choose another place, or make room there."),
        ) from trouble


def run_issue(args: argparse.Namespace) -> int:
    """T25: the delivery receipt, and the result out to the supervising department."""
    room = session(args)
    receipt = issuing.Receipt(
        args.receiver, args.relation, args.manner, args.identity, args.tracking_no
    )
    case = issuing.issue(room, seen(room, args.case_no), receipt, _exchange(args))
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0


def run_acknowledge(args: argparse.Namespace) -> int:
    """T26: the acknowledgement file of the supervising department."""
    room = session(args)
    case = issuing.take_acknowledgement(room, seen(room, args.case_no), _exchange(args))
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0


def _exchange(args: argparse.Namespace) -> FolderPush:
    return FolderPush(folder_of(centre_url(args)) / "exchange")


def run_archive(args: argparse.Namespace) -> int:
    """T27, T27b: form and test the package; ``--out`` hands a copy to the archive."""
    room = session(args)
    view = seen(room, args.case_no)
    data = archiving.form_package(room, view)
    if args.out:
        refuse_existing(args.out)
    case = archiving.keep_package(room, view, data)
    if args.out:
        write_file(args.out, lambda target: target.write_bytes(data))
    print(f"{case.case_no}  {label(case.state.value)}")
    return 0
