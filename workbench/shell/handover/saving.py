"""Saving a hand-over list N24 as a PDF, composed by the same machinery as every document.

Called by :mod:`workbench.shell.handover.screen`. The list is Chinese whatever the screen speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtWidgets import QWidget

from workbench import settings
from workbench.casework.hand_over_list import TEMPLATE, list_values
from workbench.rules.catalogue import parse_template
from workbench.rules.composed_documents import refuse_unfit
from workbench.rules.hand_over import HandoverLine
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.workplace import Workplace


def save_list(
    work: Workplace, lines: Sequence[HandoverLine], path: Path, scope: QWidget,
    otherwise: Callable[[Trouble], None],
) -> None:  # fmt: skip
    """Compose in the errands lane; Refusal where a character of a note cannot be drawn."""
    compose = work.doors.compose
    at = work.clock.now()
    department = work.departments.get(lines[0].department)

    def name_of(login: str) -> str:
        person = work.people.get(login)
        return person.name_zh if person else login

    def save() -> Path:
        if compose is None:
            raise Refusal(
                "no_composer",
                _("Documents cannot be composed at this desk."),
                _("Save the list at another desk."),
            )
        chinese = settings.translations("zh_CN").gettext
        values = list_values(
            lines, department.name_zh if department else lines[0].department, name_of, chinese,
            work.calendar, at,
        )  # fmt: skip
        refuse_unfit(compose(parse_template(settings.load_template(TEMPLATE)), values, path))
        return path

    work.lanes.errand(
        save,
        then=lambda done: work.notices.say(_("Saved: {name}.").format(name=done.name)),
        otherwise=otherwise, scope=scope, label=_("Composing …"),
    )  # fmt: skip
