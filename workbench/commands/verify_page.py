"""The page of verification: what ``workbench verify`` says, in any browser, for anybody.

A page of this computer only, unless another address is given. It needs no script and nothing from
elsewhere. A file that is handed in lies in a private folder for the seconds of its check, is opened
by the verifier's own process and is then gone; nothing is logged. Called by ``commands.verify``.
"""

from __future__ import annotations

import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from workbench import settings
from workbench.commands.verify_html import NO_REGISTER, Page
from workbench.rules.materials import LIMITS
from workbench.rules.refusals import Outage, Trouble
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.commands.verify import Known

AT_ONCE: Final = 2
"""Files judged at the same time: each may take a processor and much memory."""
UPLOADS: Final = 8
"""Files on their way at the same time, each up to the limit of the materials."""
CONNECTIONS: Final = 32
PATIENCE: Final = 20.0
"""Seconds that a browser may be silent."""
WHOLE: Final = 120.0
"""Seconds for one connection: nobody keeps one by saying a byte now and then."""
WAIT: Final = 30.0
"""Seconds that a file waits for its turn."""
MOST_DIGITS: Final = 12
"""Of a serial number."""
FORM_BYTES: Final = 4_096
"""What stands around the file in the form."""
_CHUNK: Final = 1024 * 1024
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
                               "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}  # fmt: skip


