"""Composing documents: what a reader of the page, the custodian and the seal worker rely on."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont

from workbench.paper.compose import compose
from workbench.paper.compose_type import width_of, wrap
from workbench.paper.prepress import check_clean, page_has_text
from workbench.paper.printed_copy import print_copy
from workbench.rules.catalogue import (
    Block,
    BlockRow,
    DocumentTemplate,
    SealPlacement,
    parse_item,
    parse_template,
)
from workbench.rules.catalogue_checks import used_names
from workbench.rules.composed_documents import SAMPLE_MARK, Composed, refuse_unfit
from workbench.rules.copy_comparison import CopyMark, new_control_code
from workbench.rules.refusals import Refusal

pytestmark = pytest.mark.long(25)

ROOT = Path(__file__).resolve().parents[2]
MM = 72 / 25.4
VALUES = {
    "trade_name": "青云区林记豆花店", "applicant_name": "林青川", "composition": "个人经营",
    "capital": "50000", "place": "青云区青石街道云溪路18号1层103室", "decided_on": "2026年1月5日",
    "scope": "餐饮服务（小餐饮）；食品销售", "credit_code_new": "92990101MA0000901Y",
    "document_no": "青审批〔2026〕0007号", "organ_name": "青云区行政审批局",
    "issue_date": "2026年1月6日",
}  # fmt: skip


def i01() -> DocumentTemplate:
    path = ROOT / "plugins/market_supervision/market_supervision/items/I01.toml"
    return parse_item(tomllib.loads(path.read_text(encoding="utf-8"))).documents[0]


def every_template() -> list[tuple[str, DocumentTemplate]]:
    items = [*ROOT.glob("plugins/*/*/items/*.toml"), *ROOT.glob("resources/sample_centre/items/*")]
    found = []
    for path in sorted(items):
        item = parse_item(tomllib.loads(path.read_text(encoding="utf-8")))
        found += [(f"{path.stem}-{one.code}", one) for one in item.documents]
    for path in sorted(ROOT.glob("resources/templates/*.toml")):
        text = path.read_text(encoding="utf-8")
        found.append((path.stem, parse_template(tomllib.loads(text))))
    return found


def plain(*blocks: Block, **changes: object) -> DocumentTemplate:
    """A bare A4 template with an approval seal by the signature."""
    base = DocumentTemplate(
        code="t", kind="t", notice="N13", title_zh="样", title_en="t",
        seal_kind="approval_special", page_width_mm=210, page_height_mm=297,
        blocks=(*blocks, Block("signature")), placement=SealPlacement(),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def read(path: Path) -> list[str]:
    """Text page by page, read by another engine than the one that wrote it."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    return "".join(text.split())


