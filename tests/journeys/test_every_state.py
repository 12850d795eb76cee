"""Every state of domain 3.2, reached by command line on one real centre; the log proves each.

One busy month: the stories begin on the first morning, wait side by side while working days pass,
and are told once a session. Items that no department publishes (parallel, major) are published by
the system administrator through the real publish path.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.journeys.hall import (
    ARCHIVIST,
    CLERK,
    GOVERNMENT_HEAD,
    HEAD,
    REVIEWER,
    SUPERVISOR,
    WINDOW,
    Hall,
    Template,
    run,
)
from tests.journeys.near import near_verifier
from workbench.casework.moving import propose
from workbench.rules.case import Move, NewEntry, State
from workbench.rules.catalogue import CaseType, DecisionPath
from workbench.rules.clocks import due_at
from workbench.rules.due_times import Length
from workbench.rules.moment import MINUTE, to_local
from workbench.rules.publication import Publication

S = State
pytestmark = [pytest.mark.timeout(400), pytest.mark.long(11)]
"""The month is lived through inside the first test that asks for it."""
MARKET, ESTATE, CIVIL = "zhang.wei", "chen.jing", "zhao.min"
PARALLEL_CODE = "11990101MB000111174000131999001"
MAJOR_CODE = "11990101MB000111174000131999002"
I04 = "11990101MB000111174000131902000"
I07 = "11990101MB000222284000115902000"
OPINION = {"conclusion": "grant", "reasons": "complete and in legal form", "points": {}}
DEMANDS = [
    {"no": 1, "material": "M01", "defect": "not signed", "standard": "signed by the applicant"},
    {"no": 2, "material": "M03", "defect": "a page is missing", "standard": "every page"},
]
NOTICE = {"text": "told in writing"}


@dataclass
class Month:
    """The centre after everything, and which case tells which story."""

    hall: Hall
    cases: dict[str, str]

    def path(self, story: str) -> list[tuple[str, str, State]]:
        return self.hall.path(self.cases[story])

    def steps(self, story: str) -> list[str]:
        return [step for step, _actor, _state in self.path(story)]

    def states(self, story: str) -> list[State]:
        """The states in order, each once for each stay."""
        found: list[State] = []
        for _step, _actor, state in self.path(story):
            if not found or found[-1] is not state:
                found.append(state)
        return found


@pytest.fixture(scope="module")
def month(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Month:
    hall = Hall(template, tmp_path_factory.mktemp("month") / "centre")
    hall.step = 0.2
    publish_items(hall)
    cases = {"silence": silence(hall), **taken_in(hall)}
    for story in AT_ONCE:
        story(hall, cases[story.__name__])
    for story in ACCEPTED:
        hall.move(MARKET, cases[story.__name__], "accept", acceptance_notice={"item": "I04"})
    for story in (*ACCEPTED, deemed):
        story(hall, cases[story.__name__])
    cases["licence"] = licence(hall)
    hall.later(11)
    for name in ("deemed", "silence", "returned", "opinions", "suspension"):
        hall.case(cases[name], WINDOW)
    after_the_wait(hall, cases)
    return Month(hall, cases)


def taken_in(hall: Hall) -> dict[str, str]:
    """One intake for all of them: the ten minutes run for each from its own push."""
    stories = (*AT_ONCE, *ACCEPTED, deemed)
    codes = {"meeting": MAJOR_CODE, "opinions": PARALLEL_CODE}
    wanted = [("I04", {"item_code": codes.get(one.__name__, I04)}) for one in stories]
    numbers = hall.take_in_all(wanted)
    return {one.__name__: number for one, number in zip(stories, numbers, strict=True)}


def publish_items(hall: Hall) -> None:
    """A parallel and a major item, made from the published food licence."""
    with hall.session("sys.admin") as room:
        known = room.item(I04)
        assert known is not None
        parallel = replace(known, item_code=PARALLEL_CODE, case_type=CaseType.PARALLEL)
        major = replace(
            known, item_code=MAJOR_CODE, decision_path=DecisionPath.MAJOR, survey_required=False
        )
        said = room.publish(Publication("test_items", "1.0", "development", (), (parallel, major)))
    assert "2 new item versions" in said


def surveyed(hall: Hall, case_no: str) -> None:
    """R13: two persons; one writes the record, the other confirms it."""
    hall.move(MARKET, case_no, "assign_survey", surveyor="guo.tao", second_surveyor="he.xue",
              survey_task={"place": "as registered"})  # fmt: skip
    record = {"findings": "fits the plan", "conclusion": "pass"}
    hall.move("guo.tao", case_no, "record_survey", survey_record=record)
    said = hall.move("guo.tao", case_no, "confirm_survey", code=1)
    assert "other surveyor" in said.err
    hall.move("he.xue", case_no, "confirm_survey")


def reviewed(hall: Hall, case_no: str, conclusion: str = "grant") -> None:
    hall.move(MARKET, case_no, "release")
    hall.move(REVIEWER, case_no, "claim")
    hall.move(REVIEWER, case_no, "submit_opinion", opinion=OPINION | {"conclusion": conclusion})
    hall.move(REVIEWER, case_no, "release")


def sealed(hall: Hall, case_no: str, officer: str = MARKET) -> None:
    hall.forward()
    hall.run("freeze", case_no, "--as", officer)
    hall.press(case_no)


def archived(hall: Hall, case_no: str) -> None:
    hall.forward()
    hall.run("archive", case_no, "--as", ARCHIVIST)


# -- the stories ---------------------------------------------------------------------------------


def licence(hall: Hall) -> str:
    """T23b before issue: the first document is void, a second goes out under a new number."""
    case_no = hall.granted("I01")
    sealed(hall, case_no)
    keeper = hall.keeper()
    hall.move(keeper, case_no, "propose_void", void_reason={"text": "a misprint"})
    words = ("--receiver", "x", "--identity", "y", "--as", CLERK)
    assert hall.run("issue", case_no, *words, code=1).err, "a void is being asked for"
    hall.move(MARKET, case_no, "confirm_void")
    sealed(hall, case_no)
    hall.handed_over(case_no)
    package = hall.folder / "licence.zip"
    hall.run("archive", case_no, "--as", ARCHIVIST, "--out", package)
    return case_no


def refusal(hall: Hall, case_no: str) -> None:
    """T18: with reason, basis and remedies; closed without an acknowledgement."""
    surveyed(hall, case_no)
    reviewed(hall, case_no, "refuse")
    bare = {"reason": "no hand basin", "basis": ""}
    assert hall.move(MARKET, case_no, "refuse", code=1, decision=bare, decision_no="R-1").err
    decision = {"result": "refused", "reason": "no hand basin", "basis": "art. 12",
                "remedies": "60 days, 6 months"}  # fmt: skip
    unnamed = hall.move(MARKET, case_no, "refuse", code=1, decision=decision, decision_no="R-1")
    assert "technical standard" in unnamed.err, "R28: an item with inspection"
    decision["standard"] = "GB 31654"
    hall.move(MARKET, case_no, "refuse", decision=decision, decision_no="R-1")
    sealed(hall, case_no)
    hall.forward()
    hall.run("issue", case_no, "--receiver", "x", "--manner", "post", "--tracking-no", "1",
             "--as", CLERK)  # fmt: skip
    hall.move(CLERK, case_no, "close")
    archived(hall, case_no)


def not_accepted(hall: Hall, case_no: str) -> None:
    """T10: not competent, so the competent organ is named; archived by the short package."""
    notice = {"reason": "belongs to the city", "remedies": "60 days"}
    said = hall.move(MARKET, case_no, "refuse_acceptance", code=1, reason="not_competent",
                     refusal_notice=notice)  # fmt: skip
    assert "organ" in said.err
    hall.move(MARKET, case_no, "refuse_acceptance", reason="not_competent",
              competent_organ="the city's bureau", refusal_notice=notice)  # fmt: skip
    archived(hall, case_no)


def transfer(hall: Hall, case_no: str) -> None:
    """T11: proposed by one department, confirmed by the other, gone on with as a case there."""
    assert hall.run("case", case_no, "--as", ESTATE, code=1).err
    hall.move(MARKET, case_no, "propose_transfer", department="real_estate", agreed_by="applicant")
    said = hall.move(ESTATE, case_no, "confirm_transfer", code=1)
    assert "item" in said.err
    said = hall.run(
        "move", case_no, "confirm_transfer", "--as", ESTATE, "--field", f"item_code={I07}",
        "--field", "situation=granted", "--field", 'matches={"M01": "M01"}',
    )  # fmt: skip
    follow_up = said.out.split()[-1].rstrip(".")
    assert hall.case(follow_up, ESTATE)["origin"] == case_no
    hall.move(WINDOW, follow_up, "correct_form", form={"values": {"parcel_no": "QY-1"}})
    hall.move(WINDOW, follow_up, "push", checklist={"answers": ["M01 handed in"]})
    assert hall.case(follow_up, ESTATE)["state"] == "pending_acceptance"


def withdrawal(hall: Hall, case_no: str) -> None:
    """T28: at the applicant's request, through the window."""
    hall.move(WINDOW, case_no, "withdraw", ending_notice={"request": "signed letter"})
    archived(hall, case_no)


