"""Deliberately bad intake packages, one fault each, for tests and for showing what is said.

Called through :func:`make_bad_packages`. The name of a package's folder is its fault.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf

from workbench.paper.sample_applications import APPLICATIONS
from workbench.paper.sample_files import written
from workbench.paper.sample_scans import manifest, paper_bytes, write_manifest
from workbench.rules.intake_package import MANIFEST

PASSWORD: Final = "sample"
"""Opens the encrypted sample file; nothing else."""
_BASE: Final = APPLICATIONS[0]
_FIXED_TIME: Final = (2026, 1, 5, 9, 0, 0)


def make_bad_packages(folder: Path) -> dict[str, Path]:
    """One package folder for each fault, by the fault's name. All bytes are the same every time,
    but those of ``encrypted``, whose salt is random."""
    good = paper_bytes(_BASE, _BASE.papers[1], quick=True)
    made = {}
    for number, (name, spoil) in enumerate(_FAULTS.items(), start=1):
        application = replace(_BASE, number=900 + number)
        if name == "abolished_item":
            application = replace(application, item="I09", situation="", form={})
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        file_name = "M02.pdf"
        digest = hashlib.sha256(good).hexdigest() if name != "wrong_checksum" else "0" * 64
        entry: dict[str, object] = {"code": "M02", "file": file_name}
        if name in ("wrong_checksum", "missing_file"):
            entry["sha256"] = digest
        data = spoil(good)
        if data is not None:
            (place / file_name).write_bytes(data)
        table = manifest(application, [entry])
        if name == "bad_number":
            table["applicant"] = {
                "kind": "person",
                "name": "林青川",
                "id_number": "990101198001010015",
            }
        if name == "escaping_path":
            table["materials"] = [{"code": "M02", "file": "../M02.pdf"}]
        write_manifest(place, table)
        if name == "broken_json":
            text = (place / MANIFEST).read_text(encoding="utf-8")
            (place / MANIFEST).write_text(text[:-40], encoding="utf-8")
        made[name] = place
    return made


def _same(good: bytes) -> bytes:
    return good


def _missing(good: bytes) -> None:
    return None


def _half(good: bytes) -> bytes:
    return good[: len(good) // 2]


def _nothing(good: bytes) -> bytes:
    return b""


def _archive(good: bytes) -> bytes:
    """A zip archive that calls itself .pdf."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("身份证.txt", _FIXED_TIME), "样本")
    return out.getvalue()


def _locked(good: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner=PASSWORD, user=PASSWORD))
    return out.getvalue()


def _bomb(good: bytes) -> bytes:
    """A PNG of 900 million pixels in a few hundred kilobytes, calling itself .pdf."""
    side = 30_000
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8) * 500
    body = b"".join(packer.compress(row) for _ in range(side // 500)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", body)
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _script(good: bytes) -> bytes:
    """A PDF that would run a script and start a program in a reader that lets it."""
    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /AA << /O 5 0 R >> >>",
            b"<< /S /JavaScript /JS (app.alert\\('sample'\\);) >>",
            b"<< /S /Launch /F (sample.exe) >>",
        ]
    )


_FAULTS: Final[dict[str, Callable[[bytes], bytes | None]]] = {
    "missing_file": _missing,
    "truncated": _half,
    "zero_byte": _nothing,
    "wrong_name": _archive,
    "encrypted": _locked,
    "bomb": _bomb,
    "active_content": _script,
    "abolished_item": _same,
    "wrong_checksum": _same,
    "bad_number": _same,
    "escaping_path": _same,
    "broken_json": _same,
}
