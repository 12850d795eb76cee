"""The key of a seal in its encrypted file, and the door in front of every store."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paper.seal_kit import (
    ORGAN,
    PIN,
    Bench,
    lone_authority,
    make_bench,
    make_test_key,
)
from workbench.paper.certificates import seen_certificates
from workbench.paper.key_file import KeyFile, write_new, write_over
from workbench.paper.key_requests import install_certificate, request_for
from workbench.paper.keys import change_seal_pin, open_seal_key, store_of
from workbench.rules.moment import DAY
from workbench.rules.refusals import Fault, Outage, Refusal, Trouble

NEW_PIN = "975310"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def bench(kept: Bench, tmp_path: Path) -> Bench:
    """A copy of one's own of the folder of keys."""
    (tmp_path / "keys").mkdir()
    for one in (kept.folder / "keys").iterdir():
        (tmp_path / "keys" / one.name).write_bytes(one.read_bytes())
    made = replace(kept.made, p12_path=str(tmp_path / "keys" / "seal-1.p12"))
    return replace(kept, folder=tmp_path, made=made)


def keys(bench: Bench) -> Path:
    return bench.folder / "keys"


def said_on_opening(bench: Bench, pin: str = PIN) -> Trouble:
    with pytest.raises(Trouble) as told, open_seal_key(bench.seal, keys(bench), pin):
        pass
    return told.value


def test_the_right_pin_opens_the_key_of_the_register_until_the_block_ends(bench: Bench) -> None:
    with open_seal_key(bench.seal, keys(bench), PIN) as key:
        assert len(key.sign(bytes(32))) == 256
        assert key.sign(bytes(32)) == key.sign(bytes(32)), "the same digest, the same bytes"
    with pytest.raises(Fault) as fault:
        key.sign(bytes(32))
    assert fault.value.code == "key_closed"


@pytest.mark.parametrize("pin", ["", "135790", PIN + " ", PIN[:-1], "二四六八"])
def test_a_wrong_pin_is_refused(bench: Bench, pin: str) -> None:
    trouble = said_on_opening(bench, pin)
    assert (type(trouble), trouble.code) == (Refusal, "wrong_pin")


def test_a_missing_key_file_is_named(bench: Bench) -> None:
    Path(bench.made.p12_path).unlink()
    trouble = said_on_opening(bench)
    assert (type(trouble), trouble.code) == (Outage, "key_file_missing")
    assert "seal-1.p12" in str(trouble)


def test_a_damaged_key_file_is_not_counted_as_a_wrong_pin(bench: Bench) -> None:
    file = Path(bench.made.p12_path)
    whole = file.read_bytes()
    for content in (whole[:900], b"hello", b""):
        file.write_bytes(content)
        trouble = said_on_opening(bench)
        assert (type(trouble), trouble.code) == (Outage, "key_file_damaged"), content


