"""Training: the places of a course by school, who is trained, and the sessions; details and forms open beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.services import training_moves
from bursar_desk.services import training_places as places
from bursar_desk.services.training_places import Held, SessionLine
from bursar_desk.services.training_school import school_detail, unheard_words, unnamed_words
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.training_book import BookPane
from bursar_desk.ui.pages.training_detail import SchoolPane
from bursar_desk.ui.pages.training_forms import BuyForm, NoReleaseForm, SessionForm, WishForm
from bursar_desk.ui.pages.training_places import PlacesView
from bursar_desk.ui.pages.training_sessions import SessionPane, SessionsView
from bursar_desk.ui.pages.training_steps import Steps
from bursar_desk.ui.widgets import Button, DetailPane, EmptyState, Picker, Segments, SplitPane, give_letters, ground
from bursar_desk.ui.widgets.panes import focus_into
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.training_matrix import MatrixPane

PLACES, TRAINED, SESSIONS = "places", "trained", "sessions"
VIEWS: Final = ((PLACES, "Places"), (TRAINED, "Who is trained"), (SESSIONS, "Sessions"))
IOSH: Final = "IOSH Managing Safely"


class TrainingPage(Page):
    """Three views under one head."""

    key: ClassVar[str] = "training"
    title: ClassVar[str] = "Training"
    icon: ClassVar[str] = "graduation-cap"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (*places.TABLES, "role_course")

    def build(self) -> None:
        """Header, the views to choose from, the view, its details beside it."""
        self._school: bytes | None = None
        self._wanted_course = ""
        self._first = True
        self.steps = Steps(self)
        self.course = Picker()
        self.course.setAccessibleName("Course")
        self.course.setMinimumWidth(theme.px(224))
        self.course.picked.connect(lambda _key: self._show_course())
        self.header.add(self.course)
        self.plan_button = Button("Plan who goes", on_click=self.steps.plan)
        self.more_button = Button("Buy places", on_click=self.begin)
        self.header.add(self.plan_button)
        self.header.add(self.more_button)
        self.views = Segments(VIEWS, "Show")
        self.views.chosen.connect(lambda _key: self._turn())
        self.places = PlacesView()
        self.places.table.chosen.connect(self._chosen)
        self.places.table.opened.connect(self._open_chosen)
        self.sessions = SessionsView(self.context, self.add_session)
        self.sessions.chosen.connect(self._session_chosen)
        self.sessions.plan_wanted.connect(self.add_session)
        self.trained: MatrixPane | None = None  # made when it is first looked at
        self._nothing = EmptyState(
            "No training places yet", "Buy places on a course here. Each school then has its own to name people for.",
            "Buy places", self.begin, icon="graduation-cap",
        )  # fmt: skip
        self._stack = QStackedWidget()
        for view in (self.places, self.sessions, self._nothing):
            self._stack.addWidget(view)
        show_only(self._stack, self.places)
        self.pane: DetailPane | None = None
        self.split = SplitPane(self._make_left())
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    def _make_left(self) -> QWidget:
        left = ground(QWidget(), "surface")
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 12)
        line.addWidget(self.views)
        line.addStretch()
        self.add_button = Button("Add a session", size=32, icon="plus", on_click=self.add_session)
        self.days_button = Button("Days nobody can go", size=32, on_click=self.block_days)
        self.print_button = Button("Print matrix", size=32, icon="printer", on_click=self.print_matrix)
        line.addWidget(self.print_button)
        line.addWidget(self.days_button)
        line.addWidget(self.add_button)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        return left

    # --- reading and showing ---

    def load(self, desk: Desk) -> Held:
        """Read all there is about places."""
        return places.read(desk)

    def fill(self, data: Held) -> None:
        """Show the course chosen; the school chosen stays chosen."""
        courses = list(data.courses) or [IOSH]
        if self._wanted_course and self._wanted_course not in courses:
            courses.append(self._wanted_course)
        self.course.set_choices([(one, one) for one in courses])
        if self._wanted_course:
            self.course.set_key(self._wanted_course)
            self._wanted_course = ""
        lines = [places.session_line(data, one) for one in data.sessions.values()]
        lines.sort(key=lambda one: (one.row.last < data.today, one.row.first, one.row.id))
        self.sessions.show_held(data, lines)
        self._show_course()
        shown = self.split.detail
        if isinstance(shown, SessionPane) and shown.line is not None:
            again = data.sessions.get(shown.line.row.id)
            if again is not None:
                shown.show_line(places.session_line(data, again), data)

    def chosen_course(self) -> str:
        """Return the course in the header."""
        return str(self.course.key() or IOSH)

    def _show_course(self) -> None:
        if not isinstance(self.data, Held):
            return
        view = places.course_view(self.data, self.chosen_course())
        more = [unnamed_words(self.data, view.course)] if self.data.office else []
        self.places.show_view(view, [*more, unheard_words(self.data)])
        self._buttons()
        if self.views.key() != PLACES:
            return
        none = not self.data.lots and not self.data.sessions
        show_only(self._stack, self._nothing if none else self.places)
        if none or isinstance(self.split.detail, FormPane):
            return
        if self._school is None and view.rows:
            mine = next((one.school for one in view.rows if one.school == self.data.home), None)
            spare = next((one.school for one in view.rows if one.tally.spare), view.rows[0].school)
            self._school = mine or spare
        if self._school is not None and not self._narrow_window():
            self.places.table.choose(self._school)
            self._show_school()
            if self._first and self.isVisible():
                self.places.table.setFocus()
            self._first = False
        elif self.split.detail is not None:
            self._show_school()

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def _buttons(self) -> None:
        office, view = self.context.facts.office, self.views.key()
        self.more_button.set_words("Buy places" if office else "Ask for places")
        self.course.setVisible(view == PLACES)
        self.plan_button.setVisible(view == PLACES)
        self.more_button.setVisible(view == PLACES)
        self.print_button.setVisible(view != SESSIONS)
        self.add_button.setVisible(view == SESSIONS)
        self.days_button.setVisible(view == SESSIONS and not office)
        if self.isVisible():
            give_letters(self)

    def _turn(self) -> None:
        """Show another of the three views."""
        self.split.hide_detail()
        key = self.views.key()
        if key == TRAINED:
            self._show_trained()
        else:
            show_only(self._stack, self.places if key == PLACES else self.sessions)
        self._buttons()
        if key == PLACES:
            self._show_course()
        if self.isVisible():
            focus_into([self.views])

    def _show_trained(self) -> None:
        """Show the matrix of who holds which course; it is made when it is first looked at."""
        if self.trained is None:
            from bursar_desk.ui.pages.training_matrix import MatrixPane

            self.trained = MatrixPane(self.context)
            self._stack.addWidget(self.trained)
        show_only(self._stack, self.trained)
        self.trained.refresh()

    # --- the details beside ---

    def _chosen(self, school: bytes) -> None:
        changed = school != self._school
        self._school = school
        if self._narrow_window() and self.split.detail is None:
            return
        if isinstance(self.split.detail, FormPane) and (self.split.detail.touched or not changed):
            return
        self._show_school()

    def _open_chosen(self) -> None:
        self._show_school(focus=True)

    def _show_school(self, *, focus: bool = False) -> None:
        if self._school is None or not isinstance(self.data, Held):
            return
        pane = self.split.detail
        if not isinstance(pane, SchoolPane):
            pane = SchoolPane(self.context)
            pane.wanted.connect(self.steps.take)
        detail = school_detail(self.data, self.chosen_course(), self._school)
        free = self.to_offer(b"?"), self.to_offer(None)
        pane.show_school(detail, *free, next(iter(self.open_sessions()), None))
        self.open(pane, focus=focus)

    def free_here(self) -> int:
        """Return how many places of our own could be offered or booked."""
        if not isinstance(self.data, Held) or self.context.facts.office:
            return 0
        return len(self.data.of_course(self.chosen_course()).spare(self.data.home, offered=False))

    def to_offer(self, school: bytes | None) -> int:
        """Return how many places of our own could be offered to a school, or to the whole cluster."""
        if not isinstance(self.data, Held) or self.context.facts.office:
            return 0
        return len(training_moves.offerable(self.data, self.chosen_course(), school))

    def open_sessions(self) -> list[SessionLine]:
        """Return the sessions of the course that people may still be named for."""
        if not isinstance(self.data, Held):
            return []
        found = places.course_sessions(self.data, self.chosen_course())
        return [one for one in found if one.open_on(self.data.today) and one.left != 0]

    def open(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        if self.split.detail is not pane:
            self.split.show_detail(pane)
            wide = min(pane.sizeHint().width(), self.split.width() * 55 // 100)
            self.split.setSizes([max(1, self.split.width() - wide), wide])
        self.pane = pane
        if focus:
            focus_into(pane.inside)

    def open_form(self, pane: FormPane) -> None:
        """Open a form beside the list."""
        pane.saved.connect(lambda _changes: self.back())
        self.open(pane, focus=True)

    def back(self) -> None:
        """Leave a form for what was shown before."""
        self.split.hide_detail()
        if self.views.key() == PLACES:
            self._show_school()

    def _closed(self) -> None:
        if isinstance(self.pane, FormPane) and self.views.key() == PLACES:
            self.pane = None
            self._show_school()
        self._buttons()

    def _session_chosen(self, line: SessionLine | None) -> None:
        if line is None or not isinstance(self.data, Held):
            return
        if isinstance(self.split.detail, FormPane) and self.split.detail.touched:
            return
        pane = self.split.detail
        if not isinstance(pane, SessionPane):
            pane = SessionPane()
            pane.wanted.connect(self.steps.session)
        pane.show_line(line, self.data)
        self.open(pane)

    # --- what a person begins ---

    def begin(self) -> None:
        """Buy places in an office, ask for places in a school; a school that knows of none buys its own."""
        office = self.context.facts.office
        empty = isinstance(self.data, Held) and not self.data.lots
        course = self.chosen_course()
        schools = len(self.data.schools) if isinstance(self.data, Held) else 0
        self.open_form(BuyForm(self.context, course, schools) if office or empty else WishForm(self.context, course))

    def add_session(self, course: str = "", wishes: tuple[bytes, ...] = ()) -> None:
        """Add a session, perhaps one that answers requests."""
        self.open_session_form(course or self.chosen_course(), wishes)

    def open_session_form(
        self, course: str, wishes: tuple[bytes, ...] = (), line: SessionLine | None = None
    ) -> None:  # fmt: skip
        """Open the form of a session."""
        if isinstance(self.data, Held):
            schools = [(one, self.data.school(one)) for one in self.data.schools]
            self.open_form(SessionForm(self.context, schools, course, wishes, line))

    def block_days(self) -> None:
        """Say on which days this school can let nobody go."""
        if isinstance(self.data, Held):
            mine = [one for one in self.data.no_release if one.school == self.data.home]
            known = [(one.id, places.days_words(one.first, one.last)) for one in mine]
            self.open_form(NoReleaseForm(self.context, known))

    def print_matrix(self) -> None:
        """Show the matrix as a paper, to look at, print or save."""
        self.context.open_page("reports", report="training")

    def name_people(self) -> None:
        """Open the list of people to name."""
        sessions, free = self.open_sessions(), self.free_here()
        if sessions and free:
            self.open_form(BookPane(self.context, sessions, free))

    def unsaved(self) -> str:
        """A form begun and not saved."""
        pane = self.split.detail
        return pane.title if isinstance(pane, FormPane) and pane.touched else ""

    def focus_on(self, **what: Any) -> None:
        """``school=``, ``course=`` and ``view=`` lead here from other pages."""
        if isinstance(what.get("school"), bytes):
            self._school = what["school"]
        self._wanted_course = str(what.get("course", ""))
        if what.get("view") in dict(VIEWS):
            self.views.set_key(str(what["view"]))
            self._turn()
        if isinstance(self.data, Held):
            self.fill(self.data)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N names people, or adds a session."""
        found = super().commands()
        found[Command.NEW] = self.add_session if self.views.key() == SESSIONS else self.name_people
        return found

    def panes(self) -> list[QWidget]:
        """Header, views, the list, the details."""
        shown = self._stack.currentWidget()
        return [part for part in (self.header, self.views, shown, self.split.detail) if part is not None]


