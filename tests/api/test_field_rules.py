"""Checks as data: what each rule says, and that it does not guess."""

from __future__ import annotations

import pytest

from workbench.api import FieldRule, read_items
from workbench.api.field_rules import answer
from workbench.api.records import CHECK_RULES
from workbench.api.testing import SampleMaterial, sample_view
from workbench.rules.moment import at_local

(ITEM,) = read_items("civil_affairs")

CASES = [
    (FieldRule("filled", "bank"), {"bank": "样本银行"}, True),
    (FieldRule("filled", "bank"), {"bank": " "}, False),
    (FieldRule("filled", "bank"), {}, False),
    (FieldRule("equals", "other_benefits", "no"), {"other_benefits": "no"}, True),
    (FieldRule("equals", "other_benefits", "no"), {"other_benefits": "yes"}, False),
    (FieldRule("equals", "other_benefits", "no"), {}, None),
    (FieldRule("differs", "bank", "x"), {"bank": "y"}, True),
    (FieldRule("differs", "bank", "x"), {"bank": "x"}, False),
    (FieldRule("at_least", "monthly_amount", "30"), {"monthly_amount": "30"}, True),
    (FieldRule("at_least", "monthly_amount", "30"), {"monthly_amount": "29.5"}, False),
    (FieldRule("at_most", "monthly_amount", "300"), {"monthly_amount": "301"}, False),
    (FieldRule("at_most", "monthly_amount", "300"), {"monthly_amount": "many"}, None),
    (FieldRule("citizen_number", "applicant_id"), {}, True),
    (FieldRule("citizen_number", "bank"), {"bank": "990101199003070014"}, False),
    (FieldRule("credit_code", "bank"), {"bank": "11990101MB000111174"[:18]}, True),
    (FieldRule("credit_code", "bank"), {"bank": "11990101MB0001111X"}, False),
]


@pytest.mark.parametrize(("rule", "values", "ok"), CASES)
def test_a_rule_answers(rule: FieldRule, values: dict[str, str], ok: bool | None) -> None:
    given = answer(rule, sample_view(ITEM, values=values))
    assert given.ok is ok
    assert given.text_zh
    assert given.text_en


def test_every_rule_is_tried_here() -> None:
    tried = {rule.rule for rule, _values, _ok in CASES} | {"age_reaches", "material_present"}
    assert tried == set(CHECK_RULES)


@pytest.mark.parametrize("code", ["M03", "M05"])
def test_a_material_is_there_or_not(code: str) -> None:
    view = sample_view(ITEM, materials=[SampleMaterial("M03")])
    assert answer(FieldRule("material_present", value=code), view).ok is (code == "M03")


@pytest.mark.parametrize(
    ("month", "ok"), [(2, False), (3, False), (4, True)], ids=["before", "in", "after"]
)
def test_age_counts_on_the_first_of_the_month(month: int, ok: bool) -> None:
    """I12: the sample person is born on 1990-03-07 and turns 36 in March 2026."""
    from datetime import date

    at = at_local(date(2026, month, 20), 9)
    view = sample_view(ITEM, values={"age_group": "36"}, at=at)
    assert answer(FieldRule("age_reaches", "age_group"), view).ok is ok
