"""The register of seals by the real commands: entered, asked, confirmed, listed, printed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.journeys.hall import CUSTODIAN, HEAD, WINDOW, Hall
from workbench import settings
from workbench.paper.seal_art import draw_seal, filed_seal, preview_png
from workbench.rules.seal_custody import DEMO_BOTTOM_TEXT, DEMO_RING_TEXT

SEAL, SECURITY = "seal-approval", "sec.admin"
AWAY = ("seal_away", "--reason", "收回", "--field", "box=B-3", "--field", "giver=林某",
        "--field", "receiver=邓某", "--witness", "郭某", "--witness", "何某")  # fmt: skip


def asked(hall: Hall, *words: str, who: str, code: int = 0) -> str:
    said = hall.run("seal", "ask", *words, "--as", who, code=code)
    return said.err if code else said.lines[0].split("  ")[0]


def text_of(file: Path) -> str:
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return told.stdout.decode()


def test_a_seal_is_entered_brought_into_use_and_put_away(hall: Hall, tmp_path: Path) -> None:
    """R49, R55, S166, S173: with the papers of each step."""
    away = asked(hall, SEAL, *AWAY, who=CUSTODIAN)
    (line,) = hall.run("seal", "changes", "--as", HEAD).lines
    assert line.startswith(f"{away}  {SEAL}  seal away  waits for a second person  sealed away")
    assert "another post" in hall.run("seal", "confirm", away, "--as", CUSTODIAN, code=1).err
    assert "done" in hall.run("seal", "confirm", away, "--as", HEAD).out
    assert hall.run("seal", "changes", "--as", HEAD).lines == []
    hall.run("seal", "form", away, "--out", tmp_path / "away.pdf", "--as", CUSTODIAN)
    printed = text_of(tmp_path / "away.pdf")
    for word in ("印章收缴封存登记表", "B-3", "林某", "邓某", "郭某、何某", "见证人签字", "封存"):
        assert word in printed, word
    hall.run("seal", "enter", "seal-2", "--kind", "approval_special", "--organ",
             "青云区行政审批局", "--ring", "青云区行政审批局演示专用", "--bottom", "行政审批专用章",
             "--reason", "新刻", "--as", SECURITY)  # fmt: skip
    use = asked(hall, "seal-2", "activate", "--reason", "启用", who=SECURITY)
    assert "waits" in hall.run("seal", "changes", "seal-2", "--as", WINDOW).lines[1]
    hall.run("seal", "confirm", use, "--as", HEAD)
    hall.run("seal", "form", use, "--out", tmp_path / "use.pdf", "--as", HEAD)
    printed = text_of(tmp_path / "use.pdf")
    assert "印章启用备案表" in printed and "公告" in printed and "起启用" in printed
    again = hall.run("seal", "form", use, "--out", tmp_path / "use.pdf", "--as", HEAD, code=1)
    assert "is there already" in again.err


def test_a_change_is_declined_or_taken_back(hall: Hall) -> None:
    first = asked(hall, SEAL, "renew", "--reason", "worn", who=HEAD)
    assert "another person" in hall.run("seal", "confirm", first, "--as", HEAD, code=1).err
    assert "declined" in hall.run(
        "seal", "decline", first, "--reason", "not yet", "--as", SECURITY
    ).out  # fmt: skip
    second = asked(hall, SEAL, "renew", "--reason", "worn", who=HEAD)
    assert "Only who asked" in hall.run("seal", "withdraw", second, "--as", SECURITY, code=1).err
    assert "withdrawn" in hall.run("seal", "withdraw", second, "--as", HEAD).out
    assert hall.run("seal", "state", SEAL, "--as", HEAD).lines[0] == f"{SEAL}  in use"


def test_a_form_that_does_not_fit_the_step_is_told(hall: Hall, tmp_path: Path) -> None:
    wrong = hall.run("seal", "ask", SEAL, "seal_away", "--reason", "x", "--field", "colour=red",
                     "--as", CUSTODIAN, code=2)  # fmt: skip
    assert "has no field colour" in wrong.err and "box giver receiver" in wrong.err
    assert "not filled in" in asked(hall, SEAL, "destroy", "--reason", "x", who=HEAD, code=1)
    said = hall.run("seal", "form", "999", "--out", tmp_path / "x.pdf", "--as", HEAD, code=1)
    assert "no change 999" in said.err


def test_certificates_are_public_and_a_new_one_takes_two(hall: Hall, tmp_path: Path) -> None:
    """The sample's own certificates are filed from the first day on."""
    listed = hall.run("seal", "certificates", "--out", tmp_path / "out", "--as", WINDOW).lines
    assert [line.split("  ")[0] for line in listed] == [SEAL], "the other one is of metal"
    other = hall.another_key()
    hall.run("seal", "enter", "seal-other", "--kind", "business_special", "--organ", "某局",
             "--ring", "某局", "--certificate", other, "--reason", "新制",
             "--as", SECURITY)  # fmt: skip
    said = asked(hall, SEAL, "new_certificate", "--file", str(other), "--reason", "x",
                 who=SECURITY, code=1)  # fmt: skip
    assert "belongs to the seal seal-other" in said
    own = next((tmp_path / "out").glob(f"{SEAL}-*.pem"))
    again = asked(hall, SEAL, "new_certificate", "--file", str(own), "--reason", "x", who=SECURITY)
    assert "done" in hall.run("seal", "confirm", again, "--as", HEAD).out
    assert len(hall.run("seal", "certificates", SEAL, "--as", WINDOW).lines) == 1


