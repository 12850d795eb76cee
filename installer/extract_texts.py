"""The texts of the product, found by Babel, held against their Chinese translations.

Run it from anywhere: ``python installer/extract_texts.py``. It prints which sources lack a
translation, which translations lack a source, and which break a rule of the house; the exit
status is 1 if anything is printed. With ``--pot FILE`` it also writes the sources as a template.
``tests/house/test_translations.py`` asks the same questions one by one.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_CN"
KEYWORDS = {"_": None, "N_": None}
HAN = r"\u3007\u4e00-\u9fff"

# Glossary, "Fixed Chinese wording on screen": what is not shown, and what stands there instead.
FORBIDDEN = {
    "一章工作台|一章审批": "一枚章审批工作台",
    "休息": "该部门插件已暂停，已改用通用审批面板",
    "系统拒绝": "暂不能办理",
    "拒绝(?:盖章|用印)": "退回用印申请",
    "无权|没有权限|权限不足": "您当前不在班 / 不属本岗范围",
    "(?<!非)电子印章": "演示用印（非电子印章）",
    "局出错|部门出错": "插件出现故障，请联系信息科",
    "工单": "办件",
    "帐号|帐户": "账号",
}
# Half-width marks that touch Chinese text. Codes, paths and accelerators such as (&C) keep theirs.
HALF_WIDTH = (
    re.compile(rf"[{HAN}”）》}}][,;:!?](?!\d)"),
    re.compile(rf"(?<=.)[,;:!?]\s*[{HAN}“（《]"),
    re.compile(rf"[{HAN}”）》]\.(?![.\w])|}}\.$"),
    re.compile(rf"[{HAN}]\s*\((?![&*])|\((?![&*])[{HAN}]|[{HAN}]\)"),
    re.compile(r"\.\.\.|['\"]"),
)


@dataclass(frozen=True, slots=True)
class Domain:
    """A set of sources with the files that translate it: the product's own, or one plugin's."""

    name: str
    folder: Path
    translations: tuple[Path, ...]


def domains(root: Path = ROOT) -> list[Domain]:
    """The product and each plugin that has Python; a plugin brings its own texts."""
    shelf = root / "resources" / "translations"
    found = [Domain("workbench", root / "workbench", tuple(sorted(shelf.glob(f"{LANGUAGE}*.po"))))]
    for init in sorted((root / "plugins").glob("*/*/__init__.py")):
        if init.parent.name != "tests":
            own = tuple(sorted((init.parent / "locale").glob(f"{LANGUAGE}*.po")))
            found.append(Domain(f"plugins/{init.parents[1].name}", init.parent, own))
    return found


def sources(domain: Domain, root: Path = ROOT) -> dict[str, list[str]]:
    """English text -> the places where it stands, as ``file:line``."""
    found: dict[str, list[str]] = {}
    for path in sorted(domain.folder.rglob("*.py")):
        if "tests" in path.relative_to(domain.folder).parts:
            continue
        for line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
            text = message if isinstance(message, str) else message[0]
            found.setdefault(text, []).append(f"{path.relative_to(root).as_posix()}:{line}")
    return found


def entries(path: Path) -> list[tuple[str, str]]:
    """Source and translation of each entry, in order. A text given twice in it is a ValueError."""
    with path.open("rb") as file:
        book = [(str(one.id), str(one.string)) for one in read_po(file) if one.id]
    # Babel merges doubles silently; the first ``msgid ""`` is the header.
    written = len(re.findall(r"^msgid ", path.read_text(encoding="utf-8"), flags=re.M))
    if written != len(book) + 1:
        raise ValueError(f"{path.name}: {written - 1} entries, {len(book)} different sources")
    return book


def placeholders(text: str) -> set[str]:
    """The names between braces; a brace that names nothing makes a ValueError."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def wording_faults(text: str) -> Iterator[str]:
    """What the house forbids in one Chinese text: worded for whoever mends it."""
    for pattern, instead in FORBIDDEN.items():
        if hit := re.search(pattern, text):
            yield f"{hit[0]!r} is not shown; write {instead!r}"
    if re.search(f"[{HAN}]", text):
        plain = re.sub(r"\(&\w\)|\w+://\S+", "", text)
        for mark in HALF_WIDTH:
            if hit := mark.search(plain):
                yield f"half-width mark in Chinese text: {hit[0]!r}"


def pair_faults(source: str, translated: str) -> Iterator[str]:
    """What is wrong between one source and its translation."""
    if not translated.strip():
        yield "is empty"
    elif placeholders(source) != placeholders(translated):
        yield f"has {sorted(placeholders(translated))}, wanted {sorted(placeholders(source))}"
    elif len(re.findall(r"&\w", source)) != len(re.findall(r"&\w", translated)):
        yield "has another number of accelerators (&X)"
    yield from wording_faults(translated)


def faults(domain: Domain, root: Path = ROOT) -> list[str]:
    """Everything that is wrong in one domain, a line each."""
    wanted, seen, found = sources(domain, root), dict[str, tuple[str, str]](), []
    for path in domain.translations:
        for source, translated in entries(path):
            first = seen.setdefault(source, (translated, path.name))
            if first[0] != translated:
                found.append(f"two translations: {source!r} {first} and {(translated, path.name)}")
            if source not in wanted:
                found.append(f"no source any more: {path.name}: {source!r}")
            for fault in pair_faults(source, translated):
                found.append(f"{path.name}: {source!r} -> {translated!r}: {fault}")
    missing = [f"no translation: {text!r} ({at[0]})" for text, at in wanted.items()]
    return found + [line for line, text in zip(missing, wanted, strict=True) if text not in seen]


def template(root: Path = ROOT) -> Catalog:
    """All sources of all domains, as Babel's catalogue for ``--pot``."""
    book = Catalog(charset="utf-8")
    for domain in domains(root):
        for text, places in sources(domain, root).items():
            spots = [(at.rpartition(":")[0], int(at.rpartition(":")[2])) for at in places]
            book.add(text, locations=spots)
    return book


def main() -> int:
    """Print all faults of all domains; 1 if there are any."""
    parser = argparse.ArgumentParser(description="Hold the texts against their translations.")
    parser.add_argument("--pot", type=Path, help="also write the sources to this file")
    options = parser.parse_args()
    if options.pot:
        with options.pot.open("wb") as file:
            write_po(file, template(), width=100)
    count = 0
    for domain in domains():
        for fault in faults(domain):
            print(f"{domain.name}: {fault}")
            count += 1
    print(f"{count} to mend", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
