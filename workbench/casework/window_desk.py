"""The window after the intake: answering demands, another item, withdrawing, a word across.

T08, E18, T28 and S118. Called by the intake screen and the command line. Files are looked at in the
same way as at intake; the original is never altered.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workbench.casework.acceptance import demand_lines
from workbench.casework.intake import material_body
from workbench.casework.intake_check import CheckedFile, Inspect, check_file
from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry
from workbench.rules.case_view import CaseView
from workbench.rules.intake_package import IntakeMaterial
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

LONGEST_MESSAGE: Final = 2_000


def material_of_demand(view: CaseView, number: int) -> str:
    """The material code that a demand of the one-time notice names; empty where it names none."""
    lines = [line for line in demand_lines(view) if line.get("no") == number]
    return str(lines[0].get("material", "")) if lines else ""


def look_at(path: Path, material: str, inspect: Inspect) -> CheckedFile:
    """One file that the applicant brought; outside the store lane. Refusal that names the file."""
    try:
        return check_file(path, IntakeMaterial(material, path.name), inspect)
    except Refusal as refusal:
        text = _("{file}: {reason}").format(file=path.name, reason=refusal.message)
        raise Refusal(
            refusal.code, text, _("Ask the applicant for a sound copy of this file.")
        ) from refusal


def answer_demand(
    session: Session, case: Case, number: int, file: CheckedFile, operation_id: str = ""
) -> Case:
    """T08: one demand of the notice, by its number, is answered with this file."""
    if session.put_content(file.path) != file.sha256:
        raise Refusal(
            "file_changed",
            _("{file} was changed while it was being taken in.").format(file=file.path.name),
            _("Wait until the file is complete, then add it again."),
        )
    body = {**material_body(file, session.who.login), "demand": number}
    entry = NewEntry("material", body)
    return propose(session, case, "answer_demand", {"demand": number}, [entry], operation_id)


def send_answer(session: Session, case: Case) -> Case:
    """T08: every demand is answered; the ten minutes start anew, the five days do not."""
    return propose(session, case, "answer_correction")


def withdraw(session: Session, case: Case, request: str) -> Case:
    """T28: on the applicant's written request, told by date and wording."""
    entry = NewEntry("ending_notice", {"request": request.strip()})
    return propose(session, case, "withdraw", entries=[entry])


def say(session: Session, case: Case, text: str, operation_id: str = "") -> Case:
    """S118: a message in the thread between window and department."""
    entry = NewEntry("message", {"text": text.strip()[:LONGEST_MESSAGE]})
    return propose(session, case, "send_message", {}, [entry], operation_id)


def change_item(
    session: Session,
    case: Case,
    item_code: str,
    situation: str = "",
    values: Mapping[str, str] | None = None,
    matches: Mapping[str, str] | None = None,
) -> Case:
    """E18: before acceptance, to another item of the same department; back at the window, where the
    check list is answered anew.

    ``values`` are what the new item's form asks for beside what stands there already. ``matches``
    says for which line of its list each paper counts (code of the paper to code of the line);
    without it, lines of the same name."""
    fields: dict[str, Any] = {"item_code": item_code, "situation": situation}
    if matches is not None:
        fields["matches"] = dict(matches)
    form = NewEntry("form", {"values": dict(values or {})})
    return propose(session, case, "change_item", fields, [form])
