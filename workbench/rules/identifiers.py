"""Numbers that carry a check or a structure: citizen number, credit code, item code, case number.

Pure parsing. Every ``parse_*`` takes what a person typed, brings it into its one written form and
raises a :class:`Refusal` that says what is wrong; no text repeats the number, which may be
personal. Called by intake, the catalogue, the panes and the desk's forms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from workbench.rules.refusals import Refusal
from workbench.rules.words import _

CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_CHECKS: Final = "10X98765432"
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
EXERCISE_LEVELS: Final = "123456"
MALE: Final = 1
FEMALE: Final = 2

# ASCII only: ``\d`` would let the digits of every script through.
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_BASIC = re.compile(r"[0-9]{11}[0-9Y]")
_BASIC_VARIANT = re.compile(r"[0-9]{11}[0-9Y][0-9]{2}")


def normalise(text: str) -> str:
    """The one written form: half width, no spaces, upper case (a small x becomes X)."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A citizen number of GB 11643 that has been checked."""

    number: str
    region: str
    birth_date: date

    @property
    def sex(self) -> int:
        """1 male, 2 female (GB/T 2261.1): an odd sequence number is male."""
        return MALE if int(self.number[16]) % 2 else FEMALE


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code of GB 32100 that has been checked."""

    code: str
    registering_body: str
    kind: str
    region: str
    body_code: str


@dataclass(frozen=True, slots=True)
class ItemCode:
    """An implementing code of 31 characters: organ 18, exercise level 1, basic code 12 (R63)."""

    code: str
    organ: str
    level: int
    basic_code: str

    @property
    def item_type(self) -> str:
        """Two digits: 01 licence, 05 payment, 07 confirmation, 20 public service … (R66)."""
        return self.basic_code[2:4]

    @property
    def has_parts(self) -> bool:
        """A main item with sub-items ends in Y and cannot itself be applied for (R62)."""
        return self.basic_code.endswith("Y")


@dataclass(frozen=True, slots=True)
class BusinessItemCode:
    """A variant code: an item code (33) or a basic code (14) with two digits behind it (R64)."""

    code: str
    item: str
    variant: str


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """Item code 31, day 8, sequence 4: 43 characters (R65)."""

    item_code: str
    day: date
    sequence: int

    def __str__(self) -> str:
        return f"{self.item_code}{self.day:%Y%m%d}{self.sequence:04d}"


def citizen_check_character(first17: str) -> str:
    """The 18th character for 17 digits: weighted sum modulo 11 (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, CITIZEN_WEIGHTS, strict=True))
    return CITIZEN_CHECKS[total % 11]


