"""A school's own checks, and what a school settles for the checks of the catalogue; dates shown before saving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import CheckFacts, counted, due_after, due_series
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import Choice, Habit
from bursar_desk.domain.operations import Changes
from bursar_desk.services import bank_holidays
from bursar_desk.services.check_edit_rules import must_be_right, problems, read_own
from bursar_desk.services.check_edit_shapes import (
    EVIDENCE,
    OWN_CODE,
    NewCheck,
    as_row,
    cells,
    is_own,
    of_row,
    spec_of,
    steps_in,
)
from bursar_desk.services.standing_facts import rule_of, settled_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.places import PlaceNode
    from db.queries.assets import AssetRow
    from db.queries.checks import CheckRow
    from db.queries.people import PersonRow

__all__ = [
    "EVIDENCE", "OWN_CODE", "Ahead", "Base", "Choice", "Habit", "NewCheck", "add", "ahead", "base", "change", "is_own",
    "limit_words", "of_row", "problems", "spec_of", "steps_in",
]  # fmt: skip

SAFE: Final = "Nothing was changed."
_NAMES: Final = frozenset(one.name for one in fields(NewCheck))


@dataclass(frozen=True, slots=True)
class Base:
    """What a form about a check needs, read once: who and what there is, and what its next dates depend on.

    ``row`` and ``facts`` are those of the check to change; ``None`` for a new one. ``titles`` are those of the other
    checks by place, in small letters.
    """

    row: CheckRow | None
    facts: CheckFacts | None
    calendar: SchoolCalendar
    today: dt.date
    people: tuple[PersonRow, ...]
    places: tuple[PlaceNode, ...]
    things: tuple[AssetRow, ...]
    titles: Mapping[bytes | None, frozenset[str]]

    def problems(self, new: NewCheck) -> dict[str, str]:
        """Return what cannot be so, by field."""
        return problems(new, self.row, self.titles.get(new.place, frozenset()))


def base(desk: Desk, check: bytes | None = None) -> Base:
    """Read what a form needs. Raises ``UserError`` for a check of another school and in an office or guest register."""
    _must_be_school(desk)
    from bursar_desk.services.places import tree_of
    from bursar_desk.services.standing import calendars, completions_at, standings
    from db.queries.assets import assets
    from db.queries.checks import checks
    from db.queries.people import people

    with desk.store.connect() as con:
        listed = checks(con, desk.home)
        row = next((one for one in listed if one.id == check), None)
        if check is not None and row is None:
            raise UserError("That check belongs to another school.", SAFE, "Choose one of your own from the list.")
        calendar = calendars(con, desk.home).get(desk.home, SchoolCalendar((), bank_holidays.england()))
        facts = None
        if row is not None:
            one = standings(con, desk.home, desk.today, {row.id})[0]
            facts = replace(one.facts, completions=completions_at(con, row, desk.today, calendar))
        staff = tuple(one for one in people(con, desk.home) if one.here(desk.today))
        rooms, things = tuple(tree_of(con, desk.home)), tuple(assets(con, desk.home))
    titles: dict[bytes | None, set[str]] = {}
    for other in listed:
        if other.id != check and other.applies != "no":
            titles.setdefault(other.place, set()).add(other.title.casefold())
    kept = {place: frozenset(found) for place, found in titles.items()}
    return Base(row, facts, calendar, desk.today, staff, rooms, things, kept)


# --- dates before saving ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ahead:
    """What saving would give: the next three dates, the sentence behind the first, and how it counts in words."""

    dates: tuple[dt.date, ...]
    because: str
    counts: str


def ahead(known: Base, new: NewCheck) -> Ahead:
    """Return the dates that would follow. Empty where the check would have no timetable."""
    row = as_row(new, known.row)
    settled = settled_of(row, {one.id: one for one in known.things})
    plain = known.facts or CheckFacts(OWN_CODE, settled.rule, settled.anchor)
    facts = replace(
        plain, rule=settled.rule, anchor=settled.anchor, standing=settled.standing, own_interval=settled.own,
        habit=settled.habit, local=settled.local, lead_days=row.lead_days, first_used=settled.first_used,
        ends_on=settled.ends_on, value=settled.measure, remarks=settled.remarks, applies="yes",
    )  # fmt: skip
    due = due_after(facts, counted(facts, known.today, known.calendar), known.calendar, known.today)
    because = due.because if due.legal_due or due.ended else "Enter when it was last done, and the dates follow."
    if not settled.rule.interval and not settled.rule.span and due.legal_due is None and not due.ended:
        because = due.because
    shaped = settled.habit is not None and settled.habit.shapes_days and settled.habit.words
    counts = new.choice.said(settled.rule) if settled.local and settled.rule.interval else ""
    said = " ".join(part for part in (f"{counts}." if counts else "", shaped or "") if part)
    return Ahead(due_series(facts, known.today, known.calendar), because, said)


def limit_words(row: CheckRow) -> str:
    """Say the longest time a check of the catalogue may take, and whether the school may set a longer one."""
    rule = rule_of(row.rule)
    if rule.interval is None:
        return f"This check is done {rule.words}."
    if rule.form.value.startswith("risk based"):
        return (
            f"Usually {rule.interval.words}. Your risk assessment may set a longer time: say why, and who decided it."
        )
    return f"At the latest {rule.interval.words}. The school may do it more often, not less."


# --- writing ---------------------------------------------------------------------------------------------------------


def add(desk: Desk, new: NewCheck) -> tuple[bytes, Changes]:
    """Add a check of the school's own in one act. Raises ``UserError`` naming every field that cannot be so."""
    known = base(desk)
    new = _tidy(new)
    must_be_right(known.problems(new))
    _must_be_here(known, new)
    values = {name: value for name, value in cells(new, own=True).items() if value is not None}
    values |= {"standing_in_law": "recommended", "applies": "yes"}
    with desk.act(ActCode.ADD_CHECKS, subject=new.title) as act:
        code = f"{OWN_CODE}/{act.session.new_id().hex()}"  # rows of this table are named by their code
        row = act.create("school_check", values | {"code": code}, row=act.session.derived(
            desk.home, "school_check", code
        ))  # fmt: skip
    return row, Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, check: bytes, **said: Any) -> Changes:
    """Change what is said of a check, by the names of ``NewCheck``; what is left out stays. One act; none for nothing.

    What the catalogue gave stays beside it (``school_check.copied``, the rule, its anchor). Raises ``UserError``.
    """
    unknown = set(said) - _NAMES
    if unknown:
        raise UserError(f"A check has no {words.listing(sorted(unknown))}.", SAFE, "Use the names of its fields.")
    known = base(desk, check)
    row = known.row
    if row is None:
        raise AssertionError("base raises for a check that is not here")  # pragma: no cover
    was = of_row(row)
    new = _tidy(replace(was, **said))
    must_be_right(known.problems(new))
    _must_be_here(known, new)
    own = is_own(row)
    before, after = cells(was, own=own), cells(new, own=own)
    values = {name: value for name, value in after.items() if value != before[name]}
    if not values:
        return Changes(frozenset(), None)
    if values.keys() & {"own_every", "own_why", "own_by"}:  # one column: they travel together
        values |= {name: after[name] for name in ("own_every", "own_why", "own_by")}
    if values.keys() & {"rule", "anchor"}:
        values |= {"rule": after["rule"], "anchor": after["anchor"], "weekday": row.weekday}
    with desk.act(ActCode.CHANGE_CHECK, subject=new.title) as act:
        act.set("school_check", check, values)
    return Changes(frozenset(act.tables), act.note.act)


