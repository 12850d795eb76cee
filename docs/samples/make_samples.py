"""Remakes the samples: python docs/samples/make_samples.py SEALED_PDF KEYS_FOLDER

SEALED_PDF is a sealed file of a sample centre (the tour leaves one), KEYS_FOLDER the folder
``keys`` of the same centre, with the certificates of the seal and of its authority.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pymupdf

HERE = Path(__file__).resolve().parent


def changed_by_a_byte(sealed: Path, target: Path) -> None:
    """One bit of the page's own content is turned over."""
    data = bytearray(sealed.read_bytes())
    place = data.index(b"stream") + 40
    data[place] ^= 1
    target.write_bytes(bytes(data))


def with_forged_page(sealed: Path, target: Path) -> None:
    """A page is appended by an incremental update: the signed bytes stay as they are."""
    shutil.copyfile(sealed, target)
    document = pymupdf.open(target)
    first = document[0].rect
    page = document.new_page(width=first.width, height=first.height)
    page.insert_text((90, 120), "伪造页 forged page", fontname="china-s", fontsize=28)
    document.saveIncr()
    document.close()


def main(sealed: Path, keys: Path) -> None:
    shutil.copyfile(sealed, HERE / "sealed.pdf")
    pems = [one.read_text() for one in sorted(keys.glob("*.pem"))]
    (HERE / "demo-seal.pem").write_text("".join(pems))
    changed_by_a_byte(sealed, HERE / "changed-by-a-byte.pdf")
    with_forged_page(sealed, HERE / "forged-page-appended.pdf")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
