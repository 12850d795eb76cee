"""What the case screen lends to a pane's desk: seven functions, each checked here.

The only place where a pane's wish meets session and lanes; made for each opened case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QFileDialog

from workbench.api.desk import Otherwise, Then
from workbench.api.views import materials_of
from workbench.rules.case import NewEntry, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.materials import Clip
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.case.desk import Counter
from workbench.shell.case.mover import Mover, Wanted
from workbench.shell.case.step_forms import File

if TYPE_CHECKING:
    from workbench.shell.case.screen import CaseScreen


def counter_for(screen: CaseScreen) -> Counter:
    """The counter of the case that the screen shows now."""
    clerk = _Clerk(screen)
    return Counter(
        clerk.view, clerk.propose, clerk.attach, clerk.reuse, clerk.ask_seal, clerk.run,
        clerk.show_page,
    )  # fmt: skip


class _Clerk:
    def __init__(self, screen: CaseScreen) -> None:
        assert screen.view is not None
        self._screen = screen
        self._last = screen.view
        self._mover = Mover(screen.work, screen)

    def view(self) -> CaseView:
        """The case as last shown."""
        if self._screen.view is not None:
            self._last = self._screen.view
        return self._last

    def propose(
        self, name: str, fields: Mapping[str, Any], entries: Sequence[NewEntry],
        then: Then | None, otherwise: Otherwise | None,
    ) -> None:  # fmt: skip
        """A pane's move takes the same road as our own forms."""
        self._make(Wanted(self.view(), name, fields, entries), then, otherwise)

    def attach(self, code: str, then: Then | None, otherwise: Otherwise | None) -> None:
        """Let the user choose a file."""
        chosen, _kind = QFileDialog.getOpenFileName(self._screen, _("Choose file …"))
        if chosen:
            file = File(Path(chosen), code)
            self._make(Wanted(self.view(), "attach_material", file=file), then, otherwise)

    def reuse(
        self, code: str, sha256: str, then: Then | None, otherwise: Otherwise | None
    ) -> None:
        """The same bytes for another line: only of this case, only what is shown."""
        found = [e for e in materials_of(self.view()) if e.body.get("sha256") == sha256]
        if not found:
            self._trouble(refusal("material_missing"), otherwise)
            return
        body = {**found[-1].body, "code": code}
        entries = [NewEntry("material", body)]
        self._make(Wanted(self.view(), "attach_material", {}, entries), then, otherwise)

    def ask_seal(self, then: Then | None, otherwise: Otherwise | None) -> None:
        """Open the proof page."""
        proof = self._screen.open_proof()
        if proof is None:
            return
        if then is not None:
            proof.frozen.connect(then)
        if otherwise is not None:
            proof.refused.connect(otherwise)

    def run(
        self, function: Callable[..., Any], args: tuple[Any, ...], then: Then | None,
        otherwise: Otherwise | None,
    ) -> None:  # fmt: skip
        """A slow function of the plugin, in the errands lane."""
        self._screen.work.lanes.errand(
            lambda: function(*args), then=then, otherwise=otherwise, scope=self._screen,
            key="pane", label=_("The department's plugin is working …"),
        )  # fmt: skip

    def show_page(self, entry: PartEntry, page: int, place: Clip | None) -> None:
        """Turn the viewer."""
        self._screen.show_page(entry, page, place)

    def _make(self, wanted: Wanted, then: Then | None, otherwise: Otherwise | None) -> None:
        def made(view: CaseView | None) -> None:
            self._screen.parts.steps.moved.emit(wanted.name, view)
            if then is not None:
                then(view)

        self._mover.make(wanted, made, lambda trouble: self._trouble(trouble, otherwise))

    def _trouble(self, trouble: Trouble, otherwise: Otherwise | None) -> None:
        if otherwise is not None:
            otherwise(trouble)
        else:
            self._screen.parts.steps.refusal.show_trouble(trouble)
        if isinstance(trouble, Refusal) and trouble.code == "changed_meanwhile":
            self._screen.refresh()
