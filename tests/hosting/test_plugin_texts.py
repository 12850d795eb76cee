"""Each text of a shipped plugin has its Chinese; no plugin text is a duplicate shortcut."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from tests.hosting.installing import PLUGINS
from workbench.settings import read_po

WITH_CODE = ["market_supervision", "real_estate"]


def sources(name: str) -> set[str]:
    """Every text inside ``_()`` of the package."""
    found = set()
    for file in (PLUGINS / name / name).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_":
                found.add(str(ast.literal_eval(node.args[0])))
    return found


def chinese(name: str) -> dict[str, str]:
    file = PLUGINS / name / name / "locale" / "zh_CN.po"
    return read_po(Path(file).read_text(encoding="utf-8"))


def fields(text: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _spec, _kind in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", WITH_CODE)
def test_every_text_is_translated_and_none_is_left_over(name: str) -> None:
    assert sources(name) == set(chinese(name))


@pytest.mark.parametrize("name", WITH_CODE)
def test_placeholders_and_shortcuts_are_the_same_in_both_languages(name: str) -> None:
    for source, text in chinese(name).items():
        fields = [
            {f for _t, f, _s, _c in string.Formatter().parse(one) if f} for one in (source, text)
        ]
        assert fields[0] == fields[1], source
        keys = [one[one.index("&") + 1].lower() for one in (source, text) if "&" in one]
        assert len(set(keys)) in (0, 1), source


@pytest.mark.parametrize("name", WITH_CODE)
def test_no_shortcut_is_given_twice(name: str) -> None:
    keys = [one[one.index("&") + 1].lower() for one in sources(name) if "&" in one]
    assert len(keys) == len(set(keys))
