"""What the tour is given by ``commands.tour``: everything that a desk cannot do for itself.

The shell knows neither the store nor the founding of a centre, so clock, exchange folder and
passwords come as functions and texts. What the tour hands back is :class:`Seen`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workbench.rules.moment import Moment
from workbench.shell.desk_parts import Parts

MAIN: Final = "QY-2026-0001"
CORRECTED: Final = "QY-2026-0003"
FOOD: Final = "QY-2026-0005"
HOUSE: Final = "QY-2026-0006"
LATE: Final = "QY-2026-0004"
"""The packages that the scenes follow: three of I01, one of I04, one of I05. The last one arrives
shortly before the change of shift."""


@dataclass(frozen=True, slots=True)
class Backstage:
    """See the module. Files that a clerk chooses in a file dialog are named here."""

    screenshots: Path
    packages: Path
    """The morning's folder of packages."""
    late_packages: Path
    """One package that arrives shortly before the change of shift."""
    answer_file: Path
    """The file with which the applicant answers the correction notice."""
    passwords: Mapping[str, str]
    """Login to password; the PIN of the test seal under ``PIN``."""
    parts: Callable[[], Parts]
    """Made anew for each desk."""
    now: Callable[[], Moment]
    """The centre's moment."""
    move_clock_to: Callable[[Moment], None]
    """Set the exercise clock forward; desks opened afterwards stand there."""
    acknowledge: Callable[[str], None]
    """The supervising department puts its acknowledgement of a case into the exchange folder."""


@dataclass(slots=True)
class Seen:
    """What came of the tour so far: plain values, so that one act hands it to the next as JSON."""

    cases: dict[str, str] = field(default_factory=dict)
    """From package to case number."""
    screenshots: list[str] = field(default_factory=list)
    longest_ui_stall_ms: float = 0.0
    """By the clock: what a person would have waited, other programs' load included. Screenshots,
    Qt's own file dialog and the tour's own work on the centre are left out."""
    longest_ui_work_ms: float = 0.0
    """Processor time of the UI thread alone in one such stall: what the desk has to answer for."""
    median_gap_ms: float = 0.0
    long_gap_share: float = 0.0
    shift_seconds: float = 0.0
    """How long after 13:30:00 the pool had changed hands on both screens."""
    stalls: list[dict[str, object]] = field(default_factory=list)
