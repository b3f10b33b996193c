"""The forms of the page of places: a place, taking it away, equipment with the facts of its kind, and its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.asset_kinds import CONDITIONS, KINDS, PRIORITIES, Fact, checks_for, kind_of
from bursar_desk.domain.assets import day_of
from bursar_desk.domain.place_tree import KIND_WORDS
from bursar_desk.domain.place_tree import KINDS as PLACE_KINDS
from bursar_desk.services import assets, catalogue, places
from bursar_desk.services.asset_facts import AssetFacts
from bursar_desk.ui.pages.places_form_base import SavePane, empty
from bursar_desk.ui.widgets import DateField, FieldForm, NoteBox, NumberField, Picker, TickBox, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.places import PlaceNode
    from db.queries.assets import AssetRow

Done = tuple["Changes", str]


def place_choices(nodes: Sequence[PlaceNode], without: frozenset[bytes] = frozenset()) -> list[tuple[object, str]]:
    """The places as a list to pick from, indented as they lie."""
    return [(one.id, "\u2003" * one.depth + one.row.name) for one in nodes if one.id not in without]


class PlaceForm(SavePane):
    """A new place, or one to change: name, kind, where it lies and its turn in the walk, floor area, label's code."""

    def __init__(self, nodes: Sequence[PlaceNode], place: bytes | None, inside: bytes | None):
        here = next((one for one in nodes if one.id == place), None)
        super().__init__(f"Change {here.row.name}" if here else "Add a place", "Save place" if here else "Add place")
        self._here = here
        own = places.inside_of(nodes, place) if place is not None else frozenset()
        self.name = QLineEdit(here.row.name if here else "")
        self.name.setMaxLength(places.LONGEST_NAME)
        self.kind = Picker([(kind, KIND_WORDS[kind]) for kind in PLACE_KINDS])
        self.kind.set_key(here.row.kind if here else "room")
        self.inside_of = Picker([(None, "Nothing, it stands at the top"), *place_choices(nodes, own)])
        self.inside_of.set_key(here.above[-1] if here and here.above else None if here else inside)
        self.before = Picker([(None, "Last in its place" if here is None else "As it is"),
                              *place_choices(nodes, own)])  # fmt: skip
        self.area = NumberField("m2")
        self.area.setText("" if here is None or here.row.floor_area is None else str(here.row.floor_area))
        self.code = QLineEdit(here.row.code if here else "")
        self.code.setMaxLength(12)
        self.note = NoteBox(lines=3)
        self.note.setPlainText(here.row.note if here else "")
        self.form.add("name", "Name", self.name)
        self.form.add("kind", "Kind", self.kind)
        self.form.add("inside", "Lies in", self.inside_of)
        if here is not None:
            self.form.add("before", "Walk by it before", self.before, "Its turn when you walk round with a sheet.")
        self.form.add("area", "Floor area", self.area, "Energy certificates go by it.", optional=True)
        self.form.add("code", "Own code for its label", self.code, "Left empty, it has one already.", optional=True)
        self.form.add("note", "Note", self.note, optional=True)
        self.body.addStretch()

    def submit(self) -> None:
        """Add it, or change and move it."""
        name, kind, parent = self.name.text().strip(), str(self.kind.key()), self.inside_of.key()
        typed = self.area.value()
        problems = {} if name else {"name": "Type the name"}
        if self.area.text().strip() and (typed is None or typed != int(typed) or typed < 0):
            problems["area"] = "Type whole square metres"
        area = int(typed) if typed is not None and "area" not in problems else None
        code, note, here, before = self.code.text(), self.note.toPlainText(), self._here, self.before.key()
        inside = parent if isinstance(parent, bytes) else None

        def work(desk: Desk) -> Done:
            if here is None:
                made, changes = places.add(desk, name, kind=kind, parent=inside, floor_area=area, note=note, code=code)
                return changes, f"{made.row.name} added."
            changed = places.change(
                desk, here.id, name=name, kind=kind, floor_area=area, no_area=area is None, note=note, code=code
            )[1]
            if inside != (here.above[-1] if here.above else None) or isinstance(before, bytes):
                turn = before if isinstance(before, bytes) else None
                changed = changed | places.move(desk, here.id, to=inside, before=turn)[1]
            return changed, f"{name} changed."

        self.hand_over(work, problems)


