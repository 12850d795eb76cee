"""Who there is: users, departments, roles, letters, shifts and leave, as records.

Every room passes these records on; the predicates over them live in
:mod:`workbench.rules.duty_roster`. All intervals are half-open ``[start, end)`` in UTC microseconds
(domain 4.2); a span without an end carries :data:`NO_END`, so that nobody has to treat "no end" as
a case of its own, in SQL least of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from workbench.rules.moment import Moment, at_local
from workbench.rules.words import _

NO_END: Final[Moment] = at_local(date(9999, 12, 31))


class Role(StrEnum):
    """What a person may be in the centre (domain 3.1; identifiers of glossary 5.1)."""

    WINDOW_ACCEPTOR = "window_acceptor"
    INTAKE_AGENT = "intake_agent"
    REPRESENTATIVE = "representative"
    REVIEWER = "reviewer"
    SURVEYOR = "surveyor"
    APPROVER = "approver"
    ORGAN_HEAD = "organ_head"
    GOVERNMENT_HEAD = "government_head"
    SEAL_CUSTODIAN = "seal_custodian"
    ISSUING_CLERK = "issuing_clerk"
    SUPERVISOR = "supervisor"
    ARCHIVIST = "archivist"
    ROSTER_MANAGER = "roster_manager"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Power(StrEnum):
    """What an authorisation letter can grant (domain 3.8)."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    REVIEW = "review"
    DECIDE = "decide"
    EXTEND_REQUEST = "extend_request"


class DepartmentKind(StrEnum):
    """What sort of body a department is; only an organ has a credit code of its own."""

    DEPARTMENT = "department"
    STREET_OFFICE = "street_office"
    APPROVAL_BUREAU = "approval_bureau"
    SERVICE_CENTRE = "service_centre"


class Post(StrEnum):
    """The two posts of the chief representative, and the emergency stand-in (E05)."""

    A = "A"
    B = "B"
    TEMP = "temp"


class ShiftKind(StrEnum):
    """How a shift came about."""

    REGULAR = "regular"
    SWAP = "swap"
    EMERGENCY = "emergency"


class Place(StrEnum):
    """Where a representative sits: immediate cases are decided on a hall shift (domain 3.3)."""

    BACK_OFFICE = "back_office"
    HALL = "hall"


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. ``roles`` are those in force when the record was read."""

    login: str
    name_zh: str
    name_en: str
    roles: frozenset[Role]
    department: str | None = None
    site: str | None = None

    def has(self, role: Role) -> bool:
        """Whether the person holds that role."""
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Department:
    """An organ or unit that handles items; ``transferred_to`` is the bureau that took it over.

    Cases that were accepted before ``transferred_at`` keep the old organ and its seal until they
    are closed (S172); without a moment, all of them do.
    """

    code: str
    name_zh: str
    name_en: str
    organ_name: str
    credit_code: str
    kind: DepartmentKind = DepartmentKind.DEPARTMENT
    transferred_to: str | None = None
    transferred_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A role held by a person for a time, at a department, a site or a window."""

    login: str
    role: Role
    department: str | None
    site: str | None
    window: str | None
    valid_from: Moment
    valid_to: Moment = NO_END


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment letter 任命书: names a person as representative, with post and term."""

    login: str
    department: str
    post: Post
    letter_no: str
    valid_from: Moment
    valid_to: Moment = NO_END
    revoked_at: Moment | None = None

    def in_force(self, at: Moment) -> bool:
        """Whether it holds at that moment: inside its term and not yet revoked (V08)."""
        return _in_force(self.valid_from, self.valid_to, self.revoked_at, at)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The authorisation letter 授权书: which items and which powers.

    ``item_codes`` is None for all items of the department; codes have 31 or 33 characters, and an
    item code covers its variants (R64).
    """

    login: str
    department: str
    item_codes: frozenset[str] | None
    powers: frozenset[Power]
    letter_no: str
    valid_from: Moment
    valid_to: Moment = NO_END
    revoked_at: Moment | None = None

    def in_force(self, at: Moment) -> bool:
        """Whether it holds at that moment: inside its term and not yet revoked (V08)."""
        return _in_force(self.valid_from, self.valid_to, self.revoked_at, at)

    def covers(self, item_code: str) -> bool:
        """Whether the letter names that item, or the item whose variant it is."""
        codes = self.item_codes
        return codes is None or item_code in codes or item_code[:31] in codes


