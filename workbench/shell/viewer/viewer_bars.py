"""What the viewer says above the pages: the tool row, warnings, the password.

Used by :mod:`workbench.shell.viewer.material_frame`. A bar hides while it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QSize, pyqtSignal
from PyQt6.QtGui import QIntValidator
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from workbench.rules.clocks import Light
from workbench.rules.words import _
from workbench.shell.icons import icon, pixmap
from workbench.shell.theme import Theme


class ToolRow(QFrame):
    """Pages, zoom, fit, turn, search, small pages; the keys stand in the tooltips."""

    page_wanted = pyqtSignal(int)
    leave_field = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "band")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(
            theme.space(), theme.space(0.5), theme.space(), theme.space(0.5)
        )
        self._row.setSpacing(theme.space(0.25))
        self.thumbs = self._tool("thumbs", _("Small pages"), "T")
        self.thumbs.setCheckable(True)
        self._gap()
        self.before = self._tool("page_up", _("Previous page"), "Ctrl+PgUp")
        self.page = QLineEdit(self)
        self.page.setAccessibleName(_("Page number"))
        self.page.setToolTip(_("Go to page (G)"))
        self.page.setFixedWidth(theme.space(5.5))
        self.page.setValidator(QIntValidator(1, 99_999, self.page))
        self.page.returnPressed.connect(self._page_typed)
        self.pages = QLabel(self)
        self.pages.setProperty("role", "quiet")
        self._row.addWidget(self.page)
        self._row.addWidget(self.pages)
        self.after = self._tool("page_down", _("Next page"), "Ctrl+PgDn")
        self._gap()
        self.smaller = self._tool("zoom_out", _("Smaller"), "-")
        self.zoom = QLabel(self)
        self.zoom.setMinimumWidth(theme.space(5.5))
        self.zoom.setAccessibleName(_("Zoom"))
        self._row.addWidget(self.zoom)
        self.larger = self._tool("zoom_in", _("Larger"), "+")
        self.width_fit = self._tool("fit_width", _("Fit the width"), "W")
        self.page_fit = self._tool("fit_page", _("Fit the page"), "P")
        self._gap()
        self.left = self._tool("turn_left", _("Turn left"), "Shift+R")
        self.right = self._tool("turn_right", _("Turn right"), "R")
        self._gap()
        self.search = self._tool("search", _("Find"), "Ctrl+F")
        self.beside = self._tool("beside", _("Two side by side"), "B")
        self.beside.setCheckable(True)
        self.linked = self._tool("linked", _("Linked scrolling"), "Shift+B")
        self.linked.setCheckable(True)
        self.linked.setChecked(True)
        self.linked.hide()
        self.loupe = self._tool("loupe", _("Loupe"), _("hold L"))
        self.loupe.setCheckable(True)
        self.lamp = self._tool("lamp", _("Brightness, contrast, straight"), "I")
        self.marks = self._tool("marks", _("Marks"), "M")
        self.print = self._tool("print", _("Print"), "Ctrl+P")
        self._row.addStretch(1)
        self.badge = Badge(theme, self)
        self._row.addWidget(self.badge)
        self._own = False

    def show_page(self, page: int, pages: int) -> None:
        """Which page is in hand; nothing while the field is being typed into."""
        if not self.page.hasFocus():
            self.page.setText(str(page) if pages else "")
        self.pages.setText(_("of {pages}").format(pages=pages) if pages else "")

    def show_whole(self, page: int, pages: int) -> None:
        """Which page that is of all materials together; 0 ``pages`` where there is only one."""
        keys = _("Go to page (G)")
        whole = _("Page {page} of {pages} of all materials").format(page=page, pages=pages)
        self.page.setToolTip(f"{whole}\n{keys}" if pages else keys)
        self.pages.setToolTip(whole if pages else "")

    def show_zoom(self, zoom: float) -> None:
        """The size of the page in hand in per cent."""
        self.zoom.setText(_("{n} %").format(n=round(zoom * 100)))

    def minimumSizeHint(self) -> QSize:
        """What the pages and their size need; the rest goes where it is narrow."""
        return QSize(self._theme.space(46), super().minimumSizeHint().height())

    def event(self, event: QEvent | None) -> bool:
        done = super().event(event)
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return done

    def _fit(self) -> None:
        """In a narrow row the least needed hide, one by one; their keys work all the same."""
        spare: list[QWidget] = [
            self.loupe, self.lamp, self.print, self.left, self.page_fit, self.marks, self.thumbs,
            self.beside, self.right,
        ]  # fmt: skip
        sizes: list[QWidget] = [self.smaller, self.zoom, self.larger, self.width_fit, self.search]
        if self._own:
            # No page of ours says here that it is as received, and nothing of ours is zoomed.
            spare[:0] = sizes
            self.badge.setVisible(self.badge.wanted)
        else:
            spare[:0] = [self.badge] if self.badge.wanted else []
            for one in sizes:
                if one.isHidden():
                    one.show()
        wide = {one: one.minimumSizeHint().width() + self._row.spacing() for one in spare}
        needed = self._row.minimumSize().width() + sum(wide[o] for o in spare if o.isHidden())
        for one in spare:
            narrow = needed > self.width()
            needed -= wide[one] if narrow else 0
            if one.isHidden() != narrow:
                one.setVisible(not narrow)

    def serve_own_viewer(self, own: bool) -> None:
        """A department's own viewer is shown, or pages again: the badge keeps its place beside the
        former, which has no heads of sheets with the hash."""
        if own is not self._own:
            self._own = own
            self._fit()

    def allow(self, pages: bool, zoom: bool) -> None:
        """Which tools make sense for what is shown."""
        paging: tuple[QWidget, ...] = (self.before, self.after, self.page, self.thumbs)
        for one in paging:
            one.setEnabled(pages)
        for tool in (self.smaller, self.larger, self.width_fit, self.page_fit, self.left,
                     self.right, self.search, self.beside):  # fmt: skip
            tool.setEnabled(zoom)

    def _page_typed(self) -> None:
        if self.page.text():
            self.page_wanted.emit(int(self.page.text()))
        self.leave_field.emit()

    def _tool(self, name: str, text: str, keys: str) -> QToolButton:
        tool = QToolButton(self)
        side = self._theme.icon_size()
        tool.setIcon(icon(name, self._theme.ink.text, side))
        tool.setIconSize(QSize(side, side))
        tool.setAutoRaise(True)
        tool.setToolTip(_("{what} ({keys})").format(what=text, keys=keys))
        tool.setAccessibleName(text)
        self._row.addWidget(tool)
        return tool

    def _gap(self) -> None:
        self._row.addSpacing(self._theme.space())


class Badge(QWidget):
    """``as received``: the bytes still have the hash they were taken in under."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(0.5))
        mark = QLabel(self)
        side = theme.icon_size()
        mark.setPixmap(pixmap("check", theme.ink.lights[Light.GREEN], side))
        mark.setAccessibleName(_("Checked"))
        self.text = QLabel(self)
        self.text.setProperty("role", "small")
        row.addWidget(mark)
        row.addWidget(self.text)
        self.wanted = False
        """Whether there is a hash to show, whatever room there is for it."""
        self.hide()

    def show_hash(self, sha256: str) -> None:
        """Show the badge for a checked file, or hide it where there is no hash."""
        self.wanted = bool(sha256)
        self.setVisible(self.wanted)
        self.text.setText(_("as received · {hash}").format(hash=sha256[:8]))
        self.setToolTip(
            _("The file is byte for byte what was taken in. Hash: {hash}").format(hash=sha256)
        )


