"""Two persons, two screens: voiding before issue (T23b); the forms of T14, T20 and E11."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.journeys.near import near_seal
from tests.shell.desk_kit import NINE, SampleCentre, copied, speak
from tests.shell.desks_kit import sealed_licence, session_of, settle, take_in, workplace
from tests.shell.screen_check import check
from tests.shell.test_case import case_screen, click
from tests.shell.test_flow_forms import begun
from workbench.casework.completing import carry_out
from workbench.casework.seal_register import whole_ledger
from workbench.rules.case import Part, State, Task, TaskKind
from workbench.rules.moment import MINUTE, to_local
from workbench.rules.seal_custody import LedgerState
from workbench.shell.case.part_pages import entry_lines
from workbench.shell.case.step_fields import DayField
from workbench.shell.case.step_forms import DESPITE, GeneralForm
from workbench.shell.inbox.model import Column
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(12)
REASON = "the name is misspelt"


@pytest.fixture(scope="module")
def sealed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A centre with one sealed business licence; copied for each test."""
    folder = tmp_path_factory.mktemp("sealed")
    centre = copied(founded, folder)
    with near_seal():
        case = sealed_licence(centre, folder)
    return centre.folder, case.case_no


@pytest.fixture
def centre(sealed: tuple[Path, str], tmp_path: Path) -> SampleCentre:
    return copied(sealed[0], tmp_path, NINE + 30 * MINUTE)


@pytest.fixture
def case_no(sealed: tuple[Path, str]) -> str:
    return sealed[1]


@contextmanager
def seal_desk(qtbot: Any, work: Any) -> Iterator[SealDeskScreen]:
    """The register of the custodian's desk, its one line chosen."""
    screen = SealDeskScreen(work)
    screen.finish()
    qtbot.addWidget(screen)
    screen.resize(1360, 860)
    screen.show()
    screen.refresh()
    settle(qtbot, work)
    screen.tabs.setCurrentWidget(screen.register)
    settle(qtbot, work)
    assert screen.register.void.isHidden(), "nothing is chosen"
    screen.register.table.selectRow(0)
    settle(qtbot, work)
    yield screen
    screen.hide()
    settle(qtbot, work)


def asked(centre: SampleCentre, qtbot: Any) -> None:
    with workplace(centre, "lin.shu") as work, seal_desk(qtbot, work) as screen:
        panel = screen.register.void
        assert panel.isVisible() and "Two persons" in panel.said.text()
        assert not panel.ask.isEnabled(), "first the reason"
        qtbot.keyClicks(panel.reason, REASON)
        screen.refresh()
        settle(qtbot, work)
        assert panel.reason.text() == REASON, "the register was read again meanwhile"
        qtbot.mouseClick(panel.ask, Qt.MouseButton.LeftButton)
        settle(qtbot, work)
        assert REASON in panel.said.text() and panel.take_back.isVisible()
        assert panel.ask.isHidden() and panel.reason.isHidden()


def test_the_custodian_asks_and_the_approver_confirms_on_his_own_screen(
    centre: SampleCentre, case_no: str, qtbot: Any
) -> None:
    """T23b: reason, sentence and document before his eyes; then the document is void."""
    asked(centre, qtbot)
    with workplace(centre, "zhang.wei") as work:
        inbox = InboxScreen(work)
        qtbot.addWidget(inbox)
        inbox.show()
        inbox.refresh()
        settle(qtbot, work)
        place = inbox.model.index(inbox.model.row_of(case_no), Column.STATE)
        spoken = inbox.model.data(place, Qt.ItemDataRole.AccessibleTextRole)
        assert spoken.endswith("voiding asked for"), "marked on his list"
        inbox.hide()
        settle(qtbot, work)
    with case_screen(centre, case_no, qtbot, "zhang.wei") as screen:
        assert screen.view is not None and screen.view.parts >= {Part.META, Part.DOCUMENT}
        told = screen.view.last(Part.DOCUMENT, "void_reason")
        assert told is not None and entry_lines(told, screen.view) == [REASON]
        assert "decline_void" in screen.parts.steps.buttons
        card = begun(qtbot, screen, "confirm_void")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None
        assert screen.view.case.state is State.PREPARING_RESULT
    with session_of(centre, "lin.shu") as session:
        (line,) = whole_ledger(session)
    assert (line.state, line.void_reason) == (LedgerState.VOID, REASON)


def test_what_the_approver_declines_the_custodian_reads(
    centre: SampleCentre, case_no: str, qtbot: Any
) -> None:
    """T23b: a declined request leaves no change, and says by whom and why."""
    asked(centre, qtbot)
    with case_screen(centre, case_no, qtbot, "zhang.wei") as screen:
        card = begun(qtbot, screen, "decline_void")
        assert card.form.missing(), "not without a reason"
        assert isinstance(card.form, GeneralForm)
        card.form.parts["void_answer.reason"].fill("it is spelt as on the identity card")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
    with workplace(centre, "lin.shu") as work, seal_desk(qtbot, work) as desk:
        panel = desk.register.void
        assert "Zhang Wei" in panel.said.text() and "identity card" in panel.said.text()
        assert panel.reason.isVisible(), "it may be asked again"
    with session_of(centre, "lin.shu") as session:
        (line,) = whole_ledger(session)
    assert line.state is LedgerState.RELEASED


