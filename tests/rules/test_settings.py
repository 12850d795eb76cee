"""Where things are kept: private folders, calendars, translations from ``.po`` files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workbench import settings


def mode(folder: Path) -> int:
    return folder.stat().st_mode & 0o777


def test_the_data_home_follows_xdg_and_is_private(tmp_path: Path) -> None:
    home = settings.data_home(environ={"XDG_DATA_HOME": str(tmp_path / "data")})
    assert home == tmp_path / "data" / "oneseal-workbench"
    assert mode(home) == 0o700


def test_a_given_home_wins_and_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    assert settings.data_home(shared, environ={"XDG_DATA_HOME": "/nowhere"}) == shared
    assert mode(shared) == 0o755


def test_each_centre_has_a_private_folder_even_after_a_laxer_run(tmp_path: Path) -> None:
    folder = settings.centre_folder("qingyun", tmp_path)
    folder.chmod(0o755)
    assert settings.centre_folder("qingyun", tmp_path) == folder
    assert mode(folder) == 0o700


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "a/b", "../x", "a\\b"])
def test_a_centre_name_is_a_plain_word(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="centre name"):
        settings.centre_folder(name, tmp_path)


def test_the_shipped_calendars_are_found() -> None:
    assert [year["year"] for year in settings.load_calendar()] == [2025, 2026]
    assert settings.load_office_hours()["default"][0] == ["08:30", "12:00"]


def test_a_folder_without_a_calendar_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="cn-YYYY"):
        settings.load_calendar(tmp_path)


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

#: somewhere.py:1
msgid "Overdue"
msgstr "超期"

msgid ""
"Two "
"parts"
msgstr ""
"两"
"段\\n"

#, fuzzy
msgid "Unsure"
msgstr "不定"

msgid "Missing"
msgstr ""
"""


def test_translations_come_from_every_file_of_the_language(tmp_path: Path) -> None:
    (tmp_path / "zh_CN.po").write_text(PO, encoding="utf-8")
    (tmp_path / "zh_CN-plugins.po").write_text('msgid "Plan"\nmsgstr "平面图"\n', encoding="utf-8")
    found = settings.translations("zh_CN", tmp_path)
    assert found.gettext("Overdue") == "超期"
    assert found.gettext("Two parts") == "两段\n"
    assert found.gettext("Plan") == "平面图"
    assert found.gettext("Unsure") == "Unsure", "fuzzy is not a translation"
    assert found.gettext("Missing") == "Missing"
    assert settings.translations("en", tmp_path).gettext("Overdue") == "Overdue"


@pytest.mark.parametrize("line", ['msgid "open', "what is this", "msgid 3"])
def test_a_broken_translation_file_names_the_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        settings.read_po(line)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        settings.translations("xx")


def test_settings_import_nothing_of_ours_but_the_package() -> None:
    code = (
        "import sys, workbench.settings;"
        "print([m for m in sys.modules if m.startswith('workbench.')])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(settings.__file__).parent.parent,
    )
    assert shown.stdout.strip() == "['workbench.settings']"
