"""Asking for a step in a seal's life: which one, why, who saw it, and what its form needs (R55).

Shown are the steps that the seal's state and the person's role allow. Stopping is done at once; the
others wait for the second person, and the form says so before it is sent.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from workbench.rules.people import User
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_papers import Face
from workbench.rules.seal_states import (
    STEPS,
    YES_NO,
    SealStep,
    SealStepAsked,
    form_fault,
    step_word,
)
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.certificate_pick import LARGEST_PEM, CertificatePick
from workbench.shell.seal_desk.face_pick import FacePick
from workbench.shell.workplace import Workplace

PERSONS = ("giver", "receiver")


def field_word(name: str) -> str:
    """What the form calls a field."""
    words = {
        "box": _("Box"), "giver": _("Giver"), "receiver": _("Receiver"),
        "approval": _("Number of the approval"), "sha256": _("Fingerprint (SHA-256) of the file"),
        "pem": _("Certificate (PEM)"),
        "diameter_mm": _("Diameter in mm"), "daily_limit": _("Presses a day, 0 without limit"),
        "batch_limit": _("Documents for one PIN, 1 to 50"),
        "needs_timestamp": _("Only with timestamp"),
    }  # fmt: skip
    return words.get(name, name)


def steps_for(seal: Seal | None, who: User) -> tuple[SealStep, ...]:
    """What this person may ask for, in the order of the table."""
    if seal is None:
        return ()
    return tuple(
        step for step in STEPS.values()
        if seal.status in step.before and any(who.has(role) for role in step.may_ask)
    )  # fmt: skip


class StepForm(Card):
    """See the module. ``asked`` carries a :class:`SealStepAsked`."""

    asked = pyqtSignal(object)

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work.theme, _("Ask for a change"), parent)
        self.work = work
        self.step = QComboBox(self)
        self.hint = QLabel(self)
        self.reason = QLineEdit(self)
        self.fields: dict[str, QLineEdit | QComboBox | QPlainTextEdit] = {}
        self.picture: FacePick | None = None
        self.certificate: CertificatePick | None = None
        self.witnesses: list[QComboBox] = []
        self.button = QPushButton(self)
        self.refusal = RefusalLine(self)
        self._seal: Seal | None = None
        self._form = QFormLayout()
        self._build()

    def show_seal(self, seal: Seal | None) -> None:
        """Another seal, or the same in another state; what was typed stays where it still fits."""
        before = self._seal
        same = before is not None and seal is not None and (
            (before.seal_id, before.status) == (seal.seal_id, seal.status))  # fmt: skip
        self._seal = seal
        if same:
            return
        steps = steps_for(seal, self.work.who)
        self.step.blockSignals(True)
        self.step.clear()
        self.step.addItem(_("choose a step"), "")
        for one in steps:
            self.step.addItem(step_word(one.code), one.code)
        self.step.blockSignals(False)
        self.reason.clear()
        self.refusal.clear_trouble()
        self.setVisible(bool(steps))
        self._show_step()

    def chosen(self) -> SealStep | None:
        """The step that is going to be asked for."""
        return STEPS.get(str(self.step.currentData() or ""))

    def _build(self) -> None:
        self.step.setAccessibleName(_("Step"))
        self.reason.setAccessibleName(_("Reason for the change"))
        self.reason.setPlaceholderText(_("Filed with the change"))
        self.hint.setProperty("role", "quiet")
        self.hint.setWordWrap(True)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow(_("Step"), self.step)
        self._form.addRow(_("Reason"), self.reason)
        self.column.addLayout(self._form)
        for widget in (self.hint, self.refusal, self.button):
            self.column.addWidget(widget)
        self.step.currentIndexChanged.connect(self._show_step)
        self.reason.textChanged.connect(self._look)
        self.button.clicked.connect(self._ask)

    def _show_step(self) -> None:
        """The fields that this step's form has, and no others."""
        while self._form.rowCount() > 2:
            self._form.removeRow(2)
        self.fields, self.witnesses, self.picture, self.certificate = {}, [], None, None
        step = self.chosen()
        if step is not None and step.code == "new_face":
            self._add_picture()
        else:
            self._add_fields(step.needs if step is not None else ())
        for number in range(step.witnesses if step is not None else 0):
            box = self._person()
            name = _("Witness {n}").format(n=number + 1)
            box.setAccessibleName(name)
            self._form.addRow(name, box)
            self.witnesses.append(box)
        self._look()

    def _add_picture(self) -> None:
        """Fingerprint and diameter of an impression come with its picture; nobody types them."""
        if self._seal is not None:
            self.picture = FacePick(self.work, self._seal, self)
            self._form.addRow(_("Impression"), self.picture)

    def _add_fields(self, names: Sequence[str]) -> None:
        for name in names:
            field = self._field(name)
            field.setAccessibleName(field_word(name))
            part = self.certificate if name == "pem" else None
            self._form.addRow(field_word(name), part or field)
            self.fields[name] = field

    def _field(self, name: str) -> QLineEdit | QComboBox | QPlainTextEdit:
        if name in PERSONS:
            return self._person()
        if name == "pem":
            self.certificate = CertificatePick(self.work, self)
            self.certificate.text.textChanged.connect(self._fingerprint)
            return self.certificate.text
        if name == "needs_timestamp":
            box = QComboBox(self)
            for code, word in zip(YES_NO, (_("yes"), _("no")), strict=True):
                box.addItem(word, code)
            return box
        return QLineEdit(self)

    def _fingerprint(self) -> None:
        """The fingerprint of the pasted certificate goes into its field by itself."""
        target, source = self.fields.get("sha256"), self.fields.get("pem")
        if isinstance(target, QLineEdit) and isinstance(source, QPlainTextEdit):
            target.setText(fingerprint(source.toPlainText()))

    def _person(self) -> QComboBox:
        """Somebody of the centre, or a name that is typed: a giver may be from outside."""
        box = QComboBox(self)
        box.setEditable(True)
        box.addItem("", "")
        for one in sorted(self.work.people.values(), key=lambda one: one.login):
            if one.login != self.work.who.login:
                box.addItem(self.work.name_of(one.login), one.login)
        return box

    def _look(self) -> None:
        step = self.chosen()
        two = step is not None and bool(step.may_confirm)
        self.hint.setText(
            "" if step is None
            else _("A second person confirms it; until then nothing changes.") if two
            else _("It holds at once.")
        )  # fmt: skip
        self.hint.setVisible(step is not None)
        self.button.setText(_("Ask for it") if two or step is None else _("Do it now"))
        self.button.setEnabled(step is not None and bool(self.reason.text().strip()))

    def _filled(self) -> Mapping[str, str]:
        if self.picture is not None:
            return self.picture.filled()
        return {name: _text_of(field) for name, field in self.fields.items()}

    def face(self) -> Face | None:
        """The impression that goes with what is asked for: its picture has to be filed first."""
        return self.picture.face if self.picture is not None else None

    def _ask(self) -> None:
        step = self.chosen()
        if step is None or not self.button.isEnabled():
            return
        witnesses = tuple(filter(None, (_text_of(box) for box in self.witnesses)))
        asked = SealStepAsked(step.code, self.reason.text().strip(), witnesses, self._filled())
        fault = form_fault(step, asked, self.work.who.login)
        self.refusal.clear_trouble()
        if fault is not None:
            self.refusal.show_trouble(refusal(fault))
            return
        self.asked.emit(asked)

    def forget(self) -> None:
        """It was filed: an empty form."""
        self.step.setCurrentIndex(0)
        self.reason.clear()


def fingerprint(pem: str) -> str:
    """SHA-256 of a certificate in PEM form; nothing of a text that is none."""
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem[:LARGEST_PEM].strip())).hexdigest()
    except ValueError:
        return ""


def _text_of(field: QLineEdit | QComboBox | QPlainTextEdit) -> str:
    """The code of what was chosen, else what was typed."""
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText().strip() + "\n"
    if isinstance(field, QLineEdit):
        return field.text().strip()
    text = field.currentText().strip()
    place = field.findText(text)
    return str(field.itemData(place)) if place >= 0 else text
