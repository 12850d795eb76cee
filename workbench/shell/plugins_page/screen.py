"""The plugins page: one line a plugin; a fault is read in full below and can be copied.

Loaded through ``screens.SCREENS``. Reads the host, which lives on the UI thread; asks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.hosting.admission import BUILT_IN, Admitted
from workbench.hosting.host import Host
from workbench.rules.words import _, pick
from workbench.shell.plain_table import PlainTable
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

DEVELOPMENT = "development"


@dataclass(frozen=True, slots=True)
class Line:
    """One plugin as the page shows it. ``kind`` is ``in_use``, ``rests`` or ``not_admitted``."""

    name: str
    version: str
    departments: str
    build: str
    kind: str
    why: str = ""
    report: str = ""


def lines_of(host: Host | None, work: Workplace) -> tuple[Line, ...]:
    """Admitted plugins, the standard one last, then what was not admitted and why."""
    if host is None:
        return ()
    there = [_admitted(one, host, work) for one in (*host.admitted.values(), host.standard)]
    refused = [
        Line(
            fault.plugin,
            fault.version,
            "",
            "",
            "not_admitted",
            f"{fault.message} {fault.remedy}".strip(),
            fault.report,
        )
        for fault in host.faults
    ]
    return (*there, *refused)


def _admitted(one: Admitted, host: Host, work: Workplace) -> Line:
    title = pick(one.manifest.name_zh, one.manifest.name_en)
    departments = _(", ").join(work.department_name(code) for code in one.manifest.departments)
    rests = host.rest.rests(one.name)
    why = host.rest.why(one.name)
    faults = host.rest.faults(one.name)
    if not rests and faults:
        why = _("{count} faults since the desk was started").format(count=faults)
    kind = "rests" if rests else "in_use"
    return Line(title, one.version, departments, build_text(one.build), kind, why)


def build_text(build: str) -> str:
    """The build in words, or the first figures of its SHA-256."""
    named = {BUILT_IN: _("part of the desk"), DEVELOPMENT: _("development, not published")}
    return named.get(build) or build[:12]


def kind_text(kind: str) -> str:
    """What the state column says (glossary: never *resting*)."""
    texts = {
        "in_use": _("in use"),
        "rests": _("paused; the standard pane is used"),
        "not_admitted": _("not admitted"),
    }
    return texts[kind]


class PluginsScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._lines: tuple[Line, ...] = ()
        self.note = QLabel(
            _("A plugin can do what you may do at this desk. It never reaches the seal."), self
        )
        self.note.setProperty("role", "quiet")
        self.note.setWordWrap(True)
        headings = (_("Name"), _("Version"), _("Departments"), _("Build"), _("State"))
        self.table = PlainTable(work.theme, headings, 2, self)
        self.table.setAccessibleName(_("Plugins"))
        self.why = QLabel(self)
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.why.setAccessibleName(_("Reason"))
        self.copy = QPushButton(_("Copy report"), self)
        self.copy.clicked.connect(self._copy)
        self._lay_out()
        self.table.currentCellChanged.connect(lambda row, *_rest: self._show_reason(row))

    def title(self) -> str:
        return _("Plugins")

    def refresh(self) -> None:
        lines = lines_of(self.work.hosting, self.work)
        if lines == self._lines:
            return
        self._lines = lines
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            self._fill(row, line)
        self._show_reason(max(self.table.currentRow(), 0))

    def _fill(self, row: int, line: Line) -> None:
        marks = {"in_use": "check", "rests": "pause", "not_admitted": "warning"}
        texts = (line.name, line.version, line.departments, line.build, kind_text(line.kind))
        self.table.fill(row, texts, len(texts) - 1, marks[line.kind])

    def _show_reason(self, row: int) -> None:
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        self.why.setText(line.why if line is not None else "")
        self.copy.setVisible(bool(line is not None and line.report))

    def _copy(self) -> None:
        row = max(self.table.currentRow(), 0)
        clipboard = QApplication.clipboard()
        if clipboard is not None and row < len(self._lines):
            clipboard.setText(self._lines[row].report)
            self.work.notices.say(_("The report is in the clipboard."))

    def _lay_out(self) -> None:
        space = self.work.theme.space
        foot = QHBoxLayout()
        foot.addWidget(self.why, 1)
        foot.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.5), space(1.5), space(1.5), space(1.5))
        column.setSpacing(space(1.5))
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
