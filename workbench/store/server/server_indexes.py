"""Indexes and one column of case rows that only a server has: what its lists and look-ups need.

A file is read by one process that sorts a few thousand rows faster than it keeps another index;
under policies an index must be made of plain columns and have every column that a policy asks.
Called by ``grants``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workbench.rules.case import POOL
from workbench.store.server.policy_facts import listed
from workbench.store.worklist_orders import HOLDER_TEXT, RECEIVED_TEXT

ORDERS: Final = {
    "ix_case_file_by_due": ("sort_due", "state, settle_at, settle_to"),
    "ix_case_file_by_number": ("case_no", "state"),
    "ix_case_file_by_item": ("item_code", "state"),
    "ix_case_file_received": (f"({RECEIVED_TEXT})", "state, received_at"),
    "ix_case_file_held": (f"({HOLDER_TEXT})", "state, holder"),
}  # fmt: skip
"""Orders of lists (``inbox_asked``), each with what the policies of who sees everything ask, and
with the column that an expression is made of: what is far down is found in the index alone."""
FOR_FILES: Final = ("ix_case_file_sort_due_case_id", "ix_case_file_item_code_case_id")
"""Indexes of a file's case rows in whose place these stand."""


def _orders() -> Iterator[str]:
    for name, (by, beside) in ORDERS.items():
        yield (
            f"CREATE INDEX IF NOT EXISTS {name} ON wb.case_file ({by}, case_id) INCLUDE ({beside})"
        )
    yield from (f"DROP INDEX IF EXISTS wb.{name}" for name in FOR_FILES)


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
        *_orders(),
        # Any part of a name, by the pairs of characters in it (wb.named), without samples of it.
        "DROP INDEX IF EXISTS wb.ix_applicant_name",
        "CREATE INDEX IF NOT EXISTS ix_applicant_grams ON wb.applicant "
        "USING gin ((wb.name_grams(name)))",
        "ALTER INDEX wb.ix_applicant_grams ALTER COLUMN 1 SET STATISTICS 0",
        # Of a case only the clocks that still run are listed.
        "CREATE INDEX IF NOT EXISTS ix_clock_run_running ON wb.clock_run (case_id) "
        "WHERE stopped_at IS NULL",
    )
