"""A department without Python: its ``plugin.toml`` and ``items/`` turned into a plugin object.

Form first, widget second (house section 4). Hosting makes one of these for every package whose
entry module implements no hook; a plugin with code may take the parts it does not compute from it.
"""

from __future__ import annotations

from pathlib import Path

from workbench.api.hookspecs import hookimpl
from workbench.api.manifest import (
    PluginManifest,
    package_folder,
    read_items,
    read_manifest,
    read_templates,
)
from workbench.api.records import (
    CatalogueOffer,
    CheckOffer,
    PaneOffer,
    ResultOffer,
    StampingOffer,
    ViewerOffer,
)


class DataPlugin:
    """Implements every hook but the notice from the files of one package."""

    def __init__(self, manifest: PluginManifest, folder: Path) -> None:
        self.manifest = manifest
        self._folder = folder

    @hookimpl
    def approval_pane(self) -> tuple[PaneOffer, ...]:
        """``[[panes]]``."""
        return self.manifest.panes

    @hookimpl
    def material_viewer(self) -> tuple[ViewerOffer, ...]:
        """``[[viewers]]``."""
        return self.manifest.viewers

    @hookimpl
    def seal_stamping(self) -> tuple[StampingOffer, ...]:
        """``[[stamping]]``."""
        return self.manifest.stamping

    @hookimpl
    def catalogue(self) -> tuple[CatalogueOffer, ...]:
        """``items/*.toml`` and ``templates/*.toml``."""
        name = self.manifest.name
        items = read_items(name, self._folder)
        return (CatalogueOffer(items, read_templates(name, self._folder)),)

    @hookimpl
    def result_document(self) -> tuple[ResultOffer, ...]:
        """``[[results]]``."""
        return self.manifest.results

    @hookimpl
    def review_checks(self) -> tuple[CheckOffer, ...]:
        """``[[checks]]``."""
        return self.manifest.checks


def data_plugin(package: str, folder: Path | None = None) -> DataPlugin:
    """The plugin object of a package. Refusals as of :func:`manifest.read_manifest`."""
    place = folder or package_folder(package)
    return DataPlugin(read_manifest(package, place), place)
