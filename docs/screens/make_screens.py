"""Remake the pictures of ``docs/tour.md`` and of the README from a tour.

    .venv/bin/workbench demo --tour --out /tmp/tour
    .venv/bin/python docs/screens/make_screens.py /tmp/tour

Each picture is kept under the name of its step, with 256 colours, which halves its size. Pictures
that the tour no longer makes are removed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from PIL import Image

HERE: Final = Path(__file__).resolve().parent
NAMES: Final = {"scans-beside-the-pane": "case", "sealed-file": "sealed"}
"""Two that the README shows too, under their shorter names."""
LEFT_OUT: Final = frozenset({"accepted", "compared-and-PIN", "delivery-receipt", "closed"})
"""Nearly the same as the one before or after."""


def main(tour: Path) -> int:
    """Copy the pictures of a finished tour; the exit code."""
    report = json.loads((tour / "report.json").read_text(encoding="utf-8"))
    if "failed" in report:
        print(f"this tour did not end well: {report['failed']}", file=sys.stderr)
        return 1
    made = set()
    for path in (tour / name for name in report["screenshots"]):
        step = path.stem.partition("-")[2]
        if step in LEFT_OUT:
            continue
        target = HERE / f"{NAMES.get(step, step)}.png"
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            small.save(target, optimize=True)
        made.add(target)
    for old in set(HERE.glob("*.png")) - made:
        old.unlink()
    total = sum(path.stat().st_size for path in made)
    print(f"{len(made)} pictures, {total / 1_000_000:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
