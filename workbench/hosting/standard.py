"""The standard plugin: serves every department that brings no plugin of its own, and stands in.

Itself a plugin: it answers the same hooks from the item files of a folder (the street office's in
the sample centre), by the same admission. Its panes are the standard form-first pane and viewer,
which the shell draws; its stamping follows the items' own templates. Decision: it lives in hosting
and not under ``plugins/``, because a desk must have it when no plugin can be found at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workbench.api.api_range import API_VERSION
from workbench.api.hookspecs import hookimpl
from workbench.api.manifest import PluginManifest, Without, read_toml
from workbench.api.records import (
    ANY_ITEM,
    CatalogueOffer,
    PaneOffer,
    ResultOffer,
    StampingOffer,
    ViewerOffer,
)
from workbench.rules.catalogue import ItemVersion, parse_item

NAME: Final = "standard"
COMPARED: Final = ("applicant_name", "item_name", "organ_name", "document_no", "issue_date")
"""What a custodian compares on any document."""


class StandardPlugin:
    """Everything from ``items``; panes and viewers without a class of their own."""

    def __init__(self, items: tuple[ItemVersion, ...] = ()) -> None:
        self._items = items

    @hookimpl
    def approval_pane(self) -> tuple[PaneOffer, ...]:
        """The standard form-first pane for everything."""
        return (PaneOffer((ANY_ITEM,)),)

    @hookimpl
    def material_viewer(self) -> tuple[ViewerOffer, ...]:
        """The standard viewer for everything."""
        return (ViewerOffer((ANY_ITEM,)),)

    @hookimpl
    def seal_stamping(self) -> tuple[StampingOffer, ...]:
        """Each sealed template of the items, where the template itself puts the seal."""
        return tuple(
            StampingOffer(t.code, (i.item_code,), t.seal_kind, t.placement, COMPARED)
            for i in self._items
            for t in i.documents
            if t.placement is not None
        )

    @hookimpl
    def catalogue(self) -> tuple[CatalogueOffer, ...]:
        """The items of departments without a plugin."""
        return (CatalogueOffer(self._items),)

    @hookimpl
    def result_document(self) -> tuple[ResultOffer, ...]:
        """The first template of each item that is no refusal document."""
        chosen = [(i, next((d for d in i.documents if d.notice != "N12"), None))
                  for i in self._items]  # fmt: skip
        return tuple(ResultOffer((i.item_code,), d.code) for i, d in chosen if d is not None)


def standard_manifest(items: tuple[ItemVersion, ...]) -> PluginManifest:
    """What the standard plugin says of itself: it owns the departments of its items."""
    departments = tuple(sorted({item.department_code for item in items}))
    return PluginManifest(
        NAME,
        f"=={API_VERSION[0]}.{API_VERSION[1]}",
        departments,
        "通用审批",
        "Standard approval",
        without=(
            Without("seal_stamping", "按事项文书模板用印", "Seals follow the items' templates"),
        ),
    )


def read_item_folder(folder: Path) -> tuple[ItemVersion, ...]:
    """Every ``*.toml`` of the folder. Refusals as of ``catalogue.parse_item``."""
    return tuple(parse_item(read_toml(file)) for file in sorted(folder.glob("*.toml")))
