"""What the machine can say about I01 and I03: names, age, scope, residence, public notice.

Pure functions of a case view, used as review checks and by the pane. A check informs; the officer
decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from workbench.api import (
    CaseView,
    CheckAnswer,
    Refusal,
    form_of,
    package_folder,
    parse_citizen_number,
    read_toml,
    to_local,
)

FULL_AGE: Final = 18
WORKING_AGE: Final = 16
NOTICE_DAYS: Final = 20
NAME_FIELDS: Final = ("trade_name", "trade_name_2", "trade_name_3")
_BETWEEN: Final = re.compile(r"[;；、,，。\n]+")
_IN_BRACKETS: Final = re.compile(r"[（(][^（）()]*[）)]")


@dataclass(frozen=True, slots=True)
class ScopeWord:
    """One piece of the scope of business. ``standard``: it stands in the list of items."""

    text: str
    standard: bool
    licence: bool


@cache
def _words() -> dict[str, Any]:
    return dict(read_toml(package_folder("market_supervision") / "words.toml"))


def names_by_field(view: CaseView) -> dict[str, str]:
    """The trade name and its alternatives by the code of their form field, in the applicant's
    order, empty ones left out."""
    form = form_of(view)
    return {code: name for code in NAME_FIELDS if (name := form.get(code, "").strip())}


def names(view: CaseView) -> tuple[str, ...]:
    """The same without the codes."""
    return tuple(names_by_field(view).values())


def name_answer(name: str) -> CheckAnswer:
    """Whether one name can be used here (R01 of I01)."""
    words = _words()
    bad = next((word for word in words["forbidden"] if word in name), None)
    if bad:
        return CheckAnswer(False, f"含不得使用的字样“{bad}”", f"Holds the forbidden word “{bad}”")
    if name in words["taken"]:
        return CheckAnswer(False, "与本区已登记名称相同", "Already registered in this district")
    if not name.startswith(words["region"]):
        return CheckAnswer(False, f"应以“{words['region']}”开头", "The district must come first")
    return CheckAnswer(True, "名称可用", "The name is available")


def first_free_name(view: CaseView) -> str | None:
    """The first of the names that can be used, as the applicant ranked them."""
    return next((name for name in names(view) if name_answer(name).ok), None)


def name_available(view: CaseView) -> CheckAnswer:
    """R01: the alternative name is taken when the first is refused."""
    given = names(view)
    if not given:
        return CheckAnswer(None, "未填写名称", "No name is given")
    free = first_free_name(view)
    if free is None:
        first = name_answer(given[0])
        return CheckAnswer(
            False, f"所填名称均不可用：{first.text_zh}", f"No name can be used: {first.text_en}"
        )
    if free == given[0]:
        return CheckAnswer(True, "首选名称可用", "The first name is available")
    return CheckAnswer(True, f"首选名称不可用，可采用“{free}”", f"Available: “{free}”")


def operator_of_age(view: CaseView) -> CheckAnswer:
    """R02: check character and age; whether the person is alive only shared data can say."""
    day = to_local(view.at).date()
    try:
        number = parse_citizen_number(form_of(view).get("applicant_id", ""), day)
    except Refusal as refusal:
        return CheckAnswer(False, "身份证号码校验不符", f"ID number: {refusal.message}")
    born = number.birth_date
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if age >= FULL_AGE:
        return CheckAnswer(True, f"号码校验正确，{age} 周岁", f"The number fits; aged {age}")
    ok = None if age >= WORKING_AGE else False
    return CheckAnswer(ok, f"{age} 周岁，未成年", f"Aged {age}, a minor")


def scope_words(view: CaseView) -> tuple[ScopeWord, ...]:
    """The scope of business, piece by piece."""
    known = {entry["text"]: bool(entry["licence"]) for entry in _words()["scope"]}
    text = _IN_BRACKETS.sub("", form_of(view).get("scope", ""))
    pieces = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    return tuple(ScopeWord(one, one in known, known.get(one, False)) for one in pieces)


def scope_standard(view: CaseView) -> CheckAnswer:
    """R04: every word of the scope is a standard one; licence items are named."""
    words = scope_words(view)
    if not words:
        return CheckAnswer(None, "未填写经营范围", "No scope is given")
    strange = [word.text for word in words if not word.standard]
    if strange:
        listed = "、".join(strange)
        return CheckAnswer(False, f"非规范表述：{listed}", f"Not in the standard list: {listed}")
    licensed = "、".join(word.text for word in words if word.licence)
    if licensed:
        return CheckAnswer(
            True, f"均为规范表述；需许可：{licensed}", f"All standard; need a licence: {licensed}"
        )
    return CheckAnswer(True, "均为规范表述", "All standard wording")


def residence_consented(view: CaseView) -> CheckAnswer:
    """R07: a residence used for business needs the consent of the owners concerned."""
    form = form_of(view)
    if form.get("residence_used") == "no":
        return CheckAnswer(True, "未使用住宅", "No residence is used")
    if form.get("residence_used") != "yes":
        return CheckAnswer(None, "未填写", "Not stated")
    if form.get("neighbour_consent") == "yes":
        return CheckAnswer(True, "使用住宅，业主已书面同意", "A residence, with written consent")
    return CheckAnswer(False, "使用住宅但无业主书面同意", "A residence without written consent")


def notice_ended(view: CaseView) -> CheckAnswer:
    """I03 R01: 20 calendar days without objection; on the last day it is not over yet."""
    form = form_of(view)
    try:
        begin = date.fromisoformat(form.get("notice_from", ""))
        end = date.fromisoformat(form.get("notice_to", ""))
    except ValueError:
        return CheckAnswer(None, "公示日期无法读取", "The dates of the notice cannot be read")
    if form.get("objection") != "no":
        return CheckAnswer(False, "公示期内有异议", "There was an objection")
    if end - begin < timedelta(days=NOTICE_DAYS - 1):
        return CheckAnswer(False, f"公示不足 {NOTICE_DAYS} 日", f"Shorter than {NOTICE_DAYS} days")
    if to_local(view.at).date() <= end:
        return CheckAnswer(False, f"公示至 {end} 止，次日起可办", f"Runs until the end of {end}")
    return CheckAnswer(True, "公示期满且无异议", "Ended without objection")
