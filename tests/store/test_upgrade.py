"""A centre of the first version, with cases in it, brought forward: nothing is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.store.world import MAJOR, PROMISED, World
from workbench.rules.case import State
from workbench.store import check_centre, open_centre, schema, upgrade_centre
from workbench.store.columns import META
from workbench.store.engine import make_engine

FIRST = "0001"


def of_the_first_version(world: World, path: Path) -> Path:
    """A file with the first revision's tables and everything of the world that fits into them."""
    engine = make_engine(path)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.commit()
        with connection.execution_options(writing=True).begin():
            command.upgrade(schema._config(connection), FIRST)
    engine.dispose()
    old = sqlite3.connect(path, isolation_level=None)
    old.execute("PRAGMA foreign_keys = OFF")
    old.execute("ATTACH ? AS new", (str(world.path),))
    tables = "SELECT name FROM main.sqlite_master WHERE type = 'table'"
    names = [row[0] for row in old.execute(tables)]
    for table in names:
        if table.startswith(("sqlite_", "alembic_")):
            continue
        columns = ", ".join(row[1] for row in old.execute(f"PRAGMA main.table_info({table})"))
        old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
    old.close()
    return path


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
def test_an_old_centre_is_brought_forward_with_its_cases(file_world: World, tmp_path: Path) -> None:
    case, done = file_world.pushed(), file_world.granted()
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "content").symlink_to(file_world.path.parent / "content", target_is_directory=True)
    path = of_the_first_version(file_world, folder / "centre.db")
    url = f"sqlite:///{path}"
    assert [one.code for one in check_centre(url)] == ["centre_older"]
    assert upgrade_centre(url).is_file()
    assert [one for one in check_centre(url) if one.wrong] == []
    engine = make_engine(path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), META) == []
        marks = connection.exec_driver_sql("SELECT DISTINCT delegated FROM item_material").all()
    engine.dispose()
    assert marks == [(0,)], "what was published before delegates nothing"
    centre = open_centre(url, file_world.clock)
    try:
        zhang, chen = centre.session_as("zhang"), centre.session_as("chen")
        view = zhang.case_view(done.case_no)
        assert view is not None and view.case.state is State.GRANTED
        assert view.case.origin_no is None
        item = zhang.item(PROMISED.item_code)
        assert item is not None and item.delegated_check == ()
        moved = World(path, file_world.clock, centre, {"zhang": zhang, "chen": chen})
        open_one = moved.move("zhang", case, "propose_transfer", department="estate",
                              agreed_by="applicant")  # fmt: skip
        gone = moved.move("chen", open_one, "confirm_transfer", item_code=MAJOR.item_code)
        assert gone.follow_up_no is not None, "what came with the new tables works at once"
    finally:
        for session in (zhang, chen):
            session.close()
        centre.close()
