"""What every room of a server's session stands on: the person, the line, the published books.

``_call`` asks a verb; names of persons are looked up once and kept, because refusals and lists
speak of people by name. Called through ``server_session``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.rules.events import canonical
from workbench.store import people_rows
from workbench.store.moves import Books
from workbench.store.seat import Seat
from workbench.store.server.answers import refusal_of
from workbench.store.server.line import Line


class ServerSeat(Seat):
    """One signed-in person at one line."""

    def __init__(self, line: Line, books: Books, login: str) -> None:
        super().__init__(line, books, login)
        self._line = line
        self._names: dict[str, str] = {}

    def _call(self, verb: str, *values: Any) -> Any:
        """What the verb answers; its refusal names persons. Lists and mappings go as text."""
        answer = self._line.call(verb, *(_plain(one) for one in values))
        if isinstance(answer, dict) and "refused" in answer:
            raise refusal_of(answer["refused"], self._name)
        return answer

    def _name(self, login: str) -> str:
        """What the screen calls a person."""
        if login not in self._names:
            with self._work.read() as unit:
                self._names[login] = people_rows.shown_name(unit.sql, login)
        return self._names[login]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return canonical(dict(value))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return canonical(list(value))
    return value
