"""What admission finds wrong in a plugin's offers; and that the shipped ones are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from workbench.api import (
    CheckOffer,
    FieldGroup,
    FieldRule,
    PaneOffer,
    PressCheck,
    ResultOffer,
    ViewerOffer,
    read_items,
    read_manifest,
)
from workbench.api.brought import Brought
from workbench.api.collecting import collect, implements_hooks
from workbench.api.data_plugin import data_plugin
from workbench.api.manifest import PluginManifest
from workbench.api.offer_checks import offer_faults
from workbench.api.testing import check_plugin

NAME = "civil_affairs"
ITEM = "11990101MB0005555B4000511901000"


def good() -> tuple[PluginManifest, Brought]:
    manifest = read_manifest(NAME)
    brought, faults = collect(data_plugin(NAME), manifest, "1")
    assert faults == ()
    return manifest, brought


def changed(hook: str, *offers: object) -> list[str]:
    """The codes found when the hook returns these offers instead."""
    manifest, brought = good()
    return [
        code for code, _text in offer_faults(manifest, Brought({**brought.offers, hook: offers}))
    ]


def test_data_alone_implements_six_hooks() -> None:
    brought, faults = check_plugin(__import__(NAME))
    assert faults == ()
    assert {hook: len(found) for hook, found in brought.offers.items()} == {
        "approval_pane": 1, "material_viewer": 2, "seal_stamping": 1, "catalogue": 1,
        "result_document": 1, "review_checks": 3,
    }  # fmt: skip
    assert not implements_hooks(__import__(NAME))
    assert implements_hooks(data_plugin(NAME))


WRONG: list[tuple[str, Callable[[], tuple[object, ...]], str]] = [
    ("approval_pane", lambda: (PaneOffer(("1" * 31,)),), "item_not_owned"),
    ("approval_pane", lambda: (PaneOffer((ITEM,)), PaneOffer((ITEM,))), "duplicate_offer"),
    ("approval_pane", lambda: (PaneOffer((ITEM,), "somebody.else:Pane"),), "bad_reference"),
    ("approval_pane", lambda: (PaneOffer((ITEM,), "civil_affairs"),), "bad_reference"),
    ("approval_pane", lambda: (PaneOffer((ITEM,), None, (FieldGroup("甲", "A", ("nothing",)),)),),
     "unknown_name"),
    ("approval_pane", lambda: (PaneOffer((ITEM,), copy_order=("bank", "nothing")),),
     "unknown_name"),
    ("approval_pane", lambda: (PaneOffer((ITEM,), copy_separator="comma"),), "copy_shape"),
    ("approval_pane", lambda: (), "hook_missing"),
    ("material_viewer", lambda: (ViewerOffer((ITEM,), ("M99",)),), "unknown_name"),
    ("material_viewer", lambda: (ViewerOffer((ITEM,), ("M02",), None, ("nothing",)),),
     "unknown_name"),
    ("result_document", lambda: (ResultOffer((ITEM,), "nothing"),), "unknown_document"),
    ("result_document", lambda: (ResultOffer((ITEM,), "allowance_approval", "maybe"),),
     "result_shape"),
    ("review_checks", lambda: (CheckOffer((ITEM,), "R99", None, FieldRule("filled", "bank")),),
     "unknown_name"),
    ("review_checks", lambda: (CheckOffer((ITEM,), "R01"),), "check_shape"),
    ("review_checks", lambda: (CheckOffer((ITEM,), "R01", None, FieldRule("guess", "bank")),),
     "check_shape"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hook", "offers", "code"), WRONG, ids=[f"{n}-{one[2]}" for n, one in enumerate(WRONG)]
)
def test_a_wrong_offer_is_found(
    hook: str, offers: Callable[[], tuple[object, ...]], code: str
) -> None:
    assert changed(hook, *offers()) == [code]


STAMPING: list[tuple[dict[str, object], str]] = [
    ({"seal_kind": "organ_official"}, "seal_kind"),
    ({"document_code": "nothing"}, "unknown_document"),
    ({"compare": ("nothing",)}, "unknown_value"),
    ({"checks": (PressCheck("c", "甲", "a", "bank", "smells_right"),)}, "press_check"),
    ({"checks": (PressCheck("c", "甲", "a", "bank", "same_as", "nothing"),)}, "unknown_value"),
]


@pytest.mark.parametrize(("change", "code"), STAMPING)
def test_wrong_seal_stamping_is_found(change: dict[str, object], code: str) -> None:
    _manifest, brought = good()
    wrong = replace(brought.stamping[0], **change)  # type: ignore[arg-type]
    assert changed("seal_stamping", wrong) == [code]


def test_the_catalogue_is_validated_and_departments_are_owned() -> None:
    manifest, brought = good()
    found = offer_faults(replace(manifest, departments=("other",)), brought)
    assert [code for code, _text in found] == ["item_invalid"]
    assert "civil_affairs" in found[0][1]
    (item,) = read_items(NAME)
    vague = replace(item.materials[0], name_zh="其他材料")
    offer = replace(brought.offers["catalogue"][0],
                    items=(replace(item, materials=(vague, *item.materials[1:])),))  # fmt: skip
    assert changed("catalogue", offer) == ["item_invalid"]
