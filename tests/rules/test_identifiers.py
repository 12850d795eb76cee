"""Citizen number, credit code, item code, variant code, case number (domain 2.5, 2.8)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rules import identifiers as ids
from workbench.rules.refusals import Refusal

ITEM = "11990101MB000111174000131901001"
ORGANS = [
    "11990101MB00011117",
    "11990101MB00022228",
    "11990101MB00033339",
    "11990101MB0004444A",
    "11990101MB0005555B",
    "11990101MB0006666C",
    "11990101MB0007777D",
    "11990101MB0008888E",
    "11990101MB0009999F",
]
PERSONS = ["990101198001010014", "990101199006150037", "990101193108080087", "99010119800101009X"]

days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def code_of(action: object, *given_values: object) -> str:
    with pytest.raises(Refusal) as caught:
        action(*given_values)  # type: ignore[operator]
    assert caught.value.message and caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", *PERSONS])
def test_the_standards_own_examples_and_the_synthetic_persons_pass(number: str) -> None:
    found = ids.parse_citizen_number(number)
    assert found.number == number
    assert found.region == number[:6]


def test_sex_comes_from_the_sequence_number() -> None:
    assert ids.parse_citizen_number("990101198001010014").sex == ids.MALE
    assert ids.parse_citizen_number("990101193108080087").sex == ids.FEMALE


def test_small_x_full_width_and_spaces_are_normalised() -> None:
    for typed in (
        "99010119800101009x",
        " 990101 19800101 009X",
        "９９０１０１１９８００１０１００９Ｘ",
    ):
        assert ids.parse_citizen_number(typed).number == "99010119800101009X"


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("990101800101001", "citizen_number_old"),
        ("99010119800101001", "citizen_number_length"),
        ("99010119800101X014", "citizen_number_characters"),
        ("990101198002300014", "citizen_number_birth"),
        ("990101198001010015", "citizen_number_check"),
        ("", "citizen_number_length"),
    ],
)
def test_a_wrong_citizen_number_says_why(number: str, why: str) -> None:
    assert code_of(ids.parse_citizen_number, number) == why


def test_a_birth_date_in_the_future_is_refused() -> None:
    number = PERSONS[0]
    assert code_of(ids.parse_citizen_number, number, date(1979, 12, 31)) == "citizen_number_birth"
    assert ids.parse_citizen_number(number, date(1980, 1, 1)).birth_date == date(1980, 1, 1)


@given(days, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(birth: date, seq: int, place: int, shift: int) -> None:
    first = f"990101{birth:%Y%m%d}{seq:03d}"
    number = first + ids.citizen_check_character(first)
    assert ids.parse_citizen_number(number).birth_date == birth
    if number[place] != "X":
        other = str((int(number[place]) + shift) % 10)
        wrong = number[:place] + other + number[place + 1 :]
        assert code_of(ids.parse_citizen_number, wrong).startswith("citizen_number_")


@pytest.mark.parametrize("code", ORGANS)
def test_the_synthetic_organs_pass(code: str) -> None:
    assert ids.parse_credit_code(code).region == "990101"


def test_trap_one_a_weighted_sum_of_zero_gives_check_zero() -> None:
    assert ids.parse_credit_code("91990101MA00000110").code[-1] == "0"


def test_trap_two_letters_in_places_one_and_two_are_legal() -> None:
    first = "N2990101MB0001111"
    code = first + ids.credit_check_character(first)
    assert (ids.parse_credit_code(code).registering_body, code[1]) == ("N", "2")
    first = "YA990101MB0001111"
    assert ids.parse_credit_code(first + ids.credit_check_character(first)).kind == "A"


@given(st.text(ids.CREDIT_ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.data())
def test_credit_codes_verify_and_a_wrong_character_is_found(
    body: str, place: int, data: st.DataObject
) -> None:
    first = "91990101" + body
    code = first + ids.credit_check_character(first)
    assert ids.parse_credit_code(code.lower()).code == code
    other = data.draw(st.sampled_from(ids.CREDIT_ALPHABET.replace(code[place], "")))
    wrong = code[:place] + other + code[place + 1 :]
    assert code_of(ids.parse_credit_code, wrong) in {"credit_code_check", "credit_code_region"}


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_outside_the_alphabet_are_named(letter: str) -> None:
    assert code_of(ids.parse_credit_code, f"1199010{letter}MB00011117") == "credit_code_characters"


def test_an_item_code_falls_into_its_parts() -> None:
    item = ids.parse_item_code(ITEM)
    assert (item.organ, item.level) == ("11990101MB00011117", 4)
    assert (item.basic_code, item.item_type, item.has_parts) == ("000131901001", "01", False)
    assert ids.parse_item_code("11440232MB2D06811W4000117051000").basic_code == "000117051000"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (ITEM[:-1], "item_code_length"),
        (ITEM[:18] + "7" + ITEM[19:], "item_code_level"),
        (ITEM[:17] + "8" + ITEM[18:], "credit_code_check"),
        (ITEM[:-3] + "0A1", "item_code_basic"),
    ],
)
def test_a_wrong_item_code_says_why(code: str, why: str) -> None:
    assert code_of(ids.parse_item_code, code) == why


def test_a_main_item_with_parts_is_known_by_its_y() -> None:
    assert ids.parse_item_code(ITEM[:-1] + "Y").has_parts


def test_variant_codes_have_33_or_14_characters() -> None:
    assert ids.parse_business_item_code(ITEM + "01").variant == "01"
    assert ids.parse_business_item_code("00013112700401").item == "000131127004"
    assert code_of(ids.parse_business_item_code, ITEM + "0A") == "variant_code_digits"
    assert code_of(ids.parse_business_item_code, "0001311270040A") == "variant_code_basic"
    assert code_of(ids.parse_business_item_code, ITEM) == "variant_code_length"


@given(days, st.integers(1, 9999))
def test_case_numbers_come_back_as_they_were_composed(day: date, sequence: int) -> None:
    number = ids.compose_case_number(ITEM, day, sequence)
    assert len(number) == 43
    found = ids.parse_case_number(number)
    assert (found.item_code, found.day, found.sequence) == (ITEM, day, sequence)
    assert str(found) == number


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (ITEM + "202602300001", "case_number_day"),
        (ITEM + "202602200000", "case_number_sequence"),
        (ITEM + "2026022000A1", "case_number_sequence"),
        (ITEM + "20260220001", "case_number_length"),
    ],
)
def test_a_wrong_case_number_says_why(number: str, why: str) -> None:
    assert code_of(ids.parse_case_number, number) == why


def test_no_sequence_beyond_four_digits() -> None:
    for sequence in (0, 10_000):
        why = code_of(ids.compose_case_number, ITEM, date(2026, 2, 20), sequence)
        assert why == "case_number_sequence"


def test_no_refusal_repeats_the_number() -> None:
    with pytest.raises(Refusal) as caught:
        ids.parse_citizen_number("990101198001010015")
    assert "990101" not in str(caught.value)
