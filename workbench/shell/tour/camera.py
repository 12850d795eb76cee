"""Screenshots of the tour: numbered, named, always of the same size. Used by the scenes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PyQt6.QtCore import QPoint, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPixmap
from PyQt6.QtWidgets import QWidget

from workbench.rules.refusals import Outage
from workbench.rules.words import _
from workbench.shell.theme import Ink
from workbench.shell.tour.hands import Hands

SIZE: Final = QSize(1440, 900)


class Camera:
    """Keeps the pictures of one tour; ``names`` are those taken so far, in earlier acts too."""

    def __init__(self, hands: Hands, folder: Path, names: list[str]) -> None:
        self.hands = hands
        self.folder = folder
        self.names = names

    def take(self, what: str, widget: QWidget) -> Path:
        """A picture of the window of that widget as it is drawn now."""
        self.hands.turn()
        with self.hands.heart.resting():
            return self.keep(what, (widget.window() or widget).grab())

    def keep(self, what: str, picture: QPixmap) -> Path:
        """Save a picture under the next number."""
        path = self.folder / f"{len(self.names) + 1:02d}-{what}.png"
        if not picture.save(str(path), "PNG", 30):
            raise Outage(
                "picture_not_kept",
                _("The picture {name} cannot be written.").format(name=path.name),
                _("Make room on the disk, then run the tour again."),
            )
        self.names.append(path.name)
        return path

    def together(self, what: str, rows: list[list[tuple[str, QPixmap]]], ink: Ink) -> Path:
        """Several pictures side by side, row by row, each with its heading, in one picture."""
        with self.hands.heart.resting():
            return self.keep(what, combined(rows, ink))


def combined(rows: list[list[tuple[str, QPixmap]]], ink: Ink) -> QPixmap:
    """A sheet of pictures at their own size; headings stand above each of them."""
    sizes = [picture.deviceIndependentSize().toSize() for row in rows for _text, picture in row]
    width, height = max(s.width() for s in sizes), max(s.height() for s in sizes)
    head, gap = 44, 16
    columns = max(len(row) for row in rows)
    whole = QPixmap(
        columns * (width + gap) + gap, len(rows) * (height + head + gap) + gap
    )  # fmt: skip
    whole.fill(QColor(ink.base))
    pen = QPainter(whole)
    pen.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    pen.setPen(QColor(ink.text))
    font = QFont(pen.font())
    font.setPixelSize(22)
    font.setBold(True)
    pen.setFont(font)
    for line, row in enumerate(rows):
        for place, (text, picture) in enumerate(row):
            left, top = gap + place * (width + gap), gap + line * (height + head + gap)
            box = QRect(left, top, width, head)
            pen.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            at = QRect(QPoint(left, top + head), picture.deviceIndependentSize().toSize())
            pen.drawPixmap(at, picture)
            pen.drawRect(at)
    pen.end()
    return whole
