"""The title certificate's plan page beside the register data: a material viewer for M03.

Left the page, turned to the last one at first (the plan stands at the end of a certificate), right
what the register says of the property. Each line says whether the application agrees with it; the
application itself stands in the pane. Pages are turned with the shell's tools.
"""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
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

from real_estate.register import RegisterLine, extract_for
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
from workbench.api.panes import FieldChain, MaterialViewer, as_image, scrolled, wrapped

_ = words_of("real_estate")


class PlanViewer(MaterialViewer):
    """Page and register side by side; of several pages *Plan* jumps to the last one, *Cover* to the
    first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pictures: PictureSource | None = None
        self._entry: PartEntry | None = None
        self._image: QImage | None = None
        self._page = 0
        self.page_label = QLabel()
        self.page_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.page_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.page_label.setMinimumSize(QSize(160, 160))
        self.status = wrapped()
        self.cover = self._button(_("&Cover"), _("First page of the certificate"))
        self.plan = self._button(_("&Plan page"), _("Last page, where the plan stands"))
        self.cover.clicked.connect(lambda: self._turn_to(1))
        self.plan.clicked.connect(lambda: self._turn_to(self._last_page()))
        self.said = wrapped()
        self.said.setProperty("role", "quiet")
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
        box = QGroupBox(_("Register (sample data)"))
        within = QVBoxLayout(box)
        within.addWidget(self.said)
        within.addLayout(self.register)
        within.addStretch(1)
        self.register.setVerticalSpacing(5)
        around = QWidget()
        margins = QVBoxLayout(around)
        margins.setContentsMargins(8, 8, 8, 8)
        margins.addWidget(box)
        self.split = split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        self.beside = scrolled(around)
        split.addWidget(self.beside)
        around.installEventFilter(self)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    # ------------------------------------------------------------ the material

    def show_material(self, entry: PartEntry, pictures: PictureSource) -> None:
        self._pictures, self._entry, self._page = pictures, entry, 0
        several = self._last_page() > 1
        self.cover.setVisible(several)
        self.plan.setVisible(several)
        self.page_label.setAccessibleName(str(entry.body.get("file", "")))
        self._fill_register()
        self._share_room()
        self._turn_to(self._last_page())

    def _turn_to(self, page: int) -> None:
        """Turn, and let the shell's page number follow."""
        self.show_page(page)
        if self._entry is not None:
            self.desk.show_page(self._entry, page)

    def show_page(self, page: int) -> None:
        if self._pictures is None:
            return
        wanted = max(1, min(page, self._last_page()))
        if wanted == self._page:
            return
        self._page, self._image = wanted, None
        self.status.clear()
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
        self._share_room()
        self._fit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Other lines, or the same in the type of the desk once it is known, need other room."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return super().eventFilter(watched, event)

    def _share_room(self) -> None:
        """The register gets what its longest word needs, at most half; the rest is the page's."""
        bar = self.beside.verticalScrollBar()
        inside = self.beside.widget()
        if bar is None or inside is None or self.width() < 2:
            return
        needed = inside.minimumSizeHint().width() + bar.sizeHint().width() + 16
        side = min(max(needed, self.width() * 2 // 5), self.width() // 2)
        self.split.setSizes([self.width() - side, side])

    # ------------------------------------------------------------ the register

    def _fill_register(self) -> None:
        while self.register.rowCount():
            self.register.removeRow(0)
        view = self.desk.view()
        form = form_of(view)
        fields = {field.code: field for field in view.item.form}
        lines = extract_for(form)
        for line in lines:
            self._add_row(line, fields.get(line.code), form)
        text = _("✓ agrees with the application")
        if not lines:
            text = _("The register has no entry for this property number. Check the number first.")
        self.said.setText(text)

    def _add_row(
        self, line: RegisterLine, field: FormField | None, form: Mapping[str, str]
    ) -> None:
        name = pick(line.label_zh, line.label_en)
        text, applied = _words(line.value), ""
        if field is not None:
            name = pick(field.label_zh, field.label_en)
            text, applied = _shown(field, line.value), form.get(field.code, "")
        value = wrapped(text)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(name)
        label = wrapped(f"{name} ✓" if applied and applied == line.value else name)
        # The desk's quiet line: name and value must not look alike.
        label.setProperty("role", "small")
        beside = QHBoxLayout()
        beside.addWidget(value, 1)
        if field is not None and applied:
            # Where the page proves what the applicant wrote.
            chain = FieldChain(field.code, name, value, self)
            beside.addWidget(chain, 0, Qt.AlignmentFlag.AlignTop)
        self.register.addRow(label, beside)
        if field is not None and applied and applied != line.value:
            other = _("! The application says: {value}").format(value=_shown(field, applied))
            differs = wrapped(other)
            differs.setProperty("role", "refusal")
            self.register.addRow(differs)


def _shown(field: FormField, value: str) -> str:
    for choice in field.choices:
        if choice.code == value:
            return pick(choice.label_zh, choice.label_en)
    return _words(value)


def _words(value: str) -> str:
    """The two codes of a yes or no in words; any other text as it is."""
    return {"yes": _("yes"), "no": _("no")}.get(value, value)
