"""Two checks that data cannot say: shares of the buyers (I05 R03), term of a loan (I06 R05).

Named in ``plugin.toml``; called by the desk. Pure functions of what the person may see.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

from workbench.api import CaseView, CheckAnswer, form_of

LONGEST_TERM_YEARS: Final = 40
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*[%%]")
_PART: Final = re.compile(r"(\d+)\s*/\s*(\d+)")
_WHOLE: Final = ("全部", "单独", "100%")


def shares_add_up(view: CaseView) -> CheckAnswer:
    """Whether the shares of the buyers make 100 %; also of the sellers where they are stated."""
    form = form_of(view)
    told = {"受让方": form.get("buyers", ""), "转让方": form.get("sellers", "")}
    sums = {side: _sum(text) for side, text in told.items() if text}
    wrong = {side: total for side, total in sums.items() if total is not None and total != 1}
    if wrong:
        side, total = next(iter(wrong.items()))
        shown = f"{float(total) * 100:g} %"
        who = "buyers" if side == "受让方" else "sellers"
        return CheckAnswer(False, f"{side}份额合计为 {shown}", f"The {who}' shares add to {shown}")
    if sums.get("受让方") is None:
        return CheckAnswer(None, "未写明各方份额", "The shares are not stated")
    return CheckAnswer(True, "份额合计为 100 %", "The shares add to 100 %")


def _sum(text: str) -> Fraction | None:
    percent = [Fraction(found) / 100 for found in _PERCENT.findall(text)]
    parts = [Fraction(int(a), int(b)) for a, b in _PART.findall(text) if int(b)]
    if percent or parts:
        return sum(percent, Fraction()) + sum(parts, Fraction())
    return Fraction(1) if any(word in text for word in _WHOLE) else None


def term_plausible(view: CaseView) -> CheckAnswer:
    """A loan ends after it begins, and within 40 years."""
    form = form_of(view)
    try:
        begin, end = (date.fromisoformat(form.get(f"term_{side}", "")) for side in ("from", "to"))
    except ValueError:
        return CheckAnswer(None, "期限日期无法读取", "The dates of the term cannot be read")
    if end <= begin:
        return CheckAnswer(False, "止期不晚于起期", "The term ends before it begins")
    years = (end - begin).days / 365.25
    ok = years <= LONGEST_TERM_YEARS
    return CheckAnswer(ok, f"期限约 {years:.0f} 年", f"About {years:.0f} years")
