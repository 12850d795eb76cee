"""Checks written as data: what the machine says about a review point without any plugin code.

Asked by hosting for a :class:`~workbench.api.records.CheckOffer` with a ``rule``. An answer of
``None`` means that the machine cannot tell; it never guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from workbench.api.records import CheckAnswer, FieldRule
from workbench.api.views import form_of, materials_of
from workbench.rules.case_view import CaseView
from workbench.rules.identifiers import parse_citizen_number, parse_credit_code
from workbench.rules.moment import to_local
from workbench.rules.refusals import Refusal

THERE: Final = CheckAnswer(True, "材料已收", "The material is there")
NOT_THERE: Final = CheckAnswer(False, "材料未收", "The material is missing")
MISSING: Final = CheckAnswer(None, "表单中没有该项内容", "The form does not hold this value")


def answer(rule: FieldRule, view: CaseView) -> CheckAnswer:
    """What the rule says of the case as this person may see it."""
    if rule.rule == "material_present":
        return THERE if materials_of(view, rule.value) else NOT_THERE
    form = form_of(view)
    text = form.get(rule.field, "").strip()
    if rule.rule == "filled":
        return CheckAnswer(bool(text), "已填写" if text else "未填写",
                           "Filled in" if text else "Left empty")  # fmt: skip
    if not text:
        return MISSING
    return _ANSWERS[rule.rule](rule, text, form, view)


def _compared(rule: FieldRule, text: str, form: Mapping[str, str], view: CaseView) -> CheckAnswer:
    same = text == rule.value
    ok = same if rule.rule == "equals" else not same
    zh, en = _worded(rule.field, text, view)
    return CheckAnswer(ok, f"填写为“{zh}”", f"The form says “{en}”")


def _worded(code: str, text: str, view: CaseView) -> tuple[str, str]:
    """A choice or a yes as people read it, in both languages; other texts as they stand."""
    field = next((one for one in view.item.form if one.code == code), None)
    if field is not None and field.kind == "yes_no":
        return {"yes": ("是", "yes"), "no": ("否", "no")}.get(text, (text, text))
    for choice in field.choices if field is not None else ():
        if choice.code == text:
            return choice.label_zh, choice.label_en
    return text, text


def _numbered(rule: FieldRule, text: str, form: Mapping[str, str], view: CaseView) -> CheckAnswer:
    try:
        value, bound = float(text), float(rule.value)
    except ValueError:
        return CheckAnswer(None, "填写的不是数字", "The value is not a number")
    ok = value >= bound if rule.rule == "at_least" else value <= bound
    return CheckAnswer(ok, f"填写 {text}，标准 {rule.value}", f"{text} against {rule.value}")


def _checked(rule: FieldRule, text: str, form: Mapping[str, str], view: CaseView) -> CheckAnswer:
    parse: Callable[[str], object]
    parse = parse_citizen_number if rule.rule == "citizen_number" else parse_credit_code
    try:
        parse(text)
    except Refusal:
        return CheckAnswer(False, "校验位不符", "The check character does not fit")
    return CheckAnswer(True, "校验位正确", "The check character fits")


def _aged(rule: FieldRule, text: str, form: Mapping[str, str], view: CaseView) -> CheckAnswer:
    """Age by ID number on the first of the month (I12); the birthday itself counts."""
    try:
        born = parse_citizen_number(form.get(rule.other, "")).birth_date
        wanted = int(text)
    except (Refusal, ValueError):
        return CheckAnswer(None, "身份证号码无法读取", "The ID number cannot be read")
    day = to_local(view.at).date().replace(day=1)
    age = age_on(born, day)
    return CheckAnswer(age >= wanted, f"{day:%Y-%m-%d} 时 {age} 周岁，标准 {wanted} 周岁",
                       f"Aged {age} on {day:%Y-%m-%d}, {wanted} wanted")  # fmt: skip


def age_on(born: date, day: date) -> int:
    """Full years of age on that day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_ANSWERS: Final = {
    "equals": _compared,
    "differs": _compared,
    "at_least": _numbered,
    "at_most": _numbered,
    "citizen_number": _checked,
    "credit_code": _checked,
    "age_reaches": _aged,
}
