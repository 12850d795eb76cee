"""What refuses when audit days are closed and keys registered: the same words on both engines.

The same form as ``refusal_texts.TEXTS``, which takes these in.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.words import N_

AUDIT_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "audit_key_missing": (
        N_("No key of yours is registered, or this one is not."),
        N_("Make one: workbench audit new-key URL --as USER.")),
    "audit_key_known": (
        N_("This key is registered already."),
        N_("Make a new one: workbench audit new-key URL --as USER.")),
    "audit_key_form": (
        N_("What was given is no public key."),
        N_("Make one: workbench audit new-key URL --as USER.")),
    "audit_days_unsound": (
        N_("The record of {day} cannot be read as it was signed."),
        N_("Run workbench audit verify, keep the file, and tell the supervising authority.")),
    "day_not_over": (
        N_("The day {day} is not over yet, or nothing was ever recorded."),
        N_("A day can be closed from ten minutes after midnight on.")),
    "day_order": (
        N_("Days are closed in order; {day} is not the next one."),
        N_("The next one is {following}.")),
    "day_changed": (
        N_("The entries of {day} have changed while it was being signed."),
        N_("Run workbench audit verify before anything is signed.")),
    "log_unsound": (
        N_("{day} is not signed: {place} does not fit the log."),
        N_("Run workbench audit verify, keep the file, and tell the supervising authority.")),
}  # fmt: skip
