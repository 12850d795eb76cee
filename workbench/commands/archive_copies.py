"""``seal archive-copies``: what the archive's copies of sealed files need, and it done."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench import settings
from workbench.casework import archive_copies
from workbench.casework.archive_copies import ArchiveCopy, Stamper
from workbench.commands.surroundings import (
    Commands,
    add_centre,
    add_person,
    centre_url,
    folder_of,
    session,
    stopped_by_ctrl_c,
)
from workbench.rules.archive_stamps import fault_text
from workbench.rules.moment import stamp
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import N_, _

NEEDS = {
    "": N_("nothing"), "make": N_("to be made"), "renew": N_("to be renewed"),
    "repair": N_("to be looked at by a person"),
}  # fmt: skip


def add(verbs: Commands[argparse.ArgumentParser]) -> None:
    """Register it among the verbs of ``seal``."""
    parser = verbs.add_parser(
        "archive-copies", help=_("copies of sealed files with timestamps that are renewed")
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--renew", action="store_true", help=_("make and renew what needs it"))
    parser.set_defaults(run=run)
    add_centre(parser)
    add_person(parser)


def _paper(folder: Path) -> Stamper:
    from workbench.paper.archive_copy import ArchivePaper
    from workbench.paper.timestamps import TimestampServer

    url, known = settings.timestamp_server(folder), settings.timestamp_authorities(folder)
    if not url or not known:
        raise Refusal(
            "no_timestamp_server",
            _("This centre has no timestamp server, or knows nobody who may sign for it."),
            _("Set timestamp-server.txt and keys/timestamp*.pem in the centre's folder."),
        )
    return ArchivePaper(
        TimestampServer(url), known, settings.seal_authorities(folder),
        settings.revocation_lists(folder),
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """What each copy needs; with ``--renew`` it is done. 1 where something is left."""
    room, paper = session(args), _paper(folder_of(centre_url(args)))
    if not args.renew:
        left = 0
        for one in archive_copies.copies(room, paper, args.folder):
            need = one.needs(room.moment())
            left += bool(need)
            print(_line(one, need))
        return 1 if left else 0

    def tell(one: ArchiveCopy, need: str, trouble: Trouble | None) -> None:
        print(_line(one, need if trouble or need == "repair" else ""))
        if trouble is not None:
            print(f"  {trouble}")

    with stopped_by_ctrl_c() as stopped:
        return 1 if archive_copies.bring_up(room, paper, args.folder, tell, stopped) else 0


def _line(one: ArchiveCopy, need: str) -> str:
    until = stamp(one.stamps.good_until)[:10] if one.stamps.good_until else "-"
    faults = " ".join(fault_text(code) for code in one.stamps.faults if code != "missing")
    words = (str(one.line.serial), one.line.document_id, until, _(NEEDS[need]), faults)
    return "  ".join(words).rstrip()
