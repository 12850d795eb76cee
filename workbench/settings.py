"""Where things are kept: the data folder of a centre, the resources, calendars and translations.

The lowest room: standard library only, nothing of ours imported. Files are read here and handed up
as plain dicts and texts, because :mod:`workbench.rules` never opens one. Called by ``app``,
``seal_worker`` and ``__main__`` when they start, and by tests.
"""

from __future__ import annotations

import gettext
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import workbench

if TYPE_CHECKING:
    from logging import Logger
    from tempfile import TemporaryDirectory

PRODUCT: Final = "oneseal-workbench"
LANGUAGES: Final = ("zh_CN", "en")
PRIVATE: Final = 0o700
FIRST_READ: Final = (".shell_frame", ".commands")
"""Translations that the command line and the first window need."""
TIMESTAMP_SERVER: Final = "timestamp-server.txt"
VERIFY_ADDRESS: Final = "verify-address.txt"


def log(name: str) -> Logger:
    """The log of a room, on the standard error. Its library is loaded when there is something to
    write: the first window stands a twentieth sooner without it."""
    import logging

    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    return logging.getLogger(name)


def data_home(given: Path | str | None = None, environ: Mapping[str, str] | None = None) -> Path:
    """The folder that holds all centres of this user: ``--home``, or the platform's own place.

    The folder is made when it is missing, for the user alone (mode 0700). One that exists keeps
    its mode: ``--home`` may name a folder that others use too.
    """
    env = os.environ if environ is None else environ
    home = Path(given).expanduser() if given else _platform_home(env)
    home.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    return home


