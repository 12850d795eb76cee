"""The page of verification as a browser meets it, and what no browser would send."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.page_kit import Page, running
from tests.paper.seal_kit import Bench, frozen_pdf, make_bench, press
from workbench.commands import verify_page
from workbench.commands.verify import Known
from workbench.paper.sign import sha256_of
from workbench.rules.materials import LIMITS
from workbench.rules.refusals import Outage
from workbench.rules.seal_checks import CHECKS
from workbench.rules.seal_custody import LedgerLine, LedgerState, Placement

pytestmark = pytest.mark.long(12)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def sealed(bench: Bench) -> Path:
    return press(bench, frozen_pdf(bench.folder / "frozen.pdf"), "sealed")


@pytest.fixture(scope="module")
def line(bench: Bench, sealed: Path) -> LedgerLine:
    before = sha256_of(bench.folder / "frozen.pdf")
    return LedgerLine(
        42, "QY-2026-0007/licence", "QY-2026-0007", "seal-1", LedgerState.RELEASED, "zhang.wei",
        bench.now, bench.now, before, sha256_of(sealed), Placement(2, 120, 200), "B-B",
    )  # fmt: skip


@pytest.fixture
def page(bench: Bench) -> Iterator[Page]:
    with running(lambda: Known(bench.trust)) as one:
        yield one


@pytest.fixture
def with_register(bench: Bench, line: LedgerLine) -> Iterator[Page]:
    void = replace(line, serial=43, state=LedgerState.VOID, sha256_after="")
    lines = {one.serial: one for one in (line, void)}
    known = Known(
        bench.trust, register={line.sha256_after: line}.get, lines=lines.get
    )
    with running(lambda: known) as one:
        yield one


def test_it_speaks_chinese_first_and_english_on_request(page: Page) -> None:
    chinese, english = page.get(), page.get(lang="en")
    assert '<html lang="zh-CN">' in chinese.text and "用印文书验证" in chinese.text
    assert 'href="/?lang=en"' in chinese.text
    assert '<html lang="en">' in english.text and "Check a file" in english.text
    assert page.get(lang="xx").text == chinese.text


def test_it_loads_nothing_from_elsewhere_and_runs_no_script(page: Page) -> None:
    found = page.get()
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert found.headers["Cache-Control"] == "no-store"
    assert "<script" not in found.text
    assert not re.search(r"https?://|//[a-z]", found.text)
    style = page.get("/page.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "url(" not in style.text and "@import" not in style.text


def test_a_good_file_shows_every_check(page: Page, sealed: Path) -> None:
    found = page.check(sealed.read_bytes())
    assert (found.status, "Sealed and intact" in found.text) == (200, True)
    assert re.findall(r'data-check="([a-z-]+)"', found.text) == list(CHECKS)
    assert found.text.count('class="failed"') == 0
    assert "已用印且完好" in page.check(sealed.read_bytes(), "zh_CN").text


def test_a_forged_file_shows_what_is_wrong(page: Page, sealed: Path) -> None:
    found = page.check(sealed.read_bytes() + b"\n%")
    assert "Changed after sealing" in found.text
    assert re.search(r'class="failed" data-check="whole-file"', found.text)
    data = bytearray(sealed.read_bytes())
    data[300] ^= 1
    assert "Changed after sealing" in page.check(bytes(data)).text
    assert "No seal" in page.check((sealed.parent / "frozen.pdf").read_bytes()).text
    for rubbish in (b"", b"\r\n", b"------edge--", b"%PDF-1.7 rubbish"):
        assert "Cannot be verified" in page.check(rubbish).text


def test_the_register_has_the_last_word(with_register: Page, sealed: Path, bench: Bench) -> None:
    found = with_register.check(sealed.read_bytes())
    assert "Entered under serial 42" in found.text
    other = press(bench, frozen_pdf(bench.folder / "o.pdf", text="Refused"), "other")
    assert "The seal is not valid" in with_register.check(other.read_bytes()).text


def test_a_number_is_looked_up_with_its_code_only(with_register: Page, line: LedgerLine) -> None:
    good = "The register has this document as sealed."
    for code in (line.sha256_before[:16], line.sha256_before[:16].upper(), "QY-2026-0007",
                 f" {line.sha256_before[:8]} {line.sha256_before[8:16]} ", line.document_id):
        assert good in with_register.get(lang="en", serial="42", code=code).text, code  # fmt: skip
    void = with_register.get(lang="en", serial="43", code="QY-2026-0007").text
    assert "is void" in void and good not in void
    none = "The register has no entry with this number and code."
    for serial, code in (("42", "0" * 16), ("42", line.sha256_before[:15]), ("42", "-"),
                         ("44", "QY-2026-0007"), ("4²", "x"), ("-1", "x"), ("9" * 5_000, "x")):
        assert none in with_register.get(lang="en", serial=serial, code=code).text  # fmt: skip
    shown = with_register.get(lang="en", serial="42", code="QY-2026-0007").text
    assert "zhang.wei" not in shown, "who pressed it is nobody's business here"
    assert "lang=zh_CN&amp;serial=42" in shown, "the other language keeps the question"


def test_without_a_register_it_says_so(page: Page) -> None:
    assert "started without a register" in page.get(lang="en", serial="1", code="x").text


def test_nothing_that_is_typed_becomes_part_of_the_page(with_register: Page) -> None:
    evil = "\"><script>alert(1)</script><x y='"
    for asked in ({"serial": evil, "code": evil}, {"serial": evil}, {"lang": evil}):
        found = with_register.get(**asked)
        assert found.status == 200
        assert "<script" not in found.text and "<x" not in found.text


def test_a_name_in_a_certificate_does_not_either(bench: Bench, tmp_path: Path) -> None:
    from workbench.commands.verify_html import Page as Html
    from workbench.paper.verify import verify_file
    from workbench.rules.seal_custody import SealSeen

    found = verify_file(frozen_pdf(tmp_path / "f.pdf"), bench.trust)
    seen = SealSeen("Seal", "<img src=x onerror=y>", "", "B-B")
    assert "<img" not in Html("en").verdict(replace(found, seals=(seen,)))


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/other", {}, b"", 404),
        ("GET", "/../settings.py", {}, b"", 404),
        ("POST", "/", {}, b"x", 404),
        ("POST", "/verify", {}, b"x", 415),
        ("POST", "/verify", {"Content-Type": "multipart/form-data"}, b"x", 415),
        ("POST", "/verify", {"Content-Type": "multipart/form-data; boundary=e"}, b"x", 400),
        ("POST", "/verify", {"Content-Type": "multipart/form-data; boundary=e"},
         b'--e\r\nContent-Disposition: form-data; name="file"\r\n\r\nno end', 400),
        ("POST", "/verify", {"Content-Type": "multipart/form-data; boundary=e"},
         b'--e\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--e--\r\n', 400),
        ("POST", "/verify", {"Content-Type": "multipart/form-data; boundary=e",
                             "Content-Length": "nine"}, b"", 411),
        ("POST", "/verify", {"Content-Type": "multipart/form-data; boundary=e",
                             "Content-Length": str(LIMITS.max_bytes + 5_000)}, b"", 413),
        ("GET", "/", {"Host": "evil.example.org"}, b"", 421),
        ("GET", "/", {"Host": "["}, b"", 421),
        ("GET", "//[?lang=en", {}, b"", 404),
        ("POST", "/verify", {"Content-Type": "multipart/form-data; boundary=\xff"}, b"x", 400),
        ("PUT", "/", {}, b"", 501),
    ],
)  # fmt: skip
def test_one_bad_request_never_stops_it(
    page: Page, sealed: Path, method: str, path: str, headers: dict[str, str], body: bytes,
    status: int,
) -> None:  # fmt: skip
    assert page.ask(method, path, body, headers).status == status
    assert page.get().status == 200


def test_a_file_that_is_too_large_is_told_so(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it was sent: a line that is cut off would tell nothing."""
    monkeypatch.setattr(verify_page, "LIMITS", replace(LIMITS, max_bytes=1_000))
    found = page.check(b"x" * 8_000_000)
    assert (found.status, "The file is too large." in found.text) == (413, True)
    assert page.check(b"x" * 1_000).status == 200


