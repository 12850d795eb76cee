"""The title certificate's plan page beside the register data: a material viewer for M03.

Left the page, turned to the last one at first (the plan stands at the end of a certificate), right
what the application says of the property, so that the two are compared at a glance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QImage, QPixmap, QResizeEvent
from PyQt6.QtWidgets import (
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.api import (
    Desk,
    FormField,
    PagePicture,
    PartEntry,
    PictureSource,
    Trouble,
    form_of,
    pick,
    words_of,
)
from workbench.api.panes import MaterialViewer, as_image, scrolled, wrapped

_ = words_of("real_estate")

REGISTER: Final = (
    "unit_no", "location", "parcel_no", "area_built", "area_inner", "area_shared", "land_area",
    "use", "land_use", "right_kind", "right_nature", "acquisition", "land_term", "term_left",
    "co_ownership", "mortgaged", "seized",
)  # fmt: skip
"""Form fields that a register entry holds too, of all three items."""


class PlanViewer(MaterialViewer):
    """Page and register side by side; *Plan* jumps to the last page, *Cover* to the first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pictures: PictureSource | None = None
        self._image: QImage | None = None
        self._page = 0
        self.page_label = QLabel()
        self.page_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.page_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.page_label.setMinimumSize(QSize(160, 160))
        self.status = wrapped()
        self.cover = self._button(_("&Cover"), _("First page of the certificate"))
        self.plan = self._button(_("&Plan page"), _("Last page, where the plan stands"))
        self.cover.clicked.connect(lambda: self.show_page(1))
        self.plan.clicked.connect(lambda: self.show_page(self._last_page()))
        self.register = QFormLayout()
        self.register.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._lay_out()

    def _button(self, text: str, meaning: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(meaning)
        button.setToolTip(meaning)
        return button

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(8, 8, 8, 0)
        tools.setSpacing(8)
        tools.addWidget(self.cover)
        tools.addWidget(self.plan)
        tools.addWidget(self.status, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(tools)
        column.addWidget(self.page_label, 1)
        box = QGroupBox(_("What the application says"))
        box.setLayout(self.register)
        self.register.setVerticalSpacing(2)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        beside = scrolled(box)
        beside.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        split.addWidget(beside)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([600, 400])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    # ------------------------------------------------------------ the material

    def show_material(self, entry: PartEntry, pictures: PictureSource) -> None:
        self._pictures = pictures
        self.page_label.setAccessibleName(str(entry.body.get("file", "")))
        self._fill_register()
        self.show_page(self._last_page())

    def show_page(self, page: int) -> None:
        if self._pictures is None:
            return
        self._page = max(1, min(page, self._last_page()))
        self.status.setText(
            _("Page {page} of {pages}").format(page=self._page, pages=self._last_page())
        )
        self._ask()

    def _last_page(self) -> int:
        return max(1, self._pictures.page_count()) if self._pictures else 1

    def _ask(self) -> None:
        if self._pictures is None:
            return
        width = int(max(160, self.page_label.width()) * self.devicePixelRatioF())
        self._pictures.ask(self._page, width, self._drawn, self._not_drawn)

    def _drawn(self, picture: PagePicture) -> None:
        self._image = as_image(picture)
        self._fit()
        if picture.blank:
            self.status.setText(_("Page {page} is blank").format(page=self._page))

    def _not_drawn(self, trouble: Trouble) -> None:
        self.page_label.clear()
        self.status.setText(str(trouble))

    def _fit(self) -> None:
        if self._image is None:
            return
        room = self.page_label.size() * self.devicePixelRatioF()
        shown = QPixmap.fromImage(self._image).scaled(
            room,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        self.page_label.setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    # ------------------------------------------------------------ the register

    def _fill_register(self) -> None:
        while self.register.rowCount():
            self.register.removeRow(0)
        view = self.desk.view()
        form = form_of(view)
        fields = {field.code: field for field in view.item.form}
        for code in REGISTER:
            if code in fields:
                self._add_row(fields[code], form)

    def _add_row(self, field: FormField, form: Mapping[str, str]) -> None:
        name = pick(field.label_zh, field.label_en)
        value = wrapped(_shown(field, form.get(field.code, "")))
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(name)
        label = wrapped(name)
        # The desk's quiet line: name and value must not look alike.
        label.setProperty("role", "small")
        self.register.addRow(label, value)


def _shown(field: FormField, value: str) -> str:
    if not value:
        return _("not stated")
    if field.kind == "yes_no":
        return {"yes": _("yes"), "no": _("no")}.get(value, value)
    for choice in field.choices:
        if choice.code == value:
            return pick(choice.label_zh, choice.label_en)
    return value
