"""What a list, a log or a notice still shows (R87)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rules import masking


def test_the_common_forms() -> None:
    assert masking.mask_id_number("99010119800101009X") == "990101********009X"
    assert masking.mask_phone("13800001234") == "138****1234"
    assert masking.mask_phone("138 0000-1234") == "138****1234"
    assert masking.mask_phone("0731-2881234") == "****1234"
    assert masking.mask_name("王某某") == "王**"
    assert masking.mask_name("王") == "王*"
    assert masking.mask_bank_card("6222 0000 0000 0001234") == "****1234"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("青云区青石街道和平路12号3单元401室", "青云区青石街道和平路****"),
        ("青云区人民大道８号", "青云区人民大道****"),
        ("青云区青石街道办事处三楼", "青云区青石街道****"),
        ("青云区柳林镇石桥村5组", "青云区柳林镇****"),
        ("青云区建国路十二号院", "青云区建国路****"),
        ("somewhere 12", "****"),
        ("", ""),
    ],
)
def test_an_address_is_shown_to_the_road(address: str, shown: str) -> None:
    assert masking.mask_address(address) == shown


@pytest.mark.parametrize("wrong", ["12345", "990101", "x"])
def test_what_does_not_look_right_is_hidden_altogether(wrong: str) -> None:
    assert masking.mask_id_number(wrong) == "****"
    assert masking.mask_bank_card(wrong) == "****"
    assert masking.mask_phone(wrong) == "****"


def test_free_text_loses_numbers_but_keeps_case_numbers() -> None:
    case_no = "11990101MB000111174000131901001202602200001"
    text = f"案件 {case_no} 王某某 990101198001010014 电话13800001234。"
    assert masking.mask_text(text) == f"案件 {case_no} 王某某 990101********0014 电话138****1234。"


@given(st.text("0123456789X", min_size=18, max_size=18))
def test_an_id_number_never_shows_more_than_ten_of_its_characters(number: str) -> None:
    masked = masking.mask_id_number(number)
    assert len(masked) == 18
    assert masked[6:14] == "********"


@given(st.text(max_size=40))
def test_masking_never_fails_and_a_name_shows_one_character(text: str) -> None:
    for mask in (masking.mask_id_number, masking.mask_phone, masking.mask_bank_card):
        assert len(mask(text).replace("*", "")) <= 10
    assert len(masking.mask_name(text).replace("*", "")) <= 1
    assert masking.mask_address(text) == "" or masking.mask_address(text).endswith("****")
