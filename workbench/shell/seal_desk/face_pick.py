"""A seal's new impression at the desk: the picture, its diameter, the face at true size, rulers.

The picture is read in *errands*, in a process of its own; what it comes to is shown before it is
asked for. The page with rulers is printed, measured and signed by two persons (R46, R57).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.seal_custody import LARGEST_MM, SMALLEST_MM, Seal
from workbench.rules.seal_papers import Face
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.faces import FaceView, size_caption
from workbench.shell.workplace import Workplace


class RulerButton(QPushButton):
    """Saves the page on which a face is measured."""

    def __init__(self, work: Workplace, refusal: RefusalLine, parent: QWidget) -> None:
        super().__init__(_("Save the ruler page …"), parent)
        self._work, self._refusal = work, refusal
        self._seal_id = ""
        self._face: Face | None = None
        self.clicked.connect(self._save)
        self.hide()

    def offer(self, face: Face | None, seal_id: str) -> None:
        """For that face, where there is one."""
        self._face, self._seal_id = face, seal_id
        self.setVisible(face is not None)

    def _save(self) -> None:
        face, seal_id, papers = self._face, self._seal_id, self._work.doors.papers
        if face is None or papers is None:
            return
        self._refusal.clear_trouble()
        name = _("ruler-page-{seal}").format(seal=seal_id)
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Ruler page"), str(Path.home() / f"{name}.pdf"), _("PDF files (*.pdf)")
        )
        if not chosen:
            return
        path = Path(chosen) if Path(chosen).suffix else Path(chosen).with_suffix(".pdf")
        said = _("Written: {path}").format(path=path)
        self._work.lanes.errand(
            lambda: papers.ruler_page(face, seal_id, path),
            then=lambda _nothing: self._work.notices.say(said),
            otherwise=self._refusal.show_trouble, scope=self, label=_("Ruler page"),
        )  # fmt: skip


class FacePick(QWidget):
    """See the module. ``changed`` when another face is shown, or none."""

    changed = pyqtSignal()

    def __init__(self, work: Workplace, seal: Seal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.seal = seal
        self.file: Path | None = None
        self.choose = QPushButton(_("Choose the picture …"), self)
        self.name = QLabel(_("PNG, TIFF or SVG, 600 dpi or more"), self)
        self.diameter = QSpinBox(self)
        self.view = FaceView(_("The new impression at true size"), self)
        self.refusal = RefusalLine(self)
        self.ruler = RulerButton(work, self.refusal, self)
        self._build()

    @property
    def face(self) -> Face | None:
        """What would be filed."""
        return self.view.face

    def filled(self) -> Mapping[str, str]:
        """The fields of the form; none before a picture was read."""
        face = self.face
        if face is None:
            return {}
        return {"sha256": face.sha256, "diameter_mm": str(face.diameter_mm)}

    def _build(self) -> None:
        space = self.work.theme.space
        self.name.setProperty("role", "quiet")
        self.name.setWordWrap(True)
        self.diameter.setRange(SMALLEST_MM, LARGEST_MM)
        self.diameter.setValue(self.seal.diameter_mm)
        self.diameter.setSuffix(" mm")
        self.diameter.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        # While a number is being typed nothing is read again.
        self.diameter.setKeyboardTracking(False)
        self.diameter.setAccessibleName(_("Diameter in mm"))
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(QLabel(_("Diameter"), self))
        row.addWidget(self.diameter)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(0.5))
        column.addLayout(row)
        for widget in (self.name, self.refusal, self.view, self.ruler):
            column.addWidget(widget)
        column.setAlignment(self.ruler, Qt.AlignmentFlag.AlignLeft)
        self.choose.clicked.connect(self._choose)
        self.diameter.valueChanged.connect(self._read)

    def _choose(self) -> None:
        kinds = _("Pictures of an impression (*.png *.tif *.tiff *.svg)")
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Filed impression"), str(Path.home()), kinds
        )
        if chosen:
            self.file = Path(chosen)
            self.name.setText(self.file.name)
            self._read()

    def _read(self) -> None:
        """Another picture or another diameter: what was shown is not what would be filed."""
        self._show(None)
        self.refusal.clear_trouble()
        file, size, papers = self.file, self.diameter.value(), self.work.doors.papers
        if file is None:
            return
        if papers is None:
            self.refusal.show_trouble(no_papers())
            return
        self.work.lanes.errand(
            lambda: papers.impression(file, size), then=self._show, otherwise=self._not_read,
            scope=self, key="impression", label=_("Reading the impression"),
        )  # fmt: skip

    def _show(self, face: Face | None) -> None:
        self.view.show_face(face, size_caption(face) if face is not None else "")
        self.ruler.offer(self.face, self.seal.seal_id)
        self.changed.emit()

    def _not_read(self, trouble: Trouble) -> None:
        self._show(None)
        self.refusal.show_trouble(trouble)


def no_papers() -> Refusal:
    """A desk without the room of paper says so."""
    return Refusal("no_seal_papers", _("Pictures and certificates cannot be read at this desk."),
                   _("Tell the system administrator."))  # fmt: skip
