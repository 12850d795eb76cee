"""Under the register: the custodian asks for a sealed document to be voided before issue (T23b).

He alone voids nothing: the approver on duty confirms or declines on his case screen. Shown for the
chosen line where its document is sealed and not issued; what was typed stays while the register is
read again.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.casework import voiding
from workbench.casework.voiding import Voiding
from workbench.rules.case import Case
from workbench.rules.moment import stamp
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace


class VoidPanel(QFrame):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.line: LedgerLine | None = None
        self.standing: Voiding | None = None
        self.said = QLabel(self)
        self.reason = QLineEdit(self)
        self.ask = QPushButton(_("Ask for voiding"), self)
        self.take_back = QPushButton(_("Take the voiding request back"), self)
        self.refusal = RefusalLine(self)
        self._build()

    def _build(self) -> None:
        self.setProperty("role", "card")
        space = self.work.theme.space
        heading = QLabel(_("Void before issue"), self)
        heading.setProperty("role", "title")
        self.said.setWordWrap(True)
        self.reason.setAccessibleName(_("Reason for voiding"))
        self.reason.setPlaceholderText(_("What is wrong on the sealed document"))
        row = QHBoxLayout()
        row.setSpacing(space())
        row.addWidget(self.reason, 1)
        row.addWidget(self.ask)
        row.addWidget(self.take_back)
        for button in (self.ask, self.take_back):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.5), space(), space(1.5), space())
        column.addWidget(heading)
        column.addWidget(self.said)
        column.addLayout(row)
        column.addWidget(self.refusal)
        self.reason.textChanged.connect(self._look)
        self.reason.returnPressed.connect(self._ask)
        self.ask.clicked.connect(self._ask)
        self.take_back.clicked.connect(self._take_back)
        self.hide()

    def show_line(self, line: LedgerLine | None) -> None:
        """The chosen line of the register; ``None`` where none is chosen."""
        if line is None or self.line is None or line.serial != self.line.serial:
            self.reason.clear()
            self.refusal.clear_trouble()
            self.hide()
        self.line = line
        if line is None:
            return
        session = self.work.session
        self.work.lanes.ask(
            lambda: voiding.standing(session, line), then=self._show, scope=self, key="voiding"
        )

    def _show(self, standing: Voiding | None) -> None:
        self.standing = standing
        self.setVisible(standing is not None)
        if standing is None:
            return
        self.said.setText(self._words(standing))
        self.take_back.setVisible("withdraw_void" in standing.moves)
        for widget in (self.reason, self.ask):
            widget.setVisible("propose_void" in standing.moves)
        self._look()

    def _words(self, standing: Voiding) -> str:
        reason = str(standing.reason.body.get("text", "")) if standing.reason is not None else ""
        if standing.asked is not None:
            text = _("Asked for at {time}: “{reason}”. The approver on duty confirms or declines; "
                     "until then nothing is issued.")  # fmt: skip
            return text.format(time=stamp(standing.asked.opened_at), reason=reason)
        if standing.declined is not None:
            return _("{name} declined it at {time}: “{reason}”.").format(
                name=self.work.name_of(standing.declined.author),
                time=stamp(standing.declined.at),
                reason=standing.declined.body.get("reason", ""),
            )
        if "propose_void" not in standing.moves and standing.blocked is not None:
            return str(standing.blocked)
        return _("Two persons void a document: you ask, the approver on duty confirms. The file "
                 "is kept as void, its number is not used again.")  # fmt: skip

    def _look(self) -> None:
        self.ask.setEnabled(bool(self.reason.text().strip()))

    def _ask(self) -> None:
        reason = self.reason.text().strip()
        if reason and self.ask.isVisible():
            self._change(lambda session, case: voiding.ask(session, case, reason))

    def _take_back(self) -> None:
        self._change(voiding.take_back)

    def _change(self, what: Callable[..., Case]) -> None:
        standing, session = self.standing, self.work.session
        if standing is None:
            return
        self.refusal.clear_trouble()
        self.work.lanes.change(
            lambda: what(session, standing.case),
            then=lambda _case: self._changed(),
            otherwise=self.refusal.show_trouble,
            scope=self,
            label=_("Void before issue"),
        )

    def _changed(self) -> None:
        self.reason.clear()
        self.show_line(self.line)
