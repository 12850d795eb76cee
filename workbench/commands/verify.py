"""``verify``: what the product says of a sealed file, with every check and its answer.

``verify-page`` says the same on a small local web page (:mod:`workbench.commands.verify_page`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from workbench import settings
from workbench.commands.surroundings import (
    Commands,
    WrongCall,
    add_centre,
    centre_exists,
    centre_url,
    complain,
    folder_of,
    on_server,
    one_line,
    opened,
    print_json,
    readable,
    session,
)
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_checks import CHECKS, check_text, reason_text
from workbench.rules.seal_custody import LedgerLine, SealVerdict, Verification
from workbench.rules.words import _, clauses

if TYPE_CHECKING:
    from workbench.casework.ports import Centre, Session

MARKS: Final = {True: "✓", False: "✗", None: "–"}
PAGE_PORT: Final = 8717


@dataclass(frozen=True)
class Known:
    """What a verification goes by: certificates and lists, and the register where one is at hand.

    ``register`` finds a line by the SHA-256 of the whole file, ``lines`` by its serial number.
    """

    seals: tuple[str, ...] = ()
    timestamps: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    lists: tuple[bytes, ...] = ()
    register: Callable[[str], LedgerLine | None] | None = None
    lines: Callable[[int], LedgerLine | None] | None = None

    def verify(self, path: Path) -> Verification:
        """One file, in the verifier's own process."""
        from workbench.paper.verify import verify_file

        return verify_file(
            path, self.seals, self.register, timestamp_pems=self.timestamps, pins=self.pins,
            revocation_lists=self.lists,
        )  # fmt: skip


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the two commands."""
    verify = commands.add_parser("verify", help=_("say whether a sealed file is intact"))
    verify.add_argument("files", nargs="+", type=Path, metavar="FILE")
    verify.add_argument("--json", action="store_true")
    _add_known(verify)
    verify.set_defaults(run=run_verify)
    page = commands.add_parser(
        "verify-page", help=_("say it on a web page of this computer, for any browser")
    )
    page.add_argument("--port", type=int, default=PAGE_PORT, metavar="N")
    page.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS",
                      help=_("for other computers too; without it for this one only"))  # fmt: skip
    _add_known(page)
    page.set_defaults(run=run_page)


def _add_known(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trust", type=Path, metavar="PEM",
                        help=_("certificates of seals and of their authorities"))  # fmt: skip
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="CRL",
                        help=_("a revocation list of an authority"))  # fmt: skip
    add_centre(parser)
    parser.add_argument("--as", dest="login", metavar="USER",
                        help=_("who asks a server's register of seal use"))  # fmt: skip


def run_verify(args: argparse.Namespace) -> int:
    """Exit 0 only if every file is ``sealed-intact``."""
    from workbench.paper.verify import verification_json

    known, intact = source_of(args)(), True
    for path in args.files:
        found = known.verify(path)
        intact = intact and found.verdict is SealVerdict.SEALED_INTACT
        if args.json:
            print_json(verification_json(found))
        else:
            _say(found)
    return 0 if intact else 1


def run_page(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from workbench.commands.verify_page import serve

    return serve(source_of(args), str(args.bind), int(args.port))


def source_of(args: argparse.Namespace) -> Callable[[], Known]:
    """What is known at the moment of asking: of a PEM file, of a centre, or of nobody.

    Refusal where a file is not what it should be, WrongCall where two are named.
    """
    if args.trust is not None and args.centre is not None:
        raise WrongCall(
            "trust_and_centre",
            _("--trust and --centre exclude each other."),
            _("With a centre its own seals are known; --trust is for a file without a centre."),
        )
    lists = tuple(_list_of(path) for path in args.crl)
    if args.trust is not None:
        given = Known((_pem(args.trust),), lists=lists)
        return lambda: given
    if args.centre is None and not _has_demo(args):
        complain(_("No demo centre here: files are compared with no register."))
        return lambda: Known(lists=lists)
    return partial(_of_centre, args, _register_of(args), lists)


def _of_centre(
    args: argparse.Namespace, register: Callable[[], Known], lists: tuple[bytes, ...]
) -> Known:
    """The centre's certificates and lists beside its register."""
    folder = folder_of(centre_url(args))
    return replace(
        register(),
        seals=settings.seal_authorities(folder),
        timestamps=settings.timestamp_authorities(folder),
        lists=(*settings.revocation_lists(folder), *lists),
    )


def _register_of(args: argparse.Namespace) -> Callable[[], Known]:
    """Opened once, asked each time. A server shows its register to who has signed in."""
    if on_server(centre_url(args)):
        if args.login is None:
            complain(_("The server's register is shown after signing in only (--as USER): "
                       "files are compared with no register."))  # fmt: skip
            return Known
        return partial(known_to, session(args), Lock())
    return partial(_of_file, opened(args))


def _of_file(centre: Centre) -> Known:
    lines = centre.sealed_files()
    by_hash = {line.sha256_after: line for line in lines}
    by_serial = {line.serial: line for line in lines}
    return Known(pins=centre.seal_pins(), register=by_hash.get, lines=by_serial.get)


def known_to(room: Session, alone: Lock) -> Known:
    """As far as this person sees the register. One line to the server, so one question a time."""

    def by_hash(sha256: str) -> LedgerLine | None:
        with alone:
            return next(reversed(room.ledger(sha256)), None)

    def by_serial(serial: int) -> LedgerLine | None:
        with alone:
            page = room.ledger_page(LedgerAsk(before=serial + 1, count=1))
            return next((line for line in page.lines if line.serial == serial), None)

    with alone:
        pins = (*(seal.certificate_sha256 for seal in room.seals()),
                *(one.sha256 for one in room.seal_certificates()))
    return Known(pins=pins, register=by_hash, lines=by_serial)


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
            _("The certificate of a centre's seal stands in its folder: keys/seal-....pem."),
        ) from error


def _list_of(path: Path) -> bytes:
    """A revocation list. Refusal ``not_a_list`` where the file holds none."""
    from workbench.paper.verify_revocation import read_lists

    content = readable(path).read_bytes()
    if not read_lists((content,)):
        raise Refusal(
            "not_a_list",
            _("{name} holds no revocation list.").format(name=path),
            _("The authority publishes its list as a .crl file, DER or PEM."),
        )
    return content


def _say(found: Verification) -> None:
    """The verdict on one line, and each check on one of its own."""
    reasons = clauses(reason_text(code) for code in found.reasons)
    print(one_line(f"{found.file}: {found.verdict.value}. {reasons}"))
    for check in found.checks:
        asked = _(CHECKS[check.name])
        print(one_line(f"  {MARKS[check.passed]} {asked}: {check_text(check)}"))
