"""The steps of the flow as the case screen offers them: order, keys, what each form asks.

Data only. What a form asks is read off the flow's own row (its guards, fields and entries), so a
move that nobody drew a form for can be made all the same; this file adds labels and kinds of field.
Called by ``steps`` and ``step_forms``; a test walks every row of the flow against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from workbench.rules.conditions import (
    Ahead,
    All,
    Between,
    Condition,
    Differ,
    Either,
    Given,
    Not,
    OneOf,
)
from workbench.rules.effects import AdvanceTask
from workbench.rules.flow_words import Transition
from workbench.rules.refusal_words import label
from workbench.rules.words import N_, _

MAIN: Final = (
    "take_over", "receive", "push", "accept", "request_correction",
    "request_correction_at_window", "return_correction", "answer_demand", "answer_correction",
    "return_application", "hand_back", "serve_acceptance_notice", "confirm_transfer",
    "decline_transfer",
    "refuse_acceptance", "record_survey", "confirm_survey", "answer_opinion", "submit_opinion",
    "assign_reviewer", "assign_survey", "hold_hearing", "fix_hearing", "request_hearing",
    "waive_hearing", "grant", "refuse", "send_back", "grant_by_meeting",
    "refuse_by_meeting", "approve_extension", "decline_extension", "terminate", "prepare_result",
    "request_seal", "confirm_void", "decline_void", "issue", "record_acknowledgement", "close",
    "archive", "stamp", "return_stamping", "release_quarantine",
)  # fmt: skip
"""Steps on the main line, in the order in which they are offered; the others stand behind them."""

SIDE: Final = (
    "claim", "release", "hand_over", "ask_opinions", "tell_hearing_rights", "order_hearing",
    "suspend", "resume", "call_meeting",
    "request_extension", "propose_termination", "propose_transfer", "correct_form", "change_item",
    "withdraw",
    "propose_void", "withdraw_void",
    "quarantine", "propose_release",
)  # fmt: skip
"""Steps beside it: behind *More steps*."""

NOT_OF_THIS_CASE: Final = frozenset(
    {
        "no_first_notice", "not_parallel", "not_major", "no_transfer", "no_extension_asked",
        "no_termination_asked", "no_void_asked", "no_release_asked", "demand_unknown",
        "notice_served", "handed_back", "check_not_delegated", "hearing_not_told",
        "hearing_not_asked", "hearing_not_fixed",
        "nothing_handed_over", "void_not_yours",
    }
)  # fmt: skip
"""Refusals that say no more than that the step does not come up here: told behind *More steps*."""

BY_OTHER_MEANS: Final = frozenset(
    {"send_message", "attach_material", "register", "begin_after_transfer"}
)
"""The thread, the list of materials and the intake screen make these."""

BY_ITSELF: Final = frozenset(
    {"deem_accepted", "accept_by_silence", "deem_opinion", "collect_opinions", "note_overdue",
     "lapse_claim", "lapse_hearing_right"}
)
"""The system's own (domain 3.1, SYS): derived, never chosen."""

ELSEWHERE: Final = {
    "issue": "issuing", "record_acknowledgement": "issuing", "close": "issuing",
    "stamp": "seal_desk", "return_stamping": "seal_desk",
}  # fmt: skip
"""Steps that a screen of their own takes."""

PROOF: Final = frozenset({"prepare_result", "request_seal"})
"""Both are taken on the proof page: what was shown is what is frozen (T21, T22)."""

KEYS: Final = {
    "accept": "Ctrl+Shift+A", "request_correction": "Ctrl+Shift+C",
    "request_correction_at_window": "Ctrl+Shift+C",
    "return_correction": "Ctrl+Shift+C", "refuse_acceptance": "Ctrl+Shift+X",
    "submit_opinion": "Ctrl+Shift+O", "grant": "Ctrl+Shift+G", "refuse": "Ctrl+Shift+J",
    "send_back": "Ctrl+Shift+B", "prepare_result": "Ctrl+Shift+D",
    "request_seal": "Ctrl+Shift+D", "claim": "Ctrl+Shift+L", "release": "Ctrl+Shift+K",
    "hand_over": "Ctrl+Shift+H", "take_over": "Ctrl+Shift+T",
    "assign_reviewer": "Ctrl+Shift+V",
    "assign_survey": "Ctrl+Shift+S", "record_survey": "Ctrl+Shift+R",
    "confirm_survey": "Ctrl+Shift+R", "answer_demand": "Ctrl+Shift+N",
    "answer_correction": "Ctrl+Shift+W", "push": "Ctrl+Shift+P", "suspend": "Ctrl+Shift+Y",
    "answer_opinion": "Ctrl+Shift+O",
}  # fmt: skip
"""Not Alt and a letter: those are the mnemonics of a department's own pane."""

