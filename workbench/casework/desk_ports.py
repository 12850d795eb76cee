"""What the desk asks of a centre beyond the cases themselves: marks, saved views, looking up.

Parts of ``ports.Session``, with its rules: each method is one short transaction, what is not
visible is just not there, writes raise :class:`~workbench.rules.refusals.Refusal`.
"""

from __future__ import annotations

from typing import Protocol

from workbench.rules.case_view import LookUp
from workbench.rules.material_marks import MaterialMark, NewMark
from workbench.rules.saved_views import SavedView


class MaterialMarkRoom(Protocol):
    """Marks on the materials of a case, for whoever is granted its materials."""

    def material_marks(self, case_no: str) -> tuple[MaterialMark, ...]:
        """All that stand, in the order in which they were made; of a field the newest link."""
        ...

    def make_material_mark(self, case_no: str, mark: NewMark) -> MaterialMark:
        """Put one up. Raises Refusal (``mark_not_kept`` where he may not, the case has ended, the
        file is not the case's, or it would be too long or too many)."""
        ...

    def reword_material_mark(self, mark_id: int, text: str) -> MaterialMark:
        """Other words for one's own mark. Raises Refusal (``mark_not_kept``)."""
        ...

    def remove_material_mark(self, mark_id: int) -> None:
        """Take one's own mark away; the centre keeps that it was there."""
        ...


class SavedViewRoom(Protocol):
    """Views of the inbox: one's own, and those shared in one's department."""

    def saved_views(self) -> tuple[SavedView, ...]:
        """Own ones first, then shared ones of others; each by name."""
        ...

    def save_view(self, view: SavedView) -> SavedView:
        """Keep it: a new one where ``view_id`` is 0, else one's own that has that number. Raises
        Refusal (``view_not_kept``)."""
        ...

    def remove_view(self, view_id: int) -> None:
        """Drop one's own view."""
        ...


class ApplicantRoom(Protocol):
    """Who applied is no part of the list: looking it up is written down (R38, R83, S054)."""

    def look_up_applicant(self, text: str, purpose: str) -> LookUp:
        """The visible cases of the applicant with that number, or whose name has these two or more
        characters. The audit keeps who looked, by what kind of word, for which ``purpose`` and how
        much was found, never for whom. Raises Refusal (``reason_missing``, ``look_up_short``)."""
        ...
