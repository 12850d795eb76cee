"""Rows of private drafts: always asked for with their author (E06).

Called by ``draft_room`` for reading and saving, and by ``moves`` for their end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from workbench.rules.events import canonical
from workbench.rules.moment import Moment
from workbench.rules.private_drafts import PrivateDraft
from workbench.store.carry_out import Doing
from workbench.store.tables import case_file, private_draft

D = private_draft.c


def drafts_of(sql: Connection, author: str) -> list[tuple[int, PrivateDraft]]:
    """Every draft of the person with its case's number in the database, oldest first."""
    wanted = (
        select(D.case_id, case_file.c.case_no, D.move, D.texts, D.at)
        .join(case_file, case_file.c.case_id == D.case_id)
        .where(D.author == author)
        .order_by(D.at, D.case_id)
    )
    return [
        (row.case_id, PrivateDraft(row.case_no, row.move, json.loads(row.texts), row.at))
        for row in sql.execute(wanted)
    ]


def save(
    sql: Connection, case_id: int, author: str, move: str, texts: Mapping[str, str], at: Moment
) -> None:
    """In place of what the author had saved for that step."""
    drop(sql, case_id, author, move)
    sql.execute(insert(private_draft).values(
        case_id=case_id, author=author, move=move, texts=canonical(dict(texts)), at=at
    ))  # fmt: skip


def drop(sql: Connection, case_id: int, author: str, move: str) -> None:
    """Forget the author's draft of that step."""
    mine: Any = (D.case_id == case_id) & (D.author == author) & (D.move == move)
    sql.execute(delete(private_draft).where(mine))


def end(sql: Connection, doing: Doing, moved_on: bool) -> None:
    """The step is made: its author's draft is spent. Another state ends all drafts of the case."""
    if moved_on:
        sql.execute(delete(private_draft).where(D.case_id == doing.case_id))
    else:
        drop(sql, doing.case_id, doing.actor, doing.move.name)
