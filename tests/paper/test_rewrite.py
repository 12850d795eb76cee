"""What is approved is the rewritten file: no object that no page uses, equal bytes each time."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from tests.paper.seal_kit import frozen_pdf
from workbench.paper.prepress import check_clean
from workbench.paper.rewrite import rewritten


def test_what_no_page_uses_is_gone_and_the_pages_stay(tmp_path: Path) -> None:
    """A page hidden beside the page tree is how a shadow file is prepared (seal design 6)."""
    frozen = frozen_pdf(tmp_path / "f.pdf")
    with pymupdf.open(frozen) as document:
        xref = document.get_new_xref()
        document.update_object(xref, "<</Type/Annot/Contents(another sum)>>")
        data = document.tobytes(garbage=0)
    frozen.write_bytes(data)
    assert b"another sum" in data and check_clean(frozen) == ("annotation",)
    clean = rewritten(frozen.read_bytes())
    target = tmp_path / "clean.pdf"
    target.write_bytes(clean)
    assert b"another sum" not in clean
    assert check_clean(target) == ()
    with pymupdf.open(frozen) as before, pymupdf.open(target) as after:
        assert [one.get_text() for one in before] == [one.get_text() for one in after]
        assert len(after) == 2


def test_earlier_revisions_are_gone(tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "f.pdf")
    with pymupdf.open(frozen) as document:
        document[0].insert_text((90, 200), "added later")
        document.saveIncr()
    assert "revisions" in check_clean(frozen)
    target = tmp_path / "clean.pdf"
    target.write_bytes(rewritten(frozen.read_bytes()))
    assert check_clean(target) == ()


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    data = frozen_pdf(tmp_path / "f.pdf").read_bytes()
    assert rewritten(data) == rewritten(data)
    assert rewritten(rewritten(data)) == rewritten(data)


def test_a_damaged_file_is_not_repaired() -> None:
    with pytest.raises(ValueError, match="not a readable PDF"):
        rewritten(b"%PDF-1.7\nno table\n%%EOF\n")