class BadForm(Exception):
    """What was sent is not the page's own form; ``status`` is the answer of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def serve(source: Callable[[], Known], bind: str, port: int) -> int:
    """Answer browsers until Ctrl-C. Outage ``page_not_served`` where the address is taken."""
    try:
        server = PageServer(bind, port, source)
    except (OSError, OverflowError) as trouble:
        raise Outage(
            "page_not_served",
            _("The page cannot be served at {address}, port {port}.").format(
                address=bind, port=port),
            _("Choose another port with --port."),
        ) from trouble  # fmt: skip
    for ended in (signal.SIGINT, signal.SIGTERM):  # as a service, and started in the background
        signal.signal(ended, signal.default_int_handler)
    with server:
        print(_("The page of verification: {address} (Ctrl-C ends it)").format(
            address=server.address), flush=True)  # fmt: skip
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            return 0
    return 0


@contextmanager
def _one_of(places: threading.Semaphore) -> Iterator[None]:
    """A place, waited for; BadForm where none becomes free."""
    if not places.acquire(timeout=WAIT):
        raise BadForm(503)
    try:
        yield
    finally:
        places.release()


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already


class PageServer(ThreadingHTTPServer):
    """Threads for browsers, as many as :data:`CONNECTIONS`; the next one is sent away at once."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, bind: str, port: int, source: Callable[[], Known]) -> None:
        self.address_family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        self.only_here = bind in ("127.0.0.1", "::1", "localhost")
        self.turn = threading.BoundedSemaphore(AT_ONCE)
        self.uploads = threading.BoundedSemaphore(UPLOADS)
        self._room = threading.BoundedSemaphore(CONNECTIONS)
        self._source, self._asking = source, threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__((bind, port), Browser)

    @property
    def address(self) -> str:
        """What to type into the browser."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def known(self) -> Known:
        """What is known now: a document that was sealed a minute ago is in the register."""
        with self._asking:
            return self._source()

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for it, or nothing."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._open.add(request)
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._done(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """In the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._done(request)

    def _done(self, request: socket.socket) -> None:
        self._open.discard(request)
        self._room.release()

    def server_close(self) -> None:
        """Nobody is waited for: browsers hold lines open that they may never use."""
        super().server_close()
        for request in tuple(self._open):
            _hang_up(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away, or that said nothing in time, is no event."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Browser(BaseHTTPRequestHandler):
    """One connection of one browser."""

    server: PageServer
    timeout = PATIENCE
    server_version = "workbench"
    sys_version = ""

    def setup(self) -> None:
        """The whole connection has an end, however slowly somebody speaks."""
        super().setup()
        self._end = threading.Timer(WHOLE, _hang_up, (self.connection,))
        self._end.daemon = True
        self._end.start()

    def finish(self) -> None:
        """As the library does."""
        self._end.cancel()
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing about anybody's question is written down."""

    def do_GET(self) -> None:
        """The page, empty or with what the register says of a number."""
        self._answered(self._get)

    def do_POST(self) -> None:
        """A file to be judged."""
        self._answered(self._post)

    def _answered(self, run: Callable[[Page, dict[str, str]], None]) -> None:
        path, _mark, query = self.path.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        page = Page(asked.get("lang", ""))
        self.path = path
        try:
            if self.server.only_here and not self._of_this_computer():
                raise BadForm(421)
            run(page, asked)
        except BadForm as bad:
            self._send(bad.status, page.refused(bad.status))
            self._let_it_speak_out()
        except Trouble as trouble:
            self._send(503, page.trouble(trouble))
        except OSError:
            raise  # the browser is gone: there is nobody to answer
        except Exception:
            self.close_connection = True
            self._send(500, page.refused(500))
            raise

    def _let_it_speak_out(self) -> None:
        """A browser reads no answer before it has sent its file; :data:`WHOLE` ends it."""
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            while self.connection.recv(_CHUNK):
                continue
        except OSError:
            return  # it went away, or said nothing more

    def _of_this_computer(self) -> bool:
        """A name of somebody else's that leads here is no way to ask this page."""
        host = re.sub(r":\d+$", "", self.headers.get("Host", ""))
        return host in ("127.0.0.1", "[::1]", "localhost")

    def _get(self, page: Page, asked: dict[str, str]) -> None:
        if self.path == "/page.css":
            style = settings.resources_dir() / "templates" / "verify" / "page.css"
            self._send(200, style.read_text(encoding="utf-8"), "text/css")
        elif self.path != "/":
            raise BadForm(404)
        elif asked.get("serial") and asked.get("code"):
            serial, code = asked["serial"].strip(), asked["code"].strip()
            self._send(200, page.entry(self._entry(serial), serial[:20], code[:80]))
        else:
            self._send(200, page.start(asked.get("serial", "")[:20], asked.get("code", "")[:80]))

    def _entry(self, serial: str) -> Any:
        lines = self.server.known().lines
        if lines is None:
            return NO_REGISTER
        number = serial.isascii() and serial.isdigit() and len(serial) <= MOST_DIGITS
        return lines(int(serial)) if number else None

    def _post(self, page: Page, asked: dict[str, str]) -> None:
        if self.path != "/verify":
            raise BadForm(404)
        with _one_of(self.server.uploads), TemporaryDirectory(prefix="workbench-verify-") as folder:
            place = Path(folder) / "file"
            with place.open("x+b") as file:
                self._take(file)
            with _one_of(self.server.turn):
                found = self.server.known().verify(place)
        self._send(200, page.verdict(found))

    def _send(self, status: int, text: str, kind: str = "text/html") -> None:
        content = text.encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _take(self, file: IO[bytes]) -> None:
        """The one file of the form, streamed; BadForm for anything else."""
        edge = self._edge()
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            raise BadForm(411) from None
        if not 0 < length <= LIMITS.max_bytes + FORM_BYTES:
            raise BadForm(413)
        left = length - self._head(edge, length)
        while left > 0:
            got = self.rfile.read(min(_CHUNK, left))
            if not got:
                raise BadForm(400)
            file.write(got)
            left -= len(got)
        _cut_end(file, b"\r\n" + edge + b"--")

    def _edge(self) -> bytes:
        """What stands between the parts of the form."""
        edge = self.headers.get_boundary()
        if self.headers.get_content_type() != "multipart/form-data" or not edge:
            raise BadForm(415)
        return b"--" + edge.encode("latin-1", "replace")

    def _head(self, edge: bytes, length: int) -> int:
        """How many bytes stand before the file; read from the connection."""
        lines, room = [], min(length, FORM_BYTES)
        while room > 0:
            lines.append(self.rfile.readline(room))
            room -= len(lines[-1])
            if not lines[-1].strip():
                break
        named = b"".join(lines[1:]).lower()
        if lines[0].rstrip() != edge or lines[-1].strip() or b'name="file"' not in named:
            raise BadForm(400)
        return sum(map(len, lines))


def _cut_end(file: IO[bytes], end: bytes) -> None:
    """Take the end of the form off the file."""
    size = file.tell()
    file.seek(max(0, size - len(end) - 2))
    tail = file.read()
    if not tail.rstrip(b"\r\n").endswith(end):
        raise BadForm(400)
    file.truncate(size - len(tail) + tail.rindex(end))
