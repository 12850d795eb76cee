"""The steps of a case as buttons with keys; what is forbidden is shown with the reason beside it.

Stands under the department's pane in the case screen, the same for every department, so that no
step of the flow is out of reach. The main line comes first; what stands beside it is a press away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import CaseView
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.shell.case.draft_keeper import DraftKeeper
from workbench.shell.case.flow_layout import FlowLayout
from workbench.shell.case.step_card import StepCard
from workbench.shell.case.step_words import (
    BY_ITSELF,
    BY_OTHER_MEANS,
    ELSEWHERE,
    KEYS,
    MAIN,
    NOT_OF_THIS_CASE,
    PROOF,
    SIDE,
    verb,
)
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace

Points = Callable[[], Mapping[str, Mapping[str, str]]]


class Steps(QFrame):
    """Buttons, reasons, and the card of the step in hand."""

    moved = pyqtSignal(str, object)
    proof_wanted = pyqtSignal()
    race_lost = pyqtSignal()
    opened = pyqtSignal(object)
    """A card was opened: it must be in sight, down to its confirmation."""

    def __init__(self, work: Workplace, points: Points, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.view: CaseView | None = None
        self.card: StepCard | None = None
        self.buttons: dict[str, QPushButton] = {}
        self.drafts: dict[tuple[str, str], dict[str, str]] = {}
        self._points = points
        self._all_shown = False
        self._offered: object = None
        self._own: frozenset[str] = frozenset()
        self._keys: list[QShortcut] = []
        self._keeper = DraftKeeper(work, self)
        self.refusal = RefusalLine(self)
        space = work.theme.space
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        self._column.setSpacing(space())
        self._offers = QWidget(self)
        self._column.addWidget(self._offers)
        self._column.addWidget(self.refusal)
        self.setProperty("role", "steps")

    def show_case(self, view: CaseView | None, own: frozenset[str] = frozenset()) -> None:
        """Offer what the case allows now. The card in hand stays, with what was typed in it.
        ``own`` are steps that the department's pane offers itself: they go behind *More steps*."""
        self._own = own
        changed = view is None or self.view is None or view.case.case_no != self.view.case.case_no
        if changed:
            self._put_away()
            self._all_shown = False
            self.refusal.clear_trouble()
        self.view = view
        self._offer_if_new()
        if self.card is not None and view is not None:
            self.card.show_case(view)

    def take(self, move: str) -> None:
        """The user wants that step: open its card, its screen, or say why it is not possible."""
        view = self.view
        if view is None:
            return
        self.refusal.clear_trouble()
        if move in view.blocked and move not in view.moves:
            self.refusal.show_trouble(view.blocked[move])
        elif move in ELSEWHERE:
            self.work.signposts.open_screen(ELSEWHERE[move])
        elif move in PROOF:
            self.proof_wanted.emit()
        elif move in view.moves:
            self._open_card(move)

    def draft_text(self) -> str:
        """What was typed into the card in hand, as one text for reading and copying."""
        draft = self.card.draft() if self.card is not None else {}
        return "\n\n".join(text for text in draft.values() if text)

    def keep_now(self) -> None:
        """The screen goes out of sight: what was typed is saved before anything else (E06)."""
        self._keeper.save_now()

    def put_away(self) -> None:
        """Close the card; what was typed in it is kept for this case."""
        self._put_away()

    # -- the card ------------------------------------------------------------------------------

    def _open_card(self, move: str) -> None:
        assert self.view is not None
        if self.card is not None and self.card.move_name == move:
            self.card.begin()
            return
        self._put_away()
        draft = self.drafts.get((self.view.case.case_no, move))
        card = StepCard(self.work, self.view, move, self, self._points(), draft)
        card.moved.connect(self._made)
        card.closed.connect(self._put_away)
        card.race_lost.connect(self.race_lost)
        card.discarded.connect(self._discard)
        self._keeper.watch(card, remembered=bool(draft))
        self._column.insertWidget(1, card)
        self.card = card
        card.show()
        card.begin()
        self.opened.emit(card)

    def _put_away(self) -> None:
        card, self.card = self.card, None
        if card is None:
            return
        key = (card.view.case.case_no, card.move_name)
        self.drafts[key] = card.draft()
        self._keeper.leave()
        self._drop(card)

    def _discard(self) -> None:
        card, self.card = self.card, None
        if card is not None:
            self.drafts.pop((card.view.case.case_no, card.move_name), None)
            self._keeper.discard(card.view.case.case_no, card.move_name)
            self._drop(card)
            self._open_card(card.move_name)

    def _made(self, move: str, view: CaseView | None) -> None:
        card, self.card = self.card, None
        if card is not None:
            self.drafts.pop((card.view.case.case_no, move), None)
            self._keeper.forget()
            self._drop(card)
        self.moved.emit(move, view)

    def _drop(self, card: StepCard) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    # -- the buttons ---------------------------------------------------------------------------

    def _offer_if_new(self) -> None:
        """Buttons are made anew only where something else is offered: the focus stays put."""
        view = self.view
        shown: object = None
        if view is not None:
            reasons = {m: str(r) for m, r in view.blocked.items()}
            shown = (view.case.case_no, self._own, view.moves, reasons)
        if shown != self._offered:
            self._offered = shown
            self._offer()

    def _offer(self) -> None:
        fresh = QWidget(self)
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.work.theme.space(0.75))
        self.buttons = {}
        for key in self._keys:
            key.deleteLater()
        self._keys = []
        if self.view is not None:
            self._fill(fresh, column, self.view)
        self._column.replaceWidget(self._offers, fresh)
        self._offers.hide()
        self._offers.deleteLater()
        self._offers = fresh

    def _fill(self, fresh: QWidget, column: QVBoxLayout, view: CaseView) -> None:
        main, side = _sorted(view, self._own)
        open_main = [m for m in main if m in view.moves]
        open_side = [m for m in side if m in view.moves]
        shut_main = [m for m in main if m in view.blocked and m not in view.moves]
        shut_side = [m for m in side if m in view.blocked and m not in view.moves]
        if not (open_main or open_side or shut_main or shut_side):
            column.addWidget(self._quiet(_("No step is yours in this state."), fresh))
            return
        if open_main:
            flow = FlowLayout(self.work.theme.space(0.75))
            for place, move in enumerate(_once(open_main)):
                # One next step at a time: where the pane offers it, ours stand back.
                first = place == 0 and not self._own & set(view.moves)
                flow.addWidget(self._button(move, fresh, primary=first))
            column.addLayout(flow)
        for move in _once(shut_main):
            column.addLayout(self._blocked(move, view.blocked[move], fresh))
        if open_side or shut_side:
            column.addWidget(self._more(fresh, len(open_side) + len(shut_side)))
        if self._all_shown:
            flow = FlowLayout(self.work.theme.space(0.75))
            for move in open_side:
                flow.addWidget(self._button(move, fresh))
            column.addLayout(flow)
            for move in shut_side:
                column.addLayout(self._blocked(move, view.blocked[move], fresh))
        else:
            for move in (*open_side, *shut_side):
                self._key(move)

    def _button(self, move: str, parent: QWidget, primary: bool = False) -> QPushButton:
        button = QPushButton(verb(move), parent)
        if primary:
            button.setProperty("role", "primary")
        keys = KEYS.get(move, "")
        if keys:
            button.setToolTip(_("{what} ({keys})").format(what=button.text(), keys=keys))
        button.clicked.connect(lambda _on=False, one=move: self.take(one))
        self.buttons[move] = button
        self._key(move)
        return button

    def _key(self, move: str) -> None:
        # Accepting brings nothing of the pane's with it: its key works whoever has the button.
        own = self._own - {"accept"}
        keys = KEYS.get(move, "") if move not in own else ""
        taken = {one.key() for one in self._keys}
        if keys and QKeySequence(keys) not in taken:
            # Of the whole window: the keyboard may be in the scans while the case is accepted.
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda one=move: self.take(one))
            self._keys.append(shortcut)

    def _blocked(self, move: str, refusal: Refusal, parent: QWidget) -> QHBoxLayout:
        """A step that is not possible now: the button in grey, the reason beside it."""
        row = QHBoxLayout()
        row.setSpacing(self.work.theme.space())
        button = self._button(move, parent)
        button.setEnabled(False)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        why = QLabel(refusal.message, parent)
        why.setProperty("role", "small")
        why.setWordWrap(True)
        why.setToolTip(str(refusal))
        button.setAccessibleDescription(str(refusal))
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(why, 1)
        return row

    def _more(self, parent: QWidget, count: int) -> QPushButton:
        text = _("Fewer steps") if self._all_shown else _("More steps ({count})").format(
            count=count)  # fmt: skip
        more = QPushButton(text, parent)
        more.setProperty("role", "link")
        more.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        more.clicked.connect(self._toggle_more)
        self.more = more
        return more

    def _toggle_more(self) -> None:
        self._all_shown = not self._all_shown
        self._offer()

    def _quiet(self, text: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setProperty("role", "quiet")
        label.setWordWrap(True)
        return label


def _sorted(view: CaseView, own: frozenset[str]) -> tuple[list[str], list[str]]:
    """The main line and what stands beside it, for this case."""
    main: list[str] = []
    side = list(SIDE)
    for move in MAIN:
        blocked = view.blocked.get(move)
        unneeded = move == "assign_survey" and not view.item.survey_required
        off = move not in view.moves and blocked is not None and blocked.code in NOT_OF_THIS_CASE
        (side if unneeded or off or move in own else main).append(move)
    known = {*MAIN, *SIDE, *BY_OTHER_MEANS, *BY_ITSELF}
    others = [m for m in (*view.moves, *view.blocked) if m not in known]
    return main, [*side, *dict.fromkeys(others)]


def _once(moves: Sequence[str]) -> list[str]:
    """Two moves that the same page takes stand there once."""
    seen: list[str] = []
    for move in moves:
        if not (move in PROOF and any(one in PROOF for one in seen)):
            seen.append(move)
    return seen
