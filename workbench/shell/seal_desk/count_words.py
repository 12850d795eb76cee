"""The count of a seal in words: ledger against files against key (seal design section 8)."""

from __future__ import annotations

from workbench.rules.moment import stamp
from workbench.rules.seal_balance import Occasion, SealBalance
from workbench.rules.words import _, listed


def difference_word(code: str) -> str:
    """What does not add up; a code that is not known stands as it is."""
    words = {
        "files_missing": _("a sealed file is not in the content store"),
        "files_over": _("there are more sealed files than presses in the register"),
        "calls_below_ledger": _("the key was asked less often than documents were sealed"),
        "token_below_calls": _("the token has counted less than the key was asked"),
        "token_below_ledger": _("the token has counted less than documents were sealed"),
        "token_above_calls": _("the token has counted more than the key was asked"),
        "press_under_way": _("a press is neither sealed nor void"),
    }
    return words.get(code, code)


def differences_text(balance: SealBalance) -> str:
    """``everything agrees``, or what does not."""
    if not balance.differences:
        return _("everything agrees")
    return listed([difference_word(code) for code in balance.differences])


def token_text(balance: SealBalance) -> str:
    """What the token itself has counted."""
    return str(balance.token_count) if balance.token_count >= 0 else _("counts nothing")


def counted_text(balance: SealBalance) -> str:
    """One line: what was counted and whether it agrees."""
    return _(
        "sealed {released}, void {void}, files {files}, calls of the key {calls}, "
        "token {token}: {end}"
    ).format(
        released=balance.released, void=balance.void, files=balance.files, calls=balance.calls,
        token=token_text(balance), end=differences_text(balance),
    )  # fmt: skip


def occasion_text(balance: SealBalance, name: str) -> str:
    """The day's count, or to whom the seal was handed over and when it was taken over."""
    if balance.occasion is Occasion.DAY:
        return _("count of the day")
    if balance.received_at is None:
        return _("handed over to {name}, not taken over yet").format(name=name)
    return _("handed over to {name}, taken over at {time}").format(
        name=name, time=stamp(balance.received_at)[:16]
    )
