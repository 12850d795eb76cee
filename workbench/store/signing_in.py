"""Signing in: scrypt, five failures lock for fifteen minutes, an unknown name costs as much time.

Called by ``centre``; ``set_password`` also by ``seeding``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import select, update

from workbench.rules.moment import MINUTE, to_local
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store.engine import Unit
from workbench.store.seat import audit
from workbench.store.tables import app_user

MOST_FAILURES: Final = 5
LOCKED_US: Final = 15 * MINUTE
_COST, _BLOCKS, _LANES, _MEMORY = 1 << 14, 8, 1, 64 << 20


def scrypt(password: str, salt: bytes) -> bytes:
    """The slow hash of a password, 32 bytes; 16 MB and about 50 ms."""
    return hashlib.scrypt(
        password.encode(), salt=salt, n=_COST, r=_BLOCKS, p=_LANES, maxmem=_MEMORY, dklen=32
    )


def set_password(unit: Unit, login: str, password: str) -> None:
    """A new password; failures and lock are forgotten."""
    salt = secrets.token_bytes(16)
    unit.sql.execute(update(app_user).where(app_user.c.login == login).values(
        salt=salt, password_hash=scrypt(password, salt), failures=0, locked_until=None
    ))  # fmt: skip


def refused_sign_in(unit: Unit, login: str, password: str) -> Refusal | None:
    """Why the person may not sign in; the failure itself is written down and must be kept."""
    row = unit.sql.execute(select(app_user).where(app_user.c.login == login)).one_or_none()
    given = scrypt(password, row.salt if row is not None and row.salt else bytes(16))
    if row is None:
        return _wrong()
    if row.locked_until is not None and unit.now < row.locked_until:
        return _locked(row.locked_until)
    if row.password_hash and hmac.compare_digest(given, row.password_hash):
        _note(unit, login, 0, None)
        return None
    failures = 1 if row.locked_until is not None else row.failures + 1
    until = unit.now + LOCKED_US if failures >= MOST_FAILURES else None
    _note(unit, login, failures, until)
    audit(unit, login, "sign_in_failed", str(failures), unit.now)
    return _locked(until) if until is not None else _wrong()


def _note(unit: Unit, login: str, failures: int, until: int | None) -> None:
    unit.sql.execute(
        update(app_user)
        .where(app_user.c.login == login)
        .values(failures=failures, locked_until=until)
    )


def _wrong() -> Refusal:
    return refusal("wrong_password")


def _locked(until: int) -> Refusal:
    return Refusal(
        "locked",
        _("Five failures in a row: this account is locked until {time}.").format(
            time=f"{to_local(until):%H:%M}"
        ),
        _("Wait until then, or ask the security administrator."),
    )
