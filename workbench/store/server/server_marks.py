"""Marks on materials on a server (``desk_ports.MaterialMarkRoom``): read under the policy of the
part *materials*, written by verbs.

A mark gets the number of its operation here, so that a line that breaks makes none twice. Called
through ``server_session``.
"""

from __future__ import annotations

import uuid
from typing import Final

from workbench.rules.material_marks import MaterialMark, NewMark
from workbench.rules.refusal_texts import refusal
from workbench.store import mark_rows
from workbench.store.server.server_seat import ServerSeat

_STANDING: Final = (
    f"SELECT {', '.join(f'm.{name}' for name in mark_rows.FIELDS)} FROM wb.material_mark m "
    "WHERE m.case_id IN (SELECT c.case_id FROM wb.case_file c "
    "WHERE c.case_no = %s OR c.short_no = %s) ORDER BY coalesce(m.first_id, m.mark_id)"
)


class ServerMarks(ServerSeat):
    """Notes, highlights, doubts and links beside the files of a case."""

    def material_marks(self, case_no: str) -> tuple[MaterialMark, ...]:
        """All that stand; see the port."""
        with self._line.look() as look:
            (rows,) = look.ask((_STANDING, (case_no, case_no)), last=True)
        return mark_rows.newest_links(mark_rows.mark_of(row) for row in rows)

    def make_material_mark(self, case_no: str, mark: NewMark) -> MaterialMark:
        """Put one up; see the port."""
        if not mark_rows.fits(mark):
            raise refusal("mark_not_kept")
        made = self._call(
            "make_material_mark", case_no, mark_rows.values_of(mark), uuid.uuid4().hex
        )
        return mark_rows.mark_of(made)

    def reword_material_mark(self, mark_id: int, text: str) -> MaterialMark:
        """Other words for one's own mark."""
        made = self._call("reword_material_mark", mark_id, text, uuid.uuid4().hex)
        return mark_rows.mark_of(made)

    def remove_material_mark(self, mark_id: int) -> None:
        """Take one's own mark away; the centre keeps that it was there."""
        self._call("remove_material_mark", mark_id)
