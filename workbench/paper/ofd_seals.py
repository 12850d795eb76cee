"""What the seals of an OFD package say of themselves: name, maker, time, pages (row R59).

Called by ``ofd_outline``. Nothing is checked here: the signatures are SM2, and ``verify`` says that
it cannot check them. A seal whose description cannot be read is listed without a name, never left
out: its number is what the clerk compares.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final

from workbench.paper.drawn import PageTrouble
from workbench.paper.ofd_xml import elements, entry
from workbench.rules.materials import StatedSeal

_MOST_SEALS: Final = 500
"""A seal on every page of a thick file; what states more is no document of an office."""
_MOST_BYTES: Final = 2_000_000
"""Bytes of one seal file: a picture of 40 mm takes 20 kB."""
_LONGEST: Final = 120
"""Characters of a stated name."""
_SEQUENCE, _UTF8 = 0x30, 0x0C


def stated_seals(box: zipfile.ZipFile, place: str, numbers: Mapping[str, int]) -> list[StatedSeal]:
    """The seals of the list at ``place``; ``numbers``: identifier of a page -> its number."""
    listed = [one for one in elements(box, place) if one[0] == "Signature"]
    if len(listed) > _MOST_SEALS:
        raise PageTrouble("ofd-damaged")
    folder = posixpath.dirname(place)
    seals = []
    for _name, attributes, _text in listed:
        where = entry(folder, attributes.get("BaseLoc", ""))
        try:
            seals.append(_seal(box, where, numbers))
        except MemoryError:
            raise
        except Exception:
            # any exception at all may come out of a damaged zip or its XML
            seals.append(StatedSeal())
    return seals


def _seal(box: zipfile.ZipFile, place: str, numbers: Mapping[str, int]) -> StatedSeal:
    maker = moment = name = ""
    pages: set[int] = set()
    inside = False
    for tag, attributes, text in elements(box, place):
        if tag == "Provider":
            maker = attributes.get("Company") or attributes.get("ProviderName") or ""
        elif tag == "SignatureDateTime":
            moment = text
        elif tag == "StampAnnot" and attributes.get("PageRef") in numbers:
            pages.add(numbers[attributes["PageRef"]])
        elif tag == "Seal":
            inside = True
        elif tag == "BaseLoc" and inside:
            name = _name(box, entry(posixpath.dirname(place), text))
    return StatedSeal(_plain(name), _plain(maker), _plain(moment), tuple(sorted(pages)))


def _name(box: zipfile.ZipFile, place: str) -> str:
    """The seal's own name in its file (GB/T 38540): the text in the third part of its first part,
    behind header and identifier. Empty where it is not made so."""
    try:
        with box.open(place) as stream:
            data = stream.read(_MOST_BYTES + 1)
    except MemoryError:
        raise
    except Exception:
        return ""
    if len(data) > _MOST_BYTES:
        return ""
    seal = next(_parts(data), (0, b""))[1]
    about = next(_parts(seal), (0, b""))[1]
    for number, (tag, body) in enumerate(_parts(about)):
        if number == 2 and tag == _SEQUENCE:
            texts = (text for kind, text in _parts(body) if kind == _UTF8)
            return next(texts, b"").decode("utf-8", "replace")
    return ""


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of the DER values that follow each other in ``data``; ends at nonsense."""
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > len(data):
                return
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            return
        yield tag, data[at : at + length]
        at += length


def _plain(text: str) -> str:
    """One short line of what can be printed."""
    return "".join(one for one in text if one.isprintable()).strip()[:_LONGEST]
