"""The desk as a department's pane sees it: a thin front of the case screen, and nothing behind it.

Implements :class:`workbench.api.desk.Desk`. It holds four functions of the screen in closures and
neither session, key, path nor window, so a pane that walks its desk's attributes finds nothing to
reach for. Once closed it answers nothing and calls nobody back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.api.desk import Otherwise, Then
from workbench.rules.case import NewEntry, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.materials import Clip

Propose = Callable[
    [str, Mapping[str, Any], Sequence[NewEntry], Then | None, Otherwise | None], None
]
Attach = Callable[[str, Then | None, Otherwise | None], None]
Reuse = Callable[[str, str, Then | None, Otherwise | None], None]
AskSeal = Callable[[Then | None, Otherwise | None], None]
Run = Callable[
    [Callable[..., Any], tuple[Any, ...], Then | None, Otherwise | None], None
]
ShowPage = Callable[[PartEntry, int, Clip | None], None]


@dataclass(slots=True)
class Counter:
    """The functions that the screen lends to one desk; emptied when the desk is closed."""

    view: Callable[[], CaseView]
    propose: Propose
    attach: Attach
    reuse: Reuse
    ask_seal: AskSeal
    run: Run
    show_page: ShowPage


def open_desk(counter: Counter) -> tuple[CaseDesk, Callable[[], None]]:
    """A desk over the counter, and the function that closes it."""
    still_open = [True]

    def at() -> Counter | None:
        return counter if still_open else None

    return CaseDesk(at), still_open.clear


class CaseDesk:
    """See the module."""

    __slots__ = ("_at", "_last")

    def __init__(self, at: Callable[[], Counter | None]) -> None:
        self._at = at
        self._last: CaseView | None = None

    def view(self) -> CaseView:
        """The case as it was last shown."""
        counter = self._at()
        if counter is not None:
            self._last = counter.view()
        assert self._last is not None, "a pane is made with a case"
        return self._last

    def propose(
        self,
        move_name: str,
        fields: Mapping[str, Any] | None = None,
        entries: Sequence[NewEntry] = (),
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Ask the core for a move at the version shown."""
        counter = self._at()
        if counter is not None:
            counter.propose(
                move_name, dict(fields or {}), tuple(entries), self._back(then),
                self._back(otherwise),
            )  # fmt: skip

    def attach_material(
        self, material_code: str, then: Then | None = None, otherwise: Otherwise | None = None
    ) -> None:
        """Let the user choose a file for that line of the list."""
        counter = self._at()
        if counter is not None:
            counter.attach(material_code, self._back(then), self._back(otherwise))

    def reuse_material(
        self,
        material_code: str,
        sha256: str,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Use a file the case already holds for another line (S036)."""
        counter = self._at()
        if counter is not None:
            counter.reuse(material_code, sha256, self._back(then), self._back(otherwise))

    def ask_for_seal(self, then: Then | None = None, otherwise: Otherwise | None = None) -> None:
        """Open the proof page, from which the seal is requested (T22)."""
        counter = self._at()
        if counter is not None:
            counter.ask_seal(self._back(then), self._back(otherwise))

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run a slow function in the errands lane; a newer call cancels the older's answer."""
        counter = self._at()
        if counter is not None:
            counter.run(function, args, self._back(then), self._back(otherwise))

    def show_page(self, material: PartEntry, page: int, place: Clip | None = None) -> None:
        """Turn the viewer to that page and mark the place."""
        counter = self._at()
        if counter is not None:
            counter.show_page(material, page, place)

    def _back(self, call: Callable[[Any], None] | None) -> Callable[[Any], None] | None:
        """The pane's continuation, silent once the desk is closed."""
        if call is None:
            return None

        def answered(value: Any) -> None:
            if self._at() is not None:
                call(value)

        return answered
