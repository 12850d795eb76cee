"""Whose seal it is, whether it still held, and when: pinned certificates, lists, timestamps."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, crl
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import ades_basic_validation, ades_with_time_validation
from pyhanko.sign.validation.policy_decl import LocalKnowledge, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from tests.paper.revoking import (
    DAY,
    HOUR,
    PEM,
    Issuer,
    kept_bench,
    make_issuer,
    serial_of,
    with_lists_inside,
)
from tests.paper.seal_kit import PIN, Bench, frozen_pdf, open_key, press, signature_hole
from tests.paper.timestamp_authority import Authority
from workbench.paper.cms_form import build_cms, embedded_token, is_our_form
from workbench.paper.sign import fill, prepare, sign_digest
from workbench.paper.timestamps import TimestampServer
from workbench.paper.verify import verify_file
from workbench.paper.verify_judge import Finding, judge
from workbench.paper.verify_trust import trust_of
from workbench.rules.moment import HOUR as HOUR_US
from workbench.rules.moment import SystemClock, from_datetime
from workbench.rules.seal_checks import CHECKS, check_text
from workbench.rules.seal_custody import Check, LedgerLine, LedgerState, Placement, SealVerdict

pytestmark = pytest.mark.long(15)

INTACT, UNKNOWN = SealVerdict.SEALED_INTACT, SealVerdict.SEALED_UNKNOWN_SIGNER
INVALID = SealVerdict.INVALID


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return make_issuer()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Bench:
    return kept_bench(tmp_path_factory.mktemp("trust"), issuer)


@pytest.fixture(scope="module")
def frozen(bench: Bench) -> Path:
    return frozen_pdf(bench.folder / "frozen.pdf")


def press_in_time(bench: Bench, frozen: Path, name: str, authority: Authority) -> bytes:
    """With a timestamp; its server runs for this press only."""
    with authority.answering() as url:
        server = TimestampServer(url, patience=20)
        return press(bench, frozen, name, tsa=server).read_bytes()


@pytest.fixture(scope="module")
def plain(bench: Bench, frozen: Path) -> bytes:
    return press(bench, frozen, "plain").read_bytes()


@pytest.fixture(scope="module")
def stamped(bench: Bench, frozen: Path, authority: Authority) -> bytes:
    return press_in_time(bench, frozen, "stamped", authority)


def named(finding: Finding, name: str) -> Check:
    return next(check for check in finding.checks if check.name == name)


# ---------------------------------------------------------------- whose seal


def test_a_seal_is_known_by_its_own_certificate_only(
    bench: Bench, plain: bytes, issuer: Issuer, tmp_path: Path
) -> None:
    """Another seal of the same authority is another seal: its key presses nothing of ours."""
    other = kept_bench(tmp_path, issuer, "seal-2")
    forged = press(other, frozen_pdf(tmp_path / "f.pdf"), "forged").read_bytes()
    assert bench.judge(plain).verdict is INTACT
    finding = bench.judge(forged)
    assert (finding.verdict, finding.reasons) == (UNKNOWN, ("signer-of-known-authority",))
    assert named(finding, "signer").passed is False
    assert other.judge(forged).verdict is INTACT


def test_the_authority_alone_knows_no_seal(bench: Bench, plain: bytes, issuer: Issuer) -> None:
    """It says who issued the certificate, and that is all it says (decision note 026)."""
    finding = judge(plain, (issuer.pem,), (), bench.now)
    assert (finding.verdict, finding.reasons) == (UNKNOWN, ("signer-of-known-authority",))
    assert named(finding, "certificate").passed is True
    changed = bytearray(plain)
    changed[-30] ^= 1
    assert judge(bytes(changed), (issuer.pem,), (), bench.now).verdict is not UNKNOWN


@pytest.mark.parametrize("with_authority", [True, False])
def test_the_register_names_a_seal_by_its_fingerprint(
    bench: Bench, plain: bytes, issuer: Issuer, with_authority: bool
) -> None:
    pems = (issuer.pem,) if with_authority else ()
    pins = (bench.made.certificate_sha256,)
    assert judge(plain, pems, (), bench.now, pins=pins).verdict is INTACT
    assert judge(plain, pems, (), bench.now, pins=("0" * 64,)).verdict is UNKNOWN
    late = bench.now + 1_000 * 24 * HOUR_US
    ended = judge(plain, pems, (), late, pins=pins)
    assert (ended.verdict, ended.reasons) == (INVALID, ("certificate-not-valid",))


def test_a_second_page_of_the_pem_may_be_the_authority(bench: Bench, issuer: Issuer) -> None:
    trust = trust_of((bench.made.certificate_pem + issuer.pem,), ())
    assert trust.pins == {bench.made.certificate_sha256}
    assert len(trust.authorities) == 1


# ---------------------------------------------------------------- revocation (seal design 1.5)

LATER, BEFORE = "revoked later", "revoked before"


def judged(
    bench: Bench, data: bytes, authority: Authority, lists: tuple[bytes, ...], hours: float = 0
) -> Finding:
    at = SystemClock().now() + int(hours * HOUR_US)
    return judge(data, bench.trust, (authority.ca_pem,), at, lists=lists)


def test_without_a_list_it_is_said_that_nothing_was_checked(
    bench: Bench, plain: bytes, authority: Authority
) -> None:
    strange = make_issuer().list()
    for lists in ((), (strange,), (b"no list",), (b"",)):
        finding = judged(bench, plain, authority, lists)
        assert finding.verdict is INTACT
        check = named(finding, "revocation")
        assert (check.passed, check.reason) == (None, "revocation-not-checked")


def test_a_fresh_list_that_does_not_name_the_seal_passes(
    bench: Bench, plain: bytes, authority: Authority, issuer: Issuer
) -> None:
    packed = x509.load_der_x509_crl(issuer.list()).public_bytes(PEM)
    for one in (issuer.list(), packed):
        check = named(judged(bench, plain, authority, (one,)), "revocation")
        assert (check.passed, check.reason) == (True, "not-revoked")
        assert str(now().year) in check_text(check)


def test_an_old_list_is_said_to_be_old(
    bench: Bench, plain: bytes, stamped: bytes, authority: Authority, issuer: Issuer
) -> None:
    old = issuer.list(begins=now() - 30 * DAY)
    finding = judged(bench, plain, authority, (old,))
    assert finding.verdict is INTACT
    assert named(finding, "revocation").reason == "revocation-list-old"
    fresh_then = issuer.list()
    much_later = judged(bench, stamped, authority, (fresh_then,), hours=24 * 90)
    assert named(much_later, "revocation").reason == "not-revoked", "it spoke when it was sealed"
    assert named(judged(bench, plain, authority, (fresh_then,), hours=24 * 90),
                 "revocation").reason == "revocation-list-old"  # fmt: skip


@pytest.mark.parametrize("days", [7, 0.02])
def test_a_timestamp_keeps_what_was_sealed_before_the_revocation(
    bench: Bench, plain: bytes, stamped: bytes, authority: Authority, issuer: Issuer, days: float
) -> None:
    """What an old list says of a revoked certificate still holds."""
    later = issuer.list([(serial_of(bench), now() + HOUR)], begins=now() + 2 * HOUR, days=days)
    kept = judged(bench, stamped, authority, (later,), hours=3)
    assert kept.verdict is INTACT, kept
    assert named(kept, "revocation").reason == "revoked-later"
    lost = judged(bench, plain, authority, (later,), hours=3)
    assert (lost.verdict, lost.reasons) == (INVALID, ("certificate-revoked",))


@pytest.mark.parametrize("kind", ["plain", "stamped"])
def test_what_was_sealed_after_the_revocation_is_refused(
    bench: Bench, authority: Authority, issuer: Issuer, kind: str, request: pytest.FixtureRequest
) -> None:
    data = request.getfixturevalue(kind)
    before = issuer.list([(serial_of(bench), now() - 20 * HOUR)])
    silent = issuer.list(begins=now() - 2 * HOUR)
    for lists in ((before,), (silent, before), (before, silent)):
        finding = judged(bench, data, authority, lists)
        assert (finding.verdict, finding.reasons) == (INVALID, ("certificate-revoked",))


def test_a_seal_on_hold_comes_back_with_the_next_list(
    bench: Bench, plain: bytes, authority: Authority, issuer: Issuer
) -> None:
    entry = [(serial_of(bench), now() - 20 * HOUR)]
    hold = issuer.list(entry, begins=now() - 5 * HOUR, reason=x509.ReasonFlags.certificate_hold)
    assert judged(bench, plain, authority, (hold,)).reasons == ("certificate-revoked",)
    lists = (hold, issuer.list(begins=now() - HOUR))
    assert judged(bench, plain, authority, lists).verdict is INTACT


def test_a_forged_or_partial_list_is_no_list(
    bench: Bench, plain: bytes, authority: Authority, issuer: Issuer
) -> None:
    entry = [(serial_of(bench), now() - 20 * HOUR)]
    forged = issuer.list(entry, key=make_issuer().key)
    future = issuer.list(entry, begins=now() + 2 * DAY)
    delta = issuer.list(entry, extra=[x509.DeltaCRLIndicator(1)])
    for one in (forged, future, delta, issuer.list(entry)[:-3]):
        finding = judged(bench, plain, authority, (one,))
        assert (finding.verdict, named(finding, "revocation").reason) == (
            INTACT, "revocation-not-checked",
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "stamped"])
@pytest.mark.parametrize("when", [None, LATER, BEFORE])
def test_the_ades_engine_says_the_same(
    bench: Bench, authority: Authority, issuer: Issuer, kind: str, when: str | None,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """Two judges on one fresh list: ours and pyHanko's AdES with revocation required."""
    data = request.getfixturevalue(kind)
    hours = 3 if when == LATER else 0
    moment = now() + (HOUR if when == LATER else -20 * HOUR)
    entry = [(serial_of(bench), moment)] if when else []
    one = issuer.list(entry, begins=now() + (2 * HOUR if when == LATER else -HOUR))
    ours = judged(bench, data, authority, (one,), hours)
    assert (ours.verdict is INTACT) is _ades(bench, data, authority, one, hours)


