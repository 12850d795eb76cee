"""Where printed pages go: a PDF that is there whole or not at all, or a printer of the system.

Called by :mod:`workbench.shell.viewer.print_desk`. QtPrintSupport is loaded when somebody prints
on paper, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QIODevice, QSaveFile
from PyQt6.QtGui import QPageSize, QPdfWriter

from workbench.rules.refusals import Outage, Trouble
from workbench.rules.words import _
from workbench.shell.lanes import Lanes
from workbench.shell.viewer.printing import DPI

if TYPE_CHECKING:
    from PyQt6.QtPrintSupport import QPrinter


class PdfTarget:
    """A file. Until everything is in it, it has no name (or another one, where the system knows no
    files without), and it is gone when the run is called off."""

    def __init__(self, path: Path, lanes: Lanes, title: str = "") -> None:
        """Raises Outage where the folder cannot be written to."""
        self._lanes = lanes
        self._file = QSaveFile(str(path))
        if not self._file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise Outage(
                "print.not_written",
                _("The file cannot be written: {why}").format(why=self._file.errorString()),
                _("Choose another folder."),
            )
        self.device = QPdfWriter(self._file)
        self.device.setResolution(DPI)
        self.device.setTitle(title)
        self.device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))

    def keep(self, then: Callable[[str], None]) -> None:
        """Onto the disk for good; that waits for the disk, so not here."""
        file = self._file

        def kept(done: bool) -> None:
            then("" if done else _("The file cannot be written: {why}").format(
                why=file.errorString()))  # fmt: skip

        def failed(trouble: Trouble) -> None:
            then(str(trouble))

        self._lanes.errand(file.commit, then=kept, otherwise=failed)

    def drop(self) -> None:
        """Nothing of it stays."""
        self._file.cancelWriting()
        self._file.commit()


class PrinterTarget:
    """A printer that was chosen and set up in the system's own dialogue."""

    def __init__(self, printer: QPrinter, title: str = "") -> None:
        self.device = printer
        self.taken_back = True
        """Whether the printer forgot everything when it was called off."""
        printer.setDocName(title)

    def keep(self, then: Callable[[str], None]) -> None:
        """The system has it."""
        from PyQt6.QtPrintSupport import QPrinter

        failed = self.device.printerState() is QPrinter.PrinterState.Error
        then(_("The printer did not take the pages.") if failed else "")

    def drop(self) -> None:
        """Called off; CUPS has got whatever was laid down before."""
        self.taken_back = self.device.abort()


def new_printer() -> QPrinter:
    """The usual printer of the system, for the dialogue."""
    from PyQt6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(DPI)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    return printer
