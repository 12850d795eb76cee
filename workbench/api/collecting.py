"""Trial registration: what a plugin object brings, collected once, and everything wrong with it.

The second half of admission (house section 4), without entry points and builds, so that plugin
authors can run it offline through :mod:`workbench.api.testing`. Called by hosting.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pluggy

from workbench.api import hookspecs
from workbench.api.brought import Brought
from workbench.api.hookspecs import PROJECT, RECORD_HOOKS
from workbench.api.manifest import PluginManifest
from workbench.api.offer_checks import offer_faults
from workbench.api.records import (
    AdmissionFault,
)
from workbench.rules.words import _

Kind = TypeVar("Kind")
Guarded = Callable[[Callable[[], Any]], Any]


def new_plugin_manager() -> pluggy.PluginManager:
    """A plugin manager that knows our hooks and nobody else."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def implements_hooks(plugin: object) -> bool:
    """Whether anything in the object is marked with ``hookimpl`` (misspelt or not)."""
    return any(hasattr(one, f"{PROJECT}_impl") for one in vars(plugin).values()) or any(
        hasattr(getattr(type(plugin), name, None), f"{PROJECT}_impl") for name in dir(type(plugin))
    )


def collect(
    plugin: object, manifest: PluginManifest, version: str, guarded: Guarded | None = None
) -> tuple[Brought, tuple[AdmissionFault, ...]]:
    """Register for trial, call the record hooks once, validate. Never raises for the plugin's
    faults; ``guarded`` wraps each call (hosting measures it)."""
    trial = new_plugin_manager()
    about = (manifest.name, version)
    try:
        trial.register(plugin, name=manifest.name)
        trial.check_pending()
    except (pluggy.PluginValidationError, ValueError) as trouble:
        return Brought(), (
            AdmissionFault(
                *about, "hooks", "unknown_hook",
                _("A hook does not exist or has other arguments: {why}").format(why=trouble),
                _("Compare the names with the guide for plugin authors."),
            ),
        )  # fmt: skip
    offers: dict[str, tuple[Any, ...]] = {}
    for hook, kind in RECORD_HOOKS.items():
        found = _ask(trial, hook, kind, about, guarded or (lambda call: call()))
        if isinstance(found, AdmissionFault):
            return Brought(), (found,)
        offers[hook] = found
    brought = Brought(offers)
    texts = offer_faults(manifest, brought)
    return brought, tuple(
        AdmissionFault(*about, "records", code, text, _("Correct the plugin's data."))
        for code, text in texts
    )


def _ask(
    trial: pluggy.PluginManager, hook: str, kind: type, about: tuple[str, str], guarded: Guarded
) -> tuple[Any, ...] | AdmissionFault:
    caller = getattr(trial.hook, hook)
    try:
        answers = guarded(caller)
    except (Exception, SystemExit) as trouble:
        return AdmissionFault(
            *about, "records", "hook_raised",
            _("The hook {hook} failed: {why}").format(hook=hook, why=said(trouble)),
            _("Ask the plugin's author."), "".join(traceback.format_exception(trouble)),
        )  # fmt: skip
    return _flatten(answers, hook, kind, about)


def _flatten(
    answers: Sequence[Any], hook: str, kind: type, about: tuple[str, str]
) -> tuple[Any, ...] | AdmissionFault:
    found: list[Any] = []
    for answer in answers:
        found += list(answer) if isinstance(answer, (list, tuple)) else [answer]
    wrong = next((one for one in found if type(one) is not kind), None)
    if wrong is None:
        return tuple(found)
    text = _("The hook {hook} returned {found} where {wanted} is wanted.")
    return AdmissionFault(
        *about, "records", "wrong_record",
        text.format(hook=hook, found=type(wrong).__name__, wanted=kind.__name__),
        _("Return a list of the records of workbench.api."),
    )  # fmt: skip


def said(trouble: BaseException) -> str:
    """An exception in one line: its kind and what it said."""
    text = str(trouble)
    return f"{type(trouble).__name__}: {text}" if text else type(trouble).__name__