def test_who_goes_away_or_says_nothing_does_no_harm(
    page: Page, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_page.Browser, "timeout", 0.2)
    silent = [socket.create_connection(("127.0.0.1", page.port)) for _n in range(3)]
    silent[0].sendall(b"\x00\xff\r\n\r\n")
    silent[1].sendall(b"POST /verify HTTP/1.1\r\nContent-Length: 100\r\n")
    silent[2].close()
    try:
        assert "Sealed and intact" in page.check(sealed.read_bytes()).text
    finally:
        for one in silent:
            one.close()


def test_more_than_there_is_room_for_are_sent_away(bench: Bench) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify_page, "CONNECTIONS", 2)
        with running(lambda: Known(bench.trust)) as page:
            held = [socket.create_connection(("127.0.0.1", page.port)) for _n in range(2)]
            try:
                third = socket.create_connection(("127.0.0.1", page.port), timeout=10)
                assert third.recv(1) == b""
                third.close()
            finally:
                for one in held:
                    one.close()


def test_several_ask_at_once_each_in_his_language(page: Page, sealed: Path) -> None:
    good, bad = sealed.read_bytes(), sealed.read_bytes() + b"\n"
    asked = [(good, "en"), (bad, "zh_CN"), (good, "zh_CN"), (bad, "en")]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda one: page.check(*one).text, asked))
    wanted = ["Sealed and intact", "用印后有改动", "已用印且完好", "Changed after sealing"]
    assert [word in text for word, text in zip(wanted, said, strict=True)] == [True] * 4
    assert threading.active_count() < 20


def test_no_file_is_left_behind(
    page: Page, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page.check(sealed.read_bytes())
    page.check(b"x")
    assert not list(tmp_path.iterdir())


def test_a_register_that_does_not_answer_is_said_plainly(bench: Bench, sealed: Path) -> None:
    def away() -> Known:
        raise Outage("store_away", "host db.secret.example does not answer")

    with running(away) as page:
        found = page.check(sealed.read_bytes())
        assert (found.status, "cannot be done now" in found.text) == (503, True)
        assert "secret" not in found.text


def test_the_command_serves_until_it_is_ended(bench: Bench, tmp_path: Path) -> None:
    """And says where; a port that is taken is an outage with a remedy."""
    pem = tmp_path / "seal.pem"
    pem.write_text(bench.made.certificate_pem)
    words = [sys.executable, "-m", "workbench", "--home", str(tmp_path), "--language", "en",
             "verify-page", "--trust", str(pem)]  # fmt: skip
    with subprocess.Popen([*words, "--port", "0"], stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            said = served.stdout.readline()
            port = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
            assert port, said
            taken = subprocess.run(
                [*words, "--port", port[1]], capture_output=True, text=True, check=False
            )
            assert taken.returncode == 3
            assert "--port" in taken.stderr
        finally:
            served.send_signal(signal.SIGTERM)
            assert served.wait(60) == 0
