"""What a verb answers, as the frozen records that the desk knows.

A verb answers jsonb: a case as its columns, a view as parts, a refusal as code and values. Called
by the rooms of ``server``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from workbench.rules.case import Case, Part, PartEntry, State, Task, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import ItemVersion
from workbench.rules.clocks import ClockRun, Pause
from workbench.rules.events import Event
from workbench.rules.flow_words import CLAIM_OPEN
from workbench.rules.refusals import Refusal
from workbench.store.case_views import NOT_HIS
from workbench.store.server.connecting import refused

Answer = Mapping[str, Any]
Names = Callable[[str], str]
"""Sign-in name -> what the screen calls the person."""

NAMED: Final = {CLAIM_OPEN.code: "holder", "changed_meanwhile": "actor",
                "being_stamped": "name", "already_stamped": "name"}  # fmt: skip
"""Refusals that name a person by his sign-in name, and where."""


def refusal_of(said: Answer, names: Names) -> Refusal:
    """A refusal with the person's name in place of the sign-in name."""
    values = {key: value for key, value in said.items() if key != "code"}
    code = str(said["code"])
    if code in NAMED and values.get(NAMED[code]):
        values[NAMED[code]] = names(str(values[NAMED[code]]))
    return refused(code, values)


def case_of(said: Answer) -> Case:
    """The part *meta* of a case."""
    before = said["state_before"]
    return Case(**{
        **said, "state": State(said["state"]), "state_before": State(before) if before else None
    })  # fmt: skip


def view_of(answer: Answer, item: ItemVersion, names: Names) -> CaseView:
    """One opened case: what was granted, and nothing else."""
    case = case_of(answer["case"])
    offered: Sequence[Answer] = answer["offered"]
    parts = frozenset(Part(one) for one in answer["parts"])
    return CaseView(
        case=case,
        item=item,
        parts=parts,
        shown_state=case.state,
        at=answer["at"],
        entries={part: _entries(case.case_id, part, answer["entries"].get(part.value, ()))
                 for part in Part if part in parts and part not in (Part.META, Part.LOG)},
        events=tuple(Event(**one) for one in answer["events"]),
        tasks=tuple(_task(one) for one in answer["tasks"]),
        clocks=tuple(clock_of(one) for one in answer["clocks"]),
        moves=tuple(one["move"] for one in offered if one["refused"] is None),
        blocked={
            one["move"]: refusal_of(one["refused"], names)
            for one in offered
            if one["refused"] is not None and one["refused"]["code"] not in NOT_HIS
        },
        open_by=tuple(answer["open_by"]),
        noted=answer["noted"],
    )  # fmt: skip


def _entries(case_id: int, part: Part, listed: Sequence[Answer]) -> tuple[PartEntry, ...]:
    return tuple(PartEntry(case_id=case_id, part=part, **one) for one in listed)


def _task(said: Answer) -> Task:
    return Task(**{**said, "kind": TaskKind(said["kind"])})


def clock_of(said: Answer) -> ClockRun:
    """One run of a clock."""
    pauses = tuple(Pause(start, end) for start, end in said["pauses"])
    return ClockRun(**{**said, "pauses": pauses})
