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
        return counter if still_open[0] else None

    return CaseDesk(at), still_open.clear


class CaseDesk:
    """See the module."""

    __slots__ = ("_at", "_last")

    def __init__(self, at: Callable[[], Counter | None]) -> None:
        self._at = at
        self._last: CaseView | None = None
