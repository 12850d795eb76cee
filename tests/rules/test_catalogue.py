"""The catalogue: reading, checking and canonical text of items (R61 to R71, S024, S140)."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.rules.catalogue import (
    SEAL_KINDS,
    BlockRow,
    CaseType,
    DocumentTemplate,
    ItemState,
    ItemVersion,
    Limit,
    LimitUnit,
    NeedKind,
    canonical,
    canonical_sha256,
    from_canonical,
    parse_item,
    parse_template,
    validate,
    validate_template,
)
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import SealKind

ROOT = Path(__file__).resolve().parents[2]
ITEM_FILES = sorted(
    [*ROOT.glob("plugins/*/*/items/*.toml"), *ROOT.glob("resources/sample_centre/items/*.toml")]
)
TEMPLATE_FILES = sorted(ROOT.glob("resources/templates/*.toml"))


def load(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def items() -> dict[str, ItemVersion]:
    read = [parse_item(load(path)) for path in ITEM_FILES]
    return {item.short_code: item for item in read}


@pytest.fixture
def i01(items: dict[str, ItemVersion]) -> ItemVersion:
    return items["I01"]


def test_all_sample_items_are_there_and_whole(items: dict[str, ItemVersion]) -> None:
    assert set(items) == {
        "I01", "I02", "I03", "I04", "I05", "I06", "I07", "I09", "I12", "S01",
    }  # fmt: skip
    assert {code: validate(item) for code, item in items.items() if validate(item)} == {}


def test_sample_items_follow_the_catalogue_table(items: dict[str, ItemVersion]) -> None:
    """Glossary section 6: type, promised limit, survey, seal kind."""
    limits = {
        code: item.promised_limit and (item.promised_limit.length, item.promised_limit.unit.value)
        for code, item in items.items()
    }
    assert limits["I01"] == (30, "office_minute")
    assert limits["I05"] == (9, "working_day")
    assert limits["I07"] == (1, "working_day")
    assert items["I01"].case_type is CaseType.IMMEDIATE
    assert items["I04"].survey_required
    assert items["I12"].statutory_limit is None
    assert items["I09"].state is ItemState.ABOLISHED
    title = items["I05"].document("title_certificate")
    assert title is not None
    assert title.seal_kind == "real_estate_registration_special"
    assert len({item.item_code for item in items.values()}) == len(items)


def test_transferred_power_names_the_bureau_as_issuing_organ(i01: ItemVersion) -> None:
    assert i01.organ_code == "11990101MB00011117"
    assert i01.issuing_organ == "11990101MB0009999F"
    assert replace(i01, issuing_organ_code="").issuing_organ == i01.organ_code


def test_material_list_depends_on_the_situation(items: dict[str, ItemVersion]) -> None:
    sale = {m.name_zh for m in items["I05"].materials_for("sale")}
    gift = {m.name_zh for m in items["I05"].materials_for("gift")}
    assert "买卖合同" in sale - gift
    assert "赠与合同" in gift - sale


LISTED_AT_HAND_OVER = (
    "giver", "receiver", "handed_at", "manner", "count", "lines", "printed_at"
)  # fmt: skip
"""N24 tells of many cases at once, so its values are no single case's."""
FILED_WITH_A_SEAL = (
    "title", "change_no", "seal_name", "seal_id", "diameter", "before", "after", "reason",
    "asked_by", "asked_at", "decided_by", "decided_at", "state", "details", "handed_over",
    "witnesses", "announcement", "printed_at",
)  # fmt: skip
"""The form of a change of a seal tells of no case at all (``casework.seal_forms``)."""
VOIDED = ("old_number", "serial", "sealed_at", "seal_id", "custodian", "approver", "new_number",
          "new_serial", "fingerprints", "printed_at", "reason", "case_no")  # fmt: skip
"""What stands on the record of a voided document."""
OWN_VALUES = {"hand_over_list": LISTED_AT_HAND_OVER, "seal_change_form": FILED_WITH_A_SEAL,
              "void_record": VOIDED}  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=lambda path: path.stem)
def test_core_templates_are_whole(path: Path) -> None:
    template = parse_template(load(path))
    known = OWN_VALUES.get(template.code, ())
    assert validate_template(template, known) == []


def test_core_notices_of_the_flow_exist() -> None:
    notices = {parse_template(load(path)).notice for path in TEMPLATE_FILES}
    assert {"N01", "N02", "N02b", "N03", "N04", "N07", "N12", "N15"} <= notices


def test_canonical_text_goes_there_and_back(items: dict[str, ItemVersion]) -> None:
    for item in items.values():
        text = canonical(item)
        assert from_canonical(text) == item
        assert canonical(from_canonical(text)) == text
        assert " : " not in text
        assert len(canonical_sha256(item)) == 64


def test_canonical_hash_changes_with_the_content(i01: ItemVersion) -> None:
    assert canonical_sha256(replace(i01, correction_days=11)) != canonical_sha256(i01)


def test_a_later_key_that_says_nothing_keeps_the_published_hash(i01: ItemVersion) -> None:
    """T07: what was published before the key existed is still the same version."""
    assert "delegated_check" not in canonical(i01)
    told = replace(i01, delegated_check=("M01",))
    assert from_canonical(canonical(told)) == told
    assert canonical_sha256(told) != canonical_sha256(i01)


def test_only_what_the_applicant_hands_in_is_checked_at_the_window(
    items: dict[str, ItemVersion],
) -> None:
    """I12 is the shipped item that delegates; shared data cannot be delegated (R38)."""
    assert items["I12"].delegated_check == ("M01", "M03", "M06")
    faults = validate(replace(items["I12"], delegated_check=("M02", "M99")))
    assert len([one for one in faults if "M02" in one or "M99" in one]) == 2


