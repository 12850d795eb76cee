"""The line breaks while a signature is written down, and at the second try: whether it is kept
nobody at the desk knows, even when the line is back. The press is neither given up nor repeated;
who comes next finishes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.server.centres import ServerCentre, server_world
from tests.store.server.cut_wire import ANSWERED, BEFORE, wire_to
from workbench.casework import press_recovery, sealing
from workbench.casework.seal_register import whole_ledger
from workbench.rules.moment import MINUTE
from workbench.rules.refusals import Outage
from workbench.rules.seal_custody import LedgerState, Placement, Prepared
from workbench.store.server import connecting
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession

MIDDLE = Placement(1, 105.0, 240.0)


@dataclass
class PaperHand:
    """A presser without paper: the same arguments give the same bytes. ``signing`` comes before."""

    signing: Callable[[], None] = lambda: None

    def prepare(
        self, frozen: Path, _seal: Any, at: Placement, staging: Path, _moment: int, **_more: Any
    ) -> Prepared:
        tail = staging.with_suffix(".tail")
        tail.write_bytes(b" prepared")
        staging.write_bytes(frozen.read_bytes() + tail.read_bytes())
        before = hashlib.sha256(frozen.read_bytes()).hexdigest()
        return Prepared(str(staging), str(tail), b"digest", 10, 20, before, at)

    def gate(self, _frozen: Path) -> tuple[str, ...]:
        return ()

    def rebuild(self, frozen: Path, prepared: Prepared) -> None:
        tail = Path(prepared.tail_path).read_bytes()
        Path(prepared.path).write_bytes(frozen.read_bytes() + tail)

    def sign(self, _seal: Any, _digest: bytes) -> bytes:
        return b"cms"

    def level(self, _value: bytes) -> str:
        return "B-B"

    def fill(self, prepared: Prepared, value: bytes, target: Path) -> str:
        target.write_bytes(Path(prepared.path).read_bytes() + value)
        return hashlib.sha256(target.read_bytes()).hexdigest()

    def faults(self, _seal: Any, _frozen: Path, _sealed: Path) -> tuple[str, ...]:
        self.signing()
        return ()


@pytest.mark.parametrize(
    ("when", "left", "ends"),
    [(ANSWERED, LedgerState.SIGNED, "released"), (BEFORE, LedgerState.PREPARED, "void")],
)
def test_a_press_of_which_nobody_knows_is_ended_by_who_comes_next(
    server: ServerCentre, tmp_path: Path, when: str, left: LedgerState, ends: str
) -> None:
    with server_world(server, tmp_path) as world, wire_to(server.cluster.port) as wire:
        case = world.awaiting_seal()
        address = replace(server.address, port=wire.port)
        engine = connecting.make_engine(address, "lin", None)
        books = world.centre.books  # type: ignore[attr-defined]
        session = ServerSession(Line(address, engine), books, "lin")
        (task,) = session.seal_queue()
        seal = next(one for one in session.seals() if one.seal_id == "approval")
        staging = tmp_path / "staging"
        staging.mkdir()

        def break_the_line() -> None:
            wire.cut(when)
            wire.busy = 1

        with pytest.raises(Outage):
            sealing.press(session, PaperHand(break_the_line), task, seal, MIDDLE, staging,
                          "first", lambda _step: None)  # fmt: skip
        assert (wire.cuts, wire.busy) == (1, 0), "the second try did not get through either"
        (line,) = whole_ledger(world.as_("lin"))
        assert line.state is left
        world.clock.forward(3 * MINUTE)
        done = press_recovery.recover(session, PaperHand(), staging, "second")
        assert done == (f"{line.serial}:{ends}",)
        if ends == "void":
            sealing.press(session, PaperHand(), task, seal, MIDDLE, staging, "third",
                          lambda _step: None)  # fmt: skip
        states = [one.state for one in whole_ledger(world.as_("lin"))]
        assert states.count(LedgerState.RELEASED) == 1
        steps = server.admin.exec_driver_sql(
            "SELECT count(*) FROM event WHERE kind = 'stamp' AND case_id = %s", (case.case_id,)
        ).scalar_one()
        assert steps == 1
        session.close()
