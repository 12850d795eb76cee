"""For the tests of plugin authors: a desk that remembers, a sample case, the admission offline.

Nothing here needs a centre, a screen or the rest of the product. ``check_plugin("my_department")``
is the whole test a data-only department needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from workbench.api.api_range import fits, version_text
from workbench.api.brought import Brought
from workbench.api.collecting import collect, implements_hooks
from workbench.api.data_plugin import data_plugin
from workbench.api.desk import Otherwise, Then
from workbench.api.manifest import package_folder, read_manifest
from workbench.api.records import AdmissionFault
from workbench.rules.case import ENDED, Case, NewEntry, Part, PartEntry, State
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import CaseType, ItemVersion
from workbench.rules.events import canonical, sha256_text
from workbench.rules.masking import mask_name
from workbench.rules.materials import Clip, PagePicture
from workbench.rules.moment import Moment, at_local
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _

SAMPLE_DAY: Final = at_local(date(2026, 1, 5), 9, 0)
"""Monday, 5 January 2026, 09:00 local: the moment of a sample case."""
SAMPLE_APPLICANT: Final[Mapping[str, str]] = {
    "name": "张小样",
    "id_number": "990101199003070015",
    "phone": "13900000000",
    "address": "青云区青石街道1号",
}
"""A synthetic person of the region 990101, which does not exist."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One move a pane asked for."""

    name: str
    fields: Mapping[str, Any]
    entries: tuple[NewEntry, ...]
    then: Then | None
    otherwise: Otherwise | None

    def entry(self, kind: str) -> Mapping[str, Any]:
        """The body of its entry of that kind; KeyError where it brings none."""
        return {one.kind: one.body for one in self.entries}[kind]


