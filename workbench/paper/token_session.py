"""A session with a PKCS#11 token, and what a token says in the product's own troubles.

One caller at a time speaks with the module: a login holds for all sessions of a process, and after
a trouble the module is started anew, because some see a token that was put back only then. No text
and no record here holds a PIN. Called by :mod:`.key_token`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pkcs11
from pkcs11 import exceptions as told

from workbench.paper.key_refusals import wrong_pin
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

_GONE: Final = (
    told.NoSuchToken, told.TokenNotPresent, told.TokenNotRecognised, told.DeviceRemoved,
)  # fmt: skip
_REFUSED: Final = (told.PinIncorrect, told.PinInvalid, told.PinLenRange)
_FINAL: Final = (*_REFUSED, told.PinLocked)
#: Seconds between tries.
_PAUSES: Final = (0.01, 0.03, 0.06, 0.1, 0.1)
_TURN: Final = threading.RLock()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """The token with that label, seen through the PKCS#11 module in that file."""

    module: str
    label: str


def in_session(
    place: TokenPlace, pin: str, work: Callable[[Any], T], *, write: bool = False
) -> T:
    """What ``work`` gets out of a session of its own, logged in and closed again.

    Reading and signing are tried again for a third of a second: a token whose other user is just
    logging in may answer that it is broken, or not there. Nothing that writes is done twice.
    Refusal ``wrong_pin``, ``token_locked``; Outage ``token_gone``, ``token_error``,
    ``token_module``.
    """
    with _TURN, _as_troubles(place):
        for pause in () if write else _PAUSES:
            try:
                return _once(place, pin, work, write)
            except _FINAL:
                raise
            except told.PKCS11Error:
                time.sleep(pause)
        return _once(place, pin, work, write)


def _once(place: TokenPlace, pin: str, work: Callable[[Any], T], write: bool) -> T:
    with _token(place).open(user_pin=pin, rw=write) as session:
        return work(session)


def token_there(place: TokenPlace) -> bool:
    """Whether the token can be seen now; asked of the module anew. Outage ``token_module``."""
    with _TURN:
        for pause in (*_PAUSES, 0.0):
            with contextlib.suppress(told.PKCS11Error):
                module = _module(place.module)
                module.reinitialize()
                if any(module.get_tokens(token_label=place.label)):
                    return True
            time.sleep(pause)
    return False


def _token(place: TokenPlace) -> Any:
    module = _module(place.module)
    try:
        return module.get_token(token_label=place.label)
    except told.MultipleTokensReturned:
        raise
    except told.PKCS11Error:
        module.reinitialize()
        return module.get_token(token_label=place.label)


def _module(path: str) -> Any:
    try:
        return pkcs11.lib(path)
    except told.PKCS11Error as trouble:
        if type(trouble) is not told.PKCS11Error:
            raise  # the module was loaded, and says this
        raise Outage(
            "token_module",
            _("The PKCS#11 module {path} cannot be loaded.").format(path=path or "?"),
            _("Write where the module of the token's maker is into pkcs11-module.txt in the "
              "folder of the centre."),
        ) from trouble  # fmt: skip


@contextmanager
def _as_troubles(place: TokenPlace) -> Iterator[None]:
    try:
        yield
    except _REFUSED as trouble:
        raise wrong_pin() from trouble
    except told.PinLocked as trouble:
        raise Refusal(
            "token_locked",
            _("The token {label} is locked: too many wrong PINs.").format(label=place.label),
            _("Whoever gave it out unlocks it, or the seal gets a new key."),
        ) from trouble
    except _GONE as trouble:
        raise _gone(place) from trouble
    except told.PKCS11Error as trouble:
        # One that was pulled out may answer with any error.
        raise (_failed(place, trouble) if token_there(place) else _gone(place)) from trouble


def _gone(place: TokenPlace) -> Outage:
    return Outage(
        "token_gone",
        _("The token {label} is not there.").format(label=place.label),
        _("Put it in and try again."),
    )


def _failed(place: TokenPlace, trouble: Exception) -> Outage:
    return Outage(
        "token_error",
        _("The token {label} reports {error}.").format(
            label=place.label, error=type(trouble).__name__
        ),
        _("Pull it out, put it in again and try once more; else ask whoever gave it out."),
    )
