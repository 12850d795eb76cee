"""What the seal worker looks at before the first press: one line for each thing, with its remedy.

The worker finds out, the desk shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PreflightLine:
    """``code`` is ``key``, ``counter``, ``revocation``, ``timestamp``, ``clock`` or ``staging``.

    ``passed``: true, false (a press would fail), or None (it would not, but somebody has to act).
    """

    code: str
    passed: bool | None
    text: str
    remedy: str = ""
