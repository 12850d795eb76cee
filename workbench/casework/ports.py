"""What casework and the desk ask of a centre. The store implements these; ``app`` hands them out.

A session belongs to one signed-in person and to one thread (the *store* lane). Every method is a
short transaction of its own. Reads raise nothing for what is not visible: it is just not there;
writes raise :class:`~workbench.rules.refusals.Refusal`. A database that cannot be reached raises
:class:`~workbench.rules.refusals.Outage`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from workbench.casework.desk_ports import ApplicantRoom, MaterialMarkRoom, SavedViewRoom
from workbench.casework.seal_ports import SealRoom
from workbench.rules.audit_days import AuditKey, AuditStanding, DayRecord, SignedDay
from workbench.rules.audit_findings import Difference, Walk
from workbench.rules.case import Case, Move
from workbench.rules.case_view import CaseView, Worklist, WorklistQuery
from workbench.rules.catalogue import ItemVersion
from workbench.rules.duty_roster import Roster
from workbench.rules.events import Event
from workbench.rules.hand_over import HandoverLine
from workbench.rules.moment import Moment
from workbench.rules.outside import OutMessage, SlotState
from workbench.rules.people import CustodyShift, Department, DutyShift, Leave, User
from workbench.rules.private_drafts import PrivateDraft
from workbench.rules.publication import Publication, StampingOffer
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.stand_ins import StandIn
from workbench.rules.visibility import Explained
from workbench.rules.working_days import Calendar


class CaseRoom(Protocol):
    """Cases: what is seen and how they move. All writes go through :meth:`make_move`."""

    @property
    def who(self) -> User:
        """The signed-in person."""
        ...

    def moment(self) -> Moment:
        """The centre's moment (never the desktop's own clock, domain 3.4 rule 3)."""
        ...

    def register(self, move: Move, masked_name: str, package_id: str) -> Case:
        """T01: a new case; the same ``package_id`` twice gives the case that exists (S003).

        ``move`` is ``register`` with fields ``item_code, situation, channel, package_id`` and
        entries ``form`` and ``material``. Raises Refusal (``item_abolished`` …).
        """
        ...

    def make_move(self, case_id: int, move: Move) -> Case:
        """Settle what is deemed, judge, append one event, project, all in one transaction."""
        ...

    def worklist(self, query: WorklistQuery) -> Worklist:
        """One page of what the visibility rows give the person (domain 4.4)."""
        ...

    def case_view(self, case_no: str) -> CaseView | None:
        """The granted parts of one case; ``None`` where the person sees nothing of it."""
        ...

    def change_mark(self) -> int:
        """A number that grows with every change by anybody; cheap enough to ask each second.

        Refusal where the person may not sign in any more (V08): the desk closes then.
        """
        ...

    def note_open(self, case_no: str) -> None:
        """Which case stands on this desk's screen, for the others who see it; empty for none."""
        ...

    def second_sign_in(self) -> str:
        """The person's password for a second process of his own (the seal worker), over a pipe
        alone; empty where none is asked for."""
        ...

    def on_change(self, heard: Callable[[], None]) -> None:
        """Have ``heard`` called, from any thread, as soon as something may have changed.

        Only quicker than asking for :meth:`change_mark`; a file tells nobody by itself.
        """
        ...


class DraftRoom(Protocol):
    """Private drafts of steps that are not made yet (E06): each only for its author."""

    def keep_draft(self, case_no: str, move: str, texts: Mapping[str, str]) -> None:
        """Save what was typed, in place of what was saved before.

        Refusal ``draft_not_kept`` where the person neither works on the case nor has left his
        shift within the last 15 minutes, ``draft_too_long``, ``unknown_move``.
        """
        ...

    def my_draft(self, case_no: str, move: str) -> PrivateDraft | None:
        """One's own draft, while one may still keep it; nobody else's, ever."""
        ...

    def my_drafts(self) -> tuple[PrivateDraft, ...]:
        """All of one's own that may still be kept, oldest first."""
        ...

    def drop_draft(self, case_no: str, move: str) -> None:
        """Forget one's own draft; nothing happens where there is none."""
        ...


class HandoverRoom(Protocol):
    """What was handed over to the signed-in person or by him (domain 4.6, N24)."""

    def handovers(self) -> tuple[HandoverLine, ...]:
        """Lines of the last days, open and taken, oldest first; claims that are over are written
        down first, so an automatic list is there when the next one arrives. Only cases that the
        person sees now; the note only with the part it belongs to."""
        ...


