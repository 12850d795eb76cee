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
    "seal_entered": (N_("The register has a seal {seal_id} already."),
                     N_("Give the new seal a number of its own.")),
    "seal_step_unknown": (N_("A seal knows no step {step}."),
                          N_("Choose one of the steps of the register.")),
    "seal_step_wrong_state": (
        N_("“{step}” is not possible while the seal is: {state}."),
        N_("Look at its history: workbench seal state SEAL --as USER.")),
    "seal_form_incomplete": (N_("The form of this step is not filled in completely."),
                             N_("Fill in box, giver and receiver, or the number of the approval.")),
    "seal_witnesses_missing": (N_("This step takes two different witnesses."),
                               N_("Name both of them.")),
    "seal_witness_is_asker": (N_("Who asks for the step is not its witness."),
                              N_("Name two other persons.")),
    "seal_face_size": (N_("A seal measures 35 to 45 mm."),
                       N_("Measure the impression again.")),
    "seal_policy_values": (
        N_("These limits are not possible."),
        N_("A day: 0 (none) to 9999; a batch: 1 to 50; with timestamp: yes or no.")),
    "seal_certificate_unread": (N_("This is no certificate that can be read."),
                                N_("Give the certificate as the authority wrote it (PEM).")),
    "seal_certificate_differs": (
        N_("The certificate has another SHA-256 or validity than the form says."),
        N_("Take the file that belongs to the form.")),
    "seal_certificate_expired": (N_("The validity of this certificate has ended."),
                                 N_("Have the authority give a new one.")),
    "seal_certificate_taken": (N_("This certificate belongs to the seal {other}."),
                               N_("Every seal has certificates of its own.")),
    "seal_picture_missing": (
        N_("The picture of the impression has not been stored by you."),
        N_("Give the picture with the step: workbench seal ask SEAL new_face --file FILE.")),
    "seal_face_unknown": (N_("The seal {seal_id} has no such filed impression."),
                          N_("Look which there are: workbench seal faces SEAL.")),
    "seal_change_open": (N_("A change of the seal {seal_id} waits for a second person already."),
                         N_("Have it confirmed, declined or withdrawn first.")),
    "seal_change_unknown": (N_("There is no change {number} of a seal."),
                            N_("Look which there are: workbench seal changes.")),
    "seal_change_not_open": (N_("This change has been answered or withdrawn already."),
                             N_("Look at the history of the seal.")),
    "seal_change_not_yours": (N_("Only who asked for a change withdraws it."),
                              N_("Decline it with a reason instead.")),
    "seal_second_person": (
        N_("A change of a seal is confirmed by another person than who asked or witnessed it."),
        N_("Ask the other one of the organ's head and the security administrator.")),
    "seal_twin": (N_("The seal {other} of the same kind and organ is in use."),
                  N_("Suspend that one first; two at once are not allowed.")),
    "seal_daily_limit": (
        N_("The seal {seal_id} has been pressed {limit} times today; more is not allowed."),
        N_("Press again tomorrow, or have the limit of the seal raised.")),
    "seal_has_no_key": (N_("The seal {seal_id} has no key: it is pressed by hand."),
                        N_("Print its copies, press them by hand and scan them back.")),
    "seal_has_key": (N_("This document is sealed with the key of the seal {seal_id}, not by hand."),
                     N_("Press it at the seal desk.")),
    "copy_moved_on": (N_("Copy {serial} cannot be used for this any more; it is {state}."),
                      N_("Refresh the queue and go on with the copy that is named there.")),
    "copies_missing": (N_("Not every copy that was asked for has been scanned back."),
                       N_("Scan back what is missing; spoiled copies are printed anew.")),
    "copy_note_missing": (N_("The scan differs from the document, and nothing is said about it."),
                          N_("Write what the difference is, or record the copy as spoiled.")),
    "scan_taken": (N_("This scan is filed for another copy already."),
                   N_("Scan the copy itself.")),
    "spoil_reason": (N_("No reason was chosen why the copy is spoiled."),
                     N_("Choose a reason from the list.")),
    "control_code_form": (N_("{code} is no control code."),
                          N_("Control codes are made by the seal desk.")),
    "control_code_taken": (N_("A control code is in use already."), N_("Try again.")),
    "control_codes_few": (N_("There are fewer control codes than copies."), N_("Try again.")),
    "copies_under_way": (
        N_("Copies that you have numbered are neither registered nor spoiled."),
        N_("Scan them back, or record them as spoiled; then hand the seal over.")),
    "press_under_way": (N_("A press of yours has not ended yet."),
                        N_("Wait for it, or let the seal worker finish it.")),
    "not_a_custodian": (N_("This person keeps no seal, or is you yourself."),
                        N_("Choose another custodian.")),
    "custody_span": (N_("A custody shift ends after it begins, and after now."),
                     N_("Choose other times.")),
    "custody_overlaps": (N_("{name} holds the seal in that time."),
                         N_("Two people never hold it at once: choose other times.")),
    "custody_not_there": (N_("There is no such custody shift."), N_("Refresh the list.")),
    "custody_taken_over": (N_("This custody shift has been taken over already."),
                           N_("It ends with a hand-over.")),
    "account_entered": (N_("The list has an account {account_id} already."),
                        N_("Give the new account a number of its own.")),
    "account_unknown": (N_("There is no account {account_id}."),
                        N_("Look which there are: workbench accounts list.")),
    "account_not_yours": (
        N_("Only its holder and the security administrator use the account {account_id}."),
        N_("Ask one of them.")),
    "not_locked": (N_("The seal desk of {login} is not locked."),
                   N_("Nothing has to be done.")),
    "no_custody_shift": (N_("No custody shift of yours runs now."),
                         N_("Ask the roster manager to enter the shift.")),
}  # fmt: skip
