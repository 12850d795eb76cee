"""All materials of a case as one bundle of pages: what comes where, and whose page is whose.

Pages count through, from 1; a page of one material is *local* to its leaf, and its picture is kept
under a :meth:`Bundle.key` that stays when pages before it become more or fewer. Each file is opened
by a :class:`PageSource`: at once when one of its pages is wished, else one after the other when
nothing is left to be drawn. Until then a leaf counts the pages that were counted at intake, as A4;
one that cannot be shown is a single short sheet that says why. Called by
:mod:`workbench.shell.viewer.material_frame`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.case import PartEntry
from workbench.rules.materials import Opened, PagePicture, PageSize, TextHit
from workbench.rules.refusals import Trouble
from workbench.shell.lanes import Lanes
from workbench.shell.viewer.pictures import Pictures, Wish
from workbench.shell.viewer.source import PageSource

A4: Final = PageSize(595.3, 841.9)
SHEET: Final = PageSize(595.3, 220.0)
"""What stands for a material that cannot be shown."""
KEYS: Final = 1_000_000
"""More than a file may have pages: the keys of one leaf's pictures follow each other below it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One material as the frame is asked to show it. ``locate`` finds its file (store lane)."""

    name: str
    locate: Callable[[], Path]
    sha256: str = ""
    entry: PartEntry | None = None
    pages: int = 1
    """As counted at intake; what the file says when it is open counts."""


@dataclass(slots=True, eq=False)
class Leaf:
    """One material in the bundle."""

    paper: Paper
    source: PageSource
    first: int = 1
    """The number of its first page in the bundle."""
    sizes: tuple[PageSize, ...] = ()
    asked: bool = False
    refused: Trouble | None = None
    turns: dict[int, int] = field(default_factory=dict)

    @property
    def file(self) -> Opened | None:
        """What the renderer says of it, once it is open."""
        return self.source.file

    @property
    def drawable(self) -> bool:
        """Whether its pages can be asked for now."""
        return self.file is not None and bool(self.file.sizes) and self.refused is None