VERBS: Final = {
    "accept": N_("Accept"), "request_correction": N_("Correction notice"),
    "request_correction_at_window": N_("Correction notice"),
    "return_correction": N_("Return unmet demands"), "refuse_acceptance": N_("Not accept"),
    "receive": N_("Take in"), "push": N_("Push to department"),
    "answer_demand": N_("Answer a demand"), "answer_correction": N_("Correction answered"),
    "return_application": N_("Return application"), "confirm_transfer": N_("Confirm transfer"),
    "decline_transfer": N_("Decline transfer"), "assign_reviewer": N_("Assign reviewer"),
    "assign_survey": N_("Assign survey"), "record_survey": N_("Record survey"),
    "confirm_survey": N_("Confirm survey record"), "answer_opinion": N_("Give opinion"),
    "submit_opinion": N_("Submit opinion"), "grant": N_("Grant"), "refuse": N_("Refuse"),
    "send_back": N_("Send back to review"), "grant_by_meeting": N_("Grant by meeting"),
    "refuse_by_meeting": N_("Refuse by meeting"), "approve_extension": N_("Approve extension"),
    "decline_extension": N_("Decline extension"), "terminate": N_("Terminate"),
    "prepare_result": N_("Result document"), "request_seal": N_("Result document"),
    "confirm_void": N_("Confirm voiding"), "decline_void": N_("Decline voiding"),
    "withdraw_void": N_("Take the voiding request back"), "issue": N_("Hand over"),
    "record_acknowledgement": N_("Record acknowledgement"), "close": N_("Close the case"),
    "archive": N_("Archive"), "stamp": N_("Stamp"),
    "return_stamping": N_("Return stamping request"),
    "release_quarantine": N_("Release from freeze"), "claim": N_("Claim"),
    "release": N_("Release"), "take_over": N_("Take over"),
    "hand_over": N_("Hand over to colleague"),
    "tell_hearing_rights": N_("Tell the right to a hearing"),
    "order_hearing": N_("Order a hearing"), "request_hearing": N_("Ask for a hearing"),
    "waive_hearing": N_("Hearing waived"), "fix_hearing": N_("Fix the hearing"),
    "hold_hearing": N_("Minutes of the hearing"),
    "ask_opinions": N_("Ask for opinions"), "suspend": N_("Special procedure"),
    "resume": N_("End special procedure"), "call_meeting": N_("Call meeting"),
    "request_extension": N_("Ask for extension"),
    "propose_termination": N_("Propose termination"),
    "serve_acceptance_notice": N_("Serve the acceptance notice"),
    "hand_back": N_("Hand back the papers"),
    "propose_transfer": N_("Propose transfer"), "correct_form": N_("Correct the form"),
    "change_item": N_("Change the item"),
    "withdraw": N_("Withdraw application"),
    "propose_void": N_("Propose voiding"), "quarantine": N_("Freeze for integrity"),
    "propose_release": N_("Propose release"),
}  # fmt: skip
"""What stands on the button."""

