"""``audit verify|new-key|close-day|days``: proving the log, and signing its days (decision 016)."""

from __future__ import annotations

import argparse
import getpass
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Final

from workbench import settings
from workbench.casework.ports import AuditLog
from workbench.commands.centre import read_date
from workbench.commands.surroundings import (
    Commands,
    WrongCall,
    add_person,
    folder_of,
    on_server,
    opened,
    print_json,
    readable,
    session,
    stopped_by_ctrl_c,
)
from workbench.rules.audit_days import fingerprint, record_of, short_print
from workbench.rules.moment import stamp
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

PATIENCE: Final = 0.3
"""Seconds without a word; then a line says how far it is."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    audit = commands.add_parser("audit", help=_("prove the log, and sign its days"))
    verbs = audit.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help=_("check every chain, every signed day, the anchor"))
    verify.add_argument("--anchor", type=Path, metavar="FILE",
                        help=_("the anchor file that is kept outside the database"))  # fmt: skip
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=run_verify)
    key = verbs.add_parser("new-key", help=_("make the audit administrator's own signing key"))
    key.set_defaults(run=run_new_key)
    close = verbs.add_parser("close-day", help=_("sign the days that are over, and anchor them"))
    close.add_argument("--day", metavar="YYYY-MM-DD", help=_("this day only; else all in order"))
    close.add_argument("--anchor", type=Path, required=True, metavar="FILE",
                       help=_("the anchor file; each closed day adds a line"))  # fmt: skip
    close.set_defaults(run=run_close)
    days = verbs.add_parser("days", help=_("list the days that wait, and those that are closed"))
    days.set_defaults(run=run_days)
    for parser in (verify, key, close, days):
        parser.add_argument("centre", metavar="CENTRE")
    verify.add_argument("--as", dest="login", metavar="USER",
                        help=_("the audit administrator; on a server only"))  # fmt: skip
    for parser in (key, close, days):
        add_person(parser)


# -- verify ----------------------------------------------------------------------------------------


def run_verify(args: argparse.Namespace) -> int:
    """Exit 0 only if nothing was found wrong. What is not proven is said, and is no fault."""
    from workbench.casework.audit_verify import verify
    from workbench.exchange.anchor_file import AnchorFile
    from workbench.vault.audit_key import signature_fits

    lines = AnchorFile(readable(args.anchor)).lines() if args.anchor is not None else None
    with _look(args) as log, _Progress(log.size) as progress:
        report = verify(log, lines, signature_fits, progress.tick)
    if args.json:
        print_json({
            "sound": report.sound, "entries": report.entries, "cases": report.cases,
            "days": report.days, "anchored": report.anchored,
            "findings": [{"code": one.code, "text": one.text, "wrong": one.wrong}
                         for one in report.findings],
        })  # fmt: skip
        return 0 if report.sound else 1
    for one in report.findings:
        print(one.text)
    text = _("{entries} entries of {cases} cases read; {days} closed days, {anchored} anchored.")
    print(text.format(entries=report.entries, cases=report.cases, days=report.days,
                      anchored=report.anchored))  # fmt: skip
    print(_("Nothing was changed, removed or inserted as far as this proves.") if report.sound
          else _("The log is not as it was recorded. Keep database and anchor as they are."))
    return 0 if report.sound else 1


def _look(args: argparse.Namespace) -> AbstractContextManager[AuditLog]:
    """The owner of a file can read it anyway; at a server the audit administrator signs in."""
    if not on_server(args.centre):
        return opened(args).audit_log()
    if not args.login:
        raise WrongCall(
            "who_missing",
            _("On a server somebody signs in."),
            _("Write it like {example}.").format(example="--as chen.jing"),
        )
    return session(args).audit_log()


class _Progress:
    """One line that is written over, where a person looks at it, once 0.3 seconds have passed.

    Ctrl-C is remembered too: raised inside a library's own callback it would be lost.
    """

    def __init__(self, size: Callable[[], int]) -> None:
        self._size = size
        self._total = 0
        self._next = time.monotonic() + PATIENCE
        self._shown = False
        self._stopped = False

    def __enter__(self) -> _Progress:
        self._total = self._size() if sys.stderr.isatty() else 0
        self._before = signal.signal(signal.SIGINT, self._stop)
        return self

    def _stop(self, *_heard: object) -> None:
        self._stopped = True
        raise KeyboardInterrupt

    def tick(self, done: int) -> None:
        """So many entries have been read."""
        if self._stopped:
            raise KeyboardInterrupt
        if not self._total or time.monotonic() < self._next:
            return
        self._next, self._shown = time.monotonic() + PATIENCE, True
        text = _("{done} of {total} entries").format(done=done, total=self._total)
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_how: object) -> None:
        signal.signal(signal.SIGINT, self._before)
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


# -- keys ------------------------------------------------------------------------------------------


def run_new_key(args: argparse.Namespace) -> int:
    """Make a key in the person's own folder and register its public half."""
    from workbench.vault.audit_key import make_key

    room = session(args)
    room.audit_standing()  # the role is asked for before anything is made
    made = make_key(settings.audit_keys(args.home), _new_passphrase())
    try:
        key = room.add_audit_key(made.public_key)
    except BaseException:
        made.path.unlink(missing_ok=True)
        raise
    print(_("Your key is registered from {time} on; an older one of yours ends.").format(
        time=stamp(key.valid_from)
    ))  # fmt: skip
    print(_("Key file: {file}. Keep a copy elsewhere; no backup of the centre holds it.").format(
        file=made.path
    ))  # fmt: skip
    print(_("Its number, to be written down and kept: {key}").format(
        key=short_print(key.fingerprint)
    ))  # fmt: skip
    return 0


