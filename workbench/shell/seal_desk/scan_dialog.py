"""A scanned copy beside the document: where they differ, and whether it is filed.

The custodian looks; the comparison only points. Called by
:mod:`workbench.shell.seal_desk.copies_run` for one scan after the other.
"""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.paper_stamping import ScannedCopy
from workbench.rules.case_view import SealTask
from workbench.rules.copy_comparison import CopyComparison
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.copies_panel import kind_of_copy
from workbench.shell.seal_desk.page import DocumentPage
from workbench.shell.viewer.marks import Mark
from workbench.shell.workplace import Workplace


def findings(found: CopyComparison) -> list[str]:
    """What comparing has found, a sentence each; none where the copy is the document."""
    kinds = {"added": _("added"), "missing": _("missing")}
    place = _("Page {page}: {kind}, {x} mm from the left, {y} mm from the top ({w} × {h} mm)")
    said = [
        place.format(page=one.page, kind=kinds[one.kind], x=round(one.x_mm), y=round(one.y_mm),
                     w=round(one.width_mm + 0.5), h=round(one.height_mm + 0.5))
        for one in found.differences
    ]  # fmt: skip
    if found.seal_at is None:
        said.append(_("There is no seal on it."))
    elif not found.same and not found.differences:
        off = _("The seal is on page {page}, {mm} mm off its place.")
        said.append(off.format(page=found.seal_at.page, mm=round(found.seal_off_mm)))
    return said


class ScanDialog(QDialog):
    """See the module."""

    file_wanted = pyqtSignal(str)
    """With the custodian's words; empty where nothing differs."""

    def __init__(
        self, work: Workplace, task: SealTask, back: ScannedCopy, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.back = back
        self.setWindowTitle(_("Scan of copy {n}").format(n=back.line.copy_no))
        space, found = work.theme.space, back.comparison
        split = QSplitter(Qt.Orientation.Horizontal, self)
        self.frozen = DocumentPage(work, _("The frozen document"), split)
        self.scan = DocumentPage(work, _("The scan"), split)
        self.frozen.show_document(task.sha256, _marks(found))
        self.scan.show_file(back.scan)
        head = _("Copy {n} · {kind} · {code}").format(
            n=back.line.copy_no, kind=kind_of_copy(back.line.copy_kind),
            code=back.line.control_code,
        )  # fmt: skip
        self.frozen.caption.setText(_("The document as it was frozen"))
        self.scan.caption.setText(f"{head} · {back.scan.name}")
        self.verdict = QLabel(
            _("The scan is the document, and the seal is in its place.") if found.same
            else _("The scan differs from the document:"), self,
        )  # fmt: skip
        self.verdict.setProperty("role", "title")
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Differences"))
        self.list.addItems(findings(found))
        self.list.setVisible(not found.same)
        self.list.setMaximumHeight(space(14))
        self.note = QLineEdit(self)
        self.note.setAccessibleName(_("What the difference is"))
        self.note.setPlaceholderText(_("What the difference is, where the copy is filed all the "
                                       "same"))  # fmt: skip
        self.note.setVisible(not found.same)
        self.refusal = RefusalLine(self)
        self.file = QPushButton(_("File the scan"), self)
        self.file.setProperty("role", "primary")
        self.file.setDefault(True)
        shut = QPushButton(_("Do not file"), self)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addStretch(0)
        row.addWidget(shut)
        row.addWidget(self.file)
        column = QVBoxLayout(self)
        column.addWidget(split, 1)
        for widget in (self.verdict, self.list, self.refusal):
            column.addWidget(widget)
        column.addLayout(row)
        self.resize(space(150), space(105))
        shut.clicked.connect(self.reject)
        self.file.clicked.connect(lambda: self.file_wanted.emit(self.note.text().strip()))
        self.note.textChanged.connect(self._look)
        self._look()

    def _look(self) -> None:
        found = self.back.comparison
        whole = found.same or (found.seal_at is not None and bool(self.note.text().strip()))
        self.file.setEnabled(whole)

    def done(self, result: int) -> None:
        self.frozen.clear()
        self.scan.clear()
        super().done(result)


def _marks(found: CopyComparison) -> tuple[Mark, ...]:
    """A box around each difference, on the frozen page."""
    room = 2.0
    return tuple(
        Mark(one.page, one.x_mm + one.width_mm / 2, one.y_mm + one.height_mm / 2,
             one.width_mm + room, one.height_mm + room, False)
        for one in found.differences
    )  # fmt: skip
