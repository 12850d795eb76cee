"""Drawing: right way up, right colours, bounded size, quick way equal to the page engine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from tests.paper import made_files
from workbench.paper import scan_pages
from workbench.paper.drawn import Drawn, target
from workbench.paper.image_pages import ImageDocument
from workbench.paper.inspection import render_page
from workbench.paper.pdf_pages import PdfDocument
from workbench.rules.materials import LIMITS, Clip, Kind, PageSize
from workbench.rules.refusals import Refusal

WHOLE = Clip(0, 0, 1, 1)
PART = Clip(0.1, 0.2, 0.6, 0.55)


@pytest.fixture(autouse=True)
def _engine_colours() -> Iterator[None]:
    """A document drawn in this process sets the engine's colours for all: set them back."""
    yield
    pymupdf.TOOLS.set_icc(True)


def as_image(drawn: Drawn) -> Image.Image:
    """What a user would see."""
    mode = "RGB" if drawn.format == "RGB888" else "L"
    size = (drawn.width, drawn.height)
    raw = Image.frombuffer(mode, size, bytes(drawn.pixels), "raw", mode, drawn.stride, 1)
    return raw.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, 0..255."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def draw_image(path: Path, kind: Kind, page: int = 1, width: int = 200) -> Image.Image:
    document = ImageDocument(path, kind, LIMITS)
    try:
        return as_image(document.draw(page, width, 0, WHOLE))
    finally:
        document.close()


TURNS = (0, 90, 180, 270)
WAYS = [(own, turn) for own in TURNS for turn in TURNS]
"""A page's own rotation and the turn by hand."""
KINDS = tuple(made_files.SCAN_KINDS)


