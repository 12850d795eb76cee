"""Notes, highlights, doubts and links on a scanned material: kept beside the file, never in it.

A mark lies on a place of one file of a case, the file being named by its hash, so that what was
received stays as it was received (R38) and a material that is handed in again begins without marks.
Who is granted the case's materials sees every mark on them; only its author rewords or removes one.
The store keeps them, the viewer draws them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.rules.materials import Clip
from workbench.rules.moment import Moment

MOST_LETTERS: Final = 2_000
"""Of a note; what is longer belongs into an opinion."""
MOST_MARKS: Final = 2_000
"""On the materials of one case."""


class MarkKind(StrEnum):
    """What a mark says of its place."""

    NOTE = "note"
    HIGHLIGHT = "highlight"
    DOUBT = "doubt"
    LINK = "link"
    """The place that proves a field of the form."""


@dataclass(frozen=True, slots=True)
class NewMark:
    """A mark to be made. ``place`` is a part of the page as it lies in the file, without a turn of
    the viewer's. ``field`` is the path of the form field that a link proves."""

    sha256: str
    page: int
    place: Clip
    kind: MarkKind
    text: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class MaterialMark:
    """A mark as it is shown."""

    mark_id: int
    mark: NewMark
    made_by: str
    made_at: Moment
