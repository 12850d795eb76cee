"""How materials come into the frame, are opened, come into hand, and are let go again.

The middle storey of :mod:`workbench.shell.viewer.material_frame`; what screens call stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PyQt6.QtGui import QHideEvent

from workbench.api.panes import MaterialViewer
from workbench.rules.case import PartEntry
from workbench.rules.materials import Clip
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.shell.viewer.bundle import Bundle, Leaf, Paper
from workbench.shell.viewer.frame_ground import FrameGround
from workbench.shell.viewer.leaf_words import asks_password
from workbench.shell.viewer.pictures import Wish
from workbench.shell.viewer.strip_hands import PageStrip


class FrameOpening(FrameGround):
    """Shows the materials of a case (:meth:`show_papers`), one file (:meth:`show_file`), or words
    (:meth:`show_message`)."""

    def show_file(
        self, locate: Callable[[], Path], sha256: str = "", entry: PartEntry | None = None
    ) -> None:
        """Show the one file that ``locate`` finds (store lane). With a ``sha256`` the badge says
        that the bytes are as received: the content store checks them on every read."""
        self._let_go()
        self._show_new([Paper("", locate, sha256, entry)])

    def show_papers(self, papers: Sequence[Paper]) -> None:
        """Show these materials one below the other. Where some are shown already, they stay as
        they are: place, zoom, turns and pictures."""
        if not papers:
            self.clear("")
        elif self.bundle is None or self._single:
            self._let_go()
            self._show_new(papers)
        elif tuple(leaf.paper for leaf in self.bundle.leaves) != tuple(papers):
            self.bundle.renew(papers)
            self._stand_in_new()

    def choose(self, entry: PartEntry, viewer: MaterialViewer | None = None) -> bool:
        """Take that material in hand: the strip under the keys turns to its first page, or the
        department's own viewer shows it in the strip's place."""
        leaf = self.bundle.leaf_for(entry) if self.bundle is not None else None
        if self.hand is self.second and viewer is not None:
            viewer.deleteLater()
            viewer = None
        if self.bundle is None or leaf is None:
            return False
        if self.hand is self.strip:
            self._set_viewer(viewer)
        self._take(leaf)
        if may_open(leaf):
            self.bundle.open(leaf)
        self._show_leaf(leaf)
        if viewer is None:
            self.hand.go_to(leaf.first)
            self.links.chosen(self.hand, leaf)
        if asks_password(leaf.refused):
            self._ask_password(leaf)
        return True

    def clear(self, text: str = "") -> None:
        """Let the files go, with every pixel of them, and say why."""
        self._let_go()
        self.show_message(text)

    def go_to(self, page: int, clip: Clip | None = None) -> None:
        """Turn to the page of the material in hand and frame the place; once more when the file
        is open, if it is not yet."""
        leaf = self._leaf
        if leaf is None:
            return
        if leaf.file is None:
            self._wanted = (leaf, page, clip)
        page = min(max(page, 1), max(len(leaf.sizes), 1))
        own = self.own_viewer
        if own is not None and self._own_shown():
            if self.stack.currentWidget() is not own:
                return
            if self.guard(own.show_page, page):
                self._own_page = page
                self._say_page(leaf, page)
                return
            self._without_viewer(leaf)
        self.hand.mark_place(leaf.first + page - 1, clip)

    def _without_viewer(self, leaf: Leaf) -> None:
        """The department's own viewer has failed: the strip shows the material."""
        self._set_viewer(None)
        self._show_leaf(leaf)

    def show_place(self, leaf: Leaf, page: int, clip: Clip | None = None) -> None:
        """Turn to a place of any material, in the strip."""
        self._set_viewer(None)
        self._take(leaf)
        self._show_leaf(leaf)
        self.go_to(page, clip)
        if leaf.paper.entry is not None:
            self.in_hand.emit(leaf.paper.entry)

    def split(self, on: bool) -> None:
        """Two halves over the same materials, or one. The new half is under the keys, so that what
        is chosen next stands beside what is there."""
        bundle = self.bundle
        if on and (bundle is None or self._single or self.second.sizes):
            on = bool(self.second.sizes)
        self.tools.beside.setChecked(on)
        self.sides[1].setVisible(on)
        for side in self.sides:
            side.caption.setVisible(on)
        self.tools.linked.setVisible(on)
        for strip in self.strips:
            strip.may_be_left = on
        if not on:
            self.links.end()
            self.second.show_pages((), {}, None)
            self._take_strip(self.strip)
            self.strip.setFocus()
            return
        assert bundle is not None
        self._dress(self.second, bundle)
        self.box.make_room()
        self.halves.setSizes([self.halves.width() // 2] * 2)
        self.second.go_to(self.strip.page)
        self.links.begin()
        self.second.setFocus()
        self._take_strip(self.second)

    # -- opening -------------------------------------------------------------------------------

    def _show_new(self, papers: Sequence[Paper]) -> None:
        if self.work.renderer is None:
            self.show_message(_("Pages cannot be shown at this desk."))
            return
        bundle = Bundle(self.work.lanes, self.work.renderer, papers, self)
        self._keep_turns(bundle)
        bundle.leaf_changed.connect(self._leaf_changed)
        bundle.laid_out.connect(self._laid_out)
        bundle.interrupted.connect(self._interrupted)
        bundle.recovered.connect(lambda: self.trouble.say(""))
        for wishes in (self._wishes, self.thumbs.wishes):
            bundle.pictures.add_wisher(wishes)
        self.bundle, self._leaf = bundle, bundle.leaves[0]
        self._single = len(papers) == 1 and not papers[0].name
        self.thumbs.show_bundle(bundle)
        self.find_bar.show_source(bundle)
        self._show_thumbs(self.tools.thumbs.isChecked())
        if self._single:
            self.show_message(_("Opening …"))
            bundle.open(bundle.leaves[0])
            return
        self._dress(self.strip, bundle)
        self._show_leaf(bundle.leaves[0])

    def _keep_turns(self, bundle: Bundle) -> None:
        for leaf in bundle.leaves:
            if leaf.paper.sha256:
                kept = self._turns.setdefault(leaf.paper.sha256, leaf.turns)
                leaf.turns = leaf.source.turns = kept

    def _dress(self, strip: PageStrip, bundle: Bundle) -> None:
        strip.words, strip.number = bundle.words_on, bundle.number
        strip.head_note = bundle.head_note
        strip.show_pages(
            bundle.sizes, bundle.turns, bundle.pictures, bundle.keys, bundle.heads()
        )
        self._unlock[self.strips.index(strip)].show_bundle(bundle)

    def _wishes(self) -> Iterator[Wish]:
        """Of both strips: what is seen comes before what lies near."""
        for strip in self.strips:
            yield from strip.loupe.wishes()
        for strip in self.strips:
            yield from strip.seen_wishes()
        for strip in self.strips:
            yield from strip.near_wishes()

    def _stand_in_new(self) -> None:
        """The materials have become others: what was in hand stays, or what stands in its place."""
        bundle = self.bundle
        assert bundle is not None
        self._keep_turns(bundle)
        for buttons in self._unlock:
            buttons.place()
        if self._leaf not in bundle.leaves:
            self._set_viewer(None)
            self._take(bundle.at(self.hand.page)[0])
            if self.stack.currentWidget() is not self.message:
                self._show_leaf(bundle.at(self.hand.page)[0])

    def _laid_out(self) -> None:
        bundle = self.bundle
        if bundle is None or (self._single and not self.strip.sizes):
            return
        for strip in self.strips:
            if strip.sizes:
                strip.pages_moved(bundle.sizes, bundle.keys, bundle.heads())
        self.thumbs.pages_moved()
        self._show_thumbs(self.tools.thumbs.isChecked())

    def _leaf_changed(self, leaf: Leaf) -> None:
        for strip, buttons in zip(self.strips, self._unlock, strict=True):
            buttons.place()
            strip.glass.update()
        if leaf is not self._leaf:
            return
        self.trouble.say("")
        self._say_leaf(leaf)
        if self._single and leaf.drawable:
            assert self.bundle is not None
            self._dress(self.strip, self.bundle)
        self._show_leaf(leaf)
        if leaf.drawable:
            if self._wanted is not None and self._wanted[0] is leaf:
                _leaf, page, clip = self._wanted
                self._wanted = None
                self.go_to(page, clip)
            self.source_opened.emit()
        elif asks_password(leaf.refused) and (self._single or self._asked_for is leaf):
            self._ask_password(leaf)

    def _show_leaf(self, leaf: Leaf) -> None:
        """Words, the department's own viewer or the strip, as it stands with the material."""
        own = self.own_viewer
        if self._single and not leaf.drawable:
            self.show_message(leaf.words or _("Opening …"))
            return
        if own is not None and self.hand is self.strip:
            if leaf.drawable and leaf.paper.entry is not None:
                self._own_page = 1
                if not self.guard(own.show_material, leaf.paper.entry, leaf.source):
                    self._without_viewer(leaf)
                    self.hand.go_to(leaf.first)
                    return
                self.stack.setCurrentWidget(own)
            else:
                self.show_message(leaf.words or _("Opening …"))
                return
        else:
            self.stack.setCurrentWidget(self.strip)
        self.tools.allow(True, not self._own_shown())
        self._show_thumbs(self.tools.thumbs.isChecked())
        self._say_page(leaf, self.local_page())

    def _ask_password(self, leaf: Leaf) -> None:
        self._asked_for = leaf
        self.password.ask(str(leaf.refused))

    def _help(self, leaf: Leaf) -> None:
        """The button on a sheet: the password, or once more."""
        self._take(leaf)
        if asks_password(leaf.refused):
            self._ask_password(leaf)
        elif self.bundle is not None:
            self.bundle.open(leaf)

    def _open_with(self, password: str) -> None:
        leaf = self._asked_for or self._leaf
        if leaf is not None and self.bundle is not None:
            if self._single:
                self.show_message(_("Opening …"))
            self.bundle.open(leaf, password)

    def _interrupted(self, _trouble: Trouble) -> None:
        self.trouble.say(
            _("The page reader ended and is being started again. Nothing is lost.")
        )

    # -- letting go ----------------------------------------------------------------------------

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Out of sight only the pages that would be seen at once are kept."""
        super().hideEvent(event)
        if self.bundle is not None:
            seen = {strip.key(page) for strip in self.strips if strip.sizes
                    for page in strip.seen()}  # fmt: skip
            self.bundle.pictures.cache.forget(lambda key: key not in seen)

    def _let_go(self) -> None:
        bundle, self.bundle = self.bundle, None
        self._leaf, self._asked_for = None, None
        self._wanted = None
        self._single = False
        self.box.let_go()
        self._set_viewer(None)
        if self.links.on:
            self.split(False)
        self.strip.show_pages((), {}, None)
        for buttons in self._unlock:
            buttons.show_bundle(None)
        self.thumbs.show_bundle(None)
        self.find_bar.show_source(None)
        self.find_bar.hide()
        self.password.hide()
        for bar in (self.warning, self.trouble):
            bar.say("")
        self.tools.badge.show_hash("")
        if bundle is not None:
            bundle.close()
            bundle.deleteLater()


def may_open(leaf: Leaf) -> bool:
    """Whether it is to be opened now: not asked yet, or what was in the way was not the file."""
    return not leaf.asked or (leaf.refused is not None and not asks_password(leaf.refused))
