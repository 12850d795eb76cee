"""Files that are too large, too wide, too well packed or suddenly gone, and memory that fails.

Each goes through the real renderer process: a picture or a named reason, in time, within its
memory, and the next file is read as if nothing had been.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.paper import made_files
from workbench.paper import picture_memory
from workbench.paper.renderer import Renderer
from workbench.paper.sample_files import Look, encode, pdf_of, scanned, written
from workbench.paper.sample_pages import letter_page
from workbench.rules.materials import LIMITS
from workbench.rules.refusals import Outage, Refusal

pytestmark = [pytest.mark.long(10), pytest.mark.keeps_threads]
SECONDS, HASTY = 5.0, 1.0
"""Of wall time for one question; the desk's own limit is longer."""


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """One for all these tests: whatever a file does to it, the next one finds it at work."""
    limits = replace(LIMITS, open_seconds=SECONDS, page_seconds=SECONDS)
    with Renderer(limits) as one:
        one.start()
        yield one


@pytest.fixture(scope="module")
def hasty() -> Iterator[Renderer]:
    """One that waits only a second, for files that take all the time they are given."""
    with Renderer(replace(LIMITS, open_seconds=HASTY, page_seconds=HASTY)) as one:
        one.start()
        yield one


def child_mb(renderer: Renderer, what: str = "VmHWM") -> float:
    """Memory of the renderer's process: the most it ever held, or what it holds."""
    for line in Path(f"/proc/{renderer.child_pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) / 1024
    raise AssertionError(what)


def own_mb() -> float:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def still_reads(renderer: Renderer, folder: Path) -> None:
    """The next file is read; after a death within the same question."""
    opened = renderer.open(made_files.pdf(folder / "next.pdf", 1))
    assert not renderer.page(opened.handle, 1, 300).blank
    renderer.close(opened.handle)


def end(renderer: Renderer, sign: int) -> None:
    """Send the renderer's process that signal and wait until it is gone."""
    pid = renderer.child_pid
    assert pid is not None
    os.kill(pid, sign)
    give_up = time.monotonic() + 5
    while renderer.child_pid == pid and time.monotonic() < give_up:
        time.sleep(0.01)
    assert renderer.child_pid is None


# -- memory that fails ------------------------------------------------------------------------


def test_no_room_for_the_shared_memory_is_an_outage_until_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory file system is full before the renderer starts; later it is not."""
    with Renderer() as renderer:

        def full(_number: int, _size: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(picture_memory.os, "ftruncate", full)
            with pytest.raises(Outage) as told:
                renderer.open(made_files.pdf(tmp_path / "a.pdf"))
            assert told.value.code == "paper.reader-start" and told.value.remedy
        assert not list(picture_memory.folder().glob(f"oneseal-pages-{os.getpid()}-*"))
        still_reads(renderer, tmp_path)


def test_shared_memory_that_runs_out_while_drawing_is_one_outage(
    renderer: Renderer, tmp_path: Path
) -> None:
    """Writing where no memory can be had ends the child by SIGBUS; here it has been cut off."""
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf", 2))
    child = renderer._child
    assert child is not None and child.memory is not None
    os.ftruncate(child.memory._number, 0)
    with pytest.raises(Outage) as told:
        renderer.page(opened.handle, 1, 600)
    assert told.value.code == "paper.reader-died" and told.value.remedy
    assert renderer.page(opened.handle, 1, 600).width == 600


def test_memory_cut_off_behind_the_answer_does_not_end_the_desk(
    renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child taken over by a file cuts the memory off after answering: the desk reads, it does
    not look at a mapping, so this is an Outage and not its end."""
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf", 1))
    child = renderer._child
    assert child is not None and child.memory is not None
    real, memory = child.ask, child.memory

    def ask(do: str, seconds: float, **what: object) -> object:
        answer = real(do, seconds, **what)
        os.ftruncate(memory._number, 4_096)
        return answer

    monkeypatch.setattr(child, "ask", ask)
    with pytest.raises(Outage) as told:
        renderer.page(opened.handle, 1, 600)
    assert told.value.code == "paper.reader-died"
    assert renderer.page(opened.handle, 1, 600).width == 600


LIES: tuple[dict[str, object], ...] = (
    {"at": 10**9}, {"stride": 10**8}, {"at": -5}, {"width": 10**6}, {"height": -3},
    {"format": "RGBA"},
)  # fmt: skip


def test_a_child_that_lies_about_its_picture_is_ended(
    renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf", 1))
    for lie in LIES if depth > 1 else LIES[:2]:
        assert renderer.page(opened.handle, 1, 600).width == 600
        child = renderer._child
        assert child is not None
        monkeypatch.setattr(child, "ask", _lying(child.ask, lie))
        with pytest.raises(Outage):
            renderer.page(opened.handle, 1, 600)
    assert renderer.page(opened.handle, 1, 600).width == 600


def _lying(real: Callable[..., dict[str, object]], lie: dict[str, object]) -> object:
    return lambda do, seconds, **what: {**real(do, seconds, **what), **lie}


def test_whatever_ends_the_child_between_two_questions_is_not_noticed(
    renderer: Renderer, tmp_path: Path, depth: int
) -> None:
    """The file opens again by itself, also where another one is closed first."""
    signs = (signal.SIGKILL, signal.SIGBUS, signal.SIGSEGV, signal.SIGABRT)
    opened = renderer.open(made_files.tiff(tmp_path / "t.tif", 2))
    for sign in signs if depth > 1 else signs[:2]:
        other = renderer.open(made_files.pdf(tmp_path / "a.pdf", 2))
        end(renderer, sign)
        renderer.close(other.handle)
        assert renderer.page(opened.handle, 2, 200).width == 200


# -- too large ---------------------------------------------------------------------------------


def test_a_scan_of_300_mb_opens_at_once_and_in_little_memory(
    renderer: Renderer, tmp_path: Path, depth: int
) -> None:
    """300 MB in the long run, 60 in the short one: every page is a scan with bytes of its own."""
    page = scanned(letter_page(200, "样本", ["样本文字。" * 40] * 4, "李"), Look("colour", 200), 1)
    leaf = encode(page, 200, 90)
    count = (300 if depth > 1 else 60) * 1_000_000 // len(leaf.data) + 1
    file = tmp_path / "thick.pdf"
    file.write_bytes(pdf_of([leaf] * count))
    assert file.stat().st_size > (299e6 if depth > 1 else 59e6)
    end(renderer, signal.SIGKILL)
    before = own_mb()
    begun = time.monotonic()
    opened = renderer.open(file)
    for number in (1, count, count // 2, count // 3, 2, count - 1):
        assert not renderer.page(opened.handle, number, 1_200, loosely=True).blank
    assert opened.pages == count
    assert time.monotonic() - begun < 10
    assert child_mb(renderer) < 250
    assert own_mb() - before < 60


def _png(path: Path) -> None:
    wide = Image.new("1", (100_000, 700), 1)
    ImageDraw.Draw(wide).rectangle((20_000, 100, 60_000, 600), fill=0)
    wide.save(path, "PNG")


def _tiff(path: Path) -> None:
    wide = Image.new("1", (100_000, 700), 1)
    ImageDraw.Draw(wide).rectangle((20_000, 100, 60_000, 600), fill=0)
    wide.save(path, "TIFF", compression="group4", dpi=(300, 300))


def _pdf(path: Path) -> None:
    wide = made_files.corner_picture((100_000, 100))
    data = zlib.compress(wide.convert("L").tobytes())
    head = b"<</Type/XObject/Subtype/Image/Width 100000/Height 100/ColorSpace/DeviceGray"
    content = b"q 100000 0 0 100 0 0 cm /Im0 Do Q"
    path.write_bytes(written([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100000 100]/Contents 4 0 R"
        b"/Resources<</XObject<</Im0 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        head + b"/BitsPerComponent 8/Filter/FlateDecode/Length %d>>\nstream\n" % len(data)
        + data + b"\nendstream",
    ]))  # fmt: skip


@pytest.mark.parametrize("make", [_png, _tiff, _pdf])
def test_a_page_100_000_pixels_wide_is_drawn_bounded(
    renderer: Renderer, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    end(renderer, signal.SIGKILL)  # the most that it held counts from its start
    make(tmp_path / "wide")
    opened = renderer.open(tmp_path / "wide")
    for asked in (180, 1_200, 100_000):
        picture = renderer.page(opened.handle, 1, asked, loosely=True)
        assert not picture.blank
        assert picture.width * picture.height <= LIMITS.max_picture_pixels
        assert picture.page_width <= 1.5 * asked
    assert child_mb(renderer) < 700


# -- too well packed ---------------------------------------------------------------------------


def _zeros(count: int) -> bytes:
    """``count`` times 10 MB of zeros as one deflated stream, made by repeating a packed piece."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    if piece.startswith(b"\x78"):
        head, piece = piece[:2], piece[2:]
    check = (count * 10_000_000 % 65_521) << 16 | 1
    return head + piece * count + b"\x03\x00" + check.to_bytes(4, "big")


def _twice_flate(entries: bytes) -> bytes:
    """3 GB of zeros, packed twice: 3 MB become a few kB."""
    data = zlib.compress(_zeros(300), 9)
    return b"<<%s/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n%s\nendstream" % (
        entries, len(data), data
    )  # fmt: skip


def test_the_packed_zeros_are_a_sound_stream() -> None:
    assert zlib.decompress(_zeros(2)) == bytes(20_000_000)


def _packed_picture(side: int) -> list[bytes]:
    content = b"q 500 0 0 500 0 0 cm /Im0 Do Q"
    entries = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        % (side, side)
    )
    return [
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        _twice_flate(entries),
    ]


def _packed_words(_side: int) -> list[bytes]:
    return [_twice_flate(b""), b"<<>>"]


@pytest.mark.parametrize(
    ("parts", "side"), [(_packed_picture, 31_000), (_packed_picture, 11_000), (_packed_words, 0)]
)
def test_twelve_kilobytes_that_become_gigabytes_get_a_named_answer(
    hasty: Renderer, tmp_path: Path, parts: object, side: int
) -> None:
    """As a picture of 2.9 GB, as one within the limit of pixels, as the words of a page."""
    file = tmp_path / "small.pdf"
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R"
        b"/Resources<</XObject<</Im0 5 0 R>>>>>>"
    )
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    file.write_bytes(written(objects + parts(side)))  # type: ignore[operator]
    assert file.stat().st_size < 13_000
    begun = time.monotonic()
    try:
        opened = hasty.open(file)
        picture = hasty.page(opened.handle, 1, 600)
        assert picture.blank or bytes(3) in picture.data  # black as packed, or said to be empty
    except (Refusal, Outage) as told:
        assert told.code in (
            "paper.reader-memory", "paper.reader-hung", "paper.page-damaged", "paper.reader-died"
        )  # fmt: skip
    assert time.monotonic() - begun < 2 * HASTY + 4
    assert hasty.child_pid is None or child_mb(hasty) < LIMITS.memory_mb + 100
    still_reads(hasty, tmp_path)


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "bmp", "tif", "jp2"])
def test_pictures_that_state_gigabytes_are_refused_by_what_they_state(
    renderer: Renderer, tmp_path: Path, kind: str
) -> None:
    """No byte of the pixels is decoded: the stated size is enough."""
    made = {"png": ("PNG", 16), "gif": ("GIF", 6), "bmp": ("BMP", 18), "tif": ("TIFF", 0)}
    file = tmp_path / f"a.{kind}"
    if kind in ("webp", "jp2"):
        form = {"webp": "WEBP", "jp2": "JPEG2000"}[kind]
        made_files.corner_picture((64, 64)).save(file, form, lossless=True)
        data = bytearray(file.read_bytes())
        if kind == "webp":  # lossless: 14 bits of width and of height, less one
            at = data.index(b"VP8L") + 9
            data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") | 0xFFF_FFFF).to_bytes(
                4, "little"
            )
    else:
        form, at = made[kind]
        made_files.corner_picture((64, 64)).quantize(4).save(file, form)
        data = bytearray(file.read_bytes())
        if kind == "tif":
            for tag in (b"\x00\x01", b"\x01\x01"):  # width and height, as long numbers
                at = data.index(tag, max(8, at))
                data[at + 2 : at + 12] = struct.pack("<HII", 4, 1, 60_000)
        elif kind == "gif":
            data[at : at + 4] = b"\xff\xff\xff\xff"
        elif kind == "bmp":
            data[at : at + 8] = (60_000).to_bytes(4, "little") * 2
        else:
            return _png_states_much(renderer, file)
    file.write_bytes(data)
    with pytest.raises(Refusal) as told:
        opened = renderer.open(file)
        renderer.page(opened.handle, 1, 300)
    assert told.value.code in ("paper.too-many-pixels", "paper.unknown", "paper.damaged")
    assert child_mb(renderer, "VmRSS") < 250
    still_reads(renderer, tmp_path)


def _png_states_much(renderer: Renderer, file: Path) -> None:
    with pytest.raises(Refusal) as told:
        renderer.open(made_files.png_bomb(file))
    assert told.value.code == "paper.too-many-pixels"


# -- gone --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_files_that_disappear_while_open_are_shown_from_what_was_opened(
    renderer: Renderer, tmp_path: Path, how: str
) -> None:
    """And after the renderer's end, when they have to be opened anew, they are missed by name."""
    page = made_files.corner_picture((600, 800))
    page.save(tmp_path / "b", "PNG")
    files = (
        made_files.pdf(tmp_path / "a.pdf", 2), made_files.scan_pdf(tmp_path / "s.pdf", page),
        made_files.tiff(tmp_path / "t.tif", 2), made_files.turned_jpeg(tmp_path / "p.jpg", 1),
    )  # fmt: skip
    handles = [renderer.open(file).handle for file in files]
    before = [renderer.page(handle, 1, 250) for handle in handles]
    for file in files:
        if how == "deleted":
            file.unlink()
        else:
            shutil.copy(tmp_path / "b", tmp_path / "c")
            os.replace(tmp_path / "c", file)
    assert [renderer.page(handle, 1, 250) for handle in handles] == before
    end(renderer, signal.SIGKILL)
    if how == "deleted":
        for handle in handles:
            with pytest.raises(Refusal) as told:
                renderer.page(handle, 1, 250)
            assert told.value.code == "paper.missing" and told.value.remedy
    still_reads(renderer, tmp_path)
