"""What may be frozen: nothing that moves, hides or was added later (seal design section 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest

from tests.paper.seal_kit import frozen_pdf, make_bench, press
from workbench.paper.prepress import check_clean, clean_text, page_has_text
from workbench.rules.seal_custody import Placement


def test_plain_paper_is_clean(tmp_path: Path) -> None:
    assert check_clean(frozen_pdf(tmp_path / "f.pdf")) == ()


def test_sealed_paper_is_not_sealed_again(tmp_path: Path) -> None:
    sealed = press(make_bench(tmp_path), frozen_pdf(tmp_path / "f.pdf"), "s", Placement(1, 90, 90))
    assert {"signature", "revisions", "form", "annotation"} <= set(check_clean(sealed))


def root(key: str, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document.Root[key] = value

    return change


def hidden(**entries: Any) -> Callable[[Any], None]:
    """An object in a corner where no viewer looks."""

    def change(document: Any) -> None:
        document.Root["/PieceInfo"] = document.make_indirect(
            pikepdf.Dictionary({f"/{key}": value for key, value in entries.items()})
        )

    return change


def attach(document: Any) -> None:
    document.attachments["a.txt"] = b"other"


def annotate(document: Any) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text,
                              Rect=[0, 0, 9, 9])  # fmt: skip
    document.pages[0].obj["/Annots"] = document.make_indirect(pikepdf.Array([note]))


def page_action(document: Any) -> None:
    document.pages[0].obj["/AA"] = pikepdf.Dictionary()


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
DIRTY: dict[str, tuple[Callable[[Any], None], str]] = {
    "form": (root("/AcroForm", pikepdf.Dictionary(Fields=[])), "form"),
    "layers": (root("/OCProperties", pikepdf.Dictionary()), "layers"),
    "script at opening": (root("/OpenAction", SCRIPT), "action"),
    "hidden action": (hidden(S=pikepdf.Name.Launch), "action"),
    "hidden script": (hidden(JS=pikepdf.String("x")), "action"),
    "hidden layer": (hidden(Type=pikepdf.Name.OCG), "layers"),
    "hidden field": (hidden(FT=pikepdf.Name.Tx), "form"),
    "hidden signature": (hidden(ByteRange=[0, 1, 2, 3]), "signature"),
    "attachment": (attach, "embedded_file"),
    "note": (annotate, "annotation"),
    "page action": (page_action, "action"),
}


@pytest.mark.parametrize("name", DIRTY)
def test_what_could_move_is_found(tmp_path: Path, name: str) -> None:
    change, reason = DIRTY[name]
    with pikepdf.open(frozen_pdf(tmp_path / "f.pdf")) as document:
        change(document)
        document.save(tmp_path / "dirty.pdf")
    found = check_clean(tmp_path / "dirty.pdf")
    assert reason in found
    assert all(clean_text(code) != code for code in found)


def test_object_that_nothing_refers_to_is_found(tmp_path: Path) -> None:
    """How the shadow attacks prepare a file: the forged part lies there before the seal."""
    with pymupdf.open(frozen_pdf(tmp_path / "f.pdf")) as document:
        number = document.get_new_xref()
        document.update_object(number, "<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]>>")
        document.save(tmp_path / "shadow.pdf", garbage=0)
    assert check_clean(tmp_path / "shadow.pdf") == ("annotation",)


def test_second_revision_is_found(tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "f.pdf")
    with pymupdf.open(frozen) as document:
        document[0].insert_text((90, 300), "later")
        document.saveIncr()
    assert check_clean(frozen) == ("revisions",)


def test_encryption_is_found(tmp_path: Path) -> None:
    with pikepdf.open(frozen_pdf(tmp_path / "f.pdf")) as document:
        document.save(tmp_path / "owner.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
        document.save(tmp_path / "user.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    assert "encrypted" in check_clean(tmp_path / "owner.pdf")
    assert "encrypted" in check_clean(tmp_path / "user.pdf")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"GIF89a"])
def test_damage_is_found(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.pdf").write_bytes(content)
    assert "damaged" in check_clean(tmp_path / "f.pdf")


def test_bytes_after_the_end_are_found(tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "f.pdf")
    frozen.write_bytes(frozen.read_bytes() + b"% more\n")
    assert check_clean(frozen) == ("damaged",)


def test_blank_page_is_told_from_a_written_one(tmp_path: Path) -> None:
    """R54, R56: no seal on blank paper."""
    with pymupdf.open() as document:
        document.new_page().insert_text((90, 90), "words")
        document.new_page()
        document.save(tmp_path / "f.pdf")
    assert page_has_text(tmp_path / "f.pdf", 1)
    assert not page_has_text(tmp_path / "f.pdf", 2)
    assert not page_has_text(tmp_path / "f.pdf", -1)
    assert not page_has_text(tmp_path / "f.pdf", 7)
