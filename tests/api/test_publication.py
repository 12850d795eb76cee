"""Pre-press checks as data: what a custodian would stop a press for (7.3)."""

from __future__ import annotations

import pytest

from workbench.rules.publication import PRESS_RULES, PressCheck, failed_press_checks

DATE = PressCheck("date", "日期", "date", "issue_date", "not_before", "decided_on")
ORGAN = PressCheck("organ", "机关", "organ", "organ_name", "equals", "青云区行政审批局")
SAME = PressCheck("same", "一致", "same", "holder", "same_as", "applicant_name")
FILLED = PressCheck("filled", "填写", "filled", "unit_no")

CASES = [
    (DATE, {"issue_date": "2026年1月5日", "decided_on": "2026年1月5日"}, True),
    (DATE, {"issue_date": "2026年1月5日", "decided_on": "2026年1月6日"}, False),
    (DATE, {"issue_date": "2026年1月10日", "decided_on": "2026-01-09"}, True),
    (DATE, {"issue_date": "2026年1月5日"}, False),
    (DATE, {"issue_date": "2026年2月30日", "decided_on": "2026年1月1日"}, False),
    (ORGAN, {"organ_name": "青云区行政审批局"}, True),
    (ORGAN, {"organ_name": "青云区市场监督管理局"}, False),
    (SAME, {"holder": "张小样", "applicant_name": "张小样"}, True),
    (SAME, {"holder": "张小样", "applicant_name": "张大样"}, False),
    (SAME, {}, False),
    (FILLED, {"unit_no": "990101001"}, True),
    (FILLED, {"unit_no": "  "}, False),
    (PressCheck("x", "甲", "a", "unit_no", "unheard_of"), {"unit_no": "1"}, False),
]


@pytest.mark.parametrize(("check", "values", "holds"), CASES)
def test_a_press_check_holds_or_is_named(
    check: PressCheck, values: dict[str, str], holds: bool
) -> None:
    assert failed_press_checks((check,), values) == (() if holds else (check,))


def test_every_rule_is_tried_here() -> None:
    assert set(PRESS_RULES) <= {check.rule for check, _values, _holds in CASES}
