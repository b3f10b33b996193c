"""The forms of the Training page: a session of a course, buying places, asking for more."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import training_moves, training_sessions
from bursar_desk.services.training_sessions import NewSession
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import Button, DateField, NoteBox, NumberField, Picker, Reflow, TickBox, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.training_places import SessionLine
    from bursar_desk.ui.pages.base import DeskContext

_ALONE = "What one place costs when a school buys it by itself."


def narrow(picker: Picker) -> Picker:
    """Let a list of long names be as narrow as its pane."""
    picker.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    picker.setMinimumContentsLength(16)
    return picker


def _pounds(pence: int | None) -> str:
    return "" if pence is None else f"{pence // 100}.{pence % 100:02d}"


def _whole(field: NumberField) -> int | None:
    value = field.value()
    return int(value) if value is not None and value == value.to_integral_value() else None


class _MoneyForm(FormPane):
    """A form with the price and what it costs alone."""

    def _add_money(self, price: int | None = None, alone: int | None = None, alone_from: str = "") -> None:
        self.price, self.alone = QLineEdit(_pounds(price)), QLineEdit(_pounds(alone))
        self.alone_from = QLineEdit(alone_from)
        self.form.add("price", "Price in pounds", self.price, optional=True)
        self.form.add("alone", "Price alone in pounds", self.alone, _ALONE, optional=True)
        self.form.add("alone_from", "Where that figure is from", self.alone_from, optional=True)

    def _money(self, problems: dict[str, str]) -> dict[str, Any]:
        read: dict[str, Any] = {"alone_from": self.alone_from.text()}
        for key, field, name in (("price", self.price, "The price"), ("alone", self.alone, "The price alone")):
            try:
                read[key] = read_money(field.text(), name=name) if field.text().strip() else None
            except UserError as problem:
                problems[key] = f"{problem.title} {problem.remedy}"
        return read


class SessionForm(_MoneyForm):
    """A new session, or one of ours to change. ``wishes`` are the requests it answers."""

    def __init__(
        self, context: DeskContext, schools: Sequence[tuple[bytes, str]], course: str,
        wishes: tuple[bytes, ...] = (), line: SessionLine | None = None,
    ):  # fmt: skip
        super().__init__(context, "Change session" if line else "Add a session", "Save session")
        self._line, self._wishes = line, wishes
        row = line.row if line else None
        today = lambda: context.today  # noqa: E731 - what the date fields ask
        self.course = QLineEdit(row.course if row else course)
        self.first, self.last = DateField("First day", today), DateField("Last day", today, needed=False)
        self.name_by = DateField("Name people by", today, needed=False)
        self.provider, self.venue = QLineEdit(row.provider if row else ""), QLineEdit(row.venue if row else "")
        self.at = narrow(Picker([(b"", "Somewhere else"), *schools]))
        self.seats = NumberField("seats", low=Decimal(1))
        self.per = Picker([("seat", "Each seat"), ("session", "The whole session")])
        if row is not None:
            self.first.set_day(row.first)
            self.last.set_day(row.last)
            self.name_by.set_day(row.name_by)
            self.at.set_key(row.venue_school or b"")
            self.seats.set_value(Decimal(row.seats) if row.seats else None)
            self.per.set_key(row.price_per or "seat")
        self.form.add("course", "Course", self.course)
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last, "Leave empty for one day.", optional=True)
        self.form.add("name_by", "Name people by", self.name_by, optional=True)
        self.form.add("at", "Held at", self.at)
        self.form.add("venue", "Room or venue", self.venue, optional=True)
        self.form.add("provider", "Provider", self.provider, optional=True)
        self.form.add("seats", "Seats", self.seats, optional=True)
        self._add_money(*((row.price, row.alone, row.alone_from) if row else ()))
        self.form.add("per", "The price is for", self.per)
        self.answers = TickBox("It answers the schools that wait for this course")
        self.answers.setChecked(bool(wishes))
        if wishes and line is None:
            self.form.add_widget(self.answers)
        self.lay_out()

    def save(self) -> None:
        """Check, then write."""
        problems = self.form.unread_dates()
        money = self._money(problems)
        if not self.course.text().strip():
            problems["course"] = "Enter the course."
        if not self.form.show_problems(problems):
            return
        first = self.first.day()
        if first is None:
            return
        at = self.at.key()
        given = {
            "course": self.course.text(), "first": first, "last": self.last.day() or first,
            "name_by": self.name_by.day(), "provider": self.provider.text(), "venue": self.venue.text(),
            "venue_school": at if isinstance(at, bytes) and at else None, "in_house": bool(at),
            "seats": _whole(self.seats), "price_per": str(self.per.key()), **money,
        }  # fmt: skip
        line = self._line
        if line is None:
            wishes = self._wishes if self.answers.isChecked() else ()
            self.write(lambda desk: training_sessions.add(desk, NewSession(**given, wishes=wishes)), "Session added.")
        else:
            self.write(lambda desk: training_sessions.change(desk, line.row.id, given), "Session changed.")


class BuyForm(_MoneyForm):
    """Places are bought: an office for all its schools, a school for itself."""

    def __init__(self, context: DeskContext, course: str, schools: int):
        super().__init__(context, "Buy places", "Save purchase")
        today = lambda: context.today  # noqa: E731
        self.course = QLineEdit(course)
        self.each = NumberField("places", low=Decimal(1))
        self.each.set_value(Decimal(training_moves.EACH))
        self.lapses = DateField("Use them by", today, needed=False)
        office = context.facts.office
        whose = f"For each of {schools} schools." if office else "For your school."
        self.form.add("course", "Course", self.course)
        self.form.add("each", "How many", self.each, whose)
        self._add_money()
        self.form.add("lapses", "Use them by", self.lapses, "After that they are lost.", optional=True)
        self.lay_out()

    def save(self) -> None:
        """Check, then write."""
        problems = self.form.unread_dates()
        money = self._money(problems)
        each = _whole(self.each)
        if not self.course.text().strip():
            problems["course"] = "Enter the course."
        if each is None or each < 1:
            problems["each"] = "Enter how many places."
        if not self.form.show_problems(problems) or each is None:
            return
        bought = training_moves.Purchase(
            self.course.text(), each, money["price"], money["alone"], money["alone_from"], None, self.lapses.day()
        )
        self.write(lambda desk: (None, training_moves.buy(desk, bought)), "Places bought.")


class WishForm(FormPane):
    """A school asks the cluster for places on a course."""

    def __init__(self, context: DeskContext, course: str):
        super().__init__(context, "Ask for places", "Ask for places")
        self.course = QLineEdit(course)
        self.count = NumberField("people", low=Decimal(1))
        self.count.set_value(Decimal(1))
        self.by = DateField("By", lambda: context.today, needed=False)
        self.why = NoteBox("Two new site staff since September", lines=2)
        self.form.add("course", "Course", self.course)
        self.form.add("count", "For how many", self.count)
        self.form.add("by", "By", self.by, optional=True)
        self.form.add("why", "Why", self.why, "Other schools read this.", optional=True)
        self.lay_out()

    def save(self) -> None:
        """Check, then write."""
        problems = self.form.unread_dates()
        count = _whole(self.count)
        if not self.course.text().strip():
            problems["course"] = "Enter the course."
        if count is None or count < 1:
            problems["count"] = "Enter how many people."
        if not self.form.show_problems(problems) or count is None:
            return
        course, by, why = self.course.text(), self.by.day(), self.why.toPlainText()
        self.write(
            lambda desk: training_moves.wish(desk, course, count, by=by, why=why),
            "Asked. It travels with your next share file.",
        )


class NoReleaseForm(FormPane):
    """Days on which this school can let nobody go on a course; there is no place for why."""

    def __init__(self, context: DeskContext, known: Sequence[tuple[bytes, str]]):
        super().__init__(context, "Days nobody can go", "Save days")
        self.first = DateField("First day", lambda: context.today)
        self.last = DateField("Last day", lambda: context.today, needed=False)
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last, "Leave empty for one day.", optional=True)
        self.lay_out(plain_label("Nobody is named for a course on these days.", "body", "muted", wrap=True))
        for row, said in known:
            line = Reflow(plain_label(said, wrap=True), 1, spacing=8)
            button = Button("Take out", size=32, on_click=partial(self._remove, row))
            button.setAccessibleName(f"Take out {said}")
            line.line.addWidget(button)
            self.body.insertWidget(self.body.count() - 1, line)

    def _remove(self, row: bytes) -> None:
        self.write(lambda desk: (None, training_moves.unblock(desk, row)), "Those days are free again.")

    def save(self) -> None:
        """Check, then write."""
        first = self.first.day()
        if not self.form.show_problems(self.form.unread_dates()) or first is None:
            return
        last = self.last.day() or first
        self.write(lambda desk: training_moves.block(desk, first, last), "Nobody is named for a course then.")
