"""What states, moves, duties and powers are called on screen, in both languages (glossary 5).

Called by refusals, the timeline, the inbox and the command line. An unknown code is shown as it is.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.words import N_, _

STATES: Final = {
    "draft": N_("draft"), "received": N_("received"),
    "pending_acceptance": N_("pending acceptance"),
    "awaiting_correction": N_("awaiting correction"), "not_accepted": N_("not accepted"),
    "returned": N_("returned"), "transferred_out": N_("transferred"),
    "under_review": N_("under review"), "awaiting_opinions": N_("awaiting opinions"),
    "suspended": N_("special procedure"), "pending_decision": N_("pending decision"),
    "collective_review": N_("collective review"), "granted": N_("granted"),
    "refused": N_("refused"), "preparing_result": N_("preparing result"),
    "pending_seal": N_("awaiting the seal"), "pending_issue": N_("awaiting issue"),
    "issued": N_("delivered"), "closed": N_("closed"), "archived": N_("archived"),
    "withdrawn": N_("withdrawn by applicant"), "terminated": N_("terminated"),
    "quarantined": N_("frozen for integrity"),
}  # fmt: skip
MOVES: Final = {
    "register": N_("register"), "attach_material": N_("add material"), "receive": N_("take in"),
    "push": N_("push to department"), "accept": N_("accept"),
    "deem_accepted": N_("deemed accepted (ten minutes)"),
    "accept_by_silence": N_("accepted by silence (five days)"),
    "request_correction": N_("one-time correction notice"),
    "request_correction_at_window": N_("one-time correction notice by the window"),
    "answer_demand": N_("answer a demand"),
    "answer_correction": N_("correction answered"),
    "return_correction": N_("return unmet demands"), "return_application": N_("return application"),
    "refuse_acceptance": N_("refuse acceptance"), "propose_transfer": N_("propose transfer"),
    "decline_transfer": N_("decline transfer"), "confirm_transfer": N_("confirm transfer"),
    "serve_acceptance_notice": N_("serve the acceptance notice"),
    "hand_back": N_("hand back the papers"),
    "begin_after_transfer": N_("taken over from another department"),
    "correct_form": N_("correct the form"), "change_item": N_("change the item"),
    "assign_reviewer": N_("assign reviewer"), "assign_survey": N_("assign survey"),
    "record_survey": N_("record survey"), "confirm_survey": N_("confirm survey record"),
    "ask_opinions": N_("ask for opinions"), "answer_opinion": N_("give opinion"),
    "deem_opinion": N_("opinion deemed agreed"), "collect_opinions": N_("all opinions in"),
    "suspend": N_("start special procedure"), "resume": N_("end special procedure"),
    "tell_hearing_rights": N_("tell the right to a hearing"),
    "request_hearing": N_("ask for a hearing"), "waive_hearing": N_("waive the hearing"),
    "lapse_hearing_right": N_("right to a hearing lapsed"),
    "order_hearing": N_("order a hearing"), "fix_hearing": N_("fix the hearing"),
    "hold_hearing": N_("record the hearing"),
    "submit_opinion": N_("submit review opinion"), "grant": N_("grant"), "refuse": N_("refuse"),
    "send_back": N_("send back to review"), "call_meeting": N_("call meeting"),
    "grant_by_meeting": N_("grant by meeting"), "refuse_by_meeting": N_("refuse by meeting"),
    "request_extension": N_("ask for extension"), "approve_extension": N_("approve extension"),
    "decline_extension": N_("decline extension"), "prepare_result": N_("prepare result"),
    "request_seal": N_("request stamping"), "stamp": N_("stamp"),
    "return_stamping": N_("return stamping request"), "propose_void": N_("propose voiding"),
    "confirm_void": N_("confirm voiding"), "withdraw_void": N_("take the voiding request back"),
    "decline_void": N_("decline voiding"), "issue": N_("hand over"),
    "record_acknowledgement": N_("record acknowledgement"), "close": N_("close"),
    "archive": N_("archive"), "withdraw": N_("withdraw application"),
    "propose_termination": N_("propose termination"), "terminate": N_("terminate"),
    "quarantine": N_("freeze for integrity"), "propose_release": N_("propose release"),
    "release_quarantine": N_("release from freeze"), "claim": N_("claim"),
    "release": N_("release claim"), "hand_over": N_("pass on"),
    "take_over": N_("take over"), "lapse_claim": N_("claim ended by itself"),
    "send_message": N_("message"), "note_overdue": N_("overdue"),
}  # fmt: skip
POWERS: Final = {
    "correct": N_("correct"), "review": N_("review"), "decide": N_("decide"),
    "extend_request": N_("ask for extension"),
}  # fmt: skip
DUTIES: Final = {
    "survey": N_("survey"), "issue": N_("hand over"), "supervise": N_("supervise"),
}  # fmt: skip
CLOCKS: Final = {
    "acceptance_response": N_("ten-minute response"), "correction_notice": N_("notice period"),
    "applicant_correction": N_("applicant's correction"), "promised": N_("promised limit"),
    "statutory": N_("statutory limit"), "opinion": N_("opinion period"),
    "seal": N_("sealing"), "delivery": N_("delivery period"),
    "hearing_request": N_("hearing request"), "hearing_hold": N_("hearing"),
    "assign_inspectors": N_("naming of inspectors"), "supervision_reply": N_("supervision reply"),
    "bad_evaluation": N_("bad evaluation"), "renewal_expiry": N_("renewal"),
}  # fmt: skip
REQUESTS: Final = {"voiding": N_("voiding asked for")}
"""What a list says of a request that waits for an answer."""
CHANNELS: Final = {
    "window": N_("window"), "portal": N_("portal"), "app": N_("app"),
    "appointment": N_("appointment"), "unattended": N_("unattended"),
    "self_service": N_("self-service"), "locker": N_("locker"),
    "online": N_("online"), "agent": N_("intake agent"), "mail": N_("by mail"),
}  # fmt: skip

LABELS: Final[dict[str, str]] = {
    **CHANNELS, **CLOCKS, **DUTIES, **POWERS, **REQUESTS, **MOVES, **STATES,
}  # fmt: skip


def label(code: str) -> str:
    """What the screen calls a state, move, duty, power, clock or channel."""
    return _(LABELS[code]) if code in LABELS else code


