"""Handing claimed cases over at the end of a shift, and taking them over (T32, domain 4.6).

Called by the hand-over screen. Each case is a move of its own: what is refused for one case stays
with the giver, the others go. The list N24 is in :mod:`workbench.casework.hand_over_list`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.casework.moving import new_operation, propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.case_view import WorklistQuery, WorklistRow
from workbench.rules.duty_roster import Roster
from workbench.rules.hand_over import HandoverLine, partner_of
from workbench.rules.moment import Moment
from workbench.rules.refusals import Refusal
from workbench.rules.words import _


@dataclass(frozen=True, slots=True)
class Held:
    """One case that the person holds now; ``draft``: he typed something and has not made it."""

    row: WorklistRow
    draft: bool

    @property
    def case(self) -> Case:
        """The case as the worklist shows it."""
        return self.row.case


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the hand-over screen shows of one department at one moment."""

    department: str
    at: Moment
    roster: Roster
    partner: str
    """Whose shift comes next; empty where there is nobody."""
    colleagues: tuple[str, ...]
    held: tuple[Held, ...]
    lines: tuple[HandoverLine, ...]


@dataclass(frozen=True, slots=True)
class Giving:
    """One case on its way: its note, whether its papers go along, and the number of the step."""

    case: Case
    note: str = ""
    papers: bool = False
    operation_id: str = field(default_factory=new_operation)


@dataclass(frozen=True, slots=True)
class Taking:
    """One line to be taken over, with the number of the step."""

    line: HandoverLine
    operation_id: str = field(default_factory=new_operation)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Short numbers of the cases that went over, and why the others did not."""

    done: tuple[str, ...] = ()
    refused: tuple[tuple[str, Refusal], ...] = ()


def read_sheet(session: Session, department: str) -> Sheet:
    """Claims that are over are written down first, so nothing stands on two lists."""
    lines = session.handovers()
    drafts = {one.case_no for one in session.my_drafts()}
    me, roster = session.who.login, session.roster([department])
    mine = session.worklist(WorklistQuery(group="mine"))
    held = tuple(
        Held(row, row.case.case_no in drafts)
        for row in mine.rows
        if row.case.holder == me and row.case.department == department
    )
    return Sheet(
        department, mine.at, roster, partner_of(roster, department, me, mine.at),
        colleagues_of(roster, department, me, mine.at), held,
        tuple(line for line in lines if line.department == department),
    )  # fmt: skip


def colleagues_of(roster: Roster, department: str, me: str, at: Moment) -> tuple[str, ...]:
    """The other representatives of the department whose letter is in force."""
    letters = (a for a in roster.appointments if a.department == department and a.in_force(at))
    return tuple(sorted({letter.login for letter in letters} - {me}))


def hand_over(
    session: Session, sheet: Sheet, to: str, givings: Sequence[Giving], list_id: str
) -> Outcome:
    """T32: each case to the colleague, with its note; all under one list.

    Raises Refusal ``no_colleague`` where ``to`` is no representative of the department.
    """
    if to not in sheet.colleagues:
        raise Refusal(
            "no_colleague",
            _("The case can go to another representative of your department only."),
            _("Choose your partner; the roster manager files stand-ins."),
        )
    done, refused = [], []
    for one in givings:
        fields = {"to": to, "list": list_id, "papers": "yes" if one.papers else "no"}
        note = [NewEntry("note", {"text": one.note.strip()})] if one.note.strip() else []
        try:
            propose(session, one.case, "hand_over", fields, note, one.operation_id)
        except Refusal as refusal:
            refused.append((one.case.short_no, refusal))
        else:
            done.append(one.case.short_no)
    return Outcome(tuple(done), tuple(refused))


def take_over(session: Session, takings: Sequence[Taking]) -> Outcome:
    """The receiver confirms in his own name, case by case: an event each (``take_over``)."""
    done, refused = [], []
    for one in takings:
        line = one.line
        move = Move(
            "take_over", {"list": line.list_id}, expected_version=line.version,
            operation_id=one.operation_id,
        )  # fmt: skip
        try:
            session.make_move(line.case_id, move)
        except Refusal as refusal:
            refused.append((line.short_no, refusal))
        else:
            done.append(line.short_no)
    return Outcome(tuple(done), tuple(refused))


def new_list() -> str:
    """The number of a list; made once when the screen is about to hand over."""
    return new_operation()
