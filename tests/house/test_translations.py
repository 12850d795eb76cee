"""House section 6: every text has one Chinese translation, in the fixed wording of the glossary.

``installer/extract_texts.py`` prints the same findings for whoever translates. That no text is
built by an f-string inside ``_()`` is watched in ``test_sources.py``; here it is ``N_()``.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from installer.extract_texts import (
    Domain,
    domains,
    entries,
    faults,
    pair_faults,
    sources,
    wording_faults,
)
from tests.house.sources import ROOT, everything, name_of, product_modules, tree
from workbench.rules import refusal_words, words
from workbench.rules.intake_package import CHANNELS
from workbench.settings import translations

DOMAINS = domains(ROOT)
# domain.md 3.2, word for word.
STATES = {
    "draft": "草稿",
    "received": "已收件",
    "pending_acceptance": "待受理",
    "awaiting_correction": "待补正",
    "not_accepted": "不予受理",
    "returned": "退件",
    "transferred_out": "已移送",
    "under_review": "审核中",
    "awaiting_opinions": "会办中",
    "suspended": "特别程序",
    "pending_decision": "待批准",
    "collective_review": "集体审议",
    "granted": "准予",
    "refused": "不予",
    "preparing_result": "制证中",
    "pending_seal": "待用印",
    "pending_issue": "待出件",
    "issued": "已送达",
    "closed": "已办结",
    "archived": "已归档",
    "withdrawn": "申请人撤回",
    "terminated": "终止办理",
    "quarantined": "存疑冻结",
}
GOOD = [
    "名称(&N)",
    "! 尚未同意",
    "文件（SHA-256）：{hash}",
    "现为 10:05，共 1.5 MB",
    "请运行：workbench centre upgrade。",
    "PDF 文件 (*.pdf)",
    "请填写；{why}",
    "演示用印（非电子印章）",
    "{clock} · {due} 到期…",
]
BAD = [
    "一章工作台",
    "插件休息中",
    "系统拒绝了该操作",
    "您无权查看",
    "这是电子印章",
    "请填写,再提交",
    "原因:{why}",
    "{name}: 已受理",
    "已受理.",
    "已受理(今日)",
    "正在读取...",
    "确定?",
]


@cache
def texts_of(domain: Domain) -> dict[str, list[str]]:
    return sources(domain, ROOT)


@cache
def pairs_of(domain: Domain) -> tuple[tuple[Path, str, str], ...]:
    return tuple((path, *pair) for path in domain.translations for pair in entries(path))


def each_domain(domain: Domain) -> str:
    return domain.name


@pytest.fixture(params=DOMAINS, ids=each_domain)
def domain(request: pytest.FixtureRequest) -> Domain:
    found = request.param
    assert isinstance(found, Domain)
    return found


def test_the_search_knows_the_product_and_its_plugins() -> None:
    assert DOMAINS[0].name == "workbench"
    assert "plugins/market_supervision" in [one.name for one in DOMAINS]
    texts = texts_of(DOMAINS[0])
    assert texts["awaiting the seal"][0].startswith("workbench/rules/refusal_words.py:")
    assert len(texts) > 1000


def test_every_text_is_translated(domain: Domain) -> None:
    known = {source for _path, source, _translated in pairs_of(domain)}
    missing = {text: at[0] for text, at in texts_of(domain).items() if text not in known}
    assert missing == {}


def test_no_translation_has_lost_its_source(domain: Domain) -> None:
    lost = [
        (path.name, text) for path, text, _t in pairs_of(domain) if text not in texts_of(domain)
    ]
    assert lost == []


def _half_width(text: str) -> bool:
    return any(one.startswith("half-width") for one in wording_faults(text))


def _said_in(module: Path) -> Iterator[str]:
    """The strings of a module that a user may read: neither its documentation nor patterns."""
    unread: set[int] = set()
    for node in ast.walk(tree(module)):
        pattern = isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
        if pattern or isinstance(node, ast.Expr):
            unread.update(id(part) for part in ast.walk(node))
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in unread:
            yield text


def test_chinese_in_code_and_in_the_data_of_items_has_full_width_marks() -> None:
    wrong = [
        f"{name_of(module)}: {text!r}"
        for module in product_modules()
        for text in _said_in(module)
        if _half_width(text)
    ]
    items = [one for one in everything() if one.suffix == ".toml" and one.parent.name == "items"]
    assert len(items) > 5
    for path in items:
        quoted = re.findall(r'"([^"\n]*)"', path.read_text(encoding="utf-8"))
        wrong += [f"{name_of(path)}: {text!r}" for text in quoted if _half_width(text)]
    assert wrong == []


def test_every_way_in_which_a_case_comes_is_named() -> None:
    assert [one for one in CHANNELS if one not in refusal_words.LABELS] == []


def test_a_text_is_translated_in_one_way(domain: Domain) -> None:
    ways: dict[str, set[str]] = defaultdict(set)
    for _path, source, translated in pairs_of(domain):
        ways[source].add(translated)
    assert {source: found for source, found in ways.items() if len(found) > 1} == {}


def test_translations_fit_their_sources_and_the_wording_of_the_house(domain: Domain) -> None:
    wrong = [
        f"{path.name}: {source!r} -> {translated!r}: {fault}"
        for path, source, translated in pairs_of(domain)
        for fault in pair_faults(source, translated)
    ]
    assert wrong == []


@pytest.mark.parametrize("text", GOOD)
def test_the_wording_rules_let_good_texts_pass(text: str) -> None:
    assert list(wording_faults(text)) == []


@pytest.mark.parametrize("text", BAD)
def test_the_wording_rules_stop_bad_texts(text: str) -> None:
    assert list(wording_faults(text)) != []


def test_the_comparison_finds_each_kind_of_fault(tmp_path: Path) -> None:
    (tmp_path / "workbench").mkdir()
    (tmp_path / "resources" / "translations").mkdir(parents=True)
    (tmp_path / "workbench" / "one.py").write_text(
        'a = _("One {n}")\nb = N_("&Two")\nc = _("Three")\n', encoding="utf-8"
    )
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    for name, body in {
        "zh_CN.po": 'msgid "One {n}"\nmsgstr "一 {m}"\n\nmsgid "&Two"\nmsgstr "二"\n',
        "zh_CN.rest.po": 'msgid "&Two"\nmsgstr "贰(&T)"\n\nmsgid "Four"\nmsgstr "四"\n',
    }.items():
        (tmp_path / "resources" / "translations" / name).write_text(head + body, encoding="utf-8")
    (made,) = domains(tmp_path)
    found = faults(made, tmp_path)
    assert len(found) == 5
    kinds = ["['m'], wanted ['n']", "accelerators", "two translations", "no source", "'Three'"]
    for kind in kinds:
        assert [line for line in found if kind in line], kind


def test_a_source_given_twice_in_one_file_is_found(tmp_path: Path) -> None:
    doubled = tmp_path / "zh_CN.po"
    one = 'msgid "One"\nmsgstr "一"\n\n'
    doubled.write_text('msgid ""\nmsgstr ""\n\n' + one + one, encoding="utf-8")
    with pytest.raises(ValueError, match="2 entries, 1 different"):
        entries(doubled)


def test_marked_texts_are_plain_texts() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in product_modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "N_"
        and not all(isinstance(one, ast.Constant) for one in node.args)
    ]
    assert wrong == []


def test_states_are_named_as_the_domain_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_current", translations("zh_CN"))
    assert {code: refusal_words.label(code) for code in refusal_words.STATES} == STATES


def test_the_program_reads_what_the_translators_wrote() -> None:
    book: gettext.NullTranslations = translations("zh_CN")
    wrong = [
        source
        for _path, source, translated in pairs_of(DOMAINS[0])
        if book.gettext(source) != translated
    ]
    assert wrong == []
    assert re.fullmatch("暂不能办理：.*", book.gettext("Not possible now: {why}"))
