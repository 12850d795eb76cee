"""The list of people: read in any usual coding, checked whole, every fault with its row."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rules.moment import at_local
from workbench.rules.people import NO_END, Post, Role
from workbench.rules.person_list import read_day, read_people
from workbench.rules.person_records import Grant, NewPerson, login_fault, password_fault

OFFICES = ("market", "estate")
CHINESE = """登录名,姓名,英文姓名,部门,岗位,A/B岗,文号,起始日期,截止日期
wang.wu,王五,Wang Wu,market,首席代表,A岗,任〔2026〕7号,2026/3/2,2026-12-31
li.si,李四,Li Si,estate,审核员,,,,
li.si,李四,Li Si,market,审核员,,,,
"""


def read(text: str, coding: str = "utf-8") -> tuple[tuple[NewPerson, ...], list[str]]:
    people, faults = read_people(text.encode(coding), OFFICES, ("taken.one",))
    return people, [str(one) for one in faults]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_chinese_list_is_read_whatever_wrote_it(coding: str, mark: str, ends: str) -> None:
    people, faults = read(CHINESE.replace(",", mark).replace("\n", ends), coding)
    assert faults == []
    first, second = people
    assert first == NewPerson(
        "wang.wu", "王五", "Wang Wu", "market", None,
        (Grant(Role.REPRESENTATIVE, "market", valid_from=at_local(read_day("2026-03-02") or 0),  # type: ignore[arg-type]
               valid_to=at_local(read_day("2027-01-01") or 0),  # type: ignore[arg-type]
               post=Post.A, letter_no="任〔2026〕7号"),), 2,
    )  # fmt: skip
    assert [one.department for one in second.grants] == ["estate", "market"]
    assert second.grants[0].valid_to == NO_END and second.row == 3


def test_an_english_list_with_columns_in_another_order() -> None:
    people, faults = read(
        'role,Name (English),name_zh,LOGIN,site\nWindow officer,"Hu, Mei",胡梅,hu.mei,hall\n'
        "security_admin,Bao An,包安,bao.an,\n,Only Name,单名,only.name,\n"
    )
    assert faults == []
    assert [one.grants and one.grants[0].role for one in people] == [
        Role.WINDOW_ACCEPTOR, Role.SECURITY_ADMIN, ()]  # fmt: skip
    assert people[0].name_en == "Hu, Mei"


HEAD = "login,name_zh,name_en,department,site,role,post,letter_no,valid_from,valid_to\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("Wang,王,W,,,,,,,", "Row 2, column login: Wang is no sign-in name"),
        (",王,W,,,,,,,", "Row 2, column login: – is no sign-in name"),
        ("pg_x,王,W,,,,,,,", "Row 2, column login: pg_x cannot be given"),
        ("taken.one,王,W,,,,,,,", "Row 2, column login: taken.one is in use already."),
        ("a,,W,,,,,,,", "Row 2, column name_zh: nothing stands there."),
        ("a,王,\u202eW,,,,,,,", "Row 2, column name_en: this is no name."),
        ("a,王,W,nowhere,,,,,,", "Row 2, column department: there is no department nowhere."),
        ("a,王,W,,,king,,,,", "Row 2, column role: there is no role king."),
        ("a,王,W,,,reviewer,,,,", "Row 2, column department: Reviewer needs a department."),
        ("a,王,W,,,issuing_clerk,,,,", "Row 2, column site: Issuing clerk needs a place"),
        ("a,王,W,market,,representative,,7,,", "Row 2, column post: Chief representative needs"),
        ("a,王,W,market,,representative,C,7,,", "Row 2, column post: a post is A or B."),
        ("a,王,W,market,,representative,B,,,", "Row 2, column letter_no: Chief representative"),
        ("a,王,W,,,surveyor,,,2026-02-30,", "Row 2, column valid_from: 2026-02-30 is no date"),
        ("a,王,W,,,surveyor,,,2026-03-02,2026-03-01", "Row 2, column valid_to: the time is over"),
        ("a,王,W,,,surveyor,,,,,more", "Row 2: the row has more cells than headings."),
        ("a,王,W,,,surveyor,,,,\nb,李,L,,,surveyor,,,,\na,赵,Z,,,archivist,,,,",
         "Row 4, column login: row 2 gives this sign-in name to somebody else."),
        ("a,王,W,,,,,,,\na,王,W,,,,,,,", "Row 3, column login: the person stands in row 2"),
        ("a,王,W,,,surveyor,,,,\na,王,W,,,surveyor,,,,", "Row 3, column role: the person has this"),
        ("a,王,W,,,system_admin,,,,\na,王,W,,,audit_admin,,,,",
         "Row 3, column role: System administrator and Audit administrator: the three"),
        ("a,王,W,,,seal_custodian,,,,\na,王,W,market,,reviewer,,,,",
         "Row 3, column role: Reviewer and Seal custodian: who keeps the seal"),
    ],
)  # fmt: skip
def test_every_fault_names_row_and_column(rows: str, said: str) -> None:
    _people, faults = read(HEAD + rows + "\n")
    assert len(faults) == 1, faults
    assert faults[0].startswith(said)


def test_all_faults_are_told_at_once() -> None:
    _people, faults = read(HEAD + "A,,W,x,,y,,,,\nfine,王,W,,,,,,,\nB,王,W,,,,,,,\n")
    assert [one.partition(":")[0] for one in faults] == [
        "Row 2, column login", "Row 2, column name_zh", "Row 2, column department",
        "Row 2, column role", "Row 4, column login"]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "headings is missing"), (b"\x00\x01\x02", "no table in UTF-8"),
        (b"\xff\xfe\x00l\x00o", "no table in UTF-8"), (b"login,name_zh\n", "column name_en"),
        (b"login,login,name_zh,name_en\n", "stands here twice"),
        (b"login,name_zh,name_en,shoe\n", "Row 1, column shoe: no such column"),
        (b"login,name_zh,name_en\n", "nobody in this table"),
        (b'login,name_zh,name_en\na,"b\n', "Row 2: this and what follows cannot be read"),
        (b"x" * ((4 << 20) + 1), "no table in UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_told(raw: bytes, said: str) -> None:
    people, faults = read_people(raw, OFFICES, ())
    assert people == () and any(said in str(one) for one in faults), faults


@given(st.lists(st.lists(st.text(max_size=12), max_size=10), max_size=6))
def test_no_table_breaks_the_reader(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["login", "name_zh", "name_en", "role"], *rows])
    people, faults = read_people(out.getvalue().encode("utf-8", "replace"), OFFICES, ())
    assert people or faults
    assert all(login_fault(one.login) == "" for one in people)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    people, faults = read_people(raw, OFFICES, ())
    assert people or faults


def test_own_passwords() -> None:
    for text in ("short", "old-password-1", "zhang.wei-2026x", "line\nbreak-123"):
        assert password_fault(text, "zhang.wei", "old-password-1"), text
    assert password_fault("梅花-雨-渡口-四十二号", "zhang.wei", "old-password-1") == ""
