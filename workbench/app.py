"""The story of start and stop of the desk; ``workbench run`` comes here.

Start: language and look are read; the Qt application is made and ``sys.excepthook`` set; the
sign-in window is shown. Only now the slow libraries come, each in its lane: on sign-in the store
lane loads the database library, opens the centre, admits the plugins (for a custodian none that
brings code) and builds the doors; the main window is shown; after its first paint the page
renderer's process is started. A custodian's seal worker starts when the seal desk asks for it.

Stop, also on a termination signal: windows go, a seal worker finishes the press in hand, the
session is given back, the renderer's process ends, the centre is closed, the lanes end.

This is the only place that knows store, hosting, paper and exchange as well as the shell.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import settings
from workbench.rules import words
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

if TYPE_CHECKING:
    from workbench.casework.audit import Closed
    from workbench.casework.ports import Centre, Session
    from workbench.rules.people import User
    from workbench.rules.seal_custody import LedgerLine, Pressed, Verification
    from workbench.seal_pipe import SealWorker
    from workbench.shell.centre_place import CentrePlace
    from workbench.shell.desk_parts import InStore, Look, Parts
    from workbench.shell.desk_room import DeskRoom
    from workbench.shell.doors import Doors
    from workbench.shell.seal_desk.press import OnStep, Readiness, WorkerLine

SCALES = (1.0, 1.25, 1.5, 2.0)
START_AGAIN = 75
"""How the event loop says that the desk is to start again in a new process."""


def run_desk(
    folder: Path, centre_url: str, *, without_plugins: bool = False, own: Path | None = None
) -> int:
    """Open the desk on a centre and stay until it is closed; the exit code.

    ``folder`` is the centre's own (keys, content, exchange), ``own`` the person's (``--home``). The
    language is the one in use.
    """
    from workbench.shell.application import (
        catch_everything,
        hear_signals,
        make_application,
        run_until_quit,
    )
    from workbench.shell.desk_room import DeskRoom

    # Nothing is thrown away before the first window stands, so nothing is looked for.
    gc.disable()
    app = make_application()
    home = folder.parent
    made = parts(folder, centre_url, without_plugins, own)._replace(
        start_again=lambda: app.exit(START_AGAIN)
    )
    room = DeskRoom(app, made, look_of_last_time(home))
    undo = (hear_signals(app), catch_everything(room.tell_fault))
    try:
        room.start()
        code = run_until_quit(app)
    finally:
        stop(room)
        for one in undo:
            one()
    return again(centre_url, without_plugins, own) if code == START_AGAIN else code


def again(centre_url: str, without_plugins: bool, own: Path | None = None) -> int:
    """The desk in a new process, so that whoever signs in next meets no code of the one before."""
    import subprocess

    from workbench.seal_pipe import own_python

    more = ["--without-plugins"] if without_plugins else []
    home = ["--home", str(own)] if own is not None else []
    call = [*own_python("workbench"), *home, "--language", words.language(), "run",
            "--centre", centre_url, *more]  # fmt: skip
    return subprocess.call(call)


def stop(room: DeskRoom) -> None:
    """The end of the story; says in the log which lane had to be left behind."""
    for lane in room.end():
        settings.log("workbench.app").warning("the lane %s did not end in time", lane)


# -- what the desk is made of --------------------------------------------------------------------


def parts(
    folder: Path, centre_url: str, without_plugins: bool = False, own: Path | None = None
) -> Parts:
    """The functions that the shell calls in its lanes; nothing slow is imported here."""
    from workbench.shell.desk_parts import Parts

    place = place_of(folder, centre_url)
    return Parts(
        place=place,
        open_centre=lambda: open_centre(centre_url),
        admit=lambda session, who: admit(session, who, without_plugins),
        new_renderer=new_renderer,
        doors=lambda session, who, in_store: open_doors(
            folder, centre_url, session, who, in_store, own
        ),
        close_doors=close_doors,
        speak=speak,
        keep_look=lambda look: keep_look(folder.parent, look),
        keyring=lambda: keyring(centre_url),
        change_password=lambda login, before, new: own_password(centre_url, login, before, new),
        fonts=settings.resources_dir() / "fonts",
    )


def place_of(folder: Path, centre_url: str) -> CentrePlace:
    """Where the centre is, in the words of the sign-in window."""
    from workbench.shell.centre_place import CentrePlace

    names, exchange = settings.centre_names(folder), folder / "exchange"
    if not centre_url.startswith("postgres"):
        return CentrePlace(names, centre_url, folder, exchange)
    from workbench.store.server.address import is_local, read_address

    address = read_address(centre_url)
    if not settings.has_centre_name(folder):
        names = dict.fromkeys(names, address.database)
    return CentrePlace(
        names, centre_url, folder, exchange, address.shown.partition("://")[2], address.sslmode,
        Path(address.sslcert).name if address.sslcert else "", is_local(address.host),
    )  # fmt: skip


def open_centre(centre_url: str) -> Centre:
    """Load the database library and open the centre."""
    from workbench import store

    return store.open_any(centre_url)


def admitted(session: Session, who: User, without_plugins: bool = False) -> Any:
    """The plugins of one person's desk; for a custodian none that brings code.

    The tour plays several people in one process and takes this; a desk takes :func:`admit`.
    """
    from workbench.hosting.host import open_host
    from workbench.rules.people import Role

    custodian = who.has(Role.SEAL_CUSTODIAN)
    return open_host(session.published_build, no_code=custodian, without_plugins=without_plugins)


def admit(session: Session, who: User, without_plugins: bool) -> Any:
    """The plugins of this desk. At a custodian's desk no department's code is even imported.

    Refusal ``code_loaded_before`` where somebody else's desk has loaded some in this process.
    """
    from workbench.rules.people import Role

    host = admitted(session, who, without_plugins)
    if who.has(Role.SEAL_CUSTODIAN) and host.loaded_before:
        session.close()
        raise Refusal(
            "code_loaded_before",
            _("This desk has already loaded code of departments."),
            _("Close it, open it again, and sign in as custodian first."),
        )
    return host


def new_renderer() -> Any:
    """The client of the page renderer; it starts its process when asked to."""
    from workbench.paper.renderer import Renderer

    return Renderer()


def open_doors(
    folder: Path, centre_url: str, session: Session, who: User, in_store: InStore,
    own: Path | None = None,
) -> Doors:  # fmt: skip
    """The functions of the world outside for the person's screens."""
    from workbench.casework.outside import Handover
    from workbench.exchange.adapters import port_of
    from workbench.exchange.result_push import FolderPush
    from workbench.paper.compose_apart import clean_apart, compose_apart
    from workbench.paper.desk_papers import DeskPapers
    from workbench.paper.hand_copies import HandCopies
    from workbench.paper.inspection import inspect_file
    from workbench.paper.limits import keep_memory_private
    from workbench.rules.people import Role
    from workbench.shell.doors import Doors
    from workbench.shell.habits import Habits

    is_custodian = who.has(Role.SEAL_CUSTODIAN)
    if is_custodian:
        keep_memory_private()
    audits = who.has(Role.AUDIT_ADMIN)
    owns_seals = who.has(Role.ORGAN_HEAD) or who.has(Role.SECURITY_ADMIN)
    return Doors(
        inspect=inspect_file,
        compose=compose_apart,
        clean=clean_apart,
        press=DeskPress(folder, centre_url, who.login, session.second_sign_in())
        if is_custodian
        else None,
        copies=HandCopies() if is_custodian else None,
        papers=DeskPapers() if is_custodian or owns_seals else None,
        verify=lambda path: verify(
            path, folder, lambda sha: in_store(lambda: line(session, sha)),
            in_store(lambda: seal_pins(session)),
        ),
        results=FolderPush(folder / "exchange"),
        hand_over=Handover(session, port_of, within=in_store).run,
        sign_again=lambda password: sign_again(centre_url, who.login, password),
        close_days=partial(close_days, session, folder, own) if audits else None,
        last_anchor=settings.last_anchor(own) if audits else "",
        habits=Habits(
            partial(settings.load_habits, folder.parent, who.login),
            partial(settings.save_habits, folder.parent, who.login),
        ),
    )


