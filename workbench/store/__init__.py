"""The store: one centre's database and its files. ``app`` and the command line open it from here.

Everything else speaks to it through ``casework.ports``.
"""

from workbench.store.backup import backup_centre
from workbench.store.centre import StoreCentre, create_centre, open_centre, upgrade_centre
from workbench.store.centre_check import check_centre
from workbench.store.opening import open_any
from workbench.store.restore import restore_centre
from workbench.store.schema import bears_our_mark

__all__ = [
    "StoreCentre",
    "backup_centre",
    "bears_our_mark",
    "check_centre",
    "create_centre",
    "open_any",
    "open_centre",
    "restore_centre",
    "upgrade_centre",
]
