"""The bytes of a picture in a PDF, read where they stand in the file instead of by the engine.

Used by ``scan_pages`` for what ``pdf_pages`` holds open. The engine copies a stream twice into new
memory, which is an eighth of a large page. The file is held open from the same moment on, so that a
file replaced meanwhile cannot mix with it. Whatever is not plain is left to the engine.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO, Any, Final, cast

import pymupdf
from pymupdf import mupdf

_LEAST: Final = 200_000
"""Bytes: below this the engine is as quick."""
_AFTER: Final = re.compile(rb"\s{0,2}endstream")


class RawStreams:
    """The file behind an open PDF."""

    def __init__(self, path: Path, plain: bool) -> None:
        """``plain``: neither encrypted nor repaired, so what is written there is what counts."""
        self._file = path.open("rb", buffering=0) if plain else None

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()

    def of(self, pdf: Any, xref: int) -> IO[bytes]:
        """The undecoded bytes of that object, to be read from the beginning."""
        place = self._place(pdf, xref)
        if place is not None and self._file is not None:
            return cast(IO[bytes], _Part(self._file, *place))
        return io.BytesIO(pdf.xref_stream_raw(xref))

    def _place(self, pdf: Any, xref: int) -> tuple[int, int] | None:
        """Where the bytes begin and how many they are, if the end mark stands behind them."""
        if self._file is None:
            return None
        kind, length = pdf.xref_get_key(xref, "Length")
        if kind != "int" or int(length) < _LEAST:
            return None
        entry = mupdf.ll_pdf_get_xref_entry_no_null(pymupdf._as_pdf_document(pdf).m_internal, xref)
        begin, count = int(entry.stm_ofs), int(length)
        if begin <= 0:
            return None
        self._file.seek(begin + count)
        return (begin, count) if _AFTER.match(self._file.read(16)) else None


class _Part(io.RawIOBase):
    """A stretch of an open file, read as if it were a file of its own."""

    def __init__(self, file: io.FileIO, begin: int, count: int) -> None:
        self._file, self._begin, self._count = file, begin, count
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._count}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._count - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        self._file.seek(self._begin + self._at)
        data = self._file.read(wanted)
        self._at += len(data)
        return data
