"""Pressing by hand at the desk: numbered, printed, scanned back, registered (R44, R53).

One object for the life of the seal desk; it feeds the panel and asks ``casework.paper_stamping`` in
the lanes. Reading a scan takes seconds and runs beside; nothing is filed before the custodian has
seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog, QMessageBox

from workbench import settings
from workbench.casework import paper_stamping
from workbench.casework.paper_stamping import ScannedCopy
from workbench.rules.case_view import SealTask
from workbench.rules.paper_copies import standing
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.seal_custody import LedgerLine, LedgerState, Seal
from workbench.rules.words import _
from workbench.shell.notices import wording
from workbench.shell.seal_desk.copy_printing import CopyPrinting
from workbench.shell.seal_desk.scan_dialog import ScanDialog

if TYPE_CHECKING:
    from workbench.shell.seal_desk.screen import SealDeskScreen


def by_hand(task: SealTask, seal: Seal | None) -> bool:
    """Whether the document is pressed by hand: on paper only, or with a seal without a key."""
    return task.paper_only or (seal is not None and seal.key_place == "none")


class CopiesRun(QObject):
    """See the module. ``busy`` while something of it runs."""

    def __init__(self, screen: SealDeskScreen) -> None:
        super().__init__(screen)
        self.screen, self.work = screen, screen.work
        self.panel = screen.side.copies
        self.task: SealTask | None = None
        self.seal: Seal | None = None
        self.busy = False
        self.printing: CopyPrinting | None = None
        self.dialog: ScanDialog | None = None
        self._scans: list[Path] = []
        self._steps: dict[str, Callable[[], None]] = {
            "number": self.number, "print": self.print_, "scan": self._ask_scans,
            "register": self.register,
        }  # fmt: skip
        self.panel.step_wanted.connect(lambda step: self._steps[step]())
        self.panel.spoil_wanted.connect(self.spoil)
        self.panel.recall_wanted.connect(self._ask_recall)
        screen.side.press.compared.changed.connect(self._ticked)

    def show(self, task: SealTask, seal: Seal | None) -> None:
        """That document is in hand, or its copies have come on."""
        self.task, self.seal = task, seal
        self.panel.show_task(task, seal)
        self._ticked()

    def _ticked(self) -> None:
        self.panel.allow(self.screen.side.press.compared.complete)

    # -- one step after the other ------------------------------------------------------------

    def _change(self, act: Callable[[], object], label: str, then: str = "") -> None:
        """A change in the store's lane; the queue is asked anew, whatever comes of it."""
        self._set_busy(True, label)
        self.work.lanes.change(
            act, then=lambda _done: self.work.notices.say(then) if then else None,
            otherwise=self.panel.refusal.show_trouble, after=self._over, scope=self.screen,
            label=label,
        )  # fmt: skip

    def _set_busy(self, busy: bool, said: str = "") -> None:
        self.busy = busy
        if busy:
            self.panel.refusal.clear_trouble()
        self.panel.set_busy(busy, said)
        self.screen.queue.set_free(not busy)

    def _over(self) -> None:
        self._set_busy(False)
        self.screen.refresh()

    def number(self) -> None:
        """A serial and a control code for every copy."""
        task, seal, session = self.task, self.seal, self.work.session
        if task is not None and seal is not None:
            self._change(
                lambda: paper_stamping.number_copies(session, task, seal),
                _("Numbering the copies"),
            )

    def print_(self) -> None:
        """The files of every copy that was not printed yet, and the dialog that prints them."""
        task, paper, session = self.task, self.work.doors.copies, self.work.session
        if task is None or paper is None:
            self.panel.refusal.show_trouble(_no_paper())
            return
        folder = settings.plain_folder()
        waiting = [one for one in standing(task.copies).values()
                   if one.state is LedgerState.RESERVED]  # fmt: skip

        def make() -> list[Path]:
            place = Path(folder.name)
            return [paper_stamping.copy_for_printing(session, paper, task, one, place)
                    for one in waiting]  # fmt: skip

        def failed(trouble: Trouble) -> None:
            folder.cleanup()
            self.panel.refusal.show_trouble(trouble)

        self._set_busy(True, _("Making the copies"))
        self.work.lanes.change(
            make, then=lambda files: self._show_files(files, folder), otherwise=failed,
            after=self._over, scope=self.screen, label=_("Making the copies"),
        )  # fmt: skip

    def _show_files(self, files: Sequence[Path], folder: TemporaryDirectory[str]) -> None:
        self.printing = CopyPrinting(self.work, files, folder, self.screen)
        self.printing.finished.connect(self._printing_gone)
        self.printing.open()

    def _printing_gone(self) -> None:
        dialog, self.printing = self.printing, None
        if dialog is not None:
            dialog.deleteLater()

    def _ask_scans(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileNames(
            self.screen, _("Scans of the pressed copies"), "",
            _("Scans (*.pdf *.tif *.tiff *.jpg *.jpeg *.png)"),
        )  # fmt: skip
        if chosen:
            self.read([Path(one) for one in chosen])

    def read(self, scans: Sequence[Path]) -> None:
        """Read these scans, one after the other; each is shown before it is filed."""
        self._scans = list(scans)
        self._next_scan()

    def _next_scan(self) -> None:
        task, paper, session = self.task, self.work.doors.copies, self.work.session
        if not self._scans or task is None:
            self._over()
            return
        if paper is None:
            self.panel.refusal.show_trouble(_no_paper())
            return
        scan = self._scans.pop(0)
        self._set_busy(True, _("Reading {name} …").format(name=scan.name))

        def compare(frozen: Path) -> None:
            self.work.lanes.errand(
                lambda: paper_stamping.read_back(paper, task, frozen, scan),
                then=lambda back: self._show_scan(task, back), otherwise=self._not_read,
                scope=self.screen, key="scan", label=_("Reading a scan"),
            )  # fmt: skip

        self.work.lanes.ask(
            lambda: session.content_path(task.sha256), then=compare, otherwise=self._not_read,
            scope=self.screen, key="scan",
        )  # fmt: skip

    def _not_read(self, trouble: Trouble) -> None:
        self._set_busy(False)
        self.panel.refusal.show_any(trouble)
        self.work.notices.say(wording(trouble))
        self._scans.clear()

    def _show_scan(self, task: SealTask, back: ScannedCopy) -> None:
        self._set_busy(False)
        dialog = self.dialog = ScanDialog(self.work, task, back, self.screen)
        dialog.file_wanted.connect(lambda note: self._file(task, back, note))
        dialog.finished.connect(self._dialog_gone)
        dialog.rejected.connect(self._scans.clear)
        dialog.open()

    def _dialog_gone(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _file(self, task: SealTask, back: ScannedCopy, note: str) -> None:
        dialog, session = self.dialog, self.work.session
        assert dialog is not None
        dialog.file.setEnabled(False)

        def filed(line: LedgerLine) -> None:
            self.work.notices.say(_("Copy {n} is filed.").format(n=line.copy_no))
            live = tuple(line if one.serial == line.serial else one for one in task.copies)
            if self.task is not None and self.task.document_id == task.document_id:
                self.task = replace(self.task, copies=live)
            dialog.accept()
            self._next_scan()

        self.work.lanes.change(
            lambda: paper_stamping.file_copy(session, task, back, note), then=filed,
            otherwise=dialog.refusal.show_trouble, scope=self.screen, label=_("Filing the scan"),
        )  # fmt: skip

    def register(self) -> None:
        """T23: all copies are filed."""
        task, session = self.task, self.work.session
        if task is not None:
            self._change(
                lambda: paper_stamping.register_copies(session, task),
                _("Registering the copies"), _("The copies are registered."),
            )

    # -- what goes wrong -----------------------------------------------------------------------

    def spoil(self, line: LedgerLine, reason: str) -> None:
        """That copy is not used."""
        session = self.work.session
        self._change(
            lambda: paper_stamping.spoil_copy(session, line, reason), _("Recording the copy")
        )

    def _ask_recall(self) -> None:
        box = QMessageBox(self.screen)
        box.setWindowTitle(_("Call all copies back"))
        box.setText(_("Every copy of this document is recorded as spoiled. Destroy those that "
                      "were printed."))  # fmt: skip
        box.setStandardButtons(
            QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel
        )
        box.accepted.connect(self.recall)
        box.finished.connect(box.deleteLater)
        box.open()

    def recall(self) -> None:
        """Every copy, so that the request can be returned (T24)."""
        task, session = self.task, self.work.session
        if task is None:
            return
        live = list(standing(task.copies).values())
        self._change(
            lambda: [paper_stamping.spoil_copy(session, one, "recalled") for one in live],
            _("Recording the copies"),
        )


def _no_paper() -> Refusal:
    return Refusal("no_copies", _("Copies cannot be printed or read at this desk."))
