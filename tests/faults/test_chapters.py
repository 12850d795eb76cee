"""A call loads the chapter of its own command, and every command stands in one."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module

import pytest

from workbench.__main__ import CHAPTERS, chapters_for, parser


def test_every_chapter_has_the_commands_that_are_listed() -> None:
    for chapter, names in CHAPTERS.items():
        commands = argparse.ArgumentParser().add_subparsers()
        import_module(f"workbench.commands.{chapter}").add(commands)
        assert tuple(commands.choices) == names


@pytest.mark.parametrize(
    ("called", "chapters"),
    [
        (["run"], ("desk",)),
        (["--home", "run", "cases", "--as", "tang"], ("cases",)),
        (["--language=en", "--home=due", "due", "2026-11-22"], ("centre",)),
        (["--help"], tuple(CHAPTERS)),
        (["--help", "run"], tuple(CHAPTERS)),
        (["rnu"], tuple(CHAPTERS)),
        ([], tuple(CHAPTERS)),
    ],
)
def test_what_is_loaded_for_a_call(called: list[str], chapters: tuple[str, ...]) -> None:
    assert chapters_for(called) == chapters


def test_help_still_lists_every_command() -> None:
    text = parser().format_help()
    for names in CHAPTERS.values():
        assert all(f"  {name} " in text or f"  {name}\n" in text for name in names)


def test_opening_the_desk_reads_neither_the_rules_nor_another_chapter() -> None:
    """What a person waits for before the first window: settings, words and one chapter."""
    asked = (
        "import sys\n"
        "from workbench.__main__ import chapters_for, parser\n"
        "parser(chapters_for(['run'])).parse_args(['run'])\n"
        "import workbench.app\n"
        "print(*sorted(m for m in sys.modules if m.startswith('workbench.')))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    rules = {name for name in out if name.startswith("workbench.rules.")}
    assert rules <= {"workbench.rules.refusals", "workbench.rules.words",
                     "workbench.rules.disk_words"}  # fmt: skip
    rooms = {name.split(".")[1] for name in out}
    assert rooms <= {"__main__", "app", "commands", "rules", "settings"}
    chapters = {name.split(".")[2] for name in out if name.startswith("workbench.commands.")}
    assert chapters == {"call_words", "desk", "surroundings"}


def test_the_way_to_a_server_is_read_without_the_database_library() -> None:
    """The sign-in window says where the server is; the library comes on sign-in."""
    asked = (
        "import sys\n"
        "from pathlib import Path\n"
        "from workbench.app import place_of\n"
        "place = place_of(Path('/nowhere/centre'), 'postgresql://db.example:5432/centre')\n"
        "print(place.server, sorted({'sqlalchemy', 'psycopg'} & set(sys.modules)))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout
    assert out == "db.example/centre []\n"
