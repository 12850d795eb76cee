"""The content room of a session: files by their SHA-256 (``ports.ContentRoom``).

Who may see an entry may read its file, and nobody else: previews and caches obey the visibility
rows too (domain 4.3). A file that no longer matches freezes every case that points to it (T31).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import ColumnElement, select

from workbench.rules.case import Move, Part, State
from workbench.rules.facts import Answers
from workbench.rules.people import Role
from workbench.rules.refusals import Refusal
from workbench.rules.visibility import visible_parts
from workbench.rules.words import _
from workbench.store import case_rows, dossiers, moves
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import PART_TABLES, ledger_line

FROZEN_STAYS = (State.ARCHIVED, State.QUARANTINED, State.DRAFT)
"""States that T31 cannot freeze, or has frozen already."""


class ContentRoomOf(Seat):
    """Put if absent, and read with a check of every byte."""

    def put_content(self, source: Path | bytes) -> str:
        """Store if absent; the SHA-256. Outage where the disk is full."""
        return self._books.content.put(source)

    def content_path(self, sha256: str) -> Path:
        """A readable file with exactly these bytes."""
        place = self._books.content.place(sha256)
        with self._work.read() as unit:
            used = _uses(unit, sha256)
            if used and not self._may_read(unit, sha256, used):
                raise moves.not_there()
        if self._books.content.sound(sha256):
            return place
        raise broken(self._freeze(sha256))

    def _may_read(self, unit: Unit, sha256: str, used: list[tuple[int, Part, str]]) -> bool:
        for case_id, part, _name in used:
            case = case_rows.case_now(unit, case_id)
            if case is not None:
                dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
                if part in visible_parts(Answers(dossier, self.login, unit.now)):
                    return True
        custodian = {one.role for one in self._memberships(unit)} & {Role.SEAL_CUSTODIAN}
        return bool(custodian) and _in_ledger(unit, sha256)

    def _freeze(self, sha256: str) -> str:
        """Every case that holds the file, frozen by the system; the names of the materials."""
        with self._work.write() as unit:
            used = _uses(unit, sha256)
            for case_id in dict.fromkeys(case_id for case_id, _part, _name in used):
                case = case_rows.case_now(unit, case_id)
                if case is not None and case.state not in FROZEN_STAYS:
                    finding = {"finding": f"content_broken:{sha256}"}
                    moves.system_move(unit, self._books, case, Move("quarantine", finding))
            names = dict.fromkeys(name for _case_id, _part, name in used)
        return ", ".join(names) or sha256[:12]


def broken(named: str) -> Refusal:
    """What is said of a file that is not what was stored, by the name of its material."""
    return Refusal(
        "content_broken",
        _("The stored file of “{name}” does not match its fingerprint.").format(name=named),
        _("Tell the system administrator to bring the file back from a backup; the case is "
          "frozen until the supervisor releases it."),
    )  # fmt: skip


def _uses(unit: Unit, sha256: str) -> list[tuple[int, Part, str]]:
    """Every entry that points to the file: case, part, and what the material is called."""
    found = []
    for part, table in PART_TABLES.items():
        columns = select(table.c.case_id, table.c.code, table.c.kind)
        for row in unit.sql.execute(columns.where(table.c.content_sha256 == sha256)):
            found.append((row.case_id, part, row.code or row.kind))
    return found


def _in_ledger(unit: Unit, sha256: str) -> bool:
    line = ledger_line.c
    same: ColumnElement[bool] = (line.prepared_sha256 == sha256) | (line.sha256_after == sha256)
    return unit.sql.execute(select(line.serial).where(same)).first() is not None
