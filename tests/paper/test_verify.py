"""The verdict: green only for the very bytes that were sealed, with the ledger and without."""

from __future__ import annotations

import csv
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tests.paper.attack_files import value_of, with_value
from tests.paper.seal_kit import (
    ORGAN,
    PIN,
    Bench,
    frozen_pdf,
    make_bench,
    make_test_key,
    press,
    signature_hole,
)
from workbench.paper import verify
from workbench.paper.sign import prepare, sha256_of
from workbench.paper.verifier import Verifier
from workbench.paper.verify import verification_json, verify_file
from workbench.paper.verify_judge import judge
from workbench.rules.moment import DAY, SystemClock
from workbench.rules.refusals import Outage
from workbench.rules.seal_checks import CHECKS, check_text, reason_text
from workbench.rules.seal_custody import (
    LedgerLine,
    LedgerState,
    Placement,
    SealVerdict,
)

pytestmark = pytest.mark.long(15)

INTACT = SealVerdict.SEALED_INTACT
UNKNOWN = SealVerdict.SEALED_UNKNOWN_SIGNER
MODIFIED = SealVerdict.MODIFIED
GREENISH = (INTACT, UNKNOWN)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("verify"))


@pytest.fixture(scope="module")
def sealed(bench: Bench) -> Path:
    return press(bench, frozen_pdf(bench.folder / "frozen.pdf"), "sealed")


@pytest.fixture
def data(sealed: Path) -> bytes:
    return sealed.read_bytes()


def test_untouched_file_is_intact(bench: Bench, data: bytes) -> None:
    finding = bench.judge(data)
    assert finding.verdict is INTACT
    assert finding.reasons == ("all-checks-passed",)
    (seal,) = finding.seals
    assert (seal.field, seal.level) == ("Seal", "B-B")
    assert seal.certificate_sha256 == bench.made.certificate_sha256
    assert "TEST" in seal.signer


def test_the_seal_certificate_itself_may_be_the_pin(bench: Bench, data: bytes) -> None:
    assert judge(data, (bench.made.certificate_pem,), (), bench.now).verdict is INTACT
    assert judge(data, (), (), bench.now).verdict is UNKNOWN


# ---------------------------------------------------------------- every byte


