"""Looking an applicant up: by number or a part of the name, among the own cases, written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.store.world import PROMISED, World
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.refusals import Refusal
from workbench.store import applicant_room
from workbench.store.server import server_applicants
from workbench.store.tables import audit_line

NUMBER = "990101198001010014"
PEOPLE = (
    ("王小明", NUMBER), ("青云ABC贸易有限公司", "91990101MA00000001"),
    ("青云宏达商贸有限公司", "91990101MA00000002"), ("李小明", "990101198505050022"),
)  # fmt: skip
WHY = "receipt lost"


@pytest.fixture
def cases(world: World) -> list[Case]:
    """A case a person, before the representative; the last one still at the window."""
    return [registered(world, *one) for one in PEOPLE]


def registered(world: World, name: str, number: str) -> Case:
    world.clock.forward(1_000_000)
    form = NewEntry("form", {"applicant": {"name": name, "id_number": number}})
    move = Move("register", {"item_code": PROMISED.item_code, "channel": "window"},
                (form, world.paper("id_card")))  # fmt: skip
    case = world.as_("wang").register(move, "某", f"package {name}")
    if number == PEOPLE[-1][1]:
        return case
    case = world.move("wang", case, "receive")
    return world.move("wang", case, "push", NewEntry("checklist", {"answers": ["yes"]}))


def numbers(world: World, login: str, text: str) -> list[int]:
    return list(world.as_(login).look_up_applicant(text, WHY).cases)


def test_any_part_of_a_name_or_the_whole_number(world: World, cases: list[Case]) -> None:
    first, second, third, last = (one.case_id for one in cases)
    for text, found in (
        ("小明", [last, first]), ("王小明", [first]), ("有限公司", [third, second]),
        ("贸易", [second]), ("abc贸", [second]), ("  宏达 ", [third]), ("明王", []),
        (NUMBER, [first]), ("91990101ma00000002", [third]), (NUMBER[:-1], []), ("%%", []),
        ("_小", []), ("青云宏", [third]),
    ):  # fmt: skip
        assert numbers(world, "wang", text) == found, text
        assert numbers(world, "zhang", text) == [one for one in found if one != last], text
    for login in ("chen", "hu", "lin", "deng"):
        assert numbers(world, login, "小明") == []


def test_it_is_written_down_without_the_name(world: World, cases: list[Case]) -> None:
    numbers(world, "zhang", "小明")
    numbers(world, "chen", NUMBER)
    a = audit_line.c
    with world.centre.administration(writing=False) as unit:
        lines = unit.sql.execute(
            select(a.actor, a.detail).where(a.act == "applicant_looked_up").order_by(a.audit_id)
        ).all()
    assert [tuple(one) for one in lines] == [
        ("zhang", f"name 1 {WHY}"), ("chen", f"number 0 {WHY}"),
    ]  # fmt: skip


def test_what_is_no_look_up(world: World, cases: list[Case]) -> None:
    for text, why, code in (("小", WHY, "look_up_short"), (" 小 ", WHY, "look_up_short"),
                            ("小明", "  ", "reason_missing"),
                            ("小明", "x" * 201, "reason_missing")):  # fmt: skip
        with pytest.raises(Refusal) as told:
            world.as_("wang").look_up_applicant(text, why)
        assert told.value.code == code


def test_more_than_are_given(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (applicant_room, server_applicants):
        monkeypatch.setattr(room, "MOST", 2)
    made = [registered(world, f"陈小{one}", f"9901011980010100{one}") for one in range(10, 13)]
    found = world.as_("wang").look_up_applicant("陈小", WHY)
    assert (found.cases, found.more) == ((made[2].case_id, made[1].case_id), True)
