"""``seal key``, ``seal authority`` and ``slot take-lists``, as an administrator calls them."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, run
from tests.paper.token_kit import SoftToken
from workbench import settings
from workbench.commands import seal_authority
from workbench.commands.surroundings import sample_passwords
from workbench.paper.authority_lists import REASONS
from workbench.paper.keys import open_seal_key
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Seal
from workbench.store import open_centre

PIN = "246810"


@pytest.fixture
def words(hall: Hall) -> str:
    """The passphrase of the sample centre's authority."""
    return sample_passwords(hall.folder)["AUTHORITY"]


def seal_with(place: str, sha256: str, sample: Seal) -> Seal:
    return replace(sample, seal_id="seal-new", key_place=place, certificate_sha256=sha256)


def sample_seal(hall: Hall) -> Seal:
    centre = open_centre(hall.url)
    try:
        return next(one for one in centre.session_as("lin.shu").seals())
    finally:
        centre.close()


def test_the_sample_centre_has_one_authority_for_all_its_seals(hall: Hall, words: str) -> None:
    keys = hall.folder / "keys"
    assert sorted(one.name for one in keys.iterdir()) == [
        "authority-ca.pem", "authority.crl", "authority.p12", "seal-approval.p12",
        "seal-approval.pem",
    ], "the registration seal is of metal"  # fmt: skip
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in keys.iterdir())
    assert len(words) >= 20
    assert words != hall.pin
    said = run("seal", "key", "info", "seal-approval", "--centre", hall.url)
    assert said.code == 0
    assert "it is there" in said.out
    assert sample_seal(hall).certificate_sha256 in run(
        "seal", "key", "info", sample_seal(hall).seal_id, "--centre", hall.url
    ).out  # fmt: skip
    carried = {one.name for one in settings.public_files(hall.folder)}
    assert {"authority-ca.pem", "authority.crl", "seal-approval.pem"} <= carried
    assert not [one for one in carried if one.endswith(".p12")]


@pytest.mark.parametrize("where", ["file", "token"])
def test_a_key_from_new_to_signing(
    hall: Hall, words: str, token: SoftToken, where: str, tmp_path: Path
) -> None:
    place = token.place if where == "token" else "pkcs12"
    (hall.folder / "pkcs11-module.txt").write_text(token.module)
    at, key = ("--centre", hall.url), ("--in", place, "--centre", hall.url)
    assert run("seal", "key", "new", "seal-new", *key, pin=PIN).code == 0
    again = run("seal", "key", "new", "seal-new", *key, pin=PIN)
    assert (again.code, "is there already" in again.err) == (1, True)
    assert run("seal", "key", "request", "seal-new", "--organ", "青云区", *key, pin=PIN).code == 0
    request, answer = hall.folder / "keys" / "seal-new.csr", tmp_path / "answer.pem"
    said = run("seal", "authority", "issue", request, answer, *at, pin=words)
    assert said.code == 0, said.err
    wrong = run("seal", "key", "install", "seal-new", answer, *key, pin="135790")
    assert (wrong.code, "PIN is wrong" in wrong.err) == (1, True)
    said = run("seal", "key", "install", "seal-new", answer, *key, pin=PIN)
    assert said.code == 0, said.err
    sha256 = said.out.split()[-1]
    assert run("seal", "key", "change-pin", "seal-new", *key, pin=f"{PIN}\n975310").code == 0
    seal = seal_with(place, sha256, sample_seal(hall))
    try:
        with open_seal_key(seal, hall.folder / "keys", "975310", token.module) as opened:
            assert opened.sign(bytes(32))
        with (
            pytest.raises(Refusal),
            open_seal_key(seal, hall.folder / "keys", PIN, token.module),
        ):
            pass
    finally:
        assert run("seal", "key", "change-pin", "seal-new", *key, pin=f"975310\n{PIN}").code == 0
    info = run("seal", "key", "info", "seal-new", *key)
    assert (info.code, sha256 in info.out) == (0, True)
    for said in (again, wrong, info):
        assert PIN not in said.out + said.err


