"""One press: outside tools agree that the paper is signed, whole and unchanged (S059)."""

from __future__ import annotations

import hashlib
import random
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.paper.seal_kit import (
    ORGAN,
    PIN,
    Bench,
    frozen_pdf,
    make_bench,
    make_test_key,
    nss_folder,
    open_key,
    pdfsig,
    poppler,
    press,
    red_box_mm,
    said,
    signature_hole,
)
from tests.paper.timestamp_authority import Authority
from workbench.paper.compose import compose
from workbench.paper.prepress import check_clean, page_has_text
from workbench.paper.sign import (
    RESERVED_HEX,
    fill,
    is_prefix,
    prepare,
    rebuild,
    sha256_of,
    sign_digest,
    signature_level,
)
from workbench.paper.timestamps import TimestampServer, timestamp_for
from workbench.rules.catalogue import parse_template
from workbench.rules.moment import DAY, HOUR
from workbench.rules.refusals import Fault, Outage, Refusal
from workbench.rules.seal_custody import TEST_SEAL_MARK, Placement, Prepared, SealVerdict

HERE = Placement(1, 100, 150)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("sign"))


@pytest.fixture(scope="module")
def frozen(bench: Bench) -> Path:
    return frozen_pdf(bench.folder / "frozen.pdf")


@pytest.fixture(scope="module")
def sealed(bench: Bench, frozen: Path) -> Path:
    return press(bench, frozen, "sealed")


def test_pdfsig_trusts_it_and_sees_the_whole_document_signed(
    bench: Bench, sealed: Path, tmp_path: Path
) -> None:
    text = pdfsig(sealed, nss_folder(tmp_path / "nss", bench.made.ca_pem))
    assert "Total document signed" in text
    assert "Signature Validation: Signature is Valid." in text
    assert "Certificate Validation: Certificate is Trusted." in text
    assert "Signature #2" not in text


def test_mutool_says_unchanged(sealed: Path) -> None:
    assert "unchanged since signing" in said("mutool", "sign", "-v", sealed)


def test_openssl_verifies_the_ranges_cut_out_by_hand(
    bench: Bench, sealed: Path, tmp_path: Path
) -> None:
    data = sealed.read_bytes()
    start, end = signature_hole(data)
    packed = bytes.fromhex(data[start + 1 : end - 1].decode())
    (tmp_path / "content").write_bytes(data[:start] + data[end:])
    (tmp_path / "value.der").write_bytes(cms.ContentInfo.load(packed).dump())
    (tmp_path / "ca.pem").write_text(bench.made.ca_pem)
    text = said(
        "openssl", "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any",
        "-in", tmp_path / "value.der", "-content", tmp_path / "content",
        "-CAfile", tmp_path / "ca.pem", "-out", tmp_path / "out",
    )  # fmt: skip
    assert "successful" in text.lower()


def test_pyhanko_itself_calls_it_certified_and_whole(bench: Bench, sealed: Path) -> None:
    from pyhanko.keys import load_certs_from_pemder_data

    roots = list(load_certs_from_pemder_data(bench.made.ca_pem.encode()))
    with sealed.open("rb") as file:
        one = PdfFileReader(file).embedded_signatures[0]
        status = validate_pdf_signature(
            one, ValidationContext(trust_roots=roots, allow_fetching=False)
        )
        assert status.bottom_line
        assert status.coverage.name == "ENTIRE_FILE"
        assert one.docmdp_level is not None and one.docmdp_level.value == 1
        assert one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert one.sig_object["/Reason"] == TEST_SEAL_MARK
        assert TEST_SEAL_MARK in one.sig_object["/Name"]


def test_certificate_calls_itself_a_test(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "seal.pem").write_text(bench.made.certificate_pem)
    text = said("openssl", "x509", "-in", tmp_path / "seal.pem", "-noout", "-subject",
                "-issuer", "-nameopt", "utf8,sep_comma_plus")  # fmt: skip
    subject, issuer = text.strip().splitlines()
    assert "TEST" in subject and "演示" in subject and "TEST CA" in issuer


def test_approved_file_is_a_prefix_of_the_sealed_one(frozen: Path, sealed: Path) -> None:
    assert is_prefix(frozen, sealed)
    assert sealed.stat().st_size > frozen.stat().st_size
    assert not is_prefix(sealed, frozen)


def test_prepared_file_names_its_hole_and_digest(
    bench: Bench, frozen: Path, tmp_path: Path
) -> None:
    prepared = prepare(frozen, bench.seal, Placement(-1, 100, 150), tmp_path / "s.pdf", bench.now)
    data = Path(prepared.path).read_bytes()
    assert signature_hole(data) == (prepared.hole_start, prepared.hole_end)
    assert prepared.hole_end - prepared.hole_start == RESERVED_HEX + 2
    rest = data[: prepared.hole_start] + data[prepared.hole_end :]
    assert hashlib.sha256(rest).digest() == prepared.digest
    assert prepared.frozen_sha256 == sha256_of(frozen)
    assert prepared.placement == Placement(2, 100, 150), "the last page by its number"
    assert bench.judge(data).reasons == ("empty-signature",)


