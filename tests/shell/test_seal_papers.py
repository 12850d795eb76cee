"""A new impression and certificate at the desk: read, shown, compared, confirmed (R46, R57)."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PyQt6.QtWidgets import QFileDialog

from tests.paper.seal_kit import make_test_key
from tests.shell.desk_kit import SampleCentre, copied
from tests.shell.desks_kit import session_of, workplace
from tests.shell.desks_kit import settle as at_rest
from tests.shell.seal_kit import scanned
from tests.shell.test_seals_tab import choose, owners, shown
from workbench.paper.desk_papers import DeskPapers
from workbench.rules.moment import DAY
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_papers import Face
from workbench.shell.lane_thread import assert_not_ui_thread
from workbench.shell.seal_desk.faces import MARGIN_MM, PX_PER_MM

pytestmark = pytest.mark.long(8)

SEAL = "seal-approval"


@pytest.fixture
def centre(founded: Any, tmp_path: Any) -> SampleCentre:
    return copied(founded, tmp_path)


def opens(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(path), ""))


def saves(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))


def the_seal(centre: SampleCentre) -> Seal:
    with session_of(centre, "lin.shu") as session:
        return next(one for one in session.seals() if one.seal_id == SEAL)


def words_on(paper: Path) -> str:
    done = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_a_new_impression_is_seen_asked_for_compared_and_confirmed(
    qtbot: Any, centre: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both see the cleaned impression at its true size and may print it between rulers."""
    head, _security = owners(centre)
    opens(monkeypatch, scanned(tmp_path / "impression.png"))
    with workplace(centre, "lin.shu") as work:
        tab = shown(qtbot, work)
        choose(tab, "new_face")
        pick = tab.form.picture
        assert pick is not None and not pick.view.isVisible() and not pick.ruler.isVisible()
        pick.diameter.setValue(45)
        tab.form.reason.setText("the filed impression instead of a drawing")
        tab.form.button.click()
        assert tab.form.refusal.code == "seal_form_incomplete", "no picture yet"
        pick.choose.click()
        assert pick.face is None, "it is read elsewhere than in the window"
        at_rest(qtbot, work)
        assert pick.refusal.isHidden(), pick.refusal.text()
        assert pick.face is not None and pick.view.isVisible()
        assert pick.view.picture.pixmap().width() == round(45 * PX_PER_MM) + 2 * round(
            MARGIN_MM * PX_PER_MM
        )
        assert "45 mm" in pick.view.caption.text() and "600 dpi" in pick.view.caption.text()
        middle = pick.view.picture.pixmap().toImage().pixelColor(pick.view.picture.width() // 2, 85)
        assert middle.red() > 180 and middle.green() < 90, "the star is red"
        saves(monkeypatch, tmp_path / "first")
        pick.ruler.click()
        at_rest(qtbot, work)
        assert "45 mm" in words_on(tmp_path / "first.pdf")
        sha256 = pick.face.sha256
        tab.form.button.click()
        at_rest(qtbot, work)
        assert tab.form.refusal.isHidden(), tab.form.refusal.text()
        assert tab.form.picture is None, "an empty form"
        assert tab.waiting.faces.new.isVisible() and not tab.waiting.faces.box.isVisible()
    assert the_seal(centre).face_sha256 == "", "nothing changes before the second person"

    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        faces = tab.waiting.faces
        assert faces.new.isVisible() and "45 mm" in faces.new.caption.text()
        assert not faces.now.isVisible(), "no impression is filed yet"
        assert not tab.waiting.confirm.isEnabled(), "first he compares"
        saves(monkeypatch, tmp_path / "second.pdf")
        faces.ruler.click()
        at_rest(qtbot, work)
        assert SEAL in words_on(tmp_path / "second.pdf")
        faces.box.setChecked(True)
        tab.refresh()
        at_rest(qtbot, work)
        assert faces.box.isChecked(), "a refresh takes nothing back"
        tab.waiting.confirm.click()
        at_rest(qtbot, work)
        assert tab.waiting.refusal.isHidden(), tab.waiting.refusal.text()
    seal = the_seal(centre)
    assert (seal.face_sha256, seal.diameter_mm) == (sha256, 45)

    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        choose(tab, "new_face")
        assert tab.form.picture is not None and tab.form.picture.diameter.value() == 45
        tab.form.picture.choose.setFocus()
        opens(monkeypatch, scanned(tmp_path / "again.png", 900))
        tab.form.picture.choose.click()
        at_rest(qtbot, work)
        tab.form.reason.setText("scanned more finely")
        tab.form.button.click()
        at_rest(qtbot, work)
        assert tab.waiting.faces.new.isVisible() and tab.waiting.faces.now.isVisible()


def test_what_is_no_impression_is_refused_with_what_to_do(
    qtbot: Any, centre: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the picture; a smaller diameter makes the same scan fine enough."""
    grey = tmp_path / "grey.png"
    Image.new("RGB", (1200, 1200), "#888888").save(grey)
    words = tmp_path / "words.png"
    words.write_text("no picture", encoding="ascii")
    with workplace(centre, "lin.shu") as work:
        tab = shown(qtbot, work)
        choose(tab, "new_face")
        pick = tab.form.picture
        assert pick is not None
        for file, size, code in (
            (grey, 42, "impression_not_red"), (words, 42, "impression_unreadable"),
            (scanned(tmp_path / "coarse.png", 480), 45, "impression_too_coarse"),
        ):  # fmt: skip
            pick.diameter.setValue(size)
            opens(monkeypatch, file)
            pick.choose.click()
            at_rest(qtbot, work)
            assert pick.refusal.code == code and file.name in pick.refusal.text()
            assert pick.face is None and not pick.ruler.isVisible()
        pick.diameter.setValue(36)
        at_rest(qtbot, work)
        assert pick.refusal.isHidden() and pick.face is not None
        tab.form.reason.setText("x")
        pick.diameter.setValue(45)
        at_rest(qtbot, work)
        assert pick.face is None, "what was shown at another diameter is not filed"
        tab.form.button.click()
        assert tab.form.refusal.code == "seal_form_incomplete"


def test_a_picture_that_does_not_fit_its_form_cannot_be_confirmed(
    qtbot: Any, centre: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for past the desk with another diameter: said, and only to be declined."""
    head, _security = owners(centre)
    opens(monkeypatch, scanned(tmp_path / "impression.png"))
    with workplace(centre, "lin.shu") as work:
        tab = shown(qtbot, work)
        choose(tab, "new_face")
        assert tab.form.picture is not None
        tab.form.picture.diameter.setValue(45)
        tab.form.picture.choose.click()
        at_rest(qtbot, work)
        tab.form.reason.setText("x")
        tab.form.button.click()
        at_rest(qtbot, work)
    with closing(sqlite3.connect(centre.folder / "centre.db")) as file:
        file.execute("UPDATE seal_change SET form = replace(form, '\"45\"', '\"42\"')")
        file.commit()
    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        assert tab.waiting.faces.refusal.code == "seal_face_size_differs"
        assert not tab.waiting.confirm.isEnabled() and not tab.waiting.faces.box.isVisible()
        tab.waiting.reason.setText("not the size")
        assert tab.waiting.decline.isEnabled()


def test_a_certificate_is_chosen_as_a_file_and_says_what_it_is(
    qtbot: Any, centre: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, security = owners(centre)
    with session_of(centre, head) as session:
        now = session.moment()
    made = make_test_key(tmp_path / "keys", "97531086", "青云区行政审批局", SEAL,
                         valid_from=now - DAY, valid_to=now + 700 * DAY)  # fmt: skip
    pem = tmp_path / "new.pem"
    pem.write_text(made.certificate_pem, encoding="ascii")
    broken = tmp_path / "broken.pem"
    broken.write_bytes(b"\x00\xff no certificate")
    with workplace(centre, head) as work:
        tab = shown(qtbot, work)
        choose(tab, "new_certificate")
        pick = tab.form.certificate
        assert pick is not None and not pick.said.isVisible()
        for file, code in ((broken, "seal_certificate_unread"),
                           (tmp_path / "gone.pem", "file_unreadable")):  # fmt: skip
            opens(monkeypatch, file)
            pick.choose.click()
            at_rest(qtbot, work)
            assert pick.refusal.code == code and not pick.said.isVisible()
        opens(monkeypatch, pem)
        pick.choose.click()
        at_rest(qtbot, work)
        assert pick.refusal.isHidden() and pick.said.isVisible()
        assert "青云区行政审批局" in pick.said.text() and "2048 bits" in pick.said.text()
        assert tab.form.fields["sha256"].text() == made.certificate_sha256  # type: ignore[union-attr]
        tab.form.reason.setText("the old one ends")
        tab.form.button.click()
        at_rest(qtbot, work)
        assert tab.form.refusal.isHidden(), tab.form.refusal.text()
        assert "valid from" in tab.waiting.form.text()
    with workplace(centre, security) as work:
        tab = shown(qtbot, work)
        assert "valid from" in tab.waiting.form.text() and tab.waiting.confirm.isEnabled()
        tab.waiting.confirm.click()
        at_rest(qtbot, work)
    assert the_seal(centre).certificate_sha256 == made.certificate_sha256


def test_pictures_are_read_off_the_window(
    qtbot: Any, centre: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that takes its time stops nothing, and the status line says what is under way."""
    with workplace(centre, "lin.shu") as real:
        told: list[str] = []

        class Slow(DeskPapers):
            def impression(self, picture: Path, diameter_mm: int) -> Face:
                assert_not_ui_thread()
                time.sleep(0.5)
                return super().impression(picture, diameter_mm)

        real.lanes.slow_began.connect(lambda job: told.append(job.label))
        work = replace(real, doors=replace(real.doors, papers=Slow()))
        tab = shown(qtbot, work)
        choose(tab, "new_face")
        assert tab.form.picture is not None
        opens(monkeypatch, scanned(tmp_path / "impression.png"))
        tab.form.picture.diameter.setValue(45)
        tab.form.picture.choose.click()
        at_rest(qtbot, work)
        assert "Reading the impression" in told and tab.form.picture.face is not None
