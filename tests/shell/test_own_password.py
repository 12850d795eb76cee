"""Somebody with a password that he was given chooses one of his own at sign-in, by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit

from tests.shell.desk_kit import desk, picture, settle, stock
from tests.shell.screen_check import check
from tests.shell.server_kit import ServerSample, asked_for_passwords, login_given_back, office
from tests.shell.test_keyring import Drawer
from tests.shell.test_server_desk import representative
from tests.shell.test_shut_out import WORDS, typing
from workbench.rules.case import Move
from workbench.rules.moment import SetClock
from workbench.shell.case.screen import CaseScreen
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom, take_away
from workbench.shell.sign_in.new_password import NewPasswordDialog
from workbench.store import open_any
from workbench.store.server import connecting, server_centre
from workbench.vault.passwords import PasswordVault

pytestmark = [pytest.mark.long(4), pytest.mark.timeout(180)]

GIVEN, OWN = "given-on-paper-77", "plum ferry lantern 9"


class EmptiableDrawer(Drawer):
    """One from which a password can be taken again."""

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@contextmanager
def office_desk(
    sample: ServerSample, drawer: Drawer, look: Look | None = None
) -> Iterator[DeskRoom]:
    """The desk with the product's own way to the server, and a keyring."""
    with desk(sample, look) as room:  # type: ignore[arg-type]
        room.parts = room.parts._replace(
            open_centre=lambda: open_any(sample.url),
            keyring=lambda: PasswordVault("centre", drawer),
        )  # fmt: skip
        assert room.sign_in is not None
        take_away(room.sign_in)
        room._show_sign_in()
        yield room


def given_in(qtbot: Any, room: DeskRoom, login: str, password: str) -> NewPasswordDialog:
    """Name and given password, and the dialog that they lead to."""
    window = room.sign_in
    assert window is not None
    window.login.clear()
    qtbot.keyClicks(window.login, login)
    window.login.editingFinished.emit()
    settle(qtbot, room)
    window.password.clear()
    qtbot.keyClicks(window.password, password)
    qtbot.keyClick(window.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.own_password is not None, timeout=15_000)
    assert isinstance(window.own_password, NewPasswordDialog)
    return window.own_password


def typed(qtbot: Any, dialog: NewPasswordDialog, first: str, second: str) -> str:
    """Type both, Enter; what is said then."""
    for line, text in ((dialog.first, first), (dialog.second, second)):
        line.clear()
        qtbot.keyClicks(line, text)
    qtbot.keyClick(dialog.second, Qt.Key.Key_Return)
    return str(dialog.refusal.text())


def accepts(sample: ServerSample, login: str, password: str) -> bool:
    """Whether the server takes it."""
    address = replace(sample.server.address, sslmode="prefer", channel_binding="prefer")
    try:
        connecting.sign_in(address, login, password).dispose()
    except connecting.Refusal as trouble:
        assert trouble.code == "wrong_password"
        return False
    return True


