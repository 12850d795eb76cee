"""A person at a real browser, without scripts: a good file, a forged one, a number looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.commands.browser import Chromium, chromium
from tests.commands.page_kit import Page, running
from tests.paper.attack_files import page_redrawn
from tests.paper.seal_kit import frozen_pdf, make_bench, press
from workbench.commands.verify import Known
from workbench.paper.sign import sha256_of
from workbench.rules.seal_custody import LedgerLine, LedgerState, Placement

pytestmark = [
    pytest.mark.long(15),
    pytest.mark.keeps_threads("the browser holds lines open for its next question"),
]
TAB, ENTER = "\ue004", "\ue007"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
    bench = make_bench(folder)
    sealed = press(bench, frozen_pdf(folder / "frozen.pdf"), "sealed")
    (folder / "forged.pdf").write_bytes(page_redrawn(sealed.read_bytes()))
    line = LedgerLine(
        7, "QY-2026-0007/licence", "QY-2026-0007", "seal-1", LedgerState.RELEASED, "zhang.wei",
        bench.now, bench.now, sha256_of(folder / "frozen.pdf"), sha256_of(sealed),
        Placement(2, 120, 200), "B-B",
    )  # fmt: skip
    known = Known(bench.trust, register={line.sha256_after: line}.get, lines={7: line}.get)
    with running(lambda: known) as one:
        yield one


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Chromium]:
    with chromium(folder / "profile") as one:
        yield one


def test_a_good_and_a_forged_file(window: Chromium, page: Page, folder: Path) -> None:
    window.go(page.address)
    window.picture(folder / "start.png")
    window.type("#file", str(folder / "sealed.pdf"))
    window.follow("form[method=post] button")
    assert "已用印且完好" in window.text("#answer-heading")
    assert "登记编号 7" in window.text("[data-check=register]")
    window.picture(folder / "good.png")
    window.type("#file", str(folder / "forged.pdf"))
    window.follow("form[method=post] button")
    assert "用印后有改动" in window.text("#answer-heading")
    assert "签名未覆盖整个文件" in window.text("[data-check=whole-file]")
    window.picture(folder / "forged.png")
    window.follow("nav a")
    assert window.text("h1") == "Verification of sealed documents"
    window.type("#file", str(folder / "forged.pdf"))
    window.follow("form[method=post] button")
    assert "Changed after sealing" in window.text("#answer-heading")
    window.picture(folder / "forged-en.png")


def test_with_the_keyboard_alone(window: Chromium, page: Page, folder: Path) -> None:
    window.go(f"{page.address}?lang=en")
    reached = []
    for _step in range(8):
        window.press(TAB)
        reached.append(window.focused())
    assert [one for one in reached if one in ("file", "serial", "code")] == [
        "file", "serial", "code",
    ]  # fmt: skip
    window.type("#serial", "7")
    window.follow("#code", f"QY-2026-0007{ENTER}")
    assert "has this document as sealed" in window.text("#answer-heading")
    window.picture(folder / "entry.png")


def test_everything_is_named_and_large_enough(window: Chromium, page: Page) -> None:
    """WCAG: a label for each field, targets of 44 points, text of 18 pixels."""
    window.go(f"{page.address}?lang=en")
    assert window.label_of("#file").startswith("The sealed file (PDF)")
    assert window.label_of("#serial") == "Serial number"
    assert window.label_of("#code") == "Document number or verification code"
    for css in ("#file", "#serial", "#code", "form[method=post] button", "nav a"):
        assert window.size(css)[1] >= 44, css
    assert float(window.style("body", "font-size").removesuffix("px")) >= 18


def test_light_and_dark(page: Page, folder: Path, window: Chromium) -> None:
    with chromium(folder / "dark", dark=True) as dark:
        dark.go(page.address)
        night = dark.picture(folder / "dark.png")
    window.go(page.address)
    day = window.picture(folder / "light.png")
    light, deep = (Image.open(one).convert("L").resize((1, 1)).getpixel((0, 0))
                   for one in (day, night))  # fmt: skip
    assert light > 180 > 90 > deep
