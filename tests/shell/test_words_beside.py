"""Words that stand beside what they are about: a mark's, a field's, another seal's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from workbench.shell.lanes import Lanes
from workbench.shell.sign_in.window import SignInWindow
from workbench.shell.theme import Theme
from workbench.shell.viewer.marks import EDGE_SHARE, plate_beside

PAGE = QRectF(100, 50, 600, 420)
INSIDE = PAGE.adjusted(600 * EDGE_SHARE, 0, -600 * EDGE_SHARE, 0)


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes()
    yield made
    made.close()


@pytest.mark.parametrize(
    "seal",
    [QRectF(560, 300, 85, 85), QRectF(140, 300, 85, 85), QRectF(350, 300, 85, 85),
     QRectF(110, 300, 85, 85), QRectF(610, 300, 85, 85)],
)  # fmt: skip
def test_the_words_of_a_mark_cover_neither_it_nor_the_frame(seal: QRectF) -> None:
    for wide in (80.0, 200.0, 400.0):
        plate = plate_beside(seal, PAGE, wide, 22)
        assert not plate.intersects(seal)
        assert INSIDE.left() <= plate.left() and plate.right() <= INSIDE.right()
        assert (plate.width(), plate.height()) == (wide, 22)


def test_where_neither_side_has_the_room_they_stand_below() -> None:
    seal = QRectF(300, 200, 200, 200)
    plate = plate_beside(seal, PAGE, 300, 22)
    assert plate.top() > seal.bottom() and plate.center().x() == seal.center().x()


def test_both_fields_of_the_sign_in_have_their_names_above_them(
    lanes: Lanes, qtbot: QtBot
) -> None:
    made = SignInWindow(lanes, Theme(False, "sans"), "centre", lambda one, two: (one, two))
    qtbot.addWidget(made)
    made.show()
    qtbot.keyClicks(made.login, "li.na")
    names = {one.text(): one for one in made.findChildren(QLabel) if one.buddy() is not None}
    for name, field in (("Sign-in name", made.login), ("Password", made.password)):
        label = names[name]
        assert isinstance(field, QLineEdit) and label.buddy() is field and label.isVisible()
        assert label.geometry().bottom() < field.geometry().top()
