"""Custody of the seal on a server (``seal_ports.SealRoom``): counts, balances, shifts, register.

Writing is a verb each; reading goes through the tables' policies, with the same questions as on a
file. Called through ``server_session``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from workbench.rules.moment import Moment
from workbench.rules.seal_balance import (
    LedgerAsk,
    LedgerPage,
    SealBalance,
    SealCertificate,
    SealFace,
    TokenUse,
)
from workbench.rules.seal_states import SealMode
from workbench.store import seal_files
from workbench.store.ledger_rows import line_of
from workbench.store.seal_custody_room import (
    B,
    balance_of,
    balances,
    released_files,
    use_of,
)
from workbench.store.server.server_content import ServerContent
from workbench.store.server.server_seal import ServerSeal


class ServerSealCustody(ServerSeal, ServerContent):
    """The seal as those answer for it who keep it, own it and plan its keeping."""

    def ledger_page(self, ask: LedgerAsk) -> LedgerPage:
        """A page of the register of use, as far as the person sees it (V16b)."""
        question = {**asdict(ask), "states": [one.value for one in ask.states]}
        said = self._call("seal_ledger_page", question)
        lines = (line_of(SimpleNamespace(**one)) for one in said["lines"])
        return LedgerPage(tuple(lines), int(said["total"]), bool(said["more"]))

    def count_token_call(self, seal_id: str) -> int:
        """Before the key is asked; how often it has been asked by now."""
        return int(self._once("token_call", seal_id))

    def note_token_error(self, seal_id: str, code: str) -> int:
        """The key failed; how often in a row."""
        return int(self._once("token_error", seal_id, code))

    def token_use(self, seal_id: str) -> TokenUse:
        """How often that key was asked, and failed in a row."""
        with self._work.read() as unit:
            return use_of(unit, seal_id)

    def balance_seal(self, seal_id: str, token_count: int, note: str) -> SealBalance:
        """The evening's count, by whoever holds the seal."""
        files = self._files_there(seal_id)
        return _balance(self._once("seal_balance_day", seal_id, files, token_count, note))

    def hand_over_seal(
        self, seal_id: str, receiver: str, token_count: int, note: str
    ) -> SealBalance:
        """One's shift ends with the balance; the receiver gets the rest of it."""
        files = self._files_there(seal_id)
        said = self._once("seal_hand_over", seal_id, receiver, files, token_count, note)
        return _balance(said)

    def _files_there(self, seal_id: str) -> int:
        with self._work.read() as unit:
            wanted = released_files(unit, seal_id)
        folder = self._folder()
        return sum(folder.place(sha256).is_file() for sha256 in wanted)

    def seal_balances(self, seal_id: str) -> tuple[SealBalance, ...]:
        """Every balance of that seal that the policy shows, oldest first."""
        with self._work.read() as unit:
            return balances(unit, B.seal_id == seal_id)

    def plan_custody(self, login: str, start: Moment, end: Moment) -> None:
        """A custodian's shift, by the roster manager."""
        self._once("custody_plan", login, start, end)

    def drop_custody(self, login: str, start: Moment) -> None:
        """Take back a shift that nobody has taken over yet."""
        self._once("custody_drop", login, start)

    def set_seal_mode(self, organ_name: str, mode: SealMode) -> None:
        """How an issuing organ works (S166)."""
        self._once("seal_mode_set", organ_name, mode.value)

    def seal_modes(self) -> Mapping[str, SealMode]:
        """Organ name -> how it works."""
        with self._work.read() as unit:
            return seal_files.modes(unit)

    def seal_certificates(self) -> tuple[SealCertificate, ...]:
        """Every certificate of every seal, the old ones too."""
        with self._work.read() as unit:
            return seal_files.certificates(unit)

    def seal_faces(self, seal_id: str) -> tuple[SealFace, ...]:
        """The filed impressions of a seal, newest last."""
        with self._work.read() as unit:
            return seal_files.faces(unit, seal_id)

    def add_seal_face_picture(self, source: Path) -> str:
        """Store the picture as every file of a server is stored: encrypted (decision note 018)."""
        return self.put_content(source)

    def seal_face_path(self, seal_id: str, version: int = 0) -> Path:
        """A plain copy until the session ends, for who keeps or owns seals."""
        with self._work.read() as unit:
            sha256 = seal_files.face_of(unit, seal_id, version)
        return self.content_path(sha256)


def _balance(said: Mapping[str, Any]) -> SealBalance:
    return balance_of(SimpleNamespace(**said["balance"]))
