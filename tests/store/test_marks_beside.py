"""Marks on materials: who sees them, who makes them, what stays when they go (decision 021)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre, server_world
from tests.store.world import MONDAY, World
from workbench.rules.case import Case, NewEntry, Part
from workbench.rules.material_marks import MOST_LETTERS, MarkKind, NewMark
from workbench.rules.materials import Clip
from workbench.rules.moment import HOUR, at_local
from workbench.rules.refusals import Refusal
from workbench.store.server import install, server_check
from workbench.store.tables import material_mark

PLACE = Clip(0.125, 0.25, 0.5, 0.75)


@pytest.fixture
def case(world: World) -> Case:
    """A case under review that post A has accepted."""
    return world.accepted()


def material_of(world: World, case: Case) -> str:
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    return str(view.of_kind("material")[0].body["sha256"])


def note(sha256: str, text: str = "印章不清", kind: MarkKind = MarkKind.NOTE,
         field: str = "") -> NewMark:  # fmt: skip
    return NewMark(sha256, 0, PLACE, kind, text, field)


def refused(world: World, login: str, case: Case, mark: NewMark) -> str:
    with pytest.raises(Refusal) as told:
        world.as_(login).make_material_mark(case.case_no, mark)
    return told.value.code


def test_whoever_sees_the_materials_sees_the_marks(world: World, case: Case) -> None:
    sha256 = material_of(world, case)
    made = world.as_("zhang").make_material_mark(case.case_no, note(sha256))
    assert made.made_by == "zhang" and made.mark == note(sha256)
    for login in ("zhang", "li", "ma", "wang", "tang", "lin", "xu", "deng", "song", "han", "chen",
                  "sys", "aud"):  # fmt: skip
        view = world.as_(login).case_view(case.case_no)
        sees = view is not None and Part.MATERIALS in view.parts
        shown = world.as_(login).material_marks(case.case_no)
        assert shown == ((made,) if sees else ()), login
        if not sees:
            assert refused(world, login, case, note(sha256)) == "mark_not_kept"


def test_after_the_shift_neither_materials_nor_marks(world: World, case: Case) -> None:
    sha256 = material_of(world, case)
    made = world.as_("zhang").make_material_mark(case.case_no, note(sha256))
    world.clock.set(at_local(MONDAY, 14))
    view = world.as_("zhang").case_view(case.case_no)
    assert view is None or Part.MATERIALS not in view.parts
    assert world.as_("zhang").material_marks(case.case_no) == ()
    assert refused(world, "zhang", case, note(sha256)) == "mark_not_kept"
    with pytest.raises(Refusal):
        world.as_("zhang").reword_material_mark(made.mark_id, "later")
    with pytest.raises(Refusal):
        world.as_("zhang").remove_material_mark(made.mark_id)
    assert world.as_("li").material_marks(case.case_no) == (made,)


def test_only_the_author_rewords_and_removes_and_all_of_it_is_kept(
    world: World, case: Case
) -> None:
    sha256 = material_of(world, case)
    zhang, ma = world.as_("zhang"), world.as_("ma")
    first = zhang.make_material_mark(case.case_no, note(sha256, "a"))
    other = ma.make_material_mark(case.case_no, note(sha256, "b", MarkKind.DOUBT))
    for act in (lambda: ma.remove_material_mark(first.mark_id),
                lambda: ma.reword_material_mark(first.mark_id, "x"),
                lambda: zhang.reword_material_mark(first.mark_id, "x" * (MOST_LETTERS + 1)),
                lambda: zhang.remove_material_mark(999)):  # fmt: skip
        with pytest.raises(Refusal) as told:
            act()
        assert told.value.code == "mark_not_kept"
    world.clock.set(world.clock.now() + HOUR)
    again = zhang.reword_material_mark(first.mark_id, "c")
    assert (again.mark.text, again.made_at) == ("c", first.made_at)
    assert ma.material_marks(case.case_no) == (again, other), "it keeps its place"
    with pytest.raises(Refusal):
        zhang.reword_material_mark(first.mark_id, "d")
    ma.remove_material_mark(other.mark_id)
    ma.remove_material_mark(other.mark_id)
    assert zhang.material_marks(case.case_no) == (again,)
    m = material_mark.c
    with world.centre.administration(writing=False) as unit:
        kept = unit.sql.execute(select(m.words, m.removed_at.is_(None)).order_by(m.mark_id)).all()
    assert [tuple(row) for row in kept] == [("a", False), ("b", False), ("c", True)]


def test_of_a_field_the_newest_link_counts(world: World, case: Case) -> None:
    sha256, zhang = material_of(world, case), world.as_("zhang")
    links = [
        zhang.make_material_mark(case.case_no, note(sha256, "", MarkKind.LINK, field))
        for field in ("form.name", "form.place", "form.name")
    ]
    assert zhang.material_marks(case.case_no) == (links[1], links[2])
    zhang.remove_material_mark(links[2].mark_id)
    assert zhang.material_marks(case.case_no) == (links[0], links[1])


def test_what_is_no_mark_is_not_kept(world: World, case: Case) -> None:
    sha256 = material_of(world, case)
    wrong = (
        note("ab" * 32), note(sha256, "x" * (MOST_LETTERS + 1)),
        note(sha256, "", MarkKind.LINK), note(sha256, "", MarkKind.NOTE, "form.name"),
        note(sha256, "", MarkKind.LINK, "f" * 201),
        NewMark(sha256, -1, PLACE, MarkKind.NOTE),
        NewMark(sha256, 0, Clip(0.5, 0, 0.4, 1), MarkKind.NOTE),
        NewMark(sha256, 0, Clip(0, 0, 1.5, 1), MarkKind.NOTE),
    )  # fmt: skip
    for mark in wrong:
        assert refused(world, "zhang", case, mark) == "mark_not_kept"
    with world.centre.administration(writing=False) as unit:
        assert unit.sql.execute(select(func.count()).select_from(material_mark)).scalar_one() == 0


def test_no_event_and_none_on_an_ended_case(world: World, case: Case) -> None:
    sha256, zhang = material_of(world, case), world.as_("zhang")
    before = world.as_("tang").events_of(case.case_no)
    made = zhang.make_material_mark(case.case_no, note(sha256))
    made = zhang.reword_material_mark(made.mark_id, "x")
    assert world.as_("tang").events_of(case.case_no) == before
    assert zhang.material_marks("no such case") == ()
    world.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "letter"}))
    assert refused(world, "wang", case, note(sha256)) == "mark_not_kept"
    with pytest.raises(Refusal):
        zhang.remove_material_mark(made.mark_id)
    for login in ("wang", "zhang", "tang", "deng"):
        shown = world.as_(login).case_view(case.case_no)
        sees = shown is not None and Part.MATERIALS in shown.parts
        assert world.as_(login).material_marks(case.case_no) == ((made,) if sees else ())


NO_CUSTODY_YET: Final = (
    "DROP TABLE wb.issuing_organ, wb.seal_change, wb.seal_certificate, wb.seal_face, wb.token_use, "
    "wb.seal_balance, wb.seal_picture, wb.special_account CASCADE",
    *(f"ALTER TABLE wb.seal DROP COLUMN {name} CASCADE" for name in (
        "sole", "category", "place", "box", "key_place", "daily_limit", "face_sha256",
        "batch_limit", "needs_timestamp")),
    "ALTER TABLE wb.department DROP COLUMN transferred_at CASCADE",
    "DROP INDEX wb.uq_ledger_line_live_document",
    *(f"ALTER TABLE wb.ledger_line DROP COLUMN {name} CASCADE" for name in (
        "manner", "copy_no", "copy_kind", "control_code", "scan_sha256")),
    "CREATE UNIQUE INDEX uq_ledger_line_live_document ON wb.ledger_line (document_id) "
    "WHERE state <> 'VOID'",
)  # fmt: skip
"""What takes the seal's custody away from a database again."""


