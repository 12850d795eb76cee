"""Finding department plugins: installed distributions with the entry point ``oneseal.department``.

Nothing is imported here. Called by :func:`workbench.hosting.host.open_host`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from workbench.api.hookspecs import ENTRY_POINT_GROUP


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry point of one distribution, not yet looked into. ``name`` is the plugin's name,
    ``package`` the top-level package it lives in."""

    name: str
    version: str
    entry: metadata.EntryPoint
    distribution: metadata.Distribution

    @property
    def package(self) -> str:
        """The top-level package of the entry point."""
        return self.entry.module.partition(".")[0]


def find(path: Sequence[str] | None = None) -> tuple[Candidate, ...]:
    """Every candidate, by name; ``path`` is where to look instead of ``sys.path``.

    A distribution that stands on the path twice counts once, the first, as Python imports it.
    """
    found = metadata.distributions() if path is None else metadata.distributions(path=list(path))
    candidates: dict[tuple[str, str], Candidate] = {}
    for distribution in found:
        about = distribution.metadata
        for entry in distribution.entry_points:
            if entry.group == ENTRY_POINT_GROUP:
                key = (str(about["Name"]), entry.name)
                version = str(about["Version"])
                candidates.setdefault(key, Candidate(entry.name, version, entry, distribution))
    return tuple(sorted(candidates.values(), key=lambda one: (one.name, one.version)))
