"""Pressing at a centre of a test's own, and looking at what a refused press must not leave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.hall import Hall
from tests.journeys.near import NearSealWorker, near_verifier
from tests.paper.seal_kit import PIN, Bench
from tests.paper.timestamp_authority import Authority
from tests.paper.token_kit import SoftToken
from workbench.commands.surroundings import sample_passwords
from workbench.paper.authority_lists import revoke
from workbench.paper.test_authority import open_authority
from workbench.rules.moment import HOUR, SystemClock
from workbench.rules.refusals import Trouble
from workbench.seal_pipe import SealWorker

SEAL = "seal-approval"
WRONG = "000000"


@contextmanager
def desk(hall: Hall, login: str = "") -> Iterator[SealWorker]:
    """The desk of whoever keeps the seal; its worker is on a thread of this process."""
    with near_verifier():
        worker = NearSealWorker(hall.folder, hall.url, login or hall.keeper())
        worker.start()
        try:
            yield worker
        finally:
            worker.close()


def tried(worker: SealWorker, document: str, pin: str = "", seal: str = "") -> str:
    """The code of what the worker says; empty where it pressed."""
    try:
        worker.press(document, pin, lambda step: None, seal)
    except Trouble as told:
        return told.code
    return ""


def documents(hall: Hall) -> list[str]:
    """What awaits the seal, by number."""
    with hall.session(hall.keeper()) as room:
        return [one.document_id for one in room.seal_queue()]


def nothing_pressed(hall: Hall, waiting: int = 2) -> None:
    """No live line, no file in staging, the documents still wait."""
    assert {line["state"] for line in hall.ledger()} <= {"VOID"}
    staging = hall.folder / "staging"
    assert not staging.exists() or list(staging.iterdir()) == []
    assert len(hall.waiting()) == waiting


def void_reasons(hall: Hall) -> list[str]:
    """Why presses broke off, in order."""
    return [line["void_reason"] for line in hall.ledger() if line["state"] == "VOID"]


def know(hall: Hall, authority: Authority, url: str = "", listed: bool = True) -> None:
    """The centre knows that timestamp authority, its list of revoked certificates, and where it is.

    Without ``url`` it has no server.
    """
    keys, address = hall.folder / "keys", hall.folder / "timestamp-server.txt"
    (keys / "timestamp-test.pem").write_text(authority.ca_pem, encoding="ascii")
    if listed:
        (keys / "timestamp-test.crl").write_bytes(authority.list())
    address.write_text(url + "\n", encoding="utf-8")


def put_into_token(hall: Hall, token: SoftToken, made: Bench) -> None:
    """From now on the approval seal's key is the one in the token; its PIN is the tests' own."""
    keys = hall.folder / "keys"
    (keys / f"{SEAL}.p12").unlink()
    (keys / f"{SEAL}-token.pem").write_text(made.made.certificate_pem, encoding="ascii")
    (keys / "token-ca.pem").write_text(made.made.ca_pem, encoding="ascii")
    (hall.folder / "pkcs11-module.txt").write_text(token.module + "\n", encoding="utf-8")
    hall.pin = PIN
    hall.sql("UPDATE seal SET key_place = ?, certificate_sha256 = ? WHERE seal_id = ?",
             token.place, made.made.certificate_sha256, SEAL)  # fmt: skip


def revoke_seal(hall: Hall) -> None:
    """The seal's certificate is on the list of the centre's own test authority, since an hour."""
    keys, now = hall.folder / "keys", SystemClock().now()
    authority = open_authority(keys, sample_passwords(hall.folder)["AUTHORITY"])
    pem = (keys / f"{SEAL}.pem").read_bytes()
    revoke(keys, authority, pem, "key_compromise", now - HOUR, now)
