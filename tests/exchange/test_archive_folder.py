"""The archive's folder: whole packages, the same one once, nothing written over."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from workbench.exchange.archive_sink import ArchiveFolder
from workbench.rules.events import canonical, sha256_text
from workbench.rules.outside import OutMessage
from workbench.rules.refusals import Outage

PACKAGE = b"the package"
SHA = hashlib.sha256(PACKAGE).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    place = tmp_path / "stored"
    place.write_bytes(PACKAGE)
    return place


@pytest.fixture
def sink(tmp_path: Path) -> ArchiveFolder:
    folder = tmp_path / "archive"
    folder.mkdir()
    return ArchiveFolder(folder)


def message(case_no: str = "C1") -> OutMessage:
    body = canonical({"case_no": case_no, "sha256": SHA})
    return OutMessage(1, "archive_sink", body, sha256_text(body))


def test_a_package_arrives_whole_and_once(sink: ArchiveFolder, source: Path) -> None:
    for _time in range(2):
        sink.send([message(), message("C2")], lambda _message, _sha: source)
    assert {one.name: one.read_bytes() for one in sink.folder.iterdir()} == {
        "C1.zip": PACKAGE, "C2.zip": PACKAGE,
    }  # fmt: skip


def test_another_package_under_the_number_is_never_written_over(
    sink: ArchiveFolder, source: Path
) -> None:
    (sink.folder / "C1.zip").write_bytes(b"an older one")
    with pytest.raises(Outage, match="another package"):
        sink.send([message()], lambda _message, _sha: source)
    assert (sink.folder / "C1.zip").read_bytes() == b"an older one"


def test_a_folder_that_is_gone_is_named(tmp_path: Path, source: Path) -> None:
    with pytest.raises(Outage, match="is not there"):
        ArchiveFolder(tmp_path / "gone").send([message()], lambda _message, _sha: source)
    assert not (tmp_path / "gone").exists()
