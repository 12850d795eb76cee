"""The screen check: what is wrong with a window as a user would see or hear it.

``check(widget, language)`` walks a shown widget and everything visible in it and returns findings:
text wider than its label or button, characters without a glyph, text without translation, contrast
under 4.5 to 1, controls without an accessible name. Journeys call it on every window they open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from PyQt6.QtCore import QModelIndex, QPoint, QRect, Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QImage, QRawFont
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from workbench.shell.theme import contrast

LEAST_CONTRAST: Final = 4.5
ROWS_LOOKED_AT: Final = 12
CONTROLS: Final = (
    QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox,
    QAbstractItemView, QProgressBar, QAbstractSlider, QTabBar,
)  # fmt: skip
PARTS_OF_OTHERS: Final = (QScrollBar, QSplitterHandle, QHeaderView)

# What is written with Latin letters in a Chinese text too: codes, key names, units, file kinds.
LETTERS: Final = """
AA PIN PDF CSV OFD JPEG PNG SVG TIFF ZIP SHA SHA-256 PAdES UTC URL API ID IT OK mm dpi KB MB GB px
Ctrl Shift Alt Enter Esc Tab Del Home End PgUp PgDn Space Up Down Left Right English QR TSA
B-B B-T SJ
"""
ALLOWED: Final = frozenset(re.findall(r"\S+", LETTERS))
LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]+")
# Numbers of cases, control codes, logins, hashes, file names and centre names are data, not text.
DATA: Final = re.compile(
    r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]\b|\b[A-Z]{2}-\d{8}-\d{4}\b|\b[0-9A-Z]{18,43}\b|\b[0-9a-f]{8,64}\b|\b[a-z]+\.[a-z]+\b|\S+\.\w{2,4}\b"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: ``kind`` is ``cut``, ``glyph``, ``untranslated``, ``contrast``, ``name``."""

    kind: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.text!r}"


def check(widget: QWidget, language: str, allowed: frozenset[str] = frozenset()) -> list[Finding]:
    """Everything wrong in a shown widget. ``allowed`` are further words that may stand in Latin."""
    picture = widget.grab().toImage()
    findings: list[Finding] = []
    for part in _visible(widget):
        where = _name(widget, part)
        for text in _texts(part):
            findings += _glyphs(part, where, text)
            if language == "zh_CN":
                findings += _untranslated(where, text, allowed)
        findings += _cut(part, where)
        findings += _contrast(widget, part, where, picture)
        findings += _named(part, where)
    return findings


