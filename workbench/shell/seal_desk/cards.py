"""The cards at the side of the seal desk: what to compare, the pre-flight list, the register line.

Labels and values only; whoever shows a card hands in texts. Used by the seal desk and by issuing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.rules.case_view import SealTask
from workbench.rules.clocks import Light
from workbench.rules.moment import stamp
from workbench.rules.seal_custody import LedgerLine, Pressed, Seal
from workbench.rules.words import _, pick
from workbench.shell.icons import pixmap
from workbench.shell.seal_desk.checks import Check
from workbench.shell.seal_desk.facts import Frozen
from workbench.shell.seal_desk.words import (
    copy_word,
    grouped,
    kind_word,
    level_word,
    manner_word,
    number_of,
    parted,
    place_text,
    short_hash,
    state_word,
    void_word,
)
from workbench.shell.theme import Theme
from workbench.shell.workplace import Workplace

Row = tuple[str, str]


class Card(QFrame):
    """A titled frame with lines of label and value that wrap."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setProperty("role", "card")
        self.heading = QLabel(title, self)
        self.heading.setProperty("role", "title")
        self.heading.setWordWrap(True)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(theme.space(1.5))
        self.grid.setVerticalSpacing(theme.space(0.5))
        self.grid.setColumnStretch(1, 1)
        self.column = QVBoxLayout(self)
        margin = theme.space(1.5)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(theme.space())
        self.column.addWidget(self.heading)
        self.column.addLayout(self.grid)

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Replace the lines. Values can be chosen with mouse and keyboard for copying."""
        self.clear()
        for line, (name, text) in enumerate(rows):
            label, value = QLabel(name, self), QLabel(text, self)
            label.setProperty("role", "quiet")
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(name)
            self.grid.addWidget(label, line, 0)
            self.grid.addWidget(value, line, 1)

    def clear(self) -> None:
        """No lines."""
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def rows(self) -> tuple[Row, ...]:
        """The lines as shown: for tests and for copying."""
        found = []
        for line in range(self.grid.rowCount()):
            pair = [self.grid.itemAtPosition(line, place) for place in (0, 1)]
            widgets = [item.widget() if item is not None else None for item in pair]
            if isinstance(widgets[0], QLabel) and isinstance(widgets[1], QLabel):
                found.append((widgets[0].text(), widgets[1].text()))
        return tuple(found)


class ChecksCard(Card):
    """The pre-flight list: shape, colour and word for each check, and what to do about it."""

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Replace the list."""
        self.clear()
        for line, check in enumerate(checks):
            mark, colour = self._mark(check)
            picture = QLabel(self)
            picture.setPixmap(pixmap(mark, colour, self.theme.icon_size()))
            picture.setAlignment(Qt.AlignmentFlag.AlignTop)
            text = _("{name}: {state}").format(name=check.name, state=check.text)
            words = QLabel(f"{text}\n{check.remedy}" if check.remedy else text, self)
            words.setWordWrap(True)
            words.setAccessibleDescription(_("fine") if check.good else _("not fine"))
            self.grid.addWidget(picture, line, 0)
            self.grid.addWidget(words, line, 1)

    def _mark(self, check: Check) -> tuple[str, str]:
        lights = self.theme.ink.lights
        if not check.good:
            return "cross", lights[Light.RED]
        return (
            ("warning", lights[Light.ORANGE]) if check.warning else ("check", lights[Light.GREEN])
        )


class StepsRow(QWidget):
    """The steps of a press, one mark each, filled as the worker reports them."""

    def __init__(self, theme: Theme, steps: Sequence[Row], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: dict[str, tuple[QLabel, QLabel]] = {}
        self.reached: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(0.25))
        for code, text in steps:
            row = QHBoxLayout()
            mark, words = QLabel(self), QLabel(text, self)
            mark.setFixedWidth(theme.icon_size() + theme.space(0.5))
            row.addWidget(mark)
            row.addWidget(words, 1)
            column.addLayout(row)
            self._marks[code] = (mark, words)
        self.reset()

    def reset(self) -> None:
        """No step is reached."""
        self.reached = []
        for mark, words in self._marks.values():
            mark.clear()
            words.setProperty("role", "quiet")
            _restyle(words)

    def reach(self, code: str) -> None:
        """That step is done."""
        pair = self._marks.get(code)
        if pair is None:
            return
        self.reached.append(code)
        colour = self._theme.ink.lights[Light.GREEN]
        pair[0].setPixmap(pixmap("check", colour, self._theme.icon_size()))
        pair[1].setProperty("role", "")
        _restyle(pair[1])


