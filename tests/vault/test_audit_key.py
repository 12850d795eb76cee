"""The auditor's own key: locked in a file, opened with its passphrase, never written over."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.rules.audit_days import fingerprint
from workbench.rules.refusals import Outage, Refusal
from workbench.vault.audit_key import key_file, make_key, open_key, signature_fits

WORDS = "plum rain ferry lantern"


def test_what_it_signs_another_program_verifies(tmp_path: Path) -> None:
    made = make_key(tmp_path, WORDS)
    key = open_key(tmp_path, made.public_key, WORDS)
    text = "登记 2026-03-02"
    signature = key.sign(text)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(made.public_key)).verify(
        bytes.fromhex(signature), text.encode()
    )
    assert key.public_key == made.public_key
    assert signature_fits(made.public_key, signature, text)
    other = make_key(tmp_path, WORDS).public_key
    for key_said, said, signed in (
        (made.public_key, signature, text + " "), (other, signature, text), ("", signature, text),
        (made.public_key, "", text), (made.public_key, "xyz", text), ("ab", signature, text),
    ):  # fmt: skip
        assert not signature_fits(key_said, said, signed)


def test_the_file_is_the_persons_alone_and_holds_no_secret(tmp_path: Path) -> None:
    made = make_key(tmp_path, WORDS)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.path.name == f"{fingerprint(made.public_key)[:16]}.json"
    assert WORDS not in made.path.read_text("utf-8")


def test_without_the_passphrase_or_the_file_it_stays_shut(tmp_path: Path) -> None:
    made = make_key(tmp_path, WORDS)
    for words in ("", WORDS + " ", WORDS.upper()):
        with pytest.raises(Refusal) as caught:
            open_key(tmp_path, made.public_key, words)
        assert caught.value.code == "passphrase_wrong"
    kept = json.loads(made.path.read_text("utf-8"))
    for damage in ("", "[]", "{", json.dumps({**kept, "salt": 5}), json.dumps({"form": "x"})):
        made.path.write_text(damage, encoding="utf-8")
        with pytest.raises(Refusal) as caught:
            open_key(tmp_path, made.public_key, WORDS)
        assert caught.value.code == "audit_key_file"


def test_a_locked_key_cannot_be_passed_off_as_another(tmp_path: Path) -> None:
    """The public half is bound to the lock: a file put in the place of another does not open."""
    one, two = make_key(tmp_path, WORDS), make_key(tmp_path, WORDS)
    two.path.write_bytes(one.path.read_bytes())
    with pytest.raises(Refusal) as caught:
        open_key(tmp_path, two.public_key, WORDS)
    assert caught.value.code == "passphrase_wrong"


def test_a_short_passphrase_and_a_missing_folder_make_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        make_key(tmp_path, "eleven char")
    assert caught.value.code == "passphrase_short"
    with pytest.raises(Outage) as lost:
        make_key(tmp_path / "nowhere", WORDS)
    assert lost.value.code == "audit_key_unwritable"
    assert list(tmp_path.iterdir()) == []
    assert key_file(tmp_path, "ab").parent == tmp_path