def _platform_home(env: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        local = env.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / PRODUCT
    given = env.get("XDG_DATA_HOME", "")
    # The XDG rule: a relative path in the variable is invalid and is to be ignored.
    base = Path(given) if given.startswith("/") else Path.home() / ".local" / "share"
    return base / PRODUCT


def centre_folder(name: str, home: Path | str | None = None) -> Path:
    """The one data folder of a centre. ``name`` is a plain word; anything else is a ValueError."""
    if not name or name.startswith(".") or Path(name).name != name or "\\" in name:
        raise ValueError(f"not a centre name: {name!r}")
    return private_folder(data_home(home) / name)


def private_folder(folder: Path) -> Path:
    """The folder, made if missing, with mode 0700 even where an older run was laxer."""
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o777 != PRIVATE:
        folder.chmod(PRIVATE)
    return folder


def place_in_memory() -> Path:
    """The first of the person's running folder, shared memory and the folder for passing files."""
    running = os.environ.get("XDG_RUNTIME_DIR", "")
    for place in (running, "/dev/shm"):
        if place.startswith("/") and os.path.isdir(place) and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    from tempfile import gettempdir

    return Path(gettempdir())


def plain_folder() -> TemporaryDirectory[str]:
    """A folder of one's own for a document on its way to the printer, the page or the store: in
    memory rather than on a disk, because it is plain; gone with the block or the object."""
    from tempfile import TemporaryDirectory

    return TemporaryDirectory(prefix="oneseal-", dir=place_in_memory())


def audit_keys(home: Path | str | None = None) -> Path:
    """Where a person's own locked audit keys stand; in no centre and in no backup of one."""
    return private_folder(data_home(home) / "audit-keys")


def last_anchor(home: Path | str | None = None) -> str:
    """The anchor file that was used last at this desk; empty where none was."""
    place = data_home(home) / "audit-keys" / "last-anchor.txt"
    return place.read_text(encoding="utf-8").strip() if place.is_file() else ""


def keep_anchor(anchor: Path, home: Path | str | None = None) -> None:
    """Remember the anchor for the next day. OSError where the folder cannot be written."""
    (audit_keys(home) / "last-anchor.txt").write_text(f"{anchor}\n", encoding="utf-8")


def resources_dir() -> Path:
    """The shipped data: inside an installed package, beside it in a checkout."""
    package = Path(workbench.__file__).resolve().parent
    inside = package / "_resources"
    return inside if inside.is_dir() else package.parent / "resources"


def load_calendar(folder: Path | None = None, calendar: str = "cn") -> list[dict[str, Any]]:
    """The yearly calendar files as dicts, oldest year first; see ``rules.working_days``."""
    place = folder or resources_dir() / "calendars"
    names = f"{calendar}-[0-9][0-9][0-9][0-9].json"
    years = [_read_object(path) for path in place.glob(names)]
    if not years:
        raise FileNotFoundError(f"no calendar file {calendar}-YYYY.json in {place}")
    return sorted(years, key=lambda year: int(year["year"]))


def load_office_hours(folder: Path | None = None) -> dict[str, Any]:
    """The office hours shipped with the product; a centre publishes its own over them."""
    return _read_object((folder or resources_dir() / "calendars") / "office-hours.json")


def load_template(name: str) -> dict[str, Any]:
    """One of the core's document templates (N01 to N24) as a parsed TOML table."""
    import tomllib

    place = resources_dir() / "templates" / f"{name}.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


def _read_object(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name}: a JSON object was expected")
    return found


def translations(lang: str, folder: Path | None = None) -> gettext.NullTranslations:
    """The texts of one language, from every ``resources/translations/<lang>*.po``.

    English is the source language, so ``en`` needs no file. An unknown language is a ValueError.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"unknown language {lang!r}")
    place = folder or resources_dir() / "translations"
    found = sorted(place.glob(f"{lang}*.po"))
    return _Phrasebook({}, sorted(found, key=lambda path: path.stem[len(lang):] not in FIRST_READ))


@lru_cache(maxsize=64)
def _texts_of(path: Path, _changed: int) -> Mapping[str, str]:
    """One file's texts, read once: a switch of language must not hold up the windows."""
    return read_po(path.read_text(encoding="utf-8"))


class _Phrasebook(gettext.NullTranslations):
    """Translations held in a dict: the ``.po`` files are small, so nothing has to be compiled.

    ``unread`` files are read one after the other when a text is not found: the first window needs
    one of them.
    """

    def __init__(self, texts: Mapping[str, str], unread: Iterable[Path] = ()) -> None:
        super().__init__()
        self._texts = dict(texts)
        self._unread = list(unread)

    def gettext(self, message: str) -> str:
        found = self._texts.get(message)
        while found is None and self._unread:
            # Two threads may read the same file: that gives the same texts.
            path = self._unread[0]
            self._texts.update(_texts_of(path, path.stat().st_mtime_ns))
            self._unread = [one for one in self._unread if one != path]
            found = self._texts.get(message)
        return found or message


def read_po(source: str) -> dict[str, str]:
    """Source text to translation, from a ``.po`` file; fuzzy and empty ones are left out."""
    return {key: value for key, value, fuzzy in _po_entries(source) if key and value and not fuzzy}


def _po_entries(source: str) -> Iterator[tuple[str, str, bool]]:
    parts = {"msgid": "", "msgstr": ""}
    part, fuzzy, next_fuzzy = "", False, False
    for number, raw in enumerate(source.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("#"):
            next_fuzzy = next_fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        word, _space, rest = line.partition(" ")
        if word == "msgid":
            if part:
                yield parts["msgid"], parts["msgstr"], fuzzy
            parts, part, fuzzy, next_fuzzy = {"msgid": "", "msgstr": ""}, "msgid", next_fuzzy, False
        elif word == "msgstr":
            part = "msgstr"
        elif line.startswith('"') and part:
            rest = line
        elif line:
            raise ValueError(f"line {number} of the translation file is not understood: {line!r}")
        if rest:
            parts[part] += _po_text(rest, number)
    if part:
        yield parts["msgid"], parts["msgstr"], fuzzy


def _po_text(quoted: str, number: int) -> str:
    try:
        text = _unquoted(quoted)
    except (SyntaxError, ValueError) as trouble:
        raise ValueError(f"line {number} of the translation file is badly quoted") from trouble
    if not isinstance(text, str):
        raise ValueError(f"line {number} of the translation file is not a text")
    return text


def _unquoted(quoted: str) -> Any:
    """JSON reads what it knows eight times as fast; a ``.po`` file may have other escapes too."""
    try:
        return json.loads(quoted)
    except ValueError:
        import ast

        return ast.literal_eval(quoted)


def seal_authorities(folder: Path) -> tuple[str, ...]:
    """PEM texts of the seals that this centre knows and of their authorities: ``keys/*.pem``."""
    others = set(timestamp_authorities(folder))
    return tuple(one for one in _pems(folder, "*.pem") if one not in others)


def timestamp_authorities(folder: Path) -> tuple[str, ...]:
    """PEM texts of the timestamp authorities this centre knows: ``keys/timestamp*.pem``."""
    return _pems(folder, "timestamp*.pem")


def revocation_lists(folder: Path) -> tuple[bytes, ...]:
    """The revocation lists this centre has, DER or PEM: ``keys/*.crl``."""
    return tuple(path.read_bytes() for path in sorted((folder / "keys").glob("*.crl")))


def _pems(folder: Path, pattern: str) -> tuple[str, ...]:
    found = sorted((folder / "keys").glob(pattern))
    return tuple(path.read_text(encoding="ascii") for path in found)


def public_files(folder: Path) -> tuple[Path, ...]:
    """What stands beside a centre's database and is no secret: certificates, requests for them,
    revocation lists, names, time server.

    A backup carries these. Keys and passwords stay where they are; so does where the module of a
    token is, because that is so on one machine only.
    """
    plain = tuple(
        folder / name for name in ("centre-name.json", TIMESTAMP_SERVER, VERIFY_ADDRESS)
    )
    keys = (one for end in ("pem", "crl", "csr") for one in (folder / "keys").glob(f"*.{end}"))
    return (*sorted(keys), *(one for one in plain if one.is_file()))


def timestamp_server(folder: Path) -> str:
    """The address in ``timestamp-server.txt`` of the centre's folder; empty where none is set."""
    return _line_of(folder / TIMESTAMP_SERVER)


def verify_address(folder: Path) -> str:
    """The address of the centre's page of verification, as ``verify-address.txt`` of its folder has
    it; printed on sealed pages, empty where none is set."""
    return _line_of(folder / VERIFY_ADDRESS)


def pkcs11_module(folder: Path) -> str:
    """The file of the PKCS#11 module of this desk's token, as ``pkcs11-module.txt`` of the centre's
    folder names it; empty where none is set."""
    return _line_of(folder / "pkcs11-module.txt")


def list_drop(folder: Path) -> Path:
    """Where new revocation lists are dropped: the folder that ``revocation-lists.txt`` names, else
    ``revocation-lists`` in the centre's folder. It need not be there."""
    named = _line_of(folder / "revocation-lists.txt")
    return Path(named).expanduser() if named else folder / "revocation-lists"


def _line_of(place: Path) -> str:
    return place.read_text(encoding="utf-8").strip() if place.exists() else ""


def load_look(home: Path) -> dict[str, Any]:
    """How the desk looked last time (``desk-look.json``); empty where it was never changed."""
    place = home / "desk-look.json"
    try:
        return _read_object(place)
    except (OSError, ValueError):
        # A look is never worth a refusal to start: an unreadable one is the default look.
        return {}


def save_look(home: Path, look: Mapping[str, Any]) -> None:
    """Keep how the desk looks. OSError where the folder cannot be written."""
    (home / "desk-look.json").write_text(json.dumps(dict(look)), encoding="utf-8")


def load_habits(home: Path, login: str) -> dict[str, Any]:
    """What a person has got used to at this desk; empty where nothing was kept or can be read."""
    try:
        return _read_object(_habits_of(home, login))
    except (OSError, ValueError):
        # A width is never worth a refusal to start.
        return {}


def save_habits(home: Path, login: str, habits: Mapping[str, Any]) -> None:
    """Keep them, whole or not at all. OSError where the folder cannot be written."""
    place = _habits_of(home, login)
    private_folder(place.parent)
    fresh = place.with_suffix(".new")
    fresh.write_text(json.dumps(dict(habits)), encoding="utf-8")
    fresh.replace(place)


def _habits_of(home: Path, login: str) -> Path:
    """No sign-in name stands in the name of a file."""
    import hashlib

    return home / "habits" / f"{hashlib.sha256(login.encode()).hexdigest()[:16]}.json"


def keep_centre_name(folder: Path, names: Mapping[str, str]) -> None:
    """Write the centre's name in both languages, for windows that stand before it is opened."""
    text = json.dumps(dict(names), ensure_ascii=False)
    (folder / "centre-name.json").write_text(text, encoding="utf-8")


def has_centre_name(folder: Path) -> bool:
    """Whether one is kept there."""
    return (folder / "centre-name.json").exists()


def centre_names(folder: Path) -> dict[str, str]:
    """The centre's name by language; its folder's name for all where none is kept."""
    place = folder / "centre-name.json"
    names = _read_object(place) if place.exists() else {}
    return {language: str(names.get(language) or folder.name) for language in LANGUAGES}
