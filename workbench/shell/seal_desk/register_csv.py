"""The register of use as CSV for Excel and WPS: UTF-8 with BOM, cells that start no formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QIODevice, QSaveFile

from workbench.rules.refusals import Outage
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.words import _
from workbench.shell.lane_thread import checkpoint
from workbench.shell.seal_desk.register_model import remark
from workbench.shell.seal_desk.words import (
    copy_word,
    level_word,
    manner_word,
    number_of,
    place_text,
    state_word,
    time_of,
)

BOM: Final = "\ufeff"
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a table program may take for a formula at the beginning of a cell (CSV injection)."""
LINES_A_LOOK: Final = 200


def guarded_cell(text: str) -> str:
    """The text, after an apostrophe where it would begin a formula."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def headings() -> tuple[str, ...]:
    """The columns, in order."""
    return (
        _("Serial"), _("Time"), _("Document number"), _("Case number"), _("State"),
        _("Pressed how"), _("Copies"), _("Custodian"), _("Approver"), _("Seal"),
        _("Signature"), _("Place"), _("Hash before"), _("Hash after"), _("Remarks"),
    )  # fmt: skip


def cells(line: LedgerLine, name_of: Callable[[str], str]) -> tuple[str, ...]:
    """One line; the serial is a number, everything else a guarded text."""
    level = level_word(line.signature_level) if line.signature_level else ""
    texts = (
        time_of(line), number_of(line), line.case_no, state_word(line.state),
        manner_word(line.manner), copy_word(line), name_of(line.custodian),
        name_of(line.approver), line.seal_id, level,
        place_text(line.placement) if line.placement is not None else "",
        line.sha256_before, line.sha256_after, remark(line),
    )  # fmt: skip
    return (str(line.serial), *(guarded_cell(text) for text in texts))


def write_csv(path: Path, lines: Iterable[LedgerLine], name_of: Callable[[str], str]) -> None:
    """In *errands*. The file is there whole or not at all; raises Outage, Cancelled."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(headings())
    for place, line in enumerate(lines):
        if place % LINES_A_LOOK == 0:
            checkpoint(place)
        writer.writerow(cells(line, name_of))
    file = QSaveFile(str(path))
    data = (BOM + held.getvalue()).encode("utf-8")
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not opened or file.write(data) != len(data) or not file.commit():
        raise not_written(file.errorString())


def not_written(why: str) -> Outage:
    """The disk or the folder does not take the file."""
    return Outage(
        "export_not_written", _("The file cannot be written: {why}").format(why=why),
        _("Choose another folder."),
    )  # fmt: skip
