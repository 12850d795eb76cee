"""The register of seals on the screen: everybody sees it, two persons change it (R54, R55, R57)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.shell.desk_kit import SampleCentre, copied, desk, settle, sign_in
from tests.shell.desks_kit import session_of, workplace
from tests.shell.desks_kit import settle as at_rest
from workbench.rules.people import Role
from workbench.rules.seal_custody import SealStatus
from workbench.rules.seal_states import AskState
from workbench.shell.seal_desk.seals_screen import SealsScreen
from workbench.shell.seal_desk.seals_tab import SealsTab

pytestmark = pytest.mark.long(8)


@pytest.fixture
def centre(founded: Any, tmp_path: Any) -> SampleCentre:
    return copied(founded, tmp_path)


def shown(qtbot: Any, work: Any) -> SealsTab:
    tab = SealsTab(work)
    qtbot.addWidget(tab)
    tab.resize(1360, 860)
    tab.show()
    at_rest(qtbot, work)
    return tab


def choose(tab: SealsTab, code: str) -> None:
    place = tab.form.step.findData(code)
    assert place > 0, code
    tab.form.step.setCurrentIndex(place)


def steps(tab: SealsTab) -> set[str]:
    return {str(tab.form.step.itemData(n)) for n in range(1, tab.form.step.count())}


def status(centre: SampleCentre) -> SealStatus:
    with session_of(centre, "lin.shu") as session:
        return next(one.status for one in session.seals() if one.seal_id == "seal-approval")


def owners(centre: SampleCentre) -> tuple[str, str]:
    """An organ's head and the security administrator of the sample centre."""
    with session_of(centre, "lin.shu") as session:
        people = session.people()
    head = next(one.login for one in people if one.has(Role.ORGAN_HEAD))
    return head, next(one.login for one in people if one.has(Role.SECURITY_ADMIN))


def test_a_custodian_suspends_at_once_and_only_an_owner_brings_it_back(
    qtbot: Any, centre: SampleCentre
) -> None:
    head, _security = owners(centre)
    with workplace(centre, "lin.shu") as work:
        tab = shown(qtbot, work)
        assert tab.table.rowCount() == 2 and "Seals: 2" in tab.counted.text()
        assert "activate" not in steps(tab) and "suspend" in steps(tab)
        choose(tab, "suspend")
        assert tab.form.hint.text() == "It holds at once."
        assert not tab.form.button.isEnabled(), "first the reason"
        tab.form.reason.setText("the key was out of my hands")
        tab.form.button.click()
        at_rest(qtbot, work)
        assert tab.form.refusal.isHidden(), tab.form.refusal.text()
        assert status(centre) is SealStatus.SUSPENDED
        assert any("out of my hands" in value for _name, value in tab.history.rows())
        assert "resume" not in steps(tab)
    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        choose(tab, "resume")
        tab.form.reason.setText("found again in the safe")
        tab.form.button.click()
        at_rest(qtbot, work)
        assert status(centre) is SealStatus.ACTIVE


def test_sealing_away_takes_two_persons_and_two_witnesses(
    qtbot: Any, centre: SampleCentre
) -> None:
    """R55, S173: box, giver, receiver, witnesses; confirmed by another person with a reason."""
    head, security = owners(centre)
    with workplace(centre, "lin.shu") as work:
        tab = shown(qtbot, work)
        choose(tab, "seal_away")
        assert "second person" in tab.form.hint.text()
        assert set(tab.form.fields) == {"box", "giver", "receiver"}
        tab.form.reason.setText("transferred department")
        tab.form.button.click()
        assert tab.form.refusal.code == "seal_form_incomplete"
        tab.form.fields["box"].setText("B-07")  # type: ignore[union-attr]
        tab.form.fields["giver"].setEditText("Someone from outside")  # type: ignore[union-attr]
        people = tab.form.fields["receiver"]
        people.setCurrentIndex(people.findData("gao.yun"))  # type: ignore[union-attr]
        tab.form.button.click()
        assert tab.form.refusal.code == "seal_witnesses_missing"
        for box, who in zip(tab.form.witnesses, ("xu.jie", "song.ning"), strict=True):
            box.setCurrentIndex(box.findData(who))
        tab.form.button.click()
        at_rest(qtbot, work)
        assert tab.form.refusal.isHidden(), tab.form.refusal.text()
        assert status(centre) is SealStatus.ACTIVE, "nothing changes before the second person"
        assert tab.waiting.isVisible() and tab.waiting.withdraw.isVisible()
        assert not tab.waiting.confirm.isVisible(), "not by who asked"
    with workplace(centre, security) as work:
        tab = shown(qtbot, work)
        assert tab.waiting.confirm.isVisible() and not tab.waiting.withdraw.isVisible()
        assert "B-07" in tab.waiting.form.text() and "Song Ning" in tab.waiting.form.text()
        assert not tab.waiting.decline.isEnabled(), "not without a reason"
        tab.waiting.confirm.click()
        at_rest(qtbot, work)
        assert tab.waiting.refusal.isHidden(), tab.waiting.refusal.text()
        assert status(centre) is SealStatus.SEALED_AWAY and not tab.waiting.isVisible()
        tab.search.setText("B-07")
        assert tab.table.rowCount() == 1
        tab.search.setText("nowhere")
        assert tab.table.rowCount() == 0
    assert head


