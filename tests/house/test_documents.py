"""The documents keep their promises: named files exist, both languages match, nothing leaks."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, everything, name_of

READMES = ["README.md", "README.zh-CN.md"]
AGPL_3 = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"
NAMED_FILE = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?(?:\.(?:py|sh|toml|md|json|po|lock|in|ini)|/))`")
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")
# Places of one machine, hosts of registries. Written so that the pattern does not match itself.
LEAKS = re.compile(
    r"(?<![\w.])/(?:work|root|home|opt|mnt|Users)/\w"
    r"|py[p]i\.org|python[h]osted|npm[j]s|deb\.deb[i]an|arch[i]ve\.ubuntu|tuna\.tsing[h]ua|mirrors?\.ali[y]un"
    r"|file:/[/]/"
)


def read(name: str) -> str:
    path = ROOT / name
    assert path.is_file(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def headings(text: str) -> list[int]:
    """The levels of the headings in order, code blocks left out."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return [len(marks) for marks in re.findall(r"^(#+) ", plain, flags=re.M)]


def documents() -> list[Path]:
    """Everything a reader reads, and the files that set up a machine."""
    tops = {"docs", "installer", "resources", "plugins", ".ci"}
    return [
        path
        for path in everything()
        if path.suffix in {".md", ".sh", ".toml", ".txt", ".json", ".po", ".lock", ".cfg", ".in"}
        and (path.parent == ROOT or path.relative_to(ROOT).parts[0] in tops)
    ]


def test_the_licence_is_the_agpl() -> None:
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == AGPL_3


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "docs/design-card.md"])
def test_the_pages_name_files_that_exist(name: str) -> None:
    named = set(NAMED_FILE.findall(read(name)))
    assert len(named) >= 10, "the main path is to be told file by file"
    places = [ROOT, ROOT / "workbench"]
    missing = [one for one in named if not any((place / one).exists() for place in places)]
    assert sorted(missing) == []


@pytest.mark.parametrize("name", [*READMES, "ARCHITECTURE.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    missing = [link for link in LINK.findall(read(name)) if not (ROOT / link).exists()]
    assert missing == []


def test_both_readmes_have_the_same_headings() -> None:
    ours, chinese = (headings(read(name)) for name in READMES)
    assert ours == chinese
    assert len(ours) >= 3


@pytest.mark.parametrize("name", READMES)
def test_the_readme_opens_with_the_two_commands_and_a_picture(name: str) -> None:
    top = "\n".join(read(name).splitlines()[:40])
    assert "sh installer/run.sh" in top
    assert "sh installer/test.sh" in top
    assert re.search(r"!\[[^\]]*\]\([^)]+\.png\)", top), "a screenshot in the first 40 lines"


def test_the_search_for_leaks_finds_them() -> None:
    for text in ["see /work/x", "https://pypi.org/simple", "file:///x", "/home/me"]:
        assert LEAKS.search(text), text
    assert not LEAKS.search("workbench/rules/moment.py, /tmp/x, docs/work/x")


def test_no_document_names_a_place_of_one_machine_or_a_registry() -> None:
    found = [
        f"{name_of(path)}: {match.group(0)}"
        for path in documents()
        if (match := LEAKS.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_a_version_and_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", read(f"installer/{name}").strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_the_test_set_holds_the_runtime_set_unchanged() -> None:
    runtime, test = (
        set(re.findall(r"^\S+==\S+", read(f"installer/{name}"), flags=re.M))
        for name in ["requirements.lock", "requirements-test.lock"]
    )
    assert runtime < test


def test_the_changelog_keeps_its_form() -> None:
    text = read("CHANGELOG.md")
    assert text.startswith("# Changelog\n")
    assert "## [Unreleased]" in text
