"""The pages below the case: thread, notices, opinions and the result document as running text.

Each shows the entries of one part, oldest first, with author and time to the second, and says so
where the part is not shown to the post.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.casework.acceptance import open_demands
from workbench.rules.case import Part, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.facts_assent import counts_as_agreement
from workbench.rules.moment import stamp
from workbench.rules.words import N_, _
from workbench.shell.case.step_fields import choice_word
from workbench.shell.case.step_forms import demand_text
from workbench.shell.workplace import Workplace

KINDS: Final = {
    "correction_notice": N_("One-time correction notice"),
    "correction_note": N_("Unmet demands returned"),
    "acceptance_notice": N_("Acceptance notice"),
    "refusal_notice": N_("Notice of non-acceptance"),
    "return_notice": N_("Return notice"), "promise": N_("Signed promise"),
    "procedure_notice": N_("Notice of special procedure"),
    "extension_notice": N_("Extension notice"), "ending_notice": N_("Notice of ending"),
    "opinion": N_("Review opinion"), "decision": N_("Decision"), "reason": N_("Reason"),
    "minutes": N_("Minutes"), "note": N_("Note"), "co_opinion": N_("Opinion of a department"),
    "message": N_("Message"), "document": N_("Result document"),
    "sealed_document": N_("Sealed document"), "sealed_copy": N_("Copy pressed by hand"),
    "stamping_return": N_("Stamping request returned"),
    "void_reason": N_("Reason for voiding"), "void_answer": N_("Voiding declined"),
    "transfer_list": N_("Hand-over list of the transfer"),
    "hearing_notice": N_("Notice on the hearing (N08)"),
    "party_notice": N_("Notice to interested parties (N09)"),
    "public_notice": N_("Public notice"), "hearing_request": N_("Writing on the hearing"),
    "hearing_minutes": N_("Minutes of the hearing"),
}  # fmt: skip
LABELS: Final = {
    "text": "", "conclusion": N_("Conclusion"), "reasons": N_("Reasons"), "reason": N_("Reason"),
    "basis": N_("Legal basis"), "content": N_("Content"),
    "despite": N_("Reasons for granting although a department disagrees"),
    "remedies": N_("Remedies"),
    "competent_organ": N_("Competent organ"), "request": N_("Request"),
    "document_no": N_("Document number"), "title_zh": N_("Title"), "item": N_("Item"),
    "papers": N_("Papers handed back: the list"), "signed_by": N_("Signed by"),
    "from_case": N_("From case"), "to_case": N_("To case"), "minutes_no": N_("Minutes number"),
    "hearing_minutes": N_("By the minutes of the hearing"),
    "legal_basis": N_("Legal basis"), "serial": N_("Serial of the stamping"),
}  # fmt: skip


class EntriesPage(QScrollArea):
    """The entries of some parts."""

    def __init__(
        self, work: Workplace, parts: tuple[Part, ...], empty: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.work = work
        self.parts = parts
        self._empty = empty
        self._shown: object = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_case(self, view: CaseView | None) -> None:
        """Show the entries; nothing is drawn anew where nothing is new."""
        entries = self.entries_of(view)
        unmet = open_demands(view) if view is not None else ()
        shown = (view.case.case_no if view else "", entries, unmet, self._granted(view))
        if shown == self._shown:
            return
        self._shown = shown
        body = QWidget(self.viewport())
        column = QVBoxLayout(body)
        space = self.work.theme.space
        column.setContentsMargins(space(2), space(1.25), space(2), space(1.25))
        column.setSpacing(space())
        if not entries:
            text = self._empty if self._granted(view) else _("Not shown to your post.")
            column.addWidget(self._label(text, "quiet", body))
        for entry in entries:
            column.addWidget(self._card(entry, view, body))
        column.addStretch(1)
        self.setWidget(body)
        QTimer.singleShot(0, self._to_the_end)

    def entries_of(self, view: CaseView | None) -> tuple[PartEntry, ...]:
        """What to show, oldest first."""
        if view is None:
            return ()
        found = [e for part in self.parts for e in view.entries.get(part, ())]
        return tuple(sorted(found, key=lambda e: (e.at, e.entry_id)))

    def _granted(self, view: CaseView | None) -> bool:
        return view is not None and any(part in view.parts for part in self.parts)

    def _to_the_end(self) -> None:
        bar = self.verticalScrollBar()
        if bar is not None:
            bar.setValue(bar.maximum())

    def _card(self, entry: PartEntry, view: CaseView | None, parent: QWidget) -> QFrame:
        card = QFrame(parent)
        card.setProperty("role", "card")
        space = self.work.theme.space
        column = QVBoxLayout(card)
        column.setContentsMargins(space(1.5), space(), space(1.5), space())
        column.setSpacing(space(0.5))
        kind = kind_word(entry.kind)
        who = self.work.name_of(entry.author)
        column.addWidget(self._label(f"{kind} · {who} · {stamp(entry.at)}", "small", card))
        for text in entry_lines(entry, view):
            column.addWidget(self._label(text, "", card))
        return card

    def _label(self, text: str, role: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            label.setProperty("role", role)
        return label


def entry_lines(entry: PartEntry, view: CaseView | None) -> list[str]:
    """What an entry says, line by line, in words."""
    body: Mapping[str, Any] = entry.body
    lines = []
    if entry.kind == "correction_notice" and view is not None:
        unmet = open_demands(view)
        for demand in body.get("demands", ()):
            open_still = demand.get("no") in unmet
            state = _("open") if open_still else _("answered")
            lines.append(f"{demand_text(view, demand)} · {state}")
        return lines
    for key, name in LABELS.items():
        value = body.get(key)
        if isinstance(value, str) and value.strip():
            text = choice_word(value) if key == "conclusion" else value
            named = _(name)
            lines.append(f"{named}: {text}" if named else text)
    if entry.kind == "co_opinion" and counts_as_agreement(body):
        lines.append(_("Without a reason: counts as agreement."))
    return lines or [kind_word(entry.kind)]


def kind_word(kind: str) -> str:
    """What an entry of that kind is called."""
    return _(KINDS[kind]) if kind in KINDS else kind
