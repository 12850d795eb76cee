"""Saved views: keep what the list shows now under a name, choose it again, rename and remove it.

A view is a question (group, filter, order); it widens nothing. Own ones are changed here, shared
ones of others are only used. Numbers that are searched for and looked-up applicants are no part of
it. Used by the inbox screen; the views stand in the list of groups.
"""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import WorklistQuery
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.saved_views import MOST_LETTERS, SavedView
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace


def view_of(query: WorklistQuery) -> SavedView:
    """What of a question a view keeps."""
    return SavedView(
        0, "", "", False, query.group, query.order, query.descending, query.filter
    )


def query_of(view: SavedView) -> WorklistQuery:
    """The question of a view."""
    return WorklistQuery(
        group=view.group, order=view.order, descending=view.descending, filter=view.filter
    )


def same_question(one: SavedView, other: SavedView) -> bool:
    """Whether two views ask the same, whatever they are called."""
    return view_of(query_of(one)) == view_of(query_of(other))


class Views(QObject):
    """The views that the person sees. ``changed`` says that there are others now; ``kept`` carries
    the one that has just been saved."""

    changed = pyqtSignal()
    kept = pyqtSignal(object)

    def __init__(self, work: Workplace, scope: QWidget) -> None:
        super().__init__(scope)
        self.work = work
        self.known: tuple[SavedView, ...] = ()
        self._scope = scope

    def read(self) -> None:
        """Ask the centre which there are."""
        session = self.work.session
        self.work.lanes.ask(
            session.saved_views, then=self._read, scope=self._scope, key="views",
            label=_("Reading the saved views"),
        )  # fmt: skip

    def by_id(self, view_id: int) -> SavedView | None:
        """That view, if it is still there."""
        return next((one for one in self.known if one.view_id == view_id), None)

    def is_own(self, view: SavedView) -> bool:
        """Whether the person may change it."""
        return view.owner == self.work.who.login

    def _read(self, views: tuple[SavedView, ...]) -> None:
        if views != self.known:
            self.known = views
            self.changed.emit()


class ViewDialog(QDialog):
    """Name and sharing of one view: a new one, or an own one to be renamed or removed."""

    def __init__(self, views: Views, view: SavedView, said: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.views = views
        self.view = view
        work = views.work
        space = work.theme.space
        new = not view.view_id
        self.setWindowTitle(_("Save the view") if new else _("Change the view"))
        self.name = QLineEdit(view.name, self)
        self.name.setMaxLength(MOST_LETTERS)
        self.name.setAccessibleName(_("Name of the view"))
        self.name.setPlaceholderText(_("Name of the view"))
        self.shared = QCheckBox(_("Share it with my department"), self)
        self.shared.setChecked(view.shared)
        self.shared.setEnabled(work.who.department is not None)
        what = QLabel(said, self)
        what.setProperty("role", "quiet")
        what.setWordWrap(True)
        self.refusal = RefusalLine(self)
        self.save = QPushButton(_("Save"), self)
        self.save.setProperty("role", "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self.save_now)
        self.remove = QPushButton(_("Remove the view"), self)
        self.remove.setVisible(not new)
        self.remove.clicked.connect(self.remove_now)
        leave = QPushButton(_("Leave it"), self)
        leave.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[space(2)] * 4)
        column.setSpacing(space(1.25))
        for one in (self.name, self.shared, what, self.refusal):
            column.addWidget(one)
        column.addLayout(row)
        self.setMinimumWidth(space(56))
        self.name.selectAll()
        self.name.setFocus()

    def save_now(self) -> None:
        """Keep it under that name."""
        name = " ".join(self.name.text().split())
        self.refusal.clear_trouble()
        if not name:
            self.refusal.show_trouble(
                Refusal("view_unnamed", _("The view has no name."), _("Write one."))
            )
            self.name.setFocus()
            return
        view = replace(self.view, name=name, shared=self.shared.isChecked())
        session = self.views.work.session
        self._change(lambda: session.save_view(view), _("Saving the view"), self._saved)

    def remove_now(self) -> None:
        """Drop it."""
        session, number = self.views.work.session, self.view.view_id
        self._change(
            lambda: session.remove_view(number), _("Removing the view"), lambda _none: self._over()
        )

    def _change(self, act: object, text: str, then: object) -> None:
        self.save.setEnabled(False)
        self.remove.setEnabled(False)
        self.views.work.lanes.change(
            act, then=then, otherwise=self._refused, after=self._open_again,  # type: ignore[arg-type]
            scope=self, label=text,
        )  # fmt: skip

    def _saved(self, view: SavedView) -> None:
        self.views.kept.emit(view)
        self._over()

    def _over(self) -> None:
        self.views.read()
        self.accept()

    def _refused(self, trouble: Trouble) -> None:
        self.refusal.show_trouble(trouble)

    def _open_again(self) -> None:
        self.save.setEnabled(True)
        self.remove.setEnabled(True)
