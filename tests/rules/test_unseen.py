"""Who sees nothing is told the nearest rows and what each of them lacks, by the table as data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.cases import (
    CHANGE,
    DEP,
    EVENING,
    EVERYBODY,
    LONG_AGO,
    MORNING,
    NOON,
    OTHER,
    a_case,
    a_dossier,
    a_roster,
    a_task,
    steps,
    without,
)
from workbench.rules.case import State, TaskKind
from workbench.rules.conditions import facts_in
from workbench.rules.dossier import Dossier
from workbench.rules.facts import FACTS, Answers
from workbench.rules.moment import DAY
from workbench.rules.people import Appointment, Authorisation, Leave, Post, Power
from workbench.rules.unseen import (
    LACKS,
    OF_CASE,
    ONLY_FOR,
    PERSONAL,
    SHOWN,
    About,
    explained,
    unmatched,
)
from workbench.rules.visibility import ROWS, explain

S = State


def why(dossier: Dossier, who: str, at: int = NOON) -> dict[str, str]:
    """Row to reason; no part is granted."""
    found = explained(Answers(dossier, who, at))
    assert found.parts == frozenset()
    return {one.row: one.why for one in found.reasons}


def test_who_is_off_duty_is_told_so_with_the_next_shift() -> None:
    told = why(a_dossier(), "li")
    assert list(told)[:2] == ["V01", "V04"], "the nearest first"
    assert "li is not on duty in market_supervision at 2026-11-23 12:00:00" in told["V01"]
    assert "next shift: 2026-11-23 13:30–17:30" in told["V01"]
    assert told["V04"].endswith("li has taken no step of the case.")


def test_after_the_last_shift_and_on_leave_the_next_one_is_told_rightly() -> None:
    assert "next shift: none published" in why(a_dossier(), "zhang", EVENING + DAY)["V01"]
    away = a_dossier(roster=without(a_roster(), leaves=[Leave("li", MORNING, CHANGE + 1)]))
    assert "next shift: 2026-11-23 13:30–17:30" in why(away, "li", NOON)["V01"]
    gone = a_dossier(roster=without(a_roster(), leaves=[Leave("li", MORNING, EVENING)]))
    assert "next shift: none published" in why(gone, "li", NOON)["V01"]
    plan = [replace(one, published_at=None) for one in a_roster().shifts]
    unpublished = a_dossier(roster=without(a_roster(), shifts=plan))
    assert "next shift: none published" in why(unpublished, "li")["V01"]


def test_everything_that_fails_is_told() -> None:
    """Off duty, the item outside the letter, and the case ended: three reasons in one line."""
    narrow = Authorisation("li", DEP, frozenset({"9" * 31}), frozenset(Power), "n", LONG_AGO)
    roster = without(a_roster(), authorisations=[narrow])
    told = why(a_dossier(a_case(S.CLOSED), roster=roster), "li")
    text = told.get("V01") or told["V04"]
    assert "the case is closed" in text
    open_case = why(a_dossier(roster=roster), "li")["V01"]
    assert "not on duty" in open_case and "authorisation letter of li" in open_case


def test_a_row_of_another_condition_of_the_person_is_not_told() -> None:
    """V22 is for stand-ins, V08 for former representatives, V02 for items outside the letter."""
    assert not {"V22", "V08", "V02"} & set(why(a_dossier(), "li"))


def test_who_holds_the_case_is_named() -> None:
    held = a_dossier(a_case(S.UNDER_REVIEW, holder="zhang", reviewer="ma"))
    assert "held by zhang, not by li" in why(held, "li")["V06"]


def test_other_posts_are_told_state_assignment_and_seal() -> None:
    assert "the case is pending acceptance" in why(a_dossier(), "xu")["V17"]
    review = a_dossier(a_case(S.UNDER_REVIEW, reviewer="somebody"))
    told = why(review, "ma")
    assert told["V12"].endswith("the case is assigned to somebody.")
    assert "V12b" in told
    queue = why(a_dossier(a_case(S.UNDER_REVIEW)), "ma", EVENING)
    assert "no representative of market_supervision is on duty" in queue["V12b"]
    assert "no open survey names guo" in why(review, "guo")["V13"]
    request = a_dossier(a_case(S.PENDING_SEAL), tasks=(a_task(TaskKind.SEAL_REQUEST),))
    assert "gao does not keep the seal" in why(request, "gao")["V16"]
    assert "registered at another site" in why(a_dossier(a_case(site="x")), "wang")["V14"]


def test_a_department_that_is_asked_is_told_of_its_duty_and_another_is_not() -> None:
    asked = a_task(TaskKind.OPINION, department=OTHER)
    told = why(a_dossier(a_case(S.AWAITING_OPINIONS), tasks=(asked,)), "chen", EVENING)
    assert "not on duty in the asked department" in told["V09"]
    (row, text), *rest = why(a_dossier(), "chen").items()
    assert (row, rest) == ("", [])
    assert text.startswith("No row is meant for chen and a case of market_supervision")
    assert "Chief representative (real_estate)" in text


@pytest.mark.parametrize("who", ["sys", "sec", "song"])
def test_whom_no_row_means_is_told_his_posts(who: str) -> None:
    (text,) = why(a_dossier(), who).values()
    assert "posts held: " in text and not text.endswith(": .")


def test_a_denying_row_is_the_reason() -> None:
    assert why(a_dossier(recused=frozenset({"zhang"})), "zhang") == {
        "V00": "recused from this case"}  # fmt: skip
    frozen = a_dossier(a_case(S.QUARANTINED, state_before=S.UNDER_REVIEW))
    assert list(why(frozen, "zhang")) == ["V24"]


def test_former_representatives_are_told_what_would_still_show() -> None:
    ended = [Appointment("li", DEP, Post.B, "l", LONG_AGO, revoked_at=MORNING)]
    told = why(a_dossier(roster=without(a_roster(), appointments=ended)), "li")
    assert list(told) == ["V08"]


def test_everybody_who_sees_nothing_is_told_something_and_nobody_else_is() -> None:
    for state in S:
        dossier = a_dossier(a_case(state), steps=steps(("register", "wang")))
        for who in EVERYBODY:
            for at in (NOON, EVENING):
                found = explained(Answers(dossier, who, at))
                assert (found.rows, found.parts) == (
                    explain(Answers(dossier, who, at)).rows,
                    explain(Answers(dossier, who, at)).parts,
                )
                assert bool(found.reasons) == (not found.parts), (state, who)
                assert len(found.reasons) <= SHOWN
                assert all("{" not in one.why and one.why for one in found.reasons)


def test_every_fact_of_the_rows_has_a_text() -> None:
    """A new row without words would leave somebody with an empty reason."""
    for row in ROWS:
        for fact in () if row.denies else facts_in(row.condition):
            known = {fact.name, f"{fact.name}:{fact.arg}"} & LACKS.keys()
            assert known or fact.name in PERSONAL, (row.row, fact)
    assert set(ONLY_FOR) | PERSONAL <= set(FACTS)
    assert {name.partition(":")[0] for name in LACKS} <= set(FACTS)


def test_departments_are_named_where_names_are_known() -> None:
    found = explained(Answers(a_dossier(), "li", NOON), {DEP: "Market Supervision"})
    assert "on duty in Market Supervision" in found.reasons[0].why


class NoCase(Answers):
    """Answers of a server to somebody who does not see the case."""

    def fact(self, name: str, arg: str) -> bool:
        assert name not in OF_CASE, "how the case stands was asked for"
        return FACTS[name](self.dossier, self.who, arg, self.at)


def test_how_a_case_stands_is_not_needed_where_it_is_not_shown() -> None:
    """A server tells it to nobody who does not see the case; the rest of the reasons stays."""
    held = a_dossier(a_case(S.UNDER_REVIEW, holder="zhang", reviewer="somebody"))
    hidden = About("li", DEP, frozenset({"on_duty", "own_claim_in_grace"}), hidden=True)
    told = {one.row: one.why for one in unmatched(NoCase(held, "li", NOON), hidden).reasons}
    assert "li is not on duty" in told["V01"]
    reviewer = About("ma", DEP, frozenset(), hidden=True)
    told |= {one.row: one.why for one in unmatched(NoCase(held, "ma", NOON), reviewer).reasons}
    assert "the case is assigned to somebody else or nobody." in told["V12"]
    assert not any(word in str(told) for word in ("zhang", "under review"))
    clerk = About("xu", DEP, frozenset(), hidden=True)
    (only,) = unmatched(NoCase(held, "xu", NOON), clerk).reasons
    assert only.row == "V17" and "how the case stands, which is not shown here" in only.why
