"""The frame around materials: tools, bars, small pages, the strips or a department's own viewer.

Used by the case screen for all materials of a case in one strip, and by the proof page for one
file. Whatever is shown in it, the keys are the same. The frame opens nothing: a
:class:`~workbench.shell.viewer.bundle.Bundle` does, in the renderer. What the bars say is of the
material in hand. How materials come in stands in :mod:`workbench.shell.viewer.frame_opening`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Self

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QWidget

from workbench.rules.words import _
from workbench.shell.building import at_once
from workbench.shell.viewer.frame_opening import FrameOpening
from workbench.shell.viewer.linked_strips import LinkedStrips
from workbench.shell.viewer.sheet_buttons import SheetButtons
from workbench.shell.viewer.sheets import Fit
from workbench.shell.viewer.strip_hands import PageStrip
from workbench.shell.viewer.tool_box import ToolBox
from workbench.shell.workplace import Workplace

_WATERMARK_MS: Final = 20_000


class MaterialFrame(FrameOpening):
    """What screens put in: see :class:`FrameOpening` for what they call."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.box = ToolBox(self)

    @classmethod
    def whole(cls, work: Workplace, parent: QWidget | None = None) -> Self:
        """A frame that is ready at once."""
        made = cls(work, parent)
        at_once(made.build())
        return made

    def build(self) -> Iterator[None]:
        """Make the parts, in slices (:mod:`workbench.shell.building`); nothing is here before."""
        yield from self.build_parts(self.work.theme)
        yield
        self.hand = self.strip
        self.links = LinkedStrips(self.strip, self.second, lambda: self.bundle, self)
        self._unlock = tuple(SheetButtons(strip, self._help) for strip in self.strips)
        self._connect()
        yield
        self._make_keys()
        yield from self.box.build()
        self._stamp_watermark()
        self.show_message("")

    # -- going about ---------------------------------------------------------------------------

    def _page_changed(self, strip: PageStrip) -> None:
        if strip is self.hand and not self._own_shown():
            self._page_in_hand(strip.page)
        self._say_captions()

    def _step(self, by: int) -> None:
        if not self._own_shown():
            self.hand.go_to(self.hand.page + by)
            return
        page = self._own_page + by
        if self._leaf is not None and 1 <= page <= len(self._leaf.sizes):
            self.go_to(page)
        else:
            self.material_wanted.emit(by)

    def _go_to_whole(self, page: int) -> None:
        """A small page was chosen: pages of the whole bundle."""
        if self.bundle is None:
            return
        leaf, local = self.bundle.at(page)
        if self._own_shown() and leaf is self._leaf:
            self.go_to(local)
            return
        self._set_viewer(None)
        self.stack.setCurrentWidget(self.strip)
        self.tools.allow(True, True)
        self.hand.go_to(page)
        self._page_in_hand(self.hand.page)

    def _turn(self, by: int) -> None:
        bundle = self.bundle
        if bundle is None:
            return
        page = self.hand.page
        bundle.turn(page, by)
        for strip in self.strips:
            if strip.sizes:
                strip.turned_anew()
        self.thumbs.update(self.thumbs.currentIndex())
        bundle.pictures.ask_next()
        self.work.notices.say(
            _("Page {page} turned by {degrees}°.").format(
                page=bundle.number(page), degrees=bundle.turns.get(page, 0)
            )
        )

    def _show_pixels(self, strip: PageStrip, page: int) -> None:
        """Each pixel of the scan one pixel of the screen, where the page is a scan."""
        if self.bundle is None:
            return
        leaf, local = self.bundle.at(page)

        def came(density: float) -> None:
            if density:
                strip.show_pixels(density)
            else:
                self.work.notices.say(_("This page holds no scan; it is shown at its true size."))
                strip.set_zoom(1.0)

        leaf.source.density(local, came)

    def _focus_pages(self) -> None:
        own = self.own_viewer
        (own if own is not None and self._own_shown() else self.hand).setFocus()

    def _ask_page(self) -> None:
        self.tools.page.setFocus()
        self.tools.page.selectAll()

    # -- wiring --------------------------------------------------------------------------------

    def _connect(self) -> None:
        tools = self.tools
        tools.before.clicked.connect(lambda: self._step(-1))
        tools.after.clicked.connect(lambda: self._step(1))
        tools.page_wanted.connect(self.go_to)
        tools.leave_field.connect(self._focus_pages)
        tools.smaller.clicked.connect(lambda: self.hand.zoom_by_step(False))
        tools.larger.clicked.connect(lambda: self.hand.zoom_by_step(True))
        tools.width_fit.clicked.connect(lambda: self.hand.set_fit(Fit.WIDTH))
        tools.page_fit.clicked.connect(lambda: self.hand.set_fit(Fit.PAGE))
        tools.left.clicked.connect(lambda: self._turn(-90))
        tools.right.clicked.connect(lambda: self._turn(90))
        tools.search.clicked.connect(self.find_bar.begin)
        tools.thumbs.toggled.connect(self._show_thumbs)
        tools.beside.clicked.connect(lambda: self.split(not self.links.on))
        tools.linked.toggled.connect(self.links.link)
        for strip in self.strips:
            self._connect_strip(strip)
        self.find_bar.closed.connect(self._focus_pages)
        self.thumbs.page_chosen.connect(self._go_to_whole)
        self.password_given.connect(self._open_with)
        self.stack.currentChanged.connect(lambda _place: self._cover_own())
        self._timer = QTimer(self)
        self._timer.setInterval(_WATERMARK_MS)
        self._timer.timeout.connect(self._stamp_watermark)
        self._timer.start()

    def _cover_own(self) -> None:
        """The strips lay the watermark themselves; over a department's own viewer it is laid."""
        own = self.own_viewer
        self.pane.lie_over(own is not None and self.stack.currentWidget() is own)

    def _connect_strip(self, strip: PageStrip) -> None:
        strip.page_changed.connect(lambda _page: self._page_changed(strip))
        strip.zoom_changed.connect(self._show_zoom)
        strip.turn_wanted.connect(self._turn)
        strip.taken.connect(lambda: self._take_strip(strip))
        strip.pixels_wanted.connect(lambda page: self._show_pixels(strip, page))
        strip.left.connect(lambda: self.split(False))

    def _make_keys(self) -> None:
        """Keys that work wherever in the frame the focus is; the strip's own stand there."""
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            ("Ctrl+F", self.find_bar.begin),
            ("F3", lambda: self.find_bar.step(1)),
            ("Shift+F3", lambda: self.find_bar.step(-1)),
            ("Ctrl+G", self._ask_page),
            ("Ctrl+PgDown", lambda: self._step(1)),
            ("Ctrl+PgUp", lambda: self._step(-1)),
        ):
            self._key(self, keys, act, inside)
        here = Qt.ShortcutContext.WidgetShortcut
        for strip in self.strips:
            self._key(strip, "G", self._ask_page, here)
            self._key(strip, "T", self.tools.thumbs.toggle, here)
            self._key(strip, "B", lambda: self.split(not self.links.on), here)
            self._key(strip, "Shift+B", self.tools.linked.toggle, here)

    @staticmethod
    def _key(
        where: QWidget, keys: str, act: Callable[[], object], context: Qt.ShortcutContext
    ) -> None:
        shortcut = QShortcut(QKeySequence(keys), where)
        shortcut.setContext(context)
        shortcut.activated.connect(act)
