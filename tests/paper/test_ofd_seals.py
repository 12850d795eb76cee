"""An OFD tells its pages and its seals; nothing of it is drawn, checked or believed too far."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paper import made_files
from workbench.paper.renderer import Renderer
from workbench.rules.materials import Opened, StatedSeal
from workbench.rules.refusals import Refusal

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as one:
        one.start()
        yield one


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    head = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + head + body


def seal_file(name: str) -> bytes:
    """The beginning of a seal as GB/T 38540 has it, with its picture after it."""
    header = der(0x30, der(0x16, b"ES"), der(0x02, b"\x04"), der(0x16, b"sample"))
    about = der(0x30, der(0x02, b"\x01"), der(0x0C, name.encode()), der(0x02, b"\x01"))
    return der(0x30, der(0x30, header, der(0x16, b"0123"), about, der(0x04, b"x" * 400)))


def signature(pages: tuple[str, ...], when: str = "2026-11-22 10:00:00") -> str:
    stamps = "".join(f'<ofd:StampAnnot ID="{n}" PageRef="{n}"/>' for n in pages)
    return (
        f"<ofd:Signature {SPACE}><ofd:SignedInfo>"
        '<ofd:Provider ProviderName="maker" Company="样本印章公司"/>'
        f"<ofd:SignatureDateTime>{when}</ofd:SignatureDateTime>{stamps}"
        "<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo></ofd:Signature>"
    )


def sealed(path: Path, entries: dict[str, str | bytes], number: int = 1) -> Path:
    """An OFD of four pages, with ``number`` seals listed; ``entries`` are the files they have."""
    made_files.ofd(path, 4)
    with zipfile.ZipFile(path) as box:
        kept = {name: box.read(name) for name in box.namelist() if name != "Doc_0/Signs.xml"}
    listed = "".join(
        f'<ofd:Signature ID="{n}" BaseLoc="Signs/S{n}/Signature.xml"/>' for n in range(number)
    )
    kept["Doc_0/Signs.xml"] = f"<ofd:Signatures {SPACE}>{listed}</ofd:Signatures>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in {**kept, **entries}.items():
            box.writestr(name, data)
    return path


def opened(renderer: Renderer, path: Path) -> Opened:
    file = renderer.open(path)
    renderer.close(file.handle)
    return file


def test_pages_and_seals_are_told_as_stated(renderer: Renderer, tmp_path: Path) -> None:
    path = sealed(
        tmp_path / "s.ofd",
        {
            "Doc_0/Signs/S0/Signature.xml": signature(("1", "3")),
            "Doc_0/Signs/S0/Seal.esl": seal_file("样本单位审批专用章"),
            "Doc_0/Signs/S1/Signature.xml": signature(("9",), ""),
        },
        number=2,
    )
    file = opened(renderer, path)
    assert (file.kind, file.pages) == ("ofd", 4)
    # the made file's pages are called 0 to 3
    assert file.seals == (
        StatedSeal("样本单位审批专用章", "样本印章公司", "2026-11-22 10:00:00", (2, 4)),
        StatedSeal("", "样本印章公司", "", ()),
    )
    assert any("2" in note for note in file.warnings)


BROKEN: dict[str, dict[str, str | bytes]] = {
    "description missing": {},
    "description is no XML": {"Doc_0/Signs/S0/Signature.xml": b"\x00\x01 no <xml"},
    "entity bomb": {
        "Doc_0/Signs/S0/Signature.xml": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>',
    },
    "zip bomb": {"Doc_0/Signs/S0/Signature.xml": b" " * 30_000_000},
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_seal_that_cannot_be_read_is_still_counted(
    renderer: Renderer, tmp_path: Path, broken: str
) -> None:
    file = opened(renderer, sealed(tmp_path / "s.ofd", BROKEN[broken]))
    assert (file.pages, file.seals) == (4, (StatedSeal(),))


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", seal_file("章")[:20], b"\x30" * 5_000,
             b"x" * 3_000_000]
)  # fmt: skip
def test_a_spoilt_seal_file_costs_the_name_only(
    renderer: Renderer, tmp_path: Path, data: bytes
) -> None:
    entries = {
        "Doc_0/Signs/S0/Signature.xml": signature(("0",)), "Doc_0/Signs/S0/Seal.esl": data
    }  # fmt: skip
    (seal,) = opened(renderer, sealed(tmp_path / "s.ofd", entries)).seals
    assert seal == StatedSeal("", "样本印章公司", "2026-11-22 10:00:00", (1,))


def test_long_and_hidden_text_is_cut(renderer: Renderer, tmp_path: Path) -> None:
    """Nothing of a stated name can break a line, turn the direction of reading or fill the bar."""
    entries: dict[str, str | bytes] = {
        "Doc_0/Signs/S0/Signature.xml": signature(("0",), "a\nb\u202ec" + "d" * 500),
        "Doc_0/Signs/S0/Seal.esl": seal_file("章\x00\n\u2066" + "长" * 500),
    }
    (seal,) = opened(renderer, sealed(tmp_path / "s.ofd", entries)).seals
    assert seal.name == "章" + "长" * 119
    assert seal.made_at.startswith("abcdd") and len(seal.made_at) == 120


def test_a_list_of_too_many_seals_is_refused(renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as told:
        renderer.open(sealed(tmp_path / "s.ofd", {}, number=501))
    assert told.value.code == "paper.ofd-damaged"


def test_a_file_without_seals_lists_none(renderer: Renderer, tmp_path: Path) -> None:
    assert opened(renderer, made_files.pdf(tmp_path / "a.pdf", 1)).seals == ()
    assert opened(renderer, sealed(tmp_path / "s.ofd", {}, number=0)).seals == ()


def test_the_corpus_seal_says_who_made_it(renderer: Renderer, corpus: Path | None) -> None:
    if corpus is None:
        return  # the corpus is no part of the project
    file = opened(renderer, corpus / "signed" / "ofdrw-SESV4SignDoc.ofd")
    assert file.seals == (StatedSeal("OFD R&W 测试用印章", "ofdrw", "2026-08-04 10:08:09", (1,)),)
    assert opened(renderer, corpus / "chinese" / "ofdrw-AddWatermarkAnnot.ofd").pages == 6
