"""Which of an organ's seals is pressed, where it has one for each trade (S020).

Nothing is chosen for the custodian: until he has chosen, nothing can be pressed. Hidden where the
document fits one seal only.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from workbench.rules.seal_custody import Seal
from workbench.rules.words import _
from workbench.shell.theme import Theme


class SealChoice(QWidget):
    """See the module. ``chosen`` carries the number of the seal, empty for none."""

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seals: tuple[Seal, ...] = ()
        label = QLabel(_("Seal to press with"), self)
        label.setProperty("role", "quiet")
        self.box = QComboBox(self)
        self.box.setAccessibleName(_("Seal to press with"))
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.about.setProperty("role", "quiet")
        self.setFocusProxy(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(0.5))
        for widget in (label, self.box, self.about):
            column.addWidget(widget)
        self.box.currentIndexChanged.connect(self._tell)
        self.hide()

    @property
    def missing(self) -> bool:
        """Whether there are several and none is chosen."""
        return len(self.seals) > 1 and not self.box.currentData()

    def show_seals(self, seals: Sequence[Seal], chosen: Seal | None) -> None:
        """Those that fit the document, and which of them was chosen for its kind and organ."""
        self.seals = tuple(seals)
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(_("choose a seal"), "")
        for place, one in enumerate(self.seals, start=1):
            self.box.addItem(" · ".join(filter(None, (one.category, one.seal_id))), one.seal_id)
            self.box.setItemData(place, seal_text(one), Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(self.box.findData(chosen.seal_id) if chosen is not None else 0)
        self.box.blockSignals(False)
        self.setVisible(len(self.seals) > 1)
        self._say()

    def _tell(self) -> None:
        self._say()
        self.chosen.emit(str(self.box.currentData() or ""))

    def _say(self) -> None:
        wanted = self.box.currentData()
        found = next((one for one in self.seals if one.seal_id == wanted), None)
        self.about.setText(seal_text(found) if found is not None else "")
        self.about.setVisible(found is not None)


def seal_text(seal: Seal) -> str:
    """Where it lies, how large it is and what stands on it: what tells it from the others."""
    size = _("{n} mm").format(n=seal.diameter_mm)
    parts = (seal.place, seal.box, size, seal.face_text, seal.bottom_text)
    return " · ".join(filter(None, parts))
