"""All materials of a case in one strip: what a reader of scans sees and does, by keys and mouse."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QImage

from tests.shell.case_kit import clerk, make_pdf, until, workplace
from workbench.api.desk import PictureSource
from workbench.api.panes import MaterialViewer
from workbench.rules.case import Part, PartEntry
from workbench.rules.materials import Clip
from workbench.rules.refusals import Outage, Refusal
from workbench.shell.viewer.bundle import Paper
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.viewer.page_strip import StripView
from workbench.shell.workplace import Workplace

pytestmark = pytest.mark.long(9)

AT = 1_767_600_000_000_000
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Materials as applicants hand them in."""
    folder = tmp_path_factory.mktemp("materials")
    scan = folder / "scan.png"
    white = QImage(1654, 2339, QImage.Format.Format_RGB32)
    white.setDotsPerMeterX(7874)
    white.setDotsPerMeterY(7874)
    white.fill(QColor(230, 235, 240))
    for line in range(300, 2000, 40):
        for x in range(200, 1400):
            white.setPixelColor(x, line, QColor("black"))
    white.save(str(scan))
    made = {
        "form": make_pdf(folder / "form.pdf", 4),
        "lease": make_pdf(folder / "lease.pdf", 6, "mixed"),
        "locked": make_pdf(folder / "locked.pdf", 2, "locked"),
        "script": make_pdf(folder / "script.pdf", 2, "script"),
        "scan": scan,
        "ofd": folder / "sealed.ofd",
        "damaged": folder / "damaged.pdf",
    }
    write_ofd(made["ofd"])
    made["damaged"].write_bytes(b"%PDF-1.7\nnothing else")
    return made


