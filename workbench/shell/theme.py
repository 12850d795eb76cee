"""Colours, type and measures of the desk: the only place with a colour or a pixel in it.

Our own Fusion palettes, light and dark, because Qt's colour scheme does nothing without a desktop
theme (desk section 9). Every text colour here keeps at least 4.5:1 on its ground; a test computes
it. Red is for overdue and for the seal, nothing else shouts. Screens get a :class:`Theme` with the
workplace and never name a colour themselves.

Widgets are styled by the property ``role`` (``heading``, ``title``, ``quiet``, ``refusal``,
``card``, ``primary``, ``link``): ``label.setProperty("role", "quiet")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PyQt6.QtCore import QLocale
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PyQt6.QtWidgets import QApplication

from workbench.shell.theme_sheet import sheet

if TYPE_CHECKING:
    # By their words, because the first window is dressed before the rules are read.
    from workbench.rules.case import State
    from workbench.rules.clocks import Light

SPACE: Final = 8
"""The one unit of distance, in device-independent pixels; margins are 1, 2 or 3 of it."""

FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)
"""Tried in this order: families with even strokes at small sizes and figures of one width."""


class Ink(NamedTuple):
    """The named colours of one scheme, as ``#rrggbb``."""

    window: str
    base: str
    raised: str
    line: str
    text: str
    quiet: str
    faint: str
    accent: str
    on_accent: str
    chosen: str
    on_chosen: str
    rail: str
    on_rail: str
    rail_quiet: str
    rail_chosen: str
    notice: str
    on_notice: str
    danger: str
    danger_ground: str
    seal: str
    lights: Mapping[str, str]


LIGHT: Final = Ink(
    window="#f3f5f8",
    base="#ffffff",
    raised="#e9edf2",
    line="#cfd6df",
    text="#1b2430",
    quiet="#4d5a6a",
    faint="#5f6b7a",
    accent="#1f5a94",
    on_accent="#ffffff",
    chosen="#dbe8f6",
    on_chosen="#10263f",
    rail="#1e2b3a",
    on_rail="#f2f5f9",
    rail_quiet="#b4c0ce",
    rail_chosen="#33475d",
    notice="#fff4d6",
    on_notice="#4a3800",
    danger="#a8161c",
    danger_ground="#fdeceb",
    seal="#c8102e",
    lights={
        "green": "#077559",
        "yellow": "#614b0e",
        "orange": "#9d530b",
        "red": "#bb1934",
        "paused": "#35199a",
        "stopped": "#4d5a6a",
    },
)

DARK: Final = Ink(
    window="#161b22",
    base="#1c232c",
    raised="#27303b",
    line="#3a4552",
    text="#e6ebf1",
    quiet="#b3becb",
    faint="#9aa7b6",
    accent="#7db4ec",
    on_accent="#0b1a2a",
    chosen="#29415d",
    on_chosen="#f1f6fc",
    rail="#10151b",
    on_rail="#eef2f7",
    rail_quiet="#a9b5c3",
    rail_chosen="#2a3644",
    notice="#3d3312",
    on_notice="#fbe9b0",
    danger="#ff8f8a",
    danger_ground="#3a1e20",
    seal="#ff6b6b",
    lights={
        "green": "#84e2ba",
        "yellow": "#fbd368",
        "orange": "#e5ab71",
        "red": "#fd9191",
        "paused": "#d0a7f9",
        "stopped": "#b3becb",
    },
)

# Told apart by colour-blind eyes too: smallest CIE76 distance 16 (desk section 9).
PENDING, APPROVED, REJECTED = "#e69f00", "#00735c", "#a3200d"
RETURNED, STAMPED, CLOSED = "#b065a0", "#0b4f9e", "#8a8a8a"
WHITE_ON: Final = frozenset({APPROVED, REJECTED, STAMPED})

_STATUS: Final[Mapping[str, str]] = {
    "granted": APPROVED,
    "preparing_result": APPROVED,
    "refused": REJECTED,
    "not_accepted": REJECTED,
    "quarantined": REJECTED,
    "awaiting_correction": RETURNED,
    "returned": RETURNED,
    "transferred_out": RETURNED,
    "suspended": RETURNED,
    "pending_seal": STAMPED,
    "pending_issue": STAMPED,
    "issued": STAMPED,
    "closed": CLOSED,
    "archived": CLOSED,
    "withdrawn": CLOSED,
    "terminated": CLOSED,
    "draft": CLOSED,
}

