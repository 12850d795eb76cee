"""No wrong red: papers of every shape, sealed at every level, are intact; 200 with ``--deep``."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pymupdf
import pytest

from tests.paper.revoking import Issuer, kept_bench, make_issuer, with_lists_inside
from tests.paper.seal_kit import Bench, press
from tests.paper.timestamp_authority import Authority
from workbench.paper.timestamps import TimestampServer
from workbench.rules.seal_custody import Placement, SealVerdict

pytestmark = pytest.mark.long(10)

SIZES = ((595, 842), (842, 595), (420, 595), (842, 1191), (612, 792))
LEVELS = ("B-B", "B-T", "B-LT")


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return make_issuer()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Bench:
    return kept_bench(tmp_path_factory.mktemp("good"), issuer)


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[TimestampServer]:
    with authority.answering() as url:
        yield TimestampServer(url, patience=20)


def paper(path: Path, dice: random.Random) -> Placement:
    """Pages of several sizes, turned and cropped; where the seal fits on the last of them."""
    with pymupdf.open() as document:
        for _number in range(dice.choice((1, 1, 2, 3, 12))):
            wide, high = dice.choice(SIZES)
            page = document.new_page(width=wide, height=high)
            for line in range(dice.randrange(1, 20)):
                page.insert_text((70, 80 + 18 * line), f"line {line} {dice.random()}")
            if dice.random() < 0.4:
                page.set_cropbox(pymupdf.Rect(20, 30, wide - 40, high - 10))
            page.set_rotation(dice.choice((0, 90, 180, 270)))
        wide, high = page.rect.width / 72 * 25.4, page.rect.height / 72 * 25.4
        document.save(
            path, garbage=dice.choice((0, 4)), deflate=dice.random() < 0.7,
            use_objstms=dice.choice((0, 1)), linear=False,
        )  # fmt: skip
    return Placement(-1, dice.uniform(30, wide - 30), dice.uniform(30, high - 30))


def test_a_good_seal_is_never_called_bad(
    bench: Bench, issuer: Issuer, server: TimestampServer, authority: Authority, tmp_path: Path,
    depth: int, counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    seeds = range(200 if depth > 1 else 8)
    pems = (issuer.pem, bench.made.certificate_pem, authority.ca_pem)
    for seed in seeds:
        dice, level = random.Random(seed), LEVELS[seed % 3]
        frozen = tmp_path / f"{seed}.pdf"
        where = paper(frozen, dice)
        if level == "B-LT":
            frozen.write_bytes(with_lists_inside(frozen, pems, [issuer.list()]))
        sealed = press(
            bench, frozen, f"good-{seed}", where, None if level == "B-B" else server
        )
        finding = bench.judge(sealed.read_bytes(), (authority.ca_pem,))
        assert finding.verdict is SealVerdict.SEALED_INTACT, (seed, finding)
        assert finding.seals[0].level == level
    counted("good seals judged", len(seeds))