def test_the_custodian_takes_the_request_back(
    centre: SampleCentre, case_no: str, qtbot: Any
) -> None:
    asked(centre, qtbot)
    with workplace(centre, "lin.shu") as work, seal_desk(qtbot, work) as desk:
        panel = desk.register.void
        qtbot.mouseClick(panel.take_back, Qt.MouseButton.LeftButton)
        settle(qtbot, work)
        assert panel.reason.isVisible() and panel.take_back.isHidden()
    with session_of(centre, "xu.jie") as session:
        view = session.case_view(case_no)
    assert "issue" in view.moves, "the window can hand it over again"


# -- forms ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pushed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A centre with a food licence that was accepted; copied for each test."""
    place = tmp_path_factory.mktemp("accepted")
    made = copied(founded, place)
    number = take_in(made, place / "in", ("I04",))[0].case_no
    with session_of(made, "zhang.wei") as session:
        carry_out(session, session.case_view(number).case, "accept", {}, [])
    return made.folder, number


def test_too_late_an_end_is_refused_beside_the_button_and_the_form_stays(
    pushed: tuple[Path, str], tmp_path: Path, qtbot: Any
) -> None:
    """T14: the kind and the last permitted day in words; another day, and the clocks stop."""
    centre = copied(pushed[0], tmp_path)
    with case_screen(centre, pushed[1], qtbot) as screen:
        card = begun(qtbot, screen, "suspend")
        assert isinstance(card.form, GeneralForm)
        parts = card.form.parts
        parts["kind"].fill("quarantine")
        parts["procedure_notice.text"].fill("samples are examined")
        end = parts["planned_end"]
        assert isinstance(end, DayField)
        last = screen.work.calendar.add_working_days(_today(centre), 15)
        end.fill((last.fromordinal(last.toordinal() + 1)).isoformat())
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        said = card.refusal.text()
        assert "quarantine inspection" in said and last.isoformat() in said
        assert screen.view is not None and screen.view.case.state is State.UNDER_REVIEW
        end.fill(last.isoformat())
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None and screen.view.case.state is State.SUSPENDED


def _today(centre: SampleCentre) -> Any:
    return to_local(centre.clock.now()).date()


def test_the_form_of_the_grant_asks_for_reasons_only_where_a_department_disagrees(
    pushed: tuple[Path, str], tmp_path: Path, qtbot: Any
) -> None:
    """E11; and T20: the form of the meeting asks for its minutes."""
    centre = copied(pushed[0], tmp_path)
    with case_screen(centre, pushed[1], qtbot) as screen:
        work, view = screen.work, screen.view
        assert view is not None

        def form(move: str, at: State, *tasks: Task) -> GeneralForm:
            shown = replace(view, shown_state=at, tasks=tasks)
            made = GeneralForm(work, shown, move, screen)
            qtbot.addWidget(made)
            return made

        against = Task(1, view.case.case_id, TaskKind.OPINION, 1, "disagreed", "real_estate")
        usual = form("grant", State.PENDING_DECISION, replace(against, state="answered"))
        assert DESPITE not in usual.parts and not usual.missing()
        asking = form("grant", State.PENDING_DECISION, against)
        assert "although a department disagrees" in asking.missing()
        asking.parts[DESPITE].fill("the lease was handed in since")
        assert not asking.missing()
        (decision,) = asking.entries()
        assert decision.body["despite"] == "the lease was handed in since"
        meeting = form("grant_by_meeting", State.COLLECTIVE_REVIEW)
        assert "Minutes of the meeting" in meeting.missing() and DESPITE not in meeting.parts
        answer = form("answer_opinion", State.AWAITING_OPINIONS)
        answer.parts["co_opinion.conclusion"].fill("disagree")
        assert not answer.missing(), "it may be said without a reason, and counts as agreement"
        assert "co_opinion.reason" in answer.parts


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(("dark", "scale"), [(False, 1.0), (True, 2.0)])
def test_the_panel_fits_in_both_languages(
    centre: SampleCentre, qtbot: Any, language: str, dark: bool, scale: float
) -> None:
    """Free to ask, and asked: nothing cut, nothing untranslated, every control named."""
    speak(language)
    with (
        workplace(centre, "lin.shu", dark=dark, scale=scale) as work,
        seal_desk(qtbot, work) as desk,
    ):
        panel = desk.register.void
        assert [str(one) for one in check(panel, language)] == []
        panel.reason.setText("姓名有误")
        panel.ask.click()
        settle(qtbot, work)
        assert panel.take_back.isVisible()
        assert [str(one) for one in check(panel, language)] == []
