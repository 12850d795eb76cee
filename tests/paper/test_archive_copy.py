"""Archive copies: timestamps renewed behind the issued file, which never changes (B-LTA)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.paper.seal_kit import Bench, frozen_pdf, make_bench, press
from tests.paper.timestamp_authority import FAULTS, LIES, Authority
from workbench.paper.archive_copy import ArchivePaper
from workbench.paper.timestamps import TimestampServer
from workbench.rules.archive_stamps import is_due
from workbench.rules.moment import DAY
from workbench.rules.refusals import Outage
from workbench.rules.seal_custody import SealVerdict

pytestmark = pytest.mark.long(10)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def url(authority: Authority) -> Iterator[str]:
    with authority.answering() as address:
        yield address


@pytest.fixture(scope="module")
def issued(bench: Bench, url: str) -> Path:
    frozen = frozen_pdf(bench.folder / "licence.pdf")
    return press(bench, frozen, "issued", tsa=TimestampServer(url, patience=20))


@pytest.fixture(scope="module")
def paper(bench: Bench, url: str, authority: Authority) -> ArchivePaper:
    server = TimestampServer(url, patience=20)
    return ArchivePaper(server, (authority.ca_pem,), bench.trust, (authority.list(),))


def test_a_copy_is_made_and_renewed_and_the_issued_file_stays(
    paper: ArchivePaper, bench: Bench, issued: Path, authority: Authority, tmp_path: Path
) -> None:
    before = issued.read_bytes()
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    paper.stamp(issued, first)
    paper.stamp(first, second)
    assert issued.read_bytes() == before
    assert first.read_bytes().startswith(before)
    assert second.read_bytes().startswith(first.read_bytes())
    for copy, count in ((first, 1), (second, 2)):
        found = paper.read(copy, issued, bench.now)
        assert (found.faults, len(found.moments)) == ((), count)
        assert found.good_until is not None and found.good_until > bench.now + 1000 * DAY
        assert not is_due(found, bench.now) and is_due(found, found.good_until - 100 * DAY)
    with second.open("rb") as stream:
        reader = PdfFileReader(stream)
        assert len(reader.embedded_regular_signatures) == 1, "outside judge: pyHanko's own reader"
        assert len(reader.embedded_timestamp_signatures) == 2
    assert bench.judge(before, (authority.ca_pem,)).verdict is SealVerdict.SEALED_INTACT
    verdict = bench.judge(second.read_bytes(), (authority.ca_pem,)).verdict
    assert verdict is not SealVerdict.SEALED_INTACT, "what is handed out is the issued file"


def test_a_copy_that_is_not_what_was_issued_is_named(
    paper: ArchivePaper, bench: Bench, issued: Path, tmp_path: Path
) -> None:
    copy, wrong = tmp_path / "c.pdf", tmp_path / "w.pdf"
    paper.stamp(issued, copy)
    whole, length = copy.read_bytes(), len(issued.read_bytes())
    dice = random.Random(11)

    def faults(data: bytes) -> tuple[str, ...]:
        wrong.write_bytes(data)
        return paper.read(wrong, issued, bench.now).faults

    flipped = bytearray(whole)
    flipped[dice.randrange(length)] ^= 1
    assert faults(bytes(flipped)) == ("not_this_file",)
    for _turn in range(20):
        later = bytearray(whole)
        later[dice.randrange(length, len(whole))] ^= 1
        assert faults(bytes(later)), "no changed byte behind the file passes"
    assert faults(whole[:-40])
    assert faults(whole + b"\n% more\n") == ("not_covered",)
    assert faults(whole[:length]) == ("no_stamp",)
    assert paper.read(copy, issued, bench.now + 5000 * DAY).faults == ("stamp_over",)


def test_a_page_that_was_put_behind_the_stamp_is_named(
    paper: ArchivePaper, bench: Bench, issued: Path, tmp_path: Path
) -> None:
    """Even with an honest timestamp over it."""
    smuggled, stamped = tmp_path / "s.pdf", tmp_path / "t.pdf"
    with issued.open("rb") as stream, smuggled.open("wb") as target:
        writer = IncrementalPdfFileWriter(stream)
        page = writer.find_page_for_modification(0)[0].get_object()
        writer.update_container(page)
        writer.root["/Lang"] = page["/Type"]
        writer.update_root()
        writer.write(target)
    paper.stamp(smuggled, stamped)
    assert "more_than_stamps" in paper.read(stamped, issued, bench.now).faults


@pytest.mark.parametrize("fault", ["clock", "stranger", "imprint", "500", "garbage"])
def test_a_server_that_fails_or_lies_leaves_everything_as_it_was(
    bench: Bench, issued: Path, authority: Authority, tmp_path: Path, fault: str
) -> None:
    assert fault in {*LIES, *FAULTS}
    before = issued.read_bytes()
    with authority.answering(fault) as address:
        server = TimestampServer(address, patience=20)
        broken = ArchivePaper(server, (authority.ca_pem,), bench.trust, ())
        with pytest.raises(Outage):
            broken.stamp(issued, tmp_path / "c.pdf")
    assert not (tmp_path / "c.pdf").exists() and issued.read_bytes() == before