def termination(hall: Hall, case_no: str) -> None:
    """T29: proposed by the representative, ended by the head of the organ."""
    hall.move(MARKET, case_no, "propose_termination", reason="entity_ended",
              note={"text": "struck off"})  # fmt: skip
    hall.move(HEAD, case_no, "terminate", ending_notice={"reason": "struck off"})


def quarantine(hall: Hall, case_no: str) -> None:
    """T31: frozen by the supervisor, let go by two persons, back where it was."""
    hall.move(SUPERVISOR, case_no, "quarantine", finding="hash_mismatch")
    assert hall.run("case", case_no, "--as", MARKET, code=1).err
    hall.move(SUPERVISOR, case_no, "propose_release", reason_code="restored")
    hall.move("aud.admin", case_no, "release_quarantine")


def meeting(hall: Hall, case_no: str) -> None:
    """T20: a major matter is decided by the organ's head on the minutes of a meeting."""
    reviewed(hall, case_no)
    decision = {"result": "granted", "content": "as applied for"}
    said = hall.move(MARKET, case_no, "grant", code=1, decision=decision, decision_no="M-1")
    assert said.err
    hall.move(MARKET, case_no, "call_meeting")
    hall.move(HEAD, case_no, "grant_by_meeting", decision=decision,
              minutes={"text": "all agreed"})  # fmt: skip
    sealed(hall, case_no)
    hall.handed_over(case_no)


