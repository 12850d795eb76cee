"""The seal desk with the real seal worker: custody, queue, place, PIN, press, return, register."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, workplace
from tests.shell.seal_kit import PaperPress, opened_desk, stocked_centre, with_press
from workbench.rules.case import State
from workbench.rules.moment import DAY, MINUTE, at_local, to_local
from workbench.rules.people import CustodyShift
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerState
from workbench.shell.seal_desk.checks import all_good, preflight
from workbench.shell.seal_desk.compare import comparison
from workbench.shell.seal_desk.facts import read_desk
from workbench.shell.seal_desk.press import Readiness, WorkerLine
from workbench.shell.seal_desk.pressing import OncePin
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(12)


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with two business licences awaiting the seal; copied for each test."""
    return stocked_centre(founded, tmp_path_factory.mktemp("stocked"))


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


def tick_all(screen: SealDeskScreen) -> None:
    for box in screen.side.press.compared.boxes:
        box.setChecked(True)


def enter_pin(qtbot: Any, screen: SealDeskScreen, pin: str) -> None:
    qtbot.waitUntil(screen.side.press.compared.isEnabled, timeout=20_000)
    tick_all(screen)
    qtbot.keyClicks(screen.side.press.pin, pin)
    qtbot.keyClick(screen.side.press.pin, Qt.Key.Key_Return)


def test_the_seal_is_pressed_where_the_circle_stood(qtbot: Any, waiting: SampleCentre) -> None:
    """T23 with the real worker, key and verification."""
    with workplace(waiting, "lin.shu") as work:
        screen = opened_desk(qtbot, work)
        assert screen.mark.text() == "Test seal (not an electronic seal)"
        assert screen.queue.list.count() == 2
        first = screen.queue.current()
        assert first is not None
        shown = dict(screen.side.press.compared.rows())
        assert shown["Applicant"] == "林青川" and shown["Document number"] == first.document_no
        assert list(shown) == [
            "Applicant", "Trade name", "Place of business", "Document number", "Issuing organ",
            "Date of document",
        ], "what the department asks to compare, in its order"
        assert dict(screen.side.request.rows())["Decided by"] == "Zhang Wei"
        circle = screen.page.strip.marks[0]
        assert circle.round and circle.width_mm == circle.height_mm == 42
        place = dict(screen.side.place.rows())
        assert place["Centre from the left"] == f"{circle.x_mm:.1f} mm"
        enter_pin(qtbot, screen, waiting.passwords["PIN"])
        assert screen.side.press.pin.text() == ""
        qtbot.waitUntil(lambda: bool(screen.pressing), timeout=5_000)
        qtbot.waitUntil(lambda: not screen.pressing, timeout=60_000)
        assert screen.side.press.refusal.text() == ""
        settle(qtbot, work)
        result = screen.result
        assert result is not None
        assert (result.placement.x_mm, result.placement.y_mm) == pytest.approx(
            (circle.x_mm, circle.y_mm), abs=0.1
        )
        assert screen.side.press.steps.reached[-1] == "released"
        rows = dict(screen.side.result.rows())
        assert rows["Serial of the stamping"] == "1" and "without timestamp" in rows["Signature"]
        assert screen.side.result.isVisible() and not screen.side.press.isVisible()
        assert screen.queue.list.count() == 1
        screen.side.open_result.click()
        settle(qtbot, work)
        assert screen.page.sha256 == result.sha256_after and not screen.page.strip.marks
        screen.tabs.setCurrentWidget(screen.register)
        settle(qtbot, work)
        assert screen.register.model.rowCount() == 1
    with session_of(waiting, "xu.jie") as session:
        states = [row.shown_state for row in session.worklist(_all()).rows]
    assert states == [State.PENDING_ISSUE]


def _all() -> Any:
    from workbench.rules.case_view import WorklistQuery

    return WorklistQuery()


