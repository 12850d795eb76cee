"""The key of a seal in a token: a real SoftHSM2, the PIN for every signature, nothing comes out."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, exceptions

from tests.paper.seal_kit import (
    PIN,
    Bench,
    frozen_pdf,
    nss_folder,
    pdfsig,
    said,
    signature_hole,
)
from tests.paper.token_kit import LABEL, SoftToken
from workbench.paper import token_session
from workbench.paper.key_token import KeyToken
from workbench.paper.keys import change_seal_pin, open_seal_key, store_of
from workbench.paper.sign import fill, prepare, sign_digest
from workbench.paper.token_session import TokenPlace
from workbench.rules.refusals import Fault, Outage, Refusal, Trouble
from workbench.rules.seal_custody import Placement, Seal, SealVerdict

DIGEST = bytes(range(32))


@pytest.fixture(scope="module")
def bench(token: SoftToken, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return token.bench(tmp_path_factory.mktemp("seal"), "seal-token")


def opened(bench: Bench, token: SoftToken, pin: str = PIN, **other: str) -> Any:
    seal: Seal = replace(bench.seal, **other)
    return open_seal_key(seal, bench.folder / "keys", pin, token.module)


def code_of(bench: Bench, token: SoftToken, pin: str = PIN, **other: str) -> str:
    with pytest.raises(Trouble) as told, opened(bench, token, pin, **other) as key:
        key.sign(DIGEST)
    assert pin == "" or pin not in f"{told.value} {told.value!r} {told.value.__cause__!r}"
    return told.value.code


def good(bench: Bench, signature: bytes, digest: bytes = DIGEST) -> bool:
    certificate = x509.load_pem_x509_certificate(bench.made.certificate_pem.encode())
    public = certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    return True


def raw_key(session: Any, seal_id: str = "seal-token") -> Any:
    return session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=seal_id)


def raw_token(token: SoftToken) -> Any:
    return pkcs11.lib(token.module).get_token(token_label=LABEL)


# -- a page ----------------------------------------------------------------------------------------


def test_a_page_sealed_by_the_token_satisfies_every_judge(
    bench: Bench, token: SoftToken, tmp_path: Path
) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf")
    prepared = prepare(frozen, bench.seal, Placement(-1, 120, 200), tmp_path / "s", bench.now)
    with opened(bench, token) as key:
        value = sign_digest(key, prepared.digest)
        assert sign_digest(key, prepared.digest) == value, "the same digest, the same bytes"
    sealed = tmp_path / "sealed.pdf"
    fill(prepared, value, sealed)
    data = sealed.read_bytes()
    assert bench.judge(data).verdict is SealVerdict.SEALED_INTACT
    text = pdfsig(sealed, nss_folder(tmp_path / "nss", bench.made.ca_pem))
    assert "Signature is Valid" in text
    assert "Certificate is Trusted" in text
    assert "Total document signed" in text
    start, end = signature_hole(data)
    value = bytes.fromhex(data[start + 1 : end - 1].decode()).rstrip(b"\0")
    (tmp_path / "value").write_bytes(value)
    (tmp_path / "content").write_bytes(data[:start] + data[end:])
    (tmp_path / "ca.pem").write_text(bench.made.ca_pem)
    text = said(
        "openssl", "cms", "-verify", "-inform", "DER", "-in", tmp_path / "value", "-content",
        tmp_path / "content", "-binary", "-purpose", "any", "-CAfile", tmp_path / "ca.pem",
        "-out", tmp_path / "out",
    )  # fmt: skip
    assert "successful" in text.lower()


# -- the PIN ---------------------------------------------------------------------------------------


def test_the_right_pin_signs_and_the_closed_key_does_not(bench: Bench, token: SoftToken) -> None:
    with opened(bench, token) as key:
        assert good(bench, key.sign(DIGEST))
        assert PIN not in repr(key), "nothing that may be written down holds the PIN"
        with pytest.raises(ValueError, match="32 bytes"):
            key.sign(b"the document itself")
    with pytest.raises(Fault) as fault:
        key.sign(DIGEST)
    assert fault.value.code == "key_closed"


@pytest.mark.parametrize("pin", ["", "1", "135790", PIN + "0", "二四六八一零"])
def test_a_wrong_pin_is_refused_before_anything_is_signed(
    bench: Bench, token: SoftToken, pin: str
) -> None:
    assert code_of(bench, token, pin) == "wrong_pin"
    with opened(bench, token) as key:
        assert good(bench, key.sign(DIGEST)), "and the right one still opens it"


def test_a_session_of_somebody_else_cannot_sign_without_the_pin(
    bench: Bench, token: SoftToken
) -> None:
    """A login holds for the whole process; the token asks for the PIN at the signature itself."""
    digest_info = bytes.fromhex("3031300d060960864801650304020105000420") + DIGEST
    with opened(bench, token) as key:
        assert key.sign(DIGEST)
        with raw_token(token).open() as stranger:
            wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
            assert not list(stranger.get_objects(wanted)), "between two signatures nobody is in"
    with raw_token(token).open(user_pin=PIN), raw_token(token).open() as stranger:
        found = raw_key(stranger)
        with pytest.raises(exceptions.UserNotLoggedIn):
            found.sign(digest_info, mechanism=Mechanism.RSA_PKCS)
    with raw_token(token).open(user_pin=PIN) as stranger, pytest.raises(exceptions.PinIncorrect):
        raw_key(stranger).sign(digest_info, mechanism=Mechanism.RSA_PKCS, pin="135790")


def test_the_pin_of_the_token_is_changed(token: SoftToken, bench: Bench) -> None:
    keys, new = bench.folder / "keys", "86420-97531"
    change_seal_pin(bench.seal, keys, PIN, new, token.module)
    try:
        assert code_of(bench, token, PIN) == "wrong_pin"
        with opened(bench, token, new) as key:
            assert good(bench, key.sign(DIGEST))
    finally:
        change_seal_pin(bench.seal, keys, new, PIN, token.module)
    for old, short, code in (("135790", new, "wrong_pin"), (PIN, "12345", "pin_short"),
                             (PIN, "1" * 300, "pin_not_accepted")):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            change_seal_pin(bench.seal, keys, old, short, token.module)
        assert refused.value.code == code
    with opened(bench, token) as key:
        assert key.sign(DIGEST)


# -- the key stays where it is ---------------------------------------------------------------------


def test_the_key_was_made_in_the_token_and_cannot_be_taken_out(
    bench: Bench, token: SoftToken
) -> None:
    with raw_token(token).open(user_pin=PIN, rw=True) as session:
        key = raw_key(session)
        for flag in ("ALWAYS_AUTHENTICATE", "SENSITIVE", "ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE"):
            assert key[Attribute[flag]] is True, flag
        assert key[Attribute.EXTRACTABLE] is False
        for secret in (Attribute.PRIVATE_EXPONENT, Attribute.PRIME_1, Attribute.PRIME_2):
            with pytest.raises(exceptions.AttributeSensitive):
                key[secret]
        wrapper = session.generate_key(KeyType.AES, 256)
        with pytest.raises(exceptions.PKCS11Error):
            wrapper.wrap_key(key)
        with pytest.raises(exceptions.PKCS11Error):
            key[Attribute.EXTRACTABLE] = True


def test_a_key_is_never_overwritten(bench: Bench, token: SoftToken) -> None:
    store = store_of(bench.seal.seal_id, token.place, bench.folder / "keys", token.module)
    with pytest.raises(Refusal) as refused:
        store.make(PIN)
    assert refused.value.code == "key_exists"
    assert store_of("seal-none", token.place, bench.folder / "keys", token.module) is not None


def test_the_certificate_travels_in_the_token(bench: Bench, token: SoftToken) -> None:
    """At a custodian's other desk the folder of keys may be empty."""
    with open_seal_key(bench.seal, bench.folder / "nowhere", PIN, token.module) as key:
        assert good(bench, key.sign(DIGEST))


