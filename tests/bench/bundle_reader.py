"""Reads a bundle of materials in a window as a person would, and says how long things took.

Run by ``test_bundle`` in a process of its own, on a real X screen: ``python -m
tests.bench.bundle_reader FILE…`` prints one JSON object. What is timed ends when the window has
been painted with the sharp pixels of everything that is seen.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from PyQt6.QtWidgets import QApplication

from tests.shell.case_kit import clerk, workplace
from tests.shell.desk_kit import Heartbeat
from workbench.rules.case import Part, PartEntry
from workbench.shell.application import make_application
from workbench.shell.viewer.bundle import Paper
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.workplace import Workplace

AT: Final = 1_767_600_000_000_000
TURNS, JUMPS, FRAMES = 60, 40, 60


class Reader:
    """The window, and what is done in it."""

    def __init__(self, app: QApplication, work: Workplace) -> None:
        self.app, self.work = app, work
        self.frame = MaterialFrame.whole(work)
        self.frame.resize(1300, 1000)
        self.frame.show()
        self.strip = self.frame.strip
        self.beat = Heartbeat()

    def wait(self, until: Callable[[], bool], seconds: float = 60.0) -> None:
        """Let the window live until it is so."""
        end = time.monotonic() + seconds
        while not until():
            self.app.processEvents()
            if time.monotonic() > end:
                raise TimeoutError("the window did not come to rest")
            time.sleep(0.0005)

    def calm(self) -> bool:
        """Everything that is wished is there."""
        pictures = self.frame.bundle.pictures if self.frame.bundle is not None else None
        return pictures is not None and pictures._most_urgent() is None and self.work.lanes.idle

    def painted(self, act: Callable[[], object]) -> float:
        """Milliseconds from the act to a window painted sharp."""
        begun = time.perf_counter()
        act()
        while not self.strip.drawn():
            self.app.processEvents()
            time.sleep(0.0005)
        self.strip.glass.repaint()
        return (time.perf_counter() - begun) * 1000

    def open(self, papers: list[Paper]) -> None:
        """All materials, open and still."""
        self.frame.show_papers(papers)
        self.wait(lambda: bool(self.frame.bundle) and all(
            leaf.drawable for leaf in self.frame.bundle.leaves))  # type: ignore[union-attr]
        self.wait(self.calm)

    def turns(self) -> list[float]:
        """Page after page, each once those near it are there."""
        self.strip.go_to(2)
        taken = []
        for page in range(3, 3 + TURNS):
            self.wait(self.calm)
            taken.append(self.painted(partial(self.strip.go_to, page)))
        return taken

    def jumps(self) -> list[float]:
        """Anywhere, before anything near it is there."""
        dice = random.Random(11)
        far = range(3 + TURNS, len(self.strip.sizes))
        taken = []
        for page in dice.sample(far, min(JUMPS, len(far))):
            self.wait(self.calm)
            taken.append(self.painted(partial(self.strip.go_to, page)))
        return taken

    def drags(self) -> list[float]:
        """Frames of a drag over one page at 400 %, its tiles there."""
        self.strip.go_to(5)
        self.strip.set_zoom(4.0)
        taken = []
        for step in range(FRAMES):
            self.wait(self.strip.drawn)
            begun = time.perf_counter()
            self.strip.down.setValue(self.strip.down.value() + (17 if step % 20 < 10 else -17))
            self.strip.across.setValue(self.strip.across.value() + (9 if step % 20 < 10 else -9))
            self.strip.glass.repaint()
            taken.append((time.perf_counter() - begun) * 1000)
        return taken

    def flood(self) -> float:
        """Paging as fast as a key repeats, small pages beside it; the longest gap."""
        self.strip.set_fit(self.strip.fit.WIDTH)
        self.frame.tools.thumbs.setChecked(True)
        self.strip.go_to(1)
        self.wait(self.calm)
        self.beat.reset()
        for _turn in range(len(self.strip.sizes) - 1):
            self.strip.go_to(self.strip.page + 1)
            end = time.monotonic() + 0.033
            while time.monotonic() < end:
                self.app.processEvents()
                time.sleep(0.0005)
        self.wait(self.calm)
        return self.beat.longest_ms


def papers_of(files: list[Path]) -> Iterator[Paper]:
    """The files as materials of a case."""
    for number, path in enumerate(files, start=1):
        sha256 = f"{number:02x}" * 32
        body: dict[str, Any] = {"code": path.stem, "sha256": sha256}
        entry = PartEntry(number, 1, Part.MATERIALS, "material", "wang.fang", AT, body, sha256)
        yield Paper(path.stem, lambda path=path: path, sha256, entry, 100)  # type: ignore[misc]


def share_mb(pid: int | None) -> float:
    """Proportional memory of a process (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def spread(taken: list[float]) -> dict[str, float]:
    """Median and the slowest in a hundred."""
    return {"median": median(taken), "p99": quantiles(taken, n=100)[98], "most": max(taken)}


def main() -> None:
    """See the module."""
    app = make_application()
    with TemporaryDirectory() as folder, workplace(Path(folder), object(), clerk(), AT) as work:
        reader = Reader(app, work)
        reader.open(list(papers_of([Path(one) for one in sys.argv[1:]])))
        said: dict[str, Any] = {"pages": len(reader.strip.sizes)}
        said["turn"] = spread(reader.turns())
        said["jump"] = spread(reader.jumps())
        said["drag"] = spread(reader.drags())
        said["gap"] = reader.flood()
        assert reader.frame.bundle is not None
        said["kept_mb"] = reader.frame.bundle.pictures.cache.bytes / 1e6
        pids = [os.getpid(), *(work.renderer(ahead).child_pid for ahead in (False, True))
                ] if work.renderer is not None else []  # fmt: skip
        said["pss_mb"] = [round(share_mb(pid)) for pid in pids if pid is not None]
        reader.frame.clear()
    print(json.dumps(said), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
