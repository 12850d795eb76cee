"""Hiding what a list, a log or a notice need not show (R87). The one masking room.

Called by the case row, the worklist, exports and notices. Masking never fails: what does not look
like what it should be is hidden altogether, because a mistyped number is personal too.
"""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "****"

_ROAD = re.compile(r".*(?:大道|大街|胡同|路|街(?!道)|(?<!街)道|巷|弄)")
_TOWN = re.compile(r".*?(?:街道|镇|乡)|.*(?:区|县|旗|市|省)")
_NUMBER_STARTS = re.compile(r"[0-9０-９]|[一二三四五六七八九十百]+(?=号|单元|栋|幢|室|组|楼)")
_ID_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")


def mask_id_number(number: str) -> str:
    """``990101********0014``: the first 6 and the last 4 of 18 characters stay."""
    text = number.strip()
    return f"{text[:6]}{'*' * 8}{text[-4:]}" if len(text) == 18 else _all_hidden(text)


def mask_phone(number: str) -> str:
    """``138****1234``; of any other number of 7 or more digits only the last 4 stay."""
    text = "".join(char for char in number if char.isdigit())
    if len(text) == 11 and text.startswith("1"):
        return f"{text[:3]}****{text[-4:]}"
    return f"{HIDDEN}{text[-4:]}" if len(text) >= 7 else _all_hidden(number)


def mask_name(name: str) -> str:
    """The first character stays, a star for each other, at most eight: ``王某某``, ``王**``."""
    text = name.strip()
    return text[:1] + "*" * min(max(len(text) - 1, 1), 8) if text else ""


def mask_bank_card(number: str) -> str:
    """Only the last 4 digits stay, of a card of 12 or more."""
    text = "".join(char for char in number if char.isdigit())
    return f"{HIDDEN}{text[-4:]}" if len(text) >= 12 else _all_hidden(number)


def mask_address(address: str) -> str:
    """To road level: what follows the road is hidden; without a road, what follows the town."""
    text = address.strip()
    if not text:
        return ""
    number = _NUMBER_STARTS.search(text)
    before_number = text[: number.start()] if number else text
    kept = _ROAD.match(before_number) or _TOWN.match(before_number)
    return (kept.group() if kept else "") + HIDDEN


def mask_text(text: str) -> str:
    """Free text with every ID number and mobile number in it masked: log lines, error texts.

    Case numbers and item codes stay whole: they are longer and unbroken.
    """
    masked = _ID_IN_TEXT.sub(lambda found: mask_id_number(found.group()), text)
    return _PHONE_IN_TEXT.sub(lambda found: mask_phone(found.group()), masked)


def _all_hidden(text: str) -> str:
    return HIDDEN if text.strip() else ""
