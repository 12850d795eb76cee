"""``workbench user`` on a SQLite file: its owner keeps the accounts; faults write nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, run

ROLE_HEAD = "login,name_zh,name_en,department,site,role,post,letter_no\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "first-passwords.txt"


def passwords(file: Path) -> dict[str, str]:
    return dict(line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())


def listed(hall: Hall, login: str) -> dict[str, object]:
    said = hall.run("user", "list", "--json")
    return next(one for one in said.records if one["login"] == login)


def can_sign_in(hall: Hall, login: str, password: str) -> bool:
    from workbench.rules.refusals import Refusal
    from workbench.store import open_centre

    centre = open_centre(hall.url)
    try:
        centre.sign_in(login, password).close()
    except Refusal:
        return False
    finally:
        centre.close()
    return True


def test_a_person_from_the_first_day_to_the_last(hall: Hall, out: Path) -> None:
    said = hall.run(
        "user", "add", "qian.ming", "--name-zh", "钱明", "--name-en", "Qian Ming", "--role",
        "reviewer", "--department", "real_estate", "--passwords", out,
    )  # fmt: skip
    assert said.out == "Added: 1.\n"
    word = passwords(out)["qian.ming"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert word not in said.out + said.err and len(word) == 23
    assert can_sign_in(hall, "qian.ming", word)
    assert listed(hall, "qian.ming")["roles"] == ["reviewer"]
    hall.run("user", "grant", "qian.ming", "surveyor")
    assert listed(hall, "qian.ming")["roles"] == ["reviewer", "surveyor"]
    hall.forward(1)
    hall.run("user", "revoke", "qian.ming", "surveyor")
    assert listed(hall, "qian.ming")["roles"] == ["reviewer"]
    hall.run("user", "revoke", "qian.ming", "all")
    assert not can_sign_in(hall, "qian.ming", word)
    gone = listed(hall, "qian.ming")
    assert (gone["roles"], gone["standing"]) == ([], "free")
    acts = hall.sql("SELECT act, actor FROM audit_line WHERE detail LIKE 'qian.ming%'")
    assert [one[0] for one in acts] == ["user_added", "role_granted", "role_granted",
                                        "role_revoked", "user_revoked"]  # fmt: skip
    assert {one[1] for one in acts} == {"system"}


def test_a_new_representative_has_a_letter(hall: Hall, out: Path) -> None:
    words = ("user", "add", "feng.yi", "--name-zh", "冯一", "--name-en", "Feng Yi", "--role",
             "representative", "--department", "real_estate", "--passwords", out)  # fmt: skip
    said = hall.run(*words, code=1)
    assert "Chief representative needs post A or B." in said.err
    assert not out.exists()
    hall.run(*words, "--post", "B", "--letter", "任〔2026〕9号")
    assert hall.sql("SELECT post, letter_no FROM appointment WHERE login = 'feng.yi'") == [
        ("B", "任〔2026〕9号")]  # fmt: skip
    said = hall.run("user", "grant", "feng.yi", "seal_custodian", code=1)
    assert "who keeps the seal may not work on what is sealed" in said.err


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("grant", "nobody", "surveyor"), 1, "There is no person with the sign-in name nobody."),
        (("grant", "guo.tao", "surveyor"), 1, "The person already has the role Surveyor"),
        (("grant", "lin.shu", "archivist"), 0, "lin.shu has the role Archivist."),
        (("grant", "lin.shu", "supervisor"), 1, "who keeps the seal may not work"),
        (("grant", "sys.admin", "reviewer", "--department", "real_estate"), 1,
         "an administrator holds no other role"),
        (("grant", "guo.tao", "reviewer"), 1, "Reviewer needs a department."),
        (("grant", "guo.tao", "reviewer", "--department", "x"), 1, "There is no department x."),
        (("grant", "guo.tao", "archivist", "--to", "2020-01-01"), 1, "over before it begins"),
        (("grant", "guo.tao", "archivist", "--from", "soon"), 2, "soon is no date."),
        (("grant", "guo.tao", "king"), 2, "king"),
        (("revoke", "guo.tao", "archivist"), 1, "does not have the role Archivist"),
        (("revoke", "nobody", "all"), 1, "nobody"),
        (("own-password",), 1, "given by the owner of the file"),
        (("add", "Big", "--name-zh", "大", "--name-en", "B", "--passwords", "x"), 2,
         "Big is no sign-in name"),
        (("add", "a.b", "--name-zh", "大", "--name-en", "B"), 2, "--passwords first-passwords.txt"),
        (("add", "a.b", "--name-zh", "大", "--name-en", "B", "--keeps-password"), 2,
         "nobody has a password of another centre"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(
    hall: Hall, words: tuple[str, ...], code: int, text: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    said = run("user", *words, "--centre", hall.url)
    assert said.code == code, said
    assert text in said.out + said.err
    assert list(place.iterdir()) == []


def test_a_list_is_taken_whole_or_not_at_all(hall: Hall, out: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    good = "he.yi,何一,He Yi,,qingyun_centre,窗口受理人员,,\nhe.er,何二,He Er,,,踏勘员,,\n"
    people.write_bytes((ROLE_HEAD + good + "zhang.wei,张,Z,,,surveyor,,\n").encode("gb18030"))
    said = hall.run("user", "import", people, "--passwords", out, code=1)
    assert said.out == "Row 4, column login: zhang.wei is in use already.\n"
    assert "Nobody was added: 1 faults." in said.err
    assert not out.exists()
    assert hall.sql("SELECT count(*) FROM app_user WHERE login LIKE 'he.%'") == [(1,)]
    people.write_bytes((ROLE_HEAD + good).encode("gb18030"))
    assert hall.run("user", "import", people, "--passwords", out).out == "Added: 2.\n"
    words = passwords(out)
    assert sorted(words) == ["he.er", "he.yi"] and len(set(words.values())) == 2
    assert can_sign_in(hall, "he.yi", words["he.yi"])
    said = hall.run("user", "import", people, "--passwords", out, code=1)
    assert "in use already" in said.out
    people.write_text(ROLE_HEAD + "hu.san,胡三,Hu San,,,surveyor,,\n", encoding="utf-8")
    said = hall.run("user", "import", people, "--passwords", out, code=1)
    assert "There is already a file" in said.err
    assert passwords(out) == words
    assert hall.sql("SELECT count(*) FROM app_user WHERE login = 'hu.san'") == [(0,)]


def test_a_new_first_password_replaces_the_old_one(hall: Hall, out: Path) -> None:
    hall.run("user", "password", "guo.tao", "--passwords", out)
    assert can_sign_in(hall, "guo.tao", passwords(out)["guo.tao"])


def test_the_list_is_for_the_eye_too(hall: Hall) -> None:
    lines = hall.run("user", "list").lines
    (line,) = [one for one in lines if one.startswith("lin.shu ")]
    assert "林舒" in line and "Seal custodian" in line and line.endswith("active")
