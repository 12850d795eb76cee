"""A list of people as a table: read, checked whole, and only then anybody is added.

A row is one role of one person; a person with several roles stands in several rows that agree in
everything else. Headings in Chinese or English, columns in any order. Every fault names row,
column and what is wrong. Called by ``workbench user import`` and ``user add``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from workbench.rules.moment import Moment, at_local
from workbench.rules.people import NO_END, Post, Role, role_label
from workbench.rules.person_records import Grant, NewPerson, grant_faults, login_fault
from workbench.rules.words import _

MOST_BYTES: Final = 4 << 20
MOST_NAME: Final = 100
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "login": ("login", "登录名", "账号", "用户名"),
    "name_zh": ("name_zh", "name (chinese)", "姓名", "中文姓名"),
    "name_en": ("name_en", "name (english)", "英文姓名", "拼音"),
    "department": ("department", "部门", "部门编码"),
    "site": ("site", "地点", "办事点"),
    "role": ("role", "角色", "岗位"),
    "window": ("window", "窗口"),
    "valid_from": ("valid_from", "from", "起始日期", "生效日期"),
    "valid_to": ("valid_to", "to", "截止日期", "失效日期"),
    "post": ("post", "AB岗", "A/B岗"),
    "letter_no": ("letter_no", "letter", "任命书文号", "文号"),
}
NEEDED: Final = ("login", "name_zh", "name_en")
_CHINESE_ROLES: Final[dict[Role, str]] = {
    Role.WINDOW_ACCEPTOR: "窗口受理人员", Role.INTAKE_AGENT: "代办员",
    Role.REPRESENTATIVE: "首席代表", Role.REVIEWER: "审核员", Role.SURVEYOR: "踏勘员",
    Role.APPROVER: "批准人", Role.ORGAN_HEAD: "机关负责人",
    Role.GOVERNMENT_HEAD: "政府负责人", Role.SEAL_CUSTODIAN: "印章保管员",
    Role.ISSUING_CLERK: "出件人员", Role.SUPERVISOR: "监察员", Role.ARCHIVIST: "档案员",
    Role.ROSTER_MANAGER: "排班管理员", Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员", Role.AUDIT_ADMIN: "审计管理员",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one row; ``column`` empty where the row as a whole is meant, ``row`` 1 is
    the row of headings."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        if not self.column:
            return _("Row {row}: {text}").format(row=self.row, text=self.text)
        return _("Row {row}, column {column}: {text}").format(
            row=self.row, column=self.column, text=self.text
        )


class _Wrong(Exception):
    """A cell that does not say what its column asks for."""


def read_text(raw: bytes) -> str | None:
    """UTF-8 with or without a mark, else GB18030; ``None`` where it is neither or no text."""
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(coding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def read_people(
    raw: bytes, departments: Iterable[str], taken: Iterable[str]
) -> tuple[tuple[NewPerson, ...], tuple[RowFault, ...]]:
    """The people of a file, and everything that is wrong with it in order of rows.

    ``departments`` are the codes of the centre, ``taken`` the sign-in names that are in use.
    """
    text = read_text(raw) if len(raw) <= MOST_BYTES else None
    if text is None:
        return (), (RowFault(1, "", _("This is no table in UTF-8 or GB18030.")),)
    rows: list[list[str]] = []
    lines = io.StringIO(text, newline="")
    try:
        rows.extend(csv.reader(lines, delimiter=_separator(text), strict=True))
    except csv.Error:
        said = _("this and what follows cannot be read; look at the quotation marks.")
        return (), (RowFault(len(rows) + 1, "", said),)
    if not rows or not any(cell.strip() for cell in rows[0]):
        return (), (RowFault(1, "", _("The row of headings is missing.")),)
    headings, faults = _headings(rows[0])
    if faults:
        return (), tuple(faults)
    reader = _Reader(headings, frozenset(departments), frozenset(taken))
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            reader.take(number, cells)
    people = reader.finish()
    if not people and not reader.faults:
        reader.faults.append(RowFault(2, "", _("There is nobody in this table.")))
    return people, tuple(sorted(reader.faults, key=lambda one: one.row))


def _separator(text: str) -> str:
    """What the row of headings separates with: the comma, or what a spreadsheet took instead."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=first.count)


def _headings(cells: Sequence[str]) -> tuple[dict[str, int], list[RowFault]]:
    names = {name.lower(): column for column, given in COLUMNS.items() for name in given}
    found: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(cells):
        heading = cell.strip()
        column = names.get(heading.lower())
        if column is None and heading:
            faults.append(RowFault(1, heading, _("no such column is known.")))
        elif column in found:
            faults.append(RowFault(1, heading, _("the column stands here twice.")))
        elif column is not None:
            found[column] = place
    faults += [RowFault(1, one, _("the column is missing.")) for one in NEEDED if one not in found]
    return found, faults