def close_doors(doors: Doors) -> None:
    """Let the seal worker finish the press in hand and end."""
    if doors.press is not None:
        doors.press.close()


def seal_pins(session: Session) -> tuple[str, ...]:
    """In the store lane: SHA-256 of every certificate that a seal of the register has or had."""
    has = (seal.certificate_sha256 for seal in session.seals())
    return (*has, *(one.sha256 for one in session.seal_certificates()))


def verify(
    path: Path,
    folder: Path,
    register: Callable[[str], LedgerLine | None],
    pins: Iterable[str],
) -> Verification:
    """A sealed file against the centre's certificates and its register of seal use."""
    from workbench.paper.verify import verify_file

    return verify_file(
        path,
        settings.seal_authorities(folder),
        register,
        timestamp_pems=settings.timestamp_authorities(folder),
        pins=pins,
        revocation_lists=settings.revocation_lists(folder),
    )


def close_days(
    session: Session, folder: Path, own: Path | None, passphrase: str, anchor: Path
) -> Closed:
    """In the store lane: sign every day that is over with the person's own key. Refusal, Outage."""
    from workbench.casework.audit import close_days, own_key
    from workbench.exchange.anchor_file import AnchorFile
    from workbench.vault.audit_key import open_key, signature_fits

    outside = AnchorFile(anchor, folder)
    key = own_key(session.audit_standing())
    signer = open_key(settings.audit_keys(own), key.public_key, passphrase)
    closed = close_days(session, signer, outside, signature_fits)
    settings.keep_anchor(outside.path, own)
    return closed


