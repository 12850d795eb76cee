"""A centre inside a real PostgreSQL: what is there when it has been made."""

from __future__ import annotations

from tests.store.server.centres import ServerCentre
from workbench.rules.case_flow import TRANSITIONS


def test_the_whole_flow_stands_in_the_database(server: ServerCentre) -> None:
    rows = server.admin.exec_driver_sql(
        "SELECT move, to_state FROM wb.flow_row ORDER BY row_no"
    ).all()
    assert [tuple(row) for row in rows] == [
        (one.move, one.to.value if one.to else None) for one in TRANSITIONS
    ]


def test_every_person_is_who_he_is(server: ServerCentre) -> None:
    assert server.connection("zhang").exec_driver_sql("SELECT wb.who()").scalar_one() == "zhang"
