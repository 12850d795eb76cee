"""The mark room of a session: marks on materials (``desk_ports.MaterialMarkRoom``, decision 021).

Whoever is granted the part *materials* sees all marks of the case and may put up his own while it
has not ended; only the author rewords and removes. Nothing is deleted. Called through ``session``.
"""

from __future__ import annotations

import uuid
from typing import Any

from workbench.rules.case import ENDED, Case, Part
from workbench.rules.facts import Answers
from workbench.rules.material_marks import MOST_LETTERS, MOST_MARKS, MaterialMark, NewMark
from workbench.rules.refusal_texts import refusal
from workbench.rules.visibility import visible_parts
from workbench.store import case_rows, dossiers, mark_rows
from workbench.store.engine import Unit
from workbench.store.seat import Seat


class MarkRoomOf(Seat):
    """Notes, highlights, doubts and links beside the files of a case."""

    def material_marks(self, case_no: str) -> tuple[MaterialMark, ...]:
        """All that stand; see the port."""
        with self._work.read() as unit:
            self._still_here(unit)
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is None or not self._sees_materials(unit, case):
                return ()
            return mark_rows.newest_links(mark_rows.standing(unit.sql, case.case_id))

    def make_material_mark(self, case_no: str, mark: NewMark) -> MaterialMark:
        """Put one up; see the port."""
        with self._work.write() as unit:
            self._still_here(unit)
            case = case_rows.case_by_no(unit.sql, case_no)
            self._need_open(unit, case)
            assert case is not None
            if (
                not mark_rows.fits(mark)
                or not mark_rows.is_material(unit.sql, case.case_id, mark.sha256)
                or mark_rows.how_many(unit.sql, case.case_id) >= MOST_MARKS
            ):
                raise refusal("mark_not_kept")
            mark_id = mark_rows.write(
                unit.sql, case_id=case.case_id, **mark_rows.values_of(mark), made_by=self.login,
                made_at=unit.now, written_at=unit.now, operation_id=uuid.uuid4().hex,
            )
            return MaterialMark(mark_id, mark, self.login, unit.now)

    def reword_material_mark(self, mark_id: int, text: str) -> MaterialMark:
        """Other words for one's own mark: another row, the one before stays."""
        with self._work.write() as unit:
            self._still_here(unit)
            row = self._own(unit, mark_id)
            if row.removed_at is not None or len(text) > MOST_LETTERS:
                raise refusal("mark_not_kept")
            mark_rows.end(unit.sql, mark_id, unit.now)
            values = row._asdict() | {
                "words": text, "written_at": unit.now, "first_id": row.first_id or mark_id,
                "operation_id": uuid.uuid4().hex,
            }  # fmt: skip
            del values["mark_id"]
            values["mark_id"] = mark_rows.write(unit.sql, **values)
            return mark_rows.mark_of(tuple(values[name] for name in mark_rows.FIELDS))

    def remove_material_mark(self, mark_id: int) -> None:
        """Take one's own mark away; nothing happens where it is away already."""
        with self._work.write() as unit:
            self._still_here(unit)
            if self._own(unit, mark_id).removed_at is None:
                mark_rows.end(unit.sql, mark_id, unit.now)

    def _own(self, unit: Unit, mark_id: int) -> Any:
        """The row of one's own mark on a case in which one may still mark. Refusal."""
        row = mark_rows.row_of(unit.sql, mark_id)
        if row is None or row.made_by != self.login:
            raise refusal("mark_not_kept")
        self._need_open(unit, case_rows.case_now(unit, row.case_id))
        return row

    def _need_open(self, unit: Unit, case: Case | None) -> None:
        if case is None or not self._sees_materials(unit, case, to_mark=True):
            raise refusal("mark_not_kept")

    def _sees_materials(self, unit: Unit, case: Case, to_mark: bool = False) -> bool:
        dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
        if to_mark and (dossier.state in ENDED or self.login in dossier.recused):
            return False
        return Part.MATERIALS in visible_parts(Answers(dossier, self.login, unit.now))
