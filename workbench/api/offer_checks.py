"""What is wrong with a plugin's offers: one code and one sentence a fault.

The catalogue's own rules stand in :func:`workbench.rules.catalogue.validate`; here is what ties the
offers to it: codes owned, names unique, nothing pointing nowhere, the seal kind of the template.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from workbench.api.brought import Brought
from workbench.api.hookspecs import THREE_HOOKS
from workbench.api.manifest import PluginManifest
from workbench.api.records import (
    ANY_ITEM,
    APPLICANT_VALUES,
    CHECK_RULES,
    COPY_SEPARATORS,
    CheckOffer,
)
from workbench.rules.catalogue import (
    SEAL_KINDS,
    SYSTEM_VALUES,
    DocumentTemplate,
    ItemVersion,
    validate,
    validate_template,
)
from workbench.rules.publication import PRESS_RULES, StampingOffer
from workbench.rules.words import _

Found = Iterator[tuple[str, str]]
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def offer_faults(manifest: PluginManifest, brought: Brought) -> tuple[tuple[str, str], ...]:
    """Every fault as (stable code, sentence); empty means the plugin may be registered."""
    return tuple(
        [
            *_catalogue(manifest, brought),
            *_doubles(brought),
            *_items_named(brought),
            *_references(manifest, brought),
            *_fields(brought),
            *_copied(brought),
            *_checks(brought.checks),
            *_stamping(brought),
            *_results(brought),
            *_three_hooks(manifest, brought),
        ]
    )


def _catalogue(manifest: PluginManifest, brought: Brought) -> Found:
    for item in brought.items:
        name = item.short_code or item.item_code
        for text in validate(item, owned_departments=manifest.departments):
            yield "item_invalid", f"{name}: {text}"
    for template in brought.templates:
        for text in validate_template(template):
            yield "template_invalid", text


def _doubles(brought: Brought) -> Found:
    codes = [(item.item_code, item.version) for item in brought.items]
    for code in _twice(codes):
        yield "duplicate_item", _("The item {code} is offered twice.").format(code=code[0])
    for name in _twice(t.code for t in brought.templates):
        yield "duplicate_template", _("The template {code} is offered twice.").format(code=name)
    stamping = [(s.document_code, code) for s in brought.stamping for code in s.item_codes]
    keys: dict[str, list[object]] = {
        "approval_pane": [code for pane in brought.panes for code in pane.item_codes],
        "seal_stamping": [*stamping],
        "result_document": [(r.decision, code) for r in brought.results for code in r.item_codes],
    }
    for hook, pairs in keys.items():
        for double in _twice(pairs):
            text = _("{hook} answers twice for {what}.").format(hook=hook, what=double)
            yield "duplicate_offer", text


def _twice(codes: Iterable[object]) -> list[tuple[object, ...]]:
    return [
        code if isinstance(code, tuple) else (code,)
        for code, times in Counter(codes).items()
        if times > 1
    ]


def _items_named(brought: Brought) -> Found:
    known = {item.item_code for item in brought.items} | {ANY_ITEM}
    named = [
        (hook, code)
        for hook, offers in brought.offers.items()
        for offer in offers
        for code in getattr(offer, "item_codes", ())
    ]
    text = _("{hook} names the item {code}, which the plugin does not own.")
    for hook, code in named:
        if code not in known:
            yield "item_not_owned", text.format(hook=hook, code=code)


def _references(manifest: PluginManifest, brought: Brought) -> Found:
    """Code is named inside the plugin's own package: it is loaded under the plugin's name."""
    named = [p.pane for p in brought.panes] + [v.viewer for v in brought.viewers]
    named += [c.check for c in brought.checks]
    text = _("“{name}” is not module:Name inside the package {package}.")
    for one in filter(None, named):
        package = one.partition(":")[0].partition(".")[0]
        if not _REFERENCE.fullmatch(one) or package != manifest.name:
            yield "bad_reference", text.format(name=one, package=manifest.name)


def _of(codes: tuple[str, ...], brought: Brought) -> list[ItemVersion]:
    return [i for i in brought.items if i.item_code in codes or ANY_ITEM in codes]


def _fields(brought: Brought) -> Found:
    text = _("{hook} names {name}, which is in none of its items.")
    for hook, what, name in _names_used(brought):
        if name not in what:
            yield "unknown_name", text.format(hook=hook, name=name)


def _copied(brought: Brought) -> Found:
    text = _("The pane separates copied fields by {what}; known are line and tab.")
    for pane in brought.panes:
        if pane.copy_separator not in COPY_SEPARATORS:
            yield "copy_shape", text.format(what=pane.copy_separator)


def _names_used(brought: Brought) -> Iterator[tuple[str, set[str], str]]:
    """Hook, the codes that exist in the items meant, and a code that is used."""
    for pane in brought.panes:
        there = _form_codes(_of(pane.item_codes, brought))
        for group in pane.groups:
            yield from (("approval_pane", there, name) for name in group.fields)
        copied = there | {*APPLICANT_VALUES}
        yield from (("approval_pane", copied, name) for name in pane.copy_order)
    for viewer in brought.viewers:
        items = _of(viewer.item_codes, brought)
        yield from (("material_viewer", _form_codes(items), name) for name in viewer.beside)
        materials = {m.code for item in items for m in item.materials}
        yield from (("material_viewer", materials, code) for code in viewer.material_codes)
    for check in brought.checks:
        points = {p.code for item in _of(check.item_codes, brought) for p in item.review_points}
        yield "review_checks", points, check.point_code


def _form_codes(items: Iterable[ItemVersion]) -> set[str]:
    return {field.code for item in items for field in (*item.form, *item.result_fields)}


def _checks(checks: tuple[CheckOffer, ...]) -> Found:
    for check in checks:
        code = check.point_code
        if (check.check is None) == (check.rule is None):
            text = _("The check of {code} needs either a function or a rule.")
            yield "check_shape", text.format(code=code)
        elif check.rule is not None and check.rule.rule not in CHECK_RULES:
            text = _("The check of {code} has the unknown rule {rule}.")
            yield "check_shape", text.format(code=code, rule=check.rule.rule)


def _stamping(brought: Brought) -> Found:
    for offer in brought.stamping:
        if offer.seal_kind not in SEAL_KINDS:
            text = _("{code} names the unknown seal kind {kind}.")
            yield "seal_kind", text.format(code=offer.document_code, kind=offer.seal_kind)
        for check in offer.checks:
            if check.rule not in PRESS_RULES:
                text = _("The pre-press check {code} has the unknown rule {rule}.")
                yield "press_check", text.format(code=check.code, rule=check.rule)
        for item in _of(offer.item_codes, brought):
            yield from _stamped_document(offer, item, brought)


def _stamped_document(offer: StampingOffer, item: ItemVersion, brought: Brought) -> Found:
    template = _document(offer.document_code, item, brought)
    if template is None:
        text = _("The item {item} has no document {code} to be sealed.")
        yield "unknown_document", text.format(item=item.short_code, code=offer.document_code)
        return
    if template.seal_kind != offer.seal_kind:
        text = _("The document {code} carries the seal {kind}, not {other}.")
        yield (
            "seal_kind",
            text.format(code=template.code, kind=template.seal_kind, other=offer.seal_kind),
        )
    known = {*SYSTEM_VALUES, *_form_codes((item,))}
    used = {*offer.compare, *(c.value for c in offer.checks)}
    used |= {c.other for c in offer.checks if c.rule in ("same_as", "not_before")}
    for name in sorted(used - known):
        text = _("The document {code} compares the unknown value {name}.")
        yield "unknown_value", text.format(code=template.code, name=name)


def _document(code: str, item: ItemVersion, brought: Brought) -> DocumentTemplate | None:
    return item.document(code) or next((t for t in brought.templates if t.code == code), None)


def _results(brought: Brought) -> Found:
    for offer in brought.results:
        if offer.decision not in ("grant", "refuse"):
            text = _("A result document is for grant or refuse, not for {what}.")
            yield "result_shape", text.format(what=offer.decision)
        for item in _of(offer.item_codes, brought):
            missing = _document(offer.document_code, item, brought) is None
            if offer.decision == "grant" and missing:
                text = _("The item {item} has no document {code}.")
                yield (
                    "unknown_document",
                    text.format(item=item.short_code, code=offer.document_code),
                )


def _three_hooks(manifest: PluginManifest, brought: Brought) -> Found:
    stated = {w.hook for w in manifest.without if w.reason_zh.strip() and w.reason_en.strip()}
    for hook in THREE_HOOKS:
        if not brought.offers.get(hook) and hook not in stated:
            text = _("The plugin brings no {hook} and gives no reason.")
            yield "hook_missing", text.format(hook=hook)
