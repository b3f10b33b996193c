"""Leads between schools: who leads what from day to day, what both governing bodies decided, and whose work is felt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import leads as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.leads import Decision, Lead, Standing, State
from bursar_desk.domain.operations import COMPLIANCE, Changes
from bursar_desk.services.people import must_manage, one_named
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.answers import AnswerRow
    from db.queries.people import PersonRow
    from db.queries.people_more import LeadRow

SAFE: Final = "Nothing was changed."
KIND_WORDS: Final = {
    rules.DUTY_HOLDER: "Duty holder", rules.RESPONSIBLE: "Responsible person", rules.MANAGER: "Line manager",
    rules.PREMISES: "Leads the premises staff",
}  # fmt: skip
LOOKS: Final = {
    State.PROPOSED: "not_known", State.WAITING: "due_soon", State.AGREED: "ok", State.REFUSED: "overdue",
    State.RAN_OUT: "overdue", State.ENDED: "not_needed",
}  # fmt: skip
"""Which shape stands for a state, by status code."""


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One lead as lists show it. ``state_words`` say how it stands and who has yet to decide; ``now``: it counts today.

    ``overlaps``: others whose days lie over these. ``decides``: this desk's governing body has a say in it.
    """

    row: LeadRow
    school_name: str
    name: str
    employer_name: str
    of_name: str
    standing: Standing
    state_words: str
    now: bool
    overlaps: tuple[str, ...]
    said: tuple[str, ...]
    decides: bool
    hint: str = ""
    """What keeps a lead that is agreed from being of use: their school cannot read our checks."""

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id

    @property
    def school(self) -> bytes:
        """The school that is led."""
        return self.row.school

    @property
    def state(self) -> State:
        """How it stands today."""
        return self.standing.state

    @property
    def kind_words(self) -> str:
        """What they are, in words."""
        said = KIND_WORDS.get(self.row.kind, self.row.kind or "Leads")
        return f"{said} of {self.of_name}" if self.of_name else said

    @property
    def when(self) -> str:
        """Its days."""
        first = f"since {words.short_date(self.row.first)}" if self.row.first else ""
        if self.row.last is None:
            return first
        if self.row.first == self.row.last:
            return f"on {words.short_date(self.row.last)}"
        return f"{words.short_date(self.row.first)} to {words.short_date(self.row.last)}".strip()

    @property
    def sentence(self) -> str:
        """Who leads what, where and since when."""
        who = f"{self.name} ({self.employer_name})" if self.employer_name else self.name
        return f"{self.school_name}: {self.kind_words}, {who}, {self.when}. {self.state_words}"


def listing(
    desk: Desk, *, school: bytes | None = None, every_school: bool = False, every: bool = False,
    on: dt.date | None = None,
) -> list[LeadLine]:  # fmt: skip
    """Return the leads of this school, of another one or of all held here, as they stand ``on`` a day (today).

    Ended ones only with ``every``.
    """
    from db.queries.answers import answers
    from db.queries.people import people
    from db.queries.people_more import leads
    from db.queries.schools import schools

    whose = None if every_school or (desk.is_office and school is None) else (school or desk.home)
    with desk.store.connect() as con:
        rows = leads(con, whose)
        said = answers(con, "lead", about=[one.id for one in rows]) if rows else []
        known = {one.id: one for one in people(con)}
        where = {one.school: one.short_name or one.name for one in schools(con)}
    names = _Named(desk, known, where)
    facts = [as_lead(one) for one in rows]
    decisions = [as_decision(one) for one in said]
    other_names = {one.id: names.person(one.person, one.person_name) for one in rows}
    day = on or desk.today
    current = {one.lead.id for one in rules.current(facts, decisions, day)}
    lines = []
    for row, fact in zip(rows, facts, strict=True):
        standing = rules.judge(fact, decisions, day)
        if standing.state is State.ENDED and not every:
            continue
        over = [other for other in facts if rules.overlaps(fact, other) and _lives(other, decisions, day)]
        lines.append(
            LeadLine(
                row, names.school(row.school), names.person(row.person, row.person_name),
                names.school(row.person_school) if row.person_school not in (None, row.school) else "",
                names.person(row.of_person, "") if row.of_person else "", standing, state_words(fact, standing, names),
                row.id in current, tuple(other_names[one.id] for one in over),
                _said(fact, standing, said, names), desk.home in fact.bodies,
                _blind(desk, fact, standing, names) if row.id in current else "",
            )
        )  # fmt: skip
    return sorted(lines, key=lambda one: (one.school_name, rules.order_of(one.row.kind), one.name, one.id))


