"""What the seal tests share: a test key, a frozen page, one press, and the outside judges."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf
from PIL import Image, ImageChops

from workbench.paper import test_authority
from workbench.paper.evidence import gather
from workbench.paper.key_file import KeyFile
from workbench.paper.keys import SealSigner
from workbench.paper.sign import fill, prepare, sign_digest
from workbench.paper.timestamps import timestamp_for
from workbench.paper.verify_judge import Finding, judge
from workbench.rules.moment import DAY, Moment, SystemClock
from workbench.rules.seal_custody import (
    DEMO_BOTTOM_TEXT,
    DEMO_RING_TEXT,
    AnchorPlacement,
    KeyMade,
    Placement,
    Seal,
    SealKind,
    SealStatus,
)

PIN = "246810"
ORGAN = "青云区行政审批局"
MM = 72 / 25.4


@dataclass(frozen=True)
class Bench:
    """A folder with one seal and its key, ready to press."""

    folder: Path
    made: KeyMade
    seal: Seal
    now: Moment

    @property
    def trust(self) -> tuple[str, ...]:
        return (self.made.ca_pem, self.made.certificate_pem)

    def judge(self, data: bytes, tsa: tuple[str, ...] = (), at: Moment | None = None) -> Finding:
        return judge(data, self.trust, tsa, SystemClock().now() if at is None else at)


def lone_authority(called: str, start: Moment, end: Moment) -> test_authority.Authority:
    """An authority that is kept nowhere."""
    return test_authority.new_authority(called, valid_from=start, valid_to=end)


def make_test_key(
    folder: Path, pin: str, organ: str, seal_id: str, *, valid_from: Moment, valid_to: Moment,
    bits: int = 2048,
) -> KeyMade:  # fmt: skip
    """As the centres of before: an authority for this seal alone, whose key is gone afterwards."""
    authority = lone_authority(seal_id, valid_from, valid_to)
    made = test_authority.make_test_key(
        folder, pin, organ, seal_id, authority, valid_from=valid_from, valid_to=valid_to, bits=bits
    )
    (folder / f"{seal_id}-ca.pem").write_text(made.ca_pem, encoding="ascii")
    return made


@contextmanager
def open_key(p12: Path, pin: str) -> Iterator[SealSigner]:
    """The key of a file with the certificate in it, whatever a register may say of the seal."""
    with KeyFile(p12).open(pin) as key:
        yield SealSigner(key.certificates[0], key)


def make_bench(folder: Path, diameter: int = 42, valid_for: int = 900 * DAY) -> Bench:
    """A seal valid since two days ago and for ``valid_for`` microseconds from now."""
    now = SystemClock().now()
    start, end = now - 2 * DAY, now + valid_for
    seal_id = "seal-1"
    made = make_test_key(folder / "keys", PIN, ORGAN, seal_id, valid_from=start, valid_to=end)
    seal = Seal(
        seal_id,
        SealKind.APPROVAL_SPECIAL,
        ORGAN,
        DEMO_RING_TEXT,
        DEMO_BOTTOM_TEXT,
        diameter,
        SealStatus.ACTIVE,
        start,
        end,
        made.certificate_sha256,
    )
    return Bench(folder, made, seal, now)


def frozen_pdf(
    path: Path,
    pages: int = 2,
    rotate: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    text: str = "Granted on 2026-11-22",
) -> Path:
    """A born-digital file of A4 pages with one line of black text each."""
    with pymupdf.open() as document:
        for number in range(pages):
            page = document.new_page(width=595, height=842)
            page.insert_text((90, 120), f"{text}, page {number + 1}")
            if crop is not None:
                page.set_cropbox(pymupdf.Rect(*crop))
            page.set_rotation(rotate)
        document.save(path, garbage=4, deflate=True)
    return path


def press(
    bench: Bench,
    frozen: Path,
    name: str,
    placement: Placement | AnchorPlacement | None = None,
    tsa: Any | None = None,
    lists: Sequence[bytes] = (),
) -> Path:
    """Presses the seal once, all three steps; the timestamp server is believed whatever it says."""
    staging = bench.folder / f"{name}.staging"
    target = bench.folder / f"{name}.pdf"
    where = placement or Placement(-1, 120, 200)
    stamp = None if tsa is None else lambda imprint: timestamp_for(tsa, imprint).token
    with open_key(Path(bench.made.p12_path), PIN) as key:
        evidence = gather(bench.trust, (), lists, key.certificate_der, bench.now)
        prepared = prepare(
            frozen, bench.seal, where, staging, bench.now, evidence, key.certificate_der
        )
        value = sign_digest(key, prepared.digest, stamp)
    fill(prepared, value, target)
    return target


def said(*command: str | Path, needs: int | None = 0) -> str:
    """Output of an outside tool; a missing tool is a failure, not a reason to skip."""
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    text = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
    assert needs is None or done.returncode == needs, text
    return text


def nss_folder(folder: Path, ca_pem: str) -> Path:
    """An NSS database that trusts this authority, for pdfsig."""
    folder.mkdir()
    pem = folder / "ca.pem"
    pem.write_text(ca_pem)
    said("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    said("certutil", "-A", "-d", f"sql:{folder}", "-n", "test-ca", "-t", "CT,C,C", "-i", pem)
    return folder


def pdfsig(path: Path, nss: Path) -> str:
    return said("pdfsig", "-nssdir", f"sql:{nss}", path, needs=None)


def signature_hole(data: bytes) -> tuple[int, int]:
    """Start and end of the unsigned bytes, delimiters included."""
    found = re.findall(rb"/ByteRange\s*\[(\d+) (\d+) (\d+) (\d+)\s*\]", data)
    assert len(found) == 1
    _zero, start, end, _rest = (int(part) for part in found[0])
    return start, end


def red_box_mm(png: Path, dpi: float) -> tuple[float, float, float, float]:
    """Bounding box of everything clearly red, in mm: left, top, right, bottom."""
    red, green, _blue = Image.open(png).convert("RGB").split()
    strength = ImageChops.subtract(red, green).point([0] * 100 + [255] * 156)
    box = strength.getbbox()
    assert box is not None, "no red on the page"
    left, top, right, bottom = (edge / dpi * 25.4 for edge in box)
    return left, top, right, bottom


def poppler(path: Path, page: int, dpi: int, target: Path) -> Path:
    said("pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-singlefile",
         "-cropbox", path, target.with_suffix(""))  # fmt: skip
    return target
