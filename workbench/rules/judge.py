"""The interpreter of the case flow: may this person make this move now, and if not, why.

Pure: called by the store inside the writing transaction, and by the desk to show beside a control
what forbids it. The order of the questions is the order in which a user can do something about it.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.rules.case import Case, Move, brought
from workbench.rules.case_flow import MOVES, TRANSITIONS, row_for
from workbench.rules.conditions import (
    Ahead,
    Between,
    Brought,
    Differ,
    EachGiven,
    Given,
    NoLater,
    OneOf,
    TemplateSeal,
    Within,
    holds,
    value_at,
)
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers
from workbench.rules.flow_words import (
    ACTORS,
    CLAIM_OPEN,
    ENTRY_PARTS,
    SYSTEM,
    Guard,
    Transition,
)
from workbench.rules.moment import Moment, stamp
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.separation import separation_guards
from workbench.rules.suspension import LONGEST, too_long
from workbench.rules.visibility import visible_parts


def judge(dossier: Dossier, who: str, move: Move, at: Moment) -> Transition:
    """The transition to carry out. Raises :class:`Refusal` with a stable code otherwise."""
    row = _row_of(dossier, move)
    answers = Answers(dossier, who, at)
    things = brought(move)
    _check_shape(row, move)
    if dossier.case is not None and who != SYSTEM:
        refuse_unseen(answers)
    _check_actor(row, answers)
    _check_separation(row, answers)
    if row.holds_case and not holds(CLAIM_OPEN.condition, answers, things):
        raise _refused_by(CLAIM_OPEN, dossier)
    for guard in row.guards:
        if not holds(guard.condition, answers, things):
            raise _refused_by(guard, dossier, _limits(guard, answers, things))
    return row


def refuse_unseen(answers: Answers) -> None:
    """Refusal ``recused`` or ``not_visible`` where the person sees nothing of the case."""
    if not visible_parts(answers):
        raise refusal("recused" if answers.fact("recused", "") else "not_visible")


def _refused_by(
    guard: Guard, dossier: Dossier, limits: Mapping[str, object] | None = None
) -> Refusal:
    """The refusal of a guard; the one of the claim says who works on the case."""
    holder = dossier.case.holder if dossier.case else None
    return refusal(guard.code, holder=holder or "", **(limits or {}))


def _limits(guard: Guard, answers: Answers, things: Brought) -> dict[str, object]:
    """What a refusal for too late an end names: the kind, its length, the last day (T14)."""
    if not isinstance(guard.condition, NoLater):
        return {}
    kind, days = value_at(things, guard.condition.kind), answers.dossier.calendar
    if kind not in LONGEST or days is None:
        return {"kind": kind, "days": "-", "day": "-"}
    return too_long(kind, answers.at, days)


def check_version(case: Case, move: Move, last_actor: str, last_kind: str, last_at: Moment) -> None:
    """E07: who comes second is told who did what and when; nothing of his work is lost."""
    if move.expected_version is not None and move.expected_version != case.version:
        raise refusal(
            "changed_meanwhile", actor=last_actor, move=last_kind, at=stamp(last_at)
        )


def why_not(dossier: Dossier, who: str, move: str, at: Moment) -> Refusal | None:
    """What forbids the move whatever it would bring: state, person, power, separation, claim.

    Guards that look at what the move brings are not asked, so a form can be shown first.
    """
    answers = Answers(dossier, who, at)
    try:
        row = _row_of(dossier, Move(move))
        _check_actor(row, answers)
        _check_separation(row, answers)
        if row.holds_case and not holds(CLAIM_OPEN.condition, answers, {}):
            raise _refused_by(CLAIM_OPEN, dossier)
        _check_known_guards(row, answers)
    except Refusal as found:
        return found
    return None


def possible_moves(dossier: Dossier, who: str, at: Moment) -> tuple[str, ...]:
    """The moves that nothing but their own content stands against, in the flow's order."""
    if dossier.state is None:
        return ()
    names = dict.fromkeys(row.move for row in TRANSITIONS if dossier.state in row.from_states)
    return tuple(name for name in names if why_not(dossier, who, name, at) is None)


def _row_of(dossier: Dossier, move: Move) -> Transition:
    if move.name not in MOVES:
        raise refusal("unknown_move", move=move.name)
    row = row_for(move.name, dossier.state)
    if row is None:
        raise refusal("wrong_state", move=move.name, state=dossier.state or "")
    return row


def _check_shape(row: Transition, move: Move) -> None:
    for name in move.fields:
        if name not in row.fields:
            raise refusal("unknown_field", field=name, move=row.move)
    for entry in move.entries:
        if entry.kind not in row.entries or entry.kind not in ENTRY_PARTS:
            raise refusal("unknown_entry", field=entry.kind, move=row.move)


def _check_actor(row: Transition, answers: Answers) -> None:
    matching = [a for a in row.actors if holds(ACTORS[a], answers, {})]
    if not matching:
        raise refusal(_actor_code(row, answers))
    if row.power is None or not set(matching) <= {"D", "A"}:
        return
    if not answers.fact("power", row.power.value):
        raise refusal("no_power", power=row.power.value)


def _actor_code(row: Transition, answers: Answers) -> str:
    """The most helpful reason why the person is none of the row's actors."""
    if {"D", "A"} & set(row.actors) and answers.fact("appointed", ""):
        return "not_on_duty" if not answers.fact("on_duty", "") else "item_not_authorised"
    if "W_CHECK" in row.actors and answers.fact("role", "window_acceptor"):
        return "check_not_delegated"
    if "C" in row.actors and answers.fact("role", "seal_custodian"):
        return "not_on_custody_shift"
    return "not_your_role"


def _check_separation(row: Transition, answers: Answers) -> None:
    if row.duty is None or answers.who == SYSTEM:
        return
    for other, condition in separation_guards(row.duty):
        if not holds(condition, answers, {}):
            raise refusal("separation", duty=row.duty.value, other=other.value)


def _check_known_guards(row: Transition, answers: Answers) -> None:
    for guard in row.guards:
        if not speaks_of_content(guard.condition) and not holds(guard.condition, answers, {}):
            raise _refused_by(guard, answers.dossier)


_OF_CONTENT = (
    Given, OneOf, Between, Differ, EachGiven, Ahead, NoLater, Within, TemplateSeal,
)  # fmt: skip


def speaks_of_content(condition: object) -> bool:
    """Whether the condition looks at anything that the move itself brings."""
    if isinstance(condition, _OF_CONTENT):
        return True
    inner = getattr(condition, "of", ())
    members = inner if isinstance(inner, tuple) else (inner,)
    return any(speaks_of_content(one) for one in members if one is not condition)

