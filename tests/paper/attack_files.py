"""Attacks on a sealed file, built by ourselves (seal design section 6); used by ``test_attacks``.

Each builder takes a :class:`Target`, a file that was sealed properly or one prepared to be misused,
and gives the bytes an attacker would hand over. Nothing here knows what a reader should say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pymupdf
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from tests.paper.seal_kit import PIN, Bench, frozen_pdf, open_key, press, signature_hole
from workbench.paper.sign import RESERVED_HEX, sign_digest

FORGED: Final = "Granted to somebody else"
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Target:
    """A seal with its key, and one file that it pressed."""

    bench: Bench
    sealed: bytes


# ---------------------------------------------------------------- the hole of the signature


def value_of(data: bytes) -> Any:
    """The signature value inside the hole."""
    start, end = signature_hole(data)
    return cms.ContentInfo.load(bytes.fromhex(data[start + 1 : end - 1].decode()))


def with_value(data: bytes, value: bytes) -> bytes:
    """Another signature value in the same hole."""
    start, end = signature_hole(data)
    digits = value.hex().upper().encode().ljust(end - start - 2, b"0")
    return data[: start + 1] + digits + data[end - 1 :]


def padding_digit(data: bytes) -> bytes:
    _start, end = signature_hole(data)
    return data[: end - 40] + b"A" + data[end - 39 :]


def letter_case(data: bytes) -> bytes:
    start, _end = signature_hole(data)
    place = next(p for p in range(start + 1, start + 400) if data[p : p + 1] in b"ABCDEF")
    return data[:place] + data[place : place + 1].lower() + data[place + 1 :]


def all_lower_but_one(data: bytes) -> bytes:
    start, end = signature_hole(data)
    lower = data[:start] + data[start:end].lower() + data[end:]
    place = next(p for p in range(start + 1, start + 400) if lower[p : p + 1] in b"abcdef")
    return lower[:place] + lower[place : place + 1].upper() + lower[place + 1 :]


def long_form_length(data: bytes) -> bytes:
    """The same value with its outer length written in a longer form than DER allows."""
    der = value_of(data).dump()
    assert der[1] == 0x82
    return with_value(data, b"\x30\x83\x00" + der[2:])


def extra_certificate(data: bytes) -> bytes:
    info = value_of(data)
    certificates = info["content"]["certificates"]
    certificates.append(certificates[0])
    return with_value(data, info.dump(force=True))


def unsigned_attribute(data: bytes) -> bytes:
    info = value_of(data)
    signer = info["content"]["signer_infos"][0]
    note = cms.CMSAttribute({"type": "1.2.3.4", "values": []})
    signer["unsigned_attrs"] = cms.CMSAttributes([note])
    return with_value(data, info.dump(force=True))


def other_version(data: bytes) -> bytes:
    info = value_of(data)
    info["content"]["version"] = "v3"
    return with_value(data, info.dump(force=True))


# ---------------------------------------------------------------- USF: the signature spoilt


def range_text(replacement: bytes) -> Change:
    """/ByteRange in another form, of the same length: every other offset holds."""

    def change(data: bytes) -> bytes:
        at = data.rindex(b"/ByteRange")
        stop = data.index(b"]", at) + 1
        return data[:at] + replacement.ljust(stop - at) + data[stop:]

    return change


def contents_text(replacement: bytes) -> Change:
    """/Contents in another form, of the same length."""

    def change(data: bytes) -> bytes:
        start, end = signature_hole(data)
        return data[:start] + replacement.ljust(end - start) + data[end:]

    return change


# ---------------------------------------------------------------- ISA: something appended


def contents_number(data: bytes, page: int = 0) -> int:
    """The number of the object that draws the page."""
    with pymupdf.open(stream=data, filetype="pdf") as document:
        return int(document[page].get_contents()[0])


def forged_stream(data: bytes) -> bytes:
    """What the attacker wants to be read, in the page's own font."""
    with pymupdf.open(stream=data, filetype="pdf") as document:
        font = document[0].get_fonts()[0][4]
    words = f"BT /{font} 18 Tf 90 600 Td ({FORGED}) Tj ET".encode()
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words)


