"""Made-up persons and numbers for the sample centre: valid check characters, a region that does
not exist (2.8). Called by ``sample_scans`` and by tests; no real number can come out of here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from workbench.rules.identifiers import citizen_check_character, credit_check_character

REGION: Final = "990101"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A made-up person; ``number`` fits birth date and sex."""

    name: str
    birth: date
    female: bool
    number: str
    phone: str
    address: str


def citizen_number(birth: date, sequence: int, region: str = REGION) -> str:
    """A citizen number of the made-up district; ``sequence`` 1 to 999, odd for a man."""
    if not region.startswith("9901") or not 1 <= sequence <= 999:
        raise ValueError("sample numbers are of region 9901xx with a sequence from 1 to 999")
    first17 = f"{region}{birth:%Y%m%d}{sequence:03d}"
    return first17 + citizen_check_character(first17)


def credit_code(serial: int, kind: str = "91") -> str:
    """A credit code of the made-up district: ``kind`` 91 company, 92 individual business, 11 organ;
    ``serial`` 1 to 9999."""
    first17 = f"{kind}{REGION}MA{serial:07d}"
    return first17 + credit_check_character(first17)


def _person(name: str, birth: date, sequence: int, street: str) -> SamplePerson:
    number = citizen_number(birth, sequence)
    phone = f"1200000{sequence:04d}"
    return SamplePerson(name, birth, sequence % 2 == 0, number, phone, f"青云区青石街道{street}")


PEOPLE: Final = (
    _person("林青川", date(1988, 3, 12), 901, "云溪路18号1层103室"),
    _person("沈云溪", date(1976, 8, 5), 902, "云溪路66号3幢2单元501室"),
    _person("周知远", date(1990, 6, 15), 903, "望山街7号2幢402室"),
    _person("许清禾", date(1991, 11, 23), 904, "望山街7号2幢402室"),
    _person("顾南乔", date(1995, 1, 30), 906, "文澜巷21号"),
    _person("陆远舟", date(1983, 4, 9), 905, "听松路5号"),
    _person("苏念一", date(1998, 12, 1), 908, "听松路12号"),
    _person("程以宁", date(1986, 7, 17), 910, "云溪路90号附2号"),
    _person("陈喆", date(1992, 9, 8), 907, "文澜巷3号"),
    _person("何淑兰", date(1943, 2, 14), 912, "云溪村36号"),
)
"""The last but one has a character outside GB 2312, the last is old enough for I12."""