def deemed(hall: Hall, case_no: str) -> None:
    """T05: nobody answers for ten office minutes."""
    hall.forward(10.5)


def correction(hall: Hall, case_no: str) -> None:
    """T07, T08, T08b: told once, answered, one demand returned as unmet, answered again."""
    hall.move(MARKET, case_no, "request_correction", correction_notice={"demands": DEMANDS},
              demands=[1, 2], unmet=[1, 2], materials=["M01", "M03"])  # fmt: skip
    for demand in (1, 2):
        answer(hall, case_no, demand)
    hall.move(WINDOW, case_no, "answer_correction")
    said = hall.move(MARKET, case_no, "return_correction", code=1, unmet=[3])
    assert said.err
    hall.move(MARKET, case_no, "return_correction", unmet=[2], correction_note=NOTICE)
    answer(hall, case_no, 2)
    hall.move(WINDOW, case_no, "answer_correction")
    hall.move(MARKET, case_no, "accept", acceptance_notice={"item": "I04"})


def answer(hall: Hall, case_no: str, demand: int) -> None:
    """A scan made at the window, added to the case."""
    scan = next(hall.packages.glob("*/M01.pdf"))
    hall.move(WINDOW, case_no, "answer_demand", demand=demand, file=scan, code_of_file="M01")


def returned(hall: Hall, case_no: str) -> None:
    """T09: the applicant never answers."""
    hall.move(MARKET, case_no, "request_correction", correction_notice={"demands": DEMANDS[:1]},
              demands=[1], unmet=[1], materials=["M01"])  # fmt: skip


def silence(hall: Hall) -> str:
    """T06: received at the counter and never pushed; five working days make it accepted."""
    with hall.session(WINDOW) as room:
        form = NewEntry("form", {"applicant": {"name": "林青川"}, "values": {}})
        scan = NewEntry("material", {"code": "M01", "file": "M01.pdf", "pages": 1,
                                     "sha256": room.put_content(b"%PDF-1.7 scan")})  # fmt: skip
        fields = {"item_code": I04, "situation": "catering", "channel": "window"}
        case = room.register(Move("register", fields, (form, scan)), "林**", "counter-1")
        return propose(room, case, "receive").case_no


def opinions(hall: Hall, case_no: str) -> None:
    """T12, T13: one department answers, the other is deemed to agree; T30 in between."""
    surveyed(hall, case_no)
    hall.move(MARKET, case_no, "ask_opinions", departments=["real_estate", "civil_affairs"])
    hall.move(ESTATE, case_no, "answer_opinion", co_opinion={"conclusion": "agree"})
    hall.move(MARKET, case_no, "request_extension", days=5, reason={"text": "awaiting an answer"})
    organ = hall.move(HEAD, case_no, "approve_extension", code=1, extension_notice=NOTICE)
    assert "head of government" in organ.err, "R20: a matter of several departments"
    hall.move(GOVERNMENT_HEAD, case_no, "approve_extension", extension_notice=NOTICE)