def write_ofd(path: Path) -> None:
    """Three pages, stated to be sealed twice."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    pages = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(3))
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "<ofd:Signatures>/Doc_0/Signs.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{pages}</ofd:Pages>"
        "</ofd:Document>",
        "Doc_0/Signs.xml": f'<ofd:Signatures {space}><ofd:Signature ID="1"/>'
        '<ofd:Signature ID="2" BaseLoc="S2.xml"/></ofd:Signatures>',
        "Doc_0/S2.xml": f"<ofd:Signature {space}><ofd:SignedInfo>"
        '<ofd:Provider Company="样本印章公司"/><ofd:StampAnnot PageRef="1"/>'
        "</ofd:SignedInfo></ofd:Signature>",
    }
    with zipfile.ZipFile(path, "w") as box:
        for name, text in parts.items():
            box.writestr(name, text)
        for number in range(3):
            box.writestr(f"Doc_0/Pages/{number}.xml", f"<ofd:Page {space}/>")


@pytest.fixture
def work(tmp_path: Path, qapp: Any) -> Iterator[Workplace]:
    with workplace(tmp_path, object(), clerk(), AT) as made:
        yield made


@pytest.fixture
def frame(work: Workplace, qtbot: Any) -> MaterialFrame:
    made = MaterialFrame.whole(work)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def paper(name: str, number: int, file: Path | Callable[[], Path], pages: int = 1) -> Paper:
    """One material as the case screen hands it over; ``pages`` as counted at intake."""
    sha256 = f"{number:02x}" * 32
    body = {"code": name, "file": f"{name}.pdf", "sha256": sha256, "pages": pages}
    entry = PartEntry(number, 1, Part.MATERIALS, "material", "wang.fang", AT, body, sha256)
    locate = file if callable(file) else lambda: file
    return Paper(name, locate, sha256, entry, pages)


def entry_of(one: Paper) -> PartEntry:
    assert one.entry is not None
    return one.entry


@pytest.fixture
def papers(files: Mapping[str, Path]) -> list[Paper]:
    """A form, a lease, a picture."""
    return [paper("form", 1, files["form"], 4), paper("lease", 2, files["lease"], 6),
            paper("scan", 3, files["scan"])]  # fmt: skip


def all_open(frame: MaterialFrame) -> bool:
    assert frame.bundle is not None
    return all(leaf.drawable or leaf.refused or leaf.words for leaf in frame.bundle.leaves)


def sharp(strip: StripView) -> bool:
    assert strip.pictures is not None
    return all(
        wish in strip.pictures.cache
        for page in strip.seen() if not strip.words(page) for wish in strip._sharp(page)
    )  # fmt: skip


def shown(frame: MaterialFrame, qtbot: Any, papers: list[Paper]) -> None:
    """Everything is open and what is seen is drawn."""
    frame.show_papers(papers)
    until(qtbot, lambda: all_open(frame) and sharp(frame.strip))
    frame.hand.setFocus()


def press(qtbot: Any, frame: MaterialFrame, key: Qt.Key, how: Any = Qt.KeyboardModifier.NoModifier,
          times: int = 1) -> None:  # fmt: skip
    for _time in range(times):
        qtbot.keyClick(frame.hand, key, how)


# -- one strip -----------------------------------------------------------------------------------


def test_all_materials_stand_below_each_other_under_their_names(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    strip = frame.strip
    assert len(strip.sizes) == 11
    assert strip.heads == {1: "form", 5: "lease", 11: "scan"}
    strip.go_to(5)
    until(qtbot, lambda: sharp(strip))
    picture, place = strip.grab().toImage(), strip.sheets.place(5)
    top = place.y - strip.down.value()
    assert 20 <= top <= 80, "the name stands above the page, at the upper edge"
    band = {picture.pixelColor(x, y).name() for x in range(40, 200, 2) for y in range(2, top, 2)}
    assert QColor(frame.work.theme.ink.base).name() in band and len(band) > 2


def test_the_page_box_counts_in_the_material_and_its_tip_in_all(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    told: list[str] = []
    frame.in_hand.connect(lambda entry: told.append(entry.body["code"]))
    press(qtbot, frame, Qt.Key.Key_PageDown, CONTROL, times=5)
    assert (frame.tools.page.text(), frame.tools.pages.text()) == ("2", "of 6")
    assert "6 of 11" in frame.tools.page.toolTip()
    assert told == ["lease"] and frame.local_page() == 2
    press(qtbot, frame, Qt.Key.Key_G)
    qtbot.keyClicks(frame.tools.page, "4")
    qtbot.keyClick(frame.tools.page, Qt.Key.Key_Return)
    assert frame.strip.page == 8, "page 4 of the lease"
    press(qtbot, frame, Qt.Key.Key_End)
    assert frame.strip.page == 11 and told[-1] == "scan"
    press(qtbot, frame, Qt.Key.Key_Home)
    assert frame.strip.page == 1 and told[-1] == "form"


def test_a_chosen_material_comes_into_hand_with_badge_and_warning(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper], files: Mapping[str, Path]
) -> None:
    papers.append(paper("script", 4, files["script"], 2))
    shown(frame, qtbot, papers)
    assert papers[0].sha256[:8] in frame.tools.badge.text.text()
    assert not frame.warning.isVisible()
    assert frame.choose(entry_of(papers[3]))
    assert frame.strip.page == 12 and "JavaScript" in frame.warning.text()
    assert papers[3].sha256[:8] in frame.tools.badge.text.text()
    frame.choose(entry_of(papers[1]))
    assert frame.strip.page == 5 and not frame.warning.isVisible()


def test_small_pages_show_all_and_turn_to_any(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    press(qtbot, frame, Qt.Key.Key_T)
    model = frame.thumbs.model()
    assert frame.thumbs.isVisible() and model is not None and model.rowCount() == 11
    assert [model.index(row, 0).data() for row in (0, 1, 4, 5, 10)] == [
        "form", "2", "lease", "2", "scan"]  # fmt: skip
    until(qtbot, lambda: frame.thumbs.picture_of(2) is not None)
    frame.thumbs.clicked.emit(model.index(6, 0))
    assert frame.strip.page == 7 and frame.thumbs.currentIndex().row() == 6


def test_words_are_found_in_every_material(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    press(qtbot, frame, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(frame.find_bar.field, "needle2")
    qtbot.keyClick(frame.find_bar.field, Qt.Key.Key_Return)
    until(qtbot, lambda: len(frame.strip.hits) == 2)
    assert [hit.page for hit in frame.strip.hits] == [2, 6]
    qtbot.keyClick(frame.find_bar.field, Qt.Key.Key_Return)
    assert frame.find_bar.count.text() == "2 of 2" and 6 in frame.strip.seen()


def test_what_cannot_be_shown_says_so_in_its_place(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper], files: Mapping[str, Path]
) -> None:
    def gone() -> Path:
        raise Refusal("content_missing", "The file is not in the content store.")

    papers[1:1] = [
        paper("locked", 5, files["locked"], 2), paper("ofd", 6, files["ofd"], 1),
        paper("damaged", 7, files["damaged"], 1), paper("gone", 8, gone, 3),
    ]  # fmt: skip
    shown(frame, qtbot, papers)
    strip = frame.strip
    said = {name: strip.words(page) for page, name in strip.heads.items()}
    assert "locked" in said["locked"]
    assert "OFD" in said["ofd"] and "drawn" in said["ofd"]
    lines = said["ofd"].splitlines()
    assert lines[-3:] == ["Pages: 3", "Seal 1: without a name",
                          "Seal 2: without a name · 样本印章公司 · page 2"]  # fmt: skip
    assert said["damaged"] and "content store" in said["gone"]
    assert not said["form"] and not said["lease"]
    assert len(strip.sizes) == 4 + 4 + 6 + 1
    for page in range(5, 9):
        strip.go_to(page)
        picture, place = strip.grab().toImage(), strip.sheets.place(page)
        top = place.y - strip.down.value()
        ink = {picture.pixelColor(x, y).lightness() < 110
               for x in range(place.x, place.x + place.width, 2)
               for y in range(max(top, 0), top + place.height, 2)}  # fmt: skip
        assert True in ink, "words stand on the sheet"


def test_a_locked_one_is_opened_from_its_sheet(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper], files: Mapping[str, Path]
) -> None:
    locked = paper("locked", 5, files["locked"], 1)
    shown(frame, qtbot, [*papers, locked])
    assert not frame.password.isVisible(), "nobody is asked before the sheet is come to"
    frame.strip.go_to(12)
    assert frame.bundle is not None
    button = frame._unlock[0].buttons[frame.bundle.leaves[3]]
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert frame.password.isVisible() and frame.password.field.hasFocus()
    qtbot.keyClicks(frame.password.field, "open sesame")
    qtbot.keyClick(frame.password.field, Qt.Key.Key_Return)
    until(qtbot, lambda: len(frame.strip.sizes) == 13)
    assert not button.isVisible() and not frame.password.isVisible()
    until(qtbot, lambda: sharp(frame.strip))


def test_a_file_that_could_not_be_reached_is_tried_again(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper], files: Mapping[str, Path]
) -> None:
    reached: list[bool] = []

    def locate() -> Path:
        if not reached:
            raise Outage("content.away", "The content store does not answer.")
        return files["lease"]

    shown(frame, qtbot, [paper("away", 9, locate, 6), papers[0]])
    assert "does not answer" in frame.strip.words(1)
    assert frame.bundle is not None
    reached.append(True)
    qtbot.mouseClick(frame._unlock[0].buttons[frame.bundle.leaves[0]], Qt.MouseButton.LeftButton)
    until(qtbot, lambda: len(frame.strip.sizes) == 10 and sharp(frame.strip))
    assert not frame.strip.words(1)


def test_a_new_material_leaves_place_zoom_and_turns(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper], files: Mapping[str, Path]
) -> None:
    shown(frame, qtbot, papers)
    strip = frame.strip
    frame.choose(entry_of(papers[1]))
    press(qtbot, frame, Qt.Key.Key_R)
    press(qtbot, frame, Qt.Key.Key_Plus, times=2)
    strip.down.setValue(strip.down.value() + 130)
    until(qtbot, lambda: sharp(strip))
    assert frame.bundle is not None and frame.bundle.leaves[1].turns == {1: 90}
    place, zoom = strip.sheets.place(5), strip.shown_zoom()
    before = strip.down.value() - place.y
    opened = frame.bundle.leaves[1].file
    shown(frame, qtbot, [paper("more", 4, files["script"], 2), *papers])
    place = strip.sheets.place(7)
    assert strip.down.value() - place.y == before
    assert strip.page == 7 and strip.turns.get(7) == 90
    assert strip.shown_zoom() == pytest.approx(zoom)
    assert frame.entry == papers[1].entry
    assert frame.bundle.leaves[2].file is opened, "what stays is not opened again"
    frame.show_papers(papers)
    assert strip.page == 5 and strip.down.value() - strip.sheets.place(5).y == before


def test_a_scan_is_shown_pixel_by_pixel(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    frame.choose(entry_of(papers[2]))
    press(qtbot, frame, Qt.Key.Key_1)
    until(qtbot, lambda: frame.strip.sheets.place(11).width == 1654)
    assert "172" in frame.tools.zoom.text() or "208" in frame.tools.zoom.text()


def test_places_are_given_back_through_turns(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    strip = frame.strip
    for turn in (0, 90, 180, 270):
        strip.go_to(2)
        assert strip.turns.get(2, 0) == turn
        box = strip.box_of(2, Clip(0.2, 0.1, 0.3, 0.15))
        at = QPoint(round(box.center().x()) - strip.across.value(),
                    round(box.center().y()) - strip.down.value())  # fmt: skip
        found = strip.place_at(at)
        assert found is not None and found[0] == 2
        assert found[1:] == pytest.approx((0.25, 0.125), abs=0.01)
        press(qtbot, frame, Qt.Key.Key_R)
    assert strip.place_at(QPoint(2, 300)) is None


class OwnViewer(MaterialViewer):
    """A department's own viewer."""

    def __init__(self) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self.pages: list[int] = []
        self.shown: list[str] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_material(self, entry: PartEntry, pictures: PictureSource) -> None:
        self.shown.append(f"{entry.body['code']} {pictures.page_count()}")

    def show_page(self, page: int) -> None:
        self.pages.append(page)