def _lives(lead: Lead, decisions: Sequence[Decision], day: dt.date) -> bool:
    return rules.judge(lead, decisions, day).state not in (State.ENDED, State.REFUSED)


def _blind(desk: Desk, lead: Lead, standing: Standing, names: _Named) -> str:
    """Say that whoever leads here from another school sees none of our checks yet."""
    if standing.state is not State.AGREED or lead.school != desk.home or not lead.bodies or lead.kind != rules.PREMISES:
        return ""
    from bursar_desk.services.meeting import readers

    if any(one.school == lead.employer and COMPLIANCE in one.channels for one in readers(desk)):
        return ""
    theirs = names.school(lead.employer)
    return f"{theirs} cannot read our checks, so they see none of them. Let it read them on the Computers page."


class _Named:
    """Names of people and schools, also of those whose records are not here."""

    def __init__(self, desk: Desk, known: dict[bytes, PersonRow], where: dict[bytes, str]) -> None:
        self._desk, self._known, self._where = desk, known, where

    def person(self, person: bytes | None, otherwise: str) -> str:
        found = self._known.get(person) if person is not None else None
        return found.name if found else otherwise or "somebody we do not know yet"

    def school(self, school: bytes | None) -> str:
        return self._where.get(school or b"") or self._desk.school_name(school or b"")


def as_lead(row: LeadRow) -> Lead:
    """Return a row as the rules read it."""
    return Lead(row.id, row.school, row.kind, row.person, row.person_school, row.of_person, row.first, row.last)


def as_decision(row: AnswerRow) -> Decision:
    """Return an answer as the rules read it."""
    return Decision(row.id, row.school, row.about, row.answer, row.body, row.minute_ref, row.said_on, row.until)


def state_words(lead: Lead, standing: Standing, names: _Named) -> str:
    """Say how a lead stands: "Agreed", "Waiting for the governors of X", "The decision of X ran out on …"."""
    said = standing.said or {}
    state = standing.state
    if state is State.ENDED:
        return f"Ended on {words.plain_date(lead.last)}." if lead.last else "Ended."
    if state is State.REFUSED:
        who = words.listing([names.school(one) for one in lead.bodies if one in said and said[one].answer == rules.NO])
        return f"Refused by the governors of {who}."
    if state is State.RAN_OUT:
        gone = [one for one in standing.waiting_for if one in said and said[one].answer == rules.YES]
        parts = [f"{names.school(one)} on {words.plain_date(said[one].until or dt.date.min)}" for one in gone]
        return f"The decision ran out: {words.listing(parts)}. It counts for nothing until they decide again."
    if state is State.AGREED:
        end = f" until {words.plain_date(standing.until)}" if standing.until else ""
        return f"Agreed by both governing bodies{end}." if lead.bodies else "Written down by the school."
    waiting = words.listing([f"of {names.school(one)}" for one in standing.waiting_for])
    if state is State.WAITING:
        return f"Waiting for the governors {waiting}."
    return f"Proposed: the governors {waiting} have yet to decide."


def _said(lead: Lead, standing: Standing, answers: Sequence[AnswerRow], names: _Named) -> tuple[str, ...]:
    """Each body's last decision in a sentence, the led school's first."""
    by_id = {one.id: one for one in answers}
    lines = []
    for school in lead.bodies:
        one = (standing.said or {}).get(school)
        row = by_id.get(one.id) if one else None
        if one is None or row is None:
            lines.append(f"{names.school(school)}: no decision yet.")
            continue
        word = {rules.YES: "yes", rules.NO: "no", rules.TAKEN_BACK: "taken back"}.get(one.answer, one.answer)
        parts = [f"{word}, {one.body}, {words.short_date(one.said_on)}"]
        parts += [f"minute {one.minute_ref}"] if one.minute_ref else []
        parts += [f"until {words.short_date(one.until)}"] if one.until and one.answer == rules.YES else []
        parts += [f"on condition: {row.conditions}"] if row.conditions else []
        parts += [row.why] if row.why else []
        lines.append(f"{names.school(school)}: {', '.join(parts)}.")
    return tuple(lines)


