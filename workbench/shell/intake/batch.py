"""One folder of packages on its way in: looked at in the errands lane, written in the store lane.

Package after package, so that the desk stays quick and *cancel* takes effect between two files. A
package whose writing has begun is finished. Used by the intake screen alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.casework.intake import (
    PackageReport,
    called_off,
    catalogue,
    refused,
    write_package,
)
from workbench.casework.intake_check import Checked, Inspect, check_package, package_folders
from workbench.casework.open_cases import OpenCases
from workbench.rules.catalogue import ItemVersion
from workbench.rules.refusals import Cancelled, Refusal, Trouble
from workbench.shell.workplace import Workplace

T = TypeVar("T")


class IntakeBatch(QObject):
    """See the module. Made for one folder; :meth:`begin` starts it."""

    progressed = pyqtSignal(int, int, str)
    """(packages done, packages in all, name of the one in hand)."""
    reported = pyqtSignal(object)
    """A :class:`PackageReport`."""
    ended = pyqtSignal()
    failed = pyqtSignal(object)
    """The folder itself could not be used: a Refusal. ``ended`` follows."""

    def __init__(self, work: Workplace, folder: Path, inspect: Inspect, owner: QWidget) -> None:
        super().__init__(owner)
        self._work = work
        self._folder = folder
        self._inspect = inspect
        self._owner = owner
        self._off = threading.Event()
        self._folders: tuple[Path, ...] = ()
        self._items: dict[str, ItemVersion] = {}
        self._twins: OpenCases | None = None
        self._done = 0

    def begin(self) -> None:
        """List the packages, read the catalogue, then take one after the other."""
        self._work.lanes.errand(
            lambda: package_folders(self._folder),
            then=self._listed,
            otherwise=self._unusable,
            scope=self._owner,
        )

    def call_off(self) -> None:
        """No further package is begun; the one being written is finished."""
        self._off.set()

    def _unusable(self, trouble: Trouble) -> None:
        self.failed.emit(trouble)
        self.ended.emit()

    def _listed(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        session = self._work.session
        self._work.lanes.ask(
            lambda: (catalogue(session), OpenCases(session)),
            then=self._known,
            otherwise=self._unusable,
            scope=self._owner,
        )

    def _known(self, answer: tuple[dict[str, ItemVersion], OpenCases]) -> None:
        self._items, self._twins = answer
        self._next()

    def _next(self) -> None:
        if self._done >= len(self._folders):
            self.progressed.emit(self._done, len(self._folders), "")
            self.ended.emit()
            return
        folder = self._folders[self._done]
        self.progressed.emit(self._done, len(self._folders), folder.name)
        if self._off.is_set():
            self._report(called_off(folder.name))
            return
        self._work.lanes.errand(
            _as_answer(lambda: check_package(folder, self._items, self._inspect, self._off.is_set)),
            then=lambda answer: self._checked(folder.name, answer),
            otherwise=lambda trouble: self._report(refused(folder.name, trouble)),
            scope=self._owner,
        )

    def _checked(self, name: str, answer: Checked | Trouble) -> None:
        if isinstance(answer, Trouble):
            self._troubled(name, answer)
            return
        session, twins = self._work.session, self._twins
        self._work.lanes.change(
            _as_answer(lambda: write_package(session, answer, twins)),
            then=lambda report: self._written(name, report),
            otherwise=lambda trouble: self._report(refused(name, trouble)),
            scope=self._owner,
        )

    def _written(self, name: str, answer: PackageReport | Trouble) -> None:
        if isinstance(answer, Trouble):
            self._troubled(name, answer)
        else:
            self._report(answer)

    def _troubled(self, name: str, trouble: Trouble) -> None:
        off = isinstance(trouble, Cancelled)
        self._report(called_off(name) if off else refused(name, trouble))

    def _report(self, report: PackageReport) -> None:
        self._done += 1
        self.reported.emit(report)
        self._next()


def _as_answer(work: Callable[[], T]) -> Callable[[], T | Trouble]:
    """Trouble as an answer: it belongs into the report of its package, not into a banner."""

    def answer() -> T | Trouble:
        try:
            return work()
        except (Refusal, Cancelled) as trouble:
            return trouble

    return answer
