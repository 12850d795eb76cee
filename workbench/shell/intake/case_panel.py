"""One of the window's own cases: its state, the demands to answer, withdrawal, the thread.

It shows what it is given and tells the screen what is wanted; files are chosen here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.acceptance import demand_lines, open_demands
from workbench.rules.case import Part, PartEntry, State
from workbench.rules.case_view import CaseView
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label
from workbench.rules.words import _, pick
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card
from workbench.shell.workplace import Workplace

NOTICE: Final = "request_correction_at_window"


class CasePanel(QWidget):
    """See the module."""

    file_wanted = pyqtSignal(int, object)
    """(number of the demand, path of the file) that answers it."""
    answer_wanted = pyqtSignal()
    withdraw_wanted = pyqtSignal(str)
    message_wanted = pyqtSignal(str)

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.view: CaseView | None = None
        theme = work.theme
        self.pick_file: Callable[[], str] = self._ask_for_file
        self.about = Card(theme, _("Receipt"), self)
        self.demands = Card(theme, _("One-time correction notice"), self)
        self.demand_rows = QVBoxLayout()
        self.answer = QPushButton(_("All answered: send to the department"), self.demands)
        self.answer_refusal = RefusalLine(self.demands)
        self.notice = QPushButton(_("Write the correction notice …"), self.demands)
        self.no_notice = QLabel(self.demands)
        self.talk = Card(theme, _("Messages with the department"), self)
        self.messages = QLabel(self.talk)
        self.message = QPlainTextEdit(self.talk)
        self.send = QPushButton(_("Send message"), self.talk)
        self.talk_refusal = RefusalLine(self.talk)
        self.ending = Card(theme, _("The applicant withdraws"), self)
        self.request = QLineEdit(self.ending)
        self.withdraw = QPushButton(_("Withdraw application"), self.ending)
        self.ending_refusal = RefusalLine(self.ending)
        self.attach_buttons: dict[int, QPushButton] = {}
        self._build()
        self.show_case(None)

    def _build(self) -> None:
        theme = self.work.theme
        self.answer.setProperty("role", "primary")
        self.demands.column.addLayout(self.demand_rows)
        self.no_notice.setWordWrap(True)
        self.no_notice.setProperty("role", "quiet")
        self.messages.setWordWrap(True)
        self.messages.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.messages.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAccessibleName(_("Message to the department"))
        self.message.setPlaceholderText(_("Message to the department"))
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(theme.row_height(2))
        self.request.setAccessibleName(_("The applicant's written request: date and wording"))
        self.request.setPlaceholderText(_("The applicant's written request: date and wording"))
        groups: tuple[tuple[Card, tuple[QWidget, ...]], ...] = (
            (self.demands, (self.notice, self.no_notice, self.answer, self.answer_refusal)),
            (self.talk, (self.messages, self.message, self.send, self.talk_refusal)),
            (self.ending, (self.request, self.withdraw, self.ending_refusal)),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(), 0, theme.space(), 0)
        column.setSpacing(theme.space())
        column.addWidget(self.about)
        for card, widgets in groups:
            for widget in widgets:
                card.column.addWidget(widget)
            column.addWidget(card)
        column.addStretch(1)
        self.notice.clicked.connect(self._write_notice)
        self.answer.clicked.connect(self.answer_wanted)
        self.send.clicked.connect(lambda: self.message_wanted.emit(self.message.toPlainText()))
        self.withdraw.clicked.connect(lambda: self.withdraw_wanted.emit(self.request.text()))
        self.message.textChanged.connect(self._look)
        self.request.textChanged.connect(self._look)

    # -- showing -----------------------------------------------------------------------------

    def show_case(self, view: CaseView | None) -> None:
        """Show a case as the window may see it; ``None`` shows nothing."""
        other = view is None or self.view is None or view.case.case_no != self.view.case.case_no
        self.view = view
        if other:
            self.message.clear()
            self.request.clear()
            for line in (self.answer_refusal, self.talk_refusal, self.ending_refusal):
                line.clear_trouble()
        for card in (self.about, self.demands, self.talk, self.ending):
            card.setVisible(view is not None)
        if view is None:
            return
        self.about.heading.setText(pick(view.item.name_zh, view.item.name_en))
        self.about.show_rows(_about_rows(self.work, view))
        self._show_demands(view)
        self.talk.setVisible(Part.THREAD in view.parts)
        texts = [self._message_words(one) for one in view.of(Part.THREAD, "message")]
        self.messages.setText("\n\n".join(texts) or _("No message yet."))
        self.ending.setVisible("withdraw" in view.moves)
        self._look()

    def _message_words(self, entry: PartEntry) -> str:
        who = self.work.name_of(entry.author)
        return f"{stamp(entry.at)[5:16]}  {who}\n{entry.body.get('text', '')}"

    def _show_demands(self, view: CaseView) -> None:
        while (item := self.demand_rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.attach_buttons = {}
        lines = demand_lines(view)
        blocked = view.blocked.get(NOTICE)
        self.notice.setVisible(NOTICE in view.moves)
        self.no_notice.setVisible(blocked is not None and not lines)
        self.no_notice.setText(str(blocked) if blocked is not None else "")
        self.demands.setVisible(bool(lines) or NOTICE in view.moves or blocked is not None)
        waiting = view.shown_state is State.AWAITING_CORRECTION
        still = open_demands(view)
        names = {m.code: pick(m.name_zh, m.name_en) for m in view.item.materials}
        for line in lines:
            self.demand_rows.addWidget(self._demand_row(line, names, still, waiting))
        self.answer.setVisible(waiting)
        self.answer.setEnabled(waiting and not still)

    def _demand_row(
        self,
        line: Mapping[str, Any],
        names: Mapping[str, str],
        still: tuple[int, ...],
        waiting: bool,
    ) -> QWidget:
        number = int(line.get("no", 0))
        code = str(line.get("material", ""))
        row = QWidget(self.demands)
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        text = QLabel(
            _("{no}. {material}: {defect}. Wanted: {standard}").format(
                no=number,
                material=names.get(code, code),
                defect=line.get("defect", ""),
                standard=line.get("standard", ""),
            ),
            row,
        )
        text.setWordWrap(True)
        across.addWidget(text, 1)
        if number in still and waiting:
            button = QPushButton(_("Add file …"), row)
            button.setAccessibleName(_("Add a file for demand {no}").format(no=number))
            button.clicked.connect(lambda *_checked, no=number: self._choose_file(no))
            across.addWidget(button)
            self.attach_buttons[number] = button
        else:
            done = QLabel(_("open") if number in still else _("answered"), row)
            done.setProperty("role", "quiet")
            across.addWidget(done)
        return row

    def _write_notice(self) -> None:
        """T07 within delegated check: written in the case screen, beside the scans."""
        if self.view is not None:
            self.work.signposts.open_case(self.view.case.case_no)

    def _choose_file(self, number: int) -> None:
        name = self.pick_file()
        if name:
            self.file_wanted.emit(number, Path(name))

    def _ask_for_file(self) -> str:
        return QFileDialog.getOpenFileName(self, _("File that answers the demand"))[0]

    def _look(self) -> None:
        moves = self.view.moves if self.view is not None else ()
        written = bool(self.message.toPlainText().strip())
        self.message.setEnabled("send_message" in moves)
        self.send.setEnabled("send_message" in moves and written)
        self.withdraw.setEnabled("withdraw" in moves and bool(self.request.text().strip()))


def _about_rows(work: Workplace, view: CaseView) -> tuple[tuple[str, str], ...]:
    """What the receipt N01 says, and where the case stands."""
    case = view.case
    received = stamp(case.received_at) if case.received_at else _("not yet")
    pushed = stamp(case.pushed_at) if case.pushed_at else _("not yet")
    materials = view.of(Part.MATERIALS, "material")
    names = {m.code: pick(m.name_zh, m.name_en) for m in view.item.materials}
    listed = [
        _("{name}, pages: {n}").format(
            name=names.get(str(m.body.get("code")), str(m.body.get("code"))),
            n=m.body.get("pages", "?"),
        )
        for m in materials
    ]
    return (
        (_("Short number"), case.short_no),
        # 43 characters: item code, then day and serial, so that large type finds room.
        (_("Case number"), f"{case.case_no[:31]}\n{case.case_no[31:]}"),
        (_("State"), label(view.shown_state.value)),
        (_("Applicant"), case.applicant_masked),
        (_("Received"), received),
        (_("Pushed"), pushed),
        (_("Department"), work.department_name(case.department)),
        (_("Registered by"), work.name_of(case.registrar)),
        (_("Materials"), "\n".join(listed) or _("none")),
    )
