"""``seal key new|request|install|change-pin|info``: a seal's key, in a file or in a token.

The verbs work on the folder of a centre at this desk, before the seal stands in the register too,
so they ask for nobody's name: whoever may read the folder has the encrypted file anyway, and a
token asks for its own PIN. ``--in`` is what the register will name as the place of the key.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import settings
from workbench.commands.offices import asked
from workbench.commands.surroundings import (
    Commands,
    add_centre,
    centre_exists,
    centre_url,
    folder_of,
    readable,
)
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.paper.keys import KeyStore


def add(verbs: Commands[argparse.ArgumentParser]) -> None:
    """Register ``key`` among the verbs of ``seal``."""
    key = verbs.add_parser("key", help=_("the key of a seal, in a file or in a token"))
    actions = key.add_subparsers(dest="action", required=True)
    new = actions.add_parser("new", help=_("make a key; one that is there is never overwritten"))
    new.set_defaults(run=run_new)
    request = actions.add_parser("request", help=_("ask an authority for a certificate (PKCS#10)"))
    request.add_argument("--organ", required=True, metavar="NAME",
                         help=_("the issuing organ that the certificate names"))  # fmt: skip
    request.set_defaults(run=run_request)
    install = actions.add_parser("install", help=_("keep the certificate that an authority gave"))
    install.set_defaults(run=run_install)
    change = actions.add_parser("change-pin", help=_("give the key, or its token, a new PIN"))
    change.set_defaults(run=run_change_pin)
    info = actions.add_parser("info", help=_("say where the key is, and its certificates"))
    info.set_defaults(run=run_info)
    for parser in (new, request, install, change, info):
        parser.add_argument("seal", metavar="SEAL")
        parser.add_argument("--in", dest="place", default="pkcs12", metavar="PLACE",
                            help=_("pkcs12: a file of the centre's folder; pkcs11:LABEL: a token"))
        add_centre(parser)
    install.add_argument("file", type=Path, metavar="CERTIFICATE")


def run_new(args: argparse.Namespace) -> int:
    """RSA, 2048 bits. In a token the key is made by the token and never leaves it."""
    store = _store(args)
    in_token = _token_label(args.place)
    store.make(asked(_("PIN of the token: ")) if in_token else _new_pin())
    print(_("The key of seal {seal} is made: {place}.").format(seal=args.seal, place=args.place))
    print(_("Next: workbench seal key request."))
    return 0


def run_request(args: argparse.Namespace) -> int:
    """Writes the request beside the keys; it holds no secret."""
    from workbench.paper.key_file import write_over
    from workbench.paper.key_requests import request_for

    made = request_for(_store(args), asked(_("PIN: ")), args.organ, args.seal)
    place = keys_folder(args) / f"{args.seal}.csr"
    write_over(place, made)
    print(_("The request is in {file}; give it to the authority.").format(file=place))
    return 0


def run_install(args: argparse.Namespace) -> int:
    """Only a certificate of this very key is taken. The register is changed by two persons."""
    from workbench.paper.certificates import seen_certificates
    from workbench.paper.key_requests import install_certificate

    content = readable(args.file).read_bytes()
    pin = asked(_("PIN: "))
    place = install_certificate(_store(args), pin, keys_folder(args), args.seal, content)
    sha256 = seen_certificates(place)[0].sha256
    print(_("The certificate is in {file}.").format(file=place))
    print(_("For the register of seals, SHA-256: {sha256}").format(sha256=sha256))
    return 0


def run_change_pin(args: argparse.Namespace) -> int:
    """For a token: of the token, with every key in it."""
    store, old = _store(args), asked(_("PIN: "))
    store.change_pin(old, _new_pin())
    print(_("From now on the new PIN opens {place}.").format(
        place=_token_label(args.place) or f"{args.seal}.p12"
    ))  # fmt: skip
    return 0


def run_info(args: argparse.Namespace) -> int:
    """Without the PIN. Exit 1 where the key is not there."""
    from workbench.paper.certificates import seen_certificates
    from workbench.rules.moment import stamp

    there = _is_there(args)
    stands = _("it is there") if there else _("it is not there")
    print(f"{args.seal}  {args.place}  {stands}")
    for path in sorted(keys_folder(args).glob("*.pem")):
        if path.stem != args.seal and not path.stem.startswith(f"{args.seal}-"):
            continue
        for one in seen_certificates(path):
            print(f"  {path.name}  {one.subject}  {stamp(one.valid_from)[:10]} – "
                  f"{stamp(one.valid_to)[:10]}  {one.bits} bit  {one.sha256}")  # fmt: skip
    return 0 if there else 1


def keys_folder(args: argparse.Namespace) -> Path:
    """The folder of keys of the centre that the call means. Outage where there is no centre."""
    url = centre_url(args)
    if not centre_exists(url):
        raise Outage(
            "no_centre",
            _("There is no centre at {url}.").format(url=url),
            _("Make one: workbench centre create URL, or workbench demo."),
        )
    return folder_of(url) / "keys"


def twice(first_question: str) -> str:
    """A new secret, typed twice where a person types. Refusal ``typed_differently``."""
    first = asked(first_question)
    if sys.stdin.isatty() and asked(_("Once more: ")) != first:
        raise Refusal(
            "typed_differently",
            _("The two are not the same."),
            _("Try again; nothing was changed."),
        )
    return first


def _new_pin() -> str:
    from workbench.paper.key_refusals import refuse_short_pin

    pin = twice(_("New PIN: "))
    refuse_short_pin(pin)
    return pin


def _store(args: argparse.Namespace) -> KeyStore:
    from workbench.paper.keys import store_of

    folder = keys_folder(args)
    return store_of(args.seal, args.place, folder, settings.pkcs11_module(folder.parent))


def _token_label(place: str) -> str:
    kind, _colon, label = place.partition(":")
    return label if kind == "pkcs11" else ""


def _is_there(args: argparse.Namespace) -> bool:
    label, folder = _token_label(args.place), keys_folder(args)
    if not label:
        return (folder / f"{args.seal}.p12").is_file()
    from workbench.paper.token_session import TokenPlace, token_there

    return token_there(TokenPlace(settings.pkcs11_module(folder.parent), label))
