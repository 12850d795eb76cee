"""The desk's renderer and its child: shared memory, death, hanging, memory, cancel, search."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from tests.paper import made_files
from workbench.paper.picture_memory import PictureMemory, folder, sweep
from workbench.paper.renderer import Renderer
from workbench.rules.materials import LIMITS, Clip
from workbench.rules.refusals import Cancelled, Outage, Refusal

pytestmark = pytest.mark.long(14)


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    with Renderer() as one:
        yield one


@contextmanager
def soon(seconds: float, act: object, *args: object) -> Iterator[None]:
    """Do something from another thread while the block waits for its answer."""
    timer = threading.Timer(seconds, act, args)  # type: ignore[arg-type]
    timer.start()
    try:
        yield
    finally:
        timer.join()


def pieces() -> list[str]:
    """Names of our shared memory that stand in the memory file system now."""
    return [p.name for p in folder().glob(f"oneseal-pages-{os.getpid()}-*")]


def pid_of(renderer: Renderer) -> int:
    pid = renderer.child_pid
    assert pid is not None
    return pid


def test_a_file_opens_and_its_pages_come_as_pixels(renderer: Renderer, tmp_path: Path) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf", 3))
    assert (opened.kind, opened.pages, len(opened.sizes)) == ("pdf", 3, 3)
    whole = renderer.page(opened.handle, 2, 600)
    assert (whole.width, whole.height, whole.format) == (600, 849, "RGB888")
    assert len(whole.data) == whole.stride * whole.height and not whole.blank
    part = renderer.page(opened.handle, 2, 600, clip=Clip(0.5, 0.5, 1.0, 1.0))
    assert (part.width, part.page_width, part.page_height) == (300, 600, 849)
    assert part.blank
    turned = renderer.page(opened.handle, 1, 600, rotate=90)
    assert turned.height == 424
    assert renderer.thumbnail(opened.handle, 3).width == 160
    assert pieces() == []


def test_two_files_are_open_at_once_and_closing_is_final(
    renderer: Renderer, tmp_path: Path
) -> None:
    first = renderer.open(made_files.pdf(tmp_path / "a.pdf", 1))
    second = renderer.open(made_files.tiff(tmp_path / "b.tif"))
    assert renderer.page(second.handle, 3, 100).format == "GRAY8"
    renderer.close(first.handle)
    renderer.close(first.handle)
    with pytest.raises(Refusal) as told:
        renderer.page(first.handle, 1, 100)
    assert told.value.code == "paper.closed"
    assert renderer.page(second.handle, 1, 100).width == 100


def test_a_bad_page_number_is_refused_and_the_child_lives_on(
    renderer: Renderer, tmp_path: Path
) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf", 1))
    pid = pid_of(renderer)
    with pytest.raises(Refusal) as told:
        renderer.page(opened.handle, 2, 100)
    assert told.value.code == "paper.no-such-page"
    assert renderer.page(opened.handle, 1, 100) and renderer.child_pid == pid


def test_a_locked_file_opens_with_its_password_also_in_a_fresh_child(
    renderer: Renderer, tmp_path: Path
) -> None:
    file = made_files.encrypted_pdf(tmp_path / "l.pdf", "word")
    with pytest.raises(Refusal):
        renderer.open(file)
    opened = renderer.open(file, "word")
    os.kill(pid_of(renderer), signal.SIGKILL)
    picture = _after_at_most_one_outage(renderer, opened.handle)
    assert picture.width == 100


def _after_at_most_one_outage(renderer: Renderer, handle: int):  # type: ignore[no-untyped-def]
    try:
        return renderer.page(handle, 1, 100)
    except Outage:
        return renderer.page(handle, 1, 100)


def test_kill_in_the_middle_of_a_page_is_one_outage_and_the_next_page_comes(
    renderer: Renderer, tmp_path: Path
) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf"))
    before = renderer.page(opened.handle, 2, 300)
    pid = pid_of(renderer)
    os.kill(pid, signal.SIGSTOP)  # so that the page is surely in hand when the child dies
    with soon(0.2, os.kill, pid, signal.SIGKILL), pytest.raises(Outage) as told:
        renderer.page(opened.handle, 2, 300)
    assert told.value.code == "paper.reader-died" and told.value.remedy
    assert renderer.page(opened.handle, 2, 300) == before
    assert renderer.child_pid not in (None, pid)
    assert pieces() == []


def test_a_hanging_child_is_killed_in_time(tmp_path: Path) -> None:
    with Renderer(replace(LIMITS, page_seconds=0.5)) as renderer:
        opened = renderer.open(made_files.pdf(tmp_path / "a.pdf"))
        pid = pid_of(renderer)
        os.kill(pid, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(Outage) as told:
            renderer.page(opened.handle, 1, 300)
        assert told.value.code == "paper.reader-hung" and time.monotonic() - start < 10
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert renderer.page(opened.handle, 1, 300).width == 300


def test_out_of_memory_is_one_outage_and_small_pages_still_come(tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    Image.new("RGB", (11_000, 11_000), "white").save(big, compress_level=1)
    small = made_files.pdf(tmp_path / "a.pdf")
    with Renderer(replace(LIMITS, memory_mb=420)) as renderer:
        large, fine = renderer.open(big), renderer.open(small)
        with pytest.raises(Outage) as told:
            renderer.page(large.handle, 1, 500)
        assert told.value.code == "paper.reader-memory"
        assert renderer.page(fine.handle, 1, 500).width == 500


def test_paging_through_many_scans_holds_little_memory(
    renderer: Renderer, tmp_path: Path, depth: int
) -> None:
    with pymupdf.open() as file:
        for shade in range(12 * depth):
            page = file.new_page()
            picture = Image.effect_noise((1_600, 2_200), 20 + shade % 60).convert("RGB")
            picture.save(tmp_path / "p.png", compress_level=1)
            page.insert_image(page.rect, filename=tmp_path / "p.png")
        file.save(tmp_path / "scans.pdf")
    opened = renderer.open(tmp_path / "scans.pdf")
    for number in range(1, opened.pages + 1):
        assert not renderer.page(opened.handle, number, 1_200).blank
    status = Path(f"/proc/{pid_of(renderer)}/status").read_text(encoding="ascii")
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    assert peak_kb < 320_000


def test_a_cancel_ends_the_call_in_hand_and_only_that(renderer: Renderer, tmp_path: Path) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf"))
    pid = pid_of(renderer)
    renderer.cancel()  # nothing in hand: must not hit the next call
    assert renderer.page(opened.handle, 1, 100)
    os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    with soon(0.2, renderer.cancel), pytest.raises(Cancelled):
        renderer.page(opened.handle, 1, 300)
    assert time.monotonic() - start < 10
    os.kill(pid, signal.SIGCONT)
    assert renderer.page(opened.handle, 2, 222).width == 222
    assert renderer.child_pid == pid


def test_work_called_off_that_does_not_end_costs_its_child_not_the_desk(
    renderer: Renderer, tmp_path: Path
) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf"))
    pid = pid_of(renderer)
    os.kill(pid, signal.SIGSTOP)
    with soon(0.1, renderer.cancel), pytest.raises(Cancelled):
        renderer.page(opened.handle, 1, 300)
    assert renderer.page(opened.handle, 1, 300).width == 300
    assert renderer.child_pid != pid


@pytest.mark.parametrize("turn", [0, 90])
def test_words_are_found_where_they_stand(renderer: Renderer, tmp_path: Path, turn: int) -> None:
    opened = renderer.open(made_files.pdf(tmp_path / "a.pdf", 60, "Synthetic", turn))
    hits = renderer.search(opened.handle, "  synthetic 57 ")
    assert [hit.page for hit in hits] == [57]
    hit = hits[0]
    box = Clip(hit.left, hit.top, hit.right, hit.bottom)
    assert not renderer.page(opened.handle, 57, 800, clip=box).blank
    away = Clip(hit.left, hit.top, hit.right, hit.bottom)
    away = Clip(1 - away.right, 1 - away.bottom, 1 - away.left, 1 - away.top)
    assert renderer.page(opened.handle, 57, 800, clip=away).blank
    assert renderer.search(opened.handle, " ") == ()
    assert len(renderer.search(opened.handle, "synthetic")) == 60


def test_an_ofd_opens_with_a_warning_and_is_never_drawn_or_searched(
    renderer: Renderer, tmp_path: Path
) -> None:
    opened = renderer.open(made_files.ofd(tmp_path / "x.ofd"))
    assert opened.pages == 4 and opened.warnings
    for act in (
        lambda: renderer.page(opened.handle, 1, 100),
        lambda: renderer.search(opened.handle, "x"),
    ):
        with pytest.raises(Refusal) as told:
            act()
        assert told.value.code == "paper.ofd-not-drawn"


def test_what_a_dead_desk_left_is_swept_and_a_living_one_is_not(tmp_path: Path) -> None:
    dead = folder() / f"oneseal-pages-{_dead_pid()}-{'0' * 16}"
    dead.write_bytes(b"left")
    mine = PictureMemory.make(4_096)
    try:
        assert sweep() >= 1
        assert not dead.exists() and mine.path.exists()
        assert mine.path.stat().st_mode & 0o777 == 0o600
    finally:
        mine.close()
    assert not mine.path.exists()


def _dead_pid() -> int:
    """The number of a process that has ended."""
    import subprocess

    with subprocess.Popen(["true"]) as process:
        process.wait()
        return process.pid


def test_the_child_sees_no_password_of_the_environment(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_DATABASE_PASSWORD", "synthetic")
    renderer.start()
    seen = Path(f"/proc/{pid_of(renderer)}/environ").read_bytes()
    assert b"synthetic" not in seen


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    from workbench.paper.child import Child

    child = Child(LIMITS, with_pictures=False)
    pid = child.pid
    pipe = child._process.stdin
    assert pipe is not None
    pipe.close()  # what the system does when the desk is killed
    assert child._process.wait(timeout=5) == 0
    child.close()
    assert not Path(f"/proc/{pid}").exists()
