"""Words of a call that nobody expects: odd file names, pipes, devices, times, and terminals.

Each ends with an answer or a plain sentence, at once, and never with a traceback.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, run

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
SEALED, AUTHORITY = SAMPLES / "sealed.pdf", SAMPLES / "demo-seal.pem"


def alone(*words: str | bytes | Path, encoding: str) -> tuple[int, bytes, str]:
    """The command in a process of its own, on a terminal of that character set."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench", *words],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    said = done.stderr.decode(errors="replace")
    assert "Traceback" not in said, said
    return done.returncode, done.stdout, said


def test_a_name_that_is_no_text_is_answered_all_the_same(tmp_path: Path) -> None:
    """Old scanners name files in GBK. The file is sound, and the line stays JSON."""
    odd = tmp_path / os.fsdecode("青".encode("gbk") + b".pdf")
    shutil.copyfile(SEALED, odd)
    code, out, _said = alone("inspect", odd, "--json", encoding="utf-8:strict")
    assert code == 0
    assert json.loads(out.decode("utf-8"))["file"] == str(odd)
    code, out, _said = alone(
        "verify", odd, "--trust", AUTHORITY, "--json", encoding="utf-8:strict"
    )
    assert (code, json.loads(out)["verdict"]) == (0, "sealed-intact")
    picture = tmp_path / os.fsdecode(b"\xc7\xe0.png")
    assert alone("render", odd, "--out", picture, encoding="utf-8:strict")[0] == 0
    assert picture.stat().st_size > 1000


def test_a_terminal_without_chinese_gets_codes_and_json_stays_json() -> None:
    words = ("--language", "zh_CN", "due", "2026-02-13", "--working-days", "3")
    code, out, _said = alone(*words, encoding="ascii:strict")
    assert code == 0
    assert out.startswith(b"2026-02-25\n\\u8ba1")
    code, out, _said = alone(*words, "--json", encoding="latin-1:strict")
    assert "春节" in json.loads(out)["not_counted"][1]["why"]


def test_a_word_that_is_no_text_is_a_wrong_call(hall: Hall) -> None:
    said = run("cases", "--as", "\udcff", "--centre", hall.url)
    assert said.code == 2
    assert "character set" in said.err


@pytest.mark.parametrize("name", ["pipe.pdf", "/dev/zero", "/dev/null"])
def test_a_pipe_or_device_is_not_waited_for(hall: Hall, name: str) -> None:
    """With a register at hand too, where the whole file would be hashed."""
    place = hall.folder / name
    if name == "pipe.pdf":
        os.mkfifo(place)
    for command in ("verify", "inspect"):
        words = [command, place, "--json", *(("--centre", hall.url) if command == "verify" else ())]
        said = run(*words)
        assert said.code == 1
        assert len(said.records) == 1


def test_a_picture_never_takes_the_place_of_a_device(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = run("render", SEALED, "--out", pipe)
    assert (said.code, "cannot be written" in said.err) == (1, True)
    assert pipe.is_fifo()


def test_only_the_certificates_of_a_trust_file_count(tmp_path: Path) -> None:
    """A key or a remark beside them does no harm; a damaged one is said, not a verdict."""
    bundle = tmp_path / "bundle.pem"
    key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"
    bundle.write_text("名称：演示\n" + key + AUTHORITY.read_text(), encoding="utf-8")
    (found,) = run("verify", SEALED, "--trust", bundle, "--json").records
    assert found["verdict"] == "sealed-intact"
    for inside in ("zzzz", "MAA=", ""):
        bundle.write_text(f"-----BEGIN CERTIFICATE-----\n{inside}\n-----END CERTIFICATE-----\n")
        said = run("verify", SEALED, "--trust", bundle, "--json")
        assert (said.code, said.out) == (1, "")
        assert "bundle.pem holds no certificate" in said.err


@pytest.mark.parametrize("url", ["", " ", "postgresql://clerk:secret@[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    said = run("verify", SEALED, "--centre", url)
    assert (said.code, said.out) == (1, "")
    shape = "postgresql://db.example.org/centre" if "clerk" in url else "sqlite:////path/centre.db"
    assert shape in said.err and "secret" not in said.err


def test_a_folder_is_no_place_for_a_centre(tmp_path: Path) -> None:
    said = run("centre", "create", tmp_path)
    assert said.code == 1
    assert f"sqlite:///{tmp_path / 'centre.db'}" in said.err, "it says how to write it"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("day", ["2026-W01-1", "20260105", "2026-1-5", ""])
def test_a_day_is_written_in_one_way(day: str) -> None:
    said = run("due", day, "--working-days", "1")
    assert (said.code, said.out) == (2, "")


def test_a_time_with_its_zone_is_that_moment(hall: Hall) -> None:
    """V rows hang on the second: 05:29:59 in Greenwich is 13:29:59 here, still A's shift."""
    (case_no,) = hall.take_in("I01")
    day = hall.workday(0).isoformat()

    def rows(who: str, at: str) -> str:
        return hall.run("explain", who, case_no, "--at", f"{day}T{at}", "--json").out

    assert rows("zhang.wei", "05:29:59Z") == rows("zhang.wei", "13:29:59")
    assert rows("li.na", "05:30:00Z") == rows("li.na", "13:30:00")
    assert rows("li.na", "13:29:59") != rows("li.na", "13:30:00")
    for at in ("0001-01-01T00:00:00", "9999-12-31T23:59:59", "9999-12-31T23:59:59-12:00"):
        run("explain", "li.na", case_no, "--at", at, "--centre", hall.url)


def test_verify_needs_no_home(tmp_path: Path) -> None:
    """Where no folder can be made there is no demo centre, and the file is judged all the same."""
    blocked = tmp_path / "file"
    blocked.touch()
    said = run("--home", blocked / "home", "verify", SEALED, "--json")
    assert "compared with no register" in said.err
    assert said.records[0]["verdict"] == "sealed-unknown-signer"
