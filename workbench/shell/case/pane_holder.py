"""Where the department's pane lives: made through hosting, guarded, and replaced when it fails.

A pane that raises is noted by hosting; when its plugin is paused the standard pane takes over in
the same place, with the same case (E30). At a desk without hosting there is only the standard pane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.api.desk import Desk
from workbench.api.panes import CasePane, MaterialViewer
from workbench.api.records import PaneOffer, ViewerOffer
from workbench.api.views import form_of
from workbench.rules.case import Part, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.words import _
from workbench.shell.case.field_block import block_of
from workbench.shell.case.field_links import FieldLinks
from workbench.shell.case.point_bar import Marking
from workbench.shell.case.point_row import RESULTS
from workbench.shell.case.standard_pane import StandardPane
from workbench.shell.workplace import Workplace


class PaneHolder(QWidget):
    """Holds one pane, or words where there is nothing to show."""

    marked = pyqtSignal()
    """A review point was marked in the pane."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.pane: CasePane | None = None
        self.plugin = ""
        self._viewer_plugin = ""
        self._desk: Desk | None = None
        self._offer: PaneOffer | None = None
        self._copied = ""
        self._view: CaseView | None = None
        self._takes_marks = False
        self._failed: set[str] = set()
        """What the pane in place has failed in: it is not asked for it again."""
        self.links: FieldLinks | None = None
        """Where fields are proved; set by whoever holds both the pane and the pages."""
        self.note = QLabel(self)
        self.note.setProperty("role", "notice")
        self.note.setWordWrap(True)
        self.note.hide()
        self.words = QLabel(self)
        self.words.setProperty("role", "quiet")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMargin(work.theme.space(3))
        self.words.hide()
        self.copy = QPushButton(_("Copy &fields"), self)
        self.copy.setProperty("role", "inline")
        self.copy.setToolTip(
            _("Copies the form in the order of the department's own system (Ctrl+Shift+B)")
        )
        self.copy.clicked.connect(self.copy_fields)
        self.copy.hide()
        shortcut = QShortcut(QKeySequence("Ctrl+Shift+B"), self)
        shortcut.activated.connect(self.copy_fields)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        space = work.theme.space
        above = QHBoxLayout()
        above.setContentsMargins(0, space(0.75), space(1.5), 0)
        above.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignRight)
        self._column.addLayout(above)
        self._column.addWidget(self.note)
        self._column.addWidget(self.words, 1)

    def _prepare(self, view: CaseView, desk: Desk) -> None:
        """Make the pane for the case, still out of sight; one that fits stays."""
        self.words.hide()
        self._desk = desk
        plugin, offer = self._serving(view)
        if self.pane is None or plugin != self.plugin or offer != self._offer:
            self._take(self._made(view, plugin, offer), plugin, offer)

    def show_case(self, view: CaseView, desk: Desk) -> Iterator[None]:
        """Show the case in its department's pane, in slices (:mod:`workbench.shell.building`); the
        same pane as long as the case is the same."""
        self._prepare(view, desk)
        yield
        yield from self._show(view)
        if self.pane is not None:
            self.pane.show()
        self._view = view
        self.copy.setVisible(bool(form_of(view)))

    def show_words(self, text: str) -> None:
        """No pane: why."""
        self.close_pane()
        self.words.setText(text)
        self.words.show()

    def close_pane(self) -> None:
        """Let the pane go."""
        pane, self.pane = self.pane, None
        self.plugin, self._offer, self._view = "", None, None
        self.note.hide()
        self.copy.hide()
        if pane is not None:
            self._column.removeWidget(pane)
            pane.hide()
            pane.deleteLater()

    def review_results(self) -> dict[str, dict[str, str]]:
        """The review points as marked in the pane, whoever brought it."""
        pane = self.pane
        if pane is None:
            return {}
        found = self._asked("review_results", lambda: results_of(pane))
        return found if found is not None else {}

    def marking(self, view: CaseView) -> Marking:
        """Whether the points can be marked beside the scans: where the pane would let them be."""
        if self.pane is None or "submit_opinion" not in {*view.moves, *view.blocked}:
            return Marking.CLOSED
        takes = self._takes_marks and "mark_point" not in self._failed
        return Marking.HERE if takes else Marking.IN_PANE

    def mark_point(self, code: str, result: str, reason: str) -> None:
        """Mark it in the pane, as it was marked beside the scans."""
        pane = self.pane
        if pane is not None:
            self._asked("mark_point", lambda: pane.mark_point(code, result, reason))

    def own_steps(self) -> frozenset[str]:
        """The steps for which the pane has buttons of its own."""
        return frozenset(self.pane.own_steps) if self.pane is not None else frozenset()

    def viewer_for(
        self, view: CaseView, entry: PartEntry, desk: Desk
    ) -> tuple[MaterialViewer | None, tuple[str, ...]]:
        """The department's own viewer for the material, and the form fields to show beside it."""
        hosting = self.work.hosting
        if hosting is None:
            return None, ()
        offer: ViewerOffer = hosting.viewer(view.item, str(entry.body.get("code", "")))
        if offer.viewer is None:
            return None, offer.beside
        name = self._viewer_plugin = hosting.serving(view.item).name
        kind = hosting.load(name, offer.viewer)
        made = hosting.call(name, kind, desk, self).value if kind is not None else None
        return (made if isinstance(made, MaterialViewer) else None), offer.beside

    def call_viewer(self, act: Callable[..., object], *args: object) -> bool:
        """Call the department's own viewer; what goes wrong in it is noted (E30)."""
        hosting = self.work.hosting
        if hosting is None:
            act(*args)
            return True
        return not hosting.call(self._viewer_plugin, act, *args).failed

    def beside(self, view: CaseView, entry: PartEntry) -> tuple[str, ...]:
        """The form fields that the department wants beside the material."""
        hosting = self.work.hosting
        if hosting is None:
            return ()
        offer: ViewerOffer = hosting.viewer(view.item, str(entry.body.get("code", "")))
        return offer.beside

    def copy_fields(self) -> None:
        """The form into the clipboard, as the department's own system asks for it."""
        clipboard = QApplication.clipboard()
        if self._view is None or clipboard is None or not form_of(self._view):
            return
        text, count = block_of(self._view, self._serving(self._view)[1])
        clipboard.setText(text)
        self._copied = text
        self.work.notices.say(_("{n} fields are in the clipboard.").format(n=count))

    def forget_copied(self) -> None:
        """The person goes: what he copied of a form does not stay for the next one at this desk."""
        clipboard, copied, self._copied = QApplication.clipboard(), self._copied, ""
        if copied and clipboard is not None and clipboard.text() == copied:
            clipboard.clear()

    # -- inside --------------------------------------------------------------------------------

    def _serving(self, view: CaseView) -> tuple[str, PaneOffer]:
        hosting = self.work.hosting
        if hosting is None:
            return "", PaneOffer(("*",))
        offer: PaneOffer = hosting.pane(view.item)
        return str(hosting.serving(view.item).name), offer

    def _made(self, view: CaseView, plugin: str, offer: PaneOffer) -> CasePane:
        assert self._desk is not None
        hosting = self.work.hosting
        # A department's pane reads the form; whom the form is not shown to gets the standard one.
        if hosting is not None and offer.pane is not None and Part.FORM in view.parts:
            kind = hosting.load(plugin, offer.pane)
            made = hosting.call(plugin, kind, self._desk, self).value if kind is not None else None
            if isinstance(made, CasePane):
                return made
        return self._standard(offer)

    def _standard(self, offer: PaneOffer) -> StandardPane:
        assert self._desk is not None
        hosting = self.work.hosting
        checks: Any = hosting.check if hosting is not None else None
        return StandardPane(self._desk, self.work.theme, offer.groups, checks, self, self.links)

    def _take(self, pane: CasePane, plugin: str, offer: PaneOffer) -> None:
        self.close_pane()
        self.pane, self.plugin, self._offer = pane, plugin, offer
        self._failed.clear()
        self._takes_marks = bool(self._asked("takes_marks", lambda: pane.takes_marks))
        self._asked("marked", lambda: pane.marked.connect(self.marked))
        # It is seen once it shows its case: an empty pane has nothing to click at.
        pane.hide()
        self._column.addWidget(pane, 1)

    def _guard(self) -> Any:
        """Who calls a department's own pane, where one is in place; ``None`` for ours."""
        return None if isinstance(self.pane, StandardPane) else self.work.hosting

    def _asked(self, what: str, act: Callable[[], Any]) -> Any:
        """Ask the pane in place; what goes wrong in a department's own is noted (E30), and it is
        not asked for that again."""
        hosting = self._guard()
        if hosting is None:
            return act()
        if what in self._failed:
            return None
        answer = hosting.call(self.plugin, act)
        if answer.failed:
            self._failed.add(what)
        return answer.value

    def _show(self, view: CaseView) -> Iterator[None]:
        hosting = self._guard()
        assert self.pane is not None
        # Marks that it takes over from the case are told when everything of the case is shown.
        self.blockSignals(True)
        failed = hosting is not None and (
            hosting.call(self.plugin, self.pane.show_case, view).failed
        )
        self.blockSignals(False)
        if failed:
            offer = self._offer or PaneOffer(("*",))
            self._take(self._standard(offer), self.plugin, offer)
        if isinstance(self.pane, StandardPane):
            yield from self.pane.showing(view)
        self._note_rest(view)

    def _note_rest(self, view: CaseView) -> None:
        """The fixed wording where a department's plugin is paused."""
        hosting = self.work.hosting
        owned = [] if hosting is None else [
            one.name for one in hosting.admitted.values()
            if view.item.department_code in one.manifest.departments
        ]  # fmt: skip
        paused = any(hosting.rest.rests(name) for name in owned)
        self.note.setText(
            _("The plugin of this department is paused; the standard approval pane is in use now.")
        )
        self.note.setVisible(paused)


def results_of(pane: CasePane) -> dict[str, dict[str, str]]:
    """What the pane says of the points, as plain texts. What is no answer raises, here and not
    later: TypeError, ValueError, KeyError or AttributeError."""
    found = {}
    for code, given in pane.review_results().items():
        if given["result"] not in RESULTS:
            raise ValueError(f"{type(pane).__name__}.review_results: a result that is none")
        found[str(code)] = {"result": str(given["result"]), "reason": str(given.get("reason", ""))}
    return found
