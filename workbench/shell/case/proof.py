"""The proof page: the composed document large, what may not be frozen, and the request of the seal.

Composes in the lanes, shows the page with the place where the seal will land in millimetres, asks
for what only the department can fill in, and freezes exactly what was shown (T21, T22). Where
its seal is pressed by hand, it asks how many originals and duplicates there shall be.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench import settings
from workbench.casework import result
from workbench.casework.result import Draft
from workbench.rules.case import Part
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import DocumentTemplate, FormField
from workbench.rules.composed_documents import refuse_unfit
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _, pick
from workbench.shell.case.copies_asked import CopiesAsked
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.words import kind_word
from workbench.shell.viewer.marks import Mark
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the store says before composing: the number, and every value but the department's."""

    number: str
    values: dict[str, str]
    by_hand: bool


class ProofPage(QDialog):
    """One document of one case. Closing it changes nothing."""

    frozen = pyqtSignal(object)
    """The seal was asked for; the case as it is now, or ``None``."""
    refused = pyqtSignal(object)

    def __init__(self, work: Workplace, view: CaseView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.view = view
        self.draft: Draft | None = None
        self._folder = settings.plain_folder()
        self.setWindowTitle(_("Proof page"))
        self.frame = MaterialFrame.whole(work, self)
        self.frame.source_opened.connect(self._shown)
        granted = self._granted()
        self.template = QComboBox(self)
        self.template.setAccessibleName(_("Document"))
        self.templates = result.templates_for(view.item, granted)
        for one in self.templates:
            self.template.addItem(pick(one.title_zh, one.title_en), one.code)
        self._choose_offered(granted)
        self.fields: dict[str, QLineEdit] = {}
        self.refusal = RefusalLine(self)
        self.looked = QCheckBox(_("I have looked at the page: names, date, number, organ"), self)
        self.request = QPushButton(_("Freeze and request the seal"), self)
        self.request.setProperty("role", "primary")
        self.compose = QPushButton(_("Compose again"), self)
        self.lacking = QLabel(self)
        """Why the request cannot be pressed yet, under it."""
        self.lacking.setProperty("role", "quiet")
        self.lacking.setWordWrap(True)
        self.place = QLabel(self)
        self.place.setProperty("role", "quiet")
        self.place.setWordWrap(True)
        self.copies = CopiesAsked(work.theme, self)
        self._build()
        self.resize(work.theme.space(150), work.theme.space(105))
        self.compose_now()

    def _granted(self) -> bool:
        decision = self.view.last(Part.OPINIONS, "decision")
        return decision is None or decision.body.get("result") != "refused"

    def _choose_offered(self, granted: bool) -> None:
        """The department's own choice of template first (hook ``result_document``)."""
        hosting = self.work.hosting
        offer = hosting.result(self.view.item, granted) if hosting is not None else None
        place = self.template.findData(offer.document_code) if offer is not None else -1
        if place >= 0:
            self.template.setCurrentIndex(place)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        area = QScrollArea(self)
        side = QWidget(area.viewport())
        column = QVBoxLayout(side)
        column.setContentsMargins(space(2), space(2), space(2), space(2))
        column.setSpacing(space())
        head = QLabel(_("Result document"), side)
        head.setProperty("role", "heading")
        column.addWidget(head)
        column.addWidget(self.template)
        for field in self.view.item.result_fields:
            self._add_field(column, field, side)
        column.addWidget(self.compose, 0, Qt.AlignmentFlag.AlignLeft)
        if pick("zh", "en") == "en":
            note = QLabel(
                _("The document is issued in Chinese only. What you see here is what is sealed."),
                side,
            )
            note.setProperty("role", "quiet")
            note.setWordWrap(True)
            column.addWidget(note)
        column.addWidget(self.place)
        column.addWidget(self.copies)
        column.addStretch(1)
        column.addWidget(self.refusal)
        column.addWidget(self.looked)
        column.addWidget(self.request)
        column.addWidget(self.lacking)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(side)
        area.setFixedWidth(space(46))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.frame, 1)
        row.addWidget(area)
        self.template.currentIndexChanged.connect(self.compose_now)
        self.compose.clicked.connect(self.compose_now)
        self.looked.toggled.connect(self._allow)
        self.request.clicked.connect(self.freeze_now)
        enter = QShortcut(QKeySequence("Ctrl+Return"), self)
        enter.activated.connect(self.freeze_now)
        self._allow()

    def _add_field(self, column: QVBoxLayout, field: FormField, parent: QWidget) -> None:
        label = QLabel(pick(field.label_zh, field.label_en), parent)
        label.setProperty("role", "quiet")
        edit = QLineEdit(parent)
        edit.setAccessibleName(label.text())
        if field.kind == "credit_code":
            edit.setText(result.new_credit_code(self.view.case))
        edit.editingFinished.connect(self._field_edited)
        column.addWidget(label)
        column.addWidget(edit)
        self.fields[field.code] = edit

    # -- composing -----------------------------------------------------------------------------

    def compose_now(self) -> None:
        """Compose with what stands in the fields, and show the page."""
        self.draft = None
        self.looked.setChecked(False)
        self._allow()
        compose = self.work.doors.compose
        template = self._template()
        if compose is None or template is None:
            self.frame.show_message(_("Documents cannot be composed at this desk."))
            return
        self.refusal.clear_trouble()
        self.frame.clear(_("Composing …"))
        session, view = self.work.session, self.view

        def prepare() -> Prepared:
            number = result.document_number(session, view, template)
            values = result.document_values(session, view, number)
            by_hand = result.pressed_by_hand(session, view.item, template)
            return Prepared(number, values, by_hand)

        self.work.lanes.ask(
            prepare, then=lambda made: self._compose(template, made), otherwise=self._trouble,
            scope=self, key="proof",
        )  # fmt: skip

    def _compose(self, template: DocumentTemplate, made: Prepared) -> None:
        compose = self.work.doors.compose
        assert compose is not None
        values = {**made.values, **self._filled()}
        self.copies.setVisible(made.by_hand)
        path = Path(self._folder.name) / f"{template.code}-{self.view.case.case_id}.pdf"

        def work() -> Draft:
            composed = compose(template, values, path)
            return Draft(path, template, made.number, values, composed)

        self.work.lanes.errand(
            work, then=self._composed, otherwise=self._trouble, scope=self, key="proof",
            label=_("Composing …"),
        )  # fmt: skip

    def _filled(self) -> dict[str, str]:
        return {code: edit.text().strip() for code, edit in self.fields.items()}

    def _composed(self, draft: Draft) -> None:
        self.draft = draft
        path = draft.path
        self.frame.show_file(lambda: path)
        try:
            refuse_unfit(draft.composed)
        except Refusal as refusal:
            self.refusal.show_trouble(refusal)

    def _shown(self) -> None:
        draft = self.draft
        if draft is None:
            return
        at = draft.composed.seal_at
        if at is None:
            self.place.setText(_("This document carries no seal."))
        else:
            place = draft.template.placement
            size = 42.0 if place is None else min(place.diameter_mm, 42.0)
            words = _("{seal}: page {page}, centre {x:.1f} mm from left, {y:.1f} mm from top")
            seal = kind_word(draft.template.seal_kind)
            self.place.setText(words.format(seal=seal, page=at.page, x=at.x_mm, y=at.y_mm))
            mark = Mark(at.page, at.x_mm, at.y_mm, size, size, text=_("The seal lands here"))
            self.frame.strip.set_marks([mark])
        self._allow()

    # -- freezing ------------------------------------------------------------------------------

    def freeze_now(self) -> None:
        """Freeze what was shown and ask for the seal."""
        draft, clean = self.draft, self.work.doors.clean
        if draft is None or not self.request.isEnabled():
            return
        self.request.setEnabled(False)
        session, view, copies = self.work.session, self.view, self.copies.asked()

        def change() -> CaseView | None:
            result.freeze(session, view, draft, clean or (lambda _path: ()), copies)
            return session.case_view(view.case.case_no)

        self.work.lanes.change(
            change, then=self._done, otherwise=self._trouble, after=self._allow, scope=self,
            label=_("Freeze and request the seal"),
        )  # fmt: skip

    def _done(self, view: CaseView | None) -> None:
        self.work.notices.say(_("The document is frozen and awaits the seal."))
        self.frozen.emit(view)
        self.accept()

    def _trouble(self, trouble: Trouble) -> None:
        self.refusal.show_trouble(trouble)
        self.refused.emit(trouble)
        # The first of the two steps may have been made: go on from the case as it is now.
        session, number = self.work.session, self.view.case.case_no
        self.work.lanes.ask(
            lambda: session.case_view(number), then=self._renew, scope=self, key="renew"
        )

    def _renew(self, view: CaseView | None) -> None:
        if view is not None:
            self.view = view

    def _allow(self) -> None:
        self.looked.setEnabled(self.draft is not None and self.frame.strip.sizes != ())
        self.request.setEnabled(self.looked.isEnabled() and self.looked.isChecked())
        waits = self.looked.isEnabled() and not self.request.isEnabled()
        words = _("Look at the page and tick the box first.") if waits else ""
        self.lacking.setText(words)
        self.lacking.setVisible(waits)
        for say in (self.request.setToolTip, self.request.setAccessibleDescription):
            say(words)

    def _field_edited(self) -> None:
        edit = self.sender()
        if isinstance(edit, QLineEdit) and edit.isModified():
            edit.setModified(False)
            self.compose_now()

    def _template(self) -> DocumentTemplate | None:
        code = self.template.currentData()
        return next((one for one in self.templates if one.code == code), None)

    def done(self, a0: int) -> None:
        self._sweep()
        super().done(a0)

    def closeEvent(self, a0: QCloseEvent | None) -> None:
        self._sweep()
        super().closeEvent(a0)

    def _sweep(self) -> None:
        """No copy of the draft stays behind: what counts is in the content store."""
        self.frame.clear()
        self._folder.cleanup()
