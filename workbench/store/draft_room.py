"""The draft room of a session: private drafts of steps (``ports.DraftRoom``, E06).

Every statement names the signed-in person as author, so no draft of anybody else can be read. No
event and no line of the audit speaks of a draft. Called through ``session``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workbench.rules.case import Case
from workbench.rules.case_flow import MOVES
from workbench.rules.private_drafts import MOST_LETTERS, PrivateDraft, may_keep
from workbench.rules.refusal_texts import refusal
from workbench.store import case_rows, dossiers, draft_rows
from workbench.store.engine import Unit
from workbench.store.seat import Seat


class DraftRoomOf(Seat):
    """What the signed-in person typed and has not made."""

    def keep_draft(self, case_no: str, move: str, texts: Mapping[str, str]) -> None:
        """Save it; see the port."""
        if move not in MOVES:
            raise refusal("unknown_move", move=move)
        if sum(len(path) + len(text) for path, text in texts.items()) > MOST_LETTERS:
            raise refusal("draft_too_long")
        with self._work.write() as unit:
            self._still_here(unit)
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is None or not self._may_keep(unit, case):
                raise refusal("draft_not_kept")
            draft_rows.save(unit.sql, case.case_id, self.login, move, texts, unit.now)

    def my_draft(self, case_no: str, move: str) -> PrivateDraft | None:
        """One's own draft of that step."""
        mine = self._kept(lambda one: (one.case_no, one.move) == (case_no, move))
        return mine[0] if mine else None

    def my_drafts(self) -> tuple[PrivateDraft, ...]:
        """One's own drafts on cases where one may still keep them."""
        return self._kept(lambda _one: True)

    def _kept(self, wanted: Callable[[PrivateDraft], bool]) -> tuple[PrivateDraft, ...]:
        """Of those wanted alone the whole case is read, to see whether one may still keep it."""
        with self._work.read() as unit:
            self._still_here(unit)
            found = []
            for case_id, draft in draft_rows.drafts_of(unit.sql, self.login):
                case = case_rows.case_now(unit, case_id) if wanted(draft) else None
                if case is not None and self._may_keep(unit, case):
                    found.append(draft)
            return tuple(found)

    def drop_draft(self, case_no: str, move: str) -> None:
        """Forget one's own draft of that step."""
        with self._work.write() as unit:
            self._still_here(unit)
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is not None:
                draft_rows.drop(unit.sql, case.case_id, self.login, move)

    def _may_keep(self, unit: Unit, case: Case) -> bool:
        dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
        return may_keep(dossier, self.login, unit.now)
