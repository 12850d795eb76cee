"""What stands in a package's ``package.json`` (format: ``docs/intake-package.md``).

Called by casework's intake with the parsed JSON; files are not touched here. Whatever is wrong is
said in one refusal that names the file and each field, so that a clerk need not try again and
again (S099 in spirit). No message repeats a number or a name out of the package.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from workbench.rules.identifiers import parse_citizen_number, parse_credit_code, parse_item_code
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, clauses, listed

FORMAT: Final = "oneseal-intake/1"
CHANNELS: Final = ("window", "online", "agent", "locker", "mail")
MANIFEST: Final = "package.json"
_PACKAGE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_FAULTS: Final = 8


@dataclass(frozen=True, slots=True)
class IntakeAgent:
    """Who acts for the applicant, and the material code of his authority (T02)."""

    name: str
    id_number: str
    authority: str


@dataclass(frozen=True, slots=True)
class IntakeApplicant:
    """Block P (``person``) or block E (``organisation``) of the sample catalogue.

    ``id_number`` is a citizen number or a credit code, already checked and in its one written form.
    """

    kind: str
    name: str
    id_number: str
    phone: str
    address: str
    legal_representative: str = ""
    legal_representative_id: str = ""
    agent: IntakeAgent | None = None


@dataclass(frozen=True, slots=True)
class IntakeMaterial:
    """One handed-in file. ``sha256`` is empty where the package does not state it."""

    code: str
    file: str
    sha256: str = ""
    copies: int = 1
    original_checked: bool = False


@dataclass(frozen=True, slots=True)
class IntakeDelivery:
    """How the applicant wants the result: ``pick_up`` or ``mail``."""

    manner: str = "pick_up"
    receiver: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class IntakePackage:
    """One application as it comes in. ``registrar`` is a name that is recorded, never trusted."""

    package_id: str
    item_code: str
    situation: str
    channel: str
    registrar: str
    applicant: IntakeApplicant
    form: tuple[tuple[str, str], ...]
    materials: tuple[IntakeMaterial, ...]
    delivery: IntakeDelivery

    def form_values(self) -> dict[str, str]:
        """The form as a dict: field code to text."""
        return dict(self.form)


def parse_package(raw: object, where: str = MANIFEST) -> IntakePackage:
    """The package from parsed JSON. Refusal ``package_shape`` names ``where`` and every field that
    is missing or wrong; the caller adds what only the catalogue and the files can tell."""
    reader = _Reader()
    table = reader.table(raw, "")
    if table.get("format") != FORMAT:
        reader.fault("format", _("must be {wanted}").format(wanted=FORMAT))
    package = IntakePackage(
        package_id=reader.matching(table, "package_id", _PACKAGE_ID),
        item_code=reader.checked(table, "item_code", lambda text: parse_item_code(text).code),
        situation=reader.text(table, "situation", needed=False),
        channel=reader.one_of(table, "channel", CHANNELS),
        registrar=reader.text(table, "registrar", needed=False),
        applicant=_applicant(reader, table),
        form=_form(reader, table),
        materials=_materials(reader, table),
        delivery=_delivery(reader, table),
    )
    reader.raise_faults(where)
    return package


def safe_file_name(name: str) -> bool:
    """Whether ``name`` is one plain file name beside ``package.json`` on every system."""
    # First of all: half a surrogate pair has no bytes whose number could be counted.
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name):
        return False
    if not name or name != name.strip() or name.startswith(".") or len(name.encode()) > 200:
        return False
    return not any(char in '/\\:*?"<>|' for char in name) and name != MANIFEST


def storable(text: str) -> bool:
    """Whether a text can be stored and shown: no half surrogate pair (JSON can write one), no
    control character but tab and line end."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\r\n" for c in text)


def _applicant(reader: _Reader, table: Mapping[str, object]) -> IntakeApplicant:
    part = reader.table(table.get("applicant"), "applicant")
    kind = reader.one_of(part, "kind", ("person", "organisation"), "applicant.")
    check = _credit if kind == "organisation" else _citizen
    is_organisation = kind == "organisation"
    return IntakeApplicant(
        kind=kind,
        name=reader.text(part, "name", "applicant."),
        id_number=reader.checked(part, "id_number", check, "applicant."),
        phone=reader.text(part, "phone", "applicant.", needed=False),
        address=reader.text(part, "address", "applicant.", needed=False),
        legal_representative=reader.text(
            part, "legal_representative", "applicant.", needed=is_organisation
        ),
        legal_representative_id=reader.checked(
            part, "legal_representative_id", _citizen, "applicant.", needed=False
        ),
        agent=_agent(reader, part),
    )


def _agent(reader: _Reader, part: Mapping[str, object]) -> IntakeAgent | None:
    if part.get("agent") is None:
        return None
    agent = reader.table(part["agent"], "applicant.agent")
    before = "applicant.agent."
    return IntakeAgent(
        reader.text(agent, "name", before),
        reader.checked(agent, "id_number", _citizen, before),
        reader.text(agent, "authority", before),
    )


