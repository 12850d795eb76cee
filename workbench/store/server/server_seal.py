"""The seal room on a server (``ports.SealRoom``): the register, the queue, the ledger's verbs.

The same protocol as on a file, each step one verb; the partial unique index on the ledger has the
last word there too. Called through ``server_session``, by the desk and by the seal worker.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from workbench.rules.case import Case, Move
from workbench.rules.case_view import SealTask
from workbench.rules.catalogue import ItemVersion
from workbench.rules.people import CustodyShift
from workbench.rules.seal_custody import HalfPress, LedgerLine, Prepared, Seal
from workbench.rules.seal_list import ListedSeal
from workbench.rules.seal_states import AskState, SealChange, SealStepAsked
from workbench.store import ledger_rows
from workbench.store.ledger_rows import LIVE, L
from workbench.store.seal_queues import place_of, seals
from workbench.store.seal_states import change_of, changes
from workbench.store.seal_step_effects import asked_with_certificate, entry_form
from workbench.store.server.answers import case_of, clock_of
from workbench.store.server.server_cases import entries_of
from workbench.store.server.server_seat import ServerSeat
from workbench.store.tables import seal_change


class ServerSeal(ServerSeat):
    """The seal as its custodian works with it."""

    def _once(self, verb: str, *values: Any) -> Any:
        """The verb with a number of its own: asked again on a new line, it is not done again."""
        return self._call(verb, *values, uuid.uuid4().hex)

    def seals(self) -> tuple[Seal, ...]:
        """Every seal of the register."""
        with self._work.read() as unit:
            return seals(unit)

    def seal_queue(self, of: str = "") -> tuple[SealTask, ...]:
        """What awaits the seal; empty for whoever has not taken it over (V16b)."""
        found = self._call("seal_queue", of)
        with self._work.read() as unit:
            items = {
                (code, version): self._books.shelf.item(unit.sql, code, version)
                for code, version in {
                    (one["case"]["item_code"], one["case"]["item_version"]) for one in found
                }
            }
        return tuple(
            _seal_task(one, items[one["case"]["item_code"], one["case"]["item_version"]])
            for one in found
        )

    def reserve(self, document_id: str, case_id: int, seal_id: str, owner: str) -> LedgerLine:
        """RESERVED, or a Refusal that says what forbids the press or who is faster."""
        answer = self._once("seal_reserve", document_id, case_id, seal_id, owner)
        serial = int(answer["line"]["serial"])
        with self._work.read() as unit:
            return ledger_rows.line_of(ledger_rows.lines(unit, L.serial == serial)[0])

    def mark_prepared(self, serial: int, owner: str, prepared: Prepared, sha256: str) -> None:
        """PREPARED: what will be signed is fixed."""
        at = prepared.placement
        self._once(
            "seal_prepared", serial, owner, prepared.digest, prepared.hole_start,
            prepared.hole_end, at.page, float(at.x_mm), float(at.y_mm), sha256,
        )  # fmt: skip

    def mark_signed(
        self, serial: int, owner: str, cms: bytes, sha256_after: str, level: str
    ) -> None:
        """SIGNED: from here on the press is finished by whoever comes next, never repeated."""
        self._once("seal_signed", serial, owner, cms, sha256_after, level)

    def release(self, serial: int, owner: str, move: Move) -> Case:
        """RELEASED and the move ``stamp`` (T23): both or neither."""
        operation = move.operation_id or uuid.uuid4().hex
        answer = self._call(
            "seal_release", serial, owner, dict(move.fields), entries_of(move), operation
        )
        return case_of(answer["case"])

    def void_line(self, serial: int, owner: str, reason: str) -> None:
        """VOID with the reason; the serial stays burned."""
        self._once("seal_void", serial, owner, reason)

    def unfinished(self) -> tuple[HalfPress, ...]:
        """Lines neither released nor void whose lease has expired."""
        with self._work.read() as unit:
            live = L.state.in_([one.value for one in LIVE]) & (L.lease_until <= unit.now)
            live &= L.manner == ledger_rows.ELECTRONIC
            return tuple(ledger_rows.half_of(row) for row in ledger_rows.lines(unit, live))

    def take_lease(self, serial: int, owner: str) -> bool:
        """Take over a line whose lease has expired."""
        return bool(self._once("seal_take_lease", serial, owner))

    def ledger(self, sha256_after: str) -> tuple[LedgerLine, ...]:
        """One file's lines of the register, oldest first, to everybody."""
        found = self._call("seal_lines_of", sha256_after)
        return tuple(ledger_rows.line_of(SimpleNamespace(**one)) for one in found)

    def note_wrong_pin(self) -> int:
        """Count one wrong PIN; how many in a row."""
        return int(self._once("pin_wrong")["in_a_row"])

    def clear_wrong_pins(self) -> None:
        """The right PIN was given; a desk that is locked stays locked."""
        self._call("pin_right")

    def seal_desk_locked(self) -> bool:
        """Whether five wrong PINs in a row have locked the desk."""
        return bool(self._call("seal_desk_locked"))

    def unlock_seal_desk(self, login: str) -> None:
        """The security administrator opens a custodian's locked desk again."""
        self._once("seal_desk_unlock", login)

    def take_over_custody(self) -> CustodyShift:
        """The custodian takes over his shift that runs now (V16)."""
        said = self._call("take_over_custody")["custody"]
        return CustodyShift(said["login"], said["start"], said["end"], said["taken_over_at"])

    def enter_seal(self, made: Seal, reason: str, pem: str = "") -> SealChange:
        """A seal that has been made comes into the register; nobody presses it yet."""
        return _change(self._once("seal_enter", _record(made), reason, entry_form(pem)))

    def import_seals(self, listed: Sequence[ListedSeal], reason: str) -> tuple[SealChange, ...]:
        """The seals of a list, all or none; those in use wait for the second person (R55)."""
        rows = [
            {"seal": _record(one.seal), "witnesses": list(one.witnesses), "form": dict(one.form)}
            for one in listed
        ]
        said = self._once("seal_import", rows, reason)
        return tuple(change_of(SimpleNamespace(**one)) for one in said["changes"])

    def ask_seal_change(self, seal_id: str, asked: SealStepAsked) -> SealChange:
        """Carried out at once where one person is enough, else waiting for another's answer."""
        asked = asked_with_certificate(asked)
        return _change(self._once(
            "seal_ask", seal_id, asked.step, asked.reason, list(asked.witnesses), dict(asked.form)
        ))  # fmt: skip

    def decide_seal_change(self, change_id: int, *, confirm: bool, reason: str) -> SealChange:
        """The second person's answer (R55)."""
        return _change(self._once("seal_decide", change_id, confirm, reason))

    def withdraw_seal_change(self, change_id: int) -> SealChange:
        """What one asked for and nobody has answered yet."""
        return _change(self._once("seal_withdraw", change_id))

    def seal_changes(self, seal_id: str) -> tuple[SealChange, ...]:
        """Every filed change of that seal, oldest first."""
        with self._work.read() as unit:
            return changes(unit, seal_change.c.seal_id == seal_id)

    def open_seal_changes(self) -> tuple[SealChange, ...]:
        """What waits for a second person, oldest first."""
        with self._work.read() as unit:
            return changes(unit, seal_change.c.state == AskState.ASKED.value)


