"""Two strips over one bundle that go together: the one follows where the other is scrolled.

Both stand at the same place of their materials, page by page: page 3 a quarter down beside page 3 a
quarter down. A strip that was scrolled alone keeps its distance when they are linked again, and
none runs on into the next material. Called by :mod:`workbench.shell.viewer.material_frame`.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject

from workbench.shell.viewer.bundle import Bundle, Leaf
from workbench.shell.viewer.sheets import GAP
from workbench.shell.viewer.strip_ground import StripGround


class LinkedStrips(QObject):
    """Holds the two and their distance in pages."""

    def __init__(
        self, first: StripGround, second: StripGround, bundle: Callable[[], Bundle | None],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._bundle = bundle
        self._strips = (first, second)
        self._leaves: list[Leaf | None] = [None, None]
        self._apart = 0.0
        self._following = False
        self.linked = True
        self.on = False
        first.moved.connect(lambda: self._moved(0))
        second.moved.connect(lambda: self._moved(1))

    def begin(self) -> None:
        """Two strips are shown now, as they stand."""
        self.on = True
        self._measure()

    def end(self) -> None:
        """There is one strip again."""
        self.on = False
        self._leaves = [None, None]

    def link(self, linked: bool) -> None:
        """Let them go together from where they stand, or each alone."""
        self.linked = linked
        if self.on:
            self._measure()

    def chosen(self, strip: StripGround, leaf: Leaf) -> None:
        """That strip has turned to another material: where both are linked it stands at the place
        of it where the other one stands in its own."""
        if not self.on:
            return
        mine = self._strips.index(strip)
        self._leaves[mine], self._apart = leaf, 0.0
        if self.linked:
            self._follow(1 - mine)
            self._measure()

    # -- inside --------------------------------------------------------------------------------

    def _measure(self) -> None:
        """Keep the distance as it is now."""
        bundle = self._bundle()
        if bundle is None or not bundle.leaves:
            return
        for number, strip in enumerate(self._strips):
            self._leaves[number] = bundle.at(strip.page)[0]
        first, second = self._local(0), self._local(1)
        self._apart = second - first

    def _local(self, number: int) -> float:
        leaf = self._leaves[number]
        assert leaf is not None
        return self._strips[number].position() - leaf.first

    def _moved(self, leader: int) -> None:
        bundle = self._bundle()
        if not self.on or self._following or bundle is None or not bundle.leaves:
            return
        if None in self._leaves or any(leaf not in bundle.leaves for leaf in self._leaves):
            self._measure()
        elif not self.linked or bundle.at(self._strips[leader].page)[0] is not self._leaves[leader]:
            # Scrolled alone, or into another material: from here on it goes from here.
            self._measure()
        else:
            self._follow(leader)

    def _follow(self, leader: int) -> None:
        follower = 1 - leader
        leaf, strip = self._leaves[follower], self._strips[follower]
        if leaf is None or self._leaves[leader] is None:
            return
        apart = self._apart if leader == 0 else -self._apart
        wanted = strip.sheets.height_of(leaf.first + max(self._local(leader) + apart, 0.0))
        last = strip.sheets.place(leaf.last).bottom + GAP - strip.glass.height()
        begin = strip.sheets.height_of(float(leaf.first))
        self._following = True
        strip.down.setValue(max(min(wanted, last), begin))
        self._following = False