def _form(reader: _Reader, table: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    form = reader.table(table.get("form", {}), "form")
    if not all(storable(str(code)) for code in form):
        reader.fault("form", _("has characters that no text may hold"))
        return ()
    return tuple((str(code), reader.text(form, code, "form.", needed=False)) for code in form)


def _materials(reader: _Reader, table: Mapping[str, object]) -> tuple[IntakeMaterial, ...]:
    raw = table.get("materials")
    if not isinstance(raw, list) or not raw:
        reader.fault("materials", _("must be a list with at least one entry"))
        return ()
    found = []
    for number, entry in enumerate(raw):
        before = f"materials[{number}]."
        part = reader.table(entry, before.rstrip("."))
        name = reader.text(part, "file", before)
        if name and not safe_file_name(name):
            reader.fault(before + "file", _("must be a plain file name without folders"))
        digest = reader.matching(part, "sha256", _SHA256, before) if part.get("sha256") else ""
        copies, seen = part.get("copies", 1), part.get("original_checked", False)
        if not isinstance(copies, int) or isinstance(copies, bool) or not 1 <= copies <= 99:
            reader.fault(before + "copies", _("must be a number from 1 to 99"))
            copies = 1
        if not isinstance(seen, bool):
            reader.fault(before + "original_checked", _("must be true or false"))
        found.append(
            IntakeMaterial(reader.text(part, "code", before), name, digest, copies, seen is True)
        )
    names = Counter(material.file.casefold() for material in found)
    for doubled in sorted({m.file for m in found if names[m.file.casefold()] > 1}):
        reader.fault("materials", _("names the file {file} twice").format(file=doubled))
    return tuple(found)


def _delivery(reader: _Reader, table: Mapping[str, object]) -> IntakeDelivery:
    if table.get("delivery") is None:
        return IntakeDelivery()
    part = reader.table(table["delivery"], "delivery")
    manner = reader.one_of(part, "manner", ("pick_up", "mail"), "delivery.")
    by_mail = manner == "mail"
    return IntakeDelivery(
        manner,
        reader.text(part, "receiver", "delivery.", needed=by_mail),
        reader.text(part, "address", "delivery.", needed=by_mail),
    )


def _citizen(text: str) -> str:
    return parse_citizen_number(text).number


def _credit(text: str) -> str:
    return parse_credit_code(text).code


class _Reader:
    """Takes values out of untrusted tables and collects every fault with its field."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, field: str, why: str) -> None:
        self.faults.append(_("{field}: {why}").format(field=field, why=why))

    def table(self, raw: object, field: str) -> Mapping[str, object]:
        if isinstance(raw, Mapping):
            return raw
        self.fault(field or _("the whole file"), _("must be a JSON object"))
        return {}

    def text(
        self, table: Mapping[str, object], key: str, before: str = "", *, needed: bool = True
    ) -> str:
        raw = table.get(key)
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            raw = str(raw)
        if raw is None or raw == "":
            if needed:
                self.fault(before + key, _("is missing"))
            return ""
        if not isinstance(raw, str):
            self.fault(before + key, _("must be a text"))
            return ""
        if not storable(raw):
            self.fault(before + key, _("has characters that no text may hold"))
            return ""
        # Names keep compatibility and rare characters exactly (3.5): no normalising here.
        return raw.strip()

    def one_of(
        self, table: Mapping[str, object], key: str, allowed: tuple[str, ...], before: str = ""
    ) -> str:
        text = self.text(table, key, before)
        if text and text not in allowed:
            self.fault(before + key, _("must be one of {list}").format(list=listed(allowed)))
        return text

    def matching(
        self, table: Mapping[str, object], key: str, pattern: re.Pattern[str], before: str = ""
    ) -> str:
        text = self.text(table, key, before)
        if text and not pattern.fullmatch(text):
            self.fault(before + key, _("does not have the right form"))
        return text

    def checked(
        self,
        table: Mapping[str, object],
        key: str,
        check: Callable[[str], str],
        before: str = "",
        *,
        needed: bool = True,
    ) -> str:
        text = self.text(table, key, before, needed=needed)
        if not text:
            return ""
        try:
            return check(text)
        except Refusal as refusal:
            self.fault(before + key, refusal.message.rstrip(".。"))
            return ""

    def raise_faults(self, where: str) -> None:
        if not self.faults:
            return
        shown = clauses(self.faults[:_MOST_FAULTS])
        if len(self.faults) > _MOST_FAULTS:
            shown += _(" and {n} more").format(n=len(self.faults) - _MOST_FAULTS)
        raise Refusal(
            "package_shape",
            _("{file} cannot be taken in: {faults}.").format(file=where, faults=shown),
            _("Correct these fields and take the package in again; the other packages went on."),
        )
