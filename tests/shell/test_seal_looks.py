"""Every face of the seal desk in both languages, light and dark, small and large (desk 5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shell import desk_kit
from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import sealed_licence, session_of
from tests.shell.screen_check import check
from tests.shell.seal_kit import FOOD, USUAL, many_seals, scanned, stocked_centre
from workbench.casework.seal_register import file_picture
from workbench.paper.desk_papers import DeskPapers
from workbench.rules.moment import MINUTE, SetClock
from workbench.rules.people import Role
from workbench.rules.seal_states import SealStepAsked
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.shell.issuing.screen import IssuingScreen
from workbench.shell.seal_desk.screen import SealDeskScreen
from workbench.shell.seal_desk.seals_screen import SealsScreen

pytestmark = pytest.mark.long(12)

LOOKS = (("zh_CN", False, 1.0), ("en", True, 1.5), ("zh_CN", True, 2.0), ("en", False, 2.0))
SIZES = {1.0: (1366, 768), 1.5: (1366, 768), 2.0: (1920, 1080)}
# Names, logins and numbers of the sample data; keys of the keyboard; kinds of key stores.
DATA = frozenset({"TEST", "Seal", "S", "R", "B", USUAL, FOOD, "seal-registration", "PEM",
                  "impression", "png", "BEGIN", "CERTIFICATE"})  # fmt: skip


@pytest.fixture(scope="module")
def busy(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents that wait, void serials, a count, two seals that fit, and what waits for a second
    person: an impression, and a seal that is to be sealed away."""
    folder = stocked_centre(founded, tmp_path_factory.mktemp("busy"), 3)
    centre = SampleCentre(folder, SetClock(NINE + 2 * MINUTE), {})
    many_seals(centre)
    with session_of(centre, "lin.shu") as session:
        task = session.seal_queue()[0]
        line = session.reserve(task.document_id, task.case.case_id, "seal-approval", "test")
        session.void_line(line.serial, "test", "worker_gone")
        session.balance_seal("seal-approval", -1, "")
        form = {"box": "七号柜", "giver": "外单位移交人", "receiver": "gao.yun"}
        asked = SealStepAsked("seal_away", "集中收缴", ("xu.jie", "song.ning"), form)
        session.ask_seal_change("seal-registration", asked)
        face = DeskPapers().impression(scanned(folder / "impression.png"), 45)
        form = {"sha256": file_picture(session, face.mask_png), "diameter_mm": "45"}
        session.ask_seal_change(USUAL, SealStepAsked("new_face", "备案印模更新", (), form))
    return folder


def faces(qtbot: Any, room: DeskRoom, desk: SealDeskScreen) -> Iterator[str]:
    """One after the other; every one is looked at when its name is given."""

    def still() -> None:
        desk_kit.settle(qtbot, room)

    qtbot.waitUntil(lambda: desk.frozen is not None, timeout=20_000)
    still()
    yield "choice"
    desk.side.press.choice.box.setCurrentIndex(desk.side.press.choice.box.findData(FOOD))
    qtbot.waitUntil(lambda: desk.page.strip.marks[0].picture is not None, timeout=10_000)
    still()
    yield "stamping"
    desk.queue.tick_all()
    desk.queue.begin.click()
    still()
    yield "batch"
    desk.stamping.batch.skip()
    still()
    desk.stamping.batch.stop()
    still()
    yield "summary"
    desk.summary.back.click()
    desk.tabs.setCurrentWidget(desk.register)
    still()
    desk.register.filters.days.setCurrentIndex(desk.register.filters.days.count() - 1)
    still()
    desk.register.table.selectRow(0)
    still()
    yield "register"
    desk.tabs.setCurrentWidget(desk.count)
    still()
    yield "count"
    desk.tabs.setCurrentWidget(desk.seals)
    still()
    desk.seals.form.step.setCurrentIndex(desk.seals.form.step.findData("seal_away"))
    still()
    yield "seals"
    form = desk.seals.form
    form.step.setCurrentIndex(form.step.findData("new_face"))
    assert form.picture is not None
    form.picture.file = desk.work.centre.folder / "impression.png"
    form.picture.diameter.setValue(44)
    still()
    assert form.picture.face is not None
    yield "impression"
    desk.tabs.setCurrentIndex(0)
    still()


