"""All materials of a case as one bundle of pages: what comes where, and whose page is whose.

Pages count through, from 1; a page of one material is *local* to its leaf, and its picture is kept
under a key that stays when pages before it become more or fewer. Each file is opened by a
:class:`PageSource`: at once when one of its pages is wished, else one after the other when nothing
is left to be drawn, so that all can be searched. Until then a leaf counts the pages that were
counted at intake, as A4; one that cannot be shown is a single short sheet that says why. Called by
:mod:`workbench.shell.viewer.material_frame`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.case import PartEntry
from workbench.rules.materials import Opened, PagePicture, PageSize, TextHit
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.shell.lanes import Lanes
from workbench.shell.viewer.leaf_words import why_not_shown
from workbench.shell.viewer.pictures import Pictures, Wish
from workbench.shell.viewer.source import PageSource

A4: Final = PageSize(595.3, 841.9)
SHEET: Final = PageSize(595.3, 220.0)
"""What stands for a material that cannot be shown."""
LINE_PT: Final = 26.0
"""Of its height for a line of words."""
KEYS: Final = 1_000_000
"""More than a file may have pages: the keys of one leaf's pictures follow each other below it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One material as the frame is asked to show it. ``locate`` finds its file (store lane)."""

    name: str
    locate: Callable[[], Path] = field(compare=False)
    sha256: str = ""
    entry: PartEntry | None = None
    pages: int = 1
    """As counted at intake; what the file says when it is open counts."""

    def is_same(self, other: Paper) -> bool:
        """Whether both are the same file on the same line; without a hash nothing is the same."""
        ours = self.entry.entry_id if self.entry is not None else 0
        theirs = other.entry.entry_id if other.entry is not None else 0
        return bool(self.sha256) and (self.sha256, ours) == (other.sha256, theirs)


