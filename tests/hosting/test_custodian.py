"""House section 1: a session signed in as custodian runs no department code at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.hosting.installing import ZOO, install
from workbench.hosting.finding import find
from workbench.hosting.host import open_host

WATCH = (
    "import sys\n"
    "from workbench.hosting.finding import find\n"
    "from workbench.hosting.host import open_host\n"
    "assert len(find()) >= 3, find()\n"
    "host = open_host({arguments})\n"
    "names = {{c.package for c in find()}}\n"
    "loaded = sorted(m for m in sys.modules if m.partition('.')[0] in names)\n"
    "print(sorted(host.admitted), loaded, [m for m in sys.modules if m.startswith('PyQt6')])\n"
)


def run(arguments: str, root: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-c", WATCH.format(arguments=arguments)],
        cwd=root, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return result.stdout.strip()


def test_a_custodian_imports_no_department_code(project_root: Path) -> None:
    assert run("no_code=True", project_root) == "[] [] []"


def test_the_safe_start_imports_none_either(project_root: Path) -> None:
    assert run("without_plugins=True", project_root) == "[] [] []"


def test_the_same_question_without_the_switch_does_load_them(project_root: Path) -> None:
    answer = run("", project_root)
    assert answer.startswith("['civil_affairs', 'market_supervision', 'real_estate'] [")
    assert "'market_supervision.plugin'" in answer
    assert answer.endswith(" []")


def test_code_that_an_earlier_session_loaded_is_named(project_root: Path) -> None:
    """A custodian who signs in where a representative has worked: only a fresh start helps."""
    code = (
        "from workbench.hosting.host import open_host\n"
        "print(open_host(no_code=True).loaded_before)\n"
        "open_host()\n"
        "print(open_host(no_code=True).loaded_before)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project_root, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    fresh, later = result.stdout.splitlines()
    assert fresh == "()"
    assert later == "('civil_affairs', 'market_supervision', 'real_estate')"


def test_not_even_a_misfit_runs(site: Path) -> None:
    install(site, ZOO / "exits_at_import")
    host = open_host(candidates=find([str(site)]), no_code=True)
    assert "exits_at_import" not in sys.modules
    assert (host.admitted, host.faults) == ({}, [])
