"""The anchor: a file outside the database with one line for each closed day.

It is written by the one who closes a day and kept where whoever rules the database cannot reach:
on a stick, on another machine. Lines are only ever added. Called by ``workbench audit`` and the
desk of the audit administrator, through ``casework.audit.Anchor``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from workbench.rules.disk_words import cause
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _


class AnchorFile:
    """The anchor at that place; a file that is not there yet is an empty one.

    ``centre`` is the centre's folder: an anchor that lies in it is refused for writing
    (``anchor_inside``), because whoever changes the one could change the other.
    """

    def __init__(self, path: Path, centre: Path | None = None) -> None:
        self.path = path.expanduser().absolute()
        self._centre = centre.resolve() if centre is not None else None

    def lines(self) -> tuple[str, ...]:
        """Its lines, oldest first, without their ends. Outage where it cannot be read."""
        try:
            data = self.path.read_bytes() if self.path.exists() else b""
        except OSError as trouble:
            raise self._unreadable(trouble) from trouble
        return tuple(data.decode("utf-8", errors="backslashreplace").splitlines())

    def refuse_place(self) -> None:
        """Before anything is signed: Refusal ``anchor_inside``, Outage where nothing can be kept.
        """
        inside = self._centre is not None and self.path.resolve().is_relative_to(self._centre)
        if inside:
            raise Refusal(
                "anchor_inside",
                _("The anchor {name} lies in the centre's own folder, where it proves nothing.")
                .format(name=self.path.name),
                _("Keep it on a stick or another machine."),
            )  # fmt: skip
        try:
            with self.path.open("ab"):
                pass
        except OSError as trouble:
            raise self._unwritable(trouble) from trouble

    def append(self, lines: Sequence[str]) -> None:
        """Add these lines and have the disk keep them. Outage where it does not."""
        if not lines:
            return
        text = "".join(f"{one}\n" for one in lines)
        try:
            with self.path.open("a+b") as file:
                file.write(self._gap(file) + text.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as trouble:
            raise self._unwritable(trouble) from trouble

    @staticmethod
    def _gap(file: BinaryIO) -> bytes:
        """A line that was cut off stays what it is; the next one begins on its own."""
        end = file.seek(0, os.SEEK_END)
        if not end:
            return b""
        file.seek(end - 1)
        return b"" if file.read(1) == b"\n" else b"\n"

    def _unreadable(self, trouble: OSError) -> Outage:
        return Outage(
            "anchor_unreadable",
            _("The anchor {name} cannot be read: {said}.").format(
                name=self.path, said=cause(trouble)
            ),
            _("Put in the stick, or check the address, then try again."),
        )

    def _unwritable(self, trouble: OSError) -> Outage:
        return Outage(
            "anchor_unwritable",
            _("The anchor {name} cannot be written: {said}.").format(
                name=self.path, said=cause(trouble)
            ),
            _("Put in the stick, or check the address, then try again: lines that are missing are "
              "added then."),
        )  # fmt: skip
