"""The frame around one material: tools, bars, small pages, the strip or a department's own viewer.

Used by the case screen for materials, by the proof page and by the seal desk. Whatever is shown in
it, the keys are the same. The frame opens nothing: a :class:`PageSource` does, in the renderer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Self

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from workbench.api.desk import PictureSource
from workbench.api.panes import MaterialViewer
from workbench.rules.case import PartEntry
from workbench.rules.materials import Clip, active_word
from workbench.rules.moment import stamp
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.building import at_once
from workbench.shell.notices import wording
from workbench.shell.viewer.find_bar import FindBar
from workbench.shell.viewer.sheets import Fit
from workbench.shell.viewer.source import PageSource
from workbench.shell.viewer.strip_hands import PageStrip
from workbench.shell.viewer.thumbnails import Thumbnails
from workbench.shell.viewer.viewer_bars import Bar, PasswordBar, ToolRow
from workbench.shell.workplace import Workplace

PASSWORD_CODES: Final = ("paper.needs-password", "paper.wrong-password", "paper.locked-or-damaged")
_WATERMARK_MS: Final = 20_000


class MaterialFrame(QWidget):
    """Shows one file at a time; :meth:`show_file` and :meth:`show_message` are all it needs."""

    source_opened = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.source: PageSource | None = None
        self.own_viewer: MaterialViewer | None = None
        self._entry: PartEntry | None = None
        self._sha256 = ""
        self._turns: dict[str, dict[int, int]] = {}
        self._wanted: tuple[int, Clip | None] | None = None

    @classmethod
    def whole(cls, work: Workplace, parent: QWidget | None = None) -> Self:
        """A frame that is ready at once."""
        made = cls(work, parent)
        at_once(made.build())
        return made

    def build(self) -> Iterator[None]:
        """Make the parts, in slices (:mod:`workbench.shell.building`); nothing is here before."""
        work = self.work
        self.stack = QStackedWidget(self)
        self.strip = PageStrip(work.theme, self.stack)
        yield
        self.thumbs = Thumbnails(work.theme, self)
        yield
        self.tools = ToolRow(work.theme, self)
        yield
        self.warning = Bar(work.theme, "banner", self)
        self.trouble = Bar(work.theme, "fault", self)
        self.password = PasswordBar(work.theme, self._open_with, self)
        yield
        self.find_bar = FindBar(work.theme, self.strip, self)
        self.message = QLabel(self.stack)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setProperty("role", "quiet")
        self.message.setMargin(work.theme.space(3))
        yield
        self._place()
        yield
        self._connect()
        self._make_keys()
        self._stamp_watermark()
        self.show_message("")

    # -- what screens call ---------------------------------------------------------------------

    def show_file(
        self,
        locate: Callable[[], Path],
        sha256: str = "",
        entry: PartEntry | None = None,
        viewer: MaterialViewer | None = None,
    ) -> None:
        """Show the file that ``locate`` finds (store lane). With a ``sha256`` the badge says that
        the bytes are as received: the content store checks them on every read."""
        self._let_go()
        self._sha256, self._entry = sha256, entry
        self._set_viewer(viewer)
        if self.work.renderer is None:
            self.show_message(_("Pages cannot be shown at this desk."))
            return
        self.show_message(_("Opening …"))
        source = PageSource(self.work.lanes, self.work.renderer, locate, self)
        source.turns = self._turns.setdefault(sha256, {}) if sha256 else {}
        source.opened.connect(self._opened)
        source.refused.connect(self._refused)
        source.interrupted.connect(self._interrupted)
        source.recovered.connect(lambda: self.trouble.say(""))
        source.pictures.add_wisher(self.strip.wishes)
        source.pictures.add_wisher(self.thumbs.wishes)
        self.source = source
        source.open()

    def show_message(self, text: str) -> None:
        """Nothing but words: what is missing, what is being done, why nothing can be shown."""
        self.message.setText(text)
        self.stack.setCurrentWidget(self.message)
        self.tools.allow(False, False)
        self.tools.show_page(0, 0)

    def clear(self, text: str = "") -> None:
        """Let the file go, with every pixel of it, and say why."""
        self._let_go()
        self._set_viewer(None)
        self.show_message(text)

    def go_to(self, page: int, clip: Clip | None = None) -> None:
        """Turn to the page and frame the place; waits for the file where it is still opening."""
        if self.source is None or not self.source.page_count():
            self._wanted = (page, clip)
            return
        if self.own_viewer is not None:
            self._own_page = min(max(page, 1), self.source.page_count())
            self.own_viewer.show_page(self._own_page)
            self._page_changed(self._own_page)
        else:
            self.strip.mark_place(page, clip)

    def pictures(self) -> PictureSource | None:
        """The pages for a department's own viewer."""
        return self.source

    # -- building ------------------------------------------------------------------------------

    def _place(self) -> None:
        self.stack.addWidget(self.message)
        self.stack.addWidget(self.strip)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.thumbs)
        across.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for one in (self.tools, self.trouble, self.password, self.warning, self.find_bar):
            column.addWidget(one)
        column.addLayout(across, 1)
        self.setFocusProxy(self.strip)

    def _connect(self) -> None:
        tools, strip = self.tools, self.strip
        tools.before.clicked.connect(lambda: self._step(-1))
        tools.after.clicked.connect(lambda: self._step(1))
        tools.page_wanted.connect(self.go_to)
        tools.leave_field.connect(strip.setFocus)
        tools.smaller.clicked.connect(lambda: strip.zoom_by_step(False))
        tools.larger.clicked.connect(lambda: strip.zoom_by_step(True))
        tools.width_fit.clicked.connect(lambda: strip.set_fit(Fit.WIDTH))
        tools.page_fit.clicked.connect(lambda: strip.set_fit(Fit.PAGE))
        tools.left.clicked.connect(lambda: self._turn(-90))
        tools.right.clicked.connect(lambda: self._turn(90))
        tools.search.clicked.connect(self.find_bar.begin)
        tools.thumbs.toggled.connect(self._show_thumbs)
        strip.page_changed.connect(self._page_changed)
        strip.zoom_changed.connect(self._show_zoom)
        strip.turn_wanted.connect(self._turn)
        self.find_bar.closed.connect(strip.setFocus)
        self.thumbs.page_chosen.connect(self.go_to)
        self._timer = QTimer(self)
        self._timer.setInterval(_WATERMARK_MS)
        self._timer.timeout.connect(self._stamp_watermark)
        self._timer.start()

    def _make_keys(self) -> None:
        """Keys that work wherever in the frame the focus is; the strip's own stand there."""
        for keys, act in (
            ("Ctrl+F", self.find_bar.begin),
            ("F3", lambda: self.find_bar.step(1)),
            ("Shift+F3", lambda: self.find_bar.step(-1)),
            ("Ctrl+G", self._ask_page),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        for keys, act in (("G", self._ask_page), ("T", self.tools.thumbs.toggle)):
            shortcut = QShortcut(QKeySequence(keys), self.strip)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # -- answers -------------------------------------------------------------------------------

    def _opened(self) -> None:
        source = self.source
        if source is None or source.file is None:
            return
        file = source.file
        self.trouble.say("")
        self.tools.badge.show_hash(self._sha256)
        self.warning.say(self._warnings(file.active_content, file.warnings))
        if not file.sizes:
            self.show_message(self._not_drawn(file.kind, file.warnings))
            return
        own = self.own_viewer
        self.tools.allow(len(file.sizes) > 0, own is None)
        self.strip.show_pages(file.sizes, source.turns, source.pictures)
        self.thumbs.show_source(source)
        self.find_bar.show_source(source)
        if len(file.sizes) < 2:
            self.tools.thumbs.setChecked(False)
        self._show_thumbs(self.tools.thumbs.isChecked())
        self._own_page = 1
        if own is not None and self._entry is not None:
            own.show_material(self._entry, source)
            self.stack.setCurrentWidget(own)
        else:
            self.stack.setCurrentWidget(self.strip)
        self._page_changed(self._own_page)
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.go_to(*wanted)
        source.pictures.ask_next()
        self.source_opened.emit()

    @staticmethod
    def _warnings(active: tuple[str, ...], warnings: tuple[str, ...]) -> str:
        lines = []
        if active:
            found = _(", ").join(active_word(code) for code in active)
            lines.append(_("The file holds active content, which is never run here: {found}.")
                         .format(found=found))  # fmt: skip
        return "\n".join([*lines, *warnings])

    @staticmethod
    def _not_drawn(kind: str, warnings: tuple[str, ...]) -> str:
        if kind == "ofd":
            return _(
                "This is an OFD file. It was recognised, but its pages cannot be drawn here yet. "
                "Read it in an OFD reader, or ask for a PDF of the same document."
            )
        return "\n".join(warnings) or _("The file holds no page that can be shown.")

    def _refused(self, refusal: Trouble) -> None:
        if isinstance(refusal, Refusal) and refusal.code in PASSWORD_CODES:
            self.show_message(_("The file is locked."))
            self.password.ask(str(refusal))
            return
        if isinstance(refusal, Refusal) and refusal.code == "paper.ofd-not-drawn":
            self.show_message(self._not_drawn("ofd", ()))
            return
        self.show_message(wording(refusal))

    def _open_with(self, password: str) -> None:
        if self.source is not None:
            self.show_message(_("Opening …"))
            self.source.open(password)

    def _interrupted(self, _trouble: Trouble) -> None:
        self.trouble.say(
            _("The page reader ended and is being started again. Nothing is lost.")
        )

    # -- going about ---------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        page = self._own_page if self.own_viewer is not None else self.strip.page
        self.go_to(min(max(page + by, 1), max(len(self.strip.sizes), 1)))

    def _turn(self, by: int) -> None:
        if self.source is None:
            return
        page = self.strip.page
        self.source.turn(page, by)
        self.strip.turned_anew()
        self.thumbs.update(self.thumbs.currentIndex())
        self.source.pictures.ask_next()
        self.work.notices.say(
            _("Page {page} turned by {degrees}°.").format(
                page=page, degrees=self.source.turns.get(page, 0)
            )
        )

    def _page_changed(self, page: int) -> None:
        self.tools.show_page(page, len(self.strip.sizes))
        self.thumbs.show_page(page)
        self._show_zoom()

    def _show_zoom(self) -> None:
        """The size of the strip's page; a department's own viewer has none of ours."""
        if self.own_viewer is None:
            self.tools.show_zoom(self.strip.shown_zoom())
        else:
            self.tools.zoom.clear()

    def _show_thumbs(self, shown: bool) -> None:
        self.thumbs.setVisible(shown and len(self.strip.sizes) > 1)
        if self.source is not None:
            self.source.pictures.ask_next()

    def _ask_page(self) -> None:
        self.tools.page.setFocus()
        self.tools.page.selectAll()

    def _stamp_watermark(self) -> None:
        who = self.work.who
        minute = stamp(self.work.clock.now())[:16]
        self.strip.set_watermark(f"{self.work.name_of(who.login)} {who.login} · {minute}")

    def _set_viewer(self, viewer: MaterialViewer | None) -> None:
        old, self.own_viewer = self.own_viewer, viewer
        if old is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        if viewer is not None:
            self.stack.addWidget(viewer)

    def _let_go(self) -> None:
        source, self.source = self.source, None
        self._wanted = None
        self.strip.show_pages((), {}, None)
        self.thumbs.show_source(None)
        self.find_bar.show_source(None)
        self.find_bar.hide()
        self.password.hide()
        for bar in (self.warning, self.trouble):
            bar.say("")
        self.tools.badge.show_hash("")
        if source is not None:
            source.close()
            source.deleteLater()
