"""The desk's page renderer: open, page, thumbnail, search, cancel, close. Blocking, with time-outs.

Called from the desk's *paper* lane (one worker thread); :meth:`Renderer.cancel` may come from any
thread. No page library is imported here: everything untrusted happens in one child process. When
that child dies, hangs or runs out of memory, the call in hand raises Outage once; the next call
starts a fresh child and opens its file again by itself, so handles stay good.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from workbench.paper.child import Child, ChildEnded, ChildRefused
from workbench.paper.drawn import WHOLE
from workbench.paper.picture_memory import sweep
from workbench.paper.reasons import reason, warning
from workbench.rules.materials import (
    LIMITS,
    Clip,
    Opened,
    PagePicture,
    PageSize,
    PaperLimits,
    StatedSeal,
    TextHit,
)
from workbench.rules.refusals import Cancelled, Outage, Refusal
from workbench.rules.words import _

_GRACE_SECONDS: Final = 1.5
"""How long work that was called off may still run before its child is thrown away."""
_PIXEL_BYTES: Final = {"RGB888": 3, "GRAY8": 1}
THUMBNAIL_PX: Final = 160
"""Width of a thumbnail; a scan decodes at an eighth for it."""


@dataclass(slots=True)
class _File:
    """What is needed to open a file again in a fresh child. The password stays in memory only."""

    path: str
    password: str | None
    pages: int = 0
    child: int = 0
    """The ordinal of the child that holds it open; 0 for none."""


class Renderer:
    """One page renderer with one child process."""

    def __init__(self, limits: PaperLimits = LIMITS) -> None:
        """Start nothing yet but remove what dead desks left in the shared memory."""
        self._limits = limits
        self._lock = threading.Lock()
        self._in_hand = False
        self._called_off = False
        self._files: dict[int, _File] = {}
        self._last_handle = 0
        self._child: Child | None = None
        self._child_number = 0
        sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def child_pid(self) -> int | None:
        """Process number of the living child, if there is one (fault report, tests)."""
        child = self._child
        return child.pid if child is not None and child.alive() else None

    def start(self) -> None:
        """Start the child early (after the first paint): its libraries take 0.3 s to load."""
        with self._lock:
            self._running()

    def stop(self) -> None:
        """End the child and forget all files."""
        self.cancel()
        with self._lock:
            self._files.clear()
            self._drop_child()

    def open(self, content_path: str | Path, password: str | None = None) -> Opened:
        """Open a file of the content store. Raises Refusal (``paper.…``), Outage, Cancelled."""
        with self._call():
            handle = self._last_handle = self._last_handle + 1
            file = _File(os.path.abspath(content_path), password)
            found = self._open(handle, file)
            self._files[handle] = file
        sizes = tuple(PageSize(float(w), float(h), int(r)) for w, h, r in found["sizes"])
        notes = tuple(warning(str(code), facts) for code, facts in found["notes"])
        active = tuple(str(code) for code in found["active"])
        seals = tuple(
            StatedSeal(str(name), str(maker), str(made_at), tuple(int(page) for page in pages))
            for name, maker, made_at, pages in found["seals"]
        )
        return Opened(handle, str(found["kind"]), len(sizes), sizes, notes, active, seals)

    def page(
        self, handle: int, page_no: int, width_px: int, rotate: int = 0, clip: Clip | None = None,
        loosely: bool = False,
    ) -> PagePicture:  # fmt: skip
        """Draw page ``page_no`` (from 1) so that the whole page is ``width_px`` pixels wide.

        ``rotate`` turns it clockwise by 0, 90, 180 or 270 degrees on top of its own rotation;
        ``clip`` is a part of the page as turned. What would be larger than the limit is drawn
        smaller: see ``page_width`` of the answer. ``loosely``: a whole scan may be up to half as
        wide again, for whoever paints it smaller anyway. Raises Refusal, Outage, Cancelled.
        """
        part = clip or WHOLE
        asked = {
            "handle": handle,
            "page": page_no,
            "width": max(1, int(width_px)),
            "turn": rotate % 360 // 90 * 90,
            "clip": [part.left, part.top, part.right, part.bottom],
            "loosely": loosely,
        }
        with self._call():
            drawn = self._ask_about(handle, "page", self._limits.page_seconds, asked)
            return self._picture(drawn)

    def thumbnail(self, handle: int, page_no: int, width_px: int = THUMBNAIL_PX) -> PagePicture:
        """The page small, for the strip beside the viewer. Raises as :meth:`page`."""
        return self.page(handle, page_no, width_px, loosely=True)

    def skew(self, handle: int, page_no: int) -> float:
        """Degrees clockwise by which the page is to be turned so that its lines stand level.

        -7.0 to 7.0, and 0.0 where it is level or nothing certain can be said. A turn by hand of
        90, 180 or 270 degrees on top changes nothing in it. Raises as :meth:`page`.
        """
        asked = {"handle": handle, "page": page_no}
        with self._call():
            found = self._ask_about(handle, "skew", self._limits.page_seconds, asked)
        return min(max(float(found["degrees"]), -7.0), 7.0)

    def scan_density(self, handle: int, page_no: int) -> float:
        """Pixels of the page's largest scan to a point (1/72 inch) of the page as it is shown; 0.0
        where the page holds none. Raises as :meth:`page`."""
        asked = {"handle": handle, "page": page_no}
        with self._call():
            found = self._ask_about(handle, "density", self._limits.page_seconds, asked)
        return float(found["density"])

    def search(self, handle: int, words: str) -> tuple[TextHit, ...]:
        """Places where ``words`` stand, ignoring case, in page order; scans have no text.

        Raises Refusal (OFD cannot be searched), Outage, Cancelled.
        """
        hits: list[TextHit] = []
        sought = words.strip()[:200]
        step, most = self._limits.search_batch, self._limits.max_hits
        with self._call():
            file = self._known(handle)
            for first in range(1, file.pages + 1 if sought else 1, step):
                asked = {
                    "handle": handle,
                    "words": sought,
                    "first": first,
                    "last": first + step - 1,
                    "most": most - len(hits),
                }
                found = self._ask_about(handle, "search", self._limits.search_seconds, asked)
                hits += [TextHit(int(page), *box) for page, *box in found["hits"]]
                if len(hits) >= most:
                    break
        return tuple(hits)

    def cancel(self) -> None:
        """From any thread: the call in hand, if any, raises Cancelled at once."""
        if self._in_hand:
            self._called_off = True
            child = self._child
            if child is not None:
                child.call_off()

    def close(self, handle: int) -> None:
        """Let a file go. Closing what is not open is no fault."""
        with self._lock:
            file = self._files.pop(handle, None)
            if file is None or self._child is None or file.child != self._child_number:
                return
            if self._child.alive():
                self._ask("close", self._limits.page_seconds, {"handle": handle})

    @contextmanager
    def _call(self) -> Iterator[None]:
        """One call at a time; a cancel meant for an earlier call does not hit this one."""
        with self._lock:
            self._called_off = False
            self._in_hand = True
            try:
                yield
            finally:
                self._in_hand = False

    def _known(self, handle: int) -> _File:
        file = self._files.get(handle)
        if file is None:
            message, remedy = reason("closed")
            raise Refusal("paper.closed", message, remedy)
        return file

    def _ask_about(self, handle: int, do: str, seconds: float, asked: dict[str, Any]) -> Any:
        """Ask about an open file, after opening it in this child where a former one had it."""
        file = self._known(handle)
        self._running()
        if file.child != self._child_number:
            self._open(handle, file)
        return self._ask(do, seconds, asked)

    def _open(self, handle: int, file: _File) -> dict[str, Any]:
        asked = {"handle": handle, "path": file.path, "password": file.password}
        found = self._ask("open", self._limits.open_seconds, asked)
        file.child, file.pages = self._child_number, len(found["sizes"])
        return found

    def _ask(self, do: str, seconds: float, asked: dict[str, Any]) -> dict[str, Any]:
        """One question to the child; its end becomes one Outage."""
        child = self._running()
        if self._called_off:
            raise Cancelled
        try:
            return child.ask(do, seconds, **asked)
        except ChildRefused as no:
            message, remedy = reason(no.code, no.facts)
            raise Refusal(f"paper.{no.code}", message, remedy) from no
        except ChildEnded as gone:
            self._drop_child()
            raise _outage(gone.why, seconds) from gone

    def _running(self) -> Child:
        """The living child, or a fresh one; one still busy with what was called off is ended."""
        if self._child is not None and not self._settled(self._child):
            self._drop_child()
        if self._child is None:
            try:
                self._child = Child(self._limits, with_pictures=True)
            except (OSError, ChildEnded, ChildRefused) as err:
                raise _outage("start", 0) from err
            self._child_number += 1
        return self._child

    def _settled(self, child: Child) -> bool:
        if not child.alive():
            return False
        try:
            return child.settle(_GRACE_SECONDS)
        except ChildEnded:
            return False

    def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _picture(self, drawn: dict[str, Any]) -> PagePicture:
        """The pixels out of the shared memory, after checking every figure the child gave."""
        child = self._child
        assert child is not None and child.memory is not None
        width, height, stride = int(drawn["width"]), int(drawn["height"]), int(drawn["stride"])
        step = _PIXEL_BYTES.get(str(drawn["format"]), 0)
        begin, size = int(drawn["at"]), stride * height
        inside = begin >= 0 and 0 < size <= child.memory.size - begin
        if not (step and 0 < width * step <= stride and inside):
            self._drop_child()
            raise _outage("died", 0)
        try:
            data = child.memory.read(begin, size)
        except OSError as err:
            self._drop_child()
            raise _outage("died", 0) from err
        return PagePicture(
            width, height, stride, str(drawn["format"]), int(drawn["page_width"]),
            int(drawn["page_height"]), bool(drawn["blank"]), data,
        )  # fmt: skip


def _outage(why: str, seconds: float) -> Outage:
    again = _("Try again; if it happens again with this file, ask for a new scan.")
    texts = {
        "hung": _("The page reader did not answer within {seconds} seconds and was restarted."),
        "memory": _("The page needs more memory than the page reader may use."),
        "start": _("The page reader cannot be started."),
    }
    text = texts.get(why, _("The page reader ended unexpectedly and was restarted."))
    return Outage(f"paper.reader-{why}", text.format(seconds=int(seconds)), again)
