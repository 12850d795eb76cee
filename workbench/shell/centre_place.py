"""Where the centre of this desk is: known before anything is opened, so it stands by itself.

Made by ``app``; the sign-in window says it, every screen has it in its workplace.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from workbench.rules.words import language


class CentrePlace(NamedTuple):
    """Where the centre is: for the seal worker, for exports, for the status line."""

    names: Mapping[str, str]
    """By language; written when the centre was made."""
    url: str
    folder: Path
    exchange: Path
    """The folder of the file-based exchange adapters."""
    server: str = ""
    """The address of the centre's server, without names and options; empty for a file."""
    sslmode: str = ""
    certificate: str = ""
    """The file name of the person's own certificate, where one is used."""
    is_here: bool = False
    """Whether the server is this computer."""

    @property
    def name(self) -> str:
        """The centre's name in the language in use."""
        return self.names.get(language(), "")
