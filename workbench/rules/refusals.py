"""The four kinds of trouble a user can meet (house section 5); raised anywhere, shown by the shell.

``code`` is stable and language-free, ``message`` says what and why, ``remedy`` what to do next.
Both texts are English sources already translated by the caller, so they can be shown as they are.
"""

from __future__ import annotations


class Trouble(Exception):
    """What all four have in common: a stable code, a text, and what to do next."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        # A full-width stop brings its own space.
        gap = "" if self.message.endswith("。") else " "
        return f"{self.message}{gap}{self.remedy}".strip()


class Refusal(Trouble):
    """A rule says no, or a race was lost. Shown beside the control."""


class Outage(Trouble):
    """Store, token, disk or another part of the world is not there. Banner with *try again*."""


class Fault(Trouble):
    """A bug, ours or a plugin's. Notice with *copy report*."""


class Cancelled(Trouble):
    """The user, or a newer question, called it off. Silent."""

    def __init__(self) -> None:
        super().__init__("cancelled", "")
