"""Looking cases up by who applied (``desk_ports.ApplicantRoom``), which no list shows (R38, R83).

One question under the person's visibility, so that nothing tells of a case that he does not see.
The audit keeps who looked, by what kind of word, to what purpose and how much was found, never for
whom (S054). Called through ``session``.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Integer, Select, Text, bindparam, exists, func, select

from workbench.rules.case import Part
from workbench.rules.case_view import LookUp
from workbench.rules.refusal_texts import refusal
from workbench.store.seat import Seat
from workbench.store.sight_lists import gathers, lists, where_listed
from workbench.store.sight_sql import Known, asked_by, known_of, tested, where_sees
from workbench.store.tables import applicant, case_file

MOST: Final = 200
"""Cases that are given; of more it is only said that there are more."""
MOST_PURPOSE: Final = 200
LEAST_NAME: Final = 2
LEAST_NUMBER: Final = 8
MANY: Final = 30_000
"""Up to so many cases of one's own are gone through; of more, all names are."""
_DIGITS: Final = 6

A = applicant.c
C = case_file.c
_TEXT: Final = bindparam("text", type_=Text)
_IN_NAME: Final = func.instr(func.lower(A.name), _TEXT) > 0
_NAMED: Final = select(A.case_id).where(_IN_NAME)
_NUMBERED: Final = select(A.case_id).where(A.id_number == _TEXT)
_BEARS_IT: Final = select(A.case_id).where(A.case_id == C.case_id, _IN_NAME).correlate(case_file)


def kind_of(text: str) -> str:
    """``number`` for what can only be an identity number or a credit code, else ``name``."""
    plain = text.isascii() and text.isalnum() and len(text) >= LEAST_NUMBER
    digits = sum(one.isdigit() for one in text)
    return "number" if plain and digits >= _DIGITS else "name"


def asked_for(text: str, purpose: str) -> tuple[str, str, str]:
    """Kind of word, what is looked for, and to what purpose. Refusal ``reason_missing``,
    ``look_up_short``."""
    looked, why = " ".join(text.split()), purpose.strip()
    if not why or len(why) > MOST_PURPOSE:
        raise refusal("reason_missing")
    if len(looked) < LEAST_NAME:
        raise refusal("look_up_short")
    kind = kind_of(looked)
    return kind, looked.upper() if kind == "number" else _lowered(looked), why


def _lowered(text: str) -> str:
    """As the database does it: A to Z alone."""
    return "".join(one.lower() if one.isascii() else one for one in text)


def _how_many(known: Known) -> Select[Any]:
    """How many cases the person's own list has, as far as that matters."""
    listed = lists(Part.META, known).limit(MANY + 1)
    return select(func.count()).select_from(listed.subquery())


def _looking(kind: str, known: Known, among_own: bool) -> Select[Any]:
    """One look through all names; of whoever has a short list of his own, only that list's."""
    if kind == "name" and among_own:
        wanted = select(C.case_id).where(where_listed(Part.META, known), exists(_BEARS_IT))
    else:
        found = _NUMBERED if kind == "number" else _NAMED
        sees = tested(where_sees(Part.META, known))
        wanted = select(C.case_id).where(C.case_id.in_(found.correlate(None)), sees)
    return wanted.order_by(C.case_id.desc()).limit(bindparam("most", type_=Integer))


class ApplicantRoomOf(Seat):
    """The one way from a name to its cases."""

    def look_up_applicant(self, text: str, purpose: str) -> LookUp:
        """The visible cases of that applicant, newest first; see the port."""
        kind, looked, why = asked_for(text, purpose)
        with self._work.read() as unit:
            self._still_here(unit)
            known = known_of(unit.sql, self.login, unit.now)
            values = asked_by(self.login, unit.now) | {"text": looked, "most": MOST + 1}
            own = kind == "name" and gathers(Part.META, known)
            few = own and unit.sql.execute(_how_many(known), values).scalar_one() <= MANY
            found = tuple(unit.sql.execute(_looking(kind, known, few), values).scalars())
        # Nobody's turn to write is held up by the search; without this line nothing is told.
        with self._work.write() as unit:
            self._audit(unit, "applicant_looked_up", f"{kind} {len(found)} {why}")
        return LookUp(found[:MOST], len(found) > MOST)
