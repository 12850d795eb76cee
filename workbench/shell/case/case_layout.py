"""The parts of the case screen and where they stand. Made and asked by ``screen`` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QFileDialog,
    QFrame,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.api.desk import Desk
from workbench.rules.case import POOL, Part
from workbench.rules.case_view import CaseView
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusal_words import label
from workbench.rules.words import _
from workbench.shell.building import inside_of
from workbench.shell.case.beside_fields import beside_fields
from workbench.shell.case.check_rows import files_of, paper_name
from workbench.shell.case.field_links import FieldLinks
from workbench.shell.case.header import CaseHeader
from workbench.shell.case.material_list import MaterialList
from workbench.shell.case.mover import Mover, Then, Wanted
from workbench.shell.case.pane_holder import PaneHolder
from workbench.shell.case.part_pages import EntriesPage
from workbench.shell.case.step_forms import File
from workbench.shell.case.steps import Points, Steps
from workbench.shell.case.tall_area import TallArea
from workbench.shell.case.thread_page import ThreadPage
from workbench.shell.case.timeline import TimelinePage
from workbench.shell.viewer.bundle import Paper
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.workplace import Workplace

STEPS_SHARE: Final = 0.68
"""The steps may take so much of the right column; beyond that they scroll."""


class CaseLayout(QWidget):
    """Everything that stands on the screen; nothing of it before :meth:`build` has run through."""

    add_file = pyqtSignal(object)
    """The :class:`File` that the window takes in for a line of the list."""

    def __init__(self, work: Workplace, points: Points, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self._points = points

    # -- building ------------------------------------------------------------------------------

    def build(self) -> Iterator[None]:
        """Make the parts, a few milliseconds each; see :mod:`workbench.shell.building`."""
        work = self.work
        # From the outside inwards: a widget that moves into another is styled again by Qt, with
        # everything in it.
        self.header = CaseHeader(work, self)
        self.stack = QStackedWidget(self)
        self.across = QSplitter(Qt.Orientation.Horizontal, self.stack)
        self.down = QSplitter(Qt.Orientation.Vertical, self.across)
        self.upper = QSplitter(Qt.Orientation.Horizontal, self.down)
        self.left = QWidget(self.upper)
        yield
        self.materials = MaterialList(work.theme, self.left)
        yield
        self.frame = MaterialFrame(work, self.upper)
        yield from self.frame.build()
        yield
        self.tabs = QTabWidget(self.down)
        yield from self._pages_below(inside_of(self.tabs))
        self.right = QWidget(self.across)
        self.pane = PaneHolder(work, self.right)
        self.frame.guard = self.pane.call_viewer
        self.links = self.pane.links = FieldLinks(self.frame.box)
        self.steps_area = TallArea(self.right)
        yield
        self.steps = Steps(work, self._points, self.steps_area.viewport())
        self._mover = Mover(work, self)
        yield
        yield from self._place()

    def _pages_below(self, below: QWidget) -> Iterator[None]:
        work = self.work
        self.timeline = TimelinePage(work, below)
        yield
        self.talk = ThreadPage(work, below)
        yield
        self.notices = EntriesPage(work, (Part.NOTICES,), _("No notice yet."), below)
        opinions = (Part.OPINIONS, Part.OWN_TASK)
        self.opinions = EntriesPage(work, opinions, _("No opinion yet."), below)
        documents = (Part.DOCUMENT, Part.DELIVERY)
        self.document = EntriesPage(work, documents, _("No document yet."), below)
        yield

    def _place(self) -> Iterator[None]:
        space = self.work.theme.space
        self._left_column()
        self.upper.addWidget(self.left)
        self.upper.addWidget(self.frame)
        self.upper.setSizes([space(25), space(80)])
        self.upper.setStretchFactor(1, 1)
        yield
        self._name_pages()
        # With little height the pages below fold to their tabs: the scan comes first.
        self.tabs.setMinimumHeight(self._tab_row())
        self.down.addWidget(self.upper)
        self.down.addWidget(self.tabs)
        self.down.setSizes([space(85), space(22)])
        self.down.setStretchFactor(0, 1)
        yield
        # Form and steps have the whole height: that is where reading and writing happens.
        self.across.addWidget(self.down)
        self._right_column()
        self.across.addWidget(self.right)
        self.across.setSizes([space(105), space(56)])
        self.across.setStretchFactor(0, 1)
        for one in (self.upper, self.across, self.down):
            one.setChildrenCollapsible(False)
            one.setHandleWidth(1)
        yield
        self.stack.addWidget(self.across)
        self.stack.addWidget(self._words_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stack, 1)

    def _tab_row(self) -> int:
        bar = self.tabs.tabBar()
        return bar.sizeHint().height() if bar is not None else 0

    def _name_pages(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.timeline, _("Timeline"))
        self.tabs.addTab(self.talk, _("Messages"))
        self.tabs.addTab(self.notices, _("Notices"))
        self.tabs.addTab(self.opinions, _("Opinions"))
        self.tabs.addTab(self.document, _("Document"))

    def _left_column(self) -> None:
        left = self.left
        left.setMinimumWidth(self.work.theme.space(20))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.materials, 1)
        self.add = QPushButton(_("Add file to this line …"), left)
        self.add.clicked.connect(self._choose_file)
        self.add.hide()
        column.addWidget(self.add)
        self.beside = QFrame(left)
        self.beside.setProperty("role", "steps")
        self.beside.hide()
        column.addWidget(self.beside)

    def _right_column(self) -> None:
        right = self.right
        right.setMinimumWidth(self.work.theme.space(40))
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.steps_area.hold(self.steps)
        column.addWidget(self.pane, 1)
        column.addWidget(self.steps_area)
        right.installEventFilter(self)
        # The layout has to settle first: only then does the area know how high the card is.
        self.steps.opened.connect(lambda _card: QTimer.singleShot(0, self._bring_into_sight))

    def _bring_into_sight(self) -> None:
        card = self.steps.card
        if card is not None:
            self.steps_area.ensureWidgetVisible(card.confirm)
            self.steps_area.ensureWidgetVisible(card, 0, 0)

    def _words_page(self) -> QWidget:
        space = self.work.theme.space
        page = QWidget(self.stack)
        self.words = QLabel(page)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "title")
        kept = _("What you had written is kept here to be read and copied:")
        self.draft_head = QLabel(kept, page)
        self.draft = QPlainTextEdit(page)
        self.draft.setReadOnly(True)
        self.draft.setAccessibleName(_("What you had written"))
        self.draft.setMaximumHeight(space(30))
        column = QVBoxLayout(page)
        column.setContentsMargins(space(6), space(6), space(6), space(6))
        column.setSpacing(space(1.5))
        column.addStretch(1)
        for one in (self.words, self.draft_head, self.draft):
            column.addWidget(one)
        column.addStretch(2)
        return page

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if watched is self.right and event is not None and event.type() is QEvent.Type.Resize:
            self.steps_area.setMaximumHeight(max(int(self.right.height() * STEPS_SHARE), 120))
        return super().eventFilter(watched, event)

    # -- showing -------------------------------------------------------------------------------

    def show_case(self, view: CaseView, desk: Desk) -> Iterator[None]:
        """Show the case as it is granted, part by part; see :mod:`workbench.shell.building`."""
        self.stack.setCurrentIndex(0)
        self.header.show_case(view)
        yield
        if _has_content(view):
            yield from self.pane.show_case(view, desk)
        else:
            self.pane.show_words(why_closed(view))
        yield
        self.steps.show_case(view, self.pane.own_steps())
        yield
        may_see = Part.MATERIALS in view.parts
        self.upper.setVisible(may_see)
        self.add.setVisible(may_see and "attach_material" in view.moves)
        self.frame.show_papers(self._papers(view) if may_see else ())
        yield
        self.show_checklist(view)
        self.frame.box.show_case(view if may_see else None)
        for page in (self.timeline, self.talk, self.notices, self.opinions, self.document):
            yield
            page.show_case(view)
        self._name_tabs(view)

    def show_checklist(self, view: CaseView) -> None:
        """The list beside the scans says what the pane says."""
        may_see = Part.MATERIALS in view.parts
        results, marking = self.pane.review_results(), self.pane.marking(view)
        self.materials.show_case(view if may_see else None, results, marking)

    def field_chain(self, field: str, label: str, value: QWidget, parent: QWidget) -> QWidget:
        """The chain of a field in a department's own widgets (:class:`ChainGiver`)."""
        return self.links.button(self.work.theme, field, label, value, parent)

    def _papers(self, view: CaseView) -> list[Paper]:
        """The files of the case in the order of its list, each with the name above its pages."""
        session = self.work.session
        found = []
        for entry in files_of(view):
            sha256 = str(entry.body.get("sha256", ""))
            pages = entry.body.get("pages", 1)
            locate = partial(session.content_path, sha256)
            found.append(Paper(paper_name(view, entry), locate, sha256, entry,
                               pages if isinstance(pages, int) else 1))  # fmt: skip
        return found

    def show_words(self, text: str, draft: str = "") -> None:
        """No case: why, and what had been written."""
        self.header.show_case(None)
        self.words.setText(text)
        self.draft.setPlainText(draft)
        self.draft.setVisible(bool(draft))
        self.draft_head.setVisible(bool(draft))
        self.stack.setCurrentIndex(1)

    def close_content(self) -> None:
        """Let go of everything that showed content; the steps keep their card."""
        self.frame.clear()
        self.frame.box.show_case(None)
        self.pane.close_pane()
        self.materials.show_case(None)
        self.beside.hide()
        for page in (self.timeline, self.talk, self.notices, self.opinions, self.document):
            page.show_case(None)

    def show_beside(self, view: CaseView, codes: Sequence[str]) -> None:
        """The form fields that a department wants beside a material."""
        old, self.beside = self.beside, beside_fields(self.work.theme, self.links, view, codes,
                                                      self.left)  # fmt: skip
        column, grid = self.left.layout(), self.beside.layout()
        if column is not None:
            column.replaceWidget(old, self.beside)
        old.deleteLater()
        self.beside.setVisible(grid is not None and grid.count() > 0)

    def _name_tabs(self, view: CaseView) -> None:
        """How many entries wait behind a tab."""
        counts = (
            (self.talk, _("Messages"), len(view.entries.get(Part.THREAD, ()))),
            (self.notices, _("Notices"), len(view.entries.get(Part.NOTICES, ()))),
            (self.opinions, _("Opinions"), len(self.opinions.entries_of(view))),
            (self.document, _("Document"), len(self.document.entries_of(view))),
        )
        for page, name, count in counts:
            text = _("{name} ({count})").format(name=name, count=count) if count else name
            self.tabs.setTabText(self.tabs.indexOf(page), text)

    def focus_next_part(self) -> None:
        """F6: materials, pages, pane, steps, what stands below, and round again."""
        ring: list[QWidget] = [self.materials, self.frame.strip, self.pane, self.steps, self.tabs]
        now = self.focusWidget()
        here = next((n for n, one in enumerate(ring)
                     if now is not None and (one is now or one.isAncestorOf(now))), -1)  # fmt: skip
        for step in range(1, len(ring) + 1):
            part = ring[(here + step) % len(ring)]
            if part.isVisible() and _focus_in(part):
                return

    # -- files of the window -------------------------------------------------------------------

    def _choose_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose file …"))
        if chosen and self.steps.view is not None:
            self.add_file.emit(File(Path(chosen), self._line_code()))

    def _line_code(self) -> str:
        """The material code of the line that is chosen in the list."""
        entry = self.materials.current_entry()
        code = entry.body.get("code", "") if entry is not None else self.materials.current_code()
        return str(code)

    def take_in(self, view: CaseView, file: File, then: Then) -> None:
        """Make the step that adds the file; trouble is said with the steps."""
        show: Callable[..., None] = self.steps.refusal.show_trouble
        self._mover.make(Wanted(view, "attach_material", file=file), then, show)


def why_closed(view: CaseView) -> str:
    """Why there is nothing of the content to see: it has gone on, or the shift has ended."""
    if view.shown_state in POOL:
        return str(refusal("not_visible"))
    return _(
        "The case has gone on: {state}. Its content is shown to the post that handles it now."
    ).format(state=label(view.shown_state.value))


def _has_content(view: CaseView) -> bool:
    """Whether there is more than the case's own line to show in a pane."""
    return bool(view.parts & {Part.FORM, Part.SURVEY, Part.OPINIONS, Part.DOCUMENT})


def _focus_in(part: QWidget) -> bool:
    """Put the focus on the part or on the first widget in it that takes it."""
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
    for child in part.findChildren(QWidget):
        takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and child.isVisible() and child.isEnabled():
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
