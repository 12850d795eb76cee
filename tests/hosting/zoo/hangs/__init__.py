"""Misfit: thinks for more than two seconds."""

import time

from workbench.api import hookimpl


@hookimpl
def approval_pane():
    time.sleep(2.1)
    return []