class RemovePlacePane(SavePane):
    """Taking a place away: what hangs on it goes somewhere else."""

    def __init__(self, nodes: Sequence[PlaceNode], place: bytes):
        here = places.node(nodes, place)
        super().__init__(f"Take {here.row.name} away", "Take place away", width=360)
        self._here = here
        self.body.insertWidget(0, plain_label(
            "Its history stays. Say where its equipment, checks and faults go; with nothing there, leave it empty.",
            "body", "muted", wrap=True,
        ))  # fmt: skip
        self.to = Picker([(None, "Nothing hangs there"), *place_choices(nodes, places.inside_of(nodes, place))])
        self.form.add("to", "Move what hangs there to", self.to)
        self.body.addStretch()

    def submit(self) -> None:
        """Take it away."""
        here, to = self._here, self.to.key()

        def work(desk: Desk) -> Done:
            target = to if isinstance(to, bytes) else None
            return places.remove(desk, here.id, move_to=target), f"{here.row.name} taken away."

        self.hand_over(work, {})


@dataclass(frozen=True, slots=True)
class Known:
    """How many of each kind are entered, and which checks are still for all of a kind."""

    entered: Mapping[str, int]
    school_wide: frozenset[str]

    def sentence(self, many: str, kind: str, codes: Sequence[str]) -> str:
        """Say whether one more takes over the check of all or begins its own, and that the others have none."""
        so_far = f"{many} entered so far: {words.number(self.entered.get(kind, 0))}."
        if self.school_wide.intersection(codes):
            return (
                f"{so_far} This one takes over your check for all of them, with its history. The others are then "
                "without a check until each is entered with its own."
            )
        return f"{so_far} Checks for any others begin when they are entered."


