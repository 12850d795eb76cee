"""What refuses outside the flow, or says the same on both engines: clock, files, calendar, people.

The same form as ``refusal_texts.TEXTS``, which takes these in. The server names a refusal by its
code and values alone, so whatever it can refuse must stand in one of the two tables.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.words import N_

CENTRE_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "clock_back": (
        N_("This computer's clock shows {now}, but a step was already recorded at {last}."),
        N_("Set the clock right, then take the step again; nothing was changed.")),
    "operation_reused": (N_("This step bears the number of another step."),
                         N_("Take the step again with a number of its own.")),
    "content_missing": (N_("The file of “{name}” has not been stored."),
                        N_("Add the file again; the step has not been taken.")),
    "content_key_differs": (
        N_("This file is known to the centre under another key."),
        N_("Tell the system administrator: another program has stored it wrongly.")),
    "content_form": (N_("What was told about a file does not fit together."),
                     N_("Add files in the workbench, never by a statement of one's own.")),
    "calendar_outside": (N_("The calendar does not reach beyond {day}."),
                         N_("Ask the system administrator to load the calendar of that year.")),
    "calendar_missing": (N_("No working-day calendar has been published."),
                         N_("Ask the system administrator to publish the calendar.")),
    "limit_wrong": (N_("A limit of {length} {unit} cannot be counted."),
                    N_("Correct the limit in the item version.")),
    "item_unknown": (N_("The catalogue of this centre has no item {item}."),
                     N_("Look in the catalogue for the item in force.")),
    "account_revoked": (N_("Your account can no longer sign in."),
                        N_("Ask the security administrator.")),
    "account_gone": (N_("Your account was removed."), N_("Ask the system administrator.")),
    "draft_too_long": (N_("What you wrote is too long to be kept as a draft."),
                       N_("It stays in the form; make it shorter, or take the step.")),
    "draft_not_kept": (N_("Your shift has ended, so what you write is not kept any more."),
                       N_("Hand the case over; copy what you want to take along.")),
    "mark_not_kept": (
        N_("This mark was not kept: the case has ended or is outside your post, the mark is not "
           "yours, or it is too long."),
        N_("Open the case again, then make it anew; a long text belongs into an opinion.")),
    "view_not_kept": (
        N_("This view was not kept: it has no name, one of more than 40 letters or one that is "
           "taken, or there are too many."),
        N_("Give it another name, or drop a view that is not needed any more.")),
    "case_not_yet": (N_("At {at} the case {no} did not exist yet."),
                     N_("It was registered at {time}: ask for that time or a later one.")),
    "person_unknown": (N_("There is no person with the sign-in name {login}."),
                       N_("Look in the list of people for the right name.")),
    "login_taken": (N_("This sign-in name cannot be given."), N_("Choose another name.")),
    "wrong_password": (N_("Name and password do not belong together."),
                       N_("Check the name and the keyboard, then try again.")),
    "login_form": (
        N_("{login} cannot be a sign-in name."),
        N_("Use small letters, digits, dot, hyphen and low line, a letter first, at most 31.")),
    "login_elsewhere": (
        N_("{login} signs in at another centre on the same server and keeps that password."),
        N_("Add the person without a new password: --keeps-password.")),
    "person_exists": (N_("There is already a person with the sign-in name {login}."),
                      N_("Give the person more roles, or choose another sign-in name.")),
    "person_name_missing": (N_("A person needs a name in Chinese and in English."),
                            N_("Write both names.")),
    "office_unknown": (N_("There is no department {department}."),
                       N_("Use the code of a department of this centre.")),
    "role_unknown": (N_("There is no role {role}."), N_("Choose one of the roles of the centre.")),
    "role_held": (N_("The person already has the role {role} there and then."),
                  N_("Look in the list of people; revoke the role first to give it anew.")),
    "role_not_held": (N_("The person does not have the role {role}."),
                      N_("Look in the list of people for the roles that can be revoked.")),
    "roles_exclude": (N_("{first} and {second} exclude each other."),
                      N_("Give one of the two roles to another person.")),
    "span_backwards": (N_("The time of the role is over before it begins, or already over."),
                       N_("Enter a time that ends later.")),
    "letter_incomplete": (
        N_("A chief representative needs a department, post A or B, and a letter number."),
        N_("Complete what the appointment letter says.")),
    "security_admin_only": (N_("Accounts are kept by the security administrator."),
                            N_("Ask the security administrator of the centre.")),
    "own_account": (N_("Nobody changes his own account."),
                    N_("Another security administrator has to do it.")),
    "account_in_use": (N_("{login} has not been revoked; the sessions go on."),
                       N_("Revoke the person first.")),
    "version_taken": (
        N_("Version {version} of item {name} is published already with another content."),
        N_("Give the changed item the next version number.")),
    "content_altered": (N_("What was to be published of {name} does not agree with itself."),
                        N_("Publish it from the workbench itself.")),
    "shift_not_publishable": (
        N_("A shift of another department, or one that has begun, cannot be published."),
        N_("Take it off the plan.")),
    "roster_faults": (N_("The roster has {count} open faults. {first}"),
                      N_("Correct them, or publish with a written reason.")),
    "leave_over": (N_("The leave would end before it begins."),
                   N_("Enter an end that lies ahead.")),
    "stand_in_items": (
        N_("An emergency authorisation names its items, its powers and its letter."),
        N_("Name them one by one; all items at once is not possible.")),
    "stand_in_long": (N_("An emergency authorisation holds for one to {n} working days."),
                      N_("Choose a shorter time; a longer absence needs a new appointment.")),
    "stand_in_conflict": (N_("{first} and {second} exclude each other."),
                          N_("Name another person.")),
    "letter_used": (N_("Letter {letter} already names a stand-in for those hours."),
                    N_("Give each letter a number of its own.")),
    "not_vacant": (N_("Somebody is on duty in all office hours of that time."),
                   N_("Enter the leave first, or choose the time in which both are away.")),
    "slot_unknown": (N_("There is no slot {code} that can be switched."),
                     N_("These can: {codes}.")),
    "verifier_form": (N_("The password came in a form that must not reach the server."),
                      N_("Change passwords in the workbench, never by a statement of one's own.")),
}  # fmt: skip
