"""The base widgets and the kit for plugin authors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from workbench.api import Desk, NewEntry, PagePicture, PictureSource, Refusal, read_items
from workbench.api.panes import CasePane, FieldChain, MaterialViewer, as_image, scrolled, wrapped
from workbench.api.testing import FakeDesk, FakePictures, sample_view
from workbench.api.views import form_of, materials_of
from workbench.rules.identifiers import parse_citizen_number

(ITEM,) = read_items("civil_affairs")


def test_pixels_become_an_image_of_their_own() -> None:
    data = bytes([255, 0, 0, 0, 0, 255, 9, 9])
    picture = PagePicture(2, 1, 8, "RGB888", 2, 1, False, data)
    image = as_image(picture)
    del picture, data
    assert (image.width(), image.height()) == (2, 1)
    assert image.pixelColor(0, 0).red() == 255
    assert image.pixelColor(1, 0).blue() == 255
    grey = as_image(PagePicture(1, 1, 1, "GRAY8", 1, 1, False, bytes([77])))
    assert grey.format() == QImage.Format.Format_Grayscale8
    assert grey.pixelColor(0, 0).red() == 77


def test_the_base_widgets_can_be_shown(qtbot: QtBot) -> None:
    view = sample_view(ITEM)
    pane = CasePane(FakeDesk(view))
    viewer = MaterialViewer(FakeDesk(view))
    area = scrolled(wrapped("text"))
    for widget in (pane, viewer, area):
        qtbot.addWidget(widget)
    pane.show_case(view)
    viewer.show_material(materials_of(view)[0], FakePictures())
    viewer.show_page(2)
    assert pane.desk.view() is view
    assert not pane.unsaved()
    assert pane.review_results() == {} and not pane.takes_marks, "an older pane goes on as it was"
    pane.mark_point("R01", "pass")
    with qtbot.waitSignal(pane.marked, timeout=100):
        pane.marked.emit()


class Surroundings(QWidget):
    """What the shell is for a field's chain."""

    def field_chain(self, field: str, label: str, value: QWidget, parent: QWidget) -> QWidget:
        made = QPushButton(f"{field}: {label}", parent)
        made.setProperty("value", value)
        return made


def test_a_field_gets_its_chain_from_the_shell_around_it_or_takes_no_room(qtbot: QtBot) -> None:
    around = Surroundings()
    qtbot.addWidget(around)
    value = QLabel("x", around)
    chain = FieldChain("place", "Place", value, around)
    assert isinstance(chain.button, QPushButton) and chain.button.text() == "place: Place"
    assert chain.button.property("value") is value

    alone = QWidget()
    late = FieldChain("place", "Place", value, alone)
    assert late.button is None and late.minimumSizeHint().isEmpty()
    alone.setParent(around)
    around.show()
    alone.show()
    assert late.button is not None and late.button.isVisible(), "found once it stands in the shell"


def test_the_fakes_are_what_a_pane_is_given() -> None:
    desk: Desk = FakeDesk(sample_view(ITEM))
    pictures: PictureSource = FakePictures(4)
    assert desk.view().item is ITEM
    assert pictures.page_count() == 4


def test_a_fake_desk_remembers_and_refuses() -> None:
    view = sample_view(ITEM)
    desk = FakeDesk(view)
    got: list[object] = []
    desk.propose("accept", {"a": 1}, [NewEntry("promise", {"text": "t"})], got.append)
    assert desk.proposals[0].name == "accept"
    assert desk.proposals[0].entry("promise") == {"text": "t"}
    assert got == [view]
    desk.refuse_with = Refusal("not_on_duty", "You are not on duty.")
    desk.propose("accept", otherwise=got.append)
    assert got[1] is desk.refuse_with
    desk.run(lambda a: a + 1, 2, then=got.append)
    assert got[2] == 3


def test_a_sample_case_holds_a_synthetic_person() -> None:
    form = form_of(sample_view(ITEM, values={"bank": "样本银行"}))
    assert parse_citizen_number(form["applicant_id"]).region == "990101"
    assert form["bank"] == "样本银行"
    assert form["applicant_name"] == "张小样"
    assert [m.body["code"] for m in materials_of(sample_view(ITEM))][:2] == ["M01", "M02"]


def test_the_interface_itself_loads_no_qt(project_root: Path) -> None:
    code = (
        "import sys, workbench.api, workbench.api.testing, workbench.hosting.host as h\n"
        "h.open_host()\n"
        "assert not [m for m in sys.modules if m.startswith('PyQt6')]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project_root, check=False,
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