def _record(made: Seal) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in asdict(made).items()}


def _change(said: Mapping[str, Any]) -> SealChange:
    return change_of(SimpleNamespace(**said["change"]))


def _seal_task(said: Mapping[str, Any], item: ItemVersion | None) -> SealTask:
    case, data = case_of(said["case"]), said["data"]
    document: Mapping[str, Any] = said["document"] or {}
    return SealTask(
        case=case,
        item_zh=item.name_zh if item else "",
        item_en=item.name_en if item else "",
        document_id=str(data.get("document_id") or ""),
        document_no=str(data.get("document_no") or document.get("document_no") or ""),
        title_zh=str(document.get("title_zh") or ""),
        title_en=str(document.get("title_en") or ""),
        sha256=str(data.get("sha256") or ""),
        seal_kind=str(data.get("seal_kind") or ""),
        requested_by=str(said["requested_by"] or ""),
        requested_at=said["requested_at"],
        decided_by=case.decided_by or "",
        decided_at=case.decided_at,
        values={key: str(value) for key, value in dict(document.get("values") or {}).items()},
        placement=place_of(document),
        diameter_mm=float(document.get("diameter_mm") or 42.0),
        clock=clock_of(said["clock"]) if said["clock"] else None,
        ledger_state=str(said["ledger_state"] or ""),
        ledger_holder=str(said["ledger_holder"] or ""),
        organ=str(said["organ"]),
        legacy=bool(said["legacy"]),
        seam=bool(document.get("seam")),
        paper_only=bool(item and item.wet_seal_only),
        originals=int(data.get("originals", 1)),
        duplicates=int(data.get("duplicates", 0)),
        copies=tuple(ledger_rows.line_of(SimpleNamespace(**one)) for one in said["copies"]),
    )
