"""What is drawn over pages: places in millimetres, found words, and who is looking.

Called by :mod:`workbench.shell.viewer.page_strip`. The seal desk and the proof page hand in a
:class:`Mark` for where the seal lands; millimetres count from the upper left corner of the page as
it is shown without a turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap

from workbench.rules.materials import Clip
from workbench.shell.theme import Ink
from workbench.shell.viewer.sheets import Place, turned_clip

_WATERMARK_STEP: Final = 300
"""Device-independent pixels between two lines of the watermark."""

EDGE_SHARE: Final = 0.05
"""Of the page's width: so far from the edge a printed frame may stand."""
GAP_TO_MARK: Final = 8.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A circle or a box on a page. ``x_mm``, ``y_mm`` are its centre; page -1 is the last one.

    ``picture`` is laid into it in multiply blend, as the seal will be; ``text`` stands below.
    """

    page: int
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    round: bool = True
    text: str = ""
    picture: QImage | None = None


def box_on(place: Place, clip: Clip, turn: int) -> QRectF:
    """A part of the page as a rectangle in the strip."""
    part = turned_clip(clip, turn)
    return QRectF(
        place.x + part.left * place.width,
        place.y + part.top * place.height,
        (part.right - part.left) * place.width,
        (part.bottom - part.top) * place.height,
    )


def clip_of(mark: Mark, width_mm: float, height_mm: float) -> Clip:
    """The mark as a part of an unturned page of that size."""
    half_w, half_h = mark.width_mm / 2, mark.height_mm / 2
    return Clip(
        (mark.x_mm - half_w) / width_mm,
        (mark.y_mm - half_h) / height_mm,
        (mark.x_mm + half_w) / width_mm,
        (mark.y_mm + half_h) / height_mm,
    )


def paint_mark(
    painter: QPainter, mark: Mark, box: QRectF, page: QRectF, ink: Ink, font: QFont
) -> None:
    """The mark with its cross of centre lines, so the middle can be read off."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark.picture is not None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.drawImage(box.topLeft(), _fitted(mark.picture, box, painter))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    colour = QColor("#a3200d")
    painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
    if mark.round:
        painter.drawEllipse(box)
    else:
        painter.drawRect(box)
    arm, centre = min(box.width(), box.height()) * 0.08, box.center()
    painter.setPen(QPen(colour, 1))
    painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
    painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))
    if mark.text:
        painter.setFont(font)
        metrics = painter.fontMetrics()
        wide, high = metrics.horizontalAdvance(mark.text) + 12, metrics.height() + 6
        plate = plate_beside(box, page, wide, high)
        # Large type beside a small page: what would be cut off moves back into the strip.
        shown = painter.transform().inverted()[0].mapRect(QRectF(painter.viewport()))
        plate.moveRight(min(plate.right(), shown.right() - 2))
        # Faint enough that nothing of the page is hidden by what is only said about it.
        painter.fillRect(plate, QColor(255, 255, 255, 190))
        painter.setPen(colour)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, mark.text)
    painter.restore()


def _fitted(picture: QImage, box: QRectF, painter: QPainter) -> QImage:
    """The picture at the size of the box, averaged: thin strokes stay, where pixels are left out
    they would break."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    shown = picture.scaled(
        round(box.width() * ratio), round(box.height() * ratio),
        transformMode=Qt.TransformationMode.SmoothTransformation,
    )  # fmt: skip
    shown.setDevicePixelRatio(ratio)
    return shown


def plate_beside(box: QRectF, page: QRectF, wide: float, high: float) -> QRectF:
    """Where the words of a mark stand: on the page, beside the mark on its wider free side, clear
    of the page's edge and frame; below the mark where neither side has the room."""
    edge = page.width() * EDGE_SHARE
    left, right = box.left() - page.left() - edge, page.right() - edge - box.right()
    plate = QRectF(0, box.center().y() - high / 2, wide, high)
    if left >= wide + GAP_TO_MARK and left >= right:
        plate.moveRight(box.left() - GAP_TO_MARK)
        return plate
    if right >= wide + GAP_TO_MARK:
        plate.moveLeft(box.right() + GAP_TO_MARK)
        return plate
    plate.moveTop(box.bottom() + GAP_TO_MARK / 2)
    least, most = page.left() + edge, page.right() - edge - wide
    plate.moveLeft(max(min(box.center().x() - wide / 2, most), least))
    return plate


def paint_hit(painter: QPainter, box: QRectF, current: bool) -> None:
    """A found place, in the ink of a marker pen; the current one has a frame."""
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.fillRect(box, QColor("#ffd44d" if current else "#fff0a8"))
    painter.restore()
    if current:
        painter.setPen(QPen(QColor("#a35c00"), 2))
        painter.drawRect(box.adjusted(-2, -2, 2, 2))


def watermark(text: str, font: QFont, ratio: float) -> QPixmap | None:
    """A tile with the text aslant, to be laid over all pages; ``None`` without a text.

    Faint enough to read through, strong enough to be seen on a photograph of the screen.
    """
    if not text:
        return None
    side = _WATERMARK_STEP
    tile = QPixmap(round(side * ratio), round(side * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(60, 80, 110, 38))
    painter.translate(side / 2, side / 2)
    painter.rotate(-28)
    painter.drawText(QRectF(-side / 2, -20, side, 40), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return tile
