"""``seal authority new|issue|revoke|publish|list-revoked``: the test authority of a centre.

Its passphrase is asked for each time and stored nowhere: who has it makes seals that verify, so it
is not the custodian's PIN and in no keyring of a desk (decision note 025). Only the sample centre,
where everything is made up, has it among its passwords.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.commands.offices import asked
from workbench.commands.seal_keys import keys_folder, twice
from workbench.commands.surroundings import Commands, WrongCall, add_centre, readable
from workbench.rules.moment import DAY, SystemClock, at_local, stamp
from workbench.rules.words import _

REASONS = ("key_compromise", "superseded", "cessation_of_operation", "affiliation_changed")
"""The words of ``paper.authority_lists.REASONS``; a test holds the two together."""


def add(verbs: Commands[argparse.ArgumentParser]) -> None:
    """Register ``authority`` among the verbs of ``seal``."""
    authority = verbs.add_parser(
        "authority", help=_("the test authority: certificates, revocation; nothing of it is legal")
    )
    actions = authority.add_subparsers(dest="action", required=True)
    new = actions.add_parser("new", help=_("found the test authority of this centre"))
    new.add_argument("name", metavar="NAME")
    new.set_defaults(run=run_new, days=20 * 365)
    issue = actions.add_parser("issue", help=_("answer a request with a certificate"))
    issue.add_argument("request", type=Path, metavar="REQUEST")
    issue.add_argument("file", type=Path, metavar="CERTIFICATE")
    issue.set_defaults(run=run_issue, days=3 * 365)
    for parser in (new, issue):
        parser.add_argument("--days", type=int, metavar="N", help=_("good for so many days"))
    revoke = actions.add_parser("revoke", help=_("put a certificate on the revocation list"))
    revoke.add_argument("file", type=Path, metavar="CERTIFICATE")
    revoke.add_argument("--reason", required=True, choices=REASONS)
    revoke.add_argument("--since", metavar="YYYY-MM-DD",
                        help=_("revoked from the beginning of that day; without it from now on"))
    revoke.set_defaults(run=run_revoke)
    publish = actions.add_parser("publish", help=_("write the next list; each is good for 7 days"))
    publish.set_defaults(run=run_publish)
    listed = actions.add_parser("list-revoked", help=_("show the revocation list"))
    listed.set_defaults(run=run_list)
    for parser in (new, issue, revoke, publish, listed):
        add_centre(parser)


def run_new(args: argparse.Namespace) -> int:
    """One authority for all seals of the centre. Certificates of before go on being verified."""
    from workbench.paper.authority_lists import publish_list
    from workbench.paper.test_authority import new_authority

    folder, now = keys_folder(args), SystemClock().now()
    made = new_authority(args.name, valid_from=now, valid_to=now + _days(args))
    made.keep(folder, twice(_("New passphrase: ")))
    publish_list(folder, made, now)
    print(_("The test authority is founded; its certificate is in {file}.").format(
        file=folder / "authority-ca.pem"
    ))  # fmt: skip
    return 0


def run_issue(args: argparse.Namespace) -> int:
    """A request may come again: with the same key the new certificate renews the old one."""
    from workbench.paper.key_file import write_new
    from workbench.paper.test_authority import open_authority

    request, now = readable(args.request).read_bytes(), SystemClock().now()
    authority = open_authority(keys_folder(args), _passphrase())
    write_new(args.file, authority.answer(request, now, now + _days(args)).encode())
    print(_("The certificate is in {file}.").format(file=args.file))
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """At once on the list, which is published again with it."""
    from workbench.commands.centre import read_date
    from workbench.paper.authority_lists import revoke
    from workbench.paper.test_authority import open_authority

    content, now = readable(args.file).read_bytes(), SystemClock().now()
    since = at_local(read_date(args.since)) if args.since is not None else now
    folder = keys_folder(args)
    authority = open_authority(folder, _passphrase())
    done = revoke(folder, authority, content, args.reason, since, now)
    print(_("Revoked. List {number} has {count} certificates.").format(
        number=done.number, count=len(done.revoked)
    ))  # fmt: skip
    return 0


def run_publish(args: argparse.Namespace) -> int:
    """The same revoked certificates, the next number, another seven days."""
    from workbench.paper.authority_lists import publish_list
    from workbench.paper.test_authority import open_authority

    folder = keys_folder(args)
    done = publish_list(folder, open_authority(folder, _passphrase()), SystemClock().now())
    print(_("List {number} is good until {time}.").format(
        number=done.number, time=stamp(done.next_one)
    ))  # fmt: skip
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Public: no passphrase is asked for."""
    from workbench.paper.authority_lists import read_authority_list

    found = read_authority_list(keys_folder(args))
    print(_("List {number} is good until {time}.").format(
        number=found.number, time=stamp(found.next_one)
    ))  # fmt: skip
    for one in found.revoked:
        print(f"{one.serial:x}  {stamp(one.at)}  {one.reason}")
    return 0


def _passphrase() -> str:
    return asked(_("Passphrase of the test authority: "))


def _days(args: argparse.Namespace) -> int:
    """So many days as a span. WrongCall for none."""
    if args.days < 1:
        raise WrongCall(
            "bad_days",
            _("A certificate is good for one day at least."),
            _("Write it like {example}.").format(example="--days 365"),
        )
    return int(args.days) * DAY
