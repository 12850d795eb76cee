"""Rows of marks on materials to records and back; which of them stand, in what order.

Called by ``mark_room`` and, for what is the same there, by the server's ``server_marks``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from workbench.rules.case import Part
from workbench.rules.material_marks import MOST_LETTERS, MarkKind, MaterialMark, NewMark
from workbench.rules.materials import Clip
from workbench.rules.moment import Moment
from workbench.store.tables import PART_TABLES, material_mark

M = material_mark.c
MOST_FIELD: Final = 200
"""Letters of the path of a form field."""
FIELDS: Final = (
    "mark_id", "sha256", "page", "place_left", "place_top", "place_right", "place_bottom", "kind",
    "words", "field", "made_by", "made_at",
)  # fmt: skip
_SHOWN: Final = tuple(M[name] for name in FIELDS)
_ORDER: Final = func.coalesce(M.first_id, M.mark_id)
"""A mark that was reworded keeps its place in the order in which they were made."""


def mark_of(row: Sequence[Any]) -> MaterialMark:
    """A mark from the columns of :data:`FIELDS`."""
    mark_id, sha256, page, left, top, right, bottom, kind, words, field, made_by, made_at = row
    place = Clip(float(left), float(top), float(right), float(bottom))
    mark = NewMark(sha256, int(page), place, MarkKind(kind), words, field)
    return MaterialMark(int(mark_id), mark, made_by, int(made_at))


def values_of(mark: NewMark) -> dict[str, Any]:
    """The columns of what somebody wants to put up."""
    place = mark.place
    return {
        "sha256": mark.sha256, "page": mark.page, "place_left": float(place.left),
        "place_top": float(place.top), "place_right": float(place.right),
        "place_bottom": float(place.bottom), "kind": mark.kind.value, "words": mark.text,
        "field": mark.field,
    }  # fmt: skip


def fits(mark: NewMark) -> bool:
    """Whether it is a mark at all: on a page, within it, not too long, a link with its field."""
    place = mark.place
    sides = (place.left, place.top, place.right, place.bottom)
    return (
        mark.page >= 0
        and all(math.isfinite(one) and 0 <= one <= 1 for one in sides)
        and place.left <= place.right and place.top <= place.bottom
        and len(mark.text) <= MOST_LETTERS and len(mark.field) <= MOST_FIELD
        and bool(mark.field) == (mark.kind is MarkKind.LINK)
    )  # fmt: skip


def newest_links(marks: Iterable[MaterialMark]) -> tuple[MaterialMark, ...]:
    """Without the links of a field that a later one has taken over."""
    listed = tuple(marks)
    last = {one.mark.field: one.mark_id for one in listed if one.mark.kind is MarkKind.LINK}
    return tuple(
        one for one in listed
        if one.mark.kind is not MarkKind.LINK or last[one.mark.field] == one.mark_id
    )  # fmt: skip


def standing(sql: Connection, case_id: int) -> tuple[MaterialMark, ...]:
    """All that stand on the materials of the case, in the order in which they were made."""
    wanted = select(*_SHOWN).where(M.case_id == case_id, M.removed_at.is_(None))
    return tuple(mark_of(tuple(row)) for row in sql.execute(wanted.order_by(_ORDER)))


def how_many(sql: Connection, case_id: int) -> int:
    """Marks that stand."""
    wanted = select(func.count()).where(M.case_id == case_id, M.removed_at.is_(None))
    return int(sql.execute(wanted).scalar_one())


def is_material(sql: Connection, case_id: int, sha256: str) -> bool:
    """Whether that file was ever handed in as a material of the case."""
    p = PART_TABLES[Part.MATERIALS].c
    wanted = select(p.entry_id).where(p.case_id == case_id, p.content_sha256 == sha256)
    return bool(sha256) and sql.execute(wanted.limit(1)).first() is not None


def row_of(sql: Connection, mark_id: int) -> Any:
    """The whole row of a mark; ``None`` where there is none."""
    return sql.execute(select(material_mark).where(M.mark_id == mark_id)).one_or_none()


def write(sql: Connection, **values: Any) -> int:
    """A new row; its number."""
    done = sql.execute(insert(material_mark).values(**values))
    found = done.inserted_primary_key
    assert found is not None
    return int(found[0])


def end(sql: Connection, mark_id: int, at: Moment) -> None:
    """It stands no longer; the row stays."""
    sql.execute(update(material_mark).where(M.mark_id == mark_id).values(removed_at=at))
