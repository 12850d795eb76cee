"""``workbench explain`` at a real server: for oneself without more, about others with ``--as``."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.hall import run
from tests.store.server.centres import ServerCentre, server_world
from tests.store.world import PROMISED


def test_one_asks_about_oneself_and_the_supervisor_about_others(
    server: ServerCentre, tmp_path: Path
) -> None:
    with server_world(server, tmp_path) as world:
        number = world.pushed(PROMISED).case_no
        address = f"postgresql://127.0.0.1:{server.cluster.port}/{server.name}"

        def explain(user: str, *more: str) -> tuple[int, str]:
            said = run("explain", user, number, "--centre", address, *more, pin="any-word")
            return said.code, said.out + said.err

        assert explain("zhang")[0] == 0 and "Parts:" in explain("zhang")[1]
        code, told = explain("zhang", "--as", "tang")
        assert code == 0 and "V01" in told
        code, told = explain("zhang", "--as", "chen")
        assert code == 1 and "Parts:" not in told
