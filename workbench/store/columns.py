"""The few kinds of column that every table is made of, and the one list of tables.

Moments are UTC microseconds in a big integer on every engine; texts carry no length, because
neither engine gains from one. Used by the ``tables_*`` modules only.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Double, Integer, LargeBinary, MetaData, Text

META: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
"""All tables of a centre. Names of keys are fixed, so that a migration can speak of them."""

NO_DUE: Final = 1 << 62
"""Stands in sorted columns where nothing is due: a paged list cannot compare with NULL."""


def key(name: str) -> Column[int]:
    """A number that the database gives, never used twice."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
                  autoincrement=True)  # fmt: skip


def text(name: str, *more: Any, **options: Any) -> Column[str]:
    """A text that must be there."""
    return Column(name, Text, *more, nullable=False, **options)


def text_or_none(name: str, *more: Any, **options: Any) -> Column[str | None]:
    """A text that may be missing."""
    return Column(name, Text, *more, nullable=True, **options)


def moment(name: str) -> Column[int]:
    """A moment that must be there."""
    return Column(name, BigInteger, nullable=False)


def moment_or_none(name: str) -> Column[int | None]:
    """A moment that may be missing."""
    return Column(name, BigInteger, nullable=True)


def number(name: str, *more: Any, **options: Any) -> Column[int]:
    """A whole number that must be there."""
    return Column(name, BigInteger, *more, nullable=False, **options)


def number_or_none(name: str) -> Column[int | None]:
    """A whole number that may be missing."""
    return Column(name, BigInteger, nullable=True)


def fraction(name: str) -> Column[float]:
    """A part of a whole, 0 to 1."""
    return Column(name, Double, nullable=False)


def flag(name: str, **options: Any) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False, **options)


def raw(name: str) -> Column[bytes | None]:
    """A few bytes: a salt, a signature. Files stand in the content store."""
    return Column(name, LargeBinary, nullable=True)