class CatalogueRoom(Protocol):
    """The published catalogue and the people of the centre; no case content."""

    def items(self) -> tuple[ItemVersion, ...]:
        """The newest version of every published item, abolished ones too."""
        ...

    def item(self, item_code: str, version: int | None = None) -> ItemVersion | None:
        """One item version; the newest without ``version``."""
        ...

    def items_in_force(self, at: Moment) -> tuple[ItemVersion, ...]:
        """Of every item the version that was in force at that moment, abolished ones too (E18)."""
        ...

    def published_build(self, plugin: str) -> str | None:
        """SHA-256 of the published build of a plugin, ``development``, or ``None``."""
        ...

    def publish(self, publication: Publication) -> str:
        """Freeze a plugin's items, templates and build; only the system administrator may.

        Returns a line that says what is new. An item version that is already there with other
        content is refused (``version_taken``, S023).
        """
        ...

    def publish_calendar(self, plan: Mapping[str, Any]) -> str:
        """Publish ``years``, ``office_hours`` and ``closures``; only the system administrator may.

        Returns the version; one that is known stays as it was published.
        """
        ...

    def stamping_offers(self) -> tuple[StampingOffer, ...]:
        """How each kind of document is sealed and compared, as published."""
        ...

    def calendar(self) -> Calendar:
        """Working days and office hours of the centre."""
        ...

    def departments(self) -> tuple[Department, ...]:
        """All departments and street offices."""
        ...

    def people(self) -> tuple[User, ...]:
        """Names and roles of everybody, for showing who did what."""
        ...


class RosterRoom(Protocol):
    """The duty roster (domain 4). Only the roster manager's role may publish."""

    def roster(self, departments: Sequence[str]) -> Roster:
        """Appointments, authorisations, shifts and leaves of these departments."""
        ...

    def publish_shifts(self, department: str, shifts: Sequence[DutyShift], reason: str) -> None:
        """Replace the unstarted shifts of the department. Faults of 4.5 refuse without a reason."""
        ...

    def custody(self) -> tuple[CustodyShift, ...]:
        """The custody shifts of the seal."""
        ...

    def take_over_custody(self) -> CustodyShift:
        """The signed-in custodian takes over the shift that runs now (V16)."""
        ...


class AbsenceRoom(Protocol):
    """Who is away, and who stands in (E04, E05). Every entry is a line of the audit."""

    def enter_leave(self, login: str, start: Moment, end: Moment, reason_kind: str) -> Leave:
        """One's own leave, or anybody's by the roster manager; from now on at the earliest.

        Claims end at its start and stand on the automatic hand-over list. Refusal
        ``not_your_role``, ``person_unknown`` or ``leave_over``.
        """
        ...

    def name_stand_in(self, one: StandIn) -> int:
        """Emergency authorisation by the head of that organ; how many shifts he stands in.

        Shifts only where office hours have nobody. Refusal ``not_your_role``, ``stand_in_items``,
        ``stand_in_long``, ``stand_in_conflict``, ``person_unknown`` or ``not_vacant``.
        """
        ...


class ContentRoom(Protocol):
    """The content store: files by the SHA-256 of their bytes."""

    def put_content(self, source: Path | bytes) -> str:
        """Store if absent; returns the SHA-256. Raises Outage where the disk is full."""
        ...

    def content_path(self, sha256: str) -> Path:
        """A readable file with exactly these bytes; the hash is checked on every read.

        Raises Refusal ``content_broken`` that names the material where it does not match.
        """
        ...


class SupervisionRoom(Protocol):
    """Explaining and watching; no content."""

    def explain(self, login: str, case_no: str, at: Moment | None) -> Explained | None:
        """The rows that match for a person, a case and a moment, or why he sees nothing of it.

        ``None`` where there is no such case; Refusal ``case_not_yet`` before it was registered,
        ``person_unknown``. On a server everybody may ask about himself and ``unseen.MAY_ASK`` about
        anybody (else ``not_your_role``, ``recused``), and how the case stands is told only to who
        sees it.
        """
        ...

    def events_of(self, case_no: str) -> tuple[Event, ...]:
        """The whole log of a case, for those who see the part ``log``; else empty."""
        ...


