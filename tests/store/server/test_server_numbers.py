"""Numbers of cases given inside PostgreSQL: the written form of R65, and counters without a gap."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre
from tests.store.server.owner_world import ask, refused
from tests.store.world import ITEMS, MONDAY
from workbench.rules.identifiers import (
    CREDIT_ALPHABET,
    compose_case_number,
    credit_check_character,
)
from workbench.rules.refusals import Refusal

COMPOSE = "wb.compose_case_number(%s, %s::date, %s)"


def item_code_of(dice: random.Random) -> str:
    """A right code at random, or one with a single thing wrong in it."""
    first = "".join(dice.choices(CREDIT_ALPHABET, k=2)) + f"{dice.randrange(10**6):06d}"
    organ = first + "".join(dice.choices(CREDIT_ALPHABET, k=9))
    organ += credit_check_character(organ)
    code = f"{organ}{dice.randrange(1, 7)}{dice.randrange(10**11):011d}{dice.choice('0123456789Y')}"
    if dice.random() < 0.5:
        return dice.choice((code, code.lower(), f" {code[:9]}\u3000{code[9:]}\n", _wide(code)))
    place = dice.randrange(31)
    wrong = dice.choice(("", "I", "0", "7", "-", "中", "x1", chr(0x0660)))
    return code[:place] + wrong + code[place + 1 :]


def _wide(code: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) for one in code)


def test_case_numbers_are_composed_and_refused_alike(
    server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    dice, made = random.Random(65), 0
    for _n in range(600 * depth):
        code, day = item_code_of(dice), MONDAY + timedelta(days=dice.randrange(-9999, 99999))
        sequence = dice.choice((1, 9999, dice.randrange(1, 9999), 0, 10000, -3))
        try:
            expected = compose_case_number(code, day, sequence)
        except Refusal as trouble:
            found = refused(server.admin, COMPOSE, code, day, sequence)
            assert found is not None
            assert found[0] == trouble.code, (code, trouble.code)
        else:
            assert ask(server.admin, COMPOSE, code, day, sequence) == expected
            made += 1
    counted("case numbers composed or refused in SQL as in Python", 600 * depth)
    assert 50 * depth < made < 500 * depth


def test_the_short_number_has_four_digits_or_more(server: ServerCentre) -> None:
    for number in (1, 42, 9999, 10000, 123456):
        expected = f"SJ-{MONDAY:%Y%m%d}-{number:04d}"
        assert ask(server.admin, "wb.short_number(%s::date, %s)", MONDAY, number) == expected


def test_many_at_once_get_every_number_once(server: ServerCentre) -> None:
    def take(_worker: int) -> list[int]:
        engine = create_engine(server.cluster.url(server.name), poolclass=NullPool,
                               isolation_level="AUTOCOMMIT")  # fmt: skip
        with engine.connect() as sql:
            return [ask(sql, "wb.next_number('i', '20260302')") for _n in range(25)]

    with ThreadPoolExecutor(4) as pool:
        given = sorted(number for found in pool.map(take, range(4)) for number in found)
    assert given == list(range(1, 101))


def test_a_number_that_is_taken_back_is_given_again(server: ServerCentre) -> None:
    item, day = ITEMS[0].item_code, f"{date(2026, 3, 2):%Y%m%d}"
    assert ask(server.admin, "wb.next_number(%s, %s)", item, day) == 1
    server.admin.exec_driver_sql("BEGIN")
    assert ask(server.admin, "wb.next_number(%s, %s)", item, day) == 2
    server.admin.exec_driver_sql("ROLLBACK")
    assert ask(server.admin, "wb.next_number(%s, %s)", item, day) == 2
    assert ask(server.admin, "wb.next_number('*', %s)", day) == 1
