"""Misfit: its hook raises."""

from workbench.api import hookimpl


@hookimpl
def approval_pane():
    raise KeyError("pane")
