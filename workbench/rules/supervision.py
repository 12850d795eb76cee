"""What the supervisor sees: the kinds of supervision event, as data (S008, S040, S197, R35).

An event names a case, a clock or a rule, and the person or department it falls to. The flow raises
events by these codes; the supervision screen and the export read the labels. An overdue clock gives
exactly one event (S008); nobody but the supervisor answers one and no role deletes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.rules.words import _


class Severity(StrEnum):
    """Yellow: to be answered. Red: a rule is already broken."""

    YELLOW = "yellow"
    RED = "red"


class Misconduct(StrEnum):
    """The four kinds of S197."""

    INACTION = "inaction"
    """不作为: nothing was done where something was due."""
    WRONGFUL_ACTION = "wrongful_action"
    """乱作为: done against the rules."""
    SLOW_ACTION = "slow_action"
    """慢作为: done late."""
    IMPROPER_ACCEPTANCE = "improper_acceptance"
    """乱受理: accepted with a required material missing, or for an item not active."""


class FallsTo(StrEnum):
    """Whom the event is put to."""

    DUTY_REPRESENTATIVE = "duty_representative"
    DEPARTMENT = "department"
    ROSTER_MANAGER = "roster_manager"
    WINDOW = "window"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class SupervisionKind:
    """One kind of event. ``per`` says what it may exist only once for."""

    code: str
    severity: Severity
    falls_to: FallsTo
    misconduct: Misconduct | None
    per: str
    rule: str


_Y, _R = Severity.YELLOW, Severity.RED
_D, _DEP, _B = FallsTo.DUTY_REPRESENTATIVE, FallsTo.DEPARTMENT, FallsTo.ROSTER_MANAGER

SUPERVISION_KINDS: Final[dict[str, SupervisionKind]] = {
    kind.code: kind
    for kind in (
        SupervisionKind("overdue", _R, _D, Misconduct.SLOW_ACTION, "clock", "S008"),
        SupervisionKind("deemed", _R, _D, Misconduct.INACTION, "round", "T05"),
        SupervisionKind("silence", _R, _D, Misconduct.INACTION, "case", "T06"),
        SupervisionKind("opinion_overdue", _R, _DEP, Misconduct.INACTION, "task", "T13"),
        SupervisionKind("repeated_return", _Y, _D, Misconduct.SLOW_ACTION, "case", "T19"),
        SupervisionKind("repeated_seal_return", _Y, _D, Misconduct.SLOW_ACTION, "case", "E13"),
        SupervisionKind("vacancy", _R, _B, Misconduct.INACTION, "department_day", "V23"),
        SupervisionKind("integrity", _R, FallsTo.SYSTEM, None, "finding", "T31"),
        SupervisionKind(
            "improper_acceptance", _R, _D, Misconduct.IMPROPER_ACCEPTANCE, "case", "S197"
        ),
        # Four omissions the licensing law names one by one (R35).
        SupervisionKind("not_accepting", _R, _D, Misconduct.INACTION, "case", "R35"),
        SupervisionKind("not_told_once", _R, _D, Misconduct.WRONGFUL_ACTION, "case", "R35"),
        SupervisionKind("no_reasons", _R, _D, Misconduct.WRONGFUL_ACTION, "case", "R35"),
        SupervisionKind("no_hearing", _R, _D, Misconduct.WRONGFUL_ACTION, "case", "R35"),
    )
}

RETURNS_BEFORE_EVENT: Final = 3
"""The third internal return, or the third returned stamping request, raises an event (T19, E13)."""


def supervision_label(code: str) -> str:
    """The event as the screen calls it. An unknown code is a KeyError."""
    labels = {
        "overdue": _("Overdue"),
        "deemed": _("Deemed accepted: no answer within the response time"),
        "silence": _("Accepted by law: no answer within five working days"),
        "opinion_overdue": _("Opinion overdue: counted as agreement"),
        "repeated_return": _("Returned for the third time"),
        "repeated_seal_return": _("Stamping request returned for the third time"),
        "vacancy": _("Nobody on duty in office hours"),
        "integrity": _("Stored data do not match their fingerprint"),
        "improper_acceptance": _("Accepted with a required material missing, or item not active"),
        "not_accepting": _("Not accepted although it must be"),
        "not_told_once": _("Defects not told at one time"),
        "no_reasons": _("Refused without reasons"),
        "no_hearing": _("Hearing not held although it must be"),
    }
    return labels[code]


def misconduct_label(kind: Misconduct) -> str:
    """The four kinds as the screen calls them (S197)."""
    labels = {
        Misconduct.INACTION: _("Failure to act"),
        Misconduct.WRONGFUL_ACTION: _("Wrongful action"),
        Misconduct.SLOW_ACTION: _("Slow action"),
        Misconduct.IMPROPER_ACCEPTANCE: _("Improper acceptance"),
    }
    return labels[kind]
