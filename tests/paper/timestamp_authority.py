"""A timestamp authority of the tests' own: ``openssl ts -reply`` behind HTTP on the loopback.

Founded once a session; used by the tests of signing here and of sealing in ``tests/casework``.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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

    @contextmanager
    def answering(self) -> Iterator[str]:
        """The address of the server while it runs."""
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = authority.reply(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return

        door = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=door.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.server_port}/tsa"
        finally:
            door.shutdown()
            door.server_close()
            thread.join()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all."""
    return Authority(tmp_path_factory.mktemp("timestamps"))