def _tidy(new: NewCheck) -> NewCheck:
    """Words without odd spaces; the school's own time as everybody writes it."""
    own = read_own(new.own_every)
    every = rule_of(new.every).text
    return replace(
        new, title=" ".join(new.title.split()), points=tuple(" ".join(one.split()) for one in new.points), every=every,
        skill=new.skill.strip(), how_to=new.how_to.strip(), own_why=new.own_why.strip(),
        own_every=str(own) if own else new.own_every.strip(), own_by=new.own_by.strip(),
    )  # fmt: skip


def _must_be_school(desk: Desk) -> None:
    if desk.is_office or desk.is_guest:
        raise UserError("Checks are added and changed by their own school.", SAFE, "Ask the school to change it.")


def _must_be_here(known: Base, new: NewCheck) -> None:
    """People, place and equipment must be of this school, unless they stood there already."""
    was = of_row(known.row) if known.row else NewCheck()
    staff, rooms = {one.id for one in known.people}, {one.id for one in known.places}
    things = {one.id for one in known.things}
    for name, here, what in (
        ("owner", staff, "person"), ("doer", staff, "person"), ("deputy", staff, "person"), ("place", rooms, "place"),
        ("asset", things, "piece of equipment"),
    ):  # fmt: skip
        given = getattr(new, name)
        if given is not None and given not in here and given != getattr(was, name):
            raise UserError(f"That {what} is not at this school.", SAFE, "Choose one from the list.")
