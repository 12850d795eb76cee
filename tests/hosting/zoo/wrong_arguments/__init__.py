"""Misfit: the hook takes no such argument."""

from workbench.api import hookimpl


@hookimpl
def case_did_move(notice, session):
    del notice, session