def line(session: Session, sha256: str) -> LedgerLine | None:
    """In the store lane: the newest line of the register for a file with this hash."""
    found = session.ledger(sha256)
    return found[-1] if found else None


def sign_again(centre_url: str, login: str, password: str) -> None:
    """Check a password once more; a wrong one is counted like at sign-in. Raises Refusal."""
    centre = open_centre(centre_url)
    try:
        centre.sign_in(login, password).close()
    finally:
        centre.close()


def own_password(centre_url: str, login: str, before: str, new: str) -> None:
    """In the store lane: one's own password for the one that was given. Raises Refusal, Outage."""
    from workbench.store.server.accounts import change_password
    from workbench.store.server.address import read_address
    from workbench.store.server.connecting import sign_in

    address = read_address(centre_url)
    engine = sign_in(address, login, before)
    try:
        change_password(engine, address, login, new)
    finally:
        engine.dispose()


class DeskPress:
    """The seal desk's view of the seal worker (``shell.seal_desk.press.SealPress``)."""

    def __init__(self, folder: Path, centre_url: str, login: str, password: str = "") -> None:
        from workbench.seal_pipe import SealWorker

        self._folder = folder
        self._worker: SealWorker = SealWorker(folder, centre_url, login, password)

    def start(self) -> Readiness:
        """Start the worker and say what it found. Raises Outage."""
        from workbench.shell.seal_desk.press import Readiness

        recovered = self._worker.start() if self._worker.pid is None else ()
        return Readiness(
            key_file=any((self._folder / "keys").glob("seal-*.p12")),
            timestamps=bool(settings.timestamp_server(self._folder)),
            recovered=tuple(recovered),
        )

    def preflight(self, seal_id: str) -> tuple[WorkerLine, ...]:
        """What the worker can look at without a PIN; not answered counts as a warning."""
        from workbench.shell.seal_desk.press import WorkerLine

        return tuple(
            WorkerLine(one.code, one.text, one.passed is True, one.remedy, one.passed is None)
            for one in self._worker.preflight(seal_id)
        )

    def open_key(self, seal_id: str, pin: str) -> None:
        """One authentication for a batch. Raises Refusal, Outage."""
        self._worker.open_key(seal_id, pin)

    def press(
        self, document_id: str, case_no: str, pin: str, on_step: OnStep, seal_id: str = ""
    ) -> Pressed:
        """One press; the worker finds the case by its document. Raises Refusal, Outage."""
        return self._worker.press(document_id, pin, on_step, seal_id)

    def close_key(self) -> None:
        """The batch is over."""
        self._worker.close_key()

    def change_pin(self, seal_id: str, old: str, new: str) -> None:
        """A new PIN for the seal's key. Raises Refusal, Outage."""
        self._worker.change_pin(seal_id, old, new)

    def close(self) -> None:
        """Close the pipe: the worker finishes and exits."""
        self._worker.close()


# -- the system keyring --------------------------------------------------------------------------


def keyring(centre_url: str) -> Any:
    """The centre's passwords in the system keyring (``shell.desk_parts.Keyring``)."""
    from workbench.vault.passwords import PasswordVault

    return PasswordVault(centre_url)


# -- language and look ---------------------------------------------------------------------------


def speak(language: str) -> None:
    """Make a language the language of this process."""
    words.use(settings.translations(language), language)


def look_of_last_time(home: Path) -> Look:
    """Light or dark and the type size as they were left; the language is the one in use."""
    from workbench.shell.desk_parts import Look

    kept: Mapping[str, Any] = settings.load_look(home)
    scale = kept.get("scale")
    return Look(
        words.language(), kept.get("dark") is True, scale if scale in SCALES else 1.0,
        kept.get("sound") is True,
    )  # fmt: skip


def keep_look(home: Path, look: Look) -> None:
    """Remember the look. A full disk does not stop a change of colours."""
    try:
        settings.save_look(home, {"dark": look.dark, "scale": look.scale, "sound": look.sound})
    except OSError as error:
        text = _("The look of the desk could not be kept: {why}").format(why=error)
        settings.log("workbench.app").warning("%s", text)
