"""``plugin.toml`` and the API range: read before anything is imported, never silently wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.api import API_VERSION, Refusal, read_manifest
from workbench.api.api_range import fits, version_text
from workbench.api.manifest import package_folder, read_items
from workbench.api.plugin_words import words_of
from workbench.rules import words

GOOD = 'name = "x"\napi = ">=1.0,<2"\ndepartments = ["x"]\nname_zh = "甲"\nname_en = "A"\n'


def write(folder: Path, text: str) -> Path:
    (folder / "plugin.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "version", "ok"),
    [
        (">=1.0,<2", (1, 0), True), (">=1.0,<2", (1, 9), True), (">=1.0,<2", (2, 0), False),
        (">=1.1,<2", (1, 0), False), ("==1.0", (1, 0), True), ("==1.0", (1, 1), False),
        ("<=1.4", (1, 4), True), (">1.4", (1, 4), False), (">=1", (1, 0), True),
    ],
)  # fmt: skip
def test_a_range_holds_a_version_or_not(text: str, version: tuple[int, int], ok: bool) -> None:
    assert fits(text, version) is ok


@pytest.mark.parametrize("text", ["", "1.0", ">=1.0 <2", "~=1.0", ">=1.0,"])
def test_an_unreadable_range_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        fits(text)
    assert refused.value.code == "plugin.api_range_unreadable"


def test_this_interface_has_a_version() -> None:
    assert fits(f"=={version_text()}", API_VERSION)


def test_a_manifest_is_read_without_importing_the_package() -> None:
    sys.modules.pop("real_estate", None)
    assert read_manifest("real_estate").departments == ("real_estate",)
    assert [i.short_code for i in read_items("real_estate")] == ["I05", "I06", "I07"]
    assert "real_estate" not in sys.modules


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        (GOOD + "paines = []\n", "catalogue.shape", "paines"),
        (GOOD + "[[panes]]\nitem_codes = 3\n", "catalogue.shape", "panes[0].item_codes"),
        (GOOD.replace("name_en", "# name_en"), "catalogue.shape", "name_en"),
        (GOOD + "[[panes\n", "plugin.not_toml", "plugin.toml"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, text: str, code: str, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_manifest("x", write(tmp_path, text))
    assert refused.value.code == code
    assert word in refused.value.message
    assert refused.value.remedy


def test_a_missing_package_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="nobody_has_this"):
        package_folder("nobody_has_this")
    with pytest.raises(Refusal) as refused:
        read_manifest("x", tmp_path)
    assert refused.value.code == "plugin.manifest_missing"


def test_a_plugin_speaks_the_language_of_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locale").mkdir()
    po = 'msgid "Plan"\nmsgstr "附图"\n'
    (tmp_path / "locale" / "zh_CN.po").write_text(po, encoding="utf-8")
    look_up = words_of("x", tmp_path)
    monkeypatch.setattr(words, "_code", "zh_CN")
    assert (look_up("Plan"), look_up("Other")) == ("附图", "Other")
    monkeypatch.setattr(words, "_code", "en")
    assert look_up("Plan") == "Plan"