def test_five_wrong_pins_in_a_row_lock_the_desk(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as work:
        screen = opened_desk(qtbot, work)
        for count in range(1, 6):
            enter_pin(qtbot, screen, f"wrong-{count}")
            qtbot.waitUntil(lambda: bool(screen.pressing), timeout=5_000)
            qtbot.waitUntil(lambda: not screen.pressing, timeout=60_000)
            settle(qtbot, work)
            assert screen.side.press.refusal.isVisible(), count
        assert screen.facts is not None and screen.facts.locked
        assert "locked" in screen.side.press.why_not.text()
        assert not screen.side.press.button.isEnabled()
        assert not screen.side.press.compared.isEnabled()
    with session_of(waiting, "lin.shu") as session:
        lines = session.ledger_page(LedgerAsk()).lines
    assert [line.state for line in lines if line.state is LedgerState.RELEASED] == []


def test_a_refresh_keeps_what_is_confirmed_and_another_document_does_not(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as real:
        work = with_press(real, PaperPress())
        screen = opened_desk(qtbot, work)
        tick_all(screen)
        screen.side.press.pin.setText("123")
        screen.refresh()
        settle(qtbot, work)
        assert screen.side.press.compared.complete and screen.side.press.pin.text() == "123"
        screen.queue.list.setCurrentRow(1)
        settle(qtbot, work)
        assert not screen.side.press.compared.complete and screen.side.press.pin.text() == ""


def test_nothing_is_pressed_without_the_confirmation(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_press(real, press))
        panel = screen.side.press
        assert not panel.pin.isEnabled()
        assert "line by line" in panel.why_not.text() and panel.why_not.isVisible()
        tick_all(screen)
        assert panel.why_not.text() == "Enter the PIN of the seal's key."
        assert panel.button.accessibleDescription() == panel.why_not.text()
        panel.compared.boxes[2].setChecked(False)
        screen.side.press.pin.setText("123")
        screen.side.press.button.click()
        qtbot.keyClick(screen.side.press.pin, Qt.Key.Key_Return)
        settle(qtbot, real)
        assert press.pins == []


def test_the_press_is_as_wide_as_the_cards_above_it(qtbot: Any, waiting: SampleCentre) -> None:
    """Also beside a scroll bar, which takes its room from the cards alone."""
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        for height in (560, 1600):
            screen.resize(1360, height)
            qtbot.waitUntil(lambda: screen.side.press.width() == screen.side.request.width())


def test_a_pin_is_taken_once(qtbot: Any, waiting: SampleCentre) -> None:
    pin = OncePin("123456")
    assert pin.take() == "123456"
    with pytest.raises(Refusal) as caught:
        pin.take()
    assert caught.value.code == "pin_again" and "123456" not in str(caught.value)


def test_try_again_after_an_outage_asks_for_the_pin_anew(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress(Outage("key_file_gone", "The key file is gone.", "Put it back."))
        screen = opened_desk(qtbot, with_press(real, press))
        banners: list[Any] = []
        real.notices.posted.connect(banners.append)
        enter_pin(qtbot, screen, "123456")
        settle(qtbot, real)
        assert [b.kind for b in banners] == ["outage"] and "key file" in banners[0].text
        banners[0].again()
        settle(qtbot, real)
        assert press.pins == ["123456"]
        assert screen.side.press.refusal.code == "pin_again"


def test_while_a_press_runs_nobody_leaves_or_changes_the_document(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        press.go_on.clear()
        screen = opened_desk(qtbot, with_press(real, press))
        enter_pin(qtbot, screen, "123456")
        qtbot.waitUntil(lambda: screen.side.press.steps.reached == ["reserved"], timeout=5_000)
        assert not screen.may_leave() and not screen.queue.list.isEnabled()
        assert not screen.side.press.button.isEnabled()
        press.go_on.set()
        qtbot.waitUntil(lambda: screen.result is not None, timeout=5_000)
        settle(qtbot, real)
        assert screen.may_leave() and screen.queue.list.isEnabled()


def test_somebody_elses_press_is_shown_as_a_fact_with_serial_and_time(
    qtbot: Any, waiting: SampleCentre
) -> None:
    """A second press is impossible, and it does not look like an error."""
    with workplace(waiting, "lin.shu") as real:
        with session_of(waiting, "lin.shu") as other:
            task = other.seal_queue()[0]
            line = other.reserve(task.document_id, task.case.case_id, "seal-approval", "elsewhere")
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        screen.queue.choose(task.document_id)
        settle(qtbot, real)
        rows = dict(screen.side.line.rows())
        assert screen.side.line.isVisible()
        assert rows["Serial of the stamping"] == str(line.serial) and rows["Custodian"] == "Lin Shu"
        assert "RESERVED" in rows["State"] and rows["Since"].startswith("2026-11-23")
        assert not screen.side.press.compared.isEnabled()
        assert not screen.side.back.button.isEnabled()
        assert screen.side.press.refusal.isHidden()


def test_a_request_is_returned_with_a_reason(qtbot: Any, waiting: SampleCentre) -> None:
    """T24."""
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        task = screen.queue.current()
        assert task is not None
        back = screen.side.back
        assert not back.button.isEnabled()
        back.reason.setCurrentIndex(back.reason.findData("wrong_organ_name"))
        back.note.setText("the organ's name on page 1")
        back.button.click()
        settle(qtbot, real)
        assert screen.queue.list.count() == 1
        assert screen.queue.current() != task
    with session_of(waiting, "zhang.wei") as session:
        view = session.case_view(task.case.case_no)
    assert view.shown_state is State.PREPARING_RESULT


def test_without_custody_nothing_of_the_queue_is_shown(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "gao.yun") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        assert screen.stack.currentIndex() == 0
        text = screen.custody.text.text()
        assert "Lin Shu keeps the seal until 18:00." in text
        assert "No custody shift of yours runs now" in text and "2026-11-30 08:00" in text
        assert screen.custody.button.isHidden()
        assert screen.queue.tasks == () and screen.page.sha256 == ""


def test_custody_is_taken_over_with_the_own_password(
    qtbot: Any, waiting: SampleCentre, tmp_path: Path
) -> None:
    waiting.clock.set(at_local(to_local(waiting.clock.now() + 7 * DAY).date(), 9))
    with session_of(waiting, "gao.yun") as session:
        shifts = [s for s in session.custody() if s.start <= session.moment() < s.end]
    assert [s.login for s in shifts] == ["gao.yun"]
    _untake(waiting)
    with workplace(waiting, "gao.yun") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        custody = screen.custody
        assert screen.stack.currentIndex() == 0 and custody.button.isVisible()
        assert "You have not taken over yet" in custody.text.text()
        qtbot.keyClicks(custody.password, "not my password")
        custody.button.click()
        settle(qtbot, real)
        assert custody.refusal.isVisible() and custody.password.text() == ""
        assert screen.stack.currentIndex() == 0
        qtbot.keyClicks(custody.password, waiting.passwords["gao.yun"])
        qtbot.keyClick(custody.password, Qt.Key.Key_Return)
        settle(qtbot, real)
        assert screen.stack.currentIndex() == 1
        assert screen.queue.list.count() == 2


def _untake(centre: SampleCentre) -> None:
    """The sample centre's custody is taken over from the start; here it is not yet."""
    import sqlite3

    with sqlite3.connect(centre.folder / "centre.db") as file:
        file.execute("update custody_shift set taken_over_at = null where login = 'gao.yun'")
    file.close()


def test_the_preflight_list_names_what_is_missing_and_what_to_do(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with session_of(waiting, "lin.shu") as session:
        facts = read_desk(session)
    seal = facts.seal_for(facts.queue[0])
    assert seal is not None
    assert all_good(preflight(facts, seal, Readiness(True), "lin.shu"))
    gone = preflight(facts, seal, Readiness(False), "lin.shu")
    assert [c.name for c in gone if not c.good] == ["Key file"] and gone[2].remedy
    nobody = preflight(facts, seal, Readiness(True), "gao.yun")
    assert [c.name for c in nobody if not c.good] == ["Custody"]
    soon = replace(facts, at=seal.valid_to - 10 * DAY)
    assert [c.name for c in preflight(soon, seal, None, "") if c.warning] == ["Certificate"]
    over = replace(facts, at=seal.valid_to)
    assert not preflight(over, seal, Readiness(True), "lin.shu")[1].good
    other = replace(facts.queue[0], seal_kind="steel")
    assert facts.seal_for(other) is None
    assert not all_good(preflight(facts, None, Readiness(True), "lin.shu"))


def test_a_missing_key_file_is_seen_before_anything_is_pressed(
    qtbot: Any, waiting: SampleCentre
) -> None:
    shutil.rmtree(waiting.folder / "keys")
    with workplace(waiting, "lin.shu") as work:
        screen = opened_desk(qtbot, work)
        settle(qtbot, work)
        assert screen.ready is None or not screen.ready.key_file
        assert not screen.side.press.compared.isEnabled()
        assert screen.side.press.why_not.text()


def test_what_the_worker_found_stands_in_the_list_with_its_remedy(
    qtbot: Any, waiting: SampleCentre
) -> None:
    """Each line by word and shape, and once more on request (A10)."""
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        press.lines = (
            WorkerLine("key", "not put in", False, "Put the token in."),
            WorkerLine("timestamp", "no answer", False, "Press without, or wait.", warning=True),
        )
        screen = opened_desk(qtbot, with_press(real, press))
        qtbot.waitUntil(lambda: screen.ready is not None, timeout=5_000)
        settle(qtbot, real)
        said = "\n".join(label.text() for label in screen.side.checks.findChildren(QLabel)
                         if label.isVisibleTo(screen))  # fmt: skip
        assert "Key: not put in\nPut the token in." in said
        assert "Timestamp: no answer" in said
        assert not screen.side.press.compared.isEnabled()
        press.lines = press.lines[1:]
        screen.side.check_again.click()
        settle(qtbot, real)
        assert screen.side.press.compared.isEnabled(), "a warning does not stop the press"


def test_a_certificate_that_ends_soon_is_a_banner_once(qtbot: Any, waiting: SampleCentre) -> None:
    with session_of(waiting, "lin.shu") as session:
        end = next(one.valid_to for one in session.seals() if one.seal_id == "seal-approval")
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        assert real.notices.standing() == () and screen.facts is not None
        facts = replace(screen.facts, at=end - 10 * DAY, custody=(
            CustodyShift("lin.shu", end - 11 * DAY, end, end - 11 * DAY),))  # fmt: skip
        screen._show(facts)
        (notice,) = [one for one in real.notices.standing() if "seal-approval" in one.key]
        assert "ends on" in notice.text and "Have it renewed" in notice.text
        real.notices.withdraw(notice.key)
        screen._show(facts)
        assert not [one for one in real.notices.standing() if "seal-approval" in one.key]


def test_a_department_check_that_does_not_hold_stops_the_press(
    qtbot: Any, waiting: SampleCentre
) -> None:
    """Domain 7.3: the date before the decision is seen by the desk, not only by the eye."""
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_press(real, PaperPress()))
        frozen = screen.frozen
        assert frozen is not None and frozen.comparison.failed == ()
        values = {**frozen.task.values, "issue_date": "2026年11月20日"}
        task = replace(frozen.task, values=values)
        with session_of(waiting, "lin.shu") as session:
            (offer,) = [one for one in session.stamping_offers()
                        if task.case.item_code in one.item_codes]  # fmt: skip
        wrong = comparison(task, None, offer)
        assert [one.code for one in wrong.failed] == ["date"]
        screen.stamping.frozen = replace(frozen, task=task, comparison=wrong)
        screen.stamping.judge()
        assert not screen.side.press.compared.isEnabled()
        assert "date" in screen.side.press.why_not.text().lower()
        assert screen.side.back.reason.isEnabled(), "it can be returned"