def test_a_server_of_before_gets_the_tables_and_keeps_its_cases(
    server: ServerCentre, tmp_path: Path
) -> None:
    with server_world(server, tmp_path) as before:
        before.accepted()
    for statement in (
        "DROP TABLE wb.material_mark, wb.saved_view CASCADE", *NO_CUSTODY_YET,
        "DROP INDEX wb.ix_case_file_by_due", "DROP INDEX wb.ix_applicant_grams",
        "CREATE INDEX ix_case_file_sort_due_case_id ON wb.case_file (sort_due, case_id)",
        "UPDATE wb.alembic_version SET version_num = '0007'",
    ):
        server.admin.exec_driver_sql(statement)
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.begin() as sql:
        install.upgrade(sql, ROLES)
    with engine.begin() as sql:
        sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
        wrong = {one.code for one in server_check.check_database(sql, ROLES) if one.wrong}
    engine.dispose()
    # The clock of a test's server is not that of this version, and is said to be so.
    assert wrong <= {"verb_differs"}
    indexes = server.admin.exec_driver_sql("SELECT indexname FROM pg_indexes").scalars().all()
    assert {"ix_case_file_by_due", "ix_applicant_grams"} < set(indexes)
    assert "ix_case_file_sort_due_case_id" not in indexes
    for table, rows in (("material_mark", 0), ("saved_view", 0), ("case_file", 1)):
        count = server.admin.exec_driver_sql(f"SELECT count(*) FROM wb.{table}").scalar_one()
        assert count == rows, table
