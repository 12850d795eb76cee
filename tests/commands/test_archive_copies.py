"""``seal archive-copies``: from the archived case to copies whose timestamps are renewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casework.press_kit import know
from tests.journeys.hall import ARCHIVIST, Hall
from tests.paper.timestamp_authority import Authority, authority
from workbench.casework import archive_copies as copying
from workbench.rules.archive_stamps import BEFORE, ArchiveStamps
from workbench.rules.moment import DAY, Moment

__all__ = ["authority"]
pytestmark = pytest.mark.long(12)


def archived(hall: Hall, authority: Authority) -> str:
    case_no = hall.frozen()
    with authority.answering() as url:
        know(hall, authority, url)
        hall.press(case_no)
    hall.handed_over(case_no)
    hall.run("archive", case_no, "--as", ARCHIVIST)
    return str(hall.ledger()[-1]["serial"])


def test_made_once_listed_and_left_alone(
    hall: Hall, authority: Authority, tmp_path: Path
) -> None:
    refused = hall.run("seal", "archive-copies", tmp_path / "a", "--as", ARCHIVIST, code=1)
    assert "no timestamp server" in refused.err
    serial = archived(hall, authority)
    issued = hall.stored(hall.ledger()[-1]["sha256_after"]).read_bytes()
    folder, words = tmp_path / "archive", ("seal", "archive-copies", tmp_path / "archive")
    with authority.answering() as url:
        know(hall, authority, url)
        (due,) = hall.run(*words, "--as", ARCHIVIST, code=1).lines
        assert due.startswith(f"{serial}  ") and due.endswith("to be made")
        assert not folder.exists(), "listing makes nothing"
        (made,) = hall.run(*words, "--renew", "--as", ARCHIVIST).lines
        assert made.endswith("nothing")
        copy = folder / f"{serial}.pdf"
        assert copy.read_bytes().startswith(issued) and len(copy.read_bytes()) > len(issued)
        assert hall.run(*words, "--renew", "--as", ARCHIVIST).lines == [], "nothing is due"
        copy.write_bytes(copy.read_bytes() + b"x")
        (broken,) = hall.run(*words, "--renew", "--as", ARCHIVIST, code=1).lines
        assert "looked at by a person" in broken and "does not cover" in broken
        assert hall.run(*words, "--as", "wang.fang").lines == [], "no sealed file is his to read"
    assert hall.stored(hall.ledger()[-1]["sha256_after"]).read_bytes() == issued
    hall.check()


class Paper:
    """The copies of an archive that is years old: the timestamps are only told."""

    def __init__(self, until: Moment) -> None:
        self.until, self.stamped = until, list[tuple[Path, Path]]()

    def stamp(self, before: Path, target: Path) -> None:
        self.stamped.append((before, target))
        target.write_bytes(before.read_bytes() + b"+")

    def read(self, copy: Path, issued: Path, now: Moment) -> ArchiveStamps:
        return ArchiveStamps((now,), self.until)


def test_renewed_half_a_year_before_the_certificate_ends(
    hall: Hall, authority: Authority, tmp_path: Path
) -> None:
    serial = archived(hall, authority)
    copy = tmp_path / f"{serial}.pdf"
    copy.write_bytes(b"a copy")
    told: list[str] = []
    with hall.session(ARCHIVIST) as room:
        for left, wanted in ((BEFORE + DAY, b"a copy"), (BEFORE - DAY, b"a copy+")):
            paper = Paper(room.moment() + left)
            assert copying.bring_up(
                room, paper, tmp_path, lambda _one, need, _trouble: told.append(need),
                lambda: False,
            ) == 0  # fmt: skip
            assert copy.read_bytes() == wanted
        paper = Paper(room.moment())
        assert copying.bring_up(
            room, paper, tmp_path, lambda _one, need, _trouble: told.append(need), lambda: True
        ) == 1, "called off: said, and left for the next time"  # fmt: skip
        assert paper.stamped == []
    assert told == ["renew", "renew"]
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