_STATUS_ICON: Final[Mapping[str, str]] = {
    PENDING: "clock",
    APPROVED: "check",
    REJECTED: "cross",
    RETURNED: "return",
    STAMPED: "seal",
    CLOSED: "archive",
}

_LIGHT_ICON: Final[Mapping[str, str]] = {
    "green": "light_green",
    "yellow": "light_yellow",
    "orange": "light_orange",
    "red": "light_red",
    "paused": "pause",
    "stopped": "stop",
}


def status_colour(state: State) -> str:
    """The ground of a state's mark; white stands on it only where :data:`WHITE_ON` says so."""
    return _STATUS.get(state, PENDING)


def status_icon(state: State) -> str:
    """The icon that goes with the colour, for eyes that do not see it."""
    return _STATUS_ICON[status_colour(state)]


def on_status(colour: str) -> str:
    """The colour of what stands on a status ground."""
    return "#ffffff" if colour in WHITE_ON else "#000000"


def light_icon(light: Light) -> str:
    """A shape of its own for each light."""
    return _LIGHT_ICON[light]


class Theme(NamedTuple):
    """One look: scheme, family and size. A change of look rebuilds the main window."""

    dark: bool
    family: str
    points: float = 10.5
    scale: float = 1.0
    """1.0 to 2.0: enlarged type for the desk, beside what the screen's own scaling does."""

    @property
    def ink(self) -> Ink:
        """The colours of the scheme."""
        return DARK if self.dark else LIGHT

    def light_colour(self, light: Light) -> QColor:
        """The text colour of a clock's light."""
        return QColor(self.ink.lights[light])

    def font(self, step: int = 0, bold: bool = False) -> QFont:
        """The desk's type, ``step`` sizes up or down (1.5 points each)."""
        font = QFont(self.family)
        font.setPointSizeF((self.points + 1.5 * step) * self.scale)
        font.setBold(bold)
        return font

    def row_height(self, lines: int = 1) -> int:
        """A comfortable table row for that many lines: from the metrics, never a fixed number."""
        return QFontMetrics(self.font()).lineSpacing() * lines + self.space(2)

    def space(self, units: float = 1.0) -> int:
        """That many :data:`SPACE`, grown with the type."""
        return round(SPACE * units * self.scale)

    def icon_size(self) -> int:
        """The side of an icon that stands in a line of text, in device-independent pixels."""
        return round(QFontMetrics(self.font()).height() * 0.95)

    def apply(self, app: QApplication) -> None:
        """Put palette, font and sheet on the application; its style is Fusion from the start."""
        app.setPalette(palette(self.ink))
        app.setFont(self.font())
        app.setStyleSheet(sheet(self))


def palette(ink: Ink) -> QPalette:
    """The Fusion palette of a scheme; disabled text stays readable, it is only quieter."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: ink.window,
        roles.WindowText: ink.text,
        roles.Base: ink.base,
        roles.AlternateBase: ink.window,
        roles.ToolTipBase: ink.raised,
        roles.ToolTipText: ink.text,
        roles.PlaceholderText: ink.faint,
        roles.Text: ink.text,
        roles.Button: ink.raised,
        roles.ButtonText: ink.text,
        roles.BrightText: ink.danger,
        roles.Link: ink.accent,
        roles.LinkVisited: ink.accent,
        roles.Highlight: ink.chosen,
        roles.HighlightedText: ink.on_chosen,
        roles.Light: ink.base,
        roles.Midlight: ink.raised,
        roles.Mid: ink.line,
        roles.Dark: ink.line,
        roles.Shadow: ink.line,
    }.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(ink.faint))
    return made


def contrast(first: str | QColor, second: str | QColor) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(QColor(first)), _luminance(QColor(second))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def chinese_family(fonts_folder: Path | None = None) -> str:
    """A family with Chinese glyphs: the system's best, else the one shipped in ``resources``.

    Needs a QApplication. Raises nothing: without any Chinese font the default family is named, and
    the screen check finds the boxes.
    """
    known = set(QFontDatabase.families())
    for family in FAMILIES:
        if family in known:
            return family
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    if chinese:
        return chinese[0]
    for path in sorted(fonts_folder.glob("*.[ot]tf")) if fonts_folder else []:
        number = QFontDatabase.addApplicationFont(str(path))
        if number >= 0:
            return QFontDatabase.applicationFontFamilies(number)[0]
    return QFont().family()


def set_locale(language: str) -> None:
    """Dates and numbers of Qt's own widgets in the language of the desk."""
    QLocale.setDefault(QLocale(language))
