"""不动产登记中心, I05 to I07: two checks, and the viewer of plan and register."""

from __future__ import annotations

import importlib

import pytest
from PyQt6.QtWidgets import QFormLayout, QLabel
from pytestqt.qtbot import QtBot

from real_estate.checks import shares_add_up, term_plausible
from real_estate.plan_viewer import PlanViewer
from workbench.api import ItemVersion, materials_of, read_items
from workbench.api.testing import FakeDesk, FakePictures, SampleMaterial, check_plugin, sample_view
from workbench.rules import words

ITEMS = {item.short_code: item for item in read_items("real_estate")}
HOUSE = {"unit_no": "990101001001GB00001F00010023",
         "location": "青云区青石街道云溪路66号3幢2单元501室",
         "area_built": "98.6", "use": "residence", "seized": "no", "mortgaged": "no"}  # fmt: skip


def test_it_is_admitted() -> None:
    brought, faults = check_plugin(importlib.import_module("real_estate"))
    assert faults == ()
    assert [item.short_code for item in brought.items] == ["I05", "I06", "I07"]


@pytest.mark.parametrize(
    ("buyers", "ok"),
    [
        ("李某 50%、王某 50%", True), ("李某 1/3、王某 2/3", True), ("李某 50%、王某 1/2", True),
        ("李某 全部", True), ("李某 60%、王某 50%", False), ("李某 1/3、王某 1/3", False),
        ("李某、王某", None), ("", None),
    ],
)  # fmt: skip
def test_shares_add_to_one_hundred(buyers: str, ok: bool | None) -> None:
    view = sample_view(ITEMS["I05"], values={"buyers": buyers})
    assert shares_add_up(view).ok is ok


def test_the_sellers_shares_count_too() -> None:
    values = {"buyers": "李某 100%", "sellers": "陈某 50%、赵某 40%"}
    answer = shares_add_up(sample_view(ITEMS["I05"], values=values))
    assert answer.ok is False
    assert "90" in answer.text_en


@pytest.mark.parametrize(
    ("begin", "end", "ok"),
    [
        ("2026-01-05", "2046-01-05", True), ("2026-01-05", "2026-01-05", False),
        ("2026-01-05", "2076-01-05", False), ("2026-01-05", "soon", None),
    ],
)  # fmt: skip
def test_the_term_of_a_loan(begin: str, end: str, ok: bool | None) -> None:
    view = sample_view(ITEMS["I06"], values={"term_from": begin, "term_to": end})
    assert term_plausible(view).ok is ok


def viewer(
    qtbot: QtBot, item: ItemVersion, pages: int, **values: str
) -> tuple[PlanViewer, FakePictures]:
    materials = [SampleMaterial("M03", pages)]
    view = sample_view(item, values={**HOUSE, **values}, materials=materials)
    made = PlanViewer(FakeDesk(view))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    pictures = FakePictures(pages)
    made.show_material(materials_of(view, "M03")[0], pictures)
    return made, pictures


def rows(made: PlanViewer) -> dict[str, str]:
    """What stands beside the page, label to value."""
    found = {}
    for row in range(made.register.rowCount()):
        texts = []
        for role in (QFormLayout.ItemRole.LabelRole, QFormLayout.ItemRole.FieldRole):
            item = made.register.itemAt(row, role)
            if item is not None and (beside := item.layout()) is not None:
                item = beside.itemAt(0)
            label = item.widget() if item else None
            if isinstance(label, QLabel):
                texts.append(label.text())
        if len(texts) == 2:
            found[texts[0]] = texts[1]
    return found


def warnings(made: PlanViewer) -> list[str]:
    """The lines that say where the application differs."""
    found = []
    for row in range(made.register.rowCount()):
        item = made.register.itemAt(row, QFormLayout.ItemRole.SpanningRole)
        label = item.widget() if item else None
        if isinstance(label, QLabel):
            found.append(label.text())
    return found


def test_the_plan_page_stands_beside_the_register(qtbot: QtBot) -> None:
    made, pictures = viewer(qtbot, ITEMS["I05"], 3)
    assert pictures.asked[-1][0] == 3
    assert not made.page_label.pixmap().isNull()
    assert made.status.text() == ""
    shown = rows(made)
    assert shown["Property unit number ✓"] == HOUSE["unit_no"]
    assert shown["Use ✓"] == "Residence"
    assert shown["Seized ✓"] == "no"
    assert shown["Land term"] == "2010年3月1日起至2080年2月28日止", "what the register alone says"
    assert shown["Registered holder"] == "沈**", "a name comes masked"
    assert not any("Sellers" in label or "Price" in label for label in shown)


def test_where_the_application_differs_is_said_under_the_line(qtbot: QtBot) -> None:
    made, _pictures = viewer(qtbot, ITEMS["I05"], 1)
    assert rows(made)[_label("area_built")] == "98.52"
    assert warnings(made) == ["! The application says: 98.6"]


def test_a_property_that_the_register_does_not_know(qtbot: QtBot) -> None:
    made, _pictures = viewer(qtbot, ITEMS["I05"], 1, unit_no="990101001001GB00001F00019999")
    assert rows(made) == {}
    assert "no entry" in made.said.text()


def test_the_longest_number_keeps_clear_of_the_edge(qtbot: QtBot) -> None:
    made, _pictures = viewer(qtbot, ITEMS["I05"], 1)
    inside, viewport = made.beside.widget(), made.beside.viewport()
    assert inside is not None and viewport is not None
    # Half of the window is enough for it, whatever type the desk is set in.
    made.resize(2 * inside.minimumSizeHint().width() + 120, 600)
    qtbot.waitUntil(lambda: inside.minimumSizeHint().width() <= viewport.width())


def _label(code: str) -> str:
    return next(field.label_en for field in ITEMS["I05"].form if field.code == code)


def test_the_cover_is_one_press_away_and_pages_stay_in_range(qtbot: QtBot) -> None:
    made, pictures = viewer(qtbot, ITEMS["I07"], 3)
    made.cover.click()
    assert pictures.asked[-1][0] == 1
    made.show_page(99)
    assert pictures.asked[-1][0] == 3
    made.cover.click()
    made.plan.click()
    assert pictures.asked[-1][0] == 3
    desk = made.desk
    assert isinstance(desk, FakeDesk)
    assert [page for _entry, page, _place in desk.pages] == [3, 1, 1, 3], "the shell's tools follow"


def test_one_page_needs_no_second_page_control(qtbot: QtBot) -> None:
    made, _pictures = viewer(qtbot, ITEMS["I05"], 1)
    assert made.cover.isHidden() and made.plan.isHidden()


def test_a_material_without_pages_does_no_harm(qtbot: QtBot) -> None:
    made, _pictures = viewer(qtbot, ITEMS["I06"], 0)
    assert made.status.text() == ""


def test_it_speaks_chinese(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_code", "zh_CN")
    made, _pictures = viewer(qtbot, ITEMS["I05"], 2)
    assert made.said.text() == "✓ 与申请内容一致"
    assert rows(made)["不动产单元号 ✓"] == HOUSE["unit_no"]
