"""The form of a change of a seal as values for its template: R49, R54, R55, S173.

Issued in Chinese whatever the language of the screen, so the words of states and steps are looked
up with the function that is handed in. Called by ``workbench seal form``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from workbench.casework.ports import Session
from workbench.rules.composed_documents import chinese_date
from workbench.rules.moment import Moment, stamp
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_states import STEP_WORDS, WORDS, AskState, SealChange

TEMPLATE: Final = "seal_change_form"
"""The file in ``resources/templates``."""
TITLES: Final = {
    "enter": "印章登记表", "enter_sealed_away": "封存印章登记表",
    "activate": "印章启用备案表", "suspend": "印章停用登记表",
    "resume": "印章恢复使用登记表", "report_lost": "印章遗失报告", "found": "印章找回登记表",
    "renew": "印章更换登记表", "keep_for_legacy": "印章限用登记表",
    "seal_away": "印章收缴封存登记表", "destroy": "印章销毁记录", "new_face": "印模备案表",
    "new_certificate": "印章证书更换登记表", "new_policy": "用印限制变更登记表",
}  # fmt: skip
FIELDS: Final = {
    "custodian": "保管人", "box": "封存柜（箱）号", "sealed_on": "封存日期",
    "giver": "交出人", "receiver": "接收人", "approval": "批准文号",
    "sha256": "文件指纹（SHA-256）", "diameter_mm": "直径（毫米）", "daily_limit": "每日用印上限",
    "batch_limit": "每批用印上限", "needs_timestamp": "须加盖时间戳",
}  # fmt: skip
STATES: Final = {
    AskState.ASKED: "待确认", AskState.DONE: "已办结", AskState.DECLINED: "未予确认",
    AskState.WITHDRAWN: "已撤回",
}  # fmt: skip
NOTHING: Final = "（无）"
Words = Callable[[str], str]
"""A sign-in name to a Chinese name, or an English source text to its Chinese."""


def find_change(session: Session, change_id: int) -> tuple[Seal, SealChange]:
    """The filed change of that number, with its seal. Refusal ``seal_change_unknown``."""
    for seal in session.seals():
        for one in session.seal_changes(seal.seal_id):
            if one.change_id == change_id:
                return seal, one
    raise refusal("seal_change_unknown", number=change_id)


def form_values(
    seal: Seal, change: SealChange, name_of: Words, chinese: Words, at: Moment
) -> dict[str, str]:
    """The values of the template. ``at`` is the moment of printing; numbers in mm."""
    decided = change.decided_at
    return {
        "title": TITLES.get(change.step, chinese(STEP_WORDS.get(change.step, change.step))),
        "change_no": str(change.change_id), "organ_name": seal.organ_name,
        "seal_name": " ".join(filter(None, (seal.face_text, seal.bottom_text))),
        "seal_id": seal.seal_id, "diameter": f"{seal.diameter_mm} 毫米",
        "before": chinese(WORDS[change.before]), "after": chinese(WORDS[change.after]),
        "reason": change.reason, "asked_by": name_of(change.actor), "asked_at": stamp(change.at),
        "decided_by": name_of(change.decided_by) if change.decided_by else NOTHING,
        "decided_at": stamp(decided) if decided is not None else NOTHING,
        "state": STATES[change.state], "details": _details(change, name_of),
        "handed_over": change.form.get("giver", ""),
        "witnesses": "、".join(change.witnesses), "announcement": _announcement(seal, change),
        "printed_at": stamp(at),
    }  # fmt: skip


def _details(change: SealChange, name_of: Words) -> str:
    """What the form of the step holds, a line each. Persons may be from outside the centre."""
    told = [
        f"{word}：{name_of(change.form[name])}"
        for name, word in FIELDS.items() if change.form.get(name)
    ]  # fmt: skip
    if change.witnesses:
        told.append("见证人：" + "、".join(map(name_of, change.witnesses)))
    return "\n".join(told)


def _announcement(seal: Seal, change: SealChange) -> str:
    """What has to be made public: the beginning of use (R49), and a loss (R54)."""
    day = chinese_date(change.decided_at if change.decided_at is not None else change.at)
    name = f"{seal.organ_name}“{seal.bottom_text or seal.face_text}”（编号 {seal.seal_id}）"
    if change.step == "activate" and change.state is AskState.DONE:
        return f"公告：{name}自{day}起启用，印模同时备案。特此公告。"
    if change.step == "report_lost":
        return f"声明：{name}于{day}报失，自即日起停止使用。特此声明。"
    return ""
