"""The vocabulary in which the rows of the case flow are written (domain 3.3, 3.8).

Actors are conditions over facts; a guard is a condition with the code of the refusal that it gives.
The texts of the codes stand in :mod:`workbench.rules.refusal_texts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.case import Part, State
from workbench.rules.conditions import Condition, Fact, Given, Not, Within, either, every
from workbench.rules.effects import Effect
from workbench.rules.people import Power, Role
from workbench.rules.separation import Duty


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a transition and the stable code of the refusal where it does not hold."""

    code: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of domain 3.3. ``to`` is ``None`` where the state stays as it is.

    ``actors`` are keys of :data:`ACTORS`; ``power`` is asked of representatives only. ``fields``
    are the codes a move may carry, ``entries`` the kinds of content it may bring.
    """

    row: str
    move: str
    from_states: tuple[State, ...]
    to: State | None
    actors: tuple[str, ...]
    power: Power | None = None
    duty: Duty | None = None
    holds_case: bool = False
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    fields: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


SYSTEM: Final = "system"
"""The actor of deemed results and timers (domain 3.1, SYS)."""

REPRESENTATIVE: Final = every(Fact("on_duty"), Fact("item_authorised"))

ACTORS: Final[dict[str, Condition]] = {
    "SYS": Fact("is_system"),
    "W": every(Fact("role", Role.WINDOW_ACCEPTOR), Fact("own_site")),
    "W_CHECK": every(Fact("role", Role.WINDOW_ACCEPTOR), Fact("own_site"),
                     Fact("item", "check_delegated")),
    "G": every(Fact("role", Role.INTAKE_AGENT), Fact("registered_by_me")),
    "D": REPRESENTATIVE,
    "A": REPRESENTATIVE,
    "D2": Fact("opinion_task_mine"),
    "DR": Fact("transfer_to_mine"),
    "V": every(
        Fact("role", Role.REVIEWER),
        either(
            Fact("assigned_reviewer"),
            every(Fact("unassigned"), Fact("member_of_department"), Fact("department_staffed")),
        ),
    ),
    "S": every(Fact("role", Role.SURVEYOR), Fact("survey_names_me")),
    "H": every(either(Fact("role", Role.ORGAN_HEAD), Fact("role", Role.GOVERNMENT_HEAD)),
               Fact("member_of_department")),
    "C": every(Fact("role", Role.SEAL_CUSTODIAN), Fact("on_custody_shift")),
    "H_DECIDED": every(either(Fact("role", Role.ORGAN_HEAD), Fact("role", Role.GOVERNMENT_HEAD)),
                       Fact("member_of_department"), Fact("decided_by_me")),
    "HOLDER": Fact("own_claim_in_grace"),
    "CHAIR": Fact("chairs_hearing"),
    "HANDLER": every(Fact("appointed"), Fact("handled")),
    "I": Fact("role", Role.ISSUING_CLERK),
    "M": Fact("role", Role.SUPERVISOR),
    "X3": Fact("role", Role.AUDIT_ADMIN),
    "R": Fact("role", Role.ARCHIVIST),
}  # fmt: skip
"""Who each letter of domain 3.1 is, as a condition over facts."""

ENTRY_PARTS: Final[dict[str, Part]] = {
    "form": Part.FORM,
    "checklist": Part.FORM,
    "material": Part.MATERIALS,
    "correction_notice": Part.NOTICES,
    "correction_note": Part.NOTICES,
    "acceptance_notice": Part.NOTICES,
    "refusal_notice": Part.NOTICES,
    "return_notice": Part.NOTICES,
    "transfer_list": Part.NOTICES,
    "promise": Part.NOTICES,
    "procedure_notice": Part.NOTICES,
    "hearing_notice": Part.NOTICES,
    "party_notice": Part.NOTICES,
    "public_notice": Part.NOTICES,
    "hearing_request": Part.NOTICES,
    "extension_notice": Part.NOTICES,
    "ending_notice": Part.NOTICES,
    "opinion": Part.OPINIONS,
    "decision": Part.OPINIONS,
    "reason": Part.OPINIONS,
    "minutes": Part.OPINIONS,
    "hearing_minutes": Part.OPINIONS,
    "note": Part.OPINIONS,
    "co_opinion": Part.OWN_TASK,
    "survey_task": Part.SURVEY,
    "survey_record": Part.SURVEY,
    "document": Part.DOCUMENT,
    "stamping_return": Part.DOCUMENT,
    "sealed_document": Part.DOCUMENT,
    "sealed_copy": Part.DOCUMENT,
    "void_reason": Part.DOCUMENT,
    "void_answer": Part.DOCUMENT,
    "delivery": Part.DELIVERY,
    "acknowledgement": Part.DELIVERY,
    "package": Part.DELIVERY,
    "message": Part.THREAD,
}
"""To which part of a case each kind of content belongs."""

CLAIM_OPEN: Final = Guard("held_by_other", Fact("claim_free_or_own"))
NO_SURVEY_LEFT: Final = Guard(
    "survey_missing",
    either(Not(Fact("item", "survey_required")), Fact("task_state", "survey:confirmed")),
)
NO_HEARING_LEFT: Final = Guard("hearing_open", Not(Fact("task_open", "hearing")))
BY_THE_MINUTES: Final = Guard(
    "hearing_minutes_missing",
    either(Not(Fact("hearing_held")),
           every(Within("hearing_minutes", "case:minutes"),
                 Within("decision.hearing_minutes", "case:minutes"))),
)  # fmt: skip
"""R25: who decides after a hearing names its minutes, in the log and in the decision itself."""
BY_THE_STANDARD: Final = Guard(
    "standard_missing", either(Not(Fact("item", "inspection")), Given("decision.standard"))
)
"""R28: who refuses an item with inspection names the technical standard."""
NO_OPINION_LEFT: Final = Guard("opinions_missing", Not(Fact("task_open", "opinion")))
