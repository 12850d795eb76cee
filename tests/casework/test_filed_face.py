"""The organ's own impression, filed by two persons, is what lands on the page (R49, R55, R57)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.journeys.hall import HEAD, Hall, run
from tests.paper.seal_kit import poppler, red_box_mm

SECURITY, SEAL, MM = "sec.admin", "seal-approval", 44


def face(path: Path) -> Path:
    """A ring with a heavy cross: nothing that the product would draw by itself."""
    side = round(MM / 25.4 * 700)
    picture = Image.new("RGB", (side + 60, side + 60), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((30, 30, side + 29, side + 29), outline=(210, 20, 30), width=30)
    middle = side // 2 + 30
    for box in ((middle - 40, 250, middle + 40, side - 190),
                (250, middle - 40, side - 190, middle + 40)):  # fmt: skip
        pen.rectangle(box, fill=(210, 20, 30))
    picture.save(path)
    return path


@pytest.mark.long(6)
def test_the_filed_impression_is_pressed(sealing: Hall, tmp_path: Path) -> None:
    picture = face(tmp_path / "impression.png")
    ruler = tmp_path / "ruler.pdf"
    sealing.run("seal", "ruler-page", SEAL, "--file", picture, "--size", MM, "--out", ruler,
                "--as", HEAD)  # fmt: skip
    left, _top, right, _bottom = red_box_mm(poppler(ruler, 1, 300, tmp_path / "r.png"), 300)
    assert right - left == pytest.approx(MM, abs=0.2)
    coarse = tmp_path / "coarse.png"
    Image.open(picture).resize((400, 400)).save(coarse)
    said = sealing.run("seal", "ask", SEAL, "new_face", "--file", coarse, "--field",
                       f"diameter_mm={MM}", "--reason", "filed", "--as", HEAD, code=1)  # fmt: skip
    assert "600 are needed" in said.err
    asked = sealing.run("seal", "ask", SEAL, "new_face", "--file", picture, "--field",
                        f"diameter_mm={MM}", "--reason", "filed", "--as", HEAD)  # fmt: skip
    number = asked.out.split()[0]
    sealing.run("seal", "confirm", number, "--as", SECURITY)
    case_no, _other = sealing.waiting()
    sealing.press(case_no)
    line = sealing.ledger()[-1]
    sealed = sealing.stored(line["sha256_after"])
    (found,) = run("verify", sealed, "--centre", sealing.url, "--json").records
    assert found["verdict"] == "sealed-intact"
    page, x, y = line["at"]
    png = poppler(sealed, page, 150, tmp_path / "page.png")
    sheet = Image.open(io.BytesIO(png.read_bytes())).convert("RGB")
    scale = 150 / 25.4
    red, green, _blue = sheet.getpixel((round(x * scale), round(y * scale)))
    assert red - green > 100, "the cross stands in the middle"
    off = sheet.getpixel((round((x + 9) * scale), round((y - 9) * scale)))
    assert off[0] - off[1] < 100, "and between its arms there is paper"
    left, top, right, bottom = red_box_mm(png, 150)
    assert right - left == pytest.approx(MM, abs=0.4)
    assert bottom - top == pytest.approx(MM, abs=0.4)
