"""From opinion to archive by the verbs the desk calls: review, result, issuing, archive."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.journeys.hall import ARCHIVIST, CLERK, Hall
from workbench.casework import archive, issuing, result, review
from workbench.casework.issuing import Receipt
from workbench.casework.ports import Session
from workbench.exchange.result_push import FolderPush
from workbench.paper.compose import compose
from workbench.paper.prepress import check_clean
from workbench.rules.case import Part, State
from workbench.rules.case_view import CaseView
from workbench.rules.identifiers import parse_credit_code
from workbench.rules.refusals import Refusal

OFFICER = "zhang.wei"


def seen(room: Session, case_no: str) -> CaseView:
    view = room.case_view(case_no)
    assert view is not None
    return view


def accepted(hall: Hall) -> str:
    (case_no,) = hall.take_in("I01")
    hall.move(OFFICER, case_no, "accept", acceptance_notice={"n": 1})
    return case_no


def test_an_opinion_needs_reasons_and_a_refusal_its_remedies(hall: Hall) -> None:
    """T16, T18, F38: a name alone is no opinion; what is refused is refused in full."""
    case_no = accepted(hall)
    with hall.session(OFFICER) as room:
        case = seen(room, case_no).case
        with pytest.raises(Refusal) as refused:
            review.submit_opinion(room, case, "refuse", "", {})
        assert refused.value.code == "reason_missing"
        case = review.submit_opinion(room, case, "refuse", "the place is no shop", {"R01": "fail"})
        case = review.send_back(room, case, "look at the lease again")
        case = review.submit_opinion(room, case, "refuse", "no shop indeed", {"R01": "fail"})
        case = review.refuse(room, case, "the place is no shop", "article 12")
        decision = seen(room, case_no).last(Part.OPINIONS, "decision")
    assert case.state is State.REFUSED
    assert decision is not None
    assert "六个月" in decision.body["remedies"]
    assert case.document_no is not None
    assert case.document_no.startswith("青审〔")


def test_what_the_proof_shows_is_what_is_frozen(hall: Hall, tmp_path: Path) -> None:
    """T21, T22: same bytes, its own number, a made-up credit code with a right check character."""
    case_no = hall.granted("I01")
    with hall.session(OFFICER) as room:
        view = seen(room, case_no)
        (template,) = result.templates_for(view.item, granted=True)
        draft = result.compose_draft(room, view, template, tmp_path, compose)
        proof = draft.path.read_bytes()
        case = result.freeze(room, view, draft, check_clean)
    assert case.state is State.PENDING_SEAL
    code = draft.values["credit_code_new"]
    assert parse_credit_code(code).code == code
    assert code[2:8] == "990101"
    with hall.session(hall.keeper()) as room:
        (task,) = room.seal_queue()
        assert room.content_path(task.sha256).read_bytes() == proof
    assert task.placement is not None
    assert task.placement.page == 1
    assert task.values["document_no"] == draft.document_no
    assert (task.decided_by, task.requested_by) == (OFFICER, OFFICER)


def test_a_refused_application_gets_the_refusal_document(hall: Hall) -> None:
    case_no = accepted(hall)
    with hall.session(OFFICER) as room:
        item = seen(room, case_no).item
    assert [one.notice for one in result.templates_for(item, granted=False)] == ["N12"]
    assert "N12" not in [one.notice for one in result.templates_for(item, granted=True)]


def test_the_result_goes_out_without_personal_data_and_waits_for_its_echo(sealing: Hall) -> None:
    """T25, T26, S170: numbers and hash go out; a foreign file is no acknowledgement."""
    case_no, _other = sealing.waiting()
    sealing.press(case_no)
    out = FolderPush(sealing.folder / "exchange")
    with sealing.session(CLERK) as room:
        with pytest.raises(Refusal) as refused:
            issuing.issue(room, seen(room, case_no), Receipt("", "applicant", "direct"), out)
        assert refused.value.code == "receipt_incomplete"
        receipt = Receipt("林青川", "applicant", "direct", "ID card shown")
        issuing.issue(room, seen(room, case_no), receipt, out)
        sent = json.loads((out.results / f"{case_no}.json").read_text(encoding="utf-8"))
        assert sent["sha256"] == sealing.ledger()[-1]["sha256_after"]
        assert "林" not in json.dumps(sent, ensure_ascii=False)
        for text, code in ((None, "not_acknowledged"), ("{", "acknowledgement_unreadable"),
                           ('{"case_no": "another"}', "acknowledgement_unreadable")):  # fmt: skip
            if text is not None:
                (out.acknowledgements / f"{case_no}.json").write_text(text, encoding="utf-8")
            with pytest.raises(Refusal) as echo:
                issuing.take_acknowledgement(room, seen(room, case_no), out)
            assert echo.value.code == code
        sealing.acknowledged(case_no)
        case = issuing.take_acknowledgement(room, seen(room, case_no), out)
        assert issuing.close(room, case).state is State.CLOSED


def test_a_package_is_the_same_twice_and_shows_what_was_changed(sealing: Hall) -> None:
    """S058: checked without any database; one changed byte or a missing file is named."""
    case_no, _other = sealing.waiting()
    sealing.press(case_no)
    sealing.handed_over(case_no)
    with sealing.session(ARCHIVIST) as room:
        view = seen(room, case_no)
        data = archive.form_package(room, view)
        assert archive.form_package(room, view) == data
        assert archive.check_package(data) == ()
        spoiled = changed(data, "log.jsonl")
        assert archive.check_package(spoiled) == ("changed log.jsonl",)
        assert archive.check_package(changed(data, "log.jsonl", drop=True)) == (
            "missing log.jsonl",
        )
        with pytest.raises(Refusal) as refused:
            archive.keep_package(room, view, spoiled)
        assert refused.value.code == "package_failed"
        assert archive.archive(room, view).state is State.ARCHIVED


def changed(data: bytes, name: str, drop: bool = False) -> bytes:
    """The package with one file spoiled or left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            body = old.read(one)
            if one == name and drop:
                continue
            new.writestr(one, body + b" " if one == name else body)
    return target.getvalue()
