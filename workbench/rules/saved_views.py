"""Saved views of the inbox: group, filters and order under a name, one's own or shared.

Nothing in a view widens what is seen: it is a question like any other, asked with the rights of
whoever opens it (domain 4.3). The store keeps views, the inbox shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.case_view import NO_FILTER, WorklistFilter, WorklistOrder

MOST_LETTERS: Final = 40
"""Of a view's name."""
MOST_VIEWS: Final = 50
"""Of one person, and shared by one department."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """``shared``: shown to everybody of the owner's department; only the owner changes it."""

    view_id: int
    name: str
    owner: str
    shared: bool
    group: str = "all"
    order: WorklistOrder = WorklistOrder.DUE
    descending: bool = False
    filter: WorklistFilter = NO_FILTER
