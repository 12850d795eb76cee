"""Taking in a folder of packages at the window: T01, T02, T03 for each, nothing half-imported.

Called by the intake screen and the command line. All files of a package are looked at before the
first write (:mod:`workbench.casework.intake_check`). Registering is one move with form and all
materials; what breaks off after it leaves a draft, which the same package goes on with at the next
try, because its operation ids come from the package id. Two tries never make two cases (S003).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from workbench.casework.intake_check import (
    Checked,
    CheckedFile,
    Inspect,
    check_package,
    package_folders,
)
from workbench.casework.moving import propose
from workbench.casework.open_cases import OpenCases, masked_name
from workbench.casework.ports import Session
from workbench.rules.case import Case, Move, NewEntry, Part, State
from workbench.rules.catalogue import (
    NOT_FROM_APPLICANT,
    ItemVersion,
    MaterialSource,
    MaterialSpec,
    NeedKind,
)
from workbench.rules.duty_roster import representatives_on_duty
from workbench.rules.identifiers import numbered_under
from workbench.rules.intake_package import IntakePackage
from workbench.rules.moment import stamp
from workbench.rules.refusals import Cancelled, Refusal, Trouble
from workbench.rules.words import N_, _, listed, pick

Progress = Callable[[int, int, str], None]
"""(packages done, packages in all, name of the one that is next)."""


class Outcome(StrEnum):
    """How it went for one package."""

    TAKEN_IN = "taken_in"
    CONTINUED = "continued"
    ALREADY = "already"
    REFUSED = "refused"
    CALLED_OFF = "called_off"


OUTCOMES: Final = {
    Outcome.TAKEN_IN: N_("package taken in"), Outcome.CONTINUED: N_("package continued"),
    Outcome.ALREADY: N_("package already there"), Outcome.REFUSED: N_("package refused"),
    Outcome.CALLED_OFF: N_("package not begun"),
}  # fmt: skip


def outcome_word(outcome: Outcome) -> str:
    """The outcome for a person to read. In English the code itself is a plain word."""
    return pick(_(OUTCOMES[outcome]), outcome.value)


@dataclass(frozen=True, slots=True)
class PackageReport:
    """One line for the clerk: what became of one package, in plain words."""

    folder: str
    outcome: Outcome
    text: str
    remedy: str = ""
    code: str = ""
    case_no: str = ""
    short_no: str = ""
    warnings: tuple[str, ...] = ()


def intake_folder(
    session: Session,
    folder: Path,
    inspect: Inspect,
    on_progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[PackageReport, ...]:
    """Take in every package of the folder; one that is refused stops none of the others.

    Raises Refusal only where the folder itself cannot be used (``no_packages``).
    """
    folders = package_folders(folder)
    items = catalogue(session)
    twins = OpenCases(session)
    reports = []
    for done, one in enumerate(folders):
        on_progress(done, len(folders), one.name)
        reports.append(_one(session, one, items, inspect, cancelled, twins))
    on_progress(len(folders), len(folders), "")
    return tuple(reports)


def _one(
    session: Session,
    folder: Path,
    items: Mapping[str, ItemVersion],
    inspect: Inspect,
    cancelled: Callable[[], bool],
    twins: OpenCases,
) -> PackageReport:
    if cancelled():
        return called_off(folder.name)
    try:
        checked = check_package(folder, items, inspect, cancelled)
        return write_package(session, checked, twins)
    except Cancelled:
        return called_off(folder.name)
    except Trouble as trouble:
        return refused(folder.name, trouble)


def catalogue(session: Session) -> dict[str, ItemVersion]:
    """Item code to its newest version, abolished ones too."""
    return {item.item_code: item for item in session.items()}


def called_off(folder: str) -> PackageReport:
    """The report for a package that was not begun."""
    text = _("{package} was not begun.").format(package=folder)
    return PackageReport(folder, Outcome.CALLED_OFF, text, _("Take the folder in again."))


def refused(folder: str, trouble: Trouble) -> PackageReport:
    """The report for a package of which nothing was kept."""
    return PackageReport(folder, Outcome.REFUSED, trouble.message, trouble.remedy, trouble.code)


def write_package(
    session: Session, checked: Checked, twins: OpenCases | None = None
) -> PackageReport:
    """Register, receive and push a checked package (T01, T02, T03), or find it already there.

    Raises Refusal or Outage while nothing has been registered; afterwards the report says where the
    draft stands, and the same package goes on with it.
    """
    twins = twins or OpenCases(session)
    for file in checked.files:
        if session.put_content(file.path) != file.sha256:
            raise Refusal(
                "file_changed",
                _("{package}: {file} was changed while it was being taken in.").format(
                    package=checked.folder, file=file.material.file
                ),
                _("Wait until the file is complete, then take the package in again."),
            )
    case = _registered(session, checked)
    if case.state not in (State.DRAFT, State.RECEIVED):
        return _already(session, checked, case)
    outcome = Outcome.CONTINUED if case.state is State.RECEIVED else Outcome.TAKEN_IN
    _refuse_other_content(session, checked, case)
    doubles = twins.warnings(checked, case.case_no)
    try:
        case = _receive_and_push(session, checked, case)
    except Trouble as trouble:
        return _broken_off(checked, case, trouble)
    twins.add(case)
    text = _("Taken in as {number}, pushed at {at}.").format(
        number=case.short_no, at=stamp(case.pushed_at) if case.pushed_at else "?"
    )
    everything = (*doubles, *checked.warnings, *_missing(checked), *_duty(session, case))
    return PackageReport(
        checked.folder, outcome, text, "", "", case.case_no, case.short_no, everything
    )


def _registered(session: Session, checked: Checked) -> Case:
    """T01, or the case of an earlier try by the same clerk (S003)."""
    package = checked.package
    name = masked_name(package.applicant)
    try:
        return session.register(_registration(session, checked), name, package.package_id)
    except Refusal as trouble:
        if trouble.code != "operation_reused":
            raise
        raise Refusal(
            "package_taken",
            _("{package}: somebody else has taken in this package already.").format(
                package=checked.folder
            ),
            _("Nothing has to be done: the case goes on with whoever took it in."),
        ) from trouble


def _operation(package: IntakePackage, verb: str) -> str:
    """The same id at every try, so that a retry carries nothing out twice."""
    text = f"intake\0{package.package_id}\0{verb}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _registration(session: Session, checked: Checked) -> Move:
    package = checked.package
    fields = {
        "item_code": package.item_code,
        "situation": package.situation if checked.item.situations else "",
        "channel": package.channel,
        "package_id": package.package_id,
    }
    if package.registrar:
        # Recorded only: the registrar of the case is the signed-in clerk.
        fields["named_registrar"] = package.registrar
    entries = [NewEntry("form", form_body(package))]
    entries += [NewEntry("material", material_body(f, session.who.login)) for f in checked.files]
    return Move("register", fields, tuple(entries), operation_id=_operation(package, "register"))


def form_body(package: IntakePackage) -> dict[str, Any]:
    """The part ``form``: ``applicant``, ``values`` by field code, ``delivery``."""
    applicant = package.applicant
    body: dict[str, Any] = {
        "kind": applicant.kind,
        "name": applicant.name,
        "id_number": applicant.id_number,
        "phone": applicant.phone,
        "address": applicant.address,
    }
    if applicant.legal_representative:
        body["legal_representative"] = applicant.legal_representative
        body["legal_representative_id"] = applicant.legal_representative_id
    if applicant.agent is not None:
        agent = applicant.agent
        body["agent"] = {
            "name": agent.name,
            "id_number": agent.id_number,
            "authority": agent.authority,
        }
    delivery = package.delivery
    return {
        "applicant": body,
        "values": package.form_values(),
        "delivery": {
            "manner": delivery.manner,
            "receiver": delivery.receiver,
            "address": delivery.address,
        },
    }


def material_body(file: CheckedFile, clerk: str = "") -> dict[str, Any]:
    """One entry of the part ``materials``: what it is, and the hash of its bytes."""
    body: dict[str, Any] = {
        "code": file.material.code,
        "file": file.material.file,
        "sha256": file.sha256,
        "bytes": file.size,
        "kind": file.found.kind,
        "pages": file.found.pages,
        "copies": file.material.copies,
        "original_checked": file.material.original_checked,
    }
    if file.material.original_checked:
        body["checked_by"] = clerk
    return body


def check_list(checked: Checked, clerk: str) -> dict[str, Any]:
    """The answers of T03: one line a material of the item's list, and how the applicant is known.

    ``answer`` is ``handed_in``, ``shared`` (to be had by sharing, R38), ``not_needed`` or
    ``missing``. What is missing is pushed all the same: to say so once is the department's (R10).
    """
    there = {file.material.code for file in checked.files}
    situation = checked.package.situation
    answers = [
        {"code": spec.code, "name_zh": spec.name_zh, "answer": _answer(spec, there, situation)}
        for spec in checked.item.materials
        if spec.source not in NOT_FROM_APPLICANT
    ]
    answers.append({"code": "applicant", "name_zh": "申请人身份", "answer": "identified"})
    return {"answers": answers, "answered_by": clerk}


def _answer(spec: MaterialSpec, there: set[str], situation: str) -> str:
    if spec.code in there:
        return "handed_in"
    in_situation = situation in spec.situations
    if not in_situation and (spec.situations or spec.need is NeedKind.SITUATION):
        return "not_needed"
    return "shared" if spec.source is MaterialSource.SHARED else "missing"


def _missing(checked: Checked) -> Iterator[str]:
    lines = check_list(checked, "")["answers"]
    names = {spec.code: pick(spec.name_zh, spec.name_en) for spec in checked.item.materials}
    missing = [names[line["code"]] for line in lines if line["answer"] == "missing"]
    if missing:
        yield _("Not handed in: {list}. The department will say so once.").format(
            list=listed(missing)
        )


def _receive_and_push(session: Session, checked: Checked, case: Case) -> Case:
    package = checked.package
    if case.state is State.DRAFT:
        case = propose(session, case, "receive", operation_id=_operation(package, "receive"))
    answers = NewEntry("checklist", check_list(checked, session.who.login))
    return propose(
        session, case, "push", entries=[answers], operation_id=_operation(package, "push")
    )


def _broken_off(checked: Checked, case: Case, trouble: Trouble) -> PackageReport:
    text = _("Registered as {number}, but not yet pushed: {why}").format(
        number=case.short_no, why=trouble.message
    )
    remedy = _("Take the same package in again: it goes on with this case.")
    return PackageReport(
        checked.folder, Outcome.REFUSED, text, remedy, trouble.code, case.case_no, case.short_no
    )


def _already(session: Session, checked: Checked, case: Case) -> PackageReport:
    _refuse_other_content(session, checked, case)
    text = _("Already taken in as {number}.").format(number=case.short_no)
    return PackageReport(checked.folder, Outcome.ALREADY, text, "", "", case.case_no, case.short_no)


def _refuse_other_content(session: Session, checked: Checked, case: Case) -> None:
    """A package id that was used before must mean the same application, not another one."""
    view = session.case_view(case.case_no)
    if view is None or Part.FORM not in view.parts:
        return
    first = next(iter(view.of(Part.FORM, "form")), None)
    body = first.body if first else {}
    same = body.get("applicant", {}).get("id_number") == checked.package.applicant.id_number
    registered = numbered_under(case.case_no, checked.package.item_code)
    if (registered or case.item_code == checked.package.item_code) and same:
        return
    raise Refusal(
        "package_id_used",
        _("{package}: its package_id already belongs to another application ({number}).").format(
            package=checked.folder, number=case.short_no
        ),
        _("Ask whoever made the package to give it a package_id of its own."),
    )


def _duty(session: Session, case: Case) -> Iterator[str]:
    """V23 and E09: pushing stays allowed, the clerk is told what the ten minutes run into."""
    at = case.pushed_at or session.moment()
    if not session.calendar().is_open(at):
        yield _("The office is closed: the ten minutes count from the next opening.")
        return
    if not representatives_on_duty(session.roster([case.department]), case.department, at):
        yield _("No representative is on duty in this department now; the ten minutes run.")
