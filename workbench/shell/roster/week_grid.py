"""The week grid: a column a day, a lane a post, bars for shifts, hatched leave, a line for now.

Painted, because a table of widgets for seven days cannot show minutes. The arrow keys go from bar
to bar; what is in hand is told to screen readers in words.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from workbench.rules.moment import Moment, to_local
from workbench.rules.people import Post
from workbench.rules.words import _
from workbench.shell.roster.week import DAYS, Bar, Week, fraction
from workbench.shell.workplace import Workplace

LANES: Final = {Post.A: 0, Post.B: 1, Post.TEMP: 1}
CENTRE: Final = Qt.AlignmentFlag.AlignCenter


def day_names() -> tuple[str, ...]:
    """Monday to Sunday, short."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


class WeekGrid(QWidget):
    """See the module. ``chosen`` gives the key of the bar in hand."""

    chosen = pyqtSignal(str)

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.week: Week | None = None
        self.now: Moment = 0
        self.key = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Week of the duty roster"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._line = QFontMetrics(work.theme.font()).height()
        self._hours = QFontMetrics(work.theme.font(-1)).horizontalAdvance("00:00 ") + 6
        self._head = 3 * self._line + work.theme.space(0.5)

    def show_week(self, week: Week, now: Moment) -> None:
        """Draw another week, or the same at another moment."""
        self.week, self.now = week, now
        if week.bar(self.key) is None:
            self.key = ""
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        space = self.work.theme.space
        return QSize(space(90), space(52))

    def minimumSizeHint(self) -> QSize:
        space = self.work.theme.space
        return QSize(space(60), space(30))

    # -- places ------------------------------------------------------------------------------

    def _day_box(self, day: int) -> QRectF:
        wide = (self.width() - self._hours) / DAYS
        return QRectF(self._hours + day * wide, self._head, wide, self.height() - self._head - 2)

    def box(self, bar: Bar) -> QRectF:
        """Where a bar is drawn."""
        assert self.week is not None
        column = self._day_box(bar.day)
        top = max(fraction(self.week, bar.day, bar.start), 0.0)
        bottom = min(fraction(self.week, bar.day, bar.end), 1.0)
        left, width = column.left(), column.width()
        if self._shares_its_time(bar):
            width = column.width() / 2
            left += LANES[bar.post] * width
        return QRectF(
            left + 2,
            column.top() + top * column.height() + 1,
            width - 4,
            max((bottom - top) * column.height() - 2, 4.0),
        )

    def _shares_its_time(self, bar: Bar) -> bool:
        """Whether another bar of the day overlaps it: then each keeps to the lane of its post."""
        assert self.week is not None
        return any(
            one.key != bar.key and one.day == bar.day and one.start < bar.end
            and one.end > bar.start
            for one in self.week.bars
        )  # fmt: skip

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent | None) -> None:
        week = self.week
        if week is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_days(painter, week)
        self._paint_hours(painter, week)
        for bar in sorted(week.bars, key=lambda one: not one.leave):
            self._paint_bar(painter, bar)
        self._paint_now(painter, week)
        painter.end()

    def _paint_days(self, painter: QPainter, week: Week) -> None:
        ink, theme = self.work.theme.ink, self.work.theme
        for day, name in enumerate(day_names()):
            box = self._day_box(day)
            painter.fillRect(box, QColor(ink.window))
            for start, end in week.spans[day]:
                top, bottom = fraction(week, day, start), fraction(week, day, end)
                open_hours = QRectF(
                    box.left(), box.top() + top * box.height(),
                    box.width(), (bottom - top) * box.height(),
                )  # fmt: skip
                painter.fillRect(open_hours, QColor(ink.base))
            painter.setPen(QColor(ink.line))
            painter.drawRect(box)
            today = week.day(day) == _date(self.now)
            painter.setFont(theme.font(0, bold=today))
            painter.setPen(QColor(ink.accent if today else ink.text))
            line = QRectF(box.left() + 2, 2, box.width() - 4, self._line)
            self._text(painter, line, name)
            self._text(painter, line.translated(0, self._line), f"{week.day(day):%m-%d}")
            painter.setFont(theme.font(-1))
            painter.setPen(QColor(ink.quiet))
            note = week.notes[day] or ("" if week.spans[day] else _("office closed"))
            self._text(painter, line.translated(0, 2 * self._line), note)

    def _paint_hours(self, painter: QPainter, week: Week) -> None:
        ink = self.work.theme.ink
        painter.setFont(self.work.theme.font(-1))
        first, high = self._day_box(0), self.height() - self._head - 2
        step = 1 if high / (week.open_to - week.open_from) > 2 * self._line else 2
        for hour in range(week.open_from, week.open_to + 1, step):
            y = first.top() + (hour - week.open_from) / (week.open_to - week.open_from) * high
            painter.setPen(QColor(ink.line))
            painter.drawLine(QPointF(self._hours, y), QPointF(self.width(), y))
            painter.setPen(QColor(ink.quiet))
            top = min(y - self._line / 2, self.height() - self._line)
            painter.drawText(
                QRectF(0, top, self._hours - 6, self._line),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{hour:02d}:00",
            )

    def _paint_bar(self, painter: QPainter, bar: Bar) -> None:
        ink, box = self.work.theme.ink, self.box(bar)
        painter.save()
        if bar.leave:
            painter.setPen(QPen(QColor(ink.faint), 1))
            painter.setBrush(QBrush(QColor(ink.line), Qt.BrushStyle.BDiagPattern))
            colour = ink.text
        elif bar.draft:
            painter.setPen(QPen(QColor(ink.accent), 2, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(ink.base))
            colour = ink.text
        elif bar.post is Post.A:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ink.accent))
            colour = ink.on_accent
        else:
            painter.setPen(QPen(QColor(ink.accent), 1))
            painter.setBrush(QColor(ink.chosen))
            colour = ink.on_chosen
        painter.drawRoundedRect(box, 3, 3)
        self._paint_words(painter, bar, box.adjusted(3, 2, -3, -2), colour)
        if bar.key == self.key:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(ink.text), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
        painter.restore()

    def _paint_words(self, painter: QPainter, bar: Bar, box: QRectF, colour: str) -> None:
        theme = self.work.theme
        lines = [bar.post.value, self.work.name_of(bar.login), *bar.hours().split("-")]
        if bar.leave:
            lines = [_("leave"), self.work.name_of(bar.login)]
        painter.setPen(QColor(colour))
        y = self._below_now(bar, box, len(lines))
        for number, line in enumerate(lines):
            font = theme.font(0 if number == 0 else -1, bold=number == 0)
            high = QFontMetrics(font).height()
            place = QRectF(box.left(), y, box.width(), high)
            y += high
            if place.bottom() > box.bottom() + 2:
                return
            painter.setFont(font)
            if bar.leave:
                # Hatching under letters cannot be read.
                painter.fillRect(place, QColor(theme.ink.base))
            self._text(painter, place, line)

    def _below_now(self, bar: Bar, box: QRectF, lines: int) -> float:
        """Where the words begin: below the line for now where that would strike them out."""
        now = self._now_y()
        if now is None or _date(bar.start) != _date(self.now):
            return box.top()
        high = lines * self._line
        strikes = box.top() - 3 <= now <= box.top() + high
        return now + 5 if strikes and now + 5 + high <= box.bottom() else box.top()

    def _text(self, painter: QPainter, place: QRectF, text: str) -> None:
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, CENTRE, shown)

    def _now_y(self) -> float | None:
        """The height of now, where it is in the week and the hours that are shown."""
        week = self.week
        day = (_date(self.now) - week.monday).days if week is not None else -1
        if week is None or not 0 <= day < DAYS:
            return None
        share = fraction(week, day, self.now)
        box = self._day_box(day)
        return box.top() + share * box.height() if 0 <= share <= 1 else None

    def _paint_now(self, painter: QPainter, week: Week) -> None:
        y = self._now_y()
        if y is None:
            return
        ink = self.work.theme.ink
        box = self._day_box((_date(self.now) - week.monday).days)
        ends = QPointF(box.left(), y), QPointF(box.right(), y)
        painter.setPen(QPen(QColor(ink.base), 5))
        painter.drawLine(*ends)
        painter.setPen(QPen(QColor(ink.text), 2))
        painter.drawLine(*ends)
        painter.setBrush(QColor(ink.text))
        painter.drawEllipse(ends[0], 4, 4)

    # -- hands -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.week is not None:
            hit = [one for one in self.week.bars if self.box(one).contains(event.position())]
            self.choose(hit[-1].key if hit else "")

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.week is not None:
            hit = [one for one in self.week.bars if self.box(one).contains(event.position())]
            self.setToolTip(self.spoken(hit[-1]) if hit else "")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self.week is None:
            return
        steps = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1,
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        order = sorted(self.week.bars, key=lambda one: (one.day, one.start, one.post.value))
        if step is None or not order:
            super().keyPressEvent(event)
            return
        keys = [one.key for one in order]
        start = keys.index(self.key) + step if self.key in keys else (0 if step > 0 else -1)
        self.choose(keys[start % len(keys)])

    def choose(self, key: str) -> None:
        """Take a bar in hand."""
        self.key = key
        self._tell()
        self.update()
        self.chosen.emit(key)

    def _tell(self) -> None:
        bar = self.week.bar(self.key) if self.week is not None and self.key else None
        self.setAccessibleDescription(self.spoken(bar) if bar is not None else "")

    def spoken(self, bar: Bar) -> str:
        """One bar in words."""
        assert self.week is not None
        what = _("leave") if bar.leave else _("post {post}").format(post=bar.post.value)
        parts = [f"{self.week.day(bar.day):%Y-%m-%d}", self.work.name_of(bar.login), what]
        parts.append(bar.hours())
        if bar.draft:
            parts.append(_("not published"))
        return _(", ").join(parts)


def _date(at: Moment) -> date:
    return to_local(at).date()
