"""What the second person sees of a new impression before he confirms it: it, and the one before.

The picture that waits is read out of the store when it is looked at. Confirming takes his word
that he held it against the impression on paper (R46, R55, R57).
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from workbench.casework.ports import Session
from workbench.casework.seal_register import filed_face, waiting_face
from workbench.rules.refusals import Refusal
from workbench.rules.seal_papers import Face
from workbench.rules.seal_states import SealChange
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.face_pick import RulerButton
from workbench.shell.seal_desk.faces import FaceView
from workbench.shell.workplace import Workplace

STEP = "new_face"


@dataclass(frozen=True, slots=True)
class Both:
    """The impression that waits, and the one that is filed now, where there is one."""

    new: Face
    now: Face | None


def read_both(session: Session, change: SealChange) -> Both:
    """In the store lane. Refusal ``seal_face_unknown``."""
    seal = next(one for one in session.seals() if one.seal_id == change.seal_id)
    return Both(waiting_face(session, change), filed_face(session, seal))


class FaceCompare(QWidget):
    """See the module. ``changed`` when ``compared`` may be another."""

    changed = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.new = FaceView(_("The impression that waits, at true size"), self)
        self.now = FaceView(_("The impression that is filed now, at true size"), self)
        self.refusal = RefusalLine(self)
        self.ruler = RulerButton(work, self.refusal, self)
        self.box = QCheckBox(
            _("I have measured the ruler page and compared it with the impression on paper."), self
        )
        self._change: SealChange | None = None
        self._answers = False
        self._build()

    @property
    def compared(self) -> bool:
        """Whether it may be confirmed: no impression at all, or one that was compared."""
        return self._change is None or (self.new.face is not None and self.box.isChecked())

    def show_change(self, change: SealChange | None, answers: bool) -> None:
        """Another change; what is no new impression shows nothing. ``answers``: he may confirm."""
        faces = change if change is not None and change.step == STEP else None
        self.setVisible(faces is not None)
        self._answers = answers
        self._offer()
        if faces == self._change:
            return
        self._change = faces
        self.box.setChecked(False)
        self._show(None)
        if faces is None:
            return
        self.refusal.clear_trouble()
        session = self.work.session
        self.work.lanes.ask(
            lambda: read_both(session, faces), then=self._show,
            otherwise=self.refusal.show_trouble, scope=self, key="faces",
            label=_("Reading the impression"),
        )  # fmt: skip

    def _show(self, both: Both | None) -> None:
        now = both.now if both is not None else None
        self.now.show_face(now, _("Filed now: {n} mm").format(n=now.diameter_mm) if now else "")
        new = both.new if both is not None else None
        text = _("Waits: {n} mm").format(n=new.diameter_mm) if new else ""
        if not self.new.show_face(new, text) and new is not None:
            self.refusal.show_trouble(_not_one())
        self._offer()
        self.changed.emit()

    def _offer(self) -> None:
        change, face = self._change, self.new.face
        self.ruler.offer(face, change.seal_id if change is not None else "")
        self.box.setVisible(self._answers and face is not None)

    def _build(self) -> None:
        space = self.work.theme.space
        row = QHBoxLayout()
        row.setSpacing(space(2))
        for view in (self.new, self.now):
            row.addWidget(view)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.ruler)
        foot.addWidget(self.box)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(0.75))
        column.addLayout(row)
        column.addWidget(self.refusal)
        column.addLayout(foot)
        self.box.toggled.connect(self.changed)


def _not_one() -> Refusal:
    return Refusal(
        "seal_face_size_differs",
        _("The picture that waits is not an impression of the diameter in the form."),
        _("Decline it, and have it filed again from the picture."),
    )