def test_no_changed_byte_passes(
    bench: Bench, data: bytes, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Every byte of one sealed file, one after another (S059); every fifth without ``--deep``."""
    changed = bytearray(data)
    step = 1 if depth > 1 else 5
    places = range(random.randrange(step), len(data), step)
    for place in places:
        before = data[place]
        changed[place] = before ^ (1 << random.randrange(8))
        finding = bench.judge(bytes(changed))
        assert finding.verdict not in GREENISH, f"byte {place}: {finding}"
        changed[place] = before
    assert bench.judge(bytes(changed)).verdict is INTACT
    counted("bytes of a sealed file changed, each by itself", len(places))


def test_no_hex_digit_of_the_signature_can_be_another(
    bench: Bench, data: bytes, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Bit flips mostly leave the hex alphabet; these stay in it."""
    start, _end = signature_hole(data)
    used = 2 * len(value_of(data).dump())
    every = range(start + 1, start + 1 + used)
    places = every if depth > 1 else random.sample(every, 300)
    changed = bytearray(data)
    for place in places:
        before = changed[place]
        changed[place] = random.choice([d for d in b"0123456789ABCDEF" if d != before])
        finding = bench.judge(bytes(changed))
        assert finding.verdict not in GREENISH, f"byte {place}: {finding}"
        changed[place] = before
    counted("hex digits of its signature changed", len(places))


def test_a_byte_less_or_more_does_not_pass(bench: Bench, data: bytes) -> None:
    start, end = signature_hole(data)
    for place in (0, 10, start, start + 1, end - 1, end, len(data) - 1):
        assert bench.judge(data[:place] + data[place + 1 :]).verdict not in GREENISH
        assert bench.judge(data[:place] + b"0" + data[place:]).verdict not in GREENISH


# ---------------------------------------------------------------- other people's signatures


def test_signature_of_another_paper_is_seen(bench: Bench, data: bytes, tmp_path: Path) -> None:
    other = press(bench, frozen_pdf(tmp_path / "other.pdf", text="Refused"), "other")
    moved = with_value(other.read_bytes(), value_of(data).dump())
    assert bench.judge(moved).reasons == ("digest-mismatch",)


def test_seal_of_a_stranger_with_our_names_is_unknown(bench: Bench, tmp_path: Path) -> None:
    stranger = replace(
        bench,
        folder=tmp_path,
        made=make_test_key(
            tmp_path, PIN, ORGAN, "seal-1", valid_from=bench.now - DAY, valid_to=bench.now + DAY
        ),
    )
    forged = press(stranger, frozen_pdf(tmp_path / "f.pdf"), "forged").read_bytes()
    finding = bench.judge(forged)
    assert (finding.verdict, finding.reasons) == (UNKNOWN, ("signer-unknown",))
    assert stranger.judge(forged).verdict is INTACT


def test_a_pinned_seal_vouches_for_nobody_else(bench: Bench, tmp_path: Path) -> None:
    """Whoever holds a seal's key cannot make further seals with it: it is no authority."""
    packed = Path(bench.made.p12_path).read_bytes()
    key, seal, _more = pkcs12.load_key_and_certificates(packed, PIN.encode())
    assert isinstance(key, rsa.RSAPrivateKey)
    assert seal is not None
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST 演示 seal-2")])
    child = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(seal.subject)
        .public_key(other.public_key())
        .serial_number(7)
        .not_valid_before(seal.not_valid_before_utc)
        .not_valid_after(seal.not_valid_after_utc)
        .sign(key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(PIN.encode())
    place = tmp_path / "child.p12"
    place.write_bytes(pkcs12.serialize_key_and_certificates(b"child", other, child, None, lock))
    made = replace(bench.made, p12_path=str(place))
    forged = press(
        replace(bench, folder=tmp_path, made=made), frozen_pdf(tmp_path / "f.pdf"), "forged"
    ).read_bytes()
    for pem in (bench.made.certificate_pem, bench.made.ca_pem):
        assert judge(forged, (pem,), (), bench.now).reasons == ("signer-unknown",)


def test_a_stray_object_after_a_strangers_signature_is_seen(data: bytes) -> None:
    """Nothing refers to it yet: the first half of a shadow attack, though nobody's seal is ours."""
    assert judge(data, (), (), SystemClock().now()).verdict is UNKNOWN
    root = re.findall(rb"/Root (\d+) 0 R", data)[-1].decode()
    before = re.findall(rb"startxref\s+(\d+)", data)[-1].decode()
    at = len(data) + 1
    table = at + len("9000 0 obj\n<< /Hidden 1 >>\nendobj\n")
    stray = data + (
        "\n9000 0 obj\n<< /Hidden 1 >>\nendobj\n"
        f"xref\n9000 1\n{at:010d} 00000 n \n"
        f"trailer\n<< /Size 9001 /Root {root} 0 R /Prev {before} >>\n"
        f"startxref\n{table}\n%%EOF\n"
    ).encode()
    finding = judge(stray, (), (), SystemClock().now())
    assert (finding.verdict, finding.reasons) == (MODIFIED, ("changed-after-signing",))


def test_what_is_no_file_of_bearable_size_is_not_opened(bench: Bench, tmp_path: Path) -> None:
    """Hashing for the register stands outside the child's limits: a device would never end."""
    pipe, giant = tmp_path / "pipe", tmp_path / "giant.pdf"
    os.mkfifo(pipe)
    with giant.open("wb") as file:
        file.truncate(50_000_000_000)
    for path in (pipe, Path("/dev/zero"), giant):
        found = verify_file(path, bench.trust, lambda _sha: None)
        assert found.verdict is SealVerdict.CANNOT_VERIFY


def test_half_pressed_file_is_invalid(bench: Bench, tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "f.pdf")
    half = prepare(frozen, bench.seal, Placement(1, 100, 100), tmp_path / "half.pdf", bench.now)
    finding = bench.judge(Path(half.path).read_bytes())
    assert (finding.verdict, finding.reasons) == (SealVerdict.INVALID, ("empty-signature",))


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", SealVerdict.CANNOT_VERIFY),
        (b"hello", SealVerdict.CANNOT_VERIFY),
        (b"%PDF-1.7\nrubbish", SealVerdict.CANNOT_VERIFY),
        (b"%PDF-1.7\n/ByteRange rubbish", SealVerdict.INVALID),
        (b"PK\x03\x04 no package", SealVerdict.CANNOT_VERIFY),
    ],
)
def test_rubbish_has_a_verdict(bench: Bench, content: bytes, verdict: SealVerdict) -> None:
    assert bench.judge(content).verdict is verdict


