"""E18 at the window of the sample centre: by the verb and by command line, then on to the desk."""

from __future__ import annotations

import pytest

from tests.journeys.hall import WINDOW, Hall
from workbench.casework import window_desk
from workbench.casework.ports import Session
from workbench.rules.case import Part, State
from workbench.rules.case_view import CaseView
from workbench.rules.refusals import Refusal

OFFICER = "zhang.wei"
I02 = "11990101MB000111174000131901002"


def seen(room: Session, case_no: str) -> CaseView:
    view = room.case_view(case_no)
    assert view is not None
    return view


def values_for(room: Session) -> dict[str, str]:
    """Something in every field that the new item asks for."""
    item = room.item(I02)
    assert item is not None
    return {one.code: one.choices[0].code if one.choices else "1" for one in item.form}


def test_the_window_changes_the_item_and_the_department_goes_on_with_it(hall: Hall) -> None:
    """Receipt and number stay; the desk then judges by the new item's list alone."""
    (case_no,) = hall.take_in("I04")
    with hall.session(WINDOW) as room:
        case = seen(room, case_no).case
        with pytest.raises(Refusal) as caught:
            window_desk.change_item(room, case, I02, "standard")
        assert caught.value.code == "form_incomplete"
        done = window_desk.change_item(room, case, I02, "standard", values_for(room))
        assert (done.state, done.case_no) == (State.RECEIVED, case_no)
        assert (done.item_code, done.received_at) == (I02, case.received_at)
        papers = {str(e.body["code"]) for e in seen(room, case_no).of(Part.MATERIALS, "material")}
    assert not papers & {"M01", "M03", "M04", "M05"}, "no paper counts by its old number"
    hall.move(WINDOW, case_no, "push", checklist={"answers": ["read anew"]})
    refused = hall.move(OFFICER, case_no, "accept", code=1, acceptance_notice={"n": 1})
    assert "required material is missing" in refused.err
    trace = next(one for one in hall.events(case_no) if one.kind == "change_item")
    assert trace.fields()["old_item_code"] == case.item_code and trace.actor == WINDOW
    hall.check()


def test_the_same_package_is_still_the_same_case(hall: Hall) -> None:
    """S003: taken in again after the change, by the same words as before."""
    (case_no,) = hall.take_in("I04")
    with hall.session(WINDOW) as room:
        window_desk.change_item(room, seen(room, case_no).case, I02, "standard", values_for(room))
        case = seen(room, case_no).case
    assert case.state is State.RECEIVED
    hall.move(WINDOW, case_no, "push", checklist={"answers": ["read anew"]})
    said = hall.run("intake", hall.folder / "packages-1", "--as", WINDOW)
    assert said.lines[0].startswith("already") and case.short_no in said.out


def test_by_command_line_and_never_after_acceptance(hall: Hall) -> None:
    with hall.session(WINDOW) as room:
        values = values_for(room)
    (case_no,) = hall.take_in("I04")
    elsewhere = hall.move(OFFICER, case_no, "change_item", code=1, item_code=I02)
    assert "another post" in elsewhere.err
    hall.move(WINDOW, case_no, "change_item", item_code=I02, situation="standard",
              form={"values": values})  # fmt: skip
    assert hall.state(case_no) == "received"
    (other,) = hall.take_in("I04")
    hall.move(OFFICER, other, "accept", acceptance_notice={"n": 1}, promise={"text": "later"})
    late = hall.move(WINDOW, other, "change_item", code=1, item_code=I02,
                     form={"values": values})  # fmt: skip
    assert "not possible while the case is under review" in late.err
    hall.move(WINDOW, other, "withdraw", ending_notice={"request": "letter of today"})
