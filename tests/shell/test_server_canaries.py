"""Nothing of a hidden case stands anywhere at a real desk on a real server: not on the screen, in
tool tips, in the accessibility tree, the clipboard, temporary files, the log or the settings.

Every text of every case is a canary that names its case and part. Each person walks through all his
screens and reaches for every case, his or not. What he may see is asked of the rules in Python.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QTabWidget
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.shell import window_texts
from tests.shell.desk_kit import I01, desk, settle, sign_in
from tests.shell.server_kit import ServerSample
from tests.shell.test_inbox import inbox_of
from workbench import settings
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.facts import Answers
from workbench.rules.people import Recusal
from workbench.rules.visibility import explain
from workbench.shell.desk_room import DeskRoom
from workbench.shell.main_window.window import MainWindow
from workbench.store import case_rows, dossiers, seeding
from workbench.store.engine import Unit
from workbench.store.shelf import Shelf

pytestmark = [pytest.mark.long(5), pytest.mark.timeout(600)]

CANARY = re.compile(r"CANARY-(\d+)-([a-z]+)-(\d+)")
I05 = "11990101MB000222284000715901001"
I12 = "11990101MB0005555B4000511901000"
ITEMS = (I01, I01, I05, I01, I12)
HIDDEN_FROM_HIM = 1
"""The case from which the representative is recused although it is his department's."""
DRAFTED = "zhang.wei"
PEOPLE = ("zhang.wei", "tang.bo", "sec.admin", "lin.shu", "li.na", "ma.chao", "xu.jie",
          "wang.fang", "song.ning", "sys.admin", "aud.admin", "deng.hua", "han.lei")  # fmt: skip
AT_SMALL_DEPTH = 1


@dataclass
class Aviary:
    """The cases, and where the desk of this test leaves files."""

    sample: ServerSample
    places: tuple[Path, ...]
    cases: list[Case] = field(default_factory=list)
    made: int = 0

    def canary(self, key: int, part: str) -> str:
        """A text that stands nowhere else."""
        self.made += 1
        return f"CANARY-{key}-{part}-{self.made}"

    def take_in(self) -> None:
        """One case after the other, as the window clerk does; then what is private."""
        with closing(self.sample.open().session_as("wang.fang")) as window:
            for key, item_code in enumerate(ITEMS):
                self.cases.append(self._case(window, key, item_code))
        with closing(self.sample.open().session_as(DRAFTED)) as mine:
            self._draft(mine)
        with self.owner() as unit:
            why = self.canary(HIDDEN_FROM_HIM, "recusal")
            case = str(self.cases[HIDDEN_FROM_HIM].case_id)
            seeding.add_recusal(unit, Recusal("zhang.wei", case, why, "song.ning"))

    def _draft(self, mine: Any) -> None:
        mine.make_move(self.cases[0].case_id, Move("claim"))
        words = {"opinion.reasons": self.canary(0, "draft")}
        mine.keep_draft(self.cases[0].case_no, "submit_opinion", words)

    def _case(self, session: Any, key: int, item_code: str) -> Case:
        page = one_page(self.canary(key, "materials"))
        sha256 = session.put_content(page)
        person = {"kind": "person", "name": self.canary(key, "form")}
        form = {"applicant": person, "values": {"x": self.canary(key, "form")},
                "delivery": {"manner": "pick_up"}}  # fmt: skip
        paper = {"code": "registration_form", "file": f"{self.canary(key, 'materials')}.pdf",
                 "sha256": sha256, "bytes": len(page), "kind": "pdf", "pages": 1}  # fmt: skip
        move = Move(
            "register", {"item_code": item_code, "situation": "standard", "channel": "window",
                         "package_id": f"canary-{key}"},
            (NewEntry("form", form), NewEntry("material", paper)),
        )  # fmt: skip
        case: Case = session.register(move, self.canary(key, "meta"), f"canary-{key}")
        listed = {"answers": [{"code": "registration_form", "answer": "handed_in"}]}
        case = session.make_move(case.case_id, Move("receive", expected_version=case.version))
        pushed = Move("push", {}, (NewEntry("checklist", listed),), expected_version=case.version)
        return session.make_move(case.case_id, pushed)  # type: ignore[no-any-return]

    @contextmanager
    def owner(self) -> Iterator[Unit]:
        """One transaction with all rights, as who installs the centre has them."""
        server = self.sample.server
        with create_engine(server.cluster.url(server.name), poolclass=NullPool).begin() as sql:
            sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
            yield Unit(sql, self.sample.clock.now())

    def parts(self, login: str) -> list[set[str]]:
        """What the rules grant that person of each case; asked of Python, never of a policy."""
        found = []
        with self.owner() as unit:
            for one in self.cases:
                case = case_rows.case_by_id(unit.sql, one.case_id)
                assert case is not None
                dossier = dossiers.load(unit.sql, Shelf(), case, (login,), unit.now)
                answers = Answers(dossier, login, unit.now)
                found.append({part.value for part in explain(answers).parts})
        return found


