"""What a pane may ask of the desk around it. The shell implements this; ``FakeDesk`` does in tests.

Everything a pane wants done goes through here, so separation, powers and clocks cannot be walked
around (domain 3.6). There is no session, no key, no path and no window behind it. Every method is
called on the UI thread and returns at once; the answer comes through ``then`` or ``otherwise``, on
the UI thread again, and neither is called once the pane has been closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from workbench.rules.case import NewEntry, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.materials import Clip, PagePicture
from workbench.rules.refusals import Trouble

Then = Callable[[Any], None]
Otherwise = Callable[[Trouble], None]


class Desk(Protocol):
    """The desk as a department's pane sees it."""

    def view(self) -> CaseView:
        """The case as it was last shown; newer versions arrive through ``show_case``."""
        ...

    def propose(
        self,
        move_name: str,
        fields: Mapping[str, Any] | None = None,
        entries: Sequence[NewEntry] = (),
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Ask the core for a move at the version shown; the core adds what only it can know
        (decision number, standard notices, remedies). ``then`` gets the new ``CaseView``,
        or ``None`` where the person no longer sees the case; ``otherwise`` gets the ``Refusal`` or
        other trouble, and without it the desk shows the trouble."""
        ...

    def attach_material(
        self, material_code: str, then: Then | None = None, otherwise: Otherwise | None = None
    ) -> None:
        """Let the user choose a file for the material; the desk reads and checks it."""
        ...

    def reuse_material(
        self,
        material_code: str,
        sha256: str,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Use a file that the case already holds for another line of the list (S036)."""
        ...

    def ask_for_seal(self, then: Then | None = None, otherwise: Otherwise | None = None) -> None:
        """Open the proof page of the composed document, from which the seal is requested (T22)."""
        ...

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run a slow function in the errands lane; a newer call from the pane cancels the older."""
        ...

    def show_page(self, material: PartEntry, page: int, place: Clip | None = None) -> None:
        """Turn the material viewer to that page (from 1) and mark the place on it."""
        ...


class PictureSource(Protocol):
    """Pages of one material as pixels; the file itself stays with the renderer."""

    def page_count(self) -> int:
        """How many pages; 0 while the material is not open yet or cannot be drawn."""
        ...

    def ask(
        self,
        page: int,
        width_px: int,
        then: Callable[[PagePicture], None],
        otherwise: Otherwise | None = None,
    ) -> None:
        """Draw ``page`` (from 1) about ``width_px`` device pixels wide; a newer wish for the same
        page replaces an older one."""
        ...
