"""The log of a server as its audit administrator is told of it: by functions, a day at a time.

No policy shows him an event. What closing a day and comparing it needs, hashes and numbers, is
answered by functions for his post alone (``sql/88_audit.sql``). Called by ``server_audit``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from workbench.rules.audit_days import Book, Entry, Tally
from workbench.store.audit_look import DayLog
from workbench.store.audit_walk import streamed


class ServerDayLog(DayLog):
    """Inside one transaction of the audit administrator."""

    def __init__(self, sql: Connection) -> None:
        super().__init__(sql)
        self._days: dict[date, Mapping[str, Any]] = {}

    def first_day(self) -> date | None:
        """The local day of the oldest entry."""
        found: date | None = self._asked("audit_first_day()")
        return found

    def entries(self, day: date) -> Iterator[Entry]:
        """The leaves of a day in their order, through a server's cursor."""
        wanted: Select[Any] = select(
            func.wb.audit_entries(day).table_valued("book", "subject", "number", "hash")
        )
        for chunk in streamed(self.sql, wanted):
            for book, subject, number, digest in chunk:
                yield Entry(Book(book), subject, number, digest)

    def tally(self, day: date) -> Tally:
        """Root and totals of a day, counted by the database."""
        said = self._said(day)
        return Tally(said["root"], said["events"], said["steps"], said["lines"], said["cases"])

    def first_unsound(self, day: date) -> tuple[Book, str, int] | None:
        """The first entry of the day that its own bytes or its link do not bear out."""
        found = self._said(day)["unsound"]
        return (Book(found[0]), found[1], found[2]) if found else None

    def has_log(self, case_no: str) -> bool:
        """Whether that case is there with any event."""
        return self._there(Book.EVENT, case_no, None)

    def has(self, one: Entry) -> bool:
        """Whether that entry is there, whatever it says."""
        return self._there(one.book, one.subject, one.number)

    def _said(self, day: date) -> Mapping[str, Any]:
        if day not in self._days:
            self._days[day] = self._asked("audit_day_said(:day)", day=day)
        return self._days[day]

    def _there(self, book: Book, subject: str, number: int | None) -> bool:
        return bool(self._asked("audit_there(:book, :subject, :number)", book=book.value,
                                subject=subject, number=number))  # fmt: skip

    def _asked(self, call: str, **values: Any) -> Any:
        return self.sql.execute(text(f"SELECT wb.{call}"), values).scalar_one()
