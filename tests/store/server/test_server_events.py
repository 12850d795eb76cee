"""Bytes, hashes and entries made by SQL: the same as those of the Python rules, to the last one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from tests.store.server.centres import ServerCentre
from tests.store.server.owner_world import ask, refused, rows, told_entries
from workbench.rules.case import Move, NewEntry
from workbench.rules.events import canonical, event_hash, genesis, sha256_text
from workbench.rules.flow_words import ENTRY_PARTS
from workbench.rules.refusals import Refusal
from workbench.store.content import ContentStore
from workbench.store.entry_rows import WITH_CONTENT, check_content, write_entries
from workbench.store.server.tables_server import content_blob
from workbench.store.tables import PART_TABLES, case_file

LETTERS = (
    *"aAbBzZ09 _-/.:,;'\"\\{}[]%&<>", *map(chr, range(1, 32)), "\x7f", "\x80", "é", "e\u0301",
    "\u2028", "\ufeff", "\uffff", "中", "王", "。", "“", "𠮷", "😀", "👨\u200d👩\u200d👧",
)  # fmt: skip


def text_of(dice: random.Random) -> str:
    return "".join(dice.choices(LETTERS, k=dice.randrange(0, 9)))


def float_of(dice: random.Random) -> float:
    """A double that jsonb can still tell from an integer: below 1e16, and no negative zero."""
    near = dice.choice((1e-5, 1e-4, 1e14, 1e15, 9.9e15, 5e-324, 2.2250738585072014e-308))
    chosen = dice.choice((
        dice.uniform(-1000, 1000), dice.random() * 10.0 ** dice.randrange(-320, 16),
        float(dice.randrange(10**16)), near * dice.random(), near, 0.1 * dice.randrange(99),
    ))  # fmt: skip
    return chosen if chosen < 1e16 else 0.5


def value_of(dice: random.Random, depth: int = 3) -> Any:
    """Anything that JSON can say."""
    kind = dice.randrange(8 if depth else 6)
    if kind == 6:
        return [value_of(dice, depth - 1) for _n in range(dice.randrange(5))]
    if kind == 7:
        return object_of(dice, depth - 1)
    whole = dice.choice((0, 1, -1, 2**63, -(10**30), dice.randrange(-(10**6), 10**15)))
    return (text_of(dice), whole, float_of(dice), True, False, None)[kind]


def object_of(dice: random.Random, depth: int = 3) -> dict[str, Any]:
    return {text_of(dice): value_of(dice, depth) for _n in range(dice.randrange(6))}


def of_each(server: ServerCentre, call: str, given: Sequence[str]) -> list[str]:
    """What the function answers for each text."""
    found = server.admin.exec_driver_sql(
        f"SELECT {call} FROM unnest(%s::text[]) WITH ORDINALITY AS g (one, n) ORDER BY n",
        (list(given),),
    )
    return list(found.scalars())


def test_canonical_text_is_the_same_to_the_byte(
    server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    dice = random.Random(30)
    values = [object_of(dice) for _n in range(3000 * depth)]
    given = [json.dumps(one, ensure_ascii=dice.random() < 0.5) for one in values]
    assert of_each(server, "wb.canonical(one::jsonb)", given) == [canonical(v) for v in values]
    counted("payloads canonical in SQL as in Python", len(values))


def test_numbers_are_written_alike_whatever_the_session_has_set(server: ServerCentre) -> None:
    dice = random.Random(31)
    server.admin.exec_driver_sql("SET extra_float_digits = -5")
    values = [float_of(dice) for _n in range(3000)]
    given = [json.dumps([one]) for one in values]
    assert of_each(server, "wb.canonical(one::jsonb)", given) == [canonical([v]) for v in values]


def test_what_jsonb_forgets_is_known(server: ServerCentre) -> None:
    """The file's head names these: nothing else may differ."""
    assert of_each(server, "wb.canonical(one::jsonb)", ("[1e16]", "[-0.0]", '{"a":1,"a":2}')) == [
        "[10000000000000000]", "[0.0]", '{"a":2}',
    ]  # fmt: skip
    for unsayable in ('["\\u0000"]', '["\\ud800"]', "[1e-400]"):
        with pytest.raises(DBAPIError):
            of_each(server, "wb.canonical(one::jsonb)", (unsayable,))


def test_the_vectors_of_the_chain(server: ServerCentre, project_root: Path) -> None:
    vectors = json.loads((project_root / "tests/rules/event_vectors.json").read_text("utf-8"))
    call = "wb.event_hash(%s, %s, %s, %s, %s, %s, %s)"
    names = ("prev_hash", "seq", "kind", "actor", "effective_at", "recorded_at", "payload")
    for one in vectors:
        assert ask(server.admin, call, *(one[name] for name in names)) == one["hash"], one["what"]