def one_page(text: str) -> bytes:
    """A PDF whose only page says this, not compressed, and whose title says it too."""
    drawn = f"BT /F1 14 Tf 60 700 Td ({text}) Tj ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream", f"<</Title({text})>>",
    )  # fmt: skip
    file, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(file)
    file += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    file += "".join(f"{place:010} 00000 n \n" for place in places)
    file += f"trailer\n<</Size {len(parts) + 1}/Root 1 0 R/Info 5 0 R>>\n"
    return f"{file}startxref\n{start}\n%%EOF\n".encode("ascii")


@pytest.fixture
def aviary(
    on_server: ServerSample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aviary]:
    places = tuple(tmp_path / name for name in ("temp", "run", "data", "cache", "config"))
    for place, name in zip(
        places, ("TMPDIR", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"),
        strict=True,
    ):  # fmt: skip
        place.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(place))
    monkeypatch.setattr(tempfile, "tempdir", str(places[0]))
    made = Aviary(on_server, (*places, tmp_path / "desk", tmp_path / "share"))
    made.take_in()
    yield made


@dataclass
class Search:
    """Looks through everything again and again while one person works."""

    aviary: Aviary
    login: str
    heard: pytest.LogCaptureFixture
    whole: bool
    """Every look at every place; at the small depth at some."""
    granted: list[set[str]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    texts: int = 0

    def look(self, where: str) -> None:
        """Everything as it stands now."""
        for source, texts in (
            ("windows", window_texts.of_windows()),
            ("accessibility", window_texts.of_accessibility()),
            ("clipboard", window_texts.of_clipboard()),
            ("files", window_texts.of_files(*self.aviary.places)),
            ("log", iter((self.heard.text,))),
        ):
            for text in texts:
                self.texts += 1
                for one in CANARY.finditer(text):
                    self._found(source, where, one)

    def _found(self, source: str, where: str, one: re.Match[str]) -> None:
        key, part = int(one[1]), one[2]
        may = part in self.granted[key] or (part == "draft" and self.login == DRAFTED)
        if may and source != "log":
            self.seen[source] += 1
        else:
            self.foreign.append(f"{self.login}, {where}, {source}: {one[0]}")


def walk(qtbot: Any, room: DeskRoom, search: Search) -> None:
    """Every screen, every list, every case by its number, every page of it, and what is copied."""
    assert room.window is not None
    window = room.window
    search.look("signed in")
    for code in window.kinds:
        window.open_screen(code)
        settle(qtbot, room)
        search.look(code)
    window.show_keys()
    search.look("keys")
    for page in QApplication.topLevelWidgets():
        if page is not window and page.isVisible():
            page.close()
    if "inbox" in window.kinds:
        lists(qtbot, room, window, search)
    if "case" in window.kinds:
        for key, case in enumerate(search.aviary.cases[: None if search.whole else 3]):
            window.open_case(case.case_no)
            settle(qtbot, room)
            search.look(f"case {key}")
            if search.whole or key == 0:
                pages(qtbot, room, window, search, key)


def lists(qtbot: Any, room: DeskRoom, window: MainWindow, search: Search) -> None:
    """Searching by every number and name, in the inbox."""
    window.open_screen("inbox")
    inbox = inbox_of(window)
    wanted = [case.case_no for case in search.aviary.cases] + ["CANARY"]
    wanted += [case.short_no for case in search.aviary.cases]
    for text in wanted if search.whole else wanted[2:3]:
        inbox.search.clear()
        qtbot.keyClicks(inbox.search, text)
        qtbot.keyClick(inbox.search, Qt.Key.Key_Return)
        settle(qtbot, room)
        # Copying takes what is chosen in the list.
        qtbot.keyClick(inbox.table, "a", Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(inbox.table, "c", Qt.KeyboardModifier.ControlModifier)
        search.look(f"search {wanted.index(text)}")
    inbox.search.clear()


def pages(qtbot: Any, room: DeskRoom, window: MainWindow, search: Search, key: int) -> None:
    """The pages of the case screen, one after the other."""
    screen = window.opened("case")
    assert screen is not None
    for tabs in screen.findChildren(QTabWidget):
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            settle(qtbot, room)
            search.look(f"case {key}, page {number}")


def test_no_window_shows_what_its_person_may_not_see(
    qtbot: Any, aviary: Aviary, depth: int, counted: Callable[[str, int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    seen: Counter[str] = Counter()
    people = PEOPLE if depth > 1 else PEOPLE[:AT_SMALL_DEPTH]
    total = 0
    for login in people:
        search = Search(aviary, login, caplog, depth > 1, aviary.parts(login))
        with desk(aviary.sample) as room:  # type: ignore[arg-type]
            room.parts = _keeping_look(room, aviary)
            sign_in(qtbot, room, login, "any-word")
            walk(qtbot, room, search)
            room._switch_look()
            settle(qtbot, room)
            search.look("another look")
            room.sign_out()
            settle(qtbot, room)
            # Signed out, nobody is there who might see anything at all.
            search.granted = [set() for _case in aviary.cases]
            clipboard = QApplication.clipboard()
            assert clipboard is not None
            clipboard.clear()
            search.look("signed out")
        assert search.foreign == [], "\n".join(search.foreign[:10])
        seen += search.seen
        total += search.texts
    # The search does find canaries: those that may be seen.
    assert {"windows", "accessibility", "files"} <= set(seen), seen
    counted("texts of windows, trees and files without a foreign canary", total)


def _keeping_look(room: DeskRoom, aviary: Aviary) -> Any:
    """With the settings file of the product, in the desk's own folder."""
    folder = aviary.places[5]
    return room.parts._replace(keep_look=lambda look: settings.save_look(
        folder, {"dark": look.dark, "scale": look.scale}))  # fmt: skip


def test_the_search_would_find_one_anywhere(
    qtbot: Any, aviary: Aviary, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def found() -> bool:
        search = Search(aviary, "zhang.wei", caplog, True, [set() for _case in aviary.cases])
        search.look("here")
        return search.foreign != []

    label, word = QLabel(), aviary.canary(2, "form")
    qtbot.addWidget(label)
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    left = aviary.places[0] / "left.json"
    for act, undo in (
        (lambda: label.setText(word), label.clear),
        (lambda: label.setToolTip(word), lambda: label.setToolTip("")),
        (lambda: label.setAccessibleDescription(word), lambda: label.setAccessibleDescription("")),
        (lambda: clipboard.setText(word), clipboard.clear),
        (lambda: left.write_text(json.dumps({"kept": word})), left.unlink),
        (lambda: logging.getLogger("workbench").info("opened %s", word), caplog.clear),
    ):
        assert not found()
        act()
        assert found()
        undo()
