"""Who serves which item, and what the standard plugin does for the rest."""

from __future__ import annotations

import sys

import pytest

from workbench.api import FieldGroup
from workbench.api.testing import sample_view
from workbench.hosting.guard import Guard, blamed
from workbench.hosting.host import Host, open_host
from workbench.hosting.publishing import publications
from workbench.hosting.resting import RestRegister
from workbench.rules.catalogue import ItemVersion, canonical, from_canonical
from workbench.rules.refusals import Refusal


@pytest.fixture(scope="module")
def host() -> Host:
    return open_host()


def item(host: Host, short: str) -> ItemVersion:
    every = (host.standard, *host.admitted.values())
    return next(i for one in every for i in one.brought.items if i.short_code == short)


def test_the_installed_departments_are_admitted(host: Host) -> None:
    assert host.faults == []
    assert sorted(host.admitted) == ["civil_affairs", "market_supervision", "real_estate"]


def test_each_item_goes_to_its_own_plugin(host: Host) -> None:
    assert host.serving(item(host, "I01")).name == "market_supervision"
    assert host.pane(item(host, "I01")).pane == "market_supervision.set_up_pane:SetUpPane"
    assert host.pane(item(host, "I12")).groups[0] == FieldGroup(
        "享受条件", "Conditions", ("household_place", "age_group", "other_benefits")
    )


def test_the_street_office_without_code_is_served_by_the_standard_plugin(host: Host) -> None:
    street = item(host, "S01")
    assert street.department_code == "qingshi_street"
    assert host.serving(street) is host.standard
    assert host.pane(street).pane is None
    stamping = host.stamping(street, "residence_proof")
    assert stamping is not None
    assert stamping.seal_kind == "approval_special"
    result = host.result(street, granted=True)
    assert result is not None
    assert result.document_code == "residence_proof"


def test_a_viewer_that_names_the_material_goes_first(host: Host) -> None:
    house = item(host, "I05")
    assert host.viewer(house, "M03").viewer == "real_estate.plan_viewer:PlanViewer"
    assert host.viewer(house, "M04").beside == ("contract_no", "price", "sellers", "buyers")
    plain = host.viewer(house, "M01")
    assert (plain.viewer, plain.beside) == (None, ())


def test_title_certificates_carry_their_own_seal(host: Host) -> None:
    """Domain 2.4 a: never the approval seal; I07 of the same department carries that one."""
    kinds = {}
    for short, document in {"I05": "title_certificate", "I06": "mortgage_proof",
                            "I07": "land_transfer_approval"}.items():  # fmt: skip
        offer = host.stamping(item(host, short), document)
        assert offer is not None
        kinds[short] = offer.seal_kind
    own = "real_estate_registration_special"
    assert kinds == {"I05": own, "I06": own, "I07": "approval_special"}


def test_checks_of_data_and_of_code(host: Host) -> None:
    allowance = item(host, "I12")
    seventy = {"age_group": "80", "other_benefits": "no"}
    answer = host.check(sample_view(allowance, values=seventy), "R01")
    assert answer is not None
    assert answer.ok is False
    house = item(host, "I05")
    shares = {"buyers": "李某 50%、王某 1/2"}
    added = host.check(sample_view(house, values=shares), "R03")
    assert added is not None
    assert added.ok is True
    assert host.check(sample_view(house), "R08") is None


def test_publications_hold_everything_and_survive_the_canonical_text(host: Host) -> None:
    found = {one.plugin: one for one in publications(host)}
    assert set(found) == {"standard", "civil_affairs", "market_supervision", "real_estate"}
    assert [i.short_code for i in found["real_estate"].items] == ["I05", "I06", "I07"]
    assert {s.document_code for s in found["real_estate"].stamping} == {
        "title_certificate", "mortgage_proof", "land_transfer_approval",
    }  # fmt: skip
    for one in found.values():
        assert one.build in ("built-in", "development") or len(one.build) == 64
        assert all(from_canonical(canonical(i)) == i for i in one.items)
    assert [one.plugin for one in publications(host, ["civil_affairs"])] == ["civil_affairs"]


def test_a_resting_plugin_leaves_its_cases_reachable() -> None:
    host = open_host()
    allowance = item(host, "I12")
    for _time in range(3):
        host.note_fault("civil_affairs", "report")
    assert host.rest.rests("civil_affairs")
    assert host.serving(allowance) is host.standard
    assert host.pane(allowance).pane is None
    assert host.stamping(allowance, "allowance_approval") is None


def test_the_notices_name_the_plugin_and_come_once() -> None:
    rest = RestRegister()
    first = rest.note_fault("x", "Market supervision", "1.2.0", "trace")
    assert first is not None
    expected = "The plugin Market supervision 1.2.0 failed. Please tell the IT section."
    assert (first.message, first.rests) == (expected, False)
    assert rest.note_fault("x", "Market supervision", "1.2.0", "trace") is None
    third = rest.note_fault("x", "Market supervision", "1.2.0", "trace")
    assert third is not None
    assert third.rests
    assert rest.note_fault("x", "Market supervision", "1.2.0", "trace") is None
    assert "3 times" in rest.why("x")


@pytest.mark.parametrize(("seconds", "rests"), [(2.0, False), (2.01, True)])
def test_over_two_seconds_is_too_long(seconds: float, rests: bool) -> None:
    rest = RestRegister()
    rest.note_block("x", "1", seconds)
    assert rest.rests("x") is rests


def test_a_refusal_is_an_answer_and_no_fault() -> None:
    def ask() -> None:
        raise Refusal("not_on_duty", "You are not on duty.")

    outcome = Guard().call("x", ask)
    assert outcome.failed == ""
    assert outcome.trouble is not None
    assert outcome.trouble.code == "not_on_duty"


def test_the_guard_knows_who_runs_even_when_one_calls_another() -> None:
    import threading

    guard = Guard()
    here = threading.get_ident()
    seen = []

    def outer() -> None:
        guard.call("b", lambda: seen.append(guard.running_on(here)))
        seen.append(guard.running_on(here))

    guard.call("a", outer)
    assert seen == ["b", "a"]
    assert guard.running_on(here) is None


def test_blame_goes_to_the_innermost_plugin_in_the_traceback(host: Host) -> None:
    from market_supervision import checks

    try:
        checks.name_answer(None)  # type: ignore[arg-type]
    except TypeError:
        trace = sys.exc_info()[2]
    assert host.blame(trace) == "market_supervision"
    try:
        raise ValueError
    except ValueError:
        assert host.blame(sys.exc_info()[2]) is None
    assert blamed(trace, [("other", "")]) is None
