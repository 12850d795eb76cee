"""The delivery receipt N15: who received the document, in what relation, how, and how he is known.

Numbers are checked with their check character and kept masked: the receipt proves that somebody
was identified, and the full number of the applicant stands in the form already (R85, R87).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton, QWidget

from workbench.casework.issuing import MANNERS, Receipt
from workbench.rules.identifiers import parse_citizen_number, parse_credit_code
from workbench.rules.masking import HIDDEN, mask_id_number
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card
from workbench.shell.theme import Theme

RELATIONS = ("self", "legal_representative", "agent", "family", "colleague", "other")
KNOWN_BY = ("citizen_number", "credit_code", "other_paper")


def manner_words() -> dict[str, str]:
    """The manners of delivery of N15."""
    return {
        "direct": _("handed over directly"),
        "left": _("left, with two witnesses"),
        "post": _("sent by post"),
        "electronic": _("electronically"),
        "notice": _("by public notice"),
    }


def relation_words() -> dict[str, str]:
    """What the receiver is to the applicant."""
    return {
        "self": _("the applicant"),
        "legal_representative": _("legal representative"),
        "agent": _("authorised agent"),
        "family": _("adult member of the household"),
        "colleague": _("person who receives mail there"),
        "other": _("other"),
    }


def known_words() -> dict[str, str]:
    """By what paper the receiver is known."""
    return {
        "citizen_number": _("ID number"),
        "credit_code": _("credit code"),
        "other_paper": _("number of another paper"),
    }


def masked_identity(known_by: str, number: str) -> str:
    """The number as it is kept. Refusal (code of the identifier) where it cannot be right."""
    text = number.strip()
    if not text:
        raise Refusal("receipt_incomplete", _("The number of the receiver's paper is missing."))
    if known_by == "citizen_number":
        return mask_id_number(parse_citizen_number(text).number)
    if known_by == "credit_code":
        return parse_credit_code(text).code
    return HIDDEN + text[-4:] if len(text) > 4 else HIDDEN


class ReceiptForm(Card):
    """See the module. ``hand_over_wanted`` carries a checked :class:`Receipt`."""

    hand_over_wanted = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Delivery receipt"), parent)
        self.receiver = QLineEdit(self)
        self.relation = QComboBox(self)
        self.manner = QComboBox(self)
        self.known_by = QComboBox(self)
        self.identity = QLineEdit(self)
        self.tracking = QLineEdit(self)
        self.first_witness = QLineEdit(self)
        self.second_witness = QLineEdit(self)
        self.refusal = RefusalLine(self)
        self.lacking = QLabel(self)
        """Why the button cannot be pressed yet, under it."""
        self.button = QPushButton(_("Hand over"), self)
        self._form = QFormLayout()
        self._build()
        self.reset()

    def _build(self) -> None:
        for box, codes, words in (
            (self.relation, RELATIONS, relation_words()),
            (self.manner, MANNERS, manner_words()),
            (self.known_by, KNOWN_BY, known_words()),
        ):
            for code in codes:
                box.addItem(words[code], code)
            # A long choice in the list must not push the field below its name.
            box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            (_("Receiver"), self.receiver), (_("Relation"), self.relation),
            (_("Manner"), self.manner), (_("Known by"), self.known_by),
            (_("Number"), self.identity), (_("Tracking number"), self.tracking),
            (_("First witness"), self.first_witness), (_("Second witness"), self.second_witness),
        )  # fmt: skip
        for label, field in rows:
            field.setAccessibleName(label)
            self._form.addRow(QLabel(label, self), field)
        self.button.setProperty("role", "primary")
        self.column.addLayout(self._form)
        self.column.addWidget(self.refusal)
        self.column.addWidget(self.button)
        self.lacking.setProperty("role", "quiet")
        self.lacking.setWordWrap(True)
        self.column.addWidget(self.lacking)
        self.manner.currentIndexChanged.connect(self._look)
        for line in (
            self.receiver, self.identity, self.tracking, self.first_witness, self.second_witness,
        ):  # fmt: skip
            line.textChanged.connect(self._look)
            line.returnPressed.connect(self._hand_over)
        self.button.clicked.connect(self._hand_over)

    def reset(self) -> None:
        """Another case."""
        for line in (
            self.receiver, self.identity, self.tracking, self.first_witness, self.second_witness,
        ):  # fmt: skip
            line.clear()
        for box in (self.relation, self.manner, self.known_by):
            box.setCurrentIndex(0)
        self.refusal.clear_trouble()
        self._look()

    def suggest_receiver(self, name: str) -> None:
        """The receiver the applicant named, unless something is typed already."""
        if not self.receiver.text():
            self.receiver.setText(name)

    def receipt(self) -> Receipt:
        """What the form says. Raises Refusal where a number cannot be right."""
        manner = str(self.manner.currentData())
        identity = tracking = ""
        if manner == "post":
            tracking = self.tracking.text().strip()
        elif manner == "left":
            witnesses = (self.first_witness.text().strip(), self.second_witness.text().strip())
            # Kept with the case, so in the language that documents are issued in (3.5).
            identity = f"见证人：{witnesses[0]}、{witnesses[1]}"
        else:
            identity = masked_identity(str(self.known_by.currentData()), self.identity.text())
        return Receipt(
            self.receiver.text().strip(),
            str(self.relation.currentData()),
            manner,
            identity,
            tracking,
        )

    def _needed(self) -> tuple[QLineEdit, ...]:
        """What this manner of delivery cannot do without (T25, E27)."""
        manner = str(self.manner.currentData())
        if manner == "post":
            return (self.receiver, self.tracking)
        if manner == "left":
            return (self.receiver, self.first_witness, self.second_witness)
        return (self.receiver, self.identity)

    def _look(self) -> None:
        needed = self._needed()
        self._form.setRowVisible(self.known_by, self.identity in needed)
        for line in (self.identity, self.tracking, self.first_witness, self.second_witness):
            self._form.setRowVisible(line, line in needed)
        empty = [line.accessibleName() for line in needed if not line.text().strip()]
        self.button.setEnabled(not empty)
        names = _(", ").join(empty)
        words = _("Still to be filled in: {fields}.").format(fields=names) if empty else ""
        self.lacking.setText(words)
        self.lacking.setVisible(bool(words))
        for say in (self.button.setToolTip, self.button.setAccessibleDescription):
            say(words)
        self.refusal.clear_trouble()

    def _hand_over(self) -> None:
        if not self.button.isEnabled():
            return
        try:
            self.hand_over_wanted.emit(self.receipt())
        except Refusal as refusal:
            self.refusal.show_trouble(refusal)


def delivery_rows(body: Mapping[str, Any], acknowledged: bool) -> tuple[tuple[str, str], ...]:
    """The receipt as it was recorded, for showing."""
    manner, relation = str(body.get("manner", "")), str(body.get("relation", ""))
    known = str(body.get("identity") or body.get("tracking_no") or "")
    return (
        (_("Receiver"), str(body.get("receiver", ""))),
        (_("Relation"), relation_words().get(relation, relation)),
        (_("Manner"), manner_words().get(manner, manner)),
        (_("Known by"), known),
        (_("Delivered at"), str(body.get("at", ""))),
        (_("Acknowledged"), _("yes") if acknowledged else _("not yet")),
    )
