"""The issuing window on a really sealed document: verdict, receipt, acknowledgement, closing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import sealed_licence, session_of, settle, workplace
from workbench.casework.issuing import Receipt
from workbench.rules.case import Part, State
from workbench.rules.moment import MINUTE
from workbench.rules.refusals import Refusal
from workbench.rules.seal_checks import CHECKS
from workbench.rules.seal_custody import SealVerdict
from workbench.shell.doors import Doors
from workbench.shell.issuing.receipt_form import ReceiptForm, masked_identity
from workbench.shell.issuing.screen import IssuingScreen

pytestmark = pytest.mark.long(6)

ID = "990101198001010014"


@pytest.fixture(scope="module")
def sealed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with one business licence, sealed by the real worker; copied for each test."""
    folder = tmp_path_factory.mktemp("sealed")
    centre = copied(founded, folder)
    sealed_licence(centre, folder)
    return centre.folder


@pytest.fixture
def result(sealed: Path, tmp_path: Path) -> SampleCentre:
    return copied(sealed, tmp_path, NINE + 30 * MINUTE)


def opened(qtbot: Any, work: Any) -> IssuingScreen:
    screen = IssuingScreen(work)
    qtbot.addWidget(screen)
    screen.resize(1360, 860)
    screen.show()
    screen.refresh()
    settle(qtbot, work)
    return screen


def answers(screen: IssuingScreen) -> list[tuple[str, str, str]]:
    """What the card says of each check: question, yes or no, and why."""
    grid, found = screen.verdict.checks.grid, []
    for row in range(grid.rowCount()):
        item = grid.itemAtPosition(row, 1)
        words = item.widget() if item is not None else None
        if isinstance(words, QLabel):
            asked, _line, why = words.text().partition("\n")
            name, _colon, state = asked.rpartition(": ")
            found.append((name, state, why))
    return found


def state_of(centre: SampleCentre, case_no: str) -> State:
    with session_of(centre, "tang.bo") as session:
        state: State = session.case_view(case_no).shown_state
    return state


def test_from_the_sealed_page_to_the_closed_case(qtbot: Any, result: SampleCentre) -> None:
    """T25, T26: page and verdict, receipt, the acknowledgement as a file, closing."""
    with workplace(result, "xu.jie") as work:
        screen = opened(qtbot, work)
        assert screen.view is not None and screen.page.strip.sizes
        case_no = screen.view.case.case_no
        found = screen.verdict.verification
        assert found is not None and found.verdict is SealVerdict.SEALED_INTACT
        assert found.compared_with_register
        said = answers(screen)
        assert [name for name, _state, _why in said] == list(CHECKS.values())
        assert {state for _name, state, _why in said[:7]} == {"yes"}
        assert said[-1][1] == "yes" and "serial 1" in said[-1][2]
        assert screen.receipt.y() < screen.verdict.checks.y(), "what is to be done stands above"
        form = screen.receipt
        assert form.receiver.text() == "林青川" and not form.button.isEnabled()
        qtbot.keyClicks(form.identity, ID[:-1] + "5")
        qtbot.keyClick(form.identity, Qt.Key.Key_Return)
        assert form.refusal.code == "citizen_number_check" and ID[:-1] not in form.refusal.text()
        form.identity.setText(ID)
        assert form.refusal.isHidden()
        form.button.click()
        settle(qtbot, work)
        assert screen.view is not None and screen.view.shown_state is State.ISSUED
        entry = screen.view.last(Part.DELIVERY, "delivery")
        assert entry is not None and entry.body["identity"] == "990101********0014"
        assert ID not in json.dumps(dict(entry.body), ensure_ascii=False)
        assert form.isHidden() and form.identity.text() == ""
        pushed = work.centre.exchange / "out" / "results" / f"{case_no}.json"
        assert json.loads(pushed.read_text(encoding="utf-8"))["sha256"] == screen.page.sha256

        assert not screen.end.isEnabled()
        assert screen.lacking.isVisible() and "acknowledged" in screen.lacking.text()
        screen.take.click()
        settle(qtbot, work)
        assert screen.refusal.code == "not_acknowledged"
        back = work.centre.exchange / "in" / "acknowledgements" / f"{case_no}.json"
        back.write_text(json.dumps({"case_no": case_no, "reference": "R-1", "at": "2026-11-23"}))
        screen.take.click()
        settle(qtbot, work)
        assert screen.take.isHidden() and screen.end.isEnabled()
        screen.end.click()
        settle(qtbot, work)
        assert screen.list.count() == 0 and screen.view is None
        assert screen.empty.isVisible() and screen.empty.text()
        gap = screen.empty.geometry().top() - screen.count.geometry().bottom()
        assert screen.count.y() == 0 and 0 < gap < screen.count.height()
        assert screen.page.isHidden(), "no frame and no buttons around nothing"
    assert state_of(result, case_no) is State.CLOSED


