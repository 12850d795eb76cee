"""``verify`` refuses a sealed file after any one byte is changed, with the register and without."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, run
from tests.journeys.near import near_verifier

pytestmark = pytest.mark.long(4)

MOST = 7
"""Files for one call."""


def test_one_changed_byte_is_never_intact(
    sealing: Hall, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """A seeded sample by the command; every byte once is in the paper room's own tests."""
    case_no, _other = sealing.waiting()
    sealing.press(case_no)
    data = sealing.fetch(case_no).read_bytes()
    chance = random.Random(20261123)
    places = {0, len(data) - 1, data.rindex(b"/Contents"), data.rindex(b"%%EOF")}
    places |= set(chance.sample(range(len(data)), (MOST - len(places)) * depth))
    files = []
    for place in sorted(places):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        file = tmp_path / f"{place}.pdf"
        file.write_bytes(changed)
        files.append(file)
    pem = sealing.folder / "keys" / "seal-approval.pem"
    for option in (("--centre", sealing.url), ("--trust", pem)):
        with near_verifier():
            said = run("verify", *files, *option, "--json")
        assert said.code == 1
        assert len(said.records) == len(files)
        for found in said.records:
            assert found["verdict"] in ("modified", "invalid", "no-seal", "cannot-verify"), found
            assert found["reasons"]
        counted("files with one changed byte, judged by the command", len(files))


def test_appended_and_cut_off_bytes_are_seen(sealing: Hall, tmp_path: Path) -> None:
    case_no, _other = sealing.waiting()
    sealing.press(case_no)
    data = sealing.fetch(case_no).read_bytes()
    for name, changed in (("longer", data + b"\n"), ("shorter", data[:-1]), ("empty", b"")):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(changed)
        with near_verifier():
            said = run("verify", file, "--centre", sealing.url, "--json")
        assert said.code == 1
        assert said.records[0]["verdict"] != "sealed-intact"
