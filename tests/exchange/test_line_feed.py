"""Lines at the end of a file: in order, once each, whatever breaks off in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.exchange.line_feed import LineFeed
from workbench.rules.events import canonical, sha256_text
from workbench.rules.outside import OutMessage
from workbench.rules.refusals import Outage


def made(*ids: int) -> list[OutMessage]:
    bodies = [canonical({"case_no": f"C{number}", "stage": "review"}) for number in ids]
    return [
        OutMessage(number, "progress_feed", body, sha256_text(body))
        for number, body in zip(ids, bodies, strict=True)
    ]


def no_file(message: OutMessage, sha256: str) -> Path:
    raise AssertionError("a line needs no file")


def ids(feed: LineFeed) -> list[int]:
    return [json.loads(line)["id"] for line in feed.path.read_text("utf-8").splitlines()]


@pytest.fixture
def feed(tmp_path: Path) -> LineFeed:
    return LineFeed(tmp_path, "progress.jsonl")


def test_a_line_carries_its_number_its_checksum_and_the_codes(feed: LineFeed) -> None:
    (one,) = made(7)
    feed.send([one], no_file)
    text = feed.path.read_text("utf-8")
    assert json.loads(text) == {
        "id": 7, "sha256": one.sha256, "case_no": "C7", "stage": "review",
    }  # fmt: skip
    assert text.endswith("\n")


def test_what_was_written_before_a_crash_is_not_written_again(feed: LineFeed) -> None:
    """The lines went out, the mark in the centre did not: the whole batch comes once more."""
    feed.send(made(1, 2, 3), no_file)
    feed.send(made(1, 2, 3, 4), no_file)
    assert ids(feed) == [1, 2, 3, 4]


@pytest.mark.parametrize("cut", range(1, 12))
def test_half_a_line_is_taken_away_before_the_next(feed: LineFeed, cut: int) -> None:
    feed.send(made(1, 2), no_file)
    data = feed.path.read_bytes()
    feed.path.write_bytes(data[: len(data) - cut])
    feed.send(made(1, 2, 3), no_file)
    assert ids(feed) == [1, 2, 3]
    assert feed.path.read_bytes().startswith(data)


def test_a_file_that_its_reader_took_away_is_begun_anew(feed: LineFeed) -> None:
    feed.send(made(1, 2), no_file)
    feed.path.rename(feed.path.with_name("taken.jsonl"))
    feed.send(made(3), no_file)
    assert ids(feed) == [3]


def test_many_lines_are_known_again_by_the_last(feed: LineFeed) -> None:
    """Far more than the tail that is looked at."""
    every = made(*range(1, 2001))
    feed.send(every, no_file)
    feed.send(every, no_file)
    assert ids(feed) == list(range(1, 2001))
    assert feed.path.stat().st_size > 1 << 17


@pytest.mark.parametrize(
    "foreign",
    [b"a letter\n", b"[1, 2]\n", b"{}\n", b"x" * 100_000, b"{" * 100_000, b"a letter", b"{}\nx"],
)
def test_a_file_of_somebody_else_is_left_as_it_is(feed: LineFeed, foreign: bytes) -> None:
    feed.path.write_bytes(foreign)
    with pytest.raises(Outage, match="something else"):
        feed.send(made(1), no_file)
    assert feed.path.read_bytes() == foreign


def test_a_folder_that_is_gone_is_never_made(tmp_path: Path) -> None:
    """Where a share is not mounted, its empty place must not fill with lines."""
    feed = LineFeed(tmp_path / "share", "progress.jsonl")
    with pytest.raises(Outage, match="is not there"):
        feed.send(made(1), no_file)
    assert not feed.path.parent.exists()
