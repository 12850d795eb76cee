"""Rows of saved views to records and back, and who works in whose department.

What stands in a row was written by a desk of this or another version, so that a view which cannot
be read is left out and never in the way. Called by ``view_room`` and the server's ``server_views``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Text, cast, false, literal, select, union

from workbench.rules.case import State
from workbench.rules.case_view import DueWithin, WorklistFilter, WorklistOrder
from workbench.rules.moment import Moment
from workbench.rules.saved_views import MOST_LETTERS, SavedView
from workbench.store.tables import app_user, appointment, membership, saved_view

V = saved_view.c
GROUPS: Final = frozenset({"all", "mine", "pool", *(one.value for one in State)})
MOST_BODY: Final = 8_000
"""Letters of a view's question, as canonical JSON."""
_LISTS: Final = ("items", "channels", "sites", "holders")


def body_of(view: SavedView) -> dict[str, Any]:
    """What is asked, as it is kept."""
    asked = view.filter
    return {
        "group": view.group, "order": view.order.value, "descending": view.descending,
        "filter": {
            **{name: list(getattr(asked, name)) for name in _LISTS},
            "due": asked.due.value if asked.due else None,
            "received_from": asked.received_from, "received_to": asked.received_to,
        },
    }  # fmt: skip


def named_well(view: SavedView) -> bool:
    """Whether name and group are such."""
    return 0 < len(view.name.strip()) <= MOST_LETTERS and view.group in GROUPS


def view_of(view_id: int, owner: str, name: str, shared: bool, body: str) -> SavedView | None:
    """The view of a row; ``None`` where it asks what this version does not know."""
    try:
        said = json.loads(body)
        asked = said["filter"]
        if said["group"] not in GROUPS:
            return None
        return SavedView(
            int(view_id), str(name), owner, bool(shared), said["group"],
            WorklistOrder(said["order"]), bool(said["descending"]), _filter(asked),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


def _filter(asked: Mapping[str, Any]) -> WorklistFilter:
    items, channels, sites, holders = (tuple(str(x) for x in asked[name]) for name in _LISTS)
    first, last = (
        None if asked[name] is None else int(asked[name])
        for name in ("received_from", "received_to")
    )
    due = DueWithin(asked["due"]) if asked["due"] is not None else None
    return WorklistFilter(items, channels, sites, holders, due, first, last)


def in_order(rows: Iterable[Any], who: str) -> tuple[SavedView, ...]:
    """Own ones first, then shared ones of others; each by name."""
    found = [one for one in (view_of(*row) for row in rows) if one is not None]
    return tuple(sorted(found, key=lambda one: (one.owner != who, one.name, one.view_id)))


def _departments(at: Moment) -> Any:
    """Login and department: where he is placed, and where he has a post or a letter in force."""
    u, m, a = app_user.c, membership.c, appointment.c
    return union(
        select(u.login, u.department).where(u.department.is_not(None)),
        select(m.login, m.department).where(
            m.department.is_not(None), m.valid_from <= at, at < m.valid_to
        ),
        select(a.login, a.department).where(
            a.valid_from <= at, at < a.valid_to, a.revoked_at.is_(None) | (a.revoked_at > at)
        ),
    )


def colleagues(who: str, at: Moment) -> Any:
    """The sign-in names of everybody of the person's departments, his own among them."""
    mine, theirs = _departments(at).subquery(), _departments(at).subquery()
    here = select(mine.c.department).where(mine.c.login == cast(literal(who), Text))
    return select(theirs.c.login).where(theirs.c.department.in_(here))


def seen(sql: Connection, who: str, at: Moment, shared: bool = True) -> list[Any]:
    """The rows of one's own views, with ``shared`` those of colleagues too."""
    others: ColumnElement[bool] = V.shared.is_(True) & V.owner.in_(colleagues(who, at))
    wanted = select(V.view_id, V.owner, V.name, V.shared, V.body)
    return list(sql.execute(wanted.where((V.owner == who) | (others if shared else false()))))
