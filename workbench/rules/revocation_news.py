"""Revocation lists that come in as files, as records: what one says, and what became of it.

Read by ``paper.revocation_files``, put in place by ``exchange.revocation_lists``.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.rules.moment import Moment


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list whose authority is known and whose signature holds.

    ``authority`` is the SHA-256 of its certificate, ``issuer`` its name, ``number`` -1 where the
    list has none. ``made`` and ``next_one``: when it was signed, when the next one is due.
    """

    authority: str
    issuer: str
    number: int
    made: Moment
    next_one: Moment

    def older_than(self, other: ReadList) -> bool:
        """Whether taking this one in its place would be a step back."""
        numbered = self.number >= 0 and other.number >= 0
        return self.made < other.made or (numbered and self.number < other.number)


@dataclass(frozen=True, slots=True)
class ListNews:
    """What became of one dropped file. ``trouble`` says why it was left; empty where it is in use
    now."""

    file: str
    trouble: str = ""
    read: ReadList | None = None
