"""What every store of keys says in the same words: wrong PIN, key already there, none, closed."""

from __future__ import annotations

from typing import Final

from workbench.rules.refusals import Fault, Refusal
from workbench.rules.words import _

#: Characters of a new PIN.
LEAST_PIN: Final = 6


def wrong_pin() -> Refusal:
    """The PIN does not open the key."""
    return Refusal("wrong_pin", _("The PIN is wrong."), _("Five wrong PINs lock the seal desk."))


def key_exists(name: str) -> Refusal:
    """A key is never overwritten, because sealed documents depend on its certificate."""
    return Refusal(
        "key_exists",
        _("{name} is there already.").format(name=name),
        _("No key is ever written over; a new key needs a new seal number."),
    )


def no_key(seal_id: str, place: str) -> Refusal:
    """There is no key of that seal in that place."""
    return Refusal(
        "no_key",
        _("There is no key of seal {seal} in {place}.").format(seal=seal_id, place=place),
        _("Make one: workbench seal key new; or name the place where it is."),
    )


def key_of_another_seal(seal_id: str) -> Refusal:
    """The key that was opened is not the one whose certificate the register names."""
    return Refusal(
        "key_of_another_seal",
        _("The key that was found is not the key of seal {seal}.").format(seal=seal_id),
        _("Put in the key that belongs to it, or have the new certificate entered in the "
          "register."),
    )  # fmt: skip


def key_closed() -> Fault:
    """Somebody signs after the end of the press or batch."""
    return Fault("key_closed", _("The seal key was used after it had been closed."))


def refuse_short_pin(pin: str) -> None:
    """Refusal ``pin_short`` for a new PIN of fewer than six characters."""
    if len(pin) < LEAST_PIN:
        raise Refusal(
            "pin_short",
            _("The new PIN has fewer than {count} characters.").format(count=LEAST_PIN),
            _("Choose a longer one; the old PIN holds on."),
        )