SENTENCES: Final = {
    "accept": N_("The case is accepted from this second on; the time limits begin."),
    "request_correction_at_window": N_(
        "Sent for the department, for the materials whose check it has delegated to the window."),
    "claim": N_("You work on this case; a colleague sees your name on it."),
    "release": N_("The case goes back to the pool of the department."),
    "take_over": N_("You confirm that the case is yours now; that is recorded in your name."),
    "hand_over": N_("Your colleague gets the case and your note, and confirms on arrival."),
    "confirm_survey": N_("You were there too, and the record says what you both found."),
    "answer_correction": N_("All demands are answered: the case goes back to the department."),
    "receive": N_("The receipt is issued and its time fixed."),
    "call_meeting": N_("A major matter is decided in a meeting; its minutes come with it."),
    "confirm_void": N_("The sealed file is kept as void; its number is not used again."),
    "decline_void": N_("The sealed document stays as it is and can be issued."),
    "answer_opinion": N_("A disagreement without a reason counts as agreement."),
    "confirm_transfer": N_(
        "The application goes on as a case of your department, as of its original receipt: the "
        "five-day period runs on, and your ten minutes begin with the push."),
    "tell_hearing_rights": N_(
        "The parties have five working days to ask for a hearing; until then nothing is decided."),
    "order_hearing": N_("A hearing of the department's own accord, announced to the public."),
    "request_hearing": N_("The hearing is held within twenty working days."),
    "waive_hearing": N_("The review goes on without a hearing."),
    "fix_hearing": N_("Announced seven days ahead; who reviews the case does not chair."),
    "hold_hearing": N_("The minutes get a number; the decision has to name it."),
    "correct_form": N_("The form is put right on the spot; what stood there before is kept."),
    "change_item": N_(
        "The case goes on under the right item of the same department. Receipt and five-day "
        "period stay; the check list is answered anew, and ten new minutes begin with the push."),
    "archive": N_("The archive package is formed, tested and kept."),
    "grant": N_("The decision gets its number and the date of this second."),
    "refuse": N_("The paragraph on remedies is added: review in 60 days, suit in 6 months."),
    "refuse_acceptance": N_("The paragraph on remedies is added to the notice."),
    "return_application": N_("The applicant's time is over; the materials are handed back."),
}  # fmt: skip
"""What the step does, said before it is confirmed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a step's form.

    ``path`` is a field of the move or ``entry.key``. ``kind``: ``line``, ``text``, ``choice``,
    ``person`` (``role`` says of which), ``department``, ``departments``, ``number``, ``day``,
    ``hour``, ``file``.
    """

    path: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    role: str = ""
    required: bool = True
    low: int = 0
    high: int = 0


HINTS: Final[dict[str, Asked]] = {
    one.path: one
    for one in (
        Asked("promise.text", N_("Signed promise to supply the missing material"),
              required=False),
        Asked("reason", N_("Reason"), "choice"),
        Asked("competent_organ", N_("Competent organ"), "line", required=False),
        Asked("refusal_notice.reason", N_("Reasons in words")),
        Asked("department", N_("Department"), "department"),
        Asked("departments", N_("Departments"), "departments"),
        Asked("agreed_by", N_("Agreed by"), "choice"),
        Asked("reason.text", N_("Reason")),
        Asked("reviewer", N_("Reviewer"), "person", role="reviewer"),
        Asked("surveyor", N_("First surveyor"), "person", role="surveyor"),
        Asked("second_surveyor", N_("Second surveyor"), "person", role="surveyor"),
        Asked("survey_task.text", N_("What to look at on site"), required=False),
        Asked("survey_record.findings", N_("Findings on site")),
        Asked("survey_record.conclusion", N_("Conclusion"), "choice",
              ("pass", "pass_after_correction", "fail")),
        Asked("co_opinion.conclusion", N_("Conclusion"), "choice"),
        Asked("co_opinion.reason", N_("Reason"), required=False),
        Asked("kind", N_("Kind of special procedure"), "choice"),
        Asked("planned_end", N_("Planned end"), "day"),
        Asked("procedure_notice.text", N_("Notice to the applicant")),
        Asked("material.sha256", N_("File"), "file"),
        Asked("opinion.conclusion", N_("Conclusion"), "choice"),
        Asked("opinion.reasons", N_("Reasons of the opinion")),
        Asked("decision.content", N_("What is granted")),
        Asked("decision.reason", N_("Reason of the refusal")),
        Asked("decision.basis", N_("Legal basis")),
        Asked("decision.standard", N_("Technical standard of the inspection")),
        Asked("decision.despite", N_("Reasons for granting although a department disagrees")),
        Asked("minutes.text", N_("Minutes of the meeting")),
        Asked("days", N_("Working days"), "number", low=1, high=15),
        Asked("extension_notice.text", N_("Notice to the applicant")),
        Asked("void_reason.text", N_("Reason for voiding")),
        Asked("void_answer.reason", N_("Reason")),
        Asked("ending_notice.request", N_("Applicant's written request")),
        Asked("ending_notice.reason", N_("Reason, as told to the applicant")),
        Asked("finding", N_("What does not match"), "line"),
        Asked("reason_code", N_("Why it can be released"), "line"),
        Asked("to", N_("Colleague"), "person", role="representative"),
        Asked("note.text", N_("Note"), required=False),
        Asked("return_notice.papers", N_("Papers handed back: the list")),
        Asked("return_notice.signed_by", N_("Signed by")),
        Asked("hearing_notice.text", N_("Notice on the hearing (N08)")),
        Asked("party_notice.text", N_("Notice to interested parties (N09)"), required=False),
        Asked("public_notice.text", N_("Public notice")),
        Asked("hearing_request.text", N_("In writing: by whom, date and wording")),
        Asked("chair", N_("Chair of the hearing"), "person"),
        Asked("held_at", N_("Day and hour of the hearing"), "hour"),
        Asked("place", N_("Place"), "line"),
        Asked("hearing_minutes.text", N_("Minutes of the hearing")),
        Asked("hearing_minutes.signed_by", N_("Signed by")),
        Asked("return_notice.text", N_("What is handed back"), required=False),
        Asked("correction_note.text", N_("Note to the applicant"), required=False),
    )
}  # fmt: skip

