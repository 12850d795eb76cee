"""House section 2: who may import whom, enforced; and the enforcement itself can fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT, plugin_packages

ROOMS = ["api", "casework", "exchange", "hosting", "paper", "rules", "shell", "store", "vault"]
ROOTS = ["__main__", "app", "seal_worker", "settings"]
QT_FREE = ["workbench.api", "workbench.hosting", "workbench.__main__", "workbench.seal_worker"]
QT_FREE += ["workbench.paper", "workbench.store", "workbench.casework", "workbench.vault"]


def lint(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    """Import-linter's own command on the packages in ``folder``."""
    return subprocess.run(
        [
            shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports",
            "--no-cache",
            "--config",
            str(config),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def copy_of_the_house(place: Path) -> Path:
    shutil.copytree(
        ROOT / "workbench", place / "workbench", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", place)
    return place / "workbench"


def test_the_contracts_hold() -> None:
    result = lint(ROOT, ROOT / "pyproject.toml")
    assert result.returncode == 0, result.stdout + result.stderr


BREACHES = {
    "rules.layer": ("store", "A room imports only rooms below it; an unlisted room fails"),
    "paper.sibling": ("vault", "A room imports only rooms below it; an unlisted room fails"),
    "shell.sql": ("store", "The shell never imports the store: app injects it"),
    "hosting.work": ("casework", "Hosting does no casework"),
    "hosting.window": ("PyQt6", "Qt only in shell and api.panes"),
    "api.window": ("PyQt6", "Qt only in shell and api.panes"),
    "casework.query": ("sqlalchemy", "SQL only in store"),
    "shell.page": ("pymupdf", "PDF, picture and signing libraries only in paper"),
    "store.secret": ("keyring", "keyring only in vault"),
    "rules.file": ("pathlib", "Rules touch no file, process, socket or database"),
}


def test_every_contract_catches_its_breach(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    for breach, (target, _contract) in BREACHES.items():
        name = f"workbench.{target}" if (house / target).is_dir() else target
        path = house / (breach.replace(".", "/breach_") + ".py")
        path.write_text(f'"""A breach."""\nimport {name}\n', encoding="utf-8")
    report = lint(tmp_path, tmp_path / "pyproject.toml").stdout
    for breach, (target, contract) in BREACHES.items():
        module = "workbench." + breach.replace(".", ".breach_")
        assert f"{contract} BROKEN" in report
        assert re.search(
            rf"{module} (->|is not allowed to import) (workbench\.)?{target}", report
        ), (
            breach,
            report,
        )


def test_a_room_that_is_not_in_the_plan_is_caught(tmp_path: Path) -> None:
    attic = copy_of_the_house(tmp_path) / "utils"
    attic.mkdir()
    (attic / "__init__.py").write_text('"""Odds and ends."""\n', encoding="utf-8")
    result = lint(tmp_path, tmp_path / "pyproject.toml")
    assert result.returncode != 0
    assert "workbench.utils" in result.stdout


def test_every_room_of_the_plan_stands() -> None:
    missing = [room for room in ROOMS if not (ROOT / "workbench" / room / "__init__.py").is_file()]
    missing += [name for name in ROOTS if not (ROOT / "workbench" / f"{name}.py").is_file()]
    assert not missing


def plugin_contract(names: list[str]) -> str:
    """Departments import of ours nothing but ``workbench.api``, and never each other."""
    inside = [f"workbench.{name}" for name in sorted([*ROOMS, *ROOTS]) if name != "api"]
    lines = ["[importlinter]", "root_packages ="]
    lines += [f"    {name}" for name in ["workbench", *names]]
    lines += [
        "[importlinter:contract:api]",
        "name = api only",
        "type = forbidden",
        "allow_indirect_imports = True",
        "source_modules =",
    ]
    lines += [f"    {name}" for name in names]
    lines += ["forbidden_modules =", *[f"    {name}" for name in inside]]
    if len(names) > 1:
        lines += [
            "[importlinter:contract:alone]",
            "name = independent",
            "type = independence",
            "modules =",
            *[f"    {name}" for name in names],
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("breach", ["", "from workbench import settings\n"], ids=["kept", "broken"])
def test_departments_import_only_the_api(tmp_path: Path, breach: str) -> None:
    packages = plugin_packages()
    assert {"market_supervision", "real_estate"} <= set(packages), "department plugins are missing"
    copy_of_the_house(tmp_path)
    for name, folder in packages.items():
        shutil.copytree(folder, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "market_supervision" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(breach)
    config = tmp_path / "departments.ini"
    config.write_text(plugin_contract(sorted(packages)), encoding="utf-8")
    result = lint(tmp_path, config)
    assert (result.returncode == 0) == (not breach), result.stdout + result.stderr


def test_workers_command_line_and_plugin_entry_modules_load_no_qt() -> None:
    departments = plugin_packages()
    names = [*QT_FREE, *departments]
    search = [str(ROOT), *(str(folder.parent) for folder in departments.values())]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
        "    loaded = [m for m in sys.modules if m.startswith('PyQt6')]\n"
        "    assert not loaded, (name, loaded)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(search)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
