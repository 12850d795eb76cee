"""The case room on a server (``ports.CaseRoom``): verbs, one round trip each.

A step without a number of its own gets one here, so that it can be asked for again when the line
breaks and is still taken once. Called through ``server_session``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from workbench.rules.case import Case, Move
from workbench.rules.case_view import CaseView, Worklist, WorklistQuery
from workbench.rules.moment import Moment
from workbench.store.server.answers import case_of, view_of
from workbench.store.server.server_lists import ServerLists
from workbench.store.server.server_seat import ServerSeat


class ServerCases(ServerSeat):
    """Cases as one signed-in person sees and moves them."""

    _lists: ServerLists | None = None

    def moment(self) -> Moment:
        """The centre's moment."""
        return self._line.moment()

    def register(self, move: Move, masked_name: str, package_id: str) -> Case:
        """T01, see the port."""
        answer = self._call(
            "register", dict(move.fields), entries_of(move), masked_name, package_id, _number(move)
        )
        return case_of(answer["case"])

    def make_move(self, case_id: int, move: Move) -> Case:
        """One move in one transaction and one round trip."""
        answer = self._call(
            "make_move", case_id, move.name, dict(move.fields), entries_of(move),
            move.expected_version, _number(move),
        )  # fmt: skip
        return case_of(answer["case"])

    def case_view(self, case_no: str) -> CaseView | None:
        """The granted parts of one case; who opens a case writes down what time has brought."""
        answer = self._call("case_view", case_no)
        if answer is None:
            return None
        code, version = answer["case"]["item_code"], answer["case"]["item_version"]
        with self._work.read() as unit:
            item = self._books.shelf.item(unit.sql, code, version)
        assert item is not None
        return view_of(answer, item, self._name)

    def worklist(self, query: WorklistQuery) -> Worklist:
        """One page of what the policies let through, in two round trips (``server_lists``)."""
        if self._lists is None:
            self._lists = ServerLists(self._line, self._books.shelf, self.login)
        return self._lists.worklist(query)

    def note_open(self, case_no: str) -> None:
        """Tell the others which case stands on this desk's screen; empty for none."""
        self._call("note_open", case_no)

    def change_mark(self) -> int:
        """A number that grows with every change that the server told of."""
        return self._line.change_mark()


def entries_of(move: Move) -> list[Mapping[str, Any]]:
    """What a move brings, as the verbs take it."""
    return [{"kind": one.kind, "body": dict(one.body)} for one in move.entries]


def _number(move: Move) -> str:
    return move.operation_id or uuid.uuid4().hex