def test_a_changed_file_is_not_shown_as_intact(qtbot: Any, result: SampleCentre) -> None:
    with workplace(result, "xu.jie") as work:
        whole = work.doors.verify
        assert whole is not None

        def changed(path: Path) -> Any:
            copy = result.folder / "changed.pdf"
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            copy.write_bytes(bytes(data))
            return whole(copy)

        screen = opened(qtbot, replace(work, doors=replace(work.doors, verify=changed)))
        found = screen.verdict.verification
        assert found is not None and found.verdict is not SealVerdict.SEALED_INTACT
        assert screen.verdict.word.text() != "Sealed and intact"
        assert screen.verdict.reasons.text()
        wrong = {name: why for name, state, why in answers(screen) if state == "no"}
        assert wrong["The content is unchanged"] == "The content was changed after it was sealed."


def test_a_desk_without_doors_says_so_and_loses_nothing(qtbot: Any, result: SampleCentre) -> None:
    with workplace(result, "xu.jie") as work:
        screen = opened(qtbot, replace(work, doors=Doors()))
        assert screen.view is not None
        case_no = screen.view.case.case_no
        assert "Not verified" in screen.verdict.word.text()
        assert screen.verdict.checks.isHidden() and answers(screen) == []
        screen.receipt.identity.setText(ID)
        screen.receipt.button.click()
        settle(qtbot, work)
        assert screen.receipt.refusal.code == "no_exchange"
        assert screen.receipt.identity.text() == ID and not screen.may_leave()
    assert state_of(result, case_no) is State.PENDING_ISSUE


def filled(qtbot: Any, work: Any, manner: str) -> ReceiptForm:
    form = ReceiptForm(work.theme)
    qtbot.addWidget(form)
    form.show()
    form.receiver.setText("林青川")
    form.manner.setCurrentIndex(form.manner.findData(manner))
    return form


@pytest.mark.parametrize(
    ("manner", "fill", "identity", "tracking"),
    [
        ("direct", lambda f: f.identity.setText(ID), "990101********0014", ""),
        ("post", lambda f: f.tracking.setText("EX 123 456"), "", "EX 123 456"),
        (
            "left",
            lambda f: (f.first_witness.setText("甲"), f.second_witness.setText("乙")),
            "见证人：甲、乙",
            "",
        ),
    ],
)
def test_each_manner_asks_for_its_own_proof(
    qtbot: Any,
    result: SampleCentre,
    manner: str,
    fill: Callable[[ReceiptForm], Any],
    identity: str,
    tracking: str,
) -> None:
    with workplace(result, "xu.jie") as work:
        form = filled(qtbot, work, manner)
        assert not form.button.isEnabled()
        named = {"post": "Tracking number", "direct": "Number",
                 "left": "First witness, Second witness"}  # fmt: skip
        if manner in named:
            assert form.lacking.text() == f"Still to be filled in: {named[manner]}."
            assert form.lacking.isVisible()
        assert form.button.accessibleDescription() == form.lacking.text()
        assert form.tracking.isVisible() is (manner == "post")
        assert form.identity.isVisible() is (manner == "direct")
        assert form.second_witness.isVisible() is (manner == "left")
        fill(form)
        assert form.button.isEnabled() and form.lacking.isHidden()
        assert form.receipt() == Receipt("林青川", "self", manner, identity, tracking)


def test_numbers_are_checked_and_kept_masked() -> None:
    assert masked_identity("citizen_number", " 99010119800101009x ") == "990101********009X"
    assert masked_identity("credit_code", "91990101MA00000110") == "91990101MA00000110"
    assert masked_identity("other_paper", "G12345678") == "****5678"
    assert masked_identity("other_paper", "123") == "****"
    for kind, number in (("citizen_number", "1"), ("credit_code", "x"), ("other_paper", " ")):
        with pytest.raises(Refusal):
            masked_identity(kind, number)
