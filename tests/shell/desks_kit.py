"""Cases brought as far as the desks of window, seal and issuing need them, on the sample centre.

Real sessions, real packages, real composing: only the clock is the test's. A workplace is what
``app`` would hand to a screen, with real lanes and the real page renderer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QApplication

from tests.shell.desk_kit import SampleCentre
from workbench import app as story
from workbench.casework import acceptance, result, review
from workbench.casework.intake import PackageReport, intake_folder
from workbench.paper.compose import compose
from workbench.paper.inspection import Inspector
from workbench.paper.prepress import check_clean
from workbench.paper.renderer import Renderer
from workbench.paper.sample_scans import make_sample_packages
from workbench.rules.case import Case
from workbench.shell.lane_thread import claim_ui_thread, guarded
from workbench.shell.lanes import Lanes
from workbench.shell.notices import Notices
from workbench.shell.theme import Theme, chinese_family
from workbench.shell.workplace import CentreClock, CentrePlace, Signposts, Workplace


def take_in(centre: SampleCentre, folder: Path, which: tuple[str, ...] = ("I01",)) -> Any:
    """Sample packages taken in by the window clerk; the reports. One child looks at all of them."""
    made = make_sample_packages(folder, which, quick=True)
    assert made
    with session_of(centre, "wang.fang") as session, Inspector() as inspector:
        return intake_folder(session, folder, inspector.inspect)


@contextmanager
def session_of(centre: SampleCentre, login: str) -> Iterator[Any]:
    """A session of that person on the centre's own clock."""
    opened = centre.open()
    session = opened.session_as(login)
    try:
        yield session
    finally:
        session.close()
        opened.close()


def to_the_seal(centre: SampleCentre, report: PackageReport, folder: Path) -> Case:
    """Accept, review, decide, compose and freeze an immediate case, all by the one on duty.

    Moments, not minutes, pass: the real seal worker reads the centre's exercise clock, which began
    when the centre was founded and must not be behind these steps.
    """
    with session_of(centre, "zhang.wei") as session:
        view = session.case_view(report.case_no)
        centre.clock.forward(1)
        case = acceptance.accept(session, view.case)
        case = review.submit_opinion(session, case, "grant", "材料齐全，符合法定形式。", {})
        centre.clock.forward(1)
        review.grant(session, case, "准予登记。")
        view = session.case_view(report.case_no)
        template = result.templates_for(view.item, granted=True)[0]
        folder.mkdir(exist_ok=True)
        draft = result.compose_draft(session, view, template, folder, compose)
        return result.freeze(session, view, draft, check_clean)


def sealed_licence(centre: SampleCentre, folder: Path) -> Case:
    """A business licence taken in, decided and sealed through the desk's own press."""
    case = to_the_seal(centre, take_in(centre, folder / "in")[0], folder / "draft")
    with session_of(centre, "lin.shu") as session:
        task = session.seal_queue()[0]
    press = story.DeskPress(centre.folder, centre.url, "lin.shu")
    try:
        press.start()
        press.press(task.document_id, case.case_no, centre.passwords["PIN"], lambda _step: None)
    finally:
        press.close()
    return case


@contextmanager
def workplace(
    centre: SampleCentre, login: str, *, dark: bool = False, scale: float = 1.0
) -> Iterator[Workplace]:
    """What ``app`` hands to a screen of that person."""
    claim_ui_thread()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = Theme(dark, chinese_family(), scale=scale)
    theme.apply(app)
    lanes, notices = Lanes(), Notices()
    lanes.trouble_desk = notices
    renderers = {ahead: Renderer() for ahead in (False, True)}
    opened = centre.open()
    session = opened.session_as(login)
    doors = story.open_doors(centre.folder, centre.url, session, session.who, lanes.in_store)
    names = {"zh_CN": "青云区", "en": "Qingyun"}
    place = CentrePlace(names, centre.url, centre.folder, centre.folder / "exchange")
    try:
        yield Workplace(
            guarded(session), session.who, lanes, notices, theme, session.calendar(),
            CentreClock(session.moment()), Signposts(), place, renderer=renderers.__getitem__,
            people={one.login: one for one in session.people()},
            departments={one.code: one for one in session.departments()}, doors=doors,
        )  # fmt: skip
    finally:
        story.close_doors(doors)
        lanes.close()
        for one in renderers.values():
            one.stop()
        session.close()
        opened.close()


def settle(qtbot: Any, work: Workplace) -> None:
    """Until no lane has anything under way and every answer has been drawn."""
    quiet = 0

    def still() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if work.lanes.idle else 0
        return quiet > 3

    qtbot.waitUntil(still, timeout=30_000)
