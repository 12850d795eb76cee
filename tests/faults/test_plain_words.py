"""What the command line says is whole, in one language, and names the file, the day, the reason."""

from __future__ import annotations

import argparse
import contextlib
import errno
import inspect
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, Said, run
from workbench.__main__ import main
from workbench.commands.call_words import TEXTS
from workbench.rules import words
from workbench.rules.disk_words import WORDS, cause

SEALED = Path(__file__).parents[2] / "docs" / "samples" / "sealed.pdf"


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A Chinese call in this process leaves the language as it was."""
    before = words._current, words._code
    yield
    words.use(*before)


def chinese(*call: object) -> Said:
    """The command as a Chinese session runs it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(["--language", "zh_CN", *map(str, call)])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


# -- explain -----------------------------------------------------------------------------------


def test_the_way_from_case_to_explain_ends_with_a_reason(hall: Hall) -> None:
    (case_no,) = hall.take_in("I01")
    assert "workbench explain" in hall.run("case", case_no, "--as", "li.na", code=1).err
    said = hall.run("explain", "li.na", case_no)
    assert "li.na is not on duty in" in said.out
    assert re.search(r"next shift: \d{4}-\d\d-\d\d 13:30–17:30", said.out)
    assert "林" not in said.out, "no content, no name of the applicant"
    told = chinese("explain", "li.na", case_no, "--json", "--centre", hall.url)
    (found,) = told.records
    assert found["parts"] == [] and found["reasons"][0]["row"] == "V01"
    assert "li.na 在市场监督管理局不在班" in found["reasons"][0]["why"]
    (seen,) = chinese("explain", "zhang.wei", case_no, "--json", "--centre", hall.url).records
    assert seen["rows"] == [{"row": "V01", "why": "值班首席代表，事项在授权范围内"}]
    assert seen["reasons"] == []


def test_before_it_was_registered_the_case_did_not_exist_yet(hall: Hall) -> None:
    (case_no,) = hall.take_in("I01")
    said = hall.run("explain", "li.na", case_no, "--at", "1900-01-01T00:00:00", code=1)
    assert f"At 1900-01-01 00:00:00 the case {case_no} did not exist yet." in said.err
    since = re.search(r"registered at (\S+) (\S+): ask", said.err)
    assert since is not None
    hall.run("explain", "li.na", case_no, "--at", f"{since[1]}T{since[2]}")


# -- due ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "year"), [("2027-09-30", "2027"), ("2024-09-30", "2024")])
def test_a_year_without_its_holidays_is_told(day: str, year: str) -> None:
    said = run("due", day, "--working-days", "5")
    assert said.lines[1].startswith(f"Provisional: the holiday calendar of {year} is not here")
    (found,) = run("due", day, "--working-days", "5", "--json").records
    assert (found["provisional"], found["years_without_calendar"]) == (True, [int(year)])
    known = run("due", "2026-09-30", "--working-days", "5")
    assert "Provisional" not in known.out
    across = run("due", "2026-12-30", "--working-days", "5")
    assert "calendar of 2027 is" in across.out


# -- where a centre is made ----------------------------------------------------------------------


def test_a_centre_never_spills_among_other_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("centre", "create", "abc").code == 2
    assert list(tmp_path.iterdir()) == []
    mine = tmp_path / "letter.txt"
    mine.write_text("mine", encoding="utf-8")
    for address in ("sqlite:///centre.db", "centre.db", f"sqlite:///{tmp_path / 'abc'}"):
        said = run("centre", "create", address)
        assert said.code == 1
        assert f"The folder {tmp_path} is not empty" in said.err
        assert f"sqlite:///{tmp_path / 'centre' / 'centre.db'}" in said.err
    said = run("centre", "create", f"sqlite:///{mine}")
    assert (said.code, f"The file {mine} is there already, and it is no centre." in said.err) == (
        1, True)  # fmt: skip
    assert list(tmp_path.iterdir()) == [mine]
    made = run("centre", "create", f"sqlite:///{tmp_path / 'centre' / 'centre.db'}")
    assert made.code == 0
    assert str(tmp_path / "centre") in made.out
    assert "already a centre" in run("centre", "create", tmp_path / "centre" / "centre.db").err


