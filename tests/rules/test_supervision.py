"""Supervision kinds as data: every code the flow raises is known and named (S008, S197, R35)."""

from __future__ import annotations

from workbench.rules import effects
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.supervision import (
    SUPERVISION_KINDS,
    Misconduct,
    misconduct_label,
    supervision_label,
)


def test_the_four_kinds_of_misconduct_are_each_used_and_named() -> None:
    used = {kind.misconduct for kind in SUPERVISION_KINDS.values()} - {None}
    assert used == set(Misconduct)
    assert len({misconduct_label(kind) for kind in Misconduct}) == 4


def test_every_kind_has_its_own_words() -> None:
    assert len({supervision_label(code) for code in SUPERVISION_KINDS}) == len(SUPERVISION_KINDS)


def test_every_event_the_flow_raises_is_a_known_kind() -> None:
    raised = {
        effect.kind
        for row in TRANSITIONS
        for effect in row.effects
        if isinstance(effect, effects.Supervise)
    }
    assert raised
    assert raised <= set(SUPERVISION_KINDS)
