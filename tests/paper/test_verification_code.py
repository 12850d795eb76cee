"""Serial, code and QR code on a sealed page: readable from the print, over nothing, signed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pymupdf
import pytest

from tests.paper.seal_kit import (
    MM,
    PIN,
    Bench,
    frozen_pdf,
    make_bench,
    nss_folder,
    open_key,
    pdfsig,
    poppler,
)
from workbench.paper import sign
from workbench.paper.sign import LookUp, sha256_of
from workbench.paper.verification_code import SIDE, WORDS, free_place
from workbench.rules.seal_custody import Placement, SealVerdict

ADDRESS = "http://verify.invalid:8080/"
HERE = Placement(-1, 120, 200)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("codes"))


def sealed(
    bench: Bench, frozen: Path, folder: Path, address: str = ADDRESS, at: Placement = HERE
) -> Path:
    target = folder / "sealed.pdf"
    with open_key(Path(bench.made.p12_path), PIN) as key:
        prepared = sign.prepare(
            frozen, bench.seal, at, folder / "part", bench.now, seam=True,
            look_up=LookUp(1047, address),
        )  # fmt: skip
        sign.fill(prepared, sign.sign_digest(key, prepared.digest), target)
    return target


def read(png: Path) -> str:
    """What stands in the codes of a picture; zbarimg ends with 4 where there is none."""
    done = subprocess.run(["zbarimg", "-q", "--raw", png], capture_output=True, check=False)
    assert done.returncode in (0, 4), done.stderr
    return done.stdout.decode().strip()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_telephone_reads_it_from_the_print(bench: Bench, tmp_path: Path, turn: int) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf", rotate=turn)
    at = Placement(-1, 120, 100)
    file = sealed(bench, frozen, tmp_path, at=at)
    text = read(poppler(file, 2, 150, tmp_path / "page.png"))
    assert text.startswith(ADDRESS)
    asked = parse_qs(urlsplit(text).query)
    assert asked == {"serial": ["1047"], "code": [sha256_of(frozen)[:16].upper()]}
    assert bench.judge(file.read_bytes()).verdict is SealVerdict.SEALED_INTACT


def test_without_an_address_it_says_the_same_as_text(bench: Bench, tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf")
    file = sealed(bench, frozen, tmp_path, address="")
    text = read(poppler(file, 2, 150, tmp_path / "page.png"))
    assert parse_qs(text)["serial"] == ["1047"]
    assert "Total document signed" in pdfsig(file, nss_folder(tmp_path / "nss", bench.made.ca_pem))
    assert sign.is_prefix(frozen, file)


def page_with(tmp_path: Path, *boxes: tuple[float, float, float, float]) -> Path:
    """An A4 page with a filled box of text in each of these places, in mm."""
    path = tmp_path / "boxes.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        for box in boxes:
            page.insert_text((box[0] * MM, (box[1] + 8) * MM), "taken " * 4, fontsize=9)
            page.insert_text((box[0] * MM, (box[3] - 8) * MM), "taken " * 4, fontsize=9)
        document.save(path, garbage=4, deflate=True)
    return path


CORNERS = {
    "bottom left": (12, 255, 62, 290), "bottom right": (140, 255, 200, 290),
    "top left": (12, 8, 62, 40), "top right": (140, 8, 200, 40),
}  # fmt: skip


def test_it_takes_the_first_corner_that_is_empty_and_covers_nothing(tmp_path: Path) -> None:
    taken: list[tuple[float, float, float, float]] = []
    found = []
    middle = Placement(1, 105, 150)
    for corner in CORNERS.values():
        found.append(free_place(page_with(tmp_path, *taken), 1, middle, 42))
        taken.append(corner)
    assert len(set(found)) == 4
    assert None not in found
    assert free_place(page_with(tmp_path, *taken), 1, middle, 42) is None
    near = Placement(1, 40, 265)
    assert free_place(page_with(tmp_path), 1, near, 42) != found[0], "nor under the seal"


def test_a_frame_around_the_page_is_no_obstacle_and_its_line_is(tmp_path: Path) -> None:
    path = tmp_path / "framed.pdf"
    for inset, free in ((20.0, True), (60.0, False)):
        with pymupdf.open() as document:
            page = document.new_page(width=595, height=842)
            page.draw_rect((inset, inset, 595 - inset, 842 - inset), width=1)
            document.save(path)
        place = free_place(path, 1, Placement(1, 105, 150), 42)
        assert (place is not None) is free


def test_a_scan_without_room_is_sealed_without_it(bench: Bench, tmp_path: Path) -> None:
    frozen = page_with(tmp_path, *CORNERS.values())
    file = sealed(bench, frozen, tmp_path, at=Placement(1, 105, 150))
    assert read(poppler(file, 1, 150, tmp_path / "p.png")) == ""
    assert bench.judge(file.read_bytes()).verdict is SealVerdict.SEALED_INTACT
    assert SIDE + WORDS < 60
