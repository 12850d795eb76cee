"""Archive copies of sealed files: made once, given a new timestamp before the last one ends.

A folder of the archive holds ``SERIAL.pdf`` for every released seal whose file the archivist may
read; what such a copy needs it says itself, so no register of copies has to agree with it. The
issued files are only read (seal design 1.1). Called by the command line.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from workbench.casework.ports import Session
from workbench.casework.seal_register import whole_ledger
from workbench.rules.archive_stamps import ArchiveStamps, is_due
from workbench.rules.moment import Moment
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.seal_custody import LedgerLine, LedgerState

MISSING: Final = ArchiveStamps((), None, ("missing",))
"""There is no copy yet."""


class Stamper(Protocol):
    """The paper side: one more timestamp, and what a copy has."""

    def stamp(self, before: Path, target: Path) -> None:
        """``before`` and one more timestamp, into ``target``. Outage where the server fails."""
        ...

    def read(self, copy: Path, issued: Path, now: Moment) -> ArchiveStamps:
        """How the copy stands."""
        ...


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """One released seal: its issued file, its copy, and how that stands."""

    line: LedgerLine
    issued: Path
    copy: Path
    stamps: ArchiveStamps

    def needs(self, now: Moment) -> str:
        """``make``, ``renew``, ``repair`` (by hand: it is not what was issued), or nothing."""
        if self.stamps is MISSING:
            return "make"
        if self.stamps.faults and self.stamps.faults != ("stamp_over",):
            return "repair"
        return "renew" if is_due(self.stamps, now) else ""


def copies(session: Session, stamper: Stamper, folder: Path) -> Iterator[ArchiveCopy]:
    """Every released file that the person may read, with its copy; others are passed by."""
    now = session.moment()
    for line in whole_ledger(session):
        if line.state is not LedgerState.RELEASED or not line.sha256_after:
            continue
        try:
            issued = session.content_path(line.sha256_after)
        except Refusal:
            continue
        copy = folder / f"{line.serial}.pdf"
        stamps = stamper.read(copy, issued, now) if copy.is_file() else MISSING
        yield ArchiveCopy(line, issued, copy, stamps)


def bring_up(
    session: Session, stamper: Stamper, folder: Path,
    tell: Callable[[ArchiveCopy, str, Trouble | None], None], stopped: Callable[[], bool],
) -> int:  # fmt: skip
    """Make and renew what needs it; how many were not. One that fails does not stop the others.

    ``tell`` is called for each copy that needed something: the copy, what it needed, and the
    trouble where it was not done. ``stopped`` is asked between two copies.
    """
    left, now = 0, session.moment()
    for one in copies(session, stamper, folder):
        need = one.needs(now)
        if not need:
            continue
        trouble: Trouble | None = None
        if need != "repair" and not stopped():
            trouble = _stamped(stamper, one)
        done = need != "repair" and not stopped() and trouble is None
        left += not done
        tell(one, need, trouble)
        if stopped():
            break
    return left


def _stamped(stamper: Stamper, one: ArchiveCopy) -> Trouble | None:
    """The next version stands there whole or not at all."""
    before = one.issued if one.stamps is MISSING else one.copy
    one.copy.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".stamping-", dir=one.copy.parent)
    os.close(handle)
    made = Path(name)
    try:
        stamper.stamp(before, made)
        with made.open("rb") as stream:
            os.fsync(stream.fileno())
        made.replace(one.copy)
    except Trouble as trouble:
        return trouble
    finally:
        made.unlink(missing_ok=True)
    return None
