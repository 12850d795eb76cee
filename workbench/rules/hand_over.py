"""Hand-over of claimed cases (T32, domain 4.6): the lines of list N24, and claims that lapse.

A claim is the representative's while he is on duty and fifteen minutes longer. Then it lapses by
itself: who looks next writes that down at its true moment, and the case stands on the automatic
list of the department (E04, E06). Called by the store, the hand-over verbs and the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from workbench.rules.case import POOL, Case, State
from workbench.rules.dossier import Dossier
from workbench.rules.duty_roster import Roster, is_published
from workbench.rules.facts import GRACE, claim_free_or_own
from workbench.rules.moment import Moment
from workbench.rules.people import Post
from workbench.rules.settle import Settlement

LAPSE: Final = "lapse_claim"
"""The system's move that gives a claim back (T32, SYS)."""

SHIFT_OVER, ON_LEAVE, LETTER_OVER = "shift_over", "leave", "letter_over"
"""Why a claim lapsed: the grace after the shift, the start of a leave, the end of the letter."""


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One case of a hand-over list (N24): who gave it to whom, when, and how it stood then.

    ``to_login`` is empty on an automatic list: whoever is on duty takes the case over. ``state``,
    ``clock`` and ``due_at`` are those of the moment of giving. ``why`` is empty where a person
    handed over. ``taken_by`` is empty while nobody has confirmed.
    """

    list_id: str
    case_id: int
    case_no: str
    short_no: str
    version: int
    item_zh: str
    item_en: str
    department: str
    from_login: str
    to_login: str
    at: Moment
    state: State
    clock: str
    due_at: Moment | None
    papers: bool
    note: str
    why: str = ""
    taken_by: str = ""
    taken_at: Moment | None = None
    open: bool = True
    """Nobody has taken it over, and nobody has passed it on or moved the claim since."""

    @property
    def automatic(self) -> bool:
        """Handed over by the end of the grace time, a leave or a letter, not by a person."""
        return bool(self.why)


def lapsed(d: Dossier, now: Moment) -> Settlement | None:
    """The system's move for a claim that is over, at the moment when it was over, or ``None``."""
    case = d.case
    if case is None or case.holder is None or case.state not in POOL:
        return None
    if case.reviewer == case.holder or not claim_free_or_own(d, "", "", now):
        return None
    for at, why in sorted(_ends(d.roster, case, d.department)):
        if at <= now and claim_free_or_own(d, "", "", at):
            return Settlement(LAPSE, at, {"from": case.holder, "why": why})
    return None


def _ends(roster: Roster, case: Case, department: str) -> Iterator[tuple[Moment, str]]:
    """When the claim may have ended. A claim handed over ahead of time waits for the shift."""
    since, who = case.held_since or 0, case.holder
    for shift in roster.shifts:
        mine = (shift.login, shift.department) == (who, department)
        if mine and is_published(shift, shift.end) and shift.end + GRACE > since:
            yield shift.end + GRACE, SHIFT_OVER
    for away in roster.leaves:
        if away.login == who and away.end > since:
            yield max(away.start, since), ON_LEAVE
    for letter in roster.appointments:
        end = min(letter.valid_to, letter.revoked_at or letter.valid_to)
        if (letter.login, letter.department) == (who, department) and end > since:
            yield end, LETTER_OVER


def partner_of(roster: Roster, department: str, who: str, at: Moment) -> str:
    """Who gets the cases: the one whose shift comes next there, else the other post; or nobody."""
    letters = [a for a in roster.appointments if a.department == department and a.in_force(at)]
    others = {a.login: list(Post).index(a.post) for a in letters if a.login != who}
    coming = [
        (max(shift.start, at), others[shift.login], shift.login)
        for shift in roster.shifts
        if shift.department == department and shift.login in others and shift.end > at
        and is_published(shift, at)
    ]  # fmt: skip
    if coming:
        return min(coming)[2]
    return min(others, key=lambda login: (others[login], login), default="")


def by_list(lines: Iterable[HandoverLine]) -> dict[str, tuple[HandoverLine, ...]]:
    """The lines of each list together, the newest list first, most urgent case first."""
    lists: dict[str, list[HandoverLine]] = {}
    for line in lines:
        lists.setdefault(line.list_id, []).append(line)
    ordered = sorted(lists.items(), key=lambda one: (-one[1][0].at, one[0]))
    return {
        list_id: tuple(sorted(found, key=lambda one: (one.due_at or 1 << 62, one.case_no)))
        for list_id, found in ordered
    }
