"""Whatever is wrong with a call, it ends with a plain sentence, the right exit code, no traceback.

Exit codes: 1 a rule or a check said no, 2 the words of the call are off, 3 something is missing.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, run

NO_CASE = "11990101MB000111174000131901001202601010001"


@pytest.mark.parametrize(
    "words",
    [
        (), ("nonsense",), ("cases",), ("cases", "--as"), ("move", NO_CASE, "--as", "x"),
        ("due", "2026-01-05"), ("due", "2026-01-05", "--working-days", "many"), ("centre",),
        ("render", "x.pdf"), ("seal",), ("issue", NO_CASE, "--as", "x"),
        ("--language", "fr", "plugin", "list"),
    ],
)  # fmt: skip
def test_wrong_words_are_answered_with_the_usage(words: tuple[str, ...]) -> None:
    said = run(*words)
    assert said.code == 2
    assert said.err.startswith("usage: workbench")
    assert said.out == ""


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("verify", "missing.pdf"), 1, ""),
        (("inspect", "missing.pdf"), 1, ""),
        (("render", "missing.pdf", "--out", "page.png"), 1, "missing.pdf"),
        (("due", "31 March", "--working-days", "3"), 2,
         "31 March is no date. Write it like 2026-02-13."),
        (("due", "2026-03-31", "--working-days", "-3"), 2,
         "no negative length. Write it like --working-days 5."),
        (("centre", "create", "abc"), 2, "abc is no address of a centre."),
        (("centre", "check", "postgresql://clerk:secret@db/centre"), 1, "does not belong into"),
        (("centre", "create", "postgresql://clerk:secret@db/centre"), 2, "needs --content"),
        (("centre", "create", "mysql://db/centre"), 1, "is not an embedded centre"),
        (("centre", "check", "missing/centre.db"), 1, "no centre at"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(
    words: tuple[str, ...], code: int, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("--home", tmp_path / "home", *words)
    assert said.code == code, said
    assert text in said.err + said.out
    assert said.err + said.out != ""
    assert "secret" not in said.err + said.out
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("cases", "--as", "nobody"), 1, "There is no person with the sign-in name nobody."),
        (("case", NO_CASE, "--as", "tang.bo"), 1, "workbench explain"),
        (("move", NO_CASE, "accept", "--as", "zhang.wei"), 1, "outside your post"),
        (("explain", "zhang.wei", NO_CASE), 1, f"There is no case {NO_CASE}."),
        (("explain", "nobody", NO_CASE), 1, "nobody"),
        (("press", NO_CASE, "--as", "lin.shu"), 1, "No document awaits the seal."),
        (("freeze", NO_CASE, "--as", "zhang.wei"), 1, "outside your post"),
        (("document", NO_CASE, "--as", "xu.jie", "--out", "x.pdf"), 1, "outside your post"),
        (("intake", "missing-folder", "--as", "wang.fang"), 1, "missing-folder"),
        (("backup", "."), 3, ""),
        (("plugin", "publish", "--as", "wang.fang"), 1, "another post"),
        (("plugin", "publish", "no_such_plugin", "--as", "sys.admin"), 1, "no_such_plugin"),
        (("verify", "x.pdf", "--trust", "y.pem"), 2, "exclude each other"),
    ],
)
def test_what_a_centre_does_not_know_is_named(
    hall: Hall, words: tuple[str, ...], code: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hall.folder)
    said = run(*words, "--centre", hall.url)
    if words[0] == "backup":
        assert said.code in (1, 3)
    else:
        assert said.code == code, said
    assert said.err
    assert text in said.err


def test_the_words_of_a_move_are_looked_at(hall: Hall) -> None:
    (case_no,) = hall.take_in("I01")
    for words, code, text in (
        (("fly",), 1, "There is no step named fly."),
        (("accept", "--field", "colour=red"), 1, "carries no field colour"),
        (("accept", "--field", "colour"), 2, "is no NAME=VALUE. Write it like --field days=5."),
        (("accept", "--entry", "acceptance_notice=words"), 2, "is no JSON object"),
        (("accept", "--entry", "poem={}"), 1, "no content of kind poem"),
        (("accept", "--file", "missing.pdf"), 1, "There is no file missing.pdf."),
        (("grant",), 1, "is not possible while the case is pending acceptance"),
    ):
        said = hall.run("move", case_no, *words, "--as", "zhang.wei", code=code)
        assert text in said.err, said
    said = hall.run("explain", "zhang.wei", case_no, "--at", "yesterday", code=2)
    assert "yesterday is no time. Write it like 2026-11-23T13:29:59." in said.err
    assert hall.state(case_no) == "pending_acceptance"


def test_without_a_centre_verify_says_that_it_compares_with_nothing(tmp_path: Path) -> None:
    """No demo centre, no certificate: an answer all the same, and it is never intact."""
    sealed = Path(__file__).parents[2] / "docs" / "samples" / "sealed.pdf"
    said = run("--home", tmp_path, "verify", sealed, "--json")
    assert said.code == 1
    assert "compared with no register" in said.err
    (found,) = said.records
    assert (found["verdict"], found["compared_with_register"]) == ("sealed-unknown-signer", False)
    said = run("--home", tmp_path, "cases", "--as", "wang.fang")
    assert said.code == 3
    assert "There is no centre at" in said.err


def test_a_pem_that_is_none_is_refused(tmp_path: Path) -> None:
    note = tmp_path / "note.pem"
    note.write_text("这不是证书", encoding="utf-8")
    said = run("verify", note, "--trust", note)
    assert said.code == 1
    assert "note.pem holds no certificate" in said.err
    said = run("verify", note, "--trust", tmp_path / "missing.pem")
    assert (said.code, "missing.pem" in said.err) == (1, True)


def test_a_centre_is_never_made_over_another(hall: Hall) -> None:
    before = (hall.folder / "sample-passwords.txt").read_bytes()
    said = run("centre", "create", hall.url)
    assert said.code == 1
    assert "There is already a centre" in said.err
    assert (hall.folder / "sample-passwords.txt").read_bytes() == before
    hall.check()


def test_a_folder_that_others_use_keeps_its_mode(tmp_path: Path) -> None:
    """A new centre in a folder that was there: its own files are private, the folder stays."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    assert run("centre", "create", shared / "centre.db").code == 0
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    for name in ("centre.db", "sample-passwords.txt", "keys", "content"):
        assert stat.S_IMODE((shared / name).stat().st_mode) & 0o077 == 0, name


