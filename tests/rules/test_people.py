"""Roles that cannot meet in one person, and letters that hold in their term (R90, 3.6, V08)."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rules.people import (
    ADMINISTRATORS,
    NO_END,
    Appointment,
    Authorisation,
    CustodyShift,
    Post,
    Power,
    Role,
    role_conflicts,
    role_label,
)

roles = st.sets(st.sampled_from(list(Role)), max_size=5)


@pytest.mark.parametrize("admin", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("other", list(Role))
def test_an_administrator_holds_no_other_role(admin: Role, other: Role) -> None:
    assert bool(role_conflicts({admin, other})) == (admin is not other)


@pytest.mark.parametrize(
    "role",
    [
        Role.WINDOW_ACCEPTOR,
        Role.REPRESENTATIVE,
        Role.REVIEWER,
        Role.SURVEYOR,
        Role.APPROVER,
        Role.ORGAN_HEAD,
        Role.ISSUING_CLERK,
        Role.SUPERVISOR,
    ],
)
def test_the_custodian_keeps_nothing_that_leads_to_the_seal(role: Role) -> None:
    (text,) = role_conflicts([role, Role.SEAL_CUSTODIAN])
    assert role_label(role) in text
    assert role_label(Role.SEAL_CUSTODIAN) in text


def test_ordinary_pairs_are_possible() -> None:
    assert role_conflicts({Role.WINDOW_ACCEPTOR, Role.ISSUING_CLERK}) == ()
    assert role_conflicts({Role.REPRESENTATIVE, Role.APPROVER}) == ()
    assert role_conflicts([Role.REVIEWER, Role.REVIEWER]) == ()


@given(roles)
def test_conflicts_are_those_of_the_pairs(held: set[Role]) -> None:
    pairs = itertools.combinations(sorted(held), 2)
    assert len(role_conflicts(held)) == sum(bool(role_conflicts(pair)) for pair in pairs)


def test_a_letter_holds_half_open_and_until_revoked() -> None:
    letter = Appointment("wang", "health", Post.A, "1", valid_from=10, valid_to=20)
    assert [letter.in_force(at) for at in (9, 10, 19, 20)] == [False, True, True, False]
    revoked = Appointment("wang", "health", Post.A, "1", 10, NO_END, revoked_at=15)
    assert [revoked.in_force(at) for at in (14, 15, 16)] == [True, False, False]


def test_an_authorisation_covers_an_item_and_its_variants() -> None:
    item = "11990101MB000111174000131901001"
    named = Authorisation("wang", "m", frozenset({item}), frozenset({Power.ACCEPT}), "1", 0)
    everything = Authorisation("wang", "m", None, frozenset({Power.ACCEPT}), "1", 0)
    assert named.covers(item) and named.covers(item + "01")
    assert not named.covers(item[:-1] + "2")
    assert everything.covers("anything")


def test_custody_begins_with_the_taking_over() -> None:
    shift = CustodyShift("song", 10, 20, taken_over_at=12)
    assert [shift.in_force(at) for at in (10, 11, 12, 19, 20)] == [False, False, True, True, False]
    assert not CustodyShift("song", 10, 20).in_force(15)
