"""How a step is carried out from the case screen: file looked at, content stored, move made.

Used by the step card and by :class:`workbench.shell.case.desk.CaseDesk`, so a department's pane and
our own forms take the same road. The operation id is made before the call: *try again* after a lost
connection carries the step out once. All of it happens in the lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QWidget

from workbench.casework import archive
from workbench.casework.completing import carry_out
from workbench.casework.moving import new_operation
from workbench.rules.case import NewEntry
from workbench.rules.case_view import CaseView
from workbench.rules.materials import Inspection
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.case.step_forms import File
from workbench.shell.workplace import Workplace

Then = Callable[[CaseView | None], None]
Otherwise = Callable[[Trouble], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One step somebody wants to take."""

    view: CaseView
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    entries: Sequence[NewEntry] = ()
    file: File | None = None
    operation_id: str = field(default_factory=new_operation)


class Mover:
    """Carries steps out for one screen; ``scope`` is the widget whose end silences the answers."""

    def __init__(self, work: Workplace, scope: QWidget) -> None:
        self.work = work
        self.scope = scope

    def make(
        self,
        wanted: Wanted,
        then: Then,
        otherwise: Otherwise,
        after: Callable[[], None] | None = None,
    ) -> None:
        """Make the move; ``then`` gets the case as it is afterwards, ``None`` where it is not
        visible any more. ``after`` is called at the end, however it ended."""
        if wanted.file is None:
            self._change(wanted, (), then, otherwise, after)
            return
        file = wanted.file

        def looked_at(body: dict[str, Any]) -> None:
            self._change(wanted, (body,), then, otherwise, after)

        def refused(trouble: Trouble) -> None:
            otherwise(trouble)
            if after is not None:
                after()

        self.work.lanes.errand(
            lambda: self._look_at(file), then=looked_at, otherwise=refused, scope=self.scope,
            label=_("Checking the file …"),
        )  # fmt: skip

    def _look_at(self, file: File) -> dict[str, Any]:
        """In the errands lane: a child process looks at the file; its answer is the entry's body
        but for the hash. Raises Refusal where the file cannot be taken in."""
        inspect = self.work.doors.inspect
        if inspect is None:
            raise Refusal(
                "no_inspection",
                _("Files cannot be checked at this desk."),
                _("Ask the window to take the file in."),
            )
        found: Inspection = inspect(file.path)
        if not found.accepted:
            raise Refusal(found.code or "file_refused", f"{file.path.name}: {found.reason}")
        return {
            "code": file.code,
            "file": file.path.name,
            "bytes": file.path.stat().st_size,
            "kind": found.kind,
            "pages": found.pages,
        }

    def _change(
        self,
        wanted: Wanted,
        bodies: Sequence[dict[str, Any]],
        then: Then,
        otherwise: Otherwise,
        after: Callable[[], None] | None,
    ) -> None:
        session, case = self.work.session, wanted.view.case
        path: Path | None = wanted.file.path if wanted.file is not None else None

        def change() -> CaseView | None:
            entries = list(wanted.entries)
            for body in bodies:
                assert path is not None
                full = {**body, "sha256": session.put_content(path)}
                entries.append(NewEntry("material", full))
            if wanted.name == "archive":
                archive.archive(session, wanted.view)
                return session.case_view(case.case_no)
            made = carry_out(
                session, case, wanted.name, wanted.fields, entries, wanted.operation_id
            )
            return session.case_view(made.follow_up_no or case.case_no)

        def done(now: CaseView | None) -> None:
            self.work.notices.say(
                _("{number}: {step} done.").format(
                    number=case.short_no, step=label(wanted.name)
                )
            )
            then(now)

        self.work.lanes.change(
            change, then=done, otherwise=otherwise, after=after, scope=self.scope,
            label=label(wanted.name),
        )  # fmt: skip
