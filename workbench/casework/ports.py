"""What casework and the desk ask of a centre. The store implements these; ``app`` hands them out.

A session belongs to one signed-in person and to one thread (the *store* lane). Every method is a
short transaction of its own. Reads raise nothing for what is not visible: it is just not there;
writes raise :class:`~workbench.rules.refusals.Refusal`. A database that cannot be reached raises
:class:`~workbench.rules.refusals.Outage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from workbench.rules.case import Case, Move
from workbench.rules.case_view import CaseView, SealTask, Worklist, WorklistQuery
from workbench.rules.catalogue import ItemVersion
from workbench.rules.duty_roster import Roster
from workbench.rules.events import Event
from workbench.rules.moment import Moment
from workbench.rules.people import CustodyShift, Department, DutyShift, User
from workbench.rules.publication import Publication, StampingOffer
from workbench.rules.seal_custody import HalfPress, LedgerLine, Prepared, Seal
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
        """A number that grows with every change by anybody; cheap enough to ask each second."""
        ...


class CatalogueRoom(Protocol):
    """The published catalogue and the people of the centre; no case content."""

    def items(self) -> tuple[ItemVersion, ...]:
        """The newest version of every published item, abolished ones too."""
        ...

    def item(self, item_code: str, version: int | None = None) -> ItemVersion | None:
        """One item version; the newest without ``version``."""
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


class SealRoom(Protocol):
    """The register of seals and the ledger of presses (seal design, section 7).

    Every change of a line is compare-and-set on (serial, owner, state) under a lease.
    """

    def seals(self) -> tuple[Seal, ...]:
        """Every seal of the register."""
        ...

    def seal_queue(self) -> tuple[SealTask, ...]:
        """What awaits the seal, immediate cases first, then by remaining time (V16)."""
        ...

    def reserve(self, document_id: str, case_id: int, seal_id: str, owner: str) -> LedgerLine:
        """RESERVED, or Refusal: not on custody shift, wrong kind, already stamped or being stamped
        (names who, since when, serial, state)."""
        ...

    def mark_prepared(self, serial: int, owner: str, prepared: Prepared, sha256: str) -> None:
        """PREPARED: digest, hole and place are stored; ``sha256`` names the prepared bytes."""
        ...

    def mark_signed(
        self, serial: int, owner: str, cms: bytes, sha256_after: str, level: str
    ) -> None:
        """SIGNED: the signature and the hash that the file will have are stored."""
        ...

    def release(self, serial: int, owner: str, move: Move) -> Case:
        """RELEASED and the move ``stamp`` (T23), in one transaction."""
        ...

    def void_line(self, serial: int, owner: str, reason: str) -> None:
        """VOID, with the reason; the serial stays burned."""
        ...

    def unfinished(self) -> tuple[HalfPress, ...]:
        """Lines neither released nor void whose lease has expired: for recovery by anybody."""
        ...

    def take_lease(self, serial: int, owner: str) -> bool:
        """Take over a line whose lease has expired; ``False`` where somebody else was faster."""
        ...

    def ledger(self, sha256_after: str | None = None) -> tuple[LedgerLine, ...]:
        """The register of seal use, newest last; one file's lines where a hash is given."""
        ...

    def note_wrong_pin(self) -> int:
        """Count one wrong PIN of the custodian; returns how many in a row (five lock the desk)."""
        ...

    def clear_wrong_pins(self) -> None:
        """The right PIN was given."""
        ...

    def seal_desk_locked(self) -> bool:
        """Whether five wrong PINs in a row have locked this custodian's seal desk."""
        ...

    def unlock_seal_desk(self, login: str) -> None:
        """Open that custodian's locked desk again; only the security administrator may.

        Refusal ``not_your_role`` or ``not_locked``.
        """
        ...


class SupervisionRoom(Protocol):
    """Explaining and watching; no content."""

    def explain(self, login: str, case_no: str, at: Moment | None) -> Explained | None:
        """The rows that match for a person, a case and a moment; ``None`` where no such case."""
        ...

    def events_of(self, case_no: str) -> tuple[Event, ...]:
        """The whole log of a case, for those who see the part ``log``; else empty."""
        ...


class Session(
    CaseRoom, CatalogueRoom, RosterRoom, ContentRoom, SealRoom, SupervisionRoom, Protocol
):
    """All of it, for one signed-in person."""

    def close(self) -> None:
        """Give back the connection."""
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

    def close(self) -> None:
        """Close every connection."""
        ...
