"""The version of the plugin interface, and whether a declared range holds it.

Asked by hosting before a plugin is imported. The major number changes when a hook, a record or the
Desk changes so that an older plugin breaks; the minor number when something is added.
"""

from __future__ import annotations

import re
from typing import Final

from workbench.rules.refusals import Refusal
from workbench.rules.words import _

API_VERSION: Final = (1, 0)

_PART: Final = re.compile(r"(>=|<=|==|<|>)\s*(\d+)(?:\.(\d+))?")


def version_text() -> str:
    """The version as it is written: ``1.0``."""
    return ".".join(map(str, API_VERSION))


def fits(api_range: str, version: tuple[int, int] = API_VERSION) -> bool:
    """Whether ``version`` lies in a range such as ``>=1.0,<2``. An empty or unreadable range is a
    Refusal ``plugin.api_range_unreadable``: silence is no promise."""
    parts = [part.strip() for part in api_range.split(",")]
    return all([_part_holds(part, version) for part in parts])


def _part_holds(part: str, version: tuple[int, int]) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        raise Refusal(
            "plugin.api_range_unreadable",
            _("The range of API versions cannot be read: “{part}”.").format(part=part),
            _("Write it like >=1.0,<2."),
        )
    bound = (int(found[2]), int(found[3] or 0))
    return {
        ">=": version >= bound,
        "<=": version <= bound,
        "==": version == bound,
        "<": version < bound,
        ">": version > bound,
    }[found[1]]
