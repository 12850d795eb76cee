"""Keeps what is typed into the open step card in the centre, and brings it back (E06).

Made by :mod:`workbench.shell.case.steps`. Saved a short while after typing stops, and at once when
the card or the screen goes: idle lock, sign-out, window closed, another case. So neither the end of
a shift nor the end of the process loses more than the last second.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QWidget

from workbench.casework.private_drafts import keep
from workbench.rules.moment import to_local
from workbench.rules.private_drafts import PrivateDraft
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.case.step_card import StepCard
from workbench.shell.workplace import Workplace

PAUSE_MS: Final = 1_000
"""So long after the last key a draft is saved."""


class DraftKeeper:
    """One at a time: the card that is open."""

    def __init__(self, work: Workplace, steps: QWidget) -> None:
        self.work = work
        self._steps = steps
        self._card: StepCard | None = None
        self._untouched: dict[str, str] = {}
        self._saved: dict[str, str] = {}
        self._timer = QTimer(steps)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._save)

    def watch(self, card: StepCard, remembered: bool) -> None:
        """A card was opened; ``remembered`` where this desk put back what it still knew itself."""
        self._card = card
        self._untouched = {} if remembered else card.keepable()
        self._saved = {}
        card.form.changed.connect(self._timer.start)
        if remembered:
            return
        session, number, move = self.work.session, card.view.case.case_no, card.move_name
        self.work.lanes.ask(
            lambda: session.my_draft(number, move), then=lambda found: self._offer(card, found),
            otherwise=self._unknown, scope=card, key="draft",
        )  # fmt: skip

    def save_now(self) -> None:
        """The card is about to go, or to be hidden: what is not saved yet is saved now."""
        if self._timer.isActive():
            self._timer.stop()
            self._save()

    def leave(self) -> None:
        """The card goes."""
        self.save_now()
        self._card = None

    def forget(self) -> None:
        """The step was made: the centre has let go of its draft."""
        self._timer.stop()
        self._card = None

    def discard(self, case_no: str, move: str) -> None:
        """The user does not want it back."""
        self.forget()
        session = self.work.session
        self.work.lanes.change(lambda: session.drop_draft(case_no, move), scope=self._steps)

    # -- inside --------------------------------------------------------------------------------

    def _offer(self, card: StepCard, found: PrivateDraft | None) -> None:
        """Put it back, unless something was typed while the centre was asked."""
        if found is None or card is not self._card or card.keepable() != self._untouched:
            return
        self._saved = dict(found.texts)
        card.put_back(found)
        self._timer.stop()

    def _unknown(self, _trouble: Trouble) -> None:
        """An outage has its banner; the card works without a draft."""

    def _save(self) -> None:
        card = self._card
        if card is None:
            return
        if card.under_way:
            self._timer.start()
            return
        texts = card.keepable()
        if texts == self._saved:
            return
        self._saved = texts
        wanted = {} if texts == self._untouched else texts
        session, number, move = self.work.session, card.view.case.case_no, card.move_name
        self.work.lanes.change(
            lambda: keep(session, number, move, wanted),
            then=lambda kept: self._told(card, kept),
            otherwise=lambda trouble: self._refused(card, trouble),
            scope=self._steps,
        )

    def _told(self, card: StepCard, kept: bool) -> None:
        if card is self._card:
            at = to_local(self.work.clock.now())
            text = _("Draft kept at {time}. Only you can see it.").format(time=f"{at:%H:%M:%S}")
            card.show_kept(text if kept else "")

    def _refused(self, card: StepCard, trouble: Trouble) -> None:
        self._saved = {}
        if card is self._card and isinstance(trouble, Refusal):
            card.show_kept(trouble.message)
