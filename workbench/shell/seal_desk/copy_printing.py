"""The copies for the printer: shown, then printed at their true size with nothing else on the page.

A dialog, because each copy is printed once: what does not come out of the printer is recorded as
spoiled. Called by :mod:`workbench.shell.seal_desk.copies_run`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PyQt6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout
from PyQt6.QtWidgets import QWidget as Widget

from workbench.rules.refusals import Outage
from workbench.rules.words import _
from workbench.shell.notices import wording
from workbench.shell.viewer.bundle import Paper
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.viewer.print_targets import PdfTarget, PrinterTarget, new_printer
from workbench.shell.viewer.printing import PrintJob, Target
from workbench.shell.workplace import Workplace


class CopyPrinting(QDialog):
    """See the module. It owns the folder of the files and takes it away at the end."""

    def __init__(
        self, work: Workplace, files: Sequence[Path], folder: TemporaryDirectory[str],
        parent: Widget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.work = work
        self.job: PrintJob | None = None
        self._folder = folder
        self.setWindowTitle(_("Print the copies"))
        space = work.theme.space
        self.frame = MaterialFrame.whole(work, self)
        self.said = QLabel(
            _("Each copy is printed once, at its true size. What does not come out of the printer "
              "is recorded as spoiled."), self,
        )  # fmt: skip
        self.said.setWordWrap(True)
        self.paper = QPushButton(_("Choose printer …"), self)
        self.paper.setProperty("role", "primary")
        self.pdf = QPushButton(_("Save as PDF …"), self)
        shut = QPushButton(_("Close"), self)
        self.paper.clicked.connect(self._ask_printer)
        self.pdf.clicked.connect(self._ask_file)
        shut.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        for button in (shut, self.pdf, self.paper):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.frame, 1)
        column.addLayout(row)
        self.resize(space(110), space(100))
        # The viewer's own printing adds a foot, and would print a copy twice.
        self.frame.box.printing.bundle = lambda: None
        self.frame.tools.print.hide()
        self.frame.show_papers([Paper(one.stem, partial(Path, one)) for one in files])

    def _ask_printer(self) -> None:
        from PyQt6.QtPrintSupport import QPrintDialog

        printer = new_printer()
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(_("Choose printer …"))

        def chosen() -> None:
            name = printer.outputFileName()
            if name:
                self.into_pdf(Path(name))
            else:
                self._start(PrinterTarget(printer, _("Copies")))

        dialog.accepted.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_file(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF …"), "", "PDF (*.pdf)")
        if chosen:
            self.into_pdf(Path(chosen))

    def into_pdf(self, path: Path) -> None:
        """All copies into one file, for a printer elsewhere."""
        try:
            target = PdfTarget(path, self.work.lanes, _("Copies"))
        except Outage as trouble:
            self.said.setText(wording(trouble))
            return
        self._start(target)

    def _start(self, target: Target) -> None:
        bundle = self.frame.bundle
        if bundle is None or self.job is not None:
            target.drop()
            return
        job = PrintJob(bundle, bundle.leaves, target, None, self.isVisible, self)
        self.job = job
        for button in (self.paper, self.pdf):
            button.setEnabled(False)
        job.moved.connect(lambda done, pages: self.said.setText(
            _("Printing: {done} of {pages} pages").format(done=done, pages=pages)
        ))  # fmt: skip
        job.ended.connect(self._ended)
        job.start()

    def _ended(self, wrong: str) -> None:
        job, self.job = self.job, None
        for button in (self.paper, self.pdf):
            button.setEnabled(bool(wrong))
        pages = job.pages if job is not None else 0
        self.said.setText(wrong or _("{n} pages printed.").format(n=pages))

    def done(self, result: int) -> None:
        if self.job is not None:
            self.job.cancel()
        self.frame.clear()
        self._folder.cleanup()
        super().done(result)
