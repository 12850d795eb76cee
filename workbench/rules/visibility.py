"""The visibility decision table (domain 4.4): who sees which parts of a case, and by which row.

Default is deny. The first matching denying row wins; otherwise the union of the granting rows.
``visible_parts`` is the one question that the desk, ``explain`` and both engines ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.case import AFTER_ACCEPTANCE, ENDED, FULL, POOL, SHORT_ENDS, Part
from workbench.rules.case import State as S
from workbench.rules.conditions import Asked, Condition, Fact, Not, either, every, holds
from workbench.rules.people import Role
from workbench.rules.words import N_

P = Part


def _in(*states: S) -> Fact:
    return Fact("state_in", ",".join(states))


IN_POOL: Final = _in(*POOL)
OPEN: Final = Not(_in(*ENDED))
BEFORE_ACCEPTANCE: Final = _in(S.RECEIVED, S.PENDING_ACCEPTANCE, S.AWAITING_CORRECTION)
META_AND_OWN: Final = frozenset({P.META, P.OWN_TASK, P.THREAD})


@dataclass(frozen=True, slots=True)
class Sight:
    """One row: who sees which parts under which condition. ``denies`` rows come first."""

    row: str
    condition: Condition
    parts: frozenset[Part] = frozenset()
    denies: bool = False
    why: str = ""
    """For ``explain``, in English: looked up in the language in use where it is shown."""


_PLAIN: Final = every(IN_POOL, Fact("on_duty"), Fact("item_authorised"))
_UNAUTHORISED: Final = every(IN_POOL, Fact("on_duty"), Not(Fact("item_authorised")))

ROWS: Final[tuple[Sight, ...]] = (
    Sight("V00", Fact("recused"), frozenset(), denies=True, why=N_("recused from this case")),
    Sight("V24", every(_in(S.QUARANTINED), Not(either(Fact("role", Role.SUPERVISOR),
                                                      Fact("role", Role.AUDIT_ADMIN)))),
          frozenset(), denies=True, why=N_("the case is frozen after a failed integrity check")),
    Sight("V01", every(_PLAIN, Not(Fact("temporary"))), FULL,
          why=N_("representative on duty, item within the authorisation")),
    Sight("V22", every(_PLAIN, Fact("temporary")), FULL,
          why=N_("temporary representative on duty, named item")),
    Sight("V02", _UNAUTHORISED, frozenset({P.META}),
          why=N_("representative on duty, item outside the own authorisation")),
    Sight("V04", every(Fact("appointed"), OPEN, Fact("handled"), Not(_PLAIN), Not(_UNAUTHORISED)),
          META_AND_OWN, why=N_("handled before, still open")),
    Sight("V05", every(Fact("appointed"), _in(S.CLOSED, S.ARCHIVED),
                       Fact("decided_within_90_days")), FULL,
          why=N_("decided by this person within 90 days")),
    Sight("V06", every(IN_POOL, Fact("own_claim_in_grace")), FULL,
          why=N_("shift ended less than 15 minutes ago and the claim is still own")),
    Sight("V08", every(Not(Fact("appointed")), Fact("was_appointed"), OPEN, Fact("handled")),
          META_AND_OWN, why=N_("appointment ended or revoked, handled before")),
    Sight("V09", Fact("opinion_task_mine"), frozenset({P.META, P.FORM, P.MATERIALS, P.OWN_TASK}),
          why=N_("representative on duty of a co-department with an open opinion task")),
    Sight("V10", Fact("opinion_answered_mine"), frozenset({P.META, P.OWN_TASK}),
          why=N_("the co-department's task is answered")),
    Sight("V12", every(Fact("role", Role.REVIEWER), Fact("assigned_reviewer"), IN_POOL), FULL,
          why=N_("reviewer, the case is assigned to this person")),
    Sight("V12b", every(Fact("role", Role.REVIEWER), Fact("unassigned"),
                        Fact("member_of_department"), IN_POOL, Fact("department_staffed")), FULL,
          why=N_("reviewer, the case waits in the department's queue")),
    Sight("V13", every(Fact("role", Role.SURVEYOR), Fact("survey_names_me"),
                       _in(*AFTER_ACCEPTANCE)),
          frozenset({P.META, P.SURVEY}), why=N_("surveyor named by the survey task")),
    Sight("V14", every(Fact("role", Role.WINDOW_ACCEPTOR), Fact("own_site"),
                       Not(_in(S.CLOSED, S.ARCHIVED, S.QUARANTINED))),
          frozenset({P.META, P.FORM, P.MATERIALS, P.NOTICES, P.THREAD}),
          why=N_("window officer, registered at the own site")),
    Sight("V15", every(Fact("role", Role.INTAKE_AGENT), Fact("registered_by_me"), _in(S.DRAFT)),
          frozenset({P.META, P.FORM, P.MATERIALS}), why=N_("intake agent, own draft")),
    Sight("V16", every(Fact("role", Role.SEAL_CUSTODIAN), Fact("on_custody_shift"),
                       either(Fact("task_open", "seal_request"), Fact("acted_as", "stamp"))),
          frozenset({P.META, P.DOCUMENT}), why=N_("custodian on custody shift")),
    Sight("V17", every(Fact("role", Role.ISSUING_CLERK), _in(S.PENDING_ISSUE, S.ISSUED)),
          frozenset({P.META, P.DOCUMENT, P.DELIVERY}), why=N_("issuing clerk, the result is here")),
    Sight("V18", Fact("role", Role.SUPERVISOR),
          frozenset({P.META, P.OPINIONS, P.LOG}), why=N_("supervisor")),
    Sight("V19", every(either(Fact("role", Role.ORGAN_HEAD), Fact("role", Role.GOVERNMENT_HEAD)),
                       Fact("member_of_department"),
                       either(Fact("task_any", "extension"), Fact("item", "major"),
                              Fact("task_open", "termination"))), FULL,
          why=N_("head of organ: extension, termination or major matter")),
    Sight("V19", every(either(Fact("role", Role.ORGAN_HEAD), Fact("role", Role.GOVERNMENT_HEAD)),
                       Fact("member_of_department")), frozenset({P.META}),
          why=N_("head of organ: own organ")),
    Sight("V21", every(Fact("role", Role.AUDIT_ADMIN), _in(S.QUARANTINED)), frozenset({P.META}),
          why=N_("audit administrator, metadata of a frozen case (V24)")),
    Sight("V25", every(Fact("role", Role.ARCHIVIST), _in(S.CLOSED, S.ARCHIVED, *SHORT_ENDS)),
          frozenset({P.META, P.DOCUMENT, P.MATERIALS, P.NOTICES, P.LOG}), why=N_("archivist")),
    Sight("V27", every(Fact("chairs_hearing"), _in(*AFTER_ACCEPTANCE)),
          frozenset({P.META, P.FORM, P.MATERIALS, P.OWN_TASK}),
          why=N_("chair of the hearing, until its minutes are signed")),
    Sight("V28", every(Fact("on_duty"), Fact("item_authorised"), _in(S.PENDING_ISSUE),
                       Fact("task_open", "voiding")), frozenset({P.META, P.DOCUMENT}),
          why=N_("representative on duty, the custodian asks to void the sealed document")),
    Sight("V26", every(Fact("transfer_to_mine"), BEFORE_ACCEPTANCE),
          frozenset({P.META, P.FORM, P.MATERIALS}),
          why=N_("representative on duty of the department that the case is to be transferred to")),
)  # fmt: skip
"""V03, V07, V11, V16b, V20, V21 and V23 are what no row grants: nothing (tested as such)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one row shows nothing, in the language in use. ``row`` is empty where none fits."""

    row: str
    why: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Which rows matched, and what follows; ``reasons`` where nothing is visible."""

    rows: tuple[Sight, ...]
    parts: frozenset[Part]
    reasons: tuple[Reason, ...] = ()


def explain(asked: Asked) -> Explained:
    """The matching rows for one person, case and moment, and the parts that they grant."""
    matching = tuple(one for one in ROWS if holds(one.condition, asked, {}))
    denying = tuple(one for one in matching if one.denies)
    if denying:
        return Explained(denying[:1], frozenset())
    parts = frozenset(part for one in matching for part in one.parts)
    return Explained(matching, parts)


def visible_parts(asked: Asked) -> frozenset[Part]:
    """The parts of the case that the person sees at that moment; empty means none of it."""
    return explain(asked).parts


def granting(part: Part) -> tuple[Sight, ...]:
    """The rows that grant a part: what a policy or a list query for it is compiled from."""
    return tuple(one for one in ROWS if part in one.parts)


DENYING: Final = tuple(one for one in ROWS if one.denies)
