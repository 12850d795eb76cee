"""The inbox as it is seen: from what the user does to the painted lines, beside by hand.

By hand is badges and page as SQL, and an empty table of the same size painted: less cannot be done.
The screen is the desk's own, its answers come through the store lane.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from PyQt6.QtCore import QEventLoop, QTimer, pyqtBoundSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QApplication, QTableView

from tests.bench.crowded_centre import NINE, Crowd
from tests.bench.figures import FigureTable, in_turns, ratio
from tests.bench.test_inbox import PERSONS, bare_counts, far_by_hand, runner
from workbench.rules.case_view import WorklistFilter, WorklistOrder, WorklistQuery
from workbench.rules.moment import SetClock
from workbench.shell.inbox.model import PAGE
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.lane_thread import claim_ui_thread, guarded
from workbench.shell.lanes import Lanes
from workbench.shell.notices import Notices
from workbench.shell.theme import Theme, chinese_family
from workbench.shell.workplace import CentreClock, CentrePlace, Signposts, Workplace
from workbench.store import open_centre

pytestmark = [pytest.mark.timeout(900), pytest.mark.long(6)]
SIZE: Final = (1400, 900)


@contextmanager
def inbox(crowd: Crowd, login: str, qtbot: Any) -> Iterator[InboxScreen]:
    """That person's inbox, shown and filled."""
    claim_ui_thread()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme, lanes = Theme(False, chinese_family()), Lanes()
    theme.apply(app)
    centre = open_centre(str(crowd.path), SetClock(NINE))
    session = centre.session_as(login)
    place = CentrePlace({"en": "Qingyun"}, str(crowd.path), Path(crowd.path).parent, Path())
    work = Workplace(
        guarded(session), session.who, lanes, Notices(), theme, session.calendar(),
        CentreClock(session.moment()), Signposts(), place,
        people={one.login: one for one in session.people()},
    )  # fmt: skip
    screen = InboxScreen(work)
    qtbot.addWidget(screen)
    screen.resize(*SIZE)
    try:
        with qtbot.waitSignal(screen.model.listed, timeout=60_000):
            screen.show()
        qtbot.waitUntil(lambda: lanes.idle, timeout=60_000)
        yield screen
    finally:
        screen.hide()
        lanes.close()
        session.close()
        centre.close()


def until(signal: pyqtBoundSignal, act: Callable[[], object], there: Callable[[], bool]) -> None:
    """Do it and let the loop run until the answer is there; another page's may come before it."""

    def look() -> None:
        if there():
            loop.quit()

    loop, late = QEventLoop(), QTimer()
    late.setSingleShot(True)
    late.timeout.connect(lambda: loop.exit(1))
    signal.connect(look)
    QTimer.singleShot(0, act)
    late.start(30_000)
    in_time = loop.exec() == 0
    signal.disconnect(look)
    assert in_time


def painted(table: QTableView) -> None:
    """Every line in sight, now."""
    view = table.viewport()
    assert view is not None
    view.repaint()


def deeds(screen: InboxScreen, total: int) -> Iterator[tuple[str, WorklistQuery, Any]]:
    """Name, the same question by hand, and how the user gets it."""
    model, table = screen.model, screen.table
    down = table.verticalScrollBar()
    assert down is not None

    def asked(query: WorklistQuery) -> Callable[[], None]:
        def ask() -> None:
            table.scrollToTop()
            model.show(query)

        return lambda: until(model.listed, ask, lambda: True)

    def gone(rows: Iterator[int]) -> Callable[[], None]:
        def far() -> None:
            # Each time a page that is not there yet; on a short list some are met again.
            row = next(one for one in rows if model.row_at(one) is None)

            def go() -> None:
                table.scrollTo(model.index(row, 0), table.ScrollHint.PositionAtTop)
                painted(table)

            until(model.came, go, lambda: model.row_at(row) is not None)

        return far

    due = WorklistQuery()
    yield "first paint", due, asked(due)
    if total > 30 * PAGE:
        yield "scroll a page on", WorklistQuery(offset=PAGE), gone(itertools.count(PAGE + 50, PAGE))
    for share in (0.5, 0.9) if total > 30 * PAGE else ():
        middle = int(total * share)
        places = (middle - at for at in itertools.count(0, 3 * PAGE))
        yield f"jump to {share:.0%}", WorklistQuery(offset=middle), gone(places)
    by_item = WorklistQuery(order=WorklistOrder.ITEM)
    yield "sort by item", by_item, asked(by_item)
    hall = WorklistQuery(filter=WorklistFilter(sites=("hall",)))
    yield "filter by site", hall, asked(hall)


@pytest.mark.parametrize("login", ["d00A", "tang"])
def test_from_the_deed_to_the_painted_lines(
    login: str, crowd: Crowd, qtbot: Any, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """The ratio that matters at a million cases, for who sees few of them and who sees all."""
    who, where = PERSONS[login]
    raw = sqlite3.connect(f"file:{crowd.path}?mode=ro", uri=True)
    table = FigureTable(
        f"Inbox on the screen, {crowd.size:,} cases: {who}",
        ("what", "by hand ms", "empty table ms", "desk ms", "ratio"),
    )
    empty = QTableView()
    qtbot.addWidget(empty)
    empty.setModel(QStandardItemModel(0, 8, empty))
    empty.resize(*SIZE)
    empty.show()
    with inbox(crowd, login, qtbot) as screen:
        total = screen.model.rowCount()
        for name, query, ours in deeds(screen, total):
            truth = f"({where}) AND site = 'hall'" if query.filter.sites else where
            hand = (bare_counts(truth, login), far_by_hand(truth, query, total))
            by_hand = runner(raw, *((one, ()) for one in hand))

            def desk(ours: Callable[[], None] = ours) -> None:
                ours()
                painted(screen.table)

            took = in_turns(
                5 if depth > 1 else 1, hand=by_hand, empty=lambda: painted(empty), desk=desk
            )
            assert screen.model.row_at(max(screen.table.rowAt(1), 0)) is not None, name
            qtbot.waitUntil(lambda: screen.work.lanes.idle, timeout=30_000)
            took["bare"] = took["hand"] + took["empty"]
            times = ratio(took, "desk", "bare")
            table.add(name, took["hand"], took["empty"], took["desk"], times)
    raw.close()
    measured(table)
