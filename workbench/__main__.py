"""The command line ``workbench``: parses, hands over, turns troubles into exit codes."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from workbench import __version__, settings
from workbench.commands import call_words
from workbench.commands.surroundings import WrongCall
from workbench.rules import words
from workbench.rules.disk_words import cause
from workbench.rules.refusals import Fault, Outage, Trouble
from workbench.rules.words import _

CHAPTERS: Final = {
    "desk": ("run", "demo"),
    "cases": ("intake", "cases", "case", "move", "explain"),
    "results": ("freeze", "press", "document", "issue", "acknowledge", "archive"),
    "papers": ("inspect", "render"),
    "verify": ("verify", "verify-page"),
    "roster": ("roster",),
    "people": ("user",),
    "seals": ("seal",),
    "paper_copies": ("copies",),
    "accounts": ("accounts",),
    "outside": ("slot",),
    "centre": ("centre", "backup", "plugin", "due"),
    "audit": ("audit",),
}
"""The modules of ``workbench.commands`` and the commands that each has, in the order of the help.
A call loads the chapter of its own command: opening the desk does not wait for the others."""


def chapters_for(called: Sequence[str]) -> tuple[str, ...]:
    """The chapter whose command is called; all of them for help, or where none is named."""
    words_left = iter(called)
    for word in words_left:
        if word in ("--home", "--language"):
            next(words_left, None)
        elif not word.startswith("-"):
            return tuple(one for one, names in CHAPTERS.items() if word in names) or tuple(CHAPTERS)
        elif not word.startswith(("--home=", "--language=")):
            break
    return tuple(CHAPTERS)


class Help(argparse.HelpFormatter):
    """As wide as the terminal. Python's own way to ask loads every kind of archive first, at each
    option that is added."""

    def __init__(self, prog: str) -> None:
        wide = os.environ.get("COLUMNS", "")
        width = int(wide) if wide.isdecimal() and int(wide) else 0
        if not width:
            with contextlib.suppress(OSError, ValueError, AttributeError):
                width = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        super().__init__(prog, width=(width or 80) - 2)


class Parser(argparse.ArgumentParser):
    """Of the whole call and of each command."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**{"formatter_class": Help, **words})


def parser(chapters: Sequence[str] = tuple(CHAPTERS)) -> argparse.ArgumentParser:
    """The commands of these chapters. Built after the language is set, so help is in it."""
    top = Parser(
        prog="workbench", description=_("One-seal approval workbench"), allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=__version__,
                     help=_("show the version and exit"))  # fmt: skip
    top.add_argument("--home", metavar="DIR", help=_("where centres are kept"))
    top.add_argument("--language", choices=settings.LANGUAGES, help=_("language of all texts"))
    # With its name given, nothing has to be asked of the terminal.
    commands = top.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="workbench"
    )
    for chapter in chapters:
        import_module(f"workbench.commands.{chapter}").add(commands)
    return top


def language(words_of_call: Sequence[str]) -> str:
    """Chinese unless the call or the environment asks for English."""
    for place, word in enumerate(words_of_call):
        if word == "--language" and place + 1 < len(words_of_call):
            asked = words_of_call[place + 1]
            return asked if asked in settings.LANGUAGES else "zh_CN"
        if word.startswith("--language="):
            return word.partition("=")[2] if word[11:] in settings.LANGUAGES else "zh_CN"
    local = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if local.startswith("en") else "zh_CN"


def speak_anyhow() -> None:
    """A terminal without some character is given its code; that is no reason to break off."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _need_texts(asked: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """A file may be named in any bytes; every other word is a text. Ends the call otherwise."""
    for value in vars(args).values():
        for word in value if isinstance(value, list) else (value,):
            if isinstance(word, str) and any("\ud800" <= char <= "\udfff" for char in word):
                text = _("{word} is not written in the character set of this terminal.")
                asked.error(text.format(word=word))


def _exit_code(trouble: Trouble) -> int:
    for kind, code in ((Fault, 4), (Outage, 3), (WrongCall, 2)):
        if isinstance(trouble, kind):
            return code
    return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit codes are explained in :mod:`workbench.commands`."""
    speak_anyhow()
    called = list(sys.argv[1:] if arguments is None else arguments)
    code = language(called)
    words.use(settings.translations(code), code)
    call_words.speak()
    asked = parser(chapters_for(called))
    args = asked.parse_args(called)
    _need_texts(asked, args)
    try:
        with contextlib.ExitStack() as args.at_end:
            return int(args.run(args))
    except Trouble as trouble:
        print(str(trouble), file=sys.stderr)
        return _exit_code(trouble)
    except OSError as trouble:
        if isinstance(trouble, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        place = trouble.filename or _("the disk")
        text = _("{place} does not take or give data: {said}.")
        print(text.format(place=place, said=cause(trouble)), file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
