"""Why somebody sees nothing of a case: the nearest visibility rows, and what each of them lacks.

Derived from :data:`workbench.rules.visibility.ROWS` as data: a row fits a person whose post or
letter it speaks of, and every condition of it that does not hold has one plain half sentence.
Called by the store for ``workbench explain``; codes and sign-in names only, no content of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workbench.rules import duty_roster
from workbench.rules.case import State, TaskKind
from workbench.rules.conditions import All, Asked, Condition, Either, Fact, Not, facts_in, holds
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers, FactFunction, appointed, memberships
from workbench.rules.moment import Moment, stamp, to_local
from workbench.rules.people import Role, role_label
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


MAY_ASK: Final = (
    Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN,
)  # fmt: skip
"""Who may ask on a server about anybody: who supervises, and department IT (domain 7.2). Everybody
may ask about himself."""

OF_CASE: Final = frozenset({"state_in", "unassigned", "task_open", "task_any"})
"""Facts that tell how a case stands; who sees nothing of it is not told them by a server."""


@dataclass(frozen=True, slots=True)
class About:
    """What the reasons speak of beside facts: the person asked about, and how the case stands.

    ``could`` names the facts of :data:`ONLY_FOR` that could ever hold for the person. ``hidden``:
    whoever asks does not see the case, so nothing of :data:`OF_CASE` is known here.
    """

    who: str
    department: str
    could: frozenset[str]
    next_shift: tuple[Moment, Moment] | None = None
    posts: tuple[tuple[Role, str | None], ...] = ()
    state: State | None = None
    holder: str | None = None
    reviewer: str | None = None
    hidden: bool = False


def explained(asked: Answers, names: Mapping[str, str] | None = None) -> Explained:
    """The matching rows and their parts; where nothing is visible, why.

    ``names`` gives departments their names; without them their codes are shown.
    """
    found = explain(asked)
    return matched(found) if found.rows else unmatched(asked, _about(asked), names)


def matched(found: Explained) -> Explained:
    """Where rows match: what they grant, or the row that denies as the reason."""
    denying = tuple(Reason(one.row, _(one.why)) for one in found.rows if one.denies)
    return Explained(found.rows, found.parts, denying)


def unmatched(asked: Asked, about: About, names: Mapping[str, str] | None = None) -> Explained:
    """Where no row matches: the nearest ones and what they lack."""
    told = _Telling(asked.at, about, names or {})
    return Explained((), frozenset(), _nearest(asked, told) or (told.nobody(),))


def _about(asked: Answers) -> About:
    d, who, at = asked.dossier, asked.who, asked.at
    case = d.case
    return About(
        who, d.department,
        frozenset(name for name, must_be in ONLY_FOR.items() if must_be(d, who, "", at)),
        _next_shift(d, who, at),
        tuple((one.role, one.department) for one in memberships(d, who, at)),
        d.state, case.holder if case else None, case.reviewer if case else None,
    )  # fmt: skip


def _nearest(asked: Asked, told: _Telling) -> tuple[Reason, ...]:
    """The rows that fit the person and lack least, in the order of the table."""
    about = told.about
    fitting = [row for row in ROWS if not row.denies and _fits(row, asked, about)]
    lacking = [(row, _lacks(row, asked, about)) for row in fitting]
    lacking.sort(key=lambda pair: len(pair[1]))
    return tuple(
        Reason(row.row, _("“{sight}” does not hold: {lacks}.").format(
            sight=_(row.why), lacks=told.all(lacks)
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


def _known(condition: Condition, about: About) -> bool:
    return not (about.hidden and any(one.name in OF_CASE for one in facts_in(condition)))


def _lacks(row: Sight, asked: Asked, about: About) -> list[Condition]:
    known = [one for one in _leaves(row.condition) if _known(one, about)]
    return [one for one in known if not holds(one, asked, {})]


def _fits(row: Sight, asked: Asked, about: About) -> bool:
    """Whether the row speaks of somebody like this person, whatever the hour and the state."""
    return all(
        not _known(one, about) or _may_hold(one, asked, about) for one in _leaves(row.condition)
    )


def _may_hold(condition: Condition, asked: Asked, about: About) -> bool:
    if holds(condition, asked, {}):
        return True
    match condition:
        case Fact(name, _arg):
            return name in about.could if name in ONLY_FOR else name not in PERSONAL
        case Either(members):
            return any(_may_hold(one, asked, about) for one in members)
        case Not(of):
            # A row for the contrary of what holds is another row's business, but states pass.
            return all(fact.name == "state_in" for fact in facts_in(of))
        case _:
            return False


class _Telling:
    """The half sentence of a condition that does not hold, for one case, person and moment."""

    def __init__(self, at: Moment, about: About, names: Mapping[str, str]) -> None:
        self.about, self._names = about, names
        nobody = _("somebody else or nobody") if about.hidden else _("nobody")
        self._words = {
            "who": about.who, "at": stamp(at), "next": _shift_text(about.next_shift),
            "department": self._named(about.department),
            "state": label(about.state.value) if about.state else "",
            "holder": about.holder or nobody, "reviewer": about.reviewer or nobody,
        }  # fmt: skip

    def all(self, lacks: list[Condition]) -> str:
        """Of rows that lack nothing which may be told, that the case itself is in the way."""
        if not lacks:
            return _("how the case stands, which is not shown here")
        return clauses(dict.fromkeys(self._of(one) for one in lacks))

    def _of(self, condition: Condition) -> str:
        """One text for each fact; of an alternative all are told."""
        texts = [LACKS.get(f"{one.name}:{one.arg}") or LACKS.get(one.name)
                 for one in facts_in(condition)]  # fmt: skip
        return clauses(_(text).format(**self._words) for text in texts if text)

    def nobody(self) -> Reason:
        """No row is meant for such a person at all: what he is, and where."""
        posts = listed(dict.fromkeys(map(self._post, self.about.posts))) or _("none")
        text = _(
            "No row is meant for {who} and a case of {department} like this; posts held: {posts}."
        )
        department = self._words["department"]
        return Reason("", text.format(who=self.about.who, department=department, posts=posts))

    def _post(self, one: tuple[Role, str | None]) -> str:
        role, department = one
        if not department:
            return role_label(role)
        text = _("{role} ({department})")
        return text.format(role=role_label(role), department=self._named(department))

    def _named(self, department: str) -> str:
        return self._names.get(department, department)


def _next_shift(d: Dossier, who: str, at: Moment) -> tuple[Moment, Moment] | None:
    """From when to when, after a leave that covers the moment; nothing where none is published."""
    free = [leave.end for leave in d.roster.leaves if leave.login == who and leave.start <= at]
    after = max([at, *(end for end in free if end > at)])
    shift = duty_roster.next_shift(d.roster.shifts, d.department, after, who)
    if shift is None or not duty_roster.is_published(shift, at):
        return None
    return max(shift.start, after), shift.end


def _shift_text(shift: tuple[Moment, Moment] | None) -> str:
    if shift is None:
        return _("none published")
    return f"{stamp(shift[0])[:16]}–{to_local(shift[1]):%H:%M}"