@pytest.fixture
def newcomer(on_server: ServerSample, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A representative with a new first password, at a server that asks for it."""
    monkeypatch.setattr(server_centre, "SystemClock", lambda: SetClock(on_server.clock.now()))
    who = representative(on_server)
    (case,) = stock(on_server, 1)  # type: ignore[arg-type]
    session = on_server.open().session_as(who)
    session.make_move(case.case_id, Move("claim"))
    session.close()
    with ExitStack() as undo:
        undo.enter_context(login_given_back(on_server, who))
        security = office(on_server)
        security.give_password(who, GIVEN)
        security.close()
        undo.enter_context(asked_for_passwords(on_server))
        yield who


def test_a_given_password_is_changed_at_sign_in(
    qtbot: Any, on_server: ServerSample, newcomer: str, tmp_path: Path
) -> None:
    drawer = EmptiableDrawer()
    kept = ("oneseal-workbench", f"centre:{newcomer}")
    drawer.kept[kept] = GIVEN
    with office_desk(on_server, drawer, Look("zh_CN")) as room:
        dialog = given_in(qtbot, room, newcomer, GIVEN)
        picture(dialog, tmp_path / "own-password.png")
        assert check(dialog, "zh_CN") == []
        assert [one.accessibleName() for one in dialog.findChildren(QLineEdit)] == [
            "新密码", "再次输入新密码",
        ]  # fmt: skip
        assert "至少 10 个字符" in " ".join(one.text() for one in dialog.findChildren(QLabel))
        assert QApplication.focusWidget() is dialog.first
        for first, second, why in (
            ("short", "short", "10"), (GIVEN, GIVEN, "原密码"), (OWN, OWN + "x", "不一致"),
            (f"{newcomer}-123456", f"{newcomer}-123456", "登录名"),
        ):  # fmt: skip
            assert why in typed(qtbot, dialog, first, second)
        assert room.window is None and accepts(on_server, newcomer, GIVEN)
        assert typed(qtbot, dialog, OWN, OWN) == ""
        qtbot.waitUntil(lambda: room.window is not None, timeout=15_000)
        settle(qtbot, room)
        assert drawer.kept == {kept: OWN}, "the old one is not kept beside it"
        assert accepts(on_server, newcomer, OWN) and not accepts(on_server, newcomer, GIVEN)


def test_who_thinks_better_of_it_is_where_he_was(
    qtbot: Any, on_server: ServerSample, newcomer: str
) -> None:
    with office_desk(on_server, EmptiableDrawer()) as room:
        dialog = given_in(qtbot, room, newcomer, GIVEN)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert room.sign_in is not None and room.sign_in.own_password is None
        assert room.window is None and accepts(on_server, newcomer, GIVEN)


def test_a_new_first_password_closes_the_desk_and_what_was_typed_comes_back(
    qtbot: Any, on_server: ServerSample, newcomer: str
) -> None:
    case_no = str(on_server.server.admin.exec_driver_sql(
        "SELECT case_no FROM case_file").scalar_one())  # fmt: skip
    with office_desk(on_server, EmptiableDrawer()) as room:
        typed(qtbot, given_in(qtbot, room, newcomer, GIVEN), OWN, OWN)
        qtbot.waitUntil(lambda: room.window is not None, timeout=15_000)
        settle(qtbot, room)
        typing(qtbot, room, case_no)
        # Before the second after the last key is over: the centre has no draft of it yet.
        admin_gives(on_server, newcomer, "second-on-paper-88")
        qtbot.waitUntil(lambda: room.sign_in is not None, timeout=10_000)
        assert room.sign_in is not None
        assert "Sign in with the new one" in room.sign_in.login.accessibleDescription()
        assert room.window is None
        dialog = given_in(qtbot, room, newcomer, "second-on-paper-88")
        typed(qtbot, dialog, OWN, OWN)
        qtbot.waitUntil(lambda: room.window is not None, timeout=15_000)
        settle(qtbot, room)
        assert room.window is not None
        qtbot.waitUntil(lambda: room.window.opened("case") is not None, timeout=10_000)  # type: ignore[union-attr]
        settle(qtbot, room)
        screen = room.window.opened("case")
        assert isinstance(screen, CaseScreen) and screen.case_no == case_no
        screen.parts.steps.take("hand_over")
        settle(qtbot, room)
        card = screen.parts.steps.card
        assert card is not None and card.form.parts["note.text"].value() == WORDS


def admin_gives(sample: ServerSample, login: str, password: str) -> None:
    """The security administrator, who has a password of his own by now."""
    sql = sample.server.admin
    with login_given_back(sample, "sec.admin"):
        sql.exec_driver_sql("ALTER ROLE \"sec.admin\" PASSWORD 'any-word'")
        security = office(sample)
        security.give_password(login, password)
        security.close()
