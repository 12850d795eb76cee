"""What the tests of case and viewer stand on: a workplace with real lanes and a real renderer, PDFs
made by a child process, and a centre of one case that answers like the store's session."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QApplication

from workbench.paper.renderer import Renderer
from workbench.rules.people import Role, User
from workbench.shell.lane_thread import claim_ui_thread, guarded
from workbench.shell.lanes import Lanes
from workbench.shell.notices import Notices
from workbench.shell.theme import Theme, chinese_family
from workbench.shell.workplace import CentreClock, CentrePlace, Signposts, Workplace

_MAKE_PDF = """
import sys, pymupdf
pages, out, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
file = pymupdf.open()
for number in range(1, pages + 1):
    landscape = kind == "mixed" and number % 3 == 0
    page = file.new_page(width=842 if landscape else 595, height=595 if landscape else 842)
    page.insert_text((72, 90), f"Page {number}", fontsize=28)
    for line in range(36):
        words = f"{number}-{line} " + "lorem ipsum " * 6
        page.insert_text((72, 130 + 18 * line), words, fontsize=9)
    page.insert_text((72, 800), f"needle{number}", fontsize=12)
if kind == "script":
    cat = file.pdf_catalog()
    file.xref_set_key(cat, "OpenAction", "<</S/JavaScript/JS(app.alert(1))>>")
if kind == "locked":
    file.save(out, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open sesame", owner_pw="o")
else:
    file.save(out)
"""


def make_pdf(out: Path, pages: int = 3, kind: str = "plain") -> Path:
    """A PDF with words on every page, made outside this process: no page library is loaded here."""
    subprocess.run([sys.executable, "-c", _MAKE_PDF, str(pages), str(out), kind], check=True)
    return out


def theme(dark: bool = False, scale: float = 1.0) -> Theme:
    """The desk's look, put on the application."""
    made = Theme(dark, chinese_family(), scale=scale)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made.apply(app)
    return made


@contextmanager
def workplace(
    tmp_path: Path, session: Any, who: User, at: int, calendar: Any = None,
    look: Theme | None = None, **more: Any,
) -> Iterator[Workplace]:  # fmt: skip
    """A workplace with real lanes and a real renderer around the given session."""
    claim_ui_thread()
    lanes, notices = Lanes(), Notices()
    lanes.trouble_desk = notices
    renderers = {ahead: Renderer() for ahead in (False, True)}
    place = CentrePlace({"zh_CN": "青云区", "en": "Qingyun"}, "sqlite://", tmp_path, tmp_path)
    try:
        yield Workplace(
            guarded(session), who, lanes, notices, look or theme(), calendar, CentreClock(at),
            Signposts(), place, renderer=renderers.__getitem__, people={who.login: who}, **more,
        )  # fmt: skip
    finally:
        lanes.close()
        for one in renderers.values():
            one.stop()


def clerk(login: str = "zhang.wei", *roles: Role) -> User:
    """A person of the sample centre."""
    names = {"zhang.wei": ("张伟", "Zhang Wei"), "wang.fang": ("王芳", "Wang Fang")}
    zh, en = names.get(login, (login, login))
    return User(
        login, zh, en, frozenset(roles or (Role.REPRESENTATIVE,)), "market_supervision",
        "qingyun_centre",
    )  # fmt: skip


def until(qtbot: Any, true: Callable[[], bool], ms: int = 10_000) -> None:
    """Let events go on until it is so."""
    qtbot.waitUntil(true, timeout=ms)