def suspension(hall: Hall, case_no: str) -> None:
    """T14: an expert review holds both clocks until its planned end."""
    end = hall.now() + 3 * 24 * 60 * MINUTE
    hall.move(MARKET, case_no, "suspend", kind="expert_review", planned_end=end,
              procedure_notice=NOTICE)  # fmt: skip


AT_ONCE = (not_accepted, transfer, correction, returned)
ACCEPTED = (refusal, withdrawal, termination, quarantine, meeting, opinions, suspension)


def after_the_wait(hall: Hall, waiting: dict[str, str]) -> None:
    """What had been deemed meanwhile goes on like any other case."""
    surveyed_case = waiting["suspension"]
    hall.move(MARKET, surveyed_case, "claim")
    surveyed(hall, surveyed_case)
    reviewed(hall, surveyed_case)
    hall.move(MARKET, surveyed_case, "send_back", reason={"text": "look at the plan again"})
    archived(hall, waiting["returned"])


# -- what they prove -----------------------------------------------------------------------------


def test_every_state_of_the_flow_is_passed_through(month: Month) -> None:
    """Domain 3.2: 23 states, and the centre is whole at the end."""
    reached = {state for story in month.cases for state in month.states(story)}
    assert reached == set(State)
    month.hall.check()


def test_a_void_document_is_followed_by_one_with_a_new_number(month: Month) -> None:
    """T23b, E14: the number is not used again, both presses stay in the register."""
    case_no = month.cases["licence"]
    assert month.states("licence")[-9:] == [
        S.PREPARING_RESULT, S.PENDING_SEAL, S.PENDING_ISSUE, S.PREPARING_RESULT, S.PENDING_SEAL,
        S.PENDING_ISSUE, S.ISSUED, S.CLOSED, S.ARCHIVED,
    ]  # fmt: skip
    first, second = [x for x in month.hall.ledger() if x["case_no"] == case_no]
    assert (first["state"], first["void_reason"]) == ("VOID", "a misprint")
    assert second["state"] == "RELEASED"
    assert second["document_id"] == first["document_id"] + "-2"
    assert second["serial"] > first["serial"]


def test_the_voided_file_is_no_longer_accepted(month: Month, tmp_path: Path) -> None:
    """The file that was void before issue is known to the register as void."""
    hall, case_no = month.hall, month.cases["licence"]
    first, second = [x for x in hall.ledger() if x["case_no"] == case_no]
    store = hall.folder / "content"
    verdicts = []
    for line in (first, second):
        sha256 = line["sha256_after"]
        file = store / sha256[:2] / sha256
        with near_verifier():
            (found,) = run("verify", file, "--centre", hall.url, "--json").records
        verdicts.append((found["verdict"], found["reasons"][0]))
    assert verdicts == [
        ("invalid", "The register of seal use says that this document is void."),
        ("sealed-intact", "One seal, covering the whole file, by a known certificate."),
    ]


def test_the_archive_package_holds_what_its_manifest_says(month: Month) -> None:
    """T27: documents, materials and the whole log; nothing that has no hash."""
    with zipfile.ZipFile(month.hall.folder / "licence.zip") as package:
        manifest = json.loads(package.read("manifest.json"))
        names = set(package.namelist())
        log = [json.loads(line) for line in package.read("log.jsonl").splitlines()]
    assert set(manifest["files"]) | {"manifest.json"} == names
    assert [one["kind"] for one in log] == month.steps("licence")[:-1]
    assert {name.split("/")[0] for name in names if "/" in name} == {
        "01_application", "02_process", "03_result",
    }  # fmt: skip


def test_a_refused_application_ends_with_a_sealed_refusal(month: Month) -> None:
    """T18, N12: no acknowledgement is waited for."""
    assert month.states("refusal")[-7:] == [
        S.REFUSED, S.PREPARING_RESULT, S.PENDING_SEAL, S.PENDING_ISSUE, S.ISSUED, S.CLOSED,
        S.ARCHIVED,
    ]  # fmt: skip
    assert "record_acknowledgement" not in month.steps("refusal")


@pytest.mark.parametrize(
    ("story", "last"),
    [
        ("not_accepted", [S.PENDING_ACCEPTANCE, S.NOT_ACCEPTED, S.ARCHIVED]),
        ("transfer", [S.PENDING_ACCEPTANCE, S.TRANSFERRED_OUT]),
        ("withdrawal", [S.UNDER_REVIEW, S.WITHDRAWN, S.ARCHIVED]),
        ("termination", [S.UNDER_REVIEW, S.TERMINATED]),
        ("returned", [S.AWAITING_CORRECTION, S.RETURNED, S.ARCHIVED]),
        ("quarantine", [S.UNDER_REVIEW, S.QUARANTINED, S.UNDER_REVIEW]),
    ],
)
def test_a_case_that_leaves_the_main_line(month: Month, story: str, last: list[State]) -> None:
    """T10, T11, T28, T29, T09, T31; ended cases owe nothing and have no clock left (T28)."""
    assert month.states(story)[-len(last) :] == last
    if story != "quarantine":
        with month.hall.session(SUPERVISOR) as room:
            view = room.case_view(month.cases[story])
        assert view is not None
        assert all(run.stopped_at is not None for run in view.clocks)


