"""Real seal workers at the small centre of either engine: real files, a real key, real processes.

Each desk has a folder of its own, as on a machine of its own: recovery may run on another one.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, update

from tests.paper.seal_kit import PIN, frozen_pdf, make_test_key
from tests.store.server.centres import ServerWorld
from tests.store.world import LONG_AGO, ORGAN, PROMISED, World, document_of, duty_of
from workbench.paper.verify_judge import judge
from workbench.rules.case import NewEntry
from workbench.rules.moment import DAY, SystemClock
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerLine, LedgerState, SealVerdict
from workbench.seal_pipe import SealWorker
from workbench.store.tables import custody_shift, event, ledger_line

LIVE = (LedgerState.RESERVED.value, LedgerState.PREPARED.value, LedgerState.SIGNED.value)


@dataclass
class Floor:
    """A centre with documents that await the seal; the approval seal has a real test key."""

    world: World
    folder: Path
    documents: dict[str, int] = field(default_factory=dict)
    """Document -> its case."""
    trust: tuple[str, ...] = ()

    def prepare(self, count: int) -> None:
        """Make the key, and freeze so many documents."""
        now = SystemClock().now()
        made = make_test_key(
            self.folder / "keys", PIN, ORGAN, "approval", valid_from=now - DAY, valid_to=now + DAY
        )
        self.trust = (made.ca_pem, made.certificate_pem)
        self.world.change("seal", "seal_id", "approval", certificate_sha256=made.certificate_sha256)
        for _number in range(count):
            self._freeze()
        # The workers are processes of their own with this machine's clock, which a centre demands.
        self.world.clock.set(now)
        self._on_shift("lin")

    def _freeze(self) -> None:
        case = self.world.granted()
        who = duty_of(PROMISED)
        case = self.world.move(who, case, "prepare_result", template="licence", document_no="D-1")
        file = frozen_pdf(self.folder / "frozen.pdf", text=f"Licence of case {case.case_no}")
        frozen = self.world.as_(who).put_content(file.read_bytes())
        body = {"sha256": frozen, "template": "licence", "title_zh": "许可证",
                "title_en": "Licence", "values": {"organ_name": ORGAN},
                "seal_at": {"page": 2, "x_mm": 120.0, "y_mm": 200.0}}  # fmt: skip
        self.world.move(
            who, case, "request_seal", NewEntry("document", body), document_id=document_of(case),
            document_no="D-1", seal_kind="approval_special", sha256=frozen, proof_shown="yes",
        )  # fmt: skip
        self.documents[document_of(case)] = case.case_id

    @property
    def url(self) -> str:
        if isinstance(self.world, ServerWorld):
            assert self.world.server is not None
            port = self.world.server.cluster.port
            return f"postgresql://127.0.0.1:{port}/{self.world.server.name}"
        return self.world.url

    def both_on_shift(self) -> None:
        """The deputy has taken over too."""
        self._on_shift("gao")

    def _on_shift(self, login: str) -> None:
        until = SystemClock().now() + DAY
        with self.world.centre.administration() as unit:
            his = update(custody_shift).where(custody_shift.c.login == login)
            unit.sql.execute(his.values(taken_over_at=LONG_AGO, end=until))

    def desk(self, name: str, login: str = "lin") -> Desk:
        """A desk with a folder and a worker of its own."""
        home = self.folder if not isinstance(self.world, ServerWorld) else self.folder / name
        if home != self.folder:
            home.mkdir(mode=0o700)
            shutil.copytree(self.folder / "keys", home / "keys")
        password = "any" if isinstance(self.world, ServerWorld) else ""
        return Desk(SealWorker(home, self.url, login, password), home)

    # -- what happened -----------------------------------------------------------------------------

    def leases_are_over(self) -> None:
        """Whoever holds a press has been silent for too long, dead or only slow.

        The centre's clock goes on as this machine's, on which its workers look (a long storm would
        leave it behind, and a desk whose clock is off presses nothing).
        """
        self.world.clock.set(SystemClock().now())
        with self.world.centre.administration() as unit:
            live = ledger_line.c.state.in_(LIVE)
            unit.sql.execute(update(ledger_line).where(live).values(lease_until=0))

    def lines(self, login: str = "tang") -> tuple[LedgerLine, ...]:
        """The register of use, newest first."""
        return self.world.as_(login).ledger_page(LedgerAsk(count=2_000)).lines

    def done(self) -> set[str]:
        """Documents that are sealed."""
        return {one.document_id for one in self.lines() if one.state is LedgerState.RELEASED}

    def assert_settled(self, desks: list[Desk]) -> None:
        """Once or not at all, and everything says the same."""
        found = self.lines()
        serials = [one.serial for one in found]
        assert serials == sorted(set(serials), reverse=True), "a serial is never given again"
        released = [one for one in found if one.state is LedgerState.RELEASED]
        assert all(one.state in (LedgerState.RELEASED, LedgerState.VOID) for one in found), found
        assert all(one.void_reason for one in found if one.state is LedgerState.VOID)
        assert len({one.document_id for one in released}) == len(released), "sealed once"
        stamps = self._stamps()
        for one in released:
            assert stamps.pop(self.documents[one.document_id]) == 1
            data = self.world.as_("lin").content_path(one.sha256_after).read_bytes()
            assert hashlib.sha256(data).hexdigest() == one.sha256_after
            finding = judge(data, self.trust, (), SystemClock().now())
            assert finding.verdict is SealVerdict.SEALED_INTACT, finding
        assert stamps == {}, "nothing was moved on without a line of the register"
        for desk in desks:
            staging = desk.home / "staging"
            assert not staging.exists() or list(staging.iterdir()) == []
        calls = self.world.as_("lin").token_use("approval").calls
        assert calls >= len(released), "counted before, never after"

    def _stamps(self) -> dict[int, int]:
        with self.world.centre.administration(writing=False) as unit:
            case = event.c.case_id
            asked = select(case, func.count()).where(event.c.kind == "stamp").group_by(case)
            return {int(one): int(count) for one, count in unit.sql.execute(asked).all()}


@dataclass
class Desk:
    """A custodian's desk with its worker, and everything that the worker said."""

    worker: SealWorker
    home: Path
    told: list[str] = field(default_factory=list)
    serials: list[int] = field(default_factory=list)

    def press(self, document: str, pin: str = PIN) -> str:
        """The code of what the worker says; empty where it pressed."""
        try:
            self.serials.append(self.worker.press(document, pin, lambda step: None).serial)
        except (Refusal, Outage) as trouble:
            self.told.append(trouble.code)
            return trouble.code
        return ""

    def press_all(self, documents: list[str], over: threading.Event) -> None:
        """One document after the other, until somebody has sealed them all."""
        while not over.is_set():
            for one in documents:
                if over.is_set():
                    return
                self.press(one)

    def press_batch(self, documents: list[str]) -> None:
        """With one PIN for all of them."""
        self.worker.open_key("approval", PIN)
        for one in documents:
            self.press(one, "")
        self.worker.close_key()

    def recover(self) -> tuple[str, ...]:
        """A fresh worker settles what is left."""
        self.worker.close()
        return self.worker.start()
