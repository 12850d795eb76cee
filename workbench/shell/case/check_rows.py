"""The rows of the checklist beside the scans: each file, each line without one, each review point.

Pure; called by the list of materials. A row says in words how it stands; its mark says it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workbench.api.views import materials_of
from workbench.rules.case import Part, PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import MaterialSource, ReviewPoint
from workbench.rules.words import _, pick
from workbench.shell.case.material_lines import (
    Held,
    Line,
    extra_files,
    held_word,
    lines_of,
    need_word,
)

Results = Mapping[str, Mapping[str, str]]
"""Point code -> ``result`` (``pass``, ``doubt``, ``fail``) and ``reason``."""

HELD_MARKS: Final = {
    Held.GIVEN: "check",
    Held.MISSING: "cross",
    Held.MAY_FOLLOW: "clock",
    Held.SHARED: "refresh",
    Held.NOT_NEEDED: "circle",
}
POINT_MARKS: Final = {"pass": "check", "doubt": "help", "fail": "cross", "": "circle"}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row: its name, the quieter words below it, the mark, and the file it turns to."""

    name: str
    note: str
    mark: str
    tone: str
    """``good``, ``bad``, ``doubt`` or empty: the colour that goes with mark and word."""
    entry: PartEntry | None = None
    code: str = ""
    """Of the line of the list; empty for a file that stands on no line."""
    point: str = ""
    """Of the review point; empty for a material."""
    result: str = ""
    """Of the review point: ``pass``, ``doubt``, ``fail``, or empty while it is not marked."""
    reason: str = ""


def rows_of(view: CaseView, marked: Results) -> tuple[CheckRow, ...]:
    """Every line of the list with its files and its points, then what stands on no line."""
    return tuple(_rows(view, {**given_results(view), **marked}))


def files_of(view: CaseView) -> list[PartEntry]:
    """The files in the order in which they stand in the list."""
    return [entry for line in lines_of(view) for entry in line.entries] + list(extra_files(view))


def paper_name(view: CaseView, entry: PartEntry) -> str:
    """The name of a material above its pages, with its number where a line has several files."""
    code = str(entry.body.get("code", ""))
    line = next((one for one in lines_of(view) if one.spec.code == code), None)
    if line is None:
        return str(entry.body.get("file", ""))
    return _numbered(line, line.entries.index(entry) + 1 if entry in line.entries else 1)


def given_results(view: CaseView) -> dict[str, dict[str, str]]:
    """How the points are marked in the last opinion that is shown."""
    last = view.last(Part.OPINIONS, "opinion")
    points: Any = last.body.get("points", {}) if last is not None else {}
    if not isinstance(points, Mapping):
        return {}
    return {str(code): _result(given) for code, given in points.items()}


def _result(given: Any) -> dict[str, str]:
    body = given if isinstance(given, Mapping) else {"result": str(given)}
    return {key: str(value) for key, value in body.items()}


def _rows(view: CaseView, results: Results) -> Iterator[CheckRow]:
    points = view.item.review_points if Part.OPINIONS in view.parts else ()
    known = {line.spec.code for line in lines_of(view)}
    for line in lines_of(view):
        yield from _line_rows(line)
        for point in points:
            if point.material_code == line.spec.code:
                yield _point_row(point, view, results)
    for entry in extra_files(view):
        yield CheckRow(str(entry.body.get("file", "")), pages_word(entry), "check", "good", entry)
    for point in points:
        if point.material_code not in known:
            yield _point_row(point, view, results)


def _line_rows(line: Line) -> Iterator[CheckRow]:
    spec = line.spec
    if not line.entries:
        tone = "bad" if line.held is Held.MISSING else ""
        note = f"{held_word(line.held)} · {need_word(spec)}"
        yield CheckRow(line.name(), note, HELD_MARKS[line.held], tone, None, spec.code)
    library = spec.source is MaterialSource.LICENCE
    for number, entry in enumerate(line.entries, start=1):
        held = _("from the licence library") if library else held_word(line.held)
        note = f"{held} · {need_word(spec)} · {pages_word(entry)}"
        yield CheckRow(_numbered(line, number), note, HELD_MARKS[line.held], "good", entry,
                       spec.code)  # fmt: skip


def _numbered(line: Line, number: int) -> str:
    return f"{line.name()} ({number})" if len(line.entries) > 1 else line.name()


def _point_row(point: ReviewPoint, view: CaseView, results: Results) -> CheckRow:
    given = results.get(point.code, {})
    result = given.get("result", "")
    words = {"pass": _("Pass"), "doubt": _("Doubt"), "fail": _("Fail")}
    note = words.get(result, _("not checked yet"))
    if given.get("reason"):
        note = _("{result}: {reason}").format(result=note, reason=given["reason"])
    tone = {"pass": "good", "fail": "bad", "doubt": "doubt"}.get(result, "")
    code = point.material_code or ""
    entry = next(iter(reversed(materials_of(view, code))), None) if code else None
    name = pick(point.text_zh, point.text_en)
    mark = POINT_MARKS.get(result, "circle")
    reason = given.get("reason", "")
    return CheckRow(name, note, mark, tone, entry, code, point.code, result, reason)


def pages_word(entry: PartEntry) -> str:
    """How many pages the file has; number and word stay in one line."""
    pages = entry.body.get("pages", "?")
    text = _("1 page") if pages == 1 else _("{pages} pages").format(pages=pages)
    return text.replace(" ", "\u00a0")
