"""Installs a package folder as pip would: the files, METADATA, entry points and RECORD.

Used by the tests beside this file, so that misfits need no wheel and no network.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
from pathlib import Path

ZOO = Path(__file__).parent / "zoo"
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
GROUP = "oneseal.department"


def install(
    site: Path, source: Path, version: str = "1.0", entry: str = "", item: Path | None = None
) -> Path:
    """Copy the package into ``site`` with its metadata; returns the installed package folder."""
    name = source.name
    package = site / name
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    if item is not None:
        (package / "items").mkdir(exist_ok=True)
        shutil.copy(item, package / "items")
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8"
    )
    (info / "INSTALLER").write_text("test\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        f"[{GROUP}]\n{name} = {entry or name}\n", encoding="utf-8"
    )
    write_record(site, name, version)
    return package


def write_record(site: Path, name: str, version: str) -> None:
    """RECORD as the installer writes it: itself without a hash."""
    info = site / f"{name}-{version}.dist-info"
    lines = []
    for file in sorted([*(site / name).rglob("*"), *info.iterdir()]):
        if file.is_file() and file.name != "RECORD":
            data = file.read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append(f"{file.relative_to(site).as_posix()},sha256={digest},{len(data)}")
    lines.append(f"{info.name}/RECORD,,")
    (info / "RECORD").write_text("\n".join(lines) + "\n", encoding="utf-8")


def item_of(department: str, code: str) -> Path:
    """The shipped item file."""
    return PLUGINS / department / department / "items" / f"{code}.toml"
