"""Figures of the benches: taking them fairly and showing them, nothing else.

What is compared is taken in turns inside one run, so that a busy machine troubles both alike:
ratios travel, milliseconds do not. Every bench of this folder makes a :class:`FigureTable` and
hands it to the fixture ``measured``.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class FigureTable:
    """One table of figures; the first column names what was measured."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, *values: str | float | int) -> None:
        """One line; a number is shown with as many places as it can bear."""
        self.rows.append(tuple(_shown(one).replace("|", "\\|") for one in (name, *values)))

    def markdown(self) -> str:
        """The table as Markdown, columns aligned so that it reads well in a terminal too."""
        lines = [self.columns, *self.rows]
        wide = [max(len(line[n]) for line in lines) for n in range(len(self.columns))]
        rule = tuple("-" * width for width in wide)
        drawn = ["| " + " | ".join(_cells(line, wide)) + " |" for line in (self.columns, rule)]
        drawn += ["| " + " | ".join(_cells(line, wide)) + " |" for line in self.rows]
        notes = [f"\n{note}" for note in self.notes]
        return "\n".join([f"### {self.title}", "", *drawn, *notes]) + "\n"


def _cells(line: tuple[str, ...], wide: list[int]) -> list[str]:
    first, *others = line
    right = [one.rjust(width) for one, width in zip(others, wide[1:], strict=True)]
    return [first.ljust(wide[0]), *right]


def _shown(value: str | float | int) -> str:
    if isinstance(value, str | int):
        return str(value)
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def in_turns(rounds: int, **doing: Callable[[], Any]) -> dict[str, float]:
    """Median milliseconds of each, taken in turns; one round beforehand warms up and is dropped."""
    taken: dict[str, list[float]] = {name: [] for name in doing}
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds + 1):
            for name, one in doing.items():
                begun = time.perf_counter_ns()
                one()
                if turn:
                    taken[name].append((time.perf_counter_ns() - begun) / 1e6)
    finally:
        gc.enable()
    return {name: median(each) for name, each in taken.items()}


def cpu_in_turns(rounds: int, **doing: Callable[[], Any]) -> dict[str, float]:
    """As :func:`in_turns`, in milliseconds of processor time of this process."""
    taken: dict[str, list[float]] = {name: [] for name in doing}
    for turn in range(rounds + 1):
        for name, one in doing.items():
            begun = time.process_time_ns()
            one()
            if turn:
                taken[name].append((time.process_time_ns() - begun) / 1e6)
    return {name: median(each) for name, each in taken.items()}


def ratio(taken: Mapping[str, float], what: str, to: str) -> str:
    """``1.23x``: how much longer the one took than the other."""
    times = taken[what] / taken[to]
    return f"{times:.0f}x" if times >= 100 else f"{times:.2f}x" if times >= 0.1 else f"{times:.4f}x"
