"""How fine a scan is: what the viewer needs to show it pixel by pixel."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from workbench.paper.renderer import Renderer
from workbench.paper.sample_files import encode, pdf_of


def density(renderer: Renderer, path: Path) -> float:
    opened = renderer.open(path)
    return renderer.scan_density(opened.handle, 1)


def test_a_scan_says_how_fine_it_is(tmp_path: Path) -> None:
    picture = Image.new("L", (1654, 2339), 240)
    picture.save(tmp_path / "scan.png", dpi=(200, 200))
    (tmp_path / "scan.pdf").write_bytes(pdf_of([encode(picture, 200, 80)]))
    with pymupdf.open(tmp_path / "scan.pdf") as file:
        file[0].set_rotation(90)
        file.save(tmp_path / "turned.pdf")
    with pymupdf.open() as file:
        file.new_page().insert_text((72, 72), "no scan")
        file.save(tmp_path / "words.pdf")
    with Renderer() as renderer:
        for name in ("scan.png", "scan.pdf", "turned.pdf"):
            assert density(renderer, tmp_path / name) == pytest.approx(200 / 72, rel=0.01)
        assert density(renderer, tmp_path / "words.pdf") == 0.0
