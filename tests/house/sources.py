"""The files of the product as the house tests see them. Used by the tests beside this file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"__pycache__", "build", "dist", "demo-output", ".venv", ".git"}


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT or path.name.endswith(".egg-info") or path.name[0] == ".":
            continue
        yield path
        if path.is_dir():
            yield from _walk(path)


@cache
def everything() -> tuple[Path, ...]:
    """Every file and folder of the checkout but what tools made."""
    return tuple(_walk(ROOT))


def modules(*tops: str) -> list[Path]:
    """Every Python file below the named folders of the checkout."""
    return [
        path
        for path in everything()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in tops
    ]


def product_modules() -> list[Path]:
    """The product's own and its plugins' modules, their tests left out."""
    return [path for path in modules("workbench", "plugins") if "tests" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path as a reader of the failure message wants it."""
    return path.relative_to(ROOT).as_posix()


def plugin_packages() -> dict[str, Path]:
    """Import name -> folder of every department package that holds Python."""
    found = {}
    for folder in sorted((ROOT / "plugins").glob("*/")):
        for init in [*folder.glob("*/__init__.py"), *folder.glob("src/*/__init__.py")]:
            if init.parent.name != "tests":
                found[init.parent.name] = init.parent
    return found
