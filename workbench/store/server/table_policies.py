"""For every table that is no part of a case: who may read which rows and columns, and why.

A table of a centre without a decision here fails a test; a table of the server's own interpreters
is nobody's. No table may be written by anybody: that is done by verbs. Called by ``policies`` and
``grants``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from workbench.rules.people import Role
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.seal_queues import SEES_REGISTER
from workbench.store.server.policy_facts import roles_text
from workbench.store.tables import PART_TABLES


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows for which ``truth`` holds, to that kind of post or to everybody (``user``).

    ``{seen}`` stands for "the case of this row is seen", ``{me}`` for the person's sign-in name.
    """

    to: str
    truth: str


@dataclass(frozen=True, slots=True)
class Decision:
    """``columns``: the only ones that may be read; all where none is named. ``closed``: nothing is
    granted at all."""

    why: str
    shown: tuple[Shown, ...] = ()
    columns: tuple[str, ...] = ()
    closed: bool = field(default=False)


def _all(why: str) -> Decision:
    return Decision(why, (Shown("user", "true"),))


def _nobody(why: str) -> Decision:
    return Decision(why, closed=True)


def _posts(*roles: Role) -> str:
    return roles_text(sorted(role.value for role in roles))


_BY_PART: Final = Decision("rows of the visibility table that grant the part (domain 4.4)")
_LEDGER: Final = f"custodian = {{me}} OR {_posts(*SEES_REGISTER)} OR (SELECT wb.my_custody())"
_AUDIT: Final = (Shown("audit_admin", _posts(Role.AUDIT_ADMIN)),)
_SLOTS: Final = (Shown("system_admin", _posts(Role.SYSTEM_ADMIN)),)

DECISIONS: Final[dict[str, Decision]] = {
    "case_file": Decision(
        "the part meta, masked; beside it what lists are sorted by",
        columns=(
            *CASE_FIELDS, "sort_due", "settle_at", "settle_to", "settle_due", "short_end",
        ),
    ),
    "event": _BY_PART,
    **{table.name: _BY_PART for table in PART_TABLES.values()},
    "task": Decision("with the part that it is about, with whom it names (case_views)"),
    "clock_run": Decision("clocks belong to meta (4.4)", (Shown("user", "{seen}"),)),
    "supervision_event": Decision(
        "process data are the supervisor's (domain 3.1)",
        (Shown("supervisor", f"{_posts(Role.SUPERVISOR)} AND {{seen}}"),),
    ),
    "private_draft": Decision("its author alone (E06)", (Shown("user", "author = {me}"),)),
    "material_mark": Decision(
        "what stands, with the part materials: generated with the parts (decision 021)"
    ),
    "saved_view": Decision(
        "one's own, and what is shared in one's department",
        (Shown("user", "owner = {me} OR shared AND owner = ANY ((SELECT wb.my_colleagues())"
                       "::text[])"),),
    ),
    "applicant": _nobody("real identities: a verb looks up and writes down who asked"),
    "operation": _nobody("a retry is recognised by the verb"),
    "case_counter": _nobody("numbers are given by the verb"),
    "recusal": Decision(
        "one's own, what one entered oneself, and the supervisor's to explain (V00)",
        (Shown("user", "login = {me} OR \"by\" = {me}"),
         Shown("supervisor", _posts(Role.SUPERVISOR))),
    ),
    "ledger_line": Decision(
        "one's own; all for who holds the seal, supervises, archives or audits (V16b)",
        (Shown("user", _LEDGER),),
    ),
    "ledger_step": Decision(
        "with its line",
        (Shown("user", "EXISTS (SELECT 1 FROM wb.ledger_line l "
                       "WHERE l.serial = ledger_step.serial)"),),
    ),
    "seal": _all("the register of seals is open to the house"),
    "issuing_organ": _all("with the register of seals"),
    "seal_change": _all("what happened to a seal is open to the house like the seal (R57)"),
    "seal_certificate": _all("certificates are public"),
    "seal_face": _all("that there is a filed impression; the picture is the content store's"),
    "seal_picture": _nobody("empty: a server keeps the keys of all its files in one place"),
    "special_account": _all("who holds which account; the passwords are in keyrings (S019)"),
    "token_use": _all("how often a key was asked to sign, for the daily balance"),
    "seal_balance": Decision(
        "who holds or held the seal, supervises or audits",
        (Shown("user", f"actor = {{me}} OR receiver = {{me}} OR {_posts(*SEES_REGISTER)}"
                       " OR (SELECT wb.my_custody())"),),
    ),
    "pin_failure": Decision(
        "one's own; the security administrator unlocks",
        (Shown("user", "login = {me}"),
         Shown("security_admin", _posts(Role.SECURITY_ADMIN))),
    ),
    "setting": _all("name and settings of the centre"),
    "app_user": Decision(
        "names and places; never salt, hash, failures or lock", (Shown("user", "true"),),
        ("login", "name_zh", "name_en", "department", "site"),
    ),
    "department": _all("names of departments"),
    "membership": _all("who holds which post is no secret of the house"),
    "appointment": _all("letters are published with the roster (domain 4.5)"),
    "authorisation": _all("letters are published with the roster (domain 4.5)"),
    "authorisation_item": _all("with its letter"),
    "authorisation_power": _all("with its letter"),
    "duty_shift": Decision(
        "published shifts; plans are the roster manager's and their author's",
        (Shown("user", "published_at <= (SELECT wb.my_moment()) OR created_by = {me}"),
         Shown("roster_manager", _posts(Role.ROSTER_MANAGER))),
    ),
    "leave": Decision(
        "one's own; the roster manager's",
        (Shown("user", "login = {me}"),
         Shown("roster_manager", _posts(Role.ROSTER_MANAGER))),
    ),
    "custody_shift": _all("who keeps the seal is said to everybody (V16)"),
    "publication": _all("published records"),
    "item_version": _all("published records"),
    "item_material": _all("published records"),
    "item_material_situation": _all("published records"),
    "calendar": _all("published records"),
    "audit_line": Decision("the audit administrator's (V21)", _AUDIT),
    "audit_key": Decision("the audit administrator's", _AUDIT),
    "audit_day": Decision("the audit administrator's", _AUDIT),
    "audit_leaves": Decision("the audit administrator's", _AUDIT),
    "exchange_outbox": Decision("technical: the system administrator's", _SLOTS),
    "exchange_slot": Decision("technical: the system administrator's", _SLOTS),
}  # fmt: skip
