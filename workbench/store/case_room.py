"""The case room of a session: registering, moving, listing and opening cases (``ports.CaseRoom``).

The one place where a transaction around a case begins and ends. Called through ``session``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import select

from workbench.rules.case import Case, Move
from workbench.rules.case_view import CaseView, Worklist, WorklistQuery
from workbench.rules.facts import Answers
from workbench.rules.hand_over import lapsed
from workbench.rules.judge import refuse_unseen
from workbench.rules.moment import Moment
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.visibility import visible_parts
from workbench.store import (
    case_rows,
    case_views,
    dossiers,
    form_corrections,
    item_changes,
    moves,
    registering,
    transferring,
    worklists,
)
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import app_user, case_file, event

TOLD_ANYBODY: Final = frozenset({"clock_back", "operation_reused"})
"""Refusals that say nothing of the case."""


class CaseRoomOf(Seat):
    """Cases as one signed-in person sees and moves them."""

    def moment(self) -> Moment:
        """The centre's moment."""
        return self._work.moment()

    def register(self, move: Move, masked_name: str, package_id: str) -> Case:
        """T01, see the port."""
        with self._work.write() as unit:
            self._still_here(unit)
            return registering.register(
                unit, self._books, self.login, move, masked_name, package_id
            )

    def make_move(self, case_id: int, move: Move) -> Case:
        """One move in one transaction. What time alone had brought about stays written even where
        the move is refused: it was true before anybody asked."""
        refused: Refusal | None = None
        with self._work.write() as unit:
            self._still_here(unit)
            before = case_rows.case_now(unit, case_id)
            saw = before is not None and self._sees(unit, before)
            try:
                return self._moved(unit, case_id, move)
            except Refusal as trouble:
                refused = case_views.naming(unit, trouble, case_rows.case_now(unit, case_id))
                self._settle_alone(unit, case_id, trouble)
                if not saw and trouble.code not in TOLD_ANYBODY:
                    refused = self._unseen(unit, case_id) or refused
        raise refused

    def _moved(self, unit: Unit, case_id: int, move: Move) -> Case:
        # A savepoint: a refused move leaves nothing behind, whatever it had begun to write.
        with unit.sql.begin_nested():
            if move.name == transferring.PROPOSE:
                transferring.check_proposal(unit, self._books, case_id, self.login, move)
            if move.name == transferring.CONFIRM:
                return transferring.confirm(unit, self._books, case_id, self.login, move)
            if move.name == item_changes.MOVE:
                return item_changes.change(unit, self._books, case_id, self.login, move)
            if move.name == form_corrections.MOVE:
                move = form_corrections.same_applicant(unit, case_id, move)
            return moves.make_move(unit, self._books, case_id, self.login, move)

    def _unseen(self, unit: Unit, case_id: int) -> Refusal | None:
        """What who sees nothing of a case is told, whatever else forbids the step: else he would
        learn how it stands, or who has changed it."""
        case = case_rows.case_now(unit, case_id)
        if case is None:
            return None
        dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
        try:
            refuse_unseen(Answers(dossier, self.login, unit.now))
        except Refusal as refused:
            return refused
        return None

    def _settle_alone(self, unit: Unit, case_id: int, trouble: Refusal) -> None:
        if trouble.code == "clock_back":
            return
        case = case_rows.case_now(unit, case_id)
        if case is not None:
            moves.settle(unit, self._books, case)

    def worklist(self, query: WorklistQuery) -> Worklist:
        """One page of what the visibility rows give."""
        with self._work.read() as unit:
            self._still_here(unit)
            return worklists.worklist(unit, self._books.shelf, self.login, query)

    def case_view(self, case_no: str) -> CaseView | None:
        """The granted parts of one case; who opens a case writes down what time has brought."""
        with self._work.read() as unit:
            self._still_here(unit)
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is None:
                return None
            if not (_due(unit, case.case_id) or self._claim_over(unit, case)):
                return case_views.view_of(unit, self._books, self.login, case)
            if not self._sees(unit, case):
                return None
        self.settle_case(case.case_id)
        with self._work.read() as unit:
            case = case_rows.case_by_no(unit.sql, case_no)
            if case is None:
                return None
            return case_views.view_of(unit, self._books, self.login, case)

    def settle_case(self, case_id: int) -> None:
        """Write the deemed results of one case that are due; a clock set back writes nothing."""
        with self._work.write() as unit:
            case = case_rows.case_now(unit, case_id)
            if case is not None and not moves.clock_is_back(unit, event.c.case_id == case_id):
                moves.settle(unit, self._books, case)

    def _sees(self, unit: Unit, case: Case) -> bool:
        dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
        return bool(visible_parts(Answers(dossier, self.login, unit.now)))

    def _claim_over(self, unit: Unit, case: Case) -> bool:
        if case.holder is None:
            return False
        dossier = dossiers.current(unit, self._books.shelf, case, ())
        return lapsed(dossier, unit.now) is not None

    signed_in = False
    """Whether a password opened this session: then it ends with the account (V08)."""
    _seen_mark: int | None = None

    def change_mark(self) -> int:
        """A number that grows with every change by anybody. Refusal ``account_revoked``."""
        mark = self._work.change_mark()
        if self.signed_in and mark != self._seen_mark:
            with self._work.read() as unit:
                self._need_account(unit)
            self._seen_mark = mark
        return mark

    def _need_account(self, unit: Unit) -> None:
        """Asked after each change of the file: whoever is revoked has no password any more."""
        wanted = select(app_user.c.password_hash).where(app_user.c.login == self.login)
        if unit.sql.execute(wanted).scalar_one_or_none() is None:
            raise refusal("account_revoked")

    def note_open(self, case_no: str) -> None:
        """On a file nobody is told: one machine, one desk (decision note 019)."""

    def second_sign_in(self) -> str:
        """Nobody asks whoever can open the file for a password."""
        return ""

    def on_change(self, heard: Callable[[], None]) -> None:
        """A file tells nobody by itself: its mark is asked for each second."""


def _due(unit: Unit, case_id: int) -> bool:
    wanted = select(case_file.c.settle_at).where(case_file.c.case_id == case_id)
    settle_at = unit.sql.execute(wanted).scalar_one()
    return settle_at is not None and settle_at <= unit.now
