"""What the material frame has in hand, and what its tools and bars say of it.

The lowest of the three storeys of :mod:`workbench.shell.viewer.material_frame`:
:mod:`workbench.shell.viewer.frame_opening` brings materials in and lets them go, the frame itself
goes about in them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.api.desk import PictureSource
from workbench.api.panes import MaterialViewer
from workbench.rules.case import PartEntry
from workbench.rules.materials import Clip
from workbench.rules.moment import stamp
from workbench.rules.words import _
from workbench.shell.viewer.bundle import Bundle, Leaf
from workbench.shell.viewer.frame_parts import FrameParts, warnings_of
from workbench.shell.viewer.linked_strips import LinkedStrips
from workbench.shell.viewer.sheet_buttons import SheetButtons
from workbench.shell.viewer.source import PageSource
from workbench.shell.viewer.strip_hands import PageStrip
from workbench.shell.workplace import Workplace

if TYPE_CHECKING:
    from workbench.shell.viewer.tool_box import ToolBox


class FrameGround(FrameParts):
    """State and words of the frame."""

    source_opened = pyqtSignal()
    """The material in hand is open and has pages."""
    in_hand = pyqtSignal(object)
    """The :class:`PartEntry` whose page has come into hand by paging or scrolling."""
    material_wanted = pyqtSignal(int)
    """Paged beyond the ends of a department's own viewer: the next (1) or previous (-1) one."""
    hand: PageStrip
    """The strip under the keys: what tools, list and search act on."""
    links: LinkedStrips
    box: ToolBox
    """Marks, look, loupe, printing."""
    _unlock: tuple[SheetButtons, ...]

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.bundle: Bundle | None = None
        self.own_viewer: MaterialViewer | None = None
        self.guard: Callable[..., bool] = _called
        """Calls a department's own viewer; ``False`` where it failed, and the strip takes over."""
        self._own_page = 1
        self._leaf: Leaf | None = None
        self._turns: dict[str, dict[int, int]] = {}
        self._wanted: tuple[Leaf, int, Clip | None] | None = None
        self._asked_for: Leaf | None = None
        self._single = False

    @property
    def source(self) -> PageSource | None:
        """The file of the material in hand."""
        return self._leaf.source if self._leaf is not None else None

    @property
    def entry(self) -> PartEntry | None:
        """The material in hand."""
        return self._leaf.paper.entry if self._leaf is not None else None

    def local_page(self) -> int:
        """The page in hand, counted in its own material."""
        if self.bundle is None or self._leaf is None:
            return 1
        return self._own_page if self._own_shown() else self.bundle.number(self.hand.page)

    def drawn(self) -> bool:
        """Whether the material in hand is shown and nothing of it is still to come."""
        leaf = self._leaf
        if leaf is None or (leaf.file is None and leaf.refused is None):
            return False
        if self.own_viewer is not None or (self._single and not leaf.drawable):
            return True
        return all(strip.drawn() for strip in self.strips if strip.isVisible())

    def pictures(self) -> PictureSource | None:
        """The pages of the material in hand for a department's own viewer."""
        return self.source

    def show_message(self, text: str) -> None:
        """Nothing but words: what is missing, what is being done, why nothing can be shown. What
        is open stays open behind them."""
        self.message.setText(text)
        self.stack.setCurrentWidget(self.message)
        self.tools.allow(False, False)
        self.tools.show_page(0, 0)

    # -- what is in hand ------------------------------------------------------------------------

    def _own_shown(self) -> bool:
        """Whether the department's own viewer is under the keys, or is to be in a moment."""
        return self.own_viewer is not None and self.hand is self.strip

    def _take(self, leaf: Leaf) -> None:
        if leaf is not self._leaf:
            self._leaf = leaf
            self._asked_for = None
            self.password.hide()
            self._say_leaf(leaf)

    def _take_strip(self, strip: PageStrip) -> None:
        """That half is under the keys now."""
        self.hand = strip
        self.find_bar.use(strip)
        if self.bundle is None or not strip.sizes:
            return
        if self._own_shown() and self._leaf is not None:
            self._say_page(self._leaf, self._own_page)
            return
        self._page_in_hand(strip.page)
        self._say_captions()

    def _page_in_hand(self, page: int) -> None:
        if self.bundle is None or not self.bundle.leaves:
            return
        leaf, local = self.bundle.at(page)
        changed = leaf is not self._leaf
        self._take(leaf)
        self._say_page(leaf, local)
        if changed and leaf.paper.entry is not None:
            self.in_hand.emit(leaf.paper.entry)

    def _set_viewer(self, viewer: MaterialViewer | None) -> None:
        old, self.own_viewer = self.own_viewer, viewer
        self.hold_viewer(old, viewer)
        self.tools.serve_own_viewer(viewer is not None)

    # -- what is said of it ---------------------------------------------------------------------

    def _say_leaf(self, leaf: Leaf) -> None:
        """Badge and warning of the material in hand."""
        self.tools.badge.show_hash(leaf.paper.sha256 if leaf.file is not None else "")
        self.warning.say(warnings_of(leaf.file) if leaf.drawable and leaf.file else "")

    def _say_page(self, leaf: Leaf, local: int) -> None:
        if self.stack.currentWidget() is self.message and self.hand is self.strip:
            return
        page = leaf.first + local - 1
        self.tools.show_page(local, len(leaf.sizes))
        whole = self.bundle.page_count() if self.bundle is not None else 0
        self.tools.show_whole(page, whole if whole > len(leaf.sizes) else 0)
        self.thumbs.show_page(page)
        self._show_zoom()

    def _say_captions(self) -> None:
        bundle = self.bundle
        if bundle is None or not self.links.on:
            return
        for side, strip in zip(self.sides, self.strips, strict=True):
            leaf, local = bundle.at(strip.page)
            text = _("{name} · page {page} of {pages}").format(
                name=leaf.paper.name, page=local, pages=len(leaf.sizes))  # fmt: skip
            side.say(text, strip is self.hand)

    def _show_zoom(self) -> None:
        """The size of the strip's page; a department's own viewer has none of ours."""
        if self._own_shown():
            self.tools.zoom.clear()
        else:
            self.tools.show_zoom(self.hand.shown_zoom())

    def _show_thumbs(self, shown: bool) -> None:
        several = self.bundle is not None and self.bundle.page_count() > 1
        self.thumbs.setVisible(shown and several)
        if self.bundle is not None:
            self.bundle.pictures.ask_next()

    def _stamp_watermark(self) -> None:
        who = self.work.who
        minute = stamp(self.work.clock.now())[:16]
        text = f"{self.work.name_of(who.login)} {who.login} · {minute}"
        for strip in self.strips:
            strip.set_watermark(text)
        self.pane.set_text(text)


def _called(act: Callable[..., object], *args: object) -> bool:
    """Where nobody guards: what it raises is our own."""
    act(*args)
    return True
