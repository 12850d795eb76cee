"""Whole lists of seals come into the register: 42 put away and one in use, 71 in 11 categories.

S020, S165, S166, S173, on a file and on a server.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.test_seal_register import HEAD, KEEPER, SECURITY, code
from tests.store.world import NINE, World, document_of
from workbench import settings
from workbench.rules.seal_custody import SealStatus
from workbench.rules.seal_list import ListedSeal, read_seals, totals
from workbench.rules.seal_states import AskState

REGISTERS = settings.resources_dir() / "sample_centre" / "registers"
PUT_AWAY, IN_TRADES = REGISTERS / "seals_put_away.csv", REGISTERS / "seals_in_trades.csv"


def listed(file: Path) -> tuple[ListedSeal, ...]:
    found, faults = read_seals(file.read_bytes(), NINE)
    assert faults == ()
    return found


def confirm_all(world: World, file: Path) -> None:
    made = world.as_(SECURITY).import_seals(listed(file), "taken over")
    for one in made:
        if one.state is AskState.ASKED:
            world.as_(HEAD).decide_seal_change(one.change_id, confirm=True, reason="seen")


def test_forty_two_seals_are_put_away_and_one_is_in_use(world: World) -> None:
    """S165, S166: each with date, box and two witnesses; none of them is pressed again."""
    before = {one.seal_id for one in world.as_(KEEPER).seals()}
    confirm_all(world, PUT_AWAY)
    new = [one for one in world.as_(KEEPER).seals() if one.seal_id not in before]
    away = [one for one in new if one.status is SealStatus.SEALED_AWAY]
    assert (len(new), len(away)) == (43, 42)
    assert [one.seal_id for one in new if one.status is SealStatus.ACTIVE] == ["one-seal"]
    assert all(one.box for one in away)
    for one in away:
        (change,) = world.as_("zhang").seal_changes(one.seal_id)
        assert change.form["sealed_on"] == "2026-01-12" and change.form["giver"]
        assert len(set(change.witnesses)) == 2 and change.after is SealStatus.SEALED_AWAY
    case = world.awaiting_seal()
    for one in away:
        assert code(lambda one=one: world.as_(KEEPER).reserve(
            document_of(case), case.case_id, one.seal_id, "worker"
        )) == "seal_sealed_away"  # fmt: skip


def test_seventy_one_seals_in_eleven_categories(world: World) -> None:
    """S020: with category, place, custodian and status; two persons bring them into use."""
    confirm_all(world, IN_TRADES)
    found = [one for one in totals(world.as_(KEEPER).seals()) if one.category]
    assert (len(found), sum(one.count for one in found)) == (11, 71)
    assert {one.count for one in found} == {6, 7}
    assert all(dict(one.by_status) == {SealStatus.ACTIVE: one.count} for one in found)
    by_id = {one.seal.seal_id: one for one in listed(IN_TRADES)}
    for seal in world.as_(KEEPER).seals():
        if seal.seal_id in by_id:
            assert seal.place and by_id[seal.seal_id].form["custodian"]


def test_a_list_is_entered_whole_or_not_at_all(world: World) -> None:
    rows = listed(PUT_AWAY)
    count = len(world.as_(KEEPER).seals())
    twice = (*rows[:3], rows[0])
    assert code(lambda: world.as_(SECURITY).import_seals(twice, "x")) == "seal_entered"
    assert code(lambda: world.as_(KEEPER).import_seals(rows, "x")) == "not_your_role"
    assert code(lambda: world.as_(HEAD).import_seals(rows, " ")) == "reason_missing"
    bare = (*rows[:2], ListedSeal(rows[2].seal, rows[2].witnesses[:1], rows[2].form))
    assert code(lambda: world.as_(HEAD).import_seals(bare, "x")) == "seal_witnesses_missing"
    assert len(world.as_(KEEPER).seals()) == count


@pytest.mark.parametrize(("change", "column", "told"), [
    (("封存箱 01", ""), "box", "empty"), (("2026-01-12", "12.1.26"), "sealed_on", "YYYY-MM-DD"),
    (("见证人丁", "见证人丙"), "witness_2", "two different"),
    ((",42,", ",52,"), "size", "35 to 45"),
    (("封存,", "丢了,"), "status", "listed seal"), (("行政审批专用章", "图章"), "kind", "no kind"),
    (("old-02", "old-01"), "seal_id", "Row 2"),
])  # fmt: skip
def test_every_fault_names_its_row_and_column(
    change: tuple[str, str], column: str, told: str
) -> None:
    lines = PUT_AWAY.read_text("utf-8").splitlines()
    lines[2] = lines[2].replace(change[0], change[1], 1)
    found, faults = read_seals("\n".join(lines).encode(), NINE)
    assert found == ()
    assert [(one.row, one.column) for one in faults] == [(3, column)]
    assert told in str(faults[0])


def test_a_list_without_its_columns_is_refused() -> None:
    found, faults = read_seals("印章编号,状态\na,封存\n".encode(), NINE)
    assert found == () and [one.column for one in faults] == ["kind", "organ", "ring", "size"]
    assert read_seals(b"\xff\xfe\0\1", NINE)[1][0].row == 1
