"""The count of a seal in words: ledger against files against key (seal design section 8)."""

from __future__ import annotations

from workbench.rules.moment import stamp
from workbench.rules.seal_balance import Occasion, SealBalance, difference_text
from workbench.rules.words import _


def differences_text(balance: SealBalance) -> str:
    """That everything agrees, or what does not."""
    return " ".join(map(difference_text, balance.differences)) or _("Everything agrees.")


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
