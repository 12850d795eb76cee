"""What the pane of I01 found, as widgets: names with alternatives, scope words, review points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from market_supervision.checks import (
    ScopeWord,
    first_free_name,
    name_answer,
    name_available,
    names_by_field,
    operator_of_age,
    residence_consented,
    scope_standard,
    scope_words,
)
from workbench.api import (
    CaseView,
    CheckAnswer,
    Desk,
    Part,
    PartEntry,
    ReviewPoint,
    materials_of,
    pick,
    words_of,
)
from workbench.api.panes import FieldChain, wrapped

_ = words_of("market_supervision")

CHECKS: Final = {
    "R01": name_available,
    "R02": operator_of_age,
    "R04": scope_standard,
    "R07": residence_consented,
}
OUTCOMES: Final = ("", "pass", "doubt", "fail")
DOUBTFUL: Final = ("doubt", "fail")
"""The findings that want a reason."""


def said(answer: CheckAnswer) -> str:
    """The answer in the language in use, behind a mark that needs no colour."""
    mark = {True: "✓", False: "✗", None: "?"}[answer.ok]
    return f"{mark} {pick(answer.text_zh, answer.text_en)}"


def clear(layout: QGridLayout | QVBoxLayout) -> None:
    """Take out and delete every widget of the layout."""
    while (taken := layout.takeAt(0)) is not None:
        widget = taken.widget()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()


class NameBox(QGroupBox):
    """The trade name and its alternatives; the first one that can be used is chosen at first.

    The officer may choose another: the machine informs, it does not decide.
    """

    chosen = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Trade name"), parent)
        self._rows = QGridLayout(self)
        self._rows.setColumnStretch(1, 1)
        self.choices: list[QRadioButton] = []
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self.chosen)
        self._shown: dict[str, str] = {}

    def show_names(self, view: CaseView) -> None:
        """Check every name again; a choice the officer made is kept while the names stay."""
        given = names_by_field(view)
        if given == self._shown:
            return
        self._shown = given
        clear(self._rows)
        self.choices = []
        free = first_free_name(view)
        labels = {field.code: pick(field.label_zh, field.label_en) for field in view.item.form}
        for row, (code, name) in enumerate(given.items()):
            answer = name_answer(name)
            choice = QRadioButton(name, self)
            choice.setChecked(name == free)
            self._group.addButton(choice)
            self.choices.append(choice)
            self._rows.addWidget(choice, row, 0)
            self._rows.addWidget(wrapped(said(answer), self), row, 1)
            self._rows.addWidget(FieldChain(code, labels.get(code, name), choice, self), row, 2)

    def taken(self) -> str:
        """The chosen name; empty where none is: the machine chooses no name it objects to."""
        return next((c.text() for c in self.choices if c.isChecked()), "")


class ScopeBox(QGroupBox):
    """Each word of the scope with its mark: standard, standard with a licence, or neither."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Scope of business"), parent)
        self.words = wrapped(parent=self)
        beside = QHBoxLayout(self)
        beside.addWidget(self.words, 1)
        chain = FieldChain("scope", _("Scope of business"), self.words, self)
        beside.addWidget(chain, 0, Qt.AlignmentFlag.AlignTop)

    def show_scope(self, view: CaseView) -> None:
        self.words.setText("\n".join(self._line(word) for word in scope_words(view)))

    def _line(self, word: ScopeWord) -> str:
        if not word.standard:
            return _("✗ {word}: not in the standard list").format(word=word.text)
        if word.licence:
            return _("! {word}: standard, needs a licence").format(word=word.text)
        return _("✓ {word}: standard").format(word=word.text)


