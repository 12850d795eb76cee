"""The gate before freezing: what may be sealed carries nothing that can move or hide later.

Called by whoever freezes a draft and once more by the seal worker before the seal lands. Seal
design section 6: seven of the eight prepared shadow files trip here; ``verify`` catches the rest.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO, Final

import pikepdf
import pymupdf

from workbench.rules.words import _

_PIECE: Final = 1 << 20
_ROOT_KEYS: Final = {
    "/AcroForm": "form",
    "/OCProperties": "layers",
    "/OpenAction": "action",
    "/AA": "action",
    "/AF": "embedded_file",
    "/Collection": "embedded_file",
    "/Perms": "signature",
    "/DSS": "signature",
}
_NAME_KEYS: Final = {"/EmbeddedFiles": "embedded_file", "/JavaScript": "action"}
_TYPES: Final = {
    "/Annot": "annotation",
    "/OCG": "layers",
    "/OCMD": "layers",
    "/Action": "action",
    "/EmbeddedFile": "embedded_file",
    "/Filespec": "embedded_file",
    "/Sig": "signature",
    "/DocTimeStamp": "signature",
}
_ACTIONS: Final = frozenset(
    {
        "/GoToR", "/GoToE", "/Launch", "/URI", "/SubmitForm", "/ResetForm", "/ImportData",
        "/JavaScript", "/Named", "/Hide", "/Rendition", "/Movie", "/Sound", "/SetOCGState",
        "/Trans", "/GoTo3DView", "/RichMediaExecute",
    }
)  # fmt: skip


def check_clean(pdf: Path) -> tuple[str, ...]:
    """Reason codes why this file must not be frozen or sealed, sorted; empty when it is clean.

    Codes: revisions, form, annotation, layers, action, embedded_file, encrypted, signature,
    damaged. :func:`clean_text` has the sentences.
    """
    found = set(_raw_reasons(pdf))
    try:
        with pikepdf.open(pdf, suppress_warnings=True, attempt_recovery=False) as document:
            if document.is_encrypted:
                found.add("encrypted")
            if "/Prev" in document.trailer:
                found.add("revisions")
            found.update(_root_reasons(document.Root))
            for page in document.pages:
                found.update(_page_reasons(page.obj))
            for thing in document.objects:
                found.update(_object_reasons(thing))
            if document.get_warnings():
                found.add("damaged")
    except pikepdf.PasswordError:
        found.add("encrypted")
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        found.add("damaged")
    return tuple(sorted(found))


def clean_text(code: str) -> str:
    """The sentence for one reason of :func:`check_clean`."""
    texts = {
        "revisions": _("The file has been changed after it was first saved."),
        "form": _("The file contains a form."),
        "annotation": _("The file contains annotations."),
        "layers": _("The file contains layers that can be hidden."),
        "action": _("The file contains actions or scripts."),
        "embedded_file": _("The file contains other files."),
        "encrypted": _("The file is encrypted."),
        "signature": _("The file is signed already."),
        "damaged": _("The file is damaged."),
    }
    return texts.get(code, code)


def page_has_text(pdf: Path, page: int) -> bool:
    """Whether the page (from 1, -1 the last) carries any text: R54 and R56, no blank sheets."""
    with pymupdf.open(pdf) as document:
        index = len(document) - 1 if page == -1 else page - 1
        if not 0 <= index < len(document):
            return False
        return bool(document[index].get_text().strip())


def _raw_reasons(pdf: Path) -> set[str]:
    """What the last cross-reference table alone does not show: earlier revisions."""
    found = set()
    with pdf.open("rb") as file:
        if any(_how_often(file, mark) != 1 for mark in (b"startxref", b"%%EOF")):
            found.add("revisions")
        file.seek(0)
        head = file.read(5)
        file.seek(-min(16, file.seek(0, os.SEEK_END)), os.SEEK_END)
        if head != b"%PDF-" or not file.read().rstrip(b"\r\n").endswith(b"%%EOF"):
            found.add("damaged")
    return found


def _how_often(file: BinaryIO, mark: bytes) -> int:
    """Read piece by piece: a scan of 200 MB is not brought into memory, not even mapped."""
    count, last = 0, b""
    file.seek(0)
    while piece := file.read(_PIECE):
        text = last + piece
        count += text.count(mark)
        last = text[1 - len(mark) :]
    return count


def _root_reasons(root: Any) -> set[str]:
    found = {reason for key, reason in _ROOT_KEYS.items() if key in root}
    names = root.get("/Names")
    if names is not None:
        found.update(reason for key, reason in _NAME_KEYS.items() if key in names)
    return found


def _page_reasons(page: Any) -> set[str]:
    found = set()
    if "/Annots" in page and len(page["/Annots"]):
        found.add("annotation")
    if "/AA" in page:
        found.add("action")
    if "/AF" in page:
        found.add("embedded_file")
    return found


def _object_reasons(thing: Any) -> set[str]:
    """An object of its own, used or not: hidden ones are how shadow attacks prepare a file."""
    if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        return set()
    found = set()
    kind = thing.get("/Type")
    if isinstance(kind, pikepdf.Name) and str(kind) in _TYPES:
        found.add(_TYPES[str(kind)])
    action = thing.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        found.add("action")
    if thing.get("/FT") is not None:
        found.add("form")
    if "/JS" in thing:
        found.add("action")
    if "/EF" in thing:
        found.add("embedded_file")
    if "/ByteRange" in thing:
        found.add("signature")
    return found
