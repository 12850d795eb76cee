"""House section 4: the build that runs is the build that was published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hosting.installing import PLUGINS, install
from workbench.hosting.admission import Admitted, admit
from workbench.hosting.builds import build_of
from workbench.hosting.finding import Candidate, find

SOURCE = PLUGINS / "civil_affairs" / "civil_affairs"


def one(site: Path) -> Candidate:
    (found,) = find([str(site)])
    return found


def test_the_same_files_give_the_same_build_wherever_they_lie(tmp_path: Path) -> None:
    builds = set()
    for place in ("one", "other"):
        folder = tmp_path / place
        folder.mkdir()
        install(folder, SOURCE)
        builds.add(build_of(one(folder).distribution))
    (build,) = builds
    assert len(build) == 64


def test_what_the_installer_adds_does_not_count(site: Path) -> None:
    install(site, SOURCE)
    before = build_of(one(site).distribution)
    record = site / "civil_affairs-1.0.dist-info" / "RECORD"
    more = "civil_affairs/__pycache__/__init__.cpython-311.pyc,,\n"
    record.write_text(more + record.read_text(encoding="utf-8"), encoding="utf-8")
    assert build_of(one(site).distribution) == before


def test_a_published_build_is_admitted(site: Path) -> None:
    install(site, SOURCE)
    build = build_of(one(site).distribution)
    found = admit(one(site), lambda name: build)
    assert isinstance(found, Admitted)
    assert (found.name, found.build) == ("civil_affairs", build)


@pytest.mark.parametrize(
    ("published", "code"), [(None, "not_published"), ("f" * 64, "build_differs")]
)
def test_another_build_rests(site: Path, published: str | None, code: str) -> None:
    install(site, SOURCE)
    found = admit(one(site), lambda name: published)
    assert not isinstance(found, Admitted)
    assert [(f.stage, f.code) for f in found] == [("build", code)]


def test_a_file_changed_after_installation_is_named(site: Path) -> None:
    package = install(site, SOURCE)
    build = build_of(one(site).distribution)
    file = package / "plugin.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    found = admit(one(site), lambda name: build)
    assert not isinstance(found, Admitted)
    assert found[0].code == "files_changed"
    assert "civil_affairs/plugin.toml" in found[0].message


def test_an_editable_install_is_called_development(site: Path) -> None:
    install(site, SOURCE)
    direct = {"url": "file:checkout", "dir_info": {"editable": True}}
    info = site / "civil_affairs-1.0.dist-info" / "direct_url.json"
    info.write_text(json.dumps(direct), encoding="utf-8")
    assert build_of(one(site).distribution) == "development"
    assert isinstance(admit(one(site), lambda name: "development"), Admitted)
    refused = admit(one(site), lambda name: "0" * 64)
    assert not isinstance(refused, Admitted)
    assert refused[0].code == "build_differs"


def test_broken_metadata_is_a_named_fault(site: Path) -> None:
    install(site, SOURCE)
    info = site / "civil_affairs-1.0.dist-info"
    (info / "direct_url.json").write_text("{", encoding="utf-8")
    found = admit(one(site))
    assert not isinstance(found, Admitted)
    assert found[0].code == "broken_install"


def test_an_entry_point_of_another_name_is_refused(site: Path) -> None:
    install(site, SOURCE)
    points = site / "civil_affairs-1.0.dist-info" / "entry_points.txt"
    points.write_text("[oneseal.department]\nsomebody = civil_affairs\n", encoding="utf-8")
    found = admit(one(site))
    assert not isinstance(found, Admitted)
    assert found[0].code == "name_differs"
    assert "somebody, civil_affairs" in found[0].message