def _restyle(widget: QWidget) -> None:
    style = widget.style()
    if style is not None:
        style.unpolish(widget)
        style.polish(widget)


def request_rows(work: Workplace, task: SealTask) -> tuple[Row, ...]:
    """Whose decision it is and who asked for the seal: the decision proof (V16)."""
    decided = stamp(task.decided_at) if task.decided_at is not None else _("not stated")
    rows = (
        (_("Item"), pick(task.item_zh, task.item_en)),
        (_("Decided by"), work.name_of(task.decided_by)),
        (_("Decided at"), decided),
        (_("Asked for by"), work.name_of(task.requested_by)),
        (_("Asked for at"), stamp(task.requested_at)),
    )
    return tuple((name, text or _("not stated")) for name, text in rows)


def place_rows(frozen: Frozen, seal: Seal | None) -> tuple[Row, ...]:
    """Where the seal will land, and which one."""
    kind = kind_word(frozen.task.seal_kind)
    rows = [(_("Seal"), kind if seal is None else f"{kind} · {seal.organ_name}")]
    place = frozen.place
    if place is not None:
        page = str(place.page) if place.page > 0 else _("last")
        rows += [
            (_("Page"), page),
            (_("Centre from the left"), _("{n} mm").format(n=f"{place.x_mm:.1f}")),
            (_("Centre from the top"), _("{n} mm").format(n=f"{place.y_mm:.1f}")),
        ]
    if seal is not None:
        rows.append((_("Diameter"), _("{n} mm").format(n=seal.diameter_mm)))
    rows.append((_("File (SHA-256)"), short_hash(frozen.task.sha256)))
    return tuple(rows)


def result_rows(pressed: Pressed) -> tuple[Row, ...]:
    """The line of the register that a press came to."""
    return (
        (_("Serial of the stamping"), str(pressed.serial)),
        (_("Place"), place_text(pressed.placement)),
        (_("Signature"), f"{pressed.level} · {level_word(pressed.level)}"),
        (_("Hash before"), short_hash(pressed.sha256_before)),
        (_("Hash after"), short_hash(pressed.sha256_after)),
    )


def line_rows(work: Workplace, line: LedgerLine) -> tuple[Row, ...]:
    """Who is pressing or has pressed, since when, serial and state: a fact, not an error."""
    rows = [
        (_("Serial of the stamping"), str(line.serial)),
        (_("State"), f"{state_word(line.state)} ({line.state.value})"),
        (_("Custodian"), work.name_of(line.custodian)),
        (_("Since"), stamp(line.reserved_at)),
    ]
    if line.released_at is not None:
        rows.append((_("Sealed at"), stamp(line.released_at)))
    if line.sha256_after:
        rows.append((_("Hash after"), short_hash(line.sha256_after)))
    return tuple(rows)


def use_rows(work: Workplace, line: LedgerLine) -> tuple[Row, ...]:
    """Everything that the register holds of one serial, whole hashes included."""
    rows = [
        (_("Serial of the stamping"), str(line.serial)),
        (_("State"), state_word(line.state)),
        (_("Custodian"), work.name_of(line.custodian)),
        (_("Since"), stamp(line.reserved_at)),
        (_("Document number"), number_of(line)),
        (_("Case number"), parted(line.case_no)),
        (_("Seal"), line.seal_id),
        (_("Pressed how"), manner_word(line.manner)),
        (_("Copies"), copy_word(line)),
    ]
    if line.released_at is not None:
        rows.append((_("Sealed at"), stamp(line.released_at)))
    if line.placement is not None:
        rows.append((_("Place"), place_text(line.placement)))
    if line.signature_level:
        level = line.signature_level
        rows.append((_("Signature"), f"{level} · {level_word(level)}"))
    for name, value in (
        (_("Approver"), work.name_of(line.approver)),
        (_("Hash before"), line.sha256_before), (_("Hash after"), line.sha256_after),
        (_("Control code"), line.control_code), (_("Scan (SHA-256)"), line.scan_sha256),
        (_("Reason"), void_word(line.void_reason)),
    ):  # fmt: skip
        if value:
            rows.append((name, grouped(value) if len(value) == 64 else value))
    return tuple(rows)
