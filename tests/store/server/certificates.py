"""Made-up certificates for a server that is reached by TLS: authorities, a server, clients.

Made with the ``openssl`` program, because the tests check what the client library thinks of them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path


def openssl(*words: object) -> None:
    call = ["openssl", *map(str, words)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def make_key(place: Path) -> Path:
    """A private key that only its owner reads."""
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", place)
    place.chmod(0o600)
    return place


def make_authority(folder: Path, name: str) -> Path:
    """Key and certificate of an authority; the certificate's path."""
    key, made = make_key(folder / f"{name}.key"), folder / f"{name}.crt"
    openssl("req", "-x509", "-new", "-key", key, "-out", made, "-days", "30", "-subj",
            f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE")  # fmt: skip
    return made


def issue(authority: Path, name: str, host: str = "") -> tuple[Path, Path]:
    """Certificate and key for a client's sign-in name, or for a server's host."""
    folder = authority.parent
    place = folder / f"{authority.stem}-{name}"
    key, asked, made = make_key(place.with_name(f"{place.name}.key")), f"{place}.csr", Path(
        f"{place}.crt"
    )
    openssl("req", "-new", "-key", key, "-out", asked, "-subj", f"/CN={name}")
    extension = folder / f"{place.name}.ext"
    extension.write_text(f"subjectAltName=DNS:{host}\n" if host else "keyUsage=digitalSignature\n")
    openssl("x509", "-req", "-in", asked, "-CA", authority, "-CAkey", authority.with_suffix(".key"),
            "-CAcreateserial", "-out", made, "-days", "30", "-extfile", extension)  # fmt: skip
    return made, key
