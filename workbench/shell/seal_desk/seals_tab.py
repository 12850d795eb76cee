"""The register of seals: what there is, how each one stands, its history, the next step (R54, R55).

For custodians a tab of the seal desk, for the organ's head and the security administrator a screen
of its own (``seals_screen``). Everybody sees all of it; what he may ask or confirm is his role's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.ports import Session
from workbench.casework.seal_register import file_picture
from workbench.rules.moment import stamp
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_states import (
    AskState,
    SealChange,
    SealMode,
    SealStepAsked,
    status_word,
    step_word,
)
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.plain_table import PlainTable
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.lazy_tab import Ground, LazyTab
from workbench.shell.seal_desk.open_changes import OpenChanges, form_text
from workbench.shell.seal_desk.step_form import StepForm
from workbench.shell.seal_desk.words import key_word, kind_word
from workbench.shell.side_area import SideArea
from workbench.shell.workplace import Workplace

STATE = 3
SIGNS: Mapping[str, str] = {
    "active": "check", "active_for_legacy": "check", "made": "circle", "suspended": "pause",
    "lost": "warning", "renewed": "refresh", "sealed_away": "archive", "destroyed": "cross",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealFacts:
    """The register at one moment; ``changes`` are those of the chosen seal, oldest first."""

    seals: tuple[Seal, ...]
    waiting: tuple[SealChange, ...]
    modes: Mapping[str, SealMode]
    seal_id: str
    changes: tuple[SealChange, ...]


def read_seals(session: Session, seal_id: str) -> SealFacts:
    """In the store lane. The first seal's history where none was chosen."""
    seals = session.seals()
    chosen = seal_id or (seals[0].seal_id if seals else "")
    changes = session.seal_changes(chosen) if chosen else ()
    return SealFacts(seals, session.open_seal_changes(), session.seal_modes(), chosen, changes)