def _ades(bench: Bench, data: bytes, authority: Authority, one: bytes, hours: float) -> bool:
    found: EmbeddedPdfSignature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]

    def policy(pem: str, asked: str) -> CertValidationPolicySpec:
        return CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=list(trust_of((pem,), ()).authorities)),
            CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy(asked)),
        )

    known = LocalKnowledge(known_crls=[CRLContainer(crl.CertificateList.load(one))])
    spec = SignatureValidationSpec(
        cert_validation_policy=policy(bench.made.ca_pem, "require"),
        ts_cert_validation_policy=policy(authority.ca_pem, "soft-fail"),
        local_knowledge=known,
    )
    token = embedded_token(found.signer_info)
    check: Any = ades_basic_validation if token is None else ades_with_time_validation
    at = now() + timedelta(hours=hours)
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True)
    said = asyncio.run(
        check(found.signed_data, spec, timing_info=timing, raw_digest=found.compute_digest())
    )
    return isinstance(said.ades_subindic, AdESPassed)


def test_the_register_proves_the_time_of_an_unstamped_seal(
    bench: Bench, plain: bytes, issuer: Issuer, tmp_path: Path
) -> None:
    """With its hash in the register it was sealed before the key was lost, whoever has it now."""
    path = tmp_path / "plain.pdf"
    path.write_bytes(plain)
    lists = [issuer.list([(serial_of(bench), now() - HOUR)])]

    def line(released: datetime) -> LedgerLine:
        sha = judge(plain, (), (), bench.now).sha256
        moment = from_datetime(released)
        return LedgerLine(7, "d", "c", "seal-1", LedgerState.RELEASED, "u", moment, moment, "",
                          sha, Placement(2, 120, 200), "B-B")  # fmt: skip

    def said(lookup: Callable[[str], LedgerLine | None] | None) -> SealVerdict:
        return verify_file(path, bench.trust, lookup, revocation_lists=lists).verdict

    assert said(None) is INVALID
    assert said(lambda _sha: line(now() - 2 * HOUR)) is INTACT
    assert said(lambda _sha: line(now() - HOUR / 2)) is INVALID


