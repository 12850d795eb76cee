"""A real PKCS#11 token for tests: SoftHSM2 with a configuration and a folder of its own.

``SOFTHSM2_CONF`` stays set while the fixture lives, so that child processes see the token too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.paper.seal_kit import PIN, Bench, lone_authority, make_bench, said
from workbench.paper.key_requests import install_certificate, request_for
from workbench.paper.keys import store_of
from workbench.rules.moment import DAY
from workbench.rules.seal_custody import KeyMade

LABEL = "OneSeal"
PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
CONFIG = "directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"


def softhsm_module() -> str:
    """The module's file; a missing tool is a failure, not a reason to skip."""
    found = [one for one in PLACES if Path(one).is_file()]
    assert found, "softhsm2 is not installed"
    return found[0]


@dataclass(frozen=True)
class SoftToken:
    """One token, in a folder that can be moved away."""

    folder: Path
    module: str
    whole: bytes

    @property
    def place(self) -> str:
        """As the register names it (``Seal.key_place``)."""
        return f"pkcs11:{LABEL}"

    @contextmanager
    def pulled_out(self) -> Iterator[None]:
        """Without the token until the end of the block."""
        away = self.folder.with_name("pulled-out")
        self.folder.rename(away)
        try:
            yield
        finally:
            away.rename(self.folder)

    def mend(self) -> bool:
        """Whether a killed process left SoftHSM's file of the token empty; it is whole again then.

        At every login SoftHSM empties that file and writes it anew (2 of 40 kills hit the gap). The
        keys lie in other files. A device of metal has its counters in its own memory.
        """
        (file,) = self.folder.glob("*/token.object")
        if file.stat().st_size:
            return False
        file.write_bytes(self.whole)
        return True

    def key_files(self) -> dict[str, bytes]:
        """Every object of the token by file."""
        found = [one for one in self.folder.glob("*/*.object") if one.name != "token.object"]
        return {one.name: one.read_bytes() for one in found}

    def bench(self, folder: Path, seal_id: str) -> Bench:
        """A seal whose key this token has made, with a certificate of an authority of its own."""
        bench, keys = make_bench(folder), folder / "keys"
        store = store_of(seal_id, self.place, keys, self.module)
        store.make(PIN)
        authority = lone_authority(seal_id, bench.now - 2 * DAY, bench.now + 900 * DAY)
        pem = authority.answer(
            request_for(store, PIN, bench.seal.organ_name, seal_id),
            bench.now - 2 * DAY, bench.now + 900 * DAY,
        )  # fmt: skip
        install_certificate(store, PIN, keys, seal_id, pem.encode())
        made = KeyMade("", authority.pem, pem, sha256_of_pem(pem))
        seal = replace(
            bench.seal, seal_id=seal_id, key_place=self.place,
            certificate_sha256=made.certificate_sha256,
        )  # fmt: skip
        return replace(bench, made=made, seal=seal)


def sha256_of_pem(pem: str) -> str:
    """As the register names a certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


def make_token(folder: Path) -> SoftToken:
    """A fresh token with the tests' PIN. Sets ``SOFTHSM2_CONF``."""
    tokens = folder / "tokens"
    tokens.mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(CONFIG.format(folder=tokens), encoding="ascii")
    os.environ["SOFTHSM2_CONF"] = str(config)
    said("softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", "97531086",
         "--pin", PIN)  # fmt: skip
    (file,) = tokens.glob("*/token.object")
    return SoftToken(tokens, softhsm_module(), file.read_bytes())


def session_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    """One token for a process; the root conftest makes the fixture ``token`` of it. Two at once are
    not possible: the module reads one configuration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", "")  # brought back afterwards, whatever is set meanwhile
        yield make_token(tmp_path_factory.mktemp("token"))
