"""The supervision room on a server (``ports.SupervisionRoom``): codes of rows, facts, the log.

Everybody may ask about himself, ``unseen.MAY_ASK`` about anybody; what leaves the database is which
rows match and, where they show nothing, which facts hold. How a case stands leaves it only for who
sees that himself. Called through ``server_session``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.rules.case import State
from workbench.rules.events import Event
from workbench.rules.moment import Moment
from workbench.rules.people import Role
from workbench.rules.unseen import About, matched, unmatched
from workbench.rules.visibility import ROWS, Explained
from workbench.rules.words import pick
from workbench.store.server.server_seat import ServerSeat
from workbench.store.server.sight_functions import fact_key


class ServerSupervision(ServerSeat):
    """Which row shows what to whom, and the log for those who see it."""

    def explain(self, login: str, case_no: str, at: Moment | None) -> Explained | None:
        """The matching rows for a person, a case and a moment, or why none shows anything.

        ``None`` where there is no such case. Refusal ``not_your_role``, ``recused`` or
        ``person_unknown`` where somebody else is asked about; ``case_not_yet`` before it was
        registered.
        """
        answer = self._call("explain", login, case_no, at)
        if answer is None:
            return None
        rows = tuple(ROWS[number] for number in answer["rows"])
        if rows:
            return matched(Explained(rows, frozenset(part for one in rows for part in one.parts)))
        about = answer["about"]
        names = {code: pick(*both) for code, both in about["names"].items()}
        return unmatched(_Told(answer["at"], answer["facts"]), _about(login, about), names)

    def events_of(self, case_no: str) -> tuple[Event, ...]:
        """The whole log for those who see the part ``log``; else empty."""
        return tuple(Event(**one) for one in self._call("case_log", case_no))


@dataclass(frozen=True, slots=True)
class _Told:
    """Facts that the database has answered (:class:`rules.conditions.Asked`)."""

    at: Moment
    facts: Mapping[str, bool]

    def fact(self, name: str, arg: str) -> bool:
        """As it was answered; what was not is asked by no row that is left."""
        return self.facts[fact_key(name, arg)]

    def values(self, source: str) -> Sequence[Any]:
        """No visibility row asks for a list."""
        return ()

    def latest_end(self, kind: Any) -> Moment | None:
        """No visibility row asks how long a procedure may last."""
        return None

    def seal_of(self, template: Any) -> str | None:
        """No visibility row asks which seal a document carries."""
        return None


def _about(login: str, said: Mapping[str, Any]) -> About:
    shift = said["next_shift"]
    return About(
        who=login, department=said["department"], could=frozenset(said["could"]),
        next_shift=(shift[0], shift[1]) if shift else None,
        posts=tuple((Role(role), department) for role, department in said["posts"]),
        state=State(said["state"]) if said["state"] else None,
        holder=said["holder"], reviewer=said["reviewer"], hidden=said["hidden"],
    )  # fmt: skip
