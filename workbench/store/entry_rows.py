"""Writing what a move brings: one row a part entry, never changed afterwards.

The event keeps only part, kind and SHA-256 of the entry's canonical text. Called by ``moves`` and
``registering`` inside the writing transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, insert

from workbench.rules.case import Move, NewEntry
from workbench.rules.events import canonical, sha256_text
from workbench.rules.flow_words import ENTRY_PARTS
from workbench.rules.moment import Moment
from workbench.rules.refusal_texts import refusal
from workbench.store.content import ContentStore
from workbench.store.tables import PART_TABLES

WITH_CONTENT: Final = frozenset(
    {"material", "document", "sealed_document", "sealed_copy", "package"}
)
"""Kinds whose ``sha256`` names bytes that must already stand in the content store."""


def check_content(content: ContentStore, move: Move) -> None:
    """Refusal ``content_missing`` where an entry points to bytes that nobody has stored."""
    for entry in move.entries:
        sha256 = _content_sha256(entry)
        if sha256 and entry.kind in WITH_CONTENT and not content.has(sha256):
            raise refusal("content_missing", name=_name(entry.body))


def _name(body: Mapping[str, Any]) -> str:
    return str(body.get("file") or body.get("code") or body.get("sha256", ""))


def _content_sha256(entry: NewEntry) -> str:
    return str(entry.body.get("sha256") or "")


def write_entries(
    sql: Connection, case_id: int, move: Move, author: str, at: Moment
) -> list[dict[str, str]]:
    """The references for the event's payload, in the order of the move."""
    references = []
    for entry in move.entries:
        part, body = ENTRY_PARTS[entry.kind], canonical(dict(entry.body))
        sha256 = sha256_text(body)
        sql.execute(insert(PART_TABLES[part]).values(
            case_id=case_id, kind=entry.kind, author=author, at=at,
            code=str(entry.body.get("code") or ""), content_sha256=_content_sha256(entry),
            body=body, sha256=sha256,
        ))  # fmt: skip
        references.append({"part": part.value, "kind": entry.kind, "sha256": sha256})
    return references
