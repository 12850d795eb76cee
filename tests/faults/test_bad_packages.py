"""Bad packages beside good ones: each refusal names package and file, the good ones go on."""

from __future__ import annotations

import shutil

from tests.journeys.hall import WINDOW, Hall
from workbench.paper.sample_bad import make_bad_packages

NAMED = {
    "missing_file": "M02.pdf", "truncated": "M02.pdf", "zero_byte": "M02.pdf",
    "wrong_name": "M02.pdf", "encrypted": "M02.pdf", "bomb": "M02.pdf",
    "active_content": "M02.pdf", "abolished_item": "", "wrong_checksum": "M02.pdf",
    "bad_number": "", "escaping_path": "package.json", "broken_json": "package.json",
}  # fmt: skip


def test_each_fault_names_package_and_file_and_stops_no_other(hall: Hall) -> None:
    folder = hall.folder / "incoming"
    bad = make_bad_packages(folder)
    assert set(bad) == set(NAMED)
    hall.package("I01", folder, "good-1")
    hall.package("I12", folder, "zz-good-2")
    said = hall.run("intake", folder, "--as", WINDOW, code=1)
    refused = [line for line in said.lines if line.startswith("refused")]
    taken = [line for line in said.lines if line.startswith("taken_in")]
    assert len(refused) == len(NAMED), said.out
    assert len(taken) == 2, said.out
    for name, file in NAMED.items():
        (line,) = [one for one in refused if name in one]
        assert file in line
        assert len(line) > len(f"refused    {name} {file}") + 20, "says what to do"
    # Nothing is half-imported: two cases, no draft, and no number was used up.
    assert hall.sql("SELECT count(*) FROM case_file") == [(2,)]
    assert {row[0][-4:] for row in hall.sql("SELECT short_no FROM case_file")} == {"0001", "0002"}
    hall.check()


def test_the_same_package_twice_is_one_case(hall: Hall) -> None:
    """S003: the second time says where it is; another application under the id is refused."""
    folder = hall.folder / "incoming"
    package = hall.package("I01", folder, "same")
    first = hall.run("intake", folder, "--as", WINDOW).lines[0]
    again = hall.run("intake", folder, "--as", WINDOW).lines[0]
    assert again.startswith("already")
    assert first.split()[1] == again.split()[1]
    shutil.rmtree(package)
    hall.package("I12", folder, "same")
    said = hall.run("intake", folder, "--as", WINDOW, code=1)
    assert said.out.startswith("refused")
    assert hall.sql("SELECT count(*) FROM case_file") == [(1,)]


def test_a_folder_without_packages_is_said_so(hall: Hall) -> None:
    empty = hall.folder / "empty"
    empty.mkdir()
    said = hall.run("intake", empty, "--as", WINDOW, code=1)
    assert "empty" in said.err


def test_only_the_window_takes_in(hall: Hall) -> None:
    folder = hall.folder / "incoming"
    hall.package("I01", folder, "one")
    said = hall.run("intake", folder, "--as", "zhang.wei", code=1)
    assert said.out.startswith("refused")
    assert hall.sql("SELECT count(*) FROM case_file") == [(0,)]
