"""Bad packages beside good ones: each refusal names package and file, the good ones go on."""

from __future__ import annotations

import json
import shutil
import time

from tests.journeys.hall import WINDOW, Hall
from workbench.paper.sample_bad import make_bad_packages
from workbench.rules.intake_package import MANIFEST

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


def test_texts_that_cannot_be_stored_stop_no_other_package(hall: Hall) -> None:
    """JSON can write half a surrogate pair, a NUL, and Python even reads Infinity."""
    folder = hall.folder / "incoming"
    sample = json.loads(hall.package("I01", folder, "zz-good").joinpath(MANIFEST).read_text())
    applicant, (first, *others) = sample["applicant"], sample["materials"]
    odd: dict[str, dict[str, object]] = {
        "applicant.name": {"applicant": applicant | {"name": "林\ud800"}},
        "applicant.address": {"applicant": applicant | {"address": "青云区\x00"}},
        "applicant.phone": {"applicant": applicant | {"phone": float("inf")}},
        "registrar": {"registrar": "\udcff"},
        "form": {"form": {"\udcff": "x"}},
        "form.trade_name": {"form": {"trade_name": "\x1b[31m"}},
        "materials[0].file": {"materials": [first | {"file": "M\udcff.pdf"}, *others]},
    }
    for field, changes in odd.items():
        place = hall.package("I01", folder, field)
        table = sample | {"package_id": "odd"} | changes
        place.joinpath(MANIFEST).write_text(json.dumps(table), encoding="ascii")
    said = hall.run("intake", folder, "--as", WINDOW, code=1)
    for field in odd:
        names = (f"{field}/package.json", f"{field}:")
        (line,) = [one for one in said.lines if one.split()[1] in names]
        assert line.startswith("refused")
        assert field == "applicant.phone" or f"{field}: has characters" in line
    assert hall.sql("SELECT count(*) FROM case_file") == [(1,)]


def test_a_package_that_leads_elsewhere_is_none(hall: Hall) -> None:
    """A link in place of package.json may lead anywhere on this machine."""
    folder = hall.folder / "incoming"
    real = hall.package("I01", hall.folder / "elsewhere", "real")
    place = hall.package("I01", folder, "linked")
    place.joinpath(MANIFEST).unlink()
    place.joinpath(MANIFEST).symlink_to(real / MANIFEST)
    said = hall.run("intake", folder, "--as", WINDOW, code=1)
    assert "linked: there is no file package.json" in said.out


def test_ten_thousand_names_are_compared_at_once(hall: Hall) -> None:
    folder = hall.folder / "incoming"
    place = hall.package("I01", folder, "crowd")
    table = json.loads(place.joinpath(MANIFEST).read_text())
    crowd = [{"code": "M", "file": f"{number}.p"} for number in range(25_000)]
    table["materials"] = [*crowd, {"code": "M", "file": "7.P"}]
    place.joinpath(MANIFEST).write_text(json.dumps(table, separators=(",", ":")))
    before = time.process_time()
    said = hall.run("intake", folder, "--as", WINDOW, code=1)
    assert "names the file 7.P twice" in said.out
    assert time.process_time() - before < 6


def test_a_folder_name_does_not_steer_the_terminal(hall: Hall) -> None:
    folder = hall.folder / "incoming"
    (folder / "a\n\x1b[2Jb").mkdir(parents=True)
    said = hall.run("intake", folder, "--as", WINDOW, code=1)
    assert said.lines == [one for one in said.lines if one.startswith("refused")]
    assert "a\\n\\x1b[2Jb" in said.out


def test_a_package_that_another_clerk_took_in_is_said_so(hall: Hall) -> None:
    """One case, and no riddle about numbers of steps for the one who comes second."""
    folder = hall.folder / "incoming"
    hall.package("I01", folder, "shared")
    (first,) = hall.run("intake", folder, "--as", WINDOW).lines[:1]
    said = hall.run("intake", folder, "--as", "zhang.wei", code=1)
    assert "shared: somebody else has taken in this package already." in said.out
    assert first.split()[1] not in said.out
    assert hall.sql("SELECT count(*) FROM case_file") == [(1,)]