@dataclass(frozen=True, slots=True)
class DutyShift:
    """One turn of one representative. It counts once published; before that it is a plan."""

    shift_id: str
    department: str
    login: str
    start: Moment
    end: Moment
    kind: ShiftKind = ShiftKind.REGULAR
    joint: bool = False
    created_by: str = ""
    published_at: Moment | None = None
    place: Place = Place.BACK_OFFICE


@dataclass(frozen=True, slots=True)
class Leave:
    """An interval in which a person has no duty rights (V07)."""

    login: str
    start: Moment
    end: Moment
    reason_kind: str = "leave"


@dataclass(frozen=True, slots=True)
class Recusal:
    """回避: the person is barred from every act on the case and sees its number only (V00)."""

    login: str
    case_id: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class CustodyShift:
    """A custodian's turn with the seal; it gives rights once taken over with signature (V16)."""

    login: str
    start: Moment
    end: Moment
    taken_over_at: Moment | None = None

    def in_force(self, at: Moment) -> bool:
        """Whether the custodian holds the seal at that moment."""
        taken = self.taken_over_at is not None and self.taken_over_at <= at
        return taken and self.start <= at < self.end


ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# What a custodian may never also be (row "stamp C" of domain 3.6): everybody who makes, decides,
# hands out or watches what is sealed. Heads are included because they decide major items.
NEVER_WITH_SEAL: Final = frozenset(
    {
        Role.WINDOW_ACCEPTOR,
        Role.INTAKE_AGENT,
        Role.REPRESENTATIVE,
        Role.REVIEWER,
        Role.SURVEYOR,
        Role.APPROVER,
        Role.ORGAN_HEAD,
        Role.GOVERNMENT_HEAD,
        Role.ISSUING_CLERK,
        Role.SUPERVISOR,
    }
)


def role_label(role: Role) -> str:
    """The role as the screen calls it (glossary 5.1)."""
    labels = {
        Role.WINDOW_ACCEPTOR: _("Window officer"),
        Role.INTAKE_AGENT: _("Intake agent"),
        Role.REPRESENTATIVE: _("Chief representative"),
        Role.REVIEWER: _("Reviewer"),
        Role.SURVEYOR: _("Surveyor"),
        Role.APPROVER: _("Approver"),
        Role.ORGAN_HEAD: _("Head of organ"),
        Role.GOVERNMENT_HEAD: _("Head of government"),
        Role.SEAL_CUSTODIAN: _("Seal custodian"),
        Role.ISSUING_CLERK: _("Issuing clerk"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.ARCHIVIST: _("Archivist"),
        Role.ROSTER_MANAGER: _("Roster manager"),
        Role.SYSTEM_ADMIN: _("System administrator"),
        Role.SECURITY_ADMIN: _("Security administrator"),
        Role.AUDIT_ADMIN: _("Audit administrator"),
    }
    return labels[role]


def role_conflicts(roles: Iterable[Role]) -> tuple[str, ...]:
    """Why these roles cannot meet in one person, one text a conflict; empty if they can.

    R90: an administrator holds no other role at all. Domain 3.6: the custodian keeps the seal and
    nothing that leads to it, so that one person with both is impossible, not just discouraged.
    """
    held = sorted(set(roles), key=list(Role).index)
    return tuple(
        text
        for place, first in enumerate(held)
        for second in held[place + 1 :]
        if (text := _conflict(first, second))
    )


def _conflict(first: Role, second: Role) -> str:
    pair = {first, second}
    names = {"first": role_label(first), "second": role_label(second)}
    if pair <= ADMINISTRATORS:
        text = _("{first} and {second}: the three administrators exclude each other.")
    elif pair & ADMINISTRATORS:
        text = _("{first} and {second}: an administrator holds no other role.")
    elif Role.SEAL_CUSTODIAN in pair and pair & NEVER_WITH_SEAL:
        text = _("{first} and {second}: who keeps the seal may not work on what is sealed.")
    else:
        return ""
    return text.format(**names)


def _in_force(start: Moment, end: Moment, revoked_at: Moment | None, at: Moment) -> bool:
    return start <= at < end and (revoked_at is None or at < revoked_at)
