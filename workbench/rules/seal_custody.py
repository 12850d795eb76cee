"""Seals, their custody, where they land on the page, and what a verification may say.

Pure records: the register (``store``), the seal art, the signer and the verifier (``paper``), the
desk and the seal worker all speak in these. The refusals of domain 2.4 (a) and (d) are pure
functions here, so every caller checks a seal in the same way at the second of stamping.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from workbench.rules.moment import Moment
from workbench.rules.words import N_, _

#: What the file says of itself, in every language (R57, glossary): never a legal e-seal.
TEST_SEAL_MARK: Final = "演示用印（非电子印章）"
#: Domain 3.5: the only ring text that demo seals carry, and the words under the star (R49).
DEMO_RING_TEXT: Final = "青云区行政审批局演示专用"
DEMO_BOTTOM_TEXT: Final = "行政审批专用章"
#: R46, seal design section 4: what we draw ourselves has one of two true sizes, no free scaling.
DIAMETERS_MM: Final = (42, 45)
#: R46: what an organ below the province may have, steel seals included; for filed impressions.
SMALLEST_MM, LARGEST_MM = 35, 45

#: The issue's figure: one authentication is good for at most so many presses.
MOST_IN_A_BATCH: Final = 50


def seal_mark() -> str:
    """The mark as a screen shows it, in the language in use."""
    return _("Test seal (not an electronic seal)")


class SealKind(Enum):
    """What a seal may be used for; a document kind names the kind it needs (domain 2.4 a)."""

    ORGAN_OFFICIAL = "organ_official"
    APPROVAL_SPECIAL = "approval_special"
    ACCEPTANCE_SPECIAL = "acceptance_special"
    BUSINESS_SPECIAL = "business_special"
    INSPECTION_SPECIAL = "inspection_special"
    REAL_ESTATE_REGISTRATION_SPECIAL = "real_estate_registration_special"
    STEEL = "steel"


class SealStatus(Enum):
    """The life of a seal in the register (R54, R55, R57)."""

    MADE = "made"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LOST = "lost"
    RENEWED = "renewed"
    SEALED_AWAY = "sealed_away"
    DESTROYED = "destroyed"
    ACTIVE_FOR_LEGACY = "active_for_legacy"


class LedgerState(Enum):
    """The steps of one press (seal design section 7). VOID ends every other step but RELEASED."""

    RESERVED = "RESERVED"
    PREPARED = "PREPARED"
    SIGNED = "SIGNED"
    RELEASED = "RELEASED"
    VOID = "VOID"


class PageRule(Enum):
    """Which page of a document an anchor text is looked for on."""

    FIRST_PAGE = "first_page"
    LAST_PAGE = "last_page"
    LAST_WITH_TEXT = "last_with_text"


class SealVerdict(Enum):
    """The one word a verification ends with."""

    SEALED_INTACT = "sealed-intact"
    SEALED_UNKNOWN_SIGNER = "sealed-unknown-signer"
    MODIFIED = "modified"
    INVALID = "invalid"
    NO_SEAL = "no-seal"
    CANNOT_VERIFY = "cannot-verify"


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of the register; validity is ``from <= t < to``.

    ``diameter_mm`` is 42 or 45 where we draw the face ourselves, 35 to 45 where ``face_sha256``
    names a filed impression. ``sole``: its organ works with one approval seal (S166). ``category``
    is the trade of a seal in many-seal mode (S020), ``place`` and ``box`` say where it lies.
    ``key_place`` is ``pkcs12`` (a file of the centre's folder), ``pkcs11:TOKEN`` or ``none`` for a
    seal of metal alone. ``daily_limit`` is how often it may be pressed a day; 0 says no limit.
    ``batch_limit`` is how many documents one authentication is good for: 1 asks for the PIN each
    time. ``needs_timestamp``: without one nothing is pressed; else the level is lower and stored.
    """

    seal_id: str
    kind: SealKind
    organ_name: str
    face_text: str
    bottom_text: str
    diameter_mm: int
    status: SealStatus
    valid_from: Moment
    valid_to: Moment
    certificate_sha256: str
    sole: bool = True
    category: str = ""
    place: str = ""
    box: str = ""
    key_place: str = "pkcs12"
    daily_limit: int = 0
    face_sha256: str = ""
    batch_limit: int = MOST_IN_A_BATCH
    needs_timestamp: bool = False

    def __post_init__(self) -> None:
        if not SMALLEST_MM <= self.diameter_mm <= LARGEST_MM:
            raise ValueError(f"a seal measures 35 to 45 mm, not {self.diameter_mm}")


