"""One signed-in person's session: all rooms in one object (``casework.ports.Session``).

Made by ``centre.sign_in`` and handed to the shell's store lane, the command line or the seal
worker by whoever starts the process. A session belongs to one thread.
"""

from __future__ import annotations

from workbench.store.absence_room import AbsenceRoomOf
from workbench.store.account_room import AccountRoomOf
from workbench.store.applicant_room import ApplicantRoomOf
from workbench.store.audit_room import AuditRoomOf
from workbench.store.case_room import CaseRoomOf
from workbench.store.catalogue_room import CatalogueRoomOf
from workbench.store.content_room import ContentRoomOf
from workbench.store.draft_room import DraftRoomOf
from workbench.store.handover_room import HandoverRoomOf
from workbench.store.mark_room import MarkRoomOf
from workbench.store.outside_room import OutsideRoomOf
from workbench.store.paper_copies_room import PaperCopiesOf
from workbench.store.roster_room import RosterRoomOf
from workbench.store.seal_custody_room import SealCustodyOf
from workbench.store.seal_files import SealFilesOf
from workbench.store.supervision_room import SupervisionRoomOf
from workbench.store.view_room import ViewRoomOf


class StoreSession(
    AbsenceRoomOf, AccountRoomOf, CaseRoomOf, DraftRoomOf, HandoverRoomOf, CatalogueRoomOf,
    RosterRoomOf,
    ContentRoomOf, PaperCopiesOf, SealCustodyOf, SealFilesOf, SupervisionRoomOf, OutsideRoomOf,
    AuditRoomOf, MarkRoomOf, ViewRoomOf, ApplicantRoomOf,
):  # fmt: skip
    """Everything that a session may be asked; the rooms are in files of their own."""
