"""The language of everything a user reads: one gettext domain, set by whoever starts a process.

``_`` looks the text up at call time, so a text built after :func:`use` is in the new language.
Rules never read files: the catalogue object is handed in by ``settings``.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable

_current: gettext.NullTranslations = gettext.NullTranslations()
_code: str = "en"


def use(translations: gettext.NullTranslations, code: str) -> None:
    """Make ``translations`` the language of the process; ``code`` is ``zh_CN`` or ``en``."""
    global _current, _code
    _current = translations
    _code = code


def language() -> str:
    """The language in use: ``zh_CN`` or ``en``."""
    return _code


def _(text: str) -> str:
    """The text in the language in use."""
    return _current.gettext(text) if text else ""


def N_(text: str) -> str:
    """Mark a text for translation without looking it up yet: for tables of texts."""
    return text


def heading(text: str) -> str:
    """A word of the tables where it stands alone: with a capital letter, Chinese as it is."""
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """Several names in one text: with commas, in Chinese with 、."""
    return _(", ").join(names)


def clauses(texts: Iterable[str]) -> str:
    """Several half sentences in one text: with semicolons, in Chinese with full-width ones."""
    return _("; ").join(texts)


def pick(zh: str, en: str) -> str:
    """Of a pair kept in the data (item names, department names) the one for this language."""
    return zh if _code == "zh_CN" or not en else en
