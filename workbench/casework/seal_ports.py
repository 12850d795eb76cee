"""The seal rooms of a session: the register of seals, the ledger of presses, custody (ports).

The two engines of ``store`` fulfil these; ``casework``, the seal worker and the desk ask them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from workbench.rules.account_list import AccountAct, SpecialAccount
from workbench.rules.case import Case, Move
from workbench.rules.case_view import SealTask
from workbench.rules.moment import Moment
from workbench.rules.seal_balance import (
    LedgerAsk,
    LedgerPage,
    SealBalance,
    SealCertificate,
    SealFace,
    TokenUse,
)
from workbench.rules.seal_custody import HalfPress, LedgerLine, Placement, Prepared, Seal
from workbench.rules.seal_list import ListedSeal
from workbench.rules.seal_states import SealChange, SealMode, SealStepAsked


class SealRoom(Protocol):
    """The register of seals and the ledger of presses (seal design, section 7).

    Every change of a line is compare-and-set on (serial, owner, state) under a lease.
    """

    def seals(self) -> tuple[Seal, ...]:
        """Every seal of the register."""
        ...

    def enter_seal(self, made: Seal, reason: str, pem: str = "") -> SealChange:
        """A seal that has been made comes into the register as ``made``; ``pem`` is its first
        certificate, which then says from when to when the seal is valid.

        Refusal ``not_your_role``, ``seal_entered``, those of ``new_certificate``.
        """
        ...

    def import_seals(self, listed: Sequence[ListedSeal], reason: str) -> tuple[SealChange, ...]:
        """The seals of a list come into the register, all or none: sealed away ones as such, the
        others as ``made``; for those in use ``activate`` is asked for in the same transaction.

        Refusal as :meth:`enter_seal`, ``seal_twin`` where one in use forbids one of the list.
        """
        ...

    def ask_seal_change(self, seal_id: str, asked: SealStepAsked) -> SealChange:
        """A step of ``rules.seal_states.STEPS``: done at once, or waiting for a second person.

        Refusal ``not_your_role``, ``seal_unknown``, ``seal_step_wrong_state``, ``seal_twin``,
        ``seal_change_open``, the faults of ``seal_states.form_fault``; for a certificate
        ``seal_certificate_unread``, ``_differs``, ``_expired``, ``_taken``; for an impression
        ``seal_picture_missing``.
        """
        ...

    def decide_seal_change(self, change_id: int, *, confirm: bool, reason: str) -> SealChange:
        """The second person's answer (R55). Refusal ``seal_second_person`` besides those of
        :meth:`ask_seal_change`, ``seal_change_not_open``."""
        ...

    def withdraw_seal_change(self, change_id: int) -> SealChange:
        """Take back what one asked for. Refusal ``seal_change_not_yours``,
        ``seal_change_not_open``."""
        ...

    def open_seal_changes(self) -> tuple[SealChange, ...]:
        """What waits for a second person, oldest first."""
        ...

    def seal_changes(self, seal_id: str) -> tuple[SealChange, ...]:
        """Every filed change of that seal's state, oldest first."""
        ...

    def seal_queue(self, of: str = "") -> tuple[SealTask, ...]:
        """What awaits the seal, immediate cases first, then by remaining time (V16).

        ``of``: of this document or in this case alone, by id or case number.
        """
        ...

    def reserve(self, document_id: str, case_id: int, seal_id: str, owner: str) -> LedgerLine:
        """RESERVED, or Refusal: not on custody shift, wrong kind, already stamped or being stamped
        (names who, since when, serial, state)."""
        ...

    def mark_prepared(self, serial: int, owner: str, prepared: Prepared, sha256: str) -> None:
        """PREPARED: digest, hole and place are stored; ``sha256`` names the prepared bytes."""
        ...

    def mark_signed(
        self, serial: int, owner: str, cms: bytes, sha256_after: str, level: str
    ) -> None:
        """SIGNED: the signature and the hash that the file will have are stored."""
        ...

    def release(self, serial: int, owner: str, move: Move) -> Case:
        """RELEASED and the move ``stamp`` (T23), in one transaction."""
        ...

    def void_line(self, serial: int, owner: str, reason: str) -> None:
        """VOID, with the reason; the serial stays burned."""
        ...

    def number_copies(
        self, document_id: str, case_id: int, seal_id: str, codes: Sequence[str]
    ) -> tuple[LedgerLine, ...]:
        """Give every copy of the request that has none a serial and one of the control codes:
        RESERVED, to be pressed by hand. Answers every standing copy, by number.

        Refusals as :meth:`reserve`; ``seal_has_key`` where the document is sealed electronically,
        ``control_code_form``, ``control_code_taken``, ``control_codes_few``.
        """
        ...

    def copy_printed(self, serial: int) -> LedgerLine:
        """PREPARED, written down before the copy goes to the printer: each is printed once.

        Refusal ``copy_moved_on`` where it is not RESERVED any more.
        """
        ...

    def spoil_copy(self, serial: int, reason: str) -> LedgerLine:
        """VOID with one of ``rules.paper_copies.SPOIL_REASONS``; its number is free for another.

        Refusal ``spoil_reason``, ``copy_moved_on`` where it is registered or spoiled already.
        """
        ...

    def file_copy(
        self, serial: int, scan_sha256: str, at: Placement, found: str, note: str
    ) -> LedgerLine:
        """SIGNED: the scan of the pressed copy is filed. ``found`` is ``same`` or ``differs``
        from the frozen document; what differs takes a note.

        Refusal ``copy_moved_on`` where it is not PREPARED, ``content_missing``,
        ``copy_note_missing``, those of the seal's state.
        """
        ...

    def release_copies(self, document_id: str, case_id: int, move: Move) -> Case:
        """Every copy RELEASED and the move ``stamp`` (T23), in one transaction.

        Refusal ``copies_missing`` where one is not filed, ``ledger_differs``.
        """
        ...

    def unfinished(self) -> tuple[HalfPress, ...]:
        """Lines neither released nor void whose lease has expired: for recovery by anybody."""
        ...

    def take_lease(self, serial: int, owner: str) -> bool:
        """Take over a line whose lease has expired; ``False`` where somebody else was faster."""
        ...

    def ledger(self, sha256_after: str) -> tuple[LedgerLine, ...]:
        """The lines of one file by its SHA-256, oldest first; everybody may ask (whoever verifies).

        The register itself comes by :meth:`ledger_page`.
        """
        ...

    def ledger_page(self, ask: LedgerAsk) -> LedgerPage:
        """A page of the register of use, newest first, as far as the person sees it (V16b)."""
        ...

    def count_token_call(self, seal_id: str) -> int:
        """The key is going to be asked to sign: counted before, never after. Returns the count.

        Refusal where the seal is not in use.
        """
        ...

    def note_token_error(self, seal_id: str, code: str) -> int:
        """The key failed; how many times in a row. The third one suspends the seal (R57).

        A press that comes to SIGNED ends the row.
        """
        ...

    def token_use(self, seal_id: str) -> TokenUse:
        """How often that key was asked, and failed in a row."""
        ...

    def seal_certificates(self) -> tuple[SealCertificate, ...]:
        """Every certificate of every seal, the old ones too: public, whoever verifies asks."""
        ...

    def seal_faces(self, seal_id: str) -> tuple[SealFace, ...]:
        """The filed impressions of a seal, newest last."""
        ...

    def add_seal_face_picture(self, source: Path) -> str:
        """Store the picture of an impression, encrypted; its SHA-256, for the form of ``new_face``.

        Refusal ``not_your_role``; Outage where the disk is full.
        """
        ...

    def seal_face_path(self, seal_id: str, version: int = 0) -> Path:
        """A readable copy of a filed impression, until the session ends: 0 is the newest, one more
        than the newest is the one that waits for its second person. Custodians, the organ's head
        and the security administrator only.

        Refusal ``seal_face_unknown``, ``not_your_role`` on a file, ``not_visible`` on a server.
        """
        ...

    def set_seal_mode(self, organ_name: str, mode: SealMode) -> None:
        """How an issuing organ works (S166). Refusal ``not_your_role``, ``seal_twin``."""
        ...

    def seal_modes(self) -> Mapping[str, SealMode]:
        """Organ name -> how it works; organs without a line have one seal."""
        ...

    def balance_seal(self, seal_id: str, token_count: int, note: str) -> SealBalance:
        """The evening's count, by the custodian on shift. ``token_count`` -1: it counts nothing."""
        ...

    def hand_over_seal(
        self, seal_id: str, receiver: str, token_count: int, note: str
    ) -> SealBalance:
        """End one's custody shift with the balance; ``receiver`` takes over with it (V16).

        Refusal ``not_on_custody_shift``, ``not_your_deputy`` where the receiver keeps no seal,
        ``press_under_way`` while a press of one's own is neither released nor void,
        ``copies_under_way`` while a copy that one numbered is neither registered nor spoiled.
        """
        ...

    def seal_balances(self, seal_id: str) -> tuple[SealBalance, ...]:
        """Every balance of that seal, oldest first."""
        ...

    def plan_custody(self, login: str, start: Moment, end: Moment) -> None:
        """The roster manager gives a custodian a shift. Refusal ``custody_overlaps``."""
        ...

    def drop_custody(self, login: str, start: Moment) -> None:
        """Take back a shift that has not been taken over. Refusal ``custody_taken_over``."""
        ...

    def special_accounts(self) -> tuple[SpecialAccount, ...]:
        """Accounts at other systems, by their numbers (S019); passwords are in keyrings only."""
        ...

    def import_accounts(self, listed: Sequence[SpecialAccount]) -> int:
        """Enter the accounts of a list, all or none. Refusal ``not_your_role`` for everybody but
        the security administrator, ``account_entered``."""
        ...

    def note_account(self, account_id: str, act: AccountAct) -> SpecialAccount:
        """Write down, before it happens, that a password is set or shown, by the security
        administrator or the holder. Refusal ``account_unknown``, ``account_not_yours``."""
        ...

    def note_wrong_pin(self) -> int:
        """Count one wrong PIN of the custodian; returns how many in a row (five lock the desk)."""
        ...

    def clear_wrong_pins(self) -> None:
        """The right PIN was given."""
        ...

    def seal_desk_locked(self) -> bool:
        """Whether five wrong PINs in a row have locked this custodian's seal desk."""
        ...

    def unlock_seal_desk(self, login: str) -> None:
        """Open that custodian's locked desk again; only the security administrator may.

        Refusal ``not_your_role`` or ``not_locked``.
        """
        ...