@dataclass(slots=True, eq=False)
class Leaf:
    """One material in the bundle."""

    paper: Paper
    source: PageSource
    number: int = 0
    """Stays while the bundle lives, whatever comes before it."""
    first: int = 1
    """The number of its first page in the bundle."""
    sizes: tuple[PageSize, ...] = ()
    asked: bool = False
    refused: Trouble | None = None
    words: str = ""
    """Why no page of it is shown; empty for one that can be drawn."""
    turns: dict[int, int] = field(default_factory=dict)

    @property
    def file(self) -> Opened | None:
        """What the renderer says of it, once it is open."""
        return self.source.file

    @property
    def drawable(self) -> bool:
        """Whether its pages can be asked for now."""
        return self.file is not None and self.refused is None and not self.words

    @property
    def last(self) -> int:
        """The number of its last page in the bundle."""
        return self.first + max(len(self.sizes), 1) - 1


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
    """That :class:`Leaf` was opened or refused."""
    interrupted = pyqtSignal(object)
    recovered = pyqtSignal()

    def __init__(
        self, lanes: Lanes, renderer: Callable[[bool], Any], papers: Sequence[Paper],
        owner: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(owner)
        self._lanes, self._renderer, self._owner = lanes, renderer, owner
        self._numbers = count()
        self._by_number: dict[int, Leaf] = {}
        self._firsts: list[int] = []
        self._closed = False
        self.pictures = Pictures(self._draw, self, self._ready)
        self.pictures.idle.connect(self._open_next)
        self.leaves: tuple[Leaf, ...] = tuple(self._leaf(one) for one in papers)
        self.sizes: tuple[PageSize, ...] = ()
        self.keys: tuple[int, ...] = ()
        self.turns = Turns(self)
        self._lay_out()

    def _leaf(self, paper: Paper) -> Leaf:
        source = PageSource(self._lanes, self._renderer, paper.locate, self._owner, self.pictures)
        leaf = Leaf(paper, source, next(self._numbers), sizes=(A4,) * max(paper.pages, 1))
        source.turns = leaf.turns
        self._by_number[leaf.number] = leaf
        source.opened.connect(lambda: self._opened(leaf))
        source.refused.connect(lambda trouble: self._refused(leaf, trouble))
        source.interrupted.connect(self.interrupted)
        source.recovered.connect(self.recovered)
        return leaf

    def renew(self, papers: Sequence[Paper]) -> None:
        """The case has more, fewer or other materials: those that stay are not opened again, and
        keep their pictures and turns."""
        rest = list(self.leaves)
        leaves = []
        for paper in papers:
            old = next((one for one in rest if one.paper.is_same(paper)), None)
            if old is not None:
                rest.remove(old)
                old.paper = paper
            leaves.append(old or self._leaf(paper))
        self.leaves = tuple(leaves)
        self._lay_out()
        self.laid_out.emit()
        for gone in rest:
            self._let_go(gone)
        self.pictures.ask_next()

    # -- what comes where -----------------------------------------------------------------------

    def page_count(self) -> int:
        """How many pages, sheets for what cannot be shown included."""
        return len(self.sizes)

    def at(self, page: int) -> tuple[Leaf, int]:
        """The material of that page, and the page's number in it."""
        leaf = self.leaves[max(bisect_right(self._firsts, page) - 1, 0)]
        return leaf, page - leaf.first + 1

    def number(self, page: int) -> int:
        """The number that a page has in its own material."""
        return self.at(page)[1]

    def page_of(self, key: int) -> int:
        """The page whose pictures are kept under that key; 0 for none."""
        number, local = divmod(key, KEYS)
        leaf = self._by_number.get(number)
        return leaf.first + local - 1 if leaf is not None and local <= len(leaf.sizes) else 0

    def heads(self) -> dict[int, str]:
        """Page -> name of the material that begins with it; what has no name has no head."""
        return {leaf.first: leaf.paper.name for leaf in self.leaves if leaf.paper.name}

    def head_note(self, page: int) -> str:
        """Beside the name of a material: that its bytes are those that were taken in. The content
        store has checked them when the file was opened."""
        leaf = self.at(page)[0]
        if leaf.file is None or not leaf.paper.sha256:
            return ""
        return "✓ " + _("as received · {hash}").format(hash=leaf.paper.sha256[:8])

    def leaf_of(self, sha256: str) -> Leaf | None:
        """The material with that file, the first one of several."""
        return next((one for one in self.leaves if sha256 and one.paper.sha256 == sha256), None)

    def leaf_for(self, entry: PartEntry) -> Leaf | None:
        """The material of that entry, or another one with the same file."""
        exact = (one for one in self.leaves
                 if one.paper.entry is not None and one.paper.entry.entry_id == entry.entry_id)
        return next(exact, None) or self.leaf_of(str(entry.body.get("sha256", "")))

    def words_on(self, page: int) -> str:
        """What stands on a page instead of a picture; empty for one that can be drawn."""
        return self.at(page)[0].words if self.leaves else ""

    def _lay_out(self) -> None:
        first, sizes, keys = 1, list[PageSize](), list[int]()
        for leaf in self.leaves:
            leaf.first = first
            first += len(leaf.sizes)
            sizes += leaf.sizes
            begin = leaf.number * KEYS + 1
            keys += range(begin, begin + len(leaf.sizes))
        self._firsts = [leaf.first for leaf in self.leaves]
        self.sizes, self.keys = tuple(sizes), tuple(keys)

    def _stand_with(self, leaf: Leaf, sizes: tuple[PageSize, ...]) -> None:
        if sizes == leaf.sizes:
            return
        leaf.sizes = sizes
        self._lay_out()
        self.laid_out.emit()

    # -- opening --------------------------------------------------------------------------------

    def open(self, leaf: Leaf, password: str | None = None) -> None:
        """Open that material, or try again with a password; what is being opened is let be."""
        if leaf.asked and not _settled(leaf):
            return
        leaf.asked, leaf.refused = True, None
        leaf.source.open(password)

    def _open_next(self) -> None:
        """Nothing is to be drawn: one more material, so that all of them can be searched."""
        if self._closed or not self._owner.isVisible():
            return
        if any(one.asked and not _settled(one) for one in self.leaves):
            return
        leaf = next((one for one in self.leaves if not one.asked), None)
        if leaf is not None:
            self.open(leaf)

    def _opened(self, leaf: Leaf) -> None:
        assert leaf.file is not None
        leaf.words = why_not_shown(leaf.file)
        self._settle(leaf, () if leaf.words else leaf.file.sizes)

    def _refused(self, leaf: Leaf, trouble: Trouble) -> None:
        leaf.refused, leaf.words = trouble, why_not_shown(trouble)
        self._settle(leaf, ())

    def _settle(self, leaf: Leaf, sizes: tuple[PageSize, ...]) -> None:
        if self._closed or leaf.number not in self._by_number:
            return
        self._stand_with(leaf, sizes or (_sheet_for(leaf.words),))
        self.leaf_changed.emit(leaf)
        # Not at once: one file after the other is opened between the user's own doings.
        QTimer.singleShot(0, self._ask_next)

    def _ask_next(self) -> None:
        if not self._closed:
            self.pictures.ask_next()

    def _let_go(self, leaf: Leaf) -> None:
        del self._by_number[leaf.number]
        low = leaf.number * KEYS
        self.pictures.forget(lambda key: low < key < low + KEYS)
        leaf.source.close()
        leaf.source.deleteLater()

    def close(self) -> None:
        """Let every file and every picture go."""
        self._closed = True
        self.pictures.hold()
        self.pictures.cache.forget()
        for leaf in self.leaves:
            leaf.source.close()
            leaf.source.deleteLater()

    # -- pages ----------------------------------------------------------------------------------

    def _ready(self, key: int) -> bool:
        """Whether the page can be drawn now; the first wish for one opens its material."""
        leaf = self._by_number.get(key // KEYS)
        if leaf is None:
            return False
        if not leaf.asked:
            self.open(leaf)
        return leaf.drawable

    def _draw(
        self, wish: Wish, ahead: bool, then: Callable[[PagePicture], None],
        lost: Callable[[], None],
    ) -> None:  # fmt: skip
        number, local = divmod(wish.page, KEYS)
        here = replace(wish, page=local)
        self._by_number[number].source.draw(here, ahead, then, lost)

    def turn(self, page: int, by: int) -> None:
        """Turn one page by 90, -90 or 180 degrees; kept as long as the bundle is open."""
        leaf, local = self.at(page)
        leaf.source.turn(local, by)

    def search(
        self, words: str, then: Callable[[tuple[TextHit, ...]], None],
        otherwise: Callable[[Trouble], None],
    ) -> None:  # fmt: skip
        """Places of the words in every material that is open, in page order. One that cannot be
        searched is passed over, unless it is the only one."""
        open_ones = [leaf for leaf in self.leaves if leaf.drawable]
        found: dict[int, tuple[TextHit, ...]] = {}

        def came(leaf: Leaf, hits: tuple[TextHit, ...]) -> None:
            found[leaf.number] = hits
            if len(found) == len(open_ones):
                then(tuple(_placed(leaf, hit) for leaf in self.leaves
                           for hit in found.get(leaf.number, ())))  # fmt: skip

        def failed(leaf: Leaf, trouble: Trouble) -> None:
            if len(open_ones) == 1:
                otherwise(trouble)
            else:
                came(leaf, ())

        for leaf in open_ones:
            leaf.source.search(words, partial(came, leaf), partial(failed, leaf))
        if not open_ones:
            then(())


def _settled(leaf: Leaf) -> bool:
    """Whether it is known if the material can be shown."""
    return leaf.file is not None or leaf.refused is not None


def _placed(leaf: Leaf, hit: TextHit) -> TextHit:
    return replace(hit, page=hit.page + leaf.first - 1)


def _sheet_for(words: str) -> PageSize:
    """Tall enough for them, also in half a frame."""
    return replace(SHEET, height_pt=max(SHEET.height_pt, LINE_PT * (words.count("\n") + 3)))
