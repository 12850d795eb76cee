"""One centre on a PostgreSQL server: signing in, and what can be asked before (``ports.Centre``).

There is no administration beside the sessions: what nobody's post allows, nobody does. Called by
``store.open_centre`` for addresses that name a server.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

from workbench.casework.ports import AuditLog
from workbench.rules.moment import SystemClock
from workbench.rules.people import Role, role_label
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.words import _
from workbench.store.content import ContentStore
from workbench.store.moves import Books
from workbench.store.server import accounts, connecting, versions
from workbench.store.server.address import ServerAddress
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession
from workbench.store.shelf import Shelf


class ServerCentre:
    """A centre behind an address; its sessions share the published records.

    ``content`` is this desk's own way to the folder of the files, where it is another than others'.
    """

    def __init__(self, address: ServerAddress, content: Path | None = None) -> None:
        self.address = address
        self._content = content
        # Sessions keep files encrypted; nothing can be stored plain by mistake.
        self.books = Books(Shelf(), ContentStore(Path(os.devnull)))

    def sign_in(self, login: str, password: str) -> ServerSession:
        """Refusal ``wrong_password`` or ``account_locked``; Outage for the way to the server."""
        engine = connecting.sign_in(self.address, login, password)
        try:
            if accounts.must_change(engine, self.address):
                raise Refusal(
                    "password_first",
                    _("You still have the password that you were given."),
                    _("Change it first: workbench user own-password --centre {url} --as {who}")
                    .format(url=self.address.shown, who=login),
                )  # fmt: skip
            line = Line(self.address, engine)
            hello = line.call("hello")
            versions.refuse_old_desk(hello)
            line.may_not_act(versions.only_reads(hello, SystemClock().now()))
        except BaseException:
            engine.dispose()
            raise
        session = ServerSession(line, self.books, login)
        session.content_given = self._content
        return session

    def session_as(self, login: str) -> ServerSession:
        """A server gives nobody a session without his password."""
        raise _password_needed(login)

    def audit_log(self) -> AbstractContextManager[AuditLog]:
        """The logs are shown to nobody without signing in: the audit administrator's session."""
        raise _password_needed(role_label(Role.AUDIT_ADMIN))

    def sealed_files(self) -> tuple[LedgerLine, ...]:
        """Nothing without signing in: the register of seal use is shown to its posts."""
        return ()

    def seal_pins(self) -> tuple[str, ...]:
        """Nothing without signing in; a session's ``seal_certificates`` has them."""
        return ()

    def close(self) -> None:
        """Sessions close their own lines."""


def _password_needed(who: str) -> Refusal:
    return Refusal(
        "password_needed",
        _("{login} has to sign in at the centre's server.").format(login=who),
        _("Give the sign-in name with --as; the password is asked for."),
    )