def test_a_departments_own_viewer_stands_in_the_strips_place(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    frame.show_papers(papers)
    own = OwnViewer()
    frame.choose(entry_of(papers[1]), own)
    until(qtbot, lambda: own.shown == ["lease 6"])
    assert own.isVisible() and not frame.strip.isVisible()
    own.setFocus()
    qtbot.keyClick(own, Qt.Key.Key_PageDown, CONTROL)
    assert own.pages == [2] and frame.tools.page.text() == "2"
    qtbot.keyClick(own, Qt.Key.Key_PageUp, CONTROL)
    assert own.pages == [2, 1] and frame.tools.page.text() == "1"
    qtbot.keyClick(own, Qt.Key.Key_G, CONTROL)
    qtbot.keyClicks(frame.tools.page, "4")
    qtbot.keyClick(frame.tools.page, Qt.Key.Key_Return)
    assert own.pages == [2, 1, 4], "the same keys and the same tools"
    assert frame.window().focusWidget() is own
    wanted: list[int] = []
    frame.material_wanted.connect(wanted.append)
    frame.go_to(6)
    qtbot.keyClick(own, Qt.Key.Key_PageDown, CONTROL)
    assert wanted == [1], "beyond its last page comes the next material"
    frame.choose(entry_of(papers[2]))
    assert frame.strip.isVisible() and frame.strip.page == 11


class BrokenViewer(OwnViewer):
    """One that shows its first page and no other."""

    def show_page(self, page: int) -> None:
        raise ValueError("no such page")


def test_a_viewer_that_fails_gives_way_to_the_strip(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    failed: list[str] = []

    def guard(act: Callable[..., object], *args: object) -> bool:
        try:
            act(*args)
        except ValueError as fault:
            failed.append(str(fault))
            return False
        return True

    frame.guard = guard
    shown(frame, qtbot, papers)
    own = BrokenViewer()
    frame.choose(entry_of(papers[1]), own)
    assert own.isVisible()
    frame.go_to(3)
    assert failed == ["no such page"]
    assert frame.strip.isVisible() and frame.strip.page == 7 and frame.own_viewer is None


# -- two halves ----------------------------------------------------------------------------------


def split(frame: MaterialFrame, qtbot: Any, papers: list[Paper]) -> None:
    """The form in the first half, the lease in the second."""
    shown(frame, qtbot, papers)
    frame.strip.setFocus()
    press(qtbot, frame, Qt.Key.Key_B)
    assert frame.hand is frame.second and frame.second.isVisible()
    frame.choose(entry_of(papers[1]))


def test_two_materials_stand_side_by_side(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    split(frame, qtbot, papers)
    assert (frame.strip.page, frame.second.page) == (1, 5)
    said = ["form · page 1 of 4", "▸ lease · page 1 of 6"]
    until(qtbot, lambda: [side.caption.text() for side in frame.sides] == said)
    until(qtbot, lambda: sharp(frame.strip) and sharp(frame.second))
    assert frame.bundle is not None
    assert frame.second.pictures is frame.strip.pictures is frame.bundle.pictures
    press(qtbot, frame, Qt.Key.Key_Escape)
    assert not frame.second.isVisible() and frame.hand is frame.strip
    assert frame.tools.page.text() == "1" and not frame.tools.linked.isVisible()


def test_linked_halves_keep_to_the_same_place(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    split(frame, qtbot, papers)
    press(qtbot, frame, Qt.Key.Key_PageDown, CONTROL, times=2)
    assert (frame.strip.page, frame.second.page) == (3, 7)
    frame.strip.setFocus()
    frame.strip.down.setValue(frame.strip.down.value() + 200)
    assert frame.second.position() - 4 == pytest.approx(frame.strip.position(), abs=0.02)
    press(qtbot, frame, Qt.Key.Key_B, SHIFT)
    before = frame.second.position()
    press(qtbot, frame, Qt.Key.Key_Home)
    assert frame.strip.page == 1 and frame.second.position() == before
    press(qtbot, frame, Qt.Key.Key_B, SHIFT)
    apart = frame.second.position() - frame.strip.position()
    frame.strip.down.setValue(frame.strip.down.value() + 300)
    moved = frame.second.position() - frame.strip.position()
    assert moved == pytest.approx(apart, abs=0.02)


def test_a_short_material_waits_beside_a_long_one(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    split(frame, qtbot, [papers[0], papers[2], papers[1]])
    frame.choose(entry_of(papers[2]))
    frame.strip.setFocus()
    press(qtbot, frame, Qt.Key.Key_PageDown, CONTROL, times=3)
    assert frame.strip.page == 4 and frame.second.page == 5


def test_what_is_chosen_goes_to_the_half_under_the_keys(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    split(frame, qtbot, papers)
    told: list[str] = []
    frame.in_hand.connect(lambda entry: told.append(entry.body["code"]))
    frame.strip.setFocus()
    assert frame.hand is frame.strip and told == ["form"]
    frame.choose(entry_of(papers[2]))
    assert (frame.strip.page, frame.second.page) == (11, 5)


# -- letting go ----------------------------------------------------------------------------------


def test_nothing_of_a_bundle_stays(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    split(frame, qtbot, papers)
    until(qtbot, lambda: sharp(frame.second))
    bundle = frame.bundle
    assert bundle is not None and bundle.pictures.cache.bytes
    frame.clear("Closed.")
    assert bundle.pictures.cache.bytes == 0 and frame.bundle is None and frame.source is None
    assert not frame.second.isVisible() and not frame.second.sizes and not frame.strip.sizes
    until(qtbot, lambda: frame.work.lanes.idle)
    for ahead in (False, True):
        assert frame.work.renderer is not None
        assert not frame.work.renderer(ahead)._files, "no file stays open in a renderer"


def test_out_of_sight_only_what_would_be_seen_is_kept(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    shown(frame, qtbot, papers)
    press(qtbot, frame, Qt.Key.Key_PageDown, CONTROL, times=4)
    until(qtbot, lambda: sharp(frame.strip) and frame.work.lanes.idle)
    assert frame.bundle is not None
    before = frame.bundle.pictures.cache.bytes
    frame.hide()
    kept = frame.bundle.pictures.cache
    assert 0 < kept.bytes < before / 2
    frame.show()
    assert sharp(frame.strip), "back in sight nothing is waited for"


def test_files_are_opened_when_their_pages_come_near(
    frame: MaterialFrame, qtbot: Any, papers: list[Paper]
) -> None:
    frame.hide()
    frame.show_papers(papers)
    qtbot.wait(50)
    assert frame.bundle is not None and not any(leaf.asked for leaf in frame.bundle.leaves)
    frame.show()
    until(qtbot, lambda: all_open(frame))