def test_the_key_of_another_seal_is_refused(bench: Bench, token: SoftToken, tmp_path: Path) -> None:
    other = token.bench(tmp_path, "seal-other")
    assert code_of(other, token, certificate_sha256=bench.made.certificate_sha256) == (
        "key_of_another_seal"
    )
    # Not even where somebody lays the right certificate beside the wrong key.
    (tmp_path / "keys" / "seal-other-9.pem").write_text(bench.made.certificate_pem)
    assert code_of(other, token, certificate_sha256=bench.made.certificate_sha256) == (
        "key_of_another_seal"
    )
    assert code_of(bench, token, seal_id="seal-none") == "no_key"


# -- faults ----------------------------------------------------------------------------------------


def test_a_token_that_is_pulled_out_is_gone_and_comes_back(bench: Bench, token: SoftToken) -> None:
    with opened(bench, token) as key:
        assert good(bench, key.sign(DIGEST))
        with token.pulled_out():
            with pytest.raises(Outage) as outage:
                key.sign(DIGEST)
            assert outage.value.code == "token_gone"
            assert LABEL in outage.value.message
            assert code_of(bench, token) == "token_gone"
        assert good(bench, key.sign(DIGEST)), "put in again it goes on in the same batch"


def test_pulled_out_in_the_middle_of_a_signature(
    bench: Bench, token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is open and the key was found; then the token is not there any more."""
    from workbench.paper import key_token

    found, away = key_token._private, token.folder.with_name("away")

    def found_and_gone(*words: Any) -> Any:
        key = found(*words)
        token.folder.rename(away)
        return key

    with opened(bench, token) as key:
        monkeypatch.setattr(key_token, "_private", found_and_gone)
        try:
            with pytest.raises(Outage) as outage:
                key.sign(DIGEST)
        finally:
            monkeypatch.undo()
            away.rename(token.folder)
        assert outage.value.code == "token_gone"
        assert good(bench, key.sign(DIGEST))


def test_a_label_that_no_token_has_and_a_module_that_is_none(
    bench: Bench, token: SoftToken, tmp_path: Path
) -> None:
    assert code_of(bench, token, key_place="pkcs11:Elsewhere") == "token_gone"
    no_module = tmp_path / "module.so"
    for content in (None, b"this is no library"):
        if content:
            no_module.write_bytes(content)
        with pytest.raises(Outage) as outage:
            KeyToken(TokenPlace(str(no_module), LABEL), "seal-token").make(PIN)
        assert outage.value.code == "token_module"
        assert str(no_module) in outage.value.message
    with pytest.raises(Outage) as outage:
        KeyToken(TokenPlace("", LABEL), "seal-token").make(PIN)
    assert outage.value.code == "token_module"


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (exceptions.PinLocked, Refusal, "token_locked"),
        (exceptions.DeviceRemoved, Outage, "token_gone"),
        (exceptions.DeviceError, Outage, "token_error"),
        (exceptions.FunctionFailed, Outage, "token_error"),
        (exceptions.MultipleTokensReturned, Outage, "token_error"),
        (exceptions.SessionHandleInvalid, Outage, "token_error"),
    ],
)
def test_what_a_token_may_answer(
    bench: Bench, token: SoftToken, monkeypatch: pytest.MonkeyPatch,
    error: type[Exception], kind: type[Trouble], code: str,
) -> None:  # fmt: skip
    """SoftHSM neither locks nor breaks: these answers stand in for a device's."""

    class Broken:
        def open(self, **_words: Any) -> Any:
            raise error()

    monkeypatch.setattr(token_session, "_token", lambda _place: Broken())
    with pytest.raises(Trouble) as told, opened(bench, token):
        pass
    assert (type(told.value), told.value.code) == (kind, code)
    assert PIN not in f"{told.value}{told.value.__cause__!r}"
    if code == "token_error":
        assert error.__name__ in told.value.message


# -- many at once, and killed ----------------------------------------------------------------------

SIGNING = """
import sys
from workbench.paper.key_token import KeyToken
from workbench.paper.token_session import TokenPlace
module, label, seal_id, pin, times = sys.argv[1:]
with KeyToken(TokenPlace(module, label), seal_id).open(pin) as key:
    for number in range(int(times)):
        print(key.sign(number.to_bytes(32, "big")).hex(), flush=True)
"""


def signing(token: SoftToken, times: int) -> subprocess.Popen[str]:
    words = (sys.executable, "-c", SIGNING, token.module, LABEL, "seal-token", PIN, str(times))
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def test_twenty_four_signatures_at_once(bench: Bench, token: SoftToken) -> None:
    """From threads of one process, and from processes beside it."""
    beside = [signing(token, 6) for _process in range(2)]
    digests = [bytes([number]) * 32 for number in range(24)]
    with opened(bench, token) as key, ThreadPoolExecutor(24) as pool:
        signatures = list(pool.map(key.sign, digests))
    assert all(good(bench, one, digest) for one, digest in zip(signatures, digests, strict=True))
    for child in beside:
        lines = child.communicate(timeout=60)[0].split()
        assert child.returncode == 0
        assert len(lines) == 6
        for number, line in enumerate(lines):
            assert good(bench, bytes.fromhex(line), number.to_bytes(32, "big"))


def test_killed_in_the_signing_loop_the_keys_are_whole(
    bench: Bench, token: SoftToken
) -> None:
    """SoftHSM's own file of the token may be cut off (:meth:`SoftToken.mend`); no key ever is."""
    chance, before = random.Random(20261123), token.key_files()
    for _time in range(8):
        child = signing(token, 100_000)
        assert child.stdout is not None
        assert child.stdout.readline()
        time.sleep(chance.random() * 0.02)
        child.kill()
        child.communicate()
        token.mend()
        assert token.key_files() == before
        with opened(bench, token) as key:
            assert good(bench, key.sign(DIGEST))
