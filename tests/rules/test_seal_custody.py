"""Which seal may be pressed when: domain 2.4 (a) and (d), R51, R54, S165, S172."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rules.moment import SECOND
from workbench.rules.seal_custody import (
    DEMO_BOTTOM_TEXT,
    DEMO_RING_TEXT,
    Seal,
    SealKind,
    SealStatus,
    SealVerdict,
    refusal_text,
    seal_refusal,
)

FROM, TO = 1_000 * SECOND, 2_000 * SECOND
ORGAN = "青云区行政审批局"
SEAL = Seal(
    "s1", SealKind.APPROVAL_SPECIAL, ORGAN, DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 42,
    SealStatus.ACTIVE, FROM, TO, "",
)  # fmt: skip


def test_active_seal_of_the_right_kind_and_organ_may_be_pressed() -> None:
    assert seal_refusal(SEAL, SealKind.APPROVAL_SPECIAL, ORGAN, FROM) is None
    assert seal_refusal(SEAL, SealKind.APPROVAL_SPECIAL, ORGAN, TO - 1) is None


@pytest.mark.parametrize(
    ("moment", "code"), [(FROM - 1, "seal_not_yet_valid"), (TO, "seal_expired")]
)
def test_validity_is_checked_at_the_moment_of_stamping(moment: int, code: str) -> None:
    assert seal_refusal(SEAL, SealKind.APPROVAL_SPECIAL, ORGAN, moment) == code


@pytest.mark.parametrize("status", [s for s in SealStatus if s is not SealStatus.ACTIVE])
def test_every_other_status_refuses(status: SealStatus) -> None:
    seal = replace(SEAL, status=status)
    code = seal_refusal(seal, SealKind.APPROVAL_SPECIAL, ORGAN, FROM)
    assert code == f"seal_{status.value}"
    assert refusal_text(code) != code


def test_legacy_seal_serves_only_cases_from_before_the_transfer() -> None:
    seal = replace(SEAL, status=SealStatus.ACTIVE_FOR_LEGACY)
    assert seal_refusal(seal, SealKind.APPROVAL_SPECIAL, ORGAN, FROM, legacy=True) is None
    away = replace(SEAL, status=SealStatus.SEALED_AWAY)
    assert seal_refusal(away, SealKind.APPROVAL_SPECIAL, ORGAN, FROM, legacy=True) is not None


@pytest.mark.parametrize("needed", [k for k in SealKind if k is not SealKind.APPROVAL_SPECIAL])
def test_wrong_kind_is_refused(needed: SealKind) -> None:
    """R51 (revocations need the organ's seal) and title certificates need their own."""
    assert seal_refusal(SEAL, needed, ORGAN, FROM) == "seal_wrong_kind"


def test_wrong_organ_is_refused() -> None:
    code = seal_refusal(SEAL, SealKind.APPROVAL_SPECIAL, "青石街道办事处", FROM)
    assert code == "seal_wrong_organ"
    assert refusal_text("seal_wrong_organ") != "seal_wrong_organ"


@given(st.integers().filter(lambda mm: not 35 <= mm <= 45))
def test_a_seal_has_a_size_of_its_rank(size: int) -> None:
    """R46: 35 to 45 mm below the province; what is drawn here has one of two of them."""
    with pytest.raises(ValueError, match="35 to 45"):
        replace(SEAL, diameter_mm=size)


def test_verdicts_are_the_six_words() -> None:
    assert [v.value for v in SealVerdict] == [
        "sealed-intact", "sealed-unknown-signer", "modified", "invalid", "no-seal",
        "cannot-verify",
    ]  # fmt: skip
