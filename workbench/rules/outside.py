"""The outside world as data: every slot of the requirements (section 6), and what goes out when.

A message is made of codes only, from one step of a case: no names, no numbers of persons, no
content (S005, S007, S055, S126). The store keeps the messages in the outbox with the step itself;
``casework.outside`` hands them to the adapters of ``exchange``. The page of the slots reads
:data:`SLOTS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from workbench.rules.case import OPEN_TASK_STATES, Case, Move, Task, TaskKind, public_stage
from workbench.rules.events import Event
from workbench.rules.moment import stamp
from workbench.rules.words import N_, _


class Way(StrEnum):
    """How a slot works today."""

    SWITCH = "switch"
    """By file, off until a system administrator switches it on."""
    ALWAYS = "always"
    HAND = "hand"
    NONE = "none"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Slot:
    """One outside system. ``how`` says in plain words what works, or what is missing."""

    code: str
    title: str
    way: Way
    how: str

    def label(self) -> str:
        """Its name in the language in use."""
        return _(self.title)

    def words(self) -> str:
        """How it works in the language in use."""
        return _(self.how)


PROGRESS, SUPERVISION, NOTIFICATION, ARCHIVE = (
    "progress_feed", "supervision_feed", "notification_port", "archive_sink",
)  # fmt: skip

SLOTS: Final = (
    Slot("intake_channel", N_("Intake from portals and apps"), Way.ALWAYS,
         N_("Folders of packages, taken in on the intake screen or by workbench intake.")),
    Slot(PROGRESS, N_("Progress feed"), Way.SWITCH,
         N_("Case number, public stage and time, a line a change, for portals and apps.")),
    Slot("person_directory", N_("Population library"), Way.NONE,
         N_("What would come from it is typed in at the window.")),
    Slot("entity_directory", N_("Legal entity library"), Way.NONE,
         N_("What would come from it is typed in at the window.")),
    Slot("licence_source", N_("Electronic licences"), Way.NONE,
         N_("A licence comes as an ordinary material.")),
    Slot("identity_check", N_("Identity check"), Way.HAND,
         N_("The issuing clerk writes down how the receiver is known.")),
    Slot("capture_device", N_("Document camera"), Way.NONE,
         N_("Scans are added as files.")),
    Slot("queue_port", N_("Queue and appointments"), Way.NONE,
         N_("Ticket numbers are not kept.")),
    Slot("locker_port", N_("File lockers"), Way.NONE,
         N_("A package may name the lockers as its channel; boxes are not kept.")),
    Slot("evaluation_port", N_("Evaluation"), Way.NONE, N_("Evaluations are not kept.")),
    Slot(NOTIFICATION, N_("Messages to applicants"), Way.SWITCH,
         N_("Acceptance, non-acceptance, correction, return and pick-up, without personal data.")),
    Slot("courier_port", N_("Postal delivery"), Way.HAND,
         N_("The issuing clerk writes down the tracking number.")),
    Slot(SUPERVISION, N_("Supervision feed"), Way.SWITCH,
         N_("Every step of every case as codes with its times, for electronic supervision.")),
    Slot("hotline_port", N_("Hotline"), Way.NONE, N_("Hotline tickets are not kept.")),
    Slot("department_system", N_("Departments' own systems"), Way.ALWAYS,
         N_("Results and acknowledgements as files in the exchange folder.")),
    Slot(ARCHIVE, N_("Electronic archive"), Way.SWITCH,
         N_("The package of every closed file, checked on arrival.")),
    Slot("seal_service", N_("Electronic seal system"), Way.ALWAYS,
         N_("A local test key: demonstration stamping, never a legally valid seal.")),
    Slot("exchange_outbox", N_("Exchange platform"), Way.ALWAYS,
         N_("A table in the centre holds feeds, messages and packages in order.")),
    Slot("not_built", N_("Guide robots and others"), Way.LEFT_OUT,
         N_("Robots, city cameras, hall screens, intermediary market: not built, by decision.")),
)  # fmt: skip
SWITCHED: Final = tuple(one.code for one in SLOTS if one.way is Way.SWITCH)


@dataclass(frozen=True, slots=True)
class OutMessage:
    """One message on its way: ``message_id`` grows and is never given twice (its operation)."""

    message_id: int
    slot: str
    body: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SlotState:
    """How a switched slot stands. ``folder`` is empty while it is off; ``trouble`` is the last."""

    code: str
    folder: str = ""
    waiting: int = 0
    sent: int = 0
    trouble: str = ""

    @property
    def on(self) -> bool:
        """Whether messages are handed over."""
        return bool(self.folder)


def short_state(slot: Slot, state: SlotState | None) -> str:
    """The same for a narrow column: without folder, figures and trouble."""
    if state is not None:
        if not state.on:
            return _("switched off")
        return _("does not get through") if state.trouble else _("works by file")
    texts = {
        Way.ALWAYS: _("works"), Way.HAND: _("by hand, no adapter yet"),
        Way.LEFT_OUT: _("not built"),
    }  # fmt: skip
    return texts.get(slot.way) or _("no adapter yet")


def stands(slot: Slot, state: SlotState | None) -> str:
    """How a slot stands, in a few plain words; ``state`` where it is one that can be switched."""
    if state is not None and state.on:
        text = _("works by file at {folder}: {waiting} waiting, {sent} handed over")
        return text.format(folder=state.folder, waiting=state.waiting, sent=state.sent)
    if state is not None:
        return _("switched off: {waiting} waiting").format(waiting=state.waiting)
    return short_state(slot, None)


@dataclass(frozen=True, slots=True)
class Happened:
    """One step as the outside may hear of it. ``before`` is ``None`` at registration."""

    before: Case | None
    after: Case
    tasks_before: Sequence[Task]
    tasks_after: Sequence[Task]
    kinds_before: frozenset[str]
    event: Event
    roles: tuple[str, ...]
    move: Move


REVIEW_KINDS: Final = frozenset({"submit_opinion", "record_survey", "answer_opinion"})
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "accept": ("N03", "您的申请（{no}）已受理。"),
    "deem_accepted": ("N03", "您的申请（{no}）已受理。"),
    "accept_by_silence": ("N03", "您的申请（{no}）已受理。"),
    "refuse_acceptance": ("N04", "您的申请（{no}）不予受理，请到窗口领取不予受理通知书。"),
    "request_correction": ("N02", "您的申请（{no}）需要补正材料，请到窗口领取补正告知书。"),
    "return_application": ("N02b", "您的申请（{no}）已退件，请到窗口领取退件通知。"),
    "stamp": ("N14", "您的申请（{no}）已办结，请领取办理结果。"),
}
"""Move -> document it goes with, and the text; issued in Chinese only (domain 3.5)."""


def messages(step: Happened) -> Iterator[tuple[str, dict[str, Any]]]:
    """Slot and body of everything that this step tells the outside. An exercise tells nothing."""
    if step.after.exercise:
        return
    yield SUPERVISION, _process(step)
    stage = _stage(step.after, step.tasks_after, step.kinds_before | {step.event.kind})
    told = _stage(step.before, step.tasks_before, step.kinds_before) if step.before else ""
    if stage and stage != told:
        yield PROGRESS, {
            "case_no": step.after.case_no, "stage": stage, "at": stamp(step.event.effective_at),
        }  # fmt: skip
    if step.event.kind in TEXTS:
        notice, text = TEXTS[step.event.kind]
        yield NOTIFICATION, {
            "case_no": step.after.case_no, "notice": notice,
            "text": text.format(no=step.after.short_no), "at": stamp(step.event.effective_at),
        }  # fmt: skip
    for entry in step.move.entries:
        if step.event.kind == "archive" and entry.kind == "package":
            yield ARCHIVE, {"case_no": step.after.case_no, "sha256": str(entry.body["sha256"])}


def _process(step: Happened) -> dict[str, Any]:
    return {
        "case_no": step.after.case_no, "item_code": step.after.item_code,
        "department": step.after.department, "seq": step.event.seq, "step": step.event.kind,
        "state": step.after.state.value, "roles": list(step.roles),
        "effective_at": stamp(step.event.effective_at),
        "recorded_at": stamp(step.event.recorded_at), "hash": step.event.hash,
    }  # fmt: skip


def _stage(case: Case, tasks: Sequence[Task], kinds: frozenset[str]) -> str:
    surveying = any(t.kind is TaskKind.SURVEY and t.state in OPEN_TASK_STATES for t in tasks)
    return public_stage(case, surveying, bool(kinds & REVIEW_KINDS))
