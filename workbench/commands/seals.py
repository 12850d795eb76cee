"""``seal list|state|suspend|resume``, ``seal ledger``, ``seal unlock``: the register of seals and
of their use."""

from __future__ import annotations

import argparse

from workbench.casework import seal_register
from workbench.commands import (
    archive_copies,
    seal_authority,
    seal_keys,
    seal_lists,
    seal_steps,
    seal_voids,
)
from workbench.commands.surroundings import (
    Commands,
    add_centre,
    add_person,
    print_json,
    session,
)
from workbench.rules.moment import stamp
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.seal_states import SealChange, status_word
from workbench.rules.words import _


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    seal = commands.add_parser("seal", help=_("the seals of the centre and the register of use"))
    verbs = seal.add_subparsers(dest="verb", required=True)
    seal_keys.add(verbs)
    seal_authority.add(verbs)
    seal_steps.add(verbs)
    seal_lists.add(verbs)
    seal_voids.add(verbs)
    archive_copies.add(verbs)
    listed = verbs.add_parser("list", help=_("list the seals"))
    listed.set_defaults(run=run_list)
    ledger = verbs.add_parser("ledger", help=_("list what was sealed, voided or broke off"))
    ledger.add_argument("--json", action="store_true")
    ledger.set_defaults(run=run_ledger)
    unlock = verbs.add_parser("unlock", help=_("open a seal desk that wrong PINs have locked"))
    unlock.add_argument("custodian", metavar="CUSTODIAN")
    unlock.set_defaults(run=run_unlock)
    state = verbs.add_parser("state", help=_("show how a seal stands and every change of that"))
    state.set_defaults(run=run_state)
    suspend = verbs.add_parser("suspend", help=_("stop the use of a seal at once"))
    suspend.set_defaults(run=run_suspend)
    resume = verbs.add_parser("resume", help=_("bring a suspended seal back into use"))
    resume.set_defaults(run=run_resume)
    for parser in (state, suspend, resume):
        parser.add_argument("seal", metavar="SEAL")
    for parser in (suspend, resume):
        parser.add_argument(
            "--reason", required=True, metavar="TEXT", help=_("filed with the change")
        )
    for parser in (listed, ledger, unlock, state, suspend, resume):
        add_centre(parser)
        add_person(parser)


def run_list(args: argparse.Namespace) -> int:
    """Every seal with kind, size, state and end of validity."""
    for one in session(args).seals():
        until = stamp(one.valid_to)[:10]
        print(f"{one.seal_id}  {one.kind.value}  {one.diameter_mm} mm  {one.status.value}  {until}")
    return 0


def run_state(args: argparse.Namespace) -> int:
    """How a seal stands now, and who changed that when and why."""
    seal, changes = seal_register.state_of(session(args), args.seal)
    print(f"{seal.seal_id}  {status_word(seal.status)}")
    for one in changes:
        print(f"  {_line(one)}")
    return 0


def run_suspend(args: argparse.Namespace) -> int:
    """R57: nobody presses it from this second on."""
    print(_line(seal_register.suspend(session(args), args.seal, args.reason)))
    return 0


def run_resume(args: argparse.Namespace) -> int:
    """R57: back to the state that the suspension interrupted."""
    print(_line(seal_register.resume(session(args), args.seal, args.reason)))
    return 0


def _line(one: SealChange) -> str:
    return f"{stamp(one.at)}  {status_word(one.after)}  {one.actor}  {one.reason}"


def run_ledger(args: argparse.Namespace) -> int:
    """The register of seal use, as far as the person sees it (V16b)."""
    for line in seal_register.whole_ledger(session(args)):
        if args.json:
            print_json(_plain(line))
        else:
            when = stamp(line.released_at or line.reserved_at)
            state = line.state.value
            print(f"{line.serial}  {state}  {line.document_id}  {line.custodian}  {when}")
    return 0


def _plain(line: LedgerLine) -> dict[str, object]:
    at = line.placement
    return {
        "serial": line.serial, "state": line.state.value, "document_id": line.document_id,
        "case_no": line.case_no, "seal_id": line.seal_id, "custodian": line.custodian,
        "reserved_at": stamp(line.reserved_at),
        "released_at": stamp(line.released_at) if line.released_at else None,
        "sha256_before": line.sha256_before, "sha256_after": line.sha256_after,
        "at": [at.page, at.x_mm, at.y_mm] if at else None, "level": line.signature_level,
        "void_reason": line.void_reason, "manner": line.manner, "copy_no": line.copy_no,
        "copy_kind": line.copy_kind, "control_code": line.control_code,
        "scan_sha256": line.scan_sha256,
    }  # fmt: skip


def run_unlock(args: argparse.Namespace) -> int:
    """After five wrong PINs: the security administrator, having spoken with the custodian."""
    session(args).unlock_seal_desk(args.custodian)
    print(_("The seal desk of {login} is open again.").format(login=args.custodian))
    return 0
