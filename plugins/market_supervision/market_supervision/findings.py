"""What the pane of I01 found, as widgets: names with alternatives, scope words, review points."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QLabel,
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
    names,
    operator_of_age,
    residence_consented,
    scope_standard,
    scope_words,
)
from workbench.api import CaseView, CheckAnswer, Desk, materials_of, pick, words_of
from workbench.api.panes import wrapped

_ = words_of("market_supervision")

CHECKS: Final = {
    "R01": name_available,
    "R02": operator_of_age,
    "R04": scope_standard,
    "R07": residence_consented,
}
OUTCOMES: Final = ("", "pass", "doubt", "fail")


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
        self._shown: tuple[str, ...] = ()

    def show_names(self, view: CaseView) -> None:
        """Check every name again; a choice the officer made is kept while the names stay."""
        given = names(view)
        if given == self._shown:
            return
        self._shown = given
        clear(self._rows)
        self.choices = []
        free = first_free_name(view)
        for row, name in enumerate(given):
            answer = name_answer(name)
            choice = QRadioButton(name, self)
            choice.setChecked(name == free)
            self._group.addButton(choice)
            self.choices.append(choice)
            self._rows.addWidget(choice, row, 0)
            self._rows.addWidget(wrapped(said(answer), self), row, 1)

    def taken(self) -> str:
        """The chosen name; empty where none is: the machine chooses no name it objects to."""
        return next((c.text() for c in self.choices if c.isChecked()), "")


class ScopeBox(QGroupBox):
    """Each word of the scope with its mark: standard, standard with a licence, or neither."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Scope of business"), parent)
        self.words = wrapped(parent=self)
        column = QVBoxLayout(self)
        column.addWidget(self.words)

    def show_scope(self, view: CaseView) -> None:
        self.words.setText("\n".join(self._line(word) for word in scope_words(view)))

    def _line(self, word: ScopeWord) -> str:
        if not word.standard:
            return _("✗ {word}: not in the standard list").format(word=word.text)
        if word.licence:
            return _("! {word}: standard, needs a licence").format(word=word.text)
        return _("✓ {word}: standard").format(word=word.text)


class PointsBox(QGroupBox):
    """The review points: what the machine says, a link to the page, and the officer's finding."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Review points"), parent)
        self._desk = desk
        self._rows = QGridLayout(self)
        self._rows.setColumnStretch(0, 1)
        self.findings: dict[str, QComboBox] = {}
        self.said: dict[str, QLabel] = {}

    def show_points(self, view: CaseView) -> None:
        """Build the rows once; afterwards only what the machine says is renewed."""
        if not self.findings:
            for row, point in enumerate(view.item.review_points):
                text = pick(point.text_zh, point.text_en)
                self.said[point.code] = wrapped(parent=self)
                self._rows.addWidget(wrapped(text, self), 2 * row, 0)
                self._rows.addWidget(self.said[point.code], 2 * row + 1, 0, 1, 3)
                if point.material_code:
                    self._rows.addWidget(self._link(point.material_code, text), 2 * row, 1)
                self.findings[point.code] = self._finding(text)
                self._rows.addWidget(self.findings[point.code], 2 * row, 2)
        for code, label in self.said.items():
            check = CHECKS.get(code)
            answer = check(view) if check else None
            label.setVisible(answer is not None)
            if answer is not None:
                label.setText(said(answer))
                self._suggest(code, answer)

    def _link(self, material: str, text: str) -> QPushButton:
        button = QPushButton(_("Page"), self)
        button.setAccessibleName(_("Show the page for: {point}").format(point=text))
        button.clicked.connect(lambda: self._show(material))
        return button

    def _show(self, material: str) -> None:
        found = materials_of(self._desk.view(), material)
        if found:
            self._desk.show_page(found[-1], 1)

    def _finding(self, text: str) -> QComboBox:
        box = QComboBox(self)
        words = (_("not checked"), _("pass"), _("doubt"), _("fail"))
        for code, word in zip(OUTCOMES, words, strict=True):
            box.addItem(word, code)
        box.setAccessibleName(text)
        return box

    def _suggest(self, code: str, answer: CheckAnswer) -> None:
        """Fill in what the machine knows, only where the officer has said nothing yet."""
        box = self.findings[code]
        if box.currentIndex() == 0 and answer.ok is not None:
            box.setCurrentIndex(OUTCOMES.index("pass" if answer.ok else "fail"))

    def results(self) -> dict[str, dict[str, str]]:
        """Point code to ``result`` (``pass``, ``doubt``, ``fail``) and ``reason`` (what the machine
        said), as the standard pane writes them; unchecked ones left out."""
        found = {code: str(box.currentData()) for code, box in self.findings.items()}
        return {
            code: {"result": outcome, "reason": self.said[code].text()}
            for code, outcome in found.items()
            if outcome
        }
