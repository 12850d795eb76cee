"""Copies pressed by hand, on a server (``store.paper_copies_room``): each step is one verb.

Called through ``server_session``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from workbench.rules.case import Case, Move
from workbench.rules.seal_custody import LedgerLine, Placement
from workbench.store.ledger_rows import line_of
from workbench.store.server.answers import case_of
from workbench.store.server.server_cases import entries_of
from workbench.store.server.server_seal import ServerSeal


class ServerPaperCopies(ServerSeal):
    """What the custodian does by hand."""

    def number_copies(
        self, document_id: str, case_id: int, seal_id: str, codes: Sequence[str]
    ) -> tuple[LedgerLine, ...]:
        """Every copy of the request that has none gets a serial and a control code."""
        said = self._once("copies_number", document_id, case_id, seal_id, list(codes))
        return tuple(line_of(SimpleNamespace(**one)) for one in said["copies"])

    def copy_printed(self, serial: int) -> LedgerLine:
        """PREPARED, before the copy goes to the printer."""
        return _copy(self._once("copy_printed", serial))

    def spoil_copy(self, serial: int, reason: str) -> LedgerLine:
        """VOID with the reason; the number is free for another copy."""
        return _copy(self._once("copy_spoiled", serial, reason))

    def file_copy(
        self, serial: int, scan_sha256: str, at: Placement, found: str, note: str
    ) -> LedgerLine:
        """SIGNED: pressed, scanned back, compared."""
        return _copy(self._once(
            "copy_filed", serial, scan_sha256, at.page, float(at.x_mm), float(at.y_mm), found,
            note.strip(),
        ))  # fmt: skip

    def release_copies(self, document_id: str, case_id: int, move: Move) -> Case:
        """Every copy RELEASED and the move ``stamp`` (T23): all or none."""
        operation = move.operation_id or uuid.uuid4().hex
        answer = self._call(
            "copies_release", document_id, case_id, dict(move.fields), entries_of(move), operation
        )
        return case_of(answer["case"])


def _copy(said: Mapping[str, Any]) -> LedgerLine:
    return line_of(SimpleNamespace(**said["copy"]))
