"""What every room of a session stands on: the person, the transactions, the published books.

``who`` is read anew in every transaction that matters: a role that ended this second gives nothing
from this second on (V08).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select

from workbench.rules.moment import Moment
from workbench.rules.people import Membership, Role, User
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store import people_rows
from workbench.store.engine import Unit, Work
from workbench.store.moves import Books
from workbench.store.tables import app_user, audit_line


class Seat:
    """One signed-in person at one connection."""

    def __init__(self, work: Work, books: Books, login: str) -> None:
        self._work = work
        self._books = books
        self.login = login

    @property
    def who(self) -> User:
        """The signed-in person with the roles in force now."""
        with self._work.read() as unit:
            return next(u for u in people_rows.users(unit.sql, unit.now) if u.login == self.login)

    def close(self) -> None:
        """Give back the connection."""
        self._work.close()

    def _still_here(self, unit: Unit) -> None:
        """The account exists; a removed one may not go on in an open window."""
        wanted = select(app_user.c.login).where(app_user.c.login == self.login)
        if unit.sql.execute(wanted).first() is None:
            raise refusal("account_gone")

    def _memberships(self, unit: Unit) -> list[Membership]:
        mine = people_rows.memberships(unit.sql, self.login)
        return [one for one in mine if one.valid_from <= unit.now < one.valid_to]

    def _need_role(self, unit: Unit, roles: Iterable[Role]) -> None:
        if not {one.role for one in self._memberships(unit)} & set(roles):
            raise Refusal(
                "not_your_role",
                _("This step belongs to another post."),
                _("Hand it to the post that is in charge of it."),
            )

    def _audit(self, unit: Unit, act: str, detail: str) -> None:
        audit(unit, self.login, act, detail, unit.now)


def audit(unit: Unit, actor: str, act: str, detail: str, at: Moment) -> None:
    """One line of what was done to the centre itself; never about the content of a case."""
    unit.sql.execute(insert(audit_line).values(at=at, actor=actor, act=act, detail=detail))