# -- one language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ((), "缺少以下参数：COMMAND"),
        (("nonsense",), "没有 'nonsense' 这一选择"),
        (("due", "2026-01-05"), "缺少以下参数：--working-days"),
        (("due", "2026-01-05", "--working-days"), "缺少一个值"),
        (("due", "2026-01-05", "--working-days", "x"), "参数 --working-days：'x' 不符合"),
        (("due", "2026-01-05", "y", "--working-days", "1"), "不认识的参数：y"),
        (("inspect",), "缺少以下参数：FILE"),
        (("due", "2026-02-30", "--working-days", "5"),
         "不是有效的日期。请按此格式填写：2026-02-13。"),
        (("due", "2026-01-05", "--working-days", "-5"),
         "不能为负数。请按此格式填写：--working-days 5。"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_chinese(call: tuple[str, ...], text: str) -> None:
    said = chinese(*call)
    assert (said.code, said.out) == (2, "")
    assert text in said.err
    assert not re.search(r"usage|error|argument|invalid|required", said.err)


def test_the_help_is_chinese() -> None:
    for call in (("-h",), ("due", "-h"), ("roster", "leave", "-h")):
        said = chinese(*call)
        assert said.out.startswith("用法：workbench")
        assert "选项" in said.out and "显示本帮助后退出" in said.out
        assert not re.search(r"usage|options|show this|arguments", said.out)


def test_the_words_are_those_of_the_python_that_runs() -> None:
    """A new Python that words a sentence otherwise would say it in English: found here."""
    source = inspect.getsource(argparse)
    later = {"%(heading)s:"} if sys.version_info < (3, 13) else set()
    for text in set(TEXTS) - later:
        assert text.replace("\n", "\\n") in source, text


def test_what_the_system_says_is_told_in_our_words(hall: Hall, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    said = chinese("demo", "--tour", "--out", blocked / "tour")
    assert said.code == 3
    assert "路径中有一级不是文件夹" in said.err
    case_no = hall.frozen("I01")
    target = hall.folder / "no" / "x.pdf"
    told = chinese("document", case_no, "--as", hall.keeper(), "--out", target,
                   "--centre", hall.url)  # fmt: skip
    assert (told.code, f"{target} 无法写入：没有该文件或文件夹。" in told.err) == (3, True)


def test_every_cause_is_told_and_an_unknown_one_by_its_number() -> None:
    for number in WORDS:
        assert cause(OSError(number, os.strerror(number))) != os.strerror(number)
    assert cause(OSError(errno.ENOSPC, "x")) == "the disk is full"
    assert cause(OSError(9999, "x")) == "error number 9999"
    assert cause(OSError("broken")) == "broken"


def test_intake_speaks_the_language_of_the_session(hall: Hall) -> None:
    hall.package("I01", hall.folder / "in", "T-one")
    with hall.session("wang.fang") as room:
        abolished = next(one.item_code for one in room.items() if one.state.value == "abolished")
    hall.package("I01", hall.folder / "in", "T-two", item_code=abolished)
    said = hall.run("intake", hall.folder / "in", "--as", "wang.fang", code=1)
    assert not re.search("[\u4e00-\u9fff]", said.out), said.out
    assert "No legal basis" in said.out
    told = chinese("intake", hall.folder / "in", "--as", "wang.fang", "--centre", hall.url)
    assert [line.split()[0] for line in told.lines] == ["此前已收取", "未收取"]
    call = ("intake", hall.folder / "in", "--as", "wang.fang", "--json", "--centre", hall.url)
    records = chinese(*call).records
    assert [(one["package"], one["outcome"], one["code"]) for one in records] == [
        ("T-one", "already", None), ("T-two", "refused", "item_abolished")]  # fmt: skip
    assert len(records[0]["case_no"]) == 43


def test_with_a_certificate_alone_no_centre_is_spoken_of() -> None:
    said = chinese("verify", SEALED, "--trust", SEALED.with_name("demo-seal.pem"))
    assert said.code == 0
    assert "本中心" not in said.out and "已知" in said.out


# -- names ---------------------------------------------------------------------------------------


def test_drawing_names_the_file_it_speaks_of(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("plain words\n" * 20, encoding="utf-8")
    said = run("render", note, "--out", tmp_path / "page.png")
    assert (said.code, said.err.startswith(f"{note}: This is plain text")) == (1, True)
    nowhere = tmp_path / "no" / "page.png"
    said = run("render", SEALED, "--out", nowhere)
    assert (said.code, said.err.startswith(f"{nowhere}: The picture cannot be written")) == (
        1, True)  # fmt: skip


def test_the_place_of_a_backup_is_told_in_the_right_order(hall: Hall, tmp_path: Path) -> None:
    target = tmp_path / "monday.db"
    said = chinese("backup", target, "--centre", hall.url)
    assert f"数据库副本为 {target}，{target}.content 中有 " in said.out


def test_a_process_of_its_own_speaks_the_same(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "--language", "zh_CN", "due", "2026-02-30",
         "--working-days", "5"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "2026-02-30 不是有效的日期。请按此格式填写：2026-02-13。\n"
    json_call = run("due", "2026-02-13", "--working-days", "3", "--json")
    assert json.loads(json_call.out)["years_without_calendar"] == []
