"""House section 4: a broken plugin is named, and harms nobody."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosting.installing import PLUGINS, ZOO, install, item_of
from workbench.api.testing import sample_view
from workbench.hosting.finding import find
from workbench.hosting.host import Host, open_host
from workbench.hosting.resting import PluginNotice

EXPECTED = {
    "fails_at_import": ("import", "import_failed", "no such library"),
    "exits_at_import": ("import", "import_failed", "SystemExit: 3"),
    "raises_in_hook": ("records", "hook_raised", "approval_pane"),
    "exits_in_hook": ("records", "hook_raised", "SystemExit: 4"),
    "misspells_hook": ("hooks", "unknown_hook", "aproval_pane"),
    "wrong_arguments": ("hooks", "unknown_hook", "session"),
    "wrong_record": ("records", "wrong_record", "dict"),
    "duplicate_item": ("records", "duplicate_item", "11990101MB0005555B4000511901000"),
    "steals_item": ("records", "duplicate_item", "civil_affairs"),
    "hangs": ("hooks", "too_slow", "2."),
    "other_api": ("api_range", "api_range", ">=9,<10"),
    "no_range": ("api_range", "plugin.api_range_unreadable", ""),
    "misspells_key": ("api_range", "catalogue.shape", "nane_en"),
    "no_hooks": ("records", "hook_missing", "approval_pane"),
    "no_manifest": ("api_range", "plugin.manifest_missing", "plugin.toml"),
}
LATER = {"fails_later", "hangs_later"}


def own_department(package: Path) -> None:
    """The item file belongs to the misfit's department and to nobody else's codes."""
    for file in (package / "items").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"civil_affairs"', f'"zoo_{package.name}"'), encoding="utf-8")


def put(site: Path, name: str) -> None:
    with_item = name in {"duplicate_item", "steals_item", *LATER}
    item = item_of("civil_affairs", "I12") if with_item else None
    package = install(site, ZOO / name, item=item)
    if with_item:
        own_department(package)
        from tests.hosting.installing import write_record

        write_record(site, name, "1.0")


def department(site: Path) -> None:
    """One good department among the misfits."""
    install(site, PLUGINS / "civil_affairs" / "civil_affairs")


@pytest.fixture
def opened(site: Path) -> Callable[..., Host]:
    """A host over the named packages, opened in that folder only."""
    shipped = sys.modules.pop("civil_affairs", None)

    def open_it(*names: str, good: bool = True) -> Host:
        if good:
            department(site)
        for name in names:
            put(site, name)
        importlib.invalidate_caches()
        return open_host(candidates=find([str(site)]))

    yield open_it
    if shipped is not None:
        sys.modules["civil_affairs"] = shipped


def test_the_list_names_every_misfit() -> None:
    there = {folder.name for folder in ZOO.iterdir() if (folder / "__init__.py").is_file()}
    assert there == set(EXPECTED) | LATER


@pytest.mark.parametrize("name", [n for n in EXPECTED if n != "duplicate_item"])
def test_a_misfit_is_named_and_the_others_go_on(name: str, opened: Callable[..., Host]) -> None:
    host = opened(name)
    assert list(host.admitted) == ["civil_affairs"]
    fault = host.faults[0]
    stage, code, word = EXPECTED[name]
    assert (fault.plugin, fault.version, fault.stage, fault.code) == (name, "1.0", stage, code)
    assert word in fault.message
    assert fault.remedy


def test_an_item_offered_twice_by_one_plugin(opened: Callable[..., Host]) -> None:
    host = opened("duplicate_item", good=False)
    stage, code, word = EXPECTED["duplicate_item"]
    found = [f for f in host.faults if f.code == code]
    assert (found[0].stage, word in found[0].message) == (stage, True)
    assert host.admitted == {}


def test_all_of_them_at_once(opened: Callable[..., Host]) -> None:
    host = opened(*EXPECTED)
    assert list(host.admitted) == ["civil_affairs"]
    assert {fault.plugin for fault in host.faults} == set(EXPECTED)


def test_a_traceback_is_kept_for_the_report(opened: Callable[..., Host]) -> None:
    fault = opened("fails_at_import").faults[0]
    assert "no such library" in fault.report
    assert fault.report.startswith("Traceback")


def heard(host: Host) -> list[PluginNotice]:
    notices: list[PluginNotice] = []
    host.tell = notices.append
    return notices


def test_faults_at_run_time_end_in_the_standard_pane(opened: Callable[..., Host]) -> None:
    host = opened("fails_later", good=False)
    notices = heard(host)
    item = host.admitted["fails_later"].brought.items[0]
    assert host.pane(item).pane == "fails_later.pane:Pane"
    assert host.load("fails_later", "fails_later.pane:Pane") is None
    assert [(n.plugin, n.version, n.rests) for n in notices] == [("fails_later", "1.0", False)]
    assert "Misfit fails_later 1.0" in notices[0].message
    assert "a_library_that_nobody_has" in notices[0].report
    assert host.check(sample_view(item), "R01") is None
    assert len(notices) == 1
    assert host.check(sample_view(item), "R01") is None
    assert [n.rests for n in notices] == [False, True]
    assert host.serving(item) is host.standard
    assert host.pane(item).pane is None


def test_a_block_of_two_seconds_rests_the_plugin_at_once(opened: Callable[..., Host]) -> None:
    host = opened("hangs_later", good=False)
    notices = heard(host)
    item = host.admitted["hangs_later"].brought.items[0]
    host.check(sample_view(item), "R01")
    assert [n.rests for n in notices] == [True]
    assert "2." in host.rest.why("hangs_later")
    assert host.serving(item) is host.standard
    assert host.check(sample_view(item), "R01") is None, "its code is not called any more"
    assert len(notices) == 1