def test_what_is_not_there_is_said(hall: Hall, token: SoftToken) -> None:
    at = ("--centre", hall.url)
    assert run("seal", "key", "info", "seal-none", *at).code == 1
    said = run("seal", "key", "info", "seal-approval", "--in", token.place, *at)
    assert (said.code, "pkcs11-module.txt" in said.err) == (3, True)
    (hall.folder / "pkcs11-module.txt").write_text(token.module)
    said = run("seal", "key", "info", "seal-none", "--in", "pkcs11:Elsewhere", *at)
    assert (said.code, "not there" in said.out) == (1, True)
    for words in (("new", "s"), ("request", "s", "--organ", "o"), ("change-pin", "s")):
        said = run("seal", "key", *words, "--in", "somewhere", *at, pin=PIN)
        assert (said.code, "no key of seal s in somewhere" in said.err) == (1, True)
    assert run("seal", "key", "info", "s", "--centre", hall.folder / "none.db").code == 3
    assert run("seal", "key", "new", "s", *at, pin="12345").code == 1


def test_revoked_by_the_authority_and_seen_by_everybody(hall: Hall, words: str) -> None:
    at = ("--centre", hall.url)
    assert "List 1" in run("seal", "authority", "list-revoked", *at).out
    pem = hall.another_key()
    revoke = ("seal", "authority", "revoke", pem, "--reason", "key_compromise", *at)
    wrong = run(*revoke, pin=hall.pin)
    assert (wrong.code, "does not open" in wrong.err) == (1, True), "the PIN is not the passphrase"
    assert run(*revoke, "--since", "2026-13-01", pin=words).code == 2
    assert run(*revoke, pin=words).code == 0
    assert run(*revoke, pin=words).code == 1
    assert "List 3" in run("seal", "authority", "publish", *at, pin=words).out
    said = run("seal", "authority", "list-revoked", *at)
    assert said.lines[-1].endswith("key_compromise")
    assert len(said.lines) == 2


def test_a_centre_of_before_founds_its_authority_now(hall: Hall) -> None:
    at, keys = ("--centre", hall.url), hall.folder / "keys"
    new = ("seal", "authority", "new", "青云区", *at)
    assert run(*new, pin="four words are enough").code == 1, "one is there"
    for one in keys.glob("authority*"):
        one.unlink()
    said = run("seal", "authority", "issue", keys / "seal-approval.pem", keys / "x.pem", *at)
    assert (said.code, "keeps no test authority" in said.err) == (1, True)
    assert run(*new, pin="short").code == 1
    assert run(*new, "--days", "0", pin="four words are enough").code == 2
    assert not list(keys.glob("authority*"))
    assert run(*new, pin="four words are enough").code == 0
    assert len(list(keys.glob("authority*"))) == 3


def test_dropped_lists_are_taken_in(hall: Hall, words: str, tmp_path: Path) -> None:
    take = ("slot", "take-lists", "--centre", hall.url)
    assert "No new revocation list" in run(*take).out
    drop = hall.folder / "revocation-lists"
    drop.mkdir()
    other = shutil.copytree(hall.folder, tmp_path / "authority")
    pem = other / "keys" / "seal-approval.pem"
    assert run("seal", "authority", "revoke", pem, "--reason", "superseded", "--centre",
               other / "centre.db", pin=words).code == 0  # fmt: skip
    (drop / "new.crl").write_bytes((other / "keys" / "authority.crl").read_bytes())
    said = run(*take)
    assert (said.code, "new.crl: in use" in said.out) == (0, True), said.out + said.err
    assert run("seal", "authority", "list-revoked", "--centre", hall.url).out.count("superseded")
    (drop / "bad.crl").write_text("hello")
    said = run(*take)
    assert (said.code, said.out.startswith("bad.crl: ")) == (1, True)


def test_the_words_for_reasons_are_those_of_the_list() -> None:
    assert tuple(REASONS) == seal_authority.REASONS