class Turns(MutableMapping[int, int]):
    """Page of the bundle -> degrees, kept with each leaf, so that they stay when sizes change."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def __getitem__(self, page: int) -> int:
        leaf, local = self._bundle.at(page)
        return leaf.turns[local]

    def __setitem__(self, page: int, turn: int) -> None:
        leaf, local = self._bundle.at(page)
        leaf.turns[local] = turn

    def __delitem__(self, page: int) -> None:
        leaf, local = self._bundle.at(page)
        del leaf.turns[local]

    def __iter__(self) -> Iterator[int]:
        for leaf in self._bundle.leaves:
            yield from (leaf.first + local - 1 for local in leaf.turns)

    def __len__(self) -> int:
        return sum(len(leaf.turns) for leaf in self._bundle.leaves)


class Bundle(QObject):
    """The materials in their order, and one store of pictures for all of them."""

    laid_out = pyqtSignal()
    """Pages have become more or fewer, or other in size."""
    leaf_changed = pyqtSignal(object)
    """That :class:`Leaf` was opened, refused or interrupted."""
    interrupted = pyqtSignal(object)
    recovered = pyqtSignal()

    def __init__(
        self, lanes: Lanes, renderer: Callable[[bool], Any], papers: Sequence[Paper],
        owner: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(owner)
        self.pictures = Pictures(self._draw, self, self._ready)
        self.pictures.idle.connect(self._open_next)
        self.leaves: tuple[Leaf, ...] = tuple(
            Leaf(one, PageSource(lanes, renderer, one.locate, owner, self.pictures))
            for one in papers
        )
        self._firsts: list[int] = []
        self.sizes: tuple[PageSize, ...] = ()
        self.turns = Turns(self)
        for leaf in self.leaves:
            leaf.source.turns = leaf.turns
            leaf.sizes = (A4,) * max(leaf.paper.pages, 1)
            self._listen(leaf)
        self._lay_out()

    # -- what comes where -----------------------------------------------------------------------

    def page_count(self) -> int:
        """How many pages, sheets for what cannot be shown included."""
        return len(self.sizes)

    def at(self, page: int) -> tuple[Leaf, int]:
        """The material of that page, and the page's number in it."""
        leaf = self.leaves[max(bisect_right(self._firsts, page) - 1, 0)]
        return leaf, page - leaf.first + 1

    def key(self, page: int) -> int:
        """Under which the pictures of that page are kept."""
        leaf, local = self.at(page)
        return self.leaves.index(leaf) * KEYS + local

    def leaf_of(self, sha256: str) -> Leaf | None:
        """The material with that file."""
        return next((one for one in self.leaves if one.paper.sha256 == sha256), None)

    def words_on(self, page: int) -> str:
        """What stands on a page instead of a picture; empty for one that can be drawn."""
        leaf, _local = self.at(page)
        return "" if leaf.refused is None else str(leaf.refused)

    def _lay_out(self) -> None:
        first, sizes = 1, list[PageSize]()
        for leaf in self.leaves:
            leaf.first = first
            first += len(leaf.sizes)
            sizes += leaf.sizes
        self._firsts = [leaf.first for leaf in self.leaves]
        self.sizes = tuple(sizes)

    def _stand_with(self, leaf: Leaf, sizes: tuple[PageSize, ...]) -> None:
        if sizes == leaf.sizes:
            return
        leaf.sizes = sizes
        self._lay_out()
        self.laid_out.emit()

    # -- opening --------------------------------------------------------------------------------

    def _listen(self, leaf: Leaf) -> None:
        source = leaf.source
        source.opened.connect(lambda: self._opened(leaf))
        source.refused.connect(lambda trouble: self._refused(leaf, trouble))
        source.interrupted.connect(self.interrupted)
        source.recovered.connect(self.recovered)

    def open(self, leaf: Leaf, password: str | None = None) -> None:
        """Open that material, or try again with a password."""
        leaf.asked, leaf.refused = True, None
        leaf.source.open(password)

    def _open_next(self) -> None:
        """Nothing is to be drawn: one more material, so that all of them can be searched."""
        leaf = next((one for one in self.leaves if not one.asked), None)
        if leaf is not None:
            self.open(leaf)

    def _opened(self, leaf: Leaf) -> None:
        assert leaf.file is not None
        self._stand_with(leaf, leaf.file.sizes or (SHEET,))
        self.leaf_changed.emit(leaf)
        self.pictures.ask_next()

    def _refused(self, leaf: Leaf, trouble: Trouble) -> None:
        leaf.refused = trouble
        self._stand_with(leaf, (SHEET,))
        self.leaf_changed.emit(leaf)
        self.pictures.ask_next()

    def close(self) -> None:
        """Let every file and every picture go."""
        self.pictures.hold()
        self.pictures.cache.forget()
        for leaf in self.leaves:
            leaf.source.close()

    # -- pages ----------------------------------------------------------------------------------

    def _ready(self, key: int) -> bool:
        """Whether the page can be drawn now; the first wish for one opens its material."""
        leaf = self.leaves[key // KEYS]
        if not leaf.asked:
            self.open(leaf)
        return leaf.drawable

    def _draw(
        self, wish: Wish, ahead: bool, then: Callable[[PagePicture], None],
        lost: Callable[[], None],
    ) -> None:  # fmt: skip
        number, local = divmod(wish.page, KEYS)
        here = Wish(local, wish.turn, wish.width_px, wish.clip)
        self.leaves[number].source.draw(here, ahead, then, lost)

    def turn(self, page: int, by: int) -> None:
        """Turn one page by 90, -90 or 180 degrees; kept as long as the bundle is open."""
        leaf, local = self.at(page)
        leaf.source.turn(local, by)

    def search(
        self, words: str, then: Callable[[tuple[TextHit, ...]], None],
        otherwise: Callable[[Trouble], None],
    ) -> None:  # fmt: skip
        """Places of the words in every material that is open, in page order."""
        open_ones = [leaf for leaf in self.leaves if leaf.drawable]
        found: dict[int, tuple[TextHit, ...]] = {}

        def came(leaf: Leaf, hits: tuple[TextHit, ...]) -> None:
            found[leaf.first] = tuple(
                replace(hit, page=hit.page + leaf.first - 1) for hit in hits
            )
            if len(found) == len(open_ones):
                then(tuple(hit for first in sorted(found) for hit in found[first]))

        for leaf in open_ones:
            leaf.source.search(words, partial(came, leaf), otherwise)
        if not open_ones:
            then(())
