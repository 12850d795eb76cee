"""What a file is and whether it can be taken in: ``recognise`` and ``inspect_file``."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from PIL import Image

from tests.paper import made_files
from workbench.paper.inspection import Inspector, inspect_file
from workbench.paper.reasons import reason, warning
from workbench.paper.recognise import recognise
from workbench.rules.materials import LIMITS, Inspection, Kind


def inspected(files: list[Path]) -> list[Inspection]:
    """One child after the other files; it serves until a file ends it."""
    with Inspector() as inspector:
        return [inspector.inspect(file) for file in files]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "empty"),
        (b"junk from a mail program\n%PDF-1.4\n", Kind.PDF),
        (b"%\xe2\xe3 1 0 obj <<>> endobj startxref 0", Kind.PDF),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        (b"MM\0*\0\0\0\x08", Kind.TIFF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "office"),
        (b"MZ\x90\0", "program"),
        (b"<!DOCTYPE html><html>", "web"),
        ("申请书 plain words".encode(), "text"),
        (b"\0\x01\x02\x03\x04", "unknown"),
        (b"PK\x03\x04 broken", "archive"),
    ],
)
def test_the_kind_comes_from_the_content_whatever_the_name(
    tmp_path: Path, head: bytes, kind: str
) -> None:
    file = tmp_path / "scan.jpg"
    file.write_bytes(head)
    assert recognise(file) == kind


def test_a_zip_is_never_a_comic_book_but_may_be_an_office_file(tmp_path: Path) -> None:
    import zipfile

    comic = made_files.comic_zip(tmp_path / "comic.pdf")
    word = tmp_path / "letter.ofd"
    with zipfile.ZipFile(word, "w") as box:
        box.writestr("[Content_Types].xml", "<Types/>")
    answers = inspected([comic, word])
    assert [a.accepted for a in answers] == [False, False]
    assert answers[0].code == "paper.archive" and "Unpack" in answers[0].reason
    assert answers[1].code == "paper.office" and "Print it to PDF" in answers[1].reason


def test_an_ofd_is_counted_and_said_not_to_be_drawn(tmp_path: Path) -> None:
    answer = inspect_file(made_files.ofd(tmp_path / "licence.ofd"))
    assert (answer.accepted, answer.kind, answer.pages) == (True, "ofd", 4)
    assert any("cannot be drawn" in text for text in answer.warnings)
    assert any("2 seals" in text for text in answer.warnings)


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
        "<a><Page BaseLoc='Pages/absent.xml'/></a>",
        "<a>not closed",
        "<a/>",
    ],
)
def test_a_bad_ofd_is_refused_plainly(tmp_path: Path, document: str) -> None:
    answer = inspect_file(made_files.ofd(tmp_path / "x.ofd", document=document))
    assert not answer.accepted and answer.reason


def test_a_wrongly_named_file_opens_by_content_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "布局.jpg"
    made_files.corner_picture().save(file, "PNG")
    answer = inspect_file(file)
    assert (answer.accepted, answer.kind, answer.file) == (True, "png", str(file))
    assert any("png" in text for text in answer.warnings)


def test_a_file_of_the_content_store_has_no_ending_and_no_complaint(tmp_path: Path) -> None:
    made_files.pdf(tmp_path / "a.pdf").rename(tmp_path / "ab12cd")
    assert inspect_file(tmp_path / "ab12cd").warnings == ()


def test_what_is_no_file_is_told_apart(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    empty = tmp_path / "empty.pdf"
    empty.touch()
    absent, folder, fifo, zero = (
        inspect_file(p) for p in (tmp_path / "absent.pdf", tmp_path, pipe, empty)
    )
    assert [a.code for a in (absent, folder, fifo, zero)] == [
        "paper.missing",
        "paper.not-a-file",
        "paper.not-a-file",
        "paper.empty",
    ]
    assert "0 bytes" in zero.reason


def test_bombs_and_stumps_are_refused_with_their_reason(tmp_path: Path) -> None:
    whole = tmp_path / "whole.png"
    Image.effect_noise((300, 300), 90).save(whole)
    stump = tmp_path / "stump.png"
    stump.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    jpeg = tmp_path / "whole.jpg"
    Image.effect_noise((300, 300), 90).save(jpeg)
    half_jpeg = tmp_path / "half.jpg"
    half_jpeg.write_bytes(jpeg.read_bytes()[: jpeg.stat().st_size // 2])
    no_trailer = tmp_path / "no.pdf"
    no_trailer.write_bytes(b"%PDF-1.7\n%%EOF\n")
    files = [made_files.png_bomb(tmp_path / "bomb.png"), stump, half_jpeg, no_trailer]
    answers = inspected(files)
    assert [a.accepted for a in answers] == [False] * 4
    assert answers[0].code == "paper.too-many-pixels" and "150 million" in answers[0].reason
    assert answers[1].code == answers[2].code == "paper.truncated"
    assert answers[3].code in ("paper.damaged", "paper.no-pages")


def test_a_pdf_that_breaks_off_is_never_taken_in_with_pages_missing(tmp_path: Path) -> None:
    """The engine opens what is left of it; a clerk would take in two pages of three."""
    whole = made_files.pdf(tmp_path / "whole.pdf", 3).read_bytes()
    cuts = [len(whole) * tenth // 10 for tenth in range(1, 10)] + [len(whole) - 30]
    files = []
    for number, size in enumerate(cuts):
        files.append(tmp_path / f"cut-{number}.pdf")
        files[-1].write_bytes(whole[:size])
    answers = inspected(files)
    assert [a.pages for a in answers if a.accepted] == []
    assert {a.code for a in answers} <= {"paper.truncated", "paper.no-pages", "paper.damaged"}
    assert "paper.truncated" in {a.code for a in answers}


def test_a_password_is_asked_for_and_not_blamed_alone(tmp_path: Path) -> None:
    file = made_files.encrypted_pdf(tmp_path / "locked.pdf", "青云-test")
    locked, wrong, opened = (inspect_file(file, word) for word in (None, "guess", "青云-test"))
    assert locked.code == "paper.locked-or-damaged" and "password" in locked.reason
    assert wrong.code == "paper.wrong-password" and "damaged" in wrong.reason
    assert opened.accepted and opened.pages == 2
    assert "青云-test" not in repr((locked, wrong, opened))


def test_active_content_is_named_and_none_of_it_runs(tmp_path: Path) -> None:
    answer = inspect_file(made_files.active_pdf(tmp_path / "active.pdf"))
    assert answer.accepted
    assert set(answer.active_content) == {
        "javascript",
        "auto-print",
        "launch",
        "embedded-files",
        "form",
        "submit-form",
        "external-link",
    }


def test_a_title_that_speaks_of_javascript_is_no_script(tmp_path: Path) -> None:
    with pymupdf.open() as file:
        file.new_page().insert_text((72, 72), "words")
        file.set_metadata({"title": "/JavaScript /S /Launch"})
        file.save(tmp_path / "title.pdf")
    assert inspect_file(tmp_path / "title.pdf").active_content == ()


def test_a_name_spelt_with_escapes_is_still_a_script(tmp_path: Path) -> None:
    plain = made_files.active_pdf(tmp_path / "a.pdf")
    with pikepdf.open(plain) as file:
        file.save(tmp_path / "b.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    spelt = tmp_path / "c.pdf"
    data = (tmp_path / "b.pdf").read_bytes().replace(b"/JavaScript", b"/#4aava#53cript")
    spelt.write_bytes(data.replace(b"/JS ", b"/#4aS "))
    assert {"javascript", "auto-print"} <= set(inspect_file(spelt).active_content)


def test_a_blank_page_is_not_silent(tmp_path: Path) -> None:
    with pymupdf.open() as file:
        file.new_page().insert_text((72, 72), "words")
        file.new_page()
        file.save(tmp_path / "half.pdf")
    answer = inspect_file(tmp_path / "half.pdf")
    assert answer.accepted and answer.pages == 2
    assert any("show nothing: 2." in text for text in answer.warnings)


def test_impossible_pages_are_refused(tmp_path: Path) -> None:
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(595, 842))
        file.pages[0].MediaBox = [0, 0, 9_000_000, 9_000_000]
        file.save(tmp_path / "giant.pdf")
    answer = inspect_file(tmp_path / "giant.pdf")
    assert answer.code == "paper.page-size" and "Page 1" in answer.reason


def test_too_many_pages_and_too_many_bytes_name_the_limit(tmp_path: Path) -> None:
    file = made_files.pdf(tmp_path / "thick.pdf", 12)
    few = inspect_file(file, limits=replace(LIMITS, max_pages=10))
    small = inspect_file(file, limits=replace(LIMITS, max_bytes=1_000))
    assert few.code == "paper.too-many-pages" and "10 pages" in few.reason
    assert small.code == "paper.too-many-bytes"


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_answered(tmp_path: Path) -> None:
    thick = made_files.pdf(tmp_path / "thick.pdf", 200)
    single = made_files.pdf(tmp_path / "single.pdf", 1)
    hurried = replace(LIMITS, inspect_seconds=0.02)
    start = time.monotonic()
    slow = inspect_file(thick, limits=hurried)
    assert slow.code == "paper.too-slow" and time.monotonic() - start < 10
    assert inspect_file(single).accepted


def test_memory_is_bounded_and_the_reason_says_so(tmp_path: Path) -> None:
    file = tmp_path / "wide.png"
    Image.new("RGB", (11_000, 11_000), "white").save(file, compress_level=1)
    tight = replace(LIMITS, memory_mb=420)
    assert inspect_file(file, limits=tight).code == "paper.too-much-memory"
    small = made_files.pdf(tmp_path / "small.pdf")
    assert inspect_file(small, limits=tight).accepted


def test_every_reason_and_warning_is_a_full_sentence() -> None:
    from workbench.paper import reasons

    for code in reasons._refusals():
        message, remedy = reason(code)
        assert message.endswith(".") and remedy.endswith("."), code
    for code in reasons._warnings():
        assert warning(code).endswith("."), code
    assert "damaged" in reason("a code nobody knows")[0]


def test_the_clients_load_no_page_library() -> None:
    check = (
        "import sys; import workbench.paper, workbench.paper.inspection, workbench.paper.renderer;"
        "print([m for m in ('pymupdf', 'PIL', 'pikepdf', 'pyhanko') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_original_is_not_altered(tmp_path: Path) -> None:
    file = made_files.active_pdf(tmp_path / "a.pdf")
    before = hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns
    inspect_file(file)
    assert (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns) == before
