"""Before the first press: key and its counter, lists, timestamp server, clock and disk; no PIN.

Nothing is pressed and no key is asked to sign. What the desk knows by itself (custody, the seal's
state, the end of its certificate) it judges by itself. Called by the seal worker.
"""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.paper.certificates import certificates_beside
from workbench.paper.keys import PKCS11, PKCS12
from workbench.paper.press_certificate import revocation_now
from workbench.paper.timestamps import OFF, TimestampServer
from workbench.paper.verify_trust import sha256_of_der
from workbench.rules.moment import DAY, SECOND, Moment, SystemClock
from workbench.rules.refusals import Outage
from workbench.rules.seal_balance import MOST_TOKEN_ERRORS, TokenUse
from workbench.rules.seal_checks import check_text
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_preflight import PreflightLine
from workbench.rules.words import _

#: A press writes the file twice, and the content store keeps it once: of the largest that come in.
ROOM: Final = 600 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PressPlace:
    """Where a worker presses: its keys, its staging folder, the token's module, and whom it asks.

    ``off`` is how far this machine's clock is from the centre's, in microseconds; where the centre
    is not ``served`` it has no clock but this machine's, and a difference is an exercise.
    """

    keys: Path
    staging: Path
    module: str
    trust: tuple[str, ...]
    lists: tuple[bytes, ...]
    tsa: TimestampServer | None
    off: Moment = 0
    served: bool = True


def preflight(
    seal: Seal, place: PressPlace, use: TokenUse, signed: int
) -> tuple[PreflightLine, ...]:
    """One line for each thing, in the order in which a custodian reads them.

    ``use`` is how often the key was asked, ``signed`` the lines of the ledger that it signed.
    """
    return (
        _key(seal, place), _counter(use, signed), *_revocation(seal, place),
        *_timestamp(seal, place), _clock(place), _staging(place.staging),
    )  # fmt: skip


def _key(seal: Seal, place: PressPlace) -> PreflightLine:
    kind, _colon, label = seal.key_place.partition(":")
    if kind == PKCS11:
        return _token(place.module, label)
    if kind != PKCS12:
        remedy = _("A seal of metal is pressed by hand.")
        return PreflightLine("key", False, _("this seal has no key"), remedy)
    file = place.keys / f"{seal.seal_id}.p12"
    if not file.is_file():
        remedy = _("Put the key file back into the centre's folder; it is never copied.")
        return PreflightLine("key", False, _("key file not there"), remedy)
    if not _private(file):
        remedy = _("Have the rights of the file mended: its owner alone reads it.")
        return PreflightLine("key", False, _("others can read the key file"), remedy)
    return PreflightLine("key", True, _("key file there"))


def _counter(use: TokenUse, signed: int) -> PreflightLine:
    """A key is counted before it is asked, so its count is never below the ledger (design 7)."""
    if use.calls < signed:
        text = _("asked {calls} times, but the register has {signed} signatures").format(
            calls=use.calls, signed=signed
        )
        remedy = _("Count the seal and hand it over with the count; do not press before.")
        return PreflightLine("counter", False, text, remedy)
    if use.errors_in_a_row:
        text = _("errors in a row: {n}; at {most} the seal is suspended").format(
            n=use.errors_in_a_row, most=MOST_TOKEN_ERRORS
        )
        return PreflightLine("counter", None, text, _("Look at the token before you press."))
    text = _("asked {calls} times for {signed} signatures").format(calls=use.calls, signed=signed)
    return PreflightLine("counter", True, text)


def _token(module: str, label: str) -> PreflightLine:
    from workbench.paper.token_session import TokenPlace, token_there

    try:
        there = token_there(TokenPlace(module, label))
    except Outage as trouble:
        return PreflightLine("key", False, trouble.message, trouble.remedy)
    if there:
        return PreflightLine("key", True, _("token {label} there").format(label=label))
    text = _("The token {label} is not there.").format(label=label)
    return PreflightLine("key", False, text, _("Put it in and try again."))


def _revocation(seal: Seal, place: PressPlace) -> Iterator[PreflightLine]:
    """Whether the lists at hand say that the seal's certificate is revoked."""
    known = certificates_beside(place.keys, seal.seal_id)
    own = next((der for der in known if sha256_of_der(der) == seal.certificate_sha256), None)
    if own is None:
        return  # it is in the token; who opens that is told whether it fits
    found = revocation_now(own, place.trust, place.lists, SystemClock().now())
    remedy = {
        True: "",
        False: _("Nothing sealed with it would hold: the seal needs a new certificate."),
        None: _("Fetch the newest list of the authority; without it no file gets the level B-LT."),
    }[found.passed]
    yield PreflightLine("revocation", found.passed, check_text(found), remedy)


def _timestamp(seal: Seal, place: PressPlace) -> Iterator[PreflightLine]:
    failed = False if seal.needs_timestamp else None
    if place.tsa is None:
        text = _("no timestamp server is set: the level is B-B")
        remedy = _("Have the administrator set the timestamp server of the centre.")
        yield PreflightLine("timestamp", failed, text, remedy)
        return
    try:
        ahead = place.tsa.probe(SystemClock().now())
    except Outage as trouble:
        yield PreflightLine("timestamp", failed, trouble.message, trouble.remedy)
        return
    if abs(ahead) > OFF:
        text = _("its clock and this machine's differ by {seconds} seconds").format(
            seconds=round(abs(ahead) / SECOND)
        )
        yield PreflightLine("timestamp", False, text, _("Have both clocks checked."))
        return
    yield PreflightLine("timestamp", True, _("the timestamp server answers"))


def _clock(place: PressPlace) -> PreflightLine:
    if abs(place.off) <= OFF:
        return PreflightLine("clock", True, _("this machine's clock is right"))
    if not place.served or abs(place.off) >= DAY:
        return PreflightLine("clock", None, _("the centre keeps exercise time"))
    text = _("this machine's clock differs from the server's by {seconds} seconds").format(
        seconds=round(abs(place.off) / SECOND)
    )
    return PreflightLine("clock", False, text, _("Have the machine's clock set."))


def _staging(folder: Path) -> PreflightLine:
    if not _private(folder):
        text = _("others can look into the folder {name}").format(name=folder.name)
        return PreflightLine("staging", False, text, _("Have the rights of the folder mended."))
    if shutil.disk_usage(folder).free < ROOM:
        text = _("little room on the disk")
        return PreflightLine("staging", None, text, _("Make room on the disk before a batch."))
    return PreflightLine("staging", True, _("room on the disk"))


def _private(place: Path) -> bool:
    """Whether nobody but its owner has a right to it, as far as the system's bits say so."""
    return sys.platform == "win32" or not stat.S_IMODE(place.stat().st_mode) & 0o077
