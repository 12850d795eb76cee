"""The style sheet of the desk, built from the colours of one scheme. Called by ``theme`` alone."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Final

from workbench.settings import resources_dir

if TYPE_CHECKING:
    from workbench.shell.theme import Theme

# Named by object name or by the property ``role``, so that no screen writes a colour.
SHEET: Final = Template("""
QToolTip { border: 1px solid $line; padding: ${s}px; background: $raised; color: $text; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="small"] { color: $quiet; font-size: ${small}pt; }
QLabel[role="refusal"] { color: $danger; background: $danger_ground; border-radius: 4px;
  border-left: 3px solid $danger; padding: ${s}px ${s2}px; }
QLabel[role="notice"] { color: $on_notice; background: $notice; border-radius: 4px;
  padding: ${s}px ${s2}px; }
QFrame[role="card"] { background: $base; border: 1px solid $line; border-radius: 6px; }
QFrame[role="band"] { background: $base; border: none; border-bottom: 1px solid $line; }
QFrame[role="steps"] { background: $window; border: none; border-top: 1px solid $line; }
QFrame[role="banner"] { background: $notice; border: none; border-bottom: 1px solid $line; }
QFrame[role="banner"] QLabel { color: $on_notice; }
QFrame[role="fault"] { background: $danger_ground; border: none; border-bottom: 1px solid $line; }
QFrame[role="fault"] QLabel { color: $danger; }
QPushButton { padding: ${s}px ${s2}px; border: 1px solid $line; border-radius: 4px;
  background: $base; color: $text; }
QPushButton:hover { background: $raised; }
QPushButton:focus { border: 2px solid $accent; padding: ${sf}px ${s2f}px; }
QPushButton:disabled { color: $faint; background: $window; }
QPushButton:checked { background: $chosen; color: $on_chosen; border-color: $accent; }
QPushButton[role="mark_doubt"]:checked { background: $notice; color: $on_notice;
  border-color: $on_notice; }
QPushButton[role="mark_fail"]:checked { background: $danger_ground; color: $danger;
  border-color: $danger; }
PointBar QPushButton { padding: ${sh}px ${s}px; }
PointBar QPushButton:focus { padding: ${shf}px ${sf}px; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent;
  font-weight: 600; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; border-color: $line; }
QPushButton[role="seal"] { background: $base; color: $seal; border: 2px solid $seal;
  font-weight: 600; }
QPushButton[role="seal"]:disabled { color: $faint; border-color: $line; }
QPushButton[role="chip"] { background: $chosen; color: $on_chosen; border-color: $line;
  border-radius: ${chip}px; padding: ${sh}px ${s}px; }
QPushButton[role="chip"]:focus { border: 2px solid $accent; padding: ${shf}px ${sf}px; }
QListView[role="boxed"] { border: 1px solid $line; border-radius: 4px; }
QListView[role="boxed"]:focus { border: 2px solid $accent; }
QListView::indicator { width: ${dot}px; height: ${dot}px; border: 1px solid $faint;
  border-radius: 3px; background: $base; }
QListView::indicator:checked { image: url("$tick"); border-color: $accent; }
QPushButton[role="link"] { border: none; background: transparent; color: $accent; }
QPushButton[role="inline"] { border: none; padding: 0 ${s}px; background: transparent;
  color: $accent; }
