"""Misfit: is admitted, and keeps the desk waiting whenever it checks."""

import time

from workbench.api import CatalogueOffer, CheckAnswer, CheckOffer, hookimpl, read_items


@hookimpl
def catalogue():
    return [CatalogueOffer(read_items("hangs_later"))]


@hookimpl
def review_checks():
    return [CheckOffer(("*",), "R01", "hangs_later:check")]


def check(view):
    time.sleep(2.1)
    return CheckAnswer(True, "好", "good")
