"""民政局: data only, and admitted as it stands (I12)."""

from __future__ import annotations

import importlib

import pytest

from workbench.api import FieldRule
from workbench.api.field_rules import answer
from workbench.api.testing import check_plugin, sample_view
from workbench.rules.publication import failed_press_checks

PLUGIN = importlib.import_module("civil_affairs")


def test_it_is_admitted() -> None:
    brought, faults = check_plugin(PLUGIN)
    assert faults == ()
    assert [item.short_code for item in brought.items] == ["I12"]


@pytest.mark.parametrize(("years", "ok"), [("35", True), ("80", False)])
def test_age_group_is_checked_by_the_id_number(years: str, ok: bool) -> None:
    brought, _faults = check_plugin(PLUGIN)
    rule = next(c.rule for c in brought.checks if c.point_code == "R01")
    assert isinstance(rule, FieldRule)
    view = sample_view(brought.items[0], values={"age_group": years})
    assert answer(rule, view).ok is ok


def test_a_wrong_organ_name_stops_the_press() -> None:
    """7.3: the custodian returns two: date before decision, organ name."""
    brought, _faults = check_plugin(PLUGIN)
    checks = brought.stamping[0].checks
    values = {"monthly_amount": "30", "organ_name": "青云区行政审批局",
              "issue_date": "2026年1月6日", "decided_on": "2026年1月6日"}  # fmt: skip
    assert failed_press_checks(checks, values) == ()
    other = {**values, "organ_name": "青云区民政局", "issue_date": "2026年1月5日"}
    assert [c.code for c in failed_press_checks(checks, other)] == ["organ", "date"]
