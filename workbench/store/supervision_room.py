"""The supervision room of a session: explaining what somebody sees, and the log of a case.

``ports.SupervisionRoom``. Time travel: people, letters, shifts and leaves are asked for the wished
moment from their own intervals; the case's state, holder, reviewer and decision are taken from the
log as it stood then. Sub-tasks, clocks and entries are counted as far as they had begun by then.
"""

from __future__ import annotations

from workbench.rules.case import Part
from workbench.rules.events import Event
from workbench.rules.facts import Answers
from workbench.rules.moment import SECOND, Moment, stamp
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.unseen import explained
from workbench.rules.visibility import Explained, visible_parts
from workbench.rules.words import pick
from workbench.store import case_rows, dossiers, people_rows
from workbench.store.seat import Seat
from workbench.store.time_travel import as_of


class SupervisionRoomOf(Seat):
    """Which row shows what to whom, and the log for those who see it."""

    def explain(self, login: str, case_no: str, at: Moment | None) -> Explained | None:
        """The matching rows for a person, a case and a moment, or why none shows anything.

        ``None`` where there is no such case; Refusal ``case_not_yet`` before it was registered.
        """
        with self._work.read() as unit:
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is None:
                return None
            if all(one.login != login for one in people_rows.users(unit.sql, unit.now)):
                raise refusal("person_unknown", login=login)
            moment = unit.now if at is None else at
            dossier = dossiers.load(unit.sql, self._books.shelf, case, (login,), moment)
            events = case_rows.events_of(unit.sql, case.case_id)
            offices = people_rows.departments(unit.sql)
        past = as_of(dossier, events, moment) if at is not None else dossier
        if past is None:
            raise _not_yet(case_no, moment, events[0].recorded_at)
        names = {one.code: pick(one.name_zh, one.name_en) for one in offices}
        return explained(Answers(past, login, moment), names)

    def events_of(self, case_no: str) -> tuple[Event, ...]:
        """The whole log for those who see the part ``log``; else empty."""
        with self._work.read() as unit:
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is None:
                return ()
            dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
            if Part.LOG not in visible_parts(Answers(dossier, self.login, unit.now)):
                return ()
            return case_rows.events_of(unit.sql, case.case_id)


def _not_yet(case_no: str, at: Moment, registered: Moment) -> Refusal:
    return refusal(
        "case_not_yet", no=case_no, at=stamp(at), time=stamp(registered + SECOND - 1)
    )
