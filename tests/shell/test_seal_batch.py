"""A batch at the seal desk: chosen, confirmed one by one, by keyboard alone (domain 3.3, 7.3)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, to_the_seal, workplace
from tests.shell.seal_kit import PaperPress, opened_desk, stocked_centre, with_press
from workbench.casework.sealing import return_request
from workbench.rules.case import State
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import MINUTE
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerState
from workbench.shell.seal_desk.batch import Batch, End, is_of_one_document
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(12)

COUNT = 3


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stocked_centre(founded, tmp_path_factory.mktemp("batch"), COUNT)


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


def key(qtbot: Any, what: Qt.Key) -> None:
    """To whatever has the keyboard, as a hand does it."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, what)


def begun(qtbot: Any, screen: SealDeskScreen, work: Any) -> None:
    """Ctrl+A, then the button: the batch of everything that waits."""
    screen.activateWindow()
    screen.queue.list.setFocus()
    qtbot.keyClick(screen.queue.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(screen.queue.ticked) == len(screen.queue.tasks)
    screen.queue.begin.setFocus()
    qtbot.keyClick(screen.queue.begin, Qt.Key.Key_Space)
    settle(qtbot, work)
    assert screen.stamping.batch.running and screen.frozen is not None


def confirmed(qtbot: Any, screen: SealDeskScreen, work: Any, pin: str = "") -> None:
    """Each line ticked with the space bar, the PIN where it is asked for, Enter."""
    rows = len(screen.side.press.compared.boxes)
    assert rows >= 4
    for _row in range(rows):
        key(qtbot, Qt.Key.Key_Space)
    assert screen.side.press.compared.complete
    if pin:
        assert QApplication.focusWidget() is screen.side.press.pin
        qtbot.keyClicks(screen.side.press.pin, pin)
    else:
        assert not screen.side.press.pin.isVisible()
    key(qtbot, Qt.Key.Key_Return)
    settle(qtbot, work)


def one_more(centre: SampleCentre) -> Any:
    """A case that was taken in and waits for acceptance still."""
    with session_of(centre, "zhang.wei") as session:
        rows = session.worklist(WorklistQuery(group=State.PENDING_ACCEPTANCE.value)).rows
    return SimpleNamespace(case_no=rows[0].case.case_no)


def ends(screen: SealDeskScreen) -> list[End]:
    return [one.end for one in screen.summary.outcomes]


def test_one_pin_and_one_confirmation_a_document(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        wanted = [one.document_id for one in screen.queue.tasks]
        begun(qtbot, screen, real)
        assert screen.stand.bar.place.text() == f"Batch: 1 of {COUNT}"
        key(qtbot, Qt.Key.Key_Return)
        assert press.pressed == [], "nothing is pressed before it was compared"
        confirmed(qtbot, screen, real, "123456")
        for _document in wanted[1:]:
            confirmed(qtbot, screen, real)
        assert press.opened == ["123456"], "one authentication for all of them"
        assert press.pressed == wanted and press.pins == [""] * COUNT
        assert not press.open, "the key is closed with the batch"
        assert ends(screen) == [End.SEALED] * COUNT
        assert [one.serial for one in screen.summary.outcomes] == [7, 8, 9]
        assert screen.stack.currentWidget() is screen.summary
        key(qtbot, Qt.Key.Key_Return)
        assert screen.stack.currentWidget() is screen.stand and screen.queue.ticked == set()


def test_the_seals_policy_may_ask_for_the_pin_each_time(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        assert screen.facts is not None
        each = tuple(replace(one, batch_limit=1) for one in screen.facts.seals)
        screen.facts = replace(screen.facts, seals=each)
        begun(qtbot, screen, real)
        confirmed(qtbot, screen, real, "123456")
        screen.facts = replace(screen.facts, seals=each)
        screen.stamping.judge()
        assert screen.side.press.pin.isVisible() and press.opened == []
        assert press.pins == ["123456"]


def test_skip_return_and_end_by_keyboard(qtbot: Any, waiting: SampleCentre) -> None:
    """S leaves it in the queue, R asks for a reason, Esc ends; the summary names all of them."""
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        cases = [one.case.case_no for one in screen.queue.tasks]
        begun(qtbot, screen, real)
        key(qtbot, Qt.Key.Key_S)
        settle(qtbot, real)
        key(qtbot, Qt.Key.Key_R)
        assert QApplication.focusWidget() is screen.side.back.reason
        key(qtbot, Qt.Key.Key_Down)
        key(qtbot, Qt.Key.Key_Down)
        assert screen.side.back.reason.currentData() == "wrong_date"
        key(qtbot, Qt.Key.Key_Return)
        settle(qtbot, real)
        assert screen.stand.bar.place.text() == f"Batch: 3 of {COUNT}"
        key(qtbot, Qt.Key.Key_Escape)
        settle(qtbot, real)
        assert ends(screen) == [End.SKIPPED, End.RETURNED, End.LEFT]
        assert screen.summary.outcomes[1].why == "wrong date"
        assert press.pressed == []
    with session_of(waiting, "zhang.wei") as session:
        views = [session.case_view(case) for case in cases]
    assert [view.shown_state for view in views] == [
        State.PENDING_SEAL, State.PREPARING_RESULT, State.PENDING_SEAL,
    ]  # fmt: skip


def test_escape_leaves_the_reasons_before_it_leaves_the_batch(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        begun(qtbot, screen, real)
        key(qtbot, Qt.Key.Key_R)
        key(qtbot, Qt.Key.Key_Escape)
        assert screen.stamping.batch.running
        assert QApplication.focusWidget() is screen.side.press.compared.boxes[0]


def test_letters_typed_into_the_pin_are_no_keys(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        begun(qtbot, screen, real)
        confirmed(qtbot, screen, real, "rsRS12")
        assert press.opened == ["rsRS12"] and screen.stamping.batch.batch is not None
        assert screen.stamping.batch.batch.count(End.SEALED) == 1


def test_a_fault_of_one_document_does_not_end_the_batch(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        begun(qtbot, screen, real)
        press.trouble = Refusal("already_stamped", "Gao Yun has sealed it.", "Open the result.")
        confirmed(qtbot, screen, real, "123456")
        press.trouble = None
        assert screen.stand.bar.place.text() == f"Batch: 2 of {COUNT}"
        confirmed(qtbot, screen, real)
        key(qtbot, Qt.Key.Key_Escape)
        settle(qtbot, real)
        assert ends(screen) == [End.FAILED, End.SEALED, End.LEFT]
        assert "Gao Yun has sealed it." in screen.summary.outcomes[0].why


@pytest.mark.parametrize(
    "trouble",
    [
        Refusal("seal_suspended", "This seal is suspended.", "Ask the security administrator."),
        Refusal("seal_desk_locked", "Five wrong PINs in a row.", "Have it unlocked."),
        Outage("token_gone", "The token is not there.", "Put it in again."),
    ],
)
def test_what_holds_for_every_document_ends_the_batch_with_its_remedy(
    qtbot: Any, waiting: SampleCentre, trouble: Exception
) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress(trouble)
        screen = opened_desk(qtbot, with_press(real, press))
        begun(qtbot, screen, real)
        confirmed(qtbot, screen, real, "123456")
        assert ends(screen) == [End.LEFT] * COUNT
        assert screen.summary.why.isVisible()
        assert str(trouble.remedy) in screen.summary.why.text()  # type: ignore[attr-defined]
        assert not press.open


def test_a_wrong_pin_is_asked_for_again_and_the_document_stays(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress(Refusal("wrong_pin", "The PIN is wrong.", "Try again."))
        screen = opened_desk(qtbot, with_press(real, press))
        begun(qtbot, screen, real)
        first = screen.frozen
        confirmed(qtbot, screen, real, "000000")
        assert screen.side.press.refusal.code == "wrong_pin"
        assert screen.side.press.pin.isVisible() and screen.side.press.pin.text() == ""
        assert screen.side.press.compared.complete, "what was compared stays compared"
        assert first is not None and screen.frozen is not None
        assert screen.frozen.task.document_id == first.task.document_id


def test_an_immediate_case_that_comes_in_is_next(
    qtbot: Any, waiting: SampleCentre, tmp_path: Path
) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        before = [one.document_id for one in screen.queue.tasks]
        begun(qtbot, screen, real)
        in_hand = screen.frozen
        late = to_the_seal(waiting, one_more(waiting), tmp_path / "draft")
        assert late.immediate
        screen.refresh()
        settle(qtbot, real)
        assert screen.frozen is in_hand, "the document in hand stays in hand"
        assert screen.stand.bar.news.isVisible()
        assert screen.stand.bar.place.text() == f"Batch: 1 of {COUNT + 1}"
        confirmed(qtbot, screen, real, "123456")
        assert screen.frozen is not None and screen.frozen.task.case.case_no == late.case_no
        confirmed(qtbot, screen, real)
        assert screen.frozen.task.document_id == before[1], "the batch goes on where it was"


def test_somebody_else_may_take_a_document_out_of_the_batch(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        begun(qtbot, screen, real)
        task = screen.queue.tasks[0]
        with session_of(waiting, "lin.shu") as other:
            return_request(other, task.case, "layout", "")
        screen.refresh()
        settle(qtbot, real)
        assert screen.stand.bar.place.text() == f"Batch: 2 of {COUNT}"
        key(qtbot, Qt.Key.Key_Escape)
        assert screen.summary.outcomes[0].end is End.FAILED


def test_locking_the_desk_closes_the_key_and_keeps_the_batch(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        begun(qtbot, screen, real)
        confirmed(qtbot, screen, real, "123456")
        assert press.open and not screen.side.press.pin.isVisible()
        screen.covered()
        settle(qtbot, real)
        assert not press.open and screen.side.press.pin.isVisible()
        assert screen.stamping.batch.running
        confirmed(qtbot, screen, real, "123456")
        assert len(press.pressed) == 2 and press.opened == ["123456", "123456"]


def test_ticks_by_space_and_shift_survive_a_refresh(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        queue = screen.queue
        queue.list.setCurrentRow(0)
        qtbot.keyClick(queue.list, Qt.Key.Key_Space)
        assert len(queue.ticked) == 1 and queue.begin.isEnabled()
        qtbot.keyClick(queue.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        assert len(queue.ticked) == 2 and queue.list.currentRow() == 1
        settle(qtbot, real)
        screen.refresh()
        settle(qtbot, real)
        assert len(queue.ticked) == 2 and queue.hint.text() == "Ticked: 2 of at most 50"
        qtbot.keyClick(queue.list, Qt.Key.Key_Space)
        assert len(queue.ticked) == 1


def test_a_batch_with_the_real_worker_and_one_pin(qtbot: Any, waiting: SampleCentre) -> None:
    """T23 three times with the real key, opened once; the files stand in the register."""
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, real)
        begun(qtbot, screen, real)
        for number in range(COUNT):
            qtbot.waitUntil(screen.side.press.compared.isEnabled, timeout=20_000)
            screen.side.press.compared.begin()
            confirmed(qtbot, screen, real, "" if number else waiting.passwords["PIN"])
        qtbot.waitUntil(lambda: not screen.pressing, timeout=60_000)
        settle(qtbot, real)
        assert ends(screen) == [End.SEALED] * COUNT, screen.summary.outcomes
        assert screen.facts is not None and screen.facts.queue == ()
    with session_of(waiting, "lin.shu") as session:
        lines = session.ledger_page(LedgerAsk()).lines
    assert [line.state for line in lines] == [LedgerState.RELEASED] * COUNT
    assert len({line.sha256_after for line in lines}) == COUNT


# -- the order, without a desk ---------------------------------------------------------------------


def test_at_most_fifty_and_what_is_not_reached_is_named(waiting: SampleCentre) -> None:
    with session_of(waiting, "lin.shu") as session:
        task = session.seal_queue()[0]
    many = [replace(task, document_id=f"d{n}") for n in range(60)]
    batch = Batch(many, many)
    assert batch.total == 50 and batch.place == 1
    batch.note(End.SEALED, serial=1)
    ordinary = replace(task, document_id="new", case=replace(task.case, immediate=False))
    urgent = replace(task, document_id="urgent")
    assert batch.hear([*many, ordinary, urgent]) == (urgent,), "only immediate ones come in"
    assert batch.note(End.SKIPPED) == urgent
    outcomes = batch.stop()
    assert len(outcomes) == 51 and sum(one.end is End.LEFT for one in outcomes) == 49


def test_what_lies_with_the_document_and_what_does_not() -> None:
    for code in ("already_stamped", "seal_wrong_kind", "separation", "content_broken"):
        assert is_of_one_document(Refusal(code, "…")), code
    for code in ("seal_suspended", "seal_daily_limit", "token_locked", "not_on_custody_shift"):
        assert not is_of_one_document(Refusal(code, "…")), code
    assert not is_of_one_document(Outage("disk_full", "…"))
