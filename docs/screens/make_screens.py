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


def reduced(picture: Image.Image) -> Image.Image:
    """256 colours: the most frequent ones, and the strong ones of lights, marks and the seal, which
    are few pixels and would be averaged away."""
    counts = sorted(picture.getcolors(1 << 24) or [], reverse=True)
    strong = [one for n, one in counts if n > 1 and max(one) - min(one) > 60][:128]
    chosen = [one for _n, one in counts[:128] if one not in strong] + strong
    flat = [value for one in chosen for value in one]
    palette = Image.new("P", (1, 1))
    palette.putpalette(flat + flat[:3] * (256 - len(chosen)))
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


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
            reduced(picture.convert("RGB")).save(target, optimize=True)
        made.add(target)
    for old in set(HERE.glob("*.png")) - made:
        old.unlink()
    total = sum(path.stat().st_size for path in made)
    print(f"{len(made)} pictures, {total / 1_000_000:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
