"""One file open in the renderer: opening, drawing, searching and closing it by the paper lane.

Made by :mod:`workbench.shell.viewer.material_frame` for each material it shows, by the proof page
and by the seal desk for a document of their own. The desk's process never opens the file: it finds
its place in the content store (store lane) and hands that to the renderer (paper lane).

When the renderer dies, :attr:`PageSource.interrupted` is sent and the source asks again by itself;
:attr:`PageSource.recovered` follows. A page that ends the renderer twice is given up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.materials import Opened, PagePicture, PageSize, TextHit
from workbench.rules.refusals import Cancelled, Outage, Refusal, Trouble
from workbench.shell.lanes import Lanes
from workbench.shell.viewer.pictures import WHOLE, Pictures, Wish

T = TypeVar("T")
AGAIN_MS: Final = 400
"""How long after its end the renderer is asked again."""
TRIES: Final = 2
"""How often one page, or the opening of a file, may end the renderer before it is given up."""


class PageSource(QObject):
    """One file and its pictures. ``locate`` says where it lies; it runs in the store lane."""

    opened = pyqtSignal()
    refused = pyqtSignal(object)
    """The :class:`Refusal` that opening it ended with; ``paper.needs-password`` asks for one."""
    interrupted = pyqtSignal(object)
    """The :class:`Outage` of the renderer; pictures come again by themselves."""
    recovered = pyqtSignal()
    """The renderer answers again."""

    def __init__(
        self, lanes: Lanes, renderer: Callable[[bool], Any], locate: Callable[[], Path],
        owner: QWidget, pictures: Pictures | None = None,
    ) -> None:  # fmt: skip
        """``pictures``: where several files share one store of them."""
        super().__init__(owner)
        self.file: Opened | None = None
        self.pictures = pictures or Pictures(self.draw, self)
        self._alone = pictures is None
        self.turns: dict[int, int] = {}
        self._lanes = lanes
        self._renderer = renderer
        self._locate = locate
        self._owner = owner
        self._ahead: int | None = None
        """The handle in the renderer of the lane *ahead*, once it has opened the file as well."""
        self._asked_ahead = False
        self._path: Path | None = None
        self._password: str | None = None
        self._deaths: dict[Wish, int] = {}
        self._open_deaths = 0
        self._down = False
        self._closed = False

    # -- opening and closing ------------------------------------------------------------------

    def open(self, password: str | None = None) -> None:
        """Find the file and open it; the answer is one of the signals."""
        self._password = password
        if self._path is not None:
            self._open_found(self._path)
            return
        self._lanes.ask(
            self._locate, then=self._open_found, otherwise=self._not_found, scope=self._owner
        )

    def _not_found(self, trouble: Trouble) -> None:
        if not isinstance(trouble, Cancelled) and not self._closed:
            self.refused.emit(trouble)

    def _open_found(self, path: Path) -> None:
        self._path = path
        password, self._password = self._password, None
        renderer = self._renderer
        self._by_paper(
            lambda: renderer(False).open(path, password),
            lambda file: self._has_opened(file, password), self._not_opened,
        )  # fmt: skip

    def _has_opened(self, file: Opened, password: str | None) -> None:
        if self._closed:
            self._let_go(file.handle, False)
            return
        self.file = file
        self._answers()
        if file.sizes and password is not None:
            # Now or never: the password is kept nowhere.
            self._open_ahead(password)
        self.pictures.ahead = True
        self.opened.emit()
        self.pictures.ask_next()

    def _open_ahead(self, password: str | None = None) -> None:
        """In the second renderer too, when the first picture is asked of it; where that fails the
        first does all the work."""
        path, renderer = self._path, self._renderer
        assert path is not None
        self._asked_ahead = True

        def opened(file: Opened) -> None:
            if self._closed:
                self._let_go(file.handle, True)
                return
            self._ahead = file.handle
            self.pictures.ask_next()

        self._by_paper(
            lambda: renderer(True).open(path, password), opened, lambda _trouble: None, ahead=True
        )

    def _not_opened(self, trouble: Trouble) -> None:
        if isinstance(trouble, Outage) and self._open_deaths < TRIES - 1:
            self._open_deaths += 1
            self._interrupt(trouble)
        elif not isinstance(trouble, Cancelled) and not self._closed:
            self._open_deaths = 0
            self._answers()
            self.refused.emit(trouble)

    def close(self) -> None:
        """Let the file and every picture of it go. Nothing of it stays in this process."""
        self._closed = True
        if self._alone:
            self.pictures.hold()
            self.pictures.cache.forget()
        file, self.file = self.file, None
        if file is not None:
            self._let_go(file.handle, False)
        if self._ahead is not None:
            self._let_go(self._ahead, True)

    def _let_go(self, handle: int, ahead: bool) -> None:
        renderer = self._renderer
        self._lanes.paper(_answer_of(lambda: renderer(ahead).close(handle)), ahead=ahead)

    # -- pages -------------------------------------------------------------------------------

    @property
    def sizes(self) -> tuple[PageSize, ...]:
        """The pages' sizes; empty while the file is not open."""
        return self.file.sizes if self.file is not None else ()

    def page_count(self) -> int:
        """How many pages; 0 while the file is not open (``PictureSource`` of the plugin room)."""
        return len(self.sizes)

    def ask(
        self,
        page: int,
        width_px: int,
        then: Callable[[PagePicture], None],
        otherwise: Callable[[Trouble], None] | None = None,
    ) -> None:
        """Draw one page for a department's own viewer (``PictureSource``)."""
        file = self.file
        if file is None or self._closed:
            return
        renderer, turn = self._renderer, self.turns.get(page, 0)
        self._by_paper(
            lambda: renderer(False).page(file.handle, page, max(width_px, 1), turn),
            then,
            otherwise or (lambda _trouble: None),
            key=f"page-{page}-{id(self)}",
        )

    def search(
        self, words: str, then: Callable[[tuple[TextHit, ...]], None], otherwise: Callable[
            [Trouble], None]
    ) -> None:  # fmt: skip
        """Places of the words, in page order; a newer search cancels the older one's answer."""
        file = self.file
        if file is None:
            return
        renderer = self._renderer
        self._by_paper(
            lambda: renderer(False).search(file.handle, words), then, otherwise,
            key=f"search-{id(self)}",
        )  # fmt: skip

    def lean(self, page: int, then: Callable[[float], None]) -> None:
        """By how many degrees clockwise the page is to be turned so that its lines stand level."""
        file = self.file
        if file is None or self._closed:
            return
        ahead = self._ahead is not None
        renderer, handle = self._renderer, self._ahead if ahead else file.handle
        self._by_paper(
            lambda: float(renderer(ahead).skew(handle, page)), then, lambda _trouble: None,
            ahead=ahead,
        )  # fmt: skip

    def density(self, page: int, then: Callable[[float], None]) -> None:
        """Pixels of the page's scan to a point of the page; 0.0 for none. What goes wrong there
        is said with the page's picture."""
        file, renderer = self.file, self._renderer
        if file is not None:
            self._by_paper(
                lambda: float(renderer(False).scan_density(file.handle, page)), then,
                lambda _trouble: None, key=f"density-{id(self)}",
            )  # fmt: skip

    def turn(self, page: int, by: int) -> None:
        """Turn one page by 90, -90 or 180 degrees; kept as long as the material is open."""
        self.turns[page] = (self.turns.get(page, 0) + by) % 360

    def draw(
        self, wish: Wish, ahead: bool, then: Callable[[PagePicture], None],
        lost: Callable[[], None],
    ) -> None:  # fmt: skip
        """Draw one picture; ``lost`` is called where it cannot be drawn."""
        file = self.file
        if file is None:
            self.pictures.hold()
            return
        if ahead and not self._asked_ahead:
            self._open_ahead()
        ahead = ahead and self._ahead is not None
        renderer, handle = self._renderer, self._ahead if ahead else file.handle
        clip = None if wish.clip == WHOLE else wish.clip

        def arrived(picture: PagePicture) -> None:
            if not self._closed:
                self._answers()
                then(picture)

        def failed(trouble: Trouble) -> None:
            if self._closed:
                return
            if isinstance(trouble, Refusal):
                lost()
                return
            self._deaths[wish] = self._deaths.get(wish, 0) + 1
            self._interrupt(trouble)
            if self._deaths[wish] >= TRIES:
                lost()

        self._by_paper(
            lambda: renderer(ahead).page(
                handle, wish.page, wish.width_px, wish.turn, clip, clip is None and wish.loosely
            ),
            arrived, failed, ahead=ahead,
        )  # fmt: skip

    # -- inside ------------------------------------------------------------------------------

    def _interrupt(self, trouble: Trouble) -> None:
        """The renderer is gone: say so once, and ask again in a moment."""
        if self._closed:
            return
        self.pictures.hold()
        if not self._down:
            self._down = True
            self.interrupted.emit(trouble)
        QTimer.singleShot(AGAIN_MS, self._again)

    def _again(self) -> None:
        if self._closed:
            return
        if self.file is None:
            self.open()
            return
        self.pictures.go_on()

    def _answers(self) -> None:
        self.pictures.go_on_quietly()
        if self._down:
            self._down = False
            self.recovered.emit()

    def _by_paper(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[Trouble], None],
        key: str = "",
        ahead: bool = False,
    ) -> None:
        """Ask in a paper lane. Trouble comes back as a value: the frame shows it in its own bar,
        where the material is, and not across the whole window."""

        def deliver(answer: T | Trouble) -> None:
            if self._closed and key:
                return
            if isinstance(answer, Trouble):
                otherwise(answer)
            else:
                then(answer)

        self._lanes.paper(
            _answer_of(work), then=deliver, otherwise=otherwise, scope=self._owner, key=key,
            ahead=ahead,
        )  # fmt: skip


def _answer_of(work: Callable[[], T]) -> Callable[[], T | Trouble]:
    def answer() -> T | Trouble:
        try:
            return work()
        except (Refusal, Outage) as trouble:
            return trouble

    return answer
