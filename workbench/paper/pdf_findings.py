"""What in a PDF would act by itself in another reader. Called by ``pdf_pages`` inside the child.

Every object of the file is looked at as MuPDF prints it: names come out decoded there (``/J#53``
is ``/JS``), so they cannot be hidden by spelling. Objects nobody points to count too: another
reader may repair the file differently. Nothing found is ever run or extracted.
"""

from __future__ import annotations

import re
import time
from typing import Any, Final

from workbench.rules.materials import Active

_STRINGS: Final = re.compile(r"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
"""Text inside an object must not be taken for names: a title may speak of /JavaScript."""

_SIGNS: Final[tuple[tuple[Active, re.Pattern[str]], ...]] = (
    (Active.JAVASCRIPT, re.compile(r"/(JavaScript|JS)\b")),
    (Active.AUTO_PRINT, re.compile(r"/N\s*/Print\b")),
    (Active.LAUNCH, re.compile(r"/S\s*/Launch\b")),
    (Active.EMBEDDED_FILES, re.compile(r"/(EmbeddedFiles?|Collection|FileAttachment)\b")),
    (Active.FORM, re.compile(r"/FT\s*/(Tx|Btn|Ch)\b")),
    (Active.XFA, re.compile(r"/XFA\b|/NeedsRendering\s+true\b")),
    (Active.SUBMIT, re.compile(r"/S\s*/(SubmitForm|ImportData)\b")),
    (Active.EXTERNAL_LINK, re.compile(r"/S\s*/URI\b")),
    (Active.OTHER_FILE, re.compile(r"/S\s*/(GoToR|GoToE|Thread)\b|/F\s*<<[^>]*/FS\s*/URL\b")),
    (Active.MEDIA, re.compile(r"/(RichMedia|Movie|Sound|Screen|3D|Rendition)\b")),
)

_PRINT_SCRIPT: Final = re.compile(r"\bprint\s*\(")
_SCRIPT: Final = re.compile(
    r"/JS\s*(?:(\d+) 0 R|\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f\s]*)>)", re.DOTALL
)
_LOOK_EVERY: Final = 256
_SCRIPT_BYTES: Final = 200_000


def active_content(file: Any, seconds: float) -> tuple[list[str], bool]:
    """The :class:`Active` codes found, in their fixed order, and whether all was looked at."""
    deadline = time.monotonic() + seconds
    found: set[Active] = set()
    complete = True
    for number in range(1, int(file.xref_length())):
        if number % _LOOK_EVERY == 0 and time.monotonic() > deadline:
            complete = False
            break
        raw = _object(file, number)
        if "/" in raw:
            found |= _signs(raw)
            if "/JS" in raw and _prints(file, raw):
                found.add(Active.AUTO_PRINT)
    return [code.value for code in Active if code in found], complete


def signature_fields(file: Any) -> int:
    """How many signature fields the form states; 0 where there is no form that can be read."""
    flags = file.get_sigflags()
    if not isinstance(flags, int) or flags < 1:
        return 0
    return sum(1 for n in range(1, int(file.xref_length())) if _is_signature(file, n))


def _is_signature(file: Any, number: int) -> bool:
    return file_key(file, number, "FT") == "/Sig"


def file_key(file: Any, number: int, key: str) -> str:
    """The value of one key of one object as text, empty where there is none or it is damaged."""
    try:
        kind, value = file.xref_get_key(number, key)
    except (RuntimeError, ValueError, mupdf_errors()):
        return ""
    return "" if kind == "null" else str(value)


def mupdf_errors() -> type[Exception]:
    """MuPDF's own exception root: not a subclass of anything narrower than Exception."""
    from pymupdf import mupdf

    errors: type[Exception] = mupdf.FzErrorBase
    return errors


def _object(file: Any, number: int) -> str:
    """One object as text; a damaged one has no text and can act nowhere."""
    try:
        return str(file.xref_object(number, compressed=True))
    except (RuntimeError, ValueError, mupdf_errors()):
        return ""


def _signs(raw: str) -> set[Active]:
    bare = _STRINGS.sub("()", raw)
    return {code for code, pattern in _SIGNS if pattern.search(bare)}


def _prints(file: Any, raw: str) -> bool:
    """Whether a script in this object calls print: inline, or in a stream it points to."""
    return any(_PRINT_SCRIPT.search(_script(file, match)) for match in _SCRIPT.finditer(raw))


def _script(file: Any, match: re.Match[str]) -> str:
    """The text of one script; of a UTF-16 one every second byte is dropped."""
    number, literal, digits = match.groups()
    if literal is not None:
        return re.sub(r"\\(.)", r"\1", literal, flags=re.DOTALL)
    if digits is not None:
        even = "".join(digits.split())
        data = bytes.fromhex(even + "0" * (len(even) % 2))
    else:
        try:
            data = file.xref_stream(int(number)) or b""
        except (RuntimeError, ValueError, mupdf_errors()):
            return ""
    return data[:_SCRIPT_BYTES].replace(b"\0", b"").decode("latin-1")
