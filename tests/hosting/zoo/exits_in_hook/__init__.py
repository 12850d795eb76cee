"""Misfit: its hook ends the program."""

import sys

from workbench.api import hookimpl


@hookimpl
def catalogue():
    sys.exit(4)
