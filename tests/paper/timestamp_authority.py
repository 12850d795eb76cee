"""A timestamp authority of the tests' own: ``openssl ts -reply`` behind HTTP on the loopback.

Founded once a session; used by the tests of signing here and of sealing in ``tests/casework``. It
can be made to lie or to fail: :data:`FAULTS`.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from asn1crypto import keys, pem, tsp, x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.paper.revoking import Issuer
from tests.paper.seal_kit import said

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
DAYS = "4000"
"""Longer than a test seal's certificate: a timestamp has to outlive it."""
LIES: Final[Mapping[str, str]] = {
    "imprint": "a timestamp over something else", "nonce": "an answer to another request",
    "clock": "ten minutes ahead", "old": "ten minutes behind",
    "stranger": "signed by another authority", "expired": "its certificate ended yesterday",
}  # fmt: skip
"""Well-formed answers that must not be believed."""
FAULTS: Final[Mapping[str, str]] = {
    "500": "an error of the server", "refuses": "a well-formed no", "garbage": "no timestamp",
    "empty": "nothing at all", "slow": "a byte now and then", "hangs": "no answer",
    "drops": "the line is cut",
}  # fmt: skip
"""No usable answer."""
_AHEAD: Final = {"clock": timedelta(minutes=10), "old": -timedelta(minutes=10)}


class Authority:
    """The folder of the authority's keys, and its answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "serial").write_text("01\n", encoding="ascii")
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder), encoding="ascii")
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
                  "ca.pem", "-subj", "/CN=TEST TSA CA", "-days", DAYS)  # fmt: skip
        self._run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr",
                  "-subj", "/CN=TEST TSA")  # fmt: skip
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                  "-CAcreateserial", "-out", "tsa.pem", "-days", DAYS, "-extfile", "ts.cnf",
                  "-extensions", "ext")  # fmt: skip
        self.ca_pem = (folder / "ca.pem").read_text(encoding="ascii")

    def _run(self, *words: str) -> None:
        files = {"ca.key", "ca.pem", "tsa.key", "tsa.csr", "tsa.pem", "ts.cnf"}
        said("openssl", *(str(self.folder / w) if w in files else w for w in words))

    def reply(self, query: bytes) -> bytes:
        """The signed answer to one request."""
        (self.folder / "query").write_bytes(query)
        said("openssl", "ts", "-reply", "-config", self.folder / "ts.cnf", "-queryfile",
             self.folder / "query", "-out", self.folder / "reply")  # fmt: skip
        return (self.folder / "reply").read_bytes()

    def lying_reply(self, query: bytes, lie: str) -> bytes:
        """One of :data:`LIES`."""
        if lie in _AHEAD:
            return self._own_reply(query, datetime.now(UTC) + _AHEAD[lie], "tsa.pem")
        if lie == "expired":
            return self._own_reply(query, datetime.now(UTC), "ended.pem")
        if lie == "stranger":
            with suppress(FileExistsError):
                (self.folder / "stranger").mkdir()
            return Authority(self.folder / "stranger").reply(query)
        asked = tsp.TimeStampReq.load(query)
        if lie == "imprint":
            asked["message_imprint"]["hashed_message"] = bytes(32)
        else:
            asked["nonce"] = asked["nonce"].native + 1
        return self.reply(asked.dump(force=True))

    def list(self) -> bytes:
        """Its list of revoked certificates, good for a week; nothing stands on it."""
        key = load_pem_private_key((self.folder / "ca.key").read_bytes(), None)
        certificate = load_pem_x509_certificate(self.ca_pem.encode())
        return Issuer(key, certificate).list()  # type: ignore[arg-type]

    def dummy(self, at: datetime | None = None, certificate: str = "tsa.pem") -> DummyTimeStamper:
        """The same authority inside the process, for benches and for a clock of one's own."""
        own, ca = (x509.Certificate.load(self._der(name)) for name in (certificate, "ca.pem"))
        secret = keys.PrivateKeyInfo.load(self._der("tsa.key"))
        return DummyTimeStamper(own, secret, certs_to_embed=[own, ca], fixed_dt=at)  # type: ignore[arg-type]

    def _own_reply(self, query: bytes, at: datetime, certificate: str) -> bytes:
        if certificate == "ended.pem" and not (self.folder / certificate).exists():
            self._run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                      "-CAcreateserial", "-out", str(self.folder / certificate), "-days", "-1",
                      "-extfile", "ts.cnf", "-extensions", "ext")  # fmt: skip
        stamper = self.dummy(at, certificate)
        return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(query)).dump())

    def _der(self, name: str) -> bytes:
        return bytes(pem.unarmor((self.folder / name).read_bytes())[2])

    @contextmanager
    def answering(self, fault: str = "") -> Iterator[str]:
        """The address of the server while it runs; ``fault`` is of LIES or FAULTS."""
        authority, over = self, threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                if fault in ("hangs", "drops"):
                    over.wait(60 if fault == "hangs" else 0)
                    self.close_connection = True
                    return
                body = authority.body(query, fault)
                self.send_response(500 if fault == "500" else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                pieces = [body[at : at + 1] for at in range(len(body))]
                for piece in pieces if fault == "slow" else [body]:
                    with suppress(OSError):
                        self.wfile.write(piece)
                    if fault == "slow" and over.wait(0.1):
                        return

            def log_message(self, format: str, *args: object) -> None:
                return

        door = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=door.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.server_port}/tsa"
        finally:
            over.set()
            door.shutdown()
            door.server_close()
            thread.join()

    def body(self, query: bytes, fault: str) -> bytes:
        """What the server sends."""
        if fault in LIES:
            return self.lying_reply(query, fault)
        if fault == "refuses":
            return self.reply(b"0\x03\x02\x01\x01")
        failed = {"garbage": b"<html>hello</html>", "empty": b"", "500": b"sorry"}
        return failed[fault] if fault in failed else self.reply(query)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all."""
    return Authority(tmp_path_factory.mktemp("timestamps"))
