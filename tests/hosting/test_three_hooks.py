"""Issue 2: a shipped department brings the three hooks or says why not."""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path

import pytest

from tests.hosting.installing import PLUGINS
from workbench.api.hookspecs import THREE_HOOKS
from workbench.api.manifest import read_manifest
from workbench.api.testing import check_plugin

DEPARTMENTS = sorted(folder.name for folder in PLUGINS.glob("*/") if folder.name != "__pycache__")


def test_all_three_departments_are_there() -> None:
    assert {"market_supervision", "real_estate", "civil_affairs"} <= set(DEPARTMENTS)


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_the_three_hooks_or_a_reason(name: str) -> None:
    project = tomllib.loads((PLUGINS / name / "pyproject.toml").read_text(encoding="utf-8"))
    entry = project["project"]["entry-points"]["oneseal.department"][name]
    brought, faults = check_plugin(importlib.import_module(entry))
    assert faults == ()
    reasons = {w.hook: w.reason_zh for w in read_manifest(name).without}
    for hook in THREE_HOOKS:
        assert brought.offers[hook] or reasons.get(hook), hook


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_every_item_has_pane_stamping_and_result(name: str) -> None:
    project = tomllib.loads((PLUGINS / name / "pyproject.toml").read_text(encoding="utf-8"))
    entry = project["project"]["entry-points"]["oneseal.department"][name]
    brought, _faults = check_plugin(importlib.import_module(entry))
    for item in brought.items:
        for offers in (brought.panes, brought.stamping, brought.results):
            assert any(item.item_code in offer.item_codes for offer in offers), item.short_code


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_the_licence_and_the_entry_point(name: str) -> None:
    project = tomllib.loads((PLUGINS / name / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["license"] == "AGPL-3.0-or-later"
    assert list(project["project"]["entry-points"]) == ["oneseal.department"]


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_the_wheel_takes_every_file_along(name: str) -> None:
    project = tomllib.loads((PLUGINS / name / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = [*project["tool"]["setuptools"]["package-data"][name], "*.py"]
    folder = PLUGINS / name / name
    files = [f.relative_to(folder) for f in folder.rglob("*.*") if "__pycache__" not in f.parts]
    left = [str(f) for f in files if not any(f in _matched(folder, p) for p in patterns)]
    assert left == []


def _matched(folder: Path, pattern: str) -> set[Path]:
    return {f.relative_to(folder) for f in folder.glob(pattern)}


def test_civil_affairs_has_no_python() -> None:
    folder = PLUGINS / "civil_affairs" / "civil_affairs"
    (init,) = folder.rglob("*.py")
    body = ast.parse(init.read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