def test_the_same_digest_gives_the_same_paper(bench: Bench, frozen: Path, tmp_path: Path) -> None:
    prepared = prepare(frozen, bench.seal, HERE, tmp_path / "s.pdf", bench.now)
    values = []
    for _attempt in range(2):
        with open_key(Path(bench.made.p12_path), PIN) as key:
            values.append(sign_digest(key, prepared.digest))
    assert values[0] == values[1]
    assert signature_level(values[0]) == "B-B"
    first = fill(prepared, values[0], tmp_path / "a.pdf")
    assert not Path(prepared.path).exists(), "what looks sealed and is not does not lie about"
    again = as_the_ledger_has_it(prepared)
    for name in ("b.pdf", "a.pdf"):  # finishing twice is harmless
        rebuild(frozen, again)
        assert fill(again, values[1], tmp_path / name) == first == sha256_of(tmp_path / name)


def as_the_ledger_has_it(prepared: Prepared) -> Prepared:
    """The same press as whoever recovers it knows it: nothing was read or hashed yet."""
    return Prepared(*(getattr(prepared, one.name) for one in fields(Prepared)))


@pytest.mark.parametrize(("from_ledger", "place"), [(False, -20), (True, -20), (True, 50)])
def test_a_prepared_file_that_changed_is_not_filled(
    bench: Bench, frozen: Path, tmp_path: Path, from_ledger: bool, place: int
) -> None:
    prepared = prepare(frozen, bench.seal, HERE, tmp_path / "s.pdf", bench.now)
    if from_ledger:
        prepared = as_the_ledger_has_it(prepared)
    with open_key(Path(bench.made.p12_path), PIN) as key:
        value = sign_digest(key, prepared.digest)
    data = bytearray(Path(prepared.path).read_bytes())
    data[place] ^= 1
    Path(prepared.path).write_bytes(data)
    with pytest.raises(Fault) as fault:
        fill(prepared, value, tmp_path / "t.pdf")
    assert fault.value.code == "prepared_file_changed"
    assert not (tmp_path / "t.pdf").exists()


