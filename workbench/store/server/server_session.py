"""One signed-in person's session on a server: the rooms of ``casework.ports.Session``.

What only reads runs the same statements as on a file, under the person's own policies; what writes
is one verb in one round trip. Made by ``server_centre.sign_in``; a session belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.store.server.ears import Ears
from workbench.store.server.server_absences import ServerAbsences
from workbench.store.server.server_applicants import ServerApplicants
from workbench.store.server.server_audit import ServerAudit
from workbench.store.server.server_cases import ServerCases
from workbench.store.server.server_catalogue import ServerCatalogue
from workbench.store.server.server_content import ServerContent
from workbench.store.server.server_drafts import ServerDrafts
from workbench.store.server.server_handovers import ServerHandovers
from workbench.store.server.server_marks import ServerMarks
from workbench.store.server.server_outside import ServerOutside
from workbench.store.server.server_paper_copies import ServerPaperCopies
from workbench.store.server.server_roster import ServerRoster
from workbench.store.server.server_seal_custody import ServerSealCustody
from workbench.store.server.server_special_accounts import ServerSpecialAccounts
from workbench.store.server.server_supervision import ServerSupervision
from workbench.store.server.server_views import ServerViews


class ServerSession(
    ServerCases, ServerSpecialAccounts, ServerPaperCopies, ServerSealCustody, ServerOutside,
    ServerContent, ServerDrafts, ServerHandovers, ServerSupervision, ServerCatalogue,
    ServerRoster, ServerAbsences,
    ServerAudit, ServerMarks, ServerViews, ServerApplicants,
):  # fmt: skip
    """Everything that a session may be asked; the rooms are in files of their own."""

    _ears: Ears | None = None

    def second_sign_in(self) -> str:
        """The password that this session was opened with."""
        return self._line.password() or ""

    def on_change(self, heard: Callable[[], None]) -> None:
        """Call ``heard`` from a thread of its own whenever something may have changed."""

        def told() -> None:
            self._line.changed()
            heard()

        if self._ears is not None:
            # A rebuilt window in place of the one before: the line that listens stays.
            self._ears.heard = told
            return
        self._ears = Ears(self._line.address, self._line.another_engine(), told)
        self._ears.start()

    def change_mark(self) -> int:
        """Grows with what the server tells; the line's own trouble where there is none."""
        if self._ears is not None and self._ears.trouble is not None:
            raise self._ears.trouble
        return super().change_mark()

    def close(self) -> None:
        """Hear no more, and give back the connections."""
        if self._ears is not None:
            self._ears.close()
            self._ears = None
        super().close()
