"""The samples of docs/samples keep what their page says, beside an outside verifier."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from workbench.paper.verify import verify_file

CASES = [
    ("sealed.pdf", "sealed-intact", ["Signature is Valid", "Total document signed"], []),
    ("changed-by-a-byte.pdf", "modified", ["Digest Mismatch"], []),
    ("forged-page-appended.pdf", "modified", ["Signature is Valid"], ["Total document signed"]),
]


@pytest.mark.parametrize(("name", "ours", "said", "unsaid"), CASES)
def test_our_verdict_beside_pdfsig(
    project_root: Path, name: str, ours: str, said: list[str], unsaid: list[str]
) -> None:
    """pdfsig calls the appended forged page valid; we never do (seal design section 6)."""
    folder = project_root / "docs" / "samples"
    trust = (folder / "demo-seal.pem").read_text(encoding="ascii")
    assert verify_file(folder / name, [trust]).verdict.value == ours
    outside = subprocess.run(
        ["pdfsig", str(folder / name)], capture_output=True, text=True, check=False
    ).stdout
    assert all(words in outside for words in said)
    assert not any(words in outside for words in unsaid)
