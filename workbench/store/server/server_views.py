"""Saved views on a server (``desk_ports.SavedViewRoom``): read under their policy, kept by verbs.

Called through ``server_session``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workbench.rules.refusal_texts import refusal
from workbench.rules.saved_views import SavedView
from workbench.store import view_rows
from workbench.store.server.server_seat import ServerSeat

_SEEN: Final = "SELECT v.view_id, v.owner, v.name, v.shared, v.body FROM wb.saved_view v"


class ServerViews(ServerSeat):
    """Group, order and filter under a name."""

    def saved_views(self) -> tuple[SavedView, ...]:
        """Own ones first, then shared ones of others; each by name."""
        with self._line.look() as look:
            (rows,) = look.ask((_SEEN, ()), last=True)
        return view_rows.in_order(rows, self.login)

    def save_view(self, view: SavedView) -> SavedView:
        """Keep it; see the port."""
        if not view_rows.named_well(view):
            raise refusal("view_not_kept")
        name = view.name.strip()
        kept = self._call("save_view", view.view_id, name, view.shared, view_rows.body_of(view))
        return replace(view, view_id=int(kept), name=name, owner=self.login)

    def remove_view(self, view_id: int) -> None:
        """Drop one's own view."""
        self._call("remove_view", view_id)
