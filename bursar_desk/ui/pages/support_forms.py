"""Beside the support plans: the forms for a plan, a visit, a review, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import mileage
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import people, support
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import minutes_typed, narrow
from bursar_desk.ui.widgets import DateField, NoteBox, Picker, Well

if TYPE_CHECKING:
    from bursar_desk.services.support import PlanLine
    from bursar_desk.ui.pages.base import DeskContext

_STANDINGS = tuple(support.STANDINGS.items())


def listed(box: NoteBox) -> tuple[str, ...]:
    """Return what stands one on a line."""
    return tuple(one.strip() for one in box.toPlainText().split("\n") if one.strip())


def tenths_typed(text: str) -> int | None:
    """Read miles typed like 18.4 as tenths; nought for nothing, None when it is no number of miles."""
    whole, point, rest = text.strip().partition(".")
    if not whole and not point:
        return 0
    good = whole.isascii() and whole.isdecimal() and len(whole) < 6
    return int(whole) * 10 + int(rest or 0) if good and (not point or (len(rest) == 1 and rest.isdecimal())) else None


class PlanPane(FormPane):
    """A plan; the school that is helped has to agree."""

    def __init__(self, context: DeskContext, schools: Sequence[tuple[object, str]]):
        super().__init__(context, "Plan support", "Save plan", width=424)
        self.title_field, self.school = QLineEdit(), narrow(Picker(schools))
        self.first, self.last = (
            DateField("First day", lambda: context.today),
            DateField("Last day", lambda: context.today),
        )
        self.first.set_day(context.today)
        self.priorities, self.activities, self.monitoring = NoteBox(lines=3), NoteBox(lines=4), NoteBox(lines=2)
        self.lead, self.budget, self.before = QLineEdit(), QLineEdit(), Picker(_STANDINGS)
        self.form.add("title", "What it is about", self.title_field)
        self.form.add("receiver", "Which school is helped", self.school)
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last)
        self.form.add("priorities", "Priorities", self.priorities, "One on a line.", optional=True)
        said = "One on a line, with who does it after a colon: Walk the outlets: Terry Walsh."
        self.form.add("activities", "What is done, and by whom", self.activities, said, optional=True)
        self.form.add("lead", "Who leads it", self.lead, optional=True)
        self.form.add("monitoring", "How it is watched", self.monitoring, optional=True)
        self.form.add("budget", "Budget in pounds", self.budget, optional=True)
        self.form.add("before", "How they stand now", self.before)
        self.lay_out(Well("Two interim reviews and a final one belong to every plan. The other school has to agree."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        first, last, school = self.first.day(), self.last.day(), self.school.key()
        budget = None
        try:
            budget = read_money(self.budget.text()) if self.budget.text().strip() else None
        except UserError as wrong:
            problems["budget"] = wrong.remedy
        if not isinstance(school, bytes):
            problems["receiver"] = "Choose a school. Exchange cards with them first."
        if first is None or last is None or not isinstance(school, bytes):
            self.form.show_problems(problems)
            return
        parts = [one.partition(":") for one in listed(self.activities)]
        new = support.NewPlan(
            self.title_field.text(), school, first, last, listed(self.priorities),
            tuple((what.strip(), who.strip()) for what, _, who in parts), self.lead.text(),
            self.monitoring.toPlainText(), budget, str(self.before.key()),
        )  # fmt: skip
        problems = support.plan_problems(new, self.context.home) | problems
        if self.form.show_problems(problems):
            self.write(lambda desk: support.plan(desk, new), f"{self.school.currentText()} is asked to agree.")


class VisitPane(FormPane):
    """A visit: how long, what about, what was agreed."""

    def __init__(self, context: DeskContext, line: PlanLine):
        super().__init__(context, f"Log a visit to {line.receiver_name}", "Save visit", width=424)
        self.line = line
        self.on, self.next_on = DateField("Day", lambda: context.today), DateField("Next visit", lambda: context.today,
                                                                                  needed=False)  # fmt: skip
        self.on.set_day(context.today)
        self.by = QLineEdit(context.facts.who)
        self.role = Picker([("", "The rate for everybody"), *((one, one.capitalize()) for one in people.ROLES)])
        self.time, self.travel, self.miles = QLineEdit(), QLineEdit(), QLineEdit()
        self.vehicle = Picker([(one, one.capitalize()) for one in mileage.VEHICLES])
        self.focus, self.found, self.tasks = NoteBox(lines=2), NoteBox(lines=4), NoteBox(lines=3)
        self.form.add("on", "Day", self.on)
        self.form.add("by", "Who went", self.by)
        self.form.add("role", "At which rate", self.role)
        self.form.add("minutes", "How long", self.time, "For example 2:30.")
        self.form.add("travel", "Time on the way", self.travel, "For example 0:25. It counts as work.", optional=True)
        self.form.add("miles", "Miles", self.miles, "For example 18.4.", optional=True)
        self.form.add("vehicle", "By", self.vehicle)
        self.form.add("focus", "What it was about", self.focus)
        self.form.add("found", "What was found", self.found, optional=True)
        self.form.add("actions", "What was agreed", self.tasks, "One on a line.", optional=True)
        self.form.add("next_on", "Next visit", self.next_on, optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        time = minutes_typed(self.time.text())
        travel = minutes_typed(self.travel.text()) if self.travel.text().strip() else 0
        miles = tenths_typed(self.miles.text())
        problems |= {} if time is not None else {"minutes": "Type the time like 2:30."}
        problems |= {} if travel is not None else {"travel": "Type the time like 0:25."}
        problems |= {} if miles is not None else {"miles": "Type miles like 18.4."}
        on = self.on.day()
        if on is None:
            self.form.show_problems(problems)
            return
        new = support.NewVisit(
            on, time or 0, self.focus.toPlainText(), self.by.text(), str(self.role.key()), travel or 0, miles or 0,
            str(self.vehicle.key()) if miles else "", self.found.toPlainText(), listed(self.tasks),
            self.next_on.day(),
        )  # fmt: skip
        problems = support.visit_problems(new, self.context.today) | problems
        plan = self.line.row.id
        if self.form.show_problems(problems):
            self.write(lambda desk: support.visit(desk, plan, new), "The visit is logged.")


class ReviewPane(FormPane):
    """One of the three reviews; the next one that is missing is chosen already."""

    def __init__(self, context: DeskContext, line: PlanLine):
        super().__init__(context, f"Review {line.row.title}", "Save review")
        self.line = line
        self.kind = Picker(list(support.REVIEWS.items()))
        self.kind.set_key(line.missing[0] if line.missing else support.FINAL)
        self.on = DateField("Day", lambda: context.today)
        self.on.set_day(context.today)
        self.said, self.tasks, self.standing = NoteBox(lines=5), NoteBox(lines=3), Picker(_STANDINGS)
        self.form.add("kind", "Which review", self.kind)
        self.form.add("on", "Day", self.on)
        self.form.add("said", "What it found", self.said)
        self.form.add("standing", "How they stand now", self.standing)
        self.form.add("actions", "What was agreed", self.tasks, "One on a line.", optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        said, on = self.said.toPlainText().strip(), self.on.day()
        problems |= {} if said else {"said": "Write what the review found."}
        if not self.form.show_problems(problems) or on is None:
            return
        plan, kind, standing = self.line.row.id, str(self.kind.key()), str(self.standing.key())
        actions = listed(self.tasks)
        self.write(
            lambda desk: support.review(desk, plan, kind, on, said, standing=standing, actions=actions),
            f"{support.REVIEWS[kind]}: saved.",
        )  # fmt: skip


class EndPane(FormPane):
    """End a plan with what came of it."""

    def __init__(self, context: DeskContext, line: PlanLine):
        super().__init__(context, f"End {line.row.title}", "End plan")
        self.line = line
        self.outcome, self.after = NoteBox(lines=5), Picker(_STANDINGS)
        self.form.add("outcome", "What came of it", self.outcome)
        self.form.add("after", "How they stand now", self.after)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        said, after, plan = self.outcome.toPlainText().strip(), str(self.after.key()), self.line.row.id
        if self.form.show_problems({} if said else {"outcome": "Say in a few words what came of it."}):
            self.write(lambda desk: support.end(desk, plan, said, after), "The plan is ended.")