class _Reader:
    """Takes row after row; people with several rows become one."""

    def __init__(
        self, headings: Mapping[str, int], departments: frozenset[str], taken: frozenset[str]
    ) -> None:
        self._headings = headings
        self._departments = departments
        self._taken = taken
        self._people: dict[str, NewPerson] = {}
        self.faults: list[RowFault] = []

    def take(self, number: int, cells: Sequence[str]) -> None:
        """One row; what is wrong with it is kept."""
        given = {
            column: cells[place].strip() if place < len(cells) else ""
            for column, place in self._headings.items()
        }
        checks = {
            "login": self._login, "name_zh": self._name, "name_en": self._name,
            "department": self._department, "role": _role, "valid_from": _first_day,
            "valid_to": _last_day, "post": _post,
        }  # fmt: skip
        read: dict[str, object] = {}
        for column, text in given.items():
            try:
                read[column] = checks.get(column, _plain)(text)
            except _Wrong as wrong:
                self.faults.append(RowFault(number, column, str(wrong)))
        if any(cell.strip() for cell in cells[max(self._headings.values()) + 1 :]):
            self.faults.append(RowFault(number, "", _("the row has more cells than headings.")))
        elif len(read) == len(given):
            self._keep(number, read)

    def _keep(self, number: int, read: Mapping[str, object]) -> None:
        person = NewPerson(
            str(read["login"]), str(read["name_zh"]), str(read["name_en"]),
            _text(read, "department"), _text(read, "site"), row=number,
        )  # fmt: skip
        known = self._people.get(person.login)
        if known is not None and (known.name_zh, known.name_en) != (
            person.name_zh, person.name_en
        ):  # fmt: skip
            self._complain(number, "login", _("row {row} gives this sign-in name to somebody "
                                              "else.").format(row=known.row))  # fmt: skip
            return
        grants = known.grants if known is not None else ()
        role = read.get("role")
        if isinstance(role, Role):
            grant = _grant(role, read)
            if not self._fits(number, grant, grants):
                return
            grants = (*grants, grant)
        elif known is not None:
            self._complain(number, "login", _("the person stands in row {row} already.").format(
                row=known.row))  # fmt: skip
            return
        self._people[person.login] = replace(known or person, grants=grants)

    def _fits(self, number: int, grant: Grant, held: Sequence[Grant]) -> bool:
        column, text = next(grant_faults(grant, held), ("", ""))
        if text:
            self._complain(number, column, text)
        return not text

    def finish(self) -> tuple[NewPerson, ...]:
        """Everybody, in the order of the rows."""
        return tuple(self._people.values())

    def _complain(self, number: int, column: str, text: str) -> None:
        self.faults.append(RowFault(number, column, text))

    def _login(self, text: str) -> str:
        fault = login_fault(text)
        if not fault and text in self._taken:
            fault = _("{login} is in use already.").format(login=text)
        if fault:
            raise _Wrong(fault)
        return text

    def _name(self, text: str) -> str:
        if not text:
            raise _Wrong(_("nothing stands there."))
        if len(text) > MOST_NAME or not text.isprintable():
            raise _Wrong(_("this is no name."))
        return text

    def _department(self, text: str) -> str:
        if text and text not in self._departments:
            raise _Wrong(_("there is no department {code}.").format(code=text))
        return text


def _grant(role: Role, read: Mapping[str, object]) -> Grant:
    start, end, post = read.get("valid_from"), read.get("valid_to"), read.get("post")
    return Grant(
        role, _text(read, "department"), _text(read, "site"), _text(read, "window"),
        start if isinstance(start, int) else None, end if isinstance(end, int) else NO_END,
        post if isinstance(post, Post) else None, str(read.get("letter_no") or ""),
    )  # fmt: skip


def _text(read: Mapping[str, object], column: str) -> str | None:
    return str(read.get(column) or "") or None


def _plain(text: str) -> str:
    if len(text) > MOST_NAME or (text and not text.isprintable()):
        raise _Wrong(_("this cannot be read."))
    return text


def _role(text: str) -> Role | None:
    """By identifier, by the name on the screen, or in Chinese."""
    if not text:
        return None
    for role in Role:
        if text.lower() in (role.value, role_label(role).lower(), _CHINESE_ROLES[role]):
            return role
    raise _Wrong(_("there is no role {role}.").format(role=text))


def _post(text: str) -> Post | None:
    shown = text.upper().removesuffix("岗")
    if shown not in ("", "A", "B"):
        raise _Wrong(_("a post is A or B."))
    return Post(shown) if shown else None


def read_day(text: str) -> date | None:
    """``2026-03-02``, or as spreadsheets write it: ``2026/3/2``."""
    found = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    day = read_day(text)
    if text and day is None:
        raise _Wrong(_("{text} is no date; write it like {example}.").format(
            text=text, example="2026-03-02"))  # fmt: skip
    return day


def _first_day(text: str) -> Moment | None:
    day = _day(text)
    return at_local(day) if day else None


def _last_day(text: str) -> Moment | None:
    """The day named is the last one."""
    day = _day(text)
    return at_local(day + timedelta(days=1)) if day else None