class AssetForm(SavePane):
    """A piece of equipment: what everything has, what its kind asks for, and for a new one the checks it gets."""

    def __init__(
        self, nodes: Sequence[PlaceNode], row: AssetRow | None, place: bytes | None, today: Callable[[], dt.date],
        known: Known | None = None,
    ):  # fmt: skip
        super().__init__(f"Change {row.name}" if row else "Add equipment", "Save" if row else "Add equipment")
        self._row, self._today, self._known = row, today, known or Known({}, frozenset())
        self._start = AssetFacts.of(row) if row else AssetFacts(kind=KINDS[0].code, name="", place=place)
        start = self._start
        self.kind = Picker([(kind.code, kind.one) for kind in KINDS])
        self.kind.set_key(start.kind)
        self.name, self.number = QLineEdit(start.name), QLineEdit(start.number)
        self.where = Picker([(None, "Whole school"), *place_choices(nodes)])
        self.where.set_key(start.place)
        self.first_used = DateField("In use since", today, needed=False)
        self.first_used.set_day(start.first_used_on)
        self.form.add("kind", "Kind", self.kind)
        self.form.add("name", "Name", self.name, "As people call it, such as Lift 2.")
        self.form.add("number", "Number on its tag", self.number, optional=True)
        self.form.add("place", "Where", self.where)
        self.form.add(
            "first_used_on", "In use since", self.first_used, "The first date counts from here.", optional=True
        )
        self._facts_box = QWidget()
        self._facts_column = QVBoxLayout(self._facts_box)
        self._facts_column.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._facts_box)
        self.more = FieldForm()
        self._more_fields(start)
        self.body.addWidget(self.more)
        self.body.addStretch()
        self.kind.picked.connect(lambda _key: self._show_facts({}))
        self.kind.setEnabled(row is None)
        self._show_facts(dict(start.facts))

    def _more_fields(self, start: AssetFacts) -> None:
        self.texts = {name: QLineEdit(str(getattr(start, name))) for name in ("make", "model", "serial", "supplier")}
        for name, label in (("make", "Make"), ("model", "Model"), ("serial", "Serial number"),
                            ("supplier", "Supplier")):  # fmt: skip
            self.more.add(name, label, self.texts[name], optional=True)
        self.days = {name: DateField(label, self._today, needed=False)
                     for name, label in (("bought_on", "Bought"), ("warranty_until", "Warranty until"))}  # fmt: skip
        for name, label in (("bought_on", "Bought"), ("warranty_until", "Warranty until")):
            self.days[name].set_day(getattr(start, name))
            self.more.add(name, label, self.days[name], optional=True)
        self.price, self.life = NumberField("£"), NumberField("years")
        self.price.setText("" if start.price is None else f"{start.price / 100:.2f}")
        self.life.setText("" if start.life_years is None else str(start.life_years))
        self.grade = Picker([("", "Not graded"), *CONDITIONS])
        self.grade.set_key(start.grade)
        self.priority = Picker([(None, "No priority"), *PRIORITIES])
        self.priority.set_key(start.priority)
        self.note = NoteBox(lines=3)
        self.note.setPlainText(start.note)
        self.more.add("price", "Price", self.price, optional=True)
        self.more.add("grade", "Condition", self.grade, optional=True)
        self.more.add("priority", "Priority for money", self.priority, optional=True)
        self.more.add("life_years", "Should last", self.life, "The years left are counted from it.", optional=True)
        self.more.add("note", "Note", self.note, optional=True)

    def _show_facts(self, known: dict[str, str]) -> None:
        """The fields of the kind chosen, and for something new the checks it will get."""
        empty(self._facts_column)
        kind = kind_of(str(self.kind.key()))
        self.facts = FieldForm()
        self.fields: dict[str, QWidget] = {}
        for fact in kind.facts:
            field = self._field(fact, known.get(fact.name, ""))
            self.fields[fact.name] = field
            if isinstance(field, TickBox):
                self.facts.add_widget(field)
            else:
                self.facts.add(fact.name, fact.label, field, fact.help, optional=True)
        self._facts_column.addWidget(self.facts)
        self.ticks: dict[str, TickBox] = {}
        if self._row is None:
            self._show_checks(checks_for(kind.code, {}))

    def _show_checks(self, codes: Sequence[str]) -> None:
        rows = [row for code in codes if (row := catalogue.load().get(code)) is not None]
        if rows:
            self._facts_column.addWidget(plain_label("Checks it gets", "strong"))
            kind = kind_of(str(self.kind.key()))
            said = self._known.sentence(kind.many, kind.code, [row.code for row in rows])
            self._facts_column.addWidget(plain_label(said, "body", "muted", wrap=True))
        for row in rows:
            tick = TickBox(row.title)
            tick.setChecked(True)
            self.ticks[row.code] = tick
            self._facts_column.addWidget(tick)

    def _field(self, fact: Fact, value: str) -> QWidget:
        if fact.type == "choice":
            picker = Picker([("", "Not known"), *((key, said) for key, said in fact.choices if key)])
            picker.set_key(value)
            return picker
        if fact.type == "tick":
            tick = TickBox(fact.label)
            tick.setChecked(value == "yes")
            return tick
        if fact.type == "date":
            field = DateField(fact.label, self._today, needed=False)
            field.set_day(day_of({"day": value}, "day"))
            return field
        if fact.type == "number":
            number = NumberField(fact.unit)
            number.setText(value)
            return number
        return QLineEdit(value)

    def typed_facts(self) -> dict[str, str]:
        """What the fields of the kind hold, as text."""
        found: dict[str, str] = {}
        for name, field in self.fields.items():
            if isinstance(field, Picker):
                found[name] = str(field.key() or "")
            elif isinstance(field, TickBox):
                found[name] = "yes" if field.isChecked() else ""
            elif isinstance(field, DateField):
                day = field.day()
                found[name] = day.isoformat() if day else ""
            elif isinstance(field, QLineEdit):
                found[name] = field.text()
        return {name: value for name, value in found.items() if value}

    def typed(self) -> AssetFacts:
        """All that is filled in."""
        where, priority = self.where.key(), self.priority.key()
        price, life = self.price.value(), self.life.value()
        texts: dict[str, Any] = {name: field.text() for name, field in self.texts.items()}
        return replace(
            self._start, kind=str(self.kind.key()), name=self.name.text(), number=self.number.text(),
            place=where if isinstance(where, bytes) else None, facts=self.typed_facts(),
            first_used_on=self.first_used.day(), bought_on=self.days["bought_on"].day(),
            warranty_until=self.days["warranty_until"].day(), price=None if price is None else int(price * 100),
            life_years=None if life is None else int(life), grade=str(self.grade.key() or ""),
            priority=priority if isinstance(priority, int) else None, note=self.note.toPlainText(), **texts,
        )  # fmt: skip

    def submit(self) -> None:
        """Add or change it."""
        new, row = self.typed(), self._row
        wrong = assets.problems(new, self._today()) | self.facts.unread_dates() | self.more.unread_dates()
        good = [self.facts.show_problems({key: text for key, text in wrong.items() if key in self.fields})]
        other = {key: text for key, text in wrong.items() if key not in self.fields}
        own = {key: text for key, text in other.items() if key in ("kind", "name", "number", "place", "first_used_on")}
        good.append(self.more.show_problems({key: text for key, text in other.items() if key not in own}))
        codes = [code for code, tick in self.ticks.items() if tick.isChecked()]
        kept = set(checks_for(new.kind, new.facts)) | set(checks_for(new.kind, {}))
        unticked = set(self.ticks) - set(codes)
        wanted = [code for code in checks_for(new.kind, new.facts) if code in kept and code not in unticked]

        def work(desk: Desk) -> Done:
            if row is None:
                made, changes = assets.add(desk, new, checks=wanted)
                return changes, f"{made.name} added."
            return assets.change(desk, row.id, new)[1], f"{new.name} changed."

        if own:
            self.form.show_problems(own)
        elif all(good):
            self.hand_over(work, {})


