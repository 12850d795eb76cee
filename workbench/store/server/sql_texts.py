"""The hand-written SQL of the server, read in the order of the files' numbers.

``@owner@``, ``@user@``, ``@prefix@`` and ``@kind:reviewer@`` stand for the centre's role names.
Called by ``install`` and ``accounts_ground``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from workbench.store.server.role_names import RoleNames

FOLDER: Final = Path(__file__).resolve().parent / "sql"
_MARK: Final = re.compile(r"@(prefix|owner|user|newcomer|former|accounts|kind:[a-z_]+)@")


def texts(roles: RoleNames, folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """File name and statement text of every file of the folder, in order."""
    for path in sorted(folder.glob("*.sql")):
        yield path.name, named(path.read_text(encoding="utf-8"), roles)


def named(text: str, roles: RoleNames) -> str:
    """The text with the centre's own role names put in."""

    def name(found: re.Match[str]) -> str:
        word = found[1]
        return roles.kind(word[5:]) if word.startswith("kind:") else str(getattr(roles, word))

    return _MARK.sub(name, text)
