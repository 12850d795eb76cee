"""Remakes the two shipped font subsets from the full Noto Serif CJK collection.

Run by a developer, never by the product: ``python make_subset.py FOLDER_WITH_NotoSerifCJK_TTC``.
The Bold subset draws the seal (design: simplified Song type), the Regular one sets documents.
Both hold every character of GB 2312 (6,763 ideographs and its symbols), printable ASCII and a
short list of signs that official papers and personal names need beyond it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
WEIGHTS = ("Regular", "Bold")
# 〇 stands in every Chinese date and is not in GB 2312; the others are common in names.
BEYOND_GB2312 = "㎡㎥㎏㎜㎝〇〔〕﹝﹞—…·©®²³✓☐☑堃喆玥珺垚翀旻昉昇淼犇骉鑫祎镕甯芃苡垭骧"


def gb2312_characters() -> set[int]:
    """Code points of the rows 1-9 (signs) and 16-87 (ideographs) of GB 2312."""
    found: set[int] = set()
    for row in (*range(1, 10), *range(16, 88)):
        for cell in range(1, 95):
            try:
                found.add(ord(bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue  # an unassigned cell of the table
    return found


def wanted_characters() -> set[int]:
    """Everything a document or a seal may have to show."""
    return gb2312_characters() | set(range(0x20, 0x7F)) | {ord(c) for c in BEYOND_GB2312}


def simplified_face(collection: Path) -> TTFont:
    """The SC face of a Noto CJK collection. Raises LookupError when it is not there."""
    for font in TTCollection(str(collection)).fonts:
        if "CJK SC" in str(font["name"].getDebugName(1)):
            return font
    raise LookupError(f"no simplified Chinese face in {collection}")


def subset(font: TTFont, target: Path) -> None:
    """Cuts the font down in place and writes it; hints go, upright outlines stay."""
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=wanted_characters())
    cutter.subset(font)
    fresh = target.with_suffix(".new")
    font.save(str(fresh))
    fresh.replace(target)


def main(folder: Path) -> None:
    for weight in WEIGHTS:
        target = HERE / f"NotoSerifSC-{weight}-gb2312.otf"
        subset(simplified_face(folder / f"NotoSerifCJK-{weight}.ttc"), target)
        print(target.name, target.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