def test_seal_kinds_are_those_of_the_register() -> None:
    assert set(SEAL_KINDS) == {kind.value for kind in SealKind}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"item_code": "11990101MB000111184000131901001"}, "item code"),
        ({"item_code": "11990101MB00011117400013190100"}, "31 characters"),
        ({"item_code": "11990101MB00011117400013190100Y"}, "sub-items"),
        ({"issuing_organ_code": "11990101MB00099990"}, "issuing organ"),
        ({"name_zh": " "}, "name_zh"),
        ({"promised_limit": Limit(4, LimitUnit.WORKING_DAY)}, "longer than the statutory"),
        ({"promised_limit": Limit(1, LimitUnit.MONTH)}, "longer than the statutory"),
        ({"statutory_limit": Limit(0, LimitUnit.WORKING_DAY)}, "at least 1"),
        ({"statutory_limit": Limit(9, LimitUnit.OFFICE_MINUTE)}, "never in office minutes"),
        ({"limit_basis": ""}, "needs its basis"),
        ({"promised_limit": None}, "how long"),
        ({"legal_basis": ""}, "where the power comes from"),
        ({"elements": None}, "how to complain"),
        ({"case_type": CaseType.PROMISED}, "single officer"),
        ({"case_type": CaseType.PARALLEL}, "parallel"),
        ({"survey_required": True}, "site survey"),
        ({"fee_fen": 100}, "legal basis"),
        ({"version": 0}, "version"),
        ({"state": ItemState.ABOLISHED}, "why it was abolished"),
        ({"correction_days": 0}, "at least 1 working day"),
    ],
)
def test_each_fault_is_named(i01: ItemVersion, change: dict[str, object], word: str) -> None:
    faults = validate(replace(i01, **change))  # type: ignore[arg-type]
    assert any(word in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("name", "vague"),
    [
        ("身份证等", True),
        ("其他材料", True),
        ("法律法规规定的材料", True),
        ("相关证明", True),
        ("等级证书", False),
        ("高等学校毕业证书", False),
        ("房屋租赁合同", False),
    ],
)
def test_vague_material_names_are_refused(i01: ItemVersion, name: str, vague: bool) -> None:
    """S140: no catch-all wording, while 等 inside a word is no catch-all."""
    material = replace(i01.materials[0], name_zh=name)
    faults = validate(replace(i01, materials=(material, *i01.materials[1:])))
    assert any("vague" in fault for fault in faults) is vague


def test_double_codes_are_named(i01: ItemVersion) -> None:
    faults = validate(replace(i01, form=(*i01.form, i01.form[0])))
    assert any(i01.form[0].code in fault and "twice" in fault for fault in faults)


def test_references_must_lead_somewhere(i01: ItemVersion) -> None:
    point = replace(i01.review_points[0], material_code="M99", field_code="nothing")
    lonely = replace(i01.materials[0], need=NeedKind.SITUATION, situations=())
    astray = replace(i01.materials[1], situations=("nowhere",))
    item = replace(i01, review_points=(point,), materials=(lonely, astray))
    text = " ".join(validate(item))
    for word in ("M99", "nothing", "nowhere", "names none"):
        assert word in text


def test_a_department_owns_its_items(i01: ItemVersion) -> None:
    assert validate(i01, owned_departments=["market_supervision"]) == ()
    assert any("market_supervision" in f for f in validate(i01, owned_departments=["health"]))


def template(i01: ItemVersion) -> DocumentTemplate:
    return i01.documents[0]


def test_template_faults_are_named(i01: ItemVersion) -> None:
    good = template(i01)
    row = BlockRow("x", "{no_such_value}")
    bad_block = replace(good.blocks[0], kind="picture")
    cases = {
        "unknown seal kind": replace(good, seal_kind="round_one"),
        "go together": replace(good, placement=None),
        "page size": replace(good, page_width_mm=5),
        "unknown block kind": replace(good, blocks=(bad_block, *good.blocks)),
        "no signature block": replace(good, blocks=good.blocks[:1]),
        "organ_official and no other": replace(good, notice="N19"),
        "real_estate_registration_special and no other": replace(good, kind="title_certificate"),
        "no_such_value": replace(
            good, blocks=(*good.blocks, replace(good.blocks[0], kind="fields", rows=(row,)))
        ),
    }
    for word, changed in cases.items():
        text = " ".join(validate(replace(i01, documents=(changed,))))
        assert word in text


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"nickname": "x"}, "item.nickname"),
        ({"version": "1"}, "item.version"),
        ({"case_type": "slow"}, "immediate"),
        ({"materials": [{"code": "M01"}]}, "item.materials[0].name_zh"),
        ({"materials": "none"}, "a list"),
        ({"survey_required": 1}, "item.survey_required"),
    ],
)
def test_a_file_of_the_wrong_shape_names_the_key(change: dict[str, object], word: str) -> None:
    path = next(path for path in ITEM_FILES if path.stem == "I01")
    with pytest.raises(Refusal) as caught:
        parse_item({**load(path), **change})
    assert caught.value.code == "catalogue.shape"
    assert word.rsplit(".", maxsplit=1)[-1] in caught.value.message


def test_a_missing_key_is_named() -> None:
    table = load(next(path for path in ITEM_FILES if path.stem == "I01"))
    del table["window_group"]
    with pytest.raises(Refusal, match="window_group is missing"):
        parse_item(table)
