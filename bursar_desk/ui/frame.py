"""The main window's frame: rail, page, status bar and the menu bar that Alt or F10 brings up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain.errors import UserError
from bursar_desk.ui import icons, jobs, status_marks
from bursar_desk.ui.frame_menu import FrameMenu
from bursar_desk.ui.widgets.buttons import Button
from bursar_desk.ui.widgets.icon_view import IconView
from bursar_desk.ui.widgets.keys import give_letters, show_letters
from bursar_desk.ui.widgets.labels import ground, plain_label
from bursar_desk.ui.widgets.messages import MessageStrip, UndoBar
from bursar_desk.ui.widgets.pages import Command, Page
from bursar_desk.ui.widgets.panes import focus_into
from bursar_desk.ui.widgets.rail import Count, Rail, RailItem

__all__ = ["Count", "MainFrame", "PageSpec", "app_icon"]

FOLD_BELOW = 1100


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page the person may use, made when first shown; group 1 stands below the rail's line, -1 is not in the rail."""

    key: str
    title: str
    icon: str
    factory: Callable[[], QWidget]
    count: Count | None = None
    group: int = 0


class MainFrame(QMainWindow):
    """The one window. Pages are made from ``PageSpec`` when first shown; only those given appear.

    ``changed(Changes, origin)`` is sent on to every page made (``Page.on_changed``); ``page_shown(key)`` follows
    every move. The ``*_wanted`` signals are what the person asked for; the application does it.
    """

    page_shown = Signal(str)
    changed = Signal(object, object)
    lock_wanted = Signal()
    find_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    help_wanted = Signal(str)  # the key of the page shown
    keys_wanted = Signal()
    about_wanted = Signal()
    look_wanted = Signal(object)  # a theme.Scheme
    report_wanted = Signal(object)  # a jobs.BugReport

    def __init__(self, school: str, pages: Sequence[PageSpec] = (), *, big: bool = False):
        super().__init__()
        self._specs: dict[str, PageSpec] = {}
        self._made: dict[str, QWidget] = {}
        self._guard: Callable[[], bool] | None = None
        self._alt_alone = False
        self.setMinimumSize(QSize(640, 360))
        self.resize(1366, 736)
        self.rail = Rail(big=big)
        self.stack = QStackedWidget()
        self._layout_parts()
        self.undo_bar = UndoBar(self.stack)
        self._make_status_bar()
        self.menu = FrameMenu(self)
        self._ring: QWidget | None = None
        self.rail.chosen.connect(self.show_page)
        self.rail.lock_pressed.connect(self.lock_wanted)
        self.changed.connect(self._pass_on)
        jobs.manager().busy_changed.connect(self._show_busy)
        self.set_school(school)
        self.set_pages(pages)
        QTimer.singleShot(0, self, self._finish)

    def _finish(self) -> None:
        """What the first picture can do without: the ring round the focus, and the sign in the task bar."""
        from bursar_desk.ui.widgets.focus_ring import FocusRing

        self._ring = FocusRing(self)
        self.setWindowIcon(app_icon())

    def _layout_parts(self) -> None:
        self._practice = _practice_banner()
        self._problem: QWidget | None = None
        self._problem_row = QVBoxLayout()
        self._problem_row.setContentsMargins(24, 12, 24, 0)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        self._problem_host = QWidget()
        self._problem_host.setLayout(self._problem_row)
        ground(self._problem_host, "bg")
        self._problem_host.hide()
        right.addWidget(self._problem_host)
        right.addWidget(self.stack, 1)
        self._work = QWidget()
        across = QHBoxLayout(self._work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addLayout(right, 1)
        self._covers = QStackedWidget()
        self._covers.addWidget(self._work)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._practice)
        column.addWidget(self._covers, 1)
        self.setCentralWidget(centre)

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self._saved_mark = status_marks.MarkView(status_marks.OK, 14)
        self._saved = plain_label("", "caption")
        self._more = plain_label("", "caption", "muted")
        self._shield = IconView("shield-check", "ok", 16)
        self._backup = plain_label("", "caption")
        bar.addWidget(_pair(self._saved_mark, self._saved, left=16))
        bar.addWidget(self._more)
        bar.addPermanentWidget(_pair(self._shield, self._backup, right=16))
        self.set_saved("")
        self.set_right("")

    # --- what is shown ---

    def set_school(self, school: str) -> None:
        """The school in the window's title."""
        self.setWindowTitle(f"Bursar Desk — {school}" if school else "Bursar Desk")

    def set_pages(self, pages: Sequence[PageSpec]) -> None:
        """Show these pages in the rail and no others; pages already made stay when they are still allowed."""
        self._specs = {spec.key: spec for spec in pages}
        for key in [key for key in self._made if key not in self._specs]:
            gone = self._made.pop(key)
            self.stack.removeWidget(gone)
            gone.deleteLater()
        self.rail.set_items([RailItem(s.key, s.title, s.icon, s.group, s.count) for s in pages if s.group >= 0])
        self.menu.set_pages([(spec.key, spec.title) for spec in pages if spec.group >= 0])

    def show_page(self, key: str) -> QWidget:
        """Go to a page, making it if needed. ``LookupError`` for a page this person may not use."""
        if key not in self._specs:
            raise LookupError(f"there is no page “{key}” here")
        before = self.key
        if key not in self._made:
            page = self._specs[key].factory()
            self._made[key] = page
            self.stack.addWidget(page)
        page = self._made[key]
        self.stack.setCurrentWidget(page)
        self.rail.set_key(key)
        self.menu.set_commands(self.commands())
        if key != before:
            self.page_shown.emit(key)
        if self.isVisible():
            give_letters(page)
        return page

    def take_pages(self) -> dict[str, QWidget]:
        """Take out the pages made, with all that is typed in them, for whoever is at the desk next."""
        taken, self._made = self._made, {}
        for page in taken.values():
            self.stack.removeWidget(page)
            page.hide()
        return taken

    def give_pages(self, made: Mapping[str, QWidget]) -> None:
        """Put pages back that were taken out; call it after ``set_pages``."""
        for key, page in made.items():
            self._made[key] = page
            self.stack.addWidget(page)

    def page(self, key: str) -> QWidget | None:
        """A page already made, else None."""
        return self._made.get(key)

    @property
    def key(self) -> str:
        """The key of the page shown; empty before the first."""
        return next((key for key, page in self._made.items() if page is self.stack.currentWidget()), "")

    def commands(self) -> Mapping[Command, Callable[[], object]]:
        """The menu commands the page shown answers to."""
        page = self.stack.currentWidget()
        return page.commands() if isinstance(page, Page) else {}

    def run_command(self, command: Command) -> None:
        """Do a menu command on the page shown, if it answers to it."""
        call = self.commands().get(command)
        if call is not None:
            call()

    def set_counts(self, counts: Mapping[str, Count | None]) -> None:
        """Change the rail's counts by page key."""
        self.rail.set_counts(counts)

    def set_person(self, name: str, role: str) -> None:
        """Who is at the desk."""
        self.rail.set_person(name, role)

    def set_saved(self, text: str, look: status_marks.Look = status_marks.OK) -> None:
        """The left of the status bar: "All saved 08:41"."""
        self._saved.setText(text)
        self._saved_mark.set_look(look)
        self._saved_mark.setVisible(bool(text))

    def set_more(self, text: str) -> None:
        """A second, quieter sentence at the left of the status bar."""
        self._more.setText(text)

    def set_right(self, text: str, *, safe: bool = True) -> None:
        """The right of the status bar: "Last good backup today 08:30, in 2 places"."""
        self._backup.setText(text)
        self._shield.set_icon("shield-check" if safe else "shield-alert", "ok" if safe else "overdue")
        self._shield.setVisible(bool(text))

    def set_practice(self, *, practice: bool) -> None:
        """Show the banner of made-up records, for as long as they are open."""
        self._practice.setVisible(practice)

    def set_undo(self, undo: str = "", redo: str = "") -> None:
        """What Ctrl+Z and Ctrl+Y would do ("mark alarm test done"); empty when nothing."""
        self.menu.set_undo(undo, redo)

    def offer_undo(self, text: str, undo: Callable[[], object]) -> None:
        """Say what was just done and offer to take it back for ten seconds."""
        self.undo_bar.offer(text, undo)

    def show_problem(self, problem: UserError) -> None:
        """Say above the page what could not be done; it stays until closed or until the next one."""
        self.clear_problem()
        strip = MessageStrip.of(problem)
        if isinstance(problem, jobs.BugReport):
            from bursar_desk.ui.widgets.fields import NoteBox

            details = NoteBox(lines=6)
            details.setReadOnly(True)
            details.setPlainText(problem.details)
            details.setAccessibleName("Details for whoever helps you")
            details.hide()
            strip.body.addWidget(details)
            strip.add_button(Button("Show details", size=32, on_click=lambda: details.setVisible(details.isHidden())))
            report = problem
            strip.add_button(
                Button("Save a report for help", size=32, on_click=lambda: self.report_wanted.emit(report))
            )
        strip.add_button(Button("Close this message", size=32, on_click=self.clear_problem))
        self._problem = strip
        self._problem_row.addWidget(strip)
        self._problem_host.show()

    def clear_problem(self) -> None:
        """Take the message away."""
        if self._problem is not None:
            self._problem_row.removeWidget(self._problem)
            self._problem.hide()
            self._problem.deleteLater()
            self._problem = None
        self._problem_host.hide()

    def show_cover(self, cover: QWidget) -> None:
        """Cover the whole window (sign in, first run): no rail, no menu; pages and what is typed in them stay."""
        self.hide_cover()
        self._covers.addWidget(cover)
        self._covers.setCurrentWidget(cover)
        self.menu.set_locked(locked=True)
        self.undo_bar.dismiss()
        cover.setFocus()

    def hide_cover(self) -> None:
        """Back to the pages."""
        cover = self._covers.currentWidget()
        if cover is not None and cover is not self._work:
            self._covers.removeWidget(cover)
            cover.hide()
            cover.deleteLater()
        self._covers.setCurrentWidget(self._work)
        self.menu.set_locked(locked=False)

    @property
    def covered(self) -> bool:
        """Whether a cover hides the pages."""
        return self._covers.currentWidget() is not self._work

    # --- keys, size, closing ---

    def next_pane(self) -> None:
        """F6: rail, then each part of the page, round again."""
        page = self.stack.currentWidget()
        own = page.panes() if isinstance(page, Page) else [page] if page is not None else []
        panes = [self.rail.view, *(pane for pane in own if pane.isVisible())]
        focus = self.focusWidget()
        here = next((n for n, pane in enumerate(panes) if _holds(pane, focus)), -1)
        for step in range(1, len(panes) + 1):
            if focus_into([panes[(here + step) % len(panes)]]):
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt shows the shortcut letters; Alt alone or F10 brings up the menu bar."""
        self._alt_alone = event.key() == Qt.Key.Key_Alt
        if self._alt_alone:
            show_letters(self, shown=True)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting Alt go without another key brings up the menu bar, or puts it away."""
        if event.key() == Qt.Key.Key_Alt:
            show_letters(self, shown=False)
            if self._alt_alone:
                self.menu.toggle_bar()
        self._alt_alone = False
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Letters go away when another window comes in front."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._alt_alone = False
            show_letters(self, shown=False)
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the rail in a narrow window."""
        super().resizeEvent(event)
        folded = self.width() < FOLD_BELOW
        if folded != self.rail.folded:
            self.rail.set_folded(folded=folded)

    def showEvent(self, event: QShowEvent) -> None:
        """Letters can only be given once things are seen."""
        super().showEvent(event)
        page = self.stack.currentWidget()
        if page is not None:
            give_letters(page)

    def set_close_guard(self, guard: Callable[[], bool] | None) -> None:
        """``guard()`` answers whether the window may close now; it may start what has to be finished first."""
        self._guard = guard

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the guard."""
        if self._guard is not None and not self._guard():
            event.ignore()
            return
        super().closeEvent(event)

    def _pass_on(self, changes: object, origin: object) -> None:
        for page in list(self._made.values()):
            if isinstance(page, Page):
                page.on_changed(changes, origin)

    def _show_busy(self, busy: bool) -> None:
        if busy:
            self.setCursor(Qt.CursorShape.BusyCursor)
        else:
            self.unsetCursor()


def _holds(pane: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (pane is focus or pane.isAncestorOf(focus))


def _pair(mark: QWidget, label: QWidget, *, left: int = 0, right: int = 0) -> QWidget:
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(left, 0, right, 0)
    line.setSpacing(6)
    line.addWidget(mark)
    line.addWidget(label)
    return box


def _practice_banner() -> QFrame:
    banner = QFrame()
    banner.setProperty("kit", "practice")
    line = QHBoxLayout(banner)
    line.setContentsMargins(24, 4, 24, 4)
    line.setSpacing(8)
    line.addWidget(status_marks.MarkView(status_marks.INFO, 16))
    line.addWidget(plain_label("Practice - made-up records", "strong", "info"))
    line.addStretch()
    banner.hide()
    return banner


def app_icon() -> QIcon:
    """The program's own sign, for the title bar and the task bar."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(icons.pixmap("app", "accent", size))
    return made