BY_CORE: Final = frozenset(
    {
        "refusal_notice.remedies", "decision.remedies", "decision_no", "demands", "unmet",
        "materials", "correction_notice.demands", "checklist.answers", "demand", "template",
        "document_no", "document_id", "document.sha256", "seal_kind", "sha256", "proof_shown",
        "package.sha256", "acceptance_notice.text", "acceptance_notice.item", "form.text",
        "manner", "responsible", "clock", "due_at", "message.text", "list", "papers", "from", "why",
        "item_code", "situation", "matches", "follow_up", "origin", "received_at", "form.values",
        "transfer_list.text", "minutes_no", "hearing_minutes", "originals", "duplicates",
        "sealed_copy",
    }
)  # fmt: skip
"""Filled in by the core, or by a form of its own: no field of the general form."""

CHOICES: Final = {
    "not_required": N_("no licence is needed"), "not_competent": N_("another organ is competent"),
    "false_material": N_("false material"), "barred": N_("applicant is barred"),
    "applicant": N_("the applicant"), "organ_rule": N_("a rule of the organ"),
    "agree": N_("agree"), "disagree": N_("disagree"), "grant": N_("should be granted"),
    "refuse": N_("should be refused"), "pass": N_("passed"),
    "pass_after_correction": N_("passed after correction"), "fail": N_("failed"),
    "doubt": N_("doubtful"), "hearing": N_("hearing"), "bidding": N_("bidding"),
    "auction": N_("auction"), "inspection": N_("inspection"), "testing": N_("testing"),
    "quarantine": N_("quarantine"), "appraisal": N_("appraisal"),
    "expert_review": N_("expert review"),
    "death_or_incapacity": N_("death or incapacity"), "entity_ended": N_("the entity has ended"),
    "item_abolished": N_("the item was abolished"), "force_majeure": N_("force majeure"),
}  # fmt: skip
"""Words for the values of choices."""


def verb(move: str) -> str:
    """What stands on the step's button, in the language in use."""
    return _(VERBS[move]) if move in VERBS else label(move)


def sentence(move: str) -> str:
    """What the step does; empty where the button says it all."""
    return _(SENTENCES[move]) if move in SENTENCES else ""


def fields_of(row: Transition) -> tuple[Asked, ...]:
    """What a form of that row asks, in the order of its guards, then what may be added."""
    found: dict[str, Asked] = {}
    for guard in row.guards:
        for one in _asked_in(guard.condition, True):
            found.setdefault(one.path, one)
    for effect in row.effects:
        if isinstance(effect, AdvanceTask) and effect.unless is not None:
            for one in _asked_in(effect.unless, False):
                found.setdefault(one.path, one)
    for name in (*row.fields, *(f"{kind}.text" for kind in row.entries)):
        known = any(path == name or path.partition(".")[0] == name.partition(".")[0]
                    for path in found)  # fmt: skip
        if not known and name in HINTS:
            found[name] = replace(HINTS[name], required=False)
    return tuple(one for one in found.values() if one.path not in BY_CORE)


def _asked_in(condition: Condition, required: bool) -> Iterator[Asked]:
    match condition:
        case Given(path):
            yield _hinted(path, required)
        case OneOf(path, values):
            asked = _hinted(path, required)
            yield replace(asked, kind="choice", choices=values)
        case Between(path, low, high):
            yield replace(_hinted(path, required), low=low, high=high)
        case Ahead(path, _days):
            yield _hinted(path, required)
        case Differ(path, other):
            yield _hinted(path, required)
            yield _hinted(other, required)
        case All(members):
            for one in members:
                yield from _asked_in(one, required)
        case Either(members):
            for one in members:
                yield from _asked_in(one, False)
        case Not(_of):
            return
        case _:
            return


def _hinted(path: str, required: bool) -> Asked:
    hint = HINTS.get(path, Asked(path, path))
    return replace(hint, required=required and hint.required)
