"""The roles of one centre inside a PostgreSQL cluster: named after the centre, told apart by post.

Group roles cannot sign in. Persons are roles of their own that are members of the groups of their
posts; a group only says which policies are planned for a session, what a person may do is asked of
the tables in every statement. Called by ``install`` and everything that writes grants or policies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from workbench.rules.refusals import Refusal
from workbench.rules.words import _

KINDS: Final = (
    "representative", "reviewer", "surveyor", "window_acceptor", "intake_agent",
    "seal_custodian", "issuing_clerk", "supervisor", "organ_head", "audit_admin", "archivist",
    "roster_manager", "system_admin", "security_admin",
)  # fmt: skip
"""A group for every kind of post. ``organ_head`` is also the government head's group."""

GROUPS_OF_ROLES: Final = {**{one: one for one in KINDS}, "government_head": "organ_head"}
"""Role of ``rules.people`` -> kind of post; a role without a kind (approver) sees nothing more."""

LONGEST_PREFIX: Final = 40
"""PostgreSQL cuts names at 63 bytes without a word."""

_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class RoleNames:
    """The group roles of one centre, as unquoted names of small letters."""

    prefix: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix) or len(self.prefix) > LONGEST_PREFIX:
            raise Refusal(
                "centre_name",
                _("A centre's database cannot be named {name}.").format(name=self.prefix),
                _("Use small letters, digits and low lines, a letter first, at most 40."),
            )

    @property
    def owner(self) -> str:
        """Owns schema, tables and verbs; nobody can sign in as it."""
        return f"{self.prefix}_owner"

    @property
    def user(self) -> str:
        """Everybody of the centre."""
        return f"{self.prefix}_user"

    @property
    def newcomer(self) -> str:
        """Whoever still bears the password he was given: he may change it, and nothing else."""
        return f"{self.prefix}_newcomer"

    @property
    def former(self) -> str:
        """Whoever lost the centre; it gives nothing and says whose login this was."""
        return f"{self.prefix}_former"

    @property
    def accounts(self) -> str:
        """Makes and locks logins and ends sessions by fixed statements; nobody signs in as it."""
        return f"{self.prefix}_accounts"

    def kind(self, name: str) -> str:
        """The group of a kind of post."""
        if name not in KINDS:
            raise KeyError(name)
        return f"{self.prefix}_{name}"

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group role, the owner first."""
        return (self.owner, self.user, *(self.kind(one) for one in KINDS))
