"""One document of the result, drawn by the renderer, with marks in millimetres over it.

Used by the seal desk (where the seal will land) and by issuing (the sealed page). The file is found
in the content store by its SHA-256, whose bytes are checked on every read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.viewer.marks import Mark
from workbench.shell.viewer.sheets import Fit
from workbench.shell.viewer.source import PageSource
from workbench.shell.viewer.strip_hands import PageStrip
from workbench.shell.workplace import Workplace


class DocumentPage(QWidget):
    """The pages of one document in a strip, a caption above and zoom buttons beside it."""

    def __init__(self, work: Workplace, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.sha256 = ""
        self.source: PageSource | None = None
        self.caption = QLabel(self)
        self.caption.setProperty("role", "quiet")
        self.caption.setWordWrap(True)
        self.trouble = RefusalLine(self)
        self.strip = PageStrip(work.theme, self)
        self.strip.setAccessibleName(name)
        self.strip.fit = Fit.PAGE
        self._marks: tuple[Mark, ...] = ()
        self._build()

    def _build(self) -> None:
        space = self.work.theme.space
        row = QHBoxLayout()
        row.addWidget(self.caption, 1)
        for text, tip, act in (
            (_("Whole page"), _("Show the whole page (P)"), lambda: self.strip.set_fit(Fit.PAGE)),
            (_("Width"), _("Fit the width (W)"), lambda: self.strip.set_fit(Fit.WIDTH)),
            (_("True size"), _("Show at true size (0)"), lambda: self.strip.set_zoom(1.0)),
        ):
            button = QPushButton(text, self)
            button.setProperty("role", "link")
            button.setToolTip(tip)
            button.clicked.connect(_without_argument(act))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(), 0, space(), 0)
        column.setSpacing(space(0.5))
        column.addLayout(row)
        column.addWidget(self.trouble)
        column.addWidget(self.strip, 1)

    def show_file(self, path: Path, marks: Sequence[Mark] = ()) -> None:
        """Open a file of this computer that is in no store yet: a scan."""
        self.clear()
        self._marks = tuple(marks)
        self._open(lambda: path)

    def show_document(self, sha256: str, marks: Sequence[Mark] = ()) -> None:
        """Open the file with that hash; the same hash only gets the marks anew."""
        self._marks = tuple(marks)
        if sha256 == self.sha256:
            self.strip.set_marks(self._marks)
            return
        self.clear()
        self._marks = tuple(marks)
        self.sha256 = sha256
        session = self.work.session
        if sha256:
            self._open(lambda: session.content_path(sha256))

    def _open(self, locate: Callable[[], Path]) -> None:
        renderer = self.work.renderer
        if renderer is None:
            self.trouble.show_trouble(_no_renderer())
            return
        source = PageSource(self.work.lanes, renderer, locate, self)
        source.pictures.add_wisher(self.strip.wishes)
        source.opened.connect(self._opened)
        source.refused.connect(self._refused)
        self.source = source
        source.open()

    def clear(self) -> None:
        """Show nothing; what was open is let go."""
        self.sha256 = ""
        self.trouble.clear_trouble()
        self.caption.setText("")
        source, self.source = self.source, None
        self.strip.show_pages((), {}, None)
        if source is not None:
            source.close()
            source.deleteLater()

    def _opened(self) -> None:
        if self.source is None:
            return
        self.strip.show_pages(self.source.sizes, self.source.turns, self.source.pictures)
        self.strip.set_marks(self._marks)
        if self._marks:
            page = self._marks[0].page
            self.strip.go_to(len(self.source.sizes) if page == -1 else page)
        self.source.pictures.ask_next()

    def _refused(self, trouble: Trouble) -> None:
        self.trouble.show_trouble(trouble)


def _without_argument(act: Callable[[], None]) -> Callable[..., None]:
    return lambda *_checked: act()


def _no_renderer() -> Trouble:
    return Refusal("no_renderer", _("Pages cannot be drawn at this desk."))
