"""Who is trained: people by courses at our school, every school in counts, and beside it what to see to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import training, training_matrix, training_reminders
from bursar_desk.services.training_matrix import Cell, Cluster, CourseFigures, Matrix
from bursar_desk.ui.pages.training_grid import GridCell, GridModel, GridRow, GridView
from bursar_desk.ui.pages.training_people import CellPane, NeedsPane, PassPane, clear
from bursar_desk.ui.widgets import (
    Button,
    DetailPane,
    EmptyState,
    MessageStrip,
    Segments,
    SplitPane,
    ground,
    plain_label,
)
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training import CourseLine
    from bursar_desk.services.training_reminders import Group
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext

TABLES: Final = (
    "training", "person", "role_course", "school_check", "session", "booking", "feature", "evidence", "evidence_link",
)  # fmt: skip
"""The tables the pane shows."""
PEOPLE, SCHOOLS = "people", "schools"


@dataclass(frozen=True, slots=True)
class MatrixData:
    """What the pane shows: our matrix (none in an office), every school, passes, groups to book, what roles need."""

    matrix: Matrix | None
    cluster: Cluster
    lines: tuple[CourseLine, ...]
    groups: tuple[Group, ...]
    roles: tuple[str, ...]
    known: tuple[str, ...]
    needs: tuple[training_matrix.RoleNeed, ...]


def read(desk: Desk) -> MatrixData:
    """Read it; on the database worker."""
    office = desk.is_office
    found = training_matrix.matrices(desk, desk.home) if not office else {}
    return MatrixData(
        found.get(desk.home), training_matrix.cluster(desk), tuple(training.listing(desk)) if not office else (),
        training_reminders.groups(desk), training_matrix.roles(desk), training.known_courses(desk),
        training_matrix.needs(desk),
    )  # fmt: skip


class MatrixPane(QWidget):
    """The tab "Who is trained". ``refresh()`` reads again; ``rendered`` follows; ``data`` is what is shown.

    ``refresh`` may be called at any time: while a reading is under way the next one waits. It listens to changes
    itself, so whoever shows it need not.
    """

    rendered = Signal()

    def __init__(self, context: DeskContext, parent: QWidget | None = None):
        super().__init__(parent)
        ground(self, "surface")
        self.context = context
        self.data: MatrixData | None = None
        self._loading: Job[Any] | None = None
        self._again = False
        self._school: bytes | None = None
        self.views = Segments(((PEOPLE, "Our people"), (SCHOOLS, "All schools")), "Show")
        self.views.chosen.connect(lambda _key: self._turn())
        self.add_button = Button("Add course passed", "filled", icon="plus", on_click=self.add)
        self.todo_button = Button("What to see to", size=40, on_click=self.show_todo)
        self.needs_button = Button("What roles need", "text", size=40, on_click=self.show_needs)
        self.people = GridView(GridModel(self), "Training matrix, people by courses")
        self.schools = GridView(GridModel(self), "Training matrix, schools by courses")
        self.people.chosen.connect(self._cell_chosen)
        self.people.opened.connect(lambda: self._open(into=True))
        self.schools.chosen.connect(self._school_chosen)
        self.schools.opened.connect(lambda: self._open(into=True))
        self._nobody = EmptyState(
            "Nobody is entered yet", "Enter who works here on the page People. Their courses stand here then.",
            icon="graduation-cap",
        )  # fmt: skip
        self._lay_out()
        context.changed.connect(self._changed)
        self.refresh()

    def _lay_out(self) -> None:
        office, manages = self.context.facts.office, self.context.facts.manages
        if office:
            self.views.set_key(SCHOOLS)
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 8)
        line.setSpacing(8)
        line.addWidget(self.views)
        line.addStretch()
        for button in (self.needs_button, self.todo_button, self.add_button):
            line.addWidget(button)
        # hidden only now: a part without a place yet would open a window of its own
        self.views.setVisible(not office)
        self.add_button.setVisible(manages and not office)
        self.needs_button.setVisible(not office)
        self._stack = QStackedWidget()
        for view in (self.people, self.schools, self._nobody):
            self._stack.addWidget(view)
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        self.split = SplitPane(left)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.split)

    # --- reading and showing ---

    def refresh(self) -> None:
        """Read again and show; rows stay on the screen until the new ones come."""
        if self._loading is not None:
            self._again = True
            return
        self._again = False
        self._loading = self.context.run(self, read, self._loaded, self._not_loaded)

    def _loaded(self, data: MatrixData) -> None:
        self._loading = None
        if self._again:
            self.refresh()
            return
        self.data = data
        if data.matrix is not None:
            self.people.show_grid([one.course for one in data.matrix.courses], people_rows(data.matrix))
        self.schools.show_grid(data.cluster.courses, school_rows(data.cluster))
        see_to = _see_to(data)
        self.todo_button.set_words(f"What to see to ({see_to})" if see_to else "What to see to")
        self._turn(stay=True)
        self._again_beside()
        self.rendered.emit()

    def _not_loaded(self, problem: UserError) -> None:
        self._loading = None
        self.context.problem.emit(problem)
        if self._again:
            self.refresh()

    def _changed(self, changes: Changes, _origin: object) -> None:
        if not hasattr(changes, "touches") or changes.touches(*TABLES):
            self.refresh()

    @property
    def view(self) -> GridView:
        """The grid shown."""
        return self.people if self.views.key() == PEOPLE else self.schools

    def _turn(self, *, stay: bool = False) -> None:
        data = self.data
        empty = data is not None and self.view is self.people and data.matrix is None
        show_only(self._stack, self._nobody if empty else self.view)
        if not stay:
            self.split.hide_detail()
            if data is not None and self.width() >= 900:
                self.show_todo()

    def _again_beside(self) -> None:
        """Show again what stands beside with what was read now; a form being typed in is left alone."""
        detail = self.split.detail
        if isinstance(detail, PassPane | NeedsPane):
            return
        if isinstance(detail, CellPane):
            self._open()
        elif isinstance(detail, TodoPane) or (detail is None and self.width() >= 900 and self._school is None):
            self.show_todo()

    # --- beside the grid ---

    def _cell_chosen(self, _person: bytes, _course: str) -> None:
        self._open()

    def _school_chosen(self, school: bytes, _course: str) -> None:
        self._school = school
        self._open()

    def _open(self, *, into: bool = False) -> None:
        """Show the cell chosen beside the grid."""
        data, found = self.data, self.view.chosen_cell()
        if data is None or found is None:
            return
        if self.view is self.schools:
            self._show_school(found[0], into=into)
            return
        matrix = data.matrix
        if matrix is None or (found[0], found[1]) not in matrix.cells:
            return
        pane = self.split.detail
        if not isinstance(pane, CellPane):
            pane = CellPane(self.context)
            pane.wanted.connect(self._step)
        name = next(one.name for one in matrix.members if one.id == found[0])
        mine = [one for one in data.lines if one.person == found[0] and one.course == found[1]]
        figures = next(one for one in matrix.courses if one.course == found[1])
        pane.show_cell(name, matrix.cell(*found), mine, figures)
        self.split.show_detail(pane, focus=into)

    def _show_school(self, school: bytes, *, into: bool) -> None:
        data = self.data
        row = next((one for one in data.cluster.schools if one.school == school), None) if data else None
        if row is None:
            return
        pane = self._todo_pane()
        pane.show_school(row)
        self.split.show_detail(pane, focus=into)

    def show_todo(self) -> None:
        """Show beside the grid what is to be seen to: last holders, gaps, and what one booking could serve."""
        if self.data is None:
            return
        pane = self._todo_pane()
        pane.show_all(self.data, everywhere=self.view is self.schools)
        self.split.show_detail(pane)
        groups = self.data.groups
        if pane.isVisible() and groups and self.context.facts.manages:
            # what stands here has been told: Home names it again when the next lead time comes
            self.context.run(self, lambda desk: training_reminders.said(desk, groups))

    def _todo_pane(self) -> TodoPane:
        found = self.split.detail
        return found if isinstance(found, TodoPane) else TodoPane()

    def show_needs(self) -> None:
        """Show what every role needs, with the form to decide otherwise."""
        data = self.data
        if data is not None:
            self._form(NeedsPane(self.context, data.roles, data.known, data.needs))

    def add(self, course: str = "", person: bytes | None = None) -> None:
        """Write down a course somebody passed."""
        data = self.data
        if data is None or data.matrix is None:
            return
        people = [(one.id, one.name) for one in data.matrix.members]
        self._form(PassPane(self.context, people, data.known, person=person, course=course))

    def _step(self, what: str, line: CourseLine | None) -> None:
        data, chosen = self.data, self.people.chosen_cell()
        if data is None or data.matrix is None:
            return
        if what == "add" and chosen is not None:
            self.add(chosen[1], chosen[0])
        elif what == "correct" and line is not None:
            people = [(one.id, one.name) for one in data.matrix.members]
            self._form(PassPane(self.context, people, data.known, line=line))
        elif what == "remove" and line is not None:
            row = line.id

            def gone(changes: Changes) -> None:
                self.context.acted(changes, f"{line.course} of {line.name} is taken out.", origin=self)

            self.context.run(self, lambda desk: training.remove(desk, row), gone)

    def _form(self, pane: PassPane | NeedsPane) -> None:
        pane.saved.connect(lambda _changes: self._saved())
        self.split.show_detail(pane, focus=True)

    def _saved(self) -> None:
        self.split.hide_detail()
        if self.view is self.people and self.people.chosen_cell() is not None:
            self._open()
        else:
            self.show_todo()


class TodoPane(DetailPane):
    """What is to be seen to, or one school of the cluster, in sentences; no name of another school's people."""

    def __init__(self) -> None:
        super().__init__(width=336, padding=20)

    def show_all(self, data: MatrixData, *, everywhere: bool) -> None:
        """Show our own, or what is to be seen to at all schools."""
        clear(self)
        self.set_title("What to see to")
        matrix = data.matrix
        if matrix is not None and not everywhere:
            self._part("Down to the last one", [one.words for one in matrix.warnings], tone="soon")
            self._part("Missing", [one.words for one in matrix.gaps if one.booked is None], tone="overdue")
            self._part("Missing, but booked", [one.words for one in matrix.gaps if one.booked is not None])
        else:
            found = [f"{one.name}: {said}" for one in data.cluster.schools for said in one.warnings]
            self._part("Down to the last one", found, tone="soon")
        self._part("To book", [one.words if everywhere else one.named for one in data.groups if everywhere or one.ours])
        if self.body.count() == 0:
            self.body.addWidget(plain_label("Everybody has what they need.", "body", "muted", wrap=True))
        self.body.addStretch()

    def show_school(self, one: training_matrix.SchoolFigures) -> None:
        """Show one school in counts."""
        clear(self)
        self.set_title(one.name)
        short = [figures for figures in one.courses.values() if figures.short]
        self._part("Down to the last one", list(one.warnings), tone="soon")
        self._part("Too few", [f"{figures.course}: {figures.words} in date." for figures in short], tone="overdue")
        soon = [f"{figures.course}: {words.number(figures.soon)} to renew." for figures in one.courses.values()
                if figures.soon]  # fmt: skip
        self._part("To renew", soon)
        if self.body.count() == 0:
            self.body.addWidget(plain_label("Everybody has what they need.", "body", "muted", wrap=True))
        self.body.addStretch()

    def _part(self, title: str, said: Sequence[str], *, tone: str = "") -> None:
        if not said:
            return
        if tone:
            self.body.addWidget(MessageStrip(tone, title, "\n".join(f"• {one}" for one in said)))
            return
        self.body.addWidget(plain_label(title, "strong"))
        for one in said:
            self.body.addWidget(plain_label(one, wrap=True))