def test_unsealed_paper_has_no_seal(bench: Bench, tmp_path: Path) -> None:
    finding = bench.judge(frozen_pdf(tmp_path / "f.pdf").read_bytes())
    assert (finding.verdict, finding.reasons) == (SealVerdict.NO_SEAL, ("no-signature",))


def test_corpus_gets_the_verdicts_of_its_manifest(corpus: Path | None) -> None:
    """Real signed files: no wrong green, none called broken that is whole. Nothing without them."""
    wanted: dict[str, set[str]] = {
        "VALID": {"sealed-unknown-signer"},
        "NO-SIGNATURE": {"no-seal"},
        "OFD-SEAL": {"cannot-verify"},
        "BOUNDED": {"invalid", "cannot-verify"},
    }
    if corpus is None:
        return
    for row in csv.DictReader((corpus / "MANIFEST.csv").read_text("utf-8").splitlines()):
        if row["class"] != "signed":
            continue
        content = (corpus / row["file"]).read_bytes()
        found = judge(content, (), (), SystemClock().now()).verdict.value
        assert found in wanted.get(row["verdict"], {"modified", "invalid"}), row["file"]


# ---------------------------------------------------------------- the ledger, and the child


def line_for(path: Path, bench: Bench, state: LedgerState = LedgerState.RELEASED) -> LedgerLine:
    return LedgerLine(
        serial=1,
        document_id="d1",
        case_no="c1",
        seal_id="seal-1",
        state=state,
        custodian="u1",
        reserved_at=bench.now,
        released_at=bench.now,
        sha256_before="",
        sha256_after=sha256_of(path),
        placement=Placement(2, 120, 200),
        signature_level="B-B",
    )


def test_register_confirms_the_very_file(bench: Bench, sealed: Path) -> None:
    line = line_for(sealed, bench)
    found = verify_file(sealed, bench.trust, {line.sha256_after: line}.get)
    assert found.verdict is INTACT
    assert found.compared_with_register
    assert found.reasons == ("all-checks-passed", "register-match")
    assert [check.name for check in found.checks] == list(CHECKS)
    assert found.checks[-1].passed is True
    assert "serial 1, 20" in check_text(found.checks[-1])
    assert found.sha256 == sha256_of(sealed)


def test_ledger_keeps_a_seal_alive_after_its_certificate_ended(bench: Bench, sealed: Path) -> None:
    line = line_for(sealed, bench)
    later = bench.seal.valid_to + DAY
    assert verify_file(sealed, bench.trust, at=later).verdict is SealVerdict.INVALID
    kept = verify_file(sealed, bench.trust, lambda _sha: line, at=later)
    assert kept.verdict is INTACT, kept
    late = replace(line, released_at=later)
    assert verify_file(sealed, bench.trust, lambda _sha: late, at=later).verdict not in GREENISH


def test_ledger_kept_in_exercise_time_does_not_hurt(bench: Bench, sealed: Path) -> None:
    line = replace(line_for(sealed, bench), released_at=bench.seal.valid_from - 300 * DAY)
    assert verify_file(sealed, bench.trust, lambda _sha: line).verdict is INTACT


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (None, "register-unknown"),
        (LedgerState.VOID, "register-void"),
        (LedgerState.SIGNED, "register-differs"),
    ],
)
def test_register_lowers_the_verdict(
    bench: Bench, sealed: Path, state: LedgerState | None, reason: str
) -> None:
    line = None if state is None else line_for(sealed, bench, state)
    found = verify_file(sealed, bench.trust, lambda _sha: line)
    assert (found.verdict, found.reasons) == (SealVerdict.INVALID, (reason,))
    assert found.compared_with_register
    assert (found.checks[-1].passed, found.checks[-1].reason) == (False, reason)


def test_register_that_names_another_file_lowers_the_verdict(bench: Bench, sealed: Path) -> None:
    line = replace(line_for(sealed, bench), sha256_after="0" * 64)
    found = verify_file(sealed, bench.trust, lambda _sha: line)
    assert (found.verdict, found.reasons) == (SealVerdict.INVALID, ("register-differs",))


