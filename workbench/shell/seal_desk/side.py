"""The right side of the seal desk: request, place, press, return, pre-flight, result.

Built once; the screen fills it for the document in hand.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from workbench.rules.case_view import SealTask
from workbench.rules.seal_custody import LedgerLine, Pressed, Seal
from workbench.rules.words import _, pick
from workbench.shell.seal_desk.cards import (
    Card,
    ChecksCard,
    line_rows,
    place_rows,
    request_rows,
    result_rows,
)
from workbench.shell.seal_desk.copies_panel import CopiesPanel
from workbench.shell.seal_desk.facts import Frozen
from workbench.shell.seal_desk.pressing import PressPanel
from workbench.shell.seal_desk.returning import ReturnPanel
from workbench.shell.seal_desk.ticks import TickRows
from workbench.shell.viewer.marks import Mark
from workbench.shell.workplace import Workplace

MIDDLE_MM: Final = 8.0


class SidePanel(QWidget):
    """See the module."""

    def __init__(
        self, work: Workplace, parent: QWidget | None = None, below: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.work = work
        theme = work.theme
        self.compare = Card(theme, "", self)
        compared = TickRows(theme, self.compare)
        self.compare.heading.hide()
        self.compare.column.addWidget(compared)
        self.request = Card(theme, _("The request"), self)
        self.place = Card(theme, _("Where the seal will land"), self)
        # The screen takes the press panel below all this, where it is always in sight.
        self.press = PressPanel(theme, compared, below or self)
        self.copies = CopiesPanel(theme, self)
        self.line = Card(theme, _("Already in the register"), self)
        self.result = Card(theme, _("Sealed"), self)
        self.open_result = QPushButton(_("Open the sealed file"), self.result)
        self.result.column.addWidget(self.open_result)
        self.checks = ChecksCard(theme, _("Before pressing"), self)
        self.check_again = QPushButton(_("Check again"), self.checks)
        self.check_again.setProperty("role", "link")
        self.checks.column.addWidget(self.check_again)
        self.back = ReturnPanel(theme, self)
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        theme = self.work.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(), 0, theme.space(), 0)
        column.setSpacing(theme.space())
        for widget in (
            self.result, self.line, self.compare, self.copies, self.request, self.place,
            self.checks, self.back,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)

    def _show_only(self, *shown: QWidget) -> None:
        for widget in (
            self.result, self.line, self.compare, self.copies, self.request, self.place, self.press,
            self.checks, self.back,
        ):  # fmt: skip
            widget.setVisible(widget in shown)

    def show_nothing(self) -> None:
        """No document in hand."""
        self._show_only()
        self.press.reset()
        self.press.allow(False)
        self.back.reset()

    def begin(self, task: SealTask) -> None:
        """Another document: nothing is confirmed; what to compare comes with its department's word.

        Until then there is nothing to tick, so nothing can be pressed.
        """
        self.press.reset()
        self.press.allow(False)
        self.back.reset()
        self.back.allow(False)
        self.request.heading.setText(pick(task.title_zh, task.title_en))
        self.request.show_rows(request_rows(self.work, task))
        self._show_only(self.request, self.press)

    def show_document(self, frozen: Frozen, seal: Seal | None) -> None:
        """Place and comparison are known now."""
        self.press.reset(frozen.comparison.rows)
        self.place.show_rows(place_rows(frozen, seal))
        self._show_only(
            self.compare, self.request, self.place, self.press, self.checks, self.back
        )

    def show_by_hand(self) -> None:
        """The document is pressed by hand: its copies stand where the press of the key stands."""
        self._show_only(self.compare, self.copies, self.request, self.place, self.checks, self.back)

    def show_line(self, line: LedgerLine | None) -> None:
        """Somebody presses or has pressed this document: who, since when, serial, state."""
        self.line.setVisible(line is not None)
        if line is not None:
            self.line.show_rows(line_rows(self.work, line))

    def show_result(self, pressed: Pressed) -> None:
        """After a press: the line of the register, and the file to open."""
        self.result.show_rows(result_rows(pressed))
        self._show_only(self.result, self.request)


def landing(
    frozen: Frozen, seal: Seal | None, picture: QImage | None = None
) -> tuple[Mark, ...]:
    """The seal, in millimetres, exactly where it will land: its circle, and its face once it is
    known. While none is chosen its middle is marked, and no size is claimed."""
    place = frozen.place
    if place is None:
        return ()
    if seal is None:
        return (Mark(place.page, place.x_mm, place.y_mm, MIDDLE_MM, MIDDLE_MM),)
    size = float(seal.diameter_mm)
    text = _("{x} mm, {y} mm · {d} mm across").format(
        x=f"{place.x_mm:.1f}", y=f"{place.y_mm:.1f}", d=f"{size:.0f}"
    )
    return (Mark(place.page, place.x_mm, place.y_mm, size, size, True, text, picture),)