def _see_to(data: MatrixData) -> int:
    matrix = data.matrix
    if matrix is None:
        return sum(len(one.warnings) for one in data.cluster.schools)
    return len(matrix.warnings) + sum(one.booked is None for one in matrix.gaps)


# --- rows ------------------------------------------------------------------------------------------------------------


def people_rows(matrix: Matrix) -> list[GridRow]:
    """Return people as rows of the grid."""
    return [
        GridRow(one.id, one.name, one.role.capitalize(),
                tuple(cell_of(matrix.cell(one.id, course.course)) for course in matrix.courses))
        for one in matrix.members
    ]  # fmt: skip


def cell_of(cell: Cell) -> GridCell:
    """Return a cell as the grid shows it: its word, and its date below."""
    ends = words.short_date(cell.standing.ends)
    said = {
        "in date": ("In date", f"to {ends}" if ends else "no end"), "due soon": ("Renew by", ends),
        "run out": ("Ran out", ends), "none": ("None", "needed"), "booked": ("Booked", words.short_date(cell.booked)),
        "advised": ("None", "advised"),
    }.get(cell.code, ("", ""))  # fmt: skip
    if cell.code == "due soon" and cell.standing.advised:
        said = ("Refresher", "advised")
    return GridCell(cell.code, *said, cell.words)


def school_rows(cluster: Cluster) -> list[GridRow]:
    """Return schools as rows of the grid, in counts."""
    rows = []
    for one in cluster.schools:
        note = f"{words.number(one.gaps)} to close" if one.gaps else "Nothing to close"
        rows.append(GridRow(one.school, one.name, note, tuple(
            _figures(one.courses.get(course)) for course in cluster.courses)))  # fmt: skip
    return rows


def _figures(one: CourseFigures | None) -> GridCell:
    if one is None or not one.needed:
        return GridCell()
    note = f"{one.out} ran out" if one.out else f"{one.booked} booked" if one.booked and one.short else ""
    if not note:
        note = f"{one.needed - one.held} missing" if one.short else f"{one.soon} to renew" if one.soon else "in date"
    state = "run out" if one.short else "due soon" if one.soon else "in date"
    spoken = f"{one.words} in date" + (f", {note}" if note != "in date" else "")
    return GridCell(state, one.words, note, spoken)