# ---------------------------------------------------------------- B-LT: the lists inside


def test_a_file_with_its_own_lists_is_judged_by_them(
    bench: Bench, frozen: Path, authority: Authority, issuer: Issuer, tmp_path: Path
) -> None:
    inside = tmp_path / "inside.pdf"
    pems = (issuer.pem, bench.made.certificate_pem, authority.ca_pem)
    inside.write_bytes(with_lists_inside(frozen, pems, [issuer.list()]))
    data = press_in_time(bench, inside, "long-term", authority)
    alone = judged(bench, data, authority, (), hours=24 * 400)
    assert alone.verdict is INTACT, alone
    assert alone.seals[0].level == "B-LT"
    assert named(alone, "revocation").reason == "not-revoked"
    before = issuer.list([(serial_of(bench), now() - DAY)])
    assert judged(bench, data, authority, (before,)).reasons == ("certificate-revoked",)


# ---------------------------------------------------------------- timestamps


def value_of(data: bytes) -> Any:
    start, end = signature_hole(data)
    return cms.ContentInfo.load(bytes.fromhex(data[start + 1 : end - 1].decode()))


def with_token(bench: Bench, frozen: Path, name: str, token: Any) -> bytes:
    """A press whose timestamp is the one that is given."""
    prepared = prepare(frozen, bench.seal, Placement(-1, 120, 200),
                       bench.folder / f"{name}.part", bench.now)  # fmt: skip
    with open_key(Path(bench.made.p12_path), PIN) as key:
        info = cms.ContentInfo.load(sign_digest(key, prepared.digest))["content"]
    one, certificate = info["signer_infos"][0], info["certificates"][0].chosen
    value = build_cms(certificate, one["signed_attrs"], one["signature"].native, token)
    assert is_our_form(value)
    fill(prepared, value, bench.folder / f"{name}.pdf")
    return (bench.folder / f"{name}.pdf").read_bytes()


