"""How crooked a page lies: known angles come back, and nothing is claimed where nothing is sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from tests.paper import made_files
from workbench.paper.renderer import Renderer
from workbench.paper.sample_files import Look, encode, pdf_of, scanned, tiff_of
from workbench.paper.sample_pages import card_page, floor_plan, form_page, letter_page
from workbench.rules.refusals import Refusal

LINES = ["兹委托经办人代为提交材料、领取证照并办理其他有关事项，样本文字。" * 2] * 4
ROWS = [("申请人", "林青川"), ("地址", "青云区青石街道"), ("范围", "餐饮服务"), ("人数", "8")]
ANGLES = (-6.5, -0.6, 0.0, 1.7, 5.1)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as one:
        one.start()
        yield one


def of(renderer: Renderer, path: Path) -> list[float]:
    opened = renderer.open(path)
    try:
        return [renderer.skew(opened.handle, page) for page in range(1, opened.pages + 1)]
    finally:
        renderer.close(opened.handle)


PAGES = {
    "letter": lambda: letter_page(100, "委托书", LINES, "李"),
    "form": lambda: form_page(100, "申请表", ROWS, "李"),
    "card": lambda: card_page(100, "林青川", "男", "1980年1月1日", "青云区", "990101198001010015"),
    "plan": lambda: floor_plan(100, "平面图", ("餐厅", "热菜间", "库房", "更衣室")),
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_known_angle_comes_back(renderer: Renderer, tmp_path: Path, kind: str) -> None:
    """Scanned crooked by so much against the clock: turned by so much with it, it stands level."""
    page = PAGES[kind]()
    grey = [scanned(page, Look("grey", 100, angle), number) for number, angle in enumerate(ANGLES)]
    (tmp_path / "s.pdf").write_bytes(pdf_of([encode(one, 100) for one in grey]))
    bilevel = [scanned(page, Look("bilevel", 100, angle), 1) for angle in ANGLES[::2]]
    (tmp_path / "s.tif").write_bytes(tiff_of(bilevel, 100))
    assert of(renderer, tmp_path / "s.pdf") == pytest.approx(ANGLES, abs=0.21)
    assert of(renderer, tmp_path / "s.tif") == pytest.approx(ANGLES[::2], abs=0.21)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lay_sideways_has_the_same_angle(
    renderer: Renderer, tmp_path: Path, turn: int
) -> None:
    """Lines that run upwards are seen in the columns; the page's own rotation counts."""
    page = scanned(PAGES["letter"](), Look("grey", 100, 1.8, turn), 2)
    (tmp_path / "s.pdf").write_bytes(pdf_of([encode(page, 100)]))
    assert of(renderer, tmp_path / "s.pdf") == pytest.approx([1.8], abs=0.15)


def test_straightened_by_its_answer_a_page_is_level(renderer: Renderer, tmp_path: Path) -> None:
    """The sign is what the desk paints with: positive turns clockwise."""
    page = scanned(PAGES["form"](), Look("grey", 100, -3.3), 1)
    (tmp_path / "s.pdf").write_bytes(pdf_of([encode(page, 100)]))
    (angle,) = of(renderer, tmp_path / "s.pdf")
    level = page.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=246)
    (tmp_path / "level.pdf").write_bytes(pdf_of([encode(level, 100)]))
    assert of(renderer, tmp_path / "level.pdf") == [0.0]


def test_nothing_is_claimed_where_nothing_is_sure(renderer: Renderer, tmp_path: Path) -> None:
    """A blank sheet, one with a single word, a picture without lines, a speck, a text page."""
    pages = [
        Image.new("L", (827, 1169), 246),
        letter_page(100, "证明", [], "王", stamped=False).rotate(2, fillcolor="white"),
        Image.radial_gradient("L").resize((827, 1169)),
        Image.new("L", (20, 20), 100),
    ]
    (tmp_path / "s.pdf").write_bytes(pdf_of([encode(one, 100) for one in pages]))
    assert of(renderer, tmp_path / "s.pdf") == [0.0] * 4
    with pymupdf.open() as file:
        text = "Typed lines stand level in a document that was never scanned.\n" * 30
        file.new_page().insert_text((60, 80), text)
        file.save(tmp_path / "typed.pdf")
    assert of(renderer, tmp_path / "typed.pdf") == [0.0]


def test_a_page_that_is_not_drawn_has_no_angle(renderer: Renderer, tmp_path: Path) -> None:
    opened = renderer.open(made_files.ofd(tmp_path / "x.ofd"))
    with pytest.raises(Refusal) as told:
        renderer.skew(opened.handle, 1)
    assert told.value.code == "paper.ofd-not-drawn"
