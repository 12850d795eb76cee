"""What is typed into a step is kept: killed desk, lock, sign-out, end of shift (E06)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.shell import desk_kit, desks_kit
from tests.shell.desk_kit import SampleCentre
from workbench.casework import acceptance
from workbench.hosting.host import open_host
from workbench.rules.moment import MINUTE, at_local, to_local
from workbench.shell.case.screen import CaseScreen

pytestmark = pytest.mark.long(17)

A, B = "zhang.wei", "li.na"
OPINION = "submit_opinion"
WORDS = "经核对，住所证明与申请一致。"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def accepted(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A centre with one immediate case, accepted by post A; made once and copied."""
    place = tmp_path_factory.mktemp("accepted")
    centre = desk_kit.copied(founded, place)
    case_no = str(desks_kit.take_in(centre, place / "packages", ("I01",))[0].case_no)
    with desks_kit.session_of(centre, A) as session:
        acceptance.accept(session, session.case_view(case_no).case)
    return centre.folder, case_no


@pytest.fixture
def sample(accepted: tuple[Path, str], tmp_path: Path) -> SampleCentre:
    made = desk_kit.copied(accepted[0], tmp_path)
    made.clock.forward(5 * MINUTE)
    return made


@pytest.fixture
def case_no(accepted: tuple[Path, str]) -> str:
    return accepted[1]


@contextmanager
def case_screen(
    sample: SampleCentre, case_no: str, qtbot: Any, login: str = A
) -> Iterator[CaseScreen]:
    """The case open on the screen of that person."""
    with desks_kit.workplace(sample, login) as bare:
        work = replace(bare, hosting=open_host(None, without_plugins=True))
        screen = CaseScreen(work)
        qtbot.addWidget(screen)
        screen.resize(1280, 800)
        screen.show()
        qtbot.waitExposed(screen)
        screen.open_case(case_no)
        desks_kit.settle(qtbot, work)
        yield screen
        screen.hide()
        desks_kit.settle(qtbot, work)


def opened(qtbot: Any, screen: CaseScreen, move: str = OPINION) -> Any:
    """The card of that step, after the centre was asked for a draft."""
    screen.parts.steps.take(move)
    desks_kit.settle(qtbot, screen.work)
    assert screen.parts.steps.card is not None
    return screen.parts.steps.card


def reasons(card: Any) -> Any:
    return card.form.parts["opinion.reasons"]


def kept(sample: SampleCentre, login: str = A) -> list[tuple[str, dict[str, str]]]:
    """What the centre keeps for that person."""
    with desks_kit.session_of(sample, login) as session:
        return [(one.move, dict(one.texts)) for one in session.my_drafts()]


def test_a_desk_that_is_killed_loses_nothing_that_was_typed(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    call = [sys.executable, "-m", "tests.shell.typing_desk", str(sample.folder),
            str(sample.clock.now()), case_no, WORDS]  # fmt: skip
    desk = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert desk.stdout is not None
        assert [desk.stdout.readline().strip() for _line in range(2)] == ["typed", "kept"]
        desk.send_signal(signal.SIGKILL)
        assert desk.wait(10) == -signal.SIGKILL
    finally:
        desk.kill()
        desk.communicate()
    assert kept(sample, B) == [], "the partner sees nothing of it"
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen)
        assert reasons(card).value() == WORDS
        assert "is back" in card.kept.text() and not card.discard.isHidden()


def test_it_is_saved_a_short_while_after_the_last_key(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen)
        assert card.discard.isHidden()
        reasons(card).fill(WORDS)
        assert kept(sample) == [], "not at every key"
        qtbot.waitUntil(lambda: "Only you" in card.kept.text(), timeout=5_000)
        ((move, texts),) = kept(sample)
        assert move == OPINION and texts["opinion.reasons"] == WORDS
        reasons(card).fill("")
        qtbot.waitUntil(lambda: kept(sample) == [], timeout=5_000)


@pytest.mark.parametrize("goes", ["hide", "close", "escape", "other case"])
def test_it_is_saved_at_once_when_the_form_goes_out_of_sight(
    sample: SampleCentre, case_no: str, qtbot: Any, goes: str
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen)
        reasons(card).fill(WORDS)
        if goes == "hide":
            screen.hide()
        elif goes == "close":
            screen.close()
        elif goes == "escape":
            qtbot.keyClick(card, Qt.Key.Key_Escape)
        else:
            screen.open_case("another")
        desks_kit.settle(qtbot, screen.work)
        assert [texts["opinion.reasons"] for _move, texts in kept(sample)] == [WORDS]


