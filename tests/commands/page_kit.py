"""The page of verification while it runs, for the tests of ``tests/commands``."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from workbench.commands.verify import Known
from workbench.commands.verify_page import PageServer


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class Page:
    """Asked as a browser asks."""

    def __init__(self, server: PageServer) -> None:
        self.server = server
        self.port = server.server_address[1]
        self.address = server.address

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body or None, headers or {})
            reply = line.getresponse()
            return Answer(reply.status, reply.read().decode(), dict(reply.getheaders()))
        finally:
            line.close()

    def get(self, path: str = "/", **asked: str) -> Answer:
        return self.ask("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def check(self, content: bytes, lang: str = "en", name: str = "file.pdf") -> Answer:
        edge = "----edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        head += "Content-Type: application/pdf\r\n\r\n"
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.ask("POST", f"/verify?lang={lang}", body, kind)


@contextmanager
def running(source: Callable[[], Known]) -> Iterator[Page]:
    """The page at a free port of this computer."""
    server = PageServer("127.0.0.1", 0, source)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="page of a test")
    thread.start()
    try:
        yield Page(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
