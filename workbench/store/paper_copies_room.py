"""Copies pressed by hand, in the same register of use as what the key seals (R53, N23, S167).

One line a copy, by its control code, so a copy is printed, pressed and filed exactly once. A copy
has no lease: paper lies on a desk for hours, and whoever holds the seal next goes on with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from workbench.rules.case import Case, Move, TaskKind
from workbench.rules.copy_comparison import control_code_fault
from workbench.rules.dossier import Dossier
from workbench.rules.paper_copies import (
    DIFFERS,
    ORIGINAL,
    SAME,
    SPOIL_REASONS,
    all_filed,
    copy_numbers,
    standing,
)
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_custody import LedgerLine, LedgerState, Placement
from workbench.store import ledger_rows, moves
from workbench.store.engine import Unit
from workbench.store.ledger_rows import LIVE, PHYSICAL, L, step_copy
from workbench.store.seal_queues import already_pressed, refuse_limit, refuse_seal, seal_of
from workbench.store.seal_room import SealRoomOf

S = LedgerState


class PaperCopiesOf(SealRoomOf):
    """What the custodian does by hand."""

    def number_copies(
        self, document_id: str, case_id: int, seal_id: str, codes: Sequence[str]
    ) -> tuple[LedgerLine, ...]:
        """Every copy of the request that has none gets a serial and a control code."""
        for code in codes:
            if control_code_fault(code):
                raise refusal("control_code_form", code=code)
        try:
            with self._work.write() as unit:
                dossier = self._on_paper(unit, case_id, document_id, seal_id)
                self._number(unit, dossier, document_id, seal_id, list(codes))
                return tuple(standing(_copies(unit, document_id)).values())
        except IntegrityError as twice:
            raise refusal("control_code_taken") from twice

    def _number(
        self, unit: Unit, dossier: Dossier, document_id: str, seal_id: str, codes: list[str]
    ) -> None:
        asked, assigned = _asked(dossier), standing(_copies(unit, document_id))
        case = dossier.case
        assert case is not None
        for number, kind in copy_numbers(*asked[:2]):
            if number in assigned:
                continue
            refuse_limit(unit, seal_id)
            if not codes:
                raise refusal("control_codes_few")
            ledger_rows.new_line(unit, {
                "document_id": document_id, "case_id": case.case_id, "seal_id": seal_id,
                "custodian": self.login, "owner": "", "sha256_before": asked[2],
                "manner": PHYSICAL, "copy_no": number, "copy_kind": kind,
                "control_code": codes.pop(0),
            }, self.login)  # fmt: skip

    def _on_paper(
        self, unit: Unit, case_id: int, document_id: str, seal_id: str
    ) -> Dossier:
        """The dossier, where the document may be pressed by hand with this seal now."""
        self._need_role(unit, (Role.SEAL_CUSTODIAN,))
        self._drop_stale(unit, document_id, "")
        electronic = (L.document_id == document_id) & (L.manner != PHYSICAL)
        if ledger_rows.lines(unit, electronic & (L.state != S.VOID.value)):
            raise already_pressed(unit, document_id)
        dossier = self._asked_for(unit, case_id, document_id)
        request = dossier.last_task(TaskKind.SEAL_REQUEST)
        assert request is not None
        refuse_seal(unit, seal_id, dossier, request)
        if not dossier.item.wet_seal_only and seal_of(unit, seal_id).key_place != "none":
            raise refusal("seal_has_key", seal_id=seal_id)
        if not self._books.content.has(_asked(dossier)[2]):
            raise refusal("not_frozen")
        return dossier

    def copy_printed(self, serial: int) -> LedgerLine:
        """PREPARED, before the copy goes to the printer."""
        with self._work.write() as unit:
            self._with_copy(unit, serial)
            return step_copy(unit, serial, (S.RESERVED,), S.PREPARED, self.login)

    def spoil_copy(self, serial: int, reason: str) -> LedgerLine:
        """VOID with the reason; the number is free for another copy."""
        if reason not in SPOIL_REASONS:
            raise refusal("spoil_reason")
        with self._work.write() as unit:
            self._with_copy(unit, serial)
            return step_copy(unit, serial, LIVE, S.VOID, self.login, void_reason=reason)

    def file_copy(
        self, serial: int, scan_sha256: str, at: Placement, found: str, note: str
    ) -> LedgerLine:
        """SIGNED: pressed, scanned back, compared."""
        if found not in (SAME, DIFFERS) or (found == DIFFERS and not note.strip()):
            raise refusal("copy_note_missing")
        try:
            with self._work.write() as unit:
                dossier = self._with_copy(unit, serial)
                line = ledger_rows.lines(unit, L.serial == serial)[0]
                request = dossier.last_task(TaskKind.SEAL_REQUEST)
                assert request is not None
                refuse_seal(unit, line.seal_id, dossier, request)
                if not self._books.content.has(scan_sha256):
                    raise refusal("content_missing", name=scan_sha256)
                return step_copy(
                    unit, serial, (S.PREPARED,), S.SIGNED, self.login,
                    said={"found": found, "note": note.strip()}, scan_sha256=scan_sha256,
                    page=at.page, x_mm=float(at.x_mm), y_mm=float(at.y_mm),
                )  # fmt: skip
        except IntegrityError as twice:
            raise refusal("scan_taken") from twice

    def _with_copy(self, unit: Unit, serial: int) -> Dossier:
        """The dossier of a copy's case, where its document may be pressed now."""
        self._need_role(unit, (Role.SEAL_CUSTODIAN,))
        found = ledger_rows.lines(unit, (L.serial == serial) & (L.manner == PHYSICAL))
        if not found:
            raise refusal("copy_moved_on", serial=serial, state="-")
        return self._asked_for(unit, found[0].case_id, found[0].document_id)

    def release_copies(self, document_id: str, case_id: int, move: Move) -> Case:
        """Every copy RELEASED and the move ``stamp`` (T23): all or none."""
        with self._work.write() as unit:
            known = moves.known_operation(unit, move.operation_id, self.login, case_id)
            if known is not None:
                return known
            self._need_role(unit, (Role.SEAL_CUSTODIAN,))
            dossier = self._asked_for(unit, case_id, document_id)
            copies = _copies(unit, document_id)
            if not all_filed(copies, *_asked(dossier)[:2]):
                raise refusal("copies_missing")
            filed = sorted(standing(copies).values(), key=lambda one: one.copy_no)
            if move.name != "stamp" or not says_the_same(filed, move):
                raise refusal("ledger_differs", serial=filed[0].serial)
            for one in filed:
                step_copy(
                    unit, one.serial, (S.SIGNED,), S.RELEASED, self.login, released_at=unit.now
                )
            return moves.make_move(unit, self._books, case_id, self.login, move)