@pytest.mark.parametrize("ends", ["lock", "sign out", "end"])
def test_lock_sign_out_and_the_end_of_the_desk_save_it(
    sample: SampleCentre, case_no: str, qtbot: Any, ends: str
) -> None:
    with desk_kit.desk(sample, plugins=False) as room:
        window = desk_kit.sign_in(qtbot, room, A, sample.passwords[A])
        window.open_case(case_no)
        desk_kit.settle(qtbot, room)
        screen = window.opened("case")
        assert isinstance(screen, CaseScreen)
        screen.parts.steps.take(OPINION)
        desk_kit.settle(qtbot, room)
        reasons(screen.parts.steps.card).fill(WORDS)
        if ends == "lock":
            window.lock()
        elif ends == "sign out":
            room.sign_out()
        if ends != "end":
            desk_kit.settle(qtbot, room)
            assert [texts["opinion.reasons"] for _move, texts in kept(sample)] == [WORDS]
    assert [texts["opinion.reasons"] for _move, texts in kept(sample)] == [WORDS]


def test_making_the_step_leaves_no_draft_behind(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen, "release")
        qtbot.keyClick(card.confirm, Qt.Key.Key_Return)
        desks_kit.settle(qtbot, screen.work)
        card = opened(qtbot, screen, "claim")
        qtbot.keyClick(card.confirm, Qt.Key.Key_Return)
        desks_kit.settle(qtbot, screen.work)
        card = opened(qtbot, screen, "hand_over")
        card.form.parts["note.text"].fill(WORDS)
        card.form.parts["to"].fill(B)
        qtbot.waitUntil(lambda: len(kept(sample)) == 1, timeout=5_000)
        card.form.parts["note.text"].fill(WORDS * 2)
        qtbot.keyClick(card.confirm, Qt.Key.Key_Return)
        desks_kit.settle(qtbot, screen.work)
        qtbot.wait(1_500)
        desks_kit.settle(qtbot, screen.work)
        assert kept(sample) == []


def test_the_user_may_begin_anew(sample: SampleCentre, case_no: str, qtbot: Any) -> None:
    with desks_kit.session_of(sample, A) as session:
        session.keep_draft(case_no, OPINION, {"opinion.reasons": WORDS})
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen)
        assert reasons(card).value() == WORDS
        qtbot.keyClick(card.discard, Qt.Key.Key_Space)
        desks_kit.settle(qtbot, screen.work)
        fresh = screen.parts.steps.card
        assert fresh is not None and fresh is not card and reasons(fresh).value() == ""
        assert kept(sample) == []


def test_what_is_typed_while_the_centre_is_asked_is_not_overwritten(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with desks_kit.session_of(sample, A) as session:
        session.keep_draft(case_no, OPINION, {"opinion.reasons": "older"})
    with case_screen(sample, case_no, qtbot) as screen:
        screen.parts.steps.take(OPINION)
        card = screen.parts.steps.card
        reasons(card).fill("newer")
        desks_kit.settle(qtbot, screen.work)
        assert reasons(card).value() == "newer"


def test_in_grace_it_is_saved_and_not_decided_and_after_it_not_saved(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    day = to_local(sample.clock.now()).date()
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen)
        sample.clock.set(at_local(day, 13, 40))
        screen.refresh()
        desks_kit.settle(qtbot, screen.work)
        assert not card.confirm.isEnabled()
        reasons(card).fill(WORDS)
        qtbot.waitUntil(lambda: "Only you" in card.kept.text(), timeout=5_000)
        sample.clock.set(at_local(day, 13, 46))
        reasons(card).fill(WORDS + "太晚")
        qtbot.waitUntil(lambda: "not kept any more" in card.kept.text(), timeout=5_000)
    sample.clock.set(at_local(day, 13, 20))
    assert [texts["opinion.reasons"] for _move, texts in kept(sample)] == [WORDS]


def test_a_file_of_this_computer_stays_out_of_the_draft(
    sample: SampleCentre, case_no: str, qtbot: Any, tmp_path: Path
) -> None:
    paper = tmp_path / "result.pdf"
    paper.write_bytes(b"%PDF-1.4")
    with case_screen(sample, case_no, qtbot) as screen:
        card = opened(qtbot, screen, "hand_over")
        card.form.parts["note.text"].fill("x")
        assert card.keepable() == {"note.text": "x"}
        from workbench.shell.case.step_fields import FileField

        field = FileField(card, card.form.changed.emit)
        card.form.parts["material.sha256"] = field
        field.choose(paper)
        assert "material.sha256" in card.draft() and card.keepable() == {"note.text": "x"}
