"""The host of the plugins of one desk: who was admitted, who serves an item, who rests.

Opened by ``app`` (and by the command line for ``plugin list`` and ``publish``); the shell asks it
for panes, viewers and checks by item, and hands it every fault it catches.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from workbench import __version__
from workbench.api.field_rules import answer
from workbench.api.records import (
    ANY_ITEM,
    AdmissionFault,
    CheckAnswer,
    CheckOffer,
    PaneOffer,
    ResultOffer,
    ViewerOffer,
)
from workbench.hosting.admission import Admitted, PublishedBuild, admit, admit_built_in
from workbench.hosting.finding import Candidate, find
from workbench.hosting.guard import Guard, Outcome, blamed
from workbench.hosting.resting import PluginNotice, RestRegister
from workbench.hosting.standard import (
    NAME,
    StandardPlugin,
    read_item_folder,
    standard_manifest,
)
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import ItemVersion
from workbench.rules.publication import StampingOffer
from workbench.rules.words import _, pick
from workbench.settings import resources_dir

Offer = TypeVar("Offer", PaneOffer, ViewerOffer, ResultOffer, StampingOffer, CheckOffer)
Tell = Callable[[PluginNotice], None]


def sample_items_folder() -> Path:
    """Where the item files of departments without a plugin lie in the shipped sample centre."""
    return resources_dir() / "sample_centre" / "items"


def open_host(
    published_build: PublishedBuild | None = None,
    *,
    no_code: bool = False,
    without_plugins: bool = False,
    candidates: Sequence[Candidate] | None = None,
    items_folder: Path | None = None,
) -> Host:
    """Find and admit. ``no_code``: the session is a custodian's, so no department code is even
    imported (house section 1). ``without_plugins``: the safe start. Both leave the standard plugin.
    """
    items = read_item_folder(items_folder or sample_items_folder())
    standard = admit_built_in(StandardPlugin(items), standard_manifest(items), __version__)
    host = Host(standard)
    found = find() if candidates is None else candidates
    if no_code or without_plugins:
        host.loaded_before = tuple(c.package for c in found if c.package in sys.modules)
        return host
    for candidate in found:
        host.take(candidate.name, admit(candidate, published_build))
    return host


class Host:
    """Everything the desk knows about its plugins, keyed by their names."""

    def __init__(self, standard: Admitted, tell: Tell | None = None) -> None:
        self.standard = standard
        self.admitted: dict[str, Admitted] = {}
        self.faults: list[AdmissionFault] = []
        self.rest = RestRegister()
        self.guard = Guard()
        self.tell = tell
        self.loaded_before: tuple[str, ...] = ()
        """Department packages that another session had already loaded into this process when this
        host was opened without code: what is imported cannot be unloaded, only a fresh start
        takes it away."""

    # ------------------------------------------------------------ admission

    def take(self, name: str, found: Admitted | tuple[AdmissionFault, ...]) -> None:
        """Keep what was admitted, unless it claims what another plugin owns already."""
        if not isinstance(found, Admitted):
            self.faults.extend(found)
            return
        claimed = self._claimed(found)
        if claimed:
            self.faults.extend(claimed)
            return
        self.admitted[found.name] = found

    def _claimed(self, new: Admitted) -> list[AdmissionFault]:
        about = (new.name, new.version, "records")
        remedy = _("Only one plugin may own it; remove one of the two.")
        if new.name in self.admitted or new.name == NAME:
            text = _("There are two plugins named {name}.").format(name=new.name)
            return [AdmissionFault(*about, "duplicate_plugin", text, remedy)]
        others = (self.standard, *self.admitted.values())
        items = {i.item_code: o.name for o in others for i in o.brought.items}
        text = _("{what} already belongs to the plugin {name}.")
        faults = [
            AdmissionFault(
                *about, "duplicate_item", text.format(what=code, name=items[code]), remedy
            )
            for code in sorted({i.item_code for i in new.brought.items} & set(items))
        ]
        departments = {d: o.name for o in others for d in o.manifest.departments}
        for code in sorted(set(new.manifest.departments) & set(departments)):
            sentence = text.format(what=code, name=departments[code])
            faults.append(AdmissionFault(*about, "duplicate_department", sentence, remedy))
        return faults

    # ------------------------------------------------------------ who serves what

    def serving(self, item: ItemVersion) -> Admitted:
        """The plugin that serves the item: its department's, or the standard one where there is
        none or it rests."""
        for one in self.admitted.values():
            if item.department_code in one.manifest.departments and not self.rest.rests(one.name):
                return one
        return self.standard

    def pane(self, item: ItemVersion) -> PaneOffer:
        """The pane for the item; ``pane=None`` means the standard one."""
        return _chosen(self.serving(item).brought.panes, item) or PaneOffer((ANY_ITEM,))

    def viewer(self, item: ItemVersion, material_code: str) -> ViewerOffer:
        """The viewer for one material: an offer that names it goes before one for all."""
        offers = self.serving(item).brought.viewers
        naming = tuple(o for o in offers if material_code in o.material_codes)
        general = tuple(o for o in offers if not o.material_codes)
        return _chosen(naming, item) or _chosen(general, item) or ViewerOffer((ANY_ITEM,))

    def stamping(self, item: ItemVersion, document_code: str) -> StampingOffer | None:
        """How the document is sealed, or ``None`` where the template alone says it."""
        offers = self.serving(item).brought.stamping
        return _chosen(tuple(o for o in offers if o.document_code == document_code), item)

    def result(self, item: ItemVersion, granted: bool) -> ResultOffer | None:
        """The template of the decision, or ``None``: then the item's first template is taken."""
        wanted = "grant" if granted else "refuse"
        offers = self.serving(item).brought.results
        return _chosen(tuple(o for o in offers if o.decision == wanted), item)

    def check(self, view: CaseView, point_code: str) -> CheckAnswer | None:
        """What the machine says about one review point; ``None`` where no check was offered or the
        check failed (the fault has been noted then)."""
        serving = self.serving(view.item)
        offers = tuple(o for o in serving.brought.checks if o.point_code == point_code)
        offer = _chosen(offers, view.item)
        if offer is None:
            return None
        if offer.rule is not None:
            return answer(offer.rule, view)
        function = self.load(serving.name, offer.check or "")
        given = self.call(serving.name, function, view).value if function else None
        return given if isinstance(given, CheckAnswer) else None

    # ------------------------------------------------------------ calling

    def call(self, plugin: str, function: Callable[..., Any], *args: Any) -> Outcome:
        """Call the plugin's code on the UI thread; faults and blocks are noted and told."""
        outcome = self.guard.call(plugin, function, *args)
        if outcome.failed:
            self.note_fault(plugin, outcome.report)
        self.note_block(plugin, outcome.seconds)
        return outcome

    def load(self, plugin: str, reference: str) -> Any | None:
        """The class or function named ``"module:Name"``, or ``None`` (fault noted). Loading a pane
        may load Qt; hosting itself never does."""
        return self.call(plugin, _load, reference).value

    # ------------------------------------------------------------ faults

    def note_fault(self, plugin: str, report: str) -> None:
        """Count a fault of that plugin and tell the user where he should know."""
        one = self.admitted.get(plugin)
        if one is None:
            return
        title = pick(one.manifest.name_zh, one.manifest.name_en)
        self._say(self.rest.note_fault(plugin, title, one.version, report))

    def note_block(self, plugin: str, seconds: float) -> None:
        """The plugin held the UI thread for so long; over two seconds it rests."""
        one = self.admitted.get(plugin)
        if one is not None:
            self._say(self.rest.note_block(plugin, one.version, seconds))

    def blame(self, trace: TracebackType | None) -> str | None:
        """The plugin in the traceback of an uncaught exception (asked by ``sys.excepthook``)."""
        return blamed(trace, [(one.name, one.folder) for one in self.admitted.values()])

    def _say(self, notice: PluginNotice | None) -> None:
        if notice is not None and self.tell is not None:
            self.tell(notice)


def _chosen(offers: Iterable[Offer], item: ItemVersion) -> Offer | None:
    """The offer that names the item, else one for any item."""
    found = [o for o in offers if item.item_code in o.item_codes or ANY_ITEM in o.item_codes]
    return min(found, key=lambda o: item.item_code not in o.item_codes, default=None)


def _load(reference: str) -> Any:
    module, _sep, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
