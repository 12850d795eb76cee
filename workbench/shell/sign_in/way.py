"""What the sign-in window says of the way to a centre's server: where it is, and who proves what.

Nothing is said of a centre on a file. Called by ``desk_room``.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.words import N_, _
from workbench.shell.centre_place import CentrePlace

PROVEN: Final = N_("The server proves itself with its certificate.")
ENCRYPTED: Final = N_("Encrypted, but nobody checks the server's certificate.")
HERE: Final = N_("The server is this computer.")
OPEN: Final = N_("Not encrypted. Ask the system administrator before you sign in.")


def way_words(place: CentrePlace) -> tuple[str, ...]:
    """The server's address; how the connection is guarded; the certificate of one's own, if any."""
    if not place.server:
        return ()
    guard = _guard(place)
    lines = [place.server, _(guard)]
    if place.certificate:
        lines.append(_("With your certificate {name}.").format(name=place.certificate))
    return tuple(lines)


def _guard(place: CentrePlace) -> str:
    if place.sslmode in ("verify-full", "verify-ca"):
        return PROVEN
    if place.sslmode == "require":
        return ENCRYPTED
    return HERE if place.is_here else OPEN
