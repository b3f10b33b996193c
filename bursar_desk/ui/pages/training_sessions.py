"""The sessions of every course, and who waits for which; one session beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services.training_places import SessionLine, course_name, waiting
from bursar_desk.services.training_sessions import gathered
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.widgets import Button, DetailPane, EmptyState, TableView, ground, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.training_places import Held
    from bursar_desk.ui.pages.base import DeskContext

def _seats(one: SessionLine) -> str:
    if one.row.cancelled:
        return "Cancelled"
    return "Not said" if one.left is None else f"{one.left} of {one.row.seats}"


_COLUMNS: Final = (
    Column[SessionLine]("Course", lambda one: course_name(one.row.course), 200, lead=True, stretch=True),
    Column[SessionLine]("Days", lambda one: one.when, 150, sort=lambda one: one.row.first),
    Column[SessionLine]("Where", lambda one: one.place or "Not known", 170),
    Column[SessionLine]("Seats left", _seats, 96),
    Column[SessionLine](
        "A place", lambda one: words.money_exact(one.each) if one.each is not None else "", 88, right=True
    ),
    Column[SessionLine]("Name people by", lambda one: words.short_date(one.row.name_by), 124),
)


class SessionsView(QWidget):
    """The list of sessions above, the waiting list below. ``chosen(line)``, ``plan_wanted(course, wishes)``."""

    chosen = Signal(object)
    plan_wanted = Signal(str, object)

    def __init__(self, context: DeskContext, on_add: object) -> None:
        super().__init__()
        self.context = context
        ground(self, "surface")
        self.model: TableModel[SessionLine] = TableModel(_COLUMNS, lambda one: one.row.id)
        self.table = TableView(self.model, "Sessions")
        self.table.row_chosen.connect(self.chosen.emit)
        self._none = EmptyState(
            "No sessions yet", "Add the dates of a course, its seats and price. Schools then name their people.",
            "Add a session", on_add if callable(on_add) else None, icon="graduation-cap",
        )  # fmt: skip
        self._waiting = QWidget()
        self._lines = QVBoxLayout(self._waiting)
        self._lines.setContentsMargins(24, 12, 24, 16)
        self._lines.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self._none, 1)
        column.addWidget(hline())
        column.addWidget(self._waiting)

    def show_held(self, held: Held, lines: Sequence[SessionLine]) -> None:
        """Show the sessions, and who waits."""
        self.model.set_rows(lines)
        self.table.setVisible(bool(lines))
        self._none.setVisible(not lines)
        while (item := self._lines.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        found = waiting(held)
        self._lines.addWidget(plain_label("Who waits for a course", "strong"))
        if not found:
            self._lines.addWidget(plain_label("Nobody waits for a course.", "body", "muted"))
        for course in dict.fromkeys(one.course for one in found):
            asked = [one for one in found if one.course == course]
            many = sum(one.count for one in asked)
            who = words.listing([f"{one.name} {one.count}" for one in asked])
            self._lines.addWidget(self._demand(course, f"{words.count(many, 'person', 'people')}: {who}", [
                wish for one in asked for wish in one.wishes
            ]))  # fmt: skip

    def _demand(self, course: str, said: str, wishes: list[bytes]) -> QWidget:
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(plain_label(course))
        told.addWidget(plain_label(said, "caption", "muted", wrap=True))
        line.addLayout(told, 1)
        button = Button("Plan a session", size=32, on_click=lambda: self.plan_wanted.emit(course, tuple(wishes)))
        button.setAccessibleName(f"Plan a session of {course}")
        line.addWidget(button)
        return box


class SessionPane(DetailPane):
    """One session: ``wanted("change" or "cancel")``."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("", width=336)
        self._box = QWidget()
        self._inside = QVBoxLayout(self._box)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(12)
        self.body.addWidget(self._box)
        self.body.addStretch()
        self.line: SessionLine | None = None
        self.add_to_foot(Button("Change session", on_click=lambda: self.wanted.emit("change")), 1)
        self.add_to_foot(Button("Cancel session", on_click=lambda: self.wanted.emit("cancel")), 1)

    def show_line(self, line: SessionLine, held: Held) -> None:
        """Show a session; only who arranged it can change it."""
        self.line = line
        row = line.row
        self.set_title(course_name(row.course))
        while (item := self._inside.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        each = words.money_exact(line.each) if line.each is not None else ""
        alone = words.money_exact(row.alone) if row.alone is not None else ""
        where = row.venue if line.place in row.venue else ", ".join(part for part in (line.place, row.venue) if part)
        pairs = [
            ("Days", line.when), ("Where", where),
            ("Provider", row.provider), ("Seats", _seats(line)), ("A place", each), ("Alone", alone),
            ("From", row.alone_from), ("Name by", words.short_date(row.name_by)),
            ("Arranged by", held.school(row.school)),
        ]  # fmt: skip
        self._inside.addWidget(facts_grid([(label, said) for label, said in pairs if said]))
        who = [one for one in held.bookings if one.session == row.id and one.state in ("booked", "attended", "passed")]
        if who:
            self._inside.addWidget(plain_label("Who goes", "strong"))
            names = [f"{held.person(one.person)}, {held.school(one.school)}" for one in who]
            self._inside.addWidget(plain_label("\n".join(sorted(names)), wrap=True))
        asked = gathered(held, row.id)
        if asked:
            self._inside.addWidget(plain_label("Planned from requests", "strong"))
            self._inside.addWidget(plain_label("\n".join(asked), wrap=True))
        self._foot.setVisible(row.school == held.home and not row.cancelled)


