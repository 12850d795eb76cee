"""In which order pages are wished for, and which pictures are let go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtGui import QImage

from tests.shell.case_kit import clerk, make_pdf, until, workplace
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.viewer.pictures import BIG, WHOLE, PictureCache, Wish
from workbench.shell.viewer.sheets import Fit
from workbench.shell.viewer.strip_wishes import BASE_WIDTH
from workbench.shell.workplace import Workplace

AT = 1_767_600_000_000_000


@pytest.fixture
def work(tmp_path: Path, qapp: Any) -> Iterator[Workplace]:
    with workplace(tmp_path, object(), clerk(), AT) as made:
        yield made


@pytest.fixture
def frame(work: Workplace, qtbot: Any, tmp_path: Path) -> MaterialFrame:
    """Nine pages, the fifth one in hand and alone in sight."""
    made = MaterialFrame.whole(work)
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.show()
    qtbot.waitExposed(made)
    path = make_pdf(tmp_path / "nine.pdf", 9)
    with qtbot.waitSignal(made.source_opened, timeout=20_000):
        made.show_file(lambda: path, "ab" * 32)
    until(qtbot, made.drawn)
    made.strip.set_fit(Fit.WIDTH)
    made.strip.go_to(5)
    made.strip.down.setValue(made.strip.down.value() + 100)
    assert list(made.strip.seen()) == [5]
    return made


def test_what_lies_near_is_wished_in_the_order_of_reading(frame: MaterialFrame) -> None:
    strip = frame.strip
    assert [wish.page for wish in strip.near_wishes()] == [strip.key(page) for page in (6, 7, 4)]
    wished = [wish.page for wish in strip.wishes()]
    assert wished[0] == strip.key(5), "what is seen comes first"
    strip.go_to(9)
    strip.down.setValue(strip.down.maximum())
    nearest = strip.seen()[0] - 1
    assert [wish.page for wish in strip.near_wishes()] == [strip.key(nearest)], "no further"


def test_the_pages_near_are_there_before_they_are_turned_to(
    frame: MaterialFrame, qtbot: Any
) -> None:
    strip = frame.strip
    assert strip.pictures is not None
    kept = strip.pictures.cache
    until(qtbot, lambda: all(wish in kept for wish in strip.near_wishes()))
    strip.go_to(6)
    assert strip.drawn(), "nothing is waited for"


def test_a_large_page_is_wished_at_half_its_width_first_and_in_tiles_where_it_is_larger(
    frame: MaterialFrame,
) -> None:
    strip = frame.strip
    assert strip.pictures is not None
    key = strip.key(5)
    strip.set_zoom(2.0)
    wide, high = strip.device_size(strip.sheets.place(5))
    assert wide * high < BIG
    strip.pictures.cache.forget()
    widths = [one.width_px for one in strip.seen_wishes() if one.page == key and one.width_px > 180]
    assert widths == [wide // 2, wide]
    strip.set_zoom(5.0)
    strip.pictures.cache.forget()
    wished = [one for one in strip.seen_wishes() if one.page == key and one.width_px > 180]
    assert wished[0].clip == WHOLE and wished[0].width_px == BASE_WIDTH, "a ground below the tiles"
    tiles = wished[1:]
    assert tiles and all(one.clip != WHOLE for one in tiles)
    wide, high = strip.device_size(strip.sheets.place(5))
    clips = [one.clip for one in tiles]
    drawn = sum((one.right - one.left) * (one.bottom - one.top) for one in clips)
    assert drawn < 0.5, "only what is seen"


def test_the_longest_unused_goes_first_and_bytes_are_counted() -> None:
    picture = QImage(100, 100, QImage.Format.Format_RGB32)
    cache = PictureCache(3 * picture.sizeInBytes())
    one, two, three, four = (Wish(page, 0, 100) for page in (1, 2, 3, 4))
    for wish in (one, two, three):
        cache.put(wish, picture)
    assert cache.get(one) is not None
    cache.put(four, picture)
    cache.trim()
    assert [wish in cache for wish in (one, two, three, four)] == [True, False, True, True]
    assert cache.bytes == 3 * picture.sizeInBytes()
    larger = QImage(200, 200, QImage.Format.Format_RGB32)
    cache.put(two, larger)
    cache.trim({three})
    assert [wish in cache for wish in (one, two, three, four)] == [False, True, True, False]