def test_random_events_have_the_same_hash(
    server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    dice = random.Random(32)
    call = "wb.event_hash(%s, %s, %s, %s, %s, %s, %s)"
    for _n in range(300 * depth):
        prev = sha256_text(text_of(dice))
        moments = [dice.randrange(-(10**15), 10**16) for _both in range(2)]
        fields = (prev, dice.randrange(1, 10**9), text_of(dice), text_of(dice), *moments,
                  canonical(object_of(dice)))  # fmt: skip
        assert ask(server.admin, call, *fields) == event_hash(*fields)
        assert ask(server.admin, "wb.genesis(%s)", fields[2]) == genesis(fields[2])
    counted("event hashes in SQL as in Python", 300 * depth)


def a_case(server: ServerCentre) -> int:
    """A row that entries can belong to."""
    blank = {one.name: "" for one in case_file.c if not one.nullable and one.name != "case_id"}
    numbers = {"item_version": 1, "version": 0, "sort_due": 0, "registered_at": 0}
    values = blank | numbers | {"immediate": False, "exercise": False}
    made = server.admin.execute(insert(case_file).values(**values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def body_of(dice: random.Random) -> dict[str, Any]:
    """A body whose code and file may be there, empty, or no texts at all."""
    odd: tuple[Any, ...] = ("", None, False, True, 0, 7, 2.5, 0.0, [], {}, "id_card", "王\n")
    named = {name: dice.choice(odd) for name in ("code", "file") if dice.random() < 0.7}
    sha256 = {"sha256": dice.choice((*odd[:9], "ab" * 32, "cd" * 32, "ef" * 32))}
    return object_of(dice) | named | (sha256 if dice.random() < 0.7 else {})


def entries_of(dice: random.Random) -> tuple[NewEntry, ...]:
    kinds = dice.choices(sorted(ENTRY_PARTS), k=dice.randrange(5))
    return tuple(NewEntry(kind, body_of(dice)) for kind in kinds)


def test_entries_go_into_the_same_rows(
    server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    dice, case_id, sql, number = random.Random(33), a_case(server), server.admin, 0
    sql.exec_driver_sql("BEGIN")
    for _n in range(60 * depth):
        move = Move("m", {}, entries_of(dice))
        sql.exec_driver_sql("SAVEPOINT before")
        expected = write_entries(sql, case_id, move, "王", 5)
        written = rows(sql, None, *PART_TABLES.values())
        sql.exec_driver_sql("ROLLBACK TO SAVEPOINT before")
        call = "wb.write_entries(%s, %s::jsonb, %s, %s)"
        assert ask(sql, call, case_id, told_entries(move.entries), "王", 5) == expected
        assert rows(sql, None, *PART_TABLES.values()) == written
        number += len(expected)
    sql.exec_driver_sql("COMMIT")
    counted("random entries written by SQL as by Python", number)


def test_every_kind_of_entry_finds_its_table(server: ServerCentre) -> None:
    case_id = a_case(server)
    every = tuple(NewEntry(kind, {"n": n}) for n, kind in enumerate(ENTRY_PARTS))
    call = "wb.write_entries(%s, %s::jsonb, %s, %s)"
    answer = ask(server.admin, call, case_id, told_entries(every), "wang", 5)
    assert {one["kind"]: one["part"] for one in answer} == {
        kind: part.value for kind, part in ENTRY_PARTS.items()
    }
    with pytest.raises(DBAPIError, match="no part"):
        ask(server.admin, call, case_id, '[{"kind": "gossip", "body": {}}]', "wang", 5)


def test_an_entry_without_its_file_is_refused_in_both_ways(
    server: ServerCentre, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    content, dice, refusals = ContentStore(tmp_path), random.Random(34), 0
    stored = content.put(b"scan")
    server.admin.execute(insert(content_blob).values(sha256=stored, bytes=4, stored_at=0))
    for _n in range(200 * depth):
        bodies = [body_of(dice) for _two in range(2)]
        for one in bodies:
            if dice.random() < 0.5:
                one["sha256"] = stored
        kinds = dice.choices((*WITH_CONTENT, "form"), k=2)
        entries = tuple(NewEntry(*one) for one in zip(kinds, bodies, strict=True))
        found = refused(server.admin, "wb.check_content(%s::jsonb)", told_entries(entries))
        try:
            check_content(content, Move("m", {}, entries))
        except Refusal as trouble:
            assert found is not None
            assert (found[0], f"“{found[1]['name']}”" in trouble.message) == (trouble.code, True)
            refusals += 1
        else:
            assert found is None
    counted("entries without their file refused by both", refusals)
    assert 20 < refusals < 200 * depth
