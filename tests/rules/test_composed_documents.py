"""Values of a document, and what may not be frozen (T22, 3.5)."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.rules.catalogue import Choice, FormField
from workbench.rules.composed_documents import chinese_date, form_values, valid_until
from workbench.rules.moment import at_local


def test_dates_are_written_in_local_time() -> None:
    assert chinese_date(at_local(date(2026, 1, 5), 0, 30)) == "2026年1月5日"
    assert chinese_date(at_local(date(2026, 12, 31), 23, 59)) == "2026年12月31日"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 5), 60, "2031年1月4日"),
        (date(2026, 1, 1), 12, "2026年12月31日"),
        (date(2026, 3, 31), 11, "2027年2月28日"),
        (date(2024, 2, 29), 12, "2025年2月28日"),
        (date(2026, 12, 15), 1, "2027年1月14日"),
        (date(2026, 11, 30), 1, "2026年12月29日"),
        (date(2026, 6, 1), 0, ""),
    ],
)
def test_validity_ends_the_day_before(start: date, months: int, end: str) -> None:
    assert valid_until(at_local(start, 9), months) == end


def test_form_values_are_shown_in_words() -> None:
    fields = (
        FormField("kind", "业态", "Kind", "choice", choices=(Choice("a", "餐饮", "Catering"),)),
        FormField("home", "住宅", "Home", "yes_no"),
        FormField("start", "开业", "Start", "date"),
        FormField("name", "名称", "Name"),
        FormField("none", "无", "None"),
    )
    form = {"kind": "a", "home": "no", "start": "2026-02-01", "name": " 店 "}
    assert form_values(fields, form) == {
        "kind": "餐饮", "home": "否", "start": "2026年2月1日", "name": "店", "none": "",
    }  # fmt: skip


def test_a_value_its_kind_cannot_read_is_kept() -> None:
    fields = (FormField("start", "开业", "Start", "date"),)
    assert form_values(fields, {"start": "明年春天"}) == {"start": "明年春天"}
