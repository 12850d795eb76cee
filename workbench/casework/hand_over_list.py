"""The hand-over list N24 交接清单 as values for its template (domain 3.5, 4.6).

Issued in Chinese whatever the language of the screen (3.5), so the words of states and clocks are
looked up with the function that is handed in. Called by the hand-over screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from workbench.rules.composed_documents import chinese_date
from workbench.rules.hand_over import LETTER_OVER, ON_LEAVE, SHIFT_OVER, HandoverLine
from workbench.rules.moment import MINUTE, Moment, stamp, to_local
from workbench.rules.refusal_words import LABELS
from workbench.rules.working_days import Calendar

TEMPLATE: Final = "N24_hand_over_list"
"""The file in ``resources/templates``."""

WHY: Final = {
    SHIFT_OVER: "自动交接（交班宽限期已过）",
    ON_LEAVE: "自动交接（请假开始）",
    LETTER_OVER: "自动交接（任命到期或撤销）",
}

Words = Callable[[str], str]
"""An English source text to its Chinese."""


def list_values(
    lines: Sequence[HandoverLine], department: str, name_of: Words, chinese: Words,
    calendar: Calendar, at: Moment,
) -> dict[str, str]:  # fmt: skip
    """The values of the template for the lines of one list, in the order given.

    ``name_of`` gives a person's Chinese name by sign-in name, ``at`` is the moment of printing.
    """
    first = lines[0]
    receivers = dict.fromkeys(name_of(one.to_login) for one in lines if one.to_login)
    return {
        "department_name": department,
        "giver": name_of(first.from_login),
        "receiver": "、".join(receivers) or "当班首席代表",
        "handed_at": stamp(first.at),
        "manner": WHY.get(first.why, "当面交接"),
        "count": str(len(lines)),
        "lines": "\n".join(_line(one, name_of, chinese, calendar) for one in lines),
        "printed_at": stamp(at),
        "issue_date": chinese_date(at),
    }


def _line(one: HandoverLine, name_of: Words, chinese: Words, calendar: Calendar) -> str:
    words = [
        f"{one.short_no}　{one.item_zh}",
        f"状态：{chinese(LABELS.get(one.state, one.state))}",
        _time_left(one, chinese, calendar),
        f"纸质材料：{'随案移交' if one.papers else '无'}",
    ]
    if one.note:
        words.append(f"备注：{one.note}")
    words.append(_confirmed(one, name_of))
    return "；".join(words) + "。"


def _time_left(one: HandoverLine, chinese: Words, calendar: Calendar) -> str:
    """What was left at the moment of giving, and when it is due."""
    if one.due_at is None:
        return "时限：未在计时"
    name = chinese(LABELS.get(one.clock, one.clock))
    return f"{name}：{stamp(one.due_at)[:16]}到期，{_left(one.at, one.due_at, calendar)}"


def _left(at: Moment, due_at: Moment, calendar: Calendar) -> str:
    if at >= due_at:
        return "已超期"
    days = calendar.working_days_between(to_local(at).date(), to_local(due_at).date())
    if days:
        return f"剩余{days}个工作日"
    return f"剩余{calendar.office_elapsed(at, due_at) // MINUTE}分钟"


def _confirmed(one: HandoverLine, name_of: Words) -> str:
    if one.taken_by and one.taken_at is not None:
        return f"{name_of(one.taken_by)}于{stamp(one.taken_at)}确认接收"
    return "尚未确认接收" if one.open else "未经确认，已另行处理"
