"""What a new centre is filled with: people, letters, shifts, items, seals, as one frozen record.

Made by :mod:`workbench.casework.sample_centre` (or read from a file by an administrator), written
by the store in the transaction that creates the centre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    Department,
    DutyShift,
    Leave,
    Membership,
    User,
)
from workbench.rules.publication import Publication
from workbench.rules.seal_balance import SealCertificate
from workbench.rules.seal_custody import Seal


@dataclass(frozen=True, slots=True)
class CentreSeed:
    """Everything a centre starts with. ``passwords`` are plain and are hashed when written.

    ``settings`` holds texts such as ``name_zh`` and ``clock_offset_us`` (exercise time of the
    sample centre). ``calendar`` and ``office_hours`` are the shipped data as read from file.
    """

    settings: Mapping[str, str]
    departments: tuple[Department, ...]
    users: tuple[User, ...]
    passwords: Mapping[str, str]
    memberships: tuple[Membership, ...]
    appointments: tuple[Appointment, ...]
    authorisations: tuple[Authorisation, ...]
    shifts: tuple[DutyShift, ...]
    custody: tuple[CustodyShift, ...]
    publications: tuple[Publication, ...] = ()
    seals: tuple[Seal, ...] = ()
    certificates: tuple[SealCertificate, ...] = ()
    leaves: tuple[Leave, ...] = ()
    calendar_years: tuple[Mapping[str, object], ...] = field(default_factory=tuple)
    office_hours: Mapping[str, object] = field(default_factory=dict)
