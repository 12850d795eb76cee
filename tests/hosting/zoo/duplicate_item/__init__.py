"""Misfit: offers one item twice. The test lays the item file beside it."""

from workbench.api import CatalogueOffer, hookimpl, read_items


@hookimpl
def catalogue():
    items = read_items("duplicate_item")
    return [CatalogueOffer(items), CatalogueOffer(items)]
