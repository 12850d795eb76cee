"""The child process that opens every untrusted file. Started by ``child``, never imported by it.

One thread, one question at a time, JSON lines in and out; pictures go through shared memory. It
confines itself before the first file. When memory runs out it says so and ends, because nothing
inside is certain any more; its parent starts another.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from workbench.paper import limits as system
from workbench.paper.drawn import WHOLE, Document, Drawn, Found, Note, PageTrouble
from workbench.paper.picture_memory import PictureMemory
from workbench.paper.recognise import recognise, wrongly_named
from workbench.rules.materials import LIMITS, Clip, Kind, PageSize, PaperLimits

Facts = dict[str, Any]


class Reader:
    """What the child knows: its limits, its shared memory, the files it holds open."""

    def __init__(self) -> None:
        self.limits: PaperLimits = LIMITS
        self.memory: PictureMemory | None = None
        self.open: dict[int, Document] = {}
        self.verbs: dict[str, Callable[[Facts], Facts]] = {
            "hello": self.hello,
            "inspect": self.inspect,
            "render": self.render,
            "open": self.open_file,
            "page": self.page,
            "skew": self.skew,
            "density": self.density,
            "search": self.search,
            "close": self.close,
        }

    def hello(self, asked: Facts) -> Facts:
        """Take the limits and the shared memory; load the libraries while nobody waits."""
        self.limits = PaperLimits(**asked["limits"])
        if asked["memory"]:
            self.memory = PictureMemory.attach(Path(asked["memory"]), asked["size"])
            system.lower_priority()
        import pymupdf  # noqa: F401  before the limit, so that a small one hits files only
        from PIL import Image  # noqa: F401

        system.confine(self.limits.memory_mb + asked["size"] // 1_048_576)
        return {}

    def inspect(self, asked: Facts) -> Facts:
        """Recognise, open and look at one file."""
        path = Path(asked["path"])
        kind = self._recognised(path)
        notes = [Note("wrong-name", {"kind": kind})] if wrongly_named(path, kind) else []
        with contextlib.closing(load(path, kind, asked["password"], self.limits)) as document:
            found = document.examine(self.limits.check_seconds)
        found.notes[:0] = notes
        return {"kind": kind.value, **_found(found)}

    def render(self, asked: Facts) -> Facts:
        """Draw one page into a PNG file."""
        from workbench.paper.png_writing import write_png

        path = Path(asked["path"])
        kind = self._recognised(path)
        with contextlib.closing(load(path, kind, asked["password"], self.limits)) as document:
            sizes = document.sizes()
            number = int(asked["page"])
            if not 1 <= number <= len(sizes):
                raise PageTrouble("no-such-page", page=number, pages=len(sizes))
            width = max(1, round(sizes[number - 1].width_pt * asked["dpi"] / 72.0))
            drawn = document.draw(number, width, 0, WHOLE)
            write_png(drawn, Path(asked["out"]), asked["dpi"], asked["blank_note"])
        return {"width": drawn.width, "height": drawn.height, "blank": drawn.blank}

    def open_file(self, asked: Facts) -> Facts:
        """Hold a file open under the handle that the parent chose."""
        path = Path(asked["path"])
        kind = self._recognised(path)
        document = load(path, kind, asked["password"], self.limits)
        try:
            sizes = [_size(size) for size in document.sizes()]
            found = document.brief(min(2.0, self.limits.open_seconds / 4))
        except BaseException:
            document.close()
            raise
        self.open[int(asked["handle"])] = document
        seals = [[seal.name, seal.maker, seal.made_at, seal.pages] for seal in found.seals]
        return {"kind": kind.value, "sizes": sizes, "seals": seals, **_found(found)}

    def page(self, asked: Facts) -> Facts:
        """Draw one page or part of it into the shared memory."""
        document = self._document(asked)
        clip = Clip(*asked["clip"])
        loosely = bool(asked["loosely"])
        into = self.memory.map if self.memory is not None else None
        drawn = document.draw(asked["page"], asked["width"], asked["turn"], clip, loosely, into)
        return {
            "at": self._hand_over(drawn),
            "width": drawn.width,
            "height": drawn.height,
            "stride": drawn.stride,
            "format": drawn.format,
            "page_width": drawn.page_width,
            "page_height": drawn.page_height,
            "blank": drawn.blank,
        }

    def skew(self, asked: Facts) -> Facts:
        """How crooked the page lies, from a small picture of it."""
        from workbench.paper.skew import WIDE, skew_of

        whole = self._document(asked).draw(asked["page"], WIDE, 0, WHOLE, True)
        return {"degrees": skew_of(whole)}

    def density(self, asked: Facts) -> Facts:
        """How fine the scan of the page is."""
        return {"density": self._document(asked).density(asked["page"])}

    def search(self, asked: Facts) -> Facts:
        """Places of the words on a batch of pages."""
        document = self._document(asked)
        hits = document.search(asked["words"], asked["first"], asked["last"], asked["most"])
        return {"hits": [[page, *box] for page, box in hits]}

    def close(self, asked: Facts) -> Facts:
        """Let a file go; closing twice is no fault."""
        document = self.open.pop(int(asked["handle"]), None)
        if document is not None:
            document.close()
        return {}

    def _recognised(self, path: Path) -> Kind:
        kind = recognise(path)
        if not isinstance(kind, Kind):
            raise PageTrouble(kind)
        return kind

    def _document(self, asked: Facts) -> Document:
        document = self.open.get(int(asked["handle"]))
        if document is None:
            raise PageTrouble("closed")
        return document

    def _hand_over(self, drawn: Drawn) -> int:
        """See to it that the pixels stand in the shared memory; where they begin in it."""
        assert self.memory is not None
        if drawn.at >= 0:
            return drawn.at
        size = drawn.stride * drawn.height
        if size > self.memory.size:
            raise MemoryError("picture larger than the shared memory")
        self.memory.map[:size] = memoryview(drawn.pixels)[:size]
        return 0


def load(path: Path, kind: Kind, password: str | None, limits: PaperLimits) -> Document:
    """Open a recognised file. Raises PageTrouble. The libraries load here, not at the top."""
    if kind is Kind.PDF:
        from workbench.paper.pdf_pages import PdfDocument

        return PdfDocument(path, password, limits)
    if kind is Kind.OFD:
        from workbench.paper.ofd_outline import OfdDocument

        return OfdDocument(path, limits)
    from workbench.paper.image_pages import ImageDocument

    return ImageDocument(path, kind, limits)


def answer(reader: Reader, asked: Facts) -> Facts:
    """The answer to one question. Every fault of a file becomes a code; nothing is swallowed."""
    system.arm_alarm(float(asked["seconds"]))
    try:
        return {"value": reader.verbs[asked["do"]](asked)}
    except PageTrouble as trouble:
        return {"refused": trouble.code, "facts": trouble.facts}
    except MemoryError:
        return {"memory": True}
    except FileNotFoundError:
        return {"refused": "missing"}
    except OSError as err:
        # errno 12: the address space is at its limit while a file is mapped
        return {"memory": True} if err.errno == 12 else {"refused": "unreadable"}
    except Exception as err:
        # any exception type at all may come out of a parser fed with a hostile file; the place
        # is told, so that a bug of ours is not taken for damage
        return {"refused": "crashed", "facts": {"fault": _place(err)}}
    finally:
        system.disarm_alarm()


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until the parent closes the pipe, or memory ran out."""
    reader = Reader()
    for line in questions:
        asked = json.loads(line)
        body = answer(reader, asked)
        answers.write(json.dumps({"id": asked["id"], **body}).encode() + b"\n")
        answers.flush()
        if body.get("memory"):
            return


def _place(err: Exception) -> str:
    """The exception's type and our own last line on its way, without its text (file content)."""
    steps = traceback.extract_tb(err.__traceback__)
    frames = [step for step in steps if Path(step.filename).parent.name == "paper"]
    at = f" {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(err).__name__ + at


def _found(found: Found) -> Facts:
    notes = [[note.code, note.facts] for note in found.notes]
    return {"pages": found.pages, "notes": notes, "active": found.active}


def _size(size: PageSize) -> list[float]:
    return [round(size.width_pt, 3), round(size.height_pt, 3), size.rotation]


def main() -> None:
    """Keep the answers' pipe to ourselves: a library that prints must not spoil an answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