def by_person(lines: Iterable[LeadLine]) -> dict[bytes, list[LeadLine]]:
    """Return leads by the person who leads; a body is nobody's."""
    found: dict[bytes, list[LeadLine]] = {}
    for one in lines:
        if one.row.person is not None:
            found.setdefault(one.row.person, []).append(one)
    return found


def get(desk: Desk, lead: bytes) -> LeadLine:
    """Return one lead. Raises ``UserError`` when it is not here."""
    for one in listing(desk, every_school=True, every=True):
        if one.id == lead:
            return one
    raise UserError("That lead is not in this register.", SAFE, "See “lead list”.")


def anybody(desk: Desk, text: str) -> PersonRow:
    """Return the one person of all schools known here that is meant. Raises ``UserError`` naming the likely ones."""
    from db.queries.people import people

    with desk.store.connect() as con:
        known = [one for one in people(con) if one.here(desk.today)]
    ours = [one for one in known if one.school == desk.home and one.name.casefold() == text.casefold().strip()]
    return ours[0] if len(ours) == 1 else one_named(known, text)


# --- writing ---------------------------------------------------------------------------------------------------------


def set_lead(
    desk: Desk, kind: str, person: bytes | None, *, body: str = "", of_person: bytes | None = None,
    first: dt.date | None = None, last: dt.date | None = None, note: str = "", instead: bool = False,
) -> tuple[LeadLine, Changes]:  # fmt: skip
    """Say who leads what at this school from a day on. ``instead`` ends whoever has it the day before, in the same act.

    The duty holder may be a ``body`` in place of a person: governing body, trust board, local authority.
    Somebody of another school counts as premises lead or line manager once both governing bodies have decided yes.
    Raises ``UserError`` for what cannot be so.
    """
    must_manage(desk)
    if desk.is_office:
        raise UserError("An office has no site of its own.", SAFE, "Let the school itself do it.")
    if kind not in rules.KINDS:
        raise UserError(f"“{kind}” is not a kind of lead.", SAFE, f"Use one of: {', '.join(rules.KINDS)}.")
    named = one_line(body)
    _person_or_body(kind, person, named)
    who, led = _people(desk, person, of_person)
    begin = first or desk.today
    if last is not None and last < begin:
        raise UserError("It ends before it begins.", SAFE, "Look at the two days again.")
    _may_be_led(desk, kind, person, led)
    name, employer, of = who.name if who else named, who.school if who else desk.home, led.id if led else None
    values = {
        "kind": kind, "person": person, "person_name": name, "person_school": employer, "of_person": of,
        "first": begin, "last": last, "note": note.strip() or None,
    }  # fmt: skip
    slot = Lead(b"", desk.home, kind, person, employer, of, begin, last)
    if instead and slot.bodies:
        raise UserError(
            "Until both governing bodies have decided, nobody would lead.", SAFE,
            "Save it without ending the other one; end that once both have said yes.",
        )  # fmt: skip
    with desk.store.connect() as con:
        before = [one for one in _rows(con, desk.home) if instead and rules.overlaps(slot, as_lead(one))]
    with desk.act(ActCode.SET_LEAD, subject=name) as act:
        for one in before:
            end = begin - dt.timedelta(days=1)
            starts = one.first if one.first is None or one.first <= end else end
            act.set("lead", one.id, {"first": starts, "last": end})
        row = act.create("lead", values)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def _may_be_led(desk: Desk, kind: str, person: bytes | None, led: PersonRow | None) -> None:
    """Raise ``UserError`` unless a line manager, and nobody else, leads one of our own people other than themselves."""
    if (kind == rules.MANAGER) != (led is not None):
        said = "Say whose line manager they are." if led is None else "Only a line manager leads one person."
        raise UserError(said, SAFE, "Name who is led, for a line manager only.")
    if led is not None and (led.school != desk.home or led.id == person):
        raise UserError(f"{led.name} cannot be led that way.", SAFE, "Choose one of our own people.")