def trailer_words(data: bytes) -> tuple[int, int, int]:
    """Root, place of the last table, size."""
    root = int(re.findall(rb"/Root (\d+) 0 R", data)[-1])
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    return root, before, max(int(one) for one in re.findall(rb"/Size (\d+)", data))


def appended(
    data: bytes, objects: Mapping[int, bytes], *, table: bool = True, root: int | None = None
) -> bytes:
    """An incremental update: these objects, and with ``table`` the places where they stand."""
    own, before, size = trailer_words(data)
    out, places = bytearray(data), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    if table:
        out += b"xref\n"
        for number, place in places.items():
            out += b"%d 1\n%010d 00000 n \n" % (number, place)
    full = max(size, *objects, 0) + 1
    out += b"trailer\n<< /Size %d /Root %d 0 R" % (full, root or own)
    out += b" /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (before, at if table else before)
    return bytes(out)


def page_redrawn(data: bytes) -> bytes:
    return appended(data, {contents_number(data): forged_stream(data)})


def page_redrawn_and_signature_copied(data: bytes) -> bytes:
    """The update brings the old signature along, so that a reader finds it in the new revision."""
    number, body = signature_object(data)
    objects = {contents_number(data): forged_stream(data), number: body}
    return appended(data, objects)


def page_redrawn_without_table(data: bytes) -> bytes:
    return appended(data, {contents_number(data): forged_stream(data)}, table=False)


def signature_object(data: bytes) -> tuple[int, bytes]:
    """Number and text of the object with the signature."""
    start, _end = signature_hole(data)
    head = list(re.finditer(rb"(\d+) 0 obj\s", data[:start]))[-1]
    return int(head[1]), data[head.end() : data.index(b"endobj", start)]


# ---------------------------------------------------------------- SWA: the second range moved


def wrapped(data: bytes) -> bytes:
    """SWA: what follows the signature moves towards the end, and a second /ByteRange says so.

    Into the gap go a page of the attacker's and a whole table, just where the old one stood: the
    old ``startxref``, which is signed, now points to the attacker's.
    """
    start, end = signature_hole(data)
    root, table_at, size = trailer_words(data)
    gap_end = table_at + 200 * size
    moved = gap_end - end
    used = b"<" + value_of(data).dump().hex().upper().encode() + b">"
    rest = re.sub(rb"/ByteRange\s*\[[^]]*\]", b"", data[end : data.index(b"endobj", end)])
    head = data[:start] + used + b" /ByteRange [0 %d %d %d]" % (start, gap_end, len(data) - end)
    head += rest + b"\nendobj\n"
    page, forged_at = contents_number(data), len(head)
    head += b"%d 0 obj\n%s\nendobj\n" % (page, forged_stream(data))
    assert len(head) <= table_at, "the hole has room for the page"
    places = {int(one[1]): one.start() for one in re.finditer(rb"(?<!\d)(\d+) 0 obj\s", data)}
    places = {n: at + moved if at >= end else at for n, at in places.items()} | {page: forged_at}
    rows = [b"%010d 65535 f \n" % 0]
    rows += [b"%010d 00000 n \n" % places[n] if n in places else rows[0] for n in range(1, size)]
    table = b"xref\n0 %d\n%s" % (size, b"".join(rows))
    table += b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (size, root)
    out = head.ljust(table_at, b" ") + table
    return out.ljust(gap_end, b" ") + data[end:]


def second_range_in_the_padding(data: bytes) -> bytes:
    """The small form of SWA: all old offsets still hold."""
    start, end = signature_hole(data)
    used = data[start : start + 1 + 2 * len(value_of(data).dump())] + b">"
    false = b"/ByteRange [0 %d %d %d]" % (start, end, len(data) - end)
    hidden = b"/Hidden (9 0 obj << /Type /Page >> endobj)"
    return data[:start] + (used + false + hidden).ljust(end - start) + data[end:]


# ---------------------------------------------------------------- with a PDF library's own update


