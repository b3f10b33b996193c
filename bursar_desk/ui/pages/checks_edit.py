"""The form beside the list: a new check of the school's own, or what a school settles for one it has; dates live."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.areas import AREAS
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import Choice as Counted
from bursar_desk.domain.habits import Habit
from bursar_desk.domain.intervals import Form, Unit
from bursar_desk.services import check_edit, check_views
from bursar_desk.services.check_edit import EVIDENCE, Base, NewCheck, limit_words
from bursar_desk.services.check_edit_rules import read_own
from bursar_desk.ui.pages.checks_edit_habit import HabitFields
from bursar_desk.ui.pages.checks_edit_steps import StepsEditor
from bursar_desk.ui.pages.places_form_base import SavePane, beside
from bursar_desk.ui.pages.places_forms import place_choices
from bursar_desk.ui.widgets import Choice, FieldForm, NoteBox, NumberField, Picker, TickBox, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk

_UNITS: Final = (("day", "days"), ("week", "weeks"), ("month", "months"), ("year", "years"))
_PLAIN: Final = (
    ("each half term", "each half term"), ("each term", "each term"), ("each school year", "each school year"),
    ("daily school days", "every school day"), ("before use", "before each use"), ("on event", "when it happens"),
)  # fmt: skip


class EveryField(QWidget):
    """A number and a unit, or one of the ways that need no number; ``text()`` is the rule."""

    changed = Signal()

    def __init__(self, *, empty: str = ""):
        super().__init__()
        self._empty = empty
        self.count = NumberField()
        self.count.setFixedWidth(64)
        self.count.setAccessibleName("How many")
        self.unit = Picker([*([("", empty)] if empty else []), *_UNITS, *(() if empty else _PLAIN)])
        self.unit.setAccessibleName("Days, weeks, months, years or terms")
        line = QVBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(beside(self.count, self.unit))
        self.setFocusProxy(self.count)
        self.count.changed.connect(lambda _value: self.changed.emit())
        self.unit.picked.connect(lambda _key: self._picked())

    def set_text(self, rule: str) -> None:
        """Show a rule such as "every 2 weeks", "2 years" or "each term"."""
        interval = read_own(rule)
        self.unit.set_key(interval.unit.value if interval else rule)
        self.count.setText(str(interval.count) if interval else "1")
        self._show()

    def text(self) -> str:
        """The rule; what cannot be one is said as typed."""
        unit = str(self.unit.key() or "")
        if unit not in set(Unit):
            return unit
        number = self.count.text().strip() or "?"
        every = f"{number} {unit}{'' if number == '1' else 's'}"
        return every if self._empty else f"every {every}"

    def _picked(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.count.setVisible(str(self.unit.key() or "") in set(Unit))


class CheckForm(SavePane):
    """A new check, or what is said of one. ``wanted(work)`` hands over what writes it once it is complete.

    ``draft`` is what was typed before and not saved.
    """

    def __init__(self, known: Base, draft: NewCheck | None = None):
        self.known, row = known, known.row
        super().__init__(f"Change {row.title}" if row else "New check", "Save check" if row else "Add check", width=464)
        self.own = check_edit.is_own(row)
        self.start = check_edit.of_row(row) if row else self._first()
        self.shown = draft or self.start
        self._ready = False
        self._make_what()
        self._make_when()
        self._make_who()
        self._make_how()
        self.body.addStretch()
        self._ready = True
        self.follow()

    def _first(self) -> NewCheck:
        """A new check starts today and is the business of whoever manages."""
        owner = next((one.id for one in self.known.people if one.manages), None)
        return NewCheck(every="every 1 week", habit=Habit(starts=self.known.today), owner=owner)

    # --- making ---

    def _make_what(self) -> None:
        start, known = self.shown, self.known
        self.title_field = QLineEdit(start.title)
        self.area = Picker([("", "Choose"), *((one.code, one.name) for one in AREAS)])
        self.area.set_key(start.area)
        self.area.setEnabled(self.own)
        self.place = Picker([(None, "Whole school"), *place_choices(known.places)])
        self.place.set_key(start.place)
        self.asset = Picker([(None, "No single piece of equipment"), *((one.id, one.name) for one in known.things)])
        self.asset.set_key(start.asset)
        self.form.add("title", "What is checked", self.title_field)
        self.form.add("area", "Area", self.area, "" if self.own else "The area of a check we ship stays.")
        self.form.add("place", "Place", self.place)
        asset_row = self.form.add("asset", "Equipment", self.asset)
        asset_row.setVisible(bool(known.things))

    def _section(self, title: str) -> FieldForm:
        self.body.addWidget(hline())
        self.body.addWidget(plain_label(title, "subtitle"))
        form = FieldForm()
        self.body.addWidget(form)
        return form

    def _make_when(self) -> None:
        self.when = self._section("How often")
        self._own_rows: list[QWidget] = []
        self.every, self.own_every = EveryField(), EveryField(empty="As the rule says")
        self.own_why, self.own_by = QLineEdit(self.shown.own_why), QLineEdit(self.shown.own_by)
        self.same = Choice("Same day each time")
        self.after = Choice("So long after last done")
        self._ways = QWidget()
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(0)
        group = QButtonGroup(self._ways)
        for one in (self.same, self.after):
            group.addButton(one)
            ways.addWidget(one)
        (self.same if self.shown.choice is Counted.SAME_DAY else self.after).setChecked(True)
        if self.own:
            self.every.set_text(self.shown.every)
            self.when.add("every", "Every", self.every)
            self._ways_row = self.when.add("choice", "How it counts", self._ways)
        elif self.known.row is not None:
            self._rule_fields()
        self.habit = HabitFields(lambda: self.known.today, own=self.own)
        self.habit.set_habit(self.shown.habit)
        self.when.add_widget(self.habit)
        self.dates = Well("")
        self.dates.setAccessibleName("The next three dates")
        self._keep_in_view(self.dates)
        for signal in (self.every.changed, self.own_every.changed, self.habit.changed):
            signal.connect(self.follow)
        for button in (self.same, self.after):
            button.toggled.connect(lambda on: self.follow() if on else None)
        for field in (self.own_why, self.own_by):
            field.textChanged.connect(lambda _text: self.follow())

    def _keep_in_view(self, well: Well) -> None:
        """Stand above the button, outside what scrolls: the dates are seen whatever is being typed."""
        box = QWidget()
        room = QVBoxLayout(box)
        room.setContentsMargins(20, 8, 20, 8)
        room.addWidget(well)
        outer = self.layout()
        if isinstance(outer, QVBoxLayout):
            outer.insertWidget(outer.count() - 1, box)

    def _rule_fields(self) -> None:
        """What the law, code or list asks for, and beside it the school's own time."""
        row = self.known.row
        if row is None:
            return
        self.when.add_widget(plain_label(limit_words(row), wrap=True))
        self.own_every.set_text(self.shown.own_every)
        rule = _has_time(self.start)
        self.when.add("own_every", "The school’s own time", self.own_every).setVisible(rule)
        self._own_rows = [self.when.add("own_why", "Why", self.own_why),
                          self.when.add("own_by", "Who decided it", self.own_by)]  # fmt: skip
        for said in check_views.changed_here(row):
            self.when.add_widget(plain_label(f"Changed here: {said}.", "caption", "accent", wrap=True))

    def _make_who(self) -> None:
        start = self.shown
        self.who = self._section("Who")
        staff = [(one.id, one.name) for one in self.known.people]
        self.people = {name: Picker([(None, nobody), *staff]) for name, nobody in (
            ("owner", "Nobody yet"), ("doer", "Nobody yet"), ("deputy", "Nobody"))}  # fmt: skip
        for name, label, note in (
            ("owner", "Who sees to it", "The person who answers for it."), ("doer", "Who does it", ""),
            ("deputy", "Who stands in", "Does it while the other one is away."),
        ):  # fmt: skip
            self.people[name].set_key(getattr(start, name))
            self.who.add(name, label, self.people[name], note)
        self.second = TickBox("A second person must see it as well")
        self.second.setChecked(start.second_person)
        self.who.add_widget(self.second)

    def _make_how(self) -> None:
        start = self.shown
        self.how = self._section("How")
        self.points = NoteBox("Call point 1, Hall", lines=4)
        self.points.setPlainText("\n".join(start.points))
        self.mode = Picker([(False, "One each time, in turn"), (True, "Every one each time")])
        self.mode.set_key(start.each)
        self.how_to, self.skill = NoteBox(lines=3), QLineEdit(start.skill)
        self.how_to.setPlainText(start.how_to)
        self.evidence = Picker(list(EVIDENCE.items()))
        self.evidence.set_key(start.evidence_needed)
        self.lead = NumberField("days")
        self.lead.setText("" if start.lead_days is None else str(start.lead_days))
        self.how.add("points", "Points", self.points, "One on each line: call points, taps, doors.", optional=True)
        self._mode_row = self.how.add("mode", "Their turns", self.mode)
        self.how.add("how_to", "How to do it", self.how_to, optional=True)
        self.how.add("skill", "Training it needs", self.skill, optional=True)
        self.how.add("evidence_needed", "Needed before it counts as done", self.evidence)
        self.how.add("lead_days", "Due soon", self.lead, "Days before its date. Empty: the usual days.", optional=True)
        self.body.addWidget(plain_label("Readings", "strong"))
        self.steps = StepsEditor(start.steps)
        self.steps_form = FieldForm()
        self.steps_form.add("steps", "What is read or ticked each time", self.steps)
        self.body.addWidget(self.steps_form)
        self.points.textChanged.connect(self.follow)

    # --- what is filled in ---

    @property
    def touched(self) -> bool:
        """Whether something was changed."""
        try:
            return self.typed() != self.start
        except UserError:
            return True

    def typed(self) -> NewCheck:
        """All that is filled in. Raises ``UserError`` for days that cannot be."""
        lead, place, asset = self.lead.value(), self.place.key(), self.asset.key()
        who: dict[str, Any] = {
            name: key if isinstance(key := picker.key(), bytes) else None for name, picker in self.people.items()
        }
        own_time = bool(self.own_every.text())
        own: dict[str, Any] = {} if self.own else {
            "own_every": self.own_every.text(), "own_why": self.own_why.text().strip() if own_time else "",
            "own_by": self.own_by.text().strip() if own_time else "",
        }  # fmt: skip
        points = tuple(one.strip() for one in self.points.toPlainText().splitlines() if one.strip())
        return replace(
            self.start, title=self.title_field.text().strip(), area=str(self.area.key() or self.start.area),
            every=self.every.text() if self.own else self.start.every, habit=self.habit.habit(),
            choice=Counted.SAME_DAY if self.same.isChecked() else Counted.AFTER_DONE,
            place=place if isinstance(place, bytes) else None, asset=asset if isinstance(asset, bytes) else None,
            points=points, each=bool(self.mode.key()) and bool(points), steps=self.steps.specs(),
            evidence_needed=str(self.evidence.key() or ""), second_person=self.second.isChecked(),
            lead_days=(int(lead) if lead == int(lead) else -1) if lead is not None else None,
            skill=self.skill.text().strip(), how_to=self.how_to.toPlainText().strip(), **who, **own,
        )  # fmt: skip

    def follow(self) -> None:
        """Show what the fields lead to: the fields that are needed, and the next three dates."""
        if not self._ready:
            return
        self._mode_row.setVisible(bool(self.points.toPlainText().strip()))
        for row in self._own_rows:
            row.setVisible(bool(self.own_every.text()))
        try:
            new = self.typed()
        except UserError as problem:
            self._say(f"{problem.title}")
            return
        if self.own:
            form = new.rule.form
            self._ways_row.setVisible(form is Form.EVERY)
            self.same.setText(Counted.SAME_DAY.said(new.rule))
            self.after.setText(Counted.AFTER_DONE.said(new.rule))
            for button in (self.same, self.after):
                button.setAccessibleName(button.text())
            self.habit.setVisible(form in (Form.EVERY, Form.EACH, Form.DAILY))
        wrong = {key: said for key, said in self.known.problems(new).items() if key in _TIMES}
        if wrong:
            self._say(f"{next(iter(wrong.values()))}.")
            return
        found = check_edit.ahead(self.known, new)
        days = words.listing([words.long_date(day) for day in found.dates])
        told = f"Next: {days}." if days else "It has no dates yet."
        self._say(f"{told} {found.because}")

    def _say(self, text: str) -> None:
        self.dates.set_text(text)
        self.dates.setAccessibleDescription(text)

    # --- saving ---

    def submit(self) -> None:
        """Check every field, then hand over."""
        try:
            new = self.typed()
        except UserError as problem:
            self.refused(problem)
            return
        wrong = self.known.problems(new) | self.habit.form.unread_dates()
        if "habit" in wrong:
            wrong["which"] = wrong.pop("habit")
        forms = (self.form, self.when, self.habit.form, self.who, self.how, self.steps_form)
        for form in forms:
            own = {key: said for key, said in wrong.items() if _has(form, key)}
            if not form.show_problems(own):
                return
        row = self.known.row

        def work(desk: Desk) -> tuple[Changes, str]:
            if row is None:
                return check_edit.add(desk, new)[1], f"{new.title} added."
            cells = {name: getattr(new, name) for name in NewCheck.__slots__ if getattr(new, name) != getattr(
                self.start, name)}  # fmt: skip
            return check_edit.change(desk, row.id, **cells), f"{new.title} changed."

        self.hand_over(work, {})


_TIMES: Final = ("every", "habit", "starts", "own_every", "own_why", "own_by")


def _has(form: FieldForm, key: str) -> bool:
    try:
        form.row(key)
    except KeyError:
        return False
    return True


def _has_time(start: NewCheck) -> bool:
    """Whether a check of the list has a time that a school could settle for itself."""
    return start.rule.interval is not None
