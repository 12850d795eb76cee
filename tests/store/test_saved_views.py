"""Saved views: whose they are, who is shown them, what is not kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from tests.store.world import NINE, World
from workbench.rules.case_view import DueWithin, WorklistFilter, WorklistOrder
from workbench.rules.moment import DAY
from workbench.rules.refusals import Refusal
from workbench.rules.saved_views import MOST_LETTERS, MOST_VIEWS, SavedView
from workbench.store.tables import saved_view

WHOLE = WorklistFilter(("I1", "I2"), ("window",), ("hall",), ("zhang", ""), DueWithin.TODAY,
                       NINE - DAY, NINE)  # fmt: skip


def view(name: str, shared: bool = False, **more: object) -> SavedView:
    return SavedView(0, name, "", shared, **more)  # type: ignore[arg-type]


def names(world: World, login: str) -> list[tuple[str, str]]:
    return [(one.owner, one.name) for one in world.as_(login).saved_views()]


def test_a_view_comes_back_as_it_was_saved(world: World) -> None:
    zhang = world.as_("zhang")
    kept = zhang.save_view(view(" 今天到期 ", group="mine", order=WorklistOrder.HOLDER,
                                descending=True, filter=WHOLE))  # fmt: skip
    assert (kept.name, kept.owner, kept.filter) == ("今天到期", "zhang", WHOLE)
    assert zhang.saved_views() == (kept,)
    other = zhang.save_view(replace(kept, group="pool", filter=WorklistFilter()))
    assert zhang.saved_views() == (other,) and other.view_id == kept.view_id
    again = zhang.save_view(view("今天到期"))
    assert zhang.saved_views() == (again,), "a name is one view"
    zhang.remove_view(again.view_id)
    zhang.remove_view(again.view_id)
    assert zhang.saved_views() == ()


def test_shared_ones_are_shown_in_the_department_alone(world: World) -> None:
    zhang, li = world.as_("zhang"), world.as_("li")
    zhang.save_view(view("b"))
    shared = zhang.save_view(view("a", shared=True))
    li.save_view(view("c"))
    assert names(world, "zhang") == [("zhang", "a"), ("zhang", "b")]
    assert names(world, "li") == [("li", "c"), ("zhang", "a")]
    assert names(world, "ma") == [("zhang", "a")], "a reviewer of three departments"
    for login in ("chen", "wang", "tang", "song", "aud"):
        assert names(world, login) == []
    li.remove_view(shared.view_id)
    with pytest.raises(Refusal) as told:
        li.save_view(shared)
    assert told.value.code == "view_not_kept"
    assert names(world, "ma") == [("zhang", "a")]


def test_what_is_not_kept(world: World) -> None:
    zhang = world.as_("zhang")
    first = zhang.save_view(view("a"))
    zhang.save_view(view("b"))
    wide = WorklistFilter(items=tuple(f"{number:031d}" for number in range(400)))
    for one in (view("  "), view("x" * (MOST_LETTERS + 1)), view("c", group="nowhere"),
                view("c", filter=wide), replace(first, name="b"),
                replace(first, view_id=999)):  # fmt: skip
        with pytest.raises(Refusal) as told:
            zhang.save_view(one)
        assert told.value.code == "view_not_kept"
    for number in range(2, MOST_VIEWS):
        zhang.save_view(view(f"n{number}"))
    with pytest.raises(Refusal):
        zhang.save_view(view("one more"))
    assert zhang.save_view(replace(first, shared=True)).shared


def test_a_view_that_this_version_cannot_read_is_left_out(world: World) -> None:
    kept = world.as_("zhang").save_view(view("a", shared=True))
    with world.centre.administration() as unit:
        for number, body in enumerate(("{}", "no json", '{"group":"x","filter":{}}', "[1]")):
            unit.sql.execute(insert(saved_view).values(
                owner="zhang", name=f"n{number}", shared=True, body=body, saved_at=NINE
            ))  # fmt: skip
    assert world.as_("zhang").saved_views() == world.as_("li").saved_views() == (kept,)
