"""Printing as a reader meets it: the question what and where, the bar while it runs, the end.

Made by :mod:`workbench.shell.viewer.tool_box` for each frame; Ctrl+P. One run at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6 import sip
from PyQt6.QtCore import pyqtBoundSignal, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.moment import stamp
from workbench.rules.refusals import Outage
from workbench.rules.words import _, listed
from workbench.shell.notices import wording
from workbench.shell.theme import Theme
from workbench.shell.viewer.bundle import Bundle, Leaf
from workbench.shell.viewer.print_targets import PdfTarget, PrinterTarget, new_printer
from workbench.shell.viewer.printing import Foot, PrintJob, Target
from workbench.shell.workplace import Workplace

if TYPE_CHECKING:
    from PyQt6.QtPrintSupport import QPrinter


class PrintDialog(QDialog):
    """What is to be printed, and where to. Escape closes it."""

    on_paper = pyqtSignal(bool)
    """To a printer; whether all materials."""
    as_pdf = pyqtSignal(bool)
    """Into a PDF; whether all materials."""

    def __init__(self, theme: Theme, leaf: Leaf, bundle: Bundle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Print"))
        space = theme.space
        head = QLabel(_("What is to be printed?"), self)
        head.setProperty("role", "title")
        in_hand = _("The material in hand: {name} ({n} pages)")
        every = _("All materials of the case ({n} pages)")
        name = leaf.paper.name or _("this document")
        self.one = QRadioButton(in_hand.format(name=name, n=len(leaf.sizes)), self)
        pages = sum(len(each.sizes) for each in bundle.leaves)
        self.all = QRadioButton(every.format(n=pages), self)
        self.all.setVisible(len(bundle.leaves) > 1)
        self.one.setChecked(True)
        said = QLabel(_("Pages are printed as they were received. Notes, highlights, brightness "
                        "and the watermark of the screen are not printed."), self)  # fmt: skip
        said.setProperty("role", "quiet")
        said.setWordWrap(True)
        wide = space(56)
        said.setMinimumSize(wide, said.heightForWidth(wide))
        self.paper = QPushButton(_("Choose printer …"), self)
        self.paper.setProperty("role", "primary")
        self.pdf = QPushButton(_("Save as PDF …"), self)
        shut = QPushButton(_("Cancel"), self)
        self.paper.clicked.connect(lambda: self._chosen(self.on_paper))
        self.pdf.clicked.connect(lambda: self._chosen(self.as_pdf))
        shut.clicked.connect(self.reject)
        self.paper.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (shut, self.pdf, self.paper):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(3), space(2.5), space(3), space(2.5))
        column.setSpacing(space(1.5))
        for one in (head, self.one, self.all, said):
            column.addWidget(one)
        column.addLayout(buttons)

    def _chosen(self, say: pyqtBoundSignal) -> None:
        every = self.all.isChecked()
        self.accept()
        say.emit(every)


class PrintDesk(QFrame):
    """The bar above the pages while something is printed; hidden else."""

    finished = pyqtSignal()
    """The run has ended, however."""

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.case_no = ""
        self.bundle: Callable[[], Bundle | None] = lambda: None
        """The pages that are shown now."""
        self.leaf: Callable[[], Leaf | None] = lambda: None
        """The material in hand."""
        self.job: PrintJob | None = None
        self.dialog: PrintDialog | None = None
        self._target: Target | None = None
        self.setProperty("role", "banner")
        space = work.theme.space
        self.label = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(space(1))
        self.bar.setAccessibleName(_("Printed so far"))
        self.stop = QPushButton(_("Stop printing"), self)
        self.stop.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(1.5), space(0.75), space(1.5), space(0.75))
        row.setSpacing(space())
        row.addWidget(self.label)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        self.hide()

    # -- what and where ------------------------------------------------------------------------

    def begin(self) -> None:
        """Ask what is to be printed; nothing where no page is shown or a run is under way."""
        bundle = self.bundle()
        if bundle is None or not bundle.page_count():
            self.work.notices.say(_("There is no page that can be printed."))
            return
        if self.job is not None:
            self.work.notices.say(_("Printing is under way; wait for it or stop it."))
            return
        leaf = self.leaf() or bundle.leaves[0]
        dialog = self.dialog = PrintDialog(self.work.theme, leaf, bundle, self.window() or self)
        dialog.as_pdf.connect(lambda every: self._ask_file(self._leaves(leaf, every)))
        dialog.on_paper.connect(lambda every: self._ask_printer(self._leaves(leaf, every)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _leaves(self, leaf: Leaf, every: bool) -> Sequence[Leaf]:
        bundle = self.bundle()
        return bundle.leaves if every and bundle is not None else (leaf,)

    def _ask_file(self, leaves: Sequence[Leaf]) -> None:
        name = (self.case_no or _("Material")) + ".pdf"
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF …"), name, "PDF (*.pdf)")
        if chosen:
            self.into_pdf(leaves, Path(chosen))

    def _ask_printer(self, leaves: Sequence[Leaf]) -> None:
        # Loaded here: the library of printers costs a start that nobody who only reads should pay.
        from PyQt6.QtPrintSupport import QPrintDialog

        printer = new_printer()
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(_("Choose printer …"))
        dialog.accepted.connect(lambda: self.onto_paper(leaves, printer))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def into_pdf(self, leaves: Sequence[Leaf], path: Path) -> None:
        """Print these materials into that file."""
        path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
        try:
            target = PdfTarget(path, self.work.lanes, self.case_no)
        except Outage as trouble:
            self.work.notices.say(wording(trouble))
            return
        self._start(leaves, target)

    def onto_paper(self, leaves: Sequence[Leaf], printer: QPrinter) -> None:
        """Print these materials with that printer; *print to file* of its dialogue is a PDF."""
        if printer.outputFileName():
            self.into_pdf(leaves, Path(printer.outputFileName()))
            return
        self._start(leaves, PrinterTarget(printer, self.case_no))

    # -- the run -------------------------------------------------------------------------------

    def _start(self, leaves: Sequence[Leaf], target: Target) -> None:
        bundle = self.bundle()
        if bundle is None:
            target.drop()
            return
        who = self.work.who.login
        foot = Foot(self.case_no, f"{self.work.name_of(who)} ({who})",
                    stamp(self.work.clock.now())[:16], self.work.theme.font())  # fmt: skip
        job = PrintJob(bundle, leaves, target, foot, lambda: self.bundle() is bundle, self)
        self.job, self._target = job, target
        job.moved.connect(self._moved)
        job.ended.connect(self._ended)
        self._moved(0, job.all_pages())
        self.show()
        job.start()

    def _moved(self, done: int, pages: int) -> None:
        self.label.setText(_("Printing: {done} of {pages} pages").format(done=done, pages=pages))
        self.bar.setRange(0, max(pages, 1))
        self.bar.setValue(done)

    def _ended(self, wrong: str) -> None:
        job = self.job
        if job is None:
            return
        if wrong:
            self.work.notices.say(wrong)
        else:
            self.work.notices.say(_("{n} pages printed.").format(n=job.pages))
        if job.left_out:
            text = _("Not printed, because they cannot be shown: {names}.")
            self.work.notices.say(text.format(names=listed(job.left_out)))
        self._away()

    def cancel(self) -> None:
        """Stop it. A file is not there then; what a printer has got already may still come."""
        job, target = self.job, self._target
        if job is None:
            return
        pages = job.pages
        job.cancel()
        if isinstance(target, PrinterTarget) and not target.taken_back and pages:
            text = _("Printing was stopped; the printer may still give out {n} pages.")
            self.work.notices.say(text.format(n=pages))
        else:
            self.work.notices.say(_("Printing was stopped; nothing was kept."))
        self._away()

    def let_go(self) -> None:
        """The pages may not be shown any more: nothing of them is printed either."""
        if self.dialog is not None and not sip.isdeleted(self.dialog):
            self.dialog.reject()
        if self.job is not None:
            self.job.cancel()
            self.work.notices.say(_("The case was closed; nothing was printed."))
            self._away()

    def _away(self) -> None:
        job, self.job, self._target = self.job, None, None
        if job is not None:
            job.deleteLater()
        self.hide()
        self.finished.emit()
