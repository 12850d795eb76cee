"""The screen check itself, and every window of the frame in both languages, looks and sizes."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tests.shell.desk_kit import SampleCentre, desk, settle, sign_in, stock
from tests.shell.screen_check import Finding, check
from workbench.rules.case import State
from workbench.rules.clocks import Light
from workbench.rules.refusals import Fault, Outage
from workbench.shell.desk_parts import Look
from workbench.shell.main_window.keys_page import KeysPage
from workbench.shell.theme import DARK, LIGHT, Ink, contrast, on_status, status_colour

pytestmark = pytest.mark.long(9)

LOOKS = [
    pytest.param(language, dark, scale, id=f"{language}-{'dark' if dark else 'light'}-{scale:.0%}")
    for language in ("zh_CN", "en")
    for dark in (False, True)
    for scale in (1.0, 2.0)
]


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings}


# -- the check finds what it is for ----------------------------------------------------------------


@pytest.fixture
def page(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    made.resize(400, 200)
    return made


def shown(page: QWidget, *parts: QWidget) -> QWidget:
    layout = page.layout()
    assert layout is not None
    for part in parts:
        layout.addWidget(part)
    page.show()
    QApplication.processEvents()
    return page


def test_a_good_page_has_no_finding(page: QWidget) -> None:
    field = QLineEdit()
    field.setAccessibleName("Reason")
    assert check(shown(page, QLabel("Write the reason."), field, QPushButton("Send")), "en") == []


def test_text_wider_than_its_label_or_button_is_found(page: QWidget) -> None:
    label, button = QLabel("A text that is far too long"), QPushButton("Return the request")
    label.setFixedWidth(40)
    button.setFixedWidth(40)
    assert kinds(check(shown(page, label, button), "en")) == {"cut"}


def test_a_wrapped_text_cut_at_the_bottom_is_found(page: QWidget) -> None:
    label = QLabel("word " * 60)
    label.setWordWrap(True)
    label.setFixedHeight(20)
    assert kinds(check(shown(page, label), "en")) == {"cut"}


def test_a_character_without_a_glyph_is_found(page: QWidget) -> None:
    assert kinds(check(shown(page, QLabel("a \U0010fffd b")), "en")) == {"glyph"}


def test_a_text_left_in_english_is_found_and_codes_are_not(page: QWidget) -> None:
    texts = ("请输入 PIN", "SJ-20261123-0001", "zhang.wei", "a.pdf", "Ctrl+1")
    assert check(shown(page, *[QLabel(text) for text in texts]), "zh_CN") == []
    shown(page, QLabel("Awaiting the seal"))
    assert kinds(check(page, "zh_CN")) == {"untranslated"}
    assert check(page, "en") == []


def test_faint_text_is_found(page: QWidget) -> None:
    label = QLabel("faint")
    label.setStyleSheet("color: #999999; background: #ffffff;")
    assert kinds(check(shown(page, label), "en")) == {"contrast"}


def test_a_control_without_a_name_is_found(page: QWidget) -> None:
    assert kinds(check(shown(page, QLineEdit()), "en")) == {"name"}


# -- the colours -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_colour_keeps_its_contrast_on_every_ground_it_stands_on(ink: Ink) -> None:
    grounds = (ink.window, ink.base, ink.raised)
    pairs = [(text, ground) for text in (ink.text, ink.quiet, ink.faint) for ground in grounds]
    pairs += [(ink.accent, ink.base), (ink.accent, ink.window), (ink.on_accent, ink.accent)]
    pairs += [(ink.on_chosen, ink.chosen), (ink.on_notice, ink.notice)]
    pairs += [(ink.danger, ink.danger_ground), (ink.danger, ink.base), (ink.seal, ink.base)]
    pairs += [(text, rail) for text in (ink.on_rail, ink.rail_quiet) for rail in (ink.rail,)]
    pairs += [(ink.on_rail, ink.rail_chosen)]
    pairs += [(ink.lights[light], ground) for light in Light for ground in (ink.base, ink.chosen)]
    weak = [(a, b, round(contrast(a, b), 2)) for a, b in pairs if contrast(a, b) < 4.5]
    assert weak == []


def test_what_stands_on_a_status_colour_can_be_read() -> None:
    for state in State:
        ground = status_colour(state)
        assert contrast(QColor(on_status(ground)), QColor(ground)) >= 4.5, state


# -- every window of the frame ---------------------------------------------------------------------


@pytest.mark.parametrize(("language", "dark", "scale"), LOOKS)
def test_the_frame_in_every_language_look_and_size(
    qtbot: Any, sample: SampleCentre, language: str, dark: bool, scale: float
) -> None:
    stock(sample, 3)
    found: list[tuple[str, Finding]] = []

    def look_at(name: str, widget: QWidget) -> None:
        QApplication.processEvents()
        found.extend((name, finding) for finding in check(widget, language, frozenset({"qingyun"})))

    with desk(sample, Look(language, dark, scale)) as room:
        assert room.sign_in is not None
        look_at("sign-in", room.sign_in)
        qtbot.keyClicks(room.sign_in.login, "zhang.wei")
        qtbot.keyClicks(room.sign_in.password, "wrong")
        room.sign_in.button.click()
        qtbot.waitUntil(lambda: bool(room.sign_in and room.sign_in.refusal.code))
        look_at("sign-in refused", room.sign_in)
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        look_at("inbox", window)
        room.notices.outage(Outage("disk_full", ""), lambda: None)
        room.notices.fault(Fault("bug", ""), "report")
        look_at("banners", window)
        window.open_screen("plugins")
        settle(qtbot, room)
        look_at("plugins", window)
        keys = KeysPage(
            window.work.theme, tuple(window.kinds.values()), window.opened("inbox"), window
        )
        keys.show()
        look_at("keys", keys)
        keys.close()
        window.lock()
        look_at("lock", window)
    assert "\n".join(f"{name}: {finding}" for name, finding in found) == ""
