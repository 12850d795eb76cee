"""By what the inbox is sorted and what a row must also be: orders and filters as SQL and in words.

The same meaning on both engines; ``worklists`` puts these expressions together for a file,
``server.inbox_asked`` writes its own text from the same values. A statement is built once for a
shape of question (which filters there are, not what they ask), the values are bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    or_,
    select,
    true,
    union,
)
from sqlalchemy import literal_column as written

from workbench.rules.case import Case
from workbench.rules.case_view import DueWithin, SortKey, WorklistOrder, WorklistQuery
from workbench.rules.moment import DAY, HOUR, Moment, at_local, to_local
from workbench.store.facts_people_sql import Truth
from workbench.store.sight_sql import ASKER, tested
from workbench.store.tables import NO_DUE, case_file

C = case_file.c

SHOWN: Final = case((C.settle_at <= ASKER.at, C.settle_to), else_=C.state)
"""The state with deemed results derived (domain 3.4, rule 1)."""

SHOWN_DUE: Final = case((C.settle_at <= ASKER.at, C.settle_due), else_=C.sort_due)
"""When the case is due in the state shown."""

RECEIVED_TEXT: Final = f"coalesce(received_at, {NO_DUE})"
"""Not received yet is later than all that is. Written out, because an index is made of it on a file
(revision 0009) and on a server (``server_indexes``)."""
HOLDER_TEXT: Final = "coalesce(holder, '')"

SORTED_BY: Final[Mapping[WorklistOrder, ColumnElement[Any]]] = {
    WorklistOrder.DUE: SHOWN_DUE,
    WorklistOrder.RECEIVED: written(RECEIVED_TEXT, BigInteger),
    WorklistOrder.NUMBER: C.case_no,
    WorklistOrder.ITEM: C.item_code,
    WorklistOrder.HOLDER: written(HOLDER_TEXT, Text),
}

_AFTER: Final[Mapping[bool, ColumnElement[Any]]] = {
    True: bindparam("after_key", type_=Text), False: bindparam("after_key", type_=BigInteger),
}  # fmt: skip
TEXTS: Final = (WorklistOrder.NUMBER, WorklistOrder.ITEM, WorklistOrder.HOLDER)
"""Orders whose keys are texts."""


def after_key(order: WorklistOrder) -> ColumnElement[Any]:
    """What a row's sort key is compared with."""
    return _AFTER[order in TEXTS]


def sort_key(order: WorklistOrder, one: Case, due: Moment) -> SortKey:
    """Where a case stands in that order; ``due`` is when it is due in the state shown."""
    keys: dict[WorklistOrder, Moment | str] = {
        WorklistOrder.DUE: due,
        WorklistOrder.RECEIVED: NO_DUE if one.received_at is None else one.received_at,
        WorklistOrder.NUMBER: one.case_no,
        WorklistOrder.ITEM: one.item_code,
        WorklistOrder.HOLDER: one.holder or "",
    }
    return keys[order], one.case_id


# -- filters ------------------------------------------------------------------------------------


def _any_of(name: str) -> ColumnElement[Any]:
    return bindparam(name, expanding=True)


_DUE_FROM: Final = bindparam("due_from", type_=BigInteger)
_DUE_TO: Final = bindparam("due_to", type_=BigInteger)
# What holds for every row that is due within, for the indexes of the two moments.
_PERHAPS_DUE: Final = C.case_id.in_(
    union(
        select(C.case_id).where(C.sort_due.between(_DUE_FROM, _DUE_TO)).correlate(None),
        select(C.case_id).where(C.settle_at <= ASKER.at).correlate(None),
    )
)
_RECEIVED: Final = SORTED_BY[WorklistOrder.RECEIVED]

TRUTHS: Final[Mapping[str, Truth]] = {
    "items": C.item_code.in_(_any_of("items")),
    "channels": C.channel.in_(_any_of("channels")),
    "sites": C.site.in_(_any_of("sites")),
    "holders": C.holder.in_(_any_of("holders")),
    "holders or nobody": or_(C.holder.in_(_any_of("holders")), C.holder.is_(None)),
    "due": and_(_PERHAPS_DUE, SHOWN_DUE.between(_DUE_FROM, _DUE_TO)),
    "received_from": and_(
        C.received_at.is_not(None), bindparam("received_from", type_=BigInteger) <= _RECEIVED
    ),
    "received_to": bindparam("received_to", type_=BigInteger) > _RECEIVED,
    "cases": C.case_id.in_(_any_of("cases")),
}

Asked = tuple[str, ...]
"""Which of :data:`TRUTHS` a question has."""


def asked_of(query: WorklistQuery) -> Asked:
    """The filters that the question has, and whether it is about certain cases alone."""
    wanted = query.filter
    found = [name for name in ("items", "channels", "sites") if getattr(wanted, name)]
    if wanted.holders:
        found.append("holders or nobody" if "" in wanted.holders else "holders")
    if wanted.due is not None:
        found.append("due")
    found += [
        name for name in ("received_from", "received_to") if getattr(wanted, name) is not None
    ]
    return (*found, "cases") if query.cases is not None else tuple(found)


_SAY_LITTLE: Final = ("channels", "sites")
"""A few values that very many cases share: an index of them is a long way round."""


def truth_of(asked: Asked, leading: bool = True) -> Truth:
    """All of them. ``leading``: the database may begin with them."""
    return and_(true(), *(TRUTHS[name] if leading else tested(TRUTHS[name]) for name in asked))


def counted_truth(asked: Asked, leading: bool) -> Truth:
    """The same for counting, where everything that fits is looked at once."""
    little = tuple(name for name in asked if name in _SAY_LITTLE)
    rest = tuple(name for name in asked if name not in _SAY_LITTLE)
    return and_(truth_of(little, False), truth_of(rest, leading))


def values_of(query: WorklistQuery, now: Moment) -> dict[str, Any]:
    """The values for :data:`TRUTHS`, whatever of them is asked."""
    wanted, asked = query.filter, asked_of(query)
    values: dict[str, Any] = {
        name: list(getattr(wanted, name))
        for name in ("items", "channels", "sites", "holders") if getattr(wanted, name)
    }  # fmt: skip
    if wanted.due is not None:
        values["due_from"], values["due_to"] = due_span(wanted.due, now)
    values |= {
        name: getattr(wanted, name)
        for name in ("received_from", "received_to") if name in asked
    }  # fmt: skip
    return values | ({"cases": list(query.cases)} if query.cases is not None else {})


def due_span(due: DueWithin, now: Moment) -> tuple[Moment, Moment]:
    """First and last moment meant. What is over at this moment is overdue and in no other span;
    nothing that has no moment is within any."""
    ends = {
        DueWithin.OVERDUE: now,
        DueWithin.HOUR: now + HOUR,
        DueWithin.TODAY: at_local(to_local(now).date() + timedelta(days=1)) - 1,
        DueWithin.SEVEN_DAYS: now + 7 * DAY,
    }
    return (0 if due is DueWithin.OVERDUE else now + 1), ends[due]

