"""Two hundred damaged files through the real renderer process, twenty thousand with ``--deep``.

Whatever a file does, the desk gets a picture, a Refusal or an Outage with a name, in time; a page
with nothing to see says so; nothing is written anywhere.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.paper.mutations import sound_files, spoilt
from workbench.paper.picture_memory import folder
from workbench.paper.renderer import Renderer
from workbench.rules.materials import LIMITS, PagePicture
from workbench.rules.refusals import Outage, Refusal

pytestmark = [pytest.mark.long(8), pytest.mark.keeps_threads]  # a child that a file ended
SMALL, DEEP = 200, 20_000
SECONDS = 6.0
GRACE = 4.0
"""Beyond the limit: killing a child on a busy machine and starting the next."""
KINDS = tuple(sound_files())


@dataclass
class Watched:
    """A renderer whose process has folders of its own to write to, if it ever did."""

    renderer: Renderer
    places: tuple[Path, ...]
    said: Counter[str] = field(default_factory=Counter)

    def written(self) -> list[str]:
        """Everything that stands where nothing should."""
        left = [str(one) for place in self.places for one in place.rglob("*")]
        return left + [one.name for one in folder().glob(f"oneseal-pages-{os.getpid()}-*")]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    places = tuple(tmp_path_factory.mktemp(name) for name in ("temporary", "home", "current"))
    limits = replace(LIMITS, open_seconds=SECONDS, page_seconds=SECONDS, search_seconds=SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(places[0]))
        patch.setenv("HOME", str(places[1]))
        patch.chdir(places[2])
        with Renderer(limits) as renderer:
            renderer.start()
            yield Watched(renderer, places)


def asked(watched: Watched, file: Path, width: int) -> None:
    """Open it, draw its first and last page, search it; only what has a name may come out."""
    renderer = watched.renderer
    begun = time.monotonic()
    questions = 1
    try:
        opened = renderer.open(file)
        try:
            for page in {1, opened.pages}:
                questions += 1
                _look_at(watched, renderer.page(opened.handle, page, width, loosely=True))
            questions += 1
            renderer.search(opened.handle, "Synthetic")
        finally:
            renderer.close(opened.handle)
        watched.said["drawn"] += 1
    except Refusal as refusal:
        assert str(refusal) and refusal.remedy
        assert refusal.code != "paper.crashed", str(refusal)
        watched.said[refusal.code] += 1
    except Outage as outage:
        assert str(outage) and outage.remedy
        watched.said[outage.code] += 1
    assert time.monotonic() - begun < questions * SECONDS + GRACE


def _look_at(watched: Watched, picture: PagePicture) -> None:
    """The pixels are all there, and a page of one colour is called blank."""
    assert len(picture.data) == picture.stride * picture.height
    step = 3 if picture.format == "RGB888" else 1
    first = picture.data[:step] * picture.width
    rows = range(0, len(picture.data), picture.stride)
    one_colour = all(picture.data[at : at + len(first)] == first for at in rows)
    assert picture.blank == one_colour
    watched.said["blank, and said so"] += picture.blank


@pytest.mark.parametrize("kind", KINDS)
def test_no_damaged_file_ends_the_desk_or_stays_without_an_answer(
    watched: Watched, tmp_path: Path, kind: str, depth: int, counted: Callable[[str, int], None]
) -> None:
    before = dict(watched.said)
    number = (SMALL if depth == 1 else DEEP) // len(KINDS)
    for each in range(number):
        data, done = spoilt(kind, each)
        file = tmp_path / f"{each}.{kind}"
        file.write_bytes(data)
        try:
            asked(watched, file, (120, 700)[each % 2])
        except BaseException as err:
            err.add_note(f"spoilt({kind!r}, {each}): {done}")
            raise
        assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(data).digest()
        file.unlink()
    assert watched.written() == []
    assert list(tmp_path.iterdir()) == []
    counted(f"damaged files: {kind}", number)
    for word in sorted(watched.said):
        if watched.said[word] > before.get(word, 0):
            counted(f"damaged {kind}: {word}", watched.said[word] - before.get(word, 0))


@pytest.mark.parametrize("kind", KINDS)
def test_the_sound_files_are_sound(watched: Watched, tmp_path: Path, kind: str) -> None:
    """Else the damage would be our own, and every file refused for the wrong reason."""
    for number, data in enumerate(sound_files()[kind]):
        (tmp_path / f"{number}.{kind}").write_bytes(data)
        opened = watched.renderer.open(tmp_path / f"{number}.{kind}")
        assert opened.kind == kind
        if kind != "ofd":
            assert not watched.renderer.page(opened.handle, 1, 120).blank
        watched.renderer.close(opened.handle)


def test_the_same_number_is_the_same_file() -> None:
    assert [spoilt(kind, 7) for kind in KINDS] == [spoilt(kind, 7) for kind in KINDS]
    assert len({spoilt(kind, each)[0] for kind in KINDS for each in range(25)}) > 190