def _visible(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    for part in widget.findChildren(QWidget):
        if part.isVisibleTo(widget) and part.window() is widget.window():
            yield part


def _name(top: QWidget, part: QWidget) -> str:
    names = []
    at: QWidget | None = part
    while at is not None and at is not top and len(names) < 4:
        names.append(at.objectName() or type(at).__name__)
        at = at.parentWidget()
    return "/".join(reversed(names)) or type(top).__name__


def _texts(part: QWidget) -> Iterator[str]:
    """Everything that can be read: on the widget, in its tooltip, by a screen reader."""
    if isinstance(part, (QLabel, QAbstractButton)):
        yield part.text()
    if isinstance(part, QLineEdit):
        yield part.placeholderText()
    if isinstance(part, QGroupBox):
        yield part.title()
    if isinstance(part, QComboBox):
        yield from (part.itemText(row) for row in range(part.count()))
    if isinstance(part, QTabBar):
        yield from (part.tabText(number) for number in range(part.count()))
    if isinstance(part, QAbstractItemView):
        yield from _cells(part)
    if part.isWindow():
        yield part.windowTitle()
    yield part.toolTip()
    yield part.accessibleName()


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    # A list model keeps its column count to itself: it has one.
    columns = 1 if isinstance(view, QListView) else model.columnCount(QModelIndex())
    for column in range(columns):
        if isinstance(head := model.headerData(column, Qt.Orientation.Horizontal), str):
            yield head
    for row in range(min(model.rowCount(QModelIndex()), ROWS_LOOKED_AT)):
        for column in range(columns):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                text = model.data(model.index(row, column), role)
                if isinstance(text, str):
                    yield text


def _plain(text: str) -> str:
    """Without markup and mnemonic marks."""
    return re.sub(r"<[^>]+>", " ", text).replace("&&", "\0").replace("&", "").replace("\0", "&")


def _glyphs(part: QWidget, where: str, text: str) -> list[Finding]:
    missing = "".join(sorted({c for c in _plain(text) if not c.isspace() and not _drawn(part, c)}))
    return [Finding("glyph", where, missing)] if missing else []


def _drawn(part: QWidget, letter: str) -> bool:
    """Whether the widget's font, or one that Qt falls back to, has the character."""
    if QFontMetrics(part.font()).inFontUcs4(ord(letter)):
        return True
    raw = QRawFont.fromFont(part.font())
    return bool(raw.supportsCharacter(ord(letter))) or _fallback_has(letter)


def _fallback_has(letter: str) -> bool:
    system = QFontDatabase.WritingSystem
    fonts = QFontDatabase.families(system.SimplifiedChinese) + QFontDatabase.families(system.Latin)
    return any(QFontMetrics(QFont(family)).inFontUcs4(ord(letter)) for family in fonts[:12])


def _untranslated(where: str, text: str, allowed: frozenset[str]) -> list[Finding]:
    rest = DATA.sub(" ", _plain(text))
    found = (word.strip("-'’") for word in LATIN.findall(rest))
    words = [word for word in found if word and word not in ALLOWED | allowed | {"SHA"}]
    return [Finding("untranslated", where, text)] if words else []


def _cut(part: QWidget, where: str) -> list[Finding]:
    """Text wider or higher than the label or button that shows it; cards wider than the room in
    which they scroll, where they can only scroll up and down."""
    if isinstance(part, QScrollArea):
        return _cut_at_the_side(part, where)
    if isinstance(part, QLabel) and part.text() and part.pixmap().isNull():
        return _cut_label(part, where)
    if isinstance(part, (QPushButton, QToolButton, QCheckBox, QRadioButton)) and part.text():
        styled = isinstance(part, QToolButton) and (
            part.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        needed = QFontMetrics(part.font()).horizontalAdvance(_plain(part.text()))
        if not part.icon().isNull():
            needed += part.iconSize().width()
        if not styled and needed > part.width():
            return [Finding("cut", where, part.text())]
    return []


def _cut_at_the_side(area: QScrollArea, where: str) -> list[Finding]:
    inner, room = area.widget(), area.viewport()
    off = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if inner is None or room is None or not off or inner.width() <= room.width():
        return []
    return [Finding("cut", where, f"{inner.width()} px wide in {room.width()}")]


def _cut_label(part: QLabel, where: str) -> list[Finding]:
    room = part.contentsRect()
    if part.wordWrap():
        needed = part.heightForWidth(part.width())
        if needed > part.height() + 1:
            return [Finding("cut", where, part.text())]
        return []
    lines = _plain(part.text()).split("\n")
    metrics = QFontMetrics(part.font())
    if max(metrics.horizontalAdvance(line) for line in lines) > room.width() + 1:
        return [Finding("cut", where, part.text())]
    if metrics.height() * len(lines) > part.height() + 2:
        return [Finding("cut", where, part.text())]
    return []


def _contrast(top: QWidget, part: QWidget, where: str, picture: QImage) -> list[Finding]:
    """The text as painted against its ground as painted; disabled controls are let off."""
    if not isinstance(part, (QLabel, QAbstractButton, QLineEdit)) or not part.isEnabled():
        return []
    text = part.text() or (part.placeholderText() if isinstance(part, QLineEdit) else "")
    if not text.strip() or (isinstance(part, QLabel) and not part.pixmap().isNull()):
        return []
    # Only what is in sight: half of a line scrolled out has not half of its contrast.
    seen = part.visibleRegion().boundingRect()
    if seen.height() < part.height() or seen.width() < part.width():
        return []
    place = QRect(part.mapTo(top, QPoint(0, 0)), part.size()).intersected(top.rect())
    found = _painted_contrast(picture, place, picture.devicePixelRatio())
    if 1.0 < found < LEAST_CONTRAST:
        return [Finding("contrast", f"{where} {found:.1f}", text)]
    return []


def _painted_contrast(picture: QImage, place: QRect, ratio: float) -> float:
    """The most frequent colour is the ground; the text is the colour farthest from it."""
    left, top = round(place.left() * ratio) + 2, round(place.top() * ratio) + 2
    right, bottom = round(place.right() * ratio) - 2, round(place.bottom() * ratio) - 2
    here = QRect(left, top, right - left, bottom - top)
    # An empty one would be turned inside out.
    here = here.intersected(picture.rect()) if here.isValid() else here
    if here.isEmpty():
        return 0.0
    # Four bytes a pixel leave no gap between two lines: all of them are one row of numbers.
    cut_out = picture.copy(here).convertToFormat(QImage.Format.Format_ARGB32)
    counts = Counter(memoryview(cut_out.bits().asstring(cut_out.sizeInBytes())).cast("I"))
    if len(counts) < 2:
        return 0.0
    ground = max(counts, key=lambda colour: counts[colour])
    # Strokes are few pixels wide: any full-strength pixel tells the text's colour.
    return max(_between(ground, colour) for colour in counts)


@cache
def _between(ground: int, colour: int) -> float:
    return contrast(QColor(ground & 0xFFFFFF), QColor(colour & 0xFFFFFF))


def _named(part: QWidget, where: str) -> list[Finding]:
    """Every control says what it is to somebody who does not see it."""
    if not isinstance(part, CONTROLS) or isinstance(part, PARTS_OF_OTHERS):
        return []
    if part.objectName().startswith("qt_") or isinstance(part.parentWidget(), QAbstractSpinBox):
        return []
    owner = part.parentWidget()
    # The clear button of a text field, the list of a combo box: parts of a named control.
    composed = (QLineEdit, QComboBox, QTabBar, QAbstractScrollArea)
    part_of = isinstance(owner, composed) and not isinstance(owner, QAbstractItemView)
    if part_of and owner is not None and (owner.accessibleName() or isinstance(owner, QTabBar)):
        return []
    said = part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")
    if said.strip():
        return []
    return [Finding("name", where, type(part).__name__)]
