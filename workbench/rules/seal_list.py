"""A list of seals as a table: read, checked whole, and only then any of them is entered.

A row is one seal; headings in Chinese or English, columns in any order. Every fault names row,
column and what is wrong (S020, S165). Also the totals of a register. Called by
``workbench seal import-register`` and ``seal totals``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from workbench.rules.list_table import empty_cells, read_table, repeated
from workbench.rules.moment import Moment
from workbench.rules.people import NO_END
from workbench.rules.person_list import RowFault
from workbench.rules.seal_custody import LARGEST_MM, SMALLEST_MM, Seal, SealKind, SealStatus
from workbench.rules.words import _

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "seal_id": ("seal_id", "印章编号"), "kind": ("kind", "印章种类"),
    "organ": ("organ", "用印单位"), "ring": ("ring", "印文"), "bottom": ("bottom", "下横文字"),
    "size": ("size_mm", "直径毫米"), "status": ("status", "状态"),
    "category": ("category", "业务类别"), "place": ("place", "存放地点"),
    "custodian": ("custodian", "保管人"), "box": ("box", "封存箱号"),
    "sealed_on": ("sealed_on", "封存日期"), "giver": ("giver", "交出人"),
    "receiver": ("receiver", "接收人"), "witness_1": ("witness_1", "见证人一"),
    "witness_2": ("witness_2", "见证人二"), "key_place": ("key_place", "密钥位置"),
}  # fmt: skip
NEEDED: Final = ("seal_id", "kind", "organ", "ring", "size", "status")
STATUSES: Final = (SealStatus.MADE, SealStatus.ACTIVE, SealStatus.SEALED_AWAY)
"""What a seal may be when it is entered from a list; ``active`` waits for the second person."""
_KINDS: Final = {
    "行政机关印章": SealKind.ORGAN_OFFICIAL, "行政审批专用章": SealKind.APPROVAL_SPECIAL,
    "受理专用章": SealKind.ACCEPTANCE_SPECIAL, "业务专用章": SealKind.BUSINESS_SPECIAL,
    "勘验专用章": SealKind.INSPECTION_SPECIAL,
    "不动产登记专用章": SealKind.REAL_ESTATE_REGISTRATION_SPECIAL, "钢印": SealKind.STEEL,
    **{one.value: one for one in SealKind},
}  # fmt: skip
_STATES: Final = {
    "已制作": SealStatus.MADE, "在用": SealStatus.ACTIVE, "封存": SealStatus.SEALED_AWAY,
    **{one.value: one for one in STATUSES},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedSeal:
    """One row: the seal as it stands on the list, who saw it put away, and what else is filed.

    ``form`` may have ``custodian``, ``box``, ``sealed_on`` (a date), ``giver``, ``receiver``.
    """

    seal: Seal
    witnesses: tuple[str, ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SealTotal:
    """How many seals of a category there are, by state."""

    category: str
    count: int
    by_status: Mapping[SealStatus, int]


def read_seals(raw: bytes, now: Moment) -> tuple[tuple[ListedSeal, ...], tuple[RowFault, ...]]:
    """The rows, or what is wrong with them. They are valid from ``now`` without end."""
    rows, wrong = read_table(raw, COLUMNS, NEEDED)
    seen: dict[str, int] = {}
    faults = [*wrong]
    for row, cells in rows:
        faults += [*_faults(row, cells), *repeated(row, cells, "seal_id", seen)]
    return ((), tuple(faults)) if faults else (tuple(_seal(cells, now) for _row, cells in rows), ())


def _faults(row: int, cells: Mapping[str, str]) -> Iterable[RowFault]:
    yield from empty_cells(row, cells, NEEDED)
    if cells["kind"] and cells["kind"] not in _KINDS:
        yield RowFault(row, "kind", _("There is no kind of seal “{text}”.").format(
            text=cells["kind"]))  # fmt: skip
    if cells["status"] and cells["status"] not in _STATES:
        yield RowFault(row, "status", _("A listed seal is made, active or sealed_away."))
    if cells["size"] and not (
        cells["size"].isdecimal() and SMALLEST_MM <= int(cells["size"]) <= LARGEST_MM
    ):
        yield RowFault(row, "size", _("A seal measures 35 to 45 mm."))
    if _STATES.get(cells["status"]) is SealStatus.SEALED_AWAY:
        yield from _away_faults(row, cells)


def _away_faults(row: int, cells: Mapping[str, str]) -> Iterable[RowFault]:
    """S165: with date, box and two witnesses."""
    yield from empty_cells(row, cells, ("box", "sealed_on", "witness_1", "witness_2"))
    if cells.get("sealed_on"):
        try:
            date.fromisoformat(cells["sealed_on"])
        except ValueError:
            yield RowFault(row, "sealed_on", _("Write the day as YYYY-MM-DD."))
    if cells.get("witness_1") and cells["witness_1"] == cells.get("witness_2"):
        yield RowFault(row, "witness_2", _("This step takes two different witnesses."))


def _seal(cells: Mapping[str, str], now: Moment) -> ListedSeal:
    status = _STATES[cells["status"]]
    seal = Seal(
        cells["seal_id"], _KINDS[cells["kind"]], cells["organ"], cells["ring"],
        cells.get("bottom", ""), int(cells["size"]), status, now, NO_END, "",
        category=cells.get("category", ""), place=cells.get("place", ""),
        box=cells.get("box", ""), key_place=cells.get("key_place") or "none",
    )  # fmt: skip
    names = ("custodian", "box", "sealed_on", "giver", "receiver")
    form = {name: cells[name] for name in names if cells.get(name)}
    witnesses = tuple(filter(None, (cells.get("witness_1"), cells.get("witness_2"))))
    return ListedSeal(seal, witnesses, form)


def totals(seals: Iterable[Seal]) -> tuple[SealTotal, ...]:
    """The register by category, in order of their names."""
    counted: dict[str, Counter[SealStatus]] = {}
    for one in seals:
        counted.setdefault(one.category, Counter())[one.status] += 1
    return tuple(
        SealTotal(category, by_status.total(), dict(by_status))
        for category, by_status in sorted(counted.items())
    )
