"""The face of a seal on the screen: red on paper, at its true size, and laid into the page.

What draws or cleans a face is the room of paper (``work.doors.papers``), what keeps one filed is
the store; here it becomes a picture. Used by the press, the step *new filed impression* and the
second person who compares it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QImageReader, QPainter, QPixmap
from PyQt6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from workbench.casework.seal_register import filed_face
from workbench.rules.refusals import Trouble
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_papers import Face
from workbench.rules.words import _
from workbench.shell.viewer.sheets import MM_PER_PT, PX_PER_PT
from workbench.shell.workplace import Workplace

DPI: Final = 600
RED: Final = QColor(214, 16, 24)
PX_PER_MM: Final = PX_PER_PT / MM_PER_PT
MARGIN_MM: Final = 2.0
PAGE_PX_PER_MM: Final = 12


def face_image(face: Face) -> QImage | None:
    """The face in red on a clear ground; None where the picture is not one of that diameter.

    The size is looked at before anything is unpacked: a second person opens what another one filed.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(face.mask_png))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader, side = QImageReader(buffer, b"PNG"), round(face.diameter_mm / 25.4 * DPI)
    if (reader.size().width(), reader.size().height()) != (side, side):
        return None
    mask = reader.read().convertToFormat(QImage.Format.Format_Grayscale8)
    if mask.isNull():
        return None
    image = QImage(mask.size(), QImage.Format.Format_ARGB32)
    image.fill(RED)
    image.setAlphaChannel(mask)
    return image


class FaceView(QWidget):
    """A face at true size on white paper, and what it is below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.face: Face | None = None
        self.picture = QLabel(self)
        self.picture.setAccessibleName(name)
        self.picture.setFrameShape(QFrame.Shape.StyledPanel)
        self.caption = QLabel(self)
        self.caption.setProperty("role", "quiet")
        self.caption.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.caption)
        self.hide()

    def show_face(self, face: Face | None, caption: str = "") -> bool:
        """Nothing, or that face; whether there is a picture to be seen."""
        image = face_image(face) if face is not None else None
        self.face = face if image is not None else None
        self.setVisible(image is not None)
        if face is None or image is None:
            self.picture.clear()
            return False
        self.picture.setPixmap(self._on_paper(image, face.diameter_mm))
        self.picture.setFixedSize(self.picture.sizeHint())
        self.caption.setText(caption)
        return True

    def _on_paper(self, image: QImage, diameter_mm: int) -> QPixmap:
        ratio = self.devicePixelRatioF()
        scale = PX_PER_MM * ratio
        side, margin = round(diameter_mm * scale), round(MARGIN_MM * scale)
        sheet = QPixmap(side + 2 * margin, side + 2 * margin)
        sheet.fill(QColor("white"))
        painter = QPainter(sheet)
        smooth = Qt.TransformationMode.SmoothTransformation
        shown = image.scaled(side, side, transformMode=smooth)
        painter.drawImage(margin, margin, shown)
        painter.end()
        sheet.setDevicePixelRatio(ratio)
        return sheet


class FaceShelf(QObject):
    """Faces of seals in use, each asked for once; ``came`` when one can be shown.

    A seal with a filed impression is pressed with that; any other face is drawn from its words.
    """

    came = pyqtSignal()

    def __init__(self, work: Workplace, desk: QWidget) -> None:
        super().__init__(desk)
        self._work, self._desk = work, desk
        self._known: dict[Seal, QImage | None] = {}

    def picture(self, seal: Seal | None) -> QImage | None:
        """The face, where it is known already; else it is asked for, and a circle stands alone."""
        papers = self._work.doors.papers
        if seal is None or papers is None:
            return None
        if seal not in self._known:
            self._known[seal] = None
            session, in_store = self._work.session, self._work.lanes.in_store

            def read() -> QImage | None:
                face = in_store(lambda: filed_face(session, seal)) or papers.drawn(seal)
                image = face_image(face) if face is not None else None
                return _for_a_page(image, seal.diameter_mm) if image is not None else None

            self._work.lanes.errand(
                read, then=self._keep(seal), otherwise=self._silent, scope=self._desk,
                key=f"face:{seal.seal_id}",
            )  # fmt: skip
        return self._known[seal]

    def _keep(self, seal: Seal) -> Callable[[QImage | None], None]:
        def keep(image: QImage | None) -> None:
            self._known[seal] = image
            self.came.emit()

        return keep

    def _silent(self, _trouble: Trouble) -> None:
        """The press itself says what is wrong with a face; here the circle shows the place."""


def _for_a_page(image: QImage, diameter_mm: int) -> QImage:
    """As fine as a page is ever shown: it is drawn anew with every turn of the wheel."""
    side, smooth = diameter_mm * PAGE_PX_PER_MM, Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, transformMode=smooth)


def size_caption(face: Face) -> str:
    """Diameter and, where it was read just now, how fine the picture was."""
    text = _("True size: {n} mm").format(n=face.diameter_mm)
    return f"{text} · {face.dpi} dpi" if face.dpi else text
