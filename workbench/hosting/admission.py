"""Admission of plugins, one candidate at a time, in the order of house section 4.

API range -> import -> trial registration -> records -> build -> registered. Any failure is a named
:class:`AdmissionFault`; the others go on. Called by :func:`workbench.hosting.host.open_host`.
"""

from __future__ import annotations

import importlib
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from workbench.api.api_range import fits, version_text
from workbench.api.brought import Brought
from workbench.api.collecting import collect, implements_hooks, said
from workbench.api.data_plugin import data_plugin
from workbench.api.manifest import PluginManifest, package_folder, read_manifest
from workbench.api.records import AdmissionFault
from workbench.hosting.builds import build_of, changed_files
from workbench.hosting.finding import Candidate
from workbench.hosting.resting import BLOCK_SECONDS
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, listed

PublishedBuild = Callable[[str], str | None]
"""Plugin name to the build that this centre published; ``None`` where none was."""
BUILT_IN: Final = "built-in"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A plugin that passed. ``build`` is 64 hex digits, ``development`` or ``built-in``;
    ``folder`` is where its code lies, for blaming by traceback."""

    manifest: PluginManifest
    version: str
    build: str
    plugin: object
    brought: Brought
    folder: str

    @property
    def name(self) -> str:
        """The plugin's name: its package, its entry point and its key everywhere."""
        return self.manifest.name


class _Failed(Exception):
    """Ends the admission of one candidate; carries its faults."""

    def __init__(self, *faults: AdmissionFault) -> None:
        super().__init__()
        self.faults = faults


def admit(
    candidate: Candidate, published_build: PublishedBuild | None = None
) -> Admitted | tuple[AdmissionFault, ...]:
    """Admit one candidate, or say why not. Without ``published_build`` nothing is compared (when
    publishing). Never raises for anything the plugin does, ``sys.exit`` included."""
    try:
        manifest = _manifest(candidate)
        plugin = _plugin(candidate)
        brought = _records(candidate, plugin, manifest)
        build = _build(candidate, published_build)
        folder = str(package_folder(candidate.package))
        return Admitted(manifest, candidate.version, build, plugin, brought, folder)
    except _Failed as failed:
        return failed.faults
    except Exception as trouble:  # broken metadata: an entry point, RECORD, direct_url.json
        text = _("The installed files of the plugin cannot be read: {why}")
        report = "".join(traceback.format_exception(trouble))
        message = text.format(why=said(trouble))
        return _fault(candidate, "build", "broken_install", message, _again(), report).faults


def admit_built_in(plugin: object, manifest: PluginManifest, version: str) -> Admitted:
    """The standard plugin, by the same collecting; a fault in it is a Refusal, not a rest."""
    brought, faults = collect(plugin, manifest, version)
    if faults:
        first = faults[0]
        raise Refusal(first.code, first.message, _("Correct the item files of the centre."))
    return Admitted(manifest, version, BUILT_IN, plugin, brought, "")


def _fault(
    candidate: Candidate, stage: str, code: str, message: str, remedy: str, report: str = ""
) -> _Failed:
    return _Failed(
        AdmissionFault(candidate.name, candidate.version, stage, code, message, remedy, report)
    )


def _manifest(candidate: Candidate) -> PluginManifest:
    try:
        manifest = read_manifest(candidate.package)
        held = fits(manifest.api)
    except Refusal as refusal:
        raise _fault(
            candidate, "api_range", refusal.code, refusal.message, refusal.remedy
        ) from refusal
    if not held:
        text = _("The plugin is made for API {range}; this desk has {version}.")
        raise _fault(
            candidate, "api_range", "api_range",
            text.format(range=manifest.api, version=version_text()),
            _("Install the version of the plugin that fits this desk."),
        )  # fmt: skip
    if not candidate.name == manifest.name == candidate.package:
        text = _("Entry point, package and plugin.toml name the plugin differently: {names}.")
        names = listed((candidate.name, candidate.package, manifest.name))
        raise _fault(
            candidate, "api_range", "name_differs", text.format(names=names), _ask_author()
        )
    return manifest


def _plugin(candidate: Candidate) -> object:
    """The imported entry module, or a data plugin where it implements nothing."""
    started = time.monotonic()
    try:
        module = importlib.import_module(candidate.entry.module)
    except (Exception, SystemExit) as trouble:
        raise _fault(
            candidate, "import", "import_failed",
            _("The plugin cannot be loaded: {why}").format(why=said(trouble)),
            _ask_author(), "".join(traceback.format_exception(trouble)),
        ) from trouble  # fmt: skip
    _refuse_slow(candidate, "import", time.monotonic() - started)
    if implements_hooks(module):
        return module
    try:
        return data_plugin(candidate.package)
    except Refusal as refusal:
        raise _fault(
            candidate, "import", refusal.code, refusal.message, refusal.remedy
        ) from refusal


def _records(candidate: Candidate, plugin: object, manifest: PluginManifest) -> Brought:
    longest = 0.0

    def measured(call: Callable[[], Any]) -> Any:
        nonlocal longest
        started = time.monotonic()
        try:
            return call()
        finally:
            longest = max(longest, time.monotonic() - started)

    brought, faults = collect(plugin, manifest, candidate.version, measured)
    if faults:
        raise _Failed(*(replace(fault, version=candidate.version) for fault in faults))
    _refuse_slow(candidate, "hooks", longest)
    return brought


def _refuse_slow(candidate: Candidate, stage: str, seconds: float) -> None:
    if seconds > BLOCK_SECONDS:
        text = _("The plugin kept the desk from answering for {seconds} seconds.")
        raise _fault(
            candidate, stage, "too_slow", text.format(seconds=f"{seconds:.1f}"), _ask_author()
        )


def _build(candidate: Candidate, published_build: PublishedBuild | None) -> str:
    changed = changed_files(candidate.distribution)
    if changed:
        text = _("Files of the plugin were changed after it was installed: {files}.")
        raise _fault(
            candidate, "build", "files_changed", text.format(files=listed(changed[:5])),
            _again(),
        )  # fmt: skip
    build = build_of(candidate.distribution)
    if published_build is None:
        return build
    published = published_build(candidate.name)
    if published is None:
        text = _("The plugin has not been published in this centre.")
        raise _fault(candidate, "build", "not_published", text, _publish())
    if published != build:
        text = _("This desk has another build of the plugin than the centre published.")
        raise _fault(candidate, "build", "build_differs", text, _publish())
    return build


def _ask_author() -> str:
    return _("Ask the plugin's author; the standard approval pane is in use meanwhile.")


def _again() -> str:
    return _("Install the plugin again.")


def _publish() -> str:
    return _("Install the published build, or have this one published.")
