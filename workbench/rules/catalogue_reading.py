"""Turning plain data (a TOML table, canonical JSON) into catalogue records and back.

One reader serves both ways: it walks the records' own type hints, so a new field needs no second
place. Publishing stores :func:`canonical` and its SHA-256; hosting reads TOML with
:func:`parse_item`; the store gives back records with :func:`from_canonical`.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from workbench.rules.catalogue_records import DocumentTemplate, ItemVersion
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

Record = TypeVar("Record")

LATER_KEYS: Final = frozenset({"delegated_check", "inspection_standard"})
"""Keys of an item version that came after the first centres were founded."""


def parse_item(table: Mapping[str, object]) -> ItemVersion:
    """An item version from a parsed TOML file. Refusal ``catalogue.shape`` names the first key
    that is missing, unknown or of the wrong kind."""
    return read_record(ItemVersion, table, "item")


def parse_template(table: Mapping[str, object]) -> DocumentTemplate:
    """A document template of the core (notices N01 to N24) from a parsed TOML file."""
    return read_record(DocumentTemplate, table, "template")


def canonical(record: ItemVersion | DocumentTemplate) -> str:
    """One JSON text per record: keys sorted, no white space, no escapes; fit for SHA-256.

    A key of :data:`LATER_KEYS` that says nothing is left out: what was published before the key
    existed keeps its text and its hash.
    """
    table = cast(dict[str, object], plain(record))
    said = {key: value for key, value in table.items() if value or key not in LATER_KEYS}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_sha256(record: ItemVersion | DocumentTemplate) -> str:
    """Lower-case hex SHA-256 of :func:`canonical` in UTF-8."""
    return hashlib.sha256(canonical(record).encode("utf-8")).hexdigest()


def from_canonical(text: str) -> ItemVersion:
    """The inverse of :func:`canonical` for an item version."""
    return read_record(ItemVersion, json.loads(text), "item")


def template_from_canonical(text: str) -> DocumentTemplate:
    """The inverse of :func:`canonical` for a document template."""
    return read_record(DocumentTemplate, json.loads(text), "template")


def plain(value: object) -> object:
    """Records as dicts, enumerations as their values, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value


def read_record(kind: type[Record], raw: object, where: str) -> Record:
    """A frozen record of ``kind`` from plain data; ``where`` is the path named in a refusal."""
    if not isinstance(raw, Mapping):
        raise _wrong(where, "a table")
    parts = _parts(cast(Any, kind))
    unknown = sorted(set(map(str, raw)) - set(parts))
    if unknown:
        raise Refusal(
            "catalogue.shape",
            _("{where} has an unknown key: {key}.").format(where=where, key=unknown[0]),
            _("Remove the key or correct its spelling."),
        )
    made: dict[str, Any] = {}
    for name, (field, hint) in parts.items():
        if name in raw:
            made[name] = _read(hint, raw[name], f"{where}.{name}")
        elif not _has_default(field):
            made[name] = _missing(hint, f"{where}.{name}")
    return kind(**made)


@cache
def _parts(kind: type) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {f.name: (f, hints[f.name]) for f in fields(cast(Any, kind))}


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _missing(hint: Any, where: str) -> object:
    """TOML has no null, so an optional part may be left out; anything else must be there."""
    if _optional(hint) is not None:
        return None
    raise Refusal(
        "catalogue.shape",
        _("{where} is missing.").format(where=where),
        _("Add the key to the file."),
    )


def _optional(hint: Any) -> Any:
    """``X`` of ``X | None``, else ``None``."""
    if get_origin(hint) not in (Union, types.UnionType):
        return None
    rest = [part for part in get_args(hint) if part is not type(None)]
    return rest[0] if len(rest) == 1 else None


def _read(hint: Any, raw: object, where: str) -> object:
    inner = _optional(hint)
    if inner is not None:
        return None if raw is None else _read(inner, raw, where)
    if get_origin(hint) is tuple:
        if not isinstance(raw, (list, tuple)):
            raise _wrong(where, "a list")
        part = get_args(hint)[0]
        return tuple(_read(part, one, f"{where}[{n}]") for n, one in enumerate(raw))
    if is_dataclass(hint):
        return read_record(cast(type, hint), raw, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _read_enum(hint, raw, where)
    return _read_plain(hint, raw, where)


def _read_enum(kind: type[Enum], raw: object, where: str) -> Enum:
    for member in kind:
        if member.value == raw:
            return member
    raise _wrong(where, " | ".join(str(member.value) for member in kind))


def _read_plain(hint: Any, raw: object, where: str) -> object:
    if hint is float and isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return float(raw)
    if hint is int and isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if hint in (str, bool) and isinstance(raw, hint):
        return raw
    raise _wrong(where, cast(type, hint).__name__)


def _wrong(where: str, wanted: str) -> Refusal:
    return Refusal(
        "catalogue.shape",
        _("{where} must be {wanted}.").format(where=where, wanted=wanted),
        _("Correct the value in the file."),
    )