class FakeDesk:
    """A :class:`~workbench.api.desk.Desk` that records what a pane asks and answers on demand.

    ``refuse_with`` makes every proposal end in that trouble. Slow functions run at once.
    """

    def __init__(self, view: CaseView, refuse_with: Trouble | None = None) -> None:
        self._view = view
        self.refuse_with = refuse_with
        self.proposals: list[Proposal] = []
        self.pages: list[tuple[PartEntry, int, Clip | None]] = []
        self.attached: list[str] = []
        self.reused: list[tuple[str, str]] = []
        self.seal_asked = 0
        self.troubles: list[Trouble] = []

    def view(self) -> CaseView:
        return self._view

    def now_shows(self, view: CaseView) -> None:
        """The case has moved on: what the next :meth:`view` returns."""
        self._view = view

    def propose(
        self,
        move_name: str,
        fields: Mapping[str, Any] | None = None,
        entries: Sequence[NewEntry] = (),
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        asked = Proposal(move_name, dict(fields or {}), tuple(entries), then, otherwise)
        self.proposals.append(asked)
        self._answer(self._view, then, otherwise)

    def attach_material(
        self, material_code: str, then: Then | None = None, otherwise: Otherwise | None = None
    ) -> None:
        self.attached.append(material_code)
        self._answer(self._view, then, otherwise)

    def reuse_material(
        self,
        material_code: str,
        sha256: str,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        self.reused.append((material_code, sha256))
        self._answer(self._view, then, otherwise)

    def ask_for_seal(self, then: Then | None = None, otherwise: Otherwise | None = None) -> None:
        self.seal_asked += 1
        self._answer(self._view, then, otherwise)

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        then: Then | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        try:
            value = function(*args)
        except Trouble as trouble:
            self.troubles.append(trouble)
            if otherwise is not None:
                otherwise(trouble)
            return
        if then is not None:
            then(value)

    def show_page(self, material: PartEntry, page: int, place: Clip | None = None) -> None:
        self.pages.append((material, page, place))

    def _answer(self, value: object, then: Then | None, otherwise: Otherwise | None) -> None:
        if self.refuse_with is None:
            if then is not None:
                then(value)
            return
        self.troubles.append(self.refuse_with)
        if otherwise is not None:
            otherwise(self.refuse_with)


class FakePictures:
    """A :class:`~workbench.api.desk.PictureSource` of grey pages, drawn at once."""

    def __init__(self, pages: int = 3) -> None:
        self._pages = pages
        self.asked: list[tuple[int, int]] = []

    def page_count(self) -> int:
        return self._pages

    def ask(
        self,
        page: int,
        width_px: int,
        then: Callable[[PagePicture], None],
        otherwise: Otherwise | None = None,
    ) -> None:
        self.asked.append((page, width_px))
        height = width_px * 297 // 210
        data = bytes([200]) * (width_px * height)
        then(PagePicture(width_px, height, width_px, "GRAY8", width_px, height, False, data))


@dataclass(frozen=True, slots=True)
class SampleMaterial:
    """One material of a sample case; the file does not exist."""

    code: str
    pages: int = 1
    kind: str = "pdf"
    name: str = field(default="")


def sample_view(
    item: ItemVersion,
    state: State = State.PENDING_ACCEPTANCE,
    values: Mapping[str, str] | None = None,
    materials: Sequence[SampleMaterial] | None = None,
    moves: Sequence[str] = (),
    blocked: Mapping[str, Refusal] | None = None,
    at: Moment = SAMPLE_DAY,
) -> CaseView:
    """One case of ``item`` as its representative on duty sees it, everything granted.

    Without ``materials`` every line of the first situation's list is there with one page.
    """
    situation = item.situations[0].code if item.situations else ""
    listed = item.materials_for(situation)
    scans = materials if materials is not None else [SampleMaterial(m.code) for m in listed]
    form = {"applicant": dict(SAMPLE_APPLICANT), "values": dict(values or {})}
    bodies = [_material_body(one) for one in scans]
    entries = {
        Part.FORM: (_entry(1, Part.FORM, "form", form, at),),
        Part.MATERIALS: tuple(
            _entry(no, Part.MATERIALS, "material", body, at) for no, body in enumerate(bodies, 2)
        ),
    }
    return CaseView(
        sample_case(item, state, situation, at), item, frozenset(Part), state, at,
        entries=entries, moves=tuple(moves), blocked=dict(blocked or {}),
    )  # fmt: skip


def sample_case(item: ItemVersion, state: State, situation: str, at: Moment) -> Case:
    """The meta part of the sample case."""
    accepted = state not in (State.DRAFT, State.RECEIVED, State.PENDING_ACCEPTANCE)
    return Case(
        case_id=1, case_no=f"{item.item_code}202601050001", short_no="SJ-20260105-0001",
        item_code=item.item_code, item_version=item.version, department=item.department_code,
        state=state, applicant_masked=mask_name(SAMPLE_APPLICANT["name"]), channel="window",
        site="qingyun_centre", registrar="wang.fang", version=3, last_hash="0" * 64,
        situation=situation, received_at=at, pushed_at=at,
        accepted_at=at if accepted and state not in ENDED else None,
        immediate=item.case_type is CaseType.IMMEDIATE, exercise=True,
    )  # fmt: skip


def _material_body(one: SampleMaterial) -> dict[str, Any]:
    file = one.name or f"{one.code}.{one.kind}"
    digest = sha256_text(file)
    return {"code": one.code, "file": file, "sha256": digest, "bytes": 1000, "kind": one.kind,
            "pages": one.pages}  # fmt: skip


def _entry(no: int, part: Part, kind: str, body: Mapping[str, Any], at: Moment) -> PartEntry:
    return PartEntry(no, 1, part, kind, "wang.fang", at, body, sha256_text(canonical(body)))


def check_plugin(
    module: ModuleType | object, package: str = "", folder: Path | None = None, version: str = "0"
) -> tuple[Brought, tuple[AdmissionFault, ...]]:
    """Run the admission offline on an imported entry module (or plugin object).

    Returns what it brings and every fault; no faults means a desk would admit it. Refusals of the
    manifest (missing, misspelt key) are raised, as an author wants to see them.
    """
    name = package or str(getattr(module, "__name__", "")).partition(".")[0]
    place = folder or package_folder(name)
    manifest = read_manifest(name, place)
    if not fits(manifest.api):
        text = _("The plugin is made for API {range}; this is {version}.")
        fault = AdmissionFault(
            name, version, "api_range", "api_range",
            text.format(range=manifest.api, version=version_text()),
        )  # fmt: skip
        return Brought(), (fault,)
    plugin = module if implements_hooks(module) else data_plugin(name, place)
    return collect(plugin, manifest, version)
