"""Separation of duties as data (domain 3.6) and the guards that follow from it.

Read by the flow table; no plugin can weaken it, because plugins only ask the core for moves.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workbench.rules.conditions import Condition, Fact, Not, either


class Duty(StrEnum):
    """The eight duties whose combination on one case is restricted."""

    REGISTER = "register"
    ACCEPT = "accept"
    REVIEW = "review"
    SURVEY = "survey"
    DECIDE = "decide"
    STAMP = "stamp"
    ISSUE = "issue"
    SUPERVISE = "supervise"


class Rule(StrEnum):
    """✗, △ and ○ of the matrix; ``ANOTHER`` is the △ that opens once another person reviewed."""

    NEVER = "never"
    SINGLE_OFFICER = "single_officer"
    ANOTHER = "another_reviewed"
    ALLOWED = "allowed"


D = Duty
_NEVER, _SINGLE = Rule.NEVER, Rule.SINGLE_OFFICER

MATRIX: Final[dict[tuple[Duty, Duty], Rule]] = {
    (D.REGISTER, D.ACCEPT): _NEVER,
    (D.REGISTER, D.REVIEW): _NEVER,
    (D.REGISTER, D.SURVEY): _NEVER,
    (D.REGISTER, D.DECIDE): _NEVER,
    (D.REGISTER, D.STAMP): _NEVER,
    (D.REGISTER, D.ISSUE): Rule.ALLOWED,
    (D.REGISTER, D.SUPERVISE): _NEVER,
    (D.ACCEPT, D.REVIEW): _SINGLE,
    (D.ACCEPT, D.SURVEY): _NEVER,
    (D.ACCEPT, D.DECIDE): Rule.ANOTHER,
    (D.ACCEPT, D.STAMP): _NEVER,
    (D.ACCEPT, D.ISSUE): _NEVER,
    (D.ACCEPT, D.SUPERVISE): _NEVER,
    (D.REVIEW, D.SURVEY): Rule.ALLOWED,
    (D.REVIEW, D.DECIDE): _SINGLE,
    (D.REVIEW, D.STAMP): _NEVER,
    (D.REVIEW, D.ISSUE): _NEVER,
    (D.REVIEW, D.SUPERVISE): _NEVER,
    (D.SURVEY, D.DECIDE): _NEVER,
    (D.SURVEY, D.STAMP): _NEVER,
    (D.SURVEY, D.ISSUE): _NEVER,
    (D.SURVEY, D.SUPERVISE): _NEVER,
    (D.DECIDE, D.STAMP): _NEVER,
    (D.DECIDE, D.ISSUE): _NEVER,
    (D.DECIDE, D.SUPERVISE): _NEVER,
    (D.STAMP, D.ISSUE): _NEVER,
    (D.STAMP, D.SUPERVISE): _NEVER,
    (D.ISSUE, D.SUPERVISE): _NEVER,
}
"""Upper triangle of the matrix of 3.6; the order of the two acts does not matter."""


def rule_between(one: Duty, other: Duty) -> Rule:
    """What the matrix says of one person doing both on one case."""
    if one == other:
        return Rule.ALLOWED
    found = MATRIX.get((one, other)) or MATRIX.get((other, one))
    return found or Rule.ALLOWED


SINGLE_OFFICER_CASE: Final = Fact("item", "single_officer_immediate")


def separation_guards(duty: Duty) -> tuple[tuple[Duty, Condition], ...]:
    """For a duty: each other duty with the condition under which one person may do both."""
    guards: list[tuple[Duty, Condition]] = []
    for other in Duty:
        apart = Not(Fact("acted_as", other.value))
        match rule_between(duty, other):
            case Rule.NEVER:
                guards.append((other, apart))
            case Rule.SINGLE_OFFICER:
                guards.append((other, either(apart, SINGLE_OFFICER_CASE)))
            case Rule.ANOTHER:
                reviewed = Fact("reviewed_by_another")
                guards.append((other, either(apart, SINGLE_OFFICER_CASE, reviewed)))
            case Rule.ALLOWED:
                pass
    return tuple(guards)
