"""Outside systems by the real commands: off by default, on with a folder, nothing lost or doubled,
and never a name or a number of a person in what goes out."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.hall import ARCHIVIST, CLERK, CUSTODIAN, MORNING, REVIEWER, WINDOW, Hall
from workbench.exchange.line_feed import LineFeed
from workbench.rules.outside import SLOTS, SWITCHED

ADMIN = "sys.admin"


def lines(hall: Hall, name: str) -> list[dict[str, Any]]:
    (place,) = (hall.folder / "exchange" / "out").rglob(name)
    return [json.loads(line) for line in place.read_text("utf-8").splitlines()]


def state(hall: Hall, code: str) -> dict[str, Any]:
    found = hall.run("slot", "list", "--json", "--as", ADMIN).records
    return next(one for one in found if one["slot"] == code)


def switch_all_on(hall: Hall) -> None:
    for code in SWITCHED:
        hall.run("slot", "on", code, "--as", ADMIN)


def to_the_archive(hall: Hall) -> str:
    case_no = hall.frozen("I01")
    hall.press(case_no)
    hall.handed_over(case_no)
    hall.run("archive", case_no, "--as", ARCHIVIST)
    return case_no


def test_everything_is_off_and_every_slot_is_named(hall: Hall) -> None:
    hall.take_in("I01")
    assert [one["on"] for one in hall.run("slot", "list", "--json", "--as", ADMIN).records] == [
        False if one.code in SWITCHED else None for one in SLOTS
    ]
    said = hall.run("slot", "list", "--as", ADMIN).out
    for one in SLOTS:
        assert f"{one.code}  {one.title}" in said
    assert not list((hall.folder / "exchange").rglob("*.jsonl"))


def test_a_whole_case_goes_out_once_each_in_order(hall: Hall) -> None:
    switch_all_on(hall)
    case_no = to_the_archive(hall)
    events = hall.events(case_no)
    steps = lines(hall, "supervision.jsonl")
    assert [(one["seq"], one["step"], one["hash"]) for one in steps] == [
        (one.seq, one.kind, one.hash) for one in events
    ]
    assert [one["stage"] for one in lines(hall, "progress.jsonl")] == [
        "registered", "accepted", "review", "done",
    ]  # fmt: skip
    assert [one["notice"] for one in lines(hall, "messages.jsonl")] == ["N03", "N14"]
    every = steps + lines(hall, "progress.jsonl") + lines(hall, "messages.jsonl")
    assert len({one["id"] for one in every}) == len(every)
    assert all(one["case_no"] == case_no for one in every)
    (package,) = (hall.folder / "exchange" / "out" / "archive").iterdir()
    assert package.name == f"{case_no}.zip"
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    assert package.read_bytes() == hall.stored(digest).read_bytes()
    assert {state(hall, code)["waiting"] for code in SWITCHED} == {0}


def test_nothing_that_goes_out_names_a_person(hall: Hall) -> None:
    """S005, S126, N14: no names, logins, numbers of persons or telephones; roles only."""
    switch_all_on(hall)
    to_the_archive(hall)
    files = list((hall.folder / "exchange" / "out").rglob("*.jsonl"))
    told = "\n".join(one.read_text("utf-8") for one in files)
    package = json.loads(next(hall.packages.rglob("package.json")).read_text("utf-8"))
    for word in (*_texts(package.get("form")), *_texts(package.get("applicant"))):
        if len(word) > 1 and not word.isascii():
            assert word not in told
    for login in (WINDOW, REVIEWER, CUSTODIAN, CLERK, ARCHIVIST, *MORNING.values()):
        assert login not in told
    cases = {one["case_no"] for one in lines(hall, "progress.jsonl")}
    plain = re.sub("|".join(cases), "", told)
    plain = re.sub(r"[0-9a-f]{64}|SJ-\d{8}-\d{4}|11990101\w{23}", "", plain)
    assert not re.search(r"9901\d{2}(19|20)\d{6}|(?<!\d)1[3-9]\d{9}(?!\d)", plain)
    roles = {role for one in lines(hall, "supervision.jsonl") for role in one["roles"]}
    assert {"window_acceptor", "representative", "seal_custodian", "issuing_clerk"} <= roles


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def test_while_it_is_off_the_outbox_holds_everything_in_order(hall: Hall) -> None:
    """S005: switched on later, all of it goes out; off again, work goes on and it waits."""
    (first,) = hall.take_in("I01")
    waiting = state(hall, "supervision_feed")["waiting"]
    assert waiting == len(hall.events(first))
    hall.run("slot", "on", "supervision_feed", "--as", ADMIN)
    assert [one["seq"] for one in lines(hall, "supervision.jsonl")] == [*range(1, waiting + 1)]
    hall.run("slot", "off", "supervision_feed", "--as", ADMIN)
    (second,) = hall.take_in("I01")
    assert {one["case_no"] for one in lines(hall, "supervision.jsonl")} == {first}
    assert state(hall, "supervision_feed")["waiting"] == len(hall.events(second))
    hall.run("slot", "on", "supervision_feed", "--as", ADMIN)
    assert {one["case_no"] for one in lines(hall, "supervision.jsonl")} == {first, second}


def test_a_folder_that_is_gone_stops_no_work_and_loses_nothing(hall: Hall, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    hall.run("slot", "on", "progress_feed", "--folder", share, "--as", ADMIN)
    shutil.rmtree(share)
    hall.take_in("I01")
    stands = state(hall, "progress_feed")
    assert (stands["waiting"], "is not there" in stands["trouble"]) == (1, True)
    said = hall.run("slot", "deliver", "--as", ADMIN, code=1)
    assert f"The folder {share} is not there." in said.out
    share.mkdir()
    hall.run("slot", "deliver", "--as", ADMIN)
    assert len((share / "progress.jsonl").read_text("utf-8").splitlines()) == 1
    assert state(hall, "progress_feed")["trouble"] == ""


def test_a_crash_between_writing_and_marking_doubles_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written, and then the process is gone before the centre hears of it."""
    hall.run("slot", "on", "supervision_feed", "--as", ADMIN)
    written = LineFeed.send

    def gone(self: LineFeed, *words: Any) -> None:
        written(self, *words)
        raise KeyboardInterrupt

    monkeypatch.setattr(LineFeed, "send", gone)
    hall.run("slot", "list", "--as", ADMIN)
    hall.take_in("I01", code=130)
    monkeypatch.undo()
    there = len(lines(hall, "supervision.jsonl"))
    assert state(hall, "supervision_feed")["waiting"] == there > 0
    hall.forward(2)
    hall.run("slot", "deliver", "--as", ADMIN)
    assert len(lines(hall, "supervision.jsonl")) == there
    assert state(hall, "supervision_feed")["waiting"] == 0


