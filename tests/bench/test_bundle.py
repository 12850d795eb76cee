"""Reading a bundle of materials in a real X window: turning, jumping, dragging, paging fast."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.figures import FigureTable
from tests.bench.test_page_turn import scan
from workbench.paper.sample_files import encode, pdf_of

pytestmark = [pytest.mark.timeout(600), pytest.mark.long(10)]

MATERIALS = 3


def bundle(folder: Path, pages: int, dpi: int) -> list[Path]:
    """Grey scans; the pages of a file are alike, but each is an object of its own."""
    leaf = encode(scan(dpi, grey=True), dpi, 75)
    files = [folder / f"material-{number}.pdf" for number in range(1, MATERIALS + 1)]
    for path in files:
        path.write_bytes(pdf_of([leaf] * (pages // MATERIALS)))
    return files


def read(files: list[Path]) -> dict[str, Any]:
    """What a reader in a process and on a screen of its own says."""
    screen = shutil.which("xvfb-run")
    assert screen is not None, "the bench needs Xvfb (Debian: xvfb)"
    command = [screen, "-a", "-s", "-screen 0 1600x1200x24", sys.executable, "-m",
               "tests.bench.bundle_reader", *map(str, files)]  # fmt: skip
    around = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    done = subprocess.run(
        command, env=around, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_reading_a_bundle(
    tmp_path: Path, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Milliseconds until the window is painted with all pixels of what is seen."""
    pages, dpi = (501, 200) if depth > 1 else (90, 100)
    said = read(bundle(tmp_path, pages, dpi))
    assert said["pages"] == pages
    table = FigureTable(
        f"Reading {pages} pages of {dpi} dpi grey in {MATERIALS} materials, a real X window",
        ("what", "median ms", "p99 ms", "longest ms"),
    )
    names = {"turn": "page turn, neighbours ready", "jump": "random jump, nothing ready",
             "drag": "one frame of a drag at 400 %"}  # fmt: skip
    for key, name in names.items():
        table.add(name, said[key]["median"], said[key]["p99"], said[key]["most"])
    table.notes.append(f"Longest gap of the event loop while paging all: {said['gap']:.1f} ms.")
    table.notes.append(
        f"Afterwards: pictures kept {said['kept_mb']:.0f} MB; memory (PSS) of desk and renderers "
        f"{' + '.join(map(str, said['pss_mb']))} = {sum(said['pss_mb'])} MB."
    )
    measured(table)
    # Aims in milliseconds stand in the table; what is ready must be sooner there than what is not.
    assert said["turn"]["median"] < said["jump"]["median"]
