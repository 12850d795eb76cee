"""The work of stamping: a document in hand, what stands against it, the press, the batch.

One object for the life of a screen; it holds what is in hand and feeds queue, page and side. A
press goes through :class:`~workbench.shell.seal_desk.hand.PressHand`, a batch through
:class:`~workbench.shell.seal_desk.batch_run.BatchRun`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

from workbench.casework.sealing import return_request
from workbench.rules.case_view import SealTask
from workbench.rules.paper_copies import standing
from workbench.rules.refusals import Outage, Trouble
from workbench.rules.seal_custody import Pressed, Seal
from workbench.rules.words import _, pick
from workbench.shell.notices import wording
from workbench.shell.seal_desk.batch import Outcome
from workbench.shell.seal_desk.batch_run import BatchRun
from workbench.shell.seal_desk.cards import place_rows
from workbench.shell.seal_desk.checks import all_good, department_checks, preflight, why_not
from workbench.shell.seal_desk.copies_run import CopiesRun, by_hand
from workbench.shell.seal_desk.faces import FaceShelf
from workbench.shell.seal_desk.facts import DeskFacts, Frozen, read_document
from workbench.shell.seal_desk.hand import PressHand
from workbench.shell.seal_desk.pressing import OncePin
from workbench.shell.seal_desk.side import landing

if TYPE_CHECKING:
    from workbench.shell.seal_desk.screen import SealDeskScreen


def _kin(task: SealTask) -> tuple[str, str, bool]:
    return task.seal_kind, task.organ, task.legacy


class Stamping(QObject):
    """See the module. ``frozen`` is the document in hand, ``result`` what the last press gave."""

    def __init__(self, screen: SealDeskScreen) -> None:
        super().__init__(screen)
        self.screen = screen
        self.work = screen.work
        self.queue, self.page, self.side = screen.queue, screen.page, screen.side
        self.frozen: Frozen | None = None
        self.result: Pressed | None = None
        self.task: SealTask | None = None
        self.chosen: dict[tuple[str, str, bool], str] = {}
        """Kind, organ, from before a transfer -> the seal that the custodian chose (S020)."""
        self.shelf = FaceShelf(screen.work, screen)
        self.hand = PressHand(screen.work, screen)
        self.batch = BatchRun(screen.stand.bar, self.side.back, screen.stand)
        self.copies = CopiesRun(screen)
        self._connect()

    def _connect(self) -> None:
        press, back, hand, batch = self.side.press, self.side.back, self.hand, self.batch
        self.queue.chosen.connect(self.choose)
        self.queue.batch_wanted.connect(self.begin_batch)
        press.press_wanted.connect(self._press)
        back.return_wanted.connect(self._return)
        press.choice.chosen.connect(self._seal_chosen)
        self.shelf.came.connect(self._show_landing)
        self.side.open_result.clicked.connect(self._open_result)
        hand.steps.reached.connect(press.steps.reach)
        hand.pressed.connect(self._pressed)
        hand.failed.connect(self._failed)
        hand.over.connect(self._over)
        batch.take.connect(self._take)
        batch.confirm.connect(press.lead_on)
        batch.to_the_ticks.connect(press.begin)
        batch.to_the_reasons.connect(self._to_the_reasons)
        batch.ended.connect(self._batch_over)
        self.screen.summary.over.connect(self._summary_read)

    @property
    def free(self) -> bool:
        """Whether another document may be taken in hand."""
        return not (self.hand.document or self.batch.running or self.copies.busy)

    # -- showing -----------------------------------------------------------------------------

    def show_facts(self, facts: DeskFacts, *, holds: bool) -> None:
        """The queue anew. Off custody nothing of it is shown, and a batch ends (V16b)."""
        if not holds:
            self.batch.stop(_("Your custody of the seal has ended."))
            self.hand.close_key()
            self._forget()
        elif self.batch.hear(facts.queue):
            self.work.notices.say(_("An immediate case has come in: it is the next document."))
        self.queue.by_hand = frozenset(
            one.document_id for one in facts.queue if by_hand(one, facts.seal_for(one))
        )
        self.queue.show_tasks(facts.queue)
        stack, screen = self.screen.stack, self.screen
        if not holds:
            stack.setCurrentWidget(screen.custody)
        elif stack.currentWidget() is screen.custody:
            stack.setCurrentWidget(screen.stand)
        self._after_queue(facts)

    def _after_queue(self, facts: DeskFacts) -> None:
        """The document in hand may have left the queue: by this press, or by somebody else."""
        if self.hand.document:
            return
        task = self.queue.current()
        if self.batch.running:
            self._keep_up(facts)
        elif task is None:
            if self.result is None:
                self._forget()
            self.judge()
        elif self.result is None and (self.task is None or self._is_news(task)):
            self.choose(task)
        else:
            self._copies_came_on(task)
            self.judge()

    def _copies_came_on(self, task: SealTask) -> None:
        """What was ticked stays ticked while the copies of the document in hand come on."""
        if self.task is not None and self.frozen is not None and self.task.copies != task.copies:
            self.task, self.frozen = task, replace(self.frozen, task=task)

    def _is_news(self, task: SealTask) -> bool:
        """Another document, another file under its number, or somebody's press of it."""
        old = self.task
        return old is None or (old.document_id, old.sha256, old.ledger_state) != (
            task.document_id, task.sha256, task.ledger_state,
        )  # fmt: skip

    def _keep_up(self, facts: DeskFacts) -> None:
        """In a batch: the document in hand is read again where somebody else touched it."""
        task = self.task
        if task is None or self.frozen is None:
            return
        now = next((one for one in facts.queue if one.document_id == task.document_id), None)
        if now is None:
            self.batch.gone(_("It awaits the seal no more: somebody sealed it or took it back."))
        elif self._is_news(now):
            self._take(now)
        else:
            self.judge()

    def _forget(self) -> None:
        self.task = self.frozen = None
        self.page.clear()
        self.side.show_nothing()

    def choose(self, task: SealTask | None) -> None:
        """Take that document of the queue in hand."""
        if task is not None and self.free:
            self.chosen.clear()
            self._take(task)

    def _take(self, task: SealTask) -> None:
        self.task, self.frozen, self.result = task, None, None
        self.side.begin(task)
        session = self.work.session
        self.work.lanes.ask(
            lambda: read_document(session, task),
            then=self._show_document,
            otherwise=self._not_read,
            scope=self.screen,
            key="document",
        )

    def _not_read(self, trouble: Trouble) -> None:
        if self.batch.running:
            self.batch.gone(wording(trouble))
        else:
            self.side.press.refusal.show_trouble(trouble)

    def _show_document(self, frozen: Frozen) -> None:
        if self.screen.facts is None or self.task is None:
            return
        self.frozen = frozen
        seal = self._seal()
        self.side.show_document(frozen, seal)
        if self.screen.facts.needs_choice(frozen.task):
            self.side.press.choice.show_seals(self.screen.facts.fitting(frozen.task), seal)
        title = pick(frozen.task.title_zh, frozen.task.title_en)
        marks = landing(frozen, seal, self.shelf.picture(seal))
        self.page.show_document(frozen.task.sha256, marks)
        self.page.caption.setText(f"{title} · {frozen.task.document_no}")
        self.judge()
        if self.batch.running:
            self.queue.mark(frozen.task.document_id)
            self.side.press.begin()

    def judge(self) -> None:
        """What stands against pressing this document now, said before the button is tried."""
        facts, frozen, seal = self.screen.facts, self.frozen, self._seal()
        if facts is None:
            return
        checks = (
            (*department_checks(frozen),
             *preflight(facts, seal, self.screen.ready, self.work.who.login,
                        choose=self.side.press.choice.missing))
            if frozen else ()
        )  # fmt: skip
        if frozen is not None and by_hand(frozen.task, seal) and self.result is None:
            self._judge_by_hand(frozen, seal)
            return
        self.side.checks.show_checks(checks)
        self.side.checks.setVisible(bool(checks) and self.result is None)
        line = frozen.line if frozen is not None and self.result is None else None
        self.side.show_line(line)
        why = why_not(facts, frozen, line, all_good(checks)) if frozen else ""
        if why and line is None and self.side.press.choice.missing:
            why = _("Choose the seal to press with.")
        self.side.press.set_key_open(self.batch.running and self.hand.is_open_for(seal))
        self.side.press.allow(frozen is not None and not why, why)
        self.side.back.allow(frozen is not None and line is None and self.result is None)
        self.queue.set_free(self.free)

    def _judge_by_hand(self, frozen: Frozen, seal: Seal | None) -> None:
        """No key, so nothing of the key is looked at; the register has the last word."""
        checks = department_checks(frozen)
        self.side.show_by_hand()
        self.side.checks.show_checks(checks)
        self.side.checks.setVisible(bool(checks))
        self.side.press.allow(not self.copies.busy)
        self.copies.show(frozen.task, seal)
        self.side.back.allow(not standing(frozen.task.copies) and not self.copies.busy)
        self.queue.set_free(self.free)

    def _seal(self) -> Seal | None:
        facts = self.screen.facts
        if facts is None or self.task is None:
            return None
        return facts.seal_for(self.task, self.chosen.get(_kin(self.task), ""))

    def _seal_chosen(self, seal_id: str) -> None:
        """Another of the organ's seals: its size and its key, so what was typed of a PIN goes.

        In a batch the choice holds for every document of that kind and organ that follows.
        """
        frozen = self.frozen
        if frozen is None:
            return
        self.chosen[_kin(frozen.task)] = seal_id
        self.side.press.pin.clear()
        self.side.place.show_rows(place_rows(frozen, self._seal()))
        self._show_landing()
        self.judge()

    def _show_landing(self) -> None:
        """The circle and the face of the seal in hand, on the document that is still unsealed."""
        frozen, seal = self.frozen, self._seal()
        if frozen is not None and self.page.sha256 == frozen.task.sha256:
            marks = landing(frozen, seal, self.shelf.picture(seal))
            self.page.show_document(frozen.task.sha256, marks)

    # -- pressing ----------------------------------------------------------------------------

    def _press(self, pin: OncePin) -> None:
        if self.frozen is None or self.hand.document or self.work.doors.press is None:
            return
        self.hand.press(self.frozen.task, self._seal(), pin, several=self.batch.running)
        self._set_busy(True)

    def _set_busy(self, busy: bool) -> None:
        self.side.press.set_busy(busy)
        self.batch.set_busy(busy)
        self.queue.set_free(not busy and self.free)

    def _pressed(self, result: Pressed) -> None:
        self.work.notices.say(_("Sealed: serial {n}.").format(n=result.serial))
        if self.batch.running:
            self.batch.pressed(result)
            return
        self.result = result
        self.side.show_result(result)
        # At once, unasked: that the seal sits where it was shown is what the custodian looks for.
        self._open_result()

    def _failed(self, trouble: Trouble) -> None:
        if isinstance(trouble, Outage):
            # The token was pulled out, a server went: the list says what is missing now.
            self.screen.look_before()
        if not self.batch.running:
            self.side.press.refusal.show_trouble(trouble)
        elif self.batch.failed(trouble):
            self.side.press.refusal.show_trouble(trouble)
            self.side.press.set_key_open(False)

    def _over(self) -> None:
        self._set_busy(False)
        # Also after a refusal: a wrong PIN was counted, or somebody else was faster.
        self.work.lanes.something_changed.emit()
        self.screen.refresh()

    def cover(self) -> None:
        """The desk is locked or goes: no key stays open, no PIN in a field."""
        self.hand.close_key()
        self.side.press.pin.clear()
        self.side.press.set_key_open(False)

    # -- returning ---------------------------------------------------------------------------

    def _return(self, reason: str, note: str) -> None:
        frozen = self.frozen
        if frozen is None:
            return
        session, case = self.work.session, frozen.task.case
        self.batch.set_busy(True)
        self.work.lanes.change(
            lambda: return_request(session, case, reason, note),
            then=lambda _case: self._returned(reason),
            otherwise=self.side.back.refusal.show_trouble,
            after=lambda: self.batch.set_busy(False),
            scope=self.screen,
            label=_("Returning the request"),
        )

    def _to_the_reasons(self) -> None:
        self.screen.stand.show_part(self.side.back)
        self.side.back.reason.setFocus()

    def _returned(self, reason: str) -> None:
        self.work.notices.say(_("The stamping request was returned."))
        if self.batch.running:
            self.batch.returned(reason)
        else:
            self._forget()
        self.screen.refresh()

    # -- a batch -----------------------------------------------------------------------------

    def begin_batch(self, tasks: Sequence[SealTask]) -> None:
        """One after the other, each confirmed on its page."""
        if self.free and self.screen.facts is not None:
            self.chosen.clear()
            self.batch.begin(tasks, self.screen.facts.queue)
            self.queue.set_free(False)

    def _batch_over(self, outcomes: Sequence[Outcome], why: str) -> None:
        self.hand.close_key()
        self.queue.tick(set())
        self._forget()
        self.screen.stack.setCurrentWidget(self.screen.summary)
        self.screen.summary.show_outcomes(outcomes, why)
        self.screen.refresh()

    def _summary_read(self) -> None:
        self.screen.stack.setCurrentWidget(self.screen.stand)
        self.queue.list.setFocus()
        self.screen.refresh()

    # -- sealed files --------------------------------------------------------------------------

    def _open_result(self) -> None:
        if self.result is not None:
            self._open_sealed(self.result.sha256_after, self.result.serial)

    def show_sealed(self, sha256: str, serial: int) -> None:
        """A line of the register: its file, with nothing in hand."""
        self.queue.list.setCurrentRow(-1)
        self._forget()
        self._open_sealed(sha256, serial)

    def _open_sealed(self, sha256: str, serial: int) -> None:
        self.page.show_document(sha256)
        self.page.caption.setText(_("Sealed file, serial {n}").format(n=serial))
