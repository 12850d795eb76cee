"""What pressing by hand asks of paper, in one object (``casework.paper_stamping.PaperSide``).

Handed to the desk by ``app``, and used by the command line. The libraries are loaded when somebody
presses by hand, not when a custodian signs in.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbench.rules.copy_comparison import CopyComparison, CopyMark
from workbench.rules.seal_custody import Placement


class HandCopies:
    """Copies to be printed, and scans of what was pressed."""

    def print_copy(self, frozen: Path, mark: CopyMark, target: Path) -> None:
        """The frozen document with its control code on every page, for the printer."""
        from workbench.paper.printed_copy import print_copy

        print_copy(frozen, mark, target)

    def compare_copy(
        self, scan: Path, frozen: Path, codes: Iterable[str], seal_at: Placement,
        diameter_mm: float,
    ) -> CopyComparison:  # fmt: skip
        """The scan of one of the copies with these codes beside the frozen document."""
        from workbench.paper.scanned_copy import compare_copy

        return compare_copy(scan, frozen, codes, seal_at, diameter_mm)
