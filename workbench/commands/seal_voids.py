"""``seal void-record``: the record of a document voided after it was sealed (T23b, E14)."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench import settings
from workbench.casework import void_records
from workbench.casework.seal_register import whole_ledger
from workbench.commands.results import write_file
from workbench.commands.surroundings import Commands, add_centre, add_person, session
from workbench.rules.words import _


def add(verbs: Commands[argparse.ArgumentParser]) -> None:
    """Register it among the verbs of ``seal``."""
    parser = verbs.add_parser("void-record", help=_("print the record of a voided document as PDF"))
    parser.add_argument("serial", type=int, metavar="SERIAL")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    parser.set_defaults(run=run_void_record)
    add_centre(parser)
    add_person(parser)


def run_void_record(args: argparse.Namespace) -> int:
    """In Chinese, as it is filed. Only who sees that line of the register can print it (V16b)."""
    from workbench.paper.compose import compose
    from workbench.rules.catalogue_reading import parse_template
    from workbench.rules.composed_documents import refuse_unfit

    room = session(args)
    lines = whole_ledger(room)
    line = void_records.voided_line(lines, args.serial)
    names = {one.login: one.name_zh for one in room.people()}
    values = void_records.void_values(
        line, lines, lambda login: names.get(login, login), room.moment()
    )
    template = parse_template(settings.load_template(void_records.TEMPLATE))
    write_file(args.out, lambda target: refuse_unfit(compose(template, values, target)))
    print(_("Written: {file}.").format(file=args.out))
    return 0
