"""The register of a server and of a file, asked by several readers of the page at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from tests.store.conftest import founded, founded_server, server, world
from tests.store.world import World
from workbench.casework.seal_register import whole_ledger
from workbench.commands.verify import known_to
from workbench.rules.seal_custody import LedgerState

__all__ = ["founded", "founded_server", "server", "world"]
pytestmark = pytest.mark.long(6)


def test_several_readers_ask_one_session(world: World) -> None:
    """One line to the server: answers of two questions must not be mixed up."""
    world.press(world.awaiting_seal())
    room = world.as_("lin")
    (line,) = whole_ledger(room)
    known = known_to(room, Lock())
    assert known.register is not None and known.lines is not None
    assert set(known.pins) == {seal.certificate_sha256 for seal in room.seals()}
    asked = [line.sha256_after, "0" * 64] * 10
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(known.register, asked))
        by_number = list(pool.map(known.lines, [line.serial, 99] * 10))
    assert said == by_number == [line, None] * 10
    assert line.state is LedgerState.RELEASED
