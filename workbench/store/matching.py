"""Under another item: which situation it is, and for which line of its list each paper counts.

Called by ``transferring`` (T11, another department) and ``item_changes`` (E18, the same one).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.rules.case import Move
from workbench.rules.catalogue import NOT_FROM_APPLICANT, ItemVersion
from workbench.rules.refusal_texts import refusal


def situation_of(move: Move, item: ItemVersion) -> str:
    """The situation that the move names; the only one where the item has one. Refusal
    ``situation_missing``."""
    chosen = str(move.fields.get("situation") or "")
    known = [one.code for one in item.situations]
    if len(known) == 1 and not chosen:
        return known[0]
    if (known or chosen) and chosen not in known:
        raise refusal("situation_missing")
    return chosen


def matches_of(
    move: Move, old: ItemVersion, item: ItemVersion, held: Iterable[str]
) -> Mapping[str, str]:
    """Code of a paper that is there -> line of the new list: as the move says, and where it says
    nothing, lines of the same name. Refusal ``match_unknown``."""
    lines = {m.code: m for m in item.materials if m.source not in NOT_FROM_APPLICANT}
    carried = set(held)
    said = move.fields.get("matches")
    if isinstance(said, Mapping):
        if set(said) - carried or set(said.values()) - set(lines):
            raise refusal("match_unknown")
        return {str(code): str(line) for code, line in said.items()}
    by_name = {m.name_zh: code for code, m in lines.items()}
    return {
        m.code: by_name[m.name_zh]
        for m in old.materials
        if m.code in carried and m.name_zh in by_name
    }


def new_code(matches: Mapping[str, str], code: str) -> str:
    """The line that a carried material counts for, or a code that no list knows."""
    return matches.get(code, f"carried.{code}")