class PointsBox(QGroupBox):
    """The review points: what the machine says, a link to the page, the officer's finding, and his
    reason for a doubt or a failure."""

    changed = pyqtSignal()
    """A finding or a reason is another than before."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Review points"), parent)
        self._desk = desk
        self._rows = QGridLayout(self)
        self._rows.setColumnStretch(0, 1)
        self.findings: dict[str, QComboBox] = {}
        self.reasons: dict[str, QLineEdit] = {}
        self.said: dict[str, QLabel] = {}
        self._decided: set[str] = set()
        """The points on which the officer has spoken: the machine suggests nothing there."""
        self._recorded: PartEntry | None = None

    def show_points(self, view: CaseView) -> None:
        """Build the rows once; afterwards what the machine says is renewed, and how the points are
        marked in a new opinion. Marks are made while the opinion is still to be recorded."""
        if not self.findings:
            for row, point in enumerate(view.item.review_points):
                self._add_row(3 * row, point)
        may_mark = "submit_opinion" in {*view.moves, *view.blocked}
        for code, label in self.said.items():
            check = CHECKS.get(code)
            answer = check(view) if check else None
            label.setVisible(answer is not None)
            label.setText(said(answer) if answer is not None else "")
            self.findings[code].setEnabled(may_mark)
            self.reasons[code].setReadOnly(not may_mark)
            if answer is not None and may_mark:
                self._suggest(code, answer)
        self._show_recorded(view)

    def _add_row(self, row: int, point: ReviewPoint) -> None:
        text, rows = pick(point.text_zh, point.text_en), self._rows
        self.said[point.code] = wrapped(parent=self)
        rows.addWidget(wrapped(text, self), row, 0)
        rows.addWidget(self.said[point.code], row + 1, 0, 1, 3)
        if point.material_code:
            rows.addWidget(self._link(point.material_code, text), row, 1)
        self.findings[point.code] = self._finding(point.code, text)
        rows.addWidget(self.findings[point.code], row, 2)
        reason = self.reasons[point.code] = QLineEdit(self)
        reason.setPlaceholderText(_("Reason for the doubt or the failure"))
        reason.setAccessibleName(_("Reason for the doubt or the failure"))
        reason.textChanged.connect(self.changed)
        reason.hide()
        rows.addWidget(reason, row + 2, 0, 1, 3)

    def _link(self, material: str, text: str) -> QPushButton:
        button = QPushButton(_("Page"), self)
        button.setAccessibleName(_("Show the page for: {point}").format(point=text))
        button.clicked.connect(lambda: self._show(material))
        return button

    def _show(self, material: str) -> None:
        found = materials_of(self._desk.view(), material)
        if found:
            self._desk.show_page(found[-1], 1)

    def _finding(self, code: str, text: str) -> QComboBox:
        box = QComboBox(self)
        words = (_("not checked"), _("pass"), _("doubt"), _("fail"))
        for outcome, word in zip(OUTCOMES, words, strict=True):
            box.addItem(word, outcome)
        box.setAccessibleName(text)
        box.currentIndexChanged.connect(lambda _index: self._found(code))
        box.activated.connect(lambda _index: self._decide(code))
        return box

    def _found(self, code: str) -> None:
        self.reasons[code].setVisible(self.findings[code].currentData() in DOUBTFUL)
        self.changed.emit()

    def _decide(self, code: str) -> None:
        """The officer has chosen; what is doubted wants a reason."""
        self._decided.add(code)
        if not self.reasons[code].isHidden():
            self.reasons[code].setFocus()

    def _suggest(self, code: str, answer: CheckAnswer) -> None:
        """Fill in what the machine knows, only where the officer has said nothing yet."""
        box = self.findings[code]
        if code not in self._decided and box.currentIndex() == 0 and answer.ok is not None:
            box.setCurrentIndex(OUTCOMES.index("pass" if answer.ok else "fail"))

    def _show_recorded(self, view: CaseView) -> None:
        """As the points stand in the opinion of the case, once for each opinion."""
        last = view.last(Part.OPINIONS, "opinion")
        if last is None or last == self._recorded:
            return
        self._recorded = last
        for code, given in dict(last.body.get("points") or {}).items():
            body = given if isinstance(given, Mapping) else {"result": given}
            machine = self.said[code].text() if code in self.said else ""
            reason = str(body.get("reason", ""))
            self.mark(code, str(body.get("result", "")), "" if reason == machine else reason)

    def mark(self, code: str, result: str, reason: str) -> None:
        """The officer's word on a point, wherever he gave it; an empty one takes it back."""
        if code not in self.findings or result not in OUTCOMES:
            return
        self._decided.add(code)
        if result in DOUBTFUL and self.reasons[code].text().strip() != reason:
            self.reasons[code].setText(reason)
        self.findings[code].setCurrentIndex(OUTCOMES.index(result))

    def marks(self) -> dict[str, dict[str, str]]:
        """Point code to ``result`` (``pass``, ``doubt``, ``fail``) and the officer's ``reason``;
        unchecked ones left out."""
        found = {code: str(box.currentData()) for code, box in self.findings.items()}
        return {
            code: {"result": outcome,
                   "reason": self.reasons[code].text().strip() if outcome in DOUBTFUL else ""}
            for code, outcome in found.items()
            if outcome
        }  # fmt: skip

    def results(self) -> dict[str, dict[str, str]]:
        """The same for the opinion: where the officer gave no reason stands what the machine
        said."""
        return {
            code: {**one, "reason": one["reason"] or self.said[code].text()}
            for code, one in self.marks().items()
        }
