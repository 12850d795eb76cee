"""The pane of I01: an immediate case accepted, reviewed and decided in one place (S074, T04-T18).

Three steps, one confirmation each. It asks the desk only; the core still checks every move, and
writes decision number and standard notices. Refusing is here too, with reason and basis.
"""

from __future__ import annotations

from typing import Any, Final

from PyQt6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGroupBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from market_supervision.checks import residence_consented
from market_supervision.findings import NameBox, PointsBox, ScopeBox
from market_supervision.step_bar import StepBar
from workbench.api import SUIT_WORDING, CaseView, Desk, NewEntry, Trouble, words_of
from workbench.api.panes import CasePane, scroll_area, wrapped

_ = words_of("market_supervision")

PROOF_OF_PLACE: Final = "M03"


class SetUpPane(CasePane):
    """Individual business, set-up."""

    own_steps = frozenset({"accept", "submit_opinion", "grant", "refuse"})
    takes_marks = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._sent = ""
        self._view: CaseView | None = None
        self.area = scroll_area(self)
        inside = self.inside = QWidget(self.area.viewport())
        self.warning = wrapped(parent=inside)
        self.warning.setAccessibleName(_("Warning"))
        strong = self.warning.font()
        strong.setBold(True)
        self.warning.setFont(strong)
        self.ask_consent = QPushButton(_("Ask for the &owners' consent"), inside)
        self.ask_consent.clicked.connect(self._ask_consent)
        self.name_box = NameBox(inside)
        self.scope_box = ScopeBox(inside)
        self.points = PointsBox(desk, inside)
        self.points.changed.connect(self.marked)
        self.opinion_box = QGroupBox(_("Opinion and decision"), inside)
        self.conclusion = QComboBox(self.opinion_box)
        self.reasons = QPlainTextEdit(self.opinion_box)
        self.basis = QPlainTextEdit(self.opinion_box)
        self.steps = StepBar(
            {
                "accept": _("&Accept"),
                "submit_opinion": _("&Record review"),
                "grant": _("&Grant"),
                "refuse": _("Re&fuse"),
            },
            self,
        )
        self.steps.confirmed.connect(self._take_step)
        self.steps.asked.connect(self._show_what_is_confirmed)
        self.conclusion.currentIndexChanged.connect(self._show_steps)
        self.name_box.chosen.connect(self._show_steps)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.inside)
        column.addWidget(self.warning)
        column.addWidget(self.ask_consent)
        for box in (self.name_box, self.scope_box, self.points, self._fill_opinion()):
            column.addWidget(box)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        self.area.setWidget(self.inside)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.steps)

    def _fill_opinion(self) -> QGroupBox:
        box = self.opinion_box
        form = QFormLayout(box)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.conclusion.addItem(_("grant"), "grant")
        self.conclusion.addItem(_("refuse"), "refuse")
        self.conclusion.setAccessibleName(_("Conclusion"))
        self.reasons.setAccessibleName(_("Reasons"))
        for box_of_text, lines in ((self.reasons, 5), (self.basis, 3)):
            box_of_text.setTabChangesFocus(True)
            box_of_text.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 12)
        self.basis.setAccessibleName(_("Legal basis"))
        form.addRow(_("Conclusion"), self.conclusion)
        form.addRow(_("Reasons"), self.reasons)
        form.addRow(_("Legal basis"), self.basis)
        return box

    # ------------------------------------------------------------ showing

    def show_case(self, view: CaseView) -> None:
        self._view = view
        self._show_warning(view)
        self.name_box.show_names(view)
        self.scope_box.show_scope(view)
        self.points.show_points(view)
        if not self.basis.toPlainText():
            self.basis.setPlainText(view.item.legal_basis)
        self._show_steps()

    def _show_warning(self, view: CaseView) -> None:
        lacking = residence_consented(view).ok is False
        self.warning.setVisible(lacking)
        self.ask_consent.setVisible(lacking and "request_correction" in view.moves)
        self.ask_consent.setEnabled(True)
        if lacking:
            self.warning.setText(
                _("! A residence is used for business without the consent of the owners concerned.")
            )

    def _show_steps(self) -> None:
        view = self._view
        if view is None:
            return
        decision = self.wanted()
        sayings = {
            "accept": _("Accept this application now?"),
            "submit_opinion": _("Record the opinion with the conclusion “{what}”?").format(
                what=self.conclusion.currentText()
            ),
            decision: self._decision_saying(decision),
        }
        self.steps.show_steps(view, sayings)

    def _show_what_is_confirmed(self) -> None:
        """The question takes room at the lower edge: what it is about stays whole above it."""
        place = self.opinion_box.mapTo(self.inside, self.reasons.geometry().bottomLeft())
        self.area.ensureVisible(0, place.y(), 0, 12)

    def _decision_saying(self, decision: str) -> str:
        if decision == "refuse":
            return _("Refuse with these reasons? The applicant is told how to appeal.")
        return _("Grant the registration under the name “{name}”?").format(
            name=self.name_box.taken()
        )

    def wanted(self) -> str:
        """``grant`` or ``refuse``."""
        return str(self.conclusion.currentData())

    def unsaved(self) -> bool:
        return self.reasons.toPlainText().strip() != self._sent

    def review_results(self) -> dict[str, dict[str, str]]:
        return self.points.marks()

    def mark_point(self, code: str, result: str, reason: str = "") -> None:
        self.points.mark(code, result, reason)

    # ------------------------------------------------------------ asking the desk

    def _take_step(self, name: str) -> None:
        lacking = self._lacking(name)
        if lacking:
            self._show_steps()
            self.steps.say([lacking])
            return
        self.desk.propose(name, {}, self._entries(name), self._done, self._not_done)

    def _lacking(self, name: str) -> str:
        """What the officer has to add first; the core would refuse it anyway, but later."""
        reasons = self.reasons.toPlainText().strip()
        if name in ("submit_opinion", "refuse") and not reasons:
            return _("Write the reasons first: a name alone is no opinion.")
        if name == "grant" and not self.name_box.taken():
            return _("Choose the name to be registered, or send the one-time correction notice.")
        return ""

    def _entries(self, name: str) -> list[NewEntry]:
        reasons = self.reasons.toPlainText().strip()
        if name == "submit_opinion":
            body: dict[str, Any] = {"conclusion": self.wanted(), "reasons": reasons}
            body["points"] = self.points.results()
            return [NewEntry("opinion", body)]
        if name == "grant":
            taken = self.name_box.taken()
            content = _("Registered under the name {name}").format(name=taken)
            values = {"trade_name": taken}
            return [
                NewEntry("decision", {"result": "granted", "content": content, "values": values})
            ]
        if name == "refuse":
            basis = self.basis.toPlainText().strip()
            refused = {"result": "refused", "reason": reasons, "basis": basis}
            return [NewEntry("decision", {**refused, "remedies": SUIT_WORDING})]
        return []

    def _ask_consent(self) -> None:
        """T07 with the one demand; everything else missing belongs into the same notice, so the
        standard notice form stays the place for more than this."""
        demand = {
            "no": 1,
            "material": PROOF_OF_PLACE,
            "defect": "将住宅改变为经营性用房，缺有利害关系业主书面同意",
            "standard": "提交有利害关系业主同意的书面材料",
        }
        self.ask_consent.setEnabled(False)
        self.desk.propose(
            "request_correction",
            {"demands": [1], "unmet": [1], "materials": [PROOF_OF_PLACE]},
            [NewEntry("correction_notice", {"demands": [demand]})],
            self._done,
            self._not_done,
        )

    def _done(self, view: CaseView | None) -> None:
        self._sent = self.reasons.toPlainText().strip()
        if view is not None:
            self.show_case(view)

    def _not_done(self, trouble: Trouble) -> None:
        self.show_case(self.desk.view())
        self.steps.say([str(trouble)])
