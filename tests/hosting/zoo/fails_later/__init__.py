"""Misfit: is admitted, and fails whenever it is used."""

from workbench.api import CatalogueOffer, CheckOffer, PaneOffer, hookimpl, read_items


@hookimpl
def catalogue():
    return [CatalogueOffer(read_items("fails_later"))]


@hookimpl
def approval_pane():
    return [PaneOffer(("*",), "fails_later.pane:Pane")]


@hookimpl
def review_checks():
    return [CheckOffer(("*",), "R01", "fails_later:check")]


def check(view):
    return 1 / 0
