"""T11 and E18 inside PostgreSQL: the scenarios of the store on both engines, and random ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store import test_item_change as changes
from tests.store import test_transfer as transfers
from tests.store.server.busy_desks import Desks
from tests.store.server.centres import ServerCentre
from tests.store.server.twins import Twins
from tests.store.world import MAJOR, PROMISED, World, new_world
from workbench.rules.case import Move
from workbench.rules.moment import MINUTE
from workbench.rules.publication import Publication

pytestmark = [pytest.mark.long(10), pytest.mark.timeout(1500)]

TRANSFERS = (
    transfers.test_both_cases_name_each_other_and_the_first_owes_nothing,
    transfers.test_the_whole_package_goes_along_by_reference,
    transfers.test_silence_in_the_new_department_is_effective_from_the_first_receipt,
    transfers.test_the_one_correction_round_goes_along,
    transfers.test_what_the_receiving_side_may_not_do,
    transfers.test_a_refused_confirmation_burns_no_number,
    transfers.test_a_retry_begins_no_second_case,
    transfers.test_an_item_with_situations_has_one_named,
)
CHANGES = (
    changes.test_the_receipt_stays_and_the_check_list_is_answered_anew,
    changes.test_only_an_item_of_the_department_in_force_at_the_receipt,
    changes.test_after_acceptance_it_is_withdrawn_or_decided,
    changes.test_an_open_transfer_is_answered_first,
)
CHANGES_STOCKED = (
    changes.test_a_paper_counts_for_its_own_line_and_never_for_its_old_code,
    changes.test_the_form_is_asked_for_anew_and_the_applicant_stays,
    changes.test_told_once_is_told_once_under_the_right_item_too,
    changes.test_twice_changed_keeps_the_papers_and_their_names,
)


@pytest.fixture
def twins(server: ServerCentre, tmp_path: Path, founded: Path) -> Iterator[Twins]:
    """Both centres, empty."""
    with new_world(tmp_path, founded) as world:
        yield Twins(world, server)


@pytest.mark.parametrize("scenario", TRANSFERS + CHANGES, ids=lambda one: one.__name__)
def test_a_scenario_goes_the_same_way_in_both(
    twins: Twins, scenario: Callable[[World], None]
) -> None:
    scenario(twins.world)
    assert twins.differences() == []


@pytest.mark.parametrize("scenario", CHANGES_STOCKED, ids=lambda one: one.__name__)
def test_a_scenario_with_other_lists_goes_the_same_way_in_both(
    twins: Twins, scenario: Callable[[World], None]
) -> None:
    offered = Publication("more", "1.0", "development", (), (changes.WRONG, changes.RIGHT))
    twins.world.as_("sys").publish(offered)
    twins.world.clock.forward(MINUTE)
    scenario(twins.world)
    assert twins.differences() == []


@pytest.mark.histories(*range(3))
def test_random_transfers_and_changes_go_the_same_way_in_both(
    twins: Twins, seed: int, depth: int, counted: Callable[[str, int], None]
) -> None:
    desks = Desks(twins.world, random.Random(seed))
    desks.open()
    acts = (desks.new_case, desks.correct, desks.transfer, desks.transfer, desks.change_item,
            desks.change_item)  # fmt: skip
    desks.new_case()
    for _step in range(60 * depth):
        desks.morning()
        desks.dice.choice(acts)()
    assert twins.differences() == []
    taken = Counter(desks.seen)
    assert taken["confirm_transfer"] and taken["change_item"], taken
    counted("steps of transfers and changes alike in both engines", len(desks.seen))


def test_the_fields_that_lack_are_named_by_code_and_in_both_languages(twins: Twins) -> None:
    """The desk words them: a server knows no language."""
    offered = Publication("more", "1.0", "development", (), (changes.WRONG, changes.RIGHT))
    world = twins.world
    world.as_("sys").publish(offered)
    world.clock.forward(MINUTE)
    case = world.pushed(changes.WRONG, "M01")
    call = "SELECT wb.make_move(%s, 'change_item', %s::jsonb)"
    twins.ready()
    answer = twins.asked("wang", call, (
        twins.numbers[case.case_id], f'{{"item_code": "{changes.RIGHT.item_code}"}}'))
    assert answer["refused"] == {"code": "form_incomplete", "fields": [
        {"code": "place", "label_zh": "场所", "label_en": "Place"},
        {"code": "area", "label_zh": "面积", "label_en": "Area"}]}  # fmt: skip


def test_who_has_no_part_in_it_learns_nothing_of_items_and_departments(twins: Twins) -> None:
    """The judge answers him, on both engines, whatever he asks for."""
    case = transfers.proposed(twins.world)
    session = twins.world.as_("hu")
    for name, fields in (
        ("propose_transfer", {"department": "market", "agreed_by": "applicant"}),
        ("confirm_transfer", {"item_code": "X"}),
        ("confirm_transfer", {"item_code": PROMISED.item_code}),
        ("change_item", {"item_code": PROMISED.item_code}),
        ("change_item", {"item_code": MAJOR.item_code}),
    ):
        with pytest.raises(transfers.Refusal) as caught:
            session.make_move(case.case_id, Move(name, fields))
        assert caught.value.code == "not_visible"
