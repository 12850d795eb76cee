"""The test authority of a centre: one key for many seals, and the list of what it revoked."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paper.seal_kit import (
    ORGAN,
    PIN,
    frozen_pdf,
    lone_authority,
    make_bench,
    press,
    said,
)
from workbench import settings
from workbench.paper.authority_lists import REASONS, publish_list, read_authority_list, revoke
from workbench.paper.key_requests import request_for
from workbench.paper.keys import store_of
from workbench.paper.test_authority import (
    Authority,
    make_test_key,
    new_authority,
    open_authority,
)
from workbench.paper.verify_judge import judge
from workbench.rules.moment import DAY, SECOND, Moment, SystemClock
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.seal_custody import KeyMade

WORDS = "four words are enough"
NOW = SystemClock().now() // SECOND * SECOND


@pytest.fixture(scope="module")
def made() -> Authority:
    return new_authority("青云区", valid_from=NOW - DAY, valid_to=NOW + 900 * DAY)


@pytest.fixture
def keys(made: Authority, tmp_path: Path) -> Path:
    """The folder of keys of a centre that has founded its authority."""
    made.keep(tmp_path / "keys", WORDS)
    publish_list(tmp_path / "keys", made, NOW)
    return tmp_path / "keys"


def seal_of(keys: Path, authority: Authority, seal_id: str, days: int = 90) -> KeyMade:
    return make_test_key(
        keys, PIN, ORGAN, seal_id, authority, valid_from=NOW - DAY, valid_to=NOW + days * DAY
    )


def code(keys: Path, words: str) -> str:
    with pytest.raises(Refusal) as refused:
        open_authority(keys, words)
    return refused.value.code


def openssl_verdict(keys: Path, pem: str, at: Moment = NOW) -> str:
    """What an outside judge says of a certificate, the list at hand."""
    (keys / "asked").write_text(pem)
    said("openssl", "crl", "-inform", "DER", "-in", keys / "authority.crl", "-out", keys / "list")
    return said(
        "openssl", "verify", "-CAfile", keys / "authority-ca.pem", "-crl_check", "-CRLfile",
        keys / "list", "-attime", str(at // SECOND), keys / "asked", needs=None,
    )  # fmt: skip


def test_one_authority_certifies_several_seals_and_says_test(keys: Path) -> None:
    authority = open_authority(keys, WORDS)
    for seal_id in ("seal-1", "seal-2"):
        pem = seal_of(keys, authority, seal_id).certificate_pem
        assert (keys / f"{seal_id}.pem").read_text() == pem
        assert ": OK" in openssl_verdict(keys, pem)
        names = said("openssl", "x509", "-noout", "-nameopt", "utf8", "-subject", "-issuer", "-in",
                     keys / "asked")  # fmt: skip
        assert names.count("TEST 演示用印（非电子印章）") == 2
        assert "TEST CA 演示 青云区" in names


def test_its_key_is_private_and_opened_by_its_own_passphrase(keys: Path, made: Authority) -> None:
    file = keys / "authority.p12"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"PRIVATE KEY" not in file.read_bytes()
    assert open_authority(keys, WORDS).pem == made.pem
    assert [code(keys, words) for words in (PIN, "", WORDS + " ")] == ["passphrase_wrong"] * 3
    with pytest.raises(Refusal) as refused:
        made.keep(keys, WORDS)
    assert refused.value.code == "key_exists"
    file.unlink()
    assert code(keys, WORDS) == "no_authority"


def test_a_short_passphrase_founds_nothing(made: Authority, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        made.keep(tmp_path, "short")
    assert refused.value.code == "passphrase_short"
    assert not list(tmp_path.iterdir())


def test_a_certificate_never_outlives_its_authority(keys: Path, made: Authority) -> None:
    with pytest.raises(Refusal) as refused:
        seal_of(keys, made, "seal-1", days=901)
    assert refused.value.code == "beyond_authority"
    assert not (keys / "seal-1.p12").exists()


def test_only_a_sound_request_is_answered(keys: Path, made: Authority) -> None:
    store = store_of("seal-9", "pkcs12", keys)
    store.make(PIN)
    request = request_for(store, PIN, ORGAN, "seal-9")
    assert "BEGIN CERTIFICATE" in made.answer(request, NOW, NOW + DAY)
    curve = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    for name, kind in (("small", ("rsa:1024",)), ("ec", curve)):
        said("openssl", "req", "-new", "-newkey", *kind, "-nodes", "-keyout", keys / "other.key",
             "-subj", f"/CN={name}", "-out", keys / f"{name}.csr")  # fmt: skip
    lines = request.splitlines()
    lines[-2] = lines[-2][:-4] + (b"AAA=" if lines[-2][-4:] != b"AAA=" else b"BBB=")
    bad = [b"", b"hello", b"\n".join(lines), (keys / "small.csr").read_bytes(),
           (keys / "ec.csr").read_bytes(), made.pem.encode()]  # fmt: skip
    for content in bad:
        with pytest.raises(Refusal) as refused:
            made.answer(content, NOW, NOW + DAY)
        assert refused.value.code == "request_bad", content


def test_revoked_is_on_the_list_and_an_outside_judge_sees_it(keys: Path) -> None:
    authority = open_authority(keys, WORDS)
    one, other = (seal_of(keys, authority, name).certificate_pem for name in ("seal-1", "seal-2"))
    done = revoke(keys, authority, one.encode(), "key_compromise", NOW - 3600 * SECOND, NOW)
    assert (done.number, done.next_one - done.made) == (2, 7 * DAY)
    assert [(line.at, line.reason) for line in done.revoked] == [
        (NOW - 3600 * SECOND, "key_compromise")
    ]
    assert "certificate revoked" in openssl_verdict(keys, one)
    assert ": OK" in openssl_verdict(keys, other)
    later = publish_list(keys, authority, NOW + DAY)
    assert (later.number, later.revoked) == (3, done.revoked), "what is revoked stays revoked"
    assert "has expired" in openssl_verdict(keys, other, NOW + 9 * DAY)


def test_our_own_verdict_follows_the_list(keys: Path, tmp_path: Path) -> None:
    """Without a timestamp nobody can prove that the seal was pressed before it was revoked."""
    authority, bench = open_authority(keys, WORDS), make_bench(tmp_path / "bench")
    made = seal_of(keys, authority, "seal-1")
    seal = replace(bench.seal, certificate_sha256=made.certificate_sha256)
    sealed = press(
        replace(bench, made=made, seal=seal), frozen_pdf(tmp_path / "frozen.pdf"), "sealed"
    ).read_bytes()

    def verdict() -> tuple[str, tuple[str, ...]]:
        known, lists = settings.seal_authorities(tmp_path), settings.revocation_lists(tmp_path)
        found = judge(sealed, known, (), SystemClock().now(), lists=lists)
        return found.verdict.value, found.reasons

    assert verdict() == ("sealed-intact", ("all-checks-passed",))
    revoke(keys, authority, made.certificate_pem.encode(), "key_compromise", NOW, NOW)
    assert verdict() == ("invalid", ("certificate-revoked",))


def test_every_reason_comes_back_as_it_was_given(keys: Path) -> None:
    authority = open_authority(keys, WORDS)
    for number, reason in enumerate(REASONS):
        pem = seal_of(keys, authority, f"seal-{number}").certificate_pem
        revoke(keys, authority, pem.encode(), reason, NOW, NOW)
    assert [one.reason for one in read_authority_list(keys).revoked] == list(REASONS)


def test_what_is_not_revoked(keys: Path, made: Authority) -> None:
    pem = seal_of(keys, made, "seal-1").certificate_pem.encode()
    stranger = lone_authority("else", NOW - DAY, NOW + DAY)
    revoke(keys, made, pem, "superseded", NOW, NOW)
    before = (keys / "authority.crl").read_bytes()
    for content, at, wanted in (
        (pem, NOW, "already_revoked"), (stranger.pem.encode(), NOW, "not_issued_here"),
        (b"hello", NOW, "not_issued_here"),
        (seal_of(keys, made, "seal-2").certificate_pem.encode(), NOW + DAY, "revoked_ahead"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            revoke(keys, made, content, "superseded", at, NOW)
        assert refused.value.code == wanted
    assert (keys / "authority.crl").read_bytes() == before


def test_a_damaged_list_is_never_started_anew(keys: Path, made: Authority) -> None:
    (keys / "authority.crl").write_bytes(b"hello")
    for work in (lambda: read_authority_list(keys), lambda: publish_list(keys, made, NOW)):
        with pytest.raises(Outage) as outage:
            work()
        assert outage.value.code == "list_damaged"
    assert (keys / "authority.crl").read_bytes() == b"hello"
