"""The hand-over room of a session: the lines of list N24 (``ports.HandoverRoom``, domain 4.6).

A line is a sub-task ``handover`` of a case, opened by the move that gave the case away and closed
by the one that took it. Called through ``session``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select

from workbench.rules.case import (
    OPEN_TASK_STATES,
    POOL,
    Case,
    Part,
    PartEntry,
    State,
    Task,
    TaskKind,
)
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers
from workbench.rules.hand_over import HandoverLine, lapsed
from workbench.rules.moment import DAY, Moment
from workbench.rules.visibility import visible_parts
from workbench.store import case_rows, dossiers, moves, people_rows
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import appointment, case_file, event, task

SHOWN_FOR: Final = 3 * DAY
"""A list that is taken over stays readable for so long, for printing; an open one stays."""

TAKING: Final = frozenset({"take_over", "claim"})


class HandoverRoomOf(Seat):
    """What was handed over to the signed-in person, by him, or by time alone."""

    def handovers(self) -> tuple[HandoverLine, ...]:
        """See the port."""
        self._write_down_lapsed()
        with self._work.read() as unit:
            self._still_here(unit)
            found = [self._line(unit, one) for one in self._tasks(unit)]
        return tuple(line for line in found if line is not None)

    # -- claims that are over ------------------------------------------------------------------

    def _write_down_lapsed(self) -> None:
        """Automatic hand-over at the end of grace: whoever looks first writes it, once (4.6)."""
        with self._work.read() as unit:
            over = [one.case_id for one in self._held(unit) if self._is_over(unit, one)]
        for case_id in over:
            with self._work.write() as unit:
                case = case_rows.case_now(unit, case_id)
                same = event.c.case_id == case_id
                if case is not None and not moves.clock_is_back(unit, same):
                    moves.settle(unit, self._books, case)

    def _held(self, unit: Unit) -> list[Case]:
        letters = people_rows.appointments(unit.sql, appointment.c.login == self.login)
        mine = sorted({one.department for one in letters if one.in_force(unit.now)})
        c = case_file.c
        wanted = select(*case_rows.CASE_COLUMNS).where(
            c.holder.is_not(None), c.department.in_(mine), c.state.in_([s.value for s in POOL])
        )
        return [case_rows.case_of(row) for row in unit.sql.execute(wanted)]

    def _is_over(self, unit: Unit, case: Case) -> bool:
        dossier = dossiers.current(unit, self._books.shelf, case, ())
        return lapsed(dossier, unit.now) is not None

    # -- lines ---------------------------------------------------------------------------------

    def _tasks(self, unit: Unit) -> list[Task]:
        t = task.c
        recent = or_(t.state.in_(OPEN_TASK_STATES), t.opened_at > unit.now - SHOWN_FOR)
        concerned = or_(t.login == self.login, t.second_login == self.login, t.login.is_(None))
        wanted = select(task).where(t.kind == TaskKind.HANDOVER.value, recent, concerned)
        return [case_rows.task_of(row) for row in unit.sql.execute(wanted.order_by(t.task_id))]

    def _line(self, unit: Unit, one: Task) -> HandoverLine | None:
        case = case_rows.case_now(unit, one.case_id)
        if case is None:
            return None
        dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
        parts = visible_parts(Answers(dossier, self.login, unit.now))
        if Part.META not in parts or not self._concerned(dossier, one):
            return None
        taken_by, taken_at = _taken(dossier, one)
        given, why = one.second_login or "", str(one.data.get("why") or "")
        due = one.data.get("due_at")
        waits = one.state in OPEN_TASK_STATES and case.state in POOL
        return HandoverLine(
            list_id=str(one.data.get("list") or f"{why}-{given}-{one.opened_at}"),
            case_id=case.case_id, case_no=case.case_no, short_no=case.short_no,
            version=case.version, item_zh=dossier.item.name_zh, item_en=dossier.item.name_en,
            department=case.department, from_login=given, to_login=one.login or "",
            at=one.opened_at, state=State(str(one.data.get("state") or case.state)),
            clock=str(one.data.get("due_clock") or ""), due_at=int(due) if due else None,
            papers=one.data.get("papers") == "yes",
            note=_note(unit, one, self.login, Part.OPINIONS in parts), why=why,
            taken_by=taken_by, taken_at=taken_at, open=waits,
        )  # fmt: skip

    def _concerned(self, dossier: Dossier, one: Task) -> bool:
        """An automatic list is for the department's representatives, not for every onlooker."""
        if self.login in (one.login, one.second_login):
            return True
        return any(letter.login == self.login for letter in dossier.roster.appointments)


def _taken(dossier: Dossier, one: Task) -> tuple[str, Moment | None]:
    """Who took the case over, and when: read off the log."""
    if one.state != "taken":
        return "", None
    for step in dossier.steps:
        if step.kind in TAKING and step.effective_at == one.closed_at:
            return step.actor, one.closed_at
    return "", one.closed_at


def _note(unit: Unit, one: Task, who: str, granted: bool) -> str:
    """The note that came with the hand-over: for who sees opinions, and for who wrote it."""
    entries = case_rows.entries_of(unit.sql, one.case_id, Part.OPINIONS)
    here = [e.body for e in entries if e.kind == "note" and _with(e, one)]
    may_read = granted or who == one.second_login
    return str(here[-1].get("text", "")) if here and may_read else ""


def _with(entry: PartEntry, one: Task) -> bool:
    return entry.at == one.opened_at and entry.author == one.second_login
