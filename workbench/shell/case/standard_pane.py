"""The standard approval pane, form first: what the applicant wrote, and the review points.

Serves every department without a pane of its own, and stands in for a plugin that is paused. It is
a :class:`~workbench.api.panes.CasePane` like any other: it knows its desk and nothing else. What
the machine can say about a point it asks through ``checks``; groups come from the plugin's offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.api.desk import Desk
from workbench.api.panes import CasePane
from workbench.api.records import CheckAnswer, FieldGroup
from workbench.api.views import form_of, materials_of
from workbench.rules.case import Part
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import FormField, ReviewPoint
from workbench.rules.words import _, pick
from workbench.shell.building import at_once
from workbench.shell.case.field_links import FieldLinks
from workbench.shell.case.form_texts import APPLICANT_FIELDS, hidden, shown
from workbench.shell.case.point_row import PointRow
from workbench.shell.theme import Theme

Checks = Callable[[CaseView, str], CheckAnswer | None]

NARROW: Final = 55
"""Below so many spaces of the theme a long number does not fit beside its name."""


class StandardPane(CasePane):
    """Form fields with sensitive values masked, review points with pass, doubt or fail."""

    takes_marks = True

    def __init__(
        self,
        desk: Desk,
        theme: Theme,
        groups: Iterable[FieldGroup] = (),
        checks: Checks | None = None,
        parent: QWidget | None = None,
        links: FieldLinks | None = None,
    ) -> None:
        super().__init__(desk, parent)
        self._links = links
        self._theme = theme
        self._groups = tuple(groups)
        self._checks = checks
        self._made_of: object = None
        self._view: CaseView | None = None
        self._stacked = False
        self._unmasked: set[str] = set()
        self._points: dict[str, PointRow] = {}
        self._area = QScrollArea(self)
        self._coming: QWidget | None = None
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self.setAccessibleName(_("Approval pane"))

    def show_case(self, view: CaseView) -> None:
        """Show form and points; what was marked stays marked."""
        at_once(self.showing(view))

    def showing(self, view: CaseView) -> Iterator[None]:
        """:meth:`show_case` in slices: what was shown stays until the new body is whole."""
        form = form_of(view)
        self._view, self._stacked = view, self._narrow()
        made_of = (view.case.case_no, view.parts, form, view.of(Part.OPINIONS, "opinion"),
                   self._stacked)  # fmt: skip
        if made_of != self._made_of:
            yield from self._fill(view, form)
            self._made_of = made_of
        may_mark = "submit_opinion" in {*view.moves, *view.blocked}
        for row in self._points.values():
            row.allow(may_mark)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """In a narrow pane names stand above values: no number and no button is cut off."""
        super().resizeEvent(a0)
        if self._view is not None and self._coming is None and self._stacked != self._narrow():
            self.show_case(self._view)

    def _narrow(self) -> bool:
        holder = self.parentWidget()
        wide = self.width() if self.isVisible() or holder is None else holder.width()
        return wide < self._theme.space(NARROW)

    def review_results(self) -> dict[str, dict[str, str]]:
        """Point code to ``result`` (``pass``, ``doubt``, ``fail``) and ``reason``, as marked."""
        rows = self._points.items()
        return {code: row.value() for code, row in rows if row.value()["result"]}

    def mark_point(self, code: str, result: str, reason: str = "") -> None:
        """Mark the point as it was marked beside the scans."""
        row = self._points.get(code)
        if row is not None:
            row.restore({"result": result, "reason": reason})

    def unsaved(self) -> bool:
        """Whether points are marked that stand in no opinion yet."""
        return bool(self.review_results())

    # -- filling -------------------------------------------------------------------------------

    def _fill(self, view: CaseView, form: Mapping[str, str]) -> Iterator[None]:
        space = self._theme.space
        if self._coming is not None:
            # The case moved on while it was being shown.
            self._coming.deleteLater()
        self._coming = body = QWidget(self._area.viewport())
        column = QVBoxLayout(body)
        column.setContentsMargins(space(2), space(1.5), space(2), space(2))
        column.setSpacing(space(0.75))
        points: dict[str, PointRow] = {}
        if Part.FORM in view.parts:
            yield from self._fill_form(column, body, view, form)
        if Part.OPINIONS in view.parts and view.item.review_points:
            self._heading(column, body, _("Review points"))
            for point in view.item.review_points:
                points[point.code] = self._point(point, view, body)
                column.addWidget(points[point.code])
                yield
        if Part.SURVEY in view.parts:
            self._fill_survey(column, body, view)
        if column.count() == 0:
            column.addWidget(self._quiet(_("Nothing of the form is shown to your post."), body))
        column.addStretch(1)
        yield
        for code, given in self.review_results().items():
            if code in points:
                points[code].restore(given)
        for row in points.values():
            # Only from now on: what the centre says is no mark of the user's.
            row.changed.connect(self.marked)
        self._points = points
        self._area.setWidget(body)
        self._coming = None

    def _fill_form(
        self, column: QVBoxLayout, body: QWidget, view: CaseView, form: Mapping[str, str]
    ) -> Iterator[None]:
        self._heading(column, body, _("Applicant"))
        self._grid(column, body, [f for f in APPLICANT_FIELDS if form.get(f.code)], form)
        fields = {field.code: field for field in view.item.form}
        for group in self._groups:
            named = [fields.pop(code) for code in group.fields if code in fields]
            if named:
                yield
                self._heading(column, body, pick(group.heading_zh, group.heading_en))
                self._grid(column, body, named, form)
        yield
        if fields:
            self._heading(column, body, _("Application form"))
            self._grid(column, body, list(fields.values()), form)

    def _fill_survey(self, column: QVBoxLayout, body: QWidget, view: CaseView) -> None:
        entries = view.entries.get(Part.SURVEY, ())
        if entries:
            self._heading(column, body, _("Site survey"))
        for entry in entries:
            for text in (str(v) for v in entry.body.values() if isinstance(v, str) and v):
                column.addWidget(self._text(text, body))

    def _heading(self, column: QVBoxLayout, parent: QWidget, text: str) -> None:
        if column.count():
            column.addSpacing(self._theme.space(1.25))
        label = QLabel(text, parent)
        label.setProperty("role", "title")
        column.addWidget(label)

    def _grid(
        self, column: QVBoxLayout, parent: QWidget, fields: list[FormField],
        form: Mapping[str, str],
    ) -> None:  # fmt: skip
        space, top = self._theme.space, Qt.AlignmentFlag.AlignTop
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(2))
        grid.setVerticalSpacing(space(0.25 if self._stacked else 0.75))
        grid.setColumnStretch(0 if self._stacked else 1, 1)
        for line, field in enumerate(fields):
            name = pick(field.label_zh, field.label_en)
            label = self._quiet(name, parent)
            value = self._value(field, form.get(field.code, ""), parent)
            if self._stacked:
                grid.addWidget(label, 2 * line, 0)
                grid.addWidget(value, 2 * line + 1, 0)
            else:
                label.setFixedWidth(space(15))
                label.setAlignment(Qt.AlignmentFlag.AlignLeft | top)
                grid.addWidget(label, line, 0, top)
                grid.addWidget(value, line, 1)
            if self._links is not None:
                chain = self._links.button(self._theme, field.code, name, value, parent)
                if self._stacked:
                    grid.addWidget(chain, 2 * line, 1, 2, 1, top)
                else:
                    grid.addWidget(chain, line, 2, top)
        column.addLayout(grid)

    def _value(self, field: FormField, value: str, parent: QWidget) -> QWidget:
        text = shown(field, value) or "–"
        if not field.sensitive or not value:
            return self._text(text, parent)
        holder = QWidget(parent)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        label = self._text(hidden(field, value), holder)
        reveal = QPushButton(_("Show"), holder)
        reveal.setProperty("role", "inline")
        reveal.setAccessibleName(_("Show {field}").format(
            field=pick(field.label_zh, field.label_en)))  # fmt: skip
        reveal.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

        def turn_over() -> None:
            now_hidden = field.code in self._unmasked
            (self._unmasked.discard if now_hidden else self._unmasked.add)(field.code)
            label.setText(hidden(field, value) if now_hidden else text)
            reveal.setText(_("Show") if now_hidden else _("Hide"))

        reveal.clicked.connect(turn_over)
        self._unmasked.discard(field.code)
        row.addWidget(label, 1)
        row.addWidget(reveal, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _point(self, point: ReviewPoint, view: CaseView, parent: QWidget) -> PointRow:
        # The machine reads the form: whom it is not shown to hears nothing instead of a wrong word.
        checked = self._checks is not None and Part.FORM in view.parts
        said = self._checks(view, point.code) if checked and self._checks is not None else None
        row = PointRow(self._theme, point, said, parent)
        material = next(iter(reversed(materials_of(view, point.material_code))), None) \
            if point.material_code else None  # fmt: skip
        if material is not None:
            row.offer_proof(lambda: self.desk.show_page(material, 1))
        last = view.last(Part.OPINIONS, "opinion")
        points = last.body.get("points", {}) if last is not None else {}
        if isinstance(points, Mapping) and point.code in points:
            row.show_given(points[point.code])
        return row

    def _text(self, text: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _quiet(self, text: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setProperty("role", "quiet")
        label.setWordWrap(True)
        return label
