"""``seal enter|ask|confirm|decline|withdraw|changes|mode|certificates|faces|form``: the register.

What one person asks for another confirms (R55): ``ask`` files the step with its form and its
witnesses, ``confirm`` carries it out; ``form`` prints the paper that goes with it.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from workbench import settings
from workbench.casework import seal_forms, seal_register
from workbench.casework.ports import Session
from workbench.commands.results import write_file
from workbench.commands.surroundings import (
    Commands,
    WrongCall,
    add_centre,
    add_person,
    one_line,
    readable,
    session,
)
from workbench.rules.moment import DAY, stamp
from workbench.rules.seal_custody import Seal, SealKind, SealStatus
from workbench.rules.seal_states import (
    STEPS,
    AskState,
    SealChange,
    SealMode,
    status_word,
    step_word,
)
from workbench.rules.words import N_, _

ASKED_FOR = tuple(code for code, step in STEPS.items() if step.before)
ASK_WORDS = {
    AskState.ASKED: N_("waits for a second person"), AskState.DONE: N_("done"),
    AskState.DECLINED: N_("declined"), AskState.WITHDRAWN: N_("withdrawn"),
}  # fmt: skip
MODE_WORDS = {
    SealMode.ONE_SEAL: N_("one approval seal"), SealMode.MANY_SEALS: N_("one seal a trade"),
}  # fmt: skip


def add(verbs: Commands[argparse.ArgumentParser]) -> None:
    """Register these among the verbs of ``seal``."""
    made = [_add_enter(verbs), _add_ask(verbs), *_add_answers(verbs), *_add_looks(verbs)]
    for parser in made:
        add_centre(parser)
        add_person(parser)


def _add_enter(verbs: Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    enter = verbs.add_parser("enter", help=_("enter a seal that has been made in the register"))
    enter.add_argument("seal", metavar="SEAL")
    enter.add_argument("--kind", required=True, choices=[one.value for one in SealKind])
    enter.add_argument("--organ", required=True, metavar="NAME",
                       help=_("the organ whose seal it is"))  # fmt: skip
    enter.add_argument("--ring", required=True, metavar="TEXT",
                       help=_("the words around the star"))  # fmt: skip
    enter.add_argument("--bottom", default="", metavar="TEXT",
                       help=_("the words below the star"))  # fmt: skip
    enter.add_argument("--size", type=int, default=42, metavar="MM")
    for name in ("category", "place", "box"):
        enter.add_argument(f"--{name}", default="", metavar="TEXT")
    enter.add_argument("--in", dest="key_place", default="pkcs12", metavar="PLACE",
                       help=_("pkcs12, pkcs11:LABEL, or none for a seal of metal alone"))
    enter.add_argument("--certificate", type=Path, metavar="FILE",
                       help=_("its first certificate (PEM), which says how long it is valid"))
    enter.add_argument("--reason", required=True, metavar="TEXT", help=_("filed with the change"))
    enter.set_defaults(run=run_enter)
    return enter


def _add_ask(verbs: Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    ask = verbs.add_parser("ask", help=_("ask for a step in the life of a seal"))
    ask.add_argument("seal", metavar="SEAL")
    ask.add_argument("step", choices=ASKED_FOR)
    ask.add_argument("--reason", required=True, metavar="TEXT", help=_("filed with the change"))
    ask.add_argument("--witness", action="append", default=[], metavar="NAME")
    ask.add_argument("--field", action="append", default=[], metavar="NAME=TEXT",
                     help=_("a field of the step's form, such as box=B-3"))
    ask.add_argument("--file", type=Path, metavar="FILE",
                     help=_("the certificate (PEM) or the picture of the impression"))
    ask.set_defaults(run=run_ask)
    return ask


def _add_answers(verbs: Commands[argparse.ArgumentParser]) -> Sequence[argparse.ArgumentParser]:
    confirm = verbs.add_parser("confirm", help=_("confirm a change as the second person"))
    confirm.set_defaults(run=run_confirm)
    decline = verbs.add_parser("decline", help=_("decline a change as the second person"))
    decline.set_defaults(run=run_decline)
    withdraw = verbs.add_parser("withdraw", help=_("take back what you asked for"))
    withdraw.set_defaults(run=run_withdraw)
    form = verbs.add_parser("form", help=_("print the form of a change as PDF"))
    form.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    form.set_defaults(run=run_form)
    confirm.add_argument("changes", type=int, nargs="+", metavar="CHANGE")
    for parser in (decline, withdraw, form):
        parser.add_argument("change", type=int, metavar="CHANGE")
    confirm.add_argument("--reason", default="", metavar="TEXT")
    decline.add_argument("--reason", required=True, metavar="TEXT")
    return confirm, decline, withdraw, form


def _add_looks(verbs: Commands[argparse.ArgumentParser]) -> Sequence[argparse.ArgumentParser]:
    changes = verbs.add_parser("changes", help=_("list what waits, or every change of a seal"))
    changes.add_argument("seal", nargs="?", metavar="SEAL")
    changes.set_defaults(run=run_changes)
    mode = verbs.add_parser("mode", help=_("show or set whether an organ works with one seal"))
    mode.add_argument("organ", nargs="?", metavar="ORGAN")
    mode.add_argument("mode", nargs="?", choices=[one.value for one in SealMode])
    mode.set_defaults(run=run_mode)
    certificates = verbs.add_parser("certificates", help=_("list the certificates of the seals"))
    certificates.add_argument("seal", nargs="?", metavar="SEAL")
    certificates.add_argument("--out", type=Path, metavar="FOLDER",
                              help=_("write each one into this folder too"))
    certificates.set_defaults(run=run_certificates)
    faces = verbs.add_parser("faces", help=_("list the filed impressions of a seal"))
    faces.add_argument("seal", metavar="SEAL")
    faces.add_argument("--number", type=int, default=0, metavar="N",
                       help=_("which one --out takes; without it the newest"))
    faces.add_argument("--out", type=Path, metavar="FILE",
                       help=_("write the picture into this new file"))  # fmt: skip
    faces.set_defaults(run=run_faces)
    ruler = verbs.add_parser("ruler-page", help=_("print an impression between rulers as PDF"))
    ruler.add_argument("seal", metavar="SEAL")
    ruler.add_argument("--file", type=Path, required=True, metavar="FILE",
                       help=_("the picture of the impression"))  # fmt: skip
    ruler.add_argument("--size", type=int, required=True, metavar="MM")
    ruler.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    ruler.set_defaults(run=run_ruler)
    return changes, mode, certificates, faces, ruler


def run_enter(args: argparse.Namespace) -> int:
    """One owner enters it; nothing is pressed with it before two have brought it into use."""
    room = session(args)
    now = room.moment()
    pem = readable(args.certificate).read_text("utf-8", "replace") if args.certificate else ""
    try:
        made = Seal(
            args.seal, SealKind(args.kind), args.organ, args.ring, args.bottom, args.size,
            SealStatus.MADE, now, now + 3650 * DAY, "", category=args.category, place=args.place,
            box=args.box, key_place=args.key_place,
        )  # fmt: skip
    except ValueError as wrong:
        raise WrongCall(
            "seal_face_size", _("A seal measures 35 to 45 mm."),
            _("Write it like {example}.").format(example="--size 42"),
        ) from wrong  # fmt: skip
    print(change_line(room.enter_seal(made, args.reason, pem)))
    return 0


def run_ask(args: argparse.Namespace) -> int:
    """Done at once where one person is enough; else it says which change waits."""
    room = session(args)
    form = _form(room, args)
    witnesses = tuple(args.witness)
    asked = seal_register.ask(room, args.seal, args.step, args.reason, witnesses, form)
    print(change_line(asked))
    if asked.state is AskState.ASKED:
        print(_("Next, by another person: workbench seal confirm {number} --as USER.").format(
            number=asked.change_id
        ))  # fmt: skip
    return 0


def _form(room: Session, args: argparse.Namespace) -> dict[str, str]:
    form = {}
    for field in args.field:
        name, equals, text = field.partition("=")
        if not equals or name not in STEPS[args.step].needs:
            needs = " ".join(STEPS[args.step].needs) or "-"
            raise WrongCall(
                "bad_field", _("The form of this step has no field {name}.").format(name=name),
                _("Its fields are: {names}.").format(names=needs),
            )  # fmt: skip
        form[name] = text
    if args.file is not None and args.step == "new_certificate":
        form["pem"] = readable(args.file).read_text("utf-8", "replace")
        form.setdefault("sha256", _fingerprint(args.file))
    elif args.file is not None and args.step == "new_face":
        form["sha256"] = _impression(room, readable(args.file), form.get("diameter_mm", ""))
    elif args.file is not None:
        raise WrongCall(
            "bad_field", _("The form of this step has no file."), _("Leave out --file.")
        )
    return form


def _impression(room: Session, picture: Path, diameter: str) -> str:
    """The picture cleaned, cut to its size and filed; its SHA-256."""
    from workbench.paper.impression import read_impression

    if not diameter.isdigit():
        raise WrongCall(
            "bad_field", _("The impression needs its diameter."),
            _("Write it like {example}.").format(example="--field diameter_mm=42"),
        )  # fmt: skip
    return seal_register.file_picture(room, read_impression(picture, int(diameter)).mask_png)


def _fingerprint(file: Path) -> str:
    """SHA-256 of the certificate. Refusal where the file is none."""
    from workbench.paper.certificates import seen_certificates

    return seen_certificates(file)[0].sha256


def run_confirm(args: argparse.Namespace) -> int:
    """R55: another person than who asked, and no witness."""
    room = session(args)
    for number in args.changes:
        print(change_line(room.decide_seal_change(number, confirm=True, reason=args.reason)))
    return 0


def run_decline(args: argparse.Namespace) -> int:
    """With a reason; nothing changes."""
    print(change_line(session(args).decide_seal_change(
        args.change, confirm=False, reason=args.reason
    )))  # fmt: skip
    return 0


def run_withdraw(args: argparse.Namespace) -> int:
    """What nobody has answered yet."""
    print(change_line(session(args).withdraw_seal_change(args.change)))
    return 0


def run_changes(args: argparse.Namespace) -> int:
    """Without a seal: what waits for a second person."""
    room = session(args)
    if args.seal is None:
        found = room.open_seal_changes()
    else:
        found = seal_register.state_of(room, args.seal)[1]
    for one in found:
        print(change_line(one))
    return 0


def run_mode(args: argparse.Namespace) -> int:
    """S166: without a mode every organ that has a line of its own."""
    room = session(args)
    if args.mode is not None:
        room.set_seal_mode(args.organ, SealMode(args.mode))
    organs = {one.organ_name: SealMode.ONE_SEAL for one in room.seals()} | dict(room.seal_modes())
    for name, mode in sorted(organs.items()):
        if args.organ in (None, name):
            word = _(MODE_WORDS[mode])
            print(one_line(f"{name}  {word}"))
    return 0


def run_certificates(args: argparse.Namespace) -> int:
    """Public. A seal without a line here has not had its certificate filed yet."""
    for one in session(args).seal_certificates():
        if args.seal not in (None, one.seal_id):
            continue
        print(f"{one.seal_id}  {stamp(one.valid_from)[:10]} – {stamp(one.valid_to)[:10]}  "
              f"{one.sha256}")  # fmt: skip
        if args.out is not None:
            settings.private_folder(args.out)
            (args.out / f"{one.seal_id}-{one.sha256[:12]}.pem").write_text(one.pem, "ascii")
    return 0


def run_faces(args: argparse.Namespace) -> int:
    """The list is open to the house, the pictures to who keeps or owns seals."""
    room = session(args)
    for one in room.seal_faces(args.seal):
        print(f"{one.version}  {one.diameter_mm} mm  {stamp(one.entered_at)}  {one.asked_by}  "
              f"{one.confirmed_by}  {one.sha256}")  # fmt: skip
    if args.out is not None:
        picture = room.seal_face_path(args.seal, args.number)
        write_file(args.out, lambda target: shutil.copyfile(picture, target))
        print(_("Written: {file}.").format(file=args.out))
    return 0


def run_ruler(args: argparse.Namespace) -> int:
    """Measured and signed by two persons before one of them asks for ``new_face``."""
    from workbench.paper.impression import read_impression
    from workbench.paper.ruler_page import ruler_page
    from workbench.paper.seal_art import filed_seal

    art = filed_seal(read_impression(readable(args.file), args.size).mask_png, args.size)
    write_file(args.out, lambda target: ruler_page(art, args.seal, target))
    print(_("Written: {file}.").format(file=args.out))
    return 0


def run_form(args: argparse.Namespace) -> int:
    """In Chinese, as it is filed (R49, R54, R55, S173)."""
    from workbench.paper.compose import compose
    from workbench.rules.catalogue_reading import parse_template
    from workbench.rules.composed_documents import refuse_unfit

    room = session(args)
    seal, change = seal_forms.find_change(room, args.change)
    names = {one.login: one.name_zh for one in room.people()}
    chinese = settings.translations("zh_CN").gettext
    values = seal_forms.form_values(
        seal, change, lambda login: names.get(login, login), chinese, room.moment()
    )
    template = parse_template(settings.load_template(seal_forms.TEMPLATE))
    write_file(args.out, lambda target: refuse_unfit(compose(template, values, target)))
    print(_("Written: {file}.").format(file=args.out))
    return 0


def change_line(one: SealChange) -> str:
    """A change on one line: number, seal, step, how it stands, the seal's state, who, when, why."""
    return one_line("  ".join((
        str(one.change_id), one.seal_id, step_word(one.step), _(ASK_WORDS[one.state]),
        status_word(one.after), one.actor, stamp(one.at), one.reason,
    )))  # fmt: skip
