"""Functions of the world outside that ``app`` hands to single screens, each one optional.

A door that is not there is said plainly on the screen that would use it; nothing else is lost.
None of them is called on the UI thread: each entry names its lane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from workbench.casework.audit import Closed
from workbench.casework.issuing import ResultPush
from workbench.casework.paper_stamping import PaperSide
from workbench.casework.result import CleanCheck, Composer
from workbench.rules.materials import Inspection
from workbench.rules.seal_custody import Verification
from workbench.shell.habits import Habits
from workbench.shell.seal_desk.papers import SealPapers
from workbench.shell.seal_desk.press import SealPress


@dataclass(frozen=True, slots=True)
class Doors:
    """See the module."""

    inspect: Callable[[Path], Inspection] | None = None
    """Intake: look at one untrusted file in a process of its own (*errands*)."""
    press: SealPress | None = None
    """Seal desk: the seal worker (*errands*); only at a custodian's desk."""
    copies: PaperSide | None = None
    """Seal desk: copies to be printed, pressed by hand and scanned back (*errands*)."""
    papers: SealPapers | None = None
    """Seal desk and register of seals: impressions, faces, certificates (*errands*)."""
    verify: Callable[[Path], Verification] | None = None
    """Issuing and seal desk: verify a sealed file against ledger and certificates (*errands*)."""
    results: ResultPush | None = None
    """Issuing: the supervising department's end (*store*, it is part of the change)."""
    compose: Composer | None = None
    """Case: compose a result document into a file, in a process of its own (*errands*)."""
    clean: CleanCheck | None = None
    """Case: what is foreign in a composed file; nothing where it may be frozen (*store*)."""
    hand_over: Callable[[], int] | None = None
    """Main window: hand what waits to the outside systems that are on (*errands*)."""
    close_days: Callable[[str, Path], Closed] | None = None
    """Audit days: sign what is over, with passphrase and anchor file (*store*, as a change)."""
    last_anchor: str = ""
    """Audit days: the anchor file of last time."""
    habits: Habits = field(default_factory=Habits)
    """Columns, widths, order as the person left them at this desk (UI thread; a small file)."""
    sign_again: Callable[[str], None] | None = None
    """Seal desk: check the signed-in person's password once more; raises Refusal (*store*)."""
