"""What the machine says about I01 and I03, and where it stays silent."""

from __future__ import annotations

import importlib
from datetime import date

import pytest

from market_supervision import checks
from workbench.api import CaseView, read_items
from workbench.api.testing import check_plugin, sample_view
from workbench.rules.moment import at_local

ITEMS = {item.short_code: item for item in read_items("market_supervision")}
GOOD = "青云区清风文具店"
TAKEN = "青云区好味来小吃店"


def case(**values: str) -> CaseView:
    return sample_view(ITEMS["I01"], values=values)


def test_it_is_admitted() -> None:
    brought, faults = check_plugin(importlib.import_module("market_supervision.plugin"))
    assert faults == ()
    assert [item.short_code for item in brought.items] == ["I01", "I02", "I03", "I04"]


@pytest.mark.parametrize(
    ("name", "ok"),
    [(GOOD, True), (TAKEN, False), ("青云区中国第一面馆", False), ("清风文具店", False)],
)
def test_a_name(name: str, ok: bool) -> None:
    assert checks.name_answer(name).ok is ok


def test_the_alternative_is_taken_when_the_first_is_refused() -> None:
    view = case(trade_name=TAKEN, trade_name_2="国际商行", trade_name_3=GOOD)
    assert checks.first_free_name(view) == GOOD
    answer = checks.name_available(view)
    assert answer.ok is True
    assert GOOD in answer.text_zh


def test_no_name_left() -> None:
    assert checks.name_available(case(trade_name=TAKEN)).ok is False
    assert checks.name_available(case()).ok is None


def test_scope_words_are_split_and_licence_items_marked() -> None:
    view = case(scope="文具用品零售;餐饮服务、随便什么(仅限堂食)")
    words = [(w.text, w.standard, w.licence) for w in checks.scope_words(view)]
    assert words == [
        ("文具用品零售", True, False), ("餐饮服务", True, True), ("随便什么", False, False),
    ]  # fmt: skip
    assert checks.scope_standard(view).ok is False
    assert checks.scope_standard(case(scope="餐饮服务")).ok is True
    assert "餐饮服务" in checks.scope_standard(case(scope="餐饮服务")).text_en


@pytest.mark.parametrize(
    ("values", "ok"),
    [
        ({"residence_used": "no"}, True), ({"residence_used": "yes"}, False),
        ({"residence_used": "yes", "neighbour_consent": "yes"}, True), ({}, None),
    ],
)  # fmt: skip
def test_a_residence_needs_consent(values: dict[str, str], ok: bool | None) -> None:
    assert checks.residence_consented(case(**values)).ok is ok


@pytest.mark.parametrize(("year", "ok"), [(2026, True), (2007, None), (2005, False)])
def test_the_operator_is_of_age(year: int, ok: bool | None) -> None:
    """The sample person is born on 1990-03-07."""
    view = sample_view(ITEMS["I01"], at=at_local(date(year, 6, 1)))
    assert checks.operator_of_age(view).ok is ok


@pytest.mark.parametrize(
    ("day", "objection", "begin", "ok"),
    [
        (24, "no", "2026-01-05", False), (25, "no", "2026-01-05", True),
        (25, "yes", "2026-01-05", False), (25, "no", "2026-01-06", False),
        (25, "no", "once", None),
    ],
)  # fmt: skip
def test_a_notice_that_ends_today_has_not_ended(
    day: int, objection: str, begin: str, ok: bool | None
) -> None:
    values = {"notice_from": begin, "notice_to": "2026-01-24", "objection": objection}
    view = sample_view(ITEMS["I03"], values=values, at=at_local(date(2026, 1, day), 16))
    assert checks.notice_ended(view).ok is ok