QPushButton[role="inline"]:focus { border: 1px solid $accent; padding: 0 ${s}px; }
QPushButton[role="link"]:focus { border: 1px solid $accent; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit { background: $base;
  color: $text; border: 1px solid $line; border-radius: 4px; padding: ${sh}px ${s}px;
  selection-background-color: $chosen; selection-color: $on_chosen;
  placeholder-text-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus {
  border: 2px solid $accent; padding: ${shf}px ${sf}px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: ${s2}px;
  padding-right: ${s}px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$arrow"); width: ${s2}px;
  height: ${s2}px; }
QRadioButton::indicator { width: ${dot}px; height: ${dot}px; border: 1px solid $faint;
  border-radius: ${round}px; background: $base; }
QRadioButton::indicator:checked { border: ${ring}px solid $accent; width: ${core}px;
  height: ${core}px; }
QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator { width: ${dot}px; height: ${dot}px; border: 1px solid $faint;
  border-radius: 3px; background: $base; }
QCheckBox::indicator:checked { image: url("$tick"); border-color: $accent; }
QCheckBox::indicator:disabled { background: $window; border-color: $line; }
QTableView, QListView, QTreeView { background: $base; color: $text; border: none;
  alternate-background-color: $window; gridline-color: $line; outline: none;
  selection-background-color: $chosen; selection-color: $on_chosen; }
QTableView::item { border-bottom: 1px solid $line; padding: 0 ${s}px; }
QTableView::item:selected { background: $chosen; color: $on_chosen; }
QListView::item { padding: ${sh}px ${s}px; border-radius: 4px; }
QListView::item:selected { background: $chosen; color: $on_chosen; }
QListView:focus, QTableView:focus { border: 1px solid $accent; }
QHeaderView::section { background: $window; color: $quiet; border: none;
  border-bottom: 1px solid $line; padding: ${sh}px ${s}px ${sh}px ${s3}px; font-weight: 600; }
QScrollBar:vertical { background: $window; width: ${bar}px; margin: 0; }
QScrollBar:horizontal { background: $window; height: ${bar}px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QSplitter::handle { background: $line; }
QStatusBar { background: $window; color: $quiet; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $quiet; }
QTabBar::tab { padding: ${s}px ${s2}px; color: $quiet; background: transparent;
  border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; font-weight: 600; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QPushButton[role="clock"], QPushButton[role="clock_red"] { font-size: ${title}pt;
  font-weight: 600; }
QPushButton[role="clock_red"] { color: $danger; border-color: $danger; }
QFrame#rail { background: $rail; border: none; }
QFrame#rail QLabel { color: $on_rail; }
QFrame#rail QLabel[role="quiet"] { color: $rail_quiet; }
QFrame#rail QPushButton { border: none; border-left: 3px solid transparent; border-radius: 0;
  background: transparent; color: $rail_quiet; text-align: left; padding: ${s15}px ${s2}px; }
QFrame#rail QPushButton:hover { background: $rail_chosen; color: $on_rail; }
QFrame#rail QPushButton:checked { background: $rail_chosen; color: $on_rail;
  border-left: 3px solid $on_rail; font-weight: 600; }
QFrame#rail QPushButton:focus { border: 1px solid $on_rail; border-left: 3px solid $on_rail; }
""")


def sheet(theme: Theme) -> str:
    """The sheet for that scheme and size."""
    ink = theme.ink
    colours = {
        name: colour for name, colour in ink._asdict().items() if isinstance(colour, str)
    }
    half, one = theme.space(0.5), theme.space(0.75)
    sizes = {
        "s": one,
        "s3": one + 3,
        "sf": max(one - 1, 0),
        "sh": half,
        "shf": max(half - 1, 0),
        "s15": theme.space(1.25),
        "s2": theme.space(1.5),
        "s2f": max(theme.space(1.5) - 1, 0),
        "dot": 2 * one,
        "chip": theme.space(1.25),
        "round": one + 1,
        "ring": max(one // 2 + 1, 2),
        "core": 2 * one + 2 - 2 * max(one // 2 + 1, 2),
        "bar": theme.space(1.5),
        "small": (theme.points - 1) * theme.scale,
        "title": (theme.points + 1.5) * theme.scale,
        "heading": (theme.points + 5) * theme.scale,
    }
    icons = resources_dir() / "icons"
    arrow, tick = (icons / "arrow.svg").as_posix(), (icons / "tick.svg").as_posix()
    measures = {name: str(size) for name, size in sizes.items()}
    return SHEET.substitute(colours, arrow=arrow, tick=tick, **measures)