def _new_passphrase() -> str:
    first = _passphrase(_("New passphrase: "))
    if sys.stdin.isatty() and getpass.getpass(_("Once more: ")) != first:
        raise Refusal(
            "passphrases_differ",
            _("The two passphrases are not the same."),
            _("Try again; nothing was made."),
        )
    return first


def _passphrase(question: str) -> str:
    """Asked for, or read from a pipe's first line; never a word of the call, never kept."""
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().rstrip("\r\n")


# -- days ------------------------------------------------------------------------------------------


def run_close(args: argparse.Namespace) -> int:
    """Sign what is over. Ctrl-C ends it after the day in hand."""
    from workbench.casework.audit import close_days, own_key
    from workbench.exchange.anchor_file import AnchorFile
    from workbench.vault.audit_key import open_key, signature_fits

    day: date | None = read_date(args.day) if args.day is not None else None
    room = session(args)
    standing = room.audit_standing()
    anchor = AnchorFile(args.anchor, folder_of(args.centre))
    anchor.refuse_place()
    signer = open_key(
        settings.audit_keys(args.home), own_key(standing).public_key,
        _passphrase(_("Passphrase of your key: ")),
    )  # fmt: skip
    with stopped_by_ctrl_c() as stopped:
        done = close_days(room, signer, anchor, signature_fits, day, stopped)
    if done.caught_up:
        print(_("{count} earlier days were missing in the anchor and are there now.").format(
            count=done.caught_up
        ))  # fmt: skip
    for one in done.days:
        print(_("{day} is closed and anchored.").format(day=one))
    if not done.days:
        print(_("No day was closed."))
    return 0


def run_days(args: argparse.Namespace) -> int:
    """What waits, oldest first, then the closed days, newest first. Exit 1 where one is late."""
    standing = session(args).audit_standing()
    for one in standing.open_days:
        late = _("open for more than two working days") if one.late else _("not closed yet")
        print(f"{one.day}  {late}")
    for day in standing.closed:
        said = record_of(day.record)
        by = f"{said.closed_by}  {stamp(said.closed_at)}" if said else ""
        named = short_print(fingerprint(day.public_key))
        print("  ".join((day.day, _("signed and closed"), by, named)))
    return 1 if any(one.late for one in standing.open_days) else 0