def test_a_key_file_is_private_and_never_overwritten(bench: Bench) -> None:
    file = Path(bench.made.p12_path)
    store_of("seal-new", "pkcs12", keys(bench)).make(PIN)
    assert stat.S_IMODE((keys(bench) / "seal-new.p12").stat().st_mode) == 0o600
    assert b"PRIVATE KEY" not in file.read_bytes()
    before = file.read_bytes()
    for make in (
        lambda: KeyFile(file).make(PIN),
        lambda: make_test_key(file.parent, PIN, ORGAN, "seal-1", valid_from=bench.now,
                              valid_to=bench.now + DAY),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            make()
        assert refused.value.code == "key_exists"
    assert file.read_bytes() == before


def test_the_key_of_another_seal_is_refused(bench: Bench) -> None:
    """By the certificate that the register names, whatever the file is called."""
    other = make_test_key(bench.folder / "other", PIN, ORGAN, "seal-1", valid_from=bench.now,
                          valid_to=bench.now + DAY)  # fmt: skip
    Path(bench.made.p12_path).write_bytes(Path(other.p12_path).read_bytes())
    trouble = said_on_opening(bench)
    assert (type(trouble), trouble.code) == (Refusal, "key_of_another_seal")
    assert "seal-1" in trouble.message
    named = replace(bench, seal=replace(bench.seal, certificate_sha256=""))
    assert said_on_opening(named).code == "key_of_another_seal", "a register that names none"


@pytest.mark.parametrize("place", ["none", "", "skf:Token", "pkcs11:"])
def test_a_seal_without_a_key_cannot_be_opened(bench: Bench, place: str) -> None:
    metal = replace(bench, seal=replace(bench.seal, key_place=place))
    assert said_on_opening(metal).code == "no_key"


def test_a_new_pin_opens_the_key_and_the_old_one_does_not(bench: Bench) -> None:
    change_seal_pin(bench.seal, keys(bench), PIN, NEW_PIN)
    with open_seal_key(bench.seal, keys(bench), NEW_PIN) as key:
        assert key.sign(bytes(32))
    assert said_on_opening(bench).code == "wrong_pin"
    assert not [one for one in keys(bench).iterdir() if one.name.startswith(".")]
    assert stat.S_IMODE(Path(bench.made.p12_path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("old", "new", "code"), [("135790", NEW_PIN, "wrong_pin"), (PIN, "12345", "pin_short")]
)
def test_a_pin_that_is_not_changed_stays(bench: Bench, old: str, new: str, code: str) -> None:
    before = Path(bench.made.p12_path).read_bytes()
    with pytest.raises(Refusal) as refused:
        change_seal_pin(bench.seal, keys(bench), old, new)
    assert refused.value.code == code
    assert Path(bench.made.p12_path).read_bytes() == before


def test_a_key_goes_from_request_to_certificate_to_signature(bench: Bench) -> None:
    """``key new``, ``request``, ``issue``, ``install``; renewed with the same key later."""
    store = store_of("seal-9", "pkcs12", keys(bench))
    store.make(PIN)
    seal = replace(bench.seal, seal_id="seal-9")
    assert said_on_opening(replace(bench, seal=seal)).code == "key_of_another_seal"
    authority = lone_authority("one", bench.now - DAY, bench.now + 90 * DAY)
    request = request_for(store, PIN, ORGAN, "seal-9")
    shas = []
    for days in (10, 20):
        pem = authority.answer(request, bench.now, bench.now + days * DAY)
        place = install_certificate(store, PIN, keys(bench), "seal-9", pem.encode())
        again = install_certificate(store, PIN, keys(bench), "seal-9", pem.encode())
        assert place == again, "installing twice is harmless"
        (seen,) = seen_certificates(place)
        assert "TEST" in seen.subject
        assert ORGAN in seen.subject
        shas.append(seen.sha256)
    assert sorted(one.name for one in keys(bench).glob("seal-9*.pem")) == [
        "seal-9-2.pem", "seal-9.pem",
    ]  # fmt: skip
    for sha256 in shas:  # the register decides which of the two is in use
        with open_seal_key(replace(seal, certificate_sha256=sha256), keys(bench), PIN) as key:
            assert key.sign(bytes(32))


def test_a_certificate_of_another_key_is_not_installed(bench: Bench) -> None:
    store = store_of("seal-9", "pkcs12", keys(bench))
    store.make(PIN)
    for content, code in (
        (bench.made.certificate_pem, "certificate_of_another_key"),
        (bench.made.ca_pem, "not_a_certificate"),
        ("hello", "not_a_certificate"),
    ):
        with pytest.raises(Refusal) as refused:
            install_certificate(store, PIN, keys(bench), "seal-9", content.encode())
        assert refused.value.code == code
    assert not (keys(bench) / "seal-9.pem").exists()


def test_what_cannot_be_replaced_leaves_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "list.crl").mkdir()
    for write in (write_over, write_new):
        with pytest.raises(Trouble) as told:
            write(tmp_path / "list.crl", b"new")
        assert told.value.code in ("key_unwritable", "key_exists")
    with pytest.raises(Outage) as outage:
        write_new(tmp_path / "list.crl" / "file" / "below", b"new")
        write_new(tmp_path / "list.crl" / "file" / "below" / "that", b"new")
    assert outage.value.code == "key_unwritable"
    assert [one.name for one in tmp_path.iterdir()] == ["list.crl"]