def test_register_never_raises_a_verdict(bench: Bench, data: bytes, tmp_path: Path) -> None:
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
    line = line_for(changed, bench)
    found = verify_file(changed, bench.trust, lambda _sha: line)
    assert found.verdict is SealVerdict.MODIFIED
    unknown = verify_file(changed, bench.trust, lambda _sha: None)
    assert unknown.verdict is SealVerdict.MODIFIED
    assert unknown.compared_with_register
    assert unknown.reasons == ("digest-mismatch", "register-unknown")
    assert "TEST" in unknown.seals[0].signer, "it still says whose seal was on it"


def test_register_that_is_away_is_an_outage_not_a_green(bench: Bench, sealed: Path) -> None:
    def away(_sha: str) -> LedgerLine | None:
        raise Outage("store_away", "no")

    with pytest.raises(Outage):
        verify_file(sealed, bench.trust, away)


def test_json_has_the_six_keys(bench: Bench, sealed: Path) -> None:
    row = verification_json(verify_file(sealed, bench.trust))
    keys = ["file", "verdict", "reasons", "seals", "compared_with_register", "checks"]
    assert list(row) == keys
    assert [check["check"] for check in row["checks"]] == list(CHECKS)
    assert row["checks"][0]["passed"] is True
    assert row["checks"][-1]["reason"] == "Not compared with the register of seal use."
    assert row["verdict"] == "sealed-intact"
    assert row["compared_with_register"] is False
    assert row["file"] == str(sealed)
    assert row["reasons"] == [reason_text("all-checks-passed")]


def test_missing_file_is_said(bench: Bench, tmp_path: Path) -> None:
    for lookup in (None, lambda _sha: None):
        found = verify_file(tmp_path / "none.pdf", bench.trust, lookup)
        assert (found.verdict, found.reasons) == (SealVerdict.CANNOT_VERIFY, ("file-missing",))


def test_slow_check_is_stopped(bench: Bench, sealed: Path) -> None:
    started = time.monotonic()
    found = verify_file(sealed, bench.trust, time_limit=0.05)
    assert (found.verdict, found.reasons) == (SealVerdict.CANNOT_VERIFY, ("took-too-long",))
    assert time.monotonic() - started < 10


def test_memory_is_bounded(
    bench: Bench, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(sealed.read_bytes())
    with large.open("r+b") as file:
        file.truncate(1_500_000_000)  # a sparse file
    monkeypatch.setattr(verify, "MEMORY_MB", 1_000)
    found = verify_file(large, bench.trust)
    assert found.verdict is SealVerdict.CANNOT_VERIFY
    assert found.reasons[0] in ("too-much-memory", "checker-died")


def test_child_that_babbles_is_no_verdict(bench: Bench, sealed: Path) -> None:
    for said in (b"", b"{}", b'{"verdict": "green"}', b"[1]", b"\xff"):
        found = verify._read_answer(sealed, said)
        assert (found.verdict, found.reasons) == (SealVerdict.CANNOT_VERIFY, ("checker-died",))


def test_one_verifier_judges_one_file_after_the_other(
    bench: Bench, sealed: Path, data: bytes, tmp_path: Path
) -> None:
    """The seal worker's own: its start costs ten times what a verdict does."""
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(data + b"%")
    with Verifier() as ready:
        said = [
            verify_file(one, bench.trust, ready=ready).verdict
            for one in (sealed, changed, tmp_path / "none.pdf", sealed)
        ]
        assert said == [INTACT, MODIFIED, SealVerdict.CANNOT_VERIFY, INTACT]
        assert ready.alive
        os.kill(ready.pid, 9)
        assert verify_file(sealed, bench.trust, ready=ready).verdict is INTACT
    with Verifier() as ready:
        assert verify_file(sealed, bench.trust, ready=ready, time_limit=0.0).reasons == (
            "took-too-long",
        )
        assert not ready.alive


def test_child_loads_no_desk_and_no_database() -> None:
    code = (
        "import sys, workbench.paper.verify_child; "
        "print([m for m in ('PyQt6', 'sqlalchemy', 'keyring') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(verify.__file__).parents[2],
    )
    assert done.stdout.strip() == "[]", done.stderr
