"""The room of saved views (``desk_ports.SavedViewRoom``): one's own, and the department's.

A view is a question to the inbox, asked with the rights of whoever opens it. Called through
``session``.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, insert, update

from workbench.rules.events import canonical
from workbench.rules.refusal_texts import refusal
from workbench.rules.saved_views import MOST_VIEWS, SavedView
from workbench.store import view_rows
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import saved_view

V = saved_view.c


class ViewRoomOf(Seat):
    """Group, order and filter under a name."""

    def saved_views(self) -> tuple[SavedView, ...]:
        """Own ones first, then shared ones of others; each by name."""
        with self._work.read() as unit:
            self._still_here(unit)
            return view_rows.in_order(view_rows.seen(unit.sql, self.login, unit.now), self.login)

    def save_view(self, view: SavedView) -> SavedView:
        """Keep it; a new one takes the place of one's own that has its name. See the port."""
        body, name = canonical(view_rows.body_of(view)), view.name.strip()
        if not view_rows.named_well(view) or len(body) > view_rows.MOST_BODY:
            raise refusal("view_not_kept")
        with self._work.write() as unit:
            self._still_here(unit)
            view_id = self._place(unit, view.view_id, name, view.shared)
            values = {
                "owner": self.login, "name": name, "shared": view.shared, "body": body,
                "saved_at": unit.now,
            }  # fmt: skip
            if view_id:
                unit.sql.execute(update(saved_view).where(V.view_id == view_id).values(values))
            else:
                done = unit.sql.execute(insert(saved_view).values(values)).inserted_primary_key
                assert done is not None
                view_id = int(done[0])
            return replace(view, view_id=view_id, name=name, owner=self.login)

    def remove_view(self, view_id: int) -> None:
        """Drop one's own view; nothing happens where there is none."""
        with self._work.write() as unit:
            self._still_here(unit)
            mine = (V.view_id == view_id) & (V.owner == self.login)
            unit.sql.execute(delete(saved_view).where(mine))

    def _place(self, unit: Unit, view_id: int, name: str, shared: bool) -> int:
        """The row that it takes the place of, 0 for a new one. Refusal ``view_not_kept``."""
        rows = view_rows.seen(unit.sql, self.login, unit.now)
        mine = {int(row.view_id): row for row in rows if row.owner == self.login}
        named = next((number for number, row in mine.items() if row.name == name), 0)
        if (view_id and view_id not in mine) or (view_id and named not in (0, view_id)):
            raise refusal("view_not_kept")
        place = view_id or named
        others = [row for row in rows if int(row.view_id) != place]
        own = sum(1 for row in others if row.owner == self.login)
        together = sum(1 for row in others if row.shared)
        if own >= MOST_VIEWS or (shared and together >= MOST_VIEWS):
            raise refusal("view_not_kept")
        return place