def test_a_timestamp_cut_out_of_another_file_is_seen(
    bench: Bench, stamped: bytes, authority: Authority
) -> None:
    """It would take a stolen key's seal back to a time before it was reported lost."""
    token = embedded_token(value_of(stamped)["content"]["signer_infos"][0])
    other = frozen_pdf(bench.folder / "other.pdf", text="Refused")
    moved = with_token(bench, other, "moved", token)
    finding = judged(bench, moved, authority, ())
    assert (finding.verdict, finding.reasons) == (INVALID, ("timestamp-broken",))
    assert named(finding, "timestamp").passed is False


def test_a_timestamp_from_the_future_is_refused(
    bench: Bench, stamped: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = SystemClock().now() - 24 * HOUR_US
    monkeypatch.setattr(SystemClock, "now", lambda _self: yesterday)
    finding = judged(bench, stamped, authority, ())
    assert (finding.verdict, finding.reasons) == (INVALID, ("timestamp-future",))


def test_a_revoked_timestamp_authority_proves_no_time(
    bench: Bench, stamped: bytes, authority: Authority
) -> None:
    """RFC 3161: after a stolen key no stamp counts; after an orderly end the older ones do."""
    folder = authority.folder
    key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    root = Issuer(key, x509.load_pem_x509_certificate(authority.ca_pem.encode()))
    serial = x509.load_pem_x509_certificate((folder / "tsa.pem").read_bytes()).serial_number
    stolen = root.list([(serial, now() + HOUR)], reason=x509.ReasonFlags.key_compromise)
    ended = root.list([(serial, now() + HOUR)], reason=x509.ReasonFlags.superseded)
    early = root.list([(serial, now() - DAY)], reason=x509.ReasonFlags.superseded)
    for one in (stolen, early):
        finding = judged(bench, stamped, authority, (one,))
        assert finding.verdict is SealVerdict.CANNOT_VERIFY
        assert finding.reasons == ("timestamp-revoked",)
    assert judged(bench, stamped, authority, (ended,)).verdict is INTACT


# ---------------------------------------------------------------- every check has its answer


def test_every_verdict_carries_every_check_in_order(
    bench: Bench, plain: bytes, stamped: bytes, frozen: Path, authority: Authority, issuer: Issuer
) -> None:
    files = {
        "good": stamped,
        "no timestamp": plain,
        "changed": plain[:300] + bytes([plain[300] ^ 1]) + plain[301:],
        "longer": plain + b"\n",
        "unsealed": frozen.read_bytes(),
        "rubbish": b"%PDF-1.7\nrubbish",
        "nothing": b"",
    }
    for name, data in files.items():
        for pems in (bench.trust, (issuer.pem,), ()):
            finding = judge(data, pems, (authority.ca_pem,), SystemClock().now())
            assert [check.name for check in finding.checks] == list(CHECKS), name
            for check in finding.checks:
                assert check_text(check) != check.reason, check
                assert "{fact}" not in check_text(check)
            failed = [check for check in finding.checks if check.passed is False]
            assert bool(failed) is (finding.verdict is not INTACT), (name, finding)


def test_a_good_seal_shows_its_time_and_every_answer(
    bench: Bench, stamped: bytes, authority: Authority, issuer: Issuer
) -> None:
    finding = judged(bench, stamped, authority, (issuer.list(),))
    assert [check.passed for check in finding.checks] == [True] * 10 + [None]
    assert str(now().year) in check_text(named(finding, "timestamp"))
    finding = judge(stamped, (), (), bench.now)
    answers = {check.name: check.passed for check in finding.checks}
    assert answers["signer"] is False
    assert answers["whole-file"] is True
    assert answers["certificate"] is None