class Bar(QFrame):
    """One line above the pages: a warning, what the renderer does, a refusal."""

    def __init__(self, theme: Theme, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        ink = theme.ink
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(1.5), theme.space(0.75), theme.space(1.5),
                               theme.space(0.75))  # fmt: skip
        row.setSpacing(theme.space())
        mark = QLabel(self)
        side = theme.icon_size()
        colour = ink.danger if role == "fault" else ink.on_notice
        mark.setPixmap(pixmap("warning", colour, side))
        mark.setFixedSize(QSize(side, side))
        mark.setAccessibleName(_("Notice"))
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(mark)
        row.addWidget(self.label, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Show the text; an empty one hides the bar."""
        self.label.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says now; empty while hidden."""
        return self.label.text() if not self.isHidden() else ""


class PasswordBar(QFrame):
    """Asks for the password of a protected file; what is typed is handed on and kept nowhere."""

    def __init__(
        self, theme: Theme, give: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._give = give
        self.setProperty("role", "banner")
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(_("Password of the file"))
        self.field.setMaximumWidth(theme.space(30))
        unlock = QPushButton(_("Open"), self)
        unlock.setProperty("role", "primary")
        unlock.clicked.connect(self._enter)
        self.field.returnPressed.connect(self._enter)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(1.5), theme.space(), theme.space(1.5), theme.space())
        row.setSpacing(theme.space())
        row.addWidget(self.label, 1)
        row.addWidget(self.field)
        row.addWidget(unlock)
        self.hide()

    def ask(self, text: str) -> None:
        """Show why a password is needed and wait for it."""
        self.label.setText(text)
        self.field.clear()
        self.show()
        self.field.setFocus()

    def _enter(self) -> None:
        given = self.field.text()
        self.field.clear()
        if given:
            self.hide()
            self._give(given)
