"""Pages of the worklist in memory: which are there, which are old, which is asked for next.

No Qt in it. A page that is asked for again keeps its old rows until the new ones are there, so
nothing flickers. A neighbour is asked for by the key of the row before it, a page far away by its
place (desk section 5). Called by :mod:`workbench.shell.inbox.model`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from workbench.rules.case_view import SortKey, WorklistRow

Rows = tuple[WorklistRow, ...]
Key = SortKey | None
KEPT: Final = 40
NEAR: Final = 2
"""So many pages are walked over by key; beyond that the database counts them."""
WAITING: Final = 3
"""Of what a dragged scroll bar has passed only the newest pages are still asked for."""


class Pages:
    """``size`` rows a page; row numbers count from nought over the whole list."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._rows: OrderedDict[int, Rows] = OrderedDict()
        self._stale: set[int] = set()
        self._keys: dict[int, Key] = {0: None}
        self._waiting: list[int] = []

    def first(self) -> Rows | None:
        """The rows of the first page."""
        return self._rows.get(0)

    def begin_again(self, rows: Rows, keep: bool) -> None:
        """A newer first page. ``keep``: the others are shown until their newer rows come."""
        if not keep:
            self._rows.clear()
        self._stale = set(self._rows)
        self._keys = {0: None}
        self._waiting.clear()
        self._rows.pop(0, None)
        if rows:
            self.put(0, rows)

    def age(self) -> None:
        """Everything but the first page may have changed meanwhile."""
        self._stale = set(self._rows) - {0}

    def put(self, number: int, rows: Rows) -> None:
        """A page has come; the ones seen longest ago go."""
        self._rows[number] = rows
        self._rows.move_to_end(number)
        self._stale.discard(number)
        if len(rows) == self.size:
            self._keys[number + 1] = rows[-1].key
        while len(self._rows) > KEPT:
            gone, _rows = self._rows.popitem(last=False)
            self._stale.discard(gone)

    def at(self, row: int) -> WorklistRow | None:
        """The line, or None while its page is on its way."""
        page = self._rows.get(row // self.size)
        place = row % self.size
        return page[place] if page is not None and place < len(page) else None

    def wants(self, row: int) -> int | None:
        """The page that has to be asked for before that line is right; None where it is."""
        number = row // self.size
        return number if number not in self._rows or number in self._stale else None

    def loaded(self) -> Iterator[tuple[int, WorklistRow]]:
        """Every line in memory with its number."""
        for number, page in self._rows.items():
            for place, row in enumerate(page):
                yield number * self.size + place, row

    def row_of(self, case_no: str) -> int:
        """Where a case stands among the lines in memory; -1 where it is not."""
        return next((row for row, one in self.loaded() if one.case.case_no == case_no), -1)

    # -- what is asked for next --------------------------------------------------------------

    def wait_for(self, number: int) -> bool:
        """Ask for a page; the oldest wishes fall away. False where it waits already."""
        if number in self._waiting:
            return False
        self._waiting.append(number)
        del self._waiting[:-WAITING]
        return True

    def next_wish(self) -> int | None:
        """The page that was looked at last and has not come: one may have come since, because it is
        wished for again at each painting while it is on its way."""
        while self._waiting:
            number = self._waiting.pop()
            if self.wants(number * self.size) is not None:
                return number
        return None

    def road_to(self, number: int) -> tuple[Key, int] | None:
        """Key and number of the page from which to walk, or None where it is too far."""
        known = max(one for one in self._keys if one <= number)
        return (self._keys[known], known) if number - known <= NEAR else None
