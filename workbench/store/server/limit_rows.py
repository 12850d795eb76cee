"""How long each clock runs for an item version, as rows: what ``sql/22_clocks.sql`` starts from.

``clock_lengths`` says it; a clock without a row does not run for the item at all. Called by
``publishing`` when an item version is published into PostgreSQL, as the owner.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from workbench.rules.catalogue import ItemVersion
from workbench.rules.clock_table import CLOCKS
from workbench.store.clock_lengths import limit_for
from workbench.store.server.tables_server import item_limit


def write_limits(sql: Connection, item: ItemVersion) -> None:
    """Every clock of the item version, written anew (domain 3.4)."""
    known = item_limit.c
    same = (known.item_code == item.item_code) & (known.version == item.version)
    sql.execute(delete(item_limit).where(same))
    limits = {name: limit_for(name, item) for name in CLOCKS}
    sql.execute(insert(item_limit), [
        {"item_code": item.item_code, "version": item.version, "clock": name,
         "length": limit.length, "unit": limit.unit}
        for name, limit in limits.items() if limit is not None
    ])  # fmt: skip