def test_a_backup_and_its_refusals(hall: Hall, tmp_path: Path) -> None:
    hall.take_in("I01")
    target = tmp_path / "backup.db"
    assert "Backup written" in hall.run("backup", target).out
    assert "there already" in hall.run("backup", target, code=1).err
    assert len(list((tmp_path / "backup.db.content").glob("??/*"))) > 0


def test_no_file_is_ever_written_over(hall: Hall) -> None:
    case_no = hall.frozen("I01")
    there = hall.folder / "mine.pdf"
    there.write_bytes(b"mine")
    said = hall.run("document", case_no, "--as", hall.keeper(), "--out", there, code=1)
    assert "mine.pdf is there already" in said.err
    assert there.read_bytes() == b"mine"
    nowhere = hall.folder / "no" / "folder.pdf"
    said = hall.run("document", case_no, "--as", hall.keeper(), "--out", nowhere, code=3)
    assert "cannot be written" in said.err


def test_the_command_itself_in_a_process_of_its_own(hall: Hall) -> None:
    """Exit code and streams as a shell sees them; a reader that goes away is no fault."""
    hall.take_in("I01")
    command = [sys.executable, "-m", "workbench", "--language", "en"]
    words = ["cases", "--as", "wang.fang", "--centre", hall.url, "--json"]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["state"] == "pending_acceptance"
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen([*command, *words], stdout=writing, stderr=subprocess.PIPE) as child:
        os.close(writing)
        assert child.stderr is not None
        said = child.stderr.read()
    assert b"Traceback" not in said
    assert child.returncode == 0
