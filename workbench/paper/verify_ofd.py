"""Recognises an OFD file (GB/T 33190, R59) and counts its seals. Reads names only, unpacks nothing.

Called by ``verify_judge``. OFD seals are recognised, never called intact: their SM2 signatures
cannot be checked here yet.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

_MOST_NAMES: Final = 20_000
_VALUE: Final = re.compile(r"(^|/)(SignedValue\.dat|Signature\.xml)$", re.IGNORECASE)
_LIST: Final = re.compile(r"(^|/)Signatures\.xml$", re.IGNORECASE)


def looks_like_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip file does."""
    return data[:4] == b"PK\x03\x04"


def ofd_seals(data: bytes) -> int | None:
    """How many signatures the package names, 0 for an unsigned one, None when it is no OFD."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
        return None
    if len(names) > _MOST_NAMES or "OFD.xml" not in names:
        return None
    folders = {name.rpartition("/")[0] for name in names if _VALUE.search(name)}
    if folders:
        return len(folders)
    return 1 if any(_LIST.search(name) for name in names) else 0
