"""``accounts import|list|totals|set-password|reveal``: special accounts at other systems (S019).

The centre knows who holds which account and where; a password stands in this desk's keyring only.
Setting and showing one is written in the audit lines before it is done.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.commands.seal_keys import twice
from workbench.commands.surroundings import (
    Commands,
    add_centre,
    add_person,
    centre_url,
    complain,
    one_line,
    readable,
    session,
)
from workbench.rules.account_list import AccountAct, account_totals, read_accounts
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _
from workbench.vault.accounts import AccountVault
from workbench.vault.passwords import PasswordVault


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Register the command and its verbs."""
    top = commands.add_parser("accounts", help=_("special accounts at other systems"))
    verbs = top.add_subparsers(dest="verb", required=True)
    many = verbs.add_parser("import", help=_("enter the accounts of a CSV file, all or none"))
    many.add_argument("file", type=Path, metavar="FILE")
    many.set_defaults(run=run_import)
    listed = verbs.add_parser("list", help=_("list the accounts with holder and place"))
    listed.set_defaults(run=run_list)
    counted = verbs.add_parser("totals", help=_("count the accounts by category"))
    counted.set_defaults(run=run_totals)
    kept = verbs.add_parser("set-password", help=_("keep a password in this desk's keyring"))
    kept.set_defaults(run=run_set_password)
    shown = verbs.add_parser("reveal", help=_("show a password; it is written down who did"))
    shown.set_defaults(run=run_reveal)
    for parser in (kept, shown):
        parser.add_argument("account", metavar="ACCOUNT")
    for parser in (many, listed, counted, kept, shown):
        add_centre(parser)
        add_person(parser)


def run_import(args: argparse.Namespace) -> int:
    """Exit 1 with every fault of the list."""
    listed, faults = read_accounts(readable(args.file).read_bytes())
    for fault in faults:
        complain(one_line(str(fault)))
    if faults:
        complain(_("No account was entered."))
        return 1
    print(_("{count} accounts entered.").format(count=session(args).import_accounts(listed)))
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Open to the house; no password."""
    for one in session(args).special_accounts():
        print(one_line("  ".join((
            one.account_id, one.category, one.system, one.login_name, one.holder, one.place
        ))))  # fmt: skip
    return 0


def run_totals(args: argparse.Namespace) -> int:
    """A line a category, and the sum."""
    found = account_totals(session(args).special_accounts())
    for category, count in found.items():
        print(one_line(f"{category}  {count}"))
    print(_("{count} accounts in {categories} categories").format(
        count=sum(found.values()), categories=len(found)
    ))  # fmt: skip
    return 0


def run_set_password(args: argparse.Namespace) -> int:
    """Into the keyring of this desk, and nowhere else."""
    vault = _vault(args)
    session(args).note_account(args.account, AccountAct.PASSWORD_SET)
    if not vault.keep(args.account, twice(_("Password of the account: "))):
        raise Outage(
            "no_keyring", _("This machine has no keyring that keeps passwords."),
            _("Set one up, or use another desk; nothing was stored."),
        )  # fmt: skip
    print(_("The password of {account} is in this desk's keyring.").format(account=args.account))
    return 0


def run_reveal(args: argparse.Namespace) -> int:
    """Written in the audit lines first."""
    session(args).note_account(args.account, AccountAct.REVEALED)
    found = _vault(args).password(args.account)
    if found is None:
        raise Refusal(
            "password_missing", _("This desk's keyring has no password of {account}.").format(
                account=args.account
            ),
            _("Set it first: workbench accounts set-password."),
        )  # fmt: skip
    print(found)
    return 0


def _vault(args: argparse.Namespace) -> AccountVault:
    return AccountVault(PasswordVault(centre_url(args)))