class OutsideRoom(Protocol):
    """The slots of outside systems and the messages on their way (S005); codes only."""

    def slot_states(self) -> tuple[SlotState, ...]:
        """Every slot that can be switched, with what waits and what went out."""
        ...

    def slots_on(self) -> tuple[tuple[str, str], ...]:
        """Code and folder of every slot that is on."""
        ...

    def switch_slot(self, code: str, folder: str) -> None:
        """On with a folder, off without; only the system administrator."""
        ...

    def claim_messages(self, code: str, owner: str, force: bool = False) -> tuple[OutMessage, ...]:
        """The oldest waiting messages of a slot, for this owner alone for a minute."""
        ...

    def messages_sent(self, code: str, messages: Sequence[OutMessage]) -> None:
        """They are written where they belong."""
        ...

    def messages_stuck(self, code: str, messages: Sequence[OutMessage], trouble: str) -> None:
        """They could not be written and wait on."""
        ...

    def message_file(self, message: OutMessage, sha256: str) -> Path:
        """The stored file that a waiting message names; no other."""
        ...


class AuditRoom(Protocol):
    """Closing days and registering keys: the audit administrator alone; no case content (R90)."""

    def audit_standing(self) -> AuditStanding:
        """Days that can be closed, closed ones newest first, one's own key. ``not_your_role``."""
        ...

    def add_audit_key(self, public_key: str) -> AuditKey:
        """Register one's own new key; an older one ends now. Refusal ``audit_key_known``."""
        ...

    def draft_day(self, day: date) -> DayRecord:
        """The record of the next open day, to be signed; nothing is written.

        Refusal ``audit_key_missing``, ``day_not_over``, ``day_order``, ``log_unsound``.
        """
        ...

    def keep_day(self, signed: SignedDay) -> None:
        """Close the day. Refusal ``day_order`` where somebody was faster, ``day_changed``."""
        ...

    def signed_days(self) -> tuple[SignedDay, ...]:
        """Every closed day, oldest first."""
        ...

    def audit_log(self) -> AbstractContextManager[AuditLog]:
        """One look at all three logs, for the check of them. ``not_your_role``."""
        ...


class Session(
    CaseRoom, DraftRoom, HandoverRoom, CatalogueRoom, RosterRoom, AbsenceRoom, ContentRoom,
    SealRoom, SupervisionRoom, OutsideRoom, AuditRoom, MaterialMarkRoom, SavedViewRoom,
    ApplicantRoom, Protocol,
):  # fmt: skip
    """All of it, for one signed-in person."""

    def close(self) -> None:
        """Give back the connection."""
        ...


class AuditLog(Protocol):
    """One consistent look at the three logs of a centre; numbers, codes and hashes only."""

    def moment(self) -> Moment:
        """The moment of the look."""
        ...

    def size(self) -> int:
        """How many entries there are to be read."""
        ...

    def walk(self, tick: Callable[[int], None]) -> Walk:
        """Every chain and every day's root; ``tick`` is told how many entries have been read."""
        ...

    def days(self) -> tuple[SignedDay, ...]:
        """The closed days, oldest first, as they stand."""
        ...

    def keys(self) -> tuple[AuditKey, ...]:
        """Every registered key."""
        ...

    def difference(self, day: date) -> Difference:
        """The first entry in which a day differs from the list kept when it was closed."""
        ...


class Centre(Protocol):
    """One centre's database, before anybody has signed in."""

    def sign_in(self, login: str, password: str) -> Session:
        """Refusal ``wrong_password`` or ``locked`` (five failures lock for 15 minutes)."""
        ...

    def session_as(self, login: str) -> Session:
        """Without password: only on a SQLite file, whose owner can read it anyway."""
        ...

    def sealed_files(self) -> tuple[LedgerLine, ...]:
        """The released and void lines of the ledger: what ``verify`` compares files with.

        Numbers, hashes and places only; no case content, so no sign-in is asked for on a file.
        """
        ...

    def seal_pins(self) -> tuple[str, ...]:
        """SHA-256 of every certificate that a seal has or had; asked for as :meth:`sealed_files`
        is."""
        ...

    def audit_log(self) -> AbstractContextManager[AuditLog]:
        """The logs for the check of them: only on a SQLite file, whose owner can read it anyway.

        At a server the audit administrator's session has them; Refusal ``password_needed`` here.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