def some_ways(kind: str) -> list[tuple[int, int]]:
    """Two of the sixteen for each kind, so that all kinds together go through all of them."""
    number = KINDS.index(kind)
    return [WAYS[number % len(WAYS)], WAYS[(number + len(WAYS) // 2) % len(WAYS)]]


def test_the_small_depth_leaves_out_no_way() -> None:
    assert {way for kind in KINDS for way in some_ways(kind)} == set(WAYS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_quick_way_draws_what_the_engine_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, depth: int, kind: str
) -> None:
    """Every kind of scan, turned by its page and by hand, whole, in part and loosely."""
    used: list[Drawn | None] = []
    real = scan_pages.draw_scan

    def watched(*asked: object) -> Drawn | None:
        used.append(real(*asked))  # type: ignore[arg-type]
        return used[-1]

    for own, turn in WAYS if depth > 1 else some_ways(kind):
        picture = made_files.corner_picture((900, 1200))
        file = made_files.scan_pdf(tmp_path / "scan.pdf", picture, own, kind)
        document = PdfDocument(file, None, LIMITS)
        monkeypatch.setattr("workbench.paper.pdf_pages.draw_scan", watched)
        quick = [document.draw(1, 333, turn, clip) for clip in (WHOLE, PART)]
        loose = document.draw(1, 333, turn, WHOLE, True, memoryview(bytearray(10**7)))
        monkeypatch.setattr("workbench.paper.pdf_pages.draw_scan", lambda *_asked: None)
        slow = [document.draw(1, 333, turn, clip) for clip in (WHOLE, PART)]
        document.close()
        assert all(used), "the quick way was not taken"
        for one, other in zip(quick, slow, strict=True):
            assert (one.page_width, one.page_height) == (other.page_width, other.page_height)
            assert difference(as_image(one), as_image(other)) < 3, (own, turn)
        assert 333 <= loose.page_width == loose.width <= 333 * 1.5
        assert difference(as_image(loose).resize((slow[0].width, slow[0].height)),
                          as_image(slow[0])) < 3, (own, turn)  # fmt: skip


@pytest.mark.parametrize(
    "spoil", ["decode", "short", "mask", "crop", "second", "text", "cmyk", "annot"]
)
def test_the_quick_way_is_left_where_it_would_be_wrong(tmp_path: Path, spoil: str) -> None:
    kind = "fax" if spoil == "short" else "colour"
    made_files.scan_pdf(tmp_path / "scan.pdf", made_files.corner_picture((600, 800)), 0, kind)
    with pikepdf.open(tmp_path / "scan.pdf") as pdf:
        page = pdf.pages[0]
        image = page.Resources.XObject.Im0
        if spoil == "decode":
            image.Decode = [1, 0, 1, 0, 1, 0]
        elif spoil == "short":
            image.D = [1, 0]  # the name that only pictures inside a content stream have
        elif spoil == "mask":
            image.SMask = _mask(pdf)
        elif spoil == "crop":
            page.CropBox = [20, 20, 200, 200]
        elif spoil == "second":
            page.contents_add(b"q 50 0 0 50 100 100 cm /Im0 Do Q")
        elif spoil == "text":
            page.contents_add(b"0 0 1 rg 100 100 60 60 re f")
        elif spoil == "cmyk":
            data = io.BytesIO()
            made_files.corner_picture((600, 800), "CMYK").save(data, "JPEG")
            image.write(data.getvalue(), filter=pikepdf.Name.DCTDecode)
            image.ColorSpace = pikepdf.Name.DeviceCMYK
        else:
            page.Annots = [
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square,
                        Rect=[10, 10, 90, 90], C=[1, 0, 0],
                    )
                )
            ]  # fmt: skip
        pdf.save(tmp_path / "spoilt.pdf")
    document = PdfDocument(tmp_path / "spoilt.pdf", None, LIMITS)
    ours = as_image(document.draw(1, 300, 0, WHOLE))
    document.close()
    with pymupdf.open(tmp_path / "spoilt.pdf") as file:
        page = file[0]
        pixels = page.get_pixmap(
            matrix=pymupdf.Matrix(300 / page.rect.width, 300 / page.rect.width)
        )
        theirs = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
        want = target(PageSize(page.rect.width, page.rect.height), 300, 0, WHOLE, 10**7)
        assert scan_pages.draw_scan(file, page, want, 0, 10**8) is None
    assert difference(ours, theirs.resize(ours.size)) < 2


def _mask(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    return pdf.make_stream(
        bytes([120]) * 4, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=2, Height=2,
        ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_pdf_page_stands_upright_by_its_own_rotation(tmp_path: Path, turn: int) -> None:
    file = made_files.pdf(tmp_path / "r.pdf", 1, turn=turn)
    document = PdfDocument(file, None, LIMITS)
    ours = as_image(document.draw(1, 300, 0, WHOLE))
    assert document.sizes()[0].rotation == turn
    document.close()
    assert (ours.width > ours.height) == (turn in (90, 270))
    with pymupdf.open(file) as other:
        pixels = other[0].get_pixmap(dpi=72)
    theirs = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    assert difference(ours, theirs.resize(ours.size)) < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_by_its_exif_note(tmp_path: Path, orientation: int) -> None:
    file = made_files.turned_jpeg(tmp_path / "p.jpg", orientation)
    shown = draw_image(file, Kind.JPEG)
    dark_at = {
        1: (0.1, 0.1), 2: (0.9, 0.1), 3: (0.9, 0.9), 4: (0.1, 0.9),
        5: (0.1, 0.1), 6: (0.9, 0.1), 7: (0.9, 0.9), 8: (0.1, 0.9),
    }  # fmt: skip
    x, y = dark_at[orientation]
    pixel = shown.getpixel((int(x * shown.width), int(y * shown.height)))
    assert sum(pixel) < 200
    assert (shown.height > shown.width) == (orientation >= 5)


def test_each_page_of_a_tiff_is_its_own_and_has_its_size(tmp_path: Path) -> None:
    file = made_files.tiff(tmp_path / "t.tif")
    document = ImageDocument(file, Kind.TIFF, LIMITS)
    sizes = document.sizes()
    assert len(sizes) == 3 and abs(sizes[0].width_pt - 288) < 0.5
    ink = [
        255 - ImageStat.Stat(as_image(document.draw(n, 200, 0, WHOLE)).convert("L")).mean[0]
        for n in (3, 1, 2, 1)
    ]
    document.close()
    assert ink[1] == pytest.approx(ink[3])
    assert ink[0] > ink[2] * 1.3 > ink[1] * 1.6


def test_a_tiff_turned_by_its_tag_is_turned_once(tmp_path: Path) -> None:
    file = tmp_path / "o.tif"
    made_files.corner_picture((400, 300)).save(file, tiffinfo={274: 6}, dpi=(100, 100))
    document = ImageDocument(file, Kind.TIFF, LIMITS)
    size, shown = document.sizes()[0], as_image(document.draw(1, 150, 0, WHOLE))
    document.close()
    assert (round(size.width_pt), round(size.height_pt)) == (216, 288)
    assert shown.size == (150, 200)
    assert sum(shown.getpixel((140, 10))) < 200 < sum(shown.getpixel((10, 100)))


def test_odd_modes_keep_their_tones(tmp_path: Path) -> None:
    deep = Image.new("I;16", (40, 40), 40_000)
    deep.putpixel((0, 0), 0)
    deep.save(tmp_path / "deep.png")
    assert (
        abs(draw_image(tmp_path / "deep.png", Kind.PNG, width=40).getpixel((30, 30))[0] - 156) < 3
    )
    made_files.corner_picture(mode="CMYK").save(tmp_path / "cmyk.jpg", quality=95)
    shown = draw_image(tmp_path / "cmyk.jpg", Kind.JPEG)
    assert min(shown.getpixel((190, 20))) > 235 and max(shown.getpixel((20, 20))) < 110
    palette = made_files.corner_picture().quantize(4)
    palette.save(tmp_path / "p.gif")
    assert sum(draw_image(tmp_path / "p.gif", Kind.GIF).getpixel((10, 10))) < 250


def test_white_words_on_a_clear_ground_can_be_read(tmp_path: Path) -> None:
    image = Image.new("RGBA", (200, 100), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (50, 30, 150, 70))
    image.save(tmp_path / "clear.png")
    shown = draw_image(tmp_path / "clear.png", Kind.PNG)
    assert shown.getpixel((100, 50)) == (255, 255, 255) and max(shown.getpixel((10, 10))) < 100
    dark = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    dark.paste((0, 0, 0, 255), (50, 30, 150, 70))
    dark.save(tmp_path / "dark.png")
    assert draw_image(tmp_path / "dark.png", Kind.PNG).getpixel((10, 10)) == (255, 255, 255)


def test_no_resolution_does_not_make_a_page_fifty_inches_wide(tmp_path: Path) -> None:
    made_files.corner_picture((2476, 3204)).save(tmp_path / "n.png")
    made_files.corner_picture((2476, 3204)).save(tmp_path / "odd.tif", dpi=(1, 1))
    for name, kind in (("n.png", Kind.PNG), ("odd.tif", Kind.TIFF)):
        document = ImageDocument(tmp_path / name, kind, LIMITS)
        size = document.sizes()[0]
        document.close()
        assert 800 < size.height_pt < 860


@given(
    wide=st.floats(0.2, 2e5),
    high=st.floats(0.2, 2e5),
    width_px=st.integers(1, 100_000),
    turn=st.sampled_from([0, 90, 180, 270]),
    edges=st.tuples(*[st.floats(-1, 2)] * 4),
)
def test_no_wish_draws_more_pixels_than_the_limit(
    wide: float, high: float, width_px: int, turn: int, edges: tuple[float, ...]
) -> None:
    want = target(PageSize(wide, high), width_px, turn, Clip(*edges), 1_000_000)
    assert 1 <= want.width * want.height <= 1_000_000
    assert want.left >= 0 and want.left + want.width <= want.page_width
    assert want.top >= 0 and want.top + want.height <= want.page_height
    assert want.page_width <= max(1, width_px)


def test_render_writes_a_png_of_the_right_size(tmp_path: Path) -> None:
    file = made_files.pdf(tmp_path / "a.pdf")
    out = tmp_path / "a.png"
    assert render_page(file, 2, 100, out) == (826, 1169)
    with Image.open(out) as picture:
        assert picture.size == (826, 1169)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf", "a.png"]


def test_an_enormous_page_comes_out_smaller_not_never(tmp_path: Path) -> None:
    with pymupdf.open() as file:
        page = file.new_page(width=14_400, height=14_400)
        page.draw_rect((1_000, 1_000, 9_000, 9_000), fill=(0, 0, 1))
        file.save(tmp_path / "enormous.pdf")
    tight = replace(LIMITS, memory_mb=450, max_picture_pixels=4_000_000)
    size = render_page(tmp_path / "enormous.pdf", 1, 600, tmp_path / "e.png", limits=tight)
    assert size == (2_000, 2_000)


def test_a_blank_page_says_so_on_the_picture(tmp_path: Path) -> None:
    with pymupdf.open() as file:
        file.new_page()
        file.save(tmp_path / "blank.pdf")
    render_page(tmp_path / "blank.pdf", 1, 60, tmp_path / "b.png")
    with Image.open(tmp_path / "b.png") as picture:
        low, high = picture.convert("L").getextrema()
    assert low < 200 < high


def test_render_refuses_in_plain_words(tmp_path: Path) -> None:
    file = made_files.pdf(tmp_path / "a.pdf")
    before = file.read_bytes()
    wishes = [
        ((file, 3, 100, tmp_path / "o.png"), "paper.no-such-page"),
        ((file, 0, 100, tmp_path / "o.png"), "paper.no-such-page"),
        ((file, 1, 5, tmp_path / "o.png"), "paper.bad-dpi"),
        ((file, 1, 100, file), "paper.would-overwrite"),
        ((file, 1, 100, tmp_path / "absent" / "o.png"), "paper.cannot-write"),
        ((tmp_path / "absent.pdf", 1, 100, tmp_path / "o.png"), "paper.missing"),
        ((made_files.ofd(tmp_path / "x.ofd"), 1, 100, tmp_path / "o.png"), "paper.ofd-not-drawn"),
    ]
    for wish, code in wishes:
        with pytest.raises(Refusal) as told:
            render_page(*wish)
        assert told.value.code == code and told.value.remedy
    assert file.read_bytes() == before and not (tmp_path / "o.png").exists()
