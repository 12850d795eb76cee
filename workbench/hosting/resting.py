"""Which plugins have failed how often since the desk started, and which of them rest.

First fault: a notice that names the plugin, never the department. Third fault, or a block of the
event loop of more than two seconds: the plugin rests and the standard pane takes over, so no case
becomes unreachable. Kept by :class:`workbench.hosting.host.Host`; shown by the shell.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from workbench.rules.words import _

FAULTS_UNTIL_REST: Final = 3
BLOCK_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class PluginNotice:
    """What the user is told. ``rests`` says that the standard pane has taken over;
    ``report`` is for *copy report* and holds no case content of ours."""

    plugin: str
    version: str
    message: str
    rests: bool
    report: str = ""


class RestRegister:
    """The faults of one session of the desk, by plugin."""

    def __init__(self) -> None:
        self._faults: Counter[str] = Counter()
        self._resting: dict[str, str] = {}

    def faults(self, plugin: str) -> int:
        """How many run-time faults the plugin has had in this session."""
        return self._faults[plugin]

    def rests(self, plugin: str) -> bool:
        """Whether the standard pane stands in for it."""
        return plugin in self._resting

    def why(self, plugin: str) -> str:
        """The reason for resting, for the plugins page; empty while it works."""
        return self._resting.get(plugin, "")

    def note_fault(self, plugin: str, title: str, version: str, report: str) -> PluginNotice | None:
        """Count a fault. A notice for the first and for the one that makes it rest, else None."""
        self._faults[plugin] += 1
        count = self._faults[plugin]
        if count >= FAULTS_UNTIL_REST and not self.rests(plugin):
            reason = _("It failed {count} times since the desk was started.").format(count=count)
            return self._rest(plugin, version, reason, report)
        if count > 1:
            return None
        text = _("The plugin {name} {version} failed. Please tell the IT section.")
        return PluginNotice(
            plugin, version, text.format(name=title, version=version), False, report
        )

    def note_block(self, plugin: str, version: str, seconds: float) -> PluginNotice | None:
        """The plugin kept the desk from answering for ``seconds``; over two seconds it rests."""
        if seconds <= BLOCK_SECONDS or self.rests(plugin):
            return None
        text = _("It kept the desk from answering for {seconds} seconds.")
        return self._rest(plugin, version, text.format(seconds=f"{seconds:.1f}"), "")

    def _rest(self, plugin: str, version: str, reason: str, report: str) -> PluginNotice:
        self._resting[plugin] = reason
        message = _(
            "The plugin of this department is paused; the standard approval pane is in use now."
        )
        return PluginNotice(plugin, version, message, True, report)