def test_one_desk_at_a_time_hands_over(hall: Hall) -> None:
    hall.take_in("I01")
    with hall.session(ADMIN) as room, hall.session(WINDOW) as other:
        room.switch_slot("progress_feed", str(hall.folder))
        claimed = room.claim_messages("progress_feed", "one")
        assert len(claimed) == 1
        assert other.claim_messages("progress_feed", "two") == ()
        assert other.claim_messages("progress_feed", "two", force=True) == ()
        hall.forward(2)
        assert len(room.claim_messages("progress_feed", "one")) == 1


@pytest.mark.parametrize("who", [WINDOW, CUSTODIAN, "sec.admin"])
def test_only_the_system_administrator_switches(hall: Hall, who: str) -> None:
    said = hall.run("slot", "on", "progress_feed", "--as", who, code=1)
    assert "another post" in said.err
    assert state(hall, "progress_feed")["on"] is False


def test_what_cannot_be_switched_is_named(hall: Hall, tmp_path: Path) -> None:
    said = hall.run("slot", "on", "hotline_port", "--as", ADMIN, code=1)
    assert "progress_feed" in said.err
    said = hall.run("slot", "on", "progress_feed", "--folder", tmp_path / "no", "--as", ADMIN,
                    code=1)  # fmt: skip
    assert "is not there" in said.err


def test_an_exercise_tells_the_outside_nothing(hall: Hall) -> None:
    """S155."""
    (case_no,) = hall.take_in("I01")
    hall.sql("UPDATE case_file SET exercise = 1")
    before = [state(hall, code)["waiting"] for code in SWITCHED]
    hall.move(MORNING["market_supervision"], case_no, "accept",
              acceptance_notice={"item": "I01"})  # fmt: skip
    assert [state(hall, code)["waiting"] for code in SWITCHED] == before