def test_a_damaged_file_leaves_nothing_behind(bench: Bench, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nno table\n%%EOF\n")
    with pytest.raises(Refusal) as refused:
        prepare(broken, bench.seal, HERE, tmp_path / "s.pdf", bench.now)
    assert refused.value.code == "not_sealable"
    assert not (tmp_path / "s.pdf").exists()


def test_nowhere_to_write_is_an_outage(bench: Bench, frozen: Path, tmp_path: Path) -> None:
    with pytest.raises(Outage) as outage:
        prepare(frozen, bench.seal, HERE, tmp_path / "no" / "s.pdf", bench.now)
    assert outage.value.code == "staging_unwritable"


def test_an_existing_staging_file_is_kept(bench: Bench, frozen: Path, tmp_path: Path) -> None:
    staging = tmp_path / "s.pdf"
    staging.write_bytes(b"of another press")
    with pytest.raises(Outage):
        prepare(frozen, bench.seal, HERE, staging, bench.now)
    assert staging.read_bytes() == b"of another press"


def test_a_batch_opens_the_key_once_and_is_quick(
    bench: Bench, frozen: Path, tmp_path: Path
) -> None:
    spans = []
    with open_key(Path(bench.made.p12_path), PIN) as key:
        for number in range(8):
            started = time.process_time()
            prepared = prepare(frozen, bench.seal, HERE, tmp_path / f"{number}.s", bench.now)
            value = sign_digest(key, prepared.digest)
            fill(prepared, value, tmp_path / f"{number}.pdf")
            spans.append(time.process_time() - started)
    print(f"press, two pages, CPU median: {sorted(spans)[4] * 1000:.1f} ms")
    assert sorted(spans)[4] < 0.15
    assert len({sha256_of(tmp_path / f"{number}.pdf") for number in range(8)}) == 8


# ---------------------------------------------------------------- timestamps


@pytest.fixture
def server(authority: Authority) -> Iterator[TimestampServer]:
    with authority.answering() as url:
        yield TimestampServer(url, patience=20)


def test_timestamped_press_is_bt_and_intact(
    bench: Bench, frozen: Path, server: TimestampServer, authority: Authority, tmp_path: Path
) -> None:
    sealed = press(bench, frozen, "stamped", tsa=server)
    finding = bench.judge(sealed.read_bytes(), (authority.ca_pem,))
    assert finding.verdict is SealVerdict.SEALED_INTACT, finding.reasons
    assert finding.seals[0].level == "B-T"
    assert finding.seals[0].timestamp is not None
    text = pdfsig(sealed, nss_folder(tmp_path / "nss", bench.made.ca_pem))
    assert "Total document signed" in text and "Signature is Valid" in text
    later = bench.now + 1500 * DAY
    assert later > bench.seal.valid_to
    kept = bench.judge(sealed.read_bytes(), (authority.ca_pem,), later)
    assert kept.verdict is SealVerdict.SEALED_INTACT, "the timestamp outlives the certificate"


def test_stamping_after_the_certificate_ended_is_seen(
    frozen: Path, server: TimestampServer, authority: Authority, tmp_path: Path
) -> None:
    bench = make_bench(tmp_path, valid_for=-DAY)
    sealed = press(bench, frozen, "late", tsa=server).read_bytes()
    for at in (None, bench.now - DAY - HOUR):
        finding = bench.judge(sealed, (authority.ca_pem,), at)
        assert finding.verdict not in (
            SealVerdict.SEALED_INTACT,
            SealVerdict.SEALED_UNKNOWN_SIGNER,
        ), finding


def test_unknown_timestamp_authority_is_never_green(
    bench: Bench, frozen: Path, server: TimestampServer
) -> None:
    sealed = press(bench, frozen, "unknown-tsa", tsa=server)
    finding = bench.judge(sealed.read_bytes())
    assert finding.verdict is SealVerdict.CANNOT_VERIFY
    assert finding.reasons == ("timestamp-unknown",)


def test_without_timestamp_an_expired_certificate_is_not_green(bench: Bench, sealed: Path) -> None:
    finding = bench.judge(sealed.read_bytes(), at=bench.now + 1500 * DAY)
    assert finding.verdict is SealVerdict.INVALID
    assert finding.reasons == ("certificate-not-valid",)


def test_every_byte_of_a_timestamped_signature_counts(
    bench: Bench, frozen: Path, server: TimestampServer, authority: Authority, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    data = bytearray(press(bench, frozen, "stamped-bytes", tsa=server).read_bytes())
    start, end = signature_hole(bytes(data))
    packed = bytes.fromhex(data[start + 1 : end - 1].decode())
    used = 2 * len(cms.ContentInfo.load(packed).dump())
    step = 1 if depth > 1 else 60
    places = range(start + 1 + random.randrange(step), start + 1 + used, step)
    for place in places:
        before = data[place]
        data[place] = ord("F") if before != ord("F") else ord("0")
        finding = bench.judge(bytes(data), (authority.ca_pem,))
        data[place] = before
        assert finding.verdict not in (
            SealVerdict.SEALED_INTACT,
            SealVerdict.SEALED_UNKNOWN_SIGNER,
        ), f"byte {place} of {start}..{end}: {finding}"
    counted("hex digits of a timestamped signature changed", len(places))


def test_dead_timestamp_server_is_an_outage_in_time(bench: Bench) -> None:
    with open_key(Path(bench.made.p12_path), PIN) as key:
        for url in ("http://127.0.0.1:9/tsa", "ftp://127.0.0.1/tsa", "nonsense"):
            started = time.monotonic()
            with pytest.raises(Outage) as outage:
                sign_digest(key, bytes(32), partial(timestamp_for, TimestampServer(url)))
            assert outage.value.code == "timestamp_unreachable"
            assert time.monotonic() - started < 4


def test_rsa_3072_fits_the_hole(tmp_path: Path, frozen: Path) -> None:
    bench = make_bench(tmp_path)
    made = make_test_key(
        tmp_path / "large", PIN, ORGAN, "seal-3", valid_from=bench.now - DAY,
        valid_to=bench.now + DAY, bits=3072,
    )  # fmt: skip
    large = replace(bench, made=made)
    finding = large.judge(press(large, frozen, "large").read_bytes())
    assert finding.verdict is SealVerdict.SEALED_INTACT
    shutil.rmtree(tmp_path / "large")


def test_a_composed_licence_is_pressed_where_its_template_says(
    bench: Bench, project_root: Path, tmp_path: Path
) -> None:
    """The real road: template, composed file, gate, seal over organ and date (R56), verdict."""
    template = project_root / "resources" / "templates" / "N11_granting_decision.toml"
    text = template.read_text("utf-8")
    composed = compose(parse_template(tomllib.loads(text)), {}, tmp_path / "f.pdf")
    assert composed.seal_at is not None
    assert check_clean(tmp_path / "f.pdf") == ()
    assert page_has_text(tmp_path / "f.pdf", composed.seal_at.page)
    sealed = press(bench, tmp_path / "f.pdf", "licence", composed.seal_at)
    assert bench.judge(sealed.read_bytes()).verdict is SealVerdict.SEALED_INTACT
    png = poppler(sealed, composed.seal_at.page, 150, tmp_path / "p.png")
    left, top, right, bottom = red_box_mm(png, 150)
    assert (left + right) / 2 == pytest.approx(composed.seal_at.x_mm, abs=0.3)
    assert (top + bottom) / 2 == pytest.approx(composed.seal_at.y_mm, abs=0.3)
