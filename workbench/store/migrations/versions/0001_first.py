"""The first revision: every table of a centre.

Revision ID: 0001
"""

from __future__ import annotations

from workbench.store.migrations import first_cases, first_parts, first_people, first_seal

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything; the append-only triggers follow in ``env``."""
    first_people.create()
    first_cases.create()
    first_parts.create()
    first_seal.create()


def downgrade() -> None:
    """There is nothing before the first revision."""
    raise RuntimeError("restore the copy that was made before the upgrade")
