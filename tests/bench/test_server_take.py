"""Taking a case at a server: fifty connections, eight departments, beside pgbench's own TPC-B.

All rows in turns inside one run, on a server with a real disk. Must reach (issue 3): 0.75 of TPC-B
without and 0.45 with the notification after the commit.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.bench.figures import FigureTable
from tests.bench.take_kit import HAND, TAKER, tps, waiting_cases
from tests.store.server.centres import ServerCentre, found
from tests.store.server.cluster import Cluster, binary, cluster

pytestmark = [pytest.mark.timeout(900), pytest.mark.long(9)]

CLIENTS = 50


@pytest.fixture(scope="module")
def busy(depth: int) -> Iterator[tuple[Cluster, ServerCentre, int]]:
    """A server of its own with cases that wait, and pgbench's tables beside them."""
    number = 2_000 * depth
    with cluster() as made:
        server = ServerCentre(made, found(made, "founded"))
        try:
            waiting_cases(server, number)
            server.admin.exec_driver_sql(HAND)
            server.admin.exec_driver_sql("CREATE DATABASE tpcb")
            subprocess.run(
                [binary("pgbench"), "-h", "127.0.0.1", "-p", str(made.port), "-U",
                 "cluster_admin", "-i", "-q", "-s", "50" if depth > 1 else "10", "tpcb"],
                check=True, capture_output=True,
            )  # fmt: skip
            yield made, server, number
        finally:
            server.close()


def test_taking_a_case_beside_tpcb(
    busy: tuple[Cluster, ServerCentre, int], tmp_path: Path, depth: int,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    made, server, number = busy
    chosen = f"\\set id random(2, {number})\n"
    scripts: dict[str, Path | None] = {"TPC-B": None}
    for name, text in {
        "take": "SELECT wb.make_move(:id, 'claim');\n",
        "take, then tell": "SELECT wb.make_move(:id, 'claim');\nSELECT wb.tell();\n",
        "by hand": "SELECT hand.take(:id);\n",
    }.items():
        script = tmp_path / f"{len(scripts)}.sql"
        script.write_text(chosen + text, encoding="utf-8")
        scripts[name] = script
    taken: dict[str, list[float]] = {name: [] for name in scripts}
    for _round in range(3 if depth > 1 else 1):
        for name, script in scripts.items():
            database, login = ("tpcb", "cluster_admin") if script is None else ("founded", TAKER)
            taken[name].append(tps(made, database, login, script, CLIENTS, 7 if depth > 1 else 1))
    table = FigureTable(
        f"Taking a case, {CLIENTS} connections, {number:,} cases in 8 departments",
        ("what", "a second", "of TPC-B", "of by hand"),
    )
    whole, hand = median(taken["TPC-B"]), median(taken["by hand"])
    for name, figures in taken.items():
        table.add(name, median(figures), median(figures) / whole, median(figures) / hand)
    measured(table)
    events = server.admin.exec_driver_sql(
        "SELECT count(*) FROM wb.event WHERE kind = 'claim'"
    ).scalar_one()
    assert events > 0
    broken = server.admin.exec_driver_sql(
        "SELECT count(*) FROM (SELECT prev_hash, lag(hash) OVER (PARTITION BY case_id ORDER BY seq)"
        " AS before, seq FROM wb.event WHERE kind = 'claim' OR seq > 3) e"
        " WHERE seq > 4 AND before IS DISTINCT FROM prev_hash"
    ).scalar_one()
    assert broken == 0