@pytest.mark.parametrize(("language", "dark", "scale"), LOOKS)
def test_nothing_is_cut_faint_unnamed_or_left_untranslated(
    qtbot: Any, busy: Path, tmp_path: Path, language: str, dark: bool, scale: float
) -> None:
    centre = copied(busy, tmp_path, NINE + 5 * MINUTE)
    found: dict[str, list[str]] = {}
    with desk_kit.desk(centre, Look(language, dark, scale)) as room:
        window = desk_kit.sign_in(qtbot, room, "lin.shu", centre.passwords["lin.shu"])
        window.resize(*SIZES[scale])
        desk = window.opened("seal_desk")
        assert isinstance(desk, SealDeskScreen)
        for name in faces(qtbot, room, desk):
            assert (window.width(), window.height()) == SIZES[scale], f"{name} is too large"
            findings = check(window, language, DATA)
            if findings:
                found[name] = sorted({str(one) for one in findings})
    assert found == {}


@pytest.mark.parametrize(("language", "dark", "scale"), [LOOKS[0], LOOKS[1], LOOKS[3]])
def test_the_owners_screen_too(
    qtbot: Any, busy: Path, tmp_path: Path, language: str, dark: bool, scale: float
) -> None:
    """With a change that waits for him: form, witnesses, confirm and decline."""
    centre = copied(busy, tmp_path, NINE + 5 * MINUTE)
    with session_of(centre, "lin.shu") as session:
        head = next(one.login for one in session.people() if one.has(Role.ORGAN_HEAD))
    with desk_kit.desk(centre, Look(language, dark, scale)) as room:
        window = desk_kit.sign_in(qtbot, room, head, centre.passwords[head])
        window.resize(*SIZES[scale])
        window.open_screen("seals")
        desk_kit.settle(qtbot, room)
        screen = window.opened("seals")
        assert isinstance(screen, SealsScreen) and screen.seals.waiting.confirm.isVisible()
        tab = screen.seals
        tab.form.step.setCurrentIndex(tab.form.step.findData("new_certificate"))
        assert tab.form.certificate is not None
        pem = (centre.folder / "keys" / f"{USUAL}.pem").read_text("ascii")
        tab.form.certificate.text.setPlainText(pem)
        desk_kit.settle(qtbot, room)
        assert tab.form.certificate.said.isVisible()
        for row, change in enumerate(tab.waiting.changes):
            tab.waiting.table.selectRow(row)
            desk_kit.settle(qtbot, room)
            assert tab.waiting.faces.box.isVisible() is (change.step == "new_face")
            assert (window.width(), window.height()) == SIZES[scale]
            tab.waiting.faces.box.setChecked(True)
            assert sorted({str(one) for one in check(window, language, DATA)}) == []


@pytest.fixture(scope="module")
def sealed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    centre = copied(founded, folder)
    sealed_licence(centre, folder)
    return centre.folder


@pytest.mark.parametrize(("language", "dark", "scale"), [LOOKS[0], LOOKS[1], LOOKS[3]])
def test_the_verdict_of_the_issuing_window_too(
    qtbot: Any, sealed: Path, tmp_path: Path, language: str, dark: bool, scale: float
) -> None:
    """Every check with its answer."""
    centre = copied(sealed, tmp_path, NINE + 30 * MINUTE)
    with desk_kit.desk(centre, Look(language, dark, scale)) as room:
        window = desk_kit.sign_in(qtbot, room, "xu.jie", centre.passwords["xu.jie"])
        window.resize(*SIZES[scale])
        window.open_screen("issuing")
        desk_kit.settle(qtbot, room)
        screen = window.opened("issuing")
        assert isinstance(screen, IssuingScreen) and screen.verdict.checks.isVisible()
        assert (window.width(), window.height()) == SIZES[scale]
        assert sorted({str(one) for one in check(window, language, DATA)}) == []
