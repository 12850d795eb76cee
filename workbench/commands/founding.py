"""Founding the sample centre: folder, keys, people, roster, catalogue, seal; all made up.

Called by ``run``, ``demo`` and ``centre create``. The test key's PIN, the passphrase of the test
authority and the passwords are made here, written to one file that only its owner can read, and
printed by ``run``.
"""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from workbench import settings
from workbench.casework.sample_centre import Parts, exercise_morning, sample_seed
from workbench.commands.surroundings import (
    PASSWORD_FILE,
    as_url,
    centre_exists,
    database_of,
    folder_of,
)
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.moment import DAY, Moment, SystemClock
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import SealCertificate
from workbench.rules.seal_custody import (
    DEMO_BOTTOM_TEXT,
    DEMO_RING_TEXT,
    Seal,
    SealKind,
    SealStatus,
)
from workbench.rules.words import _
from workbench.rules.working_days import Calendar

YEAR: Final = 365 * DAY
AUTHORITY: Final = "AUTHORITY"
"""Under this name the passphrase of the test authority stands among the passwords."""
APPROVAL_SEAL: Final = "seal-approval"
"""The one approval seal of the sample; it has a key."""
REGISTRATION_SEAL: Final = "seal-registration"
"""The seal of the title certificates: of metal, another organ's own, pressed by hand."""


def calendar() -> Calendar:
    """The shipped calendar and office hours."""
    return build_calendar(settings.load_calendar(), settings.load_office_hours())


def found_sample(url: str, start: Moment | None = None) -> Path:
    """Make the sample centre at ``url`` and return its folder. Refusal where one stands already.

    ``start`` is where its exercise clock begins; without it the next working morning at nine.
    """
    from workbench.store import bears_our_mark, create_centre

    folder = folder_of(url)
    if database_of(url).is_dir():
        raise Refusal(
            "not_embedded",
            _("{url} is not an embedded centre.").format(url=database_of(url)),
            _("Name a SQLite file: sqlite:////path/centre.db."),
        )
    if centre_exists(url) and not bears_our_mark(database_of(url)):
        raise Refusal(
            "file_exists",
            _("The file {name} is there already, and it is no centre.").format(
                name=database_of(url)
            ),
            _("Give another name; nothing is written over."),
        )
    if centre_exists(url):
        raise Refusal(
            "centre_exists",
            _("There is already a centre at {place}.").format(place=folder),
            _("Open it, or choose another place for the new one."),
        )
    # Private where it is made; a folder that others use keeps its mode.
    folder.mkdir(mode=settings.PRIVATE, parents=True, exist_ok=True)
    real = SystemClock().now()
    days = calendar()
    begin = exercise_morning(real, days) if start is None else start
    pin, passphrase = f"{secrets.randbelow(900_000) + 100_000}", secrets.token_urlsafe(15)
    people = _people()
    seals, certificates = _make_seals(folder, people["centre"], real, pin, passphrase)
    parts = Parts(
        publications=shipped(),
        seals=seals,
        certificates=certificates,
        calendar=days,
        calendar_years=settings.load_calendar(),
        office_hours=settings.load_office_hours(),
    )
    seed = sample_seed(people, parts, begin, {"clock_offset_us": str(begin - real)})
    create_centre(as_url(url), seed)
    _keep_passwords(folder, {**seed.passwords, "PIN": pin, AUTHORITY: passphrase})
    names = people["centre"]
    settings.keep_centre_name(folder, {"zh_CN": names["name_zh"], "en": names["name_en"]})
    for name in ("exchange/in/acknowledgements", "exchange/out/results"):
        settings.private_folder(folder / name)
    return folder


def _people() -> dict[str, Any]:
    place = settings.resources_dir() / "sample_centre" / "people.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


def shipped() -> tuple[Publication, ...]:
    """What the standard plugin and every admitted one publish."""
    from workbench.hosting.host import open_host
    from workbench.hosting.publishing import publications

    return publications(open_host())


def _make_seals(
    folder: Path, names: dict[str, str], real: Moment, pin: str, passphrase: str
) -> tuple[tuple[Seal, ...], tuple[SealCertificate, ...]]:
    """The seals, the approval seal's key, and the one test authority that certifies it and can
    revoke it."""
    from workbench.paper.authority_lists import publish_list
    from workbench.paper.test_authority import make_test_key, new_authority

    organ, registrar = names["organ_zh"], names["registrar_zh"]
    keys, valid_from, valid_to = folder / "keys", real - 30 * DAY, real + 10 * YEAR
    authority = new_authority(organ, valid_from=valid_from, valid_to=valid_to + 10 * YEAR)
    authority.keep(keys, passphrase)
    publish_list(keys, authority, real)
    made = make_test_key(
        keys, pin, organ, APPROVAL_SEAL, authority, valid_from=valid_from, valid_to=valid_to
    )
    approval = Seal(
        seal_id=APPROVAL_SEAL,
        kind=SealKind.APPROVAL_SPECIAL,
        organ_name=organ,
        face_text=DEMO_RING_TEXT,
        bottom_text=DEMO_BOTTOM_TEXT,
        diameter_mm=42,
        status=SealStatus.ACTIVE,
        valid_from=valid_from,
        valid_to=valid_to,
        certificate_sha256=made.certificate_sha256,
    )
    registration = replace(
        approval,
        seal_id=REGISTRATION_SEAL,
        kind=SealKind.REAL_ESTATE_REGISTRATION_SPECIAL,
        organ_name=registrar,
        face_text=f"{registrar}演示专用",
        bottom_text="不动产登记专用章",
        diameter_mm=45,
        certificate_sha256="",
        key_place="none",
        place="不动产登记窗口保险柜",
    )
    certificate = SealCertificate(
        made.certificate_sha256, APPROVAL_SEAL, made.certificate_pem, valid_from, valid_to
    )
    return (approval, registration), (certificate,)


def _keep_passwords(folder: Path, words: dict[str, str]) -> None:
    place = folder / PASSWORD_FILE
    place.touch(mode=0o600)
    place.write_text("".join(f"{name}\t{word}\n" for name, word in words.items()), "utf-8")
