"""The icons of ``resources/icons``, drawn in a colour of the theme. Called by every screen.

They are our own line drawings with ``currentColor`` in them, so one file serves light and dark.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PyQt6.QtCore import QByteArray, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication

from workbench.settings import resources_dir
from workbench.shell.theme import on_status


@cache
def _folder() -> Path:
    return resources_dir() / "icons"


@cache
def _source(name: str) -> str:
    return (_folder() / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _ratio_of_screen() -> float:
    app = QApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QApplication) else 1.0


@cache
def pixmap(name: str, colour: str, side: int) -> QPixmap:
    """The icon as a square of ``side`` device-independent pixels. Unknown names raise OSError."""
    ratio = _ratio_of_screen()
    drawn = _blank(side, ratio)
    painter = QPainter(drawn)
    _render(painter, name, colour, QRectF(0, 0, side, side))
    painter.end()
    return drawn


@cache
def badge(name: str, ground: str, side: int) -> QPixmap:
    """A state's mark: the icon on a rounded ground of its status colour."""
    ratio = _ratio_of_screen()
    drawn = _blank(side, ratio)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.22, side * 0.22)
    margin = side * 0.16
    inner = QRectF(margin, margin, side - 2 * margin, side - 2 * margin)
    _render(painter, name, on_status(ground), inner)
    painter.end()
    return drawn


def icon(name: str, colour: str, side: int = 20) -> QIcon:
    """The icon for a button, an action or a line of a list."""
    return as_icon(pixmap(name, colour, side))


def as_icon(drawn: QPixmap) -> QIcon:
    """A picture as an icon that keeps its colours in a chosen line too: they mean something."""
    made = QIcon(drawn)
    made.addPixmap(drawn, QIcon.Mode.Selected)
    return made


def forget() -> None:
    """Drop drawn icons: the screen or its scaling has changed."""
    _ratio_of_screen.cache_clear()
    pixmap.cache_clear()
    badge.cache_clear()


def _blank(side: int, ratio: float) -> QPixmap:
    drawn = QPixmap(QSize(side, side) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    return drawn


def _render(painter: QPainter, name: str, colour: str, place: QRectF) -> None:
    data = QByteArray(_source(name).replace("currentColor", colour).encode())
    QSvgRenderer(data).render(painter, place)
