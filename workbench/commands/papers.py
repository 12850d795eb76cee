"""``inspect``, ``render``, ``verify``: what the product says of a file, without any screen."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from workbench import settings
from workbench.commands.surroundings import (
    WrongCall,
    add_centre,
    centre_exists,
    centre_url,
    complain,
    folder_of,
    one_line,
    opened,
    print_json,
    readable,
)
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, SealVerdict, Verification
from workbench.rules.words import _, clauses

OF_THE_PICTURE = frozenset({"paper.cannot-write", "paper.would-overwrite"})
"""Refusals of drawing that speak of the place to write to, not of the file to draw."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the three commands."""
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
    verify = commands.add_parser("verify", help=_("say whether a sealed file is intact"))
    verify.add_argument("files", nargs="+", type=Path, metavar="FILE")
    verify.add_argument("--trust", type=Path, metavar="PEM")
    verify.add_argument("--json", action="store_true")
    add_centre(verify)
    verify.set_defaults(run=run_verify)


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


def run_verify(args: argparse.Namespace) -> int:
    """Exit 0 only if every file is ``sealed-intact``."""
    from workbench.paper.verify import verification_json, verify_file

    if args.trust is not None and args.centre is not None:
        raise WrongCall(
            "trust_and_centre",
            _("--trust and --centre exclude each other."),
            _("With a centre its own seals are known; --trust is for a file without a centre."),
        )
    trust, stamps, register = _known(args)
    intact = True
    for path in args.files:
        found = verify_file(
            path, trust, register.get if register is not None else None, timestamp_pems=stamps
        )
        intact = intact and found.verdict is SealVerdict.SEALED_INTACT
        if args.json:
            print_json(verification_json(found))
        else:
            _say(found)
    return 0 if intact else 1


def _known(
    args: argparse.Namespace,
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, LedgerLine] | None]:
    """Known authorities and the register: of a PEM file, of a centre, or of nobody."""
    if args.trust is not None:
        return (_pem(args.trust),), (), None
    if args.centre is None and not _has_demo(args):
        complain(_("No demo centre here: files are compared with no register."))
        return (), (), None
    url = centre_url(args)
    lines = opened(args).sealed_files()
    folder = folder_of(url)
    return (
        settings.seal_authorities(folder),
        settings.timestamp_authorities(folder),
        {line.sha256_after: line for line in lines},
    )


def _has_demo(args: argparse.Namespace) -> bool:
    """A home that cannot be written holds no demo centre; verifying needs none."""
    try:
        return centre_exists(centre_url(args))
    except OSError:
        return False


def _pem(path: Path) -> str:
    """The certificates of a file. Refusal ``not_a_certificate`` where it holds none."""
    from workbench.paper.certificates import only_certificates

    try:
        return only_certificates(readable(path))
    except ValueError as error:
        raise Refusal(
            "not_a_certificate",
            _("{name} holds no certificate in PEM form.").format(name=path),
            _("The certificate of a centre's seal stands in its folder: keys/seal-...-ca.pem."),
        ) from error


def _say(found: Verification) -> None:
    from workbench.rules.seal_custody import reason_text

    reasons = clauses(reason_text(code) for code in found.reasons)
    print(one_line(f"{found.file}: {found.verdict.value}. {reasons}"))