def credit_check_character(first17: str) -> str:
    """The 18th character for 17 of the alphabet: (31 - sum mod 31) mod 31 (GB 32100).

    Without the outer mod a sum of 0 would ask for index 31, which the alphabet does not have.
    """
    total = sum(
        CREDIT_ALPHABET.index(char) * weight
        for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def parse_citizen_number(text: str, today: date | None = None) -> CitizenNumber:
    """The checked number; with ``today`` a birth date in the future is refused too."""
    number = normalise(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise _refusal("citizen_number_old", _("ID numbers of 15 digits are no longer valid."))
    message = _("An ID number has 18 characters, this one has {n}.")
    _length("citizen_number_length", message, number, 18)
    if not _CITIZEN.fullmatch(number):
        raise _refusal(
            "citizen_number_characters",
            _("An ID number has 17 digits, then a digit or an X."),
        )
    birth = _day(number[6:14], "citizen_number_birth", _("The birth date in it does not exist."))
    if today is not None and birth > today:
        raise _refusal("citizen_number_birth", _("The birth date in it is in the future."))
    if citizen_check_character(number[:17]) != number[17]:
        raise _refusal(
            "citizen_number_check",
            _("The last character does not fit the others: at least one is mistyped."),
        )
    return CitizenNumber(number, number[:6], birth)


def parse_credit_code(text: str) -> CreditCode:
    """The checked code. Places 1 and 2 may hold letters (N2): demanding digits is a known trap."""
    code = normalise(text)
    _length("credit_code_length", _("A credit code has 18 characters, this one has {n}."), code, 18)
    alien = sorted(set(code) - set(CREDIT_ALPHABET))
    if alien:
        raise _refusal(
            "credit_code_characters",
            _("A credit code has digits and capital letters without I, O, S, V, Z."),
        )
    if not code[2:8].isdigit():
        raise _refusal("credit_code_region", _("Characters 3 to 8 are the region: six digits."))
    if credit_check_character(code[:17]) != code[17]:
        raise _refusal(
            "credit_code_check",
            _("The last character does not fit the others: at least one is mistyped."),
        )
    return CreditCode(code, code[0], code[1], code[2:8], code[8:17])


def parse_item_code(text: str) -> ItemCode:
    """The checked implementing code (R63); its organ part must be a valid credit code."""
    code = normalise(text)
    _length("item_code_length", _("An item code has 31 characters, this one has {n}."), code, 31)
    organ = parse_credit_code(code[:18]).code
    if code[18] not in EXERCISE_LEVELS:
        raise _refusal("item_code_level", _("Character 19 is the exercise level, 1 to 6."))
    if not _BASIC.fullmatch(code[19:]):
        raise _refusal(
            "item_code_basic",
            _("The last 12 characters are the basic code: digits, at the end a digit or Y."),
        )
    return ItemCode(code, organ, int(code[18]), code[19:])


def parse_business_item_code(text: str) -> BusinessItemCode:
    """A variant code in either form: 33 characters, or 14 in the basic form (R64)."""
    code = normalise(text)
    if len(code) == 14:
        if not _BASIC_VARIANT.fullmatch(code):
            raise _refusal("variant_code_basic", _("A variant code of 14 characters has digits."))
        return BusinessItemCode(code, code[:12], code[12:])
    if len(code) != 33:
        message = _("A variant code has 33 or 14 characters, this one has {n}.")
        raise _refusal("variant_code_length", message.format(n=len(code)))
    if not re.fullmatch(r"[0-9]{2}", code[31:]):
        raise _refusal("variant_code_digits", _("A variant code ends in two digits."))
    return BusinessItemCode(code, parse_item_code(code[:31]).code, code[31:])


def compose_case_number(item_code: str, day: date, sequence: int) -> str:
    """The 43 characters for the ``sequence``-th case of that item on that day, from 1 to 9999."""
    if not 1 <= sequence <= 9999:
        raise _refusal("case_number_sequence", _("A case number ends in 0001 to 9999."))
    return str(CaseNumber(parse_item_code(item_code).code, day, sequence))


def numbered_under(case_no: str, item_code: str) -> bool:
    """Whether the case was registered under that item. Its number keeps the item's code, whatever
    the window changed afterwards (E18)."""
    return case_no.startswith(item_code[:31])


def parse_case_number(text: str) -> CaseNumber:
    """The parts of a case number; refused when the item code, the day or the sequence is wrong."""
    number = normalise(text)
    message = _("A case number has 43 characters, this one has {n}.")
    _length("case_number_length", message, number, 43)
    item = parse_item_code(number[:31]).code
    day = _day(number[31:39], "case_number_day", _("The day in it does not exist."))
    if not re.fullmatch(r"[0-9]{4}", number[39:]) or number[39:] == "0000":
        raise _refusal("case_number_sequence", _("A case number ends in 0001 to 9999."))
    return CaseNumber(item, day, int(number[39:]))


def _length(code: str, message: str, text: str, wanted: int) -> None:
    if len(text) != wanted:
        raise _refusal(code, message.format(n=len(text)))


def _day(text: str, code: str, message: str) -> date:
    if not re.fullmatch(r"[0-9]{8}", text):
        raise _refusal(code, message)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise _refusal(code, message) from None


def _refusal(code: str, message: str) -> Refusal:
    return Refusal(code, message, _("Compare it with the document, character by character."))
