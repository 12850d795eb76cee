"""Indexes and one column of case rows that only a server has: what its lists and look-ups need.

A file is read by one process that sorts a few thousand rows faster than it keeps another index;
under policies an index must be made of plain columns and have every column that a policy asks.
Called by ``grants``.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.case import POOL
from workbench.store.server.policy_facts import listed

_TEXT: Final = 'COLLATE "C"'


def statements() -> tuple[str, ...]:
    """May be carried out again and again."""
    return (
        # The end of a short number is found as the beginning of its mirror image; a function over
        # the column would not be leakproof, and no policy lets an index be searched by such.
        "ALTER TABLE wb.case_file ADD COLUMN IF NOT EXISTS short_end text "
        "GENERATED ALWAYS AS (reverse(short_no)) STORED",
        "CREATE INDEX IF NOT EXISTS ix_case_file_short_end ON wb.case_file (short_end)",
        # Whoever sees everything counts along it: recusal and "mine" are asked of the index alone.
        "CREATE INDEX IF NOT EXISTS ix_case_file_counted ON wb.case_file (state, case_id) "
        "INCLUDE (holder, reviewer, settle_at, settle_to)",
        # What waits in a department, assigned or not, however much it has done (V01, V12b).
        "CREATE INDEX IF NOT EXISTS ix_case_file_pool ON wb.case_file (department, reviewer) "
        f"WHERE state IN ({listed(one.value for one in POOL)})",
        # Names are searched from their beginning by wb.find_applicant, in the order of code points.
        f"CREATE INDEX IF NOT EXISTS ix_applicant_name ON wb.applicant (name {_TEXT}, case_id)",
        # Of a case only the clocks that still run are listed.
        "CREATE INDEX IF NOT EXISTS ix_clock_run_running ON wb.clock_run (case_id) "
        "WHERE stopped_at IS NULL",
    )
