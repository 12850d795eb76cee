"""Bringing and opening a file: encrypted beside plain beside the bare copy, in the same run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.figures import FigureTable, in_turns, ratio
from workbench.store.content import ContentStore, hash_of
from workbench.store.encrypted_content import EncryptedContent
from workbench.store.opened_content import OpenedContent

MEGABYTE = 1 << 20
MOST_TIMES_CHECKED = 8.0
"""Loose, for busy machines: reading encrypted against reading plain with the same check."""


@pytest.mark.parametrize("size", [5, 50])
def test_encryption_costs_little_beside_the_check(
    size: int, tmp_path: Path, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """``put`` of a new file and ``read`` of one not opened before."""
    source = tmp_path / "scan"
    source.write_bytes(os.urandom(size * MEGABYTE))
    plain, sealed = ContentStore(tmp_path / "plain"), EncryptedContent(tmp_path / "share", "m")
    sealed.found()
    stored = sealed.put(source)
    plain.put(source)
    opened = OpenedContent(tmp_path)

    def copy() -> None:
        with source.open("rb") as one, (tmp_path / "copy").open("wb") as other:
            shutil.copyfileobj(one, other, MEGABYTE)
            other.flush()
            os.fsync(other.fileno())

    def put_plain() -> None:
        plain.place(stored.sha256).unlink()
        plain.put(source)

    def put_sealed() -> None:
        sealed.place(stored.sha256).unlink()
        sealed.put(source)

    def read_sealed() -> None:
        opened.drop(stored.sha256)
        opened.keep(stored.sha256,
                    lambda target: sealed.read_into(stored.sha256, stored.key, target))  # fmt: skip

    taken = in_turns(
        7 if depth > 1 else 3, copy=copy, put_plain=put_plain, put_sealed=put_sealed,
        read=lambda: shutil.copyfile(source, tmp_path / "read"),
        check=lambda: hash_of(plain.place(stored.sha256)), open_sealed=read_sealed,
        again=lambda: opened.known(stored.sha256),
    )  # fmt: skip
    opened.close()
    table = FigureTable(f"A file of {size} MB, encrypted", ("what", "ms", "to a copy", "to plain"))
    table.add("copy and flush", taken["copy"], "1.00x", "")
    for name, what, to, other in (
        ("put, plain with hash", "put_plain", "copy", "put_plain"),
        ("put, encrypted", "put_sealed", "copy", "put_plain"),
        ("hash of a plain file", "check", "read", "check"),
        ("open, encrypted, first time", "open_sealed", "read", "check"),
        ("open, encrypted, again", "again", "read", "check"),
    ):
        table.add(name, taken[what], ratio(taken, what, to), ratio(taken, what, other))
    measured(table)
    assert taken["open_sealed"] < MOST_TIMES_CHECKED * taken["check"]
