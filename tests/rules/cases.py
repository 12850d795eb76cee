"""Makes dossiers for the tests of the rules: one department, two representatives, everybody else.

The moment ``NOON`` is a Monday at noon; ``zhang`` (post A) is on duty from 08:30 to 13:30.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from workbench import settings
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.case import Case, State, Task, TaskKind
from workbench.rules.catalogue import (
    CaseType,
    DecisionPath,
    ItemState,
    ItemVersion,
    Limit,
    LimitUnit,
    MaterialForm,
    MaterialSource,
    MaterialSpec,
    NeedKind,
    ResultKind,
)
from workbench.rules.clocks import ClockRun
from workbench.rules.dossier import Dossier, Step
from workbench.rules.duty_roster import Roster
from workbench.rules.events import genesis
from workbench.rules.moment import at_local
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    DutyShift,
    Membership,
    Post,
    Power,
    Role,
)
from workbench.rules.working_days import Calendar

DAY = date(2026, 11, 23)
MORNING, NOON = at_local(DAY, 8, 30), at_local(DAY, 12)
CHANGE, EVENING = at_local(DAY, 13, 30), at_local(DAY, 17, 30)
LONG_AGO, LONG_AFTER = at_local(date(2026, 1, 1)), at_local(date(2027, 1, 1))
DEP, OTHER = "market_supervision", "real_estate"
ITEM_CODE = "11990101MB000111174000131901001"
CASE_NO = ITEM_CODE + "202611230001"


def an_item(**changes: Any) -> ItemVersion:
    """An active, immediate, single-officer item with one required and one minor material."""
    item = ItemVersion(
        item_code=ITEM_CODE, version=1, name_zh="个体工商户设立登记", name_en="Individual business",
        department_code=DEP, case_type=CaseType.IMMEDIATE, single_officer=True,
        state=ItemState.ACTIVE, abolished_reason="", statutory_limit=None, limit_basis="basis",
        promised_limit=Limit(30, LimitUnit.OFFICE_MINUTE), correction_days=10,
        survey_required=False, opinion_departments=(), decision_path=DecisionPath.ORDINARY,
        window_group="enterprise", agent_allowed=True, legal_basis="basis", fee_basis="",
        materials=(
            MaterialSpec("form", "登记表", "Form", MaterialForm.FORM, MaterialSource.APPLICANT,
                         NeedKind.MUST),
            MaterialSpec("place", "场所证明", "Place", MaterialForm.COPY, MaterialSource.APPLICANT,
                         NeedKind.TOLERABLE),
            MaterialSpec("tax", "完税证明", "Tax", MaterialForm.COPY, MaterialSource.SHARED,
                         NeedKind.MUST, ("sale",)),
        ),
        situations=(), form=(), review_points=(), documents=(), supervising_department="street",
        wet_seal_only=False, result_kind=ResultKind.LICENCE,
    )  # fmt: skip
    return replace(item, **changes)


def promised_item(**changes: Any) -> ItemVersion:
    """The same item as a promised case: one person may not do it all."""
    return an_item(case_type=CaseType.PROMISED, single_officer=False, **changes)


def a_case(state: State = State.PENDING_ACCEPTANCE, **changes: Any) -> Case:
    """A case of the item, registered by ``wang`` at the centre."""
    case = Case(
        case_id=1, case_no=CASE_NO, short_no="SJ-20261123-0001", item_code=ITEM_CODE,
        item_version=1, department=DEP, state=state, applicant_masked="王*", channel="window",
        site="centre", registrar="wang", version=3, last_hash=genesis(CASE_NO),
        received_at=MORNING, pushed_at=MORNING,
    )  # fmt: skip
    return replace(case, **changes)


def a_roster(**changes: Any) -> Roster:
    """Zhang in the morning, Li in the afternoon, Chen all day in the other department."""
    people = (("zhang", DEP, Post.A), ("li", DEP, Post.B), ("chen", OTHER, Post.A))
    shifts = (("zhang", DEP, MORNING, CHANGE), ("li", DEP, CHANGE, EVENING),
              ("chen", OTHER, MORNING, EVENING))  # fmt: skip
    roster = Roster(
        appointments=tuple(Appointment(w, d, p, "letter", LONG_AGO) for w, d, p in people),
        authorisations=tuple(
            Authorisation(w, d, None, frozenset(Power), "letter", LONG_AGO) for w, d, _p in people
        ),
        shifts=tuple(
            DutyShift(f"{w}-1", d, w, a, b, published_at=LONG_AGO) for w, d, a, b in shifts
        ),
    )
    return replace(roster, **changes)


PLACES = (
    ("wang", Role.WINDOW_ACCEPTOR, None, "centre"), ("agent", Role.INTAKE_AGENT, None, "centre"),
    ("ma", Role.REVIEWER, DEP, None), ("guo", Role.SURVEYOR, None, None),
    ("he", Role.SURVEYOR, None, None), ("lin", Role.SEAL_CUSTODIAN, None, None),
    ("gao", Role.SEAL_CUSTODIAN, None, None), ("xu", Role.ISSUING_CLERK, None, "centre"),
    ("tang", Role.SUPERVISOR, None, None), ("deng", Role.ARCHIVIST, None, None),
    ("song", Role.ROSTER_MANAGER, None, None), ("han", Role.ORGAN_HEAD, DEP, None),
    ("sys", Role.SYSTEM_ADMIN, None, None), ("sec", Role.SECURITY_ADMIN, None, None),
    ("aud", Role.AUDIT_ADMIN, None, None), ("zhang", Role.REPRESENTATIVE, DEP, None),
    ("li", Role.REPRESENTATIVE, DEP, None), ("chen", Role.REPRESENTATIVE, OTHER, None),
)  # fmt: skip
EVERYBODY = tuple(dict.fromkeys(login for login, *_ in PLACES))


@cache
def the_calendar() -> Calendar:
    """The published working days of 2025 and 2026."""
    return build_calendar(settings.load_calendar(), settings.load_office_hours())


def a_dossier(case: Case | None = None, **changes: Any) -> Dossier:
    """The case with everybody around it, all materials there, the seal kept by ``lin``."""
    dossier = Dossier(
        case=case or a_case(), item=an_item(), department=DEP,
        entries=frozenset({"form:form", "materials:material"}),
        material_codes=frozenset({"form", "place"}), roster=a_roster(),
        memberships=tuple(Membership(w, r, d, s, None, LONG_AGO) for w, r, d, s in PLACES),
        custody=(CustodyShift("lin", MORNING, EVENING, MORNING),
                 CustodyShift("gao", MORNING, EVENING, None)),
        calendar=the_calendar(),
    )  # fmt: skip
    return replace(dossier, **changes)


def steps(*acts: tuple[str, str]) -> tuple[Step, ...]:
    """Events ``(kind, actor)`` in order, all this morning."""
    return tuple(Step(n, kind, who, MORNING) for n, (kind, who) in enumerate(acts, start=1))


def a_task(kind: TaskKind, state: str = "open", **changes: Any) -> Task:
    """One sub-task of the case."""
    return replace(Task(1, 1, kind, 1, state, opened_at=MORNING), **changes)


def a_clock(name: str, due_at: int, **changes: Any) -> ClockRun:
    """A running clock that is due then."""
    return replace(ClockRun(name, 1, MORNING, "office_minute", 10, due_at), **changes)


def without(roster: Roster, **kinds: Iterable[Any]) -> Roster:
    """The roster with some of its lists replaced."""
    return replace(roster, **{name: tuple(value) for name, value in kinds.items()})
