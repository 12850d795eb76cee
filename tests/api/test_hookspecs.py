"""House section 3: a hook without docstring, heading in the guide, or test fails here."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from workbench.api import hookspecs
from workbench.api.collecting import new_plugin_manager

HOOKS = sorted(
    name
    for name, one in vars(hookspecs).items()
    if inspect.isfunction(one) and hasattr(one, f"{hookspecs.PROJECT}_spec")
)
GUIDE = "docs/plugin-authors-guide.md"


def test_every_hook_is_asked_for_records() -> None:
    assert sorted(hookspecs.RECORD_HOOKS) == HOOKS
    assert set(hookspecs.THREE_HOOKS) <= set(hookspecs.RECORD_HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_documented_and_tested(name: str, project_root: Path) -> None:
    assert inspect.getdoc(getattr(hookspecs, name))
    guide = (project_root / GUIDE).read_text(encoding="utf-8")
    assert f"\n### `{name}`\n" in guide
    tests = [
        *(project_root / "tests").rglob("test_*.py"),
        *(project_root / "plugins").glob("*/tests/*.py"),
    ]
    using = [t for t in tests if t != Path(__file__) and name in t.read_text(encoding="utf-8")]
    assert using


def test_the_guide_names_no_hook_that_does_not_exist(project_root: Path) -> None:
    guide = (project_root / GUIDE).read_text(encoding="utf-8")
    named = [line[5:-1] for line in guide.splitlines() if line.startswith("### `")]
    assert sorted(named) == HOOKS


def test_pluggy_knows_exactly_these_hooks() -> None:
    known = [name for name in vars(new_plugin_manager().hook) if not name.startswith("_")]
    assert sorted(known) == HOOKS