def test_an_impression_is_filed_and_taken_out_again(hall: Hall, tmp_path: Path) -> None:
    picture, out = tmp_path / "face.png", tmp_path / "out.png"
    picture.write_bytes(preview_png(draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 42)))
    number = asked(hall, SEAL, "new_face", "--file", str(picture), "--field", "diameter_mm=42",
                   "--reason", "备案", who=CUSTODIAN)  # fmt: skip
    hall.run("seal", "faces", SEAL, "--number", 1, "--out", out, "--as", HEAD)
    assert filed_seal(out.read_bytes(), 42).size_px == 992, "the second one looks beforehand"
    hall.run("seal", "confirm", number, "--as", HEAD)
    (line,) = hall.run("seal", "faces", SEAL, "--as", WINDOW).lines
    assert line.startswith("1  42 mm") and line.split("  ")[3:5] == [CUSTODIAN, HEAD]
    told = hall.run("seal", "faces", SEAL, "--out", tmp_path / "no.png", "--as", WINDOW, code=1)
    assert "another post" in told.err


def test_how_an_organ_works_is_shown_and_set(hall: Hall) -> None:
    """S166."""
    organ = "青云区行政审批局"
    assert f"{organ}  one approval seal" in hall.run("seal", "mode", "--as", WINDOW).lines
    assert "another post" in hall.run(
        "seal", "mode", organ, "many_seals", "--as", CUSTODIAN, code=1
    ).err  # fmt: skip
    said = hall.run("seal", "mode", organ, "many_seals", "--as", HEAD)
    assert f"{organ}  one seal a trade" in said.lines


def test_a_register_is_imported_and_counted(hall: Hall, tmp_path: Path) -> None:
    """S020: the totals match; a wrong list enters nothing."""
    shipped = settings.resources_dir() / "sample_centre" / "registers" / "seals_in_trades.csv"
    broken = tmp_path / "broken.csv"
    broken.write_text(shipped.read_text("utf-8").replace("在用", "弄丢", 1), "utf-8")
    said = hall.run("seal", "import-register", broken, "--reason", "x", "--as", SECURITY, code=1)
    assert "Row 2, column status" in said.err and "No seal was entered" in said.err
    done = hall.run("seal", "import-register", shipped, "--reason", "下放", "--as", SECURITY)
    assert done.lines[0] == "71 seals entered."
    numbers = done.lines[2].removeprefix("workbench seal confirm ").partition(" --as")[0].split()
    assert len(numbers) == 71
    hall.run("seal", "confirm", *numbers, "--as", HEAD)
    counted = hall.run("seal", "totals", "--as", WINDOW).lines
    assert "民政服务  7  in use 7" in counted
    # The sample has two seals of its own, without a category.
    assert counted[-1] == "73 seals in 11 categories"