def incremental(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The same file after a library changed it and saved the difference behind it."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "changed.pdf"
        place.write_bytes(data)
        with pymupdf.open(place) as document:
            change(document)
            document.saveIncr()
        return place.read_bytes()


def add_text(document: Any) -> None:
    document[0].insert_text((90, 300), FORGED)


def add_page(document: Any) -> None:
    document.new_page()


_SPOT: Final = pymupdf.Rect(80, 100, 300, 140)
ANNOTATIONS: Final[dict[str, Callable[[Any], None]]] = {
    "FreeText": lambda document: document[0].add_freetext_annot(_SPOT, "Refused"),
    "Stamp": lambda document: document[0].add_stamp_annot(_SPOT),
    "Redact": lambda document: document[0].add_redact_annot(_SPOT, "Refused"),
    "Highlight": lambda document: document[0].add_highlight_annot(_SPOT),
    "Link": lambda document: document[0].insert_link(
        {"kind": pymupdf.LINK_URI, "from": _SPOT, "uri": "https://example.org/"}
    ),
}
"""EAA: the five kinds of annotation of the evil annotation attack."""


# ---------------------------------------------------------------- further signatures


def signed_again(
    bench: Bench,
    data: bytes,
    *,
    name: str = "Second",
    box: tuple[int, int, int, int] | None = None,
    permission: MDPPerm | None = None,
) -> bytes:
    """A further signature by the same key. With ``box`` a white one that covers what is there
    (SSA); with ``permission`` a certification of that grade."""
    file = io.BytesIO(data)
    writer = IncrementalPdfFileWriter(file)
    spec = SigFieldSpec(name, on_page=0, box=box)
    steps: Any = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
    field = next(steps).get_object()
    if box is not None:
        field[generic.pdf_name("/AP")] = generic.DictionaryObject(
            {generic.pdf_name("/N"): writer.add_object(_white(box))}
        )
        writer.update_container(field)
    mark = None
    if permission is not None:
        mark = SigMDPSetup("sha256", certify=True, docmdp_perms=permission)
    empty = SignatureObject(subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED_HEX)
    steps.send(SigObjSetup(empty, mdp_setup=mark))
    digest, _output = steps.send(SigIOSetup("sha256", in_place=True))
    with open_key(Path(bench.made.p12_path), PIN) as key:
        steps.send(sign_digest(key, digest.document_digest))
    return file.getvalue()


def _white(box: tuple[int, int, int, int]) -> generic.StreamObject:
    wide, high = box[2] - box[0], box[3] - box[1]
    words = f"1 g 0 0 {wide} {high} re f 0 g".encode()
    named = {"/Type": "/XObject", "/Subtype": "/Form"}
    entries = {generic.pdf_name(k): generic.pdf_name(v) for k, v in named.items()}
    frame = generic.ArrayObject(generic.NumberObject(one) for one in (0, 0, wide, high))
    return generic.StreamObject({**entries, generic.pdf_name("/BBox"): frame}, stream_data=words)


def with_fields(data: bytes, change: Callable[[Any, Any], None]) -> bytes:
    """The list of form fields after a change, saved behind the file."""
    file = io.BytesIO(data)
    writer = IncrementalPdfFileWriter(file)
    change(writer, writer.root["/AcroForm"]["/Fields"])
    writer.write_in_place()
    return file.getvalue()


def second_field(writer: Any, fields: Any) -> None:
    """The one signature, referred to from two fields."""
    copy = generic.DictionaryObject(dict(fields[0].items()))
    copy[generic.pdf_name("/T")] = generic.pdf_string("Copy")
    fields.append(writer.add_object(copy))
    writer.update_container(fields)


def second_widget(writer: Any, fields: Any) -> None:
    """The one field, shown in two places: ISO 32000 allows a signature one only."""
    field = fields[0]
    kids = []
    for _number in range(2):
        widget = generic.DictionaryObject(
            {key: field[key] for key in ("/Type", "/Subtype", "/Rect", "/P", "/AP") if key in field}
        )
        kids.append(writer.add_object(widget))
    field[generic.pdf_name("/Kids")] = generic.ArrayObject(kids)
    writer.update_container(field)


# ---------------------------------------------------------------- shadows, prepared before the seal


def shadow_hide(path: Path) -> Path:
    """What will be shown lies under a stamp; the stamp is taken away after the seal."""
    frozen_pdf(path, text=FORGED)
    with pymupdf.open(path) as document:
        document[0].add_stamp_annot(pymupdf.Rect(60, 90, 400, 140))
        document.saveIncr()
    return path


def shadow_replace_form(path: Path) -> Path:
    """The decision stands in a form field, whose value changes after the seal."""
    frozen_pdf(path)
    with pymupdf.open(path) as document:
        field = pymupdf.Widget()
        field.field_name, field.field_type = "decision", pymupdf.PDF_WIDGET_TYPE_TEXT
        field.field_value, field.rect = "Refused", pymupdf.Rect(90, 200, 300, 230)
        document[0].add_widget(field)
        document.saveIncr()
    return path


def shadow_replace_font(path: Path) -> Path:
    """Nothing to be seen: after the seal the font's letters become others."""
    return frozen_pdf(path, text="Refused")


def shadow_hide_and_replace(path: Path) -> Path:
    """A second document lies in the file, which nothing refers to until the root is exchanged."""
    frozen_pdf(path)
    with pymupdf.open(path) as document:
        size = document.xref_length()
        numbers = [document.get_new_xref() for _object in range(4)]
        catalog, pages, page, words = numbers
        assert catalog == size
        document.update_object(catalog, f"<</Type/Catalog/Pages {pages} 0 R>>")
        document.update_object(pages, f"<</Type/Pages/Count 1/Kids[{page} 0 R]>>")
        font = "<</F1 <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
        document.update_object(
            page, f"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 595 842]"
            f"/Resources<</Font {font}>>/Contents {words} 0 R>>",
        )  # fmt: skip
        document.update_object(words, "<<>>")
        text = f"BT /F1 18 Tf 90 600 Td ({FORGED}) Tj ET".encode()
        document.update_stream(words, text, new=True, compress=False)
        document.save(path.with_suffix(".shadow.pdf"), garbage=0)
    return path.with_suffix(".shadow.pdf")


def stamp_taken_away(data: bytes) -> bytes:
    def change(document: Any) -> None:
        page = document[0]
        stamps = [one for one in page.annots() if one.type[1] == "Stamp"]
        page.delete_annot(stamps[0])

    return incremental(data, change)


def field_refilled(data: bytes) -> bytes:
    def change(document: Any) -> None:
        page = document[0]
        field = next(one for one in page.widgets() if one.field_name == "decision")
        field.field_value = "Granted"
        field.update()

    return incremental(data, change)


def font_exchanged(data: bytes) -> bytes:
    with pymupdf.open(stream=data, filetype="pdf") as document:
        number = document[0].get_fonts()[0][0]
    letters = b"/Differences [82 /G /r /a /n /t /e /d]"
    return appended(data, {number: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier "
                                   b"/Encoding << /Type /Encoding %s >> >>" % letters})


def root_exchanged(data: bytes) -> bytes:
    catalogs = [int(one) for one in re.findall(rb"(\d+) 0 obj\s*<<\s*/Type\s*/Catalog", data)]
    own = trailer_words(data)[0]
    form = re.findall(rb"/AcroForm\s*(\d+ 0 R|<<.*?>>)", data, re.DOTALL)[-1]
    pages = re.findall(rb"/Type\s*/Catalog\s*/Pages (\d+) 0 R", data)
    other = next(one for one in catalogs if one != own)
    body = b"<</Type/Catalog/Pages %s 0 R/AcroForm %s>>"
    return appended(data, {other: body % (pages[catalogs.index(other)], form)}, root=other)


SHADOWS: Final[dict[str, tuple[Callable[[Path], Path], Change]]] = {
    "hide": (shadow_hide, stamp_taken_away),
    "replace a form value": (shadow_replace_form, field_refilled),
    "replace a font": (shadow_replace_font, font_exchanged),
    "hide and replace": (shadow_hide_and_replace, root_exchanged),
}
"""Name -> how the file is prepared before the seal, and what is done to it afterwards."""


def shadowed(target: Target, name: str) -> bytes:
    """A prepared file, sealed in spite of the gate, and then turned."""
    prepare, turn = SHADOWS[name]
    with TemporaryDirectory() as folder:
        bench = replace(target.bench, folder=Path(folder))
        prepared = prepare(bench.folder / "prepared.pdf")
        return turn(press(bench, prepared, "sealed").read_bytes())


# ---------------------------------------------------------------- all of them

PLAIN: Final[dict[str, Change]] = {
    "newline appended": lambda data: data + b"\n",
    "comment appended": lambda data: data + b"% paid\n",
    "byte in front": lambda data: b"\n" + data,
    "cut short": lambda data: data[:-7],
    "padding digit": padding_digit,
    "letter case": letter_case,
    "all lower case but one": all_lower_but_one,
    "long form length": long_form_length,
    "certificate twice": extra_certificate,
    "unsigned attribute": unsigned_attribute,
    "other version": other_version,
    "USF range missing": range_text(b""),
    "USF range null": range_text(b"/ByteRange null"),
    "USF range empty": range_text(b"/ByteRange []"),
    "USF range zero": range_text(b"/ByteRange [0 0 0 0]"),
    "USF range negative": range_text(b"/ByteRange [0 -10 20 30]"),
    "USF range beyond": range_text(b"/ByteRange [0 10 20 99999999]"),
    "USF contents empty": contents_text(b"<>"),
    "USF contents null": contents_text(b"null"),
    "USF contents 00": contents_text(b"<00>"),
    "contents gone": contents_text(b""),
    "ISA with table": page_redrawn,
    "ISA with copied signature": page_redrawn_and_signature_copied,
    "ISA without table": page_redrawn_without_table,
    "ISA bare trailer": lambda data: data + b"trailer << /Root 1 0 R >>\n%%EOF\n",
    "SWA page in the gap": wrapped,
    "SWA in the padding": second_range_in_the_padding,
    "page replaced": lambda data: incremental(data, add_text),
    "page added": lambda data: incremental(data, add_page),
    "several fields": lambda data: with_fields(data, second_field),
    "several widgets": lambda data: with_fields(data, second_widget),
}
"""Attacks that need the sealed file only."""


def attacks() -> Iterable[str]:
    """The names of all attacks."""
    yield from PLAIN
    for permission in ("P=1", "P=3"):
        yield from (f"EAA {kind}, {permission}" for kind in ANNOTATIONS)
    yield from (f"SSA {look}, {grade}" for look in ("visible", "invisible") for grade in GRADES)
    yield from (f"shadow: {name}" for name in SHADOWS)


GRADES: Final[dict[str, MDPPerm | None]] = {
    "P=1": MDPPerm.NO_CHANGES,
    "P=2": MDPPerm.FILL_FORMS,
    "P=3": MDPPerm.ANNOTATE,
    "no P": None,
}


def first_seal(target: Target, grade: str) -> bytes:
    """The file with its first signature of this grade; P=1 is the product's own seal."""
    if grade == "P=1":
        return target.sealed
    frozen = frozen_pdf(target.bench.folder / f"frozen-{grade[-1]}.pdf")
    return signed_again(target.bench, frozen.read_bytes(), name="Seal", permission=GRADES[grade])


def attacked(target: Target, name: str) -> bytes:
    """The file that comes of the attack of this name."""
    if name in PLAIN:
        return PLAIN[name](target.sealed)
    kind, _space, rest = name.partition(" ")
    if kind == "shadow:":
        return shadowed(target, rest)
    what, grade = rest.split(", ")
    first = first_seal(target, grade)
    if kind == "EAA":
        return incremental(first, ANNOTATIONS[what])
    return signed_again(target.bench, first, box=(80, 700, 400, 740) if what == "visible" else None)
