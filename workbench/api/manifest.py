"""``plugin.toml``: what a department package says of itself, and all its offers as data.

Read before the package is imported (the API range stands here), by hosting and by
:mod:`workbench.api.data_plugin`. Unknown keys are refused, so a misspelt one is never silent.
"""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbench.api.records import CheckOffer, PaneOffer, ResultOffer, ViewerOffer
from workbench.rules.catalogue import ItemVersion, parse_item, parse_template
from workbench.rules.catalogue_reading import read_record
from workbench.rules.catalogue_records import DocumentTemplate
from workbench.rules.publication import StampingOffer
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

FILE: Final = "plugin.toml"


@dataclass(frozen=True, slots=True)
class Without:
    """Why a department goes without one of the three hooks."""

    hook: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class PluginManifest:
    """The table ``plugin.toml``. ``api`` is a range such as ``>=1.0,<2``; ``departments`` are the
    codes the plugin owns. Everything after ``name_en`` may be left out."""

    name: str
    api: str
    departments: tuple[str, ...]
    name_zh: str
    name_en: str
    panes: tuple[PaneOffer, ...] = ()
    viewers: tuple[ViewerOffer, ...] = ()
    stamping: tuple[StampingOffer, ...] = ()
    results: tuple[ResultOffer, ...] = ()
    checks: tuple[CheckOffer, ...] = ()
    without: tuple[Without, ...] = ()


def package_folder(package: str) -> Path:
    """Where a top-level package lies, found without importing it.

    Refusal ``plugin.package_missing`` where there is no such package folder.
    """
    top = package.partition(".")[0]
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        spec = None
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise Refusal(
            "plugin.package_missing",
            _("The package {package} is not installed here.").format(package=top),
            _("Install the plugin again."),
        )
    return Path(places[0])


def read_manifest(package: str, folder: Path | None = None) -> PluginManifest:
    """The manifest of an installed package. Refusal ``plugin.manifest_missing``,
    ``plugin.not_toml`` or ``catalogue.shape``."""
    place = (folder or package_folder(package)) / FILE
    if not place.is_file():
        raise Refusal(
            "plugin.manifest_missing",
            _("The package {package} has no file {file}.").format(package=package, file=FILE),
            _("Add the file; the guide for plugin authors shows one."),
        )
    return read_record(PluginManifest, read_toml(place), FILE)


def read_items(package: str, folder: Path | None = None) -> tuple[ItemVersion, ...]:
    """Every ``items/*.toml`` of the package, in the order of the file names."""
    place = (folder or package_folder(package)) / "items"
    return tuple(parse_item(read_toml(file)) for file in sorted(place.glob("*.toml")))


def read_templates(package: str, folder: Path | None = None) -> tuple[DocumentTemplate, ...]:
    """Every ``templates/*.toml`` of the package: documents that several items share."""
    place = (folder or package_folder(package)) / "templates"
    return tuple(parse_template(read_toml(file)) for file in sorted(place.glob("*.toml")))


def read_toml(file: Path) -> Mapping[str, Any]:
    """The file as a table. Refusal ``plugin.not_toml`` names the file and the line."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise Refusal(
            "plugin.not_toml",
            _("{file} cannot be read: {why}").format(file=file.name, why=trouble),
            _("Correct the file."),
        ) from trouble
