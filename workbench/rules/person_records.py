"""Somebody who is added to a centre, a role he is given, and what may be wrong with either.

Called by ``person_list``, by the offices that keep accounts, and by ``workbench user``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workbench.rules.flow_words import SYSTEM
from workbench.rules.moment import Moment
from workbench.rules.people import NO_END, Post, Role, role_conflicts, role_label
from workbench.rules.words import N_, _

LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{0,30}")
DEPARTMENT_ROLES: Final = frozenset(
    {Role.REPRESENTATIVE, Role.REVIEWER, Role.ORGAN_HEAD, Role.GOVERNMENT_HEAD}
)
"""Roles that are held at a department; without one they would see nothing."""
SITE_ROLES: Final = frozenset({Role.WINDOW_ACCEPTOR, Role.INTAKE_AGENT, Role.ISSUING_CLERK})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a time, half-open; a representative's also bears post and letter number."""

    role: Role
    department: str | None = None
    site: str | None = None
    window: str | None = None
    valid_from: Moment | None = None
    valid_to: Moment = NO_END
    post: Post | None = None
    letter_no: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be added, with the roles he starts with. ``row`` is where he stands first."""

    login: str
    name_zh: str
    name_en: str
    department: str | None = None
    site: str | None = None
    grants: tuple[Grant, ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody of the centre: roles that are not over, and how the login stands (``STANDINGS``)."""

    login: str
    name_zh: str
    name_en: str
    department: str | None
    site: str | None
    roles: tuple[Role, ...]
    standing: str


STANDINGS: Final = {
    "user": N_("active"), "newcomer": N_("first password not changed yet"),
    "former": N_("revoked"), "free": N_("no login"), "elsewhere": N_("at another centre only"),
    "foreign": N_("the login belongs to something else"), "locked": N_("locked for some minutes"),
}  # fmt: skip


LEAST_PASSWORD: Final = 10


def password_fault(text: str, login: str, before: str) -> str:
    """What is wrong with a new password of one's own; empty if nothing is."""
    if len(text) < LEAST_PASSWORD or not text.isprintable():
        return _("A password has at least {n} characters.").format(n=LEAST_PASSWORD)
    if text == before:
        return _("The new password is the old one.")
    if login in text.lower():
        return _("A password does not contain the sign-in name.")
    return ""


def login_fault(text: str) -> str:
    """What is wrong with a sign-in name; empty if nothing is. The server asks the same."""
    if not LOGIN.fullmatch(text):
        return _("{login} is no sign-in name: small letters, digits, dot, hyphen and low line, a "
                 "letter first, at most 31.").format(login=text or "–")  # fmt: skip
    if text in (SYSTEM, "public", "none") or text.startswith("pg_"):
        return _("{login} cannot be given as a sign-in name.").format(login=text)
    return ""


def grant_faults(grant: Grant, held: Sequence[Grant]) -> Iterator[tuple[str, str]]:
    """Column and words; only the first is told."""
    label = role_label(grant.role)
    if grant.role in DEPARTMENT_ROLES and not grant.department:
        yield "department", _("{role} needs a department.").format(role=label)
    if grant.role in SITE_ROLES and not grant.site:
        yield "site", _("{role} needs a place of work.").format(role=label)
    if grant.role is Role.REPRESENTATIVE and grant.post is None:
        yield "post", _("{role} needs post A or B.").format(role=label)
    if grant.role is Role.REPRESENTATIVE and not grant.letter_no:
        yield "letter_no", _("{role} needs the number of the appointment letter.").format(
            role=label)  # fmt: skip
    if (grant.valid_from or 0) >= grant.valid_to:
        yield "valid_to", _("the time is over before it begins.")
    for other in held:
        if (grant.valid_from or 0) < other.valid_to and (other.valid_from or 0) < grant.valid_to:
            for text in role_conflicts((grant.role, other.role)):
                yield "role", text
            places = ("role", "department", "site", "window")
            if all(getattr(grant, one) == getattr(other, one) for one in places):
                yield "role", _("the person has this role already.")


def grant_fault(grant: Grant) -> str:
    """What is wrong with one role by itself; empty if nothing is."""
    return next((text for _column, text in grant_faults(grant, ())), "")
