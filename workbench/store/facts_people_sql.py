"""Facts about persons as SQL: roles, letters, duty, custody, each over a case row and a moment.

Every sub-select here is uncorrelated: it depends on the person and the moment alone, so the
database asks it once and an index on the case row serves the comparison (database design 1.4).
Compiled by ``sight_sql``; compared with ``rules.facts`` by a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from workbench.rules.case import TaskKind
from workbench.rules.facts import GRACE
from workbench.rules.flow_words import SYSTEM
from workbench.rules.people import Post
from workbench.store.tables import (
    appointment,
    authorisation,
    authorisation_item,
    authorisation_power,
    case_file,
    custody_shift,
    duty_shift,
    leave,
    membership,
    recusal,
    task,
)

Truth = ColumnElement[bool]
C = case_file.c


@dataclass(frozen=True, slots=True)
class Asker:
    """The person and the moment that a condition is compiled for: bound values, never text."""

    who: ColumnElement[str]
    at: ColumnElement[int]


def _during(table: Any, at: ColumnElement[int]) -> Truth:
    return and_(table.c.valid_from <= at, at < table.c.valid_to)


def _in_force(table: Any, at: ColumnElement[int]) -> Truth:
    return and_(
        _during(table, at), or_(table.c.revoked_at.is_(None), at < table.c.revoked_at)
    )


def is_system(a: Asker, arg: str) -> Truth:
    return a.who == SYSTEM


def _roles(a: Asker) -> Truth:
    return and_(membership.c.login == a.who, _during(membership, a.at))


def role(a: Asker, arg: str) -> Truth:
    return exists(select(1).where(_roles(a), membership.c.role == arg))


def _sites(a: Asker) -> Select[Any]:
    return select(membership.c.site).where(
        _roles(a), membership.c.site.is_not(None), membership.c.site != ""
    )


def own_site(a: Asker, arg: str) -> Truth:
    return C.site.in_(_sites(a))


def _member_of(a: Asker) -> Select[Any]:
    return select(membership.c.department).where(_roles(a), membership.c.department.is_not(None))


def member_of_department(a: Asker, arg: str) -> Truth:
    return C.department.in_(_member_of(a))


def _appointed_in(a: Asker) -> Select[tuple[str]]:
    return select(appointment.c.department).where(
        appointment.c.login == a.who, _in_force(appointment, a.at)
    )


def appointed(a: Asker, arg: str) -> Truth:
    return C.department.in_(_appointed_in(a))


def _once_appointed_in(a: Asker) -> Select[Any]:
    return select(appointment.c.department).where(
        appointment.c.login == a.who, appointment.c.valid_from <= a.at
    )


def was_appointed(a: Asker, arg: str) -> Truth:
    return C.department.in_(_once_appointed_in(a))


def _stands_in(a: Asker) -> Select[Any]:
    return _appointed_in(a).where(appointment.c.post == Post.TEMP.value)


def temporary(a: Asker, arg: str) -> Truth:
    standing = _appointed_in(a).where(appointment.c.post != Post.TEMP.value)
    return and_(C.department.in_(_stands_in(a)), C.department.not_in(standing))


def _present(at: ColumnElement[int]) -> Truth:
    """The person of a shift is appointed there and not on leave: V07, V08."""
    letter, away = appointment.alias(), leave.alias()
    held = exists(
        select(1).where(
            letter.c.login == duty_shift.c.login,
            letter.c.department == duty_shift.c.department,
            _in_force(letter, at),
        )
    )
    gone = exists(
        select(1).where(
            away.c.login == duty_shift.c.login, away.c.start <= at, at < away.c.end
        )
    )
    published = duty_shift.c.published_at
    return and_(published.is_not(None), published <= at, held, ~gone)


def duty(a: Asker, *columns: Any) -> Select[Any]:
    """The shifts that run at the moment, of persons who may serve them."""
    running = and_(duty_shift.c.start <= a.at, a.at < duty_shift.c.end)
    return select(*columns).where(running, _present(a.at))


def my_duty(a: Asker) -> Select[tuple[str]]:
    """The departments where the person is on duty."""
    return duty(a, duty_shift.c.department).where(duty_shift.c.login == a.who)


def _ended(a: Asker, *columns: Any) -> Select[Any]:
    """The shifts that ended within the grace time (E06)."""
    lately = and_(duty_shift.c.end <= a.at, a.at < duty_shift.c.end + GRACE)
    return select(*columns).where(lately, _present(a.at))


def on_duty(a: Asker, arg: str) -> Truth:
    return C.department.in_(my_duty(a))


def department_staffed(a: Asker, arg: str) -> Truth:
    return C.department.in_(duty(a, duty_shift.c.department))


def holder_keeps(a: Asker) -> Truth:
    """Whoever holds the case is its reviewer, on duty, or within the grace time."""
    pair = tuple_(C.holder, C.department)
    both = (duty_shift.c.login, duty_shift.c.department)
    return or_(
        func.coalesce(C.holder == C.reviewer, False),
        pair.in_(duty(a, *both)),
        pair.in_(_ended(a, *both)),
    )


def own_claim_in_grace(a: Asker, arg: str) -> Truth:
    ended = _ended(a, duty_shift.c.department).where(duty_shift.c.login == a.who)
    return and_(
        C.holder.is_not(None), C.holder == a.who, ~on_duty(a, ""), C.department.in_(ended)
    )


def _letters(a: Asker, power: str) -> Select[Any]:
    granted = select(authorisation_power.c.authorisation_id)
    if power:
        granted = granted.where(authorisation_power.c.power == power)
    return select(authorisation.c.department).where(
        authorisation.c.login == a.who,
        _in_force(authorisation, a.at),
        authorisation.c.authorisation_id.in_(granted),
    )


def _covered(a: Asker, power: str) -> Truth:
    whole = _letters(a, power).where(authorisation.c.all_items)
    named = (
        _letters(a, power)
        .add_columns(authorisation_item.c.item_code)
        .join(
            authorisation_item,
            authorisation_item.c.authorisation_id == authorisation.c.authorisation_id,
        )
    )
    # An item code of 31 characters covers its variants of 33 (R64).
    return or_(
        C.department.in_(whole),
        tuple_(C.department, C.item_code).in_(named),
        tuple_(C.department, func.substr(C.item_code, 1, 31)).in_(named),
    )


def item_authorised(a: Asker, arg: str) -> Truth:
    return _covered(a, "")


def power(a: Asker, arg: str) -> Truth:
    return _covered(a, arg)


def on_custody_shift(a: Asker, arg: str) -> Truth:
    c = custody_shift.c
    return exists(
        select(1).where(
            c.login == a.who, c.start <= a.at, a.at < c.end,
            c.taken_over_at.is_not(None), c.taken_over_at <= a.at,
        )
    )  # fmt: skip


def _recusals(a: Asker) -> Select[Any]:
    return select(recusal.c.case_id).where(recusal.c.login == a.who)


def _surveys(a: Asker) -> Select[Any]:
    named = or_(task.c.login == a.who, task.c.second_login == a.who)
    return select(task.c.case_id).where(task.c.kind == TaskKind.SURVEY.value, named)


def _hearings(a: Asker) -> Select[Any]:
    return select(task.c.case_id).where(
        task.c.kind == TaskKind.HEARING.value, task.c.login == a.who
    )


NEEDED: Final[dict[str, Callable[[Asker], Select[Any]]]] = {
    "recused": _recusals, "own_site": _sites, "member_of_department": _member_of,
    "appointed": _appointed_in, "was_appointed": _once_appointed_in, "temporary": _stands_in,
    "on_duty": my_duty, "own_claim_in_grace": _once_appointed_in, "opinion_task_mine": my_duty,
    "opinion_answered_mine": my_duty, "transfer_to_mine": my_duty, "survey_names_me": _surveys,
    "chairs_hearing": _hearings,
}  # fmt: skip
"""What a person must have for the fact to hold for any case at all: where it is empty, the fact is
false for every case, and its part of a condition falls away before the cases are searched."""
