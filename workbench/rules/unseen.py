"""Why somebody sees nothing of a case: the nearest visibility rows, and what each of them lacks.

Derived from :data:`workbench.rules.visibility.ROWS` as data: a row fits a person whose post or
letter it speaks of, and every condition of it that does not hold has one plain half sentence.
Called by the store for ``workbench explain``; codes and sign-in names only, no content of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workbench.rules import duty_roster
from workbench.rules.case import TaskKind
from workbench.rules.conditions import All, Condition, Either, Fact, Not, facts_in, holds
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers, FactFunction, appointed, memberships
from workbench.rules.moment import Moment, stamp, to_local
from workbench.rules.people import Membership, role_label
from workbench.rules.refusal_words import label
from workbench.rules.visibility import ROWS, Explained, Reason, Sight, explain
from workbench.rules.words import N_, _, clauses, listed

SHOWN: Final = 3
"""The nearest rows only: a list of everything that somebody is not would tell nobody anything."""

LACKS: Final[dict[str, str]] = {
    "state_in": N_("the case is {state}"),
    "on_duty": N_("{who} is not on duty in {department} at {at}, next shift: {next}"),
    "item_authorised": N_("the item is not in the authorisation letter of {who}"),
    "handled": N_("{who} has taken no step of the case"),
    "decided_within_90_days": N_("{who} has not decided the case, or over 90 days ago"),
    "own_claim_in_grace": N_(
        "the case is held by {holder}, not by {who} in the 15 minutes after a shift"
    ),
    "opinion_task_mine": N_("{who} is not on duty in the asked department, or it has answered"),
    "opinion_answered_mine": N_("{who} is not on duty in the department that has answered"),
    "transfer_to_mine": N_("{who} is not on duty in the department that is to take the case"),
    "assigned_reviewer": N_("the case is assigned to {reviewer}"),
    "unassigned": N_("the case is assigned to {reviewer} already"),
    "department_staffed": N_("no representative of {department} is on duty at {at}"),
    "survey_names_me": N_("no open survey names {who}"),
    "own_site": N_("the case was registered at another site"),
    "registered_by_me": N_("{who} has not registered the case"),
    "on_custody_shift": N_("{who} does not keep the seal at {at}"),
    "task_open:seal_request": N_("no document of the case awaits the seal"),
    "task_open:termination": N_("no termination is asked for"),
    "task_open:voiding": N_("no voiding of the sealed document is asked for"),
    "task_any:extension": N_("no extension was asked for"),
    "acted_as:stamp": N_("{who} has sealed no document of the case"),
    "item:major": N_("the item is no major matter"),
}
"""What is said of a fact that does not hold, by name or by name and argument. A test fails where
the rows name a fact that has no text here and is not :data:`PERSONAL`."""


def _appointed_where_asked(kind: TaskKind) -> FactFunction:
    def one(d: Dossier, who: str, arg: str, at: Moment) -> bool:
        asked = {task.department for task in d.tasks if task.kind is kind and task.department}
        return any(duty_roster.appointed(d.roster, who, code, at) for code in asked)

    return one


def _appointed_and_held(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.case is not None and d.case.holder is not None and appointed(d, who, arg, at)


PERSONAL: Final = frozenset({
    "role", "appointed", "was_appointed", "temporary", "member_of_department", "chairs_hearing",
})  # fmt: skip
"""Facts of who somebody is: a row that needs another one is a row for somebody else."""

ONLY_FOR: Final[dict[str, FactFunction]] = {
    "on_duty": appointed, "own_claim_in_grace": _appointed_and_held,
    "opinion_task_mine": _appointed_where_asked(TaskKind.OPINION),
    "opinion_answered_mine": _appointed_where_asked(TaskKind.OPINION),
    "transfer_to_mine": _appointed_where_asked(TaskKind.TRANSFER),
}  # fmt: skip
"""Facts that come and go, each with who somebody has to be so that they ever can hold."""


def explained(asked: Answers, names: Mapping[str, str] | None = None) -> Explained:
    """The matching rows and their parts; where nothing is visible, why.

    ``names`` gives departments their names; without them their codes are shown.
    """
    found = explain(asked)
    if found.parts:
        return found
    known = names or {}
    why = tuple(Reason(one.row, _(one.why)) for one in found.rows if one.denies)
    return Explained(
        found.rows, found.parts, why or _nearest(asked, known) or (_nobody(asked, known),)
    )


def _nearest(asked: Answers, names: Mapping[str, str]) -> tuple[Reason, ...]:
    """The rows that fit the person and lack least, in the order of the table."""
    told = _Telling(asked, names)
    lacking = [(row, _lacks(row, asked)) for row in ROWS if not row.denies and _fits(row, asked)]
    lacking.sort(key=lambda pair: len(pair[1]))
    return tuple(
        Reason(row.row, _("“{sight}” does not hold: {lacks}.").format(
            sight=_(row.why), lacks=clauses(dict.fromkeys(told.of(one) for one in lacks))
        ))
        for row, lacks in lacking[:SHOWN]
    )  # fmt: skip


def _leaves(condition: Condition) -> Iterator[Condition]:
    """The conditions that have to hold together, one by one."""
    if isinstance(condition, All):
        for one in condition.of:
            yield from _leaves(one)
    else:
        yield condition


def _lacks(row: Sight, asked: Answers) -> list[Condition]:
    return [one for one in _leaves(row.condition) if not holds(one, asked, {})]


def _fits(row: Sight, asked: Answers) -> bool:
    """Whether the row speaks of somebody like this person, whatever the hour and the state."""
    return all(_may_hold(one, asked) for one in _leaves(row.condition))


def _may_hold(condition: Condition, asked: Answers) -> bool:
    if holds(condition, asked, {}):
        return True
    match condition:
        case Fact(name, arg):
            must_be = ONLY_FOR.get(name)
            if must_be is not None:
                return must_be(asked.dossier, asked.who, arg, asked.at)
            return name not in PERSONAL
        case Either(members):
            return any(_may_hold(one, asked) for one in members)
        case Not(of):
            # A row for the contrary of what holds is another row's business, but states pass.
            return all(fact.name == "state_in" for fact in facts_in(of))
        case _:
            return False


class _Telling:
    """The half sentence of a condition that does not hold, for one case, person and moment."""

    def __init__(self, asked: Answers, names: Mapping[str, str]) -> None:
        d, who, at = asked.dossier, asked.who, asked.at
        case = d.case
        self._words = {
            "who": who, "at": stamp(at), "next": _next_shift(d, who, at),
            "department": names.get(d.department, d.department),
            "state": label(d.state.value) if d.state else "",
            "holder": (case.holder if case else None) or _("nobody"),
            "reviewer": (case.reviewer if case else None) or _("nobody"),
        }  # fmt: skip

    def of(self, condition: Condition) -> str:
        """One text for each fact; of an alternative all are told."""
        texts = [LACKS.get(f"{one.name}:{one.arg}") or LACKS.get(one.name)
                 for one in facts_in(condition)]  # fmt: skip
        return clauses(_(text).format(**self._words) for text in texts if text)


def _next_shift(d: Dossier, who: str, at: Moment) -> str:
    """From when to when, after a leave that covers the moment; or that none is published."""
    free = [leave.end for leave in d.roster.leaves if leave.login == who and leave.start <= at]
    after = max([at, *(end for end in free if end > at)])
    shift = duty_roster.next_shift(d.roster.shifts, d.department, after, who)
    if shift is None or not duty_roster.is_published(shift, at):
        return _("none published")
    return f"{stamp(max(shift.start, after))[:16]}–{to_local(shift.end):%H:%M}"


def _nobody(asked: Answers, names: Mapping[str, str]) -> Reason:
    """No row is meant for such a person at all: what he is, and where."""
    held = memberships(asked.dossier, asked.who, asked.at)
    posts = listed(dict.fromkeys(_post(one, names) for one in held)) or _("none")
    text = _("No row is meant for {who} and a case of {department} like this; posts held: {posts}.")
    department = names.get(asked.dossier.department, asked.dossier.department)
    return Reason("", text.format(who=asked.who, department=department, posts=posts))


def _post(one: Membership, names: Mapping[str, str]) -> str:
    if not one.department:
        return role_label(one.role)
    text = _("{role} ({department})")
    return text.format(
        role=role_label(one.role), department=names.get(one.department, one.department)
    )
