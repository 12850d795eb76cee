"""Misfit: there is no such hook."""

from workbench.api import PaneOffer, hookimpl


@hookimpl
def aproval_pane():
    return [PaneOffer(("*",))]
