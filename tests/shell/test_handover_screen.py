"""The hand-over screen on a real centre: leaving, arriving, the list as a PDF (domain 4.6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from tests.shell import desk_kit, desks_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.screen_check import check
from workbench.casework import acceptance, private_drafts
from workbench.rules.moment import MINUTE, SetClock, at_local, to_local
from workbench.shell.handover.list_card import ListCard
from workbench.shell.handover.screen import HandoverScreen

pytestmark = pytest.mark.long(9)

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier
A, B = "zhang.wei", "li.na"


@pytest.fixture(scope="session")
def held(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre in which post A has accepted two cases in the morning; made once and copied."""
    place = tmp_path_factory.mktemp("held")
    centre = desk_kit.copied(founded, place)
    reports = [
        desks_kit.take_in(centre, place / name, (name,))[0] for name in ("I01", "I04")
    ]
    with desks_kit.session_of(centre, A) as session:
        for report in reports:
            centre.clock.forward(MINUTE)
            acceptance.accept(session, session.case_view(report.case_no).case)
    return centre.folder


@pytest.fixture
def sample(held: Path, tmp_path: Path) -> SampleCentre:
    return desk_kit.copied(held, tmp_path)


def at(clock: SetClock, hour: int, minute: int) -> None:
    """Later on the same day."""
    clock.set(at_local(to_local(clock.now()).date(), hour, minute))


@contextmanager
def handover_screen(
    sample: SampleCentre, qtbot: Any, login: str, **look: Any
) -> Iterator[HandoverScreen]:
    """The screen of that person, with its answer drawn."""
    with desks_kit.workplace(sample, login, **look) as work:
        screen = HandoverScreen(work)
        qtbot.addWidget(screen)
        screen.resize(1280, 800)
        screen.show()
        qtbot.waitExposed(screen)
        screen.activateWindow()
        screen.refresh()
        desks_kit.settle(qtbot, work)
        yield screen
        screen.hide()
        desks_kit.settle(qtbot, work)


def settled(qtbot: Any, screen: HandoverScreen) -> None:
    desks_kit.settle(qtbot, screen.work)


def given(sample: SampleCentre, qtbot: Any, note: str = "现场照片还缺一张") -> None:
    """Post A hands everything over shortly before half past one, by keyboard."""
    at(sample.clock, 13, 20)
    with handover_screen(sample, qtbot, A) as screen:
        first = screen.held.rows[0]
        first.note.setFocus()
        first.note.insert(note)
        qtbot.keyClick(first.papers, KEY.Key_Space)
        qtbot.keyClick(screen, KEY.Key_Return, CTRL)
        settled(qtbot, screen)
        assert screen.held.rows == [] and not screen.empty.isHidden()


def test_the_leaving_one_hands_over_everything_with_one_key(
    sample: SampleCentre, qtbot: Any
) -> None:
    at(sample.clock, 13, 20)
    with handover_screen(sample, qtbot, A) as screen:
        assert screen.to.currentData() == B, "the partner whose shift comes next"
        assert len(screen.held.rows) == 2 and all(r.tick.isChecked() for r in screen.held.rows)
        assert screen.give.text() == "Pass on (2)"
        assert "due" in screen.held.rows[0].state.text()
        qtbot.keyClick(screen, KEY.Key_Return, CTRL)
        settled(qtbot, screen)
        assert screen.held.rows == []
        (card,) = screen.cards
        assert len(card.lines) == 2 and card.to_take == ()
        assert not card.take_all.isVisible(), "who gave cannot take"
        assert "not confirmed yet" in shown(card)


def test_in_the_middle_of_a_shift_nothing_is_ticked_yet(sample: SampleCentre, qtbot: Any) -> None:
    at(sample.clock, 12, 59)
    with handover_screen(sample, qtbot, A) as screen:
        assert screen.held.ticked() == [] and not screen.give.isEnabled()
        qtbot.keyClick(screen, KEY.Key_Return, CTRL)
        settled(qtbot, screen)
        assert len(screen.held.rows) == 2
        qtbot.keyClick(screen.all, KEY.Key_Space)
        assert screen.give.text() == "Pass on (2)" and screen.give.isEnabled()


def test_one_case_alone_goes_with_its_note(sample: SampleCentre, qtbot: Any) -> None:
    at(sample.clock, 13, 20)
    with handover_screen(sample, qtbot, A) as screen:
        row = screen.held.rows[1]
        number = row.held.case.short_no
        row.note.insert("已电话联系")
        qtbot.keyClick(row.give, KEY.Key_Space)
        settled(qtbot, screen)
        assert [one.held.case.short_no for one in screen.held.rows] != [number]
        assert [line.short_no for line in screen.cards[0].lines] == [number]
        assert "已电话联系" in shown(screen.cards[0])


