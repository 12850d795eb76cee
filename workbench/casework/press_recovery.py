"""What a dead seal worker has left: finished where it was signed, void where it was not.

Seal design section 7. The owner of a press is its lease; whoever wins it recovers, on any machine.
Called by the seal worker when it starts and before each press.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workbench.casework.ports import Session
from workbench.casework.sealing import Presser, clear_staging, released, staged
from workbench.rules.refusals import Fault, Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import HalfPress, LedgerState, Placement, Prepared
from workbench.rules.words import _

_ENDED: Final = (LedgerState.RELEASED, LedgerState.VOID)


def recover(session: Session, presser: Presser, staging: Path, owner: str) -> tuple[str, ...]:
    """Finish or void every press whose worker is gone; says per serial what was done.

    RESERVED and PREPARED become void, SIGNED is finished from the ledger and the content store and
    gives the very same file. A line that cannot be finished now (nobody on shift, the case frozen,
    its bytes gone) stays as it is and is named with the reason: it must not keep the custodian from
    pressing other documents.
    """
    done = []
    for half in session.unfinished():
        if not session.take_lease(half.serial, owner):
            continue
        clear_staging(staging, half.serial)
        if half.state is not LedgerState.SIGNED:
            session.void_line(half.serial, owner, "worker_gone")
            done.append(f"{half.serial}:void")
            continue
        try:
            _finish(session, presser, half, staging, owner)
            done.append(f"{half.serial}:released")
        except (Refusal, Fault) as stuck:
            clear_staging(staging, half.serial, owner)
            done.append(f"{half.serial}:{stuck.code}")
    _sweep(session, staging)
    return tuple(done)


def _finish(session: Session, presser: Presser, half: HalfPress, staging: Path, owner: str) -> None:
    part, sealed = staged(staging, half.serial, owner)
    prepared = Prepared(
        path=str(part),
        tail_path=str(session.content_path(half.prepared_sha256)),
        digest=half.digest,
        hole_start=half.hole_start,
        hole_end=half.hole_end,
        frozen_sha256=half.frozen_sha256,
        placement=half.placement or Placement(1, 0.0, 0.0),
    )
    presser.rebuild(session.content_path(half.frozen_sha256), prepared)
    after = presser.fill(prepared, half.cms, sealed)
    if after != half.sha256_after:
        raise Fault(
            "recovered_file_differs",
            _("Press {serial} cannot be finished: the file differs from the ledger.").format(
                serial=half.serial
            ),
        )
    session.put_content(sealed)
    released(session, half, owner)
    clear_staging(staging, half.serial, owner)


def _sweep(session: Session, staging: Path) -> None:
    """Files of presses that had ended when their worker was killed, between its last two steps."""
    left = {one.name.partition("-")[0] for one in staging.iterdir()}
    for serial in sorted(int(one) for one in left if one.isdigit()):
        page = session.ledger_page(LedgerAsk(before=serial + 1, count=1))
        if any(line.serial == serial and line.state in _ENDED for line in page.lines):
            clear_staging(staging, serial)