def ink_boxes(path: Path, page: int) -> list[tuple[str, float, float, float, float]]:
    """Every character with left, top, right, bottom in mm from the top left corner."""
    with pypdfium2.PdfDocument(path) as document:
        sheet = document[page]
        height = sheet.get_height()
        text = sheet.get_textpage()
        found = []
        for index in range(text.count_chars()):
            char = text.get_text_range(index, 1)
            if char.strip():
                left, bottom, right, top = text.get_charbox(index)
                found.append(
                    (char, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
                )
        return found


def test_the_licence_says_what_was_decided(tmp_path: Path) -> None:
    composed = compose(i01(), VALUES, tmp_path / "x.pdf")
    text = squeezed(read(tmp_path / "x.pdf")[0])
    for value in VALUES.values():
        assert squeezed(value) in text
    assert "营业执照" in text
    assert composed.empty_values == ()
    assert composed.missing_glyphs == ()
    assert (composed.page_width_mm, composed.page_height_mm) == (297, 210)
    data = (tmp_path / "x.pdf").read_bytes()
    assert composed.sha256 == hashlib.sha256(data).hexdigest()
    assert composed.size_bytes == len(data) < 100_000


def test_same_input_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """h0 is stable (T22): another process, another hash seed, another locale."""
    here = compose(i01(), VALUES, tmp_path / "a.pdf").sha256
    script = (
        "import sys, runpy; ns = runpy.run_path(sys.argv[1]); from pathlib import Path;"
        "print(ns['compose'](ns['i01'](), dict(reversed(ns['VALUES'].items())),"
        " Path(sys.argv[2])).sha256)"
    )
    seen = set()
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", script, __file__, str(tmp_path / f"{seed}.pdf")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        seen.add(done.stdout.strip())
    assert seen == {here}


def test_other_input_gives_another_hash(tmp_path: Path) -> None:
    first = compose(i01(), VALUES, tmp_path / "a.pdf")
    second = compose(i01(), {**VALUES, "capital": "50001"}, tmp_path / "a.pdf")
    assert first.sha256 != second.sha256


@pytest.mark.parametrize(
    "template", [t for _, t in every_template()], ids=[name for name, _ in every_template()]
)
def test_every_template_is_clean_marked_and_complete(
    template: DocumentTemplate, tmp_path: Path
) -> None:
    """3.5 sample mark on each page; nothing for the gate before stamping to find; R56; where a copy
    is pressed by hand, there is room for its codes (R53)."""
    path = tmp_path / "x.pdf"
    values = _some_values(template)
    composed = compose(template, values, path)
    assert check_clean(path) == ()
    assert path.read_bytes().count(b"%%EOF") == 1
    pages = read(path)
    assert len(pages) == composed.pages
    for page in pages:
        assert squeezed(page).count(squeezed(SAMPLE_MARK)) >= 1
    assert composed.empty_values == composed.missing_glyphs == ()
    assert composed.place_faults == ()
    print_copy(path, CopyMark(new_control_code(), 1, 1, "original", "D-1"), tmp_path / "copy.pdf")
    if template.seal_kind:
        assert composed.seal_at is not None
        assert page_has_text(path, composed.seal_at.page)
        # The slanting mark runs through everything, so the geometry is read without it.
        bare = compose(template, values, path, sample=False)
        assert bare.seal_at == composed.seal_at
        assert_seal_sits_right(path, bare, values["organ_name"], values["issue_date"])
    else:
        assert composed.seal_at is None


def _some_values(template: DocumentTemplate) -> dict[str, str]:
    values = {name: f"样本值{number}" for number, name in enumerate(sorted(used_names(template)))}
    return {**values, "organ_name": "青云区行政审批局", "issue_date": "2026年1月6日"}


def assert_seal_sits_right(path: Path, composed: Composed, organ: str, day: str) -> None:
    """R56: centred over organ and date, both in its lower middle, its top less than one line
    below the text above it."""
    seal = composed.seal_at
    assert seal is not None
    radius = 22.5
    boxes = ink_boxes(path, seal.page - 1)
    near = [
        box for box in boxes
        if abs((box[1] + box[3]) / 2 - seal.x_mm) < 45 and 0 <= box[2] - (seal.y_mm - 6) < 24
    ]  # fmt: skip
    words = "".join(box[0] for box in near)
    assert squeezed(organ) in words
    assert squeezed(day) in words
    first = min(box[1] for box in near)
    last = max(box[3] for box in near)
    assert abs((first + last) / 2 - seal.x_mm) < 1.0
    middle = (min(box[2] for box in near) + max(box[4] for box in near)) / 2
    assert 0 < middle - seal.y_mm < radius * 0.6
    above = [box[4] for box in boxes if box[4] < min(b[2] for b in near) - 1]
    gap = (seal.y_mm - radius) - max(above)
    assert -1.0 < gap < 10.0


@pytest.mark.parametrize("lines", [0, 1, 5, 17, 21, 23, 24, 25, 26, 27, 28, 30, 60])
def test_the_seal_never_stands_on_a_page_without_text(lines: int, tmp_path: Path) -> None:
    """R56: where the signature moves to a new page, text goes with it."""
    blocks = [Block("heading", "决定书")]
    blocks += [Block("paragraph", f"第{n}条 内容如下。", indent=2) for n in range(lines)]
    path = tmp_path / "x.pdf"
    composed = compose(plain(*blocks), VALUES, path)
    assert composed.seal_at is not None
    assert composed.seal_at.page == composed.pages
    text = squeezed(read(path)[-1]).replace(squeezed(SAMPLE_MARK), "")
    rest = text.replace("青云区行政审批局", "").replace("2026年1月6日", "")
    assert "决定书" in rest or "内容如下" in rest
    assert composed.seal_at.y_mm + 22.5 < 297 - 20


def test_long_values_are_never_cut(tmp_path: Path) -> None:
    """Every character of a 6,000-character scope is on the page, inside its margins."""
    scope = "".join(chr(0x4E00 + n % 40) for n in range(6000)).replace("丂", "一")
    scope = "".join(c if width_of(c, 1) else "一" for c in scope)
    path = tmp_path / "x.pdf"
    composed = compose(i01(), {**VALUES, "scope": scope}, path)
    text = squeezed("".join(read(path)))
    for char in set(scope):
        assert text.count(char) >= scope.count(char)
    for page in range(composed.pages):
        for _char, left, top, right, bottom in ink_boxes(path, page):
            assert left > 8 and right < 289 and top > 8 and bottom < 204
    assert composed.pages > 1


def test_a_long_value_shrinks_the_licence_before_it_gets_a_second_page(tmp_path: Path) -> None:
    scope = "食品销售（仅销售预包装食品）；" * 16
    composed = compose(i01(), {**VALUES, "scope": scope}, tmp_path / "x.pdf")
    assert composed.pages == 1
    assert squeezed("".join(read(tmp_path / "x.pdf"))).count("预包装食品") == 16


@pytest.mark.parametrize("kind", ["paragraph", "line", "list", "heading", "frame", "note"])
def test_a_word_wider_than_the_page_is_broken_not_cut(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    compose(plain(Block(kind, "{place}", height_mm=20)), {**VALUES, "place": "W" * 400}, path)
    boxes = ink_boxes(path, 0)
    assert sum(1 for box in boxes if box[0] == "W") == 400
    assert max(box[3] for box in boxes) < 210 - 20


def test_a_table_row_longer_than_a_page_goes_on(tmp_path: Path) -> None:
    rows = (BlockRow("事项", "{place}"),)
    path = tmp_path / "x.pdf"
    composed = compose(plain(Block("fields", rows=rows)), {**VALUES, "place": "路" * 4000}, path)
    assert squeezed("".join(read(path))).count("路") == 4000
    assert composed.pages > 2


def test_rare_and_traditional_characters_of_names_are_kept(tmp_path: Path) -> None:
    """3.5: what the serif faces lack comes from the wide fallback, unchanged."""
    name = "陳喆龍堃"
    composed = compose(i01(), {**VALUES, "applicant_name": name}, tmp_path / "x.pdf")
    assert composed.missing_glyphs == ()
    assert name in squeezed(read(tmp_path / "x.pdf")[0])


@pytest.mark.parametrize("char", ["𠮷", "\u202e", "\ue000", "\u200b"])
def test_a_missing_glyph_stops_freezing(char: str, tmp_path: Path) -> None:
    composed = compose(i01(), {**VALUES, "applicant_name": f"林{char}川"}, tmp_path / "x.pdf")
    assert composed.missing_glyphs == (char,)
    assert "〓" in read(tmp_path / "x.pdf")[0]
    with pytest.raises(Refusal, match=f"U\\+{ord(char):04X}") as caught:
        refuse_unfit(composed)
    assert caught.value.code == "missing_glyph"


def test_an_empty_field_stops_freezing(tmp_path: Path) -> None:
    values = {**VALUES, "capital": "  "}
    del values["place"]
    composed = compose(i01(), values, tmp_path / "x.pdf")
    assert composed.empty_values == ("capital", "place")
    with pytest.raises(Refusal, match="capital, place"):
        refuse_unfit(composed)
    refuse_unfit(compose(i01(), VALUES, tmp_path / "x.pdf"))


def test_a_block_for_a_value_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    template = plain(Block("paragraph", "条件：{conditions}", only_if="conditions"))
    without = compose(template, VALUES, tmp_path / "a.pdf")
    assert "条件" not in read(tmp_path / "a.pdf")[0]
    assert without.empty_values == ()
    compose(template, {**VALUES, "conditions": "按图施工"}, tmp_path / "b.pdf")
    assert "条件：按图施工" in squeezed(read(tmp_path / "b.pdf")[0])


def test_a_value_is_text_and_never_a_template(tmp_path: Path) -> None:
    values = {**VALUES, "trade_name": "{capital}店"}
    compose(i01(), values, tmp_path / "x.pdf")
    assert "{capital}店" in squeezed(read(tmp_path / "x.pdf")[0])


def test_characters_are_drawn_as_what_they_say(tmp_path: Path) -> None:
    """The text layer alone proves nothing: the ink must be the character's own shape."""
    path = tmp_path / "x.pdf"
    template = plain(Block("line", "青", size_pt=200), seal_kind="", placement=None)
    template = replace(template, blocks=template.blocks[:1])
    compose(template, {}, path, sample=False)
    with pypdfium2.PdfDocument(path) as document:
        drawn = document[0].render(scale=1).to_pil().convert("L")
    assert likeness(drawn, shape_of("青")) > 0.85
    assert likeness(drawn, shape_of("审")) < 0.6


def shape_of(char: str) -> Image.Image:
    font = ImageFont.truetype(ROOT / "resources/fonts/NotoSerifSC-Regular-gb2312.otf", 200)
    image = Image.new("L", (260, 320), 255)
    ImageDraw.Draw(image).text((20, 10), char, fill=0, font=font)
    return image


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Share of common ink when both are cropped to their ink and brought to one size."""
    masks: Sequence[Image.Image] = [
        image.point(lambda level: 255 if level < 128 else 0) for image in (one, other)
    ]
    first, second = (mask.crop(mask.getbbox()).resize((100, 100)) for mask in masks)
    common = ImageChops.darker(first, second).histogram()[128:]
    either = ImageChops.lighter(first, second).histogram()[128:]
    return sum(common) / sum(either)


def test_a3_landscape_and_a_fixed_place(tmp_path: Path) -> None:
    placement = SealPlacement(anchor="", page=1, x_mm=300, y_mm=200)
    template = plain(
        Block("paragraph", "正文"), page_width_mm=420, page_height_mm=297, placement=placement
    )
    composed = compose(template, VALUES, tmp_path / "x.pdf")
    assert composed.seal_at is not None
    assert (composed.seal_at.page, composed.seal_at.x_mm, composed.seal_at.y_mm) == (1, 300, 200)
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        width, height = document[0].get_size()
    assert (round(width / MM), round(height / MM)) == (420, 297)


def test_an_anchor_text_gives_the_place(tmp_path: Path) -> None:
    """Wide and narrow brackets are the same anchor; a missing text falls back to the place."""
    line = Block("line", "负责人（盖章）", align="center")
    placed = SealPlacement(anchor="(盖章)", shift_y_mm=5, x_mm=50, y_mm=60)
    path = tmp_path / "x.pdf"
    composed = compose(plain(line, placement=placed), VALUES, path)
    at = next(box for box in ink_boxes(path, 0) if box[0] == "盖")
    assert composed.seal_at is not None
    assert abs(composed.seal_at.x_mm - at[3]) < 4
    assert abs(composed.seal_at.y_mm - 5 - (at[2] + at[4]) / 2) < 3
    away = compose(plain(line, placement=replace(placed, anchor="没有这句")), VALUES, path)
    assert away.seal_at is not None
    assert (away.seal_at.x_mm, away.seal_at.y_mm) == (50, 60)


def test_an_anchor_that_stands_twice_is_refused(tmp_path: Path) -> None:
    line = Block("line", "（盖章）")
    template = plain(line, line, placement=SealPlacement(anchor="（盖章）"))
    with pytest.raises(Refusal) as caught:
        compose(template, VALUES, tmp_path / "x.pdf")
    assert caught.value.code == "anchor_ambiguous"


def test_no_personal_data_in_title_and_no_dates(tmp_path: Path) -> None:
    compose(i01(), VALUES, tmp_path / "x.pdf")
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        about = document.get_metadata_dict(skip_empty=True)
    assert about == {"Title": "营业执照", "Producer": "OneSeal Workbench"}


def test_a_document_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"old")
    compose(i01(), VALUES, path)
    assert path.read_bytes().startswith(b"%PDF")
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.pdf"]


texts = st.text(alphabet="青云区，。（）《》abc 12\n、；", max_size=80)


@settings(max_examples=60, deadline=None)
@given(text=texts, width=st.floats(60, 400), size=st.floats(8, 30))
def test_wrapping_keeps_every_character(text: str, width: float, size: float) -> None:
    lines = wrap(text, size, False, width)
    assert squeezed("".join(lines)) == squeezed(text)
    for line in lines:
        assert width_of(line, size) <= width + 0.01 or len(line) == 1


def test_no_closing_mark_begins_a_line() -> None:
    text = "青云区行政审批局，青云区政务服务中心（一楼）。" * 6
    for width in range(60, 200, 7):
        lines = wrap(text, 12, False, float(width))
        assert not any(line[0] in "，。）" for line in lines)
        assert not any(line[-1] == "（" for line in lines)
