"""``inspect_file`` and ``render_page``: one untrusted file, one child process, one clear answer.

Called by the command line and by intake. No page library is imported here, and nothing of the
file is parsed here: whatever the file does, it does to a child that is thrown away afterwards.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbench.paper.child import Child, ChildEnded, ChildRefused
from workbench.paper.reasons import reason, warning
from workbench.rules.materials import LIMITS, Inspection, PaperLimits
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

Facts = dict[str, Any]


def inspect_file(
    path: str | Path, password: str | None = None, limits: PaperLimits = LIMITS
) -> Inspection:
    """Say whether one file can be taken in, of what kind it is, and what to beware of.

    Never raises for a bad file: damage, traps, hangs and crashes are answers with a reason.
    Raises Outage only where no child process can be started at all.
    """
    with Inspector(limits) as inspector:
        return inspector.inspect(path, password)


def render_page(
    path: str | Path,
    page: int,
    dpi: float,
    out_png: str | Path,
    password: str | None = None,
    limits: PaperLimits = LIMITS,
) -> tuple[int, int]:
    """Draw ``page`` (from 1) at ``dpi`` into a PNG file; its width and height in pixels.

    A giant page comes out at a lower resolution. A page with nothing to see carries a note that
    says so. Raises Refusal (``paper.…``) for the file, the page or the place to write to.
    """
    source, out = Path(path), Path(out_png)
    if not 10 <= dpi <= limits.max_dpi:
        raise _refusal("bad-dpi", {"limit": limits.max_dpi})
    if out.exists() and source.exists() and out.samefile(source):
        raise _refusal("would-overwrite", {})
    if out.exists() and not out.is_file():
        raise _refusal("cannot-write", {})
    _stand(source, limits)
    part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    with Inspector(limits) as inspector:
        try:
            return inspector.render(source, page, dpi, part, out, password)
        finally:
            part.unlink(missing_ok=True)


class Inspector:
    """A child for inspections, started when first needed and again after each death."""

    def __init__(self, limits: PaperLimits = LIMITS) -> None:
        self._limits = limits
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def inspect(self, path: str | Path, password: str | None = None) -> Inspection:
        """One answer; never raises for a bad file."""
        name, file = str(path), Path(path)
        try:
            _stand(file, self._limits)
            asked = {"path": os.path.abspath(file), "password": password}
            found = self._ask("inspect", asked)
        except Refusal as refusal:
            return _refused(name, refusal)
        notes = tuple(warning(str(code), facts) for code, facts in found["notes"])
        pages = int(found["pages"])
        active = tuple(str(code) for code in found["active"])
        return Inspection(name, True, str(found["kind"]), pages, "", notes, active)

    def render(
        self, source: Path, page: int, dpi: float, part: Path, out: Path, password: str | None
    ) -> tuple[int, int]:
        """Draw into ``part`` and move it to ``out``. Raises Refusal."""
        asked = {
            "path": os.path.abspath(source),
            "password": password,
            "page": page,
            "dpi": dpi,
            "out": os.path.abspath(part),
            "blank_note": _("Nothing to see on this page"),
        }
        if not part.parent.is_dir() or not os.access(part.parent, os.W_OK):
            raise _refusal("cannot-write", {})
        drawn = self._ask("render", asked)
        try:
            os.replace(part, out)
        except OSError as err:
            raise _refusal("cannot-write", {}) from err
        return int(drawn["width"]), int(drawn["height"])

    def _ask(self, do: str, asked: Facts) -> Facts:
        """Ask the child; its death is a fault of the file, told as a Refusal."""
        seconds = self._limits.inspect_seconds
        child = self._running()
        try:
            return child.ask(do, seconds, **asked)
        except ChildRefused as no:
            raise _refusal(no.code, no.facts) from no
        except ChildEnded as gone:
            self.close()
            codes = {"hung": "too-slow", "memory": "too-much-memory"}
            limit = {"limit": int(seconds)}
            raise _refusal(codes.get(gone.why, "crashed"), limit) from gone

    def _running(self) -> Child:
        if self._child is None:
            try:
                self._child = Child(self._limits, with_pictures=False)
            except (OSError, ChildEnded, ChildRefused) as err:
                raise Outage(
                    "paper.no-reader",
                    _("The page reader cannot be started."),
                    _("Check memory and disk space, then try again."),
                ) from err
        return self._child


def _stand(path: Path, limits: PaperLimits) -> None:
    """Refuse what is no ordinary file of bearable size before any child touches it."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError) as err:
        raise _refusal("missing", {}) from err
    except (OSError, ValueError) as err:
        raise _refusal("unreadable", {}) from err
    if not stat.S_ISREG(found.st_mode):
        raise _refusal("not-a-file", {})
    if found.st_size > limits.max_bytes:
        raise _refusal("too-many-bytes", {"limit": limits.max_bytes // 1_000_000})


def _refusal(code: str, facts: Mapping[str, Any]) -> Refusal:
    message, remedy = reason(code, facts)
    return Refusal(f"paper.{code}", message, remedy)


def _refused(name: str, refusal: Refusal) -> Inspection:
    return Inspection(name, False, "", 0, str(refusal), code=refusal.code)
