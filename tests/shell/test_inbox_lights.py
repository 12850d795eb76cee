"""The lights of the clocks: colour, shape and word, told apart by colour-blind eyes too."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import pytest
from PyQt6.QtGui import QColor

from workbench.rules.clocks import Light
from workbench.shell.inbox.time_left import light_word
from workbench.shell.theme import DARK, LIGHT, Ink, light_icon

LEAST: Final = 10.0
SEEN: Final = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
"""What arrives of linear red, green and blue where one kind of cone is missing."""
XYZ: Final = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE: Final = (0.95047, 1.0, 1.08883)


def through(matrix: tuple[tuple[float, ...], ...], what: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, what, strict=True)) for row in matrix)


def lab(colour: str, eyes: str) -> tuple[float, float, float]:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    shade = QColor(colour)
    light = tuple(linear(part) for part in (shade.redF(), shade.greenF(), shade.blueF()))
    arrives = tuple(min(max(part, 0.0), 1.0) for part in through(SEEN[eyes], light))
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (a / b for a, b in zip(through(XYZ, arrives), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, eyes: str) -> float:
    pairs = zip(lab(one, eyes), lab(other, eyes), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_lights_look_alike_to_any_eyes(ink: Ink, eyes: str) -> None:
    near = {
        (a, b): round(apart(ink.lights[a], ink.lights[b], eyes), 1)
        for a, b in combinations(Light, 2)
        if apart(ink.lights[a], ink.lights[b], eyes) < LEAST
    }
    assert near == {}


def test_each_light_has_a_shape_and_a_word_of_its_own() -> None:
    assert len({light_icon(one) for one in Light}) == len(Light)
    assert len({light_word(one) for one in Light}) == len(Light)
