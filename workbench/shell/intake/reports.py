"""What became of each package, in plain words, newest folder only. Used by the intake screen."""

from __future__ import annotations

from collections import Counter

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from workbench.casework.intake import Outcome, PackageReport
from workbench.rules.clocks import Light
from workbench.rules.words import _, listed
from workbench.shell.icons import icon
from workbench.shell.theme import Theme

CASE_NO = Qt.ItemDataRole.UserRole
_LOOKS = {
    Outcome.TAKEN_IN: ("check", Light.GREEN),
    Outcome.CONTINUED: ("check", Light.GREEN),
    Outcome.ALREADY: ("info", Light.STOPPED),
    Outcome.REFUSED: ("cross", Light.RED),
    Outcome.CALLED_OFF: ("stop", Light.STOPPED),
}


def sum_words(outcomes: Counter[Outcome]) -> str:
    """``4 taken in, 1 already here, 2 not taken in``."""
    new = outcomes[Outcome.TAKEN_IN] + outcomes[Outcome.CONTINUED]
    parts = [_("{n} taken in").format(n=new)]
    if outcomes[Outcome.ALREADY]:
        parts.append(_("{n} already here").format(n=outcomes[Outcome.ALREADY]))
    if outcomes[Outcome.REFUSED]:
        parts.append(_("{n} not taken in").format(n=outcomes[Outcome.REFUSED]))
    if outcomes[Outcome.CALLED_OFF]:
        parts.append(_("{n} not begun").format(n=outcomes[Outcome.CALLED_OFF]))
    return listed(parts)


def report_words(report: PackageReport) -> str:
    """One report with its remedy and warnings, a line each."""
    lines = [_told(report) if report.case_no else report.text]
    if report.remedy:
        lines.append(report.remedy)
    lines += [_("Note: {text}").format(text=text) for text in report.warnings]
    return "\n".join(lines)


def _told(report: PackageReport) -> str:
    """What a folder without trouble came to; a refusal names its folder itself."""
    return _("{name}: {state}").format(name=report.folder, state=report.text)


class ReportList(QWidget):
    """See the module. ``case_wanted`` opens the case of a report."""

    case_wanted = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._outcomes: Counter[Outcome] = Counter()
        self.reports: list[PackageReport] = []
        self.sum = QLabel(self)
        self.sum.setProperty("role", "title")
        self.sum.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.list.setAccessibleName(_("Report for each package"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sum)
        column.addWidget(self.list, 1)
        self.list.itemActivated.connect(self._activated)
        self.clear()

    def clear(self) -> None:
        """A new folder."""
        self.reports.clear()
        self._outcomes.clear()
        self.list.clear()
        self.sum.setText("")

    def add(self, report: PackageReport) -> None:
        """One more package."""
        self.reports.append(report)
        self._outcomes[report.outcome] += 1
        name, light = _LOOKS[report.outcome]
        if report.warnings and light is Light.GREEN:
            name, light = "warning", Light.ORANGE
        colour = self._theme.ink.lights[light]
        item = QListWidgetItem(icon(name, colour, self._theme.icon_size()), report_words(report))
        item.setData(CASE_NO, report.case_no)
        self.list.addItem(item)
        self.list.scrollToItem(item)
        self.sum.setText(sum_words(self._outcomes))

    def _activated(self, item: QListWidgetItem) -> None:
        case_no = str(item.data(CASE_NO) or "")
        if case_no:
            self.case_wanted.emit(case_no)