class SealsTab(LazyTab):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        theme = work.theme
        self.facts: SealFacts | None = None
        self._chosen = ""
        self._shown: list[str] = []
        self._filling = False
        self.ground = Ground(self)
        inner = self.ground.inside
        self.search = QLineEdit(inner)
        self.counted = QLabel(inner)
        self.refusal = RefusalLine(inner)
        headings = (_("Seal"), _("Kind"), _("Organ"), _("State"), _("Category"),
                    _("Place and box"))  # fmt: skip
        self.table = PlainTable(theme, headings, 2, inner)
        self.waiting = OpenChanges(work, inner)
        self.beside = SideArea(inner)
        self.side = QWidget(self.beside.viewport())
        self.details = Card(theme, _("Seal"), self.side)
        self.form = StepForm(work, self.side)
        self.history = Card(theme, _("History"), self.side)
        self._build()
        self._connect()

    # -- asking ------------------------------------------------------------------------------

    def ask(self) -> None:
        session, chosen = self.work.session, self._chosen
        self.work.lanes.ask(
            lambda: read_seals(session, chosen), then=self._show,
            otherwise=self.refusal.show_trouble, scope=self, key="seals", label=_("Seals"),
        )  # fmt: skip

    def _show(self, facts: SealFacts) -> None:
        self.facts = facts
        self._chosen = facts.seal_id
        self.waiting.show_changes(facts.waiting)
        self._fill()
        self._show_seal()

    def _fill(self) -> None:
        """The seals in which every word is found; the chosen one stays chosen."""
        if self.facts is None:
            return
        words = self.search.text().casefold().split()
        shown = [one for one in self.facts.seals if self._has(one, words)]
        self._filling = True
        self.table.setRowCount(len(shown))
        for row, one in enumerate(shown):
            self.table.fill(row, self._cells(one), STATE, SIGNS[one.status.value])
        ids = [one.seal_id for one in shown]
        self._shown = ids
        if self._chosen in ids:
            self.table.selectRow(ids.index(self._chosen))
        else:
            self.table.clearSelection()
        self._filling = False
        counts = Counter(one.status for one in shown)
        parts = [_("{name}: {state}").format(name=status_word(status), state=n)
                 for status, n in counts.items()]  # fmt: skip
        self.counted.setText("  ·  ".join([_("Seals: {n}").format(n=len(shown)), *parts]))

    def _has(self, seal: Seal, words: list[str]) -> bool:
        text = " ".join(self._cells(seal)).casefold()
        return all(word in text for word in words)

    def _cells(self, seal: Seal) -> tuple[str, ...]:
        place = " · ".join(part for part in (seal.place, seal.box) if part)
        return (
            seal.seal_id, kind_word(seal.kind.value), seal.organ_name, status_word(seal.status),
            seal.category, place,
        )  # fmt: skip

    def seal(self) -> Seal | None:
        """The seal that is chosen."""
        seals = self.facts.seals if self.facts is not None else ()
        return next((one for one in seals if one.seal_id == self._chosen), None)

    def _show_seal(self) -> None:
        seal = self.seal()
        for part in (self.details, self.history):
            part.setVisible(seal is not None)
        self.form.show_seal(seal)
        if seal is None or self.facts is None:
            return
        self.details.heading.setText(seal.seal_id)
        self.details.show_rows(self._rows(seal, self.facts.modes))
        history = reversed([one for one in self.facts.changes if one.state is not AskState.ASKED])
        rows = [(stamp(one.at)[:16], self._told(one)) for one in history]
        self.history.show_rows(rows or [(_("No change is filed."), "")])

    def _rows(self, seal: Seal, modes: Mapping[str, SealMode]) -> list[tuple[str, str]]:
        mode = modes.get(seal.organ_name, SealMode.ONE_SEAL)
        rows = [
            (_("State"), status_word(seal.status)), (_("Kind"), kind_word(seal.kind.value)),
            (_("Organ"), seal.organ_name),
            (_("Diameter"), _("{n} mm").format(n=seal.diameter_mm)),
            (_("Certificate"), _("until {day}").format(day=stamp(seal.valid_to)[:10])),
            (_("Words on it"), " · ".join(filter(None, (seal.face_text, seal.bottom_text)))),
            (_("Mode of the organ"),
             _("one seal") if mode is SealMode.ONE_SEAL else _("a seal for each trade")),
            (_("Key"), key_word(seal.key_place)),
            (_("Documents for one PIN"), str(seal.batch_limit)),
            (_("Presses a day"), str(seal.daily_limit) if seal.daily_limit else _("no limit")),
            (_("Timestamp"), _("needed") if seal.needs_timestamp else _("wanted")),
        ]  # fmt: skip
        return rows

    def _told(self, change: SealChange) -> str:
        """One filed change: what, by whom, confirmed or declined by whom, why, and its form."""
        lines = [f"{step_word(change.step)} · {status_word(change.after)}"]
        by = self.work.name_of(change.actor)
        if change.decided_by and change.decided_by != change.actor:
            text = _("{who}, confirmed by {other}")
            if change.state is AskState.DECLINED:
                text = _("{who}, declined by {other}")
            by = text.format(who=by, other=self.work.name_of(change.decided_by))
        elif change.state is AskState.WITHDRAWN:
            by = _("{who}, taken back").format(who=by)
        lines += [by, change.reason, form_text(change, self.work)]
        return "\n".join(filter(None, lines))

    # -- acting ------------------------------------------------------------------------------

    def _chose(self, row: int, *_where: object) -> None:
        if not self._filling and 0 <= row < len(self._shown):
            self._chosen = self._shown[row]
            self.ask()

    def _asked(self, asked: SealStepAsked) -> None:
        seal = self.seal()
        if seal is None:
            return
        seal_id, face = seal.seal_id, self.form.face()

        def ask(session: Session) -> SealChange:
            if face is not None:
                file_picture(session, face.mask_png)
            return session.ask_seal_change(seal_id, asked)

        self._change(ask, self.form.refusal, step_word(asked.step), self.form.forget)

    def _decided(self, change: SealChange, confirmed: bool, reason: str) -> None:
        number = change.change_id
        self._change(
            lambda session: session.decide_seal_change(number, confirm=confirmed, reason=reason),
            self.waiting.refusal, step_word(change.step),
        )  # fmt: skip

    def _withdrawn(self, change: SealChange) -> None:
        number = change.change_id
        self._change(
            lambda session: session.withdraw_seal_change(number), self.waiting.refusal,
            step_word(change.step),
        )  # fmt: skip

    def _change(
        self, what: Callable[[Session], SealChange], refusal: RefusalLine, label: str,
        done: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        session = self.work.session

        def changed(change: SealChange) -> None:
            waits = change.state is AskState.ASKED
            text = _("{step}: waits for a second person.") if waits else _("{step}: filed.")
            self.work.notices.say(text.format(step=label))
            if done is not None:
                done()
            self.ask()

        self.work.lanes.change(
            lambda: what(session), then=changed, otherwise=refusal.show_trouble, scope=self,
            label=label,
        )  # fmt: skip

    # -- looks -------------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        self.search.setPlaceholderText(_("Search number, organ, kind, state, category or box"))
        self.search.setAccessibleName(_("Search in the register of seals"))
        self.search.setClearButtonEnabled(True)
        self.counted.setProperty("role", "quiet")
        self.counted.setWordWrap(True)
        self.table.setAccessibleName(_("Register of seals"))
        inside = QVBoxLayout(self.side)
        inside.setContentsMargins(space(), 0, space(), 0)
        for card in (self.details, self.form, self.history):
            inside.addWidget(card)
        inside.addStretch(1)
        self.beside.hold(self.side, space(40))
        split = QSplitter(Qt.Orientation.Horizontal, self.ground.inside)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.beside)
        split.setStretchFactor(0, 1)
        split.setSizes([space(96), space(54)])
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        split.setMinimumHeight(self.work.theme.row_height() * 6)
        inner = self.ground.inside
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, space(), 0, 0)
        column.setSpacing(space(0.75))
        column.addLayout(top)
        column.addWidget(self.counted)
        column.addWidget(self.refusal)
        column.addWidget(split, 1)
        column.addWidget(self.waiting)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.ground)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _words: self._fill())
        self.table.currentCellChanged.connect(self._chose)
        self.form.asked.connect(self._asked)
        self.waiting.decided.connect(self._decided)
        self.waiting.withdrawn.connect(self._withdrawn)
