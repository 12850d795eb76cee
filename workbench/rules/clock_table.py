"""The clocks of domain 3.4 as data: what starts and stops each, its unit, length and colours.

Read by :mod:`workbench.rules.clocks`, the store (which writes the table into the database) and
``explain``. No entry holds a callable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.words import _

OFFICE_MINUTE: Final = "office_minute"
WORKING_DAY: Final = "working_day"
CALENDAR_DAY: Final = "calendar_day"
MONTH: Final = "month"
UNITS: Final = (OFFICE_MINUTE, WORKING_DAY, CALENDAR_DAY, MONTH)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A colour begins when what is left is at most the larger of the two.

    ``units`` counts in the unit of the running clock, ``percent`` of its length.
    """

    units: int
    percent: int = 0


@dataclass(frozen=True, slots=True)
class ClockKind:
    """One row of the table. ``default_length`` None means the item says it.

    ``starts`` and ``stops`` are rows of the flow (T03) or, in lower case, an event beside it.
    ``pausable``: the special procedures of R23 stop it. ``deems``: its end decides by itself.
    """

    name: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    unit: str
    default_length: int | None
    yellow: Threshold | None = None
    orange: Threshold | None = None
    pausable: bool = False
    deems: bool = False


ENDS_EVERY_CLOCK: Final = ("T28", "T29")
"""Withdrawn and terminated cases have no clock left (T28: "clocks end")."""

ACCEPTED: Final = ("T04", "T05", "T06")
DECIDED: Final = ("T17", "T18", "T20")

CLOCKS: Final[dict[str, ClockKind]] = {
    kind.name: kind
    for kind in (
        # Ten office minutes from the push (S133); yellow at 5, orange at 8, red at 10.
        ClockKind(
            "acceptance_response",
            starts=("T03", "T08"),
            stops=(*ACCEPTED, "T07", "T08b", "T10", "T11", "E18"),
            unit=OFFICE_MINUTE,
            default_length=10,
            yellow=Threshold(0, 50),
            orange=Threshold(0, 20),
            deems=True,
        ),
        # R10: five working days since receipt, and no second start after a correction (T08).
        ClockKind(
            "correction_notice",
            starts=("T02",),
            stops=(*ACCEPTED, "T07", "T10"),
            unit=WORKING_DAY,
            default_length=5,
            yellow=Threshold(1),
            deems=True,
        ),
        ClockKind(
            "applicant_correction",
            starts=("T07", "T08b"),
            stops=("T08", "T09"),
            unit=WORKING_DAY,
            default_length=10,
            yellow=Threshold(3),
        ),
        # Runs until the sealed document reaches the issuing window, not until the decision.
        ClockKind(
            "promised",
            starts=ACCEPTED,
            stops=("T23",),
            unit=WORKING_DAY,
            default_length=None,
            yellow=Threshold(1, 20),
            pausable=True,
        ),
        # R19: twenty working days unless the item's own law says less or more; 45 where several
        # departments handle it together (R20, ``store.clock_lengths``).
        ClockKind(
            "statutory",
            starts=ACCEPTED,
            stops=DECIDED,
            unit=WORKING_DAY,
            default_length=20,
            yellow=Threshold(3),
            pausable=True,
        ),
        ClockKind("opinion", ("T12",), ("opinion_answered",), WORKING_DAY, None, Threshold(1)),
        ClockKind(
            "survey", ("survey_assigned",), ("survey_confirmed",), WORKING_DAY, 3, Threshold(1)
        ),
        # R24: five days to ask for a hearing, twenty to hold it.
        ClockKind("hearing_request", ("notice_n08",), ("hearing_requested",), WORKING_DAY, 5),
        ClockKind("hearing_hold", ("hearing_requested",), ("hearing_held",), WORKING_DAY, 20),
        # R28: two officers named within five working days; only items with inspection have it.
        ClockKind(
            "assign_inspectors", ACCEPTED, ("survey_assigned",), WORKING_DAY, 5, Threshold(1)
        ),
        # 5 minutes for immediate cases (yellow at 3), 240 for promised ones (yellow at 180).
        ClockKind("seal", ("T22",), ("T23", "T24"), OFFICE_MINUTE, 240, Threshold(2, 25)),
        # R22: ten working days from the decision to the applicant.
        ClockKind("delivery", DECIDED, ("T25",), WORKING_DAY, 10, Threshold(3)),
        ClockKind("archive", ("T26",), ("T27",), CALENDAR_DAY, 30),
        ClockKind(
            "supervision_reply",
            ("supervision_opened",),
            ("supervision_answered",),
            WORKING_DAY,
            5,
            Threshold(1),
        ),
        ClockKind(
            "bad_evaluation", ("evaluated_bad",), ("put_right",), WORKING_DAY, 15, Threshold(3)
        ),
        # R26: the end date of the licence itself is the limit; see ``clocks.start_until``.
        ClockKind("renewal_expiry", ACCEPTED, DECIDED, CALENDAR_DAY, None, Threshold(10)),
    )
}

JOINT_DAYS: Final = 45
"""The statutory clock of a licence that several departments handle, in working days (R20)."""

SEAL_MINUTES_IMMEDIATE: Final = 5
"""The seal clock of an immediate case (domain 3.4)."""


def clock_label(name: str) -> str:
    """The clock as the screen calls it (glossary 5.4)."""
    labels = {
        "acceptance_response": _("Ten-minute response"),
        "correction_notice": _("Correction notice"),
        "applicant_correction": _("Correction by the applicant"),
        "promised": _("Promised limit"),
        "statutory": _("Statutory limit"),
        "opinion": _("Opinion"),
        "survey": _("Survey"),
        "hearing_request": _("Request for a hearing"),
        "hearing_hold": _("Hearing"),
        "assign_inspectors": _("Naming of inspectors"),
        "seal": _("Sealing"),
        "delivery": _("Delivery"),
        "archive": _("Archiving"),
        "supervision_reply": _("Reply to the supervisor"),
        "bad_evaluation": _("Bad evaluation"),
        "renewal_expiry": _("Expiry of the licence"),
    }
    return labels[name]