def test_what_is_written_stays_while_the_list_is_drawn_anew(
    sample: SampleCentre, qtbot: Any
) -> None:
    at(sample.clock, 13, 20)
    with handover_screen(sample, qtbot, A) as screen:
        first, second = screen.held.rows
        case_no = second.held.case.case_no
        second.note.insert("写了一半")
        qtbot.keyClick(second.tick, KEY.Key_Space)
        qtbot.keyClick(first.give, KEY.Key_Space)
        settled(qtbot, screen)
        (left,) = screen.held.rows
        assert left is not second and left.held.case.case_no == case_no
        assert left.note.text() == "写了一半" and not left.tick.isChecked()
        kept = screen.keep()
    with handover_screen(sample, qtbot, A) as again:
        again.held.show_held((), {}, True)
        again.restore(kept)
        again.refresh()
        settled(qtbot, again)
        assert again.held.rows[0].note.text() == "写了一半"


def test_the_arriving_one_reads_the_notes_and_confirms_in_his_own_name(
    sample: SampleCentre, qtbot: Any
) -> None:
    given(sample, qtbot)
    with handover_screen(sample, qtbot, B) as screen:
        assert screen.cards == [], "before the shift nothing of the pool is shown"
        at(sample.clock, 13, 31)
        screen.refresh()
        settled(qtbot, screen)
        (card,) = screen.cards
        assert "现场照片还缺一张" in shown(card) and "papers go along" in shown(card)
        qtbot.keyClick(card.takes[0], KEY.Key_Space)
        settled(qtbot, screen)
        (card,) = screen.cards
        assert len(card.to_take) == 1
        qtbot.keyClick(screen, KEY.Key_T, CTRL_SHIFT)
        settled(qtbot, screen)
        assert screen.cards[0].to_take == () and len(screen.held.rows) == 2
        assert "taken over by Li Na" in shown(screen.cards[0])
        numbers = [row.held.case.case_no for row in screen.held.rows]
    with desks_kit.session_of(sample, "tang.bo") as supervisor:
        for number in numbers:
            last = supervisor.events_of(number)[-1]
            assert (last.kind, last.actor) == ("take_over", B)


def test_without_action_the_next_one_finds_an_automatic_list(
    sample: SampleCentre, qtbot: Any
) -> None:
    at(sample.clock, 14, 5)
    with handover_screen(sample, qtbot, B) as screen:
        assert [len(card.lines) for card in screen.cards] == [2]
        assert all("automatic" in card.heading() for card in screen.cards)
        assert all("13:45" in card.heading() for card in screen.cards)
        qtbot.keyClick(screen, KEY.Key_T, CTRL_SHIFT)
        settled(qtbot, screen)
        assert len(screen.held.rows) == 2


def test_the_list_is_saved_as_a_chinese_document(
    sample: SampleCentre, qtbot: Any, tmp_path: Path
) -> None:
    given(sample, qtbot)
    path = tmp_path / "list.pdf"
    with handover_screen(sample, qtbot, A) as screen:
        screen.save_to(screen.cards[0].list_id, path)
        settled(qtbot, screen)
        assert screen.refusal.code == ""
    document = pypdfium2.PdfDocument(str(path))
    text = "".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    for wanted in ("交接清单", "张维", "李娜", "现场照片还缺一张", "随案移交", "审核中", "剩余"):
        assert wanted in text, wanted


def test_a_draft_stays_with_its_author_and_is_pointed_out(
    sample: SampleCentre, qtbot: Any
) -> None:
    at(sample.clock, 13, 10)
    with desks_kit.session_of(sample, A) as session:
        number = read_first(session)
        private_drafts.keep(session, number, "submit_opinion", {"opinion.reasons": "拟准予"})
    with handover_screen(sample, qtbot, A) as screen:
        marked = [r for r in screen.held.rows if "a draft of yours" in r.state.text()]
        assert [r.held.case.case_no for r in marked] == [number]


def read_first(session: Any) -> str:
    from workbench.casework.handing_over import read_sheet

    return str(read_sheet(session, "market_supervision").held[0].case.case_no)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_can_be_read_in_every_look(
    sample: SampleCentre, qtbot: Any, language: str, scale: float
) -> None:
    given(sample, qtbot)
    at(sample.clock, 13, 32)
    desk_kit.speak(language)
    with handover_screen(sample, qtbot, B, scale=scale, dark=scale > 1) as screen:
        assert check(screen, language) == []


def shown(card: ListCard) -> str:
    """Every text of the card."""
    return "\n".join(label.text() for label in card.findChildren(QLabel))
