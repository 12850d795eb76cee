"""What the seal desk and the register of seals refuse: presses, leases, states, PINs, custody.

The same form as ``refusal_texts.TEXTS``, which takes these in; both engines refuse with them.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.seal_custody import SEAL_FAULTS
from workbench.rules.words import N_

_ANOTHER_SEAL: Final = N_("Choose the right seal, or return the request.")

SEAL_TEXTS: Final[dict[str, tuple[str, str]]] = {
    **{code: (text, _ANOTHER_SEAL) for code, text in SEAL_FAULTS.items()},
    "press_again": (N_("The other press of this document has just been given up."),
                    N_("Press the seal again.")),
    "already_stamped": (
        N_("{name} has sealed this document: serial {serial}, {state}, begun {time}."),
        N_("Open the result; nothing has to be pressed.")),
    "being_stamped": (
        N_("{name} is sealing this document since {time}: serial {serial}, {state}."),
        N_("Wait for the press to end, then refresh the queue.")),
    "ledger_moved_on": (
        N_("Press {serial} has been taken over or has ended; it is {state}."),
        N_("Look at the register of seal use before anything is pressed again.")),
    "ledger_differs": (N_("The sealed file is not the one that press {serial} signed."),
                       N_("Have the press finished by recovery, or void it.")),
    "prepared_missing": (N_("The prepared file has not been stored."),
                         N_("Press the seal again.")),
    "seal_unknown": (N_("The register has no seal {seal_id}."),
                     N_("Choose a seal of the register.")),
    "seal_not_in_use": (
        N_("Only a seal in use can be suspended; this one is: {state}."),
        N_("Nothing has to be done: it cannot be pressed as it is.")),
    "seal_not_suspended": (
        N_("Only a suspended seal can be resumed; this one is: {state}."),
        N_("Look at its history: workbench seal state SEAL --as USER.")),
    "seal_twin": (N_("The seal {other} of the same kind and organ is in use."),
                  N_("Suspend that one first; two at once are not allowed.")),
    "not_locked": (N_("The seal desk of {login} is not locked."),
                   N_("Nothing has to be done.")),
    "no_custody_shift": (N_("No custody shift of yours runs now."),
                         N_("Ask the roster manager to enter the shift.")),
}  # fmt: skip
