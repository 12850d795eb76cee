"""What pressing by hand asks of paper, in one object (``casework.paper_stamping.PaperSide``).

Handed to the desk by ``app``, and used by the command line.
"""

from __future__ import annotations

from pathlib import Path

from workbench.paper import printed_copy, scanned_copy
from workbench.rules.copy_comparison import CopyComparison, CopyMark
from workbench.rules.seal_custody import Placement


class HandCopies:
    """Copies to be printed, and scans of what was pressed."""

    def print_copy(self, frozen: Path, mark: CopyMark, target: Path) -> None:
        """The frozen document with its control code on every page, for the printer."""
        printed_copy.print_copy(frozen, mark, target)

    def codes_in(self, scan: Path) -> tuple[str, ...]:
        """The control codes that are found on the pages of a scan."""
        return scanned_copy.codes_in(scan)

    def compare_copy(
        self, scan: Path, frozen: Path, expected_code: str, seal_at: Placement, diameter_mm: float
    ) -> CopyComparison:
        """The scan beside the frozen document."""
        return scanned_copy.compare_copy(scan, frozen, expected_code, seal_at, diameter_mm)