def test_what_was_asked_for_is_declined_or_taken_back(qtbot: Any, centre: SampleCentre) -> None:
    head, security = owners(centre)
    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        choose(tab, "renew")
        tab.form.reason.setText("worn")
        tab.form.button.click()
        at_rest(qtbot, work)
    with workplace(centre, security) as work:
        tab = shown(qtbot, work)
        tab.waiting.reason.setText("it is not worn")
        tab.waiting.decline.click()
        at_rest(qtbot, work)
        assert status(centre) is SealStatus.ACTIVE
        assert any("declined by" in value for _name, value in tab.history.rows())
    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        choose(tab, "renew")
        tab.form.reason.setText("worn indeed")
        tab.form.button.click()
        at_rest(qtbot, work)
        tab.waiting.withdraw.click()
        at_rest(qtbot, work)
        assert not tab.waiting.isVisible()
    with session_of(centre, head) as session:
        states = [one.state for one in session.seal_changes("seal-approval")]
    assert states[-2:] == [AskState.DECLINED, AskState.WITHDRAWN]


@pytest.mark.parametrize("which", [0, 1], ids=["head", "security"])
def test_owners_have_a_screen_of_their_own(qtbot: Any, centre: SampleCentre, which: int) -> None:
    login = owners(centre)[which]
    with desk(centre) as room:
        window = sign_in(qtbot, room, login, centre.passwords[login])
        window.open_screen("seals")
        settle(qtbot, room)
        screen = window.opened("seals")
        assert isinstance(screen, SealsScreen) and screen.seals.table.rowCount() == 2


def test_limits_and_certificates_are_forms_of_their_own(qtbot: Any, centre: SampleCentre) -> None:
    """Yes and no are chosen, and a pasted certificate says its own fingerprint."""
    head, security = owners(centre)
    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        choose(tab, "new_certificate")
        pem = next((centre.folder / "keys").glob("seal-approval.pem")).read_text("ascii")
        tab.form.fields["pem"].setPlainText(pem)  # type: ignore[union-attr]
        with session_of(centre, head) as session:
            seal = next(one for one in session.seals() if one.seal_id == "seal-approval")
        assert tab.form.fields["sha256"].text() == seal.certificate_sha256  # type: ignore[union-attr]
        tab.form.fields["pem"].setPlainText("no certificate")  # type: ignore[union-attr]
        assert tab.form.fields["sha256"].text() == ""  # type: ignore[union-attr]
        choose(tab, "new_policy")
        tab.form.fields["daily_limit"].setText("300")  # type: ignore[union-attr]
        tab.form.fields["batch_limit"].setText("10")  # type: ignore[union-attr]
        tab.form.fields["needs_timestamp"].setCurrentIndex(1)  # type: ignore[union-attr]
        tab.form.reason.setText("ten at once are enough")
        tab.form.button.click()
        at_rest(qtbot, work)
        assert tab.form.refusal.isHidden(), tab.form.refusal.text()
    with workplace(centre, security) as work:
        tab = shown(qtbot, work)
        assert "300" in tab.waiting.form.text()
        tab.waiting.confirm.click()
        at_rest(qtbot, work)
        assert dict(tab.details.rows())["Documents for one PIN"] == "10"