def _asked(dossier: Dossier) -> tuple[int, int, str]:
    """Originals, duplicates and the frozen file of the newest stamping request."""
    request = dossier.last_task(TaskKind.SEAL_REQUEST)
    assert request is not None
    data = request.data
    return (
        int(data.get("originals", 1)), int(data.get("duplicates", 0)),
        str(data.get("sha256") or ""),
    )  # fmt: skip


def _copies(unit: Unit, document_id: str) -> tuple[LedgerLine, ...]:
    rows = ledger_rows.lines(unit, (L.document_id == document_id) & (L.manner == PHYSICAL))
    return tuple(ledger_rows.line_of(row) for row in rows)


def says_the_same(filed: Sequence[LedgerLine], move: Move) -> bool:
    """Whether the stamp brings every copy's scan once, and says of the first what its line says."""
    first = filed[0]
    at = first.placement
    assert at is not None and first.copy_kind == ORIGINAL
    known = {
        "document_id": first.document_id, "serial": first.serial,
        "hash_before": first.sha256_before, "hash_after": first.scan_sha256,
        "page": at.page, "x_mm": at.x_mm, "y_mm": at.y_mm, "level": "",
    }  # fmt: skip
    kinds = ("sealed_document", "sealed_copy")
    brought = [(one.kind, one.body.get("sha256"), one.body.get("serial")) for one in move.entries
               if one.kind in kinds]  # fmt: skip
    wanted = [(kinds[one is not first], one.scan_sha256, one.serial) for one in filed]
    return brought == wanted and all(
        known[name] == said for name, said in move.fields.items() if name in known
    )
