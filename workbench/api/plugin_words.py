"""A plugin's own texts in the language of the desk: one gettext domain a plugin.

Sources are English; ``locale/<language>.po`` of the package holds the translation, read as it is,
so a plugin needs no compiled file. The language may change while the desk runs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbench.api.manifest import package_folder
from workbench.rules.words import language
from workbench.settings import read_po


def words_of(package: str, folder: Path | None = None) -> Callable[[str], str]:
    """The ``_`` of one package: English source to the text in the language in use.

    A missing translation gives the source. A broken file raises ValueError at the first text.
    """
    books: dict[str, dict[str, str]] = {}

    def look_up(text: str) -> str:
        code = language()
        if code not in books:
            file = (folder or package_folder(package)) / "locale" / f"{code}.po"
            books[code] = read_po(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return books[code].get(text, text)

    return look_up
