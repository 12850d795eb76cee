"""What the seal desk calls things: kinds of seals, steps of a press, levels, places, hashes.

Plain functions of records; no widget. Called by the parts of the seal desk and by the proof page.
"""

from __future__ import annotations

from workbench.rules.moment import stamp
from workbench.rules.seal_custody import LedgerLine, LedgerState, Placement, SealKind
from workbench.rules.words import _


def kind_word(kind: str) -> str:
    """A kind of seal as the screen calls it (glossary 5.6)."""
    words = {
        SealKind.ORGAN_OFFICIAL.value: _("Organ seal"),
        SealKind.APPROVAL_SPECIAL.value: _("Approval seal"),
        SealKind.ACCEPTANCE_SPECIAL.value: _("Acceptance seal"),
        SealKind.BUSINESS_SPECIAL.value: _("Business seal"),
        SealKind.INSPECTION_SPECIAL.value: _("Inspection seal"),
        SealKind.REAL_ESTATE_REGISTRATION_SPECIAL.value: _("Real-estate registration seal"),
        SealKind.STEEL.value: _("Steel seal"),
    }
    return words.get(kind, kind)


def state_word(state: LedgerState) -> str:
    """A step of a press as the register calls it."""
    words = {
        LedgerState.RESERVED: _("number taken"),
        LedgerState.PREPARED: _("page prepared"),
        LedgerState.SIGNED: _("signed"),
        LedgerState.RELEASED: _("sealed"),
        LedgerState.VOID: _("void"),
    }
    return words[state]


def level_word(level: str) -> str:
    """A signature level in plain words."""
    words = {
        "B-B": _("without timestamp"),
        "B-T": _("with timestamp"),
        "B-LT": _("with timestamp and revocation lists"),
    }
    return words.get(level, level)


def void_word(reason: str) -> str:
    """Why a serial is void: a code of ours in words, a person's reason as it was written."""
    words = {
        "worker_gone": _("the press broke off before it was signed"),
        "wrong_pin": _("wrong PIN"),
    }
    return words.get(reason, reason)


def key_word(place: str) -> str:
    """Where a seal's key is."""
    kind, _colon, label = place.partition(":")
    words = {
        "none": _("none, a seal of metal"), "pkcs12": _("a file of the centre"),
        "pkcs11": _("the token {label}"),
    }  # fmt: skip
    return words.get(kind, place).format(label=label)


def manner_word(manner: str) -> str:
    """How a document was pressed."""
    words = {"electronic": _("electronic"), "physical": _("by hand")}
    return words.get(manner, manner)


def copy_word(line: LedgerLine) -> str:
    """Which copy a line stands for: ``original 1``; an electronic file is one copy."""
    words = {"original": _("original {n}"), "duplicate": _("duplicate {n}")}
    if line.copy_kind in words:
        return words[line.copy_kind].format(n=line.copy_no)
    return "1"


def place_text(at: Placement | None) -> str:
    """Where the centre of the seal lies, in millimetres."""
    if at is None:
        return _("not stated")
    text = _("page {page}, {x} mm from the left, {y} mm from the top").format(
        page=at.page if at.page > 0 else _("last"), x=f"{at.x_mm:.1f}", y=f"{at.y_mm:.1f}"
    )
    return text.replace(" mm", "\u00a0mm")  # a number and its unit stay on one line


def short_hash(sha256: str) -> str:
    """The first 16 and last 8 digits: enough to compare by eye."""
    return f"{sha256[:8]} {sha256[8:16]} … {sha256[-8:]}" if len(sha256) == 64 else sha256


def grouped(sha256: str) -> str:
    """The whole of it in groups of eight, which wrap and can be read out."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def parted(case_no: str) -> str:
    """A long case number in its parts, item code and the rest, which wrap (R63)."""
    parts = (case_no[:18], case_no[18:31], case_no[31:])
    return " ".join(part for part in parts if part)


def number_of(line: LedgerLine) -> str:
    """The number of the document that a line stands for."""
    return line.document_id.rpartition("/")[2]


def time_of(line: LedgerLine) -> str:
    """When it was sealed, or begun where it was not."""
    return stamp(line.released_at if line.released_at is not None else line.reserved_at)
