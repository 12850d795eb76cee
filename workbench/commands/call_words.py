"""The words that Python's argument parser puts around a call, in the language in use.

``argparse`` looks its texts up in Python's own catalogue, which has no Chinese. It does so through
two names of its module, in every version that we run on (3.11 to 3.13); they are made to look here.
Called once by ``__main__`` before the parsers are built. An unlisted text stays English.
"""

from __future__ import annotations

import argparse
from typing import Final

from workbench.rules.words import N_, _

TEXTS: Final = (
    N_("usage: "), N_("positional arguments"), N_("options"), N_("%(heading)s:"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"), N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"), N_("one of the arguments %s is required"),
    N_("unrecognized arguments: %s"), N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"), N_("unexpected option string: %s"),
    N_("expected one argument"), N_("expected at most one argument"),
    N_("expected at least one argument"), N_("expected %s argument"), N_("expected %s arguments"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("unknown parser %(parser_name)r (choices: %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
)  # fmt: skip
"""Word for word as they stand in ``argparse``: a test compares them with the Python that runs."""


def _counted(one: str, many: str, number: int) -> str:
    text = one if number == 1 else many
    return _(text)


def speak() -> None:
    """From now on every parser that is built or fails speaks the language in use."""
    vars(argparse).update(_=_, ngettext=_counted)
