"""What ``workbench plugin publish`` writes into the centre: pure records, the store writes them.

Called by the command line with a host opened without ``published_build``, so that a new build can
be published at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbench.hosting.admission import Admitted
from workbench.hosting.host import Host
from workbench.rules.publication import Publication


def publications(host: Host, only: Iterable[str] = ()) -> tuple[Publication, ...]:
    """One publication for the standard plugin and for each admitted one; ``only`` names some.

    A plugin with an admission fault is not among them: look at ``host.faults``.
    """
    names = set(only)
    every = (host.standard, *host.admitted.values())
    return tuple(_publication(one) for one in every if not names or one.name in names)


def _publication(one: Admitted) -> Publication:
    return Publication(
        one.name, one.version, one.build, one.manifest.departments,
        one.brought.items, one.brought.templates, one.brought.stamping,
    )  # fmt: skip
