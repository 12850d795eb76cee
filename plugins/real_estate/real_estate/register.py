"""What the register says of a property, for the viewer that shows it beside the plan.

Here it is the sample extract ``sample_register.toml``; asked by ``plan_viewer`` with the unit or
parcel number of the application.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workbench.api import mask_name, package_folder, read_toml

NUMBERS: Final = ("unit_no", "parcel_no")
"""The form fields that name the property, of all three items."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of an extract. With ``code`` it is of the same kind as that form field; else it has
    labels of its own. The name of a person comes masked (R87)."""

    value: str
    code: str = ""
    label_zh: str = ""
    label_en: str = ""


def extract_for(form: Mapping[str, str]) -> tuple[RegisterLine, ...]:
    """The lines of the property that the application names; none where the register has none."""
    number = next((form[code] for code in NUMBERS if form.get(code)), "")
    return _entries().get(number, ())


@lru_cache(maxsize=1)
def _entries() -> dict[str, tuple[RegisterLine, ...]]:
    table = read_toml(package_folder("real_estate") / "sample_register.toml")
    return {
        str(entry["number"]): tuple(_line(one) for one in entry["lines"])
        for entry in table["entries"]
    }


def _line(table: Mapping[str, object]) -> RegisterLine:
    value = str(table["value"])
    texts = {key: str(table.get(key, "")) for key in ("code", "label_zh", "label_en")}
    return RegisterLine(mask_name(value) if table.get("person") else value, **texts)