def test_two_persons_release_a_frozen_case(month: Month) -> None:
    actors = {step: actor for step, actor, _state in month.path("quarantine")}
    assert actors["propose_release"] == SUPERVISOR
    assert actors["release_quarantine"] == "aud.admin"


def test_a_meeting_decides_a_major_matter(month: Month) -> None:
    """T20: the representative calls it, the head decides, the rest is as ever."""
    path = month.path("meeting")
    assert ("call_meeting", MARKET, S.COLLECTIVE_REVIEW) in path
    assert ("grant_by_meeting", HEAD, S.GRANTED) in path
    assert path[-1] == ("close", CLERK, S.CLOSED)


def test_deemed_acceptance_is_written_at_its_true_moment(month: Month) -> None:
    """T05, S133: ten office minutes after the push, named after who was on duty."""
    events = {one.kind: one for one in month.hall.events(month.cases["deemed"])}
    one, pushed = events["deem_accepted"], events["push"]
    due = due_at(pushed.effective_at, Length(10, "office_minute"), month.hall.days)
    assert (one.actor, one.effective_at) == ("system", due)
    assert one.recorded_at > one.effective_at
    assert one.fields()["responsible"] == MARKET


def test_five_days_of_silence_accept_from_the_day_of_receipt(month: Month) -> None:
    """T06, R10: effective from receipt, recorded when somebody looked."""
    events = {one.kind: one for one in month.hall.events(month.cases["silence"])}
    one = events["accept_by_silence"]
    assert one.effective_at == events["receive"].effective_at
    assert month.states("silence") == [S.DRAFT, S.RECEIVED, S.UNDER_REVIEW]


def test_an_unanswered_notice_returns_the_application_by_itself(month: Month) -> None:
    """T09: at the end of the tenth working day."""
    events = {one.kind: one for one in month.hall.events(month.cases["returned"])}
    one = events["return_application"]
    told = events["request_correction"].effective_at
    assert one.effective_at == due_at(told, Length(10, "working_day"), month.hall.days)
    assert (one.actor, f"{to_local(one.effective_at):%H:%M}") == ("system", "17:00")


def test_one_notice_its_answer_and_the_unmet_demand(month: Month) -> None:
    """T07, T08, T08b: every step by its own person, and the first notice is the only one."""
    assert month.steps("correction")[2:] == [
        "push", "request_correction", "answer_demand", "answer_demand", "answer_correction",
        "return_correction", "answer_demand", "answer_correction", "accept",
    ]  # fmt: skip
    with month.hall.session(MARKET) as room:
        view = room.case_view(month.cases["correction"])
    assert view is not None
    assert len(view.of_kind("correction_notice")) == 1


def test_the_missing_opinion_is_deemed_and_the_case_goes_on(month: Month) -> None:
    """T12, T13, T30: half the promised limit, then agreement; both clocks were extended."""
    path = month.path("opinions")
    assert ("deem_opinion", "system", S.AWAITING_OPINIONS) in path
    assert path[-1][2] is S.UNDER_REVIEW
    steps = [step for step, _actor, _state in path]
    assert steps.index("answer_opinion") < steps.index("deem_opinion")
    with month.hall.session(MARKET) as room:
        view = room.case_view(month.cases["opinions"])
    assert view is not None
    lengths = {run.name: run.length for run in view.clocks}
    assert (lengths["promised"], lengths["statutory"]) == (5 + 5, 10 + 5)


def test_a_special_procedure_ends_by_itself_and_the_case_is_sent_back(month: Month) -> None:
    """T14, T15, T19: resumed at the planned end, then sent back with a reason."""
    path = month.path("suspension")
    resumed = next(one for one in path if one[0] == "resume")
    assert resumed == ("resume", "system", S.UNDER_REVIEW)
    events = {one.kind: one for one in month.hall.events(month.cases["suspension"])}
    assert events["resume"].effective_at == events["suspend"].fields()["planned_end"]
    assert path[-1] == ("send_back", MARKET, S.UNDER_REVIEW)
