"""Plain copies of encrypted files: few, private, gone with the session, swept after a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import settings
from workbench.rules.refusals import Outage
from workbench.store.opened_content import IN_USE, PREFIX, OpenedContent

NAMES = [f"{number:064x}" for number in range(9)]


def fill(opened: OpenedContent, name: str, size: int) -> Path:
    return opened.keep(name, lambda target: target.write(b"x" * size) and None)


def test_the_oldest_go_and_the_newest_stays(tmp_path: Path) -> None:
    opened = OpenedContent(tmp_path, most=1000)
    for name in NAMES[:5]:
        fill(opened, name, 300)
    assert sorted(one.name for one in opened.folder.iterdir()) == [*NAMES[2:5], IN_USE]
    huge = fill(opened, NAMES[5], 5000)
    assert [one.name for one in opened.folder.iterdir() if one.name != IN_USE] == [huge.name]
    opened.close()
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    opened = OpenedContent(tmp_path)
    kept = fill(opened, NAMES[0], 10)

    def fails(target: object) -> None:
        raise OSError(28, "full")

    with pytest.raises(Outage) as caught:
        opened.keep(NAMES[1], fails)
    assert caught.value.code == "disk_full"
    assert {one.name for one in opened.folder.iterdir()} == {IN_USE}
    assert not kept.exists(), "room was made before giving up"
    opened.close()


CRASH = """
import os, sys
from pathlib import Path
from workbench.store.opened_content import OpenedContent
opened = OpenedContent(Path(sys.argv[1]))
opened.keep("0" * 64, lambda target: target.write(b"x") and None)
print(opened.folder, flush=True)
if sys.argv[2] == "crash":
    os._exit(1)
"""


def start(folder: Path, how: str) -> Path:
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder), how], check=False,
                          capture_output=True, text=True, env={**os.environ,
                          "PYTHONPATH": os.getcwd()})  # fmt: skip
    return Path(done.stdout.strip())


def test_a_session_that_nobody_closed_is_cleared_at_the_end(tmp_path: Path) -> None:
    assert not start(tmp_path, "end").exists()


def test_what_a_killed_process_left_goes_at_the_next_start(tmp_path: Path) -> None:
    """And nothing of a session that lives, nor of one that is only just beginning."""
    living = OpenedContent(tmp_path)
    file = fill(living, NAMES[0], 10)
    left, fresh = start(tmp_path, "crash"), start(tmp_path, "crash")
    strange = tmp_path / f"{PREFIX}link"
    strange.symlink_to(tmp_path)
    assert (left / ("0" * 64)).is_file()
    old = 1_700_000_000
    for one in (left, living.folder):
        os.utime(one, (old, old))
    again = OpenedContent(tmp_path)
    assert (left.exists(), fresh.exists(), file.exists(), strange.is_symlink()) == (
        False, True, True, True)  # fmt: skip
    living.close()
    again.close()


def test_copies_lie_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert settings.place_in_memory() == tmp_path
    for useless in ("", "relative", str(tmp_path / "missing")):
        monkeypatch.setenv("XDG_RUNTIME_DIR", useless)
        assert settings.place_in_memory() == Path("/dev/shm")
    opened = OpenedContent()
    assert opened.folder.is_relative_to("/dev/shm")
    assert opened.folder.stat().st_mode & 0o777 == 0o700
    opened.close()
    assert not opened.folder.exists()