class GonePane(SavePane):
    """The end of a piece of equipment: gone, or replaced by another."""

    def __init__(self, row: AssetRow, today: Callable[[], dt.date], *, replace: bool):
        title = f"Replace {row.name}" if replace else f"{row.name} is gone"
        super().__init__(title, "Replace it" if replace else "Note it as gone", width=360)
        self._row, self._replace = row, replace
        said = (
            "The new one gets the same checks and people, and a history of its own."
            if replace
            else "Its checks end. Its history stays."
        )
        self.body.insertWidget(0, plain_label(said, "body", "muted", wrap=True))
        self.name, self.why = QLineEdit(), QLineEdit()
        self.day = DateField("Day", today)
        self.day.set_day(today())
        if replace:
            self.form.add("name", "Name of the new one", self.name)
        else:
            self.form.add("why", "What became of it", self.why, "Sold, scrapped, moved away.")
        self.form.add("day", "Day", self.day)
        self.body.addStretch()

    def submit(self) -> None:
        """Write it."""
        row, day, name, why = self._row, self.day.day(), self.name.text().strip(), self.why.text().strip()
        if self._replace:
            problems = {} if name else {"name": "Give the new one a name"}
        else:
            problems = {} if why else {"why": "Say what became of it"}

        def work(desk: Desk) -> Done:
            if self._replace:
                new = AssetFacts(kind=row.kind, name=name, place=row.place, facts=row.facts)
                return assets.substitute(desk, row.id, new, on=day)[1], f"{name} takes the place of {row.name}."
            return assets.remove(desk, row.id, why=why, on=day), f"{row.name} noted as gone."

        self.hand_over(work, problems)
