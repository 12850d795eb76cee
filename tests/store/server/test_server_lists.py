"""The lists and look-ups of a server: however a page is led to its cases, they are the same cases,
and nothing beside a list tells of a case that the person does not see."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import exc

from tests.store.conftest import copied
from tests.store.histories import history
from tests.store.server.centres import ServerCentre
from tests.store.server.cluster import Cluster
from tests.store.server.copies import copy_rows, give_login
from tests.store.test_facts_agree import moments
from tests.store.world import REPRESENTATIVES, new_world
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import Moment
from workbench.store import worklists
from workbench.store.server import connecting, server_lists
from workbench.store.server.line import Line
from workbench.store.server.server_lists import ServerLists
from workbench.store.shelf import Shelf

WHO = (*REPRESENTATIVES, "ma", "wang", "tang", "lin", "deng", "han", "xu", "guo")
Lists = dict[str, ServerLists]


@pytest.fixture(scope="module")
def lived(
    postgres: Cluster, founded_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServerCentre, Lists, list[Moment]]]:
    """A centre with a past, and the lists of everybody in it; the tests only look at it."""
    with copied(postgres, founded_server) as server:
        with new_world(tmp_path_factory.mktemp("lived")) as world:
            history(world, random.Random(11), cases=12, steps=100)
            give_login(server, "dai", "representative")
            with world.centre.administration(writing=False) as unit:
                copy_rows(unit.sql, server)
            at = moments(world)[:2]
        lines = {
            login: Line(server.address, connecting.make_engine(server.address, login, None))
            for login in WHO
        }
        yield server, {who: ServerLists(line, Shelf(), who) for who, line in lines.items()}, at
        for line in lines.values():
            line.close()


def _pages(lists: ServerLists, group: str, text: str, limit: int) -> list[Any]:
    """All pages of a group, one after the other."""
    rows: list[Any] = []
    query = WorklistQuery(group, text, None, limit)
    while page := lists.worklist(query).rows:
        rows += page
        query = WorklistQuery(group, text, page[-1].key, limit)
    return rows


def test_every_way_leads_to_the_same_cases(
    lived: tuple[ServerCentre, Lists, list[Moment]], monkeypatch: pytest.MonkeyPatch,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """Gathered, walked, by state; whole and in pages of three; counts say as much."""
    server, lists, at = lived
    alike = 0
    for now in at:
        server.set_moment(now)
        for who in WHO:
            wanted = set(server.connection(who).exec_driver_sql(
                "SELECT case_id FROM wb.case_file").scalars())  # fmt: skip
            whole = lists[who].worklist(WorklistQuery())
            assert {one.case.case_id for one in whole.rows} == wanted, (who, now)
            for group in ("all", "mine", "pool", *(one.shown_state for one in whole.rows[:3])):
                told = []
                for many, few in ((20_000, 2_000), (-1, 2_000), (-1, -1)):
                    monkeypatch.setattr(server_lists, "MANY", many)
                    monkeypatch.setattr(worklists, "FEW", few)
                    told.append(_pages(lists[who], group, "", 3))
                monkeypatch.undo()
                assert told[0] == told[1] == told[2], (who, group, now)
                assert len(told[0]) == whole.counts.get(group, 0) == len(set(told[0])), who
                alike += len(told[0])
    assert alike > 100
    counted("rows of lists alike, whatever the way", alike)


def test_numbers_are_found_by_beginning_and_end(
    lived: tuple[ServerCentre, Lists, list[Moment]],
) -> None:
    server, lists, at = lived
    server.set_moment(at[0])
    everything = {one.case for one in lists["tang"].worklist(WorklistQuery()).rows}
    some = sorted(everything, key=lambda one: one.case_id)[0]
    for text in (some.case_no, some.case_no[:-1], some.short_no, some.short_no[-4:], "%", "_"):
        found = {one.case for one in _pages(lists["tang"], "all", text, 2)}
        assert found == {
            one for one in everything
            if one.case_no.startswith(text) or one.short_no.startswith(text)
            or one.short_no.endswith(text)
        }, text  # fmt: skip
        assert lists["tang"].worklist(WorklistQuery(text=text)).total == len(found)


def test_nothing_beside_a_list_tells_of_other_cases(
    lived: tuple[ServerCentre, Lists, list[Moment]],
) -> None:
    """Whichever cases are asked for: clocks, rows, and what is visible stop at the own sight."""
    server, _lists, at = lived
    every = server.admin.exec_driver_sql("SELECT array_agg(case_id) FROM case_file").scalar_one()
    for now in at:
        server.set_moment(now)
        for who in WHO:
            mine = server.connection(who).exec_driver_sql
            seen = set(mine("SELECT case_id FROM wb.case_file").scalars())
            clocks = set(mine("SELECT run_id FROM wb.clock_run WHERE stopped_at IS NULL").scalars())
            among = mine("SELECT wb.visible_among(%s)", (every,)).scalar_one()
            assert set(among) == seen, (who, now)
            rows = mine("SELECT case_id FROM wb.inbox_chosen(%s)", (every,))
            assert set(rows.scalars()) == seen
            told = mine("SELECT case_id, name, round FROM wb.inbox_clocks(%s)", (every,)).all()
            assert len(told) == len(clocks) and {one[0] for one in told} <= seen


def test_an_applicant_is_looked_up_among_the_own_cases(
    lived: tuple[ServerCentre, Lists, list[Moment]],
) -> None:
    """By the whole number or a part of the name; what is looked for stands nowhere."""
    server, _lists, at = lived
    server.set_moment(at[0])
    admin = server.admin.exec_driver_sql
    admin("SELECT setval(pg_get_serial_sequence('wb.audit_line', 'audit_id'), 1000)")
    name, number = admin("SELECT name, id_number FROM applicant LIMIT 1").one()
    for by, text, column in (("number", number, "id_number"), ("name", name[1:], "name")):
        same = f"position('{text}' IN {column}) > 0"
        every = set(admin(f"SELECT case_id FROM applicant WHERE {same}").scalars())
        for who in WHO:
            mine = server.connection(who).exec_driver_sql
            seen = set(mine("SELECT case_id FROM wb.case_file").scalars())
            asked = "SELECT wb.look_up_applicant(%s, %s, 'receipt lost')"
            found = mine(asked, (by, text)).scalar_one()
            assert found == sorted(every & seen, reverse=True), (who, by)
            lines = admin("SELECT act, detail FROM audit_line WHERE actor = %s", (who,)).all()
            assert (("applicant_looked_up", f"{by} {len(found)} receipt lost")) in map(tuple, lines)


@pytest.mark.parametrize(
    ("by", "text", "purpose", "code"),
    [("name", "王", "x", "look_up_short"), ("number", "9901", "x", "look_up_short"),
     ("name", " 王 ", "x", "look_up_short"), ("name", "王小", " ", "reason_missing"),
     ("name", None, "x", "look_up_short"), ("name", "王小", None, "reason_missing")],
)  # fmt: skip
def test_what_is_no_look_up(
    server: ServerCentre, by: str, text: str | None, purpose: str | None, code: str
) -> None:
    with pytest.raises(exc.DatabaseError, match=code):
        server.connection("zhang").exec_driver_sql(
            "SELECT wb.look_up_applicant(%s, %s, %s)", (by, text, purpose)
        )
