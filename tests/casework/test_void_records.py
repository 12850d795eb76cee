"""The record of a document that was voided after it was sealed (T23b, E14)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.journeys.hall import Hall

pytestmark = pytest.mark.long(8)
APPROVER = "zhang.wei"


def text_of(file: Path) -> str:
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return "".join(told.stdout.decode().split())


def test_the_record_names_the_old_document_and_the_one_in_its_place(
    sealing: Hall, tmp_path: Path
) -> None:
    case_no, keeper = sealing.waiting()[0], sealing.keeper()
    sealing.step = 0.2
    sealing.press(case_no)
    old = next(one for one in sealing.ledger() if one["case_no"] == case_no)
    serial = str(old["serial"])
    early = sealing.run("seal", "void-record", serial, "--out", tmp_path / "early.pdf",
                        "--as", keeper, code=1)  # fmt: skip
    assert serial in early.err and not (tmp_path / "early.pdf").exists()
    before = sealing.stored(old["sha256_after"]).read_bytes()
    sealing.move(keeper, case_no, "propose_void", void_reason={"text": "姓名有误"})
    sealing.move(APPROVER, case_no, "confirm_void")
    sealing.run("seal", "void-record", serial, "--out", tmp_path / "alone.pdf", "--as", keeper)
    alone = text_of(tmp_path / "alone.pdf")
    number = old["document_id"].split("/", 1)[1]
    for word in ("文书作废登记表", case_no, number, old["sha256_before"], old["sha256_after"],
                 "姓名有误", "（无）"):  # fmt: skip
        assert word in alone, word
    sealing.run("freeze", case_no, "--as", APPROVER)
    sealing.press(case_no)
    new = [one for one in sealing.ledger() if one["case_no"] == case_no][-1]
    sealing.run("seal", "void-record", serial, "--out", tmp_path / "both.pdf", "--as", keeper)
    both = text_of(tmp_path / "both.pdf")
    assert new["document_id"].split("/", 1)[1] in both and number in both
    assert sealing.stored(old["sha256_after"]).read_bytes() == before, "never touched"
