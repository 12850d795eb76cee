"""Misfit: is admitted, and keeps the desk waiting at the first notice."""

import time

from workbench.api import hookimpl


@hookimpl
def case_did_move(notice):
    time.sleep(2.1)
