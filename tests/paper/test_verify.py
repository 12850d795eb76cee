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
from typing import Any

import pymupdf
import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from tests.paper.seal_kit import (
    ORGAN,
    PIN,
    Bench,
    frozen_pdf,
    make_bench,
    nss_folder,
    pdfsig,
    press,
    signature_hole,
)
from workbench.paper import verify
from workbench.paper.certificates import make_test_key, open_key
from workbench.paper.sign import RESERVED_HEX, prepare, sha256_of, sign_digest
from workbench.paper.verify import verification_json, verify_file
from workbench.paper.verify_judge import judge
from workbench.rules.moment import DAY, SystemClock
from workbench.rules.refusals import Outage
from workbench.rules.seal_custody import (
    LedgerLine,
    LedgerState,
    Placement,
    SealVerdict,
    reason_text,
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


def value_of(data: bytes) -> Any:
    start, end = signature_hole(data)
    return cms.ContentInfo.load(bytes.fromhex(data[start + 1 : end - 1].decode()))


# ---------------------------------------------------------------- attacks of seal design section 6


def with_value(data: bytes, value: bytes) -> bytes:
    start, end = signature_hole(data)
    return (
        data[: start + 1]
        + value.hex().upper().encode().ljust(end - start - 2, b"0")
        + data[end - 1 :]
    )


def padding_digit(data: bytes) -> bytes:
    _start, end = signature_hole(data)
    return data[: end - 40] + b"A" + data[end - 39 :]


def letter_case(data: bytes) -> bytes:
    start, _end = signature_hole(data)
    place = next(p for p in range(start + 1, start + 400) if data[p : p + 1] in b"ABCDEF")
    return data[:place] + data[place : place + 1].lower() + data[place + 1 :]


def all_lower_but_one(data: bytes) -> bytes:
    start, end = signature_hole(data)
    return letter_case(data[:start] + data[start:end].upper() + data[end:])


def long_form_length(data: bytes) -> bytes:
    """The same value with its outer length written in a longer form than DER allows."""
    der = value_of(data).dump()
    assert der[1] == 0x82
    return with_value(data, b"\x30\x83\x00" + der[2:])


def extra_certificate(data: bytes) -> bytes:
    info = value_of(data)
    certificates = info["content"]["certificates"]
    certificates.append(certificates[0])
    return with_value(data, info.dump(force=True))


def unsigned_attribute(data: bytes) -> bytes:
    info = value_of(data)
    signer = info["content"]["signer_infos"][0]
    note = cms.CMSAttribute({"type": "1.2.3.4", "values": []})
    signer["unsigned_attrs"] = cms.CMSAttributes([note])
    return with_value(data, info.dump(force=True))


def other_version(data: bytes) -> bytes:
    info = value_of(data)
    info["content"]["version"] = "v3"
    return with_value(data, info.dump(force=True))


def wrapped_range(data: bytes) -> bytes:
    """SWA: a second /ByteRange and a page hidden in the gap; all old offsets still hold."""
    start, end = signature_hole(data)
    used = data[start : start + 1 + 2 * len(value_of(data).dump())] + b">"
    false = b"/ByteRange [0 %d %d %d]" % (start, end, len(data) - end)
    hidden = b"/Hidden (9 0 obj << /Type /Page >> endobj)"
    return data[:start] + (used + false + hidden).ljust(end - start) + data[end:]


def range_text(replacement: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = data.rindex(b"/ByteRange")
        stop = data.index(b"]", at) + 1
        return data[:at] + replacement.ljust(stop - at) + data[stop:]

    return change


def contents_text(replacement: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        start, end = signature_hole(data)
        return data[:start] + replacement.ljust(end - start) + data[end:]

    return change


ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "newline appended": lambda data: data + b"\n",
    "comment appended": lambda data: data + b"% paid\n",
    "bare trailer appended": lambda data: data + b"trailer << /Root 1 0 R >>\n%%EOF\n",
    "byte in front": lambda data: b"\n" + data,
    "cut short": lambda data: data[:-7],
    "padding digit": padding_digit,
    "letter case": letter_case,
    "all lower case but one": all_lower_but_one,
    "long form length": long_form_length,
    "certificate twice": extra_certificate,
    "unsigned attribute": unsigned_attribute,
    "other version": other_version,
    "wrapped range": wrapped_range,
    "range missing": range_text(b""),
    "range null": range_text(b"/ByteRange null"),
    "range empty": range_text(b"/ByteRange []"),
    "range zero": range_text(b"/ByteRange [0 0 0 0]"),
    "range negative": range_text(b"/ByteRange [0 -10 20 30]"),
    "range beyond": range_text(b"/ByteRange [0 10 20 99999999]"),
    "contents empty": contents_text(b"<>"),
    "contents null": contents_text(b"null"),
    "contents zero": contents_text(b"<00>"),
    "contents gone": contents_text(b""),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_never_green(bench: Bench, data: bytes, name: str) -> None:
    changed = ATTACKS[name](data)
    assert changed != data
    finding = bench.judge(changed)
    assert finding.verdict in (SealVerdict.MODIFIED, SealVerdict.INVALID), finding
    assert all(reason_text(reason) != reason for reason in finding.reasons)


def incremental(sealed: Path, target: Path, change: Callable[[Any], None]) -> Path:
    target.write_bytes(sealed.read_bytes())
    with pymupdf.open(target) as document:
        change(document)
        document.saveIncr()
    return target


def replace_page(document: Any) -> None:
    document[0].insert_text((90, 300), "Granted to somebody else")


def add_note(document: Any) -> None:
    document[0].add_freetext_annot(pymupdf.Rect(80, 100, 300, 140), "Refused")


def add_stamp(document: Any) -> None:
    document[1].add_stamp_annot(pymupdf.Rect(80, 100, 300, 140))


def add_page(document: Any) -> None:
    document.new_page()


@pytest.mark.parametrize("change", [replace_page, add_note, add_stamp, add_page])
def test_incremental_update_is_seen_although_pdfsig_says_valid(
    bench: Bench, sealed: Path, tmp_path: Path, change: Callable[[Any], None]
) -> None:
    changed = incremental(sealed, tmp_path / "changed.pdf", change)
    finding = bench.judge(changed.read_bytes())
    assert finding.verdict is SealVerdict.MODIFIED, finding
    fooled = pdfsig(changed, nss_folder(tmp_path / "nss", bench.made.ca_pem))
    assert "Signature is Valid" in fooled, "the reason why pdfsig's word is not enough"


def second_signature(bench: Bench, sealed: Path, target: Path, name: str = "Second") -> Path:
    target.write_bytes(sealed.read_bytes())
    with target.open("r+b") as file:
        steps = PdfCMSEmbedder(SigFieldSpec(name)).write_cms(name, IncrementalPdfFileWriter(file))
        next(steps)
        empty = SignatureObject(subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED_HEX)
        steps.send(SigObjSetup(empty))
        digest, _output = steps.send(SigIOSetup("sha256", in_place=True))
        with open_key(Path(bench.made.p12_path), PIN) as key:
            steps.send(sign_digest(key, digest.document_digest))
    return target


def test_second_signature_by_the_same_key_is_seen(
    bench: Bench, sealed: Path, tmp_path: Path
) -> None:
    twice = second_signature(bench, sealed, tmp_path / "twice.pdf")
    finding = bench.judge(twice.read_bytes())
    assert finding.verdict is SealVerdict.MODIFIED
    assert "several-signatures" in finding.reasons


def test_plain_approval_signature_of_our_key_is_no_seal(bench: Bench, tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf")
    finding = bench.judge(second_signature(bench, frozen, tmp_path / "plain.pdf").read_bytes())
    assert finding.verdict is SealVerdict.INVALID
    assert finding.reasons == ("not-certified-p1",)


def test_one_signature_in_two_fields_is_not_ours(
    bench: Bench, sealed: Path, tmp_path: Path
) -> None:
    target = tmp_path / "fields.pdf"
    target.write_bytes(sealed.read_bytes())
    with target.open("r+b") as file:
        writer = IncrementalPdfFileWriter(file)
        fields = writer.root["/AcroForm"]["/Fields"]
        copy = generic.DictionaryObject(dict(fields[0].items()))
        copy[generic.pdf_name("/T")] = generic.pdf_string("Copy")
        fields.append(writer.add_object(copy))
        writer.update_container(fields)
        writer.write_in_place()
    assert bench.judge(target.read_bytes()).verdict is SealVerdict.MODIFIED


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


def test_json_has_the_five_keys(bench: Bench, sealed: Path) -> None:
    row = verification_json(verify_file(sealed, bench.trust))
    assert list(row) == ["file", "verdict", "reasons", "seals", "compared_with_register"]
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
