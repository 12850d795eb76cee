"""A shift change from both sides on a real centre: notes, confirmation, illness, stand-in."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.hall import HEAD, Hall
from workbench import settings
from workbench.casework.hand_over_list import TEMPLATE, list_values
from workbench.casework.handing_over import (
    Giving,
    Taking,
    hand_over,
    new_list,
    read_sheet,
    take_over,
)
from workbench.paper.compose import compose
from workbench.rules.catalogue import parse_template
from workbench.rules.composed_documents import refuse_unfit
from workbench.rules.hand_over import by_list
from workbench.rules.moment import at_local, stamp, to_local

DEPARTMENT, A, B = "market_supervision", "zhang.wei", "li.na"
NOTICE = {"n": 1}


def test_a_morning_is_handed_over_and_the_afternoon_confirms(hall: Hall, tmp_path: Path) -> None:
    numbers = [hall.take_in(name)[0] for name in ("I01", "I04")]
    for number in numbers:
        hall.move(A, number, "accept", acceptance_notice=NOTICE)
    day = to_local(hall.now()).date()
    hall.at(at_local(day, 13, 10))
    with hall.session(A) as session:
        session.keep_draft(numbers[0], "submit_opinion", {"opinion.reasons": "拟准予"})
        sheet = read_sheet(session, DEPARTMENT)
        assert sheet.partner == B and [one.draft for one in sheet.held].count(True) == 1
        givings = [Giving(one.case, "下午补件", papers=True) for one in sheet.held]
        given = hand_over(session, sheet, B, givings, new_list())
        assert len(given.done) == 2 and given.refused == ()
    hall.at(at_local(day, 13, 31))
    with hall.session(B) as session:
        assert session.my_drafts() == ()
        (lines,) = by_list(read_sheet(session, DEPARTMENT).lines).values()
        assert {one.note for one in lines} == {"下午补件"}
        assert take_over(session, [Taking(one) for one in lines]).refused == ()
        sheet = read_sheet(session, DEPARTMENT)
        assert len(sheet.held) == 2
        values = list_values(
            sheet.lines, "市场监督管理局", str, settings.translations("zh_CN").gettext,
            session.calendar(), sheet.at,
        )  # fmt: skip
    assert values["lines"].count(f"{B}于{stamp(hall.now())[:15]}") == 2
    refuse_unfit(compose(parse_template(settings.load_template(TEMPLATE)), values,
                         tmp_path / "N24.pdf"))  # fmt: skip
    for number in numbers:
        steps = [step for step, _who, _state in hall.path(number)]
        assert steps[-2:] == ["hand_over", "take_over"]
        payloads = "".join(one.payload for one in hall.events(number))
        assert "下午补件" not in payloads and "拟准予" not in payloads
    hall.check()


def test_both_fall_ill_and_the_head_names_a_stand_in(hall: Hall) -> None:
    """E04, E05: by command line, as the head's office does it."""
    (number,) = hall.take_in("I01")
    hall.move(A, number, "accept", acceptance_notice=NOTICE)
    with hall.session(A) as session:
        view = session.case_view(number)
        assert view is not None
        item = view.case.item_code
    evening = f"{stamp(hall.now())[:10]} 18:00"
    for person in (A, B):
        hall.run("roster", "leave", person, "--to", evening, "--reason", "illness", "--as", person)
    words = ("roster", "stand-in", "guo.tao", "--department", DEPARTMENT, "--items", item,
             "--letter", "青代〔2026〕1号", "--to", evening, "--as")  # fmt: skip
    assert "another post" in hall.run(*words, A, code=1).err
    assert "guo.tao stands in" in hall.run(*words, HEAD).out
    hall.move("guo.tao", number, "take_over")
    assert [step for step, _who, _state in hall.path(number)][-2:] == ["lapse_claim", "take_over"]
    assert "V22" in hall.run("explain", "guo.tao", number).out
    hall.check()
