"""What a person has got used to at this desk: columns, widths, order; nothing of any case.

Kept by name, each a small JSON object. ``app`` gives the two functions that read and write the
file; without them it lasts as long as the session. Handed out with the doors; used by screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench import settings


def _nothing() -> Mapping[str, Any]:
    return {}


def _nowhere(_all: Mapping[str, Any]) -> None:
    """Kept for the session alone."""


class Habits:
    """See the module. ``read`` is asked once; ``write`` gets everything, and may raise OSError."""

    def __init__(
        self,
        read: Callable[[], Mapping[str, Any]] = _nothing,
        write: Callable[[Mapping[str, Any]], None] = _nowhere,
    ) -> None:
        self._read = read
        self._write = write
        self._all: dict[str, Any] | None = None

    def get(self, name: str) -> Mapping[str, Any]:
        """What was put under that name; empty where nothing was."""
        found = self._everything().get(name)
        return found if isinstance(found, Mapping) else {}

    def put(self, name: str, what: Mapping[str, Any]) -> None:
        """Keep it. A full disk does not stop anybody from moving a column."""
        everything = self._everything()
        if everything.get(name) == what:
            return
        everything[name] = dict(what)
        try:
            self._write(everything)
        except OSError as error:
            log = settings.log("workbench.shell")
            log.warning("habits could not be kept: %s", type(error).__name__)

    def _everything(self) -> dict[str, Any]:
        if self._all is None:
            self._all = dict(self._read())
        return self._all
