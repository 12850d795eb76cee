"""Ready phrases of the one-time correction notice: defect and standard, in pairs (7.1, 08:45).

Data only. The notice is issued in Chinese (domain 3.5); the English is what an English desk shows
beside the Chinese text that it puts in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.words import pick


@dataclass(frozen=True, slots=True)
class Phrase:
    """One ready phrase. ``zh`` is what is written into the notice."""

    zh: str
    en: str

    def shown(self) -> str:
        """In the list: the Chinese text, at an English desk with its meaning."""
        return pick(self.zh, f"{self.en} · {self.zh}")


NOT_HANDED_IN: Final = Phrase("未提交该材料", "not handed in")
HAND_IN: Final = Phrase("提交符合法定形式的材料，加盖公章或者签名", "hand it in, sealed or signed")

DEFECTS: Final = (
    NOT_HANDED_IN,
    Phrase("材料已过有效期", "past its validity"),
    Phrase("未签名或者未加盖公章", "not signed or sealed"),
    Phrase("内容与申请表不一致", "differs from the form"),
    Phrase("复印件未注明“与原件一致”", "copy not marked as equal to the original"),
    Phrase("扫描页缺失或者无法辨认", "pages missing or illegible"),
    Phrase("填写项目不完整", "not completely filled in"),
)
STANDARDS: Final = (
    HAND_IN,
    Phrase("提交有效期内的材料", "hand in a valid one"),
    Phrase("由申请人本人签名并注明日期", "signed and dated by the applicant"),
    Phrase("与申请表填写内容一致", "equal to what the form says"),
    Phrase("复印件注明“与原件一致”并签名", "copy marked as equal to the original and signed"),
    Phrase("重新提交清晰完整的全部页面", "hand in all pages, legible"),
    Phrase("补齐全部必填项目", "fill in everything required"),
)