@dataclass(frozen=True, slots=True)
class Placement:
    """Centre of the seal in mm from the top left of the page as it is seen (CropBox, /Rotate).

    ``page`` counts from 1; -1 is the last page.
    """

    page: int
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class AnchorPlacement:
    """The seal's centre relative to the centre of a text on the page (R56: the date line)."""

    text: str
    page_rule: PageRule
    dx_mm: float
    dy_mm: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file with its seal drawn and an empty signature, waiting for the digest to be signed.

    ``digest`` is SHA-256 over everything outside ``hole_start:hole_end`` (the delimiters of
    /Contents belong to the hole). ``placement`` is where the seal landed, page counted from 1.
    ``tail_path`` holds the bytes that were appended to the frozen file.
    """

    path: str
    tail_path: str
    digest: bytes
    hole_start: int
    hole_end: int
    frozen_sha256: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A new test key: where it lies, the certificate of its test authority, the seal's own."""

    p12_path: str
    ca_pem: str
    certificate_pem: str
    certificate_sha256: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the register of seal use (R53, N23). Hashes: lower-case SHA-256, else "".

    ``manner`` is ``electronic`` or ``physical``; a physical press has a line for each copy
    (``copy_no`` from 1, ``copy_kind`` ``original`` 正本 or ``duplicate`` 副本, the ``control_code``
    printed on it, and the scan that was filed). ``approver`` is who decided the case (N23).
    """

    serial: int
    document_id: str
    case_no: str
    seal_id: str
    state: LedgerState
    custodian: str
    reserved_at: Moment
    released_at: Moment | None
    sha256_before: str
    sha256_after: str
    placement: Placement | None
    signature_level: str
    void_reason: str = ""
    manner: str = "electronic"
    copy_no: int = 0
    copy_kind: str = ""
    control_code: str = ""
    scan_sha256: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class HalfPress:
    """A line of the ledger that is neither released nor void, with all that recovery needs.

    ``prepared_sha256`` names the prepared bytes in the content store and ``cms`` is the stored
    signature; both are empty until the line is PREPARED and SIGNED.
    """

    serial: int
    state: LedgerState
    document_id: str
    case_id: int
    case_no: str
    seal_id: str
    custodian: str
    frozen_sha256: str
    prepared_sha256: str = ""
    digest: bytes = b""
    hole_start: int = 0
    hole_end: int = 0
    placement: Placement | None = None
    cms: bytes = b""
    sha256_after: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What one press of the seal came to: the line of the register, and the sealed file."""

    serial: int
    document_id: str
    sha256_before: str
    sha256_after: str
    level: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class SealSeen:
    """One signature found in a file; empty texts where the file does not say."""

    field: str
    signer: str
    certificate_sha256: str
    level: str
    timestamp: Moment | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One question of a verification: ``name`` and ``reason`` are codes of ``rules.seal_checks``.

    ``passed`` is None where it could not or need not be asked. ``fact`` is what the sentence of
    the reason names, a moment or a serial number.
    """

    name: str
    passed: bool | None
    reason: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result for one file. ``reasons`` are codes of ``rules.seal_checks``, worst first.

    ``checks`` has every name of ``rules.seal_checks.CHECKS`` once, in that order.
    """

    file: str
    verdict: SealVerdict
    reasons: tuple[str, ...]
    seals: tuple[SealSeen, ...]
    compared_with_register: bool
    sha256: str = ""
    checks: tuple[Check, ...] = ()


def seal_refusal(
    seal: Seal, needed_kind: SealKind, organ: str, moment: Moment, *, legacy: bool = False
) -> str | None:
    """Why this seal may not be pressed now, as a code, or None (domain 2.4 a and d, R51, R54).

    ``legacy`` is true for a case that was accepted before its department was transferred (S172).
    """
    allowed = {SealStatus.ACTIVE} | ({SealStatus.ACTIVE_FOR_LEGACY} if legacy else set())
    if seal.status not in allowed:
        return f"seal_{seal.status.value}"
    if moment < seal.valid_from:
        return "seal_not_yet_valid"
    if moment >= seal.valid_to:
        return "seal_expired"
    if seal.kind is not needed_kind:
        return "seal_wrong_kind"
    if seal.organ_name != organ:
        return "seal_wrong_organ"
    return None


def fitting_seals(
    seals: Iterable[Seal], needed_kind: SealKind, organ: str, *, legacy: bool = False
) -> tuple[Seal, ...]:
    """The seals of that kind and organ that are in use; for a case from before the transfer the
    organ's old one (S172). Several only where an organ works with many seals (S020)."""
    wanted = SealStatus.ACTIVE_FOR_LEGACY if legacy else SealStatus.ACTIVE
    own = [one for one in seals if one.kind is needed_kind and one.organ_name == organ]
    kept = tuple(one for one in own if one.status is wanted)
    return kept or tuple(one for one in own if one.status is SealStatus.ACTIVE)


SEAL_FAULTS: Final = {
    "seal_made": N_("This seal has been made but is not in use yet."),
    "seal_suspended": N_("This seal is suspended."),
    "seal_lost": N_("This seal has been reported lost."),
    "seal_renewed": N_("This seal has been replaced by a new one."),
    "seal_sealed_away": N_("This seal is sealed away and out of use."),
    "seal_destroyed": N_("This seal has been destroyed."),
    "seal_active_for_legacy": N_(
        "This seal is kept only for cases accepted before the transfer."
    ),
    "seal_not_yet_valid": N_("This seal is not valid yet."),
    "seal_expired": N_("The validity of this seal has ended."),
    "seal_wrong_kind": N_("This document needs a seal of another kind."),
    "seal_wrong_organ": N_("The seal belongs to another organ than the document."),
}
"""Code of :func:`seal_refusal` -> the sentence, as its source."""


def refusal_text(code: str) -> str:
    """The sentence for a code of :func:`seal_refusal`."""
    return _(SEAL_FAULTS[code]) if code in SEAL_FAULTS else code
