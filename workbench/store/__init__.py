"""The store: one centre's database and its files. ``app`` and the command line open it from here.

Everything else speaks to it through ``casework.ports``. The database library comes with the first
of these names that is used: the address of a server is read before, for the first window.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.store.backup import backup_centre
    from workbench.store.centre import StoreCentre, create_centre, open_centre, upgrade_centre
    from workbench.store.centre_check import check_centre
    from workbench.store.opening import open_any
    from workbench.store.restore import restore_centre
    from workbench.store.schema import bears_our_mark

_PLACES = {
    "StoreCentre": "centre",
    "backup_centre": "backup",
    "bears_our_mark": "schema",
    "check_centre": "centre_check",
    "create_centre": "centre",
    "open_any": "opening",
    "open_centre": "centre",
    "restore_centre": "restore",
    "upgrade_centre": "centre",
}

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


def __getattr__(name: str) -> Any:
    """A name of ``__all__``, from the module that has it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found
    return found
