"""What ``package.json`` may say (docs/intake-package.md)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from workbench.rules.intake_package import parse_package, safe_file_name
from workbench.rules.refusals import Refusal

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "intake-package.md"


@pytest.fixture
def table() -> dict[str, Any]:
    """The example in the documentation, which must itself be right."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert found is not None
    example: dict[str, Any] = json.loads(found[1].replace("…64 hex digits…", "a" * 64))
    return example


def test_the_documented_example_is_taken(table: dict[str, Any]) -> None:
    package = parse_package(table)
    assert package.package_id == "QY-2026-0001"
    assert package.applicant.name == "林青川"
    assert package.form_values()["capital"] == "50000"
    assert package.materials[0].file == "M02.pdf"
    assert package.materials[0].copies == 1
    assert package.delivery.manner == "pick_up"


def test_names_are_kept_exactly(table: dict[str, Any]) -> None:
    """3.5: a compatibility character must not become another one."""
    table["applicant"]["name"] = "\uf9e8喆龍"
    assert parse_package(table).applicant.name == "\uf9e8喆龍"


def test_an_organisation_needs_its_legal_representative(table: dict[str, Any]) -> None:
    table["applicant"] = {"kind": "organisation", "name": "甲", "id_number": "91990101MA00000110"}
    with pytest.raises(Refusal, match=r"applicant\.legal_representative"):
        parse_package(table)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["format"], "other/1", "format"),
        (["package_id"], "../x", "package_id"),
        (["item_code"], "123", "item_code"),
        (["channel"], "pigeon", "channel"),
        (["applicant"], None, "applicant"),
        (["applicant", "kind"], "cat", "applicant.kind"),
        (["applicant", "name"], "", "applicant.name"),
        (["applicant", "id_number"], "990101198803129016", "applicant.id_number"),
        (["applicant", "agent"], {"name": "甲"}, "applicant.agent.id_number"),
        (["form"], ["a"], "form"),
        (["form", "capital"], ["5"], "form.capital"),
        (["materials"], [], "materials"),
        (["materials", 0, "file"], "../M02.pdf", "materials[0].file"),
        (["materials", 0, "file"], "package.json", "materials[0].file"),
        (["materials", 0, "sha256"], "A" * 64, "materials[0].sha256"),
        (["materials", 0, "copies"], 0, "materials[0].copies"),
        (["materials", 0, "original_checked"], "yes", "materials[0].original_checked"),
        (["delivery"], {"manner": "mail"}, "delivery.receiver"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(
    table: dict[str, Any], path: list[Any], value: object, field: str
) -> None:
    place: Any = table
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Refusal) as caught:
        parse_package(table, "QY-2026-0001/package.json")
    assert caught.value.code == "package_shape"
    assert "QY-2026-0001/package.json" in caught.value.message
    assert f"{field}:" in caught.value.message


def test_all_faults_are_told_at_once(table: dict[str, Any]) -> None:
    table |= {"channel": "x", "package_id": "", "item_code": ""}
    with pytest.raises(Refusal) as caught:
        parse_package(table)
    for field in ("channel:", "package_id:", "item_code:"):
        assert field in caught.value.message


def test_no_message_repeats_a_number(table: dict[str, Any]) -> None:
    table["applicant"]["id_number"] = "990101198803129016"
    with pytest.raises(Refusal) as caught:
        parse_package(table)
    assert "19880312" not in str(caught.value)


def test_one_file_twice_is_refused(table: dict[str, Any]) -> None:
    table["materials"].append({"code": "M03", "file": "m02.PDF"})
    with pytest.raises(Refusal, match="twice"):
        parse_package(table)


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_something_else_than_an_object(raw: object) -> None:
    with pytest.raises(Refusal, match="the whole file"):
        parse_package(raw)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("M02.pdf", True),
        ("身份证 正面.jpg", True),
        ("a/b.pdf", False),
        ("a\\b.pdf", False),
        ("..", False),
        (".hidden", False),
        ("C:x.pdf", False),
        ("a\u202efdp.exe", False),
        ("x\n.pdf", False),
        ("", False),
        (" x.pdf", False),
        ("名" * 80, False),
    ],
)
def test_safe_file_names(name: str, safe: bool) -> None:
    assert safe_file_name(name) is safe
