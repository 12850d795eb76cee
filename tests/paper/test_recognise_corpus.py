"""The real files of the corpus, where it stands: every row that is not about signatures."""

from __future__ import annotations

import ast
import csv
import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from workbench.paper.inspection import Inspector, inspect_file, render_page
from workbench.rules.materials import Inspection
from workbench.rules.refusals import Refusal

pytestmark = pytest.mark.long(15)
LONGEST = 20.0


def test_every_corpus_file_gets_its_verdict_in_time(
    corpus: Path | None, tmp_path: Path, depth: int
) -> None:
    """The manifest's verdict for each file, a bounded time, nothing altered.

    One child reads them one after the other, so none may leave it unfit for the next; the long
    run gives each a child of its own, as intake does.
    """
    if corpus is None:
        return  # the corpus is no part of the project
    faults = []
    with (corpus / "MANIFEST.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["class"] != "signed"]
    files = [corpus / row["file"] for row in rows]
    with Inspector() as one_child:
        ask = inspect_file if depth > 1 else one_child.inspect
        answers = [timed(ask, file) for file in files]
    for row, file, (answer, took) in zip(rows, files, answers, strict=True):
        if took > LONGEST:
            faults.append(f"{row['file']}: too slow")
        faults += [f"{row['file']}: {fault}" for fault in _faults(row, answer, file, tmp_path)]
        if hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            faults.append(f"{row['file']}: altered")
    assert faults == []
    assert len(rows) >= 50


def test_signed_files_also_get_an_answer(corpus: Path | None) -> None:
    """Whoever hands in a broken signature must not stop the intake."""
    if corpus is None:
        return
    with Inspector() as inspector:
        answers = {file: inspector.inspect(file) for file in (corpus / "signed").iterdir()}
    for file, answer in answers.items():
        assert answer.pages > 0 if answer.accepted else answer.reason, file.name
        assert answer.code != "paper.crashed", file.name


def timed(ask: Callable[[Path], Inspection], file: Path) -> tuple[Inspection, float]:
    start = time.monotonic()
    return ask(file), time.monotonic() - start


def _faults(row: dict[str, str], answer: Inspection, file: Path, folder: Path) -> list[str]:
    verdict = row["verdict"]
    if not answer.accepted and not answer.reason:
        return ["refused without a reason"]
    if answer.code == "paper.crashed":
        return [answer.reason]
    if verdict == "REJECT":
        return ["accepted"] if answer.accepted else []
    if verdict == "PASSWORD":
        word = ast.literal_eval(row["password"])
        good = not answer.accepted and inspect_file(file, word).accepted
        return [] if good else ["password not honoured"]
    if verdict in ("OPEN", "OPEN-SAFE"):
        return _open_faults(row, answer, file, folder)
    return ["opened with 0 pages"] if answer.accepted and not answer.pages else []


def _open_faults(row: dict[str, str], answer: Inspection, file: Path, folder: Path) -> list[str]:
    if not answer.accepted:
        return [f"refused: {answer.reason}"]
    if row["verdict"] == "OPEN-SAFE" and not answer.active_content:
        return ["active content not told"]
    stated = re.search(r"(?:pages|frames)=(\d+)", row["expected"])
    if stated and int(stated.group(1)) != answer.pages:
        return [f"{answer.pages} pages instead of {stated.group(1)}"]
    out = folder / "page.png"
    try:
        render_page(file, 1, 60, out)
    except Refusal as refusal:
        return [f"not drawn: {refusal}"]
    with Image.open(out) as picture:
        low, high = picture.convert("L").getextrema()
    return ["blank"] if low == high else []