def _person_or_body(kind: str, person: bytes | None, body: str) -> None:
    """Raise ``UserError`` unless it is one person, or, for the duty holder only, one body."""
    if person is None and not body:
        raise UserError("Say who leads.", SAFE, "Choose a person; a duty holder may be a body.")
    if person is not None and body:
        raise UserError("It is either a person or a body.", SAFE, "Leave one of them out.")
    if body and kind != rules.DUTY_HOLDER:
        raise UserError("Only the duty holder can be a body.", SAFE, f"Name a person: {KIND_WORDS[kind].lower()}.")


def _people(
    desk: Desk, person: bytes | None, of_person: bytes | None
) -> tuple[PersonRow | None, PersonRow | None]:
    from db.queries.people import people

    with desk.store.connect() as con:
        known = {one.id: one for one in people(con)}
    missing = UserError("We do not know who that is.", SAFE, "Choose somebody from the list.")
    if any(one is not None and one not in known for one in (person, of_person)):
        raise missing
    return known.get(person or b""), known.get(of_person or b"")


def _rows(con: Connection, school: bytes) -> list[LeadRow]:
    from db.queries.people_more import leads

    return leads(con, school)


def end(desk: Desk, lead: bytes, last: dt.date | None = None) -> Changes:
    """End a lead of this school after a day (today)."""
    must_manage(desk)
    line, day = get(desk, lead), last or desk.today
    if line.school != desk.home:
        raise UserError(
            f"Only {line.school_name} can end that.", SAFE, "Note that our governors took their decision back instead."
        )
    if line.row.first is not None and day < line.row.first:
        raise UserError("It would end before it begins.", SAFE, "Choose a later day, or undo it.")
    with desk.act(ActCode.SET_LEAD, subject=line.name) as act:
        act.set("lead", lead, {"first": line.row.first, "last": day})
    return Changes(frozenset(act.tables), act.note.act)


def decide(
    desk: Desk, lead: bytes, answer: str, *, body: str, minute_ref: str = "", on: dt.date | None = None,
    until: dt.date | None = None, why: str = "", conditions: str = "",
) -> tuple[LeadLine, Changes]:  # fmt: skip
    """Note what our governing body decided about a lead: ours, or of one of our people at another school.

    ``answer``: yes, no or taken back. A yes needs the minute it can be looked up under. Raises ``UserError`` when our
    governors have no say in it, and for days that cannot be so.
    """
    must_manage(desk)
    line, day = get(desk, lead), on or desk.today
    if not line.decides:
        raise UserError("Our governing body has no say in that lead.", SAFE, "The schools it joins decide.")
    if answer not in rules.ANSWERS:
        raise UserError(f"“{answer}” is not an answer.", SAFE, f"Say {words.listing(rules.ANSWERS, 'or')}.")
    if not body.strip():
        raise UserError("Say which body decided.", SAFE, "For example: Full governing body.")
    if answer == rules.YES and not minute_ref.strip():
        raise UserError("Name the minute, so that it can be looked up.", SAFE, "For example: 6.2 of 12 November.")
    if day > desk.today:
        raise UserError("That meeting is still to come.", SAFE, "Note it once they have decided.")
    if until is not None and until < day:
        raise UserError("The decision ends before it was made.", SAFE, "Look at the two days again.")
    person = desk.person
    with desk.act(ActCode.DECIDE, subject=line.name) as act:
        values = {
            "about_table": "lead", "about": lead, "about_school": line.school, "answer": answer, "said_on": day,
            "said_by": desk.who, "person": person.id if person else None, "why": why.strip() or None,
            "body": body.strip(), "minute_ref": minute_ref.strip() or None, "until": until,
            "conditions": conditions.strip() or None,
        }  # fmt: skip
        act.fact("answer", {name: value for name, value in values.items() if value is not None})
    return get(desk, lead), Changes(frozenset(act.tables), act.note.act)
