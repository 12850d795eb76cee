"""Composing a document from a published template: one clean PDF, the same bytes every time.

Called by casework's result and notice verbs through the app (T21, T22: the SHA-256 of what is
written here is h0) and by the shell for the proof page. One revision, no annotations, no forms,
no actions, no dates of making, so the gate before stamping has nothing to find. Everything in
here uses PyMuPDF and must stay in one thread per process.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pymupdf

from workbench.paper.compose_content import page_content
from workbench.paper.compose_layout import Pages, lay_out, shown_blocks
from workbench.paper.compose_marks import GREY, MM, LineMark, Mark, TextMark, set_line
from workbench.paper.compose_type import REGULAR, CutFace, cut_face, missing_in, width_of
from workbench.paper.place_checks import check_place
from workbench.paper.rewrite import rewritten
from workbench.paper.seal_placement import resolve_anchor
from workbench.rules.catalogue_reading import canonical
from workbench.rules.catalogue_records import DocumentTemplate, SealPlacement
from workbench.rules.composed_documents import SAMPLE_MARK, Composed
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import AnchorPlacement, PageRule, Placement

_NAME: Final = re.compile(r"\{([a-z0-9_]+)\}")
_PRODUCER: Final = "OneSeal Workbench"


def compose(
    template: DocumentTemplate,
    values: Mapping[str, str],
    out_path: Path,
    *,
    sample: bool = True,
) -> Composed:
    """Write the document to ``out_path`` (replaced whole) and say what came of it.

    ``values`` are ready texts: form fields by code, case values by the names of
    :data:`SYSTEM_VALUES`. A name without text is left blank and listed in ``empty_values``; a
    character without a glyph is shown as 〓 and listed in ``missing_glyphs``: the caller shows the
    proof page and refuses to freeze. ``sample`` prints 样本 不具法律效力 on each page (3.5).
    """
    used = _used_names(template, values)
    texts = {name: values.get(name, "") for name in used}
    pages = lay_out(template, texts)
    sheets = [
        [*marks, *_furniture(template, number, len(pages.sheets), sample)]
        for number, marks in enumerate(pages.sheets, start=1)
    ]
    data = rewritten(_draw(template, sheets, _file_id(template, texts, sample), sample))
    _write(out_path, data)
    at = _seal_point(template, pages, out_path)
    return Composed(
        pages=len(sheets),
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        page_width_mm=template.page_width_mm,
        page_height_mm=template.page_height_mm,
        missing_glyphs=_missing(texts),
        empty_values=tuple(sorted(name for name in used if not texts[name].strip())),
        seal_at=at,
        place_faults=_place_faults(template, at, out_path),
    )


def _used_names(template: DocumentTemplate, values: Mapping[str, str]) -> list[str]:
    """Names of the blocks that appear, in order of first use."""
    names: dict[str, None] = {}
    for block in shown_blocks(template, values):
        text = block.text
        if block.kind == "signature" and not text:
            text = "{organ_name}{issue_date}"
        if block.only_if:
            names[block.only_if] = None
        for part in (text, *(p for row in block.rows for p in (row.label, row.value))):
            names.update(dict.fromkeys(_NAME.findall(part)))
    return list(names)


def _missing(texts: Mapping[str, str]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for text in texts.values():
        cleaned = text.replace("\r", "\n").replace("\t", " ").strip()
        seen.update(dict.fromkeys(missing_in(cleaned)))
    return tuple(seen)


def _furniture(template: DocumentTemplate, number: int, count: int, sample: bool) -> list[Mark]:
    """What stands on every page around the text: border, page number, sample mark."""
    width, height = template.page_width_mm * MM, template.page_height_mm * MM
    marks: list[Mark] = []
    for inset, weight in {"single": ((11.0, 1.0),), "double": ((9.0, 2.2), (11.0, 0.7))}.get(
        template.border, ()
    ):
        marks += _border(width, height, inset * MM, weight)
    foot = height - 14.5 * MM
    if sample:
        marks += _centred(SAMPLE_MARK, width, foot, 10.5)
    if count > 1:
        marks += set_line(f"- {number} / {count} -", width - 42 * MM, foot, 9.5, False, GREY)
    return marks


def _border(width: float, height: float, inset: float, weight: float) -> list[Mark]:
    x1, y1 = width - inset, height - inset
    return [
        LineMark(inset, inset, x1, inset, weight),
        LineMark(inset, y1, x1, y1, weight),
        LineMark(inset, inset, inset, y1, weight),
        LineMark(x1, inset, x1, y1, weight),
    ]


def _centred(text: str, width: float, y: float, size: float) -> Sequence[Mark]:
    return set_line(text, (width - width_of(text, size)) / 2, y, size, False, GREY)


def _file_id(template: DocumentTemplate, texts: Mapping[str, str], sample: bool) -> str:
    """32 hex digits that depend on the input only: a random identifier would change h0."""
    whole = canonical(template) + json.dumps([dict(texts), sample], sort_keys=True)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:32]


def _draw(
    template: DocumentTemplate, sheets: Sequence[Sequence[Mark]], file_id: str, sample: bool
) -> bytes:
    faces = _cut_faces(sheets, sample)
    width, height = template.page_width_mm * MM, template.page_height_mm * MM
    with pymupdf.open() as document:
        for marks in sheets:
            page = document.new_page(width=width, height=height)
            for face, cut in faces.items():
                page.insert_font(fontname=face, fontbuffer=cut.data)
            content = page_content(marks, faces, width, height, sample)
            xref = document.get_new_xref()
            document.update_object(xref, "<<>>")
            document.update_stream(xref, content, new=True)
            page.set_contents(xref)
        document.set_metadata({"title": template.title_zh, "producer": _PRODUCER})
        document.xref_set_key(document.pdf_catalog(), "Lang", "(zh-CN)")
        document.xref_set_key(-1, "ID", f"[<{file_id}><{file_id}>]")
        return bytes(document.tobytes(garbage=4, deflate=True, no_new_id=True))


def _cut_faces(sheets: Sequence[Sequence[Mark]], sample: bool) -> dict[str, CutFace]:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    if sample:
        wanted[REGULAR] |= set(SAMPLE_MARK)
    for marks in sheets:
        for mark in marks:
            if isinstance(mark, TextMark):
                wanted[mark.face] |= set(mark.text)
    return {face: cut_face(face, "".join(sorted(wanted[face]))) for face in sorted(wanted)}


def _write(out_path: Path, data: bytes) -> None:
    """Whole or not at all: a reader never sees half a document."""
    beside = out_path.with_name(out_path.name + ".part")
    beside.write_bytes(data)
    os.replace(beside, out_path)


def _seal_point(template: DocumentTemplate, pages: Pages, out_path: Path) -> Placement | None:
    """The centre of the seal in mm, from the signature, an anchor text, or the fixed place."""
    placement = template.placement
    if placement is None:
        return None
    if placement.anchor == "signature":
        if pages.seal is not None:
            page, x, y = pages.seal
            x_mm, y_mm = x / MM + placement.shift_x_mm, y / MM + placement.shift_y_mm
            return Placement(page, round(x_mm, 2), round(y_mm, 2))
    elif placement.anchor:
        found = _at_text(placement, out_path)
        if found is not None:
            return found
    page = min(placement.page or len(pages.sheets), len(pages.sheets))
    return Placement(page, placement.x_mm, placement.y_mm)


def _place_faults(
    template: DocumentTemplate, at: Placement | None, out_path: Path
) -> tuple[str, ...]:
    if at is None or template.placement is None:
        return ()
    return check_place(out_path, at, template.placement.diameter_mm, template.placement.seam)


def _at_text(placement: SealPlacement, out_path: Path) -> Placement | None:
    """The place of the anchor text; ``None`` where it is not on any page, a refusal when it stands
    there more than once."""
    anchor = AnchorPlacement(
        placement.anchor, PageRule.LAST_WITH_TEXT, placement.shift_x_mm, placement.shift_y_mm
    )
    try:
        return resolve_anchor(str(out_path), anchor)
    except Refusal as refusal:
        if refusal.code != "anchor_missing":
            raise
        return None
